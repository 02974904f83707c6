# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""From the options of a module to the wish that the engine plans for."""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._domain.intent import Departure
from ansible_collections.asr.hyperv.plugins.module_utils._domain.lifecycle import Goal, Step
from ansible_collections.asr.hyperv.plugins.module_utils._domain.placement import Manner
from ansible_collections.asr.hyperv.plugins.module_utils._engine.planning import Wish
from ansible_collections.asr.hyperv.plugins.module_utils._glue.azure_side import accepted
from ansible_collections.asr.hyperv.plugins.module_utils._glue.results import Params


def wish_of(options: Params, goal: Goal, permitted: frozenset[Step] = frozenset(Step)) -> Wish:
    """What the options of a module ask for."""
    manner = Manner(
        options.get("data_sync"), options.get("create_vm_if_missing", False), options.get("alternate_host") or ""
    )
    away = Departure(
        options.get("recovery_point") or "",
        options.get("network") or "",
        options.get("shut_down_source", False),
        options.get("force", False),
    )
    exceptions, optional = options.get("item_options", ()), options.get("optional_items", ())
    return Wish(goal, permitted, manner, exceptions, optional, away=away, **accepted(options))
