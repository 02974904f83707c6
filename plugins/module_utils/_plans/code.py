# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""A recovery plan as code: all that the vault has of it, as a record and in the words of the options. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem, RecoveryPlan
from ansible_collections.asr.hyperv.plugins.module_utils._service.plan_actions import described
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import last_part, plain, rows, text
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.plan_shapes import (
    PlanActions,
    PlanDefinition,
    PlanGroup,
)
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json
from ansible_collections.asr.hyperv.plugins.module_utils._wish.selection import PROVIDER_TYPE

AZURE = "Microsoft Azure"  # stands where the id of the recovery fabric would (docs/service.md 1.1)
FIXED = {"shutdown": "Shutdown", "failover": "Failover"}  # the two groups that every plan has; they hold actions only
BEFORE, AFTER = "startGroupActions", "endGroupActions"


@dataclass(frozen=True)
class Group:
    """A group of a plan: `kind` is Shutdown, Failover or Boot. Members and actions are as the service wrote them."""

    kind: str
    members: tuple[object, ...] = ()
    before: tuple[object, ...] = ()
    after: tuple[object, ...] = ()

    @classmethod
    def from_service(cls, body: object) -> Group:
        """Make the record from the JSON of one group."""
        members = tuple(rows(body, "replicationProtectedItems"))
        return cls(text(body, "groupType"), members, tuple(rows(body, BEFORE)), tuple(rows(body, AFTER)))

    def to_service(self) -> Json:
        """The group as the service wants it, in full: it forgets what an update leaves out (docs/service.md 1.6)."""
        return {
            "groupType": self.kind,
            "replicationProtectedItems": list(self.members),
            BEFORE: list(self.before),
            AFTER: list(self.after),
        }

    @property
    def ids(self) -> frozenset[str]:
        """The ARM ids of the members, in plain form."""
        return frozenset(plain(text(member, "id")) for member in self.members)


@dataclass(frozen=True)
class PlanCode:
    """All that is to say of a plan: its fabric, the two fixed groups by their place, and the groups in order."""

    name: str
    fabric_id: str
    fixed: Mapping[str, Group]
    groups: tuple[Group, ...]
    recovery: str = AZURE
    providers: tuple[str, ...] = (PROVIDER_TYPE,)

    @classmethod
    def of(cls, plan: RecoveryPlan) -> PlanCode:
        """Make the record from a plan that was read by itself; one of a list has no groups."""
        every = [Group.from_service(body) for body in rows(plan.body, "properties", "groups")]
        by_kind = {group.kind: group for group in every}
        return cls(
            name=plan.name,
            fabric_id=text(plan.body, "properties", "primaryFabricId"),
            fixed={place: by_kind.get(kind, Group(kind)) for place, kind in FIXED.items()},
            groups=tuple(group for group in every if group.kind == "Boot"),
            recovery=text(plan.body, "properties", "recoveryFabricId"),
            providers=plan.provider_types,
        )

    @property
    def objection(self) -> str | None:
        """Why this plan cannot be kept here; None when it can."""
        if self.recovery == AZURE and PROVIDER_TYPE in (self.providers or (PROVIDER_TYPE,)):
            return None
        whose = ", ".join(self.providers) or "no provider"
        return (
            f"name: '{self.name}' is a plan of {whose} to {last_part(self.recovery)}; only plans from Hyper-V to Azure can be "
            "kept here."
        )

    @property
    def all_groups(self) -> list[Group]:
        """The groups in the service's order: shutdown, failover, then those with members."""
        return [*(self.fixed[place] for place in FIXED), *self.groups]

    def places(self) -> Iterable[tuple[str, Group]]:
        """The groups with what a person calls them."""
        yield from self.fixed.items()
        yield from ((f"group {number}", group) for number, group in enumerate(self.groups, start=1))

    def to_create(self) -> Json:
        """The properties of a new plan."""
        return {
            "primaryFabricId": self.fabric_id,
            "recoveryFabricId": AZURE,
            "failoverDeploymentModel": "ResourceManager",
            **self.to_update(),
        }

    def to_update(self) -> Json:
        """The properties of a changed plan: all of its groups."""
        return {"groups": [group.to_service() for group in self.all_groups]}

    def definition(self, names: Mapping[str, str]) -> PlanDefinition:
        """The plan in the words of the options: complete, and always written alike. `names` are those of the items."""
        shutdown, failover = (actions(self.fixed[place]) for place in FIXED)
        groups: list[PlanGroup] = [{"protected_items": named(group, names), **actions(group)} for group in self.groups]
        return {"name": self.name, "shutdown": shutdown, "failover": failover, "groups": groups}


def actions(group: Group) -> PlanActions:
    return {"before": list(map(described, group.before)), "after": list(map(described, group.after))}


def named(group: Group, names: Mapping[str, str]) -> list[str]:
    """The members of a group by name, sorted: a group starts them together, so their order means nothing."""
    return sorted(names.get(one, last_part(one)) for one in group.ids)


def short_names(items: Sequence[ProtectedItem]) -> dict[str, str]:
    """For each item, by its plain ARM id, the shortest name that means nothing else in the vault."""
    known: dict[str, int] = {}
    for item in items:
        for name in item.names:
            known[name] = known.get(name, 0) + 1
    choices = {item.id: (item.friendly_name, item.name, item.id) for item in items}
    return {plain(key): next(one for one in own if known.get(plain(one)) == 1) for key, own in choices.items()}
