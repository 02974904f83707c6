# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The job watcher: brings tracks up to date from one list of jobs, and reads single things only where the list is silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from ansible_collections.asr.hyperv.plugins.module_utils._engine.doubts import A_MOMENT, Doubts
from ansible_collections.asr.hyperv.plugins.module_utils._engine.item_reads import ItemReads
from ansible_collections.asr.hyperv.plugins.module_utils._engine.job_list import JobList, began_before, window
from ansible_collections.asr.hyperv.plugins.module_utils._engine.job_reads import JobReads
from ansible_collections.asr.hyperv.plugins.module_utils._engine.new_jobs import NewJobs
from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Vault
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Phase, Step
from ansible_collections.asr.hyperv.plugins.module_utils._run.gone import gone
from ansible_collections.asr.hyperv.plugins.module_utils._run.problems import (
    describe,
    information,
    job_is_gone,
    not_moved,
    of_job,
    waits_for,
)
from ansible_collections.asr.hyperv.plugins.module_utils._run.refusals import refusal
from ansible_collections.asr.hyperv.plugins.module_utils._run.steps import after
from ansible_collections.asr.hyperv.plugins.module_utils._run.telling_job import job_of
from ansible_collections.asr.hyperv.plugins.module_utils._run.together import Together
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._run.unread import cannot_be_read
from ansible_collections.asr.hyperv.plugins.module_utils._service import answer_classes
from ansible_collections.asr.hyperv.plugins.module_utils._service.answer_classes import is_last
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    AccessDenied,
    NotConnected,
    NotFound,
    ServiceError,
    Throttled,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import (
    Job,
    Kind,
    ended_badly,
    ended_well,
    is_open,
    kind_of,
    start_of,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import same_id

LOOKS = 3  # ticks between two questions for a missing job
TICKS_BETWEEN_READS = 6  # how often an item that waits without a job is read itself, after the first LOOKS
PATIENCE = 30  # ticks for which the service may show less than it has told before, until we say that something is wrong
TURNED_AWAY = {  # busy or not ready for that step (docs/service.md 4.3): the job did nothing, so it may be sent again
    "532": None,  # any step
    "25037": Step.COMMIT_FAILOVER,
    "25038": Step.REVERSE_REPLICATION,
}


class Watcher:
    """Follows the jobs of tracks, and tells of each change of phase.

    `members_of` is the plan that narrows lists of items, `plan` the one whose jobs move all of them.
    """

    def __init__(self, vault: Vault, together: Together, members_of: str = "", plan: str = "") -> None:
        self.vault, self.together, self.say, self.plan = vault, together, together.say, plan
        self.began: datetime = vault.service_time()
        self.items = ItemReads(vault.items.get, partial(vault.items.list, members_of))
        self.listed = JobList()  # the jobs of this tick
        self.new_jobs = NewJobs()
        self.doubts = Doubts(self)
        self.jobs = JobReads(vault)  # and those that were read by themselves

    def watch(self, tracks: Sequence[Track]) -> None:
        """One tick: one list call for all jobs, then each track by itself; what goes wrong with one must not stop the others."""
        self.listed = self.list(tracks)
        self.items.ahead(track.item.id for track in tracks if self.has_failed_back(track))
        self.jobs.ahead([self.listed.get(track.job.name) for track in tracks if track.job and not track.doubt])
        for track in tracks:
            try:
                self.look(track)
                track.trouble = ""
            except AccessDenied as error:
                cannot_be_read(track, error)
            except (NotConnected, NotFound, Throttled):
                raise
            except ServiceError as error:
                track.trouble = str(error)
        self.items.ahead(())  # what nobody asked for is old once the next step is sent

    def list(self, tracks: Sequence[Track], states: Sequence[str] = ()) -> JobList:
        """The jobs that may be about these items, in any or the given states."""
        jobs = self.vault.jobs.list(window(tracks, self.began), states)
        return JobList(self.new_jobs.with_left_out(jobs, self.vault.service_time(), self.vault.jobs.get))

    def has_failed_back(self, track: Track) -> bool:
        """Whether the job that brings the item home is over: then the item is read, whatever the job says."""
        job = self.listed.get(track.job.name) if track.job and not track.doubt else None
        return job is not None and not is_open(job) and track.step_of(job) is Step.PLANNED_FAILOVER

    def look(self, track: Track) -> None:
        """Bring one track up to date, and say so when it has moved."""
        before, waited_for = track.phase, waits_for(track)
        if track.doubt:
            self.doubts.look(track, track.doubt)
        elif track.job:
            self.look_at_job(track)
        elif track.phase is Phase.REPLICATING:
            self.look_for_initial_replication(track)
        elif track.due is None:
            self.look_at_item(track)
        if track.phase is not before:
            self.together.tell(track.name, f"{before.value} -> {track.phase.value}{waits_for(track)}")
            reason = track.problem is None and track.phase is not Phase.UNKNOWN and refusal(track)
            if reason:
                track.fail(message=reason, code="NotPossible")
        elif waits_for(track) not in ("", waited_for):
            self.together.tell(track.name, f"{track.phase.value}{waits_for(track)}")

    def look_at_job(self, track: Track) -> None:
        job = track.job and (self.listed.get(track.job.name) or self.missing_job(track, track.job))
        if not job:
            return
        if is_open(job):
            track.follow(self.jobs.as_it_is(job))
            return
        told = self.jobs.ended(job)
        track.warn(information(told))
        if not self.moved_by(track, told):
            self.judge(track, told)

    def missing_job(self, track: Track, known: Job) -> Job | None:
        """A job that the list does not show: now and then the job itself is asked for, as the list may lag behind."""
        track.missed += 1
        if track.missed % LOOKS and not (track.missed == 1 and began_before(track, known)):
            return None
        job = self.jobs.full(known)
        if job:
            track.missed = 0
        elif track.missed >= PATIENCE:
            self.without_job(track, known)
        return job

    def without_job(self, track: Track, gone: Job) -> None:
        """The job is gone from the vault: the item has to say what became of it."""
        step = track.under_way or track.step_of(gone)
        track.close_steps(gone)
        track.job, track.missed = None, 0
        if self.read_again(track) and step and not track.job and not track.arrived:
            track.fail(**job_is_gone(track, gone, step))

    def moved_by(self, track: Track, job: Job) -> bool:
        """Whether the good end of a job alone says where the item is: not of a failback, as the commit follows, which deletes."""
        step = track.under_way
        leads_to = after(step, track.intent) if step is not Step.PLANNED_FAILOVER else None
        initial = kind_of(job) is Kind.INITIAL_REPLICATION and track.phase is Phase.REPLICATING
        if initial or (
            leads_to is Phase.REPLICATING and track.phase is Phase.PROTECTED
        ):  # the item may be ahead of a job
            leads_to = Phase.PROTECTED
        if leads_to is None or not ended_well(job):
            return False
        track.close_steps(job)
        track.moved(leads_to)
        return True

    def look_for_initial_replication(self, track: Track) -> None:
        """After reverse replication a job IrCompletion comes by itself, and then the state Protected
        (docs/service.md 3.1, rows 11 and 12)."""
        since = max([self.began, *(sent.asked for sent in track.sent_steps)]) - A_MOMENT
        mine = [job for job in self.listed.about(track.item) if kind_of(job) is Kind.INITIAL_REPLICATION]
        newest = max((job for job in mine if not job.ended or job.ended >= since), key=start_of, default=None)
        if newest is None:
            self.look_at_item(track, at_once=False)  # the job is still to come
        elif is_open(newest):
            track.follow(newest)
        elif not self.moved_by(track, newest):
            self.judge(track, self.jobs.full(newest) or newest)

    def look_at_item(self, track: Track, at_once: bool = True) -> None:
        """An item without a job to follow is read at once a few times, then now and then."""
        track.idle += 1
        if track.idle > PATIENCE and track.proven:
            track.fail(**not_moved(track))
        elif (at_once and (track.idle <= LOOKS or track.proven)) or track.idle % TICKS_BETWEEN_READS == 0:
            self.read_again(track)

    def judge(self, track: Track, job: Job) -> None:
        """A job whose end does not say all: read the item, and say what both mean."""
        # Neither is enough: jobs end well while the item goes on (an initial replication), or badly after it has moved (a commit
        # that left the VM in Azure), and items lag behind their jobs. So the item has to have let go of the job first, then
        # what was only turned away is free again, and only then is an end that brought nothing an error.
        before, step = track.phase, track.under_way
        item_says = self.items.item(track.item.id)
        if item_says and same_id(item_says.current_job_id, job.name) and track.missed < LOOKS:
            track.missed += 1  # the item lags behind its job
            return
        track.missed = 0
        if step and self.turned_away(track, job, step):
            track.job = None
            self.read_again(track, item_says)
            return
        track.close_steps(job)
        if ended_well(job):
            track.job, track.proven = None, after(track.step_of(job), track.intent) or track.proven
        if not self.read_again(track, item_says, ended=job) or (track.is_beside(job) and not step):
            return
        if ended_badly(job) or (not ended_well(job) and track.phase in (before, Phase.UNKNOWN, Phase.FAILED_OVER)):
            track.fail(**of_job(track, job))
        elif not ended_well(job):
            track.warnings.append(f"job {job.name} ended as {job.description or job.state}: {describe(job)}")

    def turned_away(self, track: Track, job: Job, step: Step) -> bool:
        """Whether the job did nothing because the item was busy or not ready: then the step waits and is sent again."""
        tries = sum(sent.step is step for sent in track.sent_steps)
        if (
            not ended_badly(job)
            or is_last(answer_classes.TURNED_AWAY, tries)
            or not any(did_nothing(one.code, step) for one in job.problems)
        ):
            return False
        self.say(f"{track.name}: {step.value} was turned away, it is tried again: {describe(job)}")
        track.close_steps(job, turned_away=True)
        track.behind = True  # most likely by somebody else's start of the same
        return True

    def read_again(self, track: Track, item: ProtectedItem | None = None, ended: Job | None = None) -> bool:
        """Read the item itself and the open job it names; False (and a problem) when it is gone from the vault."""
        item = item or self.items.item(track.item.id)
        if item is None:
            track.fail(**gone(track, ended.name if ended else ""))
            return False
        name = item.current_job_id or ("" if ended else track.job_name)
        job = self.vault.jobs.get(name) if name and not (ended and same_id(name, ended.name)) else None
        track.reread(item, job if is_open(job) else job_of(track, [one for one in (job, ended) if one]))
        return True


def did_nothing(code: str, step: Step) -> bool:
    """Whether a job of this step that ended with the code was turned away at the door."""
    return code in TURNED_AWAY and TURNED_AWAY[code] in (None, step)
