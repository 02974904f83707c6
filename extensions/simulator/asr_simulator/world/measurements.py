# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a step became possible for an item, and when a client asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Any

from ..clock.clock import Clock, iso
from ..estate.items import Item

STEP_OF_OPERATION = {
    "Failback": "planned_failover",
    "Commit": "commit_failover",
    "FinalizeFailback": "commit_failover",
    "ReverseReplicate": "reverse_replication",
}


@dataclass
class Measure:
    """One step of one item; moments in simulated seconds."""

    item: str
    step: str
    possible: float
    asked: float | None = None
    asked_wall: float | None = None


class Measurements:
    """Keeps the open and the answered steps."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rows: list[Measure] = []
        self._open: dict[tuple[str, str], Measure] = {}  # those that nobody has asked for yet

    def possible(self, item: str, step: str, moment: float) -> None:
        """A step is possible from this simulated moment on."""
        if (item, step) not in self._open:
            self._open[item, step] = Measure(item, step, moment)
            self._rows.append(self._open[item, step])

    def item_changed(self, item: Item, moment: float) -> None:
        """Note the steps that the item's allowed operations now offer."""
        for operation in item.allowed:
            if operation in STEP_OF_OPERATION:
                self.possible(item.key, STEP_OF_OPERATION[operation], moment)

    def asked(self, item: str, step: str, moment: float) -> None:
        """A client asked for the step."""
        measure = self._open.pop((item, step), None)
        if measure:
            measure.asked, measure.asked_wall = moment, self._clock.wall()

    def rows(self) -> list[dict[str, Any]]:
        """The list as the control API shows it; lags are null while nobody has asked."""
        return [self._show(measure) for measure in self._rows]

    def _show(self, measure: Measure) -> dict[str, Any]:
        lag = None if measure.asked is None else measure.asked - measure.possible
        wall = measure.asked_wall
        return {
            "item": measure.item,
            "step": measure.step,
            "possible_at": iso(measure.possible),
            "asked_at": iso(measure.asked),
            "lag_simulated_seconds": None if lag is None else round(lag, 3),
            "lag_wall_seconds": None if wall is None else round(wall - self._clock.wall_at(measure.possible), 3),
        }


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Median and largest lag per step; the first step starts with the client, so it is told apart from the others."""
    steps: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["asked_at"]:
            steps.setdefault(row["step"], []).append(row)
    return {
        step: {
            "count": len(found),
            "median_lag_wall_seconds": round(median(row["lag_wall_seconds"] for row in found), 3),
            "largest_lag_wall_seconds": round(max(row["lag_wall_seconds"] for row in found), 3),
            "median_lag_simulated_seconds": round(median(row["lag_simulated_seconds"] for row in found), 3),
        }
        for step, found in steps.items()
    }


def median_lag(rows: list[dict[str, Any]]) -> float | None:
    """Over all steps but the first of each item, which waits for the client to begin."""
    lags = [row["lag_wall_seconds"] for row in rows if row["asked_at"] and row["step"] != "planned_failover"]
    return round(median(lags), 3) if lags else None
