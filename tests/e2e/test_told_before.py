# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run does not do is told before it begins, and what has changed since the preflight that it relies on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


@pytest.fixture
def stage(tmp_path):
    """A vault with a plan that has a runbook on the way home."""
    from ansible_collections.asr.hyperv.tests.e2e.stage import Stage  # can only be found when the tests run

    with Stage(tmp_path, scenario=HERE / "scenarios" / "runbook.yml") as started:
        yield started


def test_a_runbook_that_nobody_runs_is_named_and_an_old_preflight_is_not_relied_on(stage):
    place = stage.folder / "preflight.json"
    wishes = {
        "preflight_recovery_plan": "plan1",
        "preflight_data_sync": "auto",
        "preflight_report": str(place.with_suffix("")),
    }
    told = stage.ended(stage.launch("ansible-playbook", "asr.hyperv.preflight", "-e", json.dumps(wishes)), True, 180)
    assert "are not run when its VMs go one by one: Switch DNS (runbook)" in " ".join(told.split())
    report = json.loads(place.read_text(encoding="utf-8"))
    assert (report["verdict"], len(report["fingerprint"])) == ("warning", 64)

    def run(good=True, **more):
        relied = {
            "failback_preflight": True,
            "failback_preflight_report": str(place.with_suffix("")),
            "failback_preflight_max_age": 3600,
        }
        return stage.run("-e", json.dumps({**relied, "failback_gate": "stop", **more}), good=good)

    printed = run(failback_data_sync="before_failover")
    assert f"changed since the preflight of {report['taken'][11:16]}" in printed
    assert "option data_sync: auto -> before_failover" in printed
    assert "nobody runs, what the plan has on the way home: Switch DNS (runbook)" in printed

    place.write_text(json.dumps({**report, "taken": "2026-01-01T00:00:00+00:00"}), encoding="utf-8")
    sent = stage.posts()
    printed = run(good=False)
    assert "failback_preflight_report: it is of 2026-01-01 00:00," in printed and "and 3600 are allowed" in printed
    assert stage.posts() == sent
