# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The shapes of a recovery plan as code, in the words of the options of the module recovery_plan. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Named

ActionRow = Mapping[str, "str | list[str] | None"]  # an action of a plan, as a row of options


class PlanActions(TypedDict, total=False):
    """The actions around a group, as the options of recovery_plan give them; those of None stay as they are."""

    before: Sequence[ActionRow] | None
    after: Sequence[ActionRow] | None


class PlanGroup(PlanActions):
    """A group with its members."""

    protected_items: list[str]


class PlanWish(TypedDict):
    """A whole plan, as the options give it."""

    groups: list[PlanGroup] | None
    shutdown: PlanActions | None
    failover: PlanActions | None


class PlanDefinition(Named):
    """A plan in the words of the options of recovery_plan."""

    groups: list[PlanGroup]
    shutdown: NotRequired[PlanActions]
    failover: NotRequired[PlanActions]
