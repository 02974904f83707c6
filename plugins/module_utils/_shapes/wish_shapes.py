# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The shapes of what is asked of a role: the gate and its window, hooks, and what options say of items. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypedDict

from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import WantedOfVm
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import (
    ItemEntry,
    Json,
    LockedEntry,
    Named,
    ThingEntry,
    Timing,
)


class Window(TypedDict, total=False):
    """The maintenance window, as times with a zone."""

    opens: str
    closes: str


class RulesOfGate(TypedDict):
    """When the cutover may begin: now, stop or a time; the window; how many percent have to be ready."""

    gate: str
    window: Window
    share: float


class Rules(RulesOfGate, total=False):
    """The same with why it stays closed whatever the rest says, and the wait before a commit."""

    closed: str
    detached: bool
    commit_after: str | int


class WrittenRules(TypedDict, total=False):
    """The rules of the gate as a user wrote them, before anybody has looked at them."""

    gate: object
    window: Json
    share: object
    closed: object
    detached: object
    commit_after: object


class Hook(TypedDict, total=False):
    """A row of failback_hooks."""

    at: str
    tasks: str
    per: str
    vms: Sequence[str] | None
    groups: Sequence[int] | None
    on_failure: str


class HookCall(TypedDict):
    """One time that a hook has to run. `vm` or `group` is None where it is for more."""

    at: str
    tasks: str
    on_failure: str
    label: str
    hint: str
    vm: ItemEntry | None
    group: int | None
    items: list[ItemEntry]


class OwnRow(TypedDict):
    """A host of the inventory: its name, the ARM id of the item that it is (empty where nobody says), and its asr_failback."""

    host: str
    item_id: str
    wish: object


class RoleWishes(TypedDict):
    """What variables of the roles say of single VMs: those of failback, and validate_vms."""

    item_options: Sequence[Json]
    optional: Sequence[str]
    dependencies: Mapping[str, Sequence[str]]
    hooks: Sequence[Json]
    vms: Mapping[str, Json]


class Around(TypedDict, total=False):
    """What else is known where a role is started: see `complaints` of `_roles/wishes.py`."""

    now: str
    groups: Mapping[str, Sequence[str]]
    extra: Collection[str]
    unread: Collection[str]


class Wishes(TypedDict, total=False):
    """What was asked for, as far as it is about items: see `of_items` there."""

    rules: WrittenRules
    named: Mapping[str, Sequence[str]]
    dependencies: Mapping[str, Sequence[str]]
    canary: Sequence[str]
    hooks: Sequence[Json]
    vms: Mapping[str, WantedOfVm]
    login: bool
    inventory: Collection[str] | None


class GoalOfItem(Named):
    """Where one item is to go."""

    state: str


class GoalOption(GoalOfItem, total=False):
    """A row of the option goals. `due`: whether being there ends a call `until: due`; null is as the state has it."""

    due: bool | None


class Where(TypedDict):
    """Where one item stood."""

    id: str
    phase: str


class SeenEntry(Where, LockedEntry, total=False):
    """A row of the option seen: what an earlier call of the same run has answered of an item."""

    timings: Sequence[Timing]
    deletes: Sequence[ThingEntry]
