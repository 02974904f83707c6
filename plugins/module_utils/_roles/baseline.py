# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What an administrator set on VMs before they went to Azure, and what is different after they came home. Pure.

Sources: looks of look_at_hosts with the details network_adapters, disks and configuration, as a file keeps them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypedDict

from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible_all
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import Adapter, HostVm
from ansible_collections.asr.hyperv.plugins.module_utils._wish.switch_map import SwitchMap, there

ITSELF = (
    "generation",
    "cpu_count",
    "memory_bytes",
)  # fields of the VM; each setting of its configuration is compared too
OF_ADAPTER = ("virtual_switch", "vlan", "static_mac_address", "maximum_bandwidth")


class Known(TypedDict):
    """A VM, and the host that had it."""

    host: str
    vm: HostVm


class Changed(TypedDict):
    """A VM as it is now: where, in what it differs from what it was, and where old copies of it are."""

    name: str
    id: str
    host: str
    differences: list[str]
    old_copies: list[str]


def known_of(looks: Iterable[Mapping[str, object]]) -> list[Known]:
    """The VMs of looks at hosts that can be read."""
    return [
        {"host": str(look["name"]), "vm": vm}
        for look in looks
        for vm in look.get("vms") or ()  # type: ignore[attr-defined]
        if vm.get("id") and not vm.get("error")
    ]


def changed(before: Sequence[Known], now: Sequence[Known]) -> list[Changed]:
    """One entry for each VM of the baseline.

    A VM is the one with its id or name that runs, else the one with its id, else the only one of its name. The others are its old
    copies, such as the one that a failback to an alternate host leaves behind.
    """
    results = []
    known = {one["vm"]["id"] for one in before}  # a namesake that was there before is another VM
    for was in before:
        same = [one for one in now if one["vm"]["id"] == was["vm"]["id"]]
        named = [
            one
            for one in now
            if one["vm"]["name"].lower() == was["vm"]["name"].lower() and one["vm"]["id"] not in known
        ]
        everyone = [*same, *(one for one in named if one not in same)]
        running = [one for one in everyone if one["vm"]["state"] == "started"]
        is_now = next(iter(running or same or (named if len(named) == 1 else [])), None)
        copies = [told(one) for one in everyone if one is not is_now and one["host"] != (is_now or was)["host"]]
        found = list(differences(was["vm"], is_now["vm"])) if is_now else ["is on no host that was looked at"]
        host = is_now["host"] if is_now else ""
        entry: Changed = {
            "name": was["vm"]["name"],
            "id": was["vm"]["id"],
            "host": host,
            "differences": found,
            "old_copies": copies,
        }
        results.append(entry)
    return visible_all(results)  # names and notes are chosen by others


def by_name_and_id(looks: Iterable[Mapping[str, object]]) -> dict[str, HostVm]:
    """The VMs of a baseline by their ids, and by those of their names that are unique, in plain form."""
    vms = [one["vm"] for one in known_of(looks)]
    often = Counter(plain(vm["name"]) for vm in vms)
    names = {plain(vm["name"]): vm for vm in vms if often[plain(vm["name"])] == 1}
    return {**names, **{plain(vm["id"]): vm for vm in vms}}


def moved(was: HostVm, now: HostVm, mapped: SwitchMap, isolated: str) -> HostVm:
    """A VM as it has to be where it is now: on the switches that stand for its own there, or on the one where it may wait."""
    plugged = {one.get("name"): one for one in now.get("network_adapters") or ()}
    return {
        **was,
        "network_adapters": [plug(one, plugged, mapped, isolated) for one in was.get("network_adapters") or ()],
    }


def plug(adapter: Adapter, plugged: Mapping[str | None, Adapter], mapped: SwitchMap, isolated: str) -> Adapter:
    """One adapter of `moved`. `plugged`: those of the VM as it is now, by name."""
    is_now, switch = plugged.get(adapter.get("name")), adapter.get("virtual_switch")
    if is_now and isolated and plain(is_now.get("virtual_switch") or "") == plain(isolated):
        return {**adapter, "virtual_switch": is_now["virtual_switch"], "vlan": is_now["vlan"]}
    if not switch:
        return adapter
    wanted = there(switch, mapped)
    return {**adapter, "virtual_switch": wanted.switch, "vlan": adapter["vlan"] if wanted.vlan is None else wanted.vlan}


def told(one: Known) -> str:
    """An old copy in words."""
    return f"{one['vm']['name']} on {one['host']}, {one['vm']['state']}, id {one['vm']['id']}"


def differences(was: HostVm, now: HostVm) -> Iterator[str]:
    """Each thing in which a VM is not what it was, in words."""
    for field in ITSELF:
        yield from differs(field, was.get(field), now.get(field))
    before, after = was.get("configuration") or {}, now.get("configuration") or {}
    for field in sorted(before):
        yield from differs(field, before[field], after.get(field))
    yield from differs("disks", sizes(was), sizes(now))
    adapters = {one.get("name"): one for one in now.get("network_adapters") or ()}
    for one in was.get("network_adapters") or ():
        name = one.get("name")
        if name not in adapters:
            yield f"network adapter {name} is gone"
            continue
        for field in OF_ADAPTER:
            yield from differs(f"{field} of {name}", one.get(field), adapters[name].get(field))
        if one.get("static_mac_address"):
            yield from differs(f"mac_address of {name}", one.get("mac_address"), adapters[name].get("mac_address"))


def sizes(vm: HostVm) -> list[int | None]:
    """The sizes of its disks in bytes, in no order."""
    return sorted((disk.get("size_bytes") for disk in vm.get("disks") or ()), key=lambda size: size or 0)


def differs(field: str, was: object, now: object) -> Iterator[str]:
    """A difference in words, where there is one."""
    if was != now:
        yield f"{field} was {shown(was)} and is {shown(now)}"


def shown(value: object) -> str:
    """A value for a message."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "empty" if value in (None, "") else str(value)
