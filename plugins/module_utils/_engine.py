# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The run: drives any number of tracks to their goals with one job list per tick, until done or out of time.

It knows no Azure and no Ansible: vault and clock are handed in, so a test drives hours in no time at all. Nothing is
remembered outside the service; a run that dies is continued by running again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ansible_collections.asr.hyperv.plugins.module_utils._errors import (
    AccessDenied,
    AsrError,
    NotConnected,
    NotFound,
    ServiceError,
    SignInFailed,
)
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle import Goal, Phase, phase_of, reached
from ansible_collections.asr.hyperv.plugins.module_utils._problems import GONE, held_back, not_there_yet
from ansible_collections.asr.hyperv.plugins.module_utils._starter import Starter
from ansible_collections.asr.hyperv.plugins.module_utils._track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._watcher import Watcher
from ansible_collections.asr.hyperv.plugins.module_utils._wire import same_id

SEEN_IN_JOBS = (Phase.SYNCHRONIZING, Phase.SYNCHRONIZED, Phase.CUTTING_OVER)  # only a job shows these, no item does


class Clock(Protocol):
    """Seconds that only grow, and a way to let some pass. `sleep` raises Interrupted when the run has to stop."""

    def now(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True)
class Settings:
    """`timeout` and `interval` in seconds; `parallel` steps may be sent at once; `plan` narrows the list of items."""

    wait: bool = True
    timeout: float = 86400
    interval: float = 10
    parallel: int = 8
    plan: str = ""


class Engine:
    """Drives tracks to their goals. `say` gets one line of progress at a time. Problems end up in the tracks."""

    def __init__(
        self,
        vault: object,
        tracks: Sequence[Track],
        clock: Clock,
        settings: Settings,
        say: Callable[[str], None] = print,
    ) -> None:
        self.vault, self.tracks, self.clock, self.settings, self.say = vault, tracks, clock, settings, say
        self.watcher = Watcher(vault, say)
        self.starter = Starter(self.watcher, settings.parallel, say)
        self.confirmed: set[str] = set()

    def run(self) -> None:
        """Until every track is settled and the service confirms it, or the time is up."""
        deadline = self.clock.now() + self.settings.timeout
        self.attempt(self.start_due)
        while self.settings.wait and not self.finished():
            left = deadline - self.clock.now()
            if left <= 0:
                self.out_of_time()
                break
            self.clock.sleep(min(self.settings.interval, left))
            self.attempt(self.tick)
        self.name_the_held()

    def attempt(self, part: Callable[[], None]) -> None:
        """Do a part of the run. A refusal that will not go away ends the run; anything else is tried again next tick."""
        try:
            part()
        except (AccessDenied, SignInFailed, NotFound) as error:
            self.give_up(error)
        except (NotConnected, ServiceError) as error:
            self.say(f"no usable answer, trying again: {error}")

    def tick(self) -> None:
        """One look at all jobs, whatever has become due, and a last look at the items when nothing is left to do."""
        moving = [track for track in self.tracks if not track.settled]
        if moving:
            self.watcher.watch(moving)
            self.start_due()
        if all(track.settled or self.held(track) for track in self.tracks):
            self.confirm()

    def start_due(self) -> None:
        self.starter.start([track for track in self.tracks if track.due and self.has_its_turn(track)])

    def finished(self) -> bool:
        """Whether nothing more can be done, and what was done has been confirmed by reading the items once more."""
        return all((track.settled or self.held(track)) and not self.to_confirm(track) for track in self.tracks)

    # groups: a later group cuts over when every earlier one runs on-premises

    def has_its_turn(self, track: Track) -> bool:
        return not track.cuts_over(track.due) or all(is_home(other) for other in self.earlier(track))

    def held(self, track: Track) -> bool:
        """Whether the item is ready to cut over but waits for an earlier group that will not come."""
        return track.due is not None and track.cuts_over(track.due) and bool(self.culprits(track))

    def culprits(self, track: Track) -> list[str]:
        """The items of earlier groups that will not come home in this run."""
        return [
            other.name for other in self.earlier(track) if not is_home(other) and (other.problem or self.held(other))
        ]

    def earlier(self, track: Track) -> Iterable[Track]:
        return (other for other in self.tracks if other.intent.group < track.intent.group)

    # the end

    def to_confirm(self, track: Track) -> bool:
        """Whether this run moved the item to where only the item itself can prove it to be."""
        moved = bool(track.deeds) or track.phase is not track.phase_before
        provable = track.arrived and track.phase not in SEEN_IN_JOBS and track.problem is None
        return moved and provable and track.item.id not in self.confirmed

    def confirm(self) -> None:
        """One list of items: is each where its jobs said it would be? A list that lags behind is simply read again."""
        waiting = [track for track in self.tracks if self.to_confirm(track)]
        if not waiting:
            return
        items = list(self.vault.protected_items(self.settings.plan))
        for track in waiting:
            fresh = next((item for item in items if same_id(item.id, track.item.id)), None)
            if fresh is None:
                track.fail(f"{track.name} {GONE}.", code="ItemGone")
            elif reached(phase_of(fresh), track.intent.goal):
                track.reread(fresh)
                self.confirmed.add(track.item.id)

    def out_of_time(self) -> None:
        for track in self.tracks:
            if not track.problem and not self.held(track) and (not track.settled or self.to_confirm(track)):
                track.fail(**not_there_yet(track, self.settings.timeout))

    def give_up(self, error: AsrError) -> None:
        """The service will not talk to us any more: every unfinished item says so, and where it was last seen."""
        for track in self.tracks:
            if not track.settled:
                track.fail(f"{track.name} was last seen {track.phase.value}: {error}", **error.details)

    def name_the_held(self) -> None:
        for track in [track for track in self.tracks if self.held(track)]:
            culprits = self.culprits(track)
            track.fail(**held_back(track, culprits))


def is_home(track: Track) -> bool:
    """Whether the VM runs on-premises."""
    return reached(track.phase, Goal.CUT_OVER)
