# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host tells of its failover cluster, of its system and of its hardware."""

from __future__ import annotations

from typing import Any

from ..estate.places import GB, Computer, Machine
from ..world.world import World
from . import guests
from .calls import Call

POWERSHELL = "5.1.20348.2110"
SYSTEMS = {"2016": "14393", "2019": "17763", "2022": "20348", "2025": "26100"}  # and their builds
OWN_GB = 4  # memory that the management OS keeps


def roles(world: World, computer: Computer) -> list[Machine]:
    """The VMs that are roles of the cluster of a node, whichever node they are on; a node that is down has lost its own."""
    nodes = {one.host.name for one in computer.peers}
    return [
        item.vm for item in world.estate.items if item.vm.present and item.vm.clustered and item.vm.host.name in nodes
    ]


def cluster_facts(world: World, computer: Computer) -> dict[str, Any] | None:
    """The failover cluster of a host; None without one."""
    if not computer.cluster:
        return None
    if computer.mute_cluster:
        return {"name": computer.cluster, "nodes": [], "vms": [], "error": silence(computer)}
    return {
        "name": computer.cluster,
        "nodes": [{"name": one.name, "state": one.node} for one in computer.peers],
        "vms": [
            {
                "id": vm.id,
                "name": vm.name,
                "owner_node": vm.host.computer.name,
                "possible_owners": [one.name for one in computer.peers],
            }
            for vm in roles(world, computer)
        ],
        "error": "",
    }


def silence(computer: Computer) -> str:
    """What is said of a cluster service that answers nothing."""
    return f"the cluster service of {computer.name} does not answer within 30 seconds"


def system(computer: Computer) -> dict[str, Any]:
    """The operating system of a host."""
    return {
        "name": f"Microsoft Windows Server {computer.os} Datacenter",
        "edition": "ServerAzureStackHCICor" if computer.azure_local else "ServerDatacenter",
        "build": int(SYSTEMS[computer.os]),
        "core": computer.core,
        "domain": computer.host.name.partition(".")[2],
        "powershell": POWERSHELL,
    }


def hardware(call: Call) -> dict[str, Any]:
    """Processors and memory. What runs there has taken its share of the memory."""
    computer = call.computer
    taken = sum(vm.memory_mb * 1024**2 for vm in call.machines() if vm.power in ("running", "paused", "starting"))
    return {
        "processors": computer.processors,
        "memory_bytes": int(computer.memory_gb * GB),
        "memory_free_bytes": max(0, int((computer.memory_gb - OWN_GB) * GB) - taken),
    }


def guardians(computer: Computer) -> list[str]:
    """The certificates whose keys a host has to open the TPMs of VMs."""
    hosts = [computer.host.name] if computer.guardians is None else computer.guardians
    return sorted(guests.thumbprint(name) for name in hosts)
