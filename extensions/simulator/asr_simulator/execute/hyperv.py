# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VMs and switches of a simulated host as Hyper-V's PowerShell is to find them: plain data, in its words."""

from __future__ import annotations

from typing import Any

from ..estate.places import Machine
from ..windows import guests, machines
from ..windows.calls import Call
from ..world.world import World

STATES = {
    "running": "Running",
    "off": "Off",
    "saved": "Saved",
    "paused": "Paused",
    "starting": "Starting",
    "stopping": "Stopping",
    "running_critical": "RunningCritical",
    "off_critical": "OffCritical",
    "saved_critical": "SavedCritical",
}


def described(adapter: str) -> str:
    """Switches know the description of an adapter, not its name."""
    return f"Simulated {adapter}"


def disks(vm: Machine) -> list[dict[str, Any]]:
    """The disks of a VM, as the imitation tells them."""
    return [machines.disk_facts(vm, place) for place in range(len(vm.disks))]


def machine(world: World, vm: Machine, call: Call) -> dict[str, Any]:
    """A VM."""
    replication, running = machines.replication(call.item_of(vm)), vm.power.startswith("running")
    return {
        "Id": vm.id,
        "Name": vm.name,
        "State": STATES[vm.power],
        "Status": "Operating normally",
        "Generation": vm.generation,
        "Version": vm.version,
        "ProcessorCount": vm.cpu,
        "MemoryStartup": vm.memory_mb * 1024**2,
        "UptimeSeconds": world.now - vm.started if running else 0,
        "Heartbeat": guests.heartbeat(vm) or None,
        "IsClustered": vm.clustered,
        "Disks": [
            {"Path": one["path"], "ControllerType": "SCSI", "ControllerNumber": 0, "ControllerLocation": place}
            for place, one in enumerate(disks(vm))
        ],
        "Adapters": adapters(vm),
        "Integration": guests.integration(vm),
        "Obeys": vm.guest == "obedient",
        "Snapshots": [{"Name": name, "SnapshotType": "Standard"} for name in vm.checkpoints],
        "ReplicationMode": replication["mode"],
        "ReplicationState": replication["state"],
        "ReplicationHealth": replication["health"],
        **configuration(vm),
        "Unreadable": vm.unreadable,
        "Gone": vm.unlisted,
        "Stuck": vm.stuck,
    }


def adapters(vm: Machine) -> list[dict[str, Any]]:
    """The network adapters of a VM; the guest's addresses are those of the first."""
    return [
        {
            "Name": machines.adapter_name(place),
            "Id": f"Microsoft:{vm.id.upper()}\\{one.id.upper()}",
            "MacAddress": machines.mac_address(one),
            "SwitchName": one.plugged,
            "DynamicMacAddressEnabled": not one.mac,
            "IPAddresses": [] if place else guests.addresses(vm),
            "Vlan": {"mode": "Access" if one.vlan else "Untagged", "id": one.vlan},
        }
        for place, one in enumerate(vm.adapters)
    ]


def configuration(vm: Machine) -> dict[str, Any]:
    """What an administrator set on a VM."""
    told = machines.configuration(vm)
    return {
        "AutomaticStartAction": told["automatic_start_action"],
        "AutomaticStartDelay": told["automatic_start_delay"],
        "AutomaticStopAction": told["automatic_stop_action"],
        "CheckpointType": told["checkpoint_type"],
        "Notes": told["notes"],
        "DynamicMemoryEnabled": told["dynamic_memory"],
        "MemoryMinimum": told["memory_minimum_bytes"],
        "MemoryMaximum": told["memory_maximum_bytes"],
        "CompatibilityForMigrationEnabled": told["processor_compatibility"],
        "TpmEnabled": told["tpm"],
        "Guardians": told["guardians"],
        "SecureBoot": told["secure_boot"],
        "SecureBootTemplate": told["secure_boot_template"],
        "BootOrder": [{"BootType": one} for one in told["boot_order"]],
    }


def switch(name: str, one: dict[str, Any]) -> dict[str, Any]:
    """A virtual switch, with the adapters of the management OS on it."""
    return {
        "Name": name,
        "Id": one["id"],
        "NetAdapters": [described(name) for name in one["net_adapters"]],
        "Vnics": [{"Name": nic["name"], "Vlan": tag(nic["vlan"])} for nic in one["management_adapters"]],
        "Teaming": one["teaming"],
    }


def tag(vlan: int | None) -> dict[str, Any]:
    """What an adapter puts on what it sends; a trunk has more than one VLAN."""
    if vlan is None:
        return {"mode": "Trunk", "id": 0}
    return {"mode": "Access" if vlan else "Untagged", "id": vlan}
