# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What the vault itself says for or against a failback of one item. Pure.

Sources: docs/service.md 1.2 (providers), 5.1 (rules), 5.3 (limits and managed disks), 5.4 (limits of plans).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Phase, Way
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.checks import Finding, found
from ansible_collections.asr.hyperv.plugins.module_utils._run.problems import UNUSABLE, waits_for
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.health import is_well
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem, RecoveryPlan
from ansible_collections.asr.hyperv.plugins.module_utils._service.providers import Provider
from ansible_collections.asr.hyperv.plugins.module_utils._wish.placement import twins_of
from ansible_collections.asr.hyperv.plugins.module_utils._wish.selection import PLAN_GROUPS, PLAN_ITEMS
from ansible_collections.asr.hyperv.plugins.module_utils._wish.skipped import skipped_actions

STALE = timedelta(minutes=30)  # the service calls a provider connected for a while after its last word
EXPIRES_SOON = timedelta(days=30)
VM_NAME = re.compile(r"[A-Za-z0-9-]{1,63}")


def of_provider(provider: Provider | None, now: datetime, others: Sequence[Provider] = ()) -> Iterator[Finding]:
    """The Site Recovery provider of the host that the VM comes home to. `others` are all that the vault has."""
    if provider is None:
        yield from found("provider_known", "host", "the vault does not tell which Hyper-V host it belongs to")
        return
    host, heard, version = provider.host, provider.last_heartbeat, provider.provider_version
    if not provider.connected:
        stands = provider.connection_status or "not connected"
        yield from found("provider", host, f"the Hyper-V host {host} is {stands} for the vault", host=host)
    elif heard and now - heard > STALE:
        minutes = int((now - heard).total_seconds() / 60)
        yield from found("provider_heard", host, f"the vault last heard from {host} {minutes} minutes ago", host=host)
    if (expiry := provider.provider_version_expiry) and expiry - now < EXPIRES_SOON:
        yield from found("provider_expiry", host, f"the provider {version} of {host} expires at {expiry:%Y-%m-%d}")
    if provider.provider_version_state.lower() not in ("", "latest", "supported"):
        state = provider.provider_version_state
        yield from found("provider_version", host, f"the provider {version} of {host} is {state}")
    yield from of_twins(provider, others)


def of_twins(provider: Provider, others: Sequence[Provider]) -> Iterator[Finding]:
    """Other registrations of the same host, which a host leaves behind that was registered anew."""
    for twin in twins_of(provider, others):
        since = f" since {twin.last_heartbeat:%Y-%m-%d}" if twin.last_heartbeat and not twin.connected else ""
        stands = f"{twin.connection_status or 'not connected'}{since}"
        message = f"the vault has another registration of {provider.host}, {stands} ({twin.id})"
        dead = twin if provider.connected else provider
        yield from found("provider_twin", provider.host, message, twin=dead.id)


def of_state(track: Track) -> Iterator[Finding]:
    """Where the item stands."""
    if track.phase is Phase.INCONSISTENT:
        yield from found("inconsistent", track.name, f"its last failback did not end well. {UNUSABLE}")
    if track.phase is Phase.BUSY:
        yield from found("jobs_now", track.name, f"something else runs on it{waits_for(track)}")
        yield from found("jobs", track.name, f"something else runs on it{waits_for(track)}")
    yield from of_health(track)


def of_health(track: Track) -> Iterator[Finding]:
    """What the vault says of the item's health: the word, where it is not good, and each error with the service's advice."""
    if not is_well(track.item):
        health = track.item.replication_health
        yield from found("health", track.name, f"the vault calls its replication {health.lower()}")
    for error in track.item.health_errors:
        for one in error.flat:
            yield from found("health_errors", track.name, one.words, remedy=one.recommended_action)


def of_domain_controller(name: str) -> Iterator[Finding]:
    """What a domain controller does after it was moved, which is documented for the failover to Azure and likely on the way back.

    Source: https://learn.microsoft.com/azure/site-recovery/site-recovery-active-directory ("virtualization safeguards").
    """
    told = f"{name} is a domain controller (domain_controllers): if its VM-GenerationID changes on the way home, it drops its "
    told += "RID pool and takes its SYSVOL for non-authoritative, and shares SYSVOL and NETLOGON only when it has got them from "
    told += "another domain controller; until then signing in takes long or fails"
    yield from found("domain_controller", name, told)


def of_limits(item: ProtectedItem) -> Iterator[Finding]:
    """What the service is known not to fail back, or not to have been asked to."""
    name = item.friendly_name
    if item.use_managed_disks and not item.managed_disks:
        yield from found(
            "managed_disks",
            name,
            "it uses managed disks with a replication storage account, which the service cannot fail back",
        )
    called = (
        item.azure_vm_name
    )  # what the VM is called at home is no matter: the service gives its Azure VM a name of its own
    if called and not VM_NAME.fullmatch(called):
        yield from found(
            "name",
            name,
            f"its Azure VM is called '{called}', which is no name that Azure supports (1 to 63 letters, digits, hyphens)",
        )
    if len(item.disks) > 17:
        yield from found("disks", name, f"it has {len(item.disks)} disks, 1 and 16 more are supported")


def of_plan(name: str, groups: Sequence[Sequence[ProtectedItem]]) -> Iterator[Finding]:
    """What is documented as the most that a recovery plan may have. The vault has this one, so it is no reason to stop."""
    members = sum(len(group) for group in groups)
    for what, count, most in (("VMs", members, PLAN_ITEMS), ("groups", len(groups), PLAN_GROUPS)):
        if count > most:
            yield from found("plan_limits", name, f"the recovery plan {name} has {count} {what}, {most} are supported")


def of_actions(plan: RecoveryPlan) -> Iterator[Finding]:
    """What the plan has on the way home. Nobody runs it when the members go one by one."""
    if skipped := skipped_actions(plan, Way.HOME):
        told = (
            f"the recovery plan {plan.name} has actions on the way home, which are not run when its VMs go one by one: "
        )
        yield from found("plan_actions", plan.name, told + ", ".join(skipped))
