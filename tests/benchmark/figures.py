# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The arithmetic of the benchmark: from what simulator and operating system say to the figures of a run. Pure."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

FIRST_STEP = "planned_failover"  # possible before the contestant is there, so it has no lag but a delay


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of all values do not exceed; 0 when there are none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def moment(text: str) -> float:
    """Seconds since 1970 of a time of the simulator, which has seven digits."""
    return datetime.fromisoformat(f"{text.rstrip('Z')[:26]}+00:00").timestamp()


def lags(rows: Iterable[Mapping[str, Any]]) -> list[float]:
    """Seconds between possible and asked for, of every step but the first."""
    return [row["lag_wall_seconds"] for row in rows if row["asked_at"] and row["step"] != FIRST_STEP]


def ideal(rows: Iterable[Mapping[str, Any]], ends: Mapping[str, str], speed: float) -> float:
    """Seconds the slowest VM takes by itself: from its first step to its end, less what its other steps had to wait.

    `ends` has the simulated moment at which each VM was protected again.
    """
    first: dict[str, float] = {}
    waited: dict[str, float] = {}
    for row in rows:
        if not row["asked_at"]:
            continue
        if row["step"] == FIRST_STEP:
            first.setdefault(row["item"], moment(row["asked_at"]))
        else:
            waited[row["item"]] = waited.get(row["item"], 0.0) + row["lag_wall_seconds"]
    spans = [(moment(end) - first[vm]) / speed - waited.get(vm, 0.0) for vm, end in ends.items() if vm in first]
    return max(spans, default=0.0)


def most_a_second(times: Iterable[str]) -> int:
    """The highest number of requests in one second of the clock."""
    return max(Counter(text[:19] for text in times).values(), default=0)


def figures(cost: Mapping[str, Any], told: Mapping[str, Any], vms: int, speed: float) -> dict[str, Any]:
    """One row of the table. `told` is what the simulator said: its measurements, requests and jobs."""
    rows, requests = told["measurements"], [entry for entry in told["requests"] if entry["arm"]]
    ends = {job["target"]: job["end"] for job in told["jobs"] if job["scenario"] == "IrCompletion" and job["end"]}
    waited = lags(rows)
    best = ideal(rows, ends, speed)
    home = sum(vm["protection_state"] == "Protected" for vm in told["vms"])
    return {
        **cost,
        "vms": vms,
        "home": home,
        "ideal": round(best, 2),
        "over_ideal": round(cost["wall"] / best, 3) if best and home == vms else None,
        "lag_median": round(statistics.median(waited), 2) if waited else None,
        "lag_p95": round(percentile(waited, 0.95), 2) if waited else None,
        "requests": len(requests),
        "requests_per_vm": round(len(requests) / vms, 2),
        "most_a_second": most_a_second(entry["wall_time"] for entry in requests),
        "throttled": sum(entry["status"] == 429 for entry in requests),
    }
