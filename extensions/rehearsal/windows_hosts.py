# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inventory of the simulated Windows hosts, as one of real hosts would be written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

SETUP = r"C:\setup\AzureSiteRecoveryProvider.exe"  # any path will do for a simulated host

THREADS = 8  # for each VM on its way home


def connection(facts: Mapping[str, Any], **more: str) -> dict[str, str]:
    """How Ansible reaches all of them: WinRM over HTTPS, with the simulator's CA."""
    return {
        "ansible_connection": "winrm",
        "ansible_winrm_scheme": "https",
        "ansible_winrm_transport": "basic",
        "ansible_winrm_ca_trust_path": facts["ca_file"],
        **more,
    }


def reached_at(host: Mapping[str, Any]) -> dict[str, Any]:
    """Where one of them is, and who signs in."""
    return {
        "ansible_host": host["address"],
        "ansible_port": host["port"],
        "ansible_user": host["user"],
        "ansible_password": host["password"],
    }


def new_hosts(scenario: Path) -> dict[str, dict[str, Any]]:
    """The hosts of a scenario that are not registered yet, by name."""
    sites = yaml.safe_load(scenario.read_text(encoding="utf-8"))["sites"]
    found = [host for site in sites for host in site["hosts"]]
    return {host["name"]: host for host in found if host.get("provider", "registered") != "registered"}


def inventory(
    facts: Mapping[str, Any], new: Mapping[str, Mapping[str, Any]], moves: Mapping[str, str]
) -> dict[str, Any]:
    """All hosts in `hyperv_hosts`, the new ones in `new_hosts` too. `moves`: the host that a VM is to come home to, by VM."""
    hosts = {host["name"]: reached_at(host) for host in facts["windows_hosts"]}
    for name, host in new.items():
        hosts[name] |= {
            "alternate_host_protected_items": [vm for vm, place in moves.items() if place == name],
            "alternate_host_switch_defaults": {"net_adapter": host.get("adapters", ["Ethernet"])[-1]},
            "alternate_host_provider_setup": SETUP,
            "alternate_host_key_file": host.get("key_file", ""),
            "alternate_host_threads": {"download_threads": THREADS},
        }
    groups = {
        "hyperv_hosts": {"hosts": hosts, "vars": connection(facts)},
        "new_hosts": {"hosts": {name: {} for name in new}},
    }
    return {"all": {"children": groups}}
