# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A playbook that is killed in mid run leaves nothing behind, and running it again ends as if nothing had happened."""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path

import pytest

from ansible_collections.asr.hyperv.tests.e2e.stage import STEPS, VMS, wait_for

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads processes from /proc")
SOON = 30  # seconds; two are enough where nothing else runs, and by itself nothing would end for hours
TRACE = str(Path(__file__).resolve().parent / "tasks" / "trace.yml")


@pytest.mark.parametrize("posts", [2, 8])
def test_a_killed_run_leaves_no_process_and_is_continued_by_the_next(stage, posts):
    run = stage.start()
    wait_for(lambda: len(stage.posts()) >= posts)
    stage.let_time_go_by(1)  # so that no job ends, and nothing ends by itself for having no more to do
    assert any("AnsiballZ_failback" in command for command in stage.processes().values())
    run.kill()
    run.wait()

    wait_for(lambda: not stage.processes(), within=SOON)
    sent = stage.posts()
    assert posts <= len(sent) < len(VMS) * len(STEPS)

    stage.let_time_go_by(stage.speed)
    stage.run()
    assert stage.posts()[: len(sent)] == sent
    stage.assert_all_home()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_run_that_is_told_to_stop_stops_and_is_continued_by_the_next(stage, number):
    if signal.getsignal(number) is signal.SIG_IGN:  # under nohup, and a child inherits what is ignored
        signal.signal(number, signal.SIG_DFL)
    run = stage.start()
    wait_for(lambda: len(stage.posts()) >= 4)
    stage.let_time_go_by(1)
    run.send_signal(number)
    assert run.wait(timeout=SOON) != 0
    wait_for(lambda: not stage.processes(), within=SOON)

    printed = run.printed.read_text(encoding="utf-8")
    assert "Traceback" not in printed
    assert printed.count("goes on by itself, nothing was cancelled") == 1 and "do not cancel jobs" in printed
    sent = stage.posts()
    assert all(vm["on_premises_consistent"] or vm["job"] for vm in stage.vms())
    time.sleep(1)
    assert stage.posts() == sent

    stage.let_time_go_by(stage.speed)
    stage.run()
    stage.assert_all_home()


@pytest.mark.parametrize("report", [True, False])
def test_hooks_after_the_protection_of_vms_that_nobody_watched_are_run_by_the_next_run_or_named(stage, report):
    traces = stage.folder / "traces"
    wishes = {"failback_hooks": [{"at": "after_protect", "tasks": TRACE}], "traces": str(traces)}
    own = ("-e", json.dumps({**wishes, "failback_report": str(stage.folder / "report") if report else ""}))
    run = stage.start(*own)
    wait_for(lambda: [verb for verb, _item in stage.posts()].count("reProtect") == len(VMS))
    run.kill()
    run.wait()
    wait_for(lambda: all(vm["protection_state"] == "Protected" for vm in stage.vms()))
    assert not traces.exists()

    printed = " ".join(stage.run(*own).split())
    unknown = (
        "3 were protected before this run began, and no failback_report tells whether their hooks after_protect ran"
    )
    assert (unknown in printed) == (not report)
    ran = [f"after_protect {vm}: {vm}" for vm in VMS] if report else []
    assert sorted(traces.read_text(encoding="utf-8").splitlines() if traces.exists() else []) == ran
    assert len(stage.posts()) == len(VMS) * len(STEPS)
