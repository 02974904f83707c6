# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The answer of a module: what it says before, after, and when something went wrong."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Phase, Step
from ansible_collections.asr.hyperv.plugins.module_utils._run.problems import describe, held_back, of_job, waits_for
from ansible_collections.asr.hyperv.plugins.module_utils._run.report import answer, intention, job_details, job_entry
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import SentStep, Track
from ansible_collections.asr.hyperv.plugins.module_utils._wish.data_sync import DataSync, SyncChoice
from ansible_collections.asr.hyperv.plugins.module_utils._wish.failback import Failback
from ansible_collections.asr.hyperv.plugins.module_utils._wish.intent import Intent
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import ago, item, job, problem, task

DELTA = SyncChoice(DataSync.BEFORE_FAILOVER, "2 days in Azure (fewer than 30): a delta is enough")
FULL = SyncChoice(DataSync.DURING_FAILOVER, "its on-premises VM is gone, so there is nothing to compare with")


def track(phase: str = "failed_over", goal: str = "protected", **intent: Any) -> Track:
    return Track(item(), Intent(Goal(goal), **intent), Phase(phase))


PLANS = [  # the track, its line in the diff of check mode
    (
        track(failback=Failback(DELTA)),
        "protected by planned_failover > complete_failover > commit_failover > reverse_replication "
        "(before_failover: 2 days in Azure (fewer than 30): a delta is enough)",
    ),
    (
        track(goal="cut_over", failback=Failback(FULL, create_vm_if_missing=True)),
        "cut_over by planned_failover (during_failover: "
        "its on-premises VM is gone, so there is nothing to compare with, the VM is created)",
    ),
    (
        track(goal="synchronized", failback=Failback(FULL)),
        "failed_over (no synchronization before the cutover: during_failover: its "
        "on-premises VM is gone, so there is nothing to compare with)",
    ),
    (track("replicating"), "protected by wait"),
    (track("protected"), "protected"),
    (track("failed_back", "cut_over"), "failed_back"),
    (track("busy"), "protected by wait"),
]


@pytest.mark.parametrize(("one", "line"), PLANS)
def test_check_mode_says_the_steps_and_why(one, line):
    told = answer([one], planned=True)
    assert intention(one) == line
    assert told["diff"]["after"] == f"vm1: {line}\n" and told["diff"]["before"] == f"vm1: {one.phase.value}\n"
    assert told["changed"] is (" > " in line or "by planned" in line)


def test_an_answer_tells_the_group_of_the_plan_and_the_wave_of_the_call():
    named, alone = answer([track(wave=1, group=3), track(wave=2)], planned=True)["protected_items"]
    assert (named["group"], named["wave"], alone["group"], alone["wave"]) == (3, 1, None, 2)


def test_after_a_run_changed_means_that_something_was_sent():
    one = track("protected")
    assert answer([one], planned=False)["changed"] is False
    one.sent_steps.append(SentStep(Step.REVERSE_REPLICATION, "job7", ago(minutes=2), ago(minutes=1)))
    told = answer([one], planned=False)
    entry = told["protected_items"][0]
    assert told["changed"] and entry["steps"] == ["reverse_replication"] and entry["jobs"] == ["job7"]
    assert entry["timings"] == [
        {
            "step": "reverse_replication",
            "job": "job7",
            "asked": "2026-11-20T11:58:00Z",
            "ended": "2026-11-20T11:59:00Z",
            "seconds": 60.0,
        }
    ]


def test_every_entry_states_direction_goal_and_whether_it_is_there():
    entry = answer([track("failed_back_uncommitted", "cut_over")], planned=False)["protected_items"][0]
    assert (entry["direction"], entry["goal"], entry["at_goal"]) == ("RecoveryToPrimary", "cut_over", True)
    failed = track("failed_back_uncommitted", "cut_over")
    failed.fail(message="it went wrong", code="1", activity_id="")
    entry = answer([failed], planned=False)["protected_items"][0]
    assert entry["at_goal"] is False and entry["error"] == {"message": "it went wrong", "code": "1"}


def test_a_failed_job_is_told_with_code_causes_advice_and_activity():
    bad = job(state="Failed", problems=problem("539"), tasks=(task("DataSync", "Failed"),))
    told = of_job(track("inconsistent"), bad)
    assert told["message"] == "vm1: job 'PlannedFailover' ended as Failed: it did not work (code 539)"
    assert (told["code"], told["possible_causes"], told["activity_id"]) == ("539", "a cause", "activity-1")
    assert "Do not start its on-premises VM" in told["what_to_do"]


def test_a_job_without_an_error_says_so():
    assert describe(job(state="Failed")) == "the service gave no error"


def test_a_long_row_of_culprits_is_cut_short():
    assert "a, b, c, d, e and 2 more" in held_back(track(), list("abcdefg"))["message"]


def test_a_busy_item_names_what_it_waits_for():
    busy = track("busy")
    assert waits_for(busy) == ""
    busy.job = job("UpdateVmProperties")
    assert waits_for(busy) == ": waits for job 'UpdateVmProperties' job1, InProgress"
    busy.job = job("Failback", "Suspended", description="WaitingForManualAction")
    assert "waits for a manual action; it is never resumed from here" in waits_for(busy)


def test_a_job_is_shown_with_its_tasks_and_errors():
    one = job(state="Failed", problems=problem("539"), tasks=(task("DataSync", "Failed"),), ended=None)
    assert job_entry(one)["started"] == "2026-11-20T11:00:00Z" and job_entry(one)["ended"] is None
    assert job_details(one)["tasks"] == [{"name": "DataSync", "state": "Failed", "description": "Failed"}]
    errors: Any = job_details(one)["errors"]
    assert errors[0]["code"] == "539"
