# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Looks at a whole vault again and again: one list of items, jobs and providers each, and a job by itself when it has moved."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import ReadableVault
from ansible_collections.asr.hyperv.plugins.module_utils._engine.selecting import hyperv_items
from ansible_collections.asr.hyperv.plugins.module_utils._engine.survey import survey
from ansible_collections.asr.hyperv.plugins.module_utils._run.news import FAILED, Fact, facts, key_of
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job, ended_badly


class Lookout:
    """A vault that is looked at, standing where a survey wants one. What a job said by itself is kept while its state stays."""

    def __init__(self, vault: ReadableVault) -> None:
        self.vault = vault
        self.listed: Sequence[Job] = ()
        self.read: dict[tuple[str, str], Job | None] = {}

    def look(self, cursor: Mapping[str, str] | None = None) -> list[Fact]:
        """What the vault says now; failed jobs that the cursor does not know are read for their errors. Raises as a read does."""
        tracks = survey(self, hyperv_items(self.vault), None)
        telling = [self.full(job) if worth_a_read(job, cursor) else job for job in self.listed]
        states = {(job.name, job.state) for job in self.listed}
        self.read = {key: job for key, job in self.read.items() if key in states}
        return facts(tracks, telling, self.vault.hosts.providers())

    def full(self, job: Job) -> Job:
        """A job with its tasks and errors; that of the list when it is gone."""
        return self.get(job.name) or job

    # what a survey asks for

    def service_time(self) -> datetime:
        return self.vault.service_time()

    @property
    def jobs(self) -> Lookout:
        return self

    def list(self, since: datetime, states: Collection[str] = ()) -> Sequence[Job]:
        """The jobs, remembered for this look."""
        self.listed = self.vault.jobs.list(since, states)
        return self.listed

    def get(self, name: str) -> Job | None:
        """A job by itself, asked for again when the list says that its state is another."""
        key = name, next((job.state for job in self.listed if job.name == name), "")
        if key not in self.read:
            self.read[key] = self.vault.jobs.get(name)
        return self.read[key]


def worth_a_read(job: Job, cursor: Mapping[str, str] | None) -> bool:
    """Whether a job has something to tell that no list has: what it waits for, or why it failed, if that is news."""
    unknown = cursor is not None and key_of(FAILED, job.name) not in cursor
    return job.state == "Suspended" or (ended_badly(job) and unknown)
