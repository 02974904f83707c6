# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a failback to another host left on the old one: which VMs those are, and which of them may be removed. Pure.

A copy is known by the ids that the vault had of the VM. A namesake with another id is another VM.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import COMMITTED, UNCOMMITTED
from ansible_collections.asr.hyperv.plugins.module_utils._roles.cluster_roles import other_host
from ansible_collections.asr.hyperv.plugins.module_utils._roles.looks import first, own
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import HostVm
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import Came, OldCopy, Sighting
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry

CAME_HOME = (*UNCOMMITTED, *COMMITTED)  # until then the VM on the old host is the only one on-premises


def gone_elsewhere(items: Iterable[ItemEntry], came: Came) -> list[ItemEntry]:
    """Those of the items that have cut over and were asked to come home to another host. `came`: what was asked for."""
    return [item for item in items if item["phase"] in CAME_HOME and other_host(item, came)]


def ids_of(item: ItemEntry, before: Iterable[ItemEntry]) -> set[str]:
    """The ids that the vault has, and had before, of the VM of an item. The new VM may have another than the old one."""
    known = [one["vm_id"] for one in before if plain(one["id"]) == plain(item["id"])]
    return {plain(one) for one in (item["vm_id"], *known) if one}


def old_copies(
    items: Sequence[ItemEntry],
    before: Sequence[ItemEntry],
    sightings: Sequence[Sighting],
    came: Came,
    unwell: Mapping[str, str],
) -> list[OldCopy]:
    """The old copies of VMs that went to another host, each with `why` it may not be removed, which is empty where it may.

    `items` and `before`: the items after the failback and at its beginning.
    `sightings`: looks at all hosts after the failback, with disks and replication. `came`: what was asked for.
    `unwell`: by name, of whom the vault or a host has something to say that is no good news.
    """
    return [
        told
        for item in gone_elsewhere(items, came)
        for told in copies_of(item, ids_of(item, before), sightings, other_host(item, came), unwell)
    ]


def copies_of(
    item: ItemEntry, ids: set[str], sightings: Sequence[Sighting], wanted: str, unwell: Mapping[str, str]
) -> Iterator[OldCopy]:
    """The old copies of one VM. It is itself on the host that it was to come to, or else where it runs."""
    running = [one for one in sightings if (vm := own(one, item)) and vm["state"] == "started" and not vm.get("error")]
    at_home = [one for one in running if is_called(one, wanted)]
    homes = at_home or running or [one for one in sightings if is_called(one, wanted)]
    for look in sightings:
        for vm in look.get("vms") or ():
            itself = plain(vm["id"]) == plain(item["vm_id"]) and any(same_place(look, home) for home in homes)
            if plain(vm["id"]) not in ids or itself:
                continue
            yield {
                "name": item["name"],
                "vm_id": vm["id"],
                "inventory": look["inventory"],
                "name_of_host": look["name"],
                "state": vm["state"],
                "disks": [str(disk["path"]) for disk in vm.get("disks") or () if disk.get("path")],
                "why": why_not_new(item, running, wanted, unwell) or why_not_old(vm, look, running[0]),
            }


def why_not_new(item: ItemEntry, running: Sequence[Sighting], wanted: str, unwell: Mapping[str, str]) -> str:
    """Why the new VM is not so surely there that the old one may go; empty when it is."""
    if item["phase"] != "protected":
        return f"the vault has the new one as {item['phase']}, and not as protected"
    if item["name"] in unwell:
        return "the replication of the new one is not in order"
    if len({place(one) for one in running}) > 1:
        return f"it runs on {' and '.join(one['name'] for one in running)} at once"
    if not running:
        return f"the new one was not seen running on {wanted}"
    at_home = any(is_called(one, wanted) for one in running)
    return "" if at_home else f"the new one runs on {running[0]['name']} and not on {wanted}"


def why_not_old(vm: HostVm, look: Sighting, home: Sighting) -> str:
    """Why an old copy is not so surely unused that it may go; empty when it is."""
    if vm.get("error"):
        return f"it cannot be read ({str(vm['error']).rstrip('.')})"
    if vm["state"] != "stopped":
        return f"it is {vm['state']}"
    if vm.get("clustered", True):
        return "it is a role of a failover cluster"
    replication = vm.get("replication") or {}
    if replication.get("mode") != "None":
        return f"its host says that its replication is {replication.get('mode') or 'unknown'}"
    if not (look.get("machine") and home.get("machine")):
        return "its host does not tell which machine it is"
    return "it is where the new one is" if same_place(look, home) else ""


def place(look: Sighting) -> str:
    """What a place is known by: nodes of one cluster are one, and so are two names of one machine."""
    return plain(look.get("cluster") or look.get("machine") or look["inventory"])


def same_place(one: Sighting, other: Sighting) -> bool:
    """Whether two looks may have been at one place."""
    machines = {plain(look.get("machine") or "") for look in (one, other)}
    return (
        place(one) == place(other)
        or one["inventory"] == other["inventory"]
        or (len(machines) == 1 and machines != {""})
    )


def is_called(look: Sighting, wanted: str) -> bool:
    """Whether a host is the one that was asked for, by its name with or without a domain."""
    name = plain(look["name"])
    return plain(wanted) == name or (first(wanted) == first(name) and "" in (rest(wanted), rest(name)))


def rest(name: str) -> str:
    """The domain of a host's name."""
    return plain(name).partition(".")[2]


def silent(sightings: Sequence[Sighting]) -> list[str]:
    """The hosts that did not answer, with what they said instead."""
    return [f"{one['name']} ({str(one['error']).rstrip('.')})" for one in sightings if one.get("error")]


def in_words(copy: OldCopy) -> str:
    """An old copy for a person: where, how it is, and what is left when it is removed."""
    disks = f"disks {', '.join(copy['disks'])}" if copy["disks"] else "no disk of it could be seen"
    return f"of {copy['name']} on {copy['name_of_host']}: {copy['state']}, id {copy['vm_id']}, {disks}"
