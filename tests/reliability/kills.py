# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run killed at every request of a whole cycle, right before and right after it, and then run again."""

from __future__ import annotations

from ansible_collections.asr.hyperv.tests.reliability.judging import (
    Verdict,
    Watchman,
    doubled,
    lost,
    slowest,
    told_the_truth,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import THREE
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import ONCE, Killed, Service

INTERVAL = 12  # seconds between two polls; short, so that there are many requests to be killed at
MOMENTS = ("before", "after", "nameless")  # the last: right after it, where a new job has no name for a while
YOUNG = {"service": {"new_job_seconds": 40, "new_job_item": "unchanged"}}


def requests() -> int:
    """How many requests a whole cycle takes when nothing happens."""
    service = Service(THREE)
    service.run(interval=INTERVAL)
    return len(service.asked())


def kill_points() -> list[tuple[int, str]]:
    return [(number, moment) for number in range(1, requests() + 1) for moment in MOMENTS]


def kill_at(service: Service, number: int, moment: str) -> None:
    """Let the run die at its request `number`."""
    left = [number]

    def count(_request: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    setattr(service.core, "before" if moment == "before" else "after", count)


def trial(number: int, moment: str) -> Verdict:
    """One kill and one run more."""
    service = Service({**THREE, **(YOUNG if moment == "nameless" else {})})
    kill_at(service, number, moment)
    try:
        service.run(interval=INTERVAL)
        return Verdict(f"kill {moment} {number}", [], [], ["the run was not killed"])
    except Killed:
        service.revive()
    watchman = Watchman(service)
    tracks = service.run(interval=INTERVAL)
    problems = [str(track.problem["message"]) for track in tracks if track.problem]
    wrong = [
        f"{item.key}: {service.operations(item.key)}"
        for item in service.world.estate.items
        if service.operations(item.key) != ONCE
    ]
    broken = watchman.seen + told_the_truth(service, tracks) + problems
    return Verdict(
        f"kill {moment} {number}",
        lost(service),
        doubled(service) + wrong,
        broken,
        slowest(service, INTERVAL),
    )
