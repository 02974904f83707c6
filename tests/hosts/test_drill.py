# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a drill keeps of the VMs on their hosts, and the playbook that compares with it."""

from __future__ import annotations

import json

import pytest

from ansible_collections.asr.hyperv.tests.hosts.conftest import simulated

NETWORK = "/subscriptions/{}/resourceGroups/rg-test/providers/Microsoft.Network/virtualNetworks/drill"


@pytest.fixture(scope="module")
def hosts(tmp_path_factory):
    with simulated(tmp_path_factory.mktemp("drill"), "drill.yml") as hosts:
        yield hosts


def drilled(hosts, baseline):
    wanted = {
        "drill_groups": [["safe01"]],
        "drill_network": NETWORK.format(hosts.facts["environment"]["AZURE_SUBSCRIPTION_ID"]),
        "drill_look_in_azure": False,
        "drill_poll_interval": 0.5,
        "drill_baseline": str(baseline.with_suffix("")),
    }
    return " ".join(hosts.play("asr.hyperv.drill", "-e", json.dumps(wanted)).split())


def test_a_drill_keeps_its_vms_as_they_are_and_a_failback_can_be_compared_with_it(hosts):
    baseline = hosts.folder / "baseline.json"
    drilled(hosts, baseline)
    kept = json.loads(baseline.read_text(encoding="utf-8"))
    assert [vm["name"] for look in kept for vm in look.get("vms", ())] == ["safe01"]
    assert baseline.stat().st_mode & 0o777 == 0o600
    compared = ("-e", f"asr_baseline_file={baseline}", "-e", "asr_baseline_compare=true")
    hosts.play("asr.hyperv.baseline", *compared)
    was = next(vm for look in kept for vm in look.get("vms", ()))
    was["cpu_count"] += 1
    baseline.write_text(json.dumps(kept), encoding="utf-8")
    assert "1 of 1 VMs are not as before: safe01" in " ".join(
        hosts.play("asr.hyperv.baseline", *compared, good=False).split()
    )


def test_a_baseline_is_not_lost_when_a_vm_cannot_be_read(hosts):
    baseline = hosts.folder / "before.json"
    baseline.write_text("[]", encoding="utf-8")
    hosts.control("hosts", {"name": "old01", "online": False})
    try:
        assert "before.json is as it was: safe01 could not be read" in drilled(hosts, baseline)
    finally:
        hosts.control("hosts", {"name": "old01", "online": True})
    assert baseline.read_text(encoding="utf-8") == "[]"
