# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a run waits for, in one line: whom, at what, since when, until when; and what comes next where nobody acts. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._domain.allowed import refusal_of
from ansible_collections.asr.hyperv.plugins.module_utils._domain.jobs import is_open, kind_of, waits_for_a_person
from ansible_collections.asr.hyperv.plugins.module_utils._domain.lifecycle import BY_PHASE, Phase
from ansible_collections.asr.hyperv.plugins.module_utils._domain.problems import manual, manual_action_done, waits_for
from ansible_collections.asr.hyperv.plugins.module_utils._domain.track import Track

SHOWN = 6  # names in one line


def waiting(tracks: Sequence[Track], until: str) -> str:
    """The line for items that are under way. `until` is the time at which the run ends in any case."""
    moving = [track for track in tracks if not track.settled]
    if not moving:
        return f"all {len(tracks)} are where they should be, and the vault is asked once more (until {until} at most)"
    phases: dict[str, list[Track]] = {}
    for track in moving:
        phases.setdefault(track.phase.value, []).append(track)
    groups = "; ".join(group(phase, members) for phase, members in phases.items())
    held_up = "".join(f"; {track.name}{waits_for(track)}" for track in moving if waits_for(track))
    trouble = next((f"; last trouble, {track.name}: {track.trouble}" for track in moving if track.trouble), "")
    return f"waiting for {len(moving)} of {len(tracks)}: {groups}{held_up}{trouble} (until {until} at most)"


def group(phase: str, members: Sequence[Track]) -> str:
    """Those at one phase, and since when the first of their jobs runs."""
    names = ", ".join(track.name for track in members[:SHOWN]) + (" ..." if len(members) > SHOWN else "")
    started = [track.job.started for track in members if track.job and track.job.started]
    since = f" since {min(started):%H:%MZ}" if started else ""
    return f"{len(members)} {phase}{since} ({names})"


def next_words(track: Track) -> str:
    """What happens next to an item that nobody acts on, in words."""
    if track.trouble:
        return f"nothing: {track.trouble}"
    if is_open(track.job) and waits_for_a_person(track.job):
        return f"waits for {manual(track.job)}: {manual_action_done(track.job)}"
    row = BY_PHASE[track.phase].on(track.intent.way)
    if row.step:
        barred = refusal_of(row.step, track.item, track.job)
        return f"nothing: {barred}" if barred else f"next: {row.step.value}"
    job = f" (job '{track.job.friendly_name or kind_of(track.job).value}' {track.job.name})" if track.job else ""
    return f"waits{job}" if row.leads_to or track.phase is Phase.BUSY else "nothing to do"
