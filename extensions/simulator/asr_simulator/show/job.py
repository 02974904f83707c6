# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs as the service shows them (docs/service.md 2.4, 2.6 and 4)."""

from __future__ import annotations

from typing import Any

from ..clock.clock import iso
from ..estate.estate import AZURE_CONTAINER, AZURE_FABRIC_GUID
from ..estate.guids import stable_guid
from ..estate.items import Item, Job, Task
from ..estate.places import Site
from ..world.world import World
from . import ids
from .versions import Api

PAIRS = (
    ("CloudId", "CloudName"),
    ("VmmId", "VmmName"),
    ("FabricProviderId",),
)  # of both sides, in the order of recorded jobs
NO_TIME = "0001-01-01T00:00:00"  # without Z, as recorded


def job(world: World, one: Job, api: Api, full: bool = True) -> dict[str, Any]:
    """One job. Lists are slim: no tasks, no errors, no activity, no details."""
    unstarted = one.state == "NotStarted"
    _id, name, kind = one.target
    properties = {
        "activityId": one.activity if full else None,
        "scenarioName": None if unstarted else one.scenario,
        "friendlyName": None if unstarted else one.friendly,
        "state": one.state,
        "stateDescription": one.description,
        "tasks": [task(world, each) for each in one.tasks] if full and not unstarted else [],
        "errors": one.errors if full else [],
        **times(one),
        "allowedActions": list(one.allowed),
        "targetObjectId": None if unstarted else one.target[0],
        "targetObjectName": None if unstarted else name,
        "targetInstanceType": "ProtectionEntity" if unstarted else kind,
        "customDetails": custom_details(one, unstarted) if full else None,
    }
    body = {"id": ids.job(world, one.id), "name": one.id, "properties": properties}
    if not api.operation_status:
        return {**body, **top_level(one)}
    return {**body, "type": f"{ids.TYPE}/replicationJobs"}


def times(one: Job) -> dict[str, Any]:
    """A time that isn't there has no key; the end time has no fraction."""
    found = {"startTime": iso(one.start), "endTime": iso(one.end, 0)}
    return {key: value for key, value in found.items() if value}


def top_level(one: Job) -> dict[str, Any]:
    """What makes a job an operation status in versions that have none of its own."""
    return {
        "status": one.status,
        "error": operation_error(one),
        "startTime": iso(one.start),
        "endTime": iso(one.end, 0),
    }


def operation_error(one: Job) -> dict[str, Any] | None:
    """The first error, in the short form of a status."""
    if not one.errors:
        return None
    service = one.errors[0]["serviceErrorDetails"]
    return {"code": service["code"], "message": service["message"], "details": None}


def operation_status(one: Job) -> dict[str, Any]:
    """The answer of replicationOperationStatus; `name` is the job's guid, also where the operation has another."""
    end = iso(one.end, 0) if one.end else None
    return {
        "error": operation_error(one),
        "id": None,
        "name": one.id,
        "properties": None,
        "status": one.status,
        "startTime": iso(one.start),
        "endTime": f"{end[:-1]}.0000000Z" if end else None,
        "percentComplete": None,
    }


def task(world: World, one: Task) -> dict[str, Any]:
    """A task; times that don't exist are the year 1."""
    return {
        "taskId": one.id,
        "name": one.name,
        "startTime": iso(one.start) or NO_TIME,
        "endTime": iso(one.end) or NO_TIME,
        "allowedActions": list(one.allowed),
        "friendlyName": one.friendly,
        "state": one.state,
        "stateDescription": one.description,
        "taskType": one.kind,
        "customDetails": task_details(world, one),
        "groupTaskCustomDetails": group_details(world, one),
        "errors": one.errors,
    }


def group_details(world: World, one: Task) -> dict[str, Any] | None:
    """Children of a group; other tasks have none."""
    if not one.group_type:
        return None
    return {
        "instanceType": one.kind,
        "childTasks": [task(world, child) for child in one.children],
        "name": one.friendly,
        "groupId": one.id,
        "rpGroupType": one.group_type,
    }


