# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Jobs that were just made: for a moment nobody can tell whose they are, so nothing is sent while one is there. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job, is_nameless

A_MOMENT = 2  # seconds until such a job is looked at again
# recorded ones had their name at the second read, 30 s later (docs/service.md 2.6)
NAMED_WITHIN = timedelta(seconds=120)


class NewJobs:
    """Those that may be somebody else's start of the very thing that we are about to start.

    Each is waited for only so long, also while a list leaves it out, and our own are known by the answers to our POSTs.
    """

    def __init__(self) -> None:
        self.ours: set[str] = set()
        self.first_seen: dict[str, datetime] = {}
        self.nameless: dict[str, Job] = {}

    def is_ours(self, job_name: str) -> None:
        """Note the name of a job that we started."""
        self.ours.add(job_name.lower())
        self.nameless.pop(job_name.lower(), None)

    def follows(self, earlier: NewJobs) -> None:
        """What another part of the same call has waited for is not waited for once more."""
        self.first_seen |= earlier.first_seen

    def of_somebody(self, jobs: Sequence[Job], now: datetime) -> Sequence[Job]:
        """The jobs without a name that are worth waiting for. `now` is the service's time."""
        for job in jobs:
            key = job.name.lower()
            if is_nameless(job) and key not in self.ours:
                self.first_seen.setdefault(key, now)
                self.nameless[key] = job
            else:
                self.nameless.pop(key, None)
        return [job for key, job in self.nameless.items() if now - self.first_seen[key] <= NAMED_WITHIN]

    def with_left_out(self, jobs: Sequence[Job], now: datetime, fetch: Callable[[str], Job | None]) -> Sequence[Job]:
        """The list, and with it those that had no name when they were last seen and that it leaves out.

        They have ended, or a page is missing: `fetch` reads each by its name, what that raises is raised. One that it does not
        find either is waited for as before.
        """
        listed = {job.name.lower() for job in jobs}
        left_out = [job for job in self.of_somebody(jobs, now) if job.name.lower() not in listed]
        return [*jobs, *(found for job in left_out if (found := fetch(job.name)))]


class Wait:
    """Sleeps so many seconds, and knows which jobs without a name its call has waited for already."""

    def __init__(self, sleep: Callable[[float], None]) -> None:
        self.sleep, self.new = sleep, NewJobs()

    def __call__(self, seconds: float) -> None:
        self.sleep(seconds)
