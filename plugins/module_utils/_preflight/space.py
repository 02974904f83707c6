# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Room on the volumes of the hosts for all that come home in one run. Pure.

Needs are added up per volume, whichever hosts look at it, and over the whole run, as one wave follows the other. Facts are those
of `host_info` and `vm_info`; sizes are MB.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.checks import Finding, found
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.sightings import about_of, machine_of
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.volumes import key_of, volume_of
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import HostDisk, HostFacts, HostVm, Volume

MB = 1024**2
DATA, CHANGES, MERGED, MEMORY = (
    "its data",
    "the change files of a day",
    "checkpoints that are merged",
    "its memory",
)
SPARE_MB = 1024  # what a volume has to keep free
Needs = Mapping[str, Mapping[str, float]]  # by volume (volumes.key_of) and item: MB


@dataclass(frozen=True)
class Arrival:
    """What is about to come to a host, whose VM there is `vm`. `created`: it may be made there.

    `wave`: when it comes. `size_mb`: all its disks; `changed_mb`: what is still to be written into a VM that is there; `log_mb`:
    the files in which Hyper-V keeps what changes of a VM at home until it is sent.
    """

    item: ProtectedItem
    created: bool
    size_mb: float
    changed_mb: float
    vm: HostVm | None = None
    wave: int = 0
    log_mb: float = 0


def key_on(facts: HostFacts, volume: Volume) -> str:
    """What a volume of a host is, whoever looks at it."""
    about = about_of(facts)
    return key_of(volume, machine_of(facts), about["hyperv"].get("cluster") or "")


def places(facts: HostFacts, arrival: Arrival) -> Iterator[tuple[str, str, float]]:
    """Each path on the host that the arrival writes to, what it writes there, and the MB of it.

    A VM that is there gets its changes where its disks are, shared out by their sizes, and room for its memory where that is kept
    on disk; a new one is made where the host puts it. Change files lie beside the disks (docs/service.md 5.1).
    """
    own = arrival.vm
    disks = (own or {}).get("disks") or [{"path": about_of(facts)["hyperv"].get("disk_path")}]
    wanted = arrival.size_mb if own is None and arrival.created else arrival.changed_mb
    weights = [disk.get("size_bytes") or 1 for disk in disks]
    for disk, weight in zip(disks, weights, strict=True):
        path, share = disk["path"] or "", weight / sum(weights)
        yield path, DATA, wanted * share
        yield path, CHANGES, arrival.log_mb * share
        yield path, MERGED, merged_mb(disk)
    yield about_of(facts)["hyperv"].get("vm_path") or disks[0]["path"] or "", MEMORY, saved_state_mb(own)


def merged_mb(disk: HostDisk) -> float:
    """The MB that removing the checkpoint below a disk takes: what was written since goes into the file of before."""
    over = (disk.get("path") or "").lower().endswith((".avhdx", ".avhd"))
    return (disk.get("file_size_bytes") or 0) / MB if over else 0


def saved_state_mb(vm: HostVm | None) -> float:
    """The MB of the file that Hyper-V makes of a VM's memory as it starts, so that it can be saved when the host stops."""
    vm = vm or {}
    saves = (vm.get("configuration") or {}).get("automatic_stop_action") == "Save"
    return (vm.get("memory_bytes") or 0) / MB if saves else 0


def room(facts: HostFacts, arrival: Arrival) -> tuple[dict[str, dict[str, float]], list[str]]:
    """The MB that an arrival needs on each volume, by what for, and the paths that lie on no volume with a known size."""
    needs: dict[str, dict[str, float]] = {}
    unknown: dict[str, None] = {}
    for path, what, mb in places(facts, arrival):
        if not mb and what != DATA:
            continue
        volume = volume_of(about_of(facts)["volumes"], path)
        if volume is None or volume["free_bytes"] is None:
            unknown[path] = None
        else:
            parts = needs.setdefault(key_on(facts, volume), {})
            parts[what] = parts.get(what, 0) + mb
    return needs, list(unknown)


def needs_of(arrivals: Iterable[tuple[HostFacts, Arrival]]) -> dict[str, dict[str, float]]:
    """The MB that all arrivals of a run need, each with the facts of its host, by volume and item."""
    needs: dict[str, dict[str, float]] = {}
    for facts, arrival in arrivals:
        for key, parts in room(facts, arrival)[0].items():
            needs.setdefault(key, {})[arrival.item.id] = sum(parts.values())
    return needs


def of_space(host: str, facts: HostFacts, arrival: Arrival, needs: Needs) -> Iterator[Finding]:
    """Room on the volumes of the disks, for this one and for all others of the run that come to the same volume."""
    volumes = {key_on(facts, volume): volume for volume in reversed(about_of(facts)["volumes"])}
    here, unknown = room(facts, arrival)
    for path in unknown:
        where = f"the free space at {path}" if path else "on which volume it keeps its disks"
        yield from found("space_known", host, f"{host} does not tell {where}")
    for key, parts in here.items():
        own = sum(parts.values())
        path, free = volumes[key]["path"] or "", (volumes[key]["free_bytes"] or 0) / MB
        others = [mb for item, mb in needs.get(key, {}).items() if item != arrival.item.id]
        together = own + sum(others)
        if free < together + SPARE_MB:
            more = f", with {len(others)} other VMs of this run {gigabytes(together)}" if others else ""
            needs_it = f"{arrival.item.friendly_name} needs {gigabytes(own)}{told(parts)}{more}"
            message = f"volume {path} of {host} has {gigabytes(free)} free, {needs_it}"
            yield from found("space", host, message, host=host, path=path, spare=gigabytes(SPARE_MB))


def told(parts: Mapping[str, float]) -> str:
    """What the room is for, where it is for more than the data of the VM."""
    some = [f"{gigabytes(mb)} for {what}" for what, mb in parts.items() if mb]
    return f" ({', '.join(some)})" if len(some) > 1 else ""


def gigabytes(mb: float) -> str:
    return f"{round(mb / 1024, 1):g} GB"
