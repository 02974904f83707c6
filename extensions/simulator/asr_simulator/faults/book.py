# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scripted faults: each says what it matches, how often it strikes, how many matches it lets pass, and from when on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..arm.call import Answer, Request
from ..estate.items import Item, Job
from ..world.fault import Call, Fault, state_of
from ..world.world import World
from .kinds import COMMON, KINDS, check_names, check_options
from .refusals import late
from .schedules import resolved

OF_REQUEST = {"method", "path", "verb"}  # with one of these in its match an event waits for a request
OF_STATE = {"state", "job_state", "task"}  # with one of these, for an item


class Faults:
    """All faults in force, in the order in which they were given."""

    def __init__(self, world: World, given: list[dict[str, Any]]) -> None:
        self.world = world
        self.rows: list[Fault] = []
        for one in given:
            self.add(one)

    def add(self, given: dict[str, Any], schedule: str | None = None) -> Fault:
        """Put a fault in force, at once or `after` simulated seconds, for as long as it `lasts`."""
        check_options(given)
        check_names(given, self.world.scenario)
        kind = KINDS[given["kind"]]
        options = {key: value for key, value in given.items() if key not in COMMON}
        since = self.world.now + given.get("after", 0)
        lasts = given.get("lasts")
        until = float("inf") if lasts is None else since + lasts
        count = given.get("count", kind.count)
        place = (dict(given.get("match", {})), count, given.get("skip", 0))
        fault = Fault(given["kind"], *place, options, since, until, schedule, by_entry=kind.by_entry)
        self.rows.append(fault)
        self.arm(fault)
        return fault

    def add_schedule(self, name: str) -> dict[str, Any]:
        """Put all faults of a named schedule in force; the answer is the schedule with the names of this world."""
        schedule = resolved(self.world, name)
        for one in schedule["faults"]:
            self.add(one, name)
        return schedule

    def clear(self) -> None:
        """Take all faults away."""
        self.rows.clear()

    def of(self, *places: str) -> Iterator[Fault]:
        """The faults of some places that are in force now."""
        now = self.world.now
        return (one for one in list(self.rows) if KINDS[one.kind].place in places and one.since <= now < one.until)

    def strike(self, request: Request, accepted: bool) -> None:
        """Raise the first fault that fits the request, before or after it was carried out."""
        for fault in self.of("request", "event"):
            if KINDS[fault.kind].place == "event":
                if not accepted and set(fault.match) & OF_REQUEST and fault.fits(request.call):
                    self.happen(fault, request.call.item)
            elif late(fault) == accepted and fault.fits(request.call):
                found = KINDS[fault.kind].act(request, fault)
                if found is not None and fault.take():
                    raise found

    def spoil(self, request: Request, given: Answer) -> Answer:
        """The answer after every fault that fits it."""
        for fault in self.of("answer"):
            found = KINDS[fault.kind].act(request, fault, given) if fault.fits(request.call) else None
            if found is not None and fault.take():
                given = found
        return given

    def page_size(self, call: Call, usual: int) -> int:
        """Entries per page of a list."""
        sizes: list[int] = [fault.options.get("size", 1) for fault in self.of("page") if fault.fits(call)]
        return min([usual, *sizes])

    def skew_of_jobs(self, call: Call) -> float:
        """By how much the times of jobs are off; filters go by the same clock."""
        rows = [fault for fault in self.of("answer") if fault.kind == "clock_skew" and fault.fits(call)]
        skews: list[float] = [row.options.get("seconds", 300) for row in rows if row.options.get("where") != "headers"]
        return sum(skews)

    def of_job(self, kind: str, job: Job, item: Item | None, task: str) -> Fault | None:
        """The fault that strikes at a task of a job. The `verb` of its match is the scenario name of the job."""
        call = Call(item=item.key if item else "", verb=job.scenario)
        for fault in self.of("job"):
            wanted = fault.options.get("task", "" if kind == "job_hang" else task)
            if fault.kind == kind and wanted == task and fault.fits(call) and fault.take():
                return fault
        return None

    def arm(self, fault: Fault) -> None:
        """An event that waits neither for a request nor for a state happens at its moment."""
        if KINDS[fault.kind].place == "event" and not set(fault.match) & {*OF_REQUEST, *OF_STATE}:
            self.world.kernel.at(fault.since, lambda: self.happen(fault, fault.match.get("item", "")))

    def watch(self) -> None:
        """Let events happen for items that have come into the state they wait for."""
        for fault in self.of("event"):
            if set(fault.match) & OF_REQUEST or not set(fault.match) & OF_STATE:
                continue
            for item in list(self.world.estate.items):
                fits = fault.fits(state_of(item))
                if fits and item.key not in fault.inside:
                    self.happen(fault, item.key)
                (fault.inside.add if fits else fault.inside.discard)(item.key)

    def happen(self, fault: Fault, key: str) -> None:
        """An event happens now, or after its delay; `key` is the item it is about."""
        if fault not in self.rows or not fault.take():
            return
        world, delay = self.world, fault.options.get("delay", 0)

        def act() -> None:
            item = next((one for one in world.estate.items if one.key == key), None)
            KINDS[fault.kind].act(world, fault, item)

        if delay:
            world.kernel.at(world.now + delay, act)
        else:
            act()
