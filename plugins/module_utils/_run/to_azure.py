# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What is wanted for an item that leaves for Azure, is tested there, or stays where it is and is mended. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Step
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.health import is_well, sickness
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.recovery_points import LATEST, RecoveryPoint, choose
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import same_id, segment
from ansible_collections.asr.hyperv.plugins.module_utils._wish.intent import FailoverOptions, Intent


def needs_points(track: Track, asked: FailoverOptions) -> bool:
    """Whether the recovery points of an item have to be read: one was asked for, and the item has still to go there."""
    return asked.recovery_point not in ("", LATEST) and not track.arrived


def with_failover(intent: Intent, track: Track, asked: FailoverOptions, points: Sequence[RecoveryPoint]) -> Intent:
    """The intent with its recovery point looked up, and without an errand that has been done. Raises BadInput."""
    point = choose(asked.recovery_point, points, track.name) if needs_points(track, asked) else None
    found = replace(intent, failover=replace(asked, recovery_point=point.id if point else ""))
    if is_done(found, track.item):
        return replace(found, errand=None)
    track.warn(sickness(track.item).strip() if found.errand is Step.REPAIR_REPLICATION else "")
    return found


def in_a_real_network(tracks: Sequence[Track]) -> str:
    """A warning for all whose test VM is to start in the network of their real failover; empty when that is nobody."""
    starting = [track for track in tracks if Step.TEST_FAILOVER in track.path]
    mixed = [one.name for one in starting if same_id(one.intent.failover.network, one.item.recovery_network_id)]
    names = ", ".join(mixed[:5]) + (f" and {len(mixed) - 5} more" if len(mixed) > 5 else "")
    told = f"network: that of a real failover is given, and test VMs start in it: {names}. Keep them from talking to production."
    return told if mixed else ""


def is_done(intent: Intent, item: ProtectedItem) -> bool:
    """Whether the item shows that its errand is done already."""
    if intent.errand is Step.APPLY_RECOVERY_POINT:
        return bool(intent.failover.recovery_point) and same_id(item.recovery_point_id, intent.failover.recovery_point)
    offered = "RepairReplication" in item.allowed_operations
    return not intent.failover.force and not offered and is_well(item)


def network_problem(network: str) -> str:
    """What is wrong with the ARM id of a virtual network; empty when nothing is."""
    if network.lower().startswith("/subscriptions/") and segment(network, "virtualNetworks"):
        return ""
    return (
        f"network: '{network}' is not the ARM id of a virtual network. Give "
        "/subscriptions/.../resourceGroups/.../providers/Microsoft.Network/virtualNetworks/NAME."
    )
