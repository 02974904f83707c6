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
SWITCH_OPTIONS = ("type", "net_adapter", "allow_management_os", "management_vlan")


def external(adapter: str) -> dict[str, Any]:
    """Facts of an external switch as a scenario has them."""
    return {"type": "external", "net_adapter": adapter, "allow_management_os": True, "management_vlan": 0}


def virtual_switch(call: Call) -> dict[str, Any]:
    """asr.hyperv.virtual_switch."""
    check_vlan(call)
    call.need_hyperv()
    computer, name = call.computer, call.args["name"]
    before = computer.switches.get(name)
    after = wanted_switch(call, before) if call.args["state"] == "present" else None
    if before and not after:
        check_unused(call, name)
    shown = {option: before[option] for option in SWITCH_OPTIONS} if before else None
    if shown != after and not call.check:
        if before:
            computer.remove_switch(name)
        if after:
            computer.add_switch(name, after)
    return {
        "changed": shown != after,
        "virtual_switch": {"name": name, **after} if after else None,
        "diff": {"before": shown or {}, "after": after or {}},
    }


def check_vlan(call: Call) -> None:
    """A VLAN that does not exist."""
    vlan = call.args["management_vlan"]
    if vlan is not None and not 0 <= vlan <= 4094:
        raise ModuleFailed(f"management_vlan: {vlan} is not allowed. Allowed: 1 to 4094, or 0 for no tag.")


def wanted_switch(call: Call, before: dict[str, Any] | None) -> dict[str, Any]:
    """The switch as it will be."""
    start = before or external("")
    given = {option: call.args[option] for option in SWITCH_OPTIONS if call.args[option] is not None}
    wanted = {option: given.get(option, start[option]) for option in SWITCH_OPTIONS}
    if wanted["type"] != "external":
        wanted.update(net_adapter=None, allow_management_os=wanted["type"] == "internal")
    if not wanted["allow_management_os"]:
        wanted["management_vlan"] = None
    for option, value in given.items():
        if value != wanted[option]:
            raise ModuleFailed(
                f"{option}: {value} cannot be on the switch '{call.args['name']}' of {call.computer.name}, whose type is "
                f"{wanted['type']} and whose allow_management_os is {wanted['allow_management_os']}. Change these or leave "
                f"{option} out."
            )
    adapter, known = wanted["net_adapter"], call.computer.adapters
    was_external = before is not None and before["type"] == "external"
    if wanted["type"] == "external" and not adapter and not was_external:
        raise ModuleFailed(
            f"An external switch needs net_adapter, the name of the network adapter of {call.computer.name} it goes through."
        )
    if adapter and adapter not in known and not call.check:  # Hyper-V's own refusal, so not in check mode
        raise ModuleFailed(
            f"Cannot make the switch '{call.args['name']}' of {call.computer.name} present: "
            f"No physical adapter '{adapter}' was found."
        )
    return wanted


def check_unused(call: Call, name: str) -> None:
    """A switch with a VM on it stays."""
    users = [vm.name for vm in call.machines() if vm.plugged == name]
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
    key = read_key(call) if wanted else None
    if key and computer.registration and key != computer.registration:
        had = computer.registration
        raise ModuleFailed(
            f"{computer.name} is registered to the vault '{had['vault_name']}', site '{had['site_name']}', "
            f"and the key file is for the vault '{key['vault_name']}', site '{key['site_name']}'. "
            "Unregister it first if its VMs may lose their protection."
        )
    if key and not computer.registration:
        check_age(call)
    changed = key != computer.registration
    names: dict[str, str] | dict[str, None] = key or {"vault_name": None, "site_name": None}
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