def task_details(world: World, one: Task) -> dict[str, Any] | None:
    """Groups have none; the task of a VM names the job that does the work."""
    if one.group_type:
        return None
    if one.kind == "ManualActionTaskDetails":
        return {"instanceType": one.kind, "name": one.friendly, "instructions": one.instructions, "observation": None}
    if one.kind != "VirtualMachineTaskDetails" or not one.item:
        return {"instanceType": "TaskDetails"}
    started, vm = one.job, one.item.vm
    return {
        "instanceType": one.kind,
        "skippedReason": None,
        "skippedReasonString": None,
        "jobTask": {
            "jobId": ids.job(world, started.id if started else ""),
            "jobFriendlyName": started.friendly if started else "Unknown",
            "jobScenarioName": started.scenario if started else "Unknown",
            "targetObjectId": vm.id,
            "targetObjectName": vm.name,
            "targetInstanceType": "Vm",
        },
    }


def custom_details(one: Job, unstarted: bool) -> dict[str, Any]:
    """Details by kind of job (docs/service.md 4.1)."""
    if unstarted:
        return {"instanceType": "AsrJobDetails", "affectedObjectDetails": {}}
    found: dict[str, Any] = {"instanceType": one.details}
    if one.details == "TestFailoverJobDetails":
        found.update(test_details(one))
    if one.details != "AsrJobDetails":
        found["protectedItemDetails"] = protected_items(one)
    return {**found, "affectedObjectDetails": affected(one)}


def test_details(one: Job) -> dict[str, Any]:
    """A cleanup has the same members, all empty (recorded)."""
    if one.script != "test_failover":
        return {
            "testFailoverStatus": None,
            "comments": "",
            "networkName": None,
            "networkFriendlyName": None,
            "networkType": None,
        }
    name = one.options.get("network", "vnet-recovery")
    return {
        "testFailoverStatus": "Active",
        "comments": None,
        "networkName": name,
        "networkFriendlyName": name,
        "networkType": one.options.get("network_type", "VmNetworkAsInput"),
    }


def protected_items(one: Job) -> list[dict[str, Any]]:
    """Filled when the job has succeeded; empty while it runs (recorded)."""
    if one.state != "Succeeded" or not one.item or one.script == "test_failover_cleanup":
        return []
    item = one.item
    test = f"{item.vm.name}-test" if one.script == "test_failover" else None
    wanted = one.options.get("recovery_point")
    points = [point for point in item.recovery_points if point.name == wanted] or item.recovery_points
    point, moment = points[-1][:2] if points else (None, None)
    return [
        {
            "name": item.vm.id,
            "friendlyName": item.vm.name,
            "testVmName": test,
            "testVmFriendlyName": test,
            "networkConnectionStatus": "Connected" if test else None,
            "networkFriendlyName": "vnet-recovery",
            "subnet": "default",
            "recoveryPointId": point,
            "recoveryPointTime": iso(moment),
        }
    ]


def affected(one: Job) -> dict[str, str]:
    """Names of both sides; in a failback the roles are swapped (docs/service.md 3.3)."""
    site = one.plan.site if one.plan else (one.item.site if one.item else None)
    if not site:
        return {}
    home, azure = home_side(site), azure_side()
    primary, recovery = (azure, home) if one.direction == "RecoveryToPrimary" else (home, azure)
    sides = (("Primary", primary), ("Recovery", recovery))
    places = {f"{side}{key}": of[key] for keys in PAIRS for side, of in sides for key in keys}
    return {**(affected_vm(one.item) if one.item else {}), **places}


def affected_vm(item: Item) -> dict[str, str]:
    """The VM on both sides."""
    return {
        "PrimaryVmId": item.vm.id,
        "PrimaryVmName": item.vm.name,
        "RecoveryVmId": "",
        "RecoveryVmName": item.vm.name,
        "ProtectionProfileId": stable_guid(0, "policy"),
    }


def home_side(site: Site) -> dict[str, str]:
    """Names of the fabric."""
    return {
        "CloudId": site.container,
        "CloudName": site.container_friendly,
        "VmmId": site.internal_id,
        "VmmName": site.friendly,
        "FabricProviderId": site.kind,
    }


def azure_side() -> dict[str, str]:
    """Names of the Azure side, the same in every vault."""
    return {
        "CloudId": AZURE_CONTAINER,
        "CloudName": "Microsoft Azure",
        "VmmId": AZURE_FABRIC_GUID,
        "VmmName": "Microsoft Azure",
        "FabricProviderId": "Azure",
    }
