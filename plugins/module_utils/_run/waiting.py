# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a run waits for, in one line: whom, at what, since when, until when; and what comes next where nobody acts. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.allowed import refusal_of
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import BY_PHASE, Phase, Step
from ansible_collections.asr.hyperv.plugins.module_utils._run.problems import manual, manual_action_done, waits_for
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import is_open, kind_of, waits_for_a_person
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import EstimateEntry

SHOWN = 6  # names in one line
Estimates = Mapping[str, EstimateEntry]  # by ARM id


def waiting(tracks: Sequence[Track], until: str, estimates: Estimates | None = None) -> str:
    """The line for items that are under way. `until` is the time at which the run ends in any case.

    `estimates` are those of the preflight.
    """
    moving = [track for track in tracks if not track.settled]
    if not moving:
        return f"all {len(tracks)} are where they should be, and the vault is asked once more (until {until} at most)"
    phases: dict[str, list[Track]] = {}
    for track in moving:
        phases.setdefault(track.phase.value, []).append(track)
    groups = "; ".join(group(phase, members) + ends(members, estimates or {}) for phase, members in phases.items())
    held = [f"; {track.name}{waits_for(track)}" for track in moving if waits_for(track)]
    held_up = "".join(held[:SHOWN]) + (f"; {len(held) - SHOWN} more are held up" if len(held) > SHOWN else "")
    trouble = next((f"; last trouble, {track.name}: {track.trouble}" for track in moving if track.trouble), "")
    return f"waiting for {len(moving)} of {len(tracks)}: {groups}{held_up}{trouble} (until {until} at most)"


def group(phase: str, members: Sequence[Track]) -> str:
    """Those at one phase, whose job runs longest first, and since when that one does."""
    started = {track: track.job.started for track in members if track.job and track.job.started}
    slowest = [*sorted(started, key=started.__getitem__), *(track for track in members if track not in started)]
    names = ", ".join(track.name for track in slowest[:SHOWN]) + (" ..." if len(members) > SHOWN else "")
    since = f" since {min(started.values()):%H:%MZ}" if started else ""
    return f"{len(members)} {phase}{since} ({names})"


def ends(members: Sequence[Track], estimates: Estimates) -> str:
    """When the last of them is through by the estimate, as far as there is one and its beginning is known."""
    times = []
    for track in members if estimates else ():
        begin, one = since(track), estimates.get(track.item.id)
        if begin and one:
            down = track.phase is Phase.CUTTING_OVER
            times.append(begin + timedelta(seconds=one["outage_seconds"] if down else one["synchronize_seconds"]))
    return f", by the estimate until {max(times):%H:%MZ}" if times else ""


def since(track: Track) -> datetime | None:
    """When what can be estimated began: a synchronization with its job, an outage with the step of this run that asked for it."""
    if track.phase is Phase.SYNCHRONIZING or (track.phase is Phase.CUTTING_OVER and track.intent.full_download):
        return track.job.started if track.job else None
    if track.phase is not Phase.CUTTING_OVER:
        return None
    return next((sent.asked for sent in reversed(track.sent_steps) if sent.step is Step.COMPLETE_FAILOVER), None)


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
