# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing is deleted in Azure that is not at home, what was deleted is proved, and what is left is said until it is gone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(1200)
HERE = Path(__file__).resolve().parent
ACCEPT = {"failback_accept_unprotected_disks": ["app01"]}


@pytest.fixture
def stage(tmp_path):
    """A vault with a VM that has a disk more in Azure, one that is locked there, and one as they should be."""
    from ansible_collections.asr.hyperv.tests.e2e.stage import Stage  # can only be found when the tests run

    with Stage(tmp_path, scenario=HERE / "scenarios" / "azure_side.yml") as started:
        yield started


def wishing(**wishes):
    return "-e", json.dumps(wishes)


def committed(stage):
    return [item for verb, item in stage.posts() if verb == "failoverCommit"]


def report(stage):
    """What was deleted in Azure, and what is left, by VM."""
    told = json.loads((stage.folder / "report.json").read_text(encoding="utf-8"))["deleted_in_azure"]
    return {one["name"]: one for one in told}


def test_a_check_ends_as_a_run_would_that_a_lock_lets_fail_and_says_why_the_plan_goes_itemwise(stage):
    wishes = {**ACCEPT, "failback_preflight": True, "failback_canary": ["db01"]}
    printed = stage.run("--check", *wishing(**wishes), good=False)
    assert "plan1 goes itemwise: an order of its own is given (failback_canary)." in printed
    told = printed.partition("Fail with the reason for each VM")[2]
    assert "web01: the lock keep (CanNotDelete) on the resource web01" in told and "db01: " not in told
    stage.run("--check", *wishing(**wishes, failback_gate="stop"))
    assert stage.posts() == []


def test_an_added_disk_is_kept_and_a_locked_vm_is_said_until_both_are_decided(stage):
    to_report = {"failback_report": str(stage.folder / "report"), "failback_preflight": True}
    printed = stage.run(*wishing(**to_report), good=False)
    for words in (
        "app01-added",
        "512 GB",
        "az snapshot create",
        "the lock keep (CanNotDelete)",
        "az lock delete --ids",
    ):
        assert words in printed
    assert not [verb for verb, item in stage.posts() if item == "app01"], "it is blocked before anything is sent"
    assert sorted(committed(stage)) == ["db01", "web01"]
    evidence = report(stage)
    assert evidence["db01"]["gone"] and "public address ip-db01" in evidence["db01"]["deleted"]
    assert "virtualMachines/web01" in evidence["web01"]["remaining"] and not evidence["web01"]["gone"]
    page = (stage.folder / "report.md").read_text(encoding="utf-8")
    _before, deleted, rest = page.partition("## Deleted in Azure")[2].partition("## Remaining in Azure, billed")
    assert "db01" in _before and "web01" not in _before and "web01" in rest
    assert "Remaining in Azure, billed:" in printed and "Unknown error" not in printed and deleted

    printed = stage.run(*wishing(**ACCEPT))
    assert "That is accepted (accept_unprotected_disks)" in printed and committed(stage)[2:] == ["app01"]
    assert "Remaining in Azure, billed:" in printed and "virtualMachines/web01" in printed

    printed = stage.run()
    assert "3 of 3 protected items are home and protected" in printed
    assert "Remaining in Azure, billed:" in printed and "virtualMachines/web01" in printed
    printed = stage.run(*wishing(failback_accept_changed_azure_vm=["web01"]))
    assert "Remaining in Azure" not in printed
    stage.tell("vms", {"name": "web01", "azure": {"locks": [], "gone": True}})
    left = stage.run(*wishing(**to_report))
    assert "Remaining in Azure, billed:" in left and "disk /subscriptions/" in left, "by their ids, with no VM"
    assert "VM web01" in report(stage)["web01"]["deleted"] and not report(stage)["web01"]["gone"]


def test_a_disk_that_is_added_at_the_gate_and_a_name_that_is_none_of_the_run(stage):
    printed = stage.run(*wishing(failback_accept_unprotected_disks=["app02"]), good=False)
    assert "failback_accept_unprotected_disks names 'app02', which is not part of this failback" in printed
    assert stage.posts() == []
    stage.run(*wishing(failback_gate="stop"))
    stage.tell("vms", {"name": "db01", "azure": {"added_disks": [{"name": "db01-late", "size_gb": 64}]}})
    printed = stage.run(good=False)
    assert "db01-late" in printed and "held uncommitted" in printed
    assert committed(stage) == ["web01"]
    states = {vm["name"]: vm["azure_vm_exists"] for vm in stage.vms()}
    assert states["db01"] and states["app01"]
