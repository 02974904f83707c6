# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The preflight: one verdict for each item, from everything that the vault and the hosts say. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._data_sync import days_in_azure
from ansible_collections.asr.hyperv.plugins.module_utils._errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._estimate import Assumptions, Estimate, changed_mb, estimate
from ansible_collections.asr.hyperv.plugins.module_utils._findings import Finding, blocked, verdict, warning
from ansible_collections.asr.hyperv.plugins.module_utils._host_checks import Arrival, of_host
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle import Goal, Phase, reached
from ansible_collections.asr.hyperv.plugins.module_utils._placement import called
from ansible_collections.asr.hyperv.plugins.module_utils._providers import Provider
from ansible_collections.asr.hyperv.plugins.module_utils._report import sync
from ansible_collections.asr.hyperv.plugins.module_utils._rights import NEEDED, USEFUL, missing
from ansible_collections.asr.hyperv.plugins.module_utils._track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._vault_checks import of_limits, of_provider, of_state
from ansible_collections.asr.hyperv.plugins.module_utils._wire import plain, same_id

STARTS_HERE = (Phase.FAILED_OVER, Phase.INCONSISTENT, Phase.BUSY)


@dataclass(frozen=True)
class Scene:
    """What is the same for all items: time, hosts as the vault knows them, facts by host name, and what to assume."""

    now: datetime
    providers: Sequence[Provider]
    hosts: Sequence[Mapping]
    guess: Assumptions

    def provider_of(self, track: Track) -> Provider | None:
        """The provider of the host that the item comes home to."""
        wanted = track.intent.provider_id or track.item.provider_id
        return next((one for one in self.providers if same_id(one.id, wanted)), None)

    def facts_of(self, provider: Provider) -> Mapping | None:
        """What was gathered from the host of a provider."""
        return next(
            (one for one in self.hosts if provider in called(one["name"], self.providers) or is_called(one, provider)),
            None,
        )


def is_called(facts: Mapping, provider: Provider) -> bool:
    """Whether facts were gathered under the first part of the provider's host name, or its full name."""
    return plain(facts["name"]).partition(".")[0] == plain(provider.host).partition(".")[0]


def judge(track: Track, objection: BadInput | None, scene: Scene) -> dict:
    """The verdict on one item. `objection`: why the planning refuses it."""
    findings = list(findings_of(track, objection, scene))
    provider = scene.provider_of(track)
    return {
        "name": track.name,
        "id": track.item.id,
        "group": track.intent.group,
        "phase": track.phase.value,
        "verdict": verdict(findings).word,
        "findings": [finding.told() for finding in findings],
        "host": provider.host if provider else "",
        "data_sync": sync(track),
        "estimate": asdict(estimate_of(track, scene)),
    }


def findings_of(track: Track, objection: BadInput | None, scene: Scene) -> Iterator[Finding]:
    """Everything that speaks against this item, and what was not looked at."""
    if objection:
        yield blocked("options", track.name, str(objection), "Change the options, or leave the item out.")
        return
    yield from of_state(track)
    if reached(track.phase, Goal.PROTECTED):
        return
    provider = scene.provider_of(track)
    yield from of_provider(provider, scene.now)
    if track.phase not in STARTS_HERE:
        return  # what is left needs the host, but neither room nor a place for the VM
    yield from of_limits(track.item)
    if provider and track.item.on_hyperv_site:
        yield from of_host(provider.host, scene.facts_of(provider), arrival_of(track, scene))


def arrival_of(track: Track, scene: Scene) -> Arrival:
    """What the failback brings to the host: all of the disks of a VM that is made there, else what has changed."""
    created = track.intent.vm_creation != "NoAction"
    size = sum(disk.size_mb for disk in track.item.disks)
    changed = changed_mb(size, days_in_azure(track.item, scene.now), scene.guess)
    return Arrival(track.item, created, size if created else changed)


def estimate_of(track: Track, scene: Scene) -> Estimate:
    """How long what is left of the item's failback takes; nothing once it runs on-premises."""
    if reached(track.phase, Goal.CUT_OVER) or track.phase is Phase.UNKNOWN:
        return Estimate(0, 0)
    size = sum(disk.size_mb for disk in track.item.disks)
    whole = estimate(
        size,
        days_in_azure(track.item, scene.now),
        scene.guess,
        full=track.intent.full_download,
        all_new=track.intent.vm_creation != "NoAction",
    )
    at_gate = track.phase in (Phase.SYNCHRONIZED, Phase.CUTTING_OVER)
    return Estimate(0, whole.outage_seconds) if at_gate else whole


def overall(verdicts: Sequence[Mapping], guess: Assumptions) -> dict:
    """The estimate for the run: all synchronize side by side, the groups cut over one after the other."""
    groups = sorted({one["group"] for one in verdicts})
    outages = {
        number: max(one["estimate"]["outage_seconds"] for one in verdicts if one["group"] == number)
        for number in groups
    }
    synchronize = max((one["estimate"]["synchronize_seconds"] for one in verdicts), default=0)
    return {
        "synchronize_seconds": synchronize,
        "outage_seconds_of_groups": [{"group": number, "outage_seconds": outages[number]} for number in groups],
        "total_seconds": synchronize + sum(outages.values()),
        "assumptions": str(guess),
    }


def of_rights(permissions: Sequence[Mapping] | None) -> list[Finding]:
    """What the caller may not do, of what the failback needs; None when the permissions cannot be read."""
    if permissions is None:
        remedy = "Give the caller Microsoft.Authorization/permissions/read, or compare its role with the documentation."
        return [warning("rights", "caller", "the caller's permissions cannot be read, so they are not checked", remedy)]
    remedy = "Give the caller a role with this action, see the documentation of the role preflight."
    needed = [
        blocked("rights", action, f"the caller may not {action}, which it needs {purpose}", remedy)
        for action, purpose in missing(NEEDED, permissions).items()
    ]
    return needed + [
        warning("rights", action, f"the caller may not {action}, which it could use {purpose}", remedy)
        for action, purpose in missing(USEFUL, permissions).items()
    ]
