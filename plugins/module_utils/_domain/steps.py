# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a step does: the job it starts, the phase meanwhile, and the phase that its good end leads to. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._domain.answer_classes import LOOKS
from ansible_collections.asr.hyperv.plugins.module_utils._domain.errors import AsrError
from ansible_collections.asr.hyperv.plugins.module_utils._domain.intent import Intent
from ansible_collections.asr.hyperv.plugins.module_utils._domain.jobs import Kind
from ansible_collections.asr.hyperv.plugins.module_utils._domain.phases import Goal, Phase, Step

STEP_KINDS = {
    Step.PLANNED_FAILOVER: Kind.PLANNED_FAILOVER,
    Step.COMMIT_FAILOVER: Kind.COMMIT,
    Step.REVERSE_REPLICATION: Kind.REVERSE_REPLICATION,
    Step.UNPLANNED_FAILOVER: Kind.UNPLANNED_FAILOVER,
    Step.TEST_FAILOVER: Kind.TEST_FAILOVER,
    Step.TEST_FAILOVER_CLEANUP: Kind.TEST_CLEANUP,
    Step.APPLY_RECOVERY_POINT: Kind.CHANGE_POINT,
    Step.REPAIR_REPLICATION: Kind.REPAIR,
}
BESIDE_THE_WAY_HOME = frozenset(STEP_KINDS[step] for step in list(Step)[4:])  # nothing of a failback
STARTS_THERE = (Step.COMPLETE_FAILOVER, Step.UNPLANNED_FAILOVER, Step.TEST_FAILOVER)
SEEN_THROUGH = (Step.COMMIT_FAILOVER, Step.REVERSE_REPLICATION, Step.TEST_FAILOVER_CLEANUP)
MEANWHILE = {
    Step.REVERSE_REPLICATION: Phase.REPLICATING,
    Step.UNPLANNED_FAILOVER: Phase.FAILING_OVER,
    Step.TEST_FAILOVER: Phase.TESTING,
    Step.TEST_FAILOVER_CLEANUP: Phase.CLEANING_UP,
}
IN_PLACE = (Step.COMMIT_FAILOVER, Step.APPLY_RECOVERY_POINT, Step.REPAIR_REPLICATION)  # no phase of their own meanwhile


@dataclass
class Deed:
    """A step that the service accepted in this run. Times are the service's, UTC. `turned_away`: its job did nothing."""

    step: Step
    job: str
    asked: datetime
    ended: datetime | None = None
    turned_away: bool = False


@dataclass
class Doubt:
    """A step whose POST may or may not have been accepted: nobody sends it again before having looked `patience` times.

    `refusal`: it surely was not, but maybe because somebody else's was; if nobody's shows up, this is the item's error.
    """

    step: Step
    since: datetime
    looks: int = 0
    patience: int = LOOKS
    refusal: AsrError | None = None


def cuts_over(step: Step | None, intent: Intent) -> bool:
    """Whether this step moves the VM to the other side: a failback has the gate before that, unless it has none."""
    if step is Step.PLANNED_FAILOVER:
        return intent.full_download or not intent.goes_home
    return step in STARTS_THERE


def meanwhile(step: Step, intent: Intent) -> Phase:
    """The phase while the service does not show the job of this step yet, for a step that changes it."""
    if step in MEANWHILE:
        return MEANWHILE[step]
    if not intent.goes_home:
        return Phase.FAILING_OVER
    return Phase.CUTTING_OVER if cuts_over(step, intent) else Phase.SYNCHRONIZING


def after(step: Step | None, intent: Intent) -> Phase | None:
    """Where the item is, or soon will be, when this step's job has ended well; None where the item has to tell."""
    ends = {
        Step.PLANNED_FAILOVER: Phase.FAILED_BACK_UNCOMMITTED if intent.goes_home else Phase.FAILED_OVER_UNCOMMITTED,
        Step.UNPLANNED_FAILOVER: Phase.FAILED_OVER_UNCOMMITTED,
        Step.COMMIT_FAILOVER: Phase.FAILED_OVER if intent.goal is Goal.FAILED_OVER else Phase.FAILED_BACK,
        Step.REVERSE_REPLICATION: Phase.REPLICATING,
        Step.TEST_FAILOVER: Phase.TESTED,
        Step.TEST_FAILOVER_CLEANUP: Phase.PROTECTED,
        Step.APPLY_RECOVERY_POINT: Phase.FAILED_OVER_UNCOMMITTED,
    }
    return ends.get(step) if step else None
