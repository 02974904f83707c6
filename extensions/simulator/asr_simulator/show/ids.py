# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ARM ids below the vault."""

from __future__ import annotations

from ..estate.azure import AzureDisk, AzureVm, Nic, PublicIp
from ..estate.estate import AZURE_CONTAINER, AZURE_FABRIC, Estate
from ..estate.items import Item, Plan
from ..estate.places import Host, Site
from ..world.world import World

TYPE = "Microsoft.RecoveryServices/vaults"


def fabric(world: World, site: Site) -> str:
    """Id of a fabric."""
    return f"{world.vault_path}/replicationFabrics/{site.name}"


def container(world: World, site: Site) -> str:
    """Id of its container."""
    return f"{fabric(world, site)}/replicationProtectionContainers/{site.container}"


def azure_container(world: World) -> str:
    """Id of the container that stands for Azure."""
    return f"{world.vault_path}/replicationFabrics/{AZURE_FABRIC}/replicationProtectionContainers/{AZURE_CONTAINER}"


def provider(world: World, site: Site, host: Host) -> str:
    """Id of a provider."""
    return f"{fabric(world, site)}/replicationRecoveryServicesProviders/{host.provider}"


def protectable(world: World, item: Item) -> str:
    """Id of a protectable item."""
    return f"{container(world, item.site)}/replicationProtectableItems/{item.vm.id}"


def protected(world: World, item: Item) -> str:
    """Id of a protected item."""
    return f"{container(world, item.site)}/replicationProtectedItems/{item.name}"


def plan(world: World, one: Plan) -> str:
    """Id of a recovery plan."""
    return f"{world.vault_path}/replicationRecoveryPlans/{one.name}"


def policy(world: World) -> str:
    """Id of the policy."""
    return f"{world.vault_path}/replicationPolicies/{world.estate.policy}"


def job(world: World, guid: str) -> str:
    """Id of a job."""
    return f"{world.vault_path}/replicationJobs/{guid}"


def subscription(estate: Estate) -> str:
    """Id of the one subscription."""
    return f"/subscriptions/{estate.subscription}"


def group(estate: Estate, name: str) -> str:
    """Id of a resource group."""
    return f"{subscription(estate)}/resourceGroups/{name}"


def recovery_group(estate: Estate) -> str:
    """Id of the group in which failovers make VMs."""
    return group(estate, estate.recovery_resource_group)


def compute(estate: Estate, kind: str, name: str, place: str = "") -> str:
    """Id of an Azure VM or disk, in a group of its own or in that of the failovers."""
    return f"{group(estate, place or estate.recovery_resource_group)}/providers/Microsoft.Compute/{kind}/{name}"


def networking(estate: Estate, kind: str, name: str, place: str) -> str:
    """Id of a network interface or of a public address."""
    return f"{group(estate, place)}/providers/Microsoft.Network/{kind}/{name}"


def azure_vm(estate: Estate, vm: AzureVm) -> str:
    """Id of an Azure VM."""
    return compute(estate, "virtualMachines", vm.name, vm.group)


def azure_disk(estate: Estate, disk: AzureDisk) -> str:
    """Id of a managed disk."""
    return compute(estate, "disks", disk.name, disk.group)


def nic(estate: Estate, one: Nic) -> str:
    """Id of a network interface."""
    return networking(estate, "networkInterfaces", one.name, one.group)


def public_ip(estate: Estate, one: PublicIp) -> str:
    """Id of a public address."""
    return networking(estate, "publicIPAddresses", one.name, one.group)


def blob(estate: Estate, disk: AzureDisk) -> str:
    """Address of the blob of an unmanaged disk."""
    return f"https://{estate.storage_account}.blob.core.windows.net/vhds/{disk.name}.vhd"


def network(estate: Estate) -> str:
    """Id of the network in Azure."""
    return f"{recovery_group(estate)}/providers/Microsoft.Network/virtualNetworks/{estate.virtual_network}"


def storage(estate: Estate) -> str:
    """Id of the cache storage account."""
    return f"{recovery_group(estate)}/providers/Microsoft.Storage/storageAccounts/{estate.storage_account}"
