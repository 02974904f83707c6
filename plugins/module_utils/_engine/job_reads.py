# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Reading jobs by themselves, which alone shows their tasks and errors: each once a tick, however many items it moves."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from ansible_collections.asr.hyperv.plugins.module_utils._engine.item_reads import WIDTH
from ansible_collections.asr.hyperv.plugins.module_utils._engine.parallel import answers_or_errors
from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import WithJobs
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AsrError, ServiceError
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import (
    Job,
    ended_well,
    is_open,
    of_a_plan,
    tells_more,
)


class JobReads:
    """The reads of one tick."""

    def __init__(self, vault: WithJobs) -> None:
        self.vault = vault
        self.read_now: dict[str, Job | None] = {}

    def full(self, job: Job) -> Job | None:
        """The job with its tasks and errors."""
        if job.name not in self.read_now:
            self.read_now[job.name] = self.vault.jobs.get(job.name)
        return self.read_now[job.name]

    def as_it_is(self, job: Job) -> Job | None:
        """An open job of a list, read by itself where its tasks decide: only a plan has manual actions (docs/service.md 4.2)."""
        return self.full(job) if job.state == "Suspended" and of_a_plan(job) else job

    def ended(self, job: Job) -> Job:
        """A job that is over, with its errors where it may have any; what cannot be read now is no reason to wait."""
        if not tells_more(job):
            return job
        try:
            return self.full(job) or job
        except ServiceError:
            if ended_well(job):
                return job
            raise

    def ahead(self, listed: Iterable[Job | None]) -> None:
        """A new tick: forget what was read, and read those jobs of a list that are over and may say more, several at a time.

        What goes wrong with one comes up when somebody asks for it.
        """
        over = {
            job.name: partial(self.vault.jobs.get, job.name)
            for job in listed
            if job and not is_open(job) and tells_more(job)
        }
        found = answers_or_errors(over, WIDTH)
        self.read_now = {name: job for name, job in found.items() if not isinstance(job, AsrError)}
