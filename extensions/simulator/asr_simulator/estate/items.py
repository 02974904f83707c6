# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Protected items, recovery plans, jobs and their tasks. Texts of states are those of docs/service.md 3.5.

The records name each other, so they share a file: an item knows the job that runs on it, a job its item or its plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..clock.events import Process, Signal
from .azure import AzureVm
from .places import Host, Machine, Site
from .states import STATES, State

DESCRIPTIONS = {"Succeeded": "Completed"}
STATUS = {
    "Cancelling": "InProgress",
    "PartiallySucceeded": "Succeeded",
    "CompletedWithInformation": "Succeeded",
}  # docs/service.md 2.6
WELL = {"Succeeded", "PartiallySucceeded", "CompletedWithInformation"}
ENDED = {*WELL, "Failed", "Cancelled", "Other"}


class RecoveryPoint(NamedTuple):
    """A moment that the disks in Azure can be put back to."""

    name: str
    moment: float
    app_consistent: bool = False


@dataclass
class Item:
    """A replication protected item. `key` is its name in the scenario, `name` the one in its ARM id."""

    key: str
    name: str
    vm: Machine
    site: Site
    state: str
    azure_name: str = ""  # what failovers call the VM in Azure
    number: int = 4  # for its addresses in Azure
    managed_disks: bool = False
    azure_public_ip: bool = False
    azure: AzureVm | None = None
    test_azure: AzureVm | None = None
    job: Job | None = None  # the job that runs on it
    test_failover_state: str = "None"
    last_failover: float | None = None
    last_test_failover: float | None = None
    recovery_point: str | None = None
    correlation: str = ""
    synchronized_at: float | None = None
    waited_seconds: float = 0.0
    recovery_points: list[RecoveryPoint] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    nic_settings: dict[str, dict[str, Any]] = field(default_factory=dict)  # by adapter, as an update told them
    health: str = "Normal"
    failover_health: str = ""  # "": what follows from its errors
    health_errors: list[dict[str, Any]] = field(default_factory=list)
    allows: list[str] | None = None  # allowed operations where they differ from those of its state
    vault_host: Host | None = None  # where the vault believes the VM to be; None: where it is
    protected_since: float = 0.0
    replicating_since: float = 0.0  # when its initial replication began
    configuring: bool = False  # all data are in Azure, and it is not yet configured there

    @property
    def row(self) -> State:
        """What the item shows in its state; at the end of an initial replication it already is protected (recorded)."""
        return STATES["protected" if self.configuring else self.state]

    @property
    def allowed(self) -> tuple[str, ...]:
        """Allowed operations; a busy item allows none (docs/service.md 3.1, row 3a)."""
        return () if self.job else self.idle_allowed

    @property
    def idle_allowed(self) -> tuple[str, ...]:
        """What its state allows while nothing runs, or what was set."""
        return self.row.allowed if self.allows is None else tuple(self.allows)

    @property
    def known_host(self) -> Host:
        """The host that the vault shows."""
        return self.vault_host or self.vm.host


@dataclass
class Plan:
    """A recovery plan; groups are the Boot groups, `fixed` has the actions of the other two by their kind."""

    name: str
    id: str
    site: Site
    groups: list[dict[str, Any]]
    model: str = "ResourceManager"
    fixed: dict[str, dict[str, Any]] = field(default_factory=dict)
    scenario: tuple[str, str, float] | None = None  # name, job id, start
    job: Job | None = None
    last_times: dict[str, float] = field(default_factory=dict)
    commit_pending: bool = False
    test_pending: bool = False


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
    def its_item(self) -> Item:
        """The item that a job on an item has."""
        assert self.item
        return self.item

    @property
    def its_plan(self) -> Plan:
        """The plan that the job of a plan has."""
        assert self.plan
        return self.plan

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
