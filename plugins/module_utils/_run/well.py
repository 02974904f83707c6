# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Home means home: an item is at its goal `protected` only when its replication is not critical. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Goal, Phase
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.health import ailments, is_critical, is_well
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem


def ill(track: Track, item: ProtectedItem) -> bool:
    """Whether this reading of the item says that it is not protected, whatever its state is called."""
    return track.intent.goal is Goal.PROTECTED and not track.intent.rests and is_critical(item)


def tell_health(tracks: Iterable[Track]) -> None:
    """Give each item that stands at `protected` the problem, or the warning, that its health is. Anything worse goes before."""
    for track in tracks:
        if not track.problem and not track.intent.rests and track.phase is Phase.PROTECTED and not is_well(track.item):
            tell(track)


def tell(track: Track) -> None:
    """The same for one that is not well."""
    health, why = track.item.replication_health, ailments(track.item) or "the vault gives no health error"
    words = f"{track.name} is protected for the vault, but its health is {health}: {why}."
    if not ill(track, track.item):
        track.warn(words)
        return
    first = next(iter(track.item.health_errors), None)
    track.fail(
        message=words,
        code="NotHealthy",
        health_codes=[error.code for error in track.item.health_errors],
        possible_causes=first.possible_causes if first else "",
        recommended_action=first.recommended_action if first else "",
        what_to_do=(
            "Look at its replication on its Hyper-V host (Get-VMReplication; Resume-VMReplication where it is suspended), or use "
            "asr.hyperv.repair_replication where the vault allows it. Then run again."
        ),
    )
