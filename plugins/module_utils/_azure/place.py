# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Where a vault is, how a sentence names it, and which addresses belong to its service."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._azure.doors import Doors, doors_to
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain, same_id, segment


@dataclass(frozen=True)
class Place:
    """A vault's place. `resource_manager` is the address of the cloud's resource manager."""

    subscription_id: str
    resource_group: str
    vault: str
    resource_manager: str

    def __str__(self) -> str:
        return f"vault {self.vault!r} (resource group {self.resource_group!r}, subscription {self.subscription_id!r})"

    @property
    def id(self) -> str:
        """The ARM id of the vault."""
        return (
            f"/subscriptions/{self.subscription_id}/resourceGroups/{self.resource_group}"
            f"/providers/Microsoft.RecoveryServices/vaults/{self.vault}"
        )

    def in_subscription(self, arm_id: str) -> bool:
        """Whether an ARM id is that of something in the vault's subscription."""
        return same_id(segment(arm_id, "subscriptions"), self.subscription_id)

    def holds(self, arm_id: str) -> bool:
        """Whether an ARM id is that of something in this vault."""
        return plain(arm_id).startswith(f"{plain(self.id)}/")

    def strange(self, arm_id: str) -> bool:
        """Whether an ARM id names another vault; one that names none may be short for one of ours."""
        return bool(segment(arm_id, "vaults")) and not self.holds(arm_id)

    @property
    def doors(self) -> Doors:
        """Where our token may go: the resource manager and its regions; and all that is changed is in this vault."""
        return doors_to([self.resource_manager], regions=True, writes_under=f"{self.id}/")

    def serves(self, url: str) -> bool:
        """Whether an address that the service gave us may be sent our token."""
        return self.doors.lead_to(url)
