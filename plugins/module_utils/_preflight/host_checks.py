# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a Hyper-V host says for or against a VM coming home to it. Pure.

`facts` are what the modules host_info and vm_info returned on the host. Sources: `domain.md` 5.1, 5.2, 6.1, 6.4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ansible_collections.asr.hyperv.plugins.module_utils._domain.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._domain.wire import plain, same_id, when
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.checks import Finding, found

SERVICES = {
    "vmms": "Hyper-V Virtual Machine Management",
    "dra": "Microsoft Azure Site Recovery Service",
    "obengine": "Microsoft Azure Recovery Services Agent",
}
MB = 1024**2
SPARE_MB = 1024  # what a volume has to keep free
CLOCK_MAY_BE_OFF = timedelta(minutes=5)  # what sign-ins with a time in them commonly tolerate


@dataclass(frozen=True)
class Arrival:
    """What is about to come to a host. `created`: the VM may be made there. `size_mb`: all its disks; `changed_mb`: its news."""

    item: ProtectedItem
    created: bool
    size_mb: float
    changed_mb: float


@dataclass(frozen=True)
class Visit:
    """What is the same for all that come to a host in this run.

    `needs`: the MB of each of them on each volume, by the volume's path and the item's id. `since` and `now`: the vault's time
    before the host was read (None: unknown), and after.
    """

    now: datetime
    since: datetime | None = None
    needs: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def of_host(host: str, facts: Mapping | None, arrival: Arrival, visit: Visit) -> Iterator[Finding]:
    """All that the host says of this arrival. Without facts nothing is silently good."""
    if facts is None:
        unseen = f"the Hyper-V host {host} was not looked at: its switches, space, services and VMs are not checked"
        yield from found("host_looked_at", host, unseen, host=host)
        return
    if facts.get("error"):
        yield from unread(host, facts)
        return
    about = facts["hyperv_host"]
    if not about["hyperv"]["installed"]:
        yield from found("hyperv", host, f"{host} has no Hyper-V")
        return
    yield from of_clock(host, when(about.get("time_utc")), visit)
    yield from of_services(host, about["services"])
    if not runs(about["services"], "vmms"):
        return  # without it Hyper-V tells neither switches nor VMs
    yield from of_switches(host, about["virtual_switches"], arrival)
    yield from of_space(host, facts, arrival, visit.needs)
    yield from of_vms(host, facts.get("vms") or [], arrival)


def unread(host: str, facts: Mapping) -> Iterator[Finding]:
    """A host that does not answer, or one that answers and cannot be read."""
    if facts.get("reached"):
        message = f"the Hyper-V host {host} answers, but cannot be read: {facts['error']}"
        yield from found("host_read", host, message, host=host)
    else:
        yield from found("host_reached", host, f"the Hyper-V host {host} cannot be reached: {facts['error']}")


def of_clock(host: str, told: datetime | None, visit: Visit) -> Iterator[Finding]:
    """A clock that is off for sure: ahead of the vault's by now, or behind what the vault's was before the host was read."""
    if told is None:
        return
    ahead, behind = told - visit.now, (visit.since or told) - told
    if max(ahead, behind) > CLOCK_MAY_BE_OFF:
        off, where = (ahead, "ahead of") if ahead > behind else (behind, "behind")
        minutes = f"{off.total_seconds() / 60:.0f} minutes"
        message = f"the clock of {host} is {minutes} {where} that of the vault, which may end its sign-in"
        yield from found("clock", host, message, host=host)


def runs(services: Mapping, name: str) -> bool:
    return (services.get(name) or {}).get("state") == "started"


def of_services(host: str, services: Mapping) -> Iterator[Finding]:
    """Every step needs these."""
    for name, title in SERVICES.items():
        state = (services.get(name) or {}).get("state", "absent")
        if state != "started":
            message = f"the service {name} ({title}) of {host} is {state}"
            yield from found("services", host, message, host=host, service=name)


