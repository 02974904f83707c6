# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A program learns how a run ended from its result file and the custom stats, and a run that would do nothing is an error."""

from __future__ import annotations

import json

import pytest


@pytest.mark.night
def test_each_run_of_a_night_says_for_programs_where_it_ended(stage):
    stage.environment["ANSIBLE_SHOW_CUSTOM_STATS"] = "true"
    place = stage.folder / "result"

    def ended(**more):
        """What the result file says after a run, which the stats say as well."""
        printed = stage.run("-e", json.dumps({"failback_result": str(place), **more}))
        told = json.loads(place.with_suffix(".json").read_text(encoding="utf-8"))
        assert "asr_result" in printed and f'"outcome": "{told["outcome"]}"' in printed
        assert (told["exit_code"], told["recovery_plan"]) == (0, "plan1")
        return told

    assert ended(failback_detach=True)["outcome"] == "detached"
    shut = ended(failback_gate="stop")
    assert (shut["outcome"], sorted(shut["ready"])) == ("gate_closed", ["app01", "db01", "web01"])
    assert set(ended()["phases"].values()) == {"protected"}
    assert ended()["outcome"] == "home"


def test_a_run_that_cannot_begin_leaves_no_good_result(stage):
    place = stage.folder / "result"
    stage.run("-e", json.dumps({"failback_result": str(place), "failback_recovery_plan": "none"}), good=False)
    assert json.loads(place.with_suffix(".json").read_text(encoding="utf-8")) == {
        "outcome": "unfinished",
        "exit_code": 2,
    }
