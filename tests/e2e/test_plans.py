# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole recovery plans through real Ansible."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(240)
SCENARIOS = Path(__file__).resolve().parent / "scenarios"


@pytest.fixture
def with_manual_action(tmp_path):
    """A vault whose plan has a manual action on the way home."""
    from ansible_collections.asr.hyperv.tests.e2e.stage import Stage  # can only be found when the tests run

    with Stage(tmp_path, scenario=SCENARIOS / "manual_action.yml") as started:
        yield started


def test_a_plan_with_a_manual_action_stops_for_the_person_and_goes_on_when_it_was_done(with_manual_action):
    stage, stop = with_manual_action, ("-e", "failback_manual_actions=stop")
    printed = stage.run(*stop, good=False)
    assert "plan1 goes native: the plan has manual actions on the way home: Switch the storage" in printed
    job = re.search(
        r"job 'Planned failover' (\S+) waits for the manual action 'Switch the storage' \(Ask the storage", printed
    )
    assert job, printed
    assert [verb for verb, _item in stage.posts()] == ["plannedFailover", "resume"]
    stage.module("asr.hyperv.job", name=job.group(1), state="resumed", manual_action_done=True, comment="switched")
    stage.run(*stop)
    assert [verb for verb, _item in stage.posts()] == [
        "plannedFailover",
        "resume",
        "resume",
        "failoverCommit",
        "reProtect",
    ]
    assert {vm["protection_state"] for vm in stage.vms()} == {"Protected"}
