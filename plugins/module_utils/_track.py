# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""One protected item under way: what was asked for, what the service last said, what was done. Pure.

A track remembers only what happened in this run; where the item stands is always taken from the item and its jobs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._data_sync import SyncChoice
from ansible_collections.asr.hyperv.plugins.module_utils._items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._jobs import (
    BYSTANDERS,
    Job,
    Kind,
    ended_badly,
    ended_well,
    is_open,
    kind_of,
)
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle import (
    BY_PHASE,
    Goal,
    Phase,
    Step,
    phase_of,
    reached,
    steps,
)
from ansible_collections.asr.hyperv.plugins.module_utils._wire import last_part, same_id

STEP_KINDS = {
    Step.PLANNED_FAILOVER: Kind.PLANNED_FAILOVER,
    Step.COMMIT_FAILOVER: Kind.COMMIT,
    Step.REVERSE_REPLICATION: Kind.REVERSE_REPLICATION,
}


@dataclass(frozen=True)
class Intent:
    """What is wanted for one item. `vm_creation` and `provider_id` go into the planned failover as they are (2.1)."""

    goal: Goal
    permitted: frozenset[Step] = frozenset(Step)
    sync: SyncChoice | None = None
    vm_creation: str = "NoAction"
    provider_id: str = ""
    group: int = 0

    @property
    def full_download(self) -> bool:
        return self.sync is not None and self.sync.full_download


@dataclass
class Deed:
    """A step that the service accepted in this run. Times are the service's, UTC."""

    step: Step
    job: str
    asked: datetime
    ended: datetime | None = None


@dataclass
class Doubt:
    """A step whose POST may or may not have been accepted: nobody sends it again before having looked `looks` times."""

    step: Step
    since: datetime
    looks: int = 0


@dataclass
class Track:
    """The item, its intent, and the run so far. `problem` is set once and ends the item's run."""

    item: ProtectedItem
    intent: Intent
    phase: Phase
    job: Job | None = None
    phase_before: Phase = Phase.UNKNOWN
    deeds: list[Deed] = field(default_factory=list)
    doubt: Doubt | None = None
    problem: dict | None = None
    warnings: list[str] = field(default_factory=list)
    missed: int = 0

    def __post_init__(self) -> None:
        self.phase_before = self.phase

    @property
    def name(self) -> str:
        return self.item.friendly_name or self.item.name

    @property
    def arrived(self) -> bool:
        """Whether the item is where it was asked to be, or past it."""
        return reached(self.phase, self.intent.goal)

    @property
    def at_rest_before_the_gate(self) -> bool:
        """A full download has no synchronization before the gate: for the goal `synchronized` it is ready as it is."""
        waiting = self.phase in (Phase.FAILED_OVER, Phase.INCONSISTENT)
        return waiting and self.intent.goal is Goal.SYNCHRONIZED and self.intent.full_download

    @property
    def settled(self) -> bool:
        """Whether this run has nothing more to do for the item."""
        return self.problem is not None or (self.doubt is None and (self.arrived or self.at_rest_before_the_gate))

    @property
    def path(self) -> tuple[Step, ...]:
        """The steps that are left, in order."""
        if self.at_rest_before_the_gate:
            return ()
        return steps(self.phase, self.intent.goal, full_download=self.intent.full_download)

    @property
    def due(self) -> Step | None:
        """The step that is legal and wanted now; None while something runs, in doubt, or when done.

        A step that was accepted in this run is never due again: the service's lists may lag behind what it has accepted.
        """
        if self.settled or self.doubt is not None:
            return None
        step = BY_PHASE[self.phase].step
        done = any(deed.step is step for deed in self.deeds)
        return step if step in self.intent.permitted and not done else None

    @property
    def under_way(self) -> Step | None:
        """The step of this run whose job has not ended yet."""
        return next((deed.step for deed in reversed(self.deeds) if deed.ended is None), None)

    def cuts_over(self, step: Step) -> bool:
        """Whether this step shuts the Azure VM down."""
        return step is Step.COMPLETE_FAILOVER or (step is Step.PLANNED_FAILOVER and self.intent.full_download)

    def owns(self, job: Job) -> bool:
        """Whether the job is about this item: jobs name the VM's id, not the item's ARM id (`domain.md` 4.1)."""
        ids = (self.item.vm_id, last_part(self.item.protectable_item_id), self.item.name)
        return any(same_id(job.target_id, own) for own in ids if own) and job.scenario not in BYSTANDERS

    def reread(self, item: ProtectedItem, job: Job | None = None) -> None:
        """Take in a fresh item, with its open job or its last failback job."""
        self.item, self.job = item, job
        self.phase = self.seen_from_here(phase_of(item, job))

    def follow(self, job: Job) -> None:
        """Take in the newest state of an open job; `ended` jobs go through `conclude`."""
        self.job = job
        self.phase = self.seen_from_here(phase_of(self.item, job))

    def seen_from_here(self, phase: Phase) -> Phase:
        """What the service does not show yet, but this run knows: the step it accepted, and a gate that is behind us."""
        step = self.under_way
        if step is None or phase not in (Phase.BUSY, Phase.SYNCHRONIZING, Phase.SYNCHRONIZED):
            return phase
        if step is Step.COMMIT_FAILOVER:
            return self.phase
        if step is Step.REVERSE_REPLICATION:
            return Phase.REPLICATING
        if self.cuts_over(step):
            return Phase.CUTTING_OVER
        return Phase.SYNCHRONIZING if phase is Phase.BUSY else phase

    def conclude(self, job: Job) -> bool:
        """Take in a job that ended well. True when that alone says where the item is; False when it has to be read."""
        step, self.job = self.under_way, None
        for deed in self.deeds:
            deed.ended = deed.ended or job.ended or deed.asked
        after = {
            Kind.PLANNED_FAILOVER: Phase.FAILED_BACK_UNCOMMITTED,
            Kind.COMMIT: Phase.FAILED_OVER if self.intent.goal is Goal.FAILED_OVER else Phase.FAILED_BACK,
            Kind.REVERSE_REPLICATION: Phase.REPLICATING,
            Kind.INITIAL_REPLICATION: Phase.PROTECTED,
        }.get(kind_of(job))
        sure = step is not None or self.phase in (Phase.CUTTING_OVER, Phase.REPLICATING)
        if after is None or not sure or not ended_well(job):
            return False
        self.phase = after
        return True

    def fail(self, message: str, **facts: object) -> None:
        """End the item's run with a problem: the message for a person, the facts as data."""
        self.problem = {
            "message": message,
            **{name: fact for name, fact in facts.items() if fact not in (None, "", [], ())},
        }


def job_of(track: Track, jobs: Iterable[Job]) -> Job | None:
    """The job that tells the item's phase: its open job, else its newest failback job if that one ended badly."""
    own = [job for job in jobs if track.owns(job)]
    running = [job for job in own if is_open(job)]
    if running:
        return max(running, key=start_of)
    past = [job for job in own if kind_of(job) is Kind.PLANNED_FAILOVER]
    newest = max(past, key=start_of, default=None)
    return newest if ended_badly(newest) else None


def start_of(job: Job) -> float:
    """When the job started as a sortable number; a job that has not started yet is the newest of all."""
    return job.started.timestamp() if job.started else float("inf")
