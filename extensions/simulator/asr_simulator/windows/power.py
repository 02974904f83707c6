# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The imitation of the module that switches VMs on and off."""

from __future__ import annotations

from typing import Any

from ..estate.places import Machine
from . import guests, machines
from .calls import Call, Module, ModuleFailed, no_answer
from .hyperv import find_one

FORBIDDING_PHASES = {
    "failed_over_uncommitted": "it was failed over and runs in Azure",
    "failed_over": "it was failed over and runs in Azure",
    "synchronizing": "its failback is still writing into its disks",
    "synchronized": "its failback has not sent the last changes yet",
    "cutting_over": "its failback is sending the last changes",
    "failing_over": "its failover to Azure is shutting it down",
    "inconsistent": "its last failback was broken off while it wrote into its disks: fail it back again first",
}
PHASES_AT_HOME = (
    "protected",
    "failed_back_uncommitted",
    "failed_back",
    "replicating",
    "testing",
    "tested",
    "cleaning_up",
)
HARMLESS = (
    "ReadyForInitialReplication",
    "InitialReplicationInProgress",
    "WaitingForInitialReplication",
    "Replicating",
    "Suspended",
    "WaitingForStartResynchronize",
    "ResynchronizeSuspended",
)
DOUBTFUL = ("Error", "Resynchronizing", "Disabled")
SILENCE = {  # why a guest cannot be asked to shut down
    "without_services": "it has no integration service for that",
    "silent": "the integration service for that says 'NoContact', as while it boots or hangs",
}
PULL = (
    "Nothing was done. Try again when it runs and answers, shut it down from within, or give turn_off to pull the plug."
)


def told(vm: Machine) -> str:
    """The state of a VM in the module's words."""
    return machines.POWER[vm.power]


def rest(vm: Machine) -> str:
    """Where a VM rests; empty while it passes from one state to another. That its storage is away is another matter."""
    plain = vm.power.removesuffix("_critical")
    return machines.POWER[plain] if plain not in ("starting", "stopping") else ""


def vm_power(call: Call) -> dict[str, Any]:
    """asr.hyperv.vm_power."""
    call.need_hyperv()
    vm, wanted = find_one(call), call.args["state"].lower()
    before = told(vm)
    shown = {"id": vm.id, "name": vm.name, "state_before": before, "state": before}
    diff = {"before": {"state": before}, "after": {"state": call.args["state"]}}
    if rest(vm) == wanted:
        return {**doubts(call, vm), "vm": shown, "diff": {**diff, "after": {"state": before}}}
    why = objection(call, vm, wanted)
    if why:
        raise ModuleFailed(why, vm=shown, diff=diff)
    if call.check:
        return {"changed": True, "vm": {**shown, "state": call.args["state"]}, "diff": diff}
    if vm.stuck and (request := request_of(call, vm, wanted)):
        changes = f"from {before} to {call.args['state']}; its state is {before} now"
        why = no_answer(call, request)
        raise ModuleFailed(
            f"Cannot bring '{vm.name}' {changes}: {why}", vm=shown, diff={**diff, "after": {"state": before}}
        )
    set_power(call, vm, wanted)
    shown["state"] = told(vm)
    diff["after"] = {"state": told(vm)}
    if rest(vm) != wanted:
        hint = "" if call.args["turn_off"] else HINT
        message = (
            f"'{vm.name}' should be {call.args['state']} and is still {told(vm)} after {call.args['timeout']} seconds"
        )
        raise ModuleFailed(f"{message} (timeout).{hint}", vm=shown, diff=diff, changed=True)
    return {"changed": True, "vm": shown, "diff": diff}


HINT = " Its guest was asked to shut down, and may yet do so: look at its console. turn_off would pull the plug."


def doubts(call: Call, vm: Machine) -> dict[str, Any]:
    """Warnings of a VM that is as it should be by its word, and is not well."""
    where, why = call.computer.name, hindrance(call, vm) if rest(vm) == "started" else ""
    warnings = [f"'{vm.name}' runs on {where} and must not be running {why} It may run twice."] if why else []
    if vm.power.endswith("_critical"):
        warnings.append(f"'{vm.name}' is {told(vm)}: {where} cannot reach its storage.")
    return {"warnings": warnings} if warnings else {}


