# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Under ansible-runner, as controllers do it: an idle timeout that is outlived, a cancel, a run that goes on, its artifacts."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.asr.hyperv.tests.e2e.stage import LIMIT, WISHES, Stage, wait_for

runner = pytest.importorskip("ansible_runner")
BEAT, IDLE = 5, 25  # seconds: a run that waits says so each time, and a controller ends one that is silent for so long


def start(stage: Stage, ident: str, **options: Any) -> tuple[Any, Any]:
    """The playbook as a job of a controller: in a thread, and what will have become of it."""
    place = stage.folder / "runner"
    place.mkdir(exist_ok=True)
    thread, job = runner.run_async(
        private_data_dir=str(place),
        ident=ident,
        playbook="asr.hyperv.failback",
        extravars={
            **WISHES,
            "failback_protected_items": ["app01"],
            "failback_recovery_plan": "",
            "failback_heartbeat": BEAT,
        },
        envvars={name: value for name, value in stage.environment.items() if name != "ANSIBLE_LOCAL_TEMP"},
        inventory="localhost ansible_connection=local",
        quiet=True,
        **options,
    )
    return thread, job


def result_of(job: Any) -> dict[str, Any]:
    """What the run hands on to the next job of a workflow, out of the events."""
    [stats] = [event["event_data"] for event in job.events if event["event"] == "playbook_on_stats"]
    found: dict[str, Any] = stats["artifact_data"]["asr_result"]
    return found


def test_a_controllers_job_outlives_its_idle_timeout_is_cancelled_and_launched_again(tmp_path):
    with Stage(tmp_path, speed=1) as stage:
        sent: list[float] = []  # when the only thing was sent that there is to do for hours

        def long_ago() -> bool:
            return bool(sent) and time.monotonic() - sent[0] > IDLE + 5

        thread, job = start(stage, "first", settings={"idle_timeout": IDLE}, cancel_callback=long_ago)
        wait_for(lambda: stage.posts() == [("plannedFailover", "app01")])
        sent.append(time.monotonic())
        thread.join(timeout=LIMIT)
        assert (job.status, long_ago()) == ("canceled", True)
        wait_for(lambda: not stage.processes(), within=60)
        assert stage.posts() == [("plannedFailover", "app01")]  # nothing was cancelled in the vault

        stage.let_time_go_by(600)
        thread, job = start(stage, "second")
        thread.join(timeout=LIMIT)
        assert (job.status, job.rc) == ("successful", 0)
        assert result_of(job)["outcome"] == "home"
        assert job.stats["failures"] == {}
        kept = Path(job.config.artifact_dir)
        assert (kept / "rc").read_text(encoding="utf-8") == "0" and "app01" in (kept / "stdout").read_text("utf-8")
        assert all(json.loads(path.read_text("utf-8"))["uuid"] for path in (kept / "job_events").glob("*.json"))
