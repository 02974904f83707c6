# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Jobs of the vault, their tasks and their errors, as small frozen records (docs/service.md 4). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TypeGuard

from ansible_collections.asr.hyperv.plugins.module_utils._service.job_problems import JobProblem, problems_of, walk
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import job_name, read, rows, text, texts, when


class Kind(str, Enum):
    """What a job does to an item, whatever the service calls it."""

    PLANNED_FAILOVER = "planned failover"
    COMMIT = "commit"
    REVERSE_REPLICATION = "reverse replication"
    INITIAL_REPLICATION = "initial replication"
    UNPLANNED_FAILOVER = "unplanned failover"
    TEST_FAILOVER = "test failover"
    TEST_CLEANUP = "test failover cleanup"
    CHANGE_POINT = "change of the recovery point"
    REPAIR = "repair of the replication"
    OTHER = "other"


# docs/service.md 3.3: the same call has one scenario name for an item and another for a plan.
KINDS = {
    "PlannedFailover": Kind.PLANNED_FAILOVER,
    "Failback": Kind.PLANNED_FAILOVER,
    "FinalizeFailback": Kind.COMMIT,
    "CommitFailover": Kind.COMMIT,
    "ReprotectReplicationGroup": Kind.REVERSE_REPLICATION,
    "ReverseReplication": Kind.REVERSE_REPLICATION,
    "IrCompletion": Kind.INITIAL_REPLICATION,
    "PrimaryIrCompletion": Kind.INITIAL_REPLICATION,
    "SecondaryIrCompletion": Kind.INITIAL_REPLICATION,
    "UnplannedFailover": Kind.UNPLANNED_FAILOVER,
    "TestFailover": Kind.TEST_FAILOVER,
    "TestFailoverCleanup": Kind.TEST_CLEANUP,
    "ChangePit": Kind.CHANGE_POINT,
    "RepairVMReplication": Kind.REPAIR,
}
MOVES = (Kind.PLANNED_FAILOVER, Kind.UNPLANNED_FAILOVER, Kind.TEST_FAILOVER)
# A companion of a failback job for a second; it says nothing about the item (docs/service.md 3.3).
BYSTANDERS = ("RestoreCompletion",)

OPEN = ("NotStarted", "InProgress", "Suspended")
BAD_END = ("Failed", "Cancelled", "Canceled")
HALF_GOOD_END = ("PartiallySucceeded",)
GOOD_END = ("Succeeded", "CompletedWithInformation")
# Words in the names of tasks (docs/service.md 3.4).
BEFORE_ANY_DATA = ("PrerequisitesCheck", "PreflightChecks", "PrepareVmOnPremForFailback")
# the job was turned away at the door, because another operation runs on the VM (docs/service.md 4.3)
ANOTHER_OPERATION = "532"


@dataclass(frozen=True)
class Task:
    """One task of a job, flattened: group tasks come before their children. `child_job` is a job name or empty."""

    name: str
    friendly_name: str
    state: str
    description: str
    kind: str
    child_job: str = ""
    instructions: str = ""


@dataclass(frozen=True)
class Job:
    """A job of the vault. From a list it has no tasks, errors or activity id (docs/service.md 2.4)."""

    id: str
    name: str
    scenario: str
    friendly_name: str
    state: str
    description: str
    allowed_actions: frozenset[str]
    target_id: str = ""
    target_name: str = ""
    target_kind: str = ""
    started: datetime | None = None
    ended: datetime | None = None
    activity_id: str = ""
    primary_side: str = ""
    recovery_side: str = ""
    tasks: tuple[Task, ...] = ()
    problems: tuple[JobProblem, ...] = ()

    @classmethod
    def from_service(cls, body: object) -> Job:
        """Make the record from a job of a list, from a job GET, or from the status URL of an old API version."""
        job = read(body, "properties")
        affected = read(job, "customDetails", "affectedObjectDetails")
        return cls(
            id=text(body, "id"),
            name=text(body, "name"),
            scenario=text(job, "scenarioName"),
            friendly_name=text(job, "friendlyName"),
            state=text(job, "state"),
            description=text(job, "stateDescription"),
            allowed_actions=frozenset(texts(job, "allowedActions")),
            target_id=text(job, "targetObjectId"),
            target_name=text(job, "targetObjectName"),
            target_kind=text(job, "targetInstanceType"),
            started=when(read(job, "startTime")),
            ended=when(read(job, "endTime")),
            activity_id=text(job, "activityId"),
            primary_side=text(affected, "PrimaryVmmName"),
            recovery_side=text(affected, "RecoveryVmmName"),
            tasks=tuple(map(task_of, walk(rows(job, "tasks")))),
            problems=tuple(problems_of(job)),
        )


