# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What the commits of this run have deleted in Azure, proved thing by thing: gone is only what Azure says is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from ansible_collections.asr.hyperv.plugins.module_utils._engine.azure_reader import AzureReader, Found
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Step
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.azure_checks import of_remains
from ansible_collections.asr.hyperv.plugins.module_utils._run.together import Together
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_side import (
    GONE,
    NOT_PROVEN,
    REMAINING,
    AzureSide,
    Deletion,
    Thing,
    is_namesake,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_vms import place_of
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AsrError
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import last_part, plain

LOOKS = (
    5  # ticks in a row for which a deletion may lag behind the job that did it; one more look is at the end of the run
)


class Aftermath:
    """Looks for what was to be deleted, and tells of each committed VM what was found."""

    def __init__(self, reader: AzureReader, together: Together) -> None:
        self.reader, self.vault, self.together = reader, reader.vault, together
        self.looks: dict[str, int] = {}

    def pending(self, tracks: Sequence[Track]) -> list[Track]:
        """Those of whose commit something may still be there."""
        return [one for one in tracks if has_committed(one) and not one.deletion.proven and self.looks_at(one) < LOOKS]

    def looks_at(self, track: Track) -> int:
        return self.looks.get(track.item.id, 0)

    def look(self, tracks: Sequence[Track]) -> None:
        """One look at all that is not known to be gone."""
        due = self.pending(tracks)
        if due:
            self.ask(due)
        for track in due:
            self.looks[track.item.id] = self.looks_at(track) + 1

    def conclude(self, tracks: Sequence[Track], *, goes_on: bool = False) -> None:
        """The last look, and what it means for each VM that was committed.

        `goes_on`: the caller goes on with other items at once, so what may still be there is asked for once, and not judged.
        """
        pending = set(self.pending(tracks)) if goes_on else set()
        committed = [track for track in tracks if has_committed(track)]
        open_ends = [
            one for one in committed if not one.deletion.proven and not (one in pending and self.looks_at(one))
        ]
        if open_ends:
            self.ask(open_ends)
        for track in [one for one in committed if one.deletion.proven or one not in pending]:
            track.warnings += [str(one) for one in of_remains(track.item, track.deletion)]
            all_gone = bool(track.deletion.after) and track.deletion.proven
            self.together.tell(
                track.name, "all gone in Azure" if all_gone else str(track.deletion), str(track.deletion)
            )

    def ask(self, tracks: Sequence[Track]) -> None:
        """Read each thing that is not known to be gone by its id, and blobs by what the vault says of them."""
        unseen = [track for track in tracks if not track.deletion.things]
        sides = self.reader.sides([track.item for track in unseen])
        for track in unseen:
            track.deletion = of_side(track, sides[track.item.id])
        wanted = {
            track: [one for one in track.deletion.things if track.deletion.after.get(one) != GONE] for track in tracks
        }
        told = self.reader.things(thing for things in wanted.values() for thing in things)
        blobs = [track for track, things in wanted.items() if any(not thing.in_arm for thing in things)]
        items = self.reader.ask({track.item.id: partial(self.vault.items.get, track.item.id) for track in blobs})
        for track, things in wanted.items():
            told_of_blobs = of_blobs(items.get(track.item.id))
            for thing in things:
                track.deletion.after[thing] = of_answer(told, thing.id) if thing.in_arm else told_of_blobs


def has_committed(track: Track) -> bool:
    """Whether a commit of this run has ended for a VM that came home."""
    return track.has_done(Step.COMMIT_FAILOVER) and track.item.active_location == "Primary"


def of_side(track: Track, side: AzureSide) -> Deletion:
    """Of a commit before which nobody looked: what is there of the item's VM now remains, and if it is not there it is gone."""
    place = place_of(track.item)
    if side.vm and not is_namesake(track.item, side.vm):
        return replace(track.deletion, things=side.things)
    told = GONE if side.absent and not side.alike else NOT_PROVEN
    return replace(track.deletion, after={Thing("vm", place, last_part(place)): told} if place else {})


def of_answer(told: Mapping[str, Found], arm_id: str) -> str:
    """Azure's 404 is the only proof that something is gone; what could not be asked is not proven."""
    answer = told.get(plain(arm_id), NOT_PROVEN)
    if answer is None:
        return GONE
    return REMAINING if isinstance(answer, Mapping) else NOT_PROVEN


def of_blobs(item: ProtectedItem | AsrError | None) -> str:
    """Blobs cannot be asked for: the vault forgets where they were when it has deleted them (recorded)."""
    if item is None or isinstance(item, AsrError):
        return NOT_PROVEN
    return REMAINING if any(disk.azure_location for disk in item.disks) else GONE
