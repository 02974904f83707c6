# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""How the inventory reads a vault: what the modules read, with as few requests, and told as data that a cache may keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from ansible_collections.asr.hyperv.plugins.module_utils._engine.parallel import in_parallel
from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Vault
from ansible_collections.asr.hyperv.plugins.module_utils._engine.selecting import hyperv_items
from ansible_collections.asr.hyperv.plugins.module_utils._engine.survey import survey
from ansible_collections.asr.hyperv.plugins.module_utils._glue.azure_lookups import Lookups, vm_entry
from ansible_collections.asr.hyperv.plugins.module_utils._glue.azure_side import AT_ONCE
from ansible_collections.asr.hyperv.plugins.module_utils._glue.entries import item_entry, provider_entry
from ansible_collections.asr.hyperv.plugins.module_utils._glue.results import Result
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import UNCOMMITTED
from ansible_collections.asr.hyperv.plugins.module_utils._run.report import stamp
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AccessDenied
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import RecoveryPlan
from ansible_collections.asr.hyperv.plugins.module_utils._service.providers import Provider
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.inventory_shapes import PlanPlace, Reading
from ansible_collections.asr.hyperv.plugins.module_utils._wish.selection import Selection

UNSEEN = "{} of {} cannot be read, so the inventory has none: {}"


@dataclass
class Parts:
    """What was read of a vault. A part that the caller may not read is empty, with a warning."""

    vault: Vault
    selected: Selection
    tracks: Sequence[Track] = ()
    providers: Sequence[Provider] = ()
    plans: Sequence[RecoveryPlan] = ()
    warnings: list[str] = field(default_factory=list)

    def warn(self, words: str) -> None:
        """Tell the user, when all was read."""
        self.warnings.append(words)

    def read(self) -> None:
        """Jobs, providers and plans, side by side. Raises what reading raises."""
        in_parallel({"jobs": self.read_jobs, "providers": self.read_providers, "plans": self.read_plans}, 3, {})

    def read_jobs(self) -> None:
        self.tracks = survey(self.vault, self.selected, None)

    def read_providers(self) -> None:
        try:
            self.providers = self.vault.hosts.providers()
        except AccessDenied as error:
            self.warn(UNSEEN.format("The Hyper-V hosts", self.vault.place, error))

    def read_plans(self) -> None:
        """All plans with their groups, which only a plan that is read by itself tells (docs/service.md 1.6)."""
        try:
            listed = self.vault.plans.list()
        except AccessDenied as error:
            self.warn(UNSEEN.format("The recovery plans", self.vault.place, error))
            return
        found: dict[str, RecoveryPlan | None] = {}
        in_parallel({one.name: partial(self.vault.plans.get, one.name) for one in listed}, AT_ONCE, found)
        self.plans = [plan for plan in found.values() if plan]


def read_vault(vault: Vault, *, azure_vms: bool) -> Reading:
    """All of a vault that the inventory tells: its items with their jobs, providers and plans.

    `azure_vms`: the VMs in Azure too, with two requests or more for each. Raises what reading raises.
    """
    parts = Parts(vault, hyperv_items(vault))  # before the rest, so that one request signs in and not three
    parts.read()
    now, place = vault.service_time(), vault.place
    return {
        "subscription_id": place.subscription_id,
        "resource_group": place.resource_group,
        "vault_name": place.vault,
        "read_at": stamp(now) or "",
        "items": [item_entry(vault, track, now) for track in parts.tracks],
        "plans": places(parts.plans),
        "providers": [provider_entry(provider, now) for provider in parts.providers],
        "azure_vms": read_azure(parts) if azure_vms else None,
        "warnings": parts.warnings,
    }


def places(plans: Sequence[RecoveryPlan]) -> dict[str, list[PlanPlace]]:
    """By plain id of an item the plans that it is in, by name, and its group in each."""
    found: dict[str, list[PlanPlace]] = {}
    for plan in sorted(plans, key=lambda one: one.name):
        for number, members in enumerate(plan.groups, start=1):
            for member in members:
                found.setdefault(plain(member), []).append({"plan": plan.name, "group": number})
    return found


def read_azure(parts: Parts) -> Mapping[str, Result]:
    """By id of an item what azure_vm_info tells of its VM, for those that are in Azure."""
    lookups = Lookups(parts, parts.vault)
    away = [
        track.item for track in parts.tracks if track.item.active_location == "Recovery" or track.phase in UNCOMMITTED
    ]
    found: dict[str, Result] = {}
    in_parallel({item.id: partial(vm_entry, lookups, item) for item in away}, AT_ONCE, found)
    return found
