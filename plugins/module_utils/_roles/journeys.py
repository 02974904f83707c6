# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a run did with each VM, put together from all answers of the module failback in that run. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Journey, RosterEntry, Spans
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import AnswerEntry, Timing

STARTS_OUTAGE = "complete_failover"  # with a full download it is the planned failover itself
FULL_DOWNLOAD = "during_failover"


def journeys(entries: Iterable[AnswerEntry], roster: Iterable[RosterEntry] = ()) -> list[Journey]:
    """One entry for each VM, from the entries of several answers in the order in which they came.

    `steps`, `jobs` and `timings` are those of the whole run. `outage_seconds` is the time from the shutdown in Azure to the
    end of the failback's job, `sync_seconds` the time from its start to the shutdown, with the wait at the gate; None
    where the run did not see both.
    `group` and `wave` are those of the `roster`, where it has the VM: a single call knows neither the plan nor the whole order.
    """
    told: dict[str, list[AnswerEntry]] = {}
    for entry in entries:
        told.setdefault(entry["id"], []).append(entry)
    places = {entry["id"]: (entry["group"], entry["wave"]) for entry in roster}
    return [journey(rows, *places.get(arm_id, (rows[0]["group"], rows[0]["wave"]))) for arm_id, rows in told.items()]


def journey(rows: list[AnswerEntry], group: int | None, wave: int) -> Journey:
    """All entries of one VM as one."""
    first, last = rows[0], rows[-1]
    timings = [timing for row in rows for timing in row["timings"]]
    data_sync = next((row["data_sync"] for row in rows if row["data_sync"]), None)
    jobs = [job for row in rows for job in row["jobs"]]
    return {
        "name": last["name"],
        "id": last["id"],
        "group": group,
        "wave": wave,
        "phase_before": first["phase_before"],
        "phase": last["phase"],
        "steps": [step for row in rows for step in row["steps"]],
        "jobs": sorted(set(jobs), key=jobs.index),
        "data_sync": data_sync,
        "timings": timings,
        **spans(timings, full_download=data_sync is not None and data_sync["mode"] == FULL_DOWNLOAD),
        "error": last["error"],
        "deletes": next((row["deletes"] for row in reversed(rows) if row.get("deletes")), []),
        "azure_after": list({one["id"]: one for row in rows for one in row.get("azure_after", ())}.values()),
        "warnings": list(dict.fromkeys(warning for row in rows for warning in row["warnings"])),
    }


def spans(timings: Iterable[Timing], *, full_download: bool) -> Spans:
    """How long it took to come to the outage, and how long the VM was away, in seconds."""
    by_step = {timing["step"]: timing for timing in timings}
    start = by_step.get("planned_failover")
    shutdown = start if full_download else by_step.get(STARTS_OUTAGE)
    if shutdown is None:
        return {"sync_seconds": None, "outage_seconds": None}
    return {
        "sync_seconds": None if full_download or not start else between(start["asked"], shutdown["asked"]),
        "outage_seconds": between(shutdown["asked"], shutdown["ended"]),
    }


def between(start: str | None, end: str | None) -> float | None:
    """Seconds between two times as the module writes them; None where one is missing."""
    if not start or not end:
        return None
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
