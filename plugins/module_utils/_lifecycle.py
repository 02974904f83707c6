# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The lifecycle of a failback as one table: phases, the evidence for each, the step that leads on, the goal it fulfils.

The code walks `LIFECYCLE`, the documentation draws it, the tests cover every cell. Pure: no Azure, no Ansible, no clock.
Sources: `domain.md` 3.1 (states of an item), 3.3 (scenario names of jobs), 3.5 (states of jobs).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from ansible_collections.asr.hyperv.plugins.module_utils._items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._jobs import (
    Job,
    Kind,
    at_the_gate,
    is_open,
    kind_of,
    may_have_spoilt_disks,
    past_the_gate,
)

TO_ON_PREMISES = "RecoveryToPrimary"  # the direction of a failback; every result states it


class Phase(str, Enum):
    """Where a protected item stands on its way home."""

    FAILED_OVER_UNCOMMITTED = "failed_over_uncommitted"
    FAILED_OVER = "failed_over"
    INCONSISTENT = "inconsistent"
    SYNCHRONIZING = "synchronizing"
    SYNCHRONIZED = "synchronized"
    CUTTING_OVER = "cutting_over"
    FAILED_BACK_UNCOMMITTED = "failed_back_uncommitted"
    FAILED_BACK = "failed_back"
    REPLICATING = "replicating"
    PROTECTED = "protected"
    BUSY = "busy"
    UNKNOWN = "unknown"


class Step(str, Enum):
    """What we may ask the service to do."""

    PLANNED_FAILOVER = "planned_failover"
    COMPLETE_FAILOVER = "complete_failover"
    COMMIT_FAILOVER = "commit_failover"
    REVERSE_REPLICATION = "reverse_replication"


class Goal(str, Enum):
    """States a user may ask for, in order: each holds for an item that has reached it or is past it.

    `failed_over` is what a commit after the failover to Azure leads to; a failback starts from there.
    """

    FAILED_OVER = "failed_over"
    SYNCHRONIZED = "synchronized"
    CUT_OVER = "cut_over"
    COMMITTED = "committed"
    REPLICATING = "replicating"
    PROTECTED = "protected"


GOALS = tuple(Goal)
COPYING = ("InitialReplicationInProgress", "InitialReplicationRecoveryCompletionPending", "UnprotectedStatesBegin")


def is_failback(item: ProtectedItem, job: Job) -> bool:
    """Whether a planned-failover job goes home. Both ways have one scenario name (3.3): the sides in the job decide (they
    are swapped in a failback), and the item where a job of a list names none."""
    if kind_of(job) is not Kind.PLANNED_FAILOVER:
        return False
    if job.scenario == "Failback":
        return True
    if job.primary_side or job.recovery_side:
        return job.primary_side == "Microsoft Azure"
    return item.active_location == "Recovery"


Evidence = Callable[[ProtectedItem, "Job | None"], bool]


@dataclass(frozen=True)
class Row:
    """One row of the lifecycle. `fulfils` is the highest goal that holds here; `leads_to` comes when step or wait end well."""

    phase: Phase
    evidence: str
    holds: Evidence
    step: Step | None = None
    leads_to: Phase | None = None
    fulfils: Goal | None = None


def failing_back(item: ProtectedItem, job: Job | None) -> bool:
    return is_open(job) and is_failback(item, job)


def replicating(item: ProtectedItem, job: Job | None) -> bool:
    if is_open(job):
        return kind_of(job) in (Kind.REVERSE_REPLICATION, Kind.INITIAL_REPLICATION)
    return item.protection_state in COPYING and item.active_location == "Primary"


def may(operation: str, location: str) -> Evidence:
    return lambda item, job: operation in item.allowed_operations and item.active_location == location


def protected(item: ProtectedItem, job: Job | None) -> bool:
    return item.protection_state == "Protected" and item.active_location == "Primary" and bool(item.allowed_operations)


def spoilt(item: ProtectedItem, job: Job | None) -> bool:
    """The vault offers a failback, and the last one of this stay in Azure ended badly with data already on its way."""
    if not may("Failback", "Recovery")(item, job) or not may_have_spoilt_disks(job) or not is_failback(item, job):
        return False
    return not (item.failed_over_at and job.started and job.started < item.failed_over_at)


