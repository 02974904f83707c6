# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Vault, fabrics, providers, containers, policies and the rest as the service shows them (docs/service.md 1)."""

from __future__ import annotations

from typing import Any

from ..clock.clock import iso
from ..estate.guids import stable_guid
from ..estate.places import Host, Site
from ..world.world import World
from . import ids
from .health import shown
from .versions import WITHOUT_SETTINGS, Api


def vault(world: World, api: str) -> dict[str, Any]:
    """The vault; the oldest versions tell no settings (recorded)."""
    estate = world.estate
    settings = {} if api in WITHOUT_SETTINGS else vault_settings()
    return {
        "location": estate.location,
        "name": estate.vault,
        "etag": "W/\"datetime'2024-01-01T00%3A00%3A00.0000000Z'\"",
        "properties": {"provisioningState": "Succeeded", **settings},
        "id": world.vault_path.replace("/Subscriptions/", "/subscriptions/", 1),
        "type": ids.TYPE,
        "sku": {"name": "RS0", "tier": "Standard"},
    }


def vault_settings() -> dict[str, Any]:
    """Settings of a vault as it is made."""
    return {
        "privateEndpointStateForBackup": "None",
        "privateEndpointStateForSiteRecovery": "None",
        "backupStorageVersion": "Unassigned",
        "monitoringSettings": {
            "azureMonitorAlertSettings": {"alertsForAllJobFailures": "Enabled"},
            "classicAlertSettings": {"alertsForCriticalOperations": "Enabled"},
        },
        "securitySettings": {
            "immutabilitySettings": None,
            "softDeleteSettings": {"softDeleteRetentionPeriodInDays": 14, "softDeleteState": "Enabled"},
            "multiUserAuthorization": "Disabled",
        },
        "publicNetworkAccess": "Enabled",
        "restoreSettings": {"crossSubscriptionRestoreSettings": {"crossSubscriptionRestoreState": "Enabled"}},
    }


def fabric(world: World, site: Site, api: Api) -> dict[str, Any]:
    """A fabric (docs/service.md 1.1)."""
    custom: dict[str, Any] = {"instanceType": site.kind}
    if site.kind == "HyperVSite" and api.new_shapes:
        custom["hyperVHosts"] = [
            {"id": host.name.lower(), "name": host.name, "marsAgentVersion": "2.0.9260.0"}
            for host in site.hosts
            if host.registered
        ]
    key = {"kekState": "Enabled" if site.key else "None", "kekCertThumbprint": None}
    rollover, key = key, {**key, **(site.key or {})}
    return {
        "name": site.name,
        "type": f"{ids.TYPE}/replicationFabrics",
        "id": ids.fabric(world, site),
        "properties": {
            "friendlyName": site.friendly,
            "encryptionDetails": key,
            "rolloverEncryptionDetails": rollover,
            "internalIdentifier": site.internal_id,
            "bcdrState": "Valid",
            "customDetails": custom,
            "healthErrorDetails": [],
            **({} if api.new_shapes else {"failoverHealthErrorDetails": []}),
            "health": "Normal",
        },
    }


def provider(world: World, site: Site, host: Host, api: Api) -> dict[str, Any]:
    """A provider; the heartbeat of one that isn't connected stays where it was."""
    count = sum(one.site is site and site.provider_of(one.known_host) is host for one in world.estate.items)
    seen = world.now - world.now % 60 if host.connected else host.last_heartbeat
    extra: dict[str, Any] = {}
    if api.new_shapes:
        guid = stable_guid(0, "machine", host.name)
        bios = host.machine_id or (host.windows.machine_id if host.windows else guid)
        extra = {"machineName": host.name, "machineId": guid, "biosId": bios, "draIdentifier": guid}
    return {
        "id": ids.provider(world, site, host),
        "type": f"{ids.TYPE}/replicationFabrics/replicationRecoveryServicesProviders",
        "name": host.provider,
        "properties": {
            "fabricType": site.kind,
            "friendlyName": host.name,
            "providerVersion": "5.24.0814.2",
            "serverVersion": "3.2.7510.0",
            "providerVersionState": "Latest",
            "fabricFriendlyName": site.friendly,
            "lastHeartBeat": iso(seen),
            "connectionStatus": "Connected" if host.connected else "NotConnected",
            "protectedItemCount": count,
            "allowedScenarios": ["Refresh", "Purge"],
            "healthErrorDetails": [shown(one, host.provider, world.now) for one in host.health_errors],
            **extra,
        },
    }


