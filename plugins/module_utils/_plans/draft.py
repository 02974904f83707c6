# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""From the options and what the vault has to the plan that is wanted, or to a refusal. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ansible_collections.asr.hyperv.plugins.module_utils._plans.code import FIXED, Group, PlanCode
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.names import segment_objection
from ansible_collections.asr.hyperv.plugins.module_utils._service.plan_actions import actions_of
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import last_part, plain, same_id, text
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.plan_shapes import PlanActions, PlanGroup, PlanWish
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json
from ansible_collections.asr.hyperv.plugins.module_utils._wish.selection import (
    PLAN_GROUPS,
    PLAN_ITEMS,
    resolve,
)


def check_name(name: str) -> None:
    """Refuse what cannot be the name of a plan, because it would lead to something else in an address."""
    if segment_objection(name):
        raise BadInput(
            f"name: '{name}' cannot be the name of a plan: {segment_objection(name)}. Allowed: a name without / \\ ? # %.",
            option="name",
        )


def check_size(groups: Sequence[PlanGroup] | None) -> None:
    """Refuse more groups or members than the service allows. Needs nothing of the vault."""
    if groups is None:
        return
    members = sum(len(group["protected_items"]) for group in groups)
    if members > PLAN_ITEMS or len(groups) > PLAN_GROUPS:
        raise BadInput(
            f"groups: {members} protected items in {len(groups)} groups; the service allows {PLAN_ITEMS} protected items and "
            f"{PLAN_GROUPS} groups in a recovery plan. Split the plan.",
            option="groups",
        )
    if not members:
        raise BadInput(
            "groups: no group has a protected item. Name at least one, or use state=absent.", option="groups"
        )


def draft(name: str, wanted: PlanWish, old: PlanCode | None, items: Sequence[ProtectedItem]) -> PlanCode:
    """The plan that comes out of the options and of what the vault has. What is not mentioned stays as it is.

    `wanted` has groups, shutdown and failover, each None when not given. Raises BadInput.
    """
    if old is None and wanted["groups"] is None:
        raise BadInput(
            f"groups: there is no plan '{name}' in the vault, so its groups have to be given.", option="groups"
        )
    ours(old)
    plan = old or PlanCode(name, "", {place: Group(kind) for place, kind in FIXED.items()}, ())
    given = {"shutdown": wanted["shutdown"], "failover": wanted["failover"]}
    fixed = {place: with_actions(group, given[place] or {}, place) for place, group in plan.fixed.items()}
    plan = replace(plan, fixed=fixed)
    return plan if wanted["groups"] is None else with_groups(plan, wanted["groups"], items)


def no_plan(old: PlanCode | None) -> None:
    """What is left of a plan that shall go. Raises BadInput for one that is not ours to delete."""
    ours(old)


def ours(old: PlanCode | None) -> None:
    """Raises BadInput for a plan that cannot be kept here."""
    if old and old.objection:
        raise BadInput(old.objection, option="name", value=old.name)


def with_actions(group: Group, given: PlanActions, where: str) -> Group:
    """The group with the actions that are given."""
    return replace(
        group,
        before=actions_of(given.get("before"), group.before, f"{where}, before"),
        after=actions_of(given.get("after"), group.after, f"{where}, after"),
    )


def with_groups(plan: PlanCode, wanted: Sequence[PlanGroup], items: Sequence[ProtectedItem]) -> PlanCode:
    """The plan with exactly these groups. Each keeps the actions of the old group that it goes on from."""
    found = resolve([group["protected_items"] for group in wanted], items, "groups")
    fabric_id = plan.fabric_id or fabric_of(next(item for group in found for item in group))
    check_fabric(fabric_id, found)
    entries = {plain(text(one, "id")): one for group in plan.groups for one in group.members}
    fresh = [Group("Boot", tuple(entries.get(plain(i.id)) or member_of(i) for i in group)) for group in found]
    kin = kinship(plan.groups, fresh)
    check_lost(plan.groups, kin, wanted)
    groups = []
    for place, (group, old, given) in enumerate(zip(fresh, kin, wanted, strict=True), start=1):
        base = replace(group, before=old.before, after=old.after) if old else group
        groups.append(with_actions(base, given, f"group {place}"))
    return replace(plan, fabric_id=fabric_id, groups=tuple(groups))


def member_of(item: ProtectedItem) -> Json:
    """A new member as the service wants it: the VM's id is the name of its protectable item (docs/service.md 1.6)."""
    return {"id": item.id, "virtualMachineId": last_part(item.protectable_item_id) or item.vm_id}


def fabric_of(item: ProtectedItem) -> str:
    """The ARM id of the fabric that an item is in."""
    return item.id[: item.id.lower().index("/replicationprotectioncontainers/")]


def check_fabric(fabric_id: str, groups: Iterable[Iterable[ProtectedItem]]) -> None:
    """Refuse members of another site: a plan has one source and one target (docs/service.md 5.4)."""
    for item in (item for group in groups for item in group):
        if not same_id(fabric_of(item), fabric_id):
            raise BadInput(
                f"groups: '{item.friendly_name}' is in the site '{item.site or item.fabric}' ({item.fabric}); all members of "
                f"this plan have to be in the site {last_part(fabric_id)}. Put it into a plan of its own site.",
                option="groups",
                value=item.friendly_name,
            )


def kinship(old: Sequence[Group], new: Sequence[Group]) -> list[Group | None]:
    """For each new group the old one that it goes on from: most members in common first, then the nearest place.

    So a group keeps its actions when another one is put before it.
    """
    pairs = sorted(
        (-len(mine.ids & theirs.ids), abs(here - there), here, there)
        for here, mine in enumerate(new)
        for there, theirs in enumerate(old)
        if mine.ids & theirs.ids or not (mine.ids or theirs.ids)
    )
    found: dict[int, int] = {}
    for _shared, _apart, here, there in pairs:
        if here not in found and there not in found.values():
            found[here] = there
    return [old[found[here]] if here in found else None for here in range(len(new))]


def check_lost(old: Sequence[Group], kin: Sequence[Group | None], wanted: Sequence[PlanGroup]) -> None:
    """Refuse to drop a group with actions, unless the options tell all actions of all groups."""
    complete = all(None not in (group["before"], group["after"]) for group in wanted)
    lost = [
        text(action, "actionName")
        for group in old
        if not any(group is one for one in kin)
        for action in (*group.before, *group.after)
    ]
    if lost and not complete:
        raise BadInput(
            f"groups: a group goes, and with it its actions {', '.join(lost)}, of which nothing is said. Give before and after "
            "of every group, with these actions where they belong, or without them if they shall go.",
            option="groups",
            value=lost,
        )
