# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a run deleted in Azure, and what is left there, in words for its summary and its report. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ansible_collections.asr.hyperv.plugins.module_utils._domain.azure_side import (
    GONE,
    NOT_PROVEN,
    REMAINING,
    Deletion,
    Thing,
    named,
)

COMMIT = "commit_failover"


def evidence(entries: Iterable[Mapping]) -> list[dict]:
    """One entry for each VM that was committed, whatever was found, and for each that an earlier commit left something of.

    `entries` are those of the filter journeys. `deleted`, `remaining` and `not_proven` are texts, empty for nothing.
    """
    return [of_vm(entry) for entry in entries if COMMIT in entry["steps"] or entry["azure_after"]]


def of_vm(entry: Mapping) -> dict:
    """The evidence of one VM."""
    sizes = {one["id"]: one["size_gb"] for one in entry["deletes"]}
    after = {
        Thing(one["kind"], one["id"], one["name"], sizes.get(one["id"])): one["state"] for one in entry["azure_after"]
    }
    deletion = Deletion(after=after)
    by_state = {state: [thing for thing, found in after.items() if found == state] for state in set(after.values())}
    return {
        "name": entry["name"],
        "id": entry["id"],
        "gone": deletion.proven,
        "says": f"{entry['name']}: {deletion}",
        "deleted": named(by_state.get(GONE, ())),
        "remaining": named(by_state.get(REMAINING, ()), by_id=True),
        "not_proven": named(by_state.get(NOT_PROVEN, ()), by_id=True) if after else str(deletion),
        "deletes": entry["deletes"],
        "azure_after": entry["azure_after"],
    }
