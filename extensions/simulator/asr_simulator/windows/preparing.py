# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Imitations of the modules that prepare a host: registration, roles of its cluster."""

from __future__ import annotations

import re
from typing import Any

from ..estate.places import Computer
from . import clusters, machines
from .calls import Call, Module, ModuleFailed
from .hyperv import find_one, provider_facts

KEY_DAYS = 5  # a vault key file is good for so long


def provider_registration(call: Call) -> dict[str, Any]:
    """asr.hyperv.provider_registration."""
    computer = call.computer
    wanted, before = call.args["state"] == "registered", registration_facts(computer)
    nowhere: dict[str, str] | dict[str, None] = {"vault_name": None, "site_name": None}
    key = wanted_key(call) if wanted else None
    changed = wanted != (computer.registration is not None)
    after = {"registered": wanted, **((key or computer.registration or nowhere) if wanted else nowhere)}
    if changed and not wanted:
        before = {**before, "left": ["Registration", "DraID"]}
    diff = {"before": before, "after": after}
    if changed and not call.check:
        check_registry(call, diff, wanted=wanted)
        register(call, key)
    found = {name: provider_facts(computer)[name] for name in ("installed", "version")}
    return {"changed": changed, "provider": {**found, **after}, "diff": diff}


def wanted_key(call: Call) -> dict[str, str] | None:
    """Vault and site to register with; None for a host that is registered and has no key file any more."""
    computer, path = call.computer, call.args["key_file"]
    if not computer.provider:
        raise ModuleFailed(
            f"The Site Recovery provider is not installed on {computer.name}. Install AzureSiteRecoveryProvider.exe first."
        )
    had = computer.registration
    if not had and not path:
        raise ModuleFailed("state is registered but all of the following are missing: key_file")
    key = read_key(call) if path and (not had or path.lower() in computer.files) else None
    if key and had and key != had:
        raise ModuleFailed(
            f"{computer.name} is registered to the vault '{had['vault_name']}', site '{had['site_name']}', "
            f"and the key file is for the vault '{key['vault_name']}', site '{key['site_name']}'. "
            "Unregister it first if its VMs may lose their protection."
        )
    if not had:
        check_age(call)
    return key


def check_registry(call: Call, diff: dict[str, Any], *, wanted: bool) -> None:
    """Who may not write the registry cannot unregister a host; its service is stopped by then."""
    computer = call.computer
    if not wanted and "registry" in computer.troubles:
        computer.services["dra"] = False
        machines.tell_vault(call.world, computer)
        message = f"Cannot make {computer.name} unregistered: Requested registry access is not allowed."
        raise ModuleFailed(message, diff=diff)


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


def cluster_vm(call: Call) -> dict[str, Any]:
    """asr.hyperv.cluster_vm."""
    call.need_hyperv()
    computer, vm, wanted = call.computer, find_one(call), call.args["state"] == "present"
    if not computer.cluster:
        raise ModuleFailed(
            f"{computer.name} is no node of a failover cluster, so '{vm.name}' cannot be a role of one. "
            "Name a host that is, or leave this out."
        )
    if computer.mute_cluster:
        look = "Look at the service ClusSvc there, and into the events of the cluster."
        raise ModuleFailed(f"Nothing was done with '{vm.name}': {clusters.silence(computer)}. {look}")
    changed, before = vm.clustered != wanted, {"clustered": vm.clustered}
    told = {
        "vm": {"id": vm.id, "name": vm.name, "clustered": wanted, "cluster": computer.cluster},
        "diff": {"before": before, "after": {"clustered": wanted}},
    }
    if changed and not call.check:
        if why := computer.troubles.get("cluster"):
            message = f"Cannot make '{vm.name}' {call.args['state']} in the cluster {computer.cluster}: {why}"
            raise ModuleFailed(message, **told)
        vm.clustered = wanted
    return {"changed": changed, **told}


MODULES: dict[str, Module] = {
    "asr.hyperv.cluster_vm": cluster_vm,
    "asr.hyperv.provider_registration": provider_registration,
}
