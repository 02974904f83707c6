# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a preflight saw, in words that can be compared with what the next one sees. Pure.

One line for each fact, by what it is about. What changes by itself is left out: phases, free space, the times of heartbeats, and
for a VM that is on its way the power of its on-premises VM.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import MAY_HAVE_TO_START
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Way
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.scene import Scene
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_vms import place_of
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem, RecoveryPlan
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import same_id
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import HostFacts, HostVm
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json
from ansible_collections.asr.hyperv.plugins.module_utils._wish.skipped import skipped_actions

OPTIONS = ("data_sync", "create_vm_if_missing", "alternate_host", "item_options", "domain_controllers")


def saw(tracks: Sequence[Track], scene: Scene, options: Json, plan: RecoveryPlan | None) -> dict[str, str]:
    """All that a verdict rests on. `plan`: the recovery plan, None without one."""
    told = dict(of_the_run(tracks, options, plan))
    told["hosts"] = listed(facts["name"] for facts in scene.hosts)
    for track in tracks:
        told |= of_item(track.item)
        told[f"host of {track.name}"] = scene.host_of(track)
        side = scene.azure[track.item.id][0] if track.item.id in scene.azure else None
        if side and side.vm:
            told[f"Azure disks of {track.name}"] = listed(f"{disk.name} {disk.size_gb} GB" for disk in side.vm.disks)
    for facts in scene.hosts:
        told |= of_facts(facts, tracks)
    return told


def of_the_run(tracks: Sequence[Track], options: Json, plan: RecoveryPlan | None) -> Iterator[tuple[str, str]]:
    """The plan with its members and actions, and the options."""
    yield "recovery plan", plan.name if plan else ""
    yield "members", listed(track.name for track in tracks)
    for wave in sorted({track.wave for track in tracks}):
        yield f"wave {wave}", listed(track.name for track in tracks if track.wave == wave)
    if plan:
        yield "actions of the plan on the way home", ", ".join(skipped_actions(plan, Way.HOME))
    for name in OPTIONS:
        yield f"option {name}", str(options.get(name))


def of_item(item: ProtectedItem) -> dict[str, str]:
    """A protected item, as far as it does not change by itself on its way home."""
    name = item.friendly_name
    return {
        f"id of {name}": item.vm_id,
        f"disks of {name}": listed(f"{disk.name} {disk.size_mb} MB" for disk in item.disks),
        f"switches of {name}": listed(item.switches),
        f"Azure VM of {name}": place_of(item),
        f"policy of {name}": item.policy_name,
    }


def of_facts(facts: HostFacts, tracks: Sequence[Track]) -> dict[str, str]:
    """A host, and the VMs of this run that it has."""
    host, about = facts["name"], facts.get("hyperv_host") or {}
    told = {f"answer of {host}": str(facts.get("error") or "it answers")}
    if not about:
        return told
    services = about.get("services") or {}
    told[f"services of {host}"] = listed(f"{name} {one.get('state')}" for name, one in services.items())
    told[f"switches of {host}"] = listed(one["name"] for one in about.get("virtual_switches") or ())
    told[f"volumes of {host}"] = listed(str(one.get("path")) for one in about.get("volumes") or ())
    for vm in facts.get("vms") or ():
        track = next((one for one in tracks if same_id(one.item.vm_id, vm.get("id") or "")), None)
        if track:
            told |= of_vm(track, vm, host)
    return told


def of_vm(track: Track, vm: HostVm, host: str) -> dict[str, str]:
    """The on-premises VM of an item."""
    told = {f"place of {track.name}": host, f"checkpoints of {track.name}": listed(vm.get("checkpoints") or ())}
    if track.phase in MAY_HAVE_TO_START:
        told[f"power of {track.name}"] = str(vm.get("state") or "")
    return told


def listed(names: Iterator[str] | Sequence[str]) -> str:
    """Names in one order, for a comparison."""
    return ", ".join(sorted(map(str, names))) or "none"
