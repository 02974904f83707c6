# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Imitations of the modules that read a host and its VMs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..clock.clock import iso
from ..estate.guids import stable_guid
from ..estate.places import GB, Computer, Machine
from . import clusters, machines
from .calls import Call, Module, ModuleFailed
from .settings import transfer_facts
from .switches import options_of, shown

PROVIDER_VERSION, AGENT_VERSION = "5.1.8400.0", "2.0.9260.0"
DETAILS = {  # details of a VM: the fields that tell them
    "disks": ("disks",),
    "network_adapters": ("network_adapters", "ip_addresses"),
    "integration_services": ("integration_services",),
    "checkpoints": ("checkpoints", "other_checkpoints"),
    "replication": ("replication",),
    "configuration": ("configuration",),
}


def machine_id(computer: Computer) -> str:
    """What a registered host is known by to the vault."""
    return stable_guid(0, "machine", computer.host.name)


def provider_facts(computer: Computer) -> dict[str, Any]:
    """The provider and where it is registered."""
    registered = computer.registration is not None
    known: dict[str, str] | dict[str, None] = computer.registration or {"vault_name": None, "site_name": None}
    return {
        "installed": computer.provider,
        "version": PROVIDER_VERSION if computer.provider else None,
        "registered": registered,
        "dra_id": machine_id(computer) if registered else None,
        **known,
    }


def switch_facts(name: str, switch: dict[str, Any]) -> dict[str, Any]:
    """A virtual switch, with the adapters that the host itself has on it."""
    told = shown(name, options_of(switch), switch["teaming"])
    return {**told, "id": switch["id"], "management_adapters": switch["management_adapters"]}


def service_facts(computer: Computer, name: str) -> dict[str, Any]:
    """State and start mode of a service."""
    if name not in computer.services:
        return {"state": "absent", "start_mode": None}
    return {"state": "started" if computer.services[name] else "stopped", "start_mode": "auto"}


def host_info(call: Call) -> dict[str, Any]:
    """asr.hyperv.host_info, with the VMs where it is asked for them."""
    check_named(call)
    computer = call.computer
    asked = computer.has_hyperv and bool(computer.services.get("vmms"))
    if asked:
        call.need_answers()
        call.need("read the Hyper-V settings of")
    found = {
        "name": computer.name,
        "time_utc": iso(call.world.now + computer.skew, digits=0),
        "machine_id": computer.machine_id,
        "azure_local": computer.azure_local,
        "os": clusters.system(computer),
        "hardware": clusters.hardware(call),
        "cluster": clusters.cluster_facts(call.world, computer),
        "hyperv": settings(computer, asked=asked),
        "services": {name: service_facts(computer, name) for name in ("vmms", "dra", "obengine")},
        "provider": provider_facts(computer),
        "agent": {"installed": computer.provider, "version": AGENT_VERSION if computer.provider else None},
        "transfer": transfer_facts(computer),
        "volumes": [
            {
                "path": volume.path,
                "id": volume.id,
                "label": "",
                "shared": volume.shared,
                "size_bytes": int(volume.size_gb * GB),
                "free_bytes": int(volume.free_gb * GB),
            }
            for volume in computer.volumes
        ],
        "virtual_switches": [switch_facts(name, switch) for name, switch in computer.switches.items()] if asked else [],
    }
    if call.args.get("vm_details") is None:
        return {"hyperv_host": found}
    return {"hyperv_host": found, "vms": vms(of_host_info(call)) if asked else []}


def of_host_info(call: Call) -> Call:
    """What it asks of VMs, in the options of vm_info."""
    args = {"id": None, "ids": call.args["vm_ids"], "name": None, "details": call.args["vm_details"]}
    return replace(call, args=args)


def settings(computer: Computer, *, asked: bool) -> dict[str, Any]:
    """Hyper-V itself; `asked`: whether it can be."""
    folder = computer.vm_path if asked else None
    return {
        "installed": computer.has_hyperv,
        "vm_path": folder,
        "disk_path": folder,
        "vm_versions": list(computer.vm_versions) if asked else [],
        "guardians": clusters.guardians(computer) if asked else [],
        "cluster": computer.cluster,
    }


def find(call: Call) -> list[Machine]:
    """VMs by id or name; all without either."""
    call.need("list the VMs of")
    wanted, name = call.args["id"], call.args["name"]
    ids = {one.lower() for one in (wanted, *(call.args.get("ids") or [])) if one}
    listed = [vm for vm in call.machines() if not vm.unlisted]
    if ids or call.args.get("ids") is not None:
        return [vm for vm in listed if vm.id.lower() in ids]
    return [vm for vm in listed if not name or vm.name.lower() == name.lower()]


def unlisted(call: Call, found: list[Machine]) -> list[dict[str, Any]]:
    """What is told of VMs that Hyper-V cannot list, unless all that were asked for by their ids were found."""
    asked = call.args["id"] or call.args.get("ids")
    if asked is not None and len(found) == (1 if isinstance(asked, str) else len(asked)):
        return []
    sick = [vm for vm in call.machines() if vm.unlisted]
    return [{**machines.UNKNOWN, "id": "", "name": vm.name, "error": vm.unlisted} for vm in sick]


def check_named(call: Call) -> None:
    """An empty name would mean every VM."""
    for option in ("id", "ids", "name", "vm_ids"):
        given = call.args.get(option)
        if given is not None and any(not one.strip() for one in ([given] if isinstance(given, str) else given)):
            raise ModuleFailed(f"{option}: an empty one names no VM. Leave the option out, or give what it is to name.")


def find_one(call: Call) -> Machine:
    """By id or name; a name that is not unique is refused."""
    check_named(call)
    found, where = find(call), call.computer.name
    wanted, name = call.args["id"], call.args["name"]
    called = f"with the id {wanted}" if wanted else f"called '{name}'"
    if not found:
        raise ModuleFailed(f"There is no VM {called} on {where}. asr.hyperv.vm_info lists those that are there.")
    if len(found) > 1:
        ids = ", ".join(vm.id for vm in found)
        raise ModuleFailed(f"{len(found)} VMs {called} are on {where}: {ids}. Say which one with the option id.")
    return found[0]


def vm_info(call: Call) -> dict[str, Any]:
    """asr.hyperv.vm_info."""
    call.need_hyperv()
    check_named(call)
    computer = call.computer
    host = {"name": computer.name, "machine_id": computer.machine_id, "cluster": computer.cluster}
    return {"host": host, "vms": vms(call)}


def vms(call: Call) -> list[dict[str, Any]]:
    """The VMs that are asked for; `call` has the options of vm_info."""
    found = find(call)
    return [facts(call, vm) for vm in found] + unlisted(call, found)


def facts(call: Call, vm: Machine) -> dict[str, Any]:
    """What is told of one VM, as far as it was asked for."""
    told = machines.facts(vm, call.item_of(vm), call.world.now)
    unasked = set(DETAILS) - set(call.args.get("details") or ())
    left_out = {field for detail in unasked for field in DETAILS[detail]}
    return {name: machines.UNKNOWN[name] if name in left_out else value for name, value in told.items()}


MODULES: dict[str, Module] = {
    "asr.hyperv.host_info": host_info,
    "asr.hyperv.vm_info": vm_info,
}
