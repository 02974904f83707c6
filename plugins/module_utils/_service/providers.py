# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Sites and providers (the Site Recovery agents on Hyper-V hosts and VMM servers) as small frozen records. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import (
    number,
    read,
    rows,
    segment,
    squeeze,
    text,
    when,
)

HYPERV_SITE = "hypervsite"


@dataclass(frozen=True)
class Fabric:
    """A Hyper-V site or a VMM server (docs/service.md 1.1). `internal_id` is what its vault key file calls it."""

    id: str
    name: str
    friendly_name: str
    internal_id: str
    kind: str

    @classmethod
    def from_service(cls, body: object) -> Fabric:
        """Make the record from the JSON of one fabric, of any API version."""
        return cls(
            id=text(body, "id"),
            name=text(body, "name"),
            friendly_name=text(body, "properties", "friendlyName"),
            internal_id=text(body, "properties", "internalIdentifier"),
            kind=text(body, "properties", "customDetails", "instanceType"),
        )

    @property
    def is_hyperv_site(self) -> bool:
        """Whether hosts register there by themselves; else a VMM server does it for them."""
        return self.kind.lower() == HYPERV_SITE


@dataclass(frozen=True)
class Provider:
    """One provider (docs/service.md 1.2): a Hyper-V host of a site, or a VMM server. `host` is what people call it.

    `dra_id` is what the host calls its own registration (newer API versions): two of one name are told apart by it.
    """

    id: str
    name: str
    host: str
    fabric: str
    fabric_name: str
    fabric_type: str
    connection_status: str
    last_heartbeat: datetime | None = None
    provider_version: str = ""
    provider_version_state: str = ""
    provider_version_expiry: datetime | None = None
    server_version: str = ""
    protected_items: int = 0
    problems: tuple[str, ...] = ()
    dra_id: str = ""

    @classmethod
    def from_service(cls, body: object) -> Provider:
        """Make the record from the JSON of one provider, of any API version."""
        provider = read(body, "properties")
        details = read(provider, "providerVersionDetails")
        expiry = read(provider, "providerVersionExpiryDate") or read(details, "expiryDate")
        return cls(
            id=text(body, "id"),
            name=text(body, "name"),
            host=text(provider, "friendlyName"),
            fabric=segment(text(body, "id"), "replicationFabrics"),
            fabric_name=text(provider, "fabricFriendlyName"),
            fabric_type=text(provider, "fabricType"),
            connection_status=text(provider, "connectionStatus"),
            last_heartbeat=when(read(provider, "lastHeartBeat")),
            provider_version=text(provider, "providerVersion") or text(details, "version"),
            provider_version_state=text(provider, "providerVersionState") or text(details, "status"),
            provider_version_expiry=when(expiry),
            server_version=text(provider, "serverVersion"),
            protected_items=number(read(provider, "protectedItemCount")) or 0,
            dra_id=text(provider, "draIdentifier"),
            problems=tuple(squeeze(text(one, "errorMessage")) for one in rows(provider, "healthErrorDetails")),
        )

    @property
    def connected(self) -> bool:
        """Whether the service hears from it (docs/service.md 1.2, connectionStatus)."""
        return self.connection_status.lower() == "connected"
