# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Protected items, protectable items and recovery points as the service shows them (docs/service.md 1.4 and 1.5)."""

from __future__ import annotations

from typing import Any

from ..clock.clock import iso
from ..estate.guids import stable_guid
from ..estate.items import Item, Job, RecoveryPoint
from ..world.world import World
from . import health, ids
from .parts import disk, managed_disks, nic, nic_id
from .replicating import copying, last_point, replication
from .versions import Api, of_2016

CONTAINERS = f"{ids.TYPE}/replicationFabrics/replicationProtectionContainers"
TEST_DESCRIPTIONS = {
    "None": "None",
    "WaitingForCompletion": "Cleanup test failover pending",
    "MarkedForDeletion": "Cleaning up test environment",
}
OLD_SPELLING = {  # keys of api-version 2016-08-10 (docs/service.md 1.5)
    "azureVmDiskDetails": "azureVMDiskDetails",
    "recoveryAzureVmName": "recoveryAzureVMName",
    "sourceVmRamSizeInMB": "sourceVmRAMSizeInMB",
    "sourceVmCpuCount": "sourceVmCPUCount",
    "enableRdpOnTargetOption": "enableRDPOnTargetOption",
}


def item(world: World, one: Item, api: Api) -> dict[str, Any]:
    """A protected item."""
    properties = {**placement(world, one), **condition(world, one), **references(world, one, api)}
    properties["currentScenario"] = scenario(world, one)
    properties["failoverRecoveryPointId"] = (
        f"{ids.protected(world, one)}/recoveryPoints/{one.recovery_point}" if one.recovery_point else None
    )
    properties["providerSpecificDetails"] = details(world, one, api)
    properties["recoveryContainerId"] = ids.azure_container(world)
    if api.new_shapes:
        properties["eventCorrelationId"] = one.correlation
    return {
        "id": ids.protected(world, one),
        "name": one.name,
        "type": f"{CONTAINERS}/replicationProtectedItems",
        "properties": properties if api.new_shapes else of_2016(properties),
    }


def placement(world: World, one: Item) -> dict[str, Any]:
    """Where the item lives."""
    site = one.site
    return {
        "friendlyName": one.vm.name,
        "protectedItemType": "HyperVVirtualMachine",
        "protectableItemId": ids.protectable(world, one),
        "recoveryServicesProviderId": ids.provider(world, site, site.provider_of(one.known_host)),
        "primaryFabricFriendlyName": site.friendly,
        "primaryFabricProvider": "SingleHostHyperVFabric" if site.kind == "HyperVSite" else "VmmFabric",
        "recoveryFabricFriendlyName": "Microsoft Azure",
        "recoveryFabricId": "Microsoft Azure",
        "primaryProtectionContainerFriendlyName": site.container_friendly,
        "recoveryProtectionContainerFriendlyName": "Microsoft Azure",
    }


def running(world: World, one: Item) -> Job | None:
    """The job that the item shows. Whether it shows one that is new is the scenario's choice."""
    service, found = world.estate.service, one.job
    if found and service["new_job_item"] == "unchanged" and found.state == "NotStarted":
        return None if world.now < found.accepted + service["new_job_seconds"] else found
    return found


def mending(one: Item) -> list[str]:
    """An assumption (87): what is critical may be repaired; no recorded item allowed it, and none was critical."""
    usual = one.allows is None and one.idle_allowed
    return ["RepairReplication"] if one.health == "Critical" and usual else []


def condition(world: World, one: Item) -> dict[str, Any]:
    """What state it is in; a busy item allows nothing (docs/service.md 3.1, row 3a)."""
    return {
        "protectionState": one.row.protection,
        "protectionStateDescription": one.row.description,
        "activeLocation": one.row.active,
        "testFailoverState": one.test_failover_state,
        "testFailoverStateDescription": TEST_DESCRIPTIONS[one.test_failover_state],
        "switchProviderState": "None",
        "switchProviderStateDescription": None,
        "allowedOperations": [] if running(world, one) else [*one.idle_allowed, *mending(one)],
        "replicationHealth": one.health,
        "failoverHealth": health.failover_health(one),
    }


def references(world: World, one: Item, api: Api) -> dict[str, Any]:
    """Health lists, policy and times; a failover that never was has no key (recorded)."""
    replication, failover = health.of_item(one, world.now)
    new = {"healthErrors": [*replication, *failover]}
    old = {"replicationHealthErrors": replication, "failoverHealthErrors": failover}
    errors = new if api.new_shapes else old
    times = {
        "lastSuccessfulFailoverTime": iso(one.last_failover),
        "lastSuccessfulTestFailoverTime": iso(one.last_test_failover),
    }
    return {
        **errors,
        "policyId": ids.policy(world),
        "policyFriendlyName": world.estate.policy,
        **{key: value for key, value in times.items() if value},
    }


