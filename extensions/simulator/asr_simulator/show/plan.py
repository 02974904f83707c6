# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recovery plans as the service shows them (docs/service.md 1.6 and 3.2)."""

from __future__ import annotations

from typing import Any

from ..clock.clock import iso
from ..estate.items import Item, Plan
from ..world.world import World
from . import ids
from .versions import Api


def plan(world: World, one: Plan, api: Api, full: bool = True) -> dict[str, Any]:
    """A recovery plan; a list shows no groups (recorded)."""
    properties = {
        "friendlyName": one.name,
        "primaryFabricId": ids.fabric(world, one.site),
        "primaryFabricFriendlyName": one.site.friendly,
        "recoveryFabricId": "Microsoft Azure",
        "recoveryFabricFriendlyName": "Microsoft Azure",
        "failoverDeploymentModel": one.model,
        "replicationProviders": ["HyperVReplicaAzure"],
        "allowedOperations": plan_operations(one),
        **{f"last{kind}Time": iso(moment) for kind, moment in one.last_times.items()},
        **plan_scenario(world, one),
        "groups": plan_groups(world, one) if full else [],
        **({"providerSpecificDetails": []} if api.new_shapes else {}),
    }
    return {
        "id": ids.plan(world, one),
        "name": one.name,
        "type": f"{ids.TYPE}/replicationRecoveryPlans",
        "properties": properties,
    }


def plan_operations(one: Plan) -> list[str]:
    """Never Failback and never ReverseReplicate: a plan doesn't tell the direction (docs/service.md 3.2)."""
    if one.test_pending:
        return ["TestFailoverCleanup"]
    return ["PlannedFailover", "UnplannedFailover", "TestFailover", *(["Commit"] if one.commit_pending else [])]


def plan_scenario(world: World, one: Plan) -> dict[str, Any]:
    """The last scenario stays for ever (docs/service.md 1.6)."""
    if not one.scenario:
        return {"currentScenario": None, "currentScenarioStatus": None, "currentScenarioStatusDescription": None}
    name, guid, start = one.scenario
    job = world.jobs.find(guid)
    return {
        "currentScenario": {"scenarioName": name, "jobId": ids.job(world, guid), "startTime": iso(start)},
        "currentScenarioStatus": job.state if job else None,
        "currentScenarioStatusDescription": job.description if job else None,
    }


def plan_groups(world: World, one: Plan) -> list[dict[str, Any]]:
    """Shutdown and Failover groups are there without members (recorded); actions may be in all groups."""
    none: dict[str, Any] = {"start": [], "end": []}
    fixed: list[tuple[str, list[Item], dict[str, Any]]] = [
        (kind, [], one.fixed.get(kind, none)) for kind in ("Shutdown", "Failover")
    ]
    return [
        {
            "groupType": kind,
            "replicationProtectedItems": [
                {"id": ids.protected(world, item), "virtualMachineId": item.vm.id} for item in items
            ],
            "startGroupActions": actions["start"],
            "endGroupActions": actions["end"],
        }
        for kind, items, actions in [*fixed, *(("Boot", group["items"], group) for group in one.groups)]
    ]
