# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulated host as its PowerShell is to find it: plain data, in the words of Windows (modules/ play the cmdlets from it)."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

from ..estate.places import GB, Computer, Machine
from ..windows import files, guests, hyperv, machines
from ..windows.calls import Call
from ..world.world import World

SITE_RECOVERY = r"SOFTWARE\Microsoft\Azure Site Recovery"
REGISTRATION = rf"{SITE_RECOVERY}\Registration"
REPLICATION = r"SOFTWARE\Microsoft\Windows Azure Backup\Replication"
WINDOWS = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
THREADS = {"download_threads": "DownloadThreadsPerVM", "upload_threads": "UploadThreadsPerVM"}
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
PROGRAMS = {  # and the versions that the imitation tells
    r"c:\program files\microsoft azure site recovery provider\drconfigurator.exe": hyperv.PROVIDER_VERSION,
    r"c:\program files\microsoft azure recovery services agent\bin\cbengine.exe": hyperv.AGENT_VERSION,
}
MICROSOFT = "CN=Microsoft Corporation, O=Microsoft Corporation, L=Redmond, S=Washington, C=US"


def shown(world: World, computer: Computer, args: dict[str, Any]) -> dict[str, Any]:
    """All of a host. `args`: those of the module, for what it may start or look at."""
    call = Call(world, computer, args)
    vms, folder = call.machines(), computer.vm_path
    return {
        "changed": False,
        "troubles": dict(computer.troubles),
        "cim": instances(computer),
        "registry": registry(computer),
        "registry_denied": "registry" in computer.troubles,
        "files": listed(computer, args),
        "certificates": [],
        "configurator": configurator(world, computer, args),
        "net_adapters": [{"Name": name, "InterfaceDescription": described(name)} for name in computer.adapters],
        "host": {"VirtualMachinePath": folder, "VirtualHardDiskPath": folder},
        "versions": list(computer.vm_versions),
        "switches": [switch(name, one) for name, one in computer.switches.items()],
        "vms": [machine(world, vm, call) for vm in vms],
        "vhds": {
            one["path"]: {"Size": one["size_bytes"], "FileSize": one["file_size_bytes"]}
            for vm in vms
            for one in disks(vm)
        },
        "cluster": None,
    }


def described(adapter: str) -> str:
    """Switches know the description of an adapter, not its name."""
    return f"Simulated {adapter}"


def disks(vm: Machine) -> list[dict[str, Any]]:
    """The disks of a VM, as the imitation tells them."""
    return [machines.disk_facts(vm, place) for place in range(len(vm.disks))]


def instances(computer: Computer) -> dict[str, list[dict[str, Any]]]:
    """What WMI has, by class."""
    return {
        "Win32_Service": [
            {"Name": name, "State": "Running" if runs else "Stopped", "StartMode": "Auto"}
            for name, runs in computer.services.items()
        ],
        "Win32_Volume": [
            {
                "Name": one.path,
                "DeviceID": one.id,
                "DriveType": 3,
                "Label": "",
                "FileSystem": "CSVFS_NTFS" if one.shared else "NTFS",
                "Capacity": int(one.size_gb * GB),
                "FreeSpace": int(one.free_gb * GB),
            }
            for one in computer.volumes
        ],
        "Win32_MountPoint": [],
        "Win32_ComputerSystemProduct": [{"UUID": computer.machine_id.upper()}],
    }


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
        "IsClustered": False,
        "Disks": [
            {"Path": one["path"], "ControllerType": "SCSI", "ControllerNumber": 0, "ControllerLocation": place}
            for place, one in enumerate(disks(vm))
        ],
        "Adapters": [
            {
                "Name": machines.adapter_name(place),
                "Id": f"Microsoft:{vm.id.upper()}\\{one.id.upper()}",
                "MacAddress": machines.mac_address(one),
                "SwitchName": one.plugged,
                "IPAddresses": [] if place else guests.addresses(vm),
                "Vlan": {"mode": "Untagged", "id": 0},
            }
            for place, one in enumerate(vm.adapters)
        ],
        "Integration": guests.integration(vm),
        "Obeys": vm.guest == "obedient",
        "Snapshots": [{"Name": name, "SnapshotType": "Standard"} for name in vm.checkpoints],
        "ReplicationMode": replication["mode"],
        "ReplicationState": replication["state"],
        "ReplicationHealth": replication["health"],
        "Gone": vm.unreadable,
    }


