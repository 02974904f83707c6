# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The list of jobs of one look: how far back it has to reach, and what is found in it without going through it again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Step
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job, of_a_plan
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import last_part, plain, same_id

CLOCK_MARGIN = timedelta(minutes=5)  # a job may carry a start a little before the date of the answer that announced it


class JobList:
    """Jobs by their name and by what they are about: with hundreds of items nothing may go through all of them for each."""

    def __init__(self, jobs: Sequence[Job] = ()) -> None:
        self.all = jobs
        self.of_plans = [job for job in jobs if of_a_plan(job)]
        self.named = {job.name.lower(): job for job in jobs}
        self.targets: dict[str, list[Job]] = {}
        for job in jobs:
            self.targets.setdefault(plain(job.target_id), []).append(job)

    def get(self, name: str) -> Job | None:
        """The job of this name, None when the list does not have it."""
        return self.named.get(name.lower())

    def about(self, item: ProtectedItem) -> list[Job]:
        """The jobs that name the item, or its VM, as their target (docs/service.md 4.1)."""
        own = {plain(name) for name in (item.vm_id, last_part(item.protectable_item_id), item.name) if name}
        return [job for name in own for job in self.targets.get(name, ())]


def window(tracks: Iterable[Track], began: datetime) -> datetime:
    """How far back the list has to reach: to the start of every job that is followed, and of what may have been started.

    It moves on with the run: after hours a vault of hundreds of items has thousands of jobs that are over. `began` is
    the start of the run, UTC.
    """
    return min((since(track, began) for track in tracks), default=began) - CLOCK_MARGIN


def since(track: Track, began: datetime) -> datetime:
    """The start of the oldest job that may still tell something of this item."""
    same = [
        sent.asked for sent in track.sent_steps if same_id(sent.job, track.job_name)
    ]  # a failback waits at its gate between two
    asked = same or [sent.asked for sent in track.sent_steps[-1:]] or [began]
    started = [track.job.started] if track.job and track.job.started else asked
    return min([*started, *([track.doubt.since] if track.doubt else [])])


def began_before(track: Track, job: Job) -> bool:
    """Whether a job of which only the name is known is older than what was asked of it: a list may not reach back to it."""
    return job.started is None and track.under_way is Step.COMPLETE_FAILOVER