def of_switches(host: str, switches: Sequence[Mapping], arrival: Arrival) -> Iterator[Finding]:
    """The VM is plugged into a switch of the same name as before, or into nothing."""
    there = {plain(one["name"]) for one in switches}
    names = ", ".join(one["name"] for one in switches) or "none"
    for wanted in dict.fromkeys(arrival.item.switches):
        if wanted and plain(wanted) not in there:
            plugged = f"which {arrival.item.friendly_name} was plugged into (it has: {names})"
            yield from found("switch", host, f"{host} has no virtual switch '{wanted}', {plugged}", host=host)


def own_vm(vms: Sequence[Mapping], arrival: Arrival) -> Mapping | None:
    """The VM of an item, where the host has it: by its id, since names are not unique."""
    return next((vm for vm in vms if same_id(vm["id"], arrival.item.vm_id)), None)


def volume_of(about: Mapping, path: str | None) -> Mapping | None:
    """The volume that a path is on: of mount points the innermost."""
    fitting = [one for one in about["volumes"] if plain(path or "").startswith(plain(one["path"]))]
    return max(fitting, key=lambda one: len(one["path"]), default=None)


def room(facts: Mapping, arrival: Arrival) -> dict[str, float]:
    """The MB that an arrival needs on each volume, by its path; by "" where the host does not tell the volume.

    A VM that is there gets its changes where its disks are, shared out by their sizes; a new one is made where the host puts it.
    """
    about, own = facts["hyperv_host"], own_vm(facts.get("vms") or [], arrival)
    disks = (own or {}).get("disks") or [{"path": about["hyperv"].get("disk_path")}]
    wanted = arrival.size_mb if own is None and arrival.created else arrival.changed_mb
    weights = [disk.get("size_bytes") or 1 for disk in disks]
    needs: dict[str, float] = {}
    for disk, weight in zip(disks, weights, strict=True):
        volume = volume_of(about, disk["path"])
        path = volume["path"] if volume else ""
        needs[path] = needs.get(path, 0) + wanted * weight / sum(weights)
    return needs


def of_space(
    host: str, facts: Mapping, arrival: Arrival, needs: Mapping[str, Mapping[str, float]]
) -> Iterator[Finding]:
    """Room on the volumes of the disks, for this one and for all others of the run that come to the same volume."""
    free = {volume["path"]: volume["free_bytes"] / MB for volume in facts["hyperv_host"]["volumes"]}
    for path, own in room(facts, arrival).items():
        if path not in free:
            yield from found("space_known", host, f"{host} does not tell on which volume it keeps its disks")
            continue
        others = [mb for item, mb in needs.get(path, {}).items() if item != arrival.item.id]
        together = own + sum(others)
        if free[path] < together + SPARE_MB:
            more = f", with {len(others)} other VMs of this run {gigabytes(together)}" if others else ""
            needs_it = f"{arrival.item.friendly_name} needs {gigabytes(own)}{more}"
            message = f"volume {path} of {host} has {gigabytes(free[path])} free, {needs_it}"
            yield from found("space", host, message, host=host, path=path, spare=gigabytes(SPARE_MB))


def gigabytes(mb: float) -> str:
    return f"{round(mb / 1024, 1):g} GB"


def of_vms(host: str, vms: Sequence[Mapping], arrival: Arrival) -> Iterator[Finding]:
    """The VM itself where it is there, and others that have its name."""
    name = arrival.item.friendly_name
    own = own_vm(vms, arrival)
    others = [vm for vm in vms if plain(vm["name"]) == plain(name) and vm is not own]
    if others and arrival.created and own is None:
        clash = f"{host} has another VM called '{name}' (id {others[0]['id']}); it is never overwritten"
        yield from found("name_clash", host, clash, host=host)
    if own is None:
        if not arrival.created:
            yield from found("vm", host, f"{host} has no VM {name} (id {arrival.item.vm_id})")
        return
    if own["state"] != "stopped":
        runs_there = f"the on-premises VM {name} on {host} is {own['state']}; it has to be off"
        yield from found("vm_off", host, runs_there, host=host)
    if own["checkpoints"]:
        names = ", ".join(own["checkpoints"])
        yield from found(
            "checkpoints", host, f"the on-premises VM {name} on {host} has checkpoints: {names}", host=host
        )
