# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What the vault itself says for or against a failback of one item. Pure.

Sources: `domain.md` 1.2 (providers), 5.1 (rules), 5.3 (limits and managed disks), 5.4 (limits of plans).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from ansible_collections.asr.hyperv.plugins.module_utils._domain.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._domain.lifecycle import Phase
from ansible_collections.asr.hyperv.plugins.module_utils._domain.problems import UNUSABLE, waits_for
from ansible_collections.asr.hyperv.plugins.module_utils._domain.providers import Provider
from ansible_collections.asr.hyperv.plugins.module_utils._domain.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.findings import Finding, blocked, warning

STALE = timedelta(minutes=30)  # the service calls a provider connected for a while after its last word
EXPIRES_SOON = timedelta(days=30)
VM_NAME = re.compile(r"[A-Za-z0-9-]{1,63}")
PLAN_MEMBERS, PLAN_GROUPS = 100, 7


def of_provider(provider: Provider | None, now: datetime) -> Iterator[Finding]:
    """The Site Recovery provider of the host that the VM comes home to."""
    if provider is None:
        yield warning(
            "provider",
            "host",
            "the vault does not tell which Hyper-V host it belongs to",
            "Refresh the provider in the vault, or give the caller the right to read providers.",
        )
        return
    host, heard = provider.host, provider.last_heartbeat
    if not provider.connected:
        yield blocked(
            "provider",
            host,
            f"the Hyper-V host {host} is {provider.connection_status or 'not connected'} for the vault",
            f"Start the services dra and vmms on {host}, check its proxy, TLS and clock, and refresh the provider.",
        )
    elif heard and now - heard > STALE:
        minutes = int((now - heard).total_seconds() / 60)
        yield warning(
            "provider",
            host,
            f"the vault last heard from {host} {minutes} minutes ago",
            f"Look at the service dra on {host}.",
        )
    if provider.provider_version_expiry and provider.provider_version_expiry - now < EXPIRES_SOON:
        yield warning(
            "provider_version",
            host,
            f"the provider {provider.provider_version} of {host} expires at {provider.provider_version_expiry:%Y-%m-%d}",
            "Update the provider.",
        )
    if provider.provider_version_state.lower() not in ("", "latest", "supported"):
        yield warning(
            "provider_version",
            host,
            f"the provider {provider.provider_version} of {host} is {provider.provider_version_state}",
            "Update the provider.",
        )


def of_state(track: Track) -> Iterator[Finding]:
    """Where the item stands."""
    if track.phase is Phase.INCONSISTENT:
        yield warning(
            "state", track.name, f"its last failback did not end well. {UNUSABLE}", "The failback starts it anew."
        )
    if track.phase is Phase.BUSY:
        yield warning("jobs", track.name, f"something else runs on it{waits_for(track)}", "It is waited for.")
    if track.item.replication_health.lower() == "critical":
        yield warning(
            "health", track.name, "the vault calls its replication critical", "Look at its health errors in the vault."
        )


def of_limits(item: ProtectedItem) -> Iterator[Finding]:
    """What the service is known not to fail back, or not to have been asked to."""
    name = item.friendly_name
    if item.use_managed_disks and not item.managed_disks:
        yield blocked(
            "managed_disks",
            name,
            "it uses managed disks with a replication storage account, which the service cannot fail back",
            "Use the service's support, or copy the disks by hand (vendor's support matrix).",
        )
    elif item.use_managed_disks:
        yield warning(
            "managed_disks",
            name,
            "it uses managed disks; that the service fails those back is documented and was not seen",
            "Try it with a VM that may be lost.",
        )
    if not VM_NAME.fullmatch(name):
        yield warning(
            "name",
            name,
            f"'{name}' is no name that the service supports (1 to 63 letters, digits, hyphens)",
            "Rename the VM before it is protected again.",
        )
    if len(item.disks) > 17:
        yield warning(
            "disks", name, f"it has {len(item.disks)} disks, 1 and 16 more are supported", "See the support matrix."
        )


def of_plan(name: str, groups: Sequence[Sequence[ProtectedItem]]) -> Iterator[Finding]:
    """What is documented as the most that a recovery plan may have. The vault has this one, so it is no reason to stop."""
    members = sum(len(group) for group in groups)
    for what, count, most in (("VMs", members, PLAN_MEMBERS), ("groups", len(groups), PLAN_GROUPS)):
        if count > most:
            yield warning(
                "plan_limits",
                name,
                f"the recovery plan {name} has {count} {what}, {most} are supported",
                "Divide it into several plans, or bring its VMs home by name.",
            )
