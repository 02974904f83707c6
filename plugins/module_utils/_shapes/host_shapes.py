# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The shapes of what a Hyper-V host tells, as host_info and vm_info answer it and playbooks hand it on. Pure.

RETURN of those modules tells what is in each. A host that is old, or whose Hyper-V does not run, leaves things out.
"""

from __future__ import annotations

from typing import TypedDict

from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json, Named


class Hyperv(TypedDict, total=False):
    """Hyper-V itself. `disk_path` is where it keeps new disks."""

    installed: bool
    cluster: str | None
    disk_path: str | None
    vm_path: str | None
    vm_versions: list[str] | None
    guardians: list[str] | None


class System(TypedDict, total=False):
    """The operating system. `core`: without a desktop. `domain` is empty without one."""

    name: str
    build: int
    core: bool
    domain: str


class Hardware(TypedDict, total=False):
    """Logical processors, and the memory that nobody uses."""

    processors: int
    memory_bytes: int
    memory_free_bytes: int


class Node(TypedDict, total=False):
    """A node of a failover cluster."""

    name: str
    state: str


class ClusterVm(TypedDict, total=False):
    """A VM that is a role of a cluster, and the node that has it."""

    id: str
    name: str
    owner_node: str
    possible_owners: list[str]


class Cluster(TypedDict, total=False):
    """A failover cluster, as one of its nodes tells."""

    name: str
    nodes: list[Node]
    vms: list[ClusterVm]
    error: str


class Service(TypedDict, total=False):
    """A Windows service."""

    state: str


class Volume(TypedDict, total=False):
    """A volume. `id` is its GUID path."""

    id: str | None
    path: str | None
    free_bytes: int | None
    shared: bool


class Registration(TypedDict, total=False):
    """How the host is registered in a vault."""

    dra_id: str | None


class HypervHost(TypedDict, total=False):
    """What host_info tells. `machine_id` is the id of its firmware."""

    name: str
    machine_id: str | None
    azure_local: bool
    os: System
    hardware: Hardware
    cluster: Cluster | None
    time_utc: str
    hyperv: Hyperv
    services: dict[str, Service]
    virtual_switches: list[Named]
    volumes: list[Volume]
    provider: Registration | None


class HostDisk(TypedDict, total=False):
    """A disk of a VM on a host."""

    path: str | None
    size_bytes: int | None
    file_size_bytes: int | None


class Adapter(TypedDict, total=False):
    """A network adapter of a VM on a host."""

    name: str
    mac_address: str
    static_mac_address: bool
    connected: bool
    virtual_switch: str | None
    vlan: int | None
    maximum_bandwidth: int


class Replication(TypedDict, total=False):
    """What Hyper-V says of a VM's replication. `number` is the state behind its word, which for some has none."""

    mode: str | None
    state: str | None
    health: str | None
    number: int | None


class HostVm(TypedDict, total=False):
    """A VM as vm_info tells of it. One that cannot be listed has no id, and an `error`."""

    id: str
    name: str
    state: str
    clustered: bool
    version: str | None
    heartbeat: str
    ip_addresses: list[str | None]
    uptime_seconds: int | None
    cpu_count: int
    memory_bytes: int
    checkpoints: list[str]
    other_checkpoints: list[Json]
    disks: list[HostDisk]
    network_adapters: list[Adapter]
    replication: Replication | None
    configuration: Json
    error: str | None


class HostFacts(Named, total=False):
    """A host of the option `hosts` of readiness_info: what was gathered, or why that was not to be had."""

    hyperv_host: HypervHost | None
    vms: list[HostVm] | None
    error: str | None
    reached: bool
    switch_map: Json | None
