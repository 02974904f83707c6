# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""In what a VM on its host is not what was recorded of it, by the vault or before. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from ansible_collections.asr.hyperv.plugins.module_utils._roles import baseline
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import HostVm
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import WantedOfVm
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry
from ansible_collections.asr.hyperv.plugins.module_utils._wish.switch_map import SwitchMap, there

MB = 1024**2
PARTS = (
    "cpu",
    "memory",
    "disks",
    "switches",
    "vlan",
    "addresses",
    "baseline",
)  # what is compared; VLAN and addresses with what is wanted


def reachable(addresses: Iterable[str | None]) -> list[str]:
    """The addresses that others can ask, IPv4 first. A guest without a network gives itself those of its link (169.254, fe80)."""
    found = []
    for address in filter(None, addresses):  # an adapter without a guest tells a null
        try:
            place = ip_address(address)
        except ValueError:
            continue
        if not (place.is_link_local or place.is_loopback or place.is_unspecified):
            found.append(place)
    return [str(place) for place in sorted(found, key=lambda place: place.version)]


def differences(item: ItemEntry, vm: HostVm, wanted: WantedOfVm, mapped: SwitchMap) -> Iterator[tuple[str, str]]:
    """Each part in which the VM is not what the vault has recorded, and how. What the vault does not tell is not compared.

    `mapped`: what its host calls the switches of another.
    """
    cpus, memory = item.get("cpu_count"), item.get("memory_mb")
    if cpus and cpus != vm["cpu_count"]:
        yield "cpu", f"has {vm['cpu_count']} processors, the vault recorded {cpus}"
    if memory and memory != vm["memory_bytes"] // MB:
        yield "memory", f"starts with {vm['memory_bytes'] // MB} MB of memory, the vault recorded {memory} MB"
    yield from disk_differences(item, vm)
    yield from switch_differences(item, vm, mapped, wanted.get("isolated") or "")
    yield from vlan_differences(item, vm, mapped)
    vlans = [adapter["vlan"] for adapter in vm["network_adapters"]]
    if wanted.get("vlan") is not None and wanted["vlan"] not in vlans:
        yield "vlan", f"has the VLAN {', '.join(map(str, vlans)) or 'of no adapter'}, wanted is {wanted['vlan']}"

    lost = [one for one in reachable(wanted.get("addresses") or ()) if one not in reachable(vm["ip_addresses"])]
    if lost:
        tells = ", ".join(filter(None, vm["ip_addresses"])) or "none"
        yield "addresses", f"lacks addresses that were recorded ({', '.join(lost)}); it tells: {tells}"
    if "before" in wanted:
        yield from baseline_differences(vm, wanted["before"], mapped, wanted.get("isolated") or "")


def baseline_differences(
    vm: HostVm, before: HostVm | None, mapped: SwitchMap, isolated: str
) -> Iterator[tuple[str, str]]:
    """All that is not as it was `before`, which is None for a VM that is not in the baseline."""
    if before is None:
        yield "baseline", "is not in the baseline, so nobody knows how it was"
    elif found := list(baseline.differences(baseline.moved(before, vm, mapped, isolated), vm)):
        yield "baseline", f"is not as in the baseline: {'; '.join(found)}"


def switch_differences(item: ItemEntry, vm: HostVm, mapped: SwitchMap, isolated: str = "") -> Iterator[tuple[str, str]]:
    """Switches of the vault that the VM is not plugged into, by what its host calls them. No time mends that, a command does.

    `isolated`: a switch on which it may wait instead.
    """
    plugged = [adapter["virtual_switch"] for adapter in vm["network_adapters"] if adapter["connected"]]
    if isolated and plugged and all(plain(one or "") == plain(isolated) for one in plugged):
        return
    recorded = [there(one, mapped).switch for one in filter(None, item.get("switches") or ())]
    unplugged = Counter(recorded) - Counter(filter(None, plugged))
    if unplugged:
        missing, found = list(unplugged.elements()), ", ".join(filter(None, plugged)) or "none"
        yield (
            "switches",
            f"is not plugged into {', '.join(missing)} as the vault recorded, but into: {found} (on its host: "
            f"Connect-VMNetworkAdapter -VMName '{vm['name']}' -SwitchName '{missing[0]}')",
        )


def vlan_differences(item: ItemEntry, vm: HostVm, mapped: SwitchMap) -> Iterator[tuple[str, str]]:
    """Adapters on a switch that stands for another, and that have not the VLAN which belongs to it there."""
    for plug in {there(one, mapped) for one in filter(None, item.get("switches") or ())}:
        there_now = [
            one["vlan"] for one in vm["network_adapters"] if plain(one["virtual_switch"] or "") == plain(plug.switch)
        ]
        if plug.vlan is not None and there_now and plug.vlan not in there_now:
            told = ", ".join(map(str, there_now))
            yield "vlan", f"has the VLAN {told} on {plug.switch}, asr_switch_map of its host says {plug.vlan}"


def disk_differences(item: ItemEntry, vm: HostVm) -> Iterator[tuple[str, str]]:
    """Disks of the vault that the VM has not, by size. It may have more: some are left out of the replication."""
    recorded = Counter(disk["size_mb"] for disk in item.get("disks") or ())
    sizes = [disk["size_bytes"] for disk in vm["disks"]]
    unread = sizes.count(None)
    missing = recorded - Counter(size // MB for size in sizes if size is not None)
    if missing.total() > unread:
        found = ", ".join("unknown" if size is None else f"{size // MB} MB" for size in sizes) or "none"
        lost = ", ".join(f"{size} MB" for size in missing.elements())
        yield "disks", f"lacks disks that the vault recorded ({lost}); it has: {found}"
