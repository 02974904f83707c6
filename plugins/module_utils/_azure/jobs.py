# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.


"""The jobs of a vault: reading, what can be done with one, and which of them an operation is (docs/service.md 2.4, 2.6)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timezone

from ansible_collections.asr.hyperv.plugins.module_utils._azure.calls import Calls
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    AccessDenied,
    NotFound,
    OddAnswer,
    ServiceError,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job
from ansible_collections.asr.hyperv.plugins.module_utils._service.names import segment_objection
from ansible_collections.asr.hyperv.plugins.module_utils._service.started import Started
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import last_part, text

CUT = 200  # entries at which the service ends a list of jobs without saying that there are more (recorded)
FAR_FUTURE = datetime(2100, 1, 1, tzinfo=timezone.utc)


def time_text(moment: datetime) -> str:
    """A time as the service's filters want it: UTC, .NET's "o" format with seven digits (docs/service.md 2.4)."""
    return f"{moment.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%S.%f}0Z"


class Jobs:
    """Reading raises what `explain` makes of an error; "not there" is None. Starting raises what Calls.start does.

    Most jobs of a list are the same as in the last one, and reading hundreds of them anew at each look was a third of what a run
    cost: only a body that differs is read.
    """

    def __init__(self, calls: Calls) -> None:
        self.calls, self.operations = calls, calls.client.replication_jobs
        self.known: dict[str, tuple[object, Job]] = {}  # what the last whole list said, and what was read in it

    def list(self, since: datetime, states: Collection[str] = (), until: datetime = FAR_FUTURE) -> Sequence[Job]:
        """All jobs that started since then, in any or the given states, without tasks and errors (docs/service.md 2.4).

        Only filters with both bounds are recorded, so both are sent; an end far in the future hides neither a running
        job nor one stamped by a clock that is ahead of ours. A list that may have been cut is asked on, from its oldest job
        back, until nothing new comes.
        """
        found: dict[str, Job] = {}
        while True:
            known, some = len(found), self.some(since, states, until)
            found |= {job.name.lower(): job for job in some if job.name.lower() not in found}
            oldest = min((job.started for job in some if job.started), default=since)
            if len(some) != CUT or len(found) == known or oldest <= since:
                return list(found.values())
            until = oldest

    def some(self, since: datetime, states: Collection[str], until: datetime) -> Sequence[Job]:
        """What one question for jobs brings, over all its pages."""
        wanted = [f"StartTime eq '{time_text(since)}'", f"EndTime eq '{time_text(until)}'"]
        if states:
            either = " or ".join(f"JobStatus eq '{state}'" for state in states)
            wanted.append(f"( {either} )")
        operation = self.operations.list
        bodies = self.calls.every(f"list the jobs of {self.calls.place}", operation, filter=" and ".join(wanted))
        had, listed = self.known, {}
        for body in bodies:
            name = text(body, "id")
            before, job = had.get(name, (None, None))
            if job is None or before != body:
                if self.calls.place.strange(name):
                    continue
                job = Job.from_service(body)
            listed[name] = (body, job)
        self.known = {**had, **listed} if states else listed
        return [job for _body, job in listed.values()]

    def get(self, name: str) -> Job | None:
        """One job with its tasks and errors."""
        doing = f"read the job {name!r}"
        body = self.calls.one(doing, self.operations.get, name)
        if body and self.calls.place.strange(text(body, "id")):
            raise OddAnswer(doing, f"its id {text(body, 'id')} is not one of {self.calls.place}", code="NotOfThisVault")
        return Job.from_service(body) if body else None

    def resume(self, job_name: str, comment: str, *, at_once: bool = False) -> Started:
        """Resume a suspended job: Complete Failover, or "done" to a manual action (docs/service.md 2.4). No comment
        becomes a blank."""
        body = {"properties": {"comments": comment or " "}}
        operation = self.operations.begin_resume
        started = self.calls.start(f"resume the job {job_name!r}", operation, job_name, body, at_once=at_once)
        return replace(started, job_name=job_name)

    def cancel(self, job_name: str) -> Started:
        """Cancel a job. During data synchronization that leaves the on-premises VM unusable: ask the user first."""
        operation = self.operations.begin_cancel
        return replace(self.calls.start(f"cancel the job {job_name!r}", operation, job_name), job_name=job_name)

    def restart(self, job_name: str) -> Started:
        """Restart a failed job; the service starts another one for that, named RestartJob (docs/service.md 2.4)."""
        operation = self.operations.begin_restart
        return self.calls.start(f"restart the job {job_name!r}", operation, job_name, names_job=False)

    def of_operation(self, started: Started) -> str:
        """The name of the job behind a start, read from its status URL; empty when the service has none yet.

        For recovery plans the operation id is not the job's (docs/service.md 2.6). Both shapes of the status answer
        carry the job's name in `name`. Callers who may not read it (Site Recovery Operator, docs/service.md 5.7) read
        the job under the operation id instead, which the service takes for an alias. Raises ServiceError when the URL
        is not the service's.
        """
        if started.job_name:
            return started.job_name
        if started.status_url:
            try:
                return self.named_by_status(started)
            except (AccessDenied, NotFound):
                pass
        job = self.get(started.operation_id)
        return job.name if job else ""

    def named_by_status(self, started: Started) -> str:
        """The job's name in the answer of a status URL, which is only asked for if our token may go there."""
        doing = f"read the state of operation {started.operation_id!r}"
        if not self.calls.place.serves(started.status_url):
            raise ServiceError(doing, f"its address is not one of the service: {started.status_url.split('?')[0]}")
        with self.calls.explained(doing):
            response = self.calls.fetch(started.status_url)
            named = (text(response.json(), "name"), last_part(response.headers.get("x-ms-request-id") or ""))
        return next((one for one in named if not segment_objection(one)), "")