# Read from top to bottom, the first row that holds is the phase. `job` is the item's open job, else its last failback job.
LIFECYCLE = (
    Row(
        Phase.SYNCHRONIZED,
        "failback job Suspended, Resume allowed, not a manual action",
        lambda item, job: failing_back(item, job) and at_the_gate(job),
        Step.COMPLETE_FAILOVER,
        Phase.CUTTING_OVER,
        Goal.SYNCHRONIZED,
    ),
    Row(
        Phase.CUTTING_OVER,
        "failback job in progress, its gate passed or skipped",
        lambda item, job: failing_back(item, job) and past_the_gate(job) and job.state != "Suspended",
        None,
        Phase.FAILED_BACK_UNCOMMITTED,
        Goal.SYNCHRONIZED,
    ),
    Row(
        Phase.SYNCHRONIZING,
        "failback job in progress, gate not reached",
        lambda item, job: failing_back(item, job) and job.state != "Suspended",
        None,
        Phase.SYNCHRONIZED,
        Goal.FAILED_OVER,
    ),
    Row(
        Phase.REPLICATING,
        "initial replication after reverse replication",
        replicating,
        None,
        Phase.PROTECTED,
        Goal.REPLICATING,
    ),
    Row(Phase.BUSY, "another operation runs", lambda item, job: is_open(job)),
    Row(
        Phase.FAILED_BACK_UNCOMMITTED,
        "FinalizeFailback allowed (the active location is already Primary)",
        lambda item, job: "FinalizeFailback" in item.allowed_operations,
        Step.COMMIT_FAILOVER,
        Phase.FAILED_BACK,
        Goal.CUT_OVER,
    ),
    Row(
        Phase.FAILED_BACK,
        "active location Primary, ReverseReplicate allowed",
        may("ReverseReplicate", "Primary"),
        Step.REVERSE_REPLICATION,
        Phase.REPLICATING,
        Goal.COMMITTED,
    ),
    Row(
        Phase.INCONSISTENT,
        "active location Recovery, Failback allowed, the last failback job was cancelled or failed after its checks",
        spoilt,
        Step.PLANNED_FAILOVER,
        Phase.SYNCHRONIZING,
        Goal.FAILED_OVER,
    ),
    Row(
        Phase.FAILED_OVER,
        "active location Recovery, Failback allowed",
        may("Failback", "Recovery"),
        Step.PLANNED_FAILOVER,
        Phase.SYNCHRONIZING,
        Goal.FAILED_OVER,
    ),
    Row(
        Phase.FAILED_OVER_UNCOMMITTED,
        "active location Recovery, Commit allowed",
        may("Commit", "Recovery"),
        Step.COMMIT_FAILOVER,
        Phase.FAILED_OVER,
    ),
    Row(
        Phase.PROTECTED,
        "active location Primary, state Protected",
        protected,
        fulfils=Goal.PROTECTED,
    ),
    Row(
        Phase.BUSY,
        "no operation allowed and a job named in the item's current scenario",
        lambda item, job: not item.allowed_operations and bool(item.current_job_id),
    ),
    Row(Phase.UNKNOWN, "no other row fits", lambda item, job: True),
)

BY_PHASE = {row.phase: row for row in LIFECYCLE}


def phase_of(item: ProtectedItem, job: Job | None = None) -> Phase:
    """The phase of an item, from what the service says of it and of its job."""
    return next(row.phase for row in LIFECYCLE if row.holds(item, job))


def reached(phase: Phase, goal: Goal) -> bool:
    """Whether the goal holds in this phase: the item is there or past it."""
    fulfils = BY_PHASE[phase].fulfils
    return fulfils is not None and GOALS.index(fulfils) >= GOALS.index(goal)


def next_phase(phase: Phase, *, full_download: bool = False) -> Phase | None:
    """The phase after this one when its step or wait ends well; None where no way leads on.

    A full download (ForSynchronization) never waits at the gate (`domain.md` 9.2), so it goes straight to cutting_over.
    """
    row = BY_PHASE[phase]
    if full_download and row.leads_to is Phase.SYNCHRONIZING:
        return Phase.CUTTING_OVER
    return row.leads_to


def steps(phase: Phase, goal: Goal, *, full_download: bool = False) -> tuple[Step, ...]:
    """The steps from here to the goal, in order; empty when the goal is reached or no way leads on."""
    path = []
    here: Phase | None = phase
    while here is not None and not reached(here, goal):
        step = BY_PHASE[here].step
        path += [step] if step else []
        here = next_phase(here, full_download=full_download)
    return tuple(path) if here is not None else ()
