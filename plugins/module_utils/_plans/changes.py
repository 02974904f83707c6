# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What makes two plans differ, in words; and a plan as lines, for a diff. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeVar

from ansible_collections.asr.hyperv.plugins.module_utils._plans.code import Group, PlanCode, named
from ansible_collections.asr.hyperv.plugins.module_utils._service.plan_actions import Action, described
from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import last_part

K = TypeVar("K")
Spot = tuple[str, Mapping[str, "str | list[str]"]]  # the place in the plan, and what is there by field
Names = Mapping[str, str]


def changes(old: PlanCode | None, new: PlanCode | None, names: Names) -> list[str]:
    """What turns the old plan into the new one, a line each; empty when both are the same. None is no plan."""
    if old is None or new is None:
        plan, verb = (old, "deleted") if new is None else (new, "created")
        return [f"the plan is {verb} ({size(plan)})"] if plan else []
    count = (len(old.groups), len(new.groups))
    found = [f"groups: {count[0]} -> {count[1]}"] if count[0] != count[1] else []
    members = differences(dict(member_spots(old)), dict(member_spots(new)))
    found += sorted(f"{names.get(key, last_part(key))}: {line}" for key, line in members)
    actions = differences(dict(action_spots(old)), dict(action_spots(new)))
    return found + [f"action '{name}': {line}" for (name, _nth), line in actions] + orders(old, new)


def size(plan: PlanCode) -> str:
    members = sum(len(group.members) for group in plan.groups)
    return f"{members} protected item{'s'[: members != 1]} in {len(plan.groups)} group{'s'[: len(plan.groups) != 1]}"


def differences(old: Mapping[K, Spot], new: Mapping[K, Spot]) -> list[tuple[K, str]]:
    """By key, what changed: added, removed, moved, or described otherwise."""
    found: list[tuple[K, str]] = []
    for key in [*old, *(key for key in new if key not in old)]:
        if key not in new:
            found.append((key, f"removed from {old[key][0]}"))
        elif key not in old:
            found.append((key, f"added to {new[key][0]}"))
        else:
            (here, was), (there, is_now) = old[key], new[key]
            short = there if "," in there else there.removeprefix("group ")
            found += [(key, f"{here} -> {short}")] if here != there else []
            fields = [name for name in {**was, **is_now} if was.get(name) != is_now.get(name)]
            found += [(key, f"{there}: {name} {shown(was.get(name))} -> {shown(is_now.get(name))}") for name in fields]
    return found


def shown(value: object) -> str:
    """A field of an action on one line."""
    return visible(" ".join(value) if isinstance(value, list) else value or "") or "none"


def member_spots(plan: PlanCode) -> Iterable[tuple[str, Spot]]:
    """Each member by its id, with its group."""
    for place, group in plan.places():
        yield from ((member, (place, {})) for member in sorted(group.ids))


def action_spots(plan: PlanCode) -> Iterable[tuple[tuple[str, int], Spot]]:
    """Each action by its name (and which one of that name it is), with its place and all that is said of it."""
    seen: Counter[str] = Counter()
    for place, told in every_action(plan):
        name = str(told["name"])
        seen[name] += 1
        yield (name, seen[name]), (place, told)


def every_action(plan: PlanCode) -> Iterable[tuple[str, Action]]:
    """All actions in order, each with its place."""
    for place, group in plan.places():
        for side, bodies in (("before", group.before), ("after", group.after)):
            yield from ((f"{place}, {side}", described(body)) for body in bodies)


def orders(old: PlanCode, new: PlanCode) -> list[str]:
    """The places where the same actions run in another order."""
    found = []
    before, after = by_place(old), by_place(new)
    for place, names in after.items():
        was = before.get(place, [])
        if names != was and sorted(names) == sorted(was):
            found.append(f"{place}: the actions run as {', '.join(names)} (was {', '.join(was)})")
    return found


def by_place(plan: PlanCode) -> dict[str, list[str]]:
    """The names of the actions of each place, in order."""
    found: dict[str, list[str]] = {}
    for place, told in every_action(plan):
        found.setdefault(place, []).append(str(told["name"]))
    return found


def words(told: Action) -> str:
    """An action on one line."""
    rest = [
        f"{name} {shown(value)}"
        for name, value in told.items()
        if isinstance(value, str) and name not in ("name", "type")
    ]
    lists = [shown(value) for value in told.values() if isinstance(value, list)]
    return "; ".join([str(told["type"]), *lists, *rest])


def lines(plan: PlanCode | None, names: Names) -> str:
    """The plan as text for a diff; empty for none. Only places that hold something are shown."""
    if plan is None:
        return ""
    found = [f"plan {plan.name}"]
    for place, group in plan.places():
        if group.kind == "Boot" or group.before or group.after:
            found += [place, *(f"  {line}" for line in group_lines(group, names))]
    return "\n".join(found) + "\n"


def group_lines(group: Group, names: Names) -> list[str]:
    """What happens in a group, in order."""
    told = {side: list(map(described, bodies)) for side, bodies in (("before", group.before), ("after", group.after))}
    shown = {side: [f"{side}: {one['name']} ({words(one)})" for one in actions] for side, actions in told.items()}
    return [*shown["before"], *named(group, names), *shown["after"]]
