# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""When a run ends though items are under way: whoever called it is needed, or wants it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Clock
from ansible_collections.asr.hyperv.plugins.module_utils._engine.settings import Settings
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._run.turns import held


class ComingBack:
    """Asked between two rounds. `done`: the run ends for such a reason. `has_come`: whether an item is at its goal."""

    def __init__(
        self, tracks: Sequence[Track], clock: Clock, settings: Settings, has_come: Callable[[Track], bool]
    ) -> None:
        self.tracks, self.clock, self.settings, self.has_come = tracks, clock, settings, has_come
        self.done = False

    def now(self) -> bool:
        """Whether the run ends now. Not while a step may or may not have been accepted: only this run knows of it."""
        wanted = self.clock.recalled() or (self.settings.until_due and self.is_due())
        self.done = self.settings.wait and wanted and not any(track.doubt for track in self.tracks)
        return self.done

    def is_due(self) -> bool:
        """Whether an item needs whoever called this run: it is at its goal, has failed, or waits for one that stays away."""
        called = any(track.problem or (track.intent.calls and self.has_come(track)) for track in self.tracks)
        return called or bool(held(self.tracks))
