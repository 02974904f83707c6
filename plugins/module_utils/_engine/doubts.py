# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""A step that may or may not have been accepted: who did it is found among the jobs, and nothing is sent before that."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from ansible_collections.asr.hyperv.plugins.module_utils._engine.job_list import CLOCK_MARGIN, JobList
from ansible_collections.asr.hyperv.plugins.module_utils._engine.new_jobs import NewJobs
from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import WithJobs
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Step
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.step_table import BY_STEP
from ansible_collections.asr.hyperv.plugins.module_utils._run.problems import of_error
from ansible_collections.asr.hyperv.plugins.module_utils._run.steps import Unconfirmed
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job, is_job_of, kind_of, start_of
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import same_id

A_MOMENT = timedelta(seconds=5)  # the service's times are true to a second or two


class Watching(Protocol):
    """The watcher, as far as it is needed here. `plan` is the one whose jobs move all items of the run."""

    plan: str
    listed: JobList
    new_jobs: NewJobs

    @property
    def vault(self) -> WithJobs: ...

    def look_at_job(self, track: Track) -> None: ...

    def read_again(self, track: Track) -> bool: ...


class Doubts:
    """Works for a watcher: on its list of jobs, with its reads."""

    def __init__(self, watcher: Watching) -> None:
        self.watcher = watcher

    def look(self, track: Track, doubt: Unconfirmed) -> None:
        """A step in doubt: take over the job it started; after some looks without a trace allow it again."""
        traces = [job for job in self.watcher.listed.all if self.is_trace(track, doubt, job)]
        if traces:
            self.take_over(track, doubt, max(traces, key=start_of))
            return
        if self.watcher.new_jobs.of_somebody(self.watcher.listed.all, self.watcher.vault.service_time()):
            return  # one of them may be it
        doubt.looks += 1
        if doubt.looks >= doubt.patience and self.watcher.read_again(track):
            track.doubt = None
            if doubt.refusal and track.due is doubt.step:
                track.fail(**of_error(track, doubt.step, doubt.refusal))

    def take_over(self, track: Track, doubt: Unconfirmed, job: Job) -> None:
        """The job of a step in doubt: ours after all, or after a refusal that of whoever was first."""
        if doubt.refusal:
            track.doubt, track.job, track.behind = None, job, True
        else:
            track.accept(doubt.step, job.name, doubt.since)
            self.watcher.new_jobs.is_ours(job.name)
        self.watcher.look_at_job(track)

    def is_trace(self, track: Track, doubt: Unconfirmed, job: Job) -> bool:
        """Whether this job may have come from the step in doubt: it started about then, and had not ended before."""
        step, since = doubt.step, doubt.since
        if step is Step.COMPLETE_FAILOVER:
            return track.job is not None and same_id(job.name, track.job.name) and job.state != "Suspended"
        over = job.ended is not None and job.ended < since - A_MOMENT
        started = start_of(job) >= (since - CLOCK_MARGIN).timestamp()
        about = track.owns(job) or is_job_of(job, self.watcher.plan)
        return started and not over and about and kind_of(job) is BY_STEP[step].kind
