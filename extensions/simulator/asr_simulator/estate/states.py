# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The states of a protected item, as data. Rows are those of docs/service.md 3.1; an assumption is marked so."""

from __future__ import annotations

from typing import NamedTuple


class State(NamedTuple):
    """What an item in this state shows."""

    protection: str
    description: str
    active: str
    allowed: tuple[str, ...]


AT_HOME = ("PlannedFailover", "UnplannedFailover", "DisableProtection", "TestFailover")
UNCOMMITTED = ("CompleteMigration", "Commit", "DisableProtection", "ChangePit")
AWAY = ("CompleteMigration", "DisableProtection", "Failback")

STATES = {
    "initial_replication": State(
        "InitialReplicationInProgress", "Initial replication is in progress", "Primary", ("DisableProtection",)
    ),
    "first_recovery_point": State(
        "InitialReplicationRecoveryCompletionPending",
        "Waiting for first recovery point",
        "Primary",
        ("DisableProtection",),
    ),
    "protected": State("Protected", "Protected", "Primary", AT_HOME),
    "test_failover": State("Protected", "Cleanup test failover pending", "Primary", ("TestFailoverCleanup",)),
    "failed_over_uncommitted": State(
        "PlannedFailoverCommitRequired", "Planned failover finished", "Recovery", UNCOMMITTED
    ),
    "unplanned_uncommitted": State(
        "UnplannedFailoverCommitPendingStatesBegin", "Failover completed", "Recovery", UNCOMMITTED
    ),
    "failed_over": State("PlannedFailoverStatesBegin", "Planned failover committed", "Recovery", AWAY),
    "unplanned_failed_over": State("UnplannedFailoverCommitted", "Failover committed", "Recovery", AWAY),
    "failed_back_uncommitted": State(
        "FinalizeRestorePending", "Finalize failback pending", "Primary", ("DisableProtection", "FinalizeFailback")
    ),
    "failed_back": State(
        "RestoreFinalized", "Failback finalized", "Primary", ("ReverseReplicate", "DisableProtection")
    ),
}

COMMITTED = {  # commit of a failover to Azure
    "failed_over_uncommitted": "failed_over",
    "unplanned_uncommitted": "unplanned_failed_over",
}
IN_AZURE = ("failed_over_uncommitted", "unplanned_uncommitted", "failed_over", "unplanned_failed_over")
AZURE_DISKS_KEPT = (*IN_AZURE, "failed_back_uncommitted")
