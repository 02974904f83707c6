# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The words of the lifecycle: phases, steps, goals, and the ways on which items go. Pure.

`lifecycle_table.py` puts them together to one table, `step_table.py` has what there is to know of each step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job

TO_ON_PREMISES = "RecoveryToPrimary"  # the direction of a failback; every result states the direction
TO_AZURE = "PrimaryToRecovery"


class Phase(str, Enum):
    """Where a protected item stands."""

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
    FAILING_OVER = "failing_over"
    TESTING = "testing"
    TESTED = "tested"
    CLEANING_UP = "cleaning_up"
    BUSY = "busy"
    UNKNOWN = "unknown"


class Runs(Enum):
    """Where the VM of a phase runs, or would: what may be done with it on either side depends on that."""

    IN_AZURE = "in Azure"
    ON_PREMISES = "on-premises"
    BETWEEN = "between both"
    UNKNOWN = "unknown"


class Shown(Enum):
    """Who shows a phase. What only a job shows cannot be proven by reading the item."""

    BY_ITEM = "by the item"
    BY_JOB = "by a job only"


class Step(str, Enum):
    """What we may ask the service to do."""

    PLANNED_FAILOVER = "planned_failover"
    COMPLETE_FAILOVER = "complete_failover"
    COMMIT_FAILOVER = "commit_failover"
    REVERSE_REPLICATION = "reverse_replication"
    UNPLANNED_FAILOVER = "unplanned_failover"
    TEST_FAILOVER = "test_failover"
    TEST_FAILOVER_CLEANUP = "test_failover_cleanup"
    APPLY_RECOVERY_POINT = "apply_recovery_point"
    REPAIR_REPLICATION = "repair_replication"


class Goal(str, Enum):
    """States a user may ask for. `failed_over` is what a commit after the failover to Azure leads to; a failback starts there."""

    FAILED_OVER = "failed_over"
    SYNCHRONIZED = "synchronized"
    CUT_OVER = "cut_over"
    COMMITTED = "committed"
    REPLICATING = "replicating"
    PROTECTED = "protected"
    FAILED_OVER_UNCOMMITTED = "failed_over_uncommitted"
    TESTED = "tested"
    CLEANED_UP = "cleaned_up"


class Way(str, Enum):
    """Where somebody wants to go. `unplanned` is the way out that begins without the on-premises side."""

    HOME = "home"
    OUT = "out"
    UNPLANNED = "unplanned"
    DRILL = "drill"
    CLEANUP = "cleanup"


HOMEWARD = (
    Goal.FAILED_OVER,
    Goal.SYNCHRONIZED,
    Goal.CUT_OVER,
    Goal.COMMITTED,
    Goal.REPLICATING,
    Goal.PROTECTED,
)
OUTWARD = (Goal.FAILED_OVER_UNCOMMITTED, Goal.FAILED_OVER)
GOALS_OF = {  # in order: each holds for an item that has reached it or is past it
    Way.HOME: HOMEWARD,
    Way.OUT: OUTWARD,
    Way.UNPLANNED: OUTWARD,
    Way.DRILL: (Goal.TESTED,),
    Way.CLEANUP: (Goal.CLEANED_UP,),
}
RUNS_THERE = {  # the goal from which on the VM runs where the way leads: only then later groups follow
    Way.HOME: Goal.CUT_OVER,
    Way.OUT: Goal.FAILED_OVER_UNCOMMITTED,
    Way.UNPLANNED: Goal.FAILED_OVER_UNCOMMITTED,
    Way.DRILL: Goal.TESTED,
    Way.CLEANUP: Goal.CLEANED_UP,
}


@dataclass(frozen=True)
class Onward:
    """A phase on one way. `fulfils` is the highest goal that holds here; `leads_to` comes when step or wait end well."""

    step: Step | None = None
    leads_to: Phase | None = None
    fulfils: Goal | None = None


NOWHERE = Onward()


class Evidence(Protocol):
    """Whether item and job show a phase."""

    def __call__(self, item: ProtectedItem, job: Job | None) -> bool: ...


@dataclass(frozen=True)
class Row:
    """One row of the lifecycle: where the VM runs, the evidence for a phase, and what it is on each way that goes through it.

    What there is to know of a phase has no default: whoever adds one has to say it. Sets of phases are made of the rows
    (`phase_sets`). `here` are steps that leave the item in its phase. A row without any way is on all of them.
    """

    phase: Phase
    runs: Runs
    shown: Shown
    evidence: str
    holds: Evidence
    ways: Mapping[Way, Onward] = field(default_factory=dict)
    here: tuple[Step, ...] = ()

    def on(self, way: Way | None) -> Onward:
        """The phase on this way; without one, on the first way that the row names: what comes next by itself."""
        ways = self.ways
        if way is None:
            return next(iter(ways.values()), NOWHERE)
        return ways.get(way) or (ways.get(Way.OUT, NOWHERE) if way is Way.UNPLANNED else NOWHERE)

    def lies_on(self, way: Way | None) -> bool:
        """Whether the way goes through this phase."""
        return way is None or not self.ways or self.on(way) is not NOWHERE

    @property
    def step(self) -> Step | None:
        return self.on(None).step

    @property
    def leads_to(self) -> Phase | None:
        return self.on(None).leads_to

    @property
    def fulfils(self) -> Goal | None:
        return self.on(None).fulfils
