# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Handlers that only read the vault."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ..estate.items import Item
from ..estate.places import Site
from ..show import ids
from ..show import item as show_item
from ..show import plan as show_plan
from ..show import vault as show_vault
from ..wire.errors import not_found
from .call import Answer, Request, page
from .filters import item_filter, unreadable


def vault(request: Request) -> Answer:
    """The vault."""
    return 200, {}, show_vault.vault(request.world, request.api)


def permissions(request: Request) -> Answer:
    """What the caller may do with the vault: all but what the scenario denies for every item."""
    denied = [one["action"] for one in request.world.scenario["denied_actions"] if not one["items"]]
    return 200, {}, {"value": [{"actions": ["*"], "notActions": denied, "dataActions": [], "notDataActions": []}]}


def fabrics(request: Request) -> Answer:
    """The list of fabrics."""
    world = request.world
    return (
        200,
        {},
        {"value": [show_vault.fabric(world, site, request.shows) for site in world.estate.sites], "nextLink": None},
    )


def fabric(request: Request) -> Answer:
    """One fabric."""
    return 200, {}, show_vault.fabric(request.world, request.site(), request.shows)


def _providers(request: Request, sites: list[Site]) -> Answer:
    world = request.world
    found = [show_vault.provider(world, site, host, request.shows) for site in sites for host in site.providers]
    return 200, {}, {"value": found, "nextLink": None}


def all_providers(request: Request) -> Answer:
    """Providers of the vault."""
    return _providers(request, request.world.estate.sites)


def providers(request: Request) -> Answer:
    """Providers of a fabric."""
    return _providers(request, [request.site()])


def provider(request: Request) -> Answer:
    """One provider."""
    site = request.site()
    for host in site.providers:
        if host.provider.lower() == request.names["provider"].lower():
            return 200, {}, show_vault.provider(request.world, site, host, request.shows)
    raise not_found("recovery services provider", request.names["provider"])


def all_containers(request: Request) -> Answer:
    """Containers of the vault."""
    world = request.world
    return 200, {}, {"value": [show_vault.container(world, site) for site in world.estate.sites], "nextLink": None}


def containers(request: Request) -> Answer:
    """Containers of a fabric."""
    return 200, {}, {"value": [show_vault.container(request.world, request.site())], "nextLink": None}


def container(request: Request) -> Answer:
    """One container."""
    return 200, {}, show_vault.container(request.world, request.container())


def all_mappings(request: Request) -> Answer:
    """Mappings of the vault."""
    world = request.world
    return 200, {}, {"value": [show_vault.mapping(world, site) for site in world.estate.sites], "nextLink": None}


def mappings(request: Request) -> Answer:
    """Mappings of a container."""
    return 200, {}, {"value": [show_vault.mapping(request.world, request.container())], "nextLink": None}


def mapping(request: Request) -> Answer:
    """One mapping."""
    site = request.container()
    if request.names["mapping"].lower() != request.world.estate.mapping.lower():
        raise not_found("protection container mapping", request.names["mapping"])
    return 200, {}, show_vault.mapping(request.world, site)


def policies(request: Request) -> Answer:
    """The list of policies."""
    return 200, {}, {"value": [show_vault.policy(request.world, request.shows)], "nextLink": None}


def policy(request: Request) -> Answer:
    """One policy."""
    if request.names["policy"].lower() != request.world.estate.policy.lower():
        raise not_found("policy", request.names["policy"])
    return 200, {}, show_vault.policy(request.world, request.shows)


def _networks(request: Request, sites: list[Site]) -> list[dict[str, Any]]:
    return [
        show_vault.network(request.world, site, name)
        for site in sites
        for name in site.networks or sorted({switch for host in site.hosts for switch in host.switches})
    ]


def all_networks(request: Request) -> Answer:
    """Networks of the vault."""
    return 200, {}, {"value": _networks(request, request.world.estate.sites), "nextLink": None}


def networks(request: Request) -> Answer:
    """Networks of a fabric."""
    return 200, {}, {"value": _networks(request, [request.site()]), "nextLink": None}


