# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far the replication of an item to Azure is, as the service shows it (docs/service.md 1.5 and 3.1)."""

from __future__ import annotations

from typing import Any

from ..clock.clock import iso
from ..estate.items import Item
from ..world.world import World

FIRST_PROGRESS = 15  # seconds until there is any


def copying(one: Item) -> bool:
    """Whether its initial replication is not over, or it is not yet configured: no adapters, no RPO, no times (recorded)."""
    return one.state in ("initial_replication", "first_recovery_point")


def replication(world: World, one: Item) -> dict[str, Any]:
    """Times and progress of the replication to Azure; after a failover they stand still."""
    at_home, fresh = one.row.active == "Primary", copying(one)
    state, description = vm_state(one)
    return {
        "lastReplicatedTime": None if fresh else iso(last_seen(world, one), 0),
        "rpoInSeconds": 30 if at_home and not fresh else None,
        "lastRpoCalculatedTime": None if fresh else iso(world.now),
        "vmId": one.vm.id,
        "vmProtectionState": state,
        "vmProtectionStateDescription": description,
        "initialReplicationDetails": {
            "initialReplicationType": "InitialReplication",
            "initialReplicationProgressPercentage": progress(one, world.now) if fresh else "0",
        },
    }


def last_seen(world: World, one: Item) -> float:
    """When changes last came to Azure; after a failover that stands still."""
    return world.now - 300 if one.row.active == "Primary" else (one.last_failover or world.now)


def last_point(world: World, one: Item) -> str | None:
    """When the last recovery point came; a VM that is copied for the first time has none."""
    return None if copying(one) else iso(last_seen(world, one))


def vm_state(one: Item) -> tuple[str, str]:
    """The VM's own state, which differs from the item's at the beginning and at the end of an initial replication (recorded)."""
    if one.configuring:
        return "ReplicaConfigurationInProgress", "Finalizing protection"
    if one.state == "initial_replication":
        return "UnprotectedStatesBegin", "Enabling protection"
    return one.row.protection, one.row.description


def progress(one: Item, now: float) -> str:
    """Text, and only ever seen as 0 and then 23."""
    return (
        "0"
        if one.state == "initial_replication" and not one.configuring and now < one.replicating_since + FIRST_PROGRESS
        else "23"
    )