def task_of(body: object) -> Task:
    return Task(
        name=text(body, "name"),
        friendly_name=text(body, "friendlyName"),
        state=text(body, "state"),
        description=text(body, "stateDescription"),
        kind=text(body, "customDetails", "instanceType") or text(body, "taskType"),
        child_job=job_name(text(body, "customDetails", "jobTask", "jobId")),
        instructions=text(body, "customDetails", "instructions"),
    )


def kind_of(job: Job) -> Kind:
    """What the job does; a scenario we do not know is OTHER."""
    return KINDS.get(job.scenario, Kind.OTHER)


def of_a_plan(job: Job) -> bool:
    """Whether the job is one of a recovery plan, which moves all of its members at once (docs/service.md 3.3)."""
    return job.target_kind == "RecoveryPlan"


def is_job_of(job: Job, plan: str) -> bool:
    """Whether a job works on this recovery plan as a whole; those of its members do not."""
    return of_a_plan(job) and plan != "" and job.target_name.lower() == plan.lower()


def is_nameless(job: Job) -> bool:
    """Whether the job was just made: for a moment it tells neither what it does nor to whom (recorded 42 times,
    docs/service.md 2.6)."""
    return job.state == "NotStarted" and not (job.target_id or job.target_name)


def start_of(job: Job) -> float:
    """When the job started as a sortable number; a job that has not started yet is the newest of all."""
    return job.started.timestamp() if job.started else float("inf")


def is_open(job: Job | None) -> TypeGuard[Job]:
    """Whether the job still runs or waits. `Other` and words we do not know count as open until they have an end time."""
    if job is None:
        return False
    ended = (*BAD_END, *HALF_GOOD_END, *GOOD_END)
    return job.state in OPEN or (job.state not in ended and job.ended is None)


def ended_badly(job: Job | None) -> TypeGuard[Job]:
    """Whether the job is over and did not do what it was asked to do."""
    return job is not None and job.state in BAD_END


def ended_well(job: Job | None) -> TypeGuard[Job]:
    """Whether the job is over and did all of it. PartiallySucceeded did not, though the service calls it Succeeded
    (docs/service.md 2.6)."""
    return job is not None and job.state in GOOD_END and job.description not in HALF_GOOD_END


def tells_more(job: Job) -> bool:
    """Whether a job that is over should be read by itself, as a list has no errors: one that did not end well, and one that
    moved a VM, as those say what came out differently though they succeeded (code 28175: another name in Azure)."""
    return job.state != "Succeeded" or kind_of(job) in MOVES


def may_have_spoilt_disks(job: Job | None) -> TypeGuard[Job]:
    """Whether a failback job ended badly after more than its checks: disks on-premises may be half written (docs/service.md 5.1).

    Where the tasks do not tell (a job of a list has none) the answer is yes.
    """
    if not ended_badly(job) or job.started is None or any(one.code == ANOTHER_OPERATION for one in job.problems):
        return False
    begun = [task for task in job.tasks if task.state not in ("NotStarted", "Other")]
    return not job.tasks or any(not any(word in task.name for word in BEFORE_ANY_DATA) for task in begun)


def waits_for_a_person(job: Job) -> bool:
    """Whether a suspended job waits for a manual action of its plan; such a job is never resumed unasked
    (docs/service.md 4.2)."""
    if job.description == "WaitingForManualAction":
        return True
    return bool(manual_actions(job))


def manual_actions(job: Job) -> list[str]:
    """The manual actions that a job waits for, as a person knows them: name and instructions."""
    waiting = [task for task in job.tasks if task.state in ("Suspended", "InProgress")]
    return [
        f"'{task.friendly_name or task.name}'" + (f" ({task.instructions})" if task.instructions else "")
        for task in waiting
        if task.kind == "ManualActionTaskDetails"
    ]


def past_the_gate(job: Job) -> bool:
    """Whether a failback job has left the gate behind, or has none: its waiting task is over (docs/service.md 3.4)."""
    gates = [task for task in job.tasks if "WaitForUserInput" in task.name]
    return any(task.state == "Succeeded" or task.description == "Skipped" for task in gates)


def at_the_gate(job: Job) -> bool:
    """Whether a job waits for Complete Failover: suspended, may be resumed, and not because of a manual action
    (docs/service.md 2.4)."""
    return job.state == "Suspended" and "Resume" in job.allowed_actions and not waits_for_a_person(job)
