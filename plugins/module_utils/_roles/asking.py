# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Which Hyper-V hosts to ask for a VM, and what may be said of one that none of them has. Pure.

`items` are those of protected_item_info; `hosts` are looks by what the inventory calls the host, {machine, vms} or {error}. The
host that the vault names is asked first, others only for a VM that does not run there: hosts that are gone cost time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.sightings import nearly_called, through_a_proxy
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain, same_id
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import HostVm
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import HostName, Look, ProviderEntry
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry

PROXY = "it goes through a proxy: put the host into NO_PROXY, or set ansible_winrm_proxy for it"

Found = tuple[str, HostVm]  # a host and the VM on it
Looks = Mapping[str, Look]


@dataclass(frozen=True)
class Group:
    """All hosts that may be asked, as {host, name}: what inventory and vault call each; and the providers of the vault."""

    hosts: Sequence[HostName]
    providers: Sequence[ProviderEntry] = ()

    def own_of(self, item: ItemEntry) -> list[str]:
        """The hosts of the inventory that are the one that the vault names for an item."""
        provider = next((one for one in self.providers if same_id(one["id"], item.get("provider_id") or "")), None)
        if not provider:
            return []
        exact = [one["host"] for one in self.hosts if plain(one["name"]) == plain(provider["host"])]
        return exact or [one["host"] for one in self.hosts if nearly_called(one["name"], provider["host"])]


def same(vm: HostVm, item: ItemEntry) -> bool:
    """Whether a VM of a host is the one of the item: names are not unique, ids are."""
    return bool(item["vm_id"]) and same_id(vm["id"], item["vm_id"])


def places_of(item: ItemEntry, hosts: Looks) -> list[Found]:
    """Where an item's VM is: host and VM. One machine counts once, whatever it is called."""
    places: dict[str, Found] = {}
    for host, look in hosts.items():
        for vm in look.get("vms") or ():
            if same(vm, item):
                places.setdefault(look.get("machine") or host, (host, vm))
    return list(places.values())


def silent(hosts: Looks) -> dict[str, str]:
    """Who did not answer, and why. A host that answered under another of its names is not silent."""
    answered = [host for host, look in hosts.items() if not look.get("error")]
    return {
        host: why(error)
        for host, look in hosts.items()
        if (error := look.get("error")) and not any(nearly_called(host, one) for one in answered)
    }


def unlisted(item: ItemEntry, look: Look) -> list[HostVm]:
    """VMs that a host has, cannot list, and that may be the item's."""
    name = plain(item["name"])
    return [vm for vm in look.get("vms") or () if not vm["id"] and plain(vm["name"] or name) == name]


def whom_to_ask(item: ItemEntry, places: Sequence[Found], hosts: Looks, group: Group) -> list[str]:
    """The hosts to ask next for a VM that does not run yet: its own, then all others, then again where it is or who is silent.

    One that none of them has may be on its way from one node of a cluster to another, so these are asked again.
    """
    new = [one["host"] for one in group.hosts if one["host"] not in hosts]
    own = [host for host in group.own_of(item) if host in new]
    if new:
        return own or new
    if places:
        return [host for host, _vm in places]
    return [host for host in hosts if is_open(item, host, hosts) or hosts[host].get("cluster")]


def is_open(item: ItemEntry, host: str, hosts: Looks) -> bool:
    """Whether a host may still turn out to have a VM: it did not answer, or cannot list one that may be it."""
    return host in silent(hosts) or bool(unlisted(item, hosts[host]))


def all_answered(item: ItemEntry, hosts: Looks, group: Group) -> bool:
    """Whether everybody who could have a VM was asked and has answered."""
    asked = all(one["host"] in hosts for one in group.hosts)
    return asked and not any(is_open(item, host, hosts) for host in hosts)


def nowhere(item: ItemEntry, hosts: Looks, group: Group) -> str:
    """Why a VM was not found: no host has it, some could not be asked, one has another VM of the same name."""
    mute = silent(hosts)
    answered = ", ".join(host for host, look in hosts.items() if not look.get("error"))
    some = bool(mute) or len(hosts) < len(group.hosts)
    parts = [
        f"is on none of the hosts that answered ({answered or 'none did'})"
        if some
        else f"is on none of the hosts {answered}"
    ]
    parts += [f"{host} could not be asked: {words}" for host, words in mute.items()]
    for host, look in hosts.items():
        parts += [
            f"{host} has a VM that cannot be listed and may be it: {vm.get('error')}" for vm in unlisted(item, look)
        ]
        parts += [
            f"{host} has a VM of this name with another id, {vm['id']}"
            for vm in look.get("vms") or ()
            if vm["id"] and not same(vm, item) and plain(vm["name"]) == plain(item["name"])
        ]
    return "; ".join(parts)


def why(error: str) -> str:
    """Why a host could not be asked, with what to do where that is known."""
    return f"{error} ({PROXY})" if through_a_proxy(error) else error
