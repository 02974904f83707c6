# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who takes part, and how each is started: with the same vault, the same VMs and the same poll interval."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rehearse import surroundings
from vault import names

HERE = Path(__file__).resolve().parent
CLIENTS = HERE / "clients"
API = "2025-08-01"
AZCOLLECTION = HERE.parents[1] / ".venv-azcollection"
FETCH = HERE.parents[1] / ".ci" / "fetch_collections.py"
# What azure_rm_common calls for a cloud by its URL: its own method since 3.21, before that a function that azure-cli-core lost.
BY_URL = """
from ansible_collections.azure.azcollection.plugins.module_utils.azure_rm_common import AzureRMAuth
from azure.cli.core import cloud
assert hasattr(AzureRMAuth, "_get_cloud_from_metadata_endpoint") or hasattr(cloud, "get_cloud_from_metadata_endpoint")
"""
PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
BODIES = {
    "failback": {
        "properties": {
            "failoverDirection": "RecoveryToPrimary",
            "providerSpecificDetails": {
                "instanceType": "HyperVReplicaAzureFailback",
                "dataSyncOption": "ForDownTime",
                "recoveryVmCreationOption": "NoAction",
            },
        }
    },
    "resume": {"properties": {"comments": "Complete failover"}},
    "reprotect": {
        "properties": {
            "failoverDirection": "PrimaryToRecovery",
            "providerSpecificDetails": {"instanceType": "HyperVReplicaAzure"},
        }
    },
}


@dataclass(frozen=True)
class Contestant:
    """`title` is for the table. `command` makes the command line from what is asked (`wishes`) and a folder to write to.

    `why_not` says why it cannot take part here; empty when it can.
    """

    name: str
    title: str
    command: Callable[[Mapping[str, Any], Path], list[str]]
    why_not: Callable[[], str] = lambda: ""


def wishes(facts: Mapping[str, Any], vms: int, poll: float) -> dict[str, Any]:
    """What every client is told, but for the secret, which is in its environment."""
    arm = facts["metadata_url"]
    own = {name: facts[name] for name in ("subscription_id", "resource_group", "vault_name", "tenant", "client_id")}
    vault = (
        f"/subscriptions/{facts['subscription_id']}/resourceGroups/{facts['resource_group']}"
        f"/providers/Microsoft.RecoveryServices/vaults/{facts['vault_name']}"
    )
    told = {"arm": arm, "vault": vault, "api": API, "ca": facts["ca_file"], "interval": poll, "bodies": BODIES}
    return {**own, **told, "vms": names(vms)}


def environment(facts: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """The environment of a client: the simulator is its cloud; temporary files of Ansible stay in the folder."""
    arm = facts["metadata_url"]
    return {
        **surroundings(facts, folder),
        "ANSIBLE_LOCAL_TEMP": str(folder / "local"),
        "ANSIBLE_REMOTE_TEMP": str(folder / "remote"),
        "ANSIBLE_NOCOLOR": "1",
        "SSL_CERT_FILE": facts["ca_file"],
        "ARM_CLOUD_METADATA_URL": f"{arm}/metadata/endpoints?api-version=2019-05-01",  # the next two: azure-cli-core
        "AZURE_CONFIG_DIR": str(folder / "azure" / arm.rpartition(":")[2]),  # it remembers a cloud's port
        "AZURE_DISABLE_INSTANCE_DISCOVERY": "true",
    }


def play(book: str, forks: int = 5, hosts: bool = True, python: str = sys.executable) -> Callable[..., Any]:
    """ansible-playbook with a playbook of ours; the VMs are hosts of its inventory, or only a variable."""

    def command(asked: Mapping[str, Any], folder: Path) -> list[str]:
        inventory = folder / "inventory.json"
        listed: dict[str, dict[str, Any]] = {name: {} for name in asked["vms"]} if hosts else {}
        groups = {"here": {"hosts": {"localhost": {}}}, "vms": {"hosts": listed}}
        everyone = {"vars": {"ansible_python_interpreter": python}, "children": groups}
        inventory.write_text(json.dumps({"all": everyone}), encoding="utf-8")
        playbook = Path(python).with_name("ansible-playbook")
        options = ["-i", str(inventory), "-f", str(forks), "-e", json.dumps(asked)]
        return [str(playbook), *options, str(CLIENTS / book)]

    return command


def script(file: str) -> Callable[..., Any]:
    """A Python script that is given the wishes as its only argument."""
    return lambda asked, _folder: [sys.executable, str(CLIENTS / file), json.dumps(asked)]


def inventory(asked: Mapping[str, Any], folder: Path) -> list[str]:
    """ansible-inventory with a file of the plugin, for the same vault."""
    file = folder / "vault1.asr.yml"
    file.write_text(json.dumps({"plugin": "asr.hyperv.vault"}), encoding="utf-8")
    return [str(Path(sys.executable).with_name("ansible-inventory")), "-i", str(file), "--graph"]


def azcollection() -> str:
    """Make an environment with azure.azcollection, once: its requirements are 60 packages. Why there is none, in a line."""
    ready, python = AZCOLLECTION / "ready", str(AZCOLLECTION / "bin" / "python")
    place = "import ansible_collections.azure.azcollection as found; print(*found.__path__)"
    try:
        if not ready.exists():
            core = f"ansible-core=={version('ansible-core')}"
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(AZCOLLECTION)], check=True)
            subprocess.run([python, *PIP, core], check=True)
            subprocess.run([python, str(FETCH), "azure/azcollection"], check=True)
            where = subprocess.run([python, "-c", place], check=True, capture_output=True, text=True).stdout.strip()
            subprocess.run([python, *PIP, "-r", f"{where}/requirements.txt"], check=True)
            ready.touch()
    except subprocess.CalledProcessError as error:
        return f"azure.azcollection could not be installed: {' '.join(error.cmd[:6])} ended with {error.returncode}"
    by_url = subprocess.run([python, "-c", BY_URL], check=False, capture_output=True).returncode == 0
    return (
        "" if by_url else "this azure.azcollection cannot use a cloud by its URL; try a newer Python and ansible-core"
    )


CONTESTANTS = {
    one.name: one
    for one in (
        Contestant("ours", "this collection, one call", play("ours.yml", hosts=False)),
        Contestant("uri5", "uri + until, 5 forks", play("uri.yml")),
        Contestant("uri50", "uri + until, 50 forks", play("uri.yml", forks=50)),
        Contestant(
            "azure_rm",
            "azure_rm_resource, 5 forks",
            play("azure_rm.yml", python=str(AZCOLLECTION / "bin" / "python")),
            azcollection,
        ),
        Contestant("threads", "SDK script, a thread per VM", script("threads.py")),
        Contestant("ideal", "asyncio, the limit", script("ideal.py")),
    )
}
LIST_ITEMS = 1000  # how large the vault is that these list
LISTS = (
    Contestant("info", "protected_item_info", play("info.yml", hosts=False)),
    Contestant("list", "SDK script that lists", script("list.py")),
    Contestant("inventory", "inventory asr.hyperv.vault", inventory),
    Contestant("list_all", "SDK script that lists the same as it", script("list_all.py")),
)
