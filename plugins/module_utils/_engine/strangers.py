# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Failbacks of the vault that wait for somebody and belong to nobody of a run: their VMs would be forgotten otherwise."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from ansible_collections.asr.hyperv.plugins.module_utils._engine.job_list import JobList
from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import WithJobs
from ansible_collections.asr.hyperv.plugins.module_utils._run.report import stamp
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AsrError
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job, Kind, is_job_of, kind_of
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import OtherJob

LONG_AGO = timedelta(days=30)  # a full download takes days, a job that nobody came back for may wait for weeks
MOST = 50  # jobs that are read by themselves for their sides


def other_failbacks(vault: WithJobs, tracks: Sequence[Track], plan: str = "") -> list[OtherJob] | None:
    """The suspended failback jobs that move no item of the run; None when they cannot be read.

    The way of a planned failover is told by its sides, which a list does not have, so each is read by itself.
    """
    try:
        jobs = vault.jobs.list(vault.service_time() - LONG_AGO, ("Suspended",))
        ours = {name.lower() for track in tracks for name in names_of_jobs(track)}
        listed = JobList(jobs)
        ours |= {job.name.lower() for track in tracks for job in listed.about(track.item) if track.owns(job)}
        waiting = [job for job in jobs if kind_of(job) is Kind.PLANNED_FAILOVER and not belongs(job, ours, plan)]
        found = [vault.jobs.get(job.name) or job for job in waiting[:MOST]] + waiting[MOST:]
    except AsrError:
        return None
    return [entry(job) for job in found if job.state == "Suspended" and goes_home(job)]


def belongs(job: Job, ours: Collection[str], plan: str) -> bool:
    """Whether the job is one of this run: of its plan, or among `ours`, by name: those of an item, and that an item follows."""
    return job.name.lower() in ours or is_job_of(job, plan)


def names_of_jobs(track: Track) -> list[str]:
    return [
        track.item.current_job_id,
        *([track.job.name] if track.job else []),
        *(sent.job for sent in track.sent_steps),
    ]


def goes_home(job: Job) -> bool:
    """Whether it is a failback. One that does not tell its sides counts: it is better named in vain than forgotten."""
    return job.scenario == "Failback" or job.primary_side in ("", "Microsoft Azure")


def entry(job: Job) -> OtherJob:
    """One job of the answer."""
    return {
        "job": job.name,
        "name": job.target_name,
        "since": stamp(job.started),
        "state": job.description or job.state,
    }
