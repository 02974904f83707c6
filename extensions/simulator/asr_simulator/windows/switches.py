# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Virtual switches, and the imitation of the module that makes them."""

from __future__ import annotations

from typing import Any

from ..estate.places import Computer
from .calls import Call, Module, ModuleFailed

SWITCH_OPTIONS = ("type", "net_adapters", "allow_management_os", "management_vlan")
Switch = dict[str, Any]


def made(name: str, given: Switch) -> Switch:
    """Facts of an external switch of a scenario: its `net_adapters`, several for a team, and those of the management OS on it."""
    return {
        "type": "external",
        "net_adapters": sorted(given["net_adapters"], key=str.lower),
        "teaming": len(given["net_adapters"]) > 1,
        "management_adapters": [{"vlan": 0, **one} for one in given.get("management_adapters", [{"name": name}])],
    }


def options_of(switch: Switch) -> Switch:
    """The options that a switch has. The management OS has a VLAN there when all of its adapters have the same."""
    managed = switch["management_adapters"]
    vlans = {one["vlan"] for one in managed}
    return {
        "type": switch["type"],
        "net_adapters": switch["net_adapters"],
        "allow_management_os": bool(managed),
        "management_vlan": vlans.pop() if len(vlans) == 1 else None,
    }


def shown(name: str, options: Switch, teaming: bool) -> Switch:
    """A switch as the module shows it."""
    adapters = options["net_adapters"]
    only = adapters[0] if len(adapters) == 1 else None
    return {"name": name, "net_adapter": only, "teaming": teaming, **{one: options[one] for one in SWITCH_OPTIONS}}


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
    was = options_of(before) if before else None
    after = wanted_switch(call, before) if call.args["state"] == "present" else None
    teaming = before["teaming"] if before else bool(call.args.get("net_adapters"))
    told_before, told_after = (shown(name, one, teaming) if one else None for one in (was, after))
    diff = {"before": told_before or {}, "after": told_after or {}}
    if was != after:
        why = in_use(call, name, after) or objection(call, name, before, after)
        if why:
            raise ModuleFailed(why, diff=diff)
        if not call.check:
            put_switch(computer, name, after, teaming)
    return {"changed": was != after, "virtual_switch": told_after, "diff": diff}


def put_switch(computer: Computer, name: str, after: Switch | None, teaming: bool) -> None:
    """Remove a switch, make it, or change it, which leaves it in its place."""
    before = computer.switches.get(name)
    if not after:
        computer.remove_switch(name)
        return
    facts = {
        "type": after["type"],
        "net_adapters": after["net_adapters"],
        "teaming": teaming,
        "management_adapters": managed(name, before, after),
    }
    if before:
        before.update(facts)
    else:
        computer.add_switch(name, facts)


def managed(name: str, before: Switch | None, after: Switch) -> list[dict[str, Any]]:
    """The adapters that the management OS has on a switch then; a new one is called like the switch."""
    if not after["allow_management_os"]:
        return []
    goes = before is None or (after["type"] == "internal" and before["type"] != "internal")
    kept = [] if before is None or goes else before["management_adapters"]
    kept = kept or [{"name": name, "vlan": 0}]
    return kept if len(kept) > 1 else [{**kept[0], "vlan": after["management_vlan"]}]


def check_vlan(call: Call) -> None:
    """A VLAN that does not exist."""
    vlan = call.args["management_vlan"]
    if vlan is not None and not 0 <= vlan <= 4094:
        raise ModuleFailed(f"management_vlan: {vlan} is not allowed. Allowed: 1 to 4094, or 0 for no tag.")


def wanted_switch(call: Call, before: Switch | None) -> Switch:
    """The switch as it will be."""
    start = options_of(before) if before else {**dict.fromkeys(SWITCH_OPTIONS), "type": "external", "net_adapters": []}
    start = start if before else {**start, "allow_management_os": True, "management_vlan": 0}
    given = {option: call.args.get(option) for option in SWITCH_OPTIONS if call.args.get(option) is not None}
    if "type" in given:
        given["type"] = str(given["type"]).lower()
    names = [
        *(given.pop("net_adapters", None) or []),
        *([call.args["net_adapter"]] if call.args.get("net_adapter") else []),
    ]
    if names:
        given["net_adapters"] = cards(call, before, names)
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


def cards(call: Call, before: Switch | None, names: list[str]) -> list[str]:
    """Network adapters by the names that they have on the host; a member names its team."""
    known = {one.lower(): one for one in call.computer.adapters}
    found = sorted({known.get(one.lower(), one) for one in names}, key=str.lower)
    team = before["net_adapters"] if before and before["teaming"] and call.args.get("net_adapter") else []
    return team if set(found) <= set(team) else found


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


def in_use(call: Call, name: str, after: Switch | None) -> str:
    """Why a switch cannot be removed: VMs are plugged into it."""
    users = [vm.name for vm in call.machines() if name in [one.plugged for one in vm.adapters]]
    used = f"The switch '{name}' of {call.computer.name} is in use by {', '.join(users)}. "
    return f"{used}Plug them into another one first." if users and not after else ""


def objection(call: Call, name: str, before: Switch | None, after: Switch | None) -> str:
    """What Hyper-V would not do, and what would cut off more than was asked for."""
    where = call.computer.name
    was = options_of(before) if before else None
    if after and after["type"] == "external" and not after["net_adapters"] and (not was or was["type"] != "external"):
        return (
            f"An external switch needs net_adapter, the name of the network adapter of {where} it goes through, "
            "or net_adapters."
        )
    if not before or not was:
        return ""
    own = [one["name"] for one in before["management_adapters"]]
    several = f"the management OS of {where} has several adapters on the switch '{name}': {', '.join(own)}"
    if len(own) > 1 and (not after or after["type"] != was["type"] or not after["allow_management_os"]):
        return f"That would remove them all: {several}. Remove those that may go with Remove-VMNetworkAdapter first."
    if not after:
        return ""
    if len(own) > 1 and after["management_vlan"] != was["management_vlan"]:
        return f"management_vlan: {several}. Set their VLANs with Set-VMNetworkAdapterVlan."
    return other_team(where, name, before, after)


def other_team(where: str, name: str, before: Switch, after: Switch) -> str:
    """Why a switch does not go through other adapters."""
    same = after["type"] == before["type"] and after["net_adapters"] == before["net_adapters"]
    if same or not (before["teaming"] or len(after["net_adapters"]) > 1):
        return ""
    members, team = "', '".join(before["net_adapters"]), " as a team" if before["teaming"] else ""
    return (
        f"The switch '{name}' of {where} goes through '{members}'{team}, and Hyper-V makes no other team of a switch that is "
        "there. Change its members with Set-VMSwitchTeam, or make the switch anew."
    )


MODULES: dict[str, Module] = {"asr.hyperv.virtual_switch": virtual_switch}
