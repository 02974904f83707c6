# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The core as one function: a request in, an answer out. No sockets, no threads, no waiting."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from . import control
from .arm import act, bodies, ci_tokens, front_door, resource_groups, routes
from .arm.call import Answer, Request
from .arm.filters import unreadable
from .arm.rights import check_rights
from .clock.clock import iso
from .show import versions
from .simulation import Simulation
from .wire.errors import Refused, arm, identified, resource_not_found
from .world.fault import Call, state_of

FRONT_DOOR = routes.compiled(
    [
        ("GET", "/metadata/endpoints", front_door.metadata),
        ("GET", "/common/discovery/instance", front_door.discovery),
        ("GET", "/{tenant}/v2.0/.well-known/openid-configuration", front_door.openid),
        ("GET", "/{tenant}/.well-known/openid-configuration", front_door.openid),
        ("GET", "/msi/token", front_door.managed_identity),
        ("GET", ci_tokens.GITHUB, ci_tokens.github),
        ("POST", ci_tokens.PIPELINES, ci_tokens.pipelines),
        ("POST", "/{tenant}/oauth2/v2.0/token", front_door.token),
        ("POST", "/{tenant}/oauth2/token", front_door.token),
    ]
)
OPTIONS = {name.lower(): name for name in ("api-version", "$filter", "$skipToken")}  # their case does not matter
SUBSCRIPTION = re.compile(r"/subscriptions/([^/]+)(?:/resourceGroups/([^/]+))?.*", re.IGNORECASE)
VAULT = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/([^/]+)/providers/Microsoft\.RecoveryServices/vaults/([^/]+)(/.*)?",
    re.IGNORECASE,
)


def answer(world: Simulation, method: str, url: str, headers: Mapping[str, str], body: Any = None) -> Answer:
    """Answer one request. `url` is the path with its query, `body` is decoded JSON or form fields.

    The answer is (status, headers, body). A scripted fault may raise Dropped (a ConnectionResetError) or TimedOut (a
    TimeoutError) instead, or return a body that is Raw; `wire` makes bytes and content type of any body.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    split = urlsplit(url)
    path = unquote(split.path)
    query = {OPTIONS.get(key.lower(), key): value for key, value in parse_qsl(split.query, keep_blank_values=True)}
    if path.startswith("/_simulator/"):
        return control.answer(Request(world, method.upper(), path, query, lower, body))
    found_world = resource_groups.owner_of(world, path)
    assert isinstance(found_world, Simulation)
    world = found_world
    world.kernel.settle()
    request = Request(world, method.upper(), path, query, lower, body)
    is_arm = path.lower().startswith("/subscriptions")
    status = 0
    try:
        status, found_headers, found = carry_out(world, request, is_arm)
        return status, {**common_headers(request, is_arm, status), **found_headers}, found
    finally:
        log(request, is_arm, status)


def carry_out(world: Simulation, request: Request, is_arm: bool) -> Answer:
    """Faults first, then the handler, then the faults that strike when it is too late or spoil the answer."""
    request.call = fault_call(request)
    try:
        world.faults.strike(request, accepted=False)
        before = world.memory.look(request)
        found = arm_answer(request) if is_arm else front_answer(request)
        world.memory.keep(before, found[0])
        world.faults.strike(request, accepted=True)
        return world.faults.spoil(request, found)
    except Refused as refused:
        body = identified(refused.body, request.request_id, world.request_guid())
        return refused.status, refused.headers, body


def fault_call(request: Request) -> Call:
    """What faults see of a request: the verb, and the item by its name in the scenario, with its state."""
    key = request.world.key_of(request.path)
    last = request.path.rstrip("/").rpartition("/")[2] if request.method == "POST" else ""
    item = next((one for one in request.world.estate.items if one.key == key), None)
    seen = state_of(item) if item else Call(item=key)
    return replace(seen, method=request.method, path=request.path, verb=last)


def front_answer(request: Request) -> Answer:
    """Metadata and identity provider need no token."""
    handler = routes.find(FRONT_DOOR, request, request.path)
    return handler(request) if handler else act.unknown(request)


def arm_answer(request: Request) -> Answer:
    """Token, subscription, group, api version and vault; then the route."""
    world = request.world
    why = world.tokens.check(request.headers.get("authorization", ""))
    if why:
        body, headers = front_door.challenge(world, why)
        return 401, headers, body
    world.limits.take(request.method)
    if not request.api:
        raise arm(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    check_scope(request)
    unknown = versions.refusal(request.method, request.path, request.api, world.estate.location)
    if unknown:
        raise unknown
    vault = VAULT.fullmatch(request.path)
    if vault:
        check_vault(request, vault.group(1), vault.group(2))
    known, path = (routes.VAULT, vault.group(3) or "") if vault else (routes.ARM, request.path)
    handler = routes.find(known, request, path)
    check_rights(request)
    if not handler:
        routes.refuse_method(known, request, path)
        return act.unknown(request)
    bodies.check(request)
    if vault and "$skipToken" in request.query and handler not in routes.IN_PAGES:
        raise unreadable(request.query["$skipToken"], "this list has no pages")
    return handler(request)


def check_scope(request: Request) -> None:
    """Subscription and resource group have to exist."""
    match = SUBSCRIPTION.fullmatch(request.path)
    estate = request.world.estate
    if not match:
        return
    subscription, group = match.groups()
    if subscription.lower() != estate.subscription.lower():
        raise arm(404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found.")
    if group and group.lower() not in [name.lower() for name in resource_groups.group_names(estate)]:
        raise arm(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.")


def check_vault(request: Request, group: str, name: str) -> None:
    """There is one vault, in one group."""
    estate = request.world.estate
    if (group.lower(), name.lower()) != (estate.resource_group.lower(), estate.vault.lower()):
        raise resource_not_found("Microsoft.RecoveryServices/vaults", name, group)


def common_headers(request: Request, is_arm: bool, status: int) -> dict[str, str]:
    """Headers of every answer; the budgets only ever look like recorded ones (docs/service.md 5.5)."""
    found = {
        "Date": formatdate(request.world.now, usegmt=True),
        "x-ms-correlation-request-id": request.world.request_guid(),
        "Cache-Control": "no-cache",
    }
    if is_arm:
        found["x-ms-request-id"] = request.own_id() if status < 400 else request.world.request_guid()
        found.update(request.world.limits.headers(request.method, len(request.world.log.entries)))
    if request.is_oldest and status != 202:
        found["Content-Type"] = "application/json"  # later versions add the charset
    return found


def log(request: Request, is_arm: bool, status: int) -> None:
    """Write the request down. A dropped connection has status 0."""
    world, facts = request.world, request.facts
    world.log.add(
        wall_time=iso(world.clock.wall()),
        simulated_time=iso(world.now),
        method=request.method,
        path=request.path,
        query=request.query,
        status=status,
        client_request_id=request.request_id,
        arm=is_arm,
        verb=facts.get("verb", ""),
        item=facts.get("item", ""),
        plan=facts.get("plan", ""),
        job=facts.get("job", ""),
    )
