# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The evidence for each phase, as the rows of the lifecycle ask for it: from an item and its job. Pure.

Sources: docs/service.md 3.1 (states of an item), 3.3 (scenario names of jobs), 3.5 (states of jobs).
"""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Evidence
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import (
    Job,
    Kind,
    is_open,
    kind_of,
    may_have_spoilt_disks,
)

COPYING = ("InitialReplicationInProgress", "InitialReplicationRecoveryCompletionPending", "UnprotectedStatesBegin")


def is_failback(item: ProtectedItem, job: Job) -> bool:
    """Whether a planned-failover job goes home. Both ways have one scenario name (docs/service.md 3.3): the sides in
    the job decide (they are swapped in a failback), and the item where a job of a list names none."""
    if kind_of(job) is not Kind.PLANNED_FAILOVER:
        return False
    if job.scenario == "Failback":
        return True
    if job.primary_side or job.recovery_side:
        return job.primary_side == "Microsoft Azure"
    return item.active_location == "Recovery"


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


def runs(kind: Kind) -> Evidence:
    return lambda item, job: is_open(job) and kind_of(job) is kind


def tested(item: ProtectedItem, job: Job | None) -> bool:
    """Some test failovers end when the test VM runs, others wait for the cleanup as a suspended job
    (docs/service.md 3.4, 3.5)."""
    if is_open(job):
        return kind_of(job) is Kind.TEST_FAILOVER and job.state == "Suspended"
    return "TestFailoverCleanup" in item.allowed_operations
