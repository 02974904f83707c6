# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The lifecycle of a protected item as one table: phases, the evidence for each, and on each way the step that leads on.

The code walks `LIFECYCLE`, the documentation draws it, the tests cover every cell. Pure: no Azure, no Ansible, no clock."""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._domain.allowed import is_allowed
from ansible_collections.asr.hyperv.plugins.module_utils._domain.evidence import (
    failing_back,
    is_failback,
    may,
    protected,
    replicating,
    runs,
    spoilt,
    tested,
)
from ansible_collections.asr.hyperv.plugins.module_utils._domain.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._domain.jobs import (
    Job,
    Kind,
    at_the_gate,
    is_open,
    kind_of,
    past_the_gate,
)
from ansible_collections.asr.hyperv.plugins.module_utils._domain.phases import (
    GOALS_OF,
    TO_AZURE,
    TO_ON_PREMISES,
    Goal,
    Onward,
    Phase,
    Row,
    Step,
    Way,
)

GOALS = GOALS_OF[Way.HOME]
NO_TEST = {Way.CLEANUP: Onward(fulfils=Goal.CLEANED_UP)}
IN_AZURE = {Way.OUT: Onward(fulfils=Goal.FAILED_OVER), **NO_TEST}
DIRECTIONS = {way: TO_ON_PREMISES if way is Way.HOME else TO_AZURE for way in Way}
FAILOVERS = (Kind.PLANNED_FAILOVER, Kind.UNPLANNED_FAILOVER)


# Read from top to bottom, the first row that holds is the phase. `job` is the item's open job, else its last failback job.
LIFECYCLE = (
    Row(
        Phase.SYNCHRONIZED,
        "failback job Suspended, Resume allowed, not a manual action",
        lambda item, job: failing_back(item, job) and at_the_gate(job),
        {
            Way.HOME: Onward(Step.COMPLETE_FAILOVER, Phase.CUTTING_OVER, Goal.SYNCHRONIZED),
            **IN_AZURE,
        },
    ),
    Row(
        Phase.CUTTING_OVER,
        "failback job in progress, its gate passed or skipped",
        lambda item, job: failing_back(item, job) and past_the_gate(job) and job.state != "Suspended",
        {Way.HOME: Onward(None, Phase.FAILED_BACK_UNCOMMITTED, Goal.SYNCHRONIZED), **NO_TEST},
    ),
    Row(
        Phase.SYNCHRONIZING,
        "failback job in progress, gate not reached",
        lambda item, job: failing_back(item, job) and job.state != "Suspended",
        {
            Way.HOME: Onward(None, Phase.SYNCHRONIZED, Goal.FAILED_OVER),
            **IN_AZURE,
        },
    ),
    Row(
        Phase.REPLICATING,
        "initial replication after reverse replication",
        replicating,
        {
            Way.HOME: Onward(None, Phase.PROTECTED, Goal.REPLICATING),
            Way.OUT: Onward(None, Phase.PROTECTED),
            Way.DRILL: Onward(None, Phase.PROTECTED),
            **NO_TEST,
        },
        (Step.REPAIR_REPLICATION,),
    ),
    Row(
        Phase.FAILING_OVER,
        "job of a planned or unplanned failover to Azure in progress",
        lambda item, job: is_open(job) and kind_of(job) in FAILOVERS and not is_failback(item, job),
        {Way.OUT: Onward(None, Phase.FAILED_OVER_UNCOMMITTED)},
    ),
    Row(
        Phase.TESTED,
        "TestFailoverCleanup allowed, or the job of the test failover Suspended",
        tested,
        {
            Way.CLEANUP: Onward(Step.TEST_FAILOVER_CLEANUP, Phase.CLEANING_UP),
            Way.DRILL: Onward(fulfils=Goal.TESTED),
            Way.OUT: Onward(Step.TEST_FAILOVER_CLEANUP, Phase.CLEANING_UP),
        },
    ),
    Row(
        Phase.TESTING,
        "job of a test failover in progress",
        runs(Kind.TEST_FAILOVER),
        {way: Onward(None, Phase.TESTED) for way in (Way.DRILL, Way.CLEANUP, Way.OUT)},
    ),
    Row(
        Phase.CLEANING_UP,
        "job of a test failover's cleanup in progress",
        runs(Kind.TEST_CLEANUP),
        {way: Onward(None, Phase.PROTECTED) for way in (Way.CLEANUP, Way.DRILL, Way.OUT)},
    ),
    Row(Phase.BUSY, "another operation runs", lambda item, job: is_open(job)),
    Row(
        Phase.FAILED_BACK_UNCOMMITTED,
        "FinalizeFailback allowed (the active location is already Primary)",
        lambda item, job: "FinalizeFailback" in item.allowed_operations,
        {
            Way.HOME: Onward(Step.COMMIT_FAILOVER, Phase.FAILED_BACK, Goal.CUT_OVER),
            Way.OUT: Onward(Step.COMMIT_FAILOVER, Phase.FAILED_BACK),
            Way.DRILL: Onward(Step.COMMIT_FAILOVER, Phase.FAILED_BACK),
            **NO_TEST,
        },
    ),
    Row(
        Phase.FAILED_BACK,
        "active location Primary, ReverseReplicate allowed",
        may("ReverseReplicate", "Primary"),
        {
            Way.HOME: Onward(Step.REVERSE_REPLICATION, Phase.REPLICATING, Goal.COMMITTED),
            Way.OUT: Onward(Step.REVERSE_REPLICATION, Phase.REPLICATING),
            Way.DRILL: Onward(Step.REVERSE_REPLICATION, Phase.REPLICATING),
            **NO_TEST,
        },
    ),
    Row(
        Phase.INCONSISTENT,
        "active location Recovery, Failback allowed, the last failback job was cancelled or failed after its checks",
        spoilt,
        {
            Way.HOME: Onward(Step.PLANNED_FAILOVER, Phase.SYNCHRONIZING, Goal.FAILED_OVER),
            **IN_AZURE,
        },
    ),
    Row(
        Phase.FAILED_OVER,
        "active location Recovery, Failback allowed",
        may("Failback", "Recovery"),
        {
            Way.HOME: Onward(Step.PLANNED_FAILOVER, Phase.SYNCHRONIZING, Goal.FAILED_OVER),
            **IN_AZURE,
        },
    ),
    Row(
        Phase.FAILED_OVER_UNCOMMITTED,
        "active location Recovery, Commit allowed",
        may("Commit", "Recovery"),
        {
            Way.HOME: Onward(Step.COMMIT_FAILOVER, Phase.FAILED_OVER),
            Way.OUT: Onward(Step.COMMIT_FAILOVER, Phase.FAILED_OVER, Goal.FAILED_OVER_UNCOMMITTED),
            **NO_TEST,
        },
        (Step.APPLY_RECOVERY_POINT,),
    ),
    Row(
        Phase.PROTECTED,
        "active location Primary, state Protected",
        protected,
        {
            Way.HOME: Onward(fulfils=Goal.PROTECTED),
            Way.OUT: Onward(Step.PLANNED_FAILOVER, Phase.FAILING_OVER),
            Way.UNPLANNED: Onward(Step.UNPLANNED_FAILOVER, Phase.FAILING_OVER),
            Way.DRILL: Onward(Step.TEST_FAILOVER, Phase.TESTING),
            **NO_TEST,
        },
        (Step.REPAIR_REPLICATION,),
    ),
    Row(
        Phase.BUSY,
        "no operation allowed and a job named in the item's current scenario",
        lambda item, job: not item.allowed_operations and bool(item.current_job_id),
    ),
    Row(Phase.UNKNOWN, "no other row fits", lambda item, job: True),
)

BY_PHASE = {row.phase: row for row in LIFECYCLE}


def phase_of(item: ProtectedItem, job: Job | None = None, way: Way | None = Way.HOME) -> Phase:
    """The phase of an item, from what the service says of it and of its job.

    Rows that are not on the way are only looked at when no other fits: what runs beside the way is just another operation.
    """
    phase = next(row.phase for row in LIFECYCLE if row.lies_on(way) and row.holds(item, job))
    return next(row.phase for row in LIFECYCLE if row.holds(item, job)) if phase is Phase.UNKNOWN else phase


def reached(phase: Phase, goal: Goal, way: Way | None = Way.HOME) -> bool:
    """Whether the goal holds in this phase: the item is there or past it. Without a way nothing is reached."""
    if way is None:
        return False
    goals, fulfils = GOALS_OF[way], BY_PHASE[phase].on(way).fulfils
    return fulfils is not None and goals.index(fulfils) >= goals.index(goal)


def legal_steps(phase: Phase, item: ProtectedItem, job: Job | None) -> tuple[str, ...]:
    """What may be asked for in this phase, on any way, and the vault allows now; with its direction where a step has two."""
    row = BY_PHASE[phase]
    onward = [(step, DIRECTIONS[way]) for way in Way if (step := row.on(way).step)]
    both = Step.PLANNED_FAILOVER
    told = [
        f"{step.value} ({direction})" if step is both else step.value
        for step, direction in [*onward, *((step, "") for step in row.here)]
        if is_allowed(step, item, job)
    ]
    return tuple(dict.fromkeys(told))


def next_phase(phase: Phase, way: Way | None = Way.HOME, *, full_download: bool = False) -> Phase | None:
    """The phase after this one when its step or wait ends well; None where no way leads on.

    A full download (ForSynchronization) never waits at the gate (docs/service.md 2.1), so it goes straight to cutting_over.
    """
    after = BY_PHASE[phase].on(way).leads_to
    return Phase.CUTTING_OVER if full_download and after is Phase.SYNCHRONIZING else after


def is_before(phase: Phase, other: Phase, way: Way | None = Way.HOME) -> bool:
    """Whether the one phase leads to the other on this way, at once or later."""
    here = next_phase(phase, way)
    return here is not None and (here is other or is_before(here, other, way))


def steps(phase: Phase, goal: Goal, way: Way | None = Way.HOME, *, full_download: bool = False) -> tuple[Step, ...]:
    """The steps from here to the goal, in order; empty when the goal is reached or no way leads on."""
    path = []
    here: Phase | None = phase
    while here is not None and not reached(here, goal, way):
        step = BY_PHASE[here].on(way).step
        path += [step] if step else []
        here = next_phase(here, way, full_download=full_download)
    return tuple(path) if here is not None else ()
