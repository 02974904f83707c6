# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names that cannot be: given twice where each is one thing, with a slash where they are part of an address, or of nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

Table = dict[str, Any]
MOST = 10**15  # of any number: beyond it nothing can be reckoned


def twice(place: str, names: list[str], any_case: bool = False) -> Iterator[str]:
    """Names that are not unique; where the service does not mind upper and lower case, in any case."""
    seen = [name.lower() if any_case else name for name in names]
    for one in sorted(set(seen)):
        if seen.count(one) > 1:
            yield f"{place}: the name {names[seen.index(one)]!r} is given twice; allowed: each once"


def unreadable(value: Any, place: str = "") -> Iterator[str]:
    """Numbers that nobody can reckon with, and keys that are no text: YAML has both, a scenario has neither."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in pairs:
        inner = f"{place}.{key}" if place else str(key)
        if isinstance(value, dict) and not isinstance(key, str):
            yield f"{place or '(top)'}: the key {key!r} is not allowed; allowed: a text (in quotes)"
        yield from unreadable(one, inner)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and (not math.isfinite(value) or abs(value) > MOST):
        told = value if isinstance(value, float) else "a number so long"
        yield f"{place or '(top)'}: {told} is not allowed; allowed: a number up to {MOST}"


def of_site(site: Table) -> Iterator[str]:
    """What a host or a VMM server has but once."""
    place = f"sites.{site['name']}"
    yield from slashes(place, "name", site["name"])
    yield from twice(f"{place}.networks", [one["name"] for one in site["networks"]])
    for host in site["hosts"]:
        at = f"{place}.hosts.{host['name']}"
        yield from twice(f"{at}.switches", host["switches"])
        yield from twice(f"{at}.adapters", host["adapters"])
        volumes = host["volumes"]
        yield from twice(f"{at}.volumes", [one.get("letter") or one["path"].rstrip("\\") for one in volumes], True)
        for one in [one for one in volumes if one["free_gb"] > one["size_gb"]]:
            name = one.get("letter") or one["path"]
            yield f"{at}.volumes.{name}.free_gb: {one['free_gb']} is not allowed; allowed: at most its size, {one['size_gb']}"


def of_vms(vms: list[Table]) -> Iterator[str]:
    """What is part of an address, and what is in Azure in one group."""
    yield from twice("vms.item_name", [vm["item_name"] for vm in vms if "item_name" in vm], True)
    yield from twice("vms.azure_name", [vm["azure_name"] for vm in vms if "azure_name" in vm], True)
    for vm in vms:
        place = f"vms.{vm['name']}"
        yield from slashes(place, "item_name", vm.get("item_name", ""))
        for key in ("nics", "added_disks", "locks"):
            yield from twice(f"{place}.azure.{key}", [one["name"] for one in vm["azure"].get(key, [])], True)


def of_others(scenario: Table) -> Iterator[str]:
    """A right can only be denied for items that are there."""
    vms = [vm["name"] for vm in scenario["vms"]]
    for place, denied in enumerate(scenario["denied_actions"]):
        for name in [name for name in denied["items"] if name not in vms]:
            yield f"denied_actions.{place}.items: {name!r} is not allowed; allowed: {', '.join(vms)}"


def slashes(place: str, key: str, name: str) -> Iterator[str]:
    """A name that is part of an address."""
    if "/" in name:
        yield f"{place}.{key}: {name!r} is not allowed; allowed: a name without '/'"


def azure_name(vm: dict[str, Any]) -> str:
    """What failovers call the VM in Azure: its own name as far as Azure allows it (assumed), or what the scenario says."""
    usual = re.sub("[^A-Za-z0-9-]+", "-", vm.get("display_name") or vm["name"]).strip("-")[:63]
    return vm.get("azure_name") or usual or "vm"
