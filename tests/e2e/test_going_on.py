# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""To go on is the same command: what a run prints is pasted into a shell, and nothing of the first run is lost on the way."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ansible_collections.asr.hyperv.tests.e2e.stage import WISHES

FAIL = str(Path(__file__).resolve().parent / "tasks" / "fail_for.yml")


@pytest.mark.night
def test_the_command_at_the_gate_keeps_hooks_files_and_order_when_it_is_pasted(stage):
    """The hook says no to db01: a command that had lost it would commit and delete."""
    night = stage.folder / "the night's [wishes].json"
    hooks = [{"at": "before_commit", "tasks": FAIL}]
    own = {
        "failback_hooks": hooks,
        "failback_gate": "stop",
        "bad": "db01",
        "failback_report": str(stage.folder / "report"),
    }
    night.write_text(json.dumps({**WISHES, **own}), encoding="utf-8")
    shut = stage.launch(
        "ansible-playbook", "asr.hyperv.failback", "-e", f"@{night}", "-e", json.dumps({"note": 'Prüfung "1"'})
    )
    printed = stage.ended(shut, True)
    assert "run the same command again and add: -e failback_gate=now" in printed
    line = re.findall(r"^  (cd .* && ansible-playbook .*)$", printed, re.MULTILINE)[0]

    printed = stage.ended(stage.launch("bash", "-c", line), False)
    assert "hook before_commit of db01 failed: no good" in printed
    assert "failoverCommit" not in [verb for verb, item in stage.posts() if item == "db01"]
    assert "Mend what is named, then run the same command again" in printed
    assert "This run continues the one" not in printed, "to open the gate is to go on with the same"

    other = {"bad": "nobody", "failback_hooks": []}
    printed = stage.ended(stage.launch("bash", "-c", f"{line} -e '{json.dumps(other)}'"), True)
    assert "This run continues the one that began" in printed and "failback_hooks was [" in printed
    assert printed.index("failback_hooks was [") < printed.index("commit_failover accepted")
    stage.assert_all_home()
