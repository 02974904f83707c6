# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whoever may name a VM or a plan moves no cursor, forges no line, tears no table, runs nothing and writes nowhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.asr.hyperv.tests.unit.hostile import FORGED, HOSTILE, raw

GOOD = ["web02", "db02 (of old)"]
ALIKE = ("carriage return",)  # VMs that are shown alike are refused, as two of one name are
NAMES = [*GOOD, "hv01", *(name for kind, name in HOSTILE.items() if kind not in (*ALIKE, "half a character"))]
PLANS = [".hidden", "-rf", "plan:of*VMs", "usual"]
MARK = "MARK*"  # what a name that was run would leave


def estate(names, plans):
    """A vault of VMs that are called like this on their hosts and in the vault; each plan has some of them."""
    vms = [
        {"name": f"vm{number:02}", "display_name": name, "host": "hv01", "disks_gb": [10], "changed_gb": 1}
        for number, name in enumerate(names)
    ]
    shares = [[vm["name"] for vm in vms[number :: len(plans)]] for number in range(len(plans))]
    rows = [{"name": name, "groups": [{"vms": share}]} for name, share in zip(plans, shares, strict=True)]
    return {"seed": 5, "sites": [{"name": "site1", "hosts": [{"name": "hv01"}]}], "vms": vms, "plans": rows}


@pytest.fixture
def stage(tmp_path, request):
    """A vault with hostile names."""
    from ansible_collections.asr.hyperv.tests.e2e.stage import Stage  # can only be found when the tests run

    scenario = tmp_path / "hostile.yml"
    scenario.write_text(yaml.safe_dump(request.param), encoding="utf-8")
    with Stage(tmp_path, scenario=scenario) as started:
        yield started


def assert_harmless(text: str) -> None:
    """A text of ours has no control character, and no line that only a name could have made."""
    assert raw(text) == []
    assert not [line for line in text.splitlines() if re.match(f" ?.?{FORGED}", line)]


@pytest.mark.parametrize("stage", [estate(NAMES, PLANS)], indirect=True)
def test_written_plans_stay_in_their_folder_and_the_inventory_has_vms_only(stage, monkeypatch):
    folder = stage.folder / "dr" / "plans"
    folder.mkdir(parents=True)
    victim = stage.folder / "victim"
    victim.write_text("mine", encoding="utf-8")
    (folder / "inventory.yml").symlink_to(victim)
    monkeypatch.chdir(stage.folder)
    run = stage.launch(
        "ansible-playbook", "asr.hyperv.generate_plans", "-e", json.dumps({"asr_plans_folder": str(folder)})
    )
    printed = stage.ended(run, good=True)
    assert_harmless(printed)
    written = sorted(path.name for path in folder.iterdir())
    assert written == ["inventory.yml", "usual.plan.yml"]
    assert victim.read_text(encoding="utf-8") == "mine"
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    for reason in (
        "-rf: it begins with a dot",
        "hv01: it is the name of a Hyper-V host",
        "hv01:5999: Ansible would read",
    ):
        assert reason in " ".join(printed.split())
    listed = stage.ended(stage.launch("ansible-inventory", "-i", str(folder / "inventory.yml"), "--list"), good=True)
    told = json.loads(listed[listed.index("{") :])
    assert not told["_meta"]["hostvars"]
    hosts = {host for group in told.values() for host in group.get("hosts", ())}
    assert hosts == {"db02 (of old)", "web02"}
    place = json.dumps({"asr_plans_folder": str(folder), "asr_drift_fails": False})
    drift = stage.launch("ansible-playbook", "asr.hyperv.plan_drift", "-e", place)
    assert_harmless(stage.ended(drift, good=True))
    play = stage.folder / "any.yml"
    play.write_text(ANY_PLAY, encoding="utf-8")
    stage.ended(stage.launch("ansible-playbook", "-i", str(folder / "inventory.yml"), str(play)), good=True)
    assert not list(Path.cwd().glob(MARK)) + list(stage.folder.rglob(MARK))


@pytest.mark.parametrize("stage", [estate(GOOD, ["../escaped", "usual"])], indirect=True)
def test_a_plan_that_leads_out_of_the_folder_is_not_written(stage):
    folder = stage.folder / "dr" / "plans"
    folder.mkdir(parents=True)
    place = json.dumps({"asr_plans_folder": str(folder)})
    run = stage.launch("ansible-playbook", "asr.hyperv.generate_plans", "-e", place)
    printed = " ".join(stage.ended(run, good=True).split())
    assert "The recovery plan '../escaped' is not read" in printed and "cannot be a part of an address" in printed
    assert not list(stage.folder.rglob("*escaped*"))
    assert sorted(path.name for path in folder.iterdir()) == ["inventory.yml", "usual.plan.yml"]


ANY_PLAY = """
- hosts: recovery_plans
  gather_facts: false
  connection: local
  tasks:
    - ansible.builtin.debug: {msg: "{{ inventory_hostname }} {{ groups['recovery_plans'] }}"}
    - ansible.builtin.debug: {msg: here}
      delegate_to: "{{ item }}"
      loop: "{{ groups['recovery_plans'] }}"
"""


@pytest.mark.parametrize("stage", [estate(NAMES, ["plan1"])], indirect=True)
def test_a_whole_failback_shows_and_reports_hostile_names_as_text(stage, monkeypatch):
    monkeypatch.chdir(stage.folder)
    victim = stage.folder / "victim"
    victim.write_text("mine", encoding="utf-8")
    victim.chmod(0o600)
    (stage.folder / "report.md").symlink_to(victim)
    (stage.folder / "report.json").symlink_to(victim)
    stage.environment["ANSIBLE_CALLBACK_RESULT_FORMAT"] = "yaml"
    wishes = {"failback_report": "report", "failback_preflight": True}
    refused = stage.run("-e", json.dumps(wishes), good=False)
    assert "it is a link, so it may not be what the run before wrote" in " ".join(refused.split())
    assert stage.posts() == []
    (stage.folder / "report.json").unlink()
    printed = stage.run("--diff", "-e", json.dumps(wishes))
    assert_harmless(printed)
    assert {(vm["protection_state"], vm["azure_vm_exists"]) for vm in stage.vms()} == {("Protected", False)}
    report = (stage.folder / "report.md").read_text(encoding="utf-8")
    assert_harmless(report)
    assert_harmless((stage.folder / "report.json").read_text(encoding="utf-8"))
    assert "<script" not in report
    columns = [len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in report.splitlines() if line.startswith("|")]
    assert set(columns) == {10, 6}, "no name tears a table"
    assert victim.read_text(encoding="utf-8") == "mine"
    assert victim.stat().st_mode & 0o777 == 0o600
    for ending in (".json", ".md"):
        place = stage.folder / f"report{ending}"
        assert not place.is_symlink()
        assert place.stat().st_mode & 0o777 == 0o600
    assert not list(stage.folder.rglob(MARK))
