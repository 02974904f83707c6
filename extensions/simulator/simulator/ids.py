# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ARM ids below the vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .estate import AZURE_CONTAINER, AZURE_FABRIC

if TYPE_CHECKING:
    from .estate import Estate, Host, Item, Plan, Site
    from .world import World

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


def recovery_group(estate: Estate) -> str:
    """Id of the group in which failovers make VMs."""
    return f"/subscriptions/{estate.subscription}/resourceGroups/{estate.recovery_resource_group}"


def compute(estate: Estate, kind: str, name: str) -> str:
    """Id of an Azure VM or disk."""
    return f"{recovery_group(estate)}/providers/Microsoft.Compute/{kind}/{name}"


def network(estate: Estate) -> str:
    """Id of the network in Azure."""
    return f"{recovery_group(estate)}/providers/Microsoft.Network/virtualNetworks/{estate.virtual_network}"


def storage(estate: Estate) -> str:
    """Id of the cache storage account."""
    return f"{recovery_group(estate)}/providers/Microsoft.Storage/storageAccounts/{estate.storage_account}"
