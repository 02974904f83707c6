# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Looks at the Hyper-V hosts during a failback: whom to ask for which VMs, who is held, and whether home is really home. Pure.

`sightings`: one entry for each host that was read, with `inventory` (what Ansible calls it), `name`, and `vms` as vm_info gives
them, or `error` where it could not be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.row import Level
from ansible_collections.asr.hyperv.plugins.module_utils._roles.entrance import because
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import HostVm
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import Sighting
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Readiness
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry, Json

GOOD = ("replicating",)
UNDER_WAY = (  # Hyper-V's words for a replication that is on its way, and gets there by itself
    "initialreplicationinprogress",
    "readyforinitialreplication",
    "waitingforinitialreplication",
    "resynchronizing",
    "waitingforstartresynchronize",
    "waitingforupdatecompletion",
)
CRITICAL = "critical"
HELD = "held before its cutover, its Azure VM still runs"


def whom_to_ask(members: Sequence[ItemEntry], sightings: Sequence[Sighting], homes: Mapping[str, str]) -> list[str]:
    """The hosts, as Ansible calls them, that have these VMs or get them; all of them for one that nobody has seen.

    `homes`: by id of the item the host that it comes home to, as the vault calls it.
    """
    asked: set[str] = set()
    for member in members:
        seen = {one["inventory"] for one in sightings if own(one, member)}
        home = plain(homes.get(member["id"], ""))
        coming = {one["inventory"] for one in sightings if home and home in (plain(one["name"]), first(one["name"]))}
        coming |= {one["inventory"] for one in sightings if home and first(home) == plain(one["name"])}
        asked |= (seen | coming) or {one["inventory"] for one in sightings}
    return [one["inventory"] for one in sightings if one["inventory"] in asked]


def first(name: str) -> str:
    """The first part of a host's name, in plain form."""
    return plain(name).partition(".")[0]


def own(sighting: Sighting, member: ItemEntry) -> HostVm | None:
    """The VM of a member on a host: by its id, since names are not unique."""
    vms = sighting.get("vms") or ()
    return next((vm for vm in vms if member.get("vm_id") and plain(vm["id"]) == plain(member["vm_id"])), None)


def unseen(members: Sequence[ItemEntry], sightings: Sequence[Sighting]) -> list[str]:
    """The names of those that none of these hosts has."""
    return [member["name"] for member in members if not any(own(one, member) for one in sightings)]


def held_now(members: Sequence[ItemEntry], answer: Readiness) -> dict[str, str]:
    """By name of each of these VMs why it is not cut over now. `answer`: that of readiness_info, right before it.

    What could not be looked at is held as well: its next step is the outage.
    """
    verdicts = {one["id"]: one for one in answer.get("verdicts") or ()}
    told = {}
    for member in members:
        one = verdicts.get(member["id"])
        if one is None:
            told[member["name"]] = because_unread(str(answer.get("msg") or "the answer does not tell of it"))
        elif one["verdict"] == Level.BLOCKED.word:
            told[member["name"]] = f"{HELD}: {because(one['findings'])} Run again then"
    return told


def because_unread(reason: str) -> str:
    return f"{HELD}: it could not be looked at once more ({reason.rstrip('.')}). Run again"


def wellness(items: Sequence[ItemEntry], sightings: Sequence[Sighting]) -> dict[str, dict[str, str]]:
    """Of the items that the vault calls protected: `unwell`, reasons by name of those that are not, and `notes` of others.

    Protected is what the vault says, what it thinks of the replication's health, and what the host says that replicates.
    """
    told: dict[str, dict[str, str]] = {"unwell": {}, "notes": {}}
    for item in items:
        if item["phase"] != "protected":
            continue
        said, note = of_hosts(item, sightings)
        wrong = [*of_vault(item), *filter(None, [said])]
        if wrong:
            told["unwell"][item["name"]] = f"protected for the vault, but {' and '.join(wrong)}. {REMEDY}"
        elif note:
            told["notes"][item["name"]] = f"protected for the vault; {note}"
    return told


REMEDY = (
    "Resume or mend the replication there (Resume-VMReplication), or use the module repair_replication, and run again"
)


def of_vault(item: ItemEntry) -> list[str]:
    """What the vault itself says against it."""
    errors = [str(one.get("message") or one.get("code")) for one in item.get("health_errors") or () if is_bad(one)]
    if str(item.get("replication_health") or "").lower() != CRITICAL:
        return []
    return [f"the vault calls its health Critical{': ' + '; '.join(errors) if errors else ''}".rstrip(".")]


def is_bad(error: Json) -> bool:
    """Whether a health error is more than a warning."""
    return str(error.get("level") or error.get("error_level") or "error").lower() not in ("warning", "information")


def of_hosts(item: ItemEntry, sightings: Sequence[Sighting]) -> tuple[str, str]:
    """What its host says against it, and what is only to be known: one of both, or neither."""
    places = [(one["name"], vm) for one in sightings if (vm := own(one, item))]
    running = [one for one in places if one[1].get("state") == "started"]  # an old copy on another host may have its id
    if places:
        return of_replication(*(running or places)[0])
    silent = [
        f"{one['name']} could not be asked ({str(one['error']).rstrip('.')})" for one in sightings if one.get("error")
    ]
    if silent:
        return f"nobody knows what its host says: {', '.join(silent)}", ""
    return "", "none of the hosts that were asked has it, so its replication there is not known" if sightings else ""


def of_replication(host: str, vm: HostVm) -> tuple[str, str]:
    """What a host says of the replication of a VM that it has."""
    if vm.get("error"):
        return f"{host} cannot read it: {str(vm['error']).rstrip('.')}", ""
    replication = vm.get("replication") or {}
    state, health = str(replication.get("state") or "nothing"), str(replication.get("health") or "")
    words = f"{host} says {state} ({health or 'no health'})"
    if health.lower() == CRITICAL or state.lower() not in (*GOOD, *UNDER_WAY):
        return words, ""
    return "", "" if state.lower() in GOOD and health.lower() in ("normal", "") else words
