# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""How far each item of a call is to go: one goal for all, or goals item by item. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Goal
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import GoalOption
from ansible_collections.asr.hyperv.plugins.module_utils._wish.selection import rows_of


@dataclass(frozen=True)
class Aim:
    """How far one item is to go. `rests`: no further than it is. `calls`: its being there ends a call `until: due`."""

    goal: Goal
    rests: bool = False
    calls: bool = False


def aim_at(goal: Goal, due: bool | None = None) -> Aim:
    """A goal; the last of all calls nobody unless that is asked for, as nothing is left to do then."""
    return Aim(goal, calls=goal is not Goal.PROTECTED if due is None else due)


def aims_of(items: Sequence[ProtectedItem], usual: Goal, rows: Sequence[GoalOption] | None) -> dict[str, Aim]:
    """The aim of each item, by its ARM id: that of its row; without rows the usual goal is everybody's.

    Raises BadInput for a row that names no item of this call, or one that has a row already.
    """
    if rows is None:
        return {item.id: aim_at(usual) for item in items}
    aims = {item.id: Aim(usual, rests=True) for item in items}
    for item, row in rows_of(items, rows, "goals"):
        aims[item.id] = aim_at(Goal(row["state"]), row.get("due"))
    return aims