def scenario(world: World, one: Item) -> dict[str, Any]:
    """The job that runs on the item, or the odd values of an idle one."""
    found = running(world, one)
    if not found:
        return {"scenarioName": "None", "jobId": ids.job(world, "None"), "startTime": "1753-01-01T01:01:01Z"}
    return {
        "scenarioName": found.scenario,
        "jobId": ids.job(world, found.id),
        "startTime": iso(found.start or found.accepted),
    }


def details(world: World, one: Item, api: Api) -> dict[str, Any]:
    """providerSpecificDetails of HyperVReplicaAzure."""
    estate, vm = world.estate, one.vm
    found = {
        "instanceType": "HyperVReplicaAzure",
        "azureVmDiskDetails": [disk(world, one, place, part) for place, part in enumerate(vm.disks)],
        "recoveryAzureVmName": shown_name(world, one),
        "recoveryAzureVMSize": "Standard_D2s_v3",
        "recoveryAzureStorageAccount": ids.storage(estate),
        "recoveryAzureLogStorageAccountId": None,
        **replication(world, one),
        "vmNics": [] if copying(one) else [nic(world, one, place, api) for place in range(len(vm.adapters))],
        "selectedRecoveryAzureNetworkId": ids.network(estate),
        "selectedSourceNicId": nic_id(one, vm.adapters[0]) if vm.adapters and not copying(one) else None,
        "encryption": "Enabled" if one.site.key else "Disabled",
        "oSDetails": os_details(vm.os),
        "sourceVmRamSizeInMB": vm.memory_mb,
        "sourceVmCpuCount": vm.cpu,
        "enableRdpOnTargetOption": "Never",
        "recoveryAzureResourceGroupId": ids.recovery_group(estate),
        "recoveryAvailabilitySetId": None if api.new_shapes else "",
        "targetAvailabilityZone": None,
        "targetProximityPlacementGroupId": None,
        "useManagedDisks": "true" if one.managed_disks else "false",
        "licenseType": "NotSpecified",
        "sqlServerLicenseType": "NotSpecified",
        "lastRecoveryPointReceived": last_point(world, one),
        "targetVmTags": {},
        "seedManagedDiskTags": None,
        "targetManagedDiskTags": None,
        "targetNicTags": {},
        "protectedManagedDisks": managed_disks(one),
        **one.settings,
    }
    return found if api.new_shapes else {OLD_SPELLING.get(key, key): value for key, value in found.items()}


def shown_name(world: World, one: Item) -> str:
    """What the vault calls the VM in Azure; whether it learns of another name is the scenario's choice."""
    return one.azure.name if one.azure and world.estate.service["renamed_item"] == "new" else one.azure_name


def os_details(kind: str) -> dict[str, Any]:
    """Only the type is of use; the rest is what the service shows for every VM (recorded)."""
    return {
        "osType": kind,
        "productType": "UNKNOWN",
        "osEdition": "Standard",
        "oSVersion": "1.1.1.1",
        "oSMajorVersion": "0",
        "oSMinorVersion": "0",
    }


def host_id(one: Item) -> str:
    """What the service calls the host of a VM: its name, on VMM a guid (recorded)."""
    name = one.known_host.name.lower()
    return stable_guid(0, "host of VMM", name) if one.site.vmm_provider else name


def protectable(world: World, one: Item, api: Api) -> dict[str, Any]:
    """The VM as its host reports it; every disk is called Data, whatever it holds (recorded)."""
    vm = one.vm
    custom = {
        "instanceType": "HyperVVirtualMachine",
        "sourceItemId": vm.id,
        "generation": str(vm.generation),
        "osDetails": None,
        "diskDetails": [
            {"maxSizeMB": int(part.gb * 1024), "vhdType": "Data", "vhdId": part.id, "vhdName": part.name}
            for part in vm.disks
        ],
        "hasPhysicalDisk": "NotPresent",
        "hasFibreChannelAdapter": "NotPresent",
        "hasSharedVhd": "NotPresent" if one.site.vmm_provider else "Unknown",
        **({"hyperVHostId": host_id(one)} if api.new_shapes else {}),
    }
    return {
        "id": ids.protectable(world, one),
        "name": vm.id,
        "type": f"{CONTAINERS}/replicationProtectableItems",
        "properties": {
            "friendlyName": vm.name,
            "protectionStatus": "Protected",
            "replicationProtectedItemId": ids.protected(world, one),
            "recoveryServicesProviderId": ids.provider(world, one.site, one.site.provider_of(one.known_host)),
            "protectionReadinessErrors": [],
            "supportedReplicationProviders": ["HyperVReplicaAzure"],
            "customDetails": custom if api.new_shapes else of_2016(custom),
        },
    }


def recovery_point(world: World, one: Item, point: RecoveryPoint) -> dict[str, Any]:
    """A recovery point."""
    kind = "ApplicationConsistent" if point.app_consistent else "CrashConsistent"
    return {
        "id": f"{ids.protected(world, one)}/recoveryPoints/{point.name}",
        "name": point.name,
        "type": f"{CONTAINERS}/replicationProtectedItems/recoveryPoints",
        "properties": {"recoveryPointTime": iso(point.moment), "recoveryPointType": kind},
    }
