# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Where a vault is, how a sentence names it, and which addresses belong to its service. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


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

    def serves(self, url: str) -> bool:
        """Whether an address that the service gave us may be sent our token.

        The service names regional hosts such as centraluseuap.management.azure.com (`domain.md` 2.6): so the resource
        manager's own host and its subdomains, over https, at the same port. Not all of azure.com: anyone can have a
        host under cloudapp.azure.com.
        """
        theirs, ours = urlsplit(url), urlsplit(self.resource_manager)
        host, own = (theirs.hostname or "").lower(), (ours.hostname or "").lower()
        same_port = (theirs.port or 443) == (ours.port or 443)
        return theirs.scheme == "https" and same_port and (host == own or host.endswith(f".{own}"))
