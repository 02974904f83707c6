# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole recovery plans through real Ansible."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(900)
SCENARIOS = Path(__file__).resolve().parent / "scenarios"
FAIL = str(SCENARIOS.parent / "tasks" / "fail_for.yml")


@pytest.fixture
def stage(tmp_path, request):
    """A vault as one of the scenarios here has it."""
    from ansible_collections.asr.hyperv.tests.e2e.stage import Stage  # can only be found when the tests run

    with Stage(tmp_path, scenario=SCENARIOS / request.param) as started:
        yield started


@pytest.mark.parametrize("stage", ["manual_action.yml"], indirect=True)
def test_a_plan_with_a_manual_action_stops_for_the_person_and_goes_on_when_it_was_done(stage):
    stop = ("-e", "failback_manual_actions=stop")
    lost = {"bad": "web01", "failback_hooks": [{"at": "before_cutover", "tasks": FAIL}]}
    printed = stage.run("-e", json.dumps(lost), good=False)
    assert "plan1 goes native: the plan has manual actions on the way home: Switch the storage" in printed
    assert "so none goes on without web01. Mend that and run again." in printed
    assert [verb for verb, _item in stage.posts()] == ["plannedFailover"], "the plan waits for all of its VMs"
    printed = stage.run(*stop, good=False)
    assert "plan1 goes native: a job of the plan is under way" in printed
    job = re.search(
        r"job 'Planned failover' (\S+) waits for the manual action 'Switch the storage' \(Ask the storage", printed
    )
    assert job, printed
    assert [verb for verb, _item in stage.posts()] == ["plannedFailover", "resume"]
    stage.module("asr.hyperv.job", name=job.group(1), state="resumed", manual_action_done=True, comment="switched")
    printed = stage.run(*stop, "-e", "failback_veto=web01", good=False)
    assert printed.rpartition('"msg": "')[2].count("web01: veto") == 1
    assert [verb for verb, _item in stage.posts()][1:3] == ["resume", "resume"]
    assert stage.posts()[3:] == [("failoverCommit", "db01"), ("reProtect", "db01")], (
        "past the cutover each goes by itself"
    )
    stage.run(*stop)
    assert stage.posts()[5:] == [("failoverCommit", "web01"), ("reProtect", "web01")]
    assert {vm["protection_state"] for vm in stage.vms()} == {"Protected"}


TRACE = str(SCENARIOS.parent / "tasks" / "trace.yml")
HOOKS = [
    {"at": "before_sync", "tasks": TRACE, "per": "run"},
    {"at": "before_cutover", "tasks": TRACE, "per": "group"},
    {"at": "after_boot", "tasks": TRACE, "vms": ["app02"]},
    {"at": "before_commit", "tasks": TRACE, "per": "group", "groups": [4]},
    {"at": "after_protect", "tasks": TRACE, "per": "run"},
]


def in_a_while(**time):
    return (datetime.now(timezone.utc) + timedelta(**time)).isoformat(timespec="seconds")


@pytest.mark.night
@pytest.mark.parametrize("stage", ["full_cycle.yml"], indirect=True)
def test_twenty_vms_go_to_azure_and_come_home_again_with_dependencies_hooks_and_a_window(stage):
    members = [vm["name"] for vm in stage.vms()]
    away = {"recovery_plan": "plan1", "poll_interval": 0.3}
    stage.module("asr.hyperv.planned_failover", direction="PrimaryToRecovery", **away)
    stage.module("asr.hyperv.commit_failover", direction="failover", **away)
    assert all(vm["azure_vm_running"] for vm in stage.vms())
    wishes = {
        "traces": str(stage.folder / "traces"),
        "failback_preflight": True,
        "failback_dependencies": {"sql01": ["dc01"], "app02": ["app01"]},
        "failback_hooks": HOOKS,
        "failback_window": {"opens": in_a_while(seconds=2), "closes": in_a_while(hours=6)},
    }
    stage.run("-e", json.dumps(wishes))
    assert {(vm["protection_state"], vm["azure_vm_exists"]) for vm in stage.vms()} == {("Protected", False)}
    assert len(members) == 20
    resumed = [item for verb, item in stage.posts() if verb == "resume"]
    assert [members.index(name) // 5 for name in resumed] == [0] * 5 + [1] * 5 + [2] * 5 + [3] * 5
    assert resumed[14] == "app02"
    traces = (stage.folder / "traces").read_text(encoding="utf-8").splitlines()
    assert [line.split(":")[0] for line in traces] == [
        "before_sync run",
        "before_cutover group 1",
        "before_cutover group 2",
        "before_cutover group 3",
        "before_cutover group 3",  # app02 comes after app01
        "after_boot app02",
        "before_cutover group 4",
        "before_commit group 4",
        "after_protect run",
    ]
