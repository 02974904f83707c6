# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long things take, in simulated seconds. The table holds recorded medians, the functions a model of the data."""

from __future__ import annotations

from .items import Item
from .parts import Network

# Recorded medians (docs/service.md 2.6, 3.3 and 3.4) of the parts that do not depend on the amount of data.
SECONDS = {
    "moment": 0.5,
    "check": 1.0,
    "prepare": 3.0,
    "shut_down": 60.0,
    "finish_failover": 35.0,  # RestoreCompletion comes 35-130 s before the end of the failback job
    "start_vm": 12.0,
    "restore_completion": 1.0,
    "commit_failover": 5.0,
    "finalize_azure": 40.0,
    "finalize_on_premises": 26.0,
    "create_target": 5.0,
    "enable_protection": 20.0,
    "start_replication": 30.0,
    "before_ir_completion": 30.0,
    "ir_completion": 8.0,
    "configuration": 3.0,
    "forward_check": 35.0,
    "forward_shut_down": 6.0,
    "forward_prepare": 12.0,
    "forward_failover": 525.0,
    "test_failover": 300.0,
    "test_cleanup": 60.0,
    "repair": 30.0,
    "refresh": 10.0,
    "save_plan": 2.0,
    "change_pit": 120.0,
    "update": 5.0,
    "cancel_failover": 20.0,
    "cancelling": 5.0,
    "snapshot": 60.0,
}


MB_PER_GB = 1024


def rate_of_vm(network: Network) -> float:
    """MB per second that one VM gets at most: its threads (docs/service.md 5.6), up to the bandwidth to Azure."""
    return min(network.bandwidth_mbps, network.threads * network.thread_mbps) / 8


def checksum_seconds(item: Item, network: Network) -> float:
    """Comparing blocks takes a minute for every few GB of disk (docs/service.md 5.1)."""
    return item.vm.disk_gb / network.checksum_gb_per_minute * 60


def sync_mb(item: Item) -> float:
    """Blocks that the data synchronization has to copy."""
    return item.vm.changed_gb * MB_PER_GB


def delta_mb(item: Item, seconds_since_sync: float) -> float:
    """What changed while the synchronized VM waited; it changes as evenly as it did in Azure."""
    per_second = item.vm.changed_gb / max(item.vm.days_in_azure, 1) / 86400
    return per_second * seconds_since_sync * MB_PER_GB


def download_mb(item: Item) -> float:
    """All disks."""
    return item.vm.disk_gb * MB_PER_GB


def written_mb(item: Item) -> float:
    """What a VM has written on-premises by the time it is replicated again: little, it has run for minutes."""
    return item.vm.disk_gb * MB_PER_GB * 0.0005
