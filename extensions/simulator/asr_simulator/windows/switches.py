# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Virtual switches, and the imitation of the module that makes them."""

from __future__ import annotations

from typing import Any

from ..estate.places import Computer
from .calls import Call, Module, ModuleFailed

SWITCH_OPTIONS = ("type", "net_adapters", "allow_management_os", "management_vlan")


def external(*adapters: str) -> dict[str, Any]:
    """Facts of an external switch as a scenario has them."""
    return {"type": "external", "net_adapters": list(adapters), "allow_management_os": True, "management_vlan": 0}


def shown(name: str, switch: dict[str, Any]) -> dict[str, Any]:
    """A switch as the module shows it."""
    adapters = switch["net_adapters"]
    only = adapters[0] if len(adapters) == 1 else None
    return {
        "name": name,
        "net_adapter": only,
        "teaming": len(adapters) > 1,
        **{one: switch[one] for one in SWITCH_OPTIONS},
    }


def virtual_switch(call: Call) -> dict[str, Any]:
    """asr.hyperv.virtual_switch."""
    check_vlan(call)
    call.need_hyperv()
    computer, name = call.computer, call.args["name"]
    if not name.strip():
        raise ModuleFailed("name: an empty one names no VM. Leave the option out, or give what it is to name.")
    call.need("read the virtual switches of")
    name = next((one for one in computer.switches if one.lower() == name.lower()), name)
    before = computer.switches.get(name)
    after = wanted_switch(call, before) if call.args["state"] == "present" else None
    was = {option: before[option] for option in SWITCH_OPTIONS} if before else None
    told_before, told_after = (shown(name, one) if one else None for one in (was, after))
    diff = {"before": told_before or {}, "after": told_after or {}}
    if was != after:
        check_change(call, name, was, after, diff)
        if not call.check:
            put_switch(computer, name, before, after)
    return {"changed": was != after, "virtual_switch": told_after, "diff": diff}


def put_switch(computer: Computer, name: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
    """Remove a switch, make it, or change it, which leaves it in its place."""
    if before and after:
        before.update(after)
    elif after:
        computer.add_switch(name, after)
    else:
        computer.remove_switch(name)


def check_vlan(call: Call) -> None:
    """A VLAN that does not exist."""
    vlan = call.args["management_vlan"]
    if vlan is not None and not 0 <= vlan <= 4094:
        raise ModuleFailed(f"management_vlan: {vlan} is not allowed. Allowed: 1 to 4094, or 0 for no tag.")


def wanted_switch(call: Call, before: dict[str, Any] | None) -> dict[str, Any]:
    """The switch as it will be."""
    start = before or external()
    given = {option: call.args.get(option) for option in SWITCH_OPTIONS if call.args.get(option) is not None}
    if "type" in given:
        given["type"] = str(given["type"]).lower()
    if call.args.get("net_adapter") is not None:
        given["net_adapters"] = [call.args["net_adapter"]]
    wanted = {option: given.get(option, start[option]) for option in SWITCH_OPTIONS}
    if wanted["type"] != "external":
        wanted.update(net_adapters=[], allow_management_os=wanted["type"] == "internal")
    if not wanted["allow_management_os"]:
        wanted["management_vlan"] = None
    elif not start["allow_management_os"]:
        wanted["management_vlan"] = given.get("management_vlan", 0)
    check_kept(call, given, wanted)
    check_adapters(call, given.get("net_adapters") or [])
    return wanted


RULES = {
    "type": "",
    "net_adapters": "Only an external switch has an adapter.",
    "allow_management_os": "An internal switch always allows the management OS, a private one never does.",
    "management_vlan": "It needs a switch that the management OS is allowed on.",
}


def check_kept(call: Call, given: dict[str, Any], wanted: dict[str, Any]) -> None:
    """What was given and cannot be on the switch as it will be."""
    for option, value in given.items():
        if value != wanted[option]:
            called = "net_adapter" if option == "net_adapters" and call.args.get("net_adapter") else option
            told = ", ".join(value) if isinstance(value, list) else value
            raise ModuleFailed(
                f"{called}: {told} cannot be on the switch '{call.args['name']}' of {call.computer.name}, whose type is "
                f"{wanted['type']} and whose allow_management_os is {wanted['allow_management_os']}. {RULES[option]} "
                f"Change these or leave {called} out."
            )


def check_adapters(call: Call, wanted: list[str]) -> None:
    """Adapters have to be there."""
    known = call.computer.adapters
    missing = [one for one in wanted if one not in known]
    if missing:
        told, there = ("', '".join(names) for names in (missing, sorted(known)))
        raise ModuleFailed(f"There is no network adapter '{told}' on {call.computer.name}. It has '{there}'.")


def check_change(
    call: Call, name: str, before: dict[str, Any] | None, after: dict[str, Any] | None, diff: dict[str, Any]
) -> None:
    """What Hyper-V would not do."""
    users = (
        [vm.name for vm in call.machines() if name in [one.plugged for one in vm.adapters]]
        if before and not after
        else []
    )
    if users:
        used = f"The switch '{name}' of {call.computer.name} is in use by {', '.join(users)}. "
        raise ModuleFailed(f"{used}Plug them into another one first.", diff=diff)
    was_external = before is not None and before["type"] == "external"
    if after and after["type"] == "external" and not after["net_adapters"] and not was_external:
        raise ModuleFailed(
            f"An external switch needs net_adapter, the name of the network adapter of {call.computer.name} it goes through, "
            "or net_adapters.",
            diff=diff,
        )


MODULES: dict[str, Module] = {"asr.hyperv.virtual_switch": virtual_switch}
