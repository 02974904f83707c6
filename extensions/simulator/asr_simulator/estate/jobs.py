# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The book of all jobs."""

from __future__ import annotations

from .items import Job


class JobBook:
    """All jobs of the vault, found by job id or by the operation's guid. `past` are those that were over when it began."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.past: list[Job] = []
        self._by_id: dict[str, Job] = {}

    @property
    def all(self) -> list[Job]:
        """Those of the past, too."""
        return [*self.past, *self.jobs]

    def add(self, job: Job, past: bool = False) -> Job:
        """Keep a job."""
        (self.past if past else self.jobs).append(job)
        self._by_id[job.id.lower()] = self._by_id[job.operation.lower()] = job
        return job

    def forget(self, job: Job) -> None:
        """One of the past was never there."""
        self.past.remove(job)
        for guid in (job.id.lower(), job.operation.lower()):  # they may be the same
            self._by_id.pop(guid, None)

    def find(self, guid: str) -> Job | None:
        """A job by its own guid or by that of its operation."""
        return self._by_id.get(guid.lower())
