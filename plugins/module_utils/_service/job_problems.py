# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What went wrong in a job, as the service and the provider on the host tell it (docs/service.md 4.3). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import (
    DEEPEST,
    read,
    rows,
    sentence,
    squeeze,
    text,
)


@dataclass(frozen=True)
class JobProblem:
    """One error of a job or of a task in it (docs/service.md 4.3). Message, causes and advice are those of the service,
    and behind them those of the provider on the host, which has a code of its own."""

    code: str
    message: str
    possible_causes: str = ""
    recommended_action: str = ""
    activity_id: str = ""
    task: str = ""
    provider_code: str = ""


def walk(tasks: Iterable[object], deeper: int = DEEPEST) -> Iterable[object]:
    """All tasks in order, groups first, then what is in them; shutdown groups nest three deep (docs/service.md 3.4)."""
    for body in tasks:
        yield body
        if deeper:
            yield from walk(rows(body, "groupTaskCustomDetails", "childTasks"), deeper - 1)


def problems_of(job: object) -> Iterable[JobProblem]:
    """The errors of a job, each once: the service repeats a task's error at job level (docs/service.md 4.3)."""
    tasks = walk(rows(job, "tasks"))
    of_tasks = [problem_of(error, text(task, "friendlyName")) for task in tasks for error in rows(task, "errors")]
    of_job = [problem_of(error, "") for error in rows(job, "errors")]
    told: dict[tuple[str, str], JobProblem] = {}
    for problem in of_tasks + of_job:
        told.setdefault((problem.code, problem.message), problem)
    return told.values()


def problem_of(error: object, task: str) -> JobProblem:
    """One error: the service's words, and the provider's where it has any (errorCode 0 means it has none).

    The service often says no more than "check the provider error", so nothing of either is dropped.
    """
    service, provider = read(error, "serviceErrorDetails"), read(error, "providerErrorDetails")
    code, providers = text(service, "code"), text(provider, "errorCode")
    providers = "" if providers == "0" else providers
    return JobProblem(
        code=code or providers,
        message=both(sentence(text(service, "message")), sentence(text(provider, "errorMessage"))),
        possible_causes=both(text(service, "possibleCauses"), text(provider, "possibleCauses")),
        recommended_action=both(text(service, "recommendedAction"), text(provider, "recommendedAction")),
        activity_id=text(service, "activityId"),
        task=task,
        provider_code=providers if code else "",
    )


def both(own: str, providers: str) -> str:
    """What both say on one line, each once."""
    return squeeze(own if providers in own else f"{own} {providers}")
