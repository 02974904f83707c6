# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Imitations of the modules that prepare a host: switches, threads, registration."""

from __future__ import annotations

import re
from typing import Any

from ..estate.places import Computer
from . import machines
from .calls import Call, Module, ModuleFailed
from .hyperv import provider_facts

KEY_DAYS = 5  # a vault key file is good for so long
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
    name = next((one for one in computer.switches if one.lower() == name.lower()), name)
    before = computer.switches.get(name)
    after = wanted_switch(call, before) if call.args["state"] == "present" else None
    if before and not after:
        check_unused(call, name)
    was = {option: before[option] for option in SWITCH_OPTIONS} if before else None
    if was != after and not call.check:
        if before:
            computer.remove_switch(name)
        if after:
            computer.add_switch(name, after)
    told_before, told_after = (shown(name, one) if one else None for one in (was, after))
    return {
        "changed": was != after,
        "virtual_switch": told_after,
        "diff": {"before": told_before or {}, "after": told_after or {}},
    }


def check_vlan(call: Call) -> None:
    """A VLAN that does not exist."""
    vlan = call.args["management_vlan"]
    if vlan is not None and not 0 <= vlan <= 4094:
        raise ModuleFailed(f"management_vlan: {vlan} is not allowed. Allowed: 1 to 4094, or 0 for no tag.")


def wanted_switch(call: Call, before: dict[str, Any] | None) -> dict[str, Any]:
    """The switch as it will be."""
    start = before or external()
    given = {option: call.args.get(option) for option in SWITCH_OPTIONS if call.args.get(option) is not None}
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
    was_external = before is not None and before["type"] == "external"
    if wanted["type"] == "external" and not wanted["net_adapters"] and not was_external:
        raise ModuleFailed(
            f"An external switch needs net_adapter, the name of the network adapter of {call.computer.name} it goes through, "
            "or net_adapters."
        )
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


def check_unused(call: Call, name: str) -> None:
    """A switch with a VM on it stays."""
    users = [vm.name for vm in call.machines() if name in [one.plugged for one in vm.adapters]]
    if users:
        raise ModuleFailed(
            f"The switch '{name}' of {call.computer.name} is in use by {', '.join(users)}. Plug them into another one first."
        )


def host_settings(call: Call) -> dict[str, Any]:
    """asr.hyperv.host_settings."""
    computer = call.computer
    if not computer.provider:
        raise ModuleFailed(
            f"Cannot set threads: the Recovery Services agent is not installed on {computer.name}. "
            "It comes with the Site Recovery provider: install that first."
        )
    wanted = {name: call.args[name] for name in computer.threads if call.args[name] is not None}
    for name, threads in wanted.items():
        if not 1 <= threads <= 32:
            raise ModuleFailed(f"{name}: {threads} is not allowed. Allowed: 1 to 32 threads for each VM.")
    before = {name: computer.threads[name] for name in wanted}
    found = {**computer.threads, **wanted}
    if not call.check:
        computer.threads.update(wanted)
    return {"changed": before != wanted, "host_settings": found, "diff": {"before": before, "after": wanted}}


def provider_registration(call: Call) -> dict[str, Any]:
    """asr.hyperv.provider_registration."""
    computer = call.computer
    wanted, before = call.args["state"] == "registered", registration_facts(computer)
    if wanted and not computer.provider:
        raise ModuleFailed(
            f"The Site Recovery provider is not installed on {computer.name}. Install AzureSiteRecoveryProvider.exe first."
        )
    path = call.args["key_file"]
    if wanted and not computer.registration and not path:
        raise ModuleFailed("state is registered but all of the following are missing: key_file")
    has_key = path and (not computer.registration or path.lower() in computer.files)
    key = read_key(call) if wanted and has_key else None
    if key and computer.registration and key != computer.registration:
        had = computer.registration
        raise ModuleFailed(
            f"{computer.name} is registered to the vault '{had['vault_name']}', site '{had['site_name']}', "
            f"and the key file is for the vault '{key['vault_name']}', site '{key['site_name']}'. "
            "Unregister it first if its VMs may lose their protection."
        )
    if key and not computer.registration:
        check_age(call)
    changed = wanted != (computer.registration is not None)
    names: dict[str, str] | dict[str, None] = key or computer.registration or {"vault_name": None, "site_name": None}
    if not wanted:
        names = {"vault_name": None, "site_name": None}
    after = {"registered": wanted, **names}
    if changed and not call.check:
        register(call, key)
    found = {name: provider_facts(computer)[name] for name in ("installed", "version")}
    return {"changed": changed, "provider": {**found, **after}, "diff": {"before": before, "after": after}}


def check_age(call: Call) -> None:
    """The module looks at the age of a key file before anything is tried."""
    path, where = call.args["key_file"], call.computer.name
    days = call.computer.ages.get(path.lower(), 0)
    if days > KEY_DAYS:
        raise ModuleFailed(
            f"The vault key file '{path}' on {where} is {int(days)} days old, and good for {KEY_DAYS} only. "
            "Download a new one from the vault and copy it there."
        )


def registration_facts(computer: Computer) -> dict[str, Any]:
    """What the diff shows."""
    facts = provider_facts(computer)
    return {name: facts[name] for name in ("registered", "vault_name", "site_name")}


def read_key(call: Call) -> dict[str, str]:
    """Vault and site of the key file on the host."""
    path, where = call.args["key_file"], call.computer.name
    data = call.computer.files.get(path.lower())
    if data is None:
        raise ModuleFailed(
            f"There is no vault key file '{path}' on {where}. Download it from the vault and copy it there."
        )
    text = data.decode(errors="replace")
    vault = re.search(r"<ResourceName>([^<]+)</ResourceName>", text)
    site = re.search(r"<SiteName>([^<]+)</SiteName>", text)
    if not vault or not site:
        raise ModuleFailed(f"'{path}' on {where} is not a vault key file of a Hyper-V site. Download it again.")
    return {"vault_name": vault.group(1), "site_name": site.group(1)}


def register(call: Call, key: dict[str, str] | None) -> None:
    """The host appears in the site of its key file, or is not heard of any more; its service runs only while registered."""
    estate, computer = call.world.estate, call.computer
    if key and (key["vault_name"] != estate.vault or not estate.move_host(computer.host, key["site_name"])):
        raise ModuleFailed(f"DRConfigurator could not register {computer.name} (exit code 1): no such vault or site.")
    computer.registration = key
    computer.services["dra"] = key is not None
    machines.tell_vault(call.world, computer)


MODULES: dict[str, Module] = {
    "asr.hyperv.virtual_switch": virtual_switch,
    "asr.hyperv.host_settings": host_settings,
    "asr.hyperv.provider_registration": provider_registration,
}
