# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""From the options of a module to the wish that the engine plans for."""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._engine.planning import Wish
from ansible_collections.asr.hyperv.plugins.module_utils._glue.azure_side import accepted
from ansible_collections.asr.hyperv.plugins.module_utils._glue.results import Params
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Step
from ansible_collections.asr.hyperv.plugins.module_utils._wish.intent import FailoverOptions
from ansible_collections.asr.hyperv.plugins.module_utils._wish.placement import FailbackOptions


def wish_of(options: Params, goal: Goal, permitted: frozenset[Step] = frozenset(Step)) -> Wish:
    """What the options of a module ask for."""
    return Wish(
        goal,
        permitted,
        failback=FailbackOptions(
            data_sync=options.get("data_sync"),
            create_vm_if_missing=options.get("create_vm_if_missing", False),
            alternate_host=options.get("alternate_host") or "",
        ),
        item_options=options.get("item_options", ()),
        optional=options.get("optional_items", ()),
        failover=FailoverOptions(
            recovery_point=options.get("recovery_point") or "",
            network=options.get("network") or "",
            shut_down_source=options.get("shut_down_source", False),
            force=options.get("force", False),
        ),
        goals=options.get("goals"),
        seen=options.get("seen", ()),
        **accepted(options),
    )
