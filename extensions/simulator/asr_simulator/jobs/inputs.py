# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a POST on an item says, checked: directions, kinds of provider, options, recovery points (docs/service.md 2.1, 2.2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..estate.items import Item
from ..wire.errors import Refused, site_recovery
from ..world.world import World

FAILBACK_TYPE = "HyperVReplicaAzureFailback"
FORWARD_TYPE = "HyperVReplicaAzure"
DIRECTIONS = ("PrimaryToRecovery", "RecoveryToPrimary")
SYNC_OPTIONS = ("ForDownTime", "ForSynchronization")
CREATION_OPTIONS = ("NoAction", "CreateVmIfNotFound")
TYPES = {  # instanceType by script; the second is the name of the class that a provider's own is made from (recorded)
    "failback": (FAILBACK_TYPE,),
    "planned_failover": (FORWARD_TYPE, "ProviderSpecificFailoverInput"),
    "unplanned_failover": (FORWARD_TYPE, "ProviderSpecificFailoverInput", "UnplannedFailoverProviderSpecificInput"),
    "test_failover": (FORWARD_TYPE, "ProviderSpecificFailoverInput", "TestFailoverProviderSpecificInput"),
    "reprotect": (FORWARD_TYPE, "ReverseReplicationProviderSpecificInput"),
    "change_pit": (FORWARD_TYPE, "ApplyRecoveryPointProviderSpecificInput"),
    "disable": (FORWARD_TYPE, "DisableProtectionProviderSpecificInput"),
}
TYPE_NEEDED = ("failback", "reprotect")
REASONS = ("NotSpecified", "MigrationComplete")


def check_type(script: str, properties: dict[str, Any]) -> None:
    """The kind of provider has to be one that the step and its direction take."""
    field = "replicationProviderInput" if script == "disable" else "providerSpecificDetails"
    found = details_of(properties, field).get("instanceType")
    asked = found or field in properties or script in TYPE_NEEDED
    if script in TYPES and found not in TYPES[script] and asked:
        raise invalid(f"{field}.instanceType", found, TYPES[script])


def check_direction(item: Item, properties: dict[str, Any]) -> None:
    """RecoveryToPrimary while the primary site is active is a bad request (recorded for reProtect)."""
    direction = properties.get("failoverDirection")
    if direction not in (None, *DIRECTIONS):
        raise invalid("failoverDirection", direction, DIRECTIONS)
    if direction == "RecoveryToPrimary" and item.row.active == "Primary":
        message = "Invalid failover direction was specified. Verify input and try operation again."
        raise site_recovery(400, "BadRequest", "InvalidFailoverDirection", message)


def failback_options(world: World, item: Item, properties: dict[str, Any]) -> dict[str, Any]:
    """The checked input of a failback. On a Hyper-V site a VM is created only on a named provider."""
    details = details_of(properties)
    sync = details.get("dataSyncOption") or "ForSynchronization"
    creation = details.get("recoveryVmCreationOption") or "NoAction"
    if sync not in SYNC_OPTIONS:
        raise invalid("dataSyncOption", sync, SYNC_OPTIONS)
    if creation not in CREATION_OPTIONS:
        raise invalid("recoveryVmCreationOption", creation, CREATION_OPTIONS)
    provider = (details.get("providerIdForAlternateRecovery") or "").rstrip("/")
    if creation == "CreateVmIfNotFound" and item.site.kind == "HyperVSite":
        check_provider(world, item, provider)
    return {"dataSyncOption": sync, "recoveryVmCreationOption": creation, "provider": provider.rpartition("/")[2]}


def no_options(_world: World, _item: Item, _properties: dict[str, Any]) -> dict[str, Any]:
    """Most verbs have none."""
    return {}


def test_options(world: World, item: Item, properties: dict[str, Any]) -> dict[str, Any]:
    """The network of a test failover, as it was given."""
    name = (properties.get("networkId") or "vnet-recovery").rpartition("/")[2]
    point = failover_options(world, item, properties)
    return {**point, "network": name, "network_type": properties.get("networkType") or "VmNetworkAsInput"}


def failover_options(_world: World, item: Item, properties: dict[str, Any]) -> dict[str, Any]:
    """The recovery point, if one was named, and whether an unplanned failover has to shut the VM down."""
    given = details_of(properties).get("recoveryPointId") or properties.get("recoveryPointId") or ""
    asked = properties.get("sourceSiteOperations")
    if asked not in (None, "Required", "NotRequired"):
        raise invalid("sourceSiteOperations", asked, ["Required", "NotRequired"])
    return {"recovery_point": recovery_point(item, given), "shut_down": asked == "Required"}


def recovery_point(item: Item, given: str) -> str:
    """The name of a recovery point of the item, from its ARM id or name; empty when none is given."""
    name = given.rstrip("/").rpartition("/")[2].lower()
    known = [point.name for point in item.recovery_points]
    if name and name not in known:
        raise invalid("recoveryPointId", given, known)
    return name


def point_options(world: World, item: Item, properties: dict[str, Any]) -> dict[str, Any]:
    """To change the recovery point one has to be named."""
    options = failover_options(world, item, properties)
    if not options["recovery_point"]:
        raise invalid("recoveryPointId", None, [point.name for point in item.recovery_points])
    return options


def check_provider(world: World, item: Item, provider: str) -> None:
    """The ARM id of a provider of the same fabric."""
    found = world.estate.host_of_provider(provider.rpartition("/")[2])
    if not found or found[0] is not item.site or "/" not in provider:
        known = [f"the ARM id of a provider of the fabric {item.site.name}"]
        raise invalid("providerIdForAlternateRecovery", provider or None, known)


def check_reprotect(item: Item, properties: dict[str, Any]) -> None:
    """Values that are given have to be those of the VM."""
    details = details_of(properties)
    vm_id, disk = details.get("hvHostVmId"), details.get("vHDId")
    if vm_id and vm_id.lower() != item.vm.id.lower():
        raise invalid("hvHostVmId", vm_id, [item.vm.id])
    if disk and disk.lower() not in [one.id.lower() for one in item.vm.disks]:
        raise invalid("vHDId", disk, [one.id for one in item.vm.disks])


def disable_options(_world: World, _item: Item, properties: dict[str, Any]) -> dict[str, Any]:
    """Why the item is removed, which changes nothing here."""
    reason = properties.get("disableProtectionReason") or REASONS[0]
    if reason not in REASONS:
        raise invalid("disableProtectionReason", reason, REASONS)
    return {"reason": reason}


def details_of(properties: dict[str, Any], field: str = "providerSpecificDetails") -> dict[str, Any]:
    """What is meant for the provider."""
    details: dict[str, Any] = properties.get(field) or {}
    return details


def invalid(field: str, value: Any, allowed: Iterable[str]) -> Refused:
    """400 that names field, value and what is allowed."""
    message = f"The value '{value}' of '{field}' isn't valid. Possible values: {', '.join(allowed)}."
    return site_recovery(400, "BadRequest", "InvalidParameter", message)


OPTIONS = {
    "failback": failback_options,
    "test_failover": test_options,
    "planned_failover": failover_options,
    "unplanned_failover": failover_options,
    "change_pit": point_options,
    "disable": disable_options,
}
