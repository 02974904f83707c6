# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The preflight: one verdict for each item, from everything that the vault and the hosts say. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Phase, reached
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import (
    BEFORE_THE_GATE,
    LAST_CHANGES_DUE,
    MAY_HAVE_TO_START,
)
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.azure_checks import of_azure
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.capacity import loads_of
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.checks import Finding, at, found, verdict
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.cluster_checks import of_cluster, same_place
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.estimate import (
    Assumptions,
    Estimate,
    changed_mb,
    estimate,
)
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.host_checks import (
    Visit,
    of_host,
    of_move,
    tells_vms,
)
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.retirement_checks import of_retirements
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.rights import (
    USEFUL,
    WHOLE_WAY,
    Ahead,
    missing,
    needed,
    person_in,
)
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.scene import Scene, placed_by_vmm
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.space import Arrival, needs_of
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.vault_checks import (
    of_domain_controller,
    of_limits,
    of_provider,
    of_state,
)
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.vm_checks import Stay, of_namesakes, of_vm
from ansible_collections.asr.hyperv.plugins.module_utils._run.report import sync
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.providers import Provider
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import HostFacts
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json, Verdict
from ansible_collections.asr.hyperv.plugins.module_utils._wish.data_sync import days_in_azure


def judge_all(weighed: Sequence[tuple[Track, BadInput | None]], scene: Scene) -> list[Verdict]:
    """The verdict on each item, in view of all others."""
    tracks = [track for track, objection in weighed if not objection]
    coming = list(arrivals(tracks, scene))
    scene = replace(scene, needs=needs_of(coming), loads=loads_of(coming))
    return [judge(track, objection, scene) for track, objection in weighed]


def arrivals(tracks: Sequence[Track], scene: Scene) -> Iterator[tuple[HostFacts, Arrival]]:
    """What comes to a host that was read, with the facts of that host."""
    for track in tracks:
        provider = scene.provider_of(track)
        stay = scene.stay_of(track, provider) if provider and can_be_looked_at(track, provider) else None
        if stay and stay.facts and stay.facts.get("hyperv_host"):
            yield stay.facts, arrival_of(track, scene, stay)


def arrives(track: Track) -> bool:
    """Whether the item still needs room and its VM on a host."""
    return track.phase in (*MAY_HAVE_TO_START, *BEFORE_THE_GATE)


def can_be_looked_at(track: Track, provider: Provider) -> bool:
    """Whether the host that the item comes home to is known, and it still comes home."""
    return arrives(track) and not placed_by_vmm(track, provider)


def judge(track: Track, objection: BadInput | None, scene: Scene) -> Verdict:
    """The verdict on one item for the moment of the scene. `objection`: why the planning refuses it."""
    moment = scene.moment_of(track)
    findings = at(moment, findings_of(track, objection, scene))
    return {
        "name": track.name,
        "id": track.item.id,
        "group": track.intent.group,
        "wave": track.wave,
        "phase": track.phase.value,
        "moment": moment.value,
        "verdict": verdict(findings).word,
        "findings": [finding.told() for finding in findings],
        "host": scene.host_of(track),
        "data_sync": sync(track),
        "estimate": estimate_of(track, scene).told(),
    }


def findings_of(track: Track, objection: BadInput | None, scene: Scene) -> Iterator[Finding]:
    """Everything that speaks against this item, at any moment, and what was not looked at."""
    if objection:
        yield from found("options", track.name, str(objection))
        yield from of_rumours(track, scene)
        return
    yield from of_state(track)
    if reached(track.phase, Goal.PROTECTED):
        return
    if track.item.id in scene.domain_controllers and not reached(track.phase, Goal.COMMITTED):
        yield from of_domain_controller(track.name)
    provider = scene.provider_of(track)
    yield from of_provider(provider, scene.now, scene.providers)
    yield from of_the_azure_side(track, scene)
    if track.phase in MAY_HAVE_TO_START:
        yield from of_limits(track.item)
    if provider and can_be_looked_at(
        track, provider
    ):  # what is left of others needs neither room nor a place for the VM
        yield from of_home(track, scene.stay_of(track, provider), scene)
    elif arrives(track) and placed_by_vmm(track, provider):
        server = provider.host if provider else track.item.site
        unseen = f"VMM ({server}) places {track.name}: the host that it comes home to"
        unseen += ", its switches and its space were not looked at"
        yield from found("vmm", track.name, unseen)


def of_the_azure_side(track: Track, scene: Scene) -> Iterator[Finding]:
    """What Azure says of the item's VM, and what Azure has announced about it."""
    side, stay = scene.azure.get(track.item.id, (None, None))
    if side and stay:
        yield from of_azure(track.item, side, stay, track.intent.consent)
    yield from of_retirements(track.item, side.vm if side else None, scene.now)


