# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What the inventory says of single VMs (`asr_failback` of a host), put together with the variables of the roles. Pure.

A host of the inventory is a VM of the run by `asr_item_id`, which the inventory plugin sets, else by its name. What a variable
of the role says of a VM comes before what the VM's host says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._roles.options import WISHES_FOR_ONE, OptionSpec, read
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain, rows, texts
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry, Json
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import OwnRow, RoleWishes

NAME = "asr_failback"  # the variable of a host
HOW = ("data_sync", "create_vm_if_missing", "alternate_host")  # as failback_item_options has them
HOOK: dict[str, OptionSpec] = {
    "at": {"type": "str", "required": True},
    "tasks": {"type": "str", "required": True},
    "per": {"type": "str"},
    "on_failure": {"type": "str"},
}
SPEC: OptionSpec = {
    "type": "dict",
    "options": {
        "data_sync": {"type": "str", "choices": ["before_failover", "during_failover", "auto"]},
        "create_vm_if_missing": {"type": "bool"},
        "alternate_host": {"type": "str"},
        "optional": {"type": "bool"},
        "depends_on": {"type": "list", "elements": "str"},
        "targets": {"type": "dict", "options": WISHES_FOR_ONE},
        "hooks": {"type": "list", "elements": "dict", "options": HOOK},
    },
}
VARIABLES = {  # of the roles, by what they are called here
    "item_options": "failback_item_options",
    "optional": "failback_optional",
    "dependencies": "failback_dependencies",
    "hooks": "failback_hooks",
    "vms": "validate_vms",
}
Own = dict[str, dict[str, Any]]  # what was read, by name of the VM


def own_of(items: Sequence[ItemEntry], found: Iterable[OwnRow]) -> tuple[Own, list[str]]:
    """What the hosts of these items say, by name of the VM, and a line for each thing that cannot be understood.

    Hosts that are no VM of the run say nothing.
    """
    own: Own = {}
    told: list[str] = []
    hosts = list(found)
    names = {plain(row["host"]): item["name"] for row in hosts if (item := item_of(row, items))}
    for row in hosts:
        item = item_of(row, items)
        if item is None or row["wish"] is None:
            continue
        record, wrong = read({NAME: SPEC}, {NAME: row["wish"]})
        told += [f"{row['host']}: {line}" for line in wrong]
        if item["name"] in own:
            told.append(f"{row['host']}: {NAME} of {item['name']} is said by another host of the inventory as well.")
        said = record.get(NAME)
        wish: dict[str, Any] = {**said} if isinstance(said, Mapping) else {}
        wish["depends_on"] = [names.get(plain(one), one) for one in texts(wish, "depends_on")]
        own[item["name"]] = wish
    return own, told


def item_of(row: OwnRow, items: Sequence[ItemEntry]) -> ItemEntry | None:
    """The item that a host is: by its id, or without one by its name when one item has it."""
    if row["item_id"]:
        return next((item for item in items if plain(item["id"]) == plain(row["item_id"])), None)
    same = [item for item in items if plain(item["name"]) == plain(row["host"])]
    return same[0] if len(same) == 1 else None


def with_own(given: RoleWishes, own: Own) -> RoleWishes:
    """The wishes of the role with what the hosts say."""
    optional = [name for name, wish in own.items() if wish.get("optional")]
    needs: dict[str, list[str]] = {name: list(row) for name, row in given["dependencies"].items()}
    for name, wish in own.items():
        if wish["depends_on"]:
            needs[name] = list(dict.fromkeys([*needs.get(name, ()), *wish["depends_on"]]))
    return {
        "item_options": options_with(given["item_options"], own),
        "optional": list(dict.fromkeys([*given["optional"], *optional])),
        "dependencies": needs,
        "hooks": [*given["hooks"], *own_hooks(own)],
        "vms": {**given["vms"], **dict(targets_with(given["vms"], own))},
    }


def options_with(given: Sequence[Json], own: Own) -> list[Json]:
    """The rows of item_options, each with what its VM's host says besides, and rows for the other VMs."""
    left = {name: {key: wish[key] for key in HOW if key in wish} for name, wish in own.items()}
    found: list[Json] = []
    for row in given:
        mine = next((name for name in left if plain(name) == plain(str(row.get("name")))), "")
        said = {key: value for key, value in row.items() if value is not None}
        found.append({**left.pop(mine, {}), **said})
    return found + [{"name": name, **how} for name, how in left.items() if how]


def targets_with(given: Mapping[str, Json], own: Own) -> Iterator[tuple[str, Json]]:
    """What is checked of single VMs, by name, for those whose host says something."""
    for name, wish in own.items():
        if wish.get("targets"):
            key = next((one for one in given if plain(one) == plain(name)), name)
            yield key, {**wish["targets"], **given.get(key, {})}


def own_hooks(own: Own) -> list[Json]:
    """The hooks of the hosts, each once, for all VMs whose hosts have it."""
    found: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for name, wish in own.items():
        for hook in rows(wish, "hooks"):
            if isinstance(hook, Mapping):
                key = tuple(sorted((str(part), str(value)) for part, value in hook.items()))
                found.setdefault(key, []).append(name)
    return [{**dict(key), "vms": list(dict.fromkeys(names))} for key, names in found.items()]


def as_given(said: RoleWishes, before: Mapping[str, Any]) -> RoleWishes:
    """What the user has given: a variable that is still what an earlier run of the role in this play made of it is not.

    `before`: what `taken` gave then.
    """
    first = before.get("given", {})
    given: Any = {
        key: first.get(key) if value == before.get("wishes", {}).get(key) else value for key, value in said.items()
    }
    return {
        "item_options": given["item_options"],
        "optional": names_in(given["optional"]),
        "dependencies": given["dependencies"],
        "hooks": given["hooks"],
        "vms": given["vms"],
    }


def names_in(value: str | Sequence[str]) -> list[str]:
    """A list of names, which -e may give as a text with commas."""
    return value.split(",") if isinstance(value, str) else list(value)


def taken(said: RoleWishes, before: Mapping[str, Any], own: Own) -> dict[str, Any]:
    """What the role goes by: `wishes`; what was `given` without the hosts; the variables to set, by name, in `takes`."""
    given = as_given(said, before)
    wishes = with_own(given, own)
    there: Any = {**said, "optional": names_in(said["optional"])}
    takes = {VARIABLES[key]: value for key, value in wishes.items() if value != there[key]}
    return {"given": given, "wishes": wishes, "takes": takes}
