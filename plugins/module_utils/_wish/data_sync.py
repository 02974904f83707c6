# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""How the data gets home: delta before the failover, or a full download during it. Pure.

The service's words are easily taken for each other (docs/service.md 2.1): ForDownTime synchronizes first and has the short
outage; ForSynchronization shuts the Azure VM down at once, downloads every disk, and never stops at the gate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem

FULL_DOWNLOAD_DAYS = 30  # the vendor advises a full download after "a month or more" in Azure (docs/service.md 5.1)
MODES = ("before_failover", "during_failover", "auto")


class DataSync(str, Enum):
    """The two ways; `option` is the service's word for it."""

    BEFORE_FAILOVER = "before_failover"
    DURING_FAILOVER = "during_failover"

    @property
    def option(self) -> str:
        return "ForDownTime" if self is DataSync.BEFORE_FAILOVER else "ForSynchronization"


@dataclass(frozen=True)
class SyncChoice:
    """A data synchronization mode and the reason for it, in words an operator can check."""

    mode: DataSync
    reason: str

    @property
    def full_download(self) -> bool:
        return self.mode is DataSync.DURING_FAILOVER


def days_in_azure(item: ProtectedItem, now: datetime) -> float | None:
    """Days since the failover to Azure; None when the vault does not say when that was."""
    return (now - item.failed_over_at).total_seconds() / 86400 if item.failed_over_at else None


def choose(
    wanted: str | None, item: ProtectedItem, now: datetime, *, vm_present: bool | None, alternate_host: str = ""
) -> SyncChoice:
    """The mode for one item. `vm_present`: whether its on-premises VM is there; None when nobody knows.

    `alternate_host`: the other host that it shall come home to. All of it has to be copied then, and the vendor advises to do
    so before the failover, while the VM still runs in Azure (docs/service.md 5.2).
    Raises BadInput when no mode was asked for: a failback never starts with a silent default.
    """
    if wanted is None:
        raise BadInput(
            f"data_sync is required, because the failback of {item.friendly_name} has to start. Allowed: before_failover "
            "(delta, short outage, waits at the gate), during_failover (full download, long outage, no gate), auto.",
            option="data_sync",
            allowed=list(MODES),
        )
    if wanted != "auto":
        return SyncChoice(DataSync(wanted), "asked for")
    if alternate_host:
        return SyncChoice(
            DataSync.BEFORE_FAILOVER,
            f"it goes to another host ({alternate_host}): all of it is copied while it runs in Azure",
        )
    if vm_present is False:
        return SyncChoice(DataSync.DURING_FAILOVER, "its on-premises VM is gone, so there is nothing to compare with")
    days = days_in_azure(item, now)
    if days is None:
        return SyncChoice(
            DataSync.BEFORE_FAILOVER, "the vault does not say how long it has run in Azure; delta is the safer outage"
        )
    if days >= FULL_DOWNLOAD_DAYS:
        return SyncChoice(
            DataSync.DURING_FAILOVER,
            f"{int(days)} days in Azure ({FULL_DOWNLOAD_DAYS} or more): most blocks have changed",
        )
    return SyncChoice(
        DataSync.BEFORE_FAILOVER, f"{int(days)} days in Azure (fewer than {FULL_DOWNLOAD_DAYS}): a delta is enough"
    )
