# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""One protected item under way: what was asked for, what the service last said, what was done in this run. Pure.

Where the item stands is always taken from the item and its jobs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Unpack, cast

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.evidence import is_failback
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import (
    BY_PHASE,
    Goal,
    Phase,
    Step,
    is_before,
    phase_of,
    reached,
    steps,
)
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import TO_START
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import RUNS_THERE
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.step_table import BY_STEP, MOVING, STEP_OF
from ansible_collections.asr.hyperv.plugins.module_utils._run.steps import SentStep, Unconfirmed, cuts_over, meanwhile
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_side import Deletion
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import BYSTANDERS, Job, Kind, is_open, kind_of
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import last_part, same_id
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Problem
from ansible_collections.asr.hyperv.plugins.module_utils._wish.intent import Intent


@dataclass(eq=False)
class Track:
    """The item, its intent, and the run so far. `problem` is set once and ends the item's run.
    `proven` is the phase that the end of a job has proven: an older reading of the item is not believed any more.
    `trouble` is what went wrong last without being the end, `idle` counts the ticks without a job to follow. `behind` says
    whether somebody else moves the item (True), or this run does (False); None while unseen. `past`: steps of earlier calls.
    """

    item: ProtectedItem
    intent: Intent
    phase: Phase
    job: Job | None = None
    phase_before: Phase = Phase.UNKNOWN
    sent_steps: list[SentStep] = field(default_factory=list)
    past: list[SentStep] = field(default_factory=list)
    doubt: Unconfirmed | None = None
    problem: Problem | None = None
    warnings: list[str] = field(default_factory=list)
    proven: Phase | None = None
    trouble: str = ""
    deletion: Deletion = field(default_factory=Deletion)
    missed: int = 0
    idle: int = 0
    behind: bool | None = None

    def __post_init__(self) -> None:
        self.phase_before = self.phase

    @property
    def name(self) -> str:
        return self.item.friendly_name or self.item.name

    @property
    def job_name(self) -> str:
        """The name of the job that is followed; empty without one."""
        return self.job.name if self.job else ""

    @property
    def arrived(self) -> bool:
        """Whether the item is where it was asked to be, or past it; a reverse replication counts when its job has ended."""
        there = reached(self.phase, self.intent.goal, self.intent.way) and not self.intent.rests
        return there and self.errand is None and self.under_way is not Step.REVERSE_REPLICATION

    def would_be_there(self, item: ProtectedItem) -> bool:
        """Whether a fresh item proves by itself that it is where it was asked to be."""
        way = self.intent.way
        return reached(phase_of(item, way=way), self.intent.goal, way)

    @property
    def at_rest_before_the_gate(self) -> bool:
        """A full download has no synchronization before the gate: for the goal `synchronized` it is ready as it is."""
        waiting = self.phase in TO_START and not self.intent.rests
        return waiting and self.intent.goal is Goal.SYNCHRONIZED and self.intent.full_download

    @property
    def settled(self) -> bool:
        """Whether this run has nothing more to do for the item."""
        there = self.doubt is None and (self.arrived or self.at_rest_before_the_gate)
        return there or self.intent.rests or self.problem is not None

    @property
    def path(self) -> tuple[Step, ...]:
        """The steps that are left, in order."""
        if self.intent.rests or self.at_rest_before_the_gate:
            return ()
        way = steps(self.phase, self.intent.goal, self.intent.way, full_download=self.intent.full_download)
        return (*way, self.errand) if self.errand else way

    @property
    def errand(self) -> Step | None:
        """What is still to be done at the goal, where the item keeps its phase."""
        wanted = self.intent.errand
        return None if self.has_done(wanted) else wanted

    def has_done(self, step: Step | None) -> bool:
        """Whether a job of this run that did the step is over."""
        return any(sent.step is step and sent.ended and not sent.turned_away for sent in self.sent_steps)

    @property
    def due(self) -> Step | None:
        """The step that is legal and wanted now; None while something runs, in doubt, or when done.

        A step that was accepted in this run is never due again, unless it was turned away.
        """
        row = BY_PHASE[self.phase]
        step = self.errand if self.errand in row.here else row.on(self.intent.way).step
        if self.settled or self.doubt or step not in self.intent.permitted:
            return None
        done = any(sent.step is step and not sent.turned_away for sent in self.sent_steps)
        return None if done else step

    @property
    def under_way(self) -> Step | None:
        """The step of this run whose job has not ended yet."""
        return next((sent.step for sent in reversed(self.sent_steps) if sent.ended is None), None)

    def cuts_over(self, step: Step | None) -> bool:
        """Whether this step moves the VM to the other side."""
        return cuts_over(step, self.intent)

    @property
    def wave(self) -> int:
        return self.intent.wave

    @property
    def optional(self) -> bool:
        return self.intent.optional

    @property
    def left_behind(self) -> bool:
        """Whether this call brings it no further, though it is not there."""
        return self.problem is not None or (self.settled and not self.there)

    @property
    def there(self) -> bool:
        """Whether the VM runs where its way leads."""
        way = self.intent.way
        return way is not None and reached(self.phase, RUNS_THERE[way], way)

    @property
    def in_between(self) -> bool:
        """Whether the VM is being moved, committed or protected again, or may be: not the moment to look away."""
        step = self.under_way
        return self.doubt is not None or self.phase in MOVING or (step is not None and BY_STEP[step].seen_through)

    def owns(self, job: Job) -> bool:
        """Whether the job is about this item: jobs name the VM's id, not the item's ARM id (docs/service.md 4.1)."""
        ids = (self.item.vm_id, last_part(self.item.protectable_item_id), self.item.name)
        return any(same_id(job.target_id, own) for own in ids if own) and job.scenario not in BYSTANDERS

    def step_of(self, job: Job) -> Step | None:
        """The step that a job of this item does, whoever sent it; None for one that is not on its way."""
        if kind_of(job) is Kind.PLANNED_FAILOVER:
            return Step.PLANNED_FAILOVER if is_failback(self.item, job) is self.intent.goes_home else None
        if self.is_beside(job):
            return None
        in_azure = self.item.active_location == "Recovery" and self.intent.goal is not Goal.FAILED_OVER
        if kind_of(job) is Kind.COMMIT and in_azure:
            return None
        return STEP_OF.get(kind_of(job))

    def is_beside(self, job: Job) -> bool:
        """Whether the job does nothing that is on the way of this item."""
        homeward, step = self.intent.goes_home and self.intent.errand is None, STEP_OF.get(kind_of(job))
        return kind_of(job) is Kind.OTHER or (homeward and step is not None and not BY_STEP[step].of_a_failback)

    def reread(self, item: ProtectedItem, job: Job | None = None) -> bool:
        """Take in a fresh item, with its open job or its last failback job. False when it is older than what is proven."""
        phase = phase_of(item, job, self.intent.way)
        if self.proven and (is_before(phase, self.proven, self.intent.way) or phase is Phase.BUSY and not is_open(job)):
            return False
        self.idle = 0 if self.proven is phase else self.idle  # it has moved, however late its next job comes
        self.item = item
        self.follow(job)
        return True

    def follow(self, job: Job | None) -> None:
        """Take in the newest state of the job, or that there is none."""
        self.phase = self.seen_from_here(phase_of(self.item, job, self.intent.way), job)
        self.job = job
        if is_open(job):
            self.idle = 0
            self.behind = self.is_somebody_elses(job) or self.behind

    def is_somebody_elses(self, job: Job) -> bool:
        """Whether another run or a person started this job, which moves the item."""
        return kind_of(job) in STEP_OF and not any(same_id(sent.job, job.name) for sent in self.sent_steps)

    def seen_from_here(self, phase: Phase, job: Job | None) -> Phase:
        """What the service does not show (yet), but this run knows: the step it accepted, and a gate that is behind us."""
        # For some looks after a step was accepted item and job still stand as before it (docs/service.md 3.1); at their word it
        # would be sent again. A fixed time would not do, as nobody promises one; to keep the last phase until the job is seen
        # would hide somebody else's job. A gate is behind us for one job only: a new one may stop at a gate of its own.
        step = self.under_way
        if phase is Phase.SYNCHRONIZING and self.phase in (Phase.SYNCHRONIZED, Phase.CUTTING_OVER):
            return Phase.CUTTING_OVER if self.job and job and same_id(self.job.name, job.name) else phase
        if step is None or phase not in (Phase.BUSY, Phase.SYNCHRONIZING, Phase.SYNCHRONIZED):
            return phase
        shown = meanwhile(step, self.intent)
        if shown is None:
            return self.phase
        return phase if shown is Phase.SYNCHRONIZING and phase is not Phase.BUSY else shown

    def accept(self, step: Step, job_name: str, asked: datetime) -> None:
        """The service has taken the step: follow its job from now on."""
        self.doubt, self.trouble, self.missed, self.behind = None, "", 0, False
        self.sent_steps.append(SentStep(step, job_name, asked))
        if step is not Step.COMPLETE_FAILOVER:
            self.job = Job(job_name, job_name, "", "", "NotStarted", "", frozenset())
        self.phase = self.seen_from_here(Phase.BUSY, self.job)

    def close_steps(self, job: Job, *, turned_away: bool = False) -> None:
        """The job is over, and with it the steps that it did. A step that was turned away may be sent again."""
        for sent in self.sent_steps:
            if sent.ended is None:
                sent.ended, sent.turned_away = job.ended or sent.asked, turned_away

    def moved(self, phase: Phase) -> None:
        """A job that ended well has brought the item here."""
        self.job, self.phase, self.proven, self.idle = None, phase, phase, 0

    def warn(self, words: str) -> None:
        """Something to know, once."""
        self.warnings += [words] if words and words not in self.warnings else []

    def fail(self, **problem: Unpack[Problem]) -> None:
        """End the item's run with a problem: the message for a person, the facts as data. Facts that say nothing are left out."""
        told = {name: fact for name, fact in problem.items() if fact not in (None, "", [], ())}
        self.problem = cast(Problem, {"code": "", **told})
