# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of settable facts, and how they are set: one vocabulary for scenario, control interface and fault."""

from __future__ import annotations

import copy
from typing import Any

import jsonschema

from ..estate.items import Item
from ..world.world import World
from .azure import AZURE
from .fact import Fact, table
from .host import HOST
from .machine import VM
from .plan import PLAN
from .values import describe, fill, short
from .vault import VAULT

FACTS: dict[str, dict[str, Fact]] = {"vm": VM, "azure": AZURE, "host": HOST, "plan": PLAN, "vault": VAULT}

PLACES = {"vm": "vms.{0}", "azure": "vms.{1}.azure", "host": "hosts.{0}", "plan": "plans.{0}", "vault": "vault"}


def keys(kind: str) -> dict[str, Any]:
    """The facts of a kind of thing, as keys of a scenario."""
    return {name: fact.schema for name, fact in FACTS[kind].items()}


def check(kind: str, wanted: Any) -> dict[str, Any]:
    """The facts as they are set, with what is left out filled in; the first error is told with place and what is allowed."""
    if not isinstance(wanted, dict) or not wanted or set(wanted) - set(FACTS[kind]):
        raise ValueError(f"{short(wanted)} is not allowed; facts of {kind}: {', '.join(FACTS[kind])}")
    schema = table(keys(kind))
    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(wanted))
    if errors:
        raise ValueError("; ".join(describe(error) for error in errors))
    filled: dict[str, Any] = fill(copy.deepcopy(wanted), schema)
    return filled


def put(world: World, kind: str, thing: Any, wanted: dict[str, Any]) -> None:
    """Set facts of one thing, in the order of the table."""
    for name, fact in FACTS[kind].items():
        if name in wanted:
            fact.put(world, thing, wanted[name])
    world.kernel.watch()


def start(world: World) -> None:
    """What a scenario says beside what the estate was built from."""
    items = {item.key: item for item in world.estate.items}
    for site in world.scenario["sites"]:
        for given in site["hosts"]:
            begin(world, "host", world.estate.host(given["name"]), given)
    for given in world.scenario["vms"]:
        begin(world, "vm", items[given["name"]], given)
        begin(world, "azure", items[given["name"]], given["azure"])
    for given in world.scenario["plans"]:
        begin(world, "plan", world.estate.plan(given["name"]), given)
    begin(world, "vault", world.estate, world.scenario["vault"])


def begin(world: World, kind: str, thing: Any, given: dict[str, Any]) -> None:
    """The facts of one thing that were not taken in before. Raises ValueError with their place in the scenario."""
    for name, fact in FACTS[kind].items():
        if name in given and not fact.built:
            try:
                fact.put(world, thing, copy.deepcopy(given[name]))
            except ValueError as error:
                raise ValueError(
                    f"{PLACES[kind].format(given.get('name', ''), getattr(thing, 'key', ''))}.{error}"
                ) from error


def names_of(world: World, kind: str) -> dict[str, Any]:
    """The things of a kind by their names in the scenario."""
    estate = world.estate
    if kind in ("vm", "azure"):
        return {item.key: item for item in estate.items}
    if kind == "host":
        return {host.name: host for site in estate.sites for host in site.hosts}
    return {plan.name: plan for plan in estate.plans} if kind == "plan" else {estate.vault: estate}


def belonging(world: World, kind: str, item: Item) -> list[Any]:
    """The things of a kind that an item has to do with."""
    if kind == "host":
        return [item.vm.host]
    if kind == "plan":
        return [plan for plan in world.estate.plans if any(item in group["items"] for group in plan.groups)]
    return [world.estate] if kind == "vault" else [item]


def change(world: World, kind: str, name: str | None, wanted: Any) -> None:
    """Somebody changes one thing, by its name."""
    found = names_of(world, kind)
    if name is None or name not in found:
        raise ValueError(f"name: {name!r} is not allowed; allowed: {', '.join(found)}")
    put(world, kind, found[name], check(kind, wanted))
