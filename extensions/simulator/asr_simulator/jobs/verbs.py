# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verbs of a protected item: which job a POST starts, and when it is refused (docs/service.md 2.1, 2.2, 4.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..estate.items import Item, Job
from ..estate.states import COMMITTED
from ..wire.errors import site_recovery
from ..world.world import World
from .engine import new_job, start_doomed_job, start_item_job

FAILBACK_TYPE = "HyperVReplicaAzureFailback"
NEEDS = {  # script: allowed operation it stands for (docs/service.md 1.7)
    "failback": "Failback",
    "planned_failover": "PlannedFailover",
    "unplanned_failover": "UnplannedFailover",
    "commit_failover": "Commit",
    "finalize_failback": "FinalizeFailback",
    "reprotect": "ReverseReplicate",
    "test_failover": "TestFailover",
    "test_failover_cleanup": "TestFailoverCleanup",
    "change_pit": "ChangePit",
    "cancel_failover": "Commit",
}
REFUSAL_CODES = {"finalize_failback": "25037", "reprotect": "25038"}  # 202, and the job fails
STEPS = {
    "failback": "planned_failover",
    "commit_failover": "commit_failover",
    "finalize_failback": "commit_failover",
    "reprotect": "reverse_replication",
}
DETAILS = {  # customDetails.instanceType of the job; the others are AsrJobDetails
    "failback": "FailoverJobDetails",
    "planned_failover": "FailoverJobDetails",
    "unplanned_failover": "FailoverJobDetails",
    "test_failover": "TestFailoverJobDetails",
    "test_failover_cleanup": "TestFailoverJobDetails",
}
SYNC_OPTIONS = ("ForDownTime", "ForSynchronization")
CREATION_OPTIONS = ("NoAction", "CreateVmIfNotFound")


def start(world: World, item: Item, verb: str, properties: dict[str, Any], request_id: str) -> Job:
    """Carry out one POST on an item; the answer is the job that was accepted."""
    script = VERBS[verb](item, properties)
    check_direction(item, properties)
    options = OPTIONS.get(script, no_options)(world, item, properties)
    if script == "reprotect":
        check_reprotect(item, properties)
    job = new_job(
        world,
        script,
        request_id,
        item=item,
        options=options,
        direction=direction_of(script),
        details=DETAILS.get(script, "AsrJobDetails"),
    )
    if item.job:
        start_doomed_job(world, job, "25037" if script == "finalize_failback" else "532", other=item.job.friendly)
    elif script in NEEDS and NEEDS[script] not in item.allowed:
        why = f"The operation isn't allowed while the virtual machine is in the state '{item.row.protection}'."
        start_doomed_job(world, job, REFUSAL_CODES.get(script, "539"), why=why)
    else:
        accepted(world, item, script)
        start_item_job(world, job)
    return job


def accepted(world: World, item: Item, script: str) -> None:
    """Note that a client asked for the step."""
    if script in STEPS:
        world.measurements.asked(item.key, STEPS[script], world.now)


def direction_of(script: str) -> str:
    """Direction of a script; in a failback the roles of the sites are swapped."""
    return "RecoveryToPrimary" if script in ("failback", "finalize_failback") else "PrimaryToRecovery"


def planned_failover(item: Item, properties: dict[str, Any]) -> str:
    """Failback or failover: by the direction, and without one by the instance type (docs/service.md 2.1)."""
    details = details_of(properties)
    direction = properties.get("failoverDirection")
    if details.get("instanceType") == FAILBACK_TYPE and direction in (None, "RecoveryToPrimary"):
        return "failback"
    if direction == "RecoveryToPrimary":
        raise invalid("providerSpecificDetails.instanceType", details.get("instanceType"), [FAILBACK_TYPE])
    return "planned_failover"


def commit(item: Item, _properties: dict[str, Any]) -> str:
    """The same call commits a failover and a failback; only an uncommitted failover makes it the former."""
    return "commit_failover" if item.state in COMMITTED else "finalize_failback"


VERBS: dict[str, Callable[[Item, dict[str, Any]], str]] = {
    "plannedFailover": planned_failover,
    "unplannedFailover": lambda item, properties: "unplanned_failover",
    "testFailover": lambda item, properties: "test_failover",
    "testFailoverCleanup": lambda item, properties: "test_failover_cleanup",
    "failoverCommit": commit,
    "failoverCancel": lambda item, properties: "cancel_failover",
    "reProtect": lambda item, properties: "reprotect",
    "applyRecoveryPoint": lambda item, properties: "change_pit",
    "repairReplication": lambda item, properties: "repair",
}


def check_direction(item: Item, properties: dict[str, Any]) -> None:
    """RecoveryToPrimary while the primary site is active is a bad request (recorded for reProtect)."""
    direction = properties.get("failoverDirection")
    if direction not in (None, "PrimaryToRecovery", "RecoveryToPrimary"):
        raise invalid("failoverDirection", direction, ["PrimaryToRecovery", "RecoveryToPrimary"])
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


OPTIONS = {
    "failback": failback_options,
    "test_failover": test_options,
    "planned_failover": failover_options,
    "unplanned_failover": failover_options,
    "change_pit": point_options,
}


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
    if not details.get("instanceType"):
        raise invalid("providerSpecificDetails.instanceType", None, ["HyperVReplicaAzure"])
    if vm_id and vm_id.lower() != item.vm.id.lower():
        raise invalid("hvHostVmId", vm_id, [item.vm.id])
    if disk and disk.lower() not in [one.id.lower() for one in item.vm.disks]:
        raise invalid("vHDId", disk, [one.id for one in item.vm.disks])


def details_of(properties: dict[str, Any]) -> dict[str, Any]:
    """providerSpecificDetails of an item's verb, which is an object; a plan's is a list."""
    details = properties.get("providerSpecificDetails")
    if details is not None and not isinstance(details, dict):
        raise invalid("providerSpecificDetails", details, ["an object"])
    return details or {}


def invalid(field: str, value: Any, allowed: Any) -> Exception:
    """400 that names field, value and what is allowed."""
    message = f"The value '{value}' of '{field}' isn't valid. Possible values: {', '.join(allowed)}."
    return site_recovery(400, "BadRequest", "InvalidParameter", message)
