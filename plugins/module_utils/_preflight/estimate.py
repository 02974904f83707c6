# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""How long a failback takes, as an estimate. Pure.

A model with few numbers (docs/service.md 2.6, 5.1, 5.6): comparing checksums reads all disks at a few GB a minute,
copying goes at the speed of the line or of the agent's threads, and the shutdown in Azure and the start on-premises
take a fixed time. The recorded runs had nearly empty disks, so nothing of this was ever measured with real ones: it is
an estimate.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import EstimateEntry

SNAPSHOT = 60  # seconds before anything is compared (assumed)
TURNOVER = 155  # seconds of shutdown and start, as recorded (docs/service.md 3.4: 143 and 12)
MB_PER_GB = 1024


@dataclass(frozen=True)
class Assumptions:
    """What the estimate cannot know. Rates are those of one host's line, of one of the agent's threads, of its checksums."""

    bandwidth_mbps: float = 1000
    threads: int = 4
    thread_mbps: float = 100
    checksum_gb_per_minute: float = 4
    changed_gb_per_day: float = 5

    @property
    def mb_per_second(self) -> float:
        """What one VM can copy: as much as its threads can, but no more than the line."""
        return min(self.bandwidth_mbps, self.threads * self.thread_mbps) / 8

    def __str__(self) -> str:
        return (
            f"an estimate for a line of {self.bandwidth_mbps:g} Mbit/s, {self.threads} threads of {self.thread_mbps:g} Mbit/s "
            f"for each VM, checksums at {self.checksum_gb_per_minute:g} GB a minute and {self.changed_gb_per_day:g} GB "
            "of changes a day"
        )


@dataclass(frozen=True)
class Estimate:
    """Seconds of synchronization while the VM runs in Azure, and seconds for which it runs nowhere."""

    synchronize_seconds: int
    outage_seconds: int

    def told(self) -> EstimateEntry:
        """As a module returns it."""
        return {"synchronize_seconds": self.synchronize_seconds, "outage_seconds": self.outage_seconds}


def estimate(
    size_mb: int, days_in_azure: float | None, guess: Assumptions, *, full: bool, all_new: bool = False
) -> Estimate:
    """The two durations for a VM with disks of `size_mb` in all.

    `full`: a full download during the failover. `all_new`: there is nothing on-premises to compare with, so all is copied.
    """
    if full:
        return Estimate(0, round(TURNOVER + size_mb / guess.mb_per_second))
    changed = min(size_mb, (days_in_azure or 0) * guess.changed_gb_per_day * MB_PER_GB)
    compare = 0 if all_new else size_mb / (guess.checksum_gb_per_minute * MB_PER_GB) * 60
    copy = (size_mb if all_new else changed) / guess.mb_per_second
    synchronize = SNAPSHOT + max(compare, copy)
    meanwhile = min(size_mb, synchronize / 86400 * guess.changed_gb_per_day * MB_PER_GB)
    return Estimate(round(synchronize), round(TURNOVER + meanwhile / guess.mb_per_second))


def changed_mb(size_mb: int, days_in_azure: float | None, guess: Assumptions) -> float:
    """How much of a VM's disks may have changed in Azure, in MB."""
    return min(size_mb, (days_in_azure or 0) * guess.changed_gb_per_day * MB_PER_GB)
