# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long things take, in simulated seconds. The table holds recorded medians, the functions a model of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .estate import Item, Network

# Recorded medians (domain.md 2.6, 3.3 and 3.4) of the parts that do not depend on the amount of data.
SECONDS = {
    "start": 1.0,  # a job is NotStarted for about a second after it was accepted
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
    "ir_completion": 11.0,
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


def rate_mb(network: Network) -> float:
    """MB per second that one VM gets: the threads of the agent (domain.md 5.6) up to the line's bandwidth."""
    return min(network.bandwidth_mbps, network.threads * network.thread_mbps) / 8


def data_sync(item: Item, network: Network) -> float:
    """Snapshot, then checksums and copying side by side: the slower of both decides (domain.md 2.1, 5.1)."""
    checksums = item.vm.disk_gb / network.checksum_gb_per_minute * 60
    copying = item.vm.changed_gb * 1024 / rate_mb(network)
    return SECONDS["snapshot"] + max(checksums, copying)


def final_delta(item: Item, network: Network, seconds_since_sync: float) -> float:
    """Copy what changed while the synchronized VM waited; the VM changes as evenly as it did in Azure."""
    per_second = item.vm.changed_gb / max(item.vm.days_in_azure, 1) / 86400
    return SECONDS["finish_failover"] + per_second * seconds_since_sync * 1024 / rate_mb(network)


def full_download(item: Item, network: Network) -> float:
    """All disks, without checksums."""
    return SECONDS["finish_failover"] + item.vm.disk_gb * 1024 / rate_mb(network)


MODEL = {"data_sync": data_sync, "full_download": full_download}


def seconds(what: str, item: Item | None, network: Network) -> float:
    """Duration of a row of a job script."""
    if item and what in MODEL:
        return MODEL[what](item, network)
    if item and what == "final_delta":
        return final_delta(item, network, max(0.0, item.waited_seconds))
    return SECONDS[what]