def objection(call: Call, vm: Machine, wanted: str) -> str:
    """What the module refuses; empty when it does as it is told."""
    if not rest(vm):
        waited = f"and was for {call.args['timeout']} seconds (timeout). Run again when it has come to rest."
        return f"'{vm.name}' is {told(vm)}, {waited}"
    return {"started": against_start, "saved": against_save, "stopped": against_stop}[wanted](call, vm)


def against_start(call: Call, vm: Machine) -> str:
    """Why a VM must not be started, or cannot."""
    why = hindrance(call, vm)
    return f"'{vm.name}' must not be started {why}" if why else storage(call, vm)


def against_save(call: Call, vm: Machine) -> str:
    """Why a VM cannot be saved."""
    runs = rest(vm) in ("started", "paused")
    never = f"'{vm.name}' cannot be saved while it is {told(vm)}: only a VM that runs can. Start it first."
    return storage(call, vm) or ("" if runs else never)


def against_stop(call: Call, vm: Machine) -> str:
    """Why a VM is not stopped without its plug being pulled."""
    if call.args["turn_off"]:
        return ""
    if rest(vm) == "saved":
        return f"'{vm.name}' is saved. Start it and stop it, or give turn_off to throw its saved state away."
    why = silence(vm)
    asked = f"The guest of '{vm.name}' cannot be asked to shut down: {why}. {PULL}" if why else ""
    return storage(call, vm) or asked


def storage(call: Call, vm: Machine) -> str:
    """Why nothing can be done with a VM whose storage is away."""
    away = f"'{vm.name}' is {told(vm)}: {call.computer.name} cannot reach its storage. Bring that back first."
    return away if vm.power.endswith("_critical") else ""


def silence(vm: Machine) -> str:
    """Why a guest cannot be asked to shut down."""
    if vm.power != "running":
        return f"it is {told(vm)}"
    usual = "" if guests.answers(vm) else SILENCE["silent"]
    return SILENCE.get(vm.guest, usual)


def hindrance(call: Call, vm: Machine) -> str:
    """Why a VM must not run here; empty when it may. A phase that the vault tells stands above what Hyper-V is unsure of."""
    given = call.args["failback_phase"] or ""
    phase = given.lower()
    if phase in FORBIDDING_PHASES:
        return f"while it is {given}: {FORBIDDING_PHASES[phase]}."
    if phase and phase not in PHASES_AT_HOME:
        return f"while it is {given}: the vault does not tell where it runs. Look at it there first."
    return of_replication(machines.replication(call.item_of(vm)), phase)


def of_replication(now: dict[str, Any], phase: str) -> str:
    """Why a VM must not run, by what Hyper-V says of its replication."""
    number = "" if now["number"] is None else f" ({now['number']})"
    says = f"while Hyper-V has its replication as {now['state']}{number} of a VM that is {now['mode']}"
    if now["mode"] == "None" or now["state"] in HARMLESS:
        return ""
    if now["number"] == machines.FAILS_BACK[1]:
        return f"{says}: a failback is writing into its disks. Let the failback start it."
    if now["state"] not in DOUBTFUL:
        return f"{says}: it was failed over, or is about to be, and may be running there. Let the failback start it."
    ask = "Say how it stands in the vault with the option failback_phase."
    return "" if phase else f"{says}: a failback may be writing into its disks. {ask}"


def request_of(call: Call, vm: Machine, wanted: str) -> str:
    """The cmdlet that may never be answered; none where the guest is asked, or a saved state is thrown away."""
    if wanted != "stopped":
        return {"started": "Start-VM", "saved": "Save-VM"}[wanted]
    return "Stop-VM -TurnOff" if call.args["turn_off"] and rest(vm) != "saved" else ""


def set_power(call: Call, vm: Machine, wanted: str) -> None:
    """Do what was asked for. A guest that hangs is asked to shut down, and does not."""
    if wanted == "started":
        machines.switch_on(vm, call.item_of(vm), call.world.now)
    elif wanted == "saved" or call.args["turn_off"] or vm.guest != "hangs":
        vm.power = machines.WORDS[wanted]


MODULES: dict[str, Module] = {"asr.hyperv.vm_power": vm_power}
