# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The shapes of looks at Hyper-V hosts and at Azure, and of what follows from them. Pure."""

from __future__ import annotations

from typing import TypedDict

from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import HostVm, HypervHost
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import (
    AnswerEntry,
    ItemOptions,
    Json,
    Known,
    Named,
)


class Look(TypedDict, total=False):
    """One look at a host: its VMs, or why they could not be read. `host` is what the inventory calls it."""

    host: str
    machine: str | None
    cluster: str | None
    vms: list[HostVm] | None
    error: str | None
    switch_map: Json | None


class Sighting(Named, total=False):
    """The same by the names that inventory and vault have for the host; `hyperv_host` where the host was read as well."""

    inventory: str
    switch_map: Json | None
    machine: str | None
    cluster: str | None
    hyperv_host: HypervHost | None
    vms: list[HostVm] | None
    error: str | None
    reached: bool


class MuteCluster(TypedDict):
    """A name in the inventory that is a cluster's, and why its nodes are not known."""

    inventory: str
    error: str


class NodeEntry(TypedDict):
    """A node of a cluster: what the inventory calls both, and how the node is in the words of the cluster."""

    cluster: str
    host: str
    state: str


class Came(TypedDict, total=False):
    """What was asked for of a failback, and the ARM ids of the items whose VM it was to make on a node."""

    alternate_host: str
    item_options: list[ItemOptions]
    made: list[str]


class RolelessVm(TypedDict):
    """A VM on a node of a cluster that is no role of it; the host is in the words of the inventory and of the vault."""

    name: str
    item_id: str
    vm_id: str
    inventory: str
    name_of_host: str
    cluster: str


class OldCopy(TypedDict):
    """A VM that a failback to another host left on the old one, and why it may not be removed; that is empty where it may."""

    name: str
    vm_id: str
    inventory: str
    name_of_host: str
    state: str
    disks: list[str]
    why: str


class Seen(TypedDict):
    """What was seen of a VM on its host."""

    host: str
    state: str
    heartbeat: str
    ip_addresses: list[str]
    address: str
    uptime_seconds: int
    vm: HostVm


class Validation(Known, Seen):
    """Whether a VM is at home as it was in Azure."""

    vm_id: str
    differences: list[str]
    problems: list[str]
    waiting: bool
    ask: list[str]
    passed: bool


class WantedOfVm(TypedDict, total=False):
    """What is wanted of one VM; see WANTED of `_roles/validation.py`."""

    address: str
    addresses: list[str]
    guest_services: bool
    http: list[Json]
    before: HostVm | None  # how it was, by a baseline; None where that has it not
    isolated: str  # the switch that it may be plugged into meanwhile; given for all
    tcp_ports: list[int]
    vlan: int
    wait_for_connection: bool


class HostName(Named):
    """A host that may be asked: what inventory and vault call it."""

    host: str


class ProviderEntry(TypedDict):
    """A host of the vault, as provider_info answers it."""

    id: str
    host: str


class DutyEntry(TypedDict):
    """What the caller may do, as readiness_info tells it: a duty, the actions of it that are missing, whether it is needed."""

    duty: str
    allowed: bool
    missing: list[str]
    needed: str


class AzureDiskEntry(TypedDict):
    """A disk of an Azure VM; `where` is the ARM id of a managed one, else the address of its blob."""

    name: str
    size_gb: int | None
    managed: bool
    where: str


class AzureVmEntry(TypedDict, total=False):
    """The Azure VM of an item, as azure_vm_info answers it."""

    protected_item: str
    name: str
    resource_group: str
    exists: bool | None
    id: str
    location: str
    size: str
    power_state: str
    power_state_since: str | None
    provisioning_state: str
    private_ips: list[str]
    public_ips: list[str]
    network_interfaces: list[str]
    recorded_disks: list[str]
    disks: list[AzureDiskEntry]


class DiskThere(TypedDict):
    """Whether a disk is in Azure; None where that may not be read."""

    id: str
    exists: bool | None


class AzureAnswer(TypedDict, total=False):
    """The answer of azure_vm_info, or `msg` why there is none."""

    azure_vms: list[AzureVmEntry]
    disks: list[DiskThere]
    msg: str


class MovedAnswer(TypedDict, total=False):
    """The answer of a module that moves items, or `msg` why there is none."""

    protected_items: list[AnswerEntry]
    msg: str


class Drilled(Known):
    """The verdict on one VM of a drill. Seconds are None where the step did not run or end."""

    group: int | None
    wave: int
    passed: bool
    problems: list[str]
    test_vm: str
    power_state: str
    private_ips: list[str]
    start_seconds: float | None
    cleaned_up: bool
    cleanup_seconds: float | None
    jobs: list[str]
