# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The run: drives any number of tracks to their goals with one job list per tick, until done or out of time.

It knows no Azure and no Ansible: vault and clock are handed in, so a test drives hours in no time at all. Nothing is
remembered outside the service; a run that dies is continued by running again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._engine.aftermath import Aftermath
from ansible_collections.asr.hyperv.plugins.module_utils._engine.azure_reader import AzureReader
from ansible_collections.asr.hyperv.plugins.module_utils._engine.coming_back import ComingBack
from ansible_collections.asr.hyperv.plugins.module_utils._engine.commit_guard import CommitGuard
from ansible_collections.asr.hyperv.plugins.module_utils._engine.cutover_bound import CutoverBound
from ansible_collections.asr.hyperv.plugins.module_utils._engine.item_reads import FEW
from ansible_collections.asr.hyperv.plugins.module_utils._engine.new_jobs import A_MOMENT
from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Clock, Vault
from ansible_collections.asr.hyperv.plugins.module_utils._engine.settings import Settings
from ansible_collections.asr.hyperv.plugins.module_utils._engine.starter import Starter
from ansible_collections.asr.hyperv.plugins.module_utils._engine.watcher import LOOKS, PATIENCE, Watcher
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Step
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import ONLY_IN_JOBS
from ansible_collections.asr.hyperv.plugins.module_utils._run.earlier import is_unseen
from ansible_collections.asr.hyperv.plugins.module_utils._run.gone import gone
from ansible_collections.asr.hyperv.plugins.module_utils._run.order import too_few, too_many_failed
from ansible_collections.asr.hyperv.plugins.module_utils._run.problems import (
    held_back,
    needs_a_person,
    not_moved,
    not_sent,
    not_there_yet,
    stopped,
    waits_for,
)
from ansible_collections.asr.hyperv.plugins.module_utils._run.steps import sent_now
from ansible_collections.asr.hyperv.plugins.module_utils._run.together import Together
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._run.turns import go_as_one, have_their_turn, held
from ansible_collections.asr.hyperv.plugins.module_utils._run.unread import last_seen
from ansible_collections.asr.hyperv.plugins.module_utils._run.well import ill, tell_health
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    AccessDenied,
    AsrError,
    NotConnected,
    NotFound,
    ServiceError,
    SignInFailed,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import is_open, waits_for_a_person

ALL = 100  # percent


