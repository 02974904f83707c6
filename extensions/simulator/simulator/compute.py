# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Subscription, resource groups, and the Azure VMs and disks that failovers made."""

from __future__ import annotations

from typing import Any

from . import ids, network, show_vault
from .call import Answer, Request
from .clock import iso
from .errors import resource_not_found
from .estate import AzureVm, Item


def subscription_body(request: Request) -> dict[str, Any]:
    """The one subscription."""
    guid, tenant = request.world.estate.subscription, request.world.tokens.tenant
    return {
        "id": f"/subscriptions/{guid}",
        "subscriptionId": guid,
        "tenantId": tenant,
        "state": "Enabled",
        "displayName": "simulated subscription",
        "authorizationSource": "RoleBased",
        "subscriptionPolicies": {"spendingLimit": "Off"},
    }


def subscriptions(request: Request) -> Answer:
    """The list of subscriptions."""
    return 200, {}, {"value": [subscription_body(request)]}


def subscription(request: Request) -> Answer:
    """One subscription."""
    return 200, {}, subscription_body(request)


def group_body(request: Request, name: str) -> dict[str, Any]:
    """A resource group."""
    estate = request.world.estate
    return {
        "id": f"/subscriptions/{estate.subscription}/resourceGroups/{name}",
        "name": name,
        "tags": {},
        "type": "Microsoft.Resources/resourceGroups",
        "location": estate.location,
        "properties": {"provisioningState": "Succeeded"},
    }


def group_names(request: Request) -> list[str]:
    """Groups of the vault and of the failovers."""
    estate = request.world.estate
    return sorted({estate.resource_group, estate.recovery_resource_group})


def groups(request: Request) -> Answer:
    """The list of resource groups."""
    return 200, {}, {"value": [group_body(request, name) for name in group_names(request)]}


def group(request: Request) -> Answer:
    """One resource group."""
    name = next(one for one in group_names(request) if one.lower() == request.names["group"].lower())
    return 200, {}, group_body(request, name)


def vaults_of_group(request: Request) -> Answer:
    """Vaults of one group."""
    here = request.names["group"].lower() == request.world.estate.resource_group.lower()
    return 200, {}, {"value": [show_vault.vault(request.world)] if here else []}


def azure_vms(request: Request) -> list[tuple[Item, AzureVm]]:
    """All VMs that exist in Azure now; a group's list shows the group of the failovers only."""
    wanted = request.names.get("group")
    if wanted and wanted.lower() != request.world.estate.recovery_resource_group.lower():
        return []
    return [(item, vm) for item in request.world.estate.items for vm in (item.azure, item.test_azure) if vm]


def vms(request: Request) -> Answer:
    """The list of Azure VMs."""
    return 200, {}, {"value": [vm_body(request, *found) for found in azure_vms(request)]}


def find_vm(request: Request) -> tuple[Item, AzureVm]:
    """The Azure VM of the path and the item it belongs to."""
    for item, one in azure_vms(request):
        if one.name.lower() == request.names["vm"].lower():
            request.facts["item"] = item.key
            return item, one
    raise resource_not_found("Microsoft.Compute/virtualMachines", request.names["vm"], request.names["group"])


def vm(request: Request) -> Answer:
    """One Azure VM, with its instance view if asked."""
    item, found = find_vm(request)
    body = vm_body(request, item, found)
    if "instanceview" in request.query.get("$expand", "").lower():
        body["properties"]["instanceView"] = instance(found)
    return 200, {}, body


def instance_view(request: Request) -> Answer:
    """Power state of an Azure VM."""
    return 200, {}, instance(find_vm(request)[1])


def instance(found: AzureVm) -> dict[str, Any]:
    """An instance view: provisioning and power state."""
    power = ("running", "VM running") if found.running else ("deallocated", "VM deallocated")
    return {
        "statuses": [
            {
                "code": "ProvisioningState/succeeded",
                "level": "Info",
                "displayStatus": "Provisioning succeeded",
                "time": iso(found.changed),
            },
            {"code": f"PowerState/{power[0]}", "level": "Info", "displayStatus": power[1]},
        ]
    }


def disk_names(item: Item, found: AzureVm) -> list[str]:
    """Names of the disks of an Azure VM."""
    return [f"{found.name}-{part.id[:8]}" for part in item.vm.disks]


def storage_profile(request: Request, item: Item, found: AzureVm) -> dict[str, Any]:
    """Managed disks by id, others by the address of their blob."""
    estate = request.world.estate
    parts = []
    for place, (part, name) in enumerate(zip(item.vm.disks, disk_names(item, found), strict=True)):
        body: dict[str, Any] = {"name": name, "createOption": "Attach", "caching": "None", "diskSizeGB": int(part.gb)}
        if item.managed_disks:
            body["managedDisk"] = {"id": ids.compute(estate, "disks", name), "storageAccountType": "Standard_LRS"}
        else:
            body["vhd"] = {"uri": f"https://{estate.storage_account}.blob.core.windows.net/vhds/{name}.vhd"}
        parts.append({**body, "lun": place - 1} if place else {**body, "osType": item.vm.os})
    return {"osDisk": parts[0], "dataDisks": parts[1:]}


def vm_body(request: Request, item: Item, found: AzureVm) -> dict[str, Any]:
    """An Azure VM as Azure shows it."""
    estate = request.world.estate
    nic = {"id": network.interface_id(estate, found), "properties": {"primary": True}}
    return {
        "id": ids.compute(estate, "virtualMachines", found.name),
        "name": found.name,
        "type": "Microsoft.Compute/virtualMachines",
        "location": estate.location,
        "tags": {},
        "properties": {
            "vmId": found.id,
            "hardwareProfile": {"vmSize": "Standard_D2s_v3"},
            "storageProfile": storage_profile(request, item, found),
            "networkProfile": {"networkInterfaces": [nic]},
            "provisioningState": "Succeeded",
        },
    }


def managed(request: Request) -> list[dict[str, Any]]:
    """All managed disks there are."""
    return [
        disk_body(request, found, name, part.gb)
        for item, found in azure_vms(request)
        if item.managed_disks
        for part, name in zip(item.vm.disks, disk_names(item, found), strict=True)
    ]


def disk_body(request: Request, found: AzureVm, name: str, gb: float) -> dict[str, Any]:
    """A managed disk; size in GB."""
    estate = request.world.estate
    return {
        "id": ids.compute(estate, "disks", name),
        "name": name,
        "type": "Microsoft.Compute/disks",
        "location": estate.location,
        "managedBy": ids.compute(estate, "virtualMachines", found.name),
        "sku": {"name": "Standard_LRS", "tier": "Standard"},
        "properties": {
            "diskSizeGB": int(gb),
            "diskState": "Attached" if found.running else "Reserved",
            "provisioningState": "Succeeded",
            "creationData": {"createOption": "Empty"},
        },
    }


def disks(request: Request) -> Answer:
    """The list of managed disks."""
    return 200, {}, {"value": managed(request)}


def disk(request: Request) -> Answer:
    """One managed disk."""
    for found in managed(request):
        if found["name"].lower() == request.names["disk"].lower():
            return 200, {}, found
    raise resource_not_found("Microsoft.Compute/disks", request.names["disk"], request.names["group"])
