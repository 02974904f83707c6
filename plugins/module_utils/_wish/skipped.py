# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a recovery plan has to be done on a way, and nobody does when its members go one by one. Pure.

Source: docs/service.md 1.6 (kinds of actions, directions). Whether the service runs scripts and runbooks when a plan of
Hyper-V VMs is failed back, nobody recorded.
"""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import TO_AZURE, TO_ON_PREMISES, Way
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import RecoveryPlan, actions_of
from ansible_collections.asr.hyperv.plugins.module_utils._service.plan_actions import described
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import rows

FAILOVERS = {  # the service's words for a recovery plan's own failover on each way: its type, and its direction
    Way.OUT: ("PlannedFailover", TO_AZURE),
    Way.UNPLANNED: ("UnplannedFailover", TO_AZURE),
    Way.DRILL: ("TestFailover", TO_AZURE),
    Way.HOME: ("PlannedFailover", TO_ON_PREMISES),
}


def skipped_actions(plan: RecoveryPlan, way: Way) -> list[str]:
    """What the plan's own failover would run on this way, in its order, and nobody runs when the members go one by one."""
    if way not in FAILOVERS:
        return []
    kind, direction = FAILOVERS[way]
    told = map(described, actions_of(rows(plan.body, "properties", "groups")))
    return [
        f"{action['name']} ({action['type']})"
        for action in told
        if kind in (action["failover_types"] or [kind]) and direction in action["directions"]
    ]
