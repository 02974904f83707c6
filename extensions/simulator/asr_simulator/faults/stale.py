# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads that are behind: after a POST they show for a while what was before it."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace

from ..arm.call import Request
from ..estate.items import Item, Job
from ..wire.errors import not_found
from ..world.fault import Fault
from ..world.world import World
from .book import Faults
from .kinds import WHAT


@dataclass
class Snapshot:
    """Items and jobs as they were before a POST, good for some simulated seconds or for some reads."""

    fault: Fault
    items: dict[str, Item]
    jobs: dict[str, Job]
    until: float
    reads: int | None


class Memory:
    """The snapshots in force; the oldest that fits is shown."""

    def __init__(self, world: World, faults: Faults) -> None:
        self.world, self.faults = world, faults
        self._rows: list[Snapshot] = []

    def look(self, request: Request) -> list[Snapshot]:
        """Snapshots of the present, one for each fault that fits a POST which is about to be carried out."""
        if request.method != "POST":
            return []
        stale = self.faults.of("stale")
        return [self._snapshot(fault) for fault in stale if fault.count != 0 and fault.fits(request.call)]

    def keep(self, looked: list[Snapshot], status: int) -> None:
        """The POST was accepted: from now on reads are behind."""
        self._rows += [one for one in looked if status < 300 and one.fault.take()]

    def _snapshot(self, fault: Fault) -> Snapshot:
        world, reads = self.world, fault.options.get("reads")
        items = {item.key: copy.copy(item) for item in world.estate.items}
        for item in items.values():
            item.vm = replace(item.vm, adapters=[copy.copy(one) for one in item.vm.adapters])
        seconds = fault.options.get("seconds", 60 if reads is None else None)
        until = float("inf") if seconds is None else world.now + seconds
        return Snapshot(fault, items, {job.id: copy.copy(job) for job in world.jobs.all}, until, reads)

    def _for(self, what: str) -> Snapshot | None:
        for one in self._rows:
            fits = what in one.fault.options.get("what", WHAT[:2]) and one.fault in self.faults.rows
            if fits and self.world.now < one.until and one.reads != 0:
                one.reads = None if one.reads is None else one.reads - 1
                return one
        return None

    def items(self, found: list[Item], what: str = "items") -> list[Item]:
        """The items as a read shows them."""
        old = self._for(what)
        return [old.items.get(item.key, item) for item in found] if old else found

    def jobs(self) -> list[Job]:
        """The jobs as their list shows them."""
        old = self._for("jobs")
        return list(old.jobs.values()) if old else self.world.jobs.all

    def job(self, found: Job) -> Job:
        """A job as its own read shows it: one that is newer isn't found."""
        old = self._for("job")
        if old and found.id not in old.jobs:
            raise not_found("job", found.id)
        return old.jobs[found.id] if old else found
