# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must hold whatever happens, read from the service's own books: no step is sent twice or too early, no VM is spoiled or
forgotten, and no run ends well with a VM that is not where it was wanted."""

from __future__ import annotations

import math
from collections.abc import Container
from dataclasses import dataclass, field

from azure.core.rest import HttpRequest

from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import SCRIPTS, Service
from asr_simulator.estate.items import Item, Job

AT_HOME = ("protected", "test_failover")
WELL = ("Succeeded", "CompletedWithInformation", "PartiallySucceeded")


@dataclass
class Verdict:
    """What one trial showed. `ticks` is how many polls went by, at most, before a step that was possible was sent."""

    name: str
    lost: list[str]
    doubled: list[str]
    broken: list[str]
    ticks: int = 0
    destroyed: list[str] = field(default_factory=list)
    spoiled: list[str] = field(default_factory=list)
    greens: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)  # refused repeats that nobody could have known of, no fault of ours

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled or self.broken or self.destroyed or self.spoiled or self.greens)


class Watchman:
    """Looks at every VM after every request: one that runs on-premises must have whole disks."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.seen: list[str] = []
        service.watch(self.look)

    def look(self, request: HttpRequest) -> None:
        for item in self.service.world.estate.items:
            if item.vm.power == "running" and not item.vm.consistent:
                self.seen.append(f"{item.key} was started while inconsistent")
        path = request.url.split("?")[0]
        if request.method == "POST" and path.endswith("/cancel"):
            self.seen.append("a job was cancelled by us")
        if request.method == "POST" and (path.endswith("/resume") or "ForSynchronization" in str(request.content)):
            self.seen += self.out_of_turn(path)

    def out_of_turn(self, path: str) -> list[str]:
        """A cutover was asked for while a VM of an earlier group was not home."""
        estate = self.service.world.estate
        job = self.service.world.jobs.find(path.split("/")[-2])
        cut = job.item if job else next((item for item in estate.items if item.name in path), None)
        earlier: list[Item] = []
        for group in estate.plans[0].groups:
            if cut and cut in group["items"]:
                return [
                    f"{cut.key} was cut over before {item.key} was home"
                    for item in earlier
                    if item.vm.power != "running"
                ]
            earlier += group["items"]
        return []


def doubled(service: Service, *, alone: bool = True, unseen: Container[str] = ()) -> list[str]:
    """Operations that were carried out twice and, where nobody else is at work, that were as much as asked for twice.

    `unseen` are the names of jobs that were asked for when nobody could know of the first (`memory`).
    """
    found = []
    for item in service.world.estate.items:
        for script in SCRIPTS:
            jobs = [job for job in service.world.jobs.jobs if job.item is item and job.script == script]
            did = service.done(item.key, script)
            turned_away = sum(job not in did and job.id not in unseen for job in jobs)
            good = sum(job.state in WELL for job in jobs)
            if good > 1 or (alone and turned_away):
                found.append(f"{item.key}: {script} {good} times, asked for in vain {turned_away} times")
        found += [
            f"{item.key}: resumed {len(job.comments)} times" for job in jobs_of(service, item) if len(job.comments) > 1
        ]
    return found


def jobs_of(service: Service, item: Item) -> list[Job]:
    return [job for job in service.world.jobs.jobs if job.item is item and job.script == "failback"]


def lost(service: Service) -> list[str]:
    """VMs that did not come home: not protected again, or not running on-premises."""
    items = service.world.estate.items
    away = [item for item in items if item.state not in AT_HOME or item.vm.power != "running" or item.job]
    return [f"{item.key}: {item.state}, {item.vm.power}" for item in away]


def slowest(service: Service, interval: float) -> int:
    """The longest time, in polls, that a step was possible and not asked for; steps that wait for an earlier group left out."""
    steps = {"commit_failover", "reverse_replication"}
    rows = [row for row in service.world.measurements.rows() if row["asked_at"]]
    first = rows[0]["item"] if rows else ""
    lags = [row["lag_simulated_seconds"] for row in rows if row["step"] in steps or row["item"] == first]
    return math.ceil(max(lags, default=0) / interval)


def told_the_truth(service: Service, tracks: list[Track]) -> list[str]:
    """A run may say that all is well only when it is."""
    wrong = []
    for track in tracks:
        item = next((one for one in service.world.estate.items if one.key == track.name), None)
        home = item is not None and item.state in AT_HOME
        if not track.problem and not home:
            wrong.append(f"{track.name}: said to be home and is {item.state if item else 'gone'}")
    return wrong
