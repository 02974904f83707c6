# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a Hyper-V host says for or against a VM coming home to it. Pure.

`facts` are what the modules host_info and vm_info returned on the host. Sources: `domain.md` 5.1, 5.2, 6.1, 6.4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._findings import Finding, blocked, warning
from ansible_collections.asr.hyperv.plugins.module_utils._items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._wire import plain, same_id

SERVICES = {
    "vmms": "Hyper-V Virtual Machine Management",
    "dra": "Microsoft Azure Site Recovery Service",
    "obengine": "Microsoft Azure Recovery Services Agent",
}
MB = 1024**2
SPARE_MB = 1024  # what a volume has to keep free


@dataclass(frozen=True)
class Arrival:
    """What is about to come to a host. `created`: the VM is made there. `room_mb`: what its disks will need."""

    item: ProtectedItem
    created: bool
    room_mb: float


def of_host(host: str, facts: Mapping | None, arrival: Arrival) -> Iterator[Finding]:
    """All that the host says of this arrival. Without facts nothing is silently good."""
    if facts is None:
        yield warning(
            "host",
            host,
            f"the Hyper-V host {host} was not looked at: its switches, space, services and VMs are not checked",
            f"Put {host} into the inventory group of the Hyper-V hosts, with its WinRM variables.",
        )
        return
    if facts.get("error"):
        yield blocked(
            "host", host, f"the Hyper-V host {host} cannot be reached: {facts['error']}", "Mend its WinRM connection."
        )
        return
    about = facts["hyperv_host"]
    if not about["hyperv"]["installed"]:
        yield blocked("hyperv", host, f"{host} has no Hyper-V", "Prepare it with the role alternate_host.")
        return
    yield from of_services(host, about["services"])
    yield from of_switches(host, about["virtual_switches"], arrival)
    yield from of_space(host, about, arrival)
    yield from of_vms(host, facts.get("vms") or [], arrival)


def of_services(host: str, services: Mapping) -> Iterator[Finding]:
    """Every step needs these."""
    for name, title in SERVICES.items():
        state = (services.get(name) or {}).get("state", "absent")
        if state != "started":
            yield blocked(
                "services", host, f"the service {name} ({title}) of {host} is {state}", f"Start {name} on {host}."
            )


def of_switches(host: str, switches: Sequence[Mapping], arrival: Arrival) -> Iterator[Finding]:
    """The VM is plugged into a switch of the same name as before, or into nothing."""
    there = {plain(one["name"]) for one in switches}
    names = ", ".join(one["name"] for one in switches) or "none"
    for wanted in dict.fromkeys(arrival.item.switches):
        if wanted and plain(wanted) not in there:
            yield blocked(
                "switch",
                host,
                f"{host} has no virtual switch '{wanted}', which {arrival.item.friendly_name} was plugged into (it has: {names})",
                f"Create it with that very name: asr.hyperv.virtual_switch, or the role alternate_host on {host}.",
            )


def of_space(host: str, about: Mapping, arrival: Arrival) -> Iterator[Finding]:
    """Room on the volume on which the host keeps its disks."""
    path = plain(about["hyperv"].get("disk_path") or "")
    fitting = [one for one in about["volumes"] if path.startswith(plain(one["path"]))]
    volume = max(fitting, key=lambda one: len(one["path"]), default=None)
    if volume is None:
        yield warning(
            "space", host, f"{host} does not tell on which volume it keeps its disks", "Look at its free space."
        )
        return
    free = volume["free_bytes"] / MB
    if free < arrival.room_mb + SPARE_MB:
        yield blocked(
            "space",
            host,
            f"volume {volume['path']} of {host} has {free / 1024:.0f} GB free, {arrival.item.friendly_name} needs "
            f"{arrival.room_mb / 1024:.0f} GB",
            f"Make room on {volume['path']} of {host}, or name another host with alternate_host.",
        )


def of_vms(host: str, vms: Sequence[Mapping], arrival: Arrival) -> Iterator[Finding]:
    """The VM itself where it is there, and others that have its name."""
    name = arrival.item.friendly_name
    own = next((vm for vm in vms if same_id(vm["id"], arrival.item.vm_id)), None)
    others = [vm for vm in vms if plain(vm["name"]) == plain(name) and vm is not own]
    if others and arrival.created and own is None:
        yield blocked(
            "name_clash",
            host,
            f"{host} has another VM called '{name}' (id {others[0]['id']}); it is never overwritten",
            f"Rename or remove that VM on {host}, or name another host with alternate_host.",
        )
    if own is None:
        if not arrival.created:
            yield blocked(
                "vm",
                host,
                f"{host} has no VM {name} (id {arrival.item.vm_id})",
                "Set create_vm_if_missing: true, or look for it on the other hosts.",
            )
        return
    if own["state"] != "stopped":
        yield blocked(
            "vm",
            host,
            f"the on-premises VM {name} on {host} is {own['state']}; it has to be off",
            f"Shut it down on {host}.",
        )
    if own["checkpoints"]:
        yield blocked(
            "checkpoints",
            host,
            f"the on-premises VM {name} on {host} has checkpoints: {', '.join(own['checkpoints'])}",
            f"Remove its checkpoints on {host} and let them merge.",
        )
