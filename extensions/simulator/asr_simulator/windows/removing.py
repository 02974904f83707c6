# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The imitation of the module that removes a VM from a host."""

from __future__ import annotations

import re
from typing import Any

from ..estate.places import Machine
from . import machines
from .calls import Call, Module, ModuleFailed, no_answer
from .power import rest, told

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def vm_removal(call: Call) -> dict[str, Any]:
    """asr.hyperv.vm_removal."""
    call.need_hyperv()
    if not GUID.fullmatch(call.args["id"]):
        ask = "Give the one that asr.hyperv.vm_info tells; a VM is never removed by its name."
        raise ModuleFailed(f"id: '{call.args['id']}' is no id of a VM. {ask}")
    vm = find(call)
    if vm is None:
        nothing = {"id": call.args["id"], "name": "", "state_before": "absent", "state": "absent", "disks": []}
        return {"vm": nothing, "diff": {"before": {"state": "absent"}, "after": {"state": "absent"}}}
    before = told(vm)
    shown = {"id": vm.id, "name": vm.name, "state_before": before, "state": before, "disks": []}
    answer = {"vm": shown, "diff": {"before": {"state": before}, "after": {"state": "absent"}}}
    if vm.unreadable:
        raise ModuleFailed(f"'{vm.name}' was not removed, as it cannot be read: {vm.unreadable}", **answer)
    shown["disks"] = [machines.disk_facts(vm, place)["path"] for place in range(len(vm.disks))]
    if why := obstacle(call, vm):
        raise ModuleFailed(f"'{vm.name}' must not be removed: {why}", **answer)
    if vm.stuck and not call.check:
        still = {"before": {"state": before}, "after": {"state": before}}
        raise ModuleFailed(f"Cannot remove '{vm.name}': {no_answer(call, 'Remove-VM')}", vm=shown, diff=still)
    if not call.check:
        machines.remove(vm)
    shown["state"] = "absent"
    return {"changed": True, **answer}


def find(call: Call) -> Machine | None:
    """By its id alone. Whether one is absent cannot be told while Hyper-V cannot list all."""
    call.need("list the VMs of")
    wanted = call.args["id"]
    vm = next((one for one in call.machines() if not one.unlisted and one.id.lower() == wanted.lower()), None)
    sick = next((one.unlisted for one in call.machines() if one.unlisted), "")
    if vm is None and sick:
        message = f"Nobody knows whether {call.computer.name} has a VM with the id {wanted}"
        raise ModuleFailed(f"{message}, since Hyper-V cannot list all of its VMs: {sick}")
    return vm


def obstacle(call: Call, vm: Machine) -> str:
    """Why a VM must not be removed; empty when it may."""
    if vm.power.endswith("_critical"):
        return f"it is {told(vm)}: {call.computer.name} cannot reach its storage. Bring that back first."
    if rest(vm) != "stopped":
        return f"it is {told(vm)}: only a VM that is off can be. Make sure that it is not in use, and shut it down."
    if vm.clustered:
        return "it is a role of a failover cluster. Take that role first (asr.hyperv.cluster_vm)."
    now = machines.replication(call.item_of(vm))
    if now["mode"] != "None":
        end = "Make sure that nothing needs it, and end it with Remove-VMReplication."
        return f"its replication is {now['mode']}, and {now['state']}. {end}"
    if vm.checkpoints:
        names = ", ".join(vm.checkpoints)
        return f"it has checkpoints, which would be merged into its disks: {names}. Remove them first."
    return ""


MODULES: dict[str, Module] = {"asr.hyperv.vm_removal": vm_removal}
