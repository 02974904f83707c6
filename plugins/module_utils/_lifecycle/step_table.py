# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What we may ask the service to do, as one table: a row for each step, with everything that there is to know of it. Pure.

No field has a default: whoever adds a step has to say each of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Phase, Step
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Kind

Ways = tuple["Phase | None", "Phase | None"]  # towards on-premises, towards Azure
NOT_SHOWN: Ways = (None, None)


@dataclass(frozen=True)
class StepRow:
    """One step.

    `kind`: the job that it starts; None where it goes on with an open one. `operations`: the service's word for it, of a VM that
    is active on-premises, and of one that is active in Azure; empty where a job has to allow it. `meanwhile`: the phase while
    its job runs; None where the item keeps its phase. `leads_to`: the phase after its good end; None where the item has to
    tell. `starts_there`: it moves the VM to the other side, with all that comes before it done. `seen_through`: a run that is to
    stop waits for its end. `needs_host`: it cannot succeed without the Hyper-V host. `of_a_failback`: it is a part of one.
    `module`: what does it alone, in words.
    """

    step: Step
    kind: Kind | None
    operations: tuple[str, str]
    meanwhile: Ways
    leads_to: Ways
    starts_there: bool
    seen_through: bool
    needs_host: bool
    of_a_failback: bool
    module: str


STEPS = (
    StepRow(
        Step.PLANNED_FAILOVER,
        Kind.PLANNED_FAILOVER,
        operations=("PlannedFailover", "Failback"),
        meanwhile=(Phase.SYNCHRONIZING, Phase.FAILING_OVER),
        leads_to=(Phase.FAILED_BACK_UNCOMMITTED, Phase.FAILED_OVER_UNCOMMITTED),
        starts_there=False,  # a failback has its gate before that: see cuts_over
        seen_through=False,
        needs_host=True,
        of_a_failback=True,
        module="asr.hyperv.planned_failover",
    ),
    StepRow(
        Step.COMPLETE_FAILOVER,
        None,
        operations=("", ""),
        meanwhile=(Phase.CUTTING_OVER, Phase.FAILING_OVER),
        leads_to=NOT_SHOWN,
        starts_there=True,
        seen_through=False,
        needs_host=True,
        of_a_failback=True,
        module="asr.hyperv.complete_failover",
    ),
    StepRow(
        Step.COMMIT_FAILOVER,
        Kind.COMMIT,
        operations=("FinalizeFailback", "Commit"),
        meanwhile=NOT_SHOWN,
        leads_to=(Phase.FAILED_BACK, Phase.FAILED_OVER),
        starts_there=False,
        seen_through=True,
        needs_host=True,
        of_a_failback=True,
        module="asr.hyperv.commit_failover",
    ),
    StepRow(
        Step.REVERSE_REPLICATION,
        Kind.REVERSE_REPLICATION,
        operations=("ReverseReplicate", "ReverseReplicate"),
        meanwhile=(Phase.REPLICATING, Phase.REPLICATING),
        leads_to=(Phase.REPLICATING, Phase.REPLICATING),
        starts_there=False,
        seen_through=True,
        needs_host=True,
        of_a_failback=True,
        module="asr.hyperv.reverse_replication",
    ),
    StepRow(
        Step.UNPLANNED_FAILOVER,
        Kind.UNPLANNED_FAILOVER,
        operations=("UnplannedFailover", "UnplannedFailover"),
        meanwhile=(Phase.FAILING_OVER, Phase.FAILING_OVER),
        leads_to=(Phase.FAILED_OVER_UNCOMMITTED, Phase.FAILED_OVER_UNCOMMITTED),
        starts_there=True,
        seen_through=False,
        needs_host=False,
        of_a_failback=False,
        module="asr.hyperv.unplanned_failover",
    ),
    StepRow(
        Step.TEST_FAILOVER,
        Kind.TEST_FAILOVER,
        operations=("TestFailover", "TestFailover"),
        meanwhile=(Phase.TESTING, Phase.TESTING),
        leads_to=(Phase.TESTED, Phase.TESTED),
        starts_there=True,
        seen_through=False,
        needs_host=False,
        of_a_failback=False,
        module="asr.hyperv.test_failover",
    ),
    StepRow(
        Step.TEST_FAILOVER_CLEANUP,
        Kind.TEST_CLEANUP,
        operations=("TestFailoverCleanup", "TestFailoverCleanup"),
        meanwhile=(Phase.CLEANING_UP, Phase.CLEANING_UP),
        leads_to=(Phase.PROTECTED, Phase.PROTECTED),
        starts_there=False,
        seen_through=True,
        needs_host=False,
        of_a_failback=False,
        module="asr.hyperv.test_failover with state: absent",
    ),
    StepRow(
        Step.APPLY_RECOVERY_POINT,
        Kind.CHANGE_POINT,
        operations=("ChangePit", "ChangePit"),
        meanwhile=NOT_SHOWN,
        leads_to=(Phase.FAILED_OVER_UNCOMMITTED, Phase.FAILED_OVER_UNCOMMITTED),
        starts_there=False,
        seen_through=False,
        needs_host=True,
        of_a_failback=False,
        module="asr.hyperv.apply_recovery_point",
    ),
    StepRow(
        Step.REPAIR_REPLICATION,
        Kind.REPAIR,
        operations=("RepairReplication", "RepairReplication"),
        meanwhile=NOT_SHOWN,
        leads_to=NOT_SHOWN,
        starts_there=False,
        seen_through=False,
        needs_host=True,
        of_a_failback=False,
        module="asr.hyperv.repair_replication",
    ),
)

BY_STEP = {row.step: row for row in STEPS}
STEP_OF = {row.kind: row.step for row in STEPS if row.kind}
MOVING = frozenset(
    phase for row in STEPS if row.starts_there for phase in row.meanwhile if phase
)  # nobody looks away from these
