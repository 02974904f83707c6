# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The preflight: one verdict for each item, from everything that the vault and the hosts say. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._domain.data_sync import days_in_azure
from ansible_collections.asr.hyperv.plugins.module_utils._domain.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._domain.lifecycle import Goal, Phase, reached
from ansible_collections.asr.hyperv.plugins.module_utils._domain.phases import BEFORE_A_FAILBACK
from ansible_collections.asr.hyperv.plugins.module_utils._domain.providers import Provider
from ansible_collections.asr.hyperv.plugins.module_utils._domain.report import sync
from ansible_collections.asr.hyperv.plugins.module_utils._domain.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._domain.wire import plain, same_id
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.checks import Finding, found, verdict
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.estimate import (
    Assumptions,
    Estimate,
    changed_mb,
    estimate,
)
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.host_checks import Visit, of_host
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.rights import NEEDED, USEFUL, missing
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.space import Arrival, Needs, needs_of
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.vault_checks import of_limits, of_provider, of_state


@dataclass(frozen=True)
class Scene:
    """What is the same for all items: time, hosts as the vault knows them, facts by host name, and what to assume.

    `since`: the vault's time before the hosts were read. `needs`: what all items of the run need on which volume.
    """

    now: datetime
    providers: Sequence[Provider]
    hosts: Sequence[Mapping]
    guess: Assumptions
    since: datetime | None = None
    needs: Needs = field(default_factory=dict)

    def provider_of(self, track: Track) -> Provider | None:
        """The provider of the host that the item comes home to."""
        wanted = track.intent.provider_id or track.item.provider_id
        return next((one for one in self.providers if same_id(one.id, wanted)), None)

    def facts_of(self, provider: Provider) -> Mapping | None:
        """What was gathered from the host of a provider: under its very name, else under a short name that is no other's."""
        exact = [one for one in self.hosts if plain(one["name"]) == plain(provider.host)]
        near = [one for one in self.hosts if nearly_called(one["name"], provider.host)]
        meant = {plain(one.host) for one in self.providers for facts in near if nearly_called(facts["name"], one.host)}
        if exact:
            return exact[0]
        return near[0] if len(near) == 1 and len(meant) == 1 else None


def nearly_called(one: str, other: str) -> bool:
    """Whether two names of hosts may mean the same: one of them is the first part of the other."""
    short = plain(one).partition(".")[0] == plain(other).partition(".")[0]
    return short and ("." not in one or "." not in other)


def judge_all(weighed: Sequence[tuple[Track, BadInput | None]], scene: Scene) -> list[dict]:
    """The verdict on each item, in view of all others."""
    tracks = [track for track, objection in weighed if not objection]
    scene = replace(scene, needs=needs_of(arrivals(tracks, scene)))
    return [judge(track, objection, scene) for track, objection in weighed]


def arrivals(tracks: Sequence[Track], scene: Scene) -> Iterator[tuple[Mapping, Arrival]]:
    """What comes to a host that was read, with the facts of that host."""
    for track in tracks:
        provider = scene.provider_of(track)
        facts = scene.facts_of(provider) if provider and arrives(track) else None
        if facts and facts.get("hyperv_host"):
            yield facts, arrival_of(track, scene)


def arrives(track: Track) -> bool:
    """Whether the item still needs room on a Hyper-V host that can be looked at."""
    return track.phase in BEFORE_A_FAILBACK and track.item.on_hyperv_site


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
        yield from found("options", track.name, str(objection))
        return
    yield from of_state(track)
    if reached(track.phase, Goal.PROTECTED):
        return
    provider = scene.provider_of(track)
    yield from of_provider(provider, scene.now)
    if track.phase not in BEFORE_A_FAILBACK:
        return  # what is left needs the host, but neither room nor a place for the VM
    yield from of_limits(track.item)
    if provider and arrives(track):
        visit = Visit(scene.now, scene.since, scene.needs)
        yield from of_host(provider.host, scene.facts_of(provider), arrival_of(track, scene), visit)


def arrival_of(track: Track, scene: Scene) -> Arrival:
    """What the failback brings to the host."""
    size = sum(disk.size_mb for disk in track.item.disks)
    changed = changed_mb(size, days_in_azure(track.item, scene.now), scene.guess)
    return Arrival(track.item, track.intent.vm_creation != "NoAction", size, changed)


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
        return list(found("rights_known", "caller", "the caller's permissions cannot be read, so they are not checked"))
    told: list[Finding] = []
    for check, actions, why in (("rights", NEEDED, "needs"), ("rights_useful", USEFUL, "could use")):
        for action, purpose in missing(actions, permissions).items():
            told += found(check, action, f"the caller may not {action}, which it {why} {purpose}")
    return told
