# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a process could know: the jobs that the answers it got have shown. A killed one takes that with it.

A run that is killed right after a request was accepted has told nobody. If then every list leaves the new job out and the item
does not name it yet (both happens for some seconds), the next run has nothing to go by: it asks again, and the service refuses,
which harms nothing. Waiting at the start of every run until no such job could be hidden any more would cost each of them
minutes, and there is no end of that wait which the service promises. So this is counted by itself, and not as our mistake.
"""

from __future__ import annotations

from azure.core.rest import HttpRequest

from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Ask, Response, Service
from asr_simulator.estate.items import Job


class Memory:
    """Listens to all answers. `unseen` are the names of jobs that were asked for again though no answer had shown the first."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.unseen: set[str] = set()
        self.before: dict[str, Job] = {}  # jobs that a process now dead may have asked for
        self.counted = {job.id for job in service.world.jobs.jobs}
        self.new_process()
        service.core.twist = self.hear

    def new_process(self) -> None:
        """The one before was killed, or has ended: nothing of what it heard is left."""
        self.before = {job.id: job for job in self.service.world.jobs.jobs}
        self.shown: set[str] = set()
        self.read: set[str] = set()  # last parts of the paths that were read

    def hear(self, request: HttpRequest, ask: Ask) -> Response:
        """One request and its answer."""
        response = ask(request)
        jobs = self.service.world.jobs.jobs
        for job in [job for job in jobs if job.id not in self.counted]:
            self.counted.add(job.id)
            if self.could_not_know(job):
                self.unseen.add(job.id)
        text = f"{response.content.decode(errors='replace')} {dict(response.headers)}".lower()
        self.shown |= {job.id for job in jobs if job.id.lower() in text}
        if request.method == "GET" and response.status_code == 200:
            self.read.add(request.url.split("?")[0].split("/")[-1].lower())
        return response

    def could_not_know(self, job: Job) -> bool:
        """Whether the same runs already, as nobody but a dead process has heard, though item and jobs were looked at."""
        same = [one for one in self.before.values() if one.item is job.item and one.script == job.script]
        running = [one for one in same if not one.ended]
        looked = job.item is not None and {"replicationjobs", job.item.name.lower()} <= self.read
        return bool(running) and looked and not any(one.id in self.shown for one in running)
