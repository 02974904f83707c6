# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Whom a call is about: the items and the plan that its options name, read from the vault, and what comes next for each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ansible_collections.asr.hyperv.plugins.module_utils._engine.item_reads import FEW, WIDTH
from ansible_collections.asr.hyperv.plugins.module_utils._engine.parallel import answers_or_errors
from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import ReadableVault
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import legal_steps
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._run.waiting import next_words
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput, ServiceError
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem, RecoveryPlan
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import same_id, segment
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Outlook
from ansible_collections.asr.hyperv.plugins.module_utils._wish.selection import (
    PROVIDER_TYPE,
    Selection,
    by_names,
    by_plan,
    near,
)


def select(
    vault: ReadableVault,
    names: Sequence[str] | None,
    plan_name: str | None,
    groups: Sequence[Sequence[str]] | None = None,
) -> Selection:
    """The items that were asked for, in waves that cut over one after the other. Raises BadInput, naming what exists."""
    if plan_name:
        plan = find_plan(vault, plan_name)
        return by_plan(plan, vault.items.list(plan.name))
    if groups:
        return by_names(groups, vault.items.list(), "groups")
    return by_names([names or []], by_ids(vault, names or []) or vault.items.list(), "protected_items")


def by_ids(vault: ReadableVault, names: Sequence[str]) -> list[ProtectedItem]:
    """A few items that are all named by their ARM ids, each read by itself; none where that does not find all of them.

    So a run of many calls does not list the whole vault in each for the VM that goes on.
    """
    if len(names) >= FEW or not all(segment(name, "replicationProtectedItems") for name in names):
        return []
    calls = {name: partial(vault.items.get, name) for name in names}
    found = answers_or_errors(calls, WIDTH, (BadInput, ServiceError))
    items = [item for name, item in found.items() if isinstance(item, ProtectedItem) and same_id(item.id, name)]
    return items if len(items) == len(names) else []


def find_plan(vault: ReadableVault, name: str) -> RecoveryPlan:
    """The plan of that name, with its groups. Raises BadInput with the names that are near."""
    plan = vault.plans.get(name)
    if plan is None:
        hint = near(name, [one.name for one in vault.plans.list()])
        raise BadInput(
            f"recovery_plan: there is no plan '{name}' in the vault.{hint}", option="recovery_plan", value=name
        )
    return plan


def hyperv_items(vault: ReadableVault) -> Selection:
    """All items of the vault that go from Hyper-V to Azure, as one wave."""
    return Selection((tuple(item for item in vault.items.list() if item.provider_type == PROVIDER_TYPE),))


def not_ours(vault: ReadableVault, track: Track) -> str:
    """Why nothing may be started for an item because of its id; empty when it is one of this vault."""
    why = vault.items.why_not_ours(track.item)
    return f"{track.name} is left alone: {why}." if why else ""


def outlook(vault: ReadableVault, track: Track) -> Outlook:
    """What an item's entry says of its future: `next` in words, and `legal_steps`; none for one that is left alone."""
    if why := not_ours(vault, track):
        return {"next": f"nothing: {why}", "legal_steps": []}
    return {"next": next_words(track), "legal_steps": list(legal_steps(track.phase, track.item, track.job))}
