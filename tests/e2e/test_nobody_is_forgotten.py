# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may not go is left out by name, whose commit somebody objects to is kept, and who fell out of it is missed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(1200)
HERE = Path(__file__).resolve().parent


@pytest.fixture
def stage(tmp_path):
    """A vault with a plan of two groups on two hosts."""
    from ansible_collections.asr.hyperv.tests.e2e.stage import Stage  # can only be found when the tests run

    with Stage(tmp_path, scenario=HERE / "scenarios" / "two_hosts.yml") as started:
        yield started


def run(stage, *, good=True, **wishes):
    return stage.run("-e", json.dumps(wishes), good=good)


def sent(stage, verb):
    return sorted(item for one, item in stage.posts() if one == verb)


def last_lines(printed):
    """The lines of the message that the run ends with."""
    return json.loads('"' + printed.rpartition('"msg": "')[2].partition('"}')[0] + '"').split("\n")


def states(stage):
    return {vm["name"]: vm["protection_state"] == "Protected" for vm in stage.vms()}


@pytest.mark.night
def test_who_the_preflight_blocks_is_left_out_and_the_others_come_home(stage):
    stage.tell("faults", {"kind": "provider_drop", "host": "hv02", "after": 0})
    stopped = run(stage, failback_preflight=True, failback_on_blocked="stop", good=False)
    assert "Nothing was started. db01: the Hyper-V host hv02 is NotConnected" in stopped
    checked = stage.run("--check", "-e", json.dumps({"failback_preflight": True}), good=False)
    [line] = [one for one in last_lines(checked) if one.startswith("db01")]
    assert line.startswith("db01: the Hyper-V host hv02 is NotConnected") and "This was a check" in checked
    assert stage.posts() == []
    printed = run(stage, failback_preflight=True, good=False)
    assert "db01 is left out: the Hyper-V host hv02 is NotConnected for the vault." in printed
    assert "db01: the Hyper-V host hv02 is NotConnected" in printed.split("Fail with the reason for each VM")[1]
    assert states(stage) == {"app01": True, "web01": True, "db01": False}
    assert sent(stage, "plannedFailover") == ["app01", "web01"]
    nobody = run(stage, failback_preflight=True, good=False)
    assert "Nothing was started. Nobody is left to go. db01: the Hyper-V host hv02" in nobody


def test_a_commit_waits_until_nobody_objects_side_by_side_with_the_others(stage):
    veto = stage.folder / "veto"
    wishes = {"failback_commit_after": "4s", "failback_veto_file": str(veto)}
    refused = run(stage, **wishes, good=False)
    assert "cannot be read on the control node, so nobody could object. Create it" in refused
    assert stage.posts() == []

    veto.write_text("# nobody so far\nWEB01 # has no network\n", encoding="utf-8")
    printed = run(stage, **wishes, good=False)
    assert "the commit of app01 deletes their Azure VMs; vetoed: web01 (the veto file" in printed
    assert "web01: veto: the veto file" in printed.split("Fail with the reason for each VM")[1]
    assert sent(stage, "resume") == ["app01", "db01", "web01"]
    assert sent(stage, "failoverCommit") == ["app01", "db01"]
    order = [verb for verb, _item in stage.posts() if verb in ("resume", "failoverCommit")]
    assert order == ["resume"] * 3 + ["failoverCommit"] * 2, "all waves run on-premises before the first commit waits"

    veto.write_text("web1\n", encoding="utf-8")
    assert "names 'web1', which is none of this run" in run(stage, **wishes, good=False)
    assert sent(stage, "failoverCommit") == ["app01", "db01"]
    run(stage, failback_veto="web01", good=False)
    veto.write_text("", encoding="utf-8")
    run(stage, **wishes)
    assert states(stage) == {"app01": True, "web01": True, "db01": True}


def test_whose_protection_is_disabled_is_missed_by_this_run_and_the_next(stage):
    report = {"failback_report": str(stage.folder / "report")}
    removes = {"kind": "operator", "match": {"item": "app01", "state": "failed_back_uncommitted"}, "does": "remove"}
    stage.tell("faults", removes)
    printed = run(stage, **report, failback_optional=["app01"], good=False)
    told = printed.split("Fail with the reason for each VM")[1]
    assert len([line for line in last_lines(printed) if line.startswith("app01")]) == 1, "each VM with its reason once"
    assert "app01: it was part of this failback and the vault does not protect it any more: it runs on-premises" in told
    assert "/providers/Microsoft.Compute/virtualMachines/app01 with its disks is left there, off, and billed" in told
    assert "again continues" not in told

    assert (
        "app01: it was part of this failback"
        in run(stage, **report, good=False).split("Fail with the reason for each VM")[1]
    )
    checked = stage.run("--check", "-e", json.dumps(report), good=False).split("Fail with the reason for each VM")[1]
    assert checked.count("app01: it was part of this failback") == 1 and "This was a check" in checked
    assert (
        "app01: a planned failover of it (job" in run(stage, good=False).split("Fail with the reason for each VM")[1]
    ), "by the vault alone"
    run(stage, **report, failback_accept_missing="app01")


def test_who_is_taken_out_of_the_plan_at_the_gate_is_missed_and_another_plan_s_vm_is_not(stage):
    run(stage, failback_gate="stop")
    stage.tell("plans", {"name": "plan1", "members": [["app01"], ["db01"]]})
    printed = run(stage, good=False)
    told = " ".join(printed.split("Fail with the reason for each VM")[1].split())
    assert (
        "web01: a failback of it was begun (job " in told
        and "it runs in Azure (synchronized). Put it into a plan" in told
    )
    assert sent(stage, "failoverCommit") == ["app01", "db01"]
    run(stage, failback_recovery_plan="", failback_protected_items=["web01"])
    run(stage)
