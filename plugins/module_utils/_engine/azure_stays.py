# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Since when VMs are in Azure, and since when no longer: what the vault's jobs tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from ansible_collections.asr.hyperv.plugins.module_utils._engine.job_list import JobList
from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import WithJobs
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Phase, Step
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_side import AzureStay
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import (
    BAD_END,
    Job,
    Kind,
    ended_badly,
    ended_well,
    kind_of,
)

MEMORY = timedelta(days=14)  # how far back the jobs of a failback are looked for
CUTS_OVER = (Step.PLANNED_FAILOVER, Step.COMPLETE_FAILOVER)
TOUCHES = (*CUTS_OVER, Step.COMMIT_FAILOVER)


def stays(vault: WithJobs, tracks: Sequence[Track], doubted: Sequence[Track] = ()) -> dict[str, AzureStay]:
    """The stay in Azure of each item, by its id: one list of jobs for those whose cutover this run has not seen.

    Of those that are `doubted` another run's commit may have deleted a part, and have failed. Raises what listing jobs raises.
    """
    over = {track for track in tracks if track.phase is Phase.FAILED_BACK_UNCOMMITTED}
    unknown = [track for track in over if track in doubted or not seen_here(track)]
    jobs: Sequence[Job] = []
    if unknown:
        began = min(track.item.failed_over_at or vault.service_time() for track in unknown)
        jobs = vault.jobs.list(max(began, vault.service_time() - MEMORY), states=("Succeeded", *BAD_END[:2]))
    listed = JobList(jobs)
    return {track.item.id: stay_of(track, listed.about(track.item), over=track in over) for track in tracks}


def seen_here(track: Track) -> datetime | None:
    """When the cutover ended, or a commit that failed, if this run did it."""
    sent_steps = [sent for sent in track.sent_steps if sent.step in TOUCHES and not sent.turned_away]
    sent_steps += [
        sent for sent in track.past if sent.step in CUTS_OVER
    ]  # which of the others were turned away is not known
    ended = [sent.ended for sent in sent_steps if sent.ended]
    return max(ended, default=None)


def stay_of(track: Track, jobs: Sequence[Job], *, over: bool) -> AzureStay:
    """The stay of one item. `jobs`: those that have ended."""
    own = [job for job in jobs if track.owns(job) and job.ended and after_the_failover(track, job)]
    cut_over = [job.ended for job in own if kind_of(job) is Kind.PLANNED_FAILOVER and ended_well(job)]
    failed = [job.ended for job in own if kind_of(job) is Kind.COMMIT and ended_badly(job)]
    seen = seen_here(track)
    return AzureStay(
        began=track.item.failed_over_at,
        over=over,
        ended=max([*failed, *([seen] if seen else cut_over)], default=None),
        commit_begun=over and (bool(failed) or track.has_done(Step.COMMIT_FAILOVER)),
    )


def after_the_failover(track: Track, job: Job) -> bool:
    """Whether a job is of this stay in Azure: a planned failover that began later than the failover goes home.

    The item's time of the failover is the start of its job, to the last digit (recorded).
    """
    began = track.item.failed_over_at
    return began is not None and job.started is not None and job.started > began
