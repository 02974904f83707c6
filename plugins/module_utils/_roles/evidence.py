# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a run deleted in Azure, and what is left there, in words for its summary and its report. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import COMMITTED, UNCOMMITTED
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_side import (
    GONE,
    KINDS,
    NOT_PROVEN,
    REMAINING,
    Deletion,
    Thing,
    named,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import EvidenceEntry, Journey
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Known, Remains, ThingEntry

COMMIT = "commit_failover"
STILL_TO_COME = "its commit did not go through; the next one deletes what remains"
BY_OTHERS = "this run did not commit it"


def evidence(
    entries: Iterable[Journey], before: Iterable[EvidenceEntry] = (), again: Iterable[Remains] = ()
) -> list[EvidenceEntry]:
    """One entry for each VM that was committed, whatever was found, and for each that an earlier commit left something of.

    `entries` are those of the filter journeys. `before` is the evidence of the last report, `again` the answer left_in_azure of
    the module failback about what remained then: it may be of VMs that are in no run any more. `deleted`, `remaining` and
    `not_proven` are texts, empty for nothing.
    """
    states = {plain(one["id"]): one["state"] for one in again}
    old = {one["id"]: left_of(one, states) for one in before}
    told_all = {one["id"]: one for one in entries}
    by_others = {key for key, one in told_all.items() if key not in old and was_committed_by_others(one)}
    new = {
        key: one for key, one in told_all.items() if COMMIT in one["steps"] or one["azure_after"] or key in by_others
    }
    seen = {arm_id: one["azure_after"] for arm_id, one in old.items()}
    still = {arm_id: of_vm(one, seen[arm_id], one["deletes"]) for arm_id, one in old.items() if seen[arm_id]}
    told = {
        arm_id: of_vm(
            one,
            together(seen.get(arm_id, []), one["azure_after"]),
            one["deletes"],
            STILL_TO_COME if one["phase"] in UNCOMMITTED else BY_OTHERS if arm_id in by_others else "",
        )
        for arm_id, one in new.items()
    }
    return list((still | told).values())


def was_committed_by_others(one: Journey) -> bool:
    """Whether a VM came home in this run, and another run or a person committed it: what that deleted was not looked at here."""
    came_home = one["phase"] in COMMITTED and one["phase_before"] not in COMMITTED
    return came_home and COMMIT not in one["steps"] and not one["azure_after"]


def left_of(one: EvidenceEntry, states: Mapping[str, str]) -> EvidenceEntry:
    """The entry of an earlier run as it is now; with no things when all were gone. Who got no answer about it has no proof."""
    things = one.get("azure_after", ())
    if all(thing["state"] == GONE for thing in things):
        return {**one, "azure_after": []}
    now = {
        one["id"]: one["state"] if one["state"] == GONE else states.get(plain(one["id"]), NOT_PROVEN) for one in things
    }
    return {**one, "azure_after": [{**thing, "state": now[thing["id"]]} for thing in things]}


def together(old: Iterable[Remains], new: Iterable[Remains]) -> list[Remains]:
    """The things of both, each once: what this run has seen last counts."""
    things = {plain(thing["id"]): thing for some in (old, new) for thing in some}
    return list(things.values())


def of_vm(entry: Known, things: list[Remains], deletes: list[ThingEntry], aside: str = "") -> EvidenceEntry:
    """The evidence of one VM. `aside` is what else is to be known of what remains."""
    sizes = {one["id"]: one["size_gb"] for one in deletes}
    after = {Thing(one["kind"], one["id"], one["name"], sizes.get(one["id"])): one["state"] for one in things}
    deletion = Deletion(after=after)
    by_state = {state: [thing for thing, found in after.items() if found == state] for state in set(after.values())}
    remaining = named(by_state.get(REMAINING, ()), by_id=True)
    return {
        "name": entry["name"],
        "id": entry["id"],
        "gone": deletion.proven,
        "says": f"{entry['name']}: {deletion}{aside and f' ({aside})'}",
        "deleted": named(by_state.get(GONE, ())),
        "remaining": f"{remaining}{aside and f' ({aside})'}" if remaining else "",
        "not_proven": named(by_state.get(NOT_PROVEN, ()), by_id=True)
        if after
        else f"{deletion}{aside and f' ({aside})'}",
        "deletes": deletes,
        "azure_after": things,
    }


def counted(entries: Sequence[EvidenceEntry]) -> str:
    """How many things of each kind are gone of several VMs, disks with the sum of their sizes as far as they are known."""
    things = {one["id"]: one for entry in entries for one in entry["azure_after"] if one["state"] == GONE}
    sizes = {one["id"]: one["size_gb"] or 0 for entry in entries for one in entry["deletes"]}
    kinds = Counter(one["kind"] for one in things.values())
    size = sum(sizes.get(key, 0) for key in things)
    return ", ".join(
        f"{kinds[kind]} {several(words, kinds[kind])}{f' ({size} GB)' if kind == 'disk' and size else ''}"
        for kind, words in KINDS.items()
        if kinds[kind]
    )


def several(words: str, number: int) -> str:
    return words if number == 1 else f"{words}es" if words.endswith("s") else f"{words}s"