def container(world: World, site: Site) -> dict[str, Any]:
    """A container (docs/service.md 1.3)."""
    return {
        "id": ids.container(world, site),
        "name": site.container,
        "type": f"{ids.TYPE}/replicationFabrics/replicationProtectionContainers",
        "properties": {
            "fabricFriendlyName": site.friendly,
            "friendlyName": site.container_friendly,
            "fabricType": site.kind,
            "protectedItemCount": sum(one.site is site for one in world.estate.items),
            "pairingStatus": "Paired",
            "role": "Primary",
            "fabricSpecificDetails": None,
        },
    }


def mapping(world: World, site: Site) -> dict[str, Any]:
    """A mapping (docs/service.md 1.3)."""
    name = world.estate.mapping
    return {
        "id": f"{ids.container(world, site)}/replicationProtectionContainerMappings/{name}",
        "name": name,
        "type": f"{ids.TYPE}/replicationFabrics/replicationProtectionContainers/replicationProtectionContainerMappings",
        "properties": {
            "targetProtectionContainerId": "Microsoft Azure",
            "targetProtectionContainerFriendlyName": "Microsoft Azure",
            "providerSpecificDetails": None,
            "health": "Normal",
            "healthErrorDetails": [],
            "policyId": ids.policy(world),
            "state": "Paired",
            "sourceProtectionContainerFriendlyName": site.container_friendly,
            "sourceFabricFriendlyName": site.friendly,
            "targetFabricFriendlyName": "Microsoft Azure",
            "policyFriendlyName": world.estate.policy,
        },
    }


def policy(world: World, api: Api) -> dict[str, Any]:
    """The policy (docs/service.md 1.3)."""
    return {
        "id": ids.policy(world),
        "name": world.estate.policy,
        "type": f"{ids.TYPE}/replicationPolicies",
        "properties": {
            "friendlyName": world.estate.policy,
            "providerSpecificDetails": {
                "instanceType": "HyperVReplicaAzure",
                "recoveryPointHistoryDurationInHours": 2,
                "applicationConsistentSnapshotFrequencyInHours": 1,
                "replicationInterval": 300,
                "encryption": "Enabled" if any(site.key for site in world.estate.sites) else "Disabled",
                "activeStorageAccountId": None if api.new_shapes else ids.storage(world.estate),
            },
        },
    }


def subnets(site: Site, name: str, isolation: str) -> list[dict[str, Any]]:
    """Only VM networks that isolate have any (recorded)."""
    if isolation == "NoIsolation":
        return []
    guid = stable_guid(0, "subnet", site.name, name)
    return [{"name": guid, "friendlyName": f"{name}_0", "addressList": ["192.168.1.0/24-0 0"]}]


def network(world: World, site: Site, name: str) -> dict[str, Any]:
    """A virtual switch, as the service knows it, or a VM network of VMM."""
    guid, isolation = stable_guid(0, "network", site.name, name), site.networks.get(name, "NoIsolation")
    return {
        "type": f"{ids.TYPE}/replicationFabrics/replicationNetworks",
        "id": f"{ids.fabric(world, site)}/replicationNetworks/{guid}",
        "name": guid,
        "properties": {
            "fabricType": site.kind,
            "subnets": subnets(site, name, isolation),
            "friendlyName": name,
            "networkType": isolation,
        },
    }


def health(world: World, api: Api) -> dict[str, Any]:
    """Health of the vault."""

    def part(count: int) -> dict[str, Any]:
        counts = {"categorizedResourceCounts": {"Healthy": count}} if api.new_shapes else {}
        return {"resourceCount": count, **counts, "issues": []}

    return {
        "name": "Default",
        "type": f"{ids.TYPE}/replicationVaultHealth",
        "id": f"{world.vault_path}/replicationVaultHealth/Default",
        "properties": {
            "vaultErrors": [],
            "protectedItemsHealth": part(len(world.estate.items)),
            "fabricsHealth": part(len(world.estate.sites)),
            "containersHealth": part(len(world.estate.sites)),
        },
    }


def usages(world: World) -> dict[str, Any]:
    """Counters of the vault (docs/service.md 2.5)."""
    states = [job.state for job in world.jobs.all]
    return {
        "value": [
            {
                "monitoringSummary": {
                    "unHealthyVmCount": 0,
                    "unHealthyProviderCount": 0,
                    "eventsCount": 0,
                    "deprecatedProviderCount": 0,
                    "supportedProviderCount": 0,
                    "unsupportedProviderCount": 0,
                },
                "jobsSummary": {
                    "failedJobs": states.count("Failed"),
                    "suspendedJobs": states.count("Suspended"),
                    "inProgressJobs": states.count("InProgress"),
                },
                "protectedItemCount": len(world.estate.items),
                "recoveryPlanCount": len(world.estate.plans),
                "registeredServersCount": sum(len(site.providers) for site in world.estate.sites),
                "recoveryServicesProviderAuthType": 1,
            }
        ]
    }
