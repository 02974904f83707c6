# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One scripted fault, and what it may look at."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ..estate.items import Item

EXACT = ("method", "item", "verb", "state", "job_state")
RUNS = ("InProgress", "Suspended")
IDLE = "None"


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


def state_of(item: Item) -> Call:
    """What a fault sees of an item."""
    job = item.job
    running = {one.name for top in job.tasks for one in top.walk() if one.state in RUNS} if job else set()
    for child in job.children if job else []:
        running |= {one.name for one in child.tasks if one.state in RUNS and child.item is item}
    return Call(item=item.key, state=item.state, job_state=job.state if job else IDLE, tasks=tuple(running))


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
    schedule: str | None = None
    by_entry: bool = False  # `match.item` means entries of a list too
    hits: int = 0
    inside: set[str] = field(default_factory=set)  # items that are in the state which an event waits for

    def fits(self, call: Call) -> bool:
        """Every key of `match` has to fit; `path` is a regular expression, `task` one of the running tasks."""
        wanted = self.match
        if self.by_entry:
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
