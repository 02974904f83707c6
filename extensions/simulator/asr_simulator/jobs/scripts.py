# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job scripts: the task lists of every job, as data (docs/service.md 3.3 and 3.4).

The tasks of a single VM's failback were never seen; they are assumed after the recorded plan and forward failover.
"""

from __future__ import annotations

from .script_rows import HOUSEKEEPING, Script, row

PREPARE = row("", "PrepareVmOnPremForFailback", "Preparing the on-premises virtual machine", "prepare", "prepare")
DATA_SYNC = row("DataSyncTask", "DataSync", "Data synchronization", "data_sync", "synchronized")
USER_INPUT = row("", "WaitForUserInputForFailback", "Waiting for user input", "moment", "wait_for_user")
FAILBACK_TAIL = (
    row("ShutdownVmOnSecondary", "VmShutdownVmOnSecondary", "Shut down the virtual machine", "shut_down", "azure_off"),
    row("FailoverTask", "VmFailover", "Start failover", "", "transferred"),
    row("StartVmOnPrimary", "VmFoStartVmOnPrimary", "Start the virtual machine", "start_vm", "on_premises_on"),
)
CHECK = row(
    "PlannedFailoverPreflightChecksTask", "VmPfoPrerequisitesCheck", "Prerequisites check for planned failover", "check"
)

SCRIPTS = {
    "failback": Script("PlannedFailover", "Planned failover", (CHECK, PREPARE, DATA_SYNC, USER_INPUT, *FAILBACK_TAIL)),
    "planned_failover": Script(
        "PlannedFailover",
        "Planned failover",
        (
            CHECK._replace(takes="forward_check"),
            row(
                "ShutdownVmOnPrimary",
                "VmShutdownVmOnPrimary",
                "Shut down the virtual machine",
                "forward_shut_down",
                "on_premises_off",
            ),
            row("PrepareForFailoverTask", "VmPrepareForFailover", "Preparing for failover", "forward_prepare"),
            row("FailoverTask", "VmFailover", "Start failover", "forward_failover", "azure_on"),
            row("StartVmOnSecondary", "VmFoStartVmOnSecondary", "Start the replica virtual machine", "moment"),
        ),
    ),
    "unplanned_failover": Script(
        "UnplannedFailover",
        "Failover",
        (
            row(
                "UnplannedFailoverPreflightChecksTask",
                "VmUfoPrerequisitesCheck",
                "Prerequisites check for failover",
                "check",
            ),
            row(
                "ShutdownVmOnPrimaryForUFO",
                "VmShutdownVmOnPrimary",
                "Shut down the virtual machine",
                "moment",
                "on_premises_off",
            ),
            row(
                "PrepareForUnPlannedFailoverTask",
                "VmPrepareForUnPlannedFailover",
                "Synchronizing the latest changes",
                "forward_prepare",
            ),
            row("FailoverTask", "VmFailover", "Start failover", "forward_failover", "azure_on"),
            row("StartVmOnSecondary", "VmFoStartVmOnSecondary", "Start the replica virtual machine", "moment"),
        ),
    ),
    "commit_failover": Script(
        "CommitFailover",
        "Commit",
        (
            row("", "VmCommitPrerequisitesCheck", "Prerequisites check for commit", "moment"),
            row("", "VmCommit", "Commit", "commit_failover"),
        ),
    ),
    "finalize_failback": Script(
        "FinalizeFailback",
        "Commit",
        (
            row(
                "FinalizeRestoreOnRecovery",
                "FinalizeRestoreOnRecovery",
                "Finalizing failback on the recovery site",
                "finalize_azure",
            ),
            row(
                "FinalizeRestoreOnPrimary",
                "FinalizeRestoreOnPrimary",
                "Finalizing failback on the primary site",
                "finalize_on_premises",
                "azure_gone",
            ),
        ),
    ),
    "reprotect": Script(
        "ReprotectReplicationGroup",
        "Reverse replication",
        (
            row(
                "CreateProtectionTargetTask",
                "CreateProtectionTarget",
                "Identifying the replication target",
                "create_target",
            ),
            row("EnableProtectionTask", "EnableProtection", "Enable replication", "enable_protection"),
            row(
                "StartInitialReplicationTask",
                "VmStartInitialReplication",
                "Starting initial replication",
                "start_replication",
            ),
        ),
        ("Restart",),
    ),
    "restore_completion": Script(
        "RestoreCompletion",
        "Complete data synchronization",
        (row("RestoreCompletionTask", "RestoreCompletion", "Completing data synchronization", "restore_completion"),),
    ),
    "ir_completion": Script(
        "IrCompletion",
        "Finalize protection on the virtual machine",
        (
            row(
                "CompleteInitialReplicationTask",
                "CompleteInitialReplication",
                "Complete initial replication",
                "ir_completion",
                "replicated",
            ),
            row(
                "ReplicaConfigurationPreflightChecksTask",
                "FailWorkflowOnIRFailureTask",
                "Finalizing initial replication",
                "moment",
            ),
            row(
                "ReplicaConfigurationTask",
                "ReplicaConfiguration",
                "Complete network and post-replication configuration",
                "configuration",
            ),
            row("UpdateDraStateTask", "UpdateDraState", "Updating the provider states", "moment"),
        ),
    ),
    "test_failover": Script(
        "TestFailover",
        "Test failover",
        (
            row(
                "TestFailoverPreflightChecksTask",
                "VmTfoPrerequisitesCheck",
                "Prerequisites check for test failover",
                "check",
            ),
            row("BeginTestFailoverTask", "VmTfoInitiateFailover", "Starting test failover", "moment"),
            row(
                "PrepareTestProtectedEntitiesTask",
                "VmTfoPrepareTestVm",
                "Creating test virtual machine",
                "test_failover",
                "test_vm_on",
            ),
            row("BootTestProtectedEntitiesTask", "VmTfoBootTestVm", "Start the virtual machine", "moment"),
        ),
        ("RestartTestFailoverCleanup",),
    ),
    "test_failover_cleanup": Script(
        "TestFailoverCleanup",
        "Test failover cleanup",
        (
            row(
                "TestFailoverCleanupPreflightChecksTask",
                "VmTfoCleanupPreflightsCheck",
                "Prerequisites check for test failover cleanup",
                "check",
            ),
            row("EndTestFailoverTask", "VmTfoEndFailover", "Ending test failover", "test_cleanup", "test_vm_gone"),
            row("CleanupTestProtectedEntitiesTask", "VmTfoDeleteTestVm", "Clean up the test virtual machine", "moment"),
        ),
        ("Restart",),
    ),
    "change_pit": Script(
        "ChangePit", "Change recovery point", (row("", "ChangePit", "Changing the recovery point", "change_pit"),)
    ),
    "cancel_failover": Script(
        "CancelFailover",
        "Cancel failover",
        (row("", "CancelFailover", "Cancelling the failover", "cancel_failover", "azure_gone"),),
    ),
    **HOUSEKEEPING,
}
