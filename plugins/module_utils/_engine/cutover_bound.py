# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""How old a look at the hosts may be when a cutover is sent: whoever had it, looks again rather than trust one of hours ago."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Clock
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Step
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Problem


class CutoverBound:
    """Asked right before anything is sent. `within` seconds, from which `elapsed` are gone already; None for no bound."""

    def __init__(self, clock: Clock, within: float | None, elapsed: float) -> None:
        self.clock, self.within, self.began = clock, within, clock.now() - elapsed

    def let_through(self, tracks: Sequence[Track]) -> list[Track]:
        """Those whose due step may still be sent; a cutover that comes too late ends the run of its item."""
        passed = self.clock.now() - self.began
        if self.within is None or passed <= self.within:
            return list(tracks)
        for track in tracks:
            step = track.due
            if step and track.problem is None and track.intent.goes_home and track.cuts_over(step):
                track.fail(**looked_too_long_ago(track, step, passed))
        return [track for track in tracks if track.problem is None]


def looked_too_long_ago(track: Track, step: Step, seconds: float) -> Problem:
    """The cutover could not be sent for so long that what was seen before it may not be so any more."""
    return {
        "message": (
            f"{track.name} is {track.phase.value} and was looked at {seconds / 60:.0f} minutes ago: its cutover could not "
            f"be sent in time (cut_over_within). {track.trouble}"
        ).strip(),
        "code": "LookedTooLongAgo",
        "step": step.value,
        "what_to_do": "Its VM in Azure still runs. Run the same playbook again: it looks again first, and continues.",
    }
