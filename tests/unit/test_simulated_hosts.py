# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator's imitation of each PowerShell module keeps to the module's own spec and documentation.

The arguments go through the spec of the real script. What the script does is imitated and proves nothing of it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import known

ROOT = Path(__file__).resolve().parents[2]
for needed in ("tree_sitter_pwsh", "jsonschema", "aiohttp", "trustme"):
    pytest.importorskip(needed)

from asr_simulator.clock.clock import stopped
from asr_simulator.scenario.load import complete
from asr_simulator.simulation import Simulation
from asr_simulator.windows.manifest import ModuleCall
from asr_simulator.windows.run import MODULES, run_module

SCRIPTS = {path.stem: path for path in sorted(ROOT.glob("plugins/modules/*.ps1"))}
KEY = r"C:\keys\site1.VaultCredentials"
HOSTS = [
    {"name": "hv01", "other_vms": ["test01", "twin", "twin"]},
    {"name": "hv02", "provider": "installed", "key_file": KEY},
    {"name": "hv03", "provider": "absent", "hyperv": False},
    {"name": "hv05", "cluster": "cluster01", "other_vms": ["test01"]},
    {"name": "hv04", "provider": "installed", "key_file": KEY, "key_file_days": 6},
]
OFF, RUNS = "02b6e2e3-df96-4109-8c03-3a6122869e4a", "86b1e8a6-7ee8-45ac-bd52-6dc9ed7eb283"  # twin and test01 of hv01
BEATS = {  # module: what to ask for (which the host is not yet), where
    "vm_power": ({"name": "test01", "state": "stopped"}, "hv01"),
    "virtual_switch": ({"name": "new", "net_adapter": "Ethernet 2", "management_vlan": 20}, "hv01"),
    "vm_network_adapter": ({"name": "test01", "connected": False, "vlan": 20}, "hv01"),
    "cluster_vm": ({"name": "test01"}, "hv05"),
    "vm_removal": ({"id": OFF, "state": "absent"}, "hv01"),
    "host_settings": ({"download_threads": 16}, "hv01"),
    "provider_registration": ({"key_file": KEY}, "hv02"),
}
DETAILS = ["disks", "network_adapters", "integration_services", "checkpoints", "replication", "configuration"]
READS = {
    "host_info": {"vm_details": DETAILS},
    "vm_info": {"details": DETAILS},
    "signature_info": {"path": r"C:\setup\AzureSiteRecoveryProvider.exe"},
}
REFUSED = [
    ("vm_power", {"name": "app01", "state": "started"}, "hv01", "replication as PreparedForFailover"),
    ("vm_power", {"name": "twin", "state": "stopped"}, "hv01", "Say which one with the option id"),
    ("vm_power", {"name": "gone", "state": "stopped"}, "hv01", "There is no VM called 'gone' on HV01"),
    ("vm_power", {"state": "stopped"}, "hv01", "one of the following is required: id, name"),
    ("vm_power", {"name": "test01", "state": "on"}, "hv01", "value of state must be one of: started, stopped, saved"),
    ("cluster_vm", {"name": "app01"}, "hv01", "is no node of a failover cluster"),
    ("vm_removal", {"id": RUNS, "state": "absent"}, "hv01", "only a VM that is off can be. Make sure"),
    ("vm_removal", {"id": "test01", "state": "absent"}, "hv01", "a VM is never removed by its name"),
    ("vm_removal", {"id": OFF}, "hv01", "missing required arguments: state"),
    ("virtual_switch", {"name": "new"}, "hv01", "needs net_adapter"),
    ("virtual_switch", {"name": "external", "state": "absent"}, "hv01", "is in use by app01, test01, twin, twin"),
    ("virtual_switch", {"name": "new", "type": "private", "net_adapter": "x"}, "hv01", "cannot be on the switch"),
    ("virtual_switch", {"name": "new", "type": "internal", "management_vlan": 5000}, "hv01", "Allowed: 1 to 4094"),
    ("vm_network_adapter", {"name": "test01"}, "hv01", "one of the following is required: connected, virtual_switch"),
    ("vm_network_adapter", {"name": "test01", "vlan": 5000}, "hv01", "Allowed: 1 to 4094"),
    ("vm_network_adapter", {"name": "test01", "virtual_switch": "none"}, "hv01", "asr.hyperv.host_info lists those"),
    ("vm_network_adapter", {"name": "test01", "mac_address": "01:00:00:00:00:00"}, "hv01", "not a group's, or dynamic"),
    (
        "vm_network_adapter",
        {"name": "test01", "mac_address": "00155D000001"},
        "hv01",
        "changes it only while a VM is off",
    ),
    ("host_settings", {"download_threads": 33}, "hv01", "Allowed: 1 to 32 threads"),
    ("host_settings", {"download_threads": 8}, "hv03", "agent is not installed on HV03"),
    ("provider_registration", {}, "hv02", "all of the following are missing: key_file"),
    ("provider_registration", {"key_file": KEY}, "hv03", "provider is not installed on HV03"),
    ("provider_registration", {"key_file": r"C:\none"}, "hv02", "no vault key file"),
    ("provider_registration", {"key_file": KEY}, "hv04", "days old, and good for"),
    ("vm_info", {}, "hv03", "Install the features Hyper-V and Hyper-V-PowerShell"),
    ("vm_info", {"id": "x", "name": "y"}, "hv01", "parameters are mutually exclusive: id, ids, name"),
    ("host_info", {"vm_ids": [OFF]}, "hv01", "missing parameter(s) required by 'vm_ids': vm_details"),
    ("host_info", {"vm_ids": [OFF, ""], "vm_details": []}, "hv01", "an empty one names no VM"),
]


