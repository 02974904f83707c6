# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Which items of a call may be sent their next step now, by the rules of the order. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.step_table import MOVING
from ansible_collections.asr.hyperv.plugins.module_utils._run.order import earlier, front, is_lost
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track


def have_their_turn(tracks: Sequence[Track], max_concurrent: int | None = None) -> list[Track]:
    """The items whose due step may be sent now, with no more than `max_concurrent` of them in the cutover at a time."""
    last = front(tracks)
    turn = [track for track in tracks if track.due and (track.wave <= last or not track.cuts_over(track.due))]
    if max_concurrent is None:
        return turn
    room = max(max_concurrent - sum(occupies(track) for track in tracks), 0)
    too_many = set([track for track in turn if track.cuts_over(track.due)][room:])
    return [track for track in turn if track not in too_many]


def go_as_one(tracks: Sequence[Track]) -> bool:
    """Whether the members of a plan still stand together, so that the plan's own operation can take them on.

    One that has failed, or has another step before it than the rest, ends that: from then on each goes by itself.
    """
    steps = {track.due for track in tracks} - {None}
    return len(steps) <= 1 and not any(track.settled for track in tracks)


def held(tracks: Sequence[Track]) -> dict[Track, list[str]]:
    """The items that are ready to cut over but wait for earlier ones that will not come home in this run, and for which."""
    lost = [track for track in tracks if is_lost(track)]
    ready = [track for track in tracks if lost and track.due and track.cuts_over(track.due)]
    culprits = {track.wave: [one.name for one in earlier(track, lost)] for track in one_of_each_wave(ready)}
    return {track: names for track in ready if (names := culprits[track.wave])}


def one_of_each_wave(tracks: Sequence[Track]) -> Collection[Track]:
    """One item of each wave: what all of a wave have in common is found once, and not for each."""
    return {track.wave: track for track in tracks}.values()


def occupies(track: Track) -> bool:
    """Whether it takes one of the places of those that may be in the cutover at a time."""
    sending = track.doubt is not None and track.cuts_over(track.doubt.step)
    return track.problem is None and (track.phase in MOVING or sending)