def of_rumours(track: Track, scene: Scene) -> Iterator[Finding]:
    """What the hosts know of a VM that the planning refuses, which may be why: it moved, or another one has its name."""
    provider = scene.provider_of(track)
    if provider and can_be_looked_at(track, provider):
        stay = scene.stay_of(track, provider)
        yield from of_place(track, stay, recorded_facts(track, scene))
        yield from of_namesakes(track.item, stay)


def of_place(track: Track, stay: Stay, recorded: HostFacts | None) -> Iterator[Finding]:
    """Where the VM is, when that is not where the vault recorded it; nodes of one cluster are one place."""
    if stay.host != stay.recorded and not stay.elsewhere and not same_place(stay.facts, recorded):
        moved = f"{track.name} is on {stay.host}, not on {stay.recorded} as recorded"
        yield from found("vm_moved", stay.host, moved)


def of_home(track: Track, stay: Stay, scene: Scene) -> Iterator[Finding]:
    """What the host that the VM comes home to says, and the VM on it, wherever it is."""
    arrival, recorded = arrival_of(track, scene, stay), recorded_facts(track, scene)
    visit = Visit(scene.now, scene.since, scene.needs, scene.needs_hosts, scene.loads)
    yield from of_place(track, stay, recorded)
    yield from of_host(stay.host, stay.facts, arrival, visit)
    yield from of_move(arrival, stay, recorded)
    yield from of_cluster(arrival, stay, scene.hosts)
    if tells_vms(stay.facts):
        yield from of_vm(arrival, stay)


def recorded_facts(track: Track, scene: Scene) -> HostFacts | None:
    """What was read of the host that the vault names."""
    recorded = scene.recorded_of(track)
    return scene.facts_of(recorded) if recorded else None


def arrival_of(track: Track, scene: Scene, stay: Stay) -> Arrival:
    """What the failback brings to the host. Once it synchronizes, only what has changed since that began is still to come."""
    size, seen = sum(disk.size_mb for disk in track.item.disks), stay.search.on(stay.facts)
    days = days_in_azure(track.item, scene.now)
    if stay.begun:
        began = track.job.started if track.job and track.job.started else scene.now
        days = (scene.now - began).total_seconds() / 86400
    created = track.intent.makes_vm
    changed = changed_mb(size, days, scene.guess)
    # once it is on its way nobody is held for what is only needed when it is home
    log = 0 if stay.begun else changed_mb(size, 1, scene.guess)
    return Arrival(track.item, created, size, changed, seen.vm if seen else None, track.wave, log)


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
        all_new=track.intent.makes_vm,
    )
    at_gate = track.phase in LAST_CHANGES_DUE
    return Estimate(0, whole.outage_seconds) if at_gate else whole


def overall(verdicts: Sequence[Verdict], guess: Assumptions) -> dict[str, object]:
    """The estimate for the run: all synchronize side by side, the waves cut over one after the other."""
    outages = {
        wave: max(one["estimate"]["outage_seconds"] for one in verdicts if one["wave"] == wave)
        for wave in sorted({one["wave"] for one in verdicts})
    }
    synchronize = max((one["estimate"]["synchronize_seconds"] for one in verdicts), default=0)
    return {
        "synchronize_seconds": synchronize,
        "outage_seconds_of_waves": [{"wave": wave, "outage_seconds": seconds} for wave, seconds in outages.items()],
        "total_seconds": synchronize + sum(outages.values()),
        "assumptions": str(guess),
    }


def of_rights(permissions: Sequence[object] | None, way: Ahead = WHOLE_WAY) -> list[Finding]:
    """What the caller may not do, of what this run needs, or the steps after it; None when the permissions cannot be read."""
    if permissions is None:
        return list(found("rights_known", "caller", "the caller's permissions cannot be read, so they are not checked"))
    told: list[Finding] = []
    now, all_of_it = needed(way.now), needed(way.now | way.later)
    later = {action: purpose for action, purpose in all_of_it.items() if action not in now}
    asked = (("rights", now, "it needs"), ("rights_later", later, "a step after this run needs"))
    for check, actions, why in (*asked, ("rights_useful", USEFUL, "it could use")):
        for action, purpose in missing(actions, permissions).items():
            told += found(check, action, f"the caller may not {action}, which {why} {purpose}")
    return told


def of_principal(claims: Json | None) -> list[Finding]:
    """Whether the caller is a person, whose writes may be challenged; None and {} when nobody knows."""
    name = person_in(claims or {})
    told = f"the caller is a person ({name}), of whom Azure may want multi-factor authentication anew before any write"
    return list(found("principal", "caller", told)) if name else []
