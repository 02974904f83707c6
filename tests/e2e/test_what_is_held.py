# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nobody is cut over or committed that the input, the gate, the window, a hook or a policy holds back."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(900)
HERE = Path(__file__).resolve().parent
FAIL, TRACE = str(HERE / "tasks" / "fail_for.yml"), str(HERE / "tasks" / "trace.yml")


@pytest.fixture
def stage(tmp_path):
    """A vault with three groups, of which the last has a long outage."""
    from ansible_collections.asr.hyperv.tests.e2e.stage import Stage  # can only be found when the tests run

    with Stage(tmp_path, scenario=HERE / "scenarios" / "held.yml") as started:
        yield started


def wishing(**wishes):
    return "-e", json.dumps(wishes)


def closing_in(**time):
    now = datetime.now(timezone.utc)
    opened, closes = (moment.isoformat(timespec="seconds") for moment in (now, now + timedelta(**time)))
    return {"failback_preflight": True, "failback_window": {"opens": opened, "closes": closes}}


def bad_hook(at, bad, **more):
    return {"bad": bad, "failback_hooks": [{"at": at, "tasks": FAIL, **more}]}


def test_what_is_refused_is_refused_in_plain_words_before_the_first_hook_runs(stage):
    printed = stage.run(*wishing(failback_dependencies={"db01": ["web01"], "web01": ["db01"]}), good=False)
    assert (
        "Nothing was started.\nThese VMs need each other" in printed and "same command again continues" not in printed
    )

    traces = stage.folder / "traces"
    hook = {"at": "before_sync", "tasks": TRACE, "per": "run"}
    printed = stage.run(*wishing(failback_alternate_host="hv9", failback_hooks=[hook], traces=str(traces)), good=False)
    assert "hv9" in printed and not traces.exists(), "what is refused is refused before the first hook runs"
    assert stage.posts() == []


def test_a_report_that_cannot_be_written_does_not_hide_why_the_run_failed(stage):
    folder = stage.folder / "reports"
    folder.mkdir()
    hook = {
        "at": "before_sync",
        "tasks": str(HERE / "tasks" / "lose_folder.yml"),
        "per": "run",
        "on_failure": "stop_run",
    }
    printed = stage.run(*wishing(failback_report=str(folder / "night"), failback_hooks=[hook]), good=False)
    assert "The report could not be written: " in printed
    assert (
        "Hook before_sync of all failed, and its on_failure is stop_run."
        in printed.rpartition("could not be written")[2]
    )


@pytest.mark.night
def test_one_after_the_other_each_obstacle_holds_whom_it_has_to_and_nobody_else(stage):
    stage.let_time_go_by(60)  # slow01 needs a minute for its synchronization now
    printed = stage.run(*wishing(failback_gate="stop", failback_gate_share=75))
    assert "it is opened by hand. Ready for the cutover: db01, web01, big01" in printed
    synchronizing = [("plannedFailover", name) for name in ("db01", "slow01", "web01")]
    assert sorted(stage.posts()) == synchronizing
    printed = stage.run(*wishing(failback_sync_timeout=1), good=False)
    assert (
        "3 of 4 VMs are synchronized, 100 % are wanted (failback_gate_share); missing: slow01 (left at synch" in printed
    )
    stage.let_time_go_by(stage.speed)

    printed = stage.run(*wishing(**closing_in(seconds=90)))
    assert "Left in Azure: db01: the cutover takes 3 minutes" in printed
    assert "web01: waits for db01, which the maintenance window holds" in printed
    assert sorted(stage.posts()) == synchronizing, "the window is too small for the first wave"

    printed = stage.run(*wishing(**bad_hook("after_boot", "db01", on_failure="stop_run")), good=False)
    assert "Hook after_boot of db01 failed, and its on_failure is stop_run." in printed
    assert stage.posts()[3:] == [("resume", "db01")]

    printed = stage.run(*wishing(failback_max_failures=0, **bad_hook("after_boot", "web01")), good=False)
    assert "1 critical VM(s) failed and 0 may (failback_max_failures" in printed
    committed = [item for verb, item in stage.posts() if verb == "failoverCommit"]
    assert committed == ["db01"], "slow01 runs on-premises, and is not committed when nothing new may be started"

    printed = stage.run(*wishing(**closing_in(minutes=60)))
    assert "Left in Azure: big01: the cutover takes 10" in printed
    assert not [verb for verb, item in stage.posts() if item == "big01"]
    homes = {vm["name"]: vm["protection_state"] == "Protected" for vm in stage.vms()}
    assert homes == {"db01": True, "slow01": True, "web01": True, "big01": False}
