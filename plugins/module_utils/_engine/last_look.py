# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The last look before something is sent: who else is at work on an item, and what the vault shows of it now.

Between our last tick and a POST another run, or a person in the portal, may have done the step. One list of open jobs serves
all that is sent together; the items are read together before it, so that nothing but the list lies between it and the POSTs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._engine.job_list import JobList
from ansible_collections.asr.hyperv.plugins.module_utils._engine.watcher import LOOKS, PATIENCE, Watcher
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.allowed import is_allowed, refusal_of
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Step
from ansible_collections.asr.hyperv.plugins.module_utils._run.problems import (
    called,
    not_allowed,
    not_moved,
)
from ansible_collections.asr.hyperv.plugins.module_utils._run.steps import Unconfirmed
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._run.unread import cannot_be_read
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    AccessDenied,
    AsrError,
    NotConnected,
    NotFound,
    ServiceError,
    Throttled,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import (
    OPEN,
    Job,
    Kind,
    is_job_of,
    is_open,
    kind_of,
    start_of,
)

AFTER_YOU = 2  # ticks that whoever came second leaves to the first before it sends a step that is due


class LastLook:
    """Asked for each lot of steps right before they are sent, and once more about those that were refused."""

    def __init__(self, watcher: Watcher, plan: str, say: Callable[[str], None]) -> None:
        self.watcher, self.vault, self.plan, self.say = watcher, watcher.vault, plan, say
        self.left: Counter[tuple[str, Step]] = Counter()  # ticks that a due step was left to somebody else
        self.barred: Counter[tuple[str, Step]] = Counter()  # looks at which the vault did not allow a due step
        self.told: set[str] = set()
        self.waits_for_a_name = False
        self.listed: JobList | None = None
        self.all: Sequence[Track] = ()  # the items of the whole run
        self.times = 0

    def begin(self) -> None:
        """Steps may be sent now: at the start of the run, and at every tick."""
        self.times, self.waits_for_a_name = self.times + 1, False

    def read_items(self, tracks: Sequence[Track]) -> None:
        """Read the items of all steps that are about to be sent. What releases a gate is told by its job alone."""
        self.watcher.items.ahead(track.item.id for track in tracks if track.due is not Step.COMPLETE_FAILOVER)

    def free(self, tracks: Sequence[Track]) -> list[Track]:
        """Those of these items whose step may be sent now."""
        self.listed = None
        new = self.new_jobs(tracks)
        if new:
            self.wait_for(new)
            return []
        return [track for track in tracks if self.is_free(track)]

    def open_jobs(self, tracks: Sequence[Track]) -> JobList:
        """All open jobs that may be about these items, read once for the lot."""
        if self.listed is None:
            self.listed = self.watcher.list(tracks, OPEN)
        return self.listed

    def new_jobs(self, tracks: Sequence[Track]) -> Sequence[Job]:
        """The jobs that somebody made just now and that do not say yet what they are about."""
        return self.watcher.new_jobs.of_somebody(self.open_jobs(tracks).all, self.vault.service_time())

    def wait_for(self, new: Sequence[Job]) -> None:
        """Nothing is sent until they have their names."""
        self.waits_for_a_name = True
        for job in new:
            if job.name not in self.told:
                self.say(
                    f"job {job.name} was just started by somebody and has no name yet: looking again before sending"
                )
            self.told.add(job.name)

    def is_free(self, track: Track) -> bool:
        """Whether the step that was due still is, and nobody else is ahead of us."""
        step = track.due
        if step is None:
            return False
        try:
            told_all = self.take_in(track, step)
        except AccessDenied as error:
            cannot_be_read(track, error)
            return False
        except (NotConnected, NotFound, Throttled):
            raise
        except ServiceError as error:
            track.trouble = str(error)
            return False
        still = told_all and track.problem is None and track.due is step
        return still and self.may(track, step) and self.is_our_turn(track, step)

    def take_in(self, track: Track, step: Step) -> bool:
        """Bring the track up to what is there now; False when that is older than what is proven already."""
        if step is Step.COMPLETE_FAILOVER:
            job = self.open_jobs([track]).get(track.job_name)
            if job:
                track.follow(self.watcher.jobs.as_it_is(job))
            return True
        job = self.somebodys(track)
        item = self.watcher.items.item(track.item.id)
        if job and item:
            track.reread(item, self.watcher.vault.jobs.get(job.name) or job)
            self.yield_to(track, step, job)
            return True
        return self.read_again(track, item)

    def read_again(self, track: Track, item: ProtectedItem | None) -> bool:
        """Take in the item as it was just read, with the job that it names."""
        before = track.item
        self.watcher.read_again(track, item)
        if track.problem is None and track.item is before:
            track.idle += 1
            if track.idle > PATIENCE:
                track.fail(**not_moved(track))
            return False
        return True

    def somebodys(self, track: Track) -> Job | None:
        """The newest open job about this item, or of the plan that it goes with, that is not the one followed already."""
        listed = self.open_jobs([track])
        about = [job for job in listed.about(track.item) if track.owns(job)]
        of_plan = [job for job in listed.of_plans if is_job_of(job, self.plan) and kind_of(job) is not Kind.OTHER]
        known = track.job_name.lower()
        running = [job for job in (*about, *of_plan) if is_open(job) and job.name.lower() != known]
        return max(running, key=start_of, default=None)

    def yield_to(self, track: Track, step: Step, job: Job) -> None:
        """Somebody else is at work on the item: it is left to them, and they go first from now on."""
        if track.due is step:
            return
        self.say(f"{track.name}: {step.value} is not sent, somebody else was first: {called(job)} {job.name}")

    def may(self, track: Track, step: Step) -> bool:
        """Whether the vault allows the step now. What it does not allow a few looks later either is the end of the item's run."""
        if is_allowed(step, track.item, track.job):
            return True
        if reason := refusal_of(step, track.item, track.job):
            self.barred[track.item.id, step] += 1
            track.trouble = reason
            if self.barred[track.item.id, step] >= LOOKS:
                track.fail(**not_allowed(track, step, reason))
        return False

    def may_release(self, job: Job) -> bool:
        """Whether the job of a plan is that of this run, and all that it moves may be cut over."""
        stay = any(one.settled and not one.there and one.problem is None for one in self.all)
        return is_job_of(job, self.plan) and not stay

    def is_our_turn(self, track: Track, step: Step) -> bool:
        """Who came second leaves each step to the first for a while: two runs must not go on in step with each other.

        If the first does nothing it is gone, and whoever sends the step goes first from then on. What is due as a run starts is
        sent at once: that is no moment that two runs share.
        """
        if self.times == 1 or not self.others_go_first(track):
            return True
        self.left[track.item.id, step] += 1
        return self.left[track.item.id, step] > AFTER_YOU

    def others_go_first(self, track: Track) -> bool:
        """Whether somebody else moves this item; where nothing was seen of that, it is taken to be as with the others."""
        if track.behind is not None:
            return track.behind
        seen = {other.behind for other in self.all}
        return True in seen and False not in seen

    def explains(self, track: Track, step: Step, since: datetime, error: AsrError) -> bool:
        """Whether a refusal may be due to somebody else's start of the same: then their job is followed, or waited for."""
        new = self.new_jobs([track])
        job = self.somebodys(track)
        if job:
            track.reread(track.item, self.watcher.vault.jobs.get(job.name) or job)
            self.yield_to(track, step, job)
        elif new:
            self.wait_for(new)
            track.doubt = Unconfirmed(step, since, refusal=error)
        return bool(job or new)
