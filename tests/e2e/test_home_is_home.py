# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""With hosts to ask: nobody is cut over onto a VM that changed at the gate, and protected is what the host says, too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from windows_hosts import inventory

pytestmark = pytest.mark.timeout(1800)
HERE = Path(__file__).resolve().parent
HELD = "held before its cutover, its Azure VM still runs: the on-premises VM app01 on hv01 has checkpoints: backup of 22:10"


@pytest.fixture
def stage(tmp_path):
    """A vault with a plan of two groups on two hosts, which can be reached."""
    pytest.importorskip("winrm", reason="needs pywinrm")
    from ansible_collections.asr.hyperv.tests.e2e.stage import Stage  # can only be found when the tests run

    with Stage(tmp_path, scenario=HERE / "scenarios" / "two_hosts.yml") as started:
        yield started


def run(stage, *, good=True, **wishes):
    place = stage.folder / "inventory.json"
    place.write_text(json.dumps(inventory(stage.facts, {}, {})), encoding="utf-8")
    wishes = {"failback_preflight": True, "failback_validate": True, **wishes}
    return stage.run("-i", str(place), "-e", json.dumps(wishes), good=good, within=600)


def committed(stage):
    return sorted(item for verb, item in stage.posts() if verb == "failoverCommit")


def test_a_checkpoint_at_the_gate_holds_its_vm_alone_until_a_hook_removes_it_and_home_is_what_the_host_says(stage):
    run(stage, failback_gate="stop")
    stage.tell("vms", {"name": "app01", "checkpoints": ["backup of 22:10"]})
    at_the_gate = run(stage, failback_gate="stop", good=False)
    assert "app01 waits at the gate, and would not be cut over now: the on-premises VM app01 on hv01 has" in at_the_gate

    printed = run(stage, good=False)
    told = printed.split("Fail with the reason for each VM")[1]
    assert f"app01: {HELD}" in told and "db01: an earlier one is not home as it should be: app01" in told
    assert committed(stage) == ["web01"]
    (app,) = (vm for vm in stage.vms() if vm["name"] == "app01")
    assert app["azure_vm_running"] and app["on_premises_power"] == "off"

    hook = {"at": "before_cutover", "tasks": str(HERE / "tasks" / "remove_checkpoint.yml"), "vms": ["app01"]}
    control = {"url": stage.facts["control_url"], "ca": stage.facts["ca_file"], "token": stage.facts["control_token"]}
    run(stage, failback_hooks=[hook], **{f"control_{name}": value for name, value in control.items()})
    assert committed(stage) == ["app01", "db01", "web01"]

    stage.tell("vms", {"name": "web01", "replication": {"state": "Suspended", "health": "Warning"}})
    printed = run(stage, good=False)
    assert "web01: protected for the vault, but hv01 says Suspended (Warning)" in printed
    assert "2 of 3 protected items are home and protected" in printed
