# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Memory and processors of the hosts for all that come home in one run. Pure.

One wave follows the other and all stay, so what a host needs is added up to the wave of the VM that is judged. A VM takes its
startup memory when it starts; one with dynamic memory may give back what is above its minimum, so that is what it takes for sure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.checks import Finding, found
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.sightings import about_of, machine_of
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.space import MB, Arrival, gigabytes
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import HostFacts, HostVm

SHARE = 8  # virtual processors for each logical one, up to which Microsoft has supported hosts


@dataclass(frozen=True)
class Load:
    """What a VM takes of a host: MB when it starts, MB for sure, and virtual processors. `wave`: when it comes."""

    start_mb: float
    least_mb: float
    processors: int
    wave: int


Loads = Mapping[str, Mapping[str, Load]]  # by machine and item


def load_of(arrival: Arrival) -> Load | None:
    """The load of a VM: as its host has it, where it was seen, else as the vault recorded it. None when nobody tells."""
    vm, item = arrival.vm or {}, arrival.item
    start = (vm.get("memory_bytes") or 0) / MB or item.memory_mb or 0
    if not start:
        return None
    return Load(start, least_of(vm, start), vm.get("cpu_count") or item.cpu_count or 0, arrival.wave)


def least_of(vm: HostVm, start: float) -> float:
    """The MB that a VM takes for sure."""
    told = vm.get("configuration") or {}
    least = told.get("memory_minimum_bytes")
    if not told.get("dynamic_memory") or not isinstance(least, int) or not least:
        return start
    return min(start, least / MB)


def loads_of(arrivals: Iterable[tuple[HostFacts, Arrival]]) -> dict[str, dict[str, Load]]:
    """What all of a run take, each with the facts of its host, by machine and item."""
    loads: dict[str, dict[str, Load]] = {}
    for facts, arrival in arrivals:
        load = load_of(arrival)
        if load:
            loads.setdefault(machine_of(facts), {})[arrival.item.id] = load
    return loads


def of_capacity(host: str, facts: HostFacts, arrival: Arrival, loads: Loads) -> Iterator[Finding]:
    """Whether the host can take this VM, and all that have come by then."""
    hardware, load = about_of(facts).get("hardware"), load_of(arrival)
    if not hardware or not load:
        return
    by_then = {
        item: one
        for item, one in {**loads.get(machine_of(facts), {}), arrival.item.id: load}.items()
        if one.wave <= load.wave
    }
    name = arrival.item.friendly_name
    yield from of_memory(host, (hardware.get("memory_free_bytes") or 0) / MB, name, (load, list(by_then.values())))
    have = hardware.get("processors") or 0
    if load.processors > have > 0:
        message = f"{name} has {load.processors} virtual processors, {host} has {have} logical ones, so it would not start there"
        yield from found("processors", host, message, host=host)
    there = sum(vm.get("cpu_count") or 0 for vm in facts.get("vms") or () if vm.get("state") == "started")
    all_of_them = there + sum(one.processors for one in by_then.values())
    if all_of_them > SHARE * have > 0:
        crowd = f"{all_of_them} virtual ones, with those of {len(by_then)} VMs of this run"
        message = f"{host} has {have} logical processors for {crowd}"
        yield from found("processors_shared", host, message, host=host)


def of_memory(host: str, free: float, name: str, coming: tuple[Load, list[Load]]) -> Iterator[Finding]:
    """Memory for one VM, and for all that come up to its wave."""
    own, everyone = coming
    least, start = sum(one.least_mb for one in everyone), sum(one.start_mb for one in everyone)
    if start <= free:
        return
    others = len(everyone) - 1
    wants = f"{name} starts with {gigabytes(own.start_mb)}"
    more = f", with {others} other VMs of this run up to its wave {gigabytes(start)}" if others else ""
    sure = f", {gigabytes(least)} of that for sure" if least < start else ""
    message = f"{host} has {gigabytes(free)} of memory free, {wants}{more}{sure}"
    # the last one to start needs its startup memory at that moment
    short = least - own.least_mb + own.start_mb > free
    yield from found("memory" if short else "memory_tight", host, message, host=host)
