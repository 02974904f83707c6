# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Recovery points of a protected item, and which of them is meant. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain, read, text, when

LATEST, PROCESSED, APP_CONSISTENT = "latest", "latest_processed", "latest_app_consistent"
SHOWN = 10  # recovery points that a message names


@dataclass(frozen=True)
class RecoveryPoint:
    """A moment that the disks in Azure can be put back to. `kind` is ApplicationConsistent or CrashConsistent."""

    id: str
    name: str
    moment: datetime | None
    kind: str

    @classmethod
    def from_service(cls, body: object) -> RecoveryPoint:
        """Make the record from the JSON of one recovery point."""
        point = read(body, "properties")
        return cls(
            id=text(body, "id"),
            name=text(body, "name"),
            moment=when(read(point, "recoveryPointTime")),
            kind=text(point, "recoveryPointType"),
        )


def choose(wanted: str, points: Sequence[RecoveryPoint], item: str) -> RecoveryPoint | None:
    """The recovery point that an option means: a word, or the name or ARM id of one; None for the latest data.

    "latest" is no point yet: the service makes it from what the host sent last. Raises BadInput that names what there is.
    """
    if wanted == LATEST:
        return None
    dated = [(point.moment, point) for point in points if point.moment]
    known = [point for _moment, point in sorted(dated, key=lambda pair: pair[0], reverse=True)]
    if wanted in (PROCESSED, APP_CONSISTENT):
        kinds = ("applicationconsistent",) if wanted == APP_CONSISTENT else ()
        found = next((point for point in known if not kinds or plain(point.kind) in kinds), None)
    else:
        found = next((point for point in points if plain(wanted) in (plain(point.id), plain(point.name))), None)
    if found is None:
        there = ", ".join(f"{point.name} ({point.kind}, {point.moment:%Y-%m-%dT%H:%M:%SZ})" for point in known[:SHOWN])
        raise BadInput(
            f"recovery_point: {item} has no recovery point '{wanted}'. Allowed: {LATEST}, {PROCESSED}, {APP_CONSISTENT}, or the "
            f"name or ARM id of one of these: {there or 'it has none'}.",
            option="recovery_point",
            value=wanted,
        )
    return found
