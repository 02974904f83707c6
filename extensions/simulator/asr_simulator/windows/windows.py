# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Imitations of modules of ansible.windows, as far as preparing a host needs them."""

from __future__ import annotations

import re
from typing import Any

from ..clock.clock import iso
from ..estate.places import HYPERV, SERVICES, TOOLS, USER
from . import machines
from .calls import Call, Module, ModuleFailed
from .files import key, read
from .hyperv import machine_id

KNOWN_FEATURES = (HYPERV, TOOLS, "RSAT-Hyper-V-Tools", "Hyper-V-Tools", "Failover-Clustering")
UNPACK = re.compile(r"(?i)/x:\"?([^\" ]+)")
PROVIDER_SETUP = re.compile(r"(?i)AzureSiteRecoveryProvider\.exe$|setupdr\.exe$")


def win_ping(call: Call) -> dict[str, Any]:
    """ansible.windows.win_ping."""
    if call.args.get("data") == "crash":
        raise ModuleFailed("Unhandled exception while executing module: boom")
    return {"ping": call.args.get("data") or "pong"}


def setup(call: Call) -> dict[str, Any]:
    """The facts that plays look at first."""
    computer = call.computer
    facts = {
        "os_family": "Windows",
        "system": "Win32NT",
        "distribution": "Microsoft Windows Server 2022 Datacenter",
        "distribution_version": "10.0.20348.0",
        "hostname": computer.name,
        "fqdn": computer.host.name,
        "nodename": computer.host.name,
        "user_id": USER,
        "powershell_version": 5,
        "reboot_pending": bool(computer.pending),
        "lastboot": iso(computer.booted, digits=0),
        "date_time": {"iso8601": iso(call.world.now + computer.skew, digits=0)},
    }
    return {"ansible_facts": {f"ansible_{name}": value for name, value in facts.items()}}


def win_feature(call: Call) -> dict[str, Any]:
    """Hyper-V itself needs a restart before it is there."""
    computer, wanted = call.computer, call.args.get("state") or "present"
    names = call.args["name"] if isinstance(call.args["name"], list) else [call.args["name"]]
    if call.args.get("include_management_tools") and HYPERV in names:
        names = [*names, TOOLS]
    for name in names:
        if name not in KNOWN_FEATURES:
            raise ModuleFailed(f"Failed to find feature '{name}': the name is not valid, or it is not simulated.")
    have = computer.features | computer.pending
    change = [name for name in names if (name in have) != (wanted == "present")]
    if not call.check:
        for name in change:
            set_feature(call, name, wanted == "present")
    restart = HYPERV in change or bool(computer.pending)
    return {
        "changed": bool(change),
        "success": True,
        "exitcode": "SuccessRestartRequired" if change and restart else "Success" if change else "NoChangeNeeded",
        "reboot_required": restart,
        "feature_result": [{"display_name": name, "success": True} for name in change],
    }


def set_feature(call: Call, name: str, present: bool) -> None:
    """Hyper-V waits for a restart, its tools do not."""
    if not present:
        call.computer.features.discard(name)
        call.computer.pending.discard(name)
    elif name == HYPERV:
        call.computer.pending.add(name)
    else:
        call.computer.features.add(name)


def win_service(call: Call) -> dict[str, Any]:
    """Starts and stops services; makes none."""
    computer, name, state = call.computer, call.args["name"], call.args.get("state")
    if name not in computer.services:
        raise ModuleFailed(f"Service '{name}' is not installed, need to set 'path' to create a new service")
    if state in ("absent", "paused"):
        raise ModuleFailed(f"SIMULATED HOST {computer.name}: win_service with state={state} is not simulated")
    runs = computer.services[name]
    wanted = {"started": True, "stopped": False, "restarted": True}.get(state or "", runs)
    changed = wanted != runs or state == "restarted"
    if not call.check:
        computer.services[name] = wanted
        machines.tell_vault(call.world, computer)
    shown = wanted if not call.check else runs
    return {
        "changed": changed,
        "exists": True,
        "name": name,
        "display_name": SERVICES.get(name, name),
        "state": "running" if shown else "stopped",
        "start_mode": "auto",
    }


def win_package(call: Call) -> dict[str, Any]:
    """Knows the setup of the Site Recovery provider only, which unpacks itself with /x: and then has a setupdr.exe."""
    computer, path = call.computer, call.args.get("path") or ""
    if (call.args.get("state") or "present") != "present" or not PROVIDER_SETUP.search(path):
        raise ModuleFailed(
            f"SIMULATED HOST {computer.name}: win_package is simulated for AzureSiteRecoveryProvider.exe and setupdr.exe only"
        )
    there = call.args.get("creates_path") or ""
    folder = UNPACK.search(arguments_of(call))
    if computer.provider or key(there) in computer.files:
        return {"changed": False, "rc": 0, "reboot_required": False}
    if read(computer, path) is None:
        raise ModuleFailed(f"the file at the path '{path}' cannot be reached")
    if not call.check:
        computer.programs_run.append(path)
        if folder:
            computer.files[key(f"{folder.group(1)}\\setupdr.exe")] = b"MZ"
        else:
            install(call)
    return {"changed": True, "rc": 0, "reboot_required": False}


def arguments_of(call: Call) -> str:
    """The arguments of an installer, given as a text or as a list."""
    given = call.args.get("arguments") or ""
    return " ".join(map(str, given)) if isinstance(given, list) else str(given)


def install(call: Call) -> None:
    """Install the provider, which brings the Recovery Services agent with it."""
    computer = call.computer
    computer.install_provider()
    computer.services["dra"] = computer.registration is not None
    machines.tell_vault(call.world, computer)


def win_reg_stat(call: Call) -> dict[str, Any]:
    """The keys of Site Recovery and its agent, as far as the modules of the collection go by them."""
    computer, path = call.computer, str(call.args.get("path") or "").lower()
    registration = computer.registration
    keys: dict[str, dict[str, Any]] = {"azure site recovery": {}, "windows azure backup\\replication": {}}
    if registration:
        keys["azure site recovery"] = {"DraID": machine_id(computer)}
        keys["azure site recovery\\registration"] = {
            "ResourceName": registration["vault_name"],
            "SiteName": registration["site_name"],
        }
    found = next((values for name, values in keys.items() if path.endswith(f"\\microsoft\\{name}")), None)
    if found is None or not computer.provider:
        return {"changed": False, "exists": False}
    properties = {name: {"value": value, "raw_value": value, "type": "REG_SZ"} for name, value in found.items()}
    return {"changed": False, "exists": True, "properties": properties, "sub_keys": []}


MODULES: dict[str, Module] = {
    "ansible.windows.win_ping": win_ping,
    "ansible.windows.setup": setup,
    "ansible.windows.win_feature": win_feature,
    "ansible.windows.win_service": win_service,
    "ansible.windows.win_package": win_package,
    "ansible.windows.win_reg_stat": win_reg_stat,
}
