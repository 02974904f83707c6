# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Disks and network adapters of a protected item (docs/service.md 1.5)."""

from __future__ import annotations

import base64
from typing import Any

from ..estate.guids import stable_guid
from ..estate.items import Item
from ..estate.parts import Adapter, Disk
from ..estate.replicas import disk_name
from ..estate.states import AZURE_DISKS_KEPT
from ..world.world import World
from . import ids
from .versions import Api


def disk_id(one: Item, place: int) -> str:
    """Id of a disk, from the ids of VM and controller."""
    return f"{one.vm.id}_{stable_guid(0, 'controller', one.vm.id)}_0_{place}".upper()


def disk(world: World, one: Item, place: int, part: Disk) -> dict[str, Any]:
    """The target location is known while the Azure VM's disks exist, and null after the failback's commit."""
    where, name = target(world, one, part) if one.state in AZURE_DISKS_KEPT else (None, None)
    return {
        "vhdType": "OperatingSystem" if part.operating_system else "Data",
        "vhdId": part.id,
        "diskId": disk_id(one, place),
        "vhdName": part.name,
        "maxSizeMB": str(int(part.gb * 1024)),
        "targetDiskLocation": where,
        "targetDiskName": name,
        "lunId": str(place),
        "diskEncryptionSetId": None,
        "customTargetDiskName": None,
    }


def target(world: World, one: Item, part: Disk) -> tuple[str | None, str]:
    """Where a disk is in Azure and what it is called there. The vault doesn't notice what people do to it: assumed.

    Blobs were recorded; what is shown of a managed disk is the scenario's choice.
    """
    estate, name = world.estate, disk_name(part)
    blob = f"https://{estate.storage_account}.blob.core.windows.net/vhds/{name}.vhd"
    if not one.managed_disks:
        return blob, part.name
    shown = {"none": None, "blob": blob, "arm_id": ids.compute(estate, "disks", name)}
    return shown[estate.service["managed_disk_location"]], name


def managed_disks(one: Item) -> list[dict[str, Any]]:
    """Filled only when the VM replicates to managed disks."""
    if not one.managed_disks:
        return []
    return [
        {
            "diskId": disk_id(one, place),
            "seedManagedDiskId": None,
            "replicaDiskType": "Standard_LRS",
            "diskEncryptionSetId": None,
            "targetDiskAccountType": "Standard_LRS",
            "sectorSizeInBytes": None,
        }
        for place, _part in enumerate(one.vm.disks)
    ]


def nic_id(one: Item, adapter: Adapter) -> str:
    r"""Base64 of `Microsoft:<VM id>\\<adapter id>` (docs/service.md 1.5); on VMM the adapter's id as it is (recorded)."""
    if one.site.vmm_provider:
        return adapter.id
    return base64.b64encode(
        f"Microsoft:{one.vm.id}\\{adapter.id}".upper().replace("MICROSOFT", "Microsoft").encode()
    ).decode()


def network_facts(one: Item, adapter: Adapter) -> tuple[str | None, str]:
    """Subnet and kind of address: VMM tells no subnet, and its addresses are dynamic (recorded)."""
    return (None, "Dynamic") if one.site.vmm_provider else (adapter.switch, "Static")


NICS = (  # fields of an adapter in the order of recorded ones: flat in 2016, with ipConfigs later
    *("nicId", "replicaNicId", "sourceNicArmId", "vMSubnetName", "vMNetworkName", "recoveryVMNetworkId"),
    *("recoveryVMSubnetName", "ipAddressType", "primaryNicStaticIPAddress", "replicaNicStaticIPAddress"),
    *("ipConfigs", "selectionType", "recoveryNetworkSecurityGroupId", "enableAcceleratedNetworkingOnRecovery"),
    *("tfoVMNetworkId", "tfoNetworkSecurityGroupId", "enableAcceleratedNetworkingOnTfo", "recoveryNicName"),
    *("recoveryNicResourceGroupName", "reuseExistingNic", "tfoRecoveryNicName", "tfoRecoveryNicResourceGroupName"),
    *("tfoReuseExistingNic", "targetNicName"),
)
FLAT = (
    "vMSubnetName",
    "recoveryVMSubnetName",
    "ipAddressType",
    "primaryNicStaticIPAddress",
    "replicaNicStaticIPAddress",
)
OF_ALL = ("nicId", "replicaNicId", "sourceNicArmId", "vMNetworkName", "recoveryVMNetworkId", "selectionType")


def nic(world: World, one: Item, place: int, api: Api) -> dict[str, Any]:
    """One network adapter; 2016 had flat address fields, later versions have ipConfigs."""
    adapter = one.vm.adapters[place]
    subnet, kind = network_facts(one, adapter)
    asked = one.nic_settings.get(adapter.id, {})
    known = {
        "nicId": nic_id(one, adapter),
        "vMNetworkName": adapter.switch,
        "recoveryVMNetworkId": ids.network(world.estate),
        "selectionType": asked.get("selectionType", "SelectedByUser"),
        "vMSubnetName": subnet,
        "recoveryVMSubnetName": asked.get("recoveryVMSubnetName", "default"),
        "ipAddressType": kind,
        "replicaNicStaticIPAddress": asked.get("replicaNicStaticIPAddress", ""),
        "ipConfigs": [ip_config(subnet, kind, asked)],
        "reuseExistingNic": asked.get("reuseExistingNic", False),
        "tfoReuseExistingNic": asked.get("tfoReuseExistingNic", False),
        "targetNicName": asked.get("targetNicName") or f"nic-{one.azure_name}-{place:02d}",
    }
    shown = [name for name in NICS if (name not in FLAT if api.new_shapes else name in (*FLAT, *OF_ALL))]
    return {name: known.get(name, asked.get(name) if name not in OF_ALL else None) for name in shown}


def ip_config(subnet: str | None, kind: str, asked: dict[str, Any]) -> dict[str, Any]:
    """One address of an adapter, and what an update asked for; before there were several, it asked for the adapter's."""
    [first, *_more] = asked.get("ipConfigs") or [{}]
    address = first.get("recoveryStaticIPAddress") or asked.get("replicaNicStaticIPAddress", "")
    nothing = ("recoveryPublicIPAddressId", "recoveryLBBackendAddressPoolIds", "tfoSubnetName", "tfoStaticIPAddress")
    return {
        "name": None,
        "isPrimary": True,
        "subnetName": subnet,
        "staticIPAddress": None,
        "ipAddressType": kind,
        "isSeletedForFailover": True,
        "recoverySubnetName": first.get("recoverySubnetName") or asked.get("recoveryVMSubnetName", "default"),
        "recoveryStaticIPAddress": address,
        "recoveryIPAddressType": "Static" if address else "Dynamic",
        **dict.fromkeys((*nothing, "tfoPublicIPAddressId", "tfoLBBackendAddressPoolIds")),
    }  # the service does spell it isSeletedForFailover
