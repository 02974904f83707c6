# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Jobs of the vault, their tasks and their errors, as small frozen records (`domain.md` 4). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._wire import job_name, read, rows, squeeze, text, when


@dataclass(frozen=True)
class JobProblem:
    """One error of a job or of a task in it (`domain.md` 4.3)."""

    code: str
    message: str
    possible_causes: str = ""
    recommended_action: str = ""
    activity_id: str = ""
    task: str = ""


@dataclass(frozen=True)
class Task:
    """One task of a job, flattened: group tasks come before their children. `child_job` is a job name or empty."""

    name: str
    friendly_name: str
    state: str
    description: str
    kind: str
    child_job: str = ""


@dataclass(frozen=True)
class Job:
    """A job of the vault. From a list it has no tasks, errors or activity id (`domain.md` 2.4)."""

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
    def from_service(cls, body: Mapping) -> Job:
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
            allowed_actions=frozenset(map(str, rows(job, "allowedActions"))),
            target_id=text(job, "targetObjectId"),
            target_name=text(job, "targetObjectName"),
            target_kind=text(job, "targetInstanceType"),
            started=when(read(job, "startTime")),
            ended=when(read(job, "endTime")),
            activity_id=text(job, "activityId"),
            primary_side=text(affected, "PrimaryVmmName"),
            recovery_side=text(affected, "RecoveryVmmName"),
            tasks=tuple(flatten(rows(job, "tasks"))),
            problems=tuple(problems_of(job)),
        )


def flatten(tasks: Iterable[Mapping]) -> Iterable[Task]:
    """All tasks of a job in order, groups first, then what is in them; shutdown groups nest three deep (3.4)."""
    for body in tasks:
        yield Task(
            name=text(body, "name"),
            friendly_name=text(body, "friendlyName"),
            state=text(body, "state"),
            description=text(body, "stateDescription"),
            kind=text(body, "customDetails", "instanceType") or text(body, "taskType"),
            child_job=job_name(text(body, "customDetails", "jobTask", "jobId")),
        )
        yield from flatten(rows(body, "groupTaskCustomDetails", "childTasks"))


def problems_of(job: object) -> Iterable[JobProblem]:
    """The errors of a job, each once: the service repeats a task's error at job level (`domain.md` 4.3)."""
    seen = set()
    every = [(error, "") for error in rows(job, "errors")]
    every += [(error, text(task, "friendlyName")) for task in rows(job, "tasks") for error in rows(task, "errors")]
    for error, task in sorted(every, key=lambda pair: not pair[1]):
        problem = problem_of(error, task)
        if problem.code not in seen:
            seen.add(problem.code)
            yield problem


def problem_of(error: object, task: str) -> JobProblem:
    """One error: the service's words, and the provider's where it has any (errorCode 0 means it has none)."""
    service, provider = read(error, "serviceErrorDetails"), read(error, "providerErrorDetails")
    from_provider = text(provider, "errorMessage")
    own = text(service, "message")
    return JobProblem(
        code=text(service, "code") or text(provider, "errorCode"),
        message=squeeze(f"{own} {from_provider}" if from_provider else own),
        possible_causes=squeeze(text(service, "possibleCauses") or text(provider, "possibleCauses")),
        recommended_action=squeeze(text(service, "recommendedAction") or text(provider, "recommendedAction")),
        activity_id=text(service, "activityId"),
        task=task,
    )
