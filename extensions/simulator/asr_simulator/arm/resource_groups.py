# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Subscription and resource groups."""

from __future__ import annotations

from typing import Any

from ..show import vault as show_vault
from . import compute
from .call import Answer, Request


def subscription_body(request: Request) -> dict[str, Any]:
    """The one subscription."""
    guid, tenant = request.world.estate.subscription, request.world.tokens.tenant
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
    return 200, {}, {"value": [subscription_body(request)]}


def subscription(request: Request) -> Answer:
    """One subscription."""
    return 200, {}, subscription_body(request)


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


def group_names(request: Request) -> list[str]:
    """Groups of the vault, of the failovers, and of what was moved; a group has one name in upper and lower case."""
    estate = request.world.estate
    names = [estate.resource_group, estate.recovery_resource_group, *compute.places(estate)]
    return sorted({name.lower(): name for name in reversed(names)}.values())


def groups(request: Request) -> Answer:
    """The list of resource groups."""
    return 200, {}, {"value": [group_body(request, name) for name in group_names(request)]}


def group(request: Request) -> Answer:
    """One resource group."""
    name = next(one for one in group_names(request) if one.lower() == request.names["group"].lower())
    return 200, {}, group_body(request, name)


def vaults_of_group(request: Request) -> Answer:
    """Vaults of one group."""
    here = request.names["group"].lower() == request.world.estate.resource_group.lower()
    return 200, {}, {"value": [show_vault.vault(request.world)] if here else []}
