# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Jobs that were just made: for a moment nobody can tell whose they are, so nothing is sent while one is there. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job, is_nameless

A_MOMENT = 2  # seconds until such a job is looked at again
# recorded ones had their name at the second read, 30 s later (docs/service.md 2.6)
NAMED_WITHIN = timedelta(seconds=120)


class NewJobs:
    """Those that may be somebody else's start of the very thing that we are about to start.

    Each is waited for only so long, and our own are known by the answers to our POSTs.
    """

    def __init__(self) -> None:
        self.ours: set[str] = set()
        self.first_seen: dict[str, datetime] = {}

    def is_ours(self, job_name: str) -> None:
        """Note the name of a job that we started."""
        self.ours.add(job_name.lower())

    def of_somebody(self, jobs: Iterable[Job], now: datetime) -> Sequence[Job]:
        """The jobs without a name that are worth waiting for. `now` is the service's time."""
        found = [job for job in jobs if is_nameless(job) and job.name.lower() not in self.ours]
        for job in found:
            self.first_seen.setdefault(job.name.lower(), now)
        return [job for job in found if now - self.first_seen[job.name.lower()] <= NAMED_WITHIN]
