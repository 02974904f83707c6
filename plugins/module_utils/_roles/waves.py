# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""In which order VMs come home: canaries first, then the groups, and nobody before the VMs that it needs. Pure.

Items are entries as protected_item_info returns them: `name`, `id`, `group` (None without a plan: then all are one group).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry
from ansible_collections.asr.hyperv.plugins.module_utils._wish.selection import near

CANARY = 0  # the group of those that come first; the groups of a plan count from 1
Place = tuple[int, int]  # group, and how many within the group have to come before


def waves(
    items: Sequence[ItemEntry], needs: Mapping[str, Sequence[str]], canary: Sequence[str] = ()
) -> list[list[ItemEntry]]:
    """The items in waves that come home one after the other.

    `needs`: by name or ARM id of a VM, those that have to be home before it. One that needs a VM of a later group moves
    behind it.
    Raises BadInput for a name that is not among the items, a canary that needs another VM, and VMs that need each other.
    """
    known = {plain(item["name"]): item for item in items}
    by_id = {plain(item["id"]): item["name"] for item in items if item.get("id")}
    canary = [by_id.get(plain(name), name) for name in canary]
    needs = {by_id.get(plain(name), name): [by_id.get(plain(one), one) for one in row] for name, row in needs.items()}
    if len(known) < len(items):
        twice = [name for name, count in Counter(plain(item["name"]) for item in items).items() if count > 1]
        raise BadInput(
            f"More than one VM of this failback is called {', '.join(twice)}. Fail them back in runs of their own, by ARM id."
        )
    for name in [*canary, *needs, *(one for row in needs.values() for one in row)]:
        if plain(name) not in known:
            raise BadInput(
                f"The VM '{name}' is not part of this failback.{near(name, [item['name'] for item in items])}"
            )
    wanted = {plain(name): [plain(one) for one in row] for name, row in needs.items()}
    first = {plain(name) for name in canary}
    for name in first:
        late = [known[one]["name"] for one in wanted.get(name, ()) if one not in first]
        if late:
            raise BadInput(
                f"The canary {known[name]['name']} needs {', '.join(late)}. Name those as canaries too, or none."
            )
    groups = {name: CANARY if name in first else item["group"] or 1 for name, item in known.items()}
    places: dict[str, Place] = {}
    for name in known:
        place_of(name, groups, wanted, places, ())
    return [[known[name] for name in known if places[name] == place] for place in sorted(set(places.values()))]


def place_of(
    name: str,
    groups: Mapping[str, int],
    needs: Mapping[str, Sequence[str]],
    places: dict[str, Place],
    way: tuple[str, ...],
) -> Place:
    """Where a VM comes: in its group, or later when it needs somebody who comes later. Raises BadInput for a circle."""
    if name in way:
        circle = " -> ".join([*way[way.index(name) :], name])
        raise BadInput(
            f"These VMs need each other, so none of them could be the first: {circle}. Take one dependency out."
        )
    if name not in places:
        before = [place_of(one, groups, needs, places, (*way, name)) for one in needs.get(name, ())]
        group = max([groups[name], *(place[0] for place in before)])
        places[name] = (group, max((place[1] + 1 for place in before if place[0] == group), default=0))
    return places[name]