class Engine:
    """Drives tracks to their goals. `say` gets one line of progress at a time. Problems end up in the tracks."""

    def __init__(
        self,
        vault: Vault,
        tracks: Sequence[Track],
        clock: Clock,
        settings: Settings,
        say: Callable[[str], None],
    ) -> None:
        self.vault, self.tracks, self.clock, self.settings, self.say = vault, tracks, clock, settings, say
        self.together = Together(say, clock.now)
        self.watcher = Watcher(vault, self.together, settings.plan, settings.plan if settings.native else "")
        reader = AzureReader(vault, settings.parallel)
        self.guard, self.aftermath = CommitGuard(reader, self.together), Aftermath(reader, self.together)
        self.starter = Starter(self.watcher, self.guard, settings.parallel, settings.plan)
        self.starter.bound = CutoverBound(clock, settings.cut_over_within, settings.elapsed)
        self.starter.last_look.all = tracks
        self.confirmed: set[str] = set()
        self.pause, self.locked_out, self.confirmations = 0.0, 0, 0
        self.coming_back = ComingBack(tracks, clock, settings, self.has_come)

    def run(self) -> None:
        """Until every track is settled and the service confirms it, or the time is up."""
        deadline = self.clock.now() + self.settings.left
        for track in self.tracks:
            if waits_for(track):
                self.together.tell(track.name, f"{track.phase.value}{waits_for(track)}")
        looked = self.clock.now()
        self.attempt(self.begin)
        while not self.finished() and not self.coming_back.now() and (left := deadline - self.clock.now()) > 0:
            self.clock.sleep(min(self.rest(looked), left))
            looked, self.pause = self.clock.now(), 0.0
            self.attempt(self.tick)
        if self.settings.wait:
            self.attempt(self.confirm)  # those who arrived before the time was up
        self.guard.look_after_cutovers(self.tracks)
        self.aftermath.conclude(self.tracks, goes_on=self.coming_back.done)
        self.together.end_round()
        self.name_the_unfinished()

    def rest(self, looked: float) -> float:
        """Seconds until the next look: they are an interval apart, however long one takes, with a breath between them."""
        taken = self.clock.now() - looked
        if self.starter.last_look.waits_for_a_name:
            return max(min(self.settings.interval, A_MOMENT), self.pause)
        return max(self.settings.interval - taken, self.settings.interval / 4, self.pause)

    def attempt(self, part: Callable[[], None]) -> None:
        """Do a part of the run. A refusal that will not go away ends the run; anything else is tried again next tick.

        A token may be revoked before its time, then the next attempt gets a new one.
        """
        try:
            part()
            self.locked_out = 0
        except SignInFailed as error:
            self.locked_out += 1
            if self.locked_out >= LOOKS:
                self.give_up(error)
        except (AccessDenied, NotFound) as error:
            self.give_up(error)
        except (NotConnected, ServiceError) as error:
            self.pause = error.retry_after or 0.0
            self.say(f"no usable answer, trying again: {error}")
        finally:
            self.together.end_round()

    def tick(self) -> None:
        """One look at all jobs, whatever has become due, and a last look at the items when nothing is left to do."""
        moving = [track for track in self.tracks if not track.settled]
        if moving:
            self.watcher.watch(moving)
            self.stop_for_manual_actions(moving)
            self.start_due()
        self.aftermath.look(self.tracks)
        waiting = held(self.tracks)
        due = [track for track in self.tracks if track.intent.calls] if self.settings.until_due else []
        if any(map(self.to_confirm, due)) or all(track.settled or track in waiting for track in self.tracks):
            self.confirm()

    def begin(self) -> None:
        """Look how those steps of an earlier call have ended that run no more, and send what is due."""
        going = [track for track in self.tracks if track.under_way]
        self.watcher.new_jobs.ours |= {sent.job.lower() for track in going for sent in track.sent_steps}
        if over := [track for track in going if is_unseen(track)]:
            self.watcher.watch(over)
        self.start_due()

    def start_due(self) -> None:
        """Send what is due and has its turn; without waiting, one step for each item."""
        self.stop_when_too_many_failed()
        as_one = self.settings.native and go_as_one(self.tracks)
        turn = [track for track in self.turn(as_one) if self.settings.wait or not sent_now(track.sent_steps)]
        self.starter.start(turn, as_one)

    def turn(self, as_one: bool) -> list[Track]:
        """The items whose step may be sent now. The groups of a plan that goes as one are the service's business."""
        if as_one:
            return list(self.tracks) if all(track.due for track in self.tracks) else []
        return have_their_turn(self.tracks, self.settings.max_concurrent)

    def finished(self) -> bool:
        """Whether nothing more can be done, and what was done has been confirmed by reading the items once more."""
        if not self.settings.wait:
            return not any(self.owed())
        waiting = held(self.tracks)
        through = all((track.settled or track in waiting) and not self.to_confirm(track) for track in self.tracks)
        through = through and not self.aftermath.pending(self.tracks)
        return through or (self.enough() and not self.owed())

    def enough(self) -> bool:
        """Whether the share that was asked for is there, though others are still under way."""
        return self.settings.share < ALL and not too_few(self.tracks, self.settings.share, self.has_come)

    def has_come(self, track: Track) -> bool:
        """Whether the item is at its goal, and that is confirmed."""
        return track.settled and not track.problem and not self.to_confirm(track)

    def owed(self) -> list[tuple[Track, Step]]:
        """The items whose next step could not be sent yet, or is in doubt, with that step."""
        turn = self.turn(self.settings.native and go_as_one(self.tracks))
        unsent = {track: track.due for track in turn if not sent_now(track.sent_steps)}
        doubts = {track: track.doubt.step for track in self.tracks if track.doubt}
        open_ends = [(track, doubts.get(track) or unsent.get(track)) for track in self.tracks if track.problem is None]
        return [(track, step) for track, step in open_ends if step]

    # failures

    def stop_for_manual_actions(self, tracks: Sequence[Track]) -> None:
        """End the run of items whose job waits for a person, when that was asked for. The job itself waits on."""
        for track in tracks if self.settings.stop_at_manual_action else []:
            if track.problem is None and is_open(track.job) and waits_for_a_person(track.job):
                track.fail(**needs_a_person(track, track.job))

    def stop_when_too_many_failed(self) -> None:
        """Leave every item where it is, but those that are between Azure and on-premises: they are seen through."""
        failed = too_many_failed(self.tracks, self.settings.max_failures, lambda track: track.problem is not None)
        for track in self.tracks if failed else ():
            if not track.settled and not track.in_between:
                track.fail(**stopped(track, len(failed)))

    def give_up(self, error: AsrError) -> None:
        """The service will not talk to us any more: every unfinished item says so, and where it was last seen."""
        for track in self.tracks:
            if not track.settled:
                track.fail(**last_seen(track, error))

    # the end

    def to_confirm(self, track: Track) -> bool:
        """Whether this run moved the item to where only the item itself can prove it to be."""
        moved = bool(track.sent_steps) or track.phase is not track.phase_before
        provable = track.arrived and track.phase not in ONLY_IN_JOBS and track.problem is None
        return moved and provable and track.item.id not in self.confirmed

    def confirm(self) -> None:
        """A list of items, or each of a few: is it where its jobs said? What lags behind is read again, with patience."""
        waiting = [track for track in self.tracks if self.to_confirm(track)]
        if not waiting:
            return
        self.confirmations += 1
        listed = self.vault.items.list(self.settings.plan) if len(waiting) >= FEW else ()
        items = {item.id.lower(): item for item in listed}
        for track in waiting:
            fresh = items.get(track.item.id.lower()) or self.vault.items.get(track.item.id)
            if fresh is None:
                track.fail(**gone(track))
            elif track.would_be_there(fresh) and (self.confirmations >= LOOKS or not ill(track, fresh)):
                track.reread(fresh)
                self.confirmed.add(track.item.id)
            elif self.confirmations > PATIENCE:
                track.item, track.proven = fresh, track.phase
                track.fail(**not_moved(track))

    def name_the_unfinished(self) -> None:
        """At the end every item that is not where it was asked to be, or is not well there, has a problem that says why."""
        for track, culprits in held(self.tracks).items():
            track.fail(**held_back(track, culprits))
        for track in self.tracks if self.settings.wait and not self.coming_back.done else []:
            if track.problem is None and (not track.settled or self.to_confirm(track)):
                if self.enough():
                    track.warn(f"Still under way at {track.phase.value}, when enough others were there (share).")
                else:
                    track.fail(**(self.guard.still_waits(track) or not_there_yet(track, self.settings.timeout)))
        for track, step in [] if self.settings.wait else self.owed():
            track.fail(**not_sent(track, step))
        tell_health(self.tracks)
