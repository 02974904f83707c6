# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The book of all jobs."""

from __future__ import annotations

from .items import Job


class JobBook:
    """All jobs of the vault, found by job id or by the operation's guid."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self._by_id: dict[str, Job] = {}

    def add(self, job: Job) -> Job:
        """Keep a job."""
        self.jobs.append(job)
        self._by_id[job.id.lower()] = self._by_id[job.operation.lower()] = job
        return job

    def find(self, guid: str) -> Job | None:
        """A job by its own guid or by that of its operation."""
        return self._by_id.get(guid.lower())
