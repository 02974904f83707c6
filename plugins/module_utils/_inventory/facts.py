# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The variables of the inventory's hosts: what was read, by the names that users write. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Literal

from ansible_collections.asr.hyperv.plugins.module_utils._service.names import host_objection
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain, texts
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.inventory_shapes import ProviderEntry, Reading
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry, Json

PREFIX = "asr_"
RENAMED_OF_VMS = {"name": "vm_name", "id": "item_id"}
LEFT_OUT_OF_VMS = ("group",)  # of the one plan that a module was asked for
RENAMED_OF_HOSTS = {"host": "host_name", "id": "provider_id"}
VM, HYPERV_HOST, VMM_SERVER = "vm", "hyperv_host", "vmm_server"
ON_PREMISES, AZURE, NAME = "on_premises", "azure", "name"
Variables = dict[str, object]
OF_VAULT: tuple[Literal["subscription_id", "resource_group", "vault_name", "read_at"], ...] = (
    "subscription_id",
    "resource_group",
    "vault_name",
    "read_at",
)
VM_NAMES = frozenset(
    {RENAMED_OF_VMS.get(key, key) for key in ItemEntry.__annotations__ if key not in LEFT_OUT_OF_VMS}
    | {*OF_VAULT, "kind", "host", "plans", "azure_vm"}
)
HOST_NAMES = frozenset({RENAMED_OF_HOSTS.get(key, key) for key in ProviderEntry.__annotations__} | {*OF_VAULT, "kind"})
ALL_NAMES = frozenset(
    f"{PREFIX}{name}" for name in VM_NAMES | HOST_NAMES
)  # as they are, unless a user wants another prefix


def of_reading(reading: Reading) -> Variables:
    """What all hosts of one vault share."""
    return {name: reading[name] for name in OF_VAULT}


def of_vm(item: ItemEntry, reading: Reading, hosts: Mapping[str, str]) -> Variables:
    """The variables of a protected item. `hosts`: the inventory's hosts by plain id of their provider."""
    found = {RENAMED_OF_VMS.get(key, key): value for key, value in item.items() if key not in LEFT_OUT_OF_VMS}
    azure = reading["azure_vms"]
    return {
        **found,
        **of_reading(reading),
        "kind": VM,
        "host": hosts.get(plain(item["provider_id"]), ""),
        "plans": reading["plans"].get(plain(item["id"]), []),
        "azure_vm": azure.get(item["id"]) if azure is not None else None,
    }


def of_host(provider: ProviderEntry, reading: Reading) -> Variables:
    """The variables of a Hyper-V host or VMM server."""
    found = {RENAMED_OF_HOSTS.get(key, key): value for key, value in provider.items()}
    return {**found, **of_reading(reading), "kind": VMM_SERVER if is_vmm(provider) else HYPERV_HOST}


def is_vmm(provider: ProviderEntry) -> bool:
    """Whether a provider is that of a VMM server, which runs no VMs itself."""
    return provider["site_type"].lower() == "vmm"


def address_of(variables: Variables, source: str, name: str, taken: list[str]) -> str:
    """Where Ansible reaches a VM, by `address_from`; empty where nothing is known but the name of the host.

    `name`: of the inventory's host; `taken`: the Hyper-V hosts. A VM whose name cannot be used is reached by no name: what it
    is called may be the control node, or one of these hosts.
    """
    if source == ON_PREMISES:
        return first_address([one for nic in nics(variables) for one in texts(nic, "static_ips")])
    if source == AZURE:
        azure = variables["azure_vm"]
        return first_address([*texts(azure, "private_ips"), *texts(azure, "public_ips")])
    own = str(variables["vm_name"])
    return own if own != name and not host_objection(own, taken) else ""


def nics(variables: Variables) -> list[Json]:
    """The adapters of a VM."""
    found = variables["nics"]
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def first_address(told: list[str]) -> str:
    """The first that is an address of another machine; empty without one."""
    return next((one for one in told if is_of_a_machine(one)), "")


def is_of_a_machine(told: str) -> bool:
    """Whether this is an IP address that may be a machine's own, and never the control node or many at once."""
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified or address.is_multicast or address.is_reserved)
