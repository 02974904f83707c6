# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Where every item stands, read from the vault with as few calls as that takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from ansible_collections.asr.hyperv.plugins.module_utils._engine.job_list import JobList
from ansible_collections.asr.hyperv.plugins.module_utils._engine.new_jobs import A_MOMENT, NewJobs, Wait
from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import WithJobs
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Phase, Way
from ansible_collections.asr.hyperv.plugins.module_utils._run.earlier import Earlier, go_on, stay_with
from ansible_collections.asr.hyperv.plugins.module_utils._run.problems import UNUSABLE
from ansible_collections.asr.hyperv.plugins.module_utils._run.telling_job import job_of
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import OddAnswer
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import (
    BAD_END,
    OPEN,
    Job,
    Kind,
    ended_badly,
    is_open,
    kind_of,
    of_a_plan,
    start_of,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain, same_id
from ansible_collections.asr.hyperv.plugins.module_utils._wish.intent import Intent
from ansible_collections.asr.hyperv.plugins.module_utils._wish.selection import Selection

JOB_MEMORY = timedelta(days=1)  # how far back to look for open jobs when no item says when it was failed over


def survey(
    vault: WithJobs,
    selected: Selection,
    way: Way | None = Way.HOME,
    wait: Callable[[float], None] | None = None,
    seen: Mapping[str, Earlier] | None = None,
) -> list[Track]:
    """A track for every item, its phase read from the item and from one list of jobs that run or went wrong.

    Without a way the phase is looked at from all sides, else what runs beside the way is just another operation. Who is going
    to act on what is found gives `wait` (seconds): a job that was just made is then looked at until it says whose it is. Who does
    not is told of one whose job cannot be read as `trouble`; else that raises OddAnswer. `seen` is what earlier calls of the same
    run know, by the plain id of each item. A `Wait` is told of such jobs: its call waits for none twice.
    """
    known = seen or {}
    items = [item for wave in selected for item in wave]
    moments = [item.failed_over_at for item in items if item.failed_over_at and item.active_location == "Recovery"]
    since = min([*moments, vault.service_time() - JOB_MEMORY])
    jobs = telling_jobs(vault, since, wait, {sent.job.lower() for one in known.values() for sent in one.under_way})
    listed = JobList(jobs)
    tracks = [
        Track(item, Intent(Goal.PROTECTED, wave=wave, group=group, way=way), Phase.UNKNOWN)
        for item, wave, group in selected.placed()
    ]
    fetch = each_once(vault.jobs.get)
    for track in tracks:
        if earlier := known.get(plain(track.item.id)):
            go_on(track, earlier)
        try:
            track.reread(track.item, telling_job(track, listed.about(track.item), fetch))
        except OddAnswer as error:
            if wait:
                raise  # who acts asks again
            track.trouble = str(error)  # its phase stays unknown; with the others nothing is wrong
        stay_with(track)
        track.phase_before = track.phase
        if track.phase is Phase.INCONSISTENT:
            track.warnings.append(f"Its last failback did not end well. {UNUSABLE}")
        track.warnings += failed_replication(track, listed.about(track.item))
    return tracks


def telling_jobs(
    vault: WithJobs, since: datetime, wait: Callable[[float], None] | None, ours: set[str]
) -> Sequence[Job]:
    """The jobs since then that run or went wrong; with `wait`, once all but `ours`, by name, say what they are about."""
    new = wait.new if isinstance(wait, Wait) else NewJobs()
    new.ours |= ours
    while True:
        jobs = vault.jobs.list(since, states=(*OPEN, *BAD_END[:2]))
        jobs = new.with_left_out(jobs, vault.service_time(), vault.jobs.get)
        if wait is None or not new.of_somebody(jobs, vault.service_time()):
            return jobs
        wait(A_MOMENT)


def failed_replication(track: Track, jobs: Sequence[Job]) -> list[str]:
    """A replication to Azure whose last step went wrong may go on by itself, or wait for somebody to repair it."""
    own = [job for job in jobs if kind_of(job) is Kind.INITIAL_REPLICATION and ended_badly(job) and track.owns(job)]
    if track.phase is not Phase.REPLICATING or is_open(track.job) or not own:
        return []
    job = max(own, key=start_of)
    return [
        f"Job '{job.friendly_name}' {job.name} ended as {job.state}: if nothing moves, repair the replication in the vault."
    ]


def each_once(fetch: Callable[[str], Job | None]) -> Callable[[str], Job | None]:
    """Reads each job once, however many items it moves."""
    known: dict[str, Job | None] = {}

    def fetched(name: str) -> Job | None:
        if name not in known:
            known[name] = fetch(name)
        return known[name]

    return fetched


def telling_job(track: Track, jobs: Sequence[Job], fetch: Callable[[str], Job | None]) -> Job | None:
    """The job that tells the item's phase: one of the list, or one that only the item names, as a plan's job.

    It is read by itself where the list leaves open what it means (docs/service.md 2.4).
    """
    job, named = job_of(track, jobs), track.item.current_job_id
    running = fetch(named) if named and not is_open(job) else None
    if is_open(running):
        return running
    return fetch(job.name) or job if job and worth_reading(track, job) else job


def worth_reading(track: Track, job: Job) -> bool:
    """Whether the list leaves open what the job means: a planned failover, but not one that waits at its own gate."""
    at_own_gate = job.state == "Suspended" and not of_a_plan(job)
    followed = is_open(job) and same_id(job.name, track.job_name) and not of_a_plan(job)  # by this run, all the time
    return kind_of(job) is Kind.PLANNED_FAILOVER and not at_own_gate and not followed
