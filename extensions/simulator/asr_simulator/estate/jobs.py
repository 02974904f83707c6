# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs and their tasks. Texts of states are those of docs/service.md 3.5."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..clock.events import Process, Signal
    from .estate import Item, Plan

DESCRIPTIONS = {"Succeeded": "Completed"}
STATUS = {
    "Cancelling": "InProgress",
    "PartiallySucceeded": "Succeeded",
    "CompletedWithInformation": "Succeeded",
}  # docs/service.md 2.6
WELL = {"Succeeded", "PartiallySucceeded", "CompletedWithInformation"}
ENDED = {*WELL, "Failed", "Cancelled", "Other"}


@dataclass
class Task:
    """One task of a job; a group has children, a child of a plan leads to a job of its own."""

    id: str
    name: str
    friendly: str
    state: str = "NotStarted"
    description: str = "NotStarted"
    start: float | None = None
    end: float | None = None
    errors: list[dict[str, Any]] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    kind: str = "TaskDetails"
    group_type: str = ""
    children: list[Task] = field(default_factory=list)
    job: Job | None = None
    item: Item | None = None
    instructions: str = ""

    def begin(self, moment: float) -> None:
        """It runs from this moment on."""
        self.start, self.state, self.description = moment, "InProgress", "InProgress"

    def finish(self, moment: float, state: str = "Succeeded", description: str | None = None) -> None:
        """It has ended, well or not."""
        self.end, self.state = moment, state
        self.description = description or DESCRIPTIONS.get(state, state)
        self.allowed = []

    def skip(self) -> None:
        """It was left out (docs/service.md 3.4)."""
        self.state, self.description = "Other", "Skipped"

    def walk(self) -> Iterator[Task]:
        """The task and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass
class Job:
    """One job. `id` is what clients see; `operation` is the guid of the 202 answer, another one for plans."""

    id: str
    operation: str
    scenario: str
    friendly: str
    accepted: float
    activity: str
    item: Item | None = None
    plan: Plan | None = None
    target: tuple[str, str, str] = ("", "", "Other")  # object id, name, instance type
    listed: bool = True
    state: str = "NotStarted"
    description: str = "NotStarted"
    start: float | None = None
    end: float | None = None
    allowed: list[str] = field(default_factory=list)
    after_failure: tuple[str, ...] = ()
    tasks: list[Task] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    process: Process | None = None
    resumed: Signal | None = None
    comments: list[str] = field(default_factory=list)
    direction: str = ""
    details: str = "AsrJobDetails"
    children: list[Job] = field(default_factory=list)
    script: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    ending: str = "Succeeded"  # the state in which it ends if nothing stops it
    restart: bool | None = None  # whether Restart is allowed at its end; None: what is usual for the kind of job

    @property
    def ended(self) -> bool:
        """Whether the job is over."""
        return self.state in ENDED

    @property
    def status(self) -> str:
        """Top-level status of the job (docs/service.md 2.6)."""
        return STATUS.get(self.state, self.state)

    def begin(self, moment: float) -> None:
        """It runs from this moment on."""
        self.start, self.state, self.description, self.allowed = moment, "InProgress", "InProgress", ["Cancel"]

    def suspend(self, description: str) -> None:
        """It waits for somebody."""
        self.state, self.description, self.allowed = "Suspended", description, ["Cancel", "Resume"]

    def go_on(self) -> None:
        """It runs again."""
        self.state, self.description, self.allowed = "InProgress", "InProgress", ["Cancel"]

    def finish(self, moment: float, state: str = "Succeeded") -> None:
        """It has ended, well or not."""
        self.end, self.state, self.description = moment, state, DESCRIPTIONS.get(state, state)
        usual = list(self.after_failure) if state == "Failed" else []
        self.allowed = usual if self.restart is None else ["Restart"] * self.restart

    def fail(self, moment: float, error: dict[str, Any], state: str = "Failed") -> None:
        """End with an error, which stands at the job and in the task that ran (docs/service.md 4.3); a cancelled job has none."""
        running = [task for top in self.tasks for task in top.walk() if task.state in ("InProgress", "Suspended")]
        cancelled = state == "Cancelled"
        for task in running:
            task.errors += [] if cancelled else [{**error, "taskId": task.id}]
            task.finish(moment, "Cancelled" if cancelled else "Failed")
        self.errors += [] if cancelled else [{**error, "taskId": running[-1].id if running else None}]
        self.finish(moment, state)

    def all_tasks(self) -> Iterator[Task]:
        """Tasks of all levels."""
        for top in self.tasks:
            yield from top.walk()


class JobBook:
    """All jobs of the vault, found by job id or by the operation's guid."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self._by_id: dict[str, Job] = {}

    def add(self, job: Job) -> Job:
        """Keep a job."""
        self.jobs.append(job)
        self._by_id[job.id.lower()] = self._by_id[job.operation.lower()] = job
        return job

    def find(self, guid: str) -> Job | None:
        """A job by its own guid or by that of its operation."""
        return self._by_id.get(guid.lower())
