# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts of a recovery plan: who is in it, and what it does beside."""

from __future__ import annotations

from typing import Any

from ..estate.estate import Estate
from ..estate.items import Plan
from ..world.world import World
from .fact import TEXT, Fact, one_of, rows, table

BOTH_WAYS = ("PrimaryToRecovery", "RecoveryToPrimary")
TYPES = ("PlannedFailover", "UnplannedFailover", "TestFailover")
ACTION = table(
    {
        "name": TEXT,
        "kind": {**one_of("manual", "script", "runbook"), "default": "manual"},
        "instructions": {**TEXT, "default": "Check the group and go on."},
        "script": {**TEXT, "default": "\\\\share\\scripts\\step.ps1"},
        "runbook": {**TEXT, "default": "Step"},
        "side": {**one_of("Primary", "Recovery"), "default": "Primary"},
        "failover_types": rows(one_of(*TYPES), default=["PlannedFailover"]),
        "directions": rows(one_of(*BOTH_WAYS), default=["RecoveryToPrimary"]),
    },
    "name",
)
PLACED = table(
    {
        "group": {"type": ["integer", "string"], "default": 1},  # number of a group of VMs, Shutdown or Failover
        "when": {**one_of("before", "after"), "default": "before"},
        **ACTION["properties"],
    },
    "name",
)


def details_of(estate: Estate, given: dict[str, Any]) -> dict[str, Any]:
    """customDetails of an action (docs/service.md 1.6)."""
    if given["kind"] == "script":
        return {
            "instanceType": "ScriptActionDetails",
            "path": given["script"],
            "timeout": None,
            "fabricLocation": given["side"],
        }
    if given["kind"] == "runbook":
        account = (
            f"/subscriptions/{estate.subscription}/resourceGroups/{estate.resource_group}"
            "/providers/Microsoft.Automation/automationAccounts/automation"
        )
        return {
            "instanceType": "AutomationRunbookActionDetails",
            "runbookId": f"{account}/runbooks/{given['runbook']}",
            "timeout": None,
            "fabricLocation": given["side"],
        }
    return {"instanceType": "ManualActionDetails", "description": given["instructions"]}


def shown(estate: Estate, given: dict[str, Any]) -> dict[str, Any]:
    """An action as the service shows it."""
    return {
        "actionName": given["name"],
        "failoverTypes": given["failover_types"],
        "failoverDirections": given["directions"],
        "customDetails": details_of(estate, given),
    }


def actions(world: World, plan: Plan, given: list[dict[str, Any]]) -> None:
    """All actions of the plan; those of before are gone."""
    places = {str(number): group for number, group in enumerate(plan.groups, start=1)}
    for kind in ("Shutdown", "Failover"):
        places[kind] = plan.fixed.setdefault(kind, {"start": [], "end": []})
    for one in given:
        if str(one["group"]) not in places:
            raise ValueError(f"actions: group: {one['group']!r} is not allowed; allowed: {', '.join(places)}")
    for group in places.values():
        group["start"], group["end"] = [], []
    for one in given:
        places[str(one["group"])]["start" if one["when"] == "before" else "end"].append(shown(world.estate, one))


def members(world: World, plan: Plan, given: list[list[str]]) -> None:
    """Its groups of VMs, by their names; actions stay with the number of their group."""
    items = {item.key: item for item in world.estate.items}
    for name in [name for group in given for name in group]:
        if name not in items:
            raise ValueError(f"members: {name!r} is not allowed; allowed: {', '.join(items)}")
    sites = sorted({items[name].site.friendly for group in given for name in group})
    if len(sites) > 1:
        raise ValueError(f"members: VMs of the sites {', '.join(sites)} are not allowed; allowed: VMs of one site")
    old = plan.groups
    plan.groups = [
        {"items": [items[name] for name in names], **actions_of(old, place)} for place, names in enumerate(given)
    ]


def actions_of(groups: list[dict[str, Any]], place: int) -> dict[str, Any]:
    """The actions that a group had."""
    old = groups[place] if place < len(groups) else {}
    return {"start": old.get("start", []), "end": old.get("end", [])}


def without(world: World, plan: Plan, names: list[str]) -> None:
    """Members that leave the plan, and stay protected."""
    known = {item.key for item in world.estate.items} | {vm["name"] for vm in world.scenario["vms"]}
    for name in [name for name in names if name not in known]:
        raise ValueError(f"without: {name!r} is not allowed; allowed: {', '.join(sorted(known))}")
    for group in plan.groups:
        group["items"] = [item for item in group["items"] if item.key not in names]


PLAN: dict[str, Fact] = {
    "members": Fact(rows(rows(TEXT), minItems=1, maxItems=7), members),
    "actions": Fact(rows(PLACED), actions),
    "without": Fact(rows(TEXT), without),
}
