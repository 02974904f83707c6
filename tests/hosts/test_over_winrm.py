# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The PowerShell modules from ansible-playbook, through the real winrm connection to a simulated host."""

from __future__ import annotations

import json
import re

import certifi
import pytest

KEY = r"C:\keys\site1.VaultCredentials"


def recap(printed, host):
    """The figures of a host in the recap."""
    line = re.findall(rf"^{host} +: (.*)$", printed, re.MULTILINE)[0]
    return {name: int(number) for name, number in re.findall(r"(\w+)=(\d+)", line)}


def one(hosts, place, module, good=False, **options):
    """What one task printed."""
    extra = json.dumps({"module": module, "options": options})
    return hosts.play("one.yml", "--limit", place, "-e", extra, good=good)


def state_of(hosts, name):
    return next(host for host in hosts.control("state")["hosts"] if host["name"] == name)


def test_new_hardware_is_prepared_in_four_beats(hosts):
    before = hosts.control("state")["hosts"]
    assert recap(hosts.play("own_modules.yml", "--check", "--diff"), "new01")["changed"] == 3
    assert hosts.control("state")["hosts"] == before
    printed = hosts.play("own_modules.yml", "--diff")
    assert recap(printed, "new01")["changed"] == 3
    assert re.search(r'^\+ +"management_vlan": 20', printed, re.MULTILINE)
    for again in (["--check"], []):
        assert recap(hosts.play("own_modules.yml", *again), "new01")["changed"] == 0
    assert state_of(hosts, "new01")["connected"]
    assert state_of(hosts, "new01")["switches"] == ["vSwitch-Production"]


def test_a_vm_is_switched_off_and_on_in_four_beats(hosts):
    hosts.play("power.yml")
    made = [(call["args"]["state"], call["check"]) for call in hosts.calls() if call["changed"]]
    assert made == [("stopped", True), ("stopped", False), ("started", True), ("started", False)]


def test_a_vm_that_is_in_azure_is_not_started(hosts):
    printed = one(hosts, "old01", "asr.hyperv.vm_power", name="app01", state="started")
    assert "'app01' must not be started while Hyper-V has its replication as PreparedForFailover" in printed
    assert "Let the failback start it" in printed


@pytest.mark.parametrize(
    ("module", "options", "words"),
    [
        ("asr.hyperv.vm_info", {"colour": "red"}, "Unsupported parameters for (asr.hyperv.vm_info) module: colour"),
        ("asr.hyperv.host_settings", {"download_threads": 64}, "Allowed: 1 to 32 threads for each VM"),
        (
            "ansible.builtin.raw",
            {"_raw_params": "whoami"},
            "SIMULATED HOST OLD01: this command is not simulated: whoami",
        ),
    ],
)
def test_what_is_wrong_fails_and_says_why(hosts, module, options, words):
    assert words in one(hosts, "old01", module, **options)


def test_a_host_that_is_off_is_unreachable_and_not_connected(hosts):
    hosts.control("hosts", {"name": "old01", "online": False})
    assert recap(one(hosts, "old01", "asr.hyperv.host_info"), "old01")["unreachable"] == 1
    assert not state_of(hosts, "old01")["connected"]


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(hosts):
    hosts.inventory(ansible_winrm_ca_trust_path=certifi.where())
    assert recap(one(hosts, "old01", "asr.hyperv.host_info"), "old01")["unreachable"] == 1


def test_nothing_secret_is_shown(hosts):
    printed = one(hosts, "new01", "asr.hyperv.provider_registration", good=True, key_file=KEY)
    printed += hosts.play("own_modules.yml", "-vvv", "--diff")
    assert "vault1" in printed
    assert "ManagementCert" not in printed
    assert not [host for host in hosts.facts["windows_hosts"] if host["password"] in printed]


def test_the_assumptions_about_hosts_are_checked_and_a_switch_of_the_user_is_safe(hosts):
    printed = hosts.play("asr.hyperv.check_host", "--limit", "old01", "-e", "asr_check_switch=trial")
    assert "holds   Registration has ResourceName and SiteName" in printed
    assert "holds   a private switch is made, found again and removed" in printed
    assert "unseen  threads that were set are below" in printed
    assert "holds   the registry tells vault and site of a registration: vault1, site1" in printed
    assert "holds   the system sees all else as an administrator over WinRM does: it does" in printed
    assert re.search(
        r"s for one VM by its id, .* s for one VM without details, .* s for all VMs without details, ", printed
    )
    assert re.findall("DIFFERS (.*?):", printed) == [
        "its clock is within 5 minutes of ours"
    ]  # simulated time runs ahead
    assert "DIFFERS DRConfigurator.exe" in hosts.play("asr.hyperv.check_host", "--limit", "bare01")
    printed = hosts.play(
        "asr.hyperv.check_host", "--limit", "old01", "-e", "asr_check_switch=vSwitch-Production", good=False
    )
    assert "old01 has a switch 'vSwitch-Production'" in printed
    assert state_of(hosts, "old01")["switches"] == ["vSwitch-Production"]


def test_vms_are_compared_with_what_they_were(hosts):
    kept = f"asr_baseline_file={hosts.folder}/baseline.json"
    assert "bare01 could not be read" in hosts.play("asr.hyperv.baseline", "-e", kept, good=False)
    hosts.play("asr.hyperv.baseline", "-e", kept, "-e", "asr_baseline_accept_missing=true")
    assert "There is a baseline in" in hosts.play("asr.hyperv.baseline", "-e", kept, good=False)
    compare = ("asr.hyperv.baseline", "-e", kept, "-e", "asr_baseline_compare=true")
    assert "as before test01 on old01" in hosts.play(*compare)
    one(hosts, "old01", "asr.hyperv.vm_network_adapter", good=True, name="test01", connected=False, vlan=7)
    printed = hosts.play(*compare, good=False)
    assert "vlan of Network Adapter was 0 and is 7" in printed
    assert "1 of" in printed and "VMs are not as before: test01" in printed
