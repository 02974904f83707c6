# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Azure VMs that failovers made, as small frozen records. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import last_part, number, read, rows, text, when

TEST_ENDING = "-test"  # so the job of a test failover calls its VM (docs/service.md 4.1, testVmName)
POWER, PROVISIONING = "PowerState/", "ProvisioningState/"


def place_of(item: ProtectedItem, ending: str = "") -> str:
    """The ARM id of the Azure VM of an item, where the vault says that it is; empty when the vault does not say."""
    group, name = item.azure_resource_group_id.rstrip("/"), item.azure_vm_name
    return f"{group}/providers/Microsoft.Compute/virtualMachines/{name}{ending}" if group and name else ""


@dataclass(frozen=True)
class AzureDisk:
    """A disk of an Azure VM: a managed one by its ARM id, another one by the address of its blob."""

    name: str
    size_gb: int | None
    managed: bool
    where: str
    system: bool = False
    created: datetime | None = None
    touched: datetime | None = None

    def with_facts(self, body: object) -> AzureDisk:
        """The same with what the disk itself says: a VM that is off does not tell the sizes of its disks.

        `touched`: when it was last attached, detached, or its VM started or stopped.
        """
        disk = read(body, "properties")
        return replace(
            self,
            size_gb=number(read(disk, "diskSizeGB")) or self.size_gb,
            created=when(read(disk, "timeCreated")),
            touched=when(read(disk, "lastOwnershipUpdateTime")),
        )


@dataclass(frozen=True)
class AzureVm:
    """An Azure VM with what its instance view says of its power."""

    id: str
    name: str
    location: str
    size: str
    power_state: str
    provisioning_state: str
    power_state_since: datetime | None = None
    network_interfaces: tuple[str, ...] = ()
    disks: tuple[AzureDisk, ...] = ()
    vm_id: str = ""
    created: datetime | None = None
    tags: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()

    @classmethod
    def from_service(cls, body: object) -> AzureVm:
        """Make the record from the JSON of one VM with its instance view."""
        vm = read(body, "properties")
        statuses = rows(read(vm, "instanceView"), "statuses")
        codes = [text(one, "code") for one in statuses]
        stored = read(vm, "storageProfile")
        system = read(stored, "osDisk")
        return cls(
            id=text(body, "id"),
            name=text(body, "name"),
            location=text(body, "location"),
            size=text(vm, "hardwareProfile", "vmSize"),
            power_state=after(POWER, codes),
            provisioning_state=text(vm, "provisioningState") or after(PROVISIONING, codes),
            power_state_since=since(statuses),
            network_interfaces=tuple(
                filter(None, (text(nic, "id") for nic in rows(vm, "networkProfile", "networkInterfaces")))
            ),
            disks=tuple(disk_of(disk, disk is system) for disk in [system, *rows(stored, "dataDisks")] if disk),
            vm_id=text(vm, "vmId"),
            created=when(read(vm, "timeCreated")),
            tags=names_in(read(body, "tags")),
            extensions=tuple(last_part(text(one, "id") or text(one, "name")) for one in rows(body, "resources")),
        )


def names_in(tags: object) -> tuple[str, ...]:
    """The names of tags."""
    return tuple(map(visible, tags)) if isinstance(tags, Mapping) else ()


def disk_of(body: object, system: bool) -> AzureDisk:
    """One disk of a storage profile."""
    managed = text(body, "managedDisk", "id")
    return AzureDisk(
        name=text(body, "name"),
        size_gb=number(read(body, "diskSizeGB")),
        managed=bool(managed),
        where=managed or text(body, "vhd", "uri"),
        system=system,
    )


def since(statuses: list[object]) -> datetime | None:
    """When the VM got into its power state, UTC; None where Azure does not tell.

    Azure seldom times the power itself. The time of the provisioning is that of the last operation: the VM has been in its
    state since then at the latest, and longer if that operation did not touch its power.
    """
    times = [
        when(read(one, "time"))
        for start in (POWER, PROVISIONING)
        for one in statuses
        if text(one, "code").lower().startswith(start.lower())
    ]
    return next(filter(None, times), None)


def addresses(interface: object) -> tuple[list[str], list[str]]:
    """Of one network interface: its private addresses, and the ARM ids of its public ones."""
    configured = [read(one, "properties") for one in rows(interface, "properties", "ipConfigurations")]
    private = [text(one, "privateIPAddress") for one in configured]
    public = [text(one, "publicIPAddress", "id") for one in configured]
    return [one for one in private if one], [one for one in public if one]


def static_addresses(interface: object) -> list[str]:
    """Of one network interface: the private addresses that somebody gave it, and that are not just what Azure had left."""
    configured = [read(one, "properties") for one in rows(interface, "properties", "ipConfigurations")]
    fixed = [one for one in configured if text(one, "privateIPAllocationMethod").lower() == "static"]
    return [address for one in fixed if (address := text(one, "privateIPAddress"))]


def after(start: str, codes: list[str]) -> str:
    """What follows `start` in the first code that begins with it: `running` in `PowerState/running`."""
    return next((code[len(start) :] for code in codes if code.lower().startswith(start.lower())), "")
