# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""From the names a user gave to protected items of the vault, or a message that says what exists instead. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TypeVar

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem, RecoveryPlan
from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Named

NamedRow = TypeVar("NamedRow", bound=Named)
OF_THE_RUN = "among the items of this run"
PROVIDER_TYPE = "HyperVReplicaAzure"
PLAN_ITEMS, PLAN_GROUPS = 100, 7  # limits of the service (docs/service.md 5.4)


def near(name: str, names: Iterable[str], none: str = "The vault has none") -> str:
    """Words for a message: the names like this one, or all of them when there are few; `none` when there are none."""
    known = sorted(set(names))
    alike = difflib.get_close_matches(name.lower(), [one.lower() for one in known], n=5, cutoff=0.5)
    close = [one for one in known if one.lower() in alike]
    if close:
        return f" Near to it: {', '.join(close)}."
    if not known:
        return f" {none}."
    return f" There are: {', '.join(known[:20])}{' ...' if len(known) > 20 else '.'}"


Register = dict[str, list[ProtectedItem]]
Groups = tuple[tuple[ProtectedItem, ...], ...]


@dataclass(frozen=True)
class Selection:
    """The items of a run, wave by wave in the order in which they cut over.

    `groups`: for each wave the number of the recovery plan's group that it is, from 1; empty where no plan was named.
    """

    waves: Groups
    groups: tuple[int, ...] = ()

    def __iter__(self) -> Iterator[tuple[ProtectedItem, ...]]:
        return iter(self.waves)

    def placed(self) -> Iterator[tuple[ProtectedItem, int, int | None]]:
        """Each item with its wave (from 1) and its group of the plan."""
        for wave, (items, group) in enumerate(zip_longest(self.waves, self.groups), start=1):
            yield from ((item, wave, group) for item in items)


def register_of(items: Sequence[ProtectedItem]) -> Register:
    """The items by everything that each may be called, so that a thousand names cost a thousand look-ups."""
    register: Register = {}
    for item in items:
        for called in item.names:
            register.setdefault(called, []).append(item)
    return register


def rows_of(
    items: Sequence[ProtectedItem], rows: Iterable[NamedRow], option: str
) -> Iterator[tuple[ProtectedItem, NamedRow]]:
    """Each row of an option with the item of the run that it names.

    Raises BadInput for a row that names none of them, or one that has a row already.
    """
    register, seen = register_of(items), set()
    for row in rows:
        item = find_item(row["name"], register, option=option, place=OF_THE_RUN)
        if item.id in seen:
            raise BadInput(
                f"{option}: '{row['name']}' has two entries. Give each protected item one.",
                option=option,
                value=row["name"],
            )
        seen.add(item.id)
        yield item, row


def find_item(
    name: str, register: Register, *, option: str = "protected_items", place: str = "in the vault"
) -> ProtectedItem:
    """The one item that `name` (name, friendly name or ARM id) means. Raises BadInput for none or more than one.

    `option` is what named it, `place` where it was looked for.
    """
    found = register.get(plain(visible(name)), [])
    if len(found) == 1:
        return found[0]
    if found:
        ids = "; ".join(item.id for item in found)
        raise BadInput(
            f"{option}: '{name}' is the name of {len(found)} protected items. Give the ARM id instead: {ids}",
            option=option,
            value=name,
        )
    hint = near(name, [item.friendly_name for found in register.values() for item in found])
    raise BadInput(
        f"{option}: there is no protected item '{name}' {place}.{hint}",
        option=option,
        value=name,
    )


def check_provider(item: ProtectedItem) -> None:
    """Refuse an item that is not Hyper-V to Azure: its failback works in another way."""
    if item.provider_type != PROVIDER_TYPE:
        raise BadInput(
            f"'{item.friendly_name}' is replicated by {item.provider_type or 'an unnamed provider'}; only {PROVIDER_TYPE} "
            "(Hyper-V to Azure) can be failed back here. Leave it out.",
            protected_item=item.friendly_name,
            value=item.provider_type,
            allowed=[PROVIDER_TYPE],
        )


def resolve(groups: Sequence[Sequence[str]], items: Sequence[ProtectedItem], option: str) -> Groups:
    """The named items, group by group. Raises BadInput for an unknown, doubled, ambiguous or foreign item."""
    if not items:
        raise BadInput(
            "The vault holds no protected items at all: is this the right subscription, resource group and vault?"
        )
    seen: set[str] = set()
    register = register_of(items)
    found = tuple(tuple(find_item(name, register, option=option) for name in names) for names in groups)
    for item, name in zip(chain(*found), chain(*groups), strict=True):
        if plain(item.id) in seen:
            raise BadInput(f"{option}: '{name}' is given twice. Name each protected item once.", value=name)
        check_provider(item)
        seen.add(plain(item.id))
    return found


def by_names(groups: Sequence[Sequence[str]], items: Sequence[ProtectedItem], option: str) -> Selection:
    """As `resolve`, without empty groups."""
    return Selection(tuple(group for group in resolve(groups, items, option) if group))


def by_plan(plan: RecoveryPlan, items: Sequence[ProtectedItem]) -> Selection:
    """The members of the plan, a wave for each group that has some. Raises BadInput for an empty plan or an unknown member.

    One that is larger than documented is no reason to refuse: the vault has it, and its VMs may have to come home tonight.
    """
    if not any(plan.groups):
        raise BadInput(
            f"recovery_plan: '{plan.name}' has no members, so there is nothing to fail back.", value=plan.name
        )
    register = register_of(items)
    groups = tuple(tuple(find_item(member, register) for member in group) for group in plan.groups)
    for item in (item for group in groups for item in group):
        check_provider(item)
    filled = [(group, number) for number, group in enumerate(groups, start=1) if group]
    return Selection(tuple(group for group, _number in filled), tuple(number for _group, number in filled))