def switch(name: str, one: dict[str, Any]) -> dict[str, Any]:
    """A virtual switch, with the adapters of the management OS on it."""
    vlan = one["management_vlan"]
    nic = {"Name": name, "Vlan": {"mode": "Access", "id": vlan} if vlan else {"mode": "Untagged", "id": 0}}
    return {
        "Name": name,
        "Id": one["id"],
        "NetAdapters": [described(one["net_adapter"])] if one["net_adapter"] else [],
        "Vnics": [nic] if one["allow_management_os"] else [],
        "Teaming": False,
    }


def registry(computer: Computer) -> dict[str, Any]:
    """The keys of HKLM that scripts look at."""
    edition = "ServerAzureStackHCICor" if computer.azure_local else "ServerDatacenter"
    found: dict[str, Any] = {WINDOWS: {"EditionID": edition}}
    if computer.cluster:
        found["Cluster"] = {"ClusterName": computer.cluster}
    if computer.provider:
        found[SITE_RECOVERY] = {}
    if computer.registration:
        found |= registered(computer, computer.registration)
    threads = {THREADS[name]: number for name, number in computer.threads.items() if number != 4}
    return found | ({REPLICATION: threads} if threads else {})


def registered(computer: Computer, key: dict[str, str]) -> dict[str, Any]:
    """What a registration leaves in the registry."""
    return {
        SITE_RECOVERY: {"DraID": hyperv.machine_id(computer)},
        REGISTRATION: {"ResourceName": key["vault_name"], "SiteName": key["site_name"]},
    }


def configurator(world: World, computer: Computer, args: dict[str, Any]) -> dict[str, Any]:
    """What DRConfigurator.exe would do with this key file."""
    text = (computer.files.get(files.key(args.get("key_file") or "")) or b"").decode(errors="replace")
    found = [re.search(f"<{name}>([^<]+)<", text) for name in ("ResourceName", "SiteName")]
    vault, site = (match.group(1) if match else "" for match in found)
    if vault != world.estate.vault or site not in {one.friendly for one in world.estate.sites}:
        return {"exit": 1, "writes": {}}
    return {"exit": 0, "writes": registered(computer, {"vault_name": vault, "site_name": site})}


def named(args: dict[str, Any]) -> list[str]:
    """The paths of the host among a module's arguments."""
    return [value for value in args.values() if isinstance(value, str) and re.match(r"[A-Za-z]:\\", value)]


def listed(computer: Computer, args: dict[str, Any]) -> dict[str, Any]:
    """Files by their paths in lower case; programs are there with the provider."""
    there = dict.fromkeys(PROGRAMS, b"") if computer.provider else {}
    there |= {path: data for path, data in computer.files.items() if data is not None}
    for path in named(args):  # the setup of the provider is wherever somebody looks for it
        data = files.read(computer, path)
        if data is not None:
            there[path.lower()] = data
    return {path: file(path, data, computer) for path, data in there.items()}


def file(path: str, data: bytes, computer: Computer) -> dict[str, Any]:
    """What is known of a file."""
    return {
        "folder": False,
        "length": len(data),
        "days": computer.ages.get(path, 0),
        "version": PROGRAMS.get(path),
        "signer": MICROSOFT if data == files.SETUP else "",
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def files_of(computer: Computer, args: dict[str, Any]) -> dict[str, str]:
    """Files that a script may open by .NET, which knows no drives here: by their whole paths, in base64."""
    found = {path: files.read(computer, path) for path in named(args)}
    return {path: base64.b64encode(data).decode() for path, data in found.items() if data is not None}
