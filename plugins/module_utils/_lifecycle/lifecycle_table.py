# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The lifecycle of a protected item as one table: phases, where the VM runs, evidence, and on each way the step that leads on.

The code walks `LIFECYCLE`, the documentation draws it, the tests cover every cell. Pure: no Azure, no Ansible, no clock."""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.evidence import (
    failing_back,
    is_failback,
    may,
    protected,
    replicating,
    runs,
    spoilt,
    tested,
)
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import (
    Goal,
    Onward,
    Phase,
    Row,
    Runs,
    Shown,
    Step,
    Way,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import (
    Kind,
    at_the_gate,
    is_open,
    kind_of,
    past_the_gate,
)

NO_TEST = {Way.CLEANUP: Onward(fulfils=Goal.CLEANED_UP)}
IN_AZURE = {Way.OUT: Onward(fulfils=Goal.FAILED_OVER), **NO_TEST}
FAILOVERS = (Kind.PLANNED_FAILOVER, Kind.UNPLANNED_FAILOVER)


# Read from top to bottom, the first row that holds is the phase. `job` is the item's open job, else its last failback job.
LIFECYCLE = (
    Row(
        Phase.SYNCHRONIZED,
        Runs.IN_AZURE,
        Shown.BY_JOB,
        "failback job Suspended, Resume allowed, not a manual action",
        lambda item, job: failing_back(item, job) and at_the_gate(job),
        {
            Way.HOME: Onward(Step.COMPLETE_FAILOVER, Phase.CUTTING_OVER, Goal.SYNCHRONIZED),
            **IN_AZURE,
        },
    ),
    Row(
        Phase.CUTTING_OVER,
        Runs.BETWEEN,
        Shown.BY_JOB,
        "failback job in progress, its gate passed or skipped",
        lambda item, job: failing_back(item, job) and past_the_gate(job) and job.state != "Suspended",
        {Way.HOME: Onward(None, Phase.FAILED_BACK_UNCOMMITTED, Goal.SYNCHRONIZED), **NO_TEST},
    ),
    Row(
        Phase.SYNCHRONIZING,
        Runs.IN_AZURE,
        Shown.BY_JOB,
        "failback job in progress, gate not reached",
        lambda item, job: failing_back(item, job) and job.state != "Suspended",
        {
            Way.HOME: Onward(None, Phase.SYNCHRONIZED, Goal.FAILED_OVER),
            **IN_AZURE,
        },
    ),
    Row(
        Phase.REPLICATING,
        Runs.ON_PREMISES,
        Shown.BY_ITEM,
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
        Runs.BETWEEN,
        Shown.BY_JOB,
        "job of a planned or unplanned failover to Azure in progress",
        lambda item, job: is_open(job) and kind_of(job) in FAILOVERS and not is_failback(item, job),
        {Way.OUT: Onward(None, Phase.FAILED_OVER_UNCOMMITTED)},
    ),
    Row(
        Phase.TESTED,
        Runs.ON_PREMISES,
        Shown.BY_ITEM,
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
        Runs.ON_PREMISES,
        Shown.BY_JOB,
        "job of a test failover in progress",
        runs(Kind.TEST_FAILOVER),
        {way: Onward(None, Phase.TESTED) for way in (Way.DRILL, Way.CLEANUP, Way.OUT)},
    ),
    Row(
        Phase.CLEANING_UP,
        Runs.ON_PREMISES,
        Shown.BY_JOB,
        "job of a test failover's cleanup in progress",
        runs(Kind.TEST_CLEANUP),
        {way: Onward(None, Phase.PROTECTED) for way in (Way.CLEANUP, Way.DRILL, Way.OUT)},
    ),
    Row(Phase.BUSY, Runs.UNKNOWN, Shown.BY_JOB, "another operation runs", lambda item, job: is_open(job)),
    Row(
        Phase.FAILED_BACK_UNCOMMITTED,
        Runs.ON_PREMISES,
        Shown.BY_ITEM,
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
        Runs.ON_PREMISES,
        Shown.BY_ITEM,
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
        Runs.IN_AZURE,
        Shown.BY_ITEM,
        "active location Recovery, Failback allowed, the last failback job was cancelled or failed after its checks",
        spoilt,
        {
            Way.HOME: Onward(Step.PLANNED_FAILOVER, Phase.SYNCHRONIZING, Goal.FAILED_OVER),
            **IN_AZURE,
        },
    ),
    Row(
        Phase.FAILED_OVER,
        Runs.IN_AZURE,
        Shown.BY_ITEM,
        "active location Recovery, Failback allowed",
        may("Failback", "Recovery"),
        {
            Way.HOME: Onward(Step.PLANNED_FAILOVER, Phase.SYNCHRONIZING, Goal.FAILED_OVER),
            **IN_AZURE,
        },
    ),
    Row(
        Phase.FAILED_OVER_UNCOMMITTED,
        Runs.IN_AZURE,
        Shown.BY_ITEM,
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
        Runs.ON_PREMISES,
        Shown.BY_ITEM,
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
        Runs.UNKNOWN,
        Shown.BY_ITEM,
        "no operation allowed and a job named in the item's current scenario",
        lambda item, job: not item.allowed_operations and bool(item.current_job_id),
    ),
    Row(Phase.UNKNOWN, Runs.UNKNOWN, Shown.BY_ITEM, "no other row fits", lambda item, job: True),
)
