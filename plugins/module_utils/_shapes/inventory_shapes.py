# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The shapes of what the inventory is made of: what was read of one vault, as data that a cache may keep. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry, Json


class PlanPlace(TypedDict):
    """Where a protected item is in a recovery plan: the name of the plan, and the number of the group, from 1."""

    plan: str
    group: int


class ProviderEntry(TypedDict):
    """A provider as provider_info answers it."""

    host: str
    id: str
    site: str
    site_type: str
    connected: bool
    heartbeat_age_seconds: int | None
    version: str
    version_state: str
    version_expires: str | None
    server_version: str
    protected_items: int
    problems: list[str]


class Reading(TypedDict):
    """One vault. `read_at` is the service's time; `azure_vms` what azure_vm_info tells, by id of the item, if asked for."""

    subscription_id: str
    resource_group: str
    vault_name: str
    read_at: str
    items: list[ItemEntry]
    plans: Mapping[str, list[PlanPlace]]
    providers: list[ProviderEntry]
    azure_vms: Mapping[str, Json] | None
    warnings: list[str]
