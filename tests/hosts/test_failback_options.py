# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person asks the role failback for, in a run over simulated hosts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

ISOLATED = Path(__file__).resolve().parents[2] / "examples" / "isolated"

WAY_HOME = {  # two waves: web01 is at home and not committed, app01 still in Azure
    "failback_protected_items": ["web01", "app01"],
    "failback_dependencies": {"app01": ["web01"]},
    "failback_data_sync": "auto",
    "failback_preflight": False,
    "failback_poll_interval": 0.3,
    "validate_timeout": 20,
}


def test_wishes_for_vms_of_a_later_wave_hold_nobody_up(hosts):
    own = {"validate_vms": {"web01": {"tcp_ports": []}, "app01": {"tcp_ports": []}}, "failback_gate": "now"}
    printed = hosts.play("asr.hyperv.failback", "-e", json.dumps({**WAY_HOME, **own}))
    assert "2 of 2 protected items are home and protected" in printed


def test_vms_come_up_where_nobody_is_and_a_run_that_is_killed_there_is_mended_by_the_next(hosts):
    """The example, as it is to be copied."""
    switch = {"module": "asr.hyperv.virtual_switch", "options": {"name": "Isolated", "type": "private"}}
    hosts.play("one.yml", "--limit", "old01", "-e", json.dumps(switch))
    wishes = {**WAY_HOME, "failback_protected_items": ["app01"], "failback_dependencies": {}, "failback_gate": "now"}
    late = {"failback_commit_after": 3600}
    given = ("asr.hyperv.failback", "-e", f"@{ISOLATED / 'group_vars' / 'all.yml'}", "-e", json.dumps(wishes))

    def plugged():
        """What the VM was plugged into, one after the other."""
        told = [call["args"] for call in hosts.calls() if call["module"] == "asr.hyperv.vm_network_adapter"]
        return [args["virtual_switch"] for args in told]

    def is_home():
        (app01,) = (vm for vm in hosts.control("state")["vms"] if vm["name"] == "app01")
        return app01["on_premises_power"] == "running" and not app01["job"]

    hosts.kill_when(is_home, *given, "-e", json.dumps(late), cwd=ISOLATED)
    assert plugged() == ["Isolated"]
    printed = hosts.play(*given, cwd=ISOLATED)
    assert "1 of 1 protected items are home and protected" in printed
    assert plugged() == ["Isolated", "vSwitch-Production"]


def test_a_vm_that_came_home_otherwise_than_its_baseline_has_it_is_not_committed(hosts):
    kept = hosts.folder / "kept.json"
    keep = {"asr_baseline_file": str(kept), "asr_baseline_accept_missing": True}  # bare01 has no Hyper-V yet
    hosts.play("asr.hyperv.baseline", "-e", json.dumps(keep))
    looks = json.loads(kept.read_text(encoding="utf-8"))
    (web01,) = (vm for look in looks for vm in look.get("vms", ()) if vm["name"] == "web01")
    assert web01["configuration"]["automatic_stop_action"] == "Save"
    wishes = {**WAY_HOME, "failback_protected_items": ["web01"], "failback_dependencies": {}, "failback_gate": "now"}
    wishes |= {"validate_baseline": str(kept), "validate_must_match": ["baseline"]}
    web01["configuration"]["automatic_stop_action"] = "ShutDown"
    kept.write_text(json.dumps(looks), encoding="utf-8")
    printed = " ".join(hosts.play("asr.hyperv.failback", "-e", json.dumps(wishes), good=False).split())
    assert "is not as in the baseline: automatic_stop_action was ShutDown and is Save" in printed


@pytest.mark.parametrize("kept_in", ["group", "host_vars"])
def test_a_password_by_the_name_of_the_host_is_that_of_the_host(hosts, kept_in):
    """As LAPS has it. By delegation alone it would be looked for under localhost, and a host's own variables nowhere."""
    place = hosts.folder / "inventory.json"
    known = json.loads(place.read_text(encoding="utf-8"))
    group = known["all"]["children"]["hyperv_hosts"]
    passwords = {name: own.pop("ansible_password") for name, own in group["hosts"].items()}
    own = {"ansible_password": "{{ passwords[inventory_hostname] }}"}
    if kept_in == "group":
        group["vars"] |= own
    for name, variables in group["hosts"].items() if kept_in == "host_vars" else ():
        file = hosts.folder / "host_vars" / f"{name}.yml"
        file.parent.mkdir(exist_ok=True)
        ports = {"own_port": variables.pop("ansible_port"), "ansible_port": "{{ own_port }}"}
        file.write_text(json.dumps({**own, **ports}), encoding="utf-8")
    known["all"]["vars"] = {"passwords": passwords}
    place.write_text(json.dumps(known), encoding="utf-8")
    wishes = {"preflight_protected_items": ["app01"], "preflight_data_sync": "auto", "preflight_stop_on": "never"}
    try:
        printed = hosts.play("asr.hyperv.preflight", "-e", json.dumps(wishes))
    finally:
        shutil.rmtree(hosts.folder / "host_vars", ignore_errors=True)
    assert "'localhost'" not in printed and "1 ready, 0 with warnings, 0 blocked" in printed
    assert not [password for password in passwords.values() if password in printed]
