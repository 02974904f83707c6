# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes over what a script changed on a host."""

from __future__ import annotations

from typing import Any

from ..estate.places import Computer, Machine
from ..windows import machines
from ..windows.calls import Call
from ..world.world import World
from .estate import REGISTRATION, REPLICATION, SITE_RECOVERY, THREADS
from .hyperv import STATES, described

POWERS = {state: power for power, state in STATES.items()}


def take(world: World, computer: Computer, before: dict[str, Any], after: dict[str, Any]) -> None:
    """The host as it was and as it is, both as `estate.shown` has them."""
    had = {one["Id"]: one["State"] for one in before["vms"]}
    call = Call(world, computer, {})
    left = {one["Id"]: one for one in after["vms"]}
    for vm in call.machines():
        now = left.get(vm.id)
        if now is None:
            machines.remove(vm)
            continue
        vm.clustered = now["IsClustered"]
        take_adapters(vm, now["Adapters"])
        if now["State"] == had[now["Id"]]:
            continue
        if now["State"] == "Running":
            machines.switch_on(vm, call.item_of(vm), world.now)
        else:
            vm.power = POWERS[now["State"]]
    if after["switches"] != before["switches"]:
        take_switches(computer, after)
    runs = {one["Name"]: one["State"] == "Running" for one in after["cim"]["Win32_Service"]}
    computer.services.update(runs)
    threads = after["registry"].get(REPLICATION, {})
    computer.threads.update({name: threads.get(value, 4) for name, value in THREADS.items()})
    computer.agent.update({name: after["agent"][name] for name in computer.agent})
    take_registration(world, computer, after["registry"])


def take_adapters(vm: Machine, now: list[dict[str, Any]]) -> None:
    """The network adapters of a VM."""
    for one, told in zip(vm.adapters, now, strict=True):
        one.plugged, one.vlan = told["SwitchName"], told["Vlan"]["id"]
        one.mac = "" if told["DynamicMacAddressEnabled"] else told["MacAddress"]


def take_switches(computer: Computer, after: dict[str, Any]) -> None:
    """The virtual switches, in the words of the imitation. One that is new gets the id that the imitation would give."""
    names, had = {described(name): name for name in computer.adapters}, dict(computer.switches)
    computer.switches.clear()
    for one in after["switches"]:
        nics, vnics = one["NetAdapters"], one["Vnics"]
        facts = {
            "type": "external" if nics else "internal" if vnics else "private",
            "net_adapters": sorted((names[nic] for nic in nics), key=str.lower),
            "teaming": one["Teaming"],
            "management_adapters": [{"name": nic["Name"], "vlan": vlan_of(nic.get("Vlan") or {})} for nic in vnics],
        }
        computer.add_switch(one["Name"], facts)
        if one["Name"] in had:
            computer.switches[one["Name"]]["id"] = had[one["Name"]]["id"]


def vlan_of(told: dict[str, Any]) -> int | None:
    """The VLAN of an adapter of the management OS."""
    return None if told.get("mode") == "Trunk" else told.get("id", 0)


def take_registration(world: World, computer: Computer, registry: dict[str, Any]) -> None:
    """Registered is a host that has both, the id and the key."""
    told = registry.get(REGISTRATION)
    known = told is not None and "DraID" in registry.get(SITE_RECOVERY, {})
    key = {"vault_name": told["ResourceName"], "site_name": told["SiteName"]} if told and known else None
    if key != computer.registration:
        if key:
            world.estate.move_host(computer.host, key["site_name"])
        computer.registration = key
        computer.services["dra"] = key is not None
        machines.tell_vault(world, computer)
