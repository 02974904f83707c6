# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything the vault knows of, and how to find it by name. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .azure import Lock, Remains
from .items import Item, Plan
from .parts import Network
from .places import Host, Site

# docs/service.md 1, same in every vault
AZURE_FABRIC = "d49858f157601230a6ac5862fbbc6e63bf38d23ecd96cf953767945d457fe9d5"
AZURE_CONTAINER = "d38048d4-b460-4791-8ece-108395ee8478"
AZURE_FABRIC_GUID = "21a9403c-6ec1-44f2-b744-b4e50b792387"


@dataclass
class Estate:
    """Everything the vault knows of, and its names."""

    subscription: str
    resource_group: str
    vault: str
    location: str
    recovery_resource_group: str
    network: Network
    sites: list[Site] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    policy: str = "replication-policy"
    mapping: str = "mapping-to-azure"
    storage_account: str = "asrcache"
    virtual_network: str = "vnet-recovery"
    service: dict[str, Any] = field(default_factory=dict)  # choices where the real service was never seen
    locks: list[Lock] = field(default_factory=list)
    remains: Remains = field(default_factory=Remains)

    def item(self, name: str) -> Item | None:
        """An item by the name in its ARM id."""
        return next((one for one in self.items if one.name.lower() == name.lower()), None)

    def plan(self, name: str) -> Plan | None:
        """A plan by its name."""
        return next((one for one in self.plans if one.name.lower() == name.lower()), None)

    def host(self, name: str) -> Host | None:
        """Host by its name in the scenario."""
        return next((host for site in self.sites for host in site.hosts if host.name == name), None)

    def move_host(self, host: Host, site_name: str) -> bool:
        """Put a host into the site it is registered to; False when there is no such Hyper-V site."""
        target = next((site for site in self.sites if site.friendly == site_name and not site.vmm_provider), None)
        if not target:
            return False
        for site in self.sites:
            site.hosts = [one for one in site.hosts if one is not host]
        target.hosts.append(host)
        return True

    def host_of_provider(self, provider: str) -> tuple[Site, Host] | None:
        """Fabric and host of a provider guid."""
        for site in self.sites:
            for host in site.providers:
                if host.provider.lower() == provider.lower():
                    return site, host
        return None
