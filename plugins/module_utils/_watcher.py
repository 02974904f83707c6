# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The job watcher: brings tracks up to date from one list of jobs, and reads single things only where the list is silent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from ansible_collections.asr.hyperv.plugins.module_utils._jobs import (
    Job,
    Kind,
    ended_badly,
    ended_well,
    is_open,
    kind_of,
)
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle import Phase, Step
from ansible_collections.asr.hyperv.plugins.module_utils._problems import GONE, describe, of_job
from ansible_collections.asr.hyperv.plugins.module_utils._track import STEP_KINDS, Deed, Track, job_of, start_of
from ansible_collections.asr.hyperv.plugins.module_utils._wire import same_id

CLOCK_MARGIN = timedelta(minutes=5)  # a job may carry a start a little before the date of the answer that announced it
LOOKS = 3  # ticks without a trace before a missing job is asked for, or a step in doubt may be sent again
TICKS_BETWEEN_READS = 6  # how often an item that waits without a job is read itself


class Watcher:
    """Follows the jobs of tracks. `say` gets one line for each change of phase."""

    def __init__(self, vault: object, say: Callable[[str], None]) -> None:
        self.vault, self.say = vault, say
        self.began: datetime = vault.service_time()
        self.seen: set[str] = set()
        self.ticks = 0

    def watch(self, tracks: Sequence[Track]) -> None:
        """One tick: one list call for all jobs, then each track by itself."""
        self.ticks += 1
        jobs = self.vault.jobs(self.since(tracks))
        for track in tracks:
            before = track.phase
            self.look(track, jobs)
            if track.phase is not before:
                self.say(f"{track.name}: {before.value} -> {track.phase.value}")
        self.seen.update(job.name.lower() for job in jobs)

    def since(self, tracks: Sequence[Track]) -> datetime:
        """How far back the list has to reach: to the start of this run, and of every job that is still followed."""
        starts = [track.job.started for track in tracks if track.job and track.job.started]
        return min([self.began, *starts]) - CLOCK_MARGIN

    def look(self, track: Track, jobs: Sequence[Job]) -> None:
        """Bring one track up to date."""
        if track.doubt:
            self.look_for_traces(track, jobs)
        elif track.job:
            self.look_at_job(track, jobs)
        elif track.phase is Phase.REPLICATING:
            self.look_for_initial_replication(track, jobs)
        elif track.phase in (Phase.BUSY, Phase.UNKNOWN):
            self.read_again(track)

    def look_at_job(self, track: Track, jobs: Sequence[Job]) -> None:
        job = next((job for job in jobs if same_id(job.name, track.job.name)), None) or self.missing_job(track)
        if job is None:
            return
        if is_open(job):
            track.follow(job)
        elif not track.conclude(job):
            self.judge(track, self.vault.job(job.name) or job)

    def missing_job(self, track: Track) -> Job | None:
        """A job that the list does not show: it may lag behind, so ask for the job itself only after some looks."""
        track.missed += 1
        if track.missed < LOOKS:
            return None
        track.missed = 0
        job = self.vault.job(track.job.name)
        if job is None:
            self.read_again(track)
        return job

    def look_for_initial_replication(self, track: Track, jobs: Sequence[Job]) -> None:
        """After reverse replication a job IrCompletion comes by itself, and then the state Protected (3.1, rows 11 and 12)."""
        mine = [job for job in jobs if track.owns(job) and kind_of(job) is Kind.INITIAL_REPLICATION]
        newest = max(mine, key=start_of, default=None)
        if newest and is_open(newest):
            track.follow(newest)
        elif newest and ended_badly(newest):
            self.judge(track, self.vault.job(newest.name) or newest)
        elif not (newest and track.conclude(newest)) and self.ticks % TICKS_BETWEEN_READS == 0:
            self.read_again(track)

    def judge(self, track: Track, job: Job) -> None:
        """A job that did not end well, or was not ours: read the item and say what it means."""
        before = track.phase
        if not self.read_again(track, ended=job) or kind_of(job) is Kind.OTHER:
            return
        if ended_badly(job) or not ended_well(job) and track.phase in (before, Phase.UNKNOWN, Phase.FAILED_OVER):
            track.fail(**of_job(track, job))
        elif not ended_well(job):
            track.warnings.append(f"job {job.name} ended as {job.description or job.state}: {describe(job)}")

    def look_for_traces(self, track: Track, jobs: Sequence[Job]) -> None:
        """A step in doubt: take over the job it started; after some looks without a trace allow it again."""
        traces = [job for job in jobs if self.is_trace(track, job)]
        if traces:
            accept(track, track.doubt.step, max(traces, key=start_of).name, track.doubt.since)
            self.look_at_job(track, jobs)
            return
        track.doubt.looks += 1
        if track.doubt.looks >= LOOKS:
            track.doubt = None
            self.read_again(track)

    def is_trace(self, track: Track, job: Job) -> bool:
        """Whether this job may have come from the step in doubt."""
        step, since = track.doubt.step, track.doubt.since
        if step is Step.COMPLETE_FAILOVER:
            return track.job is not None and same_id(job.name, track.job.name) and job.state != "Suspended"
        new = job.name.lower() not in self.seen and start_of(job) >= (since - CLOCK_MARGIN).timestamp()
        return new and track.owns(job) and kind_of(job) in (STEP_KINDS[step], Kind.OTHER)

    def read_again(self, track: Track, ended: Job | None = None) -> bool:
        """Read the item itself and the open job it names; False (and a problem) when it is gone from the vault."""
        item = self.vault.protected_item(track.item.id)
        if item is None:
            track.fail(f"{track.name} {GONE}.", code="ItemGone", job=ended.name if ended else "")
            return False
        name = item.current_job_id or (track.job.name if track.job and not ended else "")
        job = self.vault.job(name) if name and not (ended and same_id(name, ended.name)) else None
        track.reread(item, job if is_open(job) else job_of(track, [one for one in (job, ended) if one]))
        return True


def accept(track: Track, step: Step, job_name: str, when: datetime) -> None:
    """The service has taken the step: follow its job from now on."""
    track.doubt = None
    track.deeds.append(Deed(step, job_name, when))
    if step is not Step.COMPLETE_FAILOVER:
        track.job = Job(job_name, job_name, "", "", "NotStarted", "", frozenset())
    track.phase = track.seen_from_here(Phase.BUSY)
