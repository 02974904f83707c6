# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""From what was read of vaults to the hosts of an inventory: their names, groups and variables. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._inventory.facts import (
    HYPERV_HOST,
    NAME,
    PREFIX,
    VM,
    VMM_SERVER,
    Variables,
    address_of,
    of_host,
    of_vm,
)
from ansible_collections.asr.hyperv.plugins.module_utils._inventory.naming import Called, host_names
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import last_part, plain
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.inventory_shapes import ProviderEntry, Reading
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry

GROUPS = {VM: "protected_items", HYPERV_HOST: "hyperv_hosts", VMM_SERVER: "vmm_servers"}  # by kind of a host
HOST_NAME, ITEM_ID = f"{PREFIX}host_name", f"{PREFIX}item_id"  # what the roles read, whatever the prefix is


@dataclass(frozen=True)
class InventoryHost:
    """A host of the inventory. `variables` have no prefix, `fixed` are the same for every prefix."""

    name: str
    group: str
    variables: Variables
    fixed: Variables

    def all_variables(self, prefix: str) -> Variables:
        """The variables as they are set."""
        return {**{f"{prefix}{name}": value for name, value in self.variables.items()}, **self.fixed}


def kept_readings(kept: object, vaults: int) -> list[Reading] | None:
    """What a cache has kept of so many vaults; None for what no version like this one has put there."""
    if not isinstance(kept, list) or len(kept) != vaults or not all(has_all(one, Reading) for one in kept):
        return None
    parts = [(one[name], shape) for one in kept for name, shape in (("items", ItemEntry), ("providers", ProviderEntry))]
    whole = all(isinstance(rows, list) and all(has_all(row, shape) for row in rows) for rows, shape in parts)
    return kept if whole else None


def has_all(one: object, shape: type) -> bool:
    """Whether this has all that a shape has."""
    return isinstance(one, Mapping) and shape.__required_keys__ <= one.keys()  # type: ignore[attr-defined]


def hosts_of(readings: Sequence[Reading], address_from: str, groups: Collection[str] = ()) -> list[InventoryHost]:
    """All hosts: the Hyper-V hosts and VMM servers first, then the VMs, each vault in its order.

    `groups` are further ones of the inventory: no host is called like any of them.
    """
    known = (*GROUPS.values(), *groups)
    servers = [(provider, reading) for reading in readings for provider in registered(reading["providers"])]
    named = host_names([called_provider(*one) for one in servers], groups=known)
    found = [(item, reading) for reading in readings for item in reading["items"]]
    called = [Called(item["name"], apart(reading, item["site"], item["id"])) for item, reading in found]
    vms = zip(host_names(called, named, known), found, strict=True)
    return [
        *(server(name, *one) for name, one in zip(named, servers, strict=True)),
        *vms_of(vms, by_provider(servers, named), named, address_from),
    ]


def server(name: str, provider: ProviderEntry, reading: Reading) -> InventoryHost:
    """The host of a provider."""
    variables = of_host(provider, reading)
    return InventoryHost(name, GROUPS[str(variables["kind"])], variables, {HOST_NAME: provider["host"]})


def vms_of(
    called: Iterable[tuple[str, tuple[ItemEntry, Reading]]],
    hosts: dict[str, str],
    servers: list[str],
    address_from: str,
) -> Iterable[InventoryHost]:
    """The hosts of the VMs, by the names they got. A name that several have leads to none of them."""
    vms = list(called)
    owners = Counter(item["name"].lower() for _name, (item, _reading) in vms)
    for name, (item, reading) in vms:
        variables = of_vm(item, reading, hosts)
        shared = address_from == NAME and owners[item["name"].lower()] > 1
        address = "" if shared else address_of(variables, address_from, name, servers)
        reached = {"ansible_host": address} if address else {}
        yield InventoryHost(name, GROUPS[VM], variables, {ITEM_ID: item["id"], **reached})


def taken_by_another(host: InventoryHost, known: Mapping[str, object]) -> bool:
    """Whether the host of this name, of which this is known, is another VM or server. One that another source adds to is none."""
    told = [(name, plain(str(known[name]))) for name in (ITEM_ID, HOST_NAME) if known.get(name)]
    return any(plain(str(host.fixed.get(name, ""))) != other for name, other in told)


def apart(reading: Reading, site: str, arm_id: str) -> tuple[str, ...]:
    """What tells one of a name from another, the nearest first."""
    return (site, reading["vault_name"], last_part(arm_id), reading["resource_group"], reading["subscription_id"])


def called_provider(provider: ProviderEntry, reading: Reading) -> Called:
    return Called(provider["host"], apart(reading, provider["site"], provider["id"]))


def registered(providers: Sequence[ProviderEntry]) -> list[ProviderEntry]:
    """One for each server of a site: of two registrations of one name the one that the vault hears from, or heard from last."""
    best: dict[tuple[str, str], ProviderEntry] = {}
    for one in providers:
        if key_of(one) not in best or rank(one) < rank(best[key_of(one)]):
            best[key_of(one)] = one
    return list(best.values())


def rank(provider: ProviderEntry) -> tuple[bool, float]:
    """Less is better."""
    heard = provider["heartbeat_age_seconds"]
    return not provider["connected"], float("inf") if heard is None else heard


def by_provider(servers: Sequence[tuple[ProviderEntry, Reading]], names: Sequence[str]) -> dict[str, str]:
    """The inventory's hosts by the plain ids of all of their registrations, those that were left out too."""
    found: dict[str, str] = {}
    for (server, reading), name in zip(servers, names, strict=True):
        found |= {plain(one["id"]): name for one in reading["providers"] if same_server(one, server)}
    return found


def same_server(one: ProviderEntry, other: ProviderEntry) -> bool:
    """Whether two registrations of one vault are of one server."""
    return key_of(one) == key_of(other)


def key_of(provider: ProviderEntry) -> tuple[str, str]:
    return provider["host"].lower(), provider["site"].lower()
