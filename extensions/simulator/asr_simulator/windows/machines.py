# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Power and replication of the VMs on a host, as Hyper-V would show them, and what starting one by hand does."""

from __future__ import annotations

from typing import Any

from ..clock.events import Signal
from ..estate.items import Item
from ..estate.parts import Adapter
from ..estate.places import GB, Computer, Machine
from ..world.world import World
from . import guests

REPLICATION = {  # state of the item: Hyper-V's word for its replication, and the number behind; inferred, nobody recorded it
    "initial_replication": ("InitialReplicationInProgress", 2),
    "first_recovery_point": ("Replicating", 3),
    "protected": ("Replicating", 3),
    "test_failover": ("Replicating", 3),
    "failed_back_uncommitted": ("Disabled", 14),
    "failed_back": ("Disabled", 14),
}
AWAY, FAILS_BACK = ("PreparedForFailover", 5), ("Disabled", 13)
POWER = {
    "running": "started",
    "off": "stopped",
    "saved": "saved",
    "paused": "paused",
    "starting": "starting",
    "stopping": "stopping",
    "running_critical": "runningcritical",
    "off_critical": "offcritical",
    "saved_critical": "savedcritical",
}
UNKNOWN = {  # what is told of a VM that its host cannot read
    "state": "unknown",
    "version": "",
    "generation": 0,
    "cpu_count": 0,
    "memory_bytes": 0,
    "clustered": False,
    "uptime_seconds": 0,
    "heartbeat": "",
    "integration_services": {},
    "ip_addresses": [],
    "disks": [],
    "checkpoints": [],
    "other_checkpoints": [],
    "network_adapters": [],
    "replication": {"mode": "", "state": "", "health": "", "number": None},
    "configuration": {},
}
WORDS = {state: power for power, state in POWER.items()}


def fails_back(item: Item | None) -> bool:
    """Whether a failback runs whose data are on their way."""
    return item is not None and item.job is not None and item.row.active == "Recovery"


def replication(item: Item | None) -> dict[str, Any]:
    """What Hyper-V says of the replication of a VM."""
    if item is None or not item.vm.present:
        return {"mode": "None", "state": "Disabled", "health": "NotApplicable", "number": None}
    word, number = FAILS_BACK if fails_back(item) else REPLICATION.get(item.state, AWAY)
    told = {"mode": "Primary", "state": word, "health": item.health, "number": number, **item.vm.replication}
    return {**told, "number": None} if told["mode"] == "None" else told


def switch_on(vm: Machine, item: Item | None, now: float) -> None:
    """Start a VM, whatever that does to it. Disks that a failback writes into are spoiled by it."""
    if vm.power == "running":
        return
    if fails_back(item):
        vm.spoiled, vm.consistent = True, False
    vm.power, vm.started = "running", now


def remove(vm: Machine) -> None:
    """Remove a VM from its host. The disks stay, and nobody here looks at disks without a VM."""
    others = vm.host.computer.others
    others[:] = [one for one in others if one is not vm]
    vm.present = False


def tell_vault(world: World, computer: Computer) -> None:
    """Let the vault notice what happened to a host. Jobs wait for a host that it doesn't hear from."""
    computer.report(world.now)
    name = computer.host.name
    if not computer.host.connected:
        world.away.setdefault(name, Signal())
    elif name in world.away:
        world.away.pop(name).fire()


def mac_address(adapter: Adapter) -> str:
    """Of Hyper-V's own range."""
    return adapter.mac or "00155D" + adapter.id.replace("-", "").upper()[:6]


def facts(vm: Machine, item: Item | None, now: float) -> dict[str, Any]:
    """All that is told of one VM; of one that cannot be read only that it is there, and why."""
    if vm.unreadable:
        return {**UNKNOWN, "id": vm.id, "name": vm.name, "error": vm.unreadable}
    found = guests.addresses(vm)
    return {
        "id": vm.id,
        "name": vm.name,
        "state": POWER[vm.power],
        "version": vm.version,
        "generation": vm.generation,
        "cpu_count": vm.cpu,
        "memory_bytes": vm.memory_mb * 1024**2,
        "clustered": vm.clustered,
        "uptime_seconds": int(now - vm.started) if vm.power.startswith("running") else 0,
        "heartbeat": guests.heartbeat(vm),
        "integration_services": {
            one["Word"]: {"enabled": one["Enabled"], "status": one["Operational"] or ""}
            for one in guests.integration(vm)
        },
        "ip_addresses": found,
        "disks": [disk_facts(vm, place) for place in range(len(vm.disks))],
        "checkpoints": list(vm.checkpoints),
        "other_checkpoints": [],
        "network_adapters": [adapter_facts(one, place, found) for place, one in enumerate(vm.adapters)],
        "replication": replication(item),
        "configuration": configuration(vm),
        "error": "",
    }


def configuration(vm: Machine) -> dict[str, Any]:
    """What an administrator set: as a new VM has it."""
    second = vm.generation == 2
    return {
        "automatic_start_action": "StartIfRunning",
        "automatic_start_delay": 0,
        "automatic_stop_action": "Save",
        "checkpoint_type": "Production",
        "notes": "",
        "dynamic_memory": False,
        "memory_minimum_bytes": None,
        "memory_maximum_bytes": None,
        "processor_compatibility": False,
        "secure_boot": "On" if second else "",
        "secure_boot_template": "MicrosoftWindows" if second else "",
        "tpm": second and vm.tpm,
        "guardians": [guests.thumbprint(vm.guardian)] if second and vm.tpm else [],
        "boot_order": ["Drive", "Network"] if second else [],
    }


def adapter_name(place: int) -> str:
    """As Hyper-V calls them; there all are called alike, which nobody could tell apart."""
    return "Network Adapter" if not place else f"Network Adapter {place + 1}"


def adapter_facts(one: Adapter, place: int, found: list[str]) -> dict[str, Any]:
    """One network adapter; the guest's addresses are those of the first."""
    return {
        "name": adapter_name(place),
        "mac_address": mac_address(one),
        "static_mac_address": bool(one.mac),
        "connected": one.plugged is not None,
        "virtual_switch": one.plugged,
        "vlan": one.vlan,
        "maximum_bandwidth": 0,
        "ip_addresses": [] if place else found,
    }


def disk_facts(vm: Machine, place: int) -> dict[str, Any]:
    """One disk, on the volume that VMs are put on."""
    disk, folder = vm.disks[place], f"{vm.host.computer.vm_path}\\{vm.name}"
    return {
        "path": f"{folder}\\{disk.name}.vhdx",
        "controller": f"SCSI 0:{place}",
        "size_bytes": int(disk.gb * GB),
        "file_size_bytes": int(disk.gb * GB),
    }
