# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Which VMs have come home to a failover cluster without being a role of it. Pure.

A failback that makes a VM makes no role of it. A VM that was on its node before and is no role is somebody's choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles.looks import own
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain, same_id
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import Came, RolelessVm, Sighting
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Verdict
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry

MADE = "cluster_role"  # the check that tells that a failback makes a VM on a node


def without_role(items: Iterable[ItemEntry], sightings: Sequence[Sighting], came: Came) -> list[RolelessVm]:
    """Those of the items whose VM this failback made on a node of a cluster, and that are no roles of it.

    `sightings`: looks at the hosts after the failback. `came`: what was asked for, and who was to be made.
    """
    return [
        {
            "name": item["name"],
            "item_id": item["id"],
            "vm_id": item["vm_id"],
            "inventory": look["inventory"],
            "name_of_host": look["name"],
            "cluster": look.get("cluster") or "",
        }
        for item in items
        if made_here(item, came)
        for look in sightings
        if look.get("cluster") and lacks_role(look, item)
    ]


def lacks_role(look: Sighting, item: ItemEntry) -> bool:
    """Whether a host has the VM of an item, and no cluster has it as a role. One that is off is what it left somewhere."""
    vm = own(look, item)
    return vm is not None and not vm.get("error") and vm.get("state") != "stopped" and not vm.get("clustered", True)


def made_here(item: ItemEntry, came: Came) -> bool:
    """Whether the VM came to a host that had none of it: another one was asked for, or the preflight saw that it was gone."""
    hosts = asked_of(item, came)
    if hosts:
        return bool(hosts[-1])
    return any(same_id(one, item["id"]) for one in came.get("made") or ())


def made_on_nodes(verdicts: Iterable[Verdict]) -> list[str]:
    """ARM ids of the items whose VM is gone and will be made on a node, by what a preflight says before that.

    Only then can it be seen, so a run hands what is still owed on to the next, in its report.
    """
    return [one["id"] for one in verdicts if any(row["check"] == MADE for row in one["findings"])]


def still_owed(made: Iterable[str], items: Iterable[ItemEntry], sightings: Sequence[Sighting]) -> list[str]:
    """Those of the ids whose VM no host has shown to be a role."""
    own_looks = {item["id"]: [own(look, item) for look in sightings] for item in items}
    return [one for one in made if not any(vm and vm.get("clustered") for vm in own_looks.get(one, ()))]


def other_host(item: ItemEntry, came: Came) -> str:
    """The other host that an item was asked to come home to; empty for its own."""
    return str(([""] + asked_of(item, came))[-1])


def asked_of(item: ItemEntry, came: Came) -> list[str]:
    """What was asked for of an item, the last word last; nothing where nothing was."""
    rows = [row for row in came.get("item_options") or () if means(row.get("name") or "", item)]
    hosts = [host for row in rows if (host := row.get("alternate_host")) is not None]
    return hosts or list(filter(None, [came.get("alternate_host")]))


def means(name: str, item: Mapping[str, object]) -> bool:
    """Whether a name of item_options is that of an item: its ARM id, or one of its names."""
    return any(plain(str(item.get(key) or "")) == plain(name) for key in ("id", "name", "friendly_name"))
