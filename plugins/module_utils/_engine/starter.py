# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Sending steps: several at the same time, each at most once, and a second look before anything is called a failure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

from ansible_collections.asr.hyperv.plugins.module_utils._engine.commit_guard import CommitGuard
from ansible_collections.asr.hyperv.plugins.module_utils._engine.cutover_bound import CutoverBound
from ansible_collections.asr.hyperv.plugins.module_utils._engine.last_look import LastLook
from ansible_collections.asr.hyperv.plugins.module_utils._engine.parallel import in_parallel
from ansible_collections.asr.hyperv.plugins.module_utils._engine.reported import Reported
from ansible_collections.asr.hyperv.plugins.module_utils._engine.tries import Tries
from ansible_collections.asr.hyperv.plugins.module_utils._engine.watcher import Watcher
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Phase, Step
from ansible_collections.asr.hyperv.plugins.module_utils._run.problems import (
    of_error,
    somebody_elses_plan,
    vm_not_reported,
)
from ansible_collections.asr.hyperv.plugins.module_utils._run.steps import Unconfirmed
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._run.unread import cannot_be_read
from ansible_collections.asr.hyperv.plugins.module_utils._service.answer_classes import REFUSED, UNKNOWN, class_of
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    AccessDenied,
    AsrError,
    NotConnected,
    ServiceError,
    Throttled,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import of_a_plan
from ansible_collections.asr.hyperv.plugins.module_utils._service.started import Started

AT_ONCE, LOTS = 25, 8  # steps after one look, at the least; looks in a round, at the most: each lists all open jobs
Answer: TypeAlias = "Started | AsrError | None"  # to a step that was sent; None: nobody knows whether it arrived


