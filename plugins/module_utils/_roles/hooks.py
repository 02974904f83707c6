# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The user's own tasks on the way home: which of them run at a point, and for whom. Pure.

A hook is a mapping: `at` (one of POINTS), `tasks` (a file), `per` (vm, group or run), and whom it is for: `vms`, `groups`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import HOME
from ansible_collections.asr.hyperv.plugins.module_utils._roles.story import members
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import number as whole_number
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain, texts
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Report, RosterEntry
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry, Json
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import Hook, HookCall
from ansible_collections.asr.hyperv.plugins.module_utils._wish.selection import near

LAST = "after_protect"
POINTS = ("before_sync", "before_cutover", "after_boot", "before_commit", LAST)
ONCE_FOR_ALL = ("before_sync", "before_cutover", LAST)  # between, the groups are at different points
PER = ("vm", "group", "run", "arrival")
POLICIES = ("stop_vm", "stop_run")
NOT_AGAIN = (
    " (its VM is protected now: a repeated run runs it only where failback_report remembers it; else do it yourself)"
)
KEYS = {"at", "tasks", "per", "vms", "groups", "on_failure"}


def hook_complaints(hooks: Sequence[Json], items: Sequence[ItemEntry] | None = None) -> Iterator[str]:
    """A line for each thing that is wrong with a hook. Whom it is for is only looked at when the `items` of the run are given."""
    for number, hook in enumerate(hooks, start=1):
        where = f"failback_hooks: hook {number} ({hook.get('tasks') or 'without tasks'})"
        for key, allowed in (("at", POINTS), ("per", PER), ("on_failure", POLICIES)):
            if hook.get(key, allowed[0]) not in allowed or (key == "at" and key not in hook):
                yield f"{where} has {key} '{hook.get(key, '')}'. Allowed: {', '.join(allowed)}."
        if not hook.get("tasks"):
            yield f"{where} names no task file. Give its path as tasks."
        if set(hook) - KEYS:
            yield f"{where} has unknown keys: {', '.join(sorted(set(hook) - KEYS))}. Known: {', '.join(sorted(KEYS))}."
        if hook.get("per") == "run" and hook.get("at") not in ONCE_FOR_ALL:
            yield f"{where}: {hook.get('at')} comes for each group, so it cannot be per run. Allowed: vm, group."
        if items is not None:
            yield from for_nobody(where, hook, items)


def for_nobody(where: str, hook: Json, items: Sequence[ItemEntry]) -> Iterator[str]:
    """VMs and groups of a hook that the run does not have: it would not run for them, and nobody would notice."""
    names = {plain(item[key]) for item in items for key in ("name", "id") if item.get(key)}
    if strange := [name for name in texts(hook, "vms") if plain(name) not in names]:
        hint = near(strange[0], [item["name"] for item in items])
        yield f"{where} is for {', '.join(strange)}, which is not part of this failback.{hint}"
    groups = groups_of(items)
    if empty := [one for one in texts(hook, "groups") if whole_number(one) not in groups]:
        there = f"which the plan does not have. Its groups: {', '.join(map(str, groups))}"
        told = there if groups else "and this failback is of no recovery plan, so it has no groups. Name its vms"
        yield f"{where} is for group {', '.join(map(str, empty))}, {told}."


def groups_of(items: Sequence[ItemEntry]) -> list[int]:
    """The groups of the plan that these items are in; none without a plan."""
    return sorted({item["group"] for item in items if item["group"] is not None})


def check_hooks(hooks: Sequence[Hook], items: Sequence[ItemEntry]) -> None:
    """Raises BadInput with all that is wrong with the hooks, one on a line."""
    if told := list(hook_complaints(hooks, items)):
        raise BadInput("\n".join(told))


def hook_calls(hooks: Sequence[Hook], at: str, items: Sequence[ItemEntry]) -> list[HookCall]:
    """Every time that a hook has to run at this point for these items, in order.

    Each call has `tasks`, `on_failure`, `label`, the `items` it is for, `vm` or `group` (None where it is for more), and `hint`,
    what to know when it fails.
    """
    calls: list[HookCall] = []
    for hook in hooks:
        if hook["at"] != at:
            continue
        mine = [item for item in items if is_for(hook, item)]
        per = hook.get("per", PER[0])
        sets: list[tuple[str, ItemEntry | None, int | None, list[ItemEntry]]]
        if per == "vm":
            sets = [(item["name"], item, item["group"], [item]) for item in mine]
        elif per == "group":
            sets = [
                (f"group {number}", None, number, [item for item in mine if item["group"] == number])
                for number in groups_of(mine)
            ] or [("all", None, None, mine)] * bool(mine)
        else:
            sets = [("all", None, None, mine)] if mine else []
        calls += [
            {
                "at": at,
                "tasks": hook["tasks"],
                "on_failure": hook.get("on_failure", POLICIES[0]),
                "label": f"{at} of {label}",
                "hint": NOT_AGAIN if at == LAST else "",
                "vm": vm,
                "group": group,
                "items": chosen,
            }
            for label, vm, group, chosen in sets
        ]
    return calls


def after_protect(
    roster: Sequence[RosterEntry], hooks: Sequence[Hook], previous: Report, ran: Collection[str]
) -> dict[str, list[str]]:
    """For whom the hooks after the protection still have to run, by name, in lists: `owed`, and `unknown`, who was protected when
    the run began, with nobody to tell whether they ran for them.

    `previous` is the report that was there when the run began, empty for none; `ran` has those that they ran for in this run.
    What another failback owes stays owed.
    """
    came = [entry["name"] for entry in roster if entry["phase_before"] not in HOME]
    owed = [name for name in dict.fromkeys([*came, *previous.get("owed_after_protect", ())]) if name not in ran]
    told = {*came, *owed, *ran, *(member["name"] for member in members(previous))}
    concerned = [entry for entry in roster if any(hook["at"] == LAST and is_for(hook, entry) for hook in hooks)]
    return {"owed": owed, "unknown": [entry["name"] for entry in concerned if entry["name"] not in told]}


def is_for(hook: Hook, item: ItemEntry) -> bool:
    """Whether a hook is for this item: for all when it names neither VMs nor groups."""
    names = {plain(name) for name in hook.get("vms") or ()}
    groups = {int(number) for number in hook.get("groups") or ()}
    return not (names or groups) or is_called(item, names) or item["group"] in groups


def is_called(item: ItemEntry, names: Collection[str]) -> bool:
    """Whether one of these names, in plain form, is the item's: its name or its ARM id."""
    return plain(item["name"]) in names or plain(item.get("id") or "") in names
