# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Subscriptions, resource groups and vaults, and which vault a path is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from ..estate.estate import Estate
from ..show import vault as show_vault
from ..world.world import World
from . import compute, network
from .call import Answer, Request

PLACE = re.compile(
    r"/subscriptions/([^/]+)(?:/resourceGroups/([^/]+)(?:/providers/[^/]+/([^/]+)/([^/]+))?)?(?:/.*)?", re.IGNORECASE
)
THINGS: dict[str, Callable[[Estate], Iterable[tuple[Any, ...]]]] = {  # what may be in a group that several vaults share
    "virtualmachines": lambda estate: ((vm,) for _item, vm in compute.all_vms(estate)),
    "disks": compute.all_disks,
    "networkinterfaces": network.all_nics,
    "publicipaddresses": network.all_public_ips,
}


def owner_of(world: World, path: str) -> World:
    """The vault that a path is about, or in whose groups it is: the one that fits best, without any the first."""
    found = PLACE.fullmatch(path)
    subscription, group, kind, name = ((one or "").lower() for one in found.groups()) if found else [""] * 4

    def fits(one: World) -> int:
        estate = one.estate
        if estate.subscription.lower() != subscription:
            return 0
        if kind == "vaults" and (estate.vault.lower(), estate.resource_group.lower()) == (name, group):
            return 3
        if any(
            thing[0].name.lower() == name and thing[0].group.lower() == group
            for thing in THINGS.get(kind, none)(estate)
        ):
            return 3
        return 2 if group in [name.lower() for name in group_names(estate)] else 1

    return max(world.vaults, key=fits)


def none(_estate: Estate) -> Iterable[tuple[Any, ...]]:
    """Of what no vault has."""
    return ()


def beside(request: Request) -> list[World]:
    """The vaults of the same subscription."""
    mine = request.world.estate.subscription.lower()
    return [one for one in request.world.vaults if one.estate.subscription.lower() == mine]


def subscription_body(request: Request, guid: str) -> dict[str, Any]:
    """A subscription."""
    tenant = request.world.tokens.tenant
    return {
        "id": f"/subscriptions/{guid}",
        "subscriptionId": guid,
        "tenantId": tenant,
        "state": "Enabled",
        "displayName": "simulated subscription",
        "authorizationSource": "RoleBased",
        "subscriptionPolicies": {"spendingLimit": "Off"},
    }


def subscriptions(request: Request) -> Answer:
    """The list of subscriptions."""
    known = {one.estate.subscription.lower(): one.estate.subscription for one in reversed(request.world.vaults)}
    return 200, {}, {"value": [subscription_body(request, guid) for guid in known.values()]}


def subscription(request: Request) -> Answer:
    """One subscription."""
    return 200, {}, subscription_body(request, request.world.estate.subscription)


def group_body(request: Request, name: str) -> dict[str, Any]:
    """A resource group."""
    estate = request.world.estate
    return {
        "id": f"/subscriptions/{estate.subscription}/resourceGroups/{name}",
        "name": name,
        "tags": {},
        "type": "Microsoft.Resources/resourceGroups",
        "location": estate.location,
        "properties": {"provisioningState": "Succeeded"},
    }


def group_names(estate: Estate) -> list[str]:
    """Groups of the vault, of the failovers, and of what was moved; a group has one name in upper and lower case."""
    names = [estate.resource_group, estate.recovery_resource_group, *compute.places(estate)]
    return sorted({name.lower(): name for name in reversed(names)}.values())


def groups(request: Request) -> Answer:
    """The list of resource groups."""
    known = {name.lower(): name for one in beside(request) for name in group_names(one.estate)}
    return 200, {}, {"value": [group_body(request, known[name]) for name in sorted(known)]}


def group(request: Request) -> Answer:
    """One resource group."""
    name = next(one for one in group_names(request.world.estate) if one.lower() == request.names["group"].lower())
    return 200, {}, group_body(request, name)


def group_exists(_request: Request) -> Answer:
    """HEAD of a resource group that is there."""
    return 204, {}, None


def vaults(request: Request) -> Answer:
    """Vaults of the subscription."""
    return 200, {}, {"value": [show_vault.vault(one, request.api) for one in beside(request)]}


def vaults_of_group(request: Request) -> Answer:
    """Vaults of one group."""
    group = request.names["group"].lower()
    found = [one for one in beside(request) if one.estate.resource_group.lower() == group]
    return 200, {}, {"value": [show_vault.vault(one, request.api) for one in found]}


def everywhere(listed: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
    """A list of the whole subscription, or of a group in it: that of each vault's surroundings, one after the other."""

    def of_all(request: Request) -> Answer:
        found = [listed(replace(request, world=one))[2]["value"] for one in beside(request)]
        return 200, {}, {"value": [row for rows in found for row in rows]}

    return of_all