@pytest.fixture
def world():
    vm = {"name": "app01", "host": "hv01", "disks_gb": [10]}
    made = Simulation(complete({"sites": [{"name": "site1", "hosts": HOSTS}], "vms": [vm]}), stopped())
    for one in known(made.estate.host("hv01")).computer.others:
        one.power = "off" if one.id == OFF else one.power
    return made


def run(world, module, args, host="hv01", check=False):
    """The result of a module, its arguments checked against the spec in its script."""
    internal = {"_ansible_check_mode": check, "_ansible_diff": True}
    script = SCRIPTS[module].read_text(encoding="utf-8")
    call = ModuleCall(f"asr.hyperv.{module}", script, args, internal, is_script=False)
    return run_module(world, world.estate.host(host).windows, call)


def sidecar(module):
    return yaml.safe_load(SCRIPTS[module].with_suffix(".yml").read_text(encoding="utf-8"))


def documented(module, result):
    """Whether a result has what the documentation says, down to the keys of its sample."""
    for name, told in sidecar(module)["RETURN"].items():
        values = result[name] if told["type"] == "list" else [result[name]]
        samples = told["sample"] if told["type"] == "list" else [told["sample"]]
        for value in values:
            assert shape(value) == shape(samples[0]), name


def shape(value):
    """Keys at every depth; of a list its first entry counts. Names that are data (services) are left out."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items() if key not in {"integration_services", "throttle"}}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [shape(value[0])]
    return None


def test_every_module_is_imitated_and_tested():
    assert {f"asr.hyperv.{name}" for name in SCRIPTS} <= set(MODULES)
    assert set(SCRIPTS) == {*BEATS, *READS}


@pytest.mark.parametrize("module", BEATS)
def test_four_beats(world, module):
    args, host = BEATS[module]
    promised = run(world, module, args, host, check=True)
    done = run(world, module, args, host)
    assert promised["changed"]
    assert {**promised, "invocation": None} == {**done, "invocation": None}
    for check in (True, False):
        again = run(world, module, args, host, check=check)
        assert not again["changed"]
        assert again["diff"]["before"] == again["diff"]["after"] == done["diff"]["after"]
    documented(module, done)


@pytest.mark.parametrize("module", READS)
@pytest.mark.parametrize("host", ["hv01", "hv02"])
def test_reads_return_what_is_documented(world, module, host):
    result = run(world, module, READS[module], host)
    assert not result["changed"]
    documented(module, result)


def test_a_server_without_anything_can_be_read(world):
    answer = run(world, "host_info", {"vm_details": []}, "hv03")
    found = answer["hyperv_host"]
    assert answer["vms"] == []
    assert not found["hyperv"]["installed"]
    assert not found["provider"]["registered"]
    assert {service["state"] for service in found["services"].values()} == {"absent"}


@pytest.mark.parametrize("refused", REFUSED, ids=lambda row: f"{row[0]}: {row[3]}")
@pytest.mark.parametrize("check", [True, False], ids=["check", "do"])
def test_what_is_wrong_is_refused_before_anything_changes(world, refused, check):
    module, args, host, words = refused
    result = run(world, module, args, host, check=check)
    assert result["failed"]
    assert not result["changed"]
    assert words in result["msg"]


@pytest.mark.parametrize(
    ("kind", "option"),
    [
        ({"type": "private"}, {"net_adapter": "Ethernet 2"}),
        ({"type": "private"}, {"management_vlan": 20}),
        ({"type": "private"}, {"allow_management_os": True}),
        ({"type": "internal"}, {"allow_management_os": False}),
        ({"net_adapter": "Ethernet", "allow_management_os": False}, {"management_vlan": 20}),
    ],
)
def test_an_option_that_a_switch_cannot_have_is_refused_and_not_dropped(world, kind, option):
    assert run(world, "virtual_switch", {"name": "new", **kind})["changed"]
    result = run(world, "virtual_switch", {"name": "new", **option})
    assert result["failed"] and result["msg"].startswith(next(iter(option)) + ": ")


@pytest.mark.parametrize(
    "phase", ["failed_over_uncommitted", "failed_over", "synchronizing", "cutting_over", "inconsistent"]
)
def test_a_vm_is_not_started_while_its_failback_forbids_it(world, phase):
    args = {"name": "test01", "state": "stopped"}
    assert run(world, "vm_power", args)["changed"]
    args = {"name": "test01", "state": "started"}
    assert phase in run(world, "vm_power", {**args, "failback_phase": phase})["msg"]
    assert run(world, "vm_power", {**args, "failback_phase": "protected"})["changed"]


def test_the_imitation_refuses_in_the_words_of_the_script():
    """The fixed words of what was refused above stand in the scripts too, or are those of Ansible.Basic."""
    basic = re.compile("required|must be one of|mutually exclusive|missing")
    text = "".join(path.read_text(encoding="utf-8") for path in SCRIPTS.values())
    text += "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("plugins/module_utils/*.psm1"))
    text = re.sub(r'" \+\n +"', "", text)
    for _module, _args, _host, words in REFUSED:
        fixed = re.sub(r"\bHV\d+.*|called 'gone'.*|PreparedForFailover|app01.*", "", words).strip()
        assert basic.search(words) or fixed in text, words
