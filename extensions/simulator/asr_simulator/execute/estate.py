# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulated host as its PowerShell is to find it: plain data, in the words of Windows (modules/ play the cmdlets from it)."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

from ..estate.places import GB, Computer
from ..windows import clusters, files, hyperv, machines
from ..windows.calls import Call
from ..world.world import World
from .hyperv import described, disks, machine, switch

SITE_RECOVERY = r"SOFTWARE\Microsoft\Azure Site Recovery"
REGISTRATION = rf"{SITE_RECOVERY}\Registration"
REPLICATION = r"SOFTWARE\Microsoft\Windows Azure Backup\Replication"
WINDOWS = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
THREADS = {"download_threads": "DownloadThreadsPerVM", "upload_threads": "UploadThreadsPerVM"}
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
        "mute": computer.mute,
        "mute_cluster": computer.mute_cluster,
        "cim": instances(call),
        "registry": registry(computer),
        "registry_denied": "registry" in computer.troubles,
        "files": listed(computer, args),
        "certificates": [],
        "guardians": clusters.guardians(computer),
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
        "cluster": cluster(world, computer),
        "agent": {"installed": computer.provider, **computer.agent},
    }


def cluster(world: World, computer: Computer) -> dict[str, Any] | None:
    """The failover cluster of a host."""
    told = clusters.cluster_facts(world, computer)
    if told is None:
        return None
    return {
        "name": told["name"],
        "nodes": [{"Name": one["name"], "State": one["state"]} for one in told["nodes"]],
        "groups": [
            {"Name": one["name"], "VMId": one["id"], "OwnerNode": one["owner_node"], "State": "Online"}
            for one in told["vms"]
        ],
        "shared": [one.path for one in computer.volumes if one.shared],
    }


def instances(call: Call) -> dict[str, list[dict[str, Any]]]:
    """What WMI has, by class."""
    computer = call.computer
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
        "Msvm_ReplicationRelationship": [
            {"InstanceID": f"Microsoft:{vm.id.upper()}\\HVR\\0", "ReplicationState": number}
            for vm in call.machines()
            if (number := machines.replication(call.item_of(vm))["number"]) is not None
        ],
        "Msvm_ShutdownComponent": [
            {"SystemName": vm.id.upper()} for vm in call.machines() if vm.guest != "without_services"
        ],
        **about(call),
        "Win32_ComputerSystemProduct": [{"UUID": computer.machine_id.upper()}],
    }


def about(call: Call) -> dict[str, list[dict[str, Any]]]:
    """What WMI has of the system and its hardware."""
    system, hardware = clusters.system(call.computer), clusters.hardware(call)
    return {
        "Win32_OperatingSystem": [
            {
                "Caption": system["name"],
                "BuildNumber": str(system["build"]),
                "TotalVisibleMemorySize": hardware["memory_bytes"] // 1024,
                "FreePhysicalMemory": hardware["memory_free_bytes"] // 1024,
            }
        ],
        "Win32_ComputerSystem": [
            {
                "Domain": system["domain"] or "WORKGROUP",
                "PartOfDomain": bool(system["domain"]),
                "NumberOfLogicalProcessors": hardware["processors"],
            }
        ],
    }


def registry(computer: Computer) -> dict[str, Any]:
    """The keys of HKLM that scripts look at."""
    installed = "Server Core" if computer.core else "Server"
    found: dict[str, Any] = {
        WINDOWS: {"EditionID": clusters.system(computer)["edition"], "InstallationType": installed}
    }
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
