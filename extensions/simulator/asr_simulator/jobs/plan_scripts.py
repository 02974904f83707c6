# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the jobs of recovery plans consist of, as data (docs/service.md 3.3 and 3.4)."""

from __future__ import annotations

from typing import NamedTuple

from .script_rows import Row
from .scripts import DATA_SYNC, FAILBACK_TAIL, PREPARE, SCRIPTS

SHUT_DOWN, FAILOVER, START = FAILBACK_TAIL


class Stage(NamedTuple):
    """One top-level task of a plan job; with `rows` every member runs them as a job of its own."""

    kind: (
        str  # task, prepare, all (all members at once), shutdown (the same, nested), groups (one after the other), wait
    )
    task_id: str
    name: str
    friendly: str
    group_type: str = ""
    rows: tuple[Row, ...] = ()


class PlanScript(NamedTuple):
    """One kind of plan job. `needs` is the allowed operation of its members, `shown` the plan's currentScenario."""

    scenario: str
    friendly: str
    shown: str
    needs: tuple[str, ...]
    child_scenario: str
    child_friendly: str
    member: str  # the item script whose end result a member reaches
    stages: tuple[Stage, ...]
    last_time: str = ""


CHECK = Stage("task", "", "RpSrsPrerequisitesCheck", "Prerequisites check for the recovery plan")
END = Stage("task", "", "EndRecoveryPlanTask", "Finalizing the recovery plan")


def rows_of(script: str, *names: str) -> tuple[Row, ...]:
    """Rows of an item script, all or some."""
    return tuple(one for one in SCRIPTS[script].rows if not names or one.name in names)


def failover_stage(rows: tuple[Row, ...]) -> Stage:
    """The failover of all members at once."""
    return Stage("all", "FailoverAllActionGroup", "Unknown", "Recovery plan failover", "RpFailoverTask", rows)


def to_azure(script: str, scenario: str, friendly: str) -> PlanScript:
    """Failover of all members to Azure."""
    stages = (
        CHECK,
        Stage(
            "shutdown",
            "ShutdownAllActionGroup",
            "Unknown",
            "All groups shutdown",
            "RpShutdownTask",
            rows_of(script, "VmShutdownVmOnPrimary"),
        ),
        failover_stage(rows_of(script, "VmFailover")),
        Stage("groups", "Group", "Unknown", "Start", "BootGroup", rows_of(script, "VmFoStartVmOnSecondary")),
        END,
    )
    needs = scenario
    return PlanScript(scenario, friendly, scenario, (needs,), scenario, friendly, script, stages, scenario)


PLAN_SCRIPTS = {
    "plan_failback": PlanScript(
        "Failback",
        "Planned failover",
        "PlannedFailover",
        ("Failback",),
        "Failback",
        "Planned failover",
        "failback",
        (
            CHECK,
            Stage("prepare", "", "PrepareVmOnPremForFailback", PREPARE.friendly),
            Stage(
                "all",
                "DataSyncAllActionGroup",
                "Unknown",
                "Data synchronization",
                "RpFailbackDataSyncTask",
                (DATA_SYNC,),
            ),
            Stage("wait", "", "WaitForUserInputForFailback", "Waiting for user input"),
            Stage(
                "shutdown", "ShutdownAllActionGroup", "Unknown", "All groups shutdown", "RpShutdownTask", (SHUT_DOWN,)
            ),
            failover_stage((FAILOVER,)),
            Stage("groups", "Group", "Unknown", "Start", "BootGroup", (START,)),
            END,
        ),
        "PlannedFailover",
    ),
    "plan_planned_failover": to_azure("planned_failover", "PlannedFailover", "Planned failover"),
    "plan_unplanned_failover": to_azure("unplanned_failover", "UnplannedFailover", "Failover"),
    "plan_commit": PlanScript(
        "CommitFailover",
        "Commit",
        "CommitFailover",
        ("Commit", "FinalizeFailback"),
        "CommitFailover",
        "Commit",
        "",
        (Stage("groups", "Group", "Unknown", "Commit", "CommitGroup"),),
    ),
    "plan_reprotect": PlanScript(
        "ReverseReplication",
        "Reverse replication",
        "ReverseReplication",
        ("ReverseReplicate",),
        "ReprotectReplicationGroup",
        "Reverse replication",
        "reprotect",
        (Stage("groups", "Group", "Unknown", "Reverse replication", "ReverseReplicationGroup", rows_of("reprotect")),),
    ),
    "plan_test_failover": PlanScript(
        "TestFailover",
        "Test failover",
        "TestFailover",
        ("TestFailover",),
        "TestFailover",
        "Test failover",
        "test_failover",
        (
            CHECK,
            failover_stage(rows_of("test_failover", "VmTfoPrepareTestVm")),
            Stage("groups", "Group", "Unknown", "Start", "BootGroup", rows_of("test_failover", "VmTfoBootTestVm")),
            Stage("test_wait", "", "WaitForStopTestFailover", "Waiting for the cleanup of the test failover"),
            END,
        ),
        "TestFailover",
    ),
    "plan_test_failover_cleanup": PlanScript(
        "TestFailoverCleanup",
        "Test failover cleanup",
        "TestFailoverCleanup",
        ("TestFailoverCleanup",),
        "TestFailoverCleanup",
        "Test failover cleanup",
        "test_failover_cleanup",
        (Stage("groups", "Group", "Unknown", "Cleanup", "TestFailoverCleanupGroup", rows_of("test_failover_cleanup")),),
    ),
    "plan_cancel_failover": PlanScript(
        "CancelFailover",
        "Cancel failover",
        "CancelFailover",
        ("Commit",),
        "CancelFailover",
        "Cancel failover",
        "cancel_failover",
        (Stage("groups", "Group", "Unknown", "Cancel failover", "CancelFailoverGroup", rows_of("cancel_failover")),),
    ),
}
