# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Into which switch each network adapter of a VM has to be plugged on the host where it is, and what keeps us from it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles.asking import Looks, places_of
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import Adapter, HostVm
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import Look
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Plugging
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry, Json
from ansible_collections.asr.hyperv.plugins.module_utils._wish.switch_map import Plug, SwitchMap, switch_map, there


def plugging(items: Iterable[ItemEntry], looks: Iterable[Look], isolated: str = "") -> Plugging:
    """What to plug where: `plugs` as options of vm_network_adapter with the host, and `problems` in words.

    `isolated`: the switch for all adapters; without it each gets the one that was recorded, by what its host calls it.
    """
    hosts: Looks = {look["host"]: look for look in looks}
    told: Plugging = {"plugs": [], "problems": []}
    for item in items:
        places = places_of(item, hosts)
        running = [place for place in places if place[1]["state"] == "started"]
        if len(running) > 1 or (len(places) > 1 and not running):
            told["problems"].append(f"{item['name']} is on {', '.join(host for host, _vm in running or places)}")
        elif not places:
            told["problems"].append(f"{item['name']} is on none of the hosts {', '.join(hosts)}")
        else:
            host, vm = (running or places)[0]
            mapped = switch_map(hosts[host].get("switch_map"), host)
            found = of_vm(item, vm, mapped, isolated)
            if isinstance(found, str):
                told["problems"].append(f"{item['name']} on {host} {found}")
            else:
                told["plugs"] += [{"host": host, "vm": item["name"], "id": item["vm_id"], **one} for one in found]
    return told


def of_vm(item: ItemEntry, vm: HostVm, mapped: SwitchMap, isolated: str) -> str | list[Json]:
    """The adapters of one VM that have to be changed, or why none is."""
    if vm.get("error"):
        return f"cannot be read: {vm['error']}"
    adapters = vm.get("network_adapters") or []
    recorded = list(item.get("switches") or ())
    wanted = [Plug(isolated)] * len(adapters) if isolated else [there(one, mapped) for one in recorded]
    changes = list(different(adapters, wanted))
    if len(wanted) != len(adapters):
        return f"has {len(adapters)} network adapters, and the vault recorded {len(wanted)} switches"
    names = [one["name"] for one in adapters]
    if changes and len(set(map(plain, names))) < len(names):
        return f"has several network adapters of one name ({', '.join(names)}), which cannot be told apart"
    return changes


def different(adapters: Sequence[Adapter], wanted: Sequence[Plug]) -> Iterator[Json]:
    """Adapters that are not where they have to be; the vault recorded their switches in the order of the adapters."""
    for adapter, plug in zip(adapters, wanted, strict=False):
        other = plain(adapter["virtual_switch"] or "") != plain(plug.switch) or not adapter["connected"]
        untagged = plug.vlan is not None and adapter["vlan"] != plug.vlan
        if plug.switch and (other or untagged):
            yield {"adapter": adapter["name"], "virtual_switch": plug.switch, "vlan": plug.vlan}
