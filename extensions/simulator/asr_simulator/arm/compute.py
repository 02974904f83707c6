# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Azure VMs and disks that failovers made, and those of others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from ..clock.clock import iso
from ..estate.azure import AzureDisk, AzureVm, Nic, PublicIp
from ..estate.estate import Estate
from ..estate.guids import stable_guid
from ..estate.items import Item
from ..show import ids
from ..show.versions import OWNERSHIP_TOLD
from ..wire.errors import resource_not_found
from .call import Answer, Request

POWER = {"running": "VM running", "stopped": "VM stopped", "deallocated": "VM deallocated"}
STATES = {"running": "Attached", "stopped": "Attached", "deallocated": "Reserved"}  # diskState of an attached disk
Part = TypeVar("Part", AzureDisk, Nic, PublicIp)
Owner = TypeVar("Owner")


def all_vms(estate: Estate) -> Iterator[tuple[Item | None, AzureVm]]:
    """All VMs that exist in Azure now, with their items; VMs of others have none."""
    for item in estate.items:
        for vm in (item.azure, item.test_azure):
            if vm:
                yield item, vm
    for vm in estate.remains.vms:
        yield None, vm


def places(estate: Estate) -> list[str]:
    """Names of the resource groups that VMs and what is left of them are in."""
    left = estate.remains
    found: list[AzureVm | AzureDisk | Nic | PublicIp] = [vm for _item, vm in all_vms(estate)]
    return [one.group for one in (*found, *left.disks, *left.nics, *left.public_ips)]


def in_group(request: Request, place: str) -> bool:
    """Whether a resource is in the group of the path; a path without one is about all groups."""
    wanted = request.names.get("group")
    return not wanted or wanted.lower() == place.lower()


def find_part(request: Request, parts: Iterable[tuple[Part, Owner]], name: str, kind: str) -> tuple[Part, Owner]:
    """What the path calls by `name`, and what it belongs to. Raises ResourceNotFound, which tells the `kind`."""
    wanted = request.names[name]
    for part, owner in parts:
        if part.name.lower() == wanted.lower() and in_group(request, part.group):
            return part, owner
    raise resource_not_found(kind, wanted, request.names["group"])


def vms(request: Request) -> Answer:
    """The list of Azure VMs."""
    found = [vm for _item, vm in all_vms(request.world.estate) if in_group(request, vm.group)]
    return 200, {}, {"value": [vm_body(request.world.estate, vm) for vm in found]}


def find_vm(request: Request) -> tuple[Item | None, AzureVm]:
    """The Azure VM of the path and the item it belongs to."""
    for item, one in all_vms(request.world.estate):
        if one.name.lower() == request.names["vm"].lower() and in_group(request, one.group):
            request.facts["item"] = item.key if item else ""
            return item, one
    raise resource_not_found("Microsoft.Compute/virtualMachines", request.names["vm"], request.names["group"])


def vm(request: Request) -> Answer:
    """One Azure VM, with its instance view if asked."""
    found = find_vm(request)[1]
    body = vm_body(request.world.estate, found)
    if "instanceview" in request.query.get("$expand", "").lower():
        body["properties"]["instanceView"] = instance(found)
    return 200, {}, body


def instance_view(request: Request) -> Answer:
    """Power state of an Azure VM."""
    return 200, {}, instance(find_vm(request)[1])


def instance(found: AzureVm) -> dict[str, Any]:
    """An instance view: provisioning and power state."""
    return {
        "statuses": [
            {
                "code": "ProvisioningState/succeeded",
                "level": "Info",
                "displayStatus": "Provisioning succeeded",
                "time": iso(found.changed),
            },
            {"code": f"PowerState/{found.power}", "level": "Info", "displayStatus": POWER[found.power]},
        ]
    }


def storage_profile(estate: Estate, found: AzureVm) -> dict[str, Any]:
    """Managed disks by id, others by the address of their blob."""
    system, data = None, []
    for disk in found.disks:
        body: dict[str, Any] = {
            "name": disk.name,
            "createOption": "Attach",
            "caching": "None",
            "diskSizeGB": int(disk.gb),
        }
        if disk.managed:
            body["managedDisk"] = {"id": ids.azure_disk(estate, disk), "storageAccountType": disk.kind}
        else:
            body["vhd"] = {"uri": ids.blob(estate, disk)}
        if disk.lun is None:
            system = {**body, "osType": found.os}
        else:
            data.append({**body, "lun": disk.lun})
    return {"osDisk": system, "dataDisks": data}


def vm_body(estate: Estate, found: AzureVm) -> dict[str, Any]:
    """An Azure VM as Azure shows it."""
    nics = [{"id": ids.nic(estate, nic), "properties": {"primary": not place}} for place, nic in enumerate(found.nics)]
    whole = ids.azure_vm(estate, found)
    extensions = [{"id": f"{whole}/extensions/{name}", "name": name} for name in found.extensions]
    return {
        "id": whole,
        "name": found.name,
        "type": "Microsoft.Compute/virtualMachines",
        "location": estate.location,
        "tags": dict(found.tags),
        **({"resources": extensions} if extensions else {}),
        "properties": {
            "vmId": found.id,
            "hardwareProfile": {"vmSize": found.size},
            "storageProfile": storage_profile(estate, found),
            "networkProfile": {"networkInterfaces": nics},
            "provisioningState": "Succeeded",
            "timeCreated": iso(found.made),
        },
    }


def all_disks(estate: Estate) -> Iterator[tuple[AzureDisk, AzureVm | None]]:
    """All managed disks there are, with the VM they are attached to."""
    for _item, found in all_vms(estate):
        for disk in found.disks:
            if disk.managed:
                yield disk, found
    for disk in estate.remains.disks:
        yield disk, None


def disk_body(estate: Estate, disk: AzureDisk, found: AzureVm | None, api: str) -> dict[str, Any]:
    """A managed disk; size in GB; newer versions tell when it was last attached, or its VM started or stopped."""
    owned = {"LastOwnershipUpdateTime": iso(disk.touched)} if api in OWNERSHIP_TOLD else {}
    return {
        "id": ids.azure_disk(estate, disk),
        "name": disk.name,
        "type": "Microsoft.Compute/disks",
        "location": estate.location,
        "tags": {},
        **({"managedBy": ids.azure_vm(estate, found)} if found else {}),
        "sku": {"name": disk.kind, "tier": disk.kind.partition("_")[0]},
        "properties": {
            "diskSizeGB": int(disk.gb),
            "diskState": STATES[found.power] if found else "Unattached",
            "provisioningState": "Succeeded",
            "creationData": {"createOption": "Empty"},
            "timeCreated": iso(disk.made),
            "uniqueId": stable_guid(0, "azure disk", estate.subscription, disk.name, str(disk.made)),
            "diskSizeBytes": int(disk.gb) * 1024**3,
            **owned,
        },
    }


def disks(request: Request) -> Answer:
    """The list of managed disks."""
    estate = request.world.estate
    found = [disk_body(estate, *one, request.api) for one in all_disks(estate) if in_group(request, one[0].group)]
    return 200, {}, {"value": found}


def find_disk(request: Request) -> tuple[AzureDisk, AzureVm | None]:
    """The managed disk of the path."""
    return find_part(request, all_disks(request.world.estate), "disk", "Microsoft.Compute/disks")


def disk(request: Request) -> Answer:
    """One managed disk."""
    return 200, {}, disk_body(request.world.estate, *find_disk(request), request.api)