class Starter:
    """Sends the steps that are due. `parallel` is how many may be under way to the service at once."""

    def __init__(self, watcher: Watcher, guard: CommitGuard, parallel: int, plan: str) -> None:
        self.watcher, self.vault, self.say, self.guard = watcher, watcher.vault, watcher.say, guard
        self.parallel, self.plan = parallel, plan
        self.reported = Reported(watcher.vault.hosts)
        self.rest_until: datetime | None = None
        self.tries = Tries()
        self.last_look = LastLook(watcher, plan, watcher.say)
        self.bound: CutoverBound | None = None

    def start(self, tracks: Sequence[Track], as_one: bool = False) -> None:
        """Send each track's due step, or with `as_one` the plan's, a lot at a time and each after a last look."""
        self.last_look.begin()
        in_time = self.in_time(tracks)
        if self.resting:
            return
        ready = [track for track in in_time if self.is_ready(track, as_one)]
        if as_one and len(ready) < len(tracks):
            return  # one of them could not go: the others are looked at one by one next time
        if ready:
            self.guard.look(ready)
            self.last_look.read_items(ready)
        size = len(ready) if as_one else max(self.parallel, AT_ONCE, len(ready) // LOTS + 1)
        for first in range(0, len(ready), size or 1):
            if not self.resting:
                self.start_lot(ready[first : first + size], as_one)

    @property
    def resting(self) -> bool:
        """Whether the service has asked us to stay away until later."""
        return self.rest_until is not None and self.vault.service_time() < self.rest_until

    def start_lot(self, tracks: Sequence[Track], as_one: bool) -> None:
        """Look, and send what is still due. What was accepted is noted before anything else is asked."""
        free = self.in_time(self.guard.let_through(self.last_look.free(tracks)))
        if as_one and len(free) < len(tracks):
            return
        since = self.vault.service_time()
        ready = [(self.key(track, step, as_one), track, step) for track in free if (step := track.due)]
        calls: dict[str, Callable[[], Answer]] = {}
        for key, track, step in ready:
            calls.setdefault(key, partial(self.send, track, step, as_one))
        answers: dict[str, Answer] = {}
        try:
            in_parallel(calls, self.parallel, answers)
        finally:
            taken = [(track, step, self.take(track, step, answers.get(key), since)) for key, track, step in ready]
        self.last_look.listed = None
        for track, step, refusal in taken:
            if refusal:
                self.refused(track, step, refusal, since)

    def in_time(self, tracks: Sequence[Track]) -> Sequence[Track]:
        """Those whose cutover does not come too late."""
        return self.bound.let_through(tracks) if self.bound else tracks

    def key(self, track: Track, step: Step, as_one: bool) -> str:
        """What a request is about: the items of a recovery plan's job share one gate, which is opened once."""
        if step is Step.COMPLETE_FAILOVER:
            return track.job_name.lower()
        return self.plan if as_one else track.item.id.lower()

    def is_ready(self, track: Track, as_one: bool) -> bool:
        """Whether all is there that the step needs, and nothing speaks against it."""
        step, job = track.due, track.job
        if step is Step.PLANNED_FAILOVER and track.intent.goes_home and track.intent.failback is None:
            track.fail(message=track.intent.objection, code="NotPossible", step=step.value)
        elif step is Step.COMPLETE_FAILOVER and job and of_a_plan(job) and not self.last_look.may_release(job):
            track.fail(**somebody_elses_plan(track, job))
        elif step is Step.REVERSE_REPLICATION and not as_one:
            return self.has_vm(track)
        return track.problem is None

    def has_vm(self, track: Track) -> bool:
        """Reverse replication is filled from the protectable item (docs/service.md 2.2): without one it cannot be sent."""
        try:
            found = self.reported.vm_of(track.item)
            if found is None and self.watcher.read_again(track):
                track.fail(**vm_not_reported(track))
        except AccessDenied as error:
            cannot_be_read(track, error)
        except ServiceError as error:
            track.trouble = str(error)
            return False
        return track.problem is None

    def send(self, track: Track, step: Step, as_one: bool) -> Answer:
        """The vault's answer, or its error as a value: whoever is next in line must not suffer from it."""
        item, failover = track.item, track.intent.failover
        if as_one and step is not Step.COMPLETE_FAILOVER:
            return self.send_for_plan(track, step)
        calls: dict[Step, Callable[[], Answer]] = {
            Step.PLANNED_FAILOVER: lambda: self.planned_failover(track),
            Step.COMPLETE_FAILOVER: lambda: self.vault.jobs.resume(track.job_name, "Complete failover", at_once=True),
            Step.COMMIT_FAILOVER: lambda: self.vault.items.commit_failover(item),
            Step.REVERSE_REPLICATION: lambda: self.vault.items.reverse_replication(
                item, self.reported.known_vm_of(item)
            ),
            Step.UNPLANNED_FAILOVER: lambda: self.vault.items.unplanned_failover(
                item, failover.recovery_point, shut_down_source=failover.shut_down_source
            ),
            Step.TEST_FAILOVER: lambda: self.vault.items.test_failover(item, failover.recovery_point, failover.network),
            Step.TEST_FAILOVER_CLEANUP: lambda: self.vault.items.test_failover_cleanup(item),
            Step.APPLY_RECOVERY_POINT: lambda: self.vault.items.apply_recovery_point(item, failover.recovery_point),
            Step.REPAIR_REPLICATION: lambda: self.vault.items.repair_replication(item),
        }
        try:
            return calls[step]()
        except AsrError as error:
            return error

    def send_for_plan(self, track: Track, step: Step) -> Answer:
        """The same as one operation of the plan. Its job is found by the operation's state, else by the list of jobs
        (docs/service.md 2.6)."""
        intent = track.intent
        calls: dict[Step, Callable[[], Started]] = {
            Step.PLANNED_FAILOVER: lambda: self.vault.plans.planned_failover(self.plan, intent.decided),
            Step.COMMIT_FAILOVER: lambda: self.vault.plans.commit_failover(self.plan),
            Step.REVERSE_REPLICATION: lambda: self.vault.plans.reverse_replication(self.plan),
        }
        try:
            started = calls[step]()
        except AsrError as error:
            return error
        try:
            name = self.vault.jobs.of_operation(started)
        except AsrError:
            name = ""
        return replace(started, job_name=name) if name else None

    def planned_failover(self, track: Track) -> Started:
        """The one call that goes both ways."""
        item, intent = track.item, track.intent
        if not intent.goes_home:
            return self.vault.items.planned_failover_out(item, intent.failover.recovery_point)
        return self.vault.items.planned_failover(item, intent.decided)

    def take(self, track: Track, step: Step, answer: Answer, since: datetime) -> AsrError | None:
        """Note one answer; a refusal that stands is given back. None: the run was interrupted while it was under way.

        `since` is when the step was sent, or shortly before. What each class of answers leads to is in `answer_classes`.
        """
        if not isinstance(answer, AsrError):
            self.note(track, step, answer, since)
            return None
        kind, tried = class_of(answer), self.tries.add(track, step, answer)
        if kind is UNKNOWN:
            self.in_doubt(
                track,
                Unconfirmed(step, since, patience=tried.looks, refusal=answer if tried.last else None),
                answer,
            )
        elif kind is REFUSED or tried.last:
            return answer
        else:
            track.trouble = str(answer)
            self.rest(answer, tried.rest)
            self.say(f"{track.name}: {step.value} was not taken, trying again: {answer}")
        return None

    def note(self, track: Track, step: Step, answer: Started | None, since: datetime) -> None:
        """The step was accepted, or nobody knows."""
        if answer is None:
            self.in_doubt(track, Unconfirmed(step, since), "")
            return
        job_name = track.job_name if step is Step.COMPLETE_FAILOVER else answer.job_name
        track.accept(step, job_name, since)
        self.watcher.new_jobs.is_ours(job_name)
        accepted = f"{step.value} accepted"
        self.watcher.together.tell(track.name, accepted, f"{accepted}, job {job_name}")

    def in_doubt(self, track: Track, doubt: Unconfirmed, why: object) -> None:
        """Nothing more is sent for the item before its doubt is gone."""
        track.doubt, track.trouble = doubt, str(why)
        self.say(
            f"{track.name}: {doubt.step.value} may or may not have been accepted; looking before anything is sent again"
        )

    def rest(self, error: AsrError, seconds: float) -> None:
        """Send nothing for as long as the service asks us to stay away; where it does not say, for so many seconds."""
        if isinstance(error, Throttled):
            self.rest_until = self.vault.service_time() + timedelta(seconds=error.retry_after or seconds)

    def refused(self, track: Track, step: Step, error: AsrError, since: datetime) -> None:
        """The service said no. Somebody else may have done the step already: look before calling it a failure."""
        before = track.phase
        if not isinstance(error, AccessDenied):
            try:
                self.watcher.read_again(track)
                if (
                    track.problem is None
                    and track.phase is before
                    and self.last_look.explains(track, step, since, error)
                ):
                    return
            except (NotConnected, ServiceError):
                track.doubt, track.trouble = Unconfirmed(step, since, refusal=error), str(error)
                return
        if track.problem is None and track.phase in (before, Phase.UNKNOWN):
            track.fail(**of_error(track, step, error))
