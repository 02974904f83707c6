# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The groups in the body of a plan that is created or changed, checked against what a plan may have."""

from __future__ import annotations

from typing import Any

from ..estate.estate import Estate
from ..estate.items import Item
from ..estate.places import Site
from ..jobs.inputs import invalid
from ..show import ids
from ..wire.errors import site_recovery
from .call import Request

MOST_ITEMS, MOST_GROUPS = 100, 7  # docs/service.md 5.4
KINDS = ("Shutdown", "Failover", "Boot")
SIDES = {"start": "startGroupActions", "end": "endGroupActions"}
NEEDED = {  # docs/service.md 1.6: what an action of each kind has to have
    "ManualActionDetails": (),
    "ScriptActionDetails": ("path", "fabricLocation"),
    "AutomationRunbookActionDetails": ("fabricLocation",),
}
DIRECTIONS = ["PrimaryToRecovery", "RecoveryToPrimary"]


def checked(request: Request) -> dict[str, Any]:
    """`boots`: the groups with members, in order; `fixed`: by kind the actions of the two that every plan has."""
    given = request.properties.get("groups")
    if not isinstance(given, list) or not all(isinstance(group, dict) for group in given):
        raise invalid("groups", given, ["a list of groups"])
    fixed, boots = {}, []
    for group in given:
        kind = group.get("groupType")
        if kind not in KINDS:
            raise invalid("groupType", kind, KINDS)
        actions = {key: [action(one) for one in group.get(side) or []] for key, side in SIDES.items()}
        if kind == "Boot":
            boots.append({"items": members(request.world.estate, group), **actions})
        else:
            fixed[kind] = actions
    check_size(boots)
    return {"boots": boots, "fixed": fixed}


def members(estate: Estate, group: dict[str, Any]) -> list[Item]:
    """The items of a group; they have to be there."""
    found = []
    for one in group.get("replicationProtectedItems") or []:
        item = estate.item(one.get("id", "").rstrip("/").rpartition("/")[2])
        if not item:
            message = f"The replication protected item '{one.get('id')}' does not exist in the vault."
            raise site_recovery(404, "NotFound", "ArmResourceDoesNotExist", message)
        found.append(item)
    return found


def check_size(boots: list[dict[str, Any]]) -> None:
    """Each item once, at least one of them, and not more than a plan may have."""
    items = [item for group in boots for item in group["items"]]
    if not items:
        raise invalid("groups", "no protected item", ["at least one protected item"])
    if len(boots) > MOST_GROUPS or len(items) > MOST_ITEMS:
        allowed = [f"up to {MOST_GROUPS} groups with up to {MOST_ITEMS} protected items"]
        raise invalid("groups", f"{len(boots)} groups, {len(items)} protected items", allowed)
    for item in items:
        if items.count(item) > 1:
            raise invalid("groups", item.name, ["each protected item once"])


def action(given: dict[str, Any]) -> dict[str, Any]:
    """An action as it is kept: what isn't sent is lost (docs/service.md 1.6)."""
    details = given.get("customDetails") or {}
    kind = details.get("instanceType")
    if kind not in NEEDED:
        raise invalid("customDetails.instanceType", kind, list(NEEDED))
    for field, value in (
        ("actionName", given.get("actionName")),
        *((name, details.get(name)) for name in NEEDED[kind]),
    ):
        if not value:
            raise invalid(field, value, ["a text"])
    wrong = [one for one in given.get("failoverDirections") or [] if one not in DIRECTIONS]
    if wrong:
        raise invalid("failoverDirections", wrong[0], DIRECTIONS)
    lists = {name: list(given.get(name) or []) for name in ("failoverTypes", "failoverDirections")}
    return {"actionName": given["actionName"], **lists, "customDetails": dict(details)}


def check_fabrics(request: Request, sites: list[Site]) -> None:
    """The fabrics of a new plan are those of its members: their site, and Azure."""
    primary = request.properties.get("primaryFabricId") or ""
    expected = ids.fabric(request.world, sites[0])
    if primary.rstrip("/").lower() != expected.lower():
        raise invalid("primaryFabricId", primary or None, [expected])
    recovery = request.properties.get("recoveryFabricId")
    if recovery != "Microsoft Azure":
        raise invalid("recoveryFabricId", recovery, ["Microsoft Azure"])
    check_site(sites[0], sites)


def check_site(site: Site, sites: list[Site]) -> None:
    """A plan has one source."""
    wrong = next((one for one in sites if one is not site), None)
    if wrong:
        raise invalid("groups", f"a member in {wrong.friendly}", [f"members in {site.friendly}"])
