# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scripted faults: each says what it matches, how often it strikes, how many matches it lets pass, and from when on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .fault_kinds import COMMON, KINDS, check_options
from .fault_refusals import late
from .wire import Dropped, NoAnswer, Raw, TimedOut, wire

if TYPE_CHECKING:
    from .call import Answer, Request
    from .jobs import Job
    from .world import World

__all__ = ["Call", "Dropped", "Fault", "Faults", "NoAnswer", "Raw", "TimedOut", "wire"]

EXACT = ("method", "item", "verb", "state", "job_state")


@dataclass
class Call:
    """What a fault may look at: a request, or an item with its job. `state` is a state of the scenario."""

    method: str = ""
    path: str = ""
    item: str = ""
    verb: str = ""
    state: str = ""
    job_state: str = ""
    tasks: tuple[str, ...] = ()  # names of the tasks that run


@dataclass
class Fault:
    """One scripted fault. `count` None = for ever; `skip` = matches that pass first; in force from `since` to `until`."""

    kind: str
    match: dict[str, str] = field(default_factory=dict)
    count: int | None = 1
    skip: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    since: float = float("-inf")
    until: float = float("inf")
    hits: int = 0
    schedule: str | None = None

    def fits(self, call: Call) -> bool:
        """Every key of `match` has to fit; `path` is a regular expression, `task` one of the running tasks."""
        wanted = self.match
        if KINDS[self.kind].by_entry:
            wanted = {key: value for key, value in wanted.items() if key != "item"}
        return (
            all(wanted[key].lower() == getattr(call, key).lower() for key in EXACT if key in wanted)
            and bool(re.search(wanted.get("path", ""), call.path, re.IGNORECASE))
            and ("task" not in wanted or wanted["task"] in call.tasks)
        )

    def take(self) -> bool:
        """Count a match; true if the fault strikes."""
        if self.skip:
            self.skip -= 1
            return False
        if self.count is not None:
            if not self.count:
                return False
            self.count -= 1
        self.hits += 1
        return True

    def show(self) -> dict[str, Any]:
        """The fault as the control interface shows it."""
        return {
            "kind": self.kind,
            "schedule": self.schedule,
            "match": self.match,
            "count": self.count,
            "skip": self.skip,
            **self.options,
            "hits": self.hits,
        }


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
        kind = KINDS[given["kind"]]
        options = {key: value for key, value in given.items() if key not in COMMON}
        since = self.world.now + given.get("after", 0)
        lasts = given.get("lasts")
        until = float("inf") if lasts is None else since + lasts
        count = given.get("count", kind.count)
        place = (dict(given.get("match", {})), count, given.get("skip", 0))
        fault = Fault(given["kind"], *place, options, since, until, schedule=schedule)
        self.rows.append(fault)
        return fault

    def clear(self) -> None:
        """Take all faults away."""
        self.rows.clear()

    def of(self, *places: str) -> Iterator[Fault]:
        """The faults of some places that are in force now."""
        now = self.world.now
        return (one for one in list(self.rows) if KINDS[one.kind].place in places and one.since <= now < one.until)

    def strike(self, request: Request, accepted: bool) -> None:
        """Raise the first fault that fits the request, before or after it was carried out."""
        for fault in self.of("request"):
            if late(fault) == accepted and fault.fits(request.call) and fault.take():
                raise KINDS[fault.kind].act(request, fault)

    def spoil(self, request: Request, given: Answer) -> Answer:
        """The answer after every fault that fits it."""
        for fault in self.of("answer"):
            found = KINDS[fault.kind].act(request, fault, given) if fault.fits(request.call) else None
            if found is not None and fault.take():
                given = found
        return given

    def page_size(self, request: Request, usual: int) -> int:
        """Entries per page of a list."""
        sizes = [fault.options.get("size", 1) for fault in self.of("page") if fault.fits(request.call)]
        return min([usual, *sizes])

    def skew_of_jobs(self, request: Request) -> float:
        """By how much the times of jobs are off; filters go by the same clock."""
        rows = [fault for fault in self.of("answer") if fault.kind == "clock_skew" and fault.fits(request.call)]
        return sum(row.options.get("seconds", 300) for row in rows if row.options.get("where") != "headers")

    def job_failure(self, job: Job, task: str, item: str) -> str | None:
        """Error code with which a task is to fail. The `verb` of the match is the scenario name of the job."""
        call = Call(item=item, verb=job.scenario)
        for fault in self.of("job"):
            wanted = fault.options.get("task", task)
            if wanted == task and fault.fits(call) and fault.take():
                return str(fault.options.get("code", "539"))
        return None