def network(request: Request) -> Answer:
    """One network."""
    for found in _networks(request, [request.site()]):
        if found["name"].lower() == request.names["network"].lower():
            return 200, {}, found
    raise not_found("network", request.names["network"])


def protectable_items(request: Request) -> Answer:
    """Two pages, the second of them empty (recorded). A deleted VM isn't listed (assumed)."""
    world, site = request.world, request.container()
    token = request.query.get("$skipToken")
    if token is not None:
        if token != "ReplicationGroup:Begin":
            raise unreadable(token, "the token was not made by this list")
        return 200, {}, {"value": [], "nextLink": None}
    found = [
        show_item.protectable(world, one, request.shows)
        for one in world.estate.items
        if one.site is site and one.vm.present
    ]
    path = f"{ids.container(world, site)}/replicationProtectableItems"
    link = f"{world.base_url}{quote(path)}?api-version={request.api}&$skipToken=ReplicationGroup%3ABegin"
    return 200, {}, {"value": found, "nextLink": link}


def protectable_item(request: Request) -> Answer:
    """One protectable item; a deleted VM has none (assumed)."""
    site, name = request.container(), request.names["protectable"].lower()
    for one in request.world.estate.items:
        if one.site is site and one.vm.present and one.vm.id.lower() == name:
            request.facts["item"] = one.key
            return 200, {}, show_item.protectable(request.world, one, request.shows)
    raise not_found("protectable item", request.names["protectable"])


def all_protected_items(request: Request) -> Answer:
    """Items of the vault, or of one plan in its order: `RecoveryPlanName eq 'x'` (recorded)."""
    world, found = request.world, request.world.estate.items
    request.facts["verb"] = "items list"
    wanted, keep = item_filter(request.query.get("$filter", ""))
    if wanted is not None:
        plan = world.estate.plan(wanted)
        found = [item for group in plan.groups for item in group["items"]] if plan else []
    found = [item for item in found if keep(item)]
    return _items(request, found, f"{world.vault_path}/replicationProtectedItems")


def protected_items(request: Request) -> Answer:
    """Items of a container."""
    world, site = request.world, request.container()
    request.facts["verb"] = "items list"
    found = [item for item in world.estate.items if item.site is site]
    return _items(request, found, f"{ids.container(world, site)}/replicationProtectedItems")


def _items(request: Request, found: list[Item], path: str) -> Answer:
    status, headers, body = page(request, request.world.memory.items(found), path)
    body["value"] = [show_item.item(request.world, one, request.shows) for one in body["value"]]
    return status, headers, body


def protected_item(request: Request) -> Answer:
    """One protected item."""
    world = request.world
    return 200, {}, show_item.item(world, world.memory.items([request.item()], "item")[0], request.shows)


def recovery_points(request: Request) -> Answer:
    """Recovery points of an item."""
    world, item = request.world, request.item()
    found = [show_item.recovery_point(world, item, point) for point in item.recovery_points]
    return 200, {}, {"value": found, "nextLink": None}


def recovery_point(request: Request) -> Answer:
    """One recovery point."""
    item = request.item()
    for point in item.recovery_points:
        if point.name.lower() == request.names["point"].lower():
            return 200, {}, show_item.recovery_point(request.world, item, point)
    raise not_found("recovery point", request.names["point"])


def plans(request: Request) -> Answer:
    """The list of plans, without groups."""
    world = request.world
    return (
        200,
        {},
        {
            "value": [show_plan.plan(world, plan, request.shows, full=False) for plan in world.estate.plans],
            "nextLink": None,
        },
    )


def plan(request: Request) -> Answer:
    """One plan, with its groups."""
    return 200, {}, show_plan.plan(request.world, request.plan(), request.shows)


def health(request: Request) -> Answer:
    """Health of the vault."""
    return 200, {}, show_vault.health(request.world, request.shows)


def usages(request: Request) -> Answer:
    """Counters of the vault."""
    return 200, {}, show_vault.usages(request.world)
