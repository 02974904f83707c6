# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a run ended, in one word for programs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.outcome import GOOD, OUTCOMES, outcome
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Ended
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import part

README = Path(__file__).resolve().parents[5] / "roles" / "failback" / "README.md"
VM: Any = {"name": "web01", "phase": "protected", "waits": "", "excused": False}
OPEN = {"open": True, "reason": "it was asked for", "ready": [], "missing": []}
SHUT = {**OPEN, "open": False, "reason": "it is opened by hand", "ready": ["web01"]}
ENDED: Any = {
    "roster": [VM],
    "end": {"lines": [], "fails": []},
    "gate": OPEN,
    "broke": "",
    "refused": False,
    "checked": False,
    "finished": True,
    "detached": False,
    "summary": "",
    "recovery_plan": "plan1",
    "began": "2026-01-31T22:00:00+00:00",
    "ended": "2026-01-31T23:00:00+00:00",
}
LEFT = {"lines": ["web01: failed"], "fails": ["web01"]}
LATER = {**VM, "phase": "synchronized", "waits": "the maintenance window closes in 3 minutes", "excused": True}
NOT_YET: Any = {"finished": False, "gate": SHUT}


@pytest.mark.parametrize(
    ("run", "word", "code"),
    [
        ({}, "home", 0),
        ({"end": LEFT}, "left_behind", 2),
        ({"end": {"lines": ["test01: failed"], "fails": []}}, "home", 0),
        ({"roster": [LATER]}, "window", 0),
        ({"roster": [LATER], "end": LEFT}, "left_behind", 2),
        (NOT_YET, "gate_closed", 0),
        ({**NOT_YET, "end": LEFT}, "gate_closed", 2),
        ({**NOT_YET, "detached": True}, "detached", 0),
        ({**NOT_YET, "gate": {**SHUT, "missing": ["web01"]}, "detached": True}, "gate_missed", 2),
        ({**NOT_YET, "gate": {**SHUT, "reason": "the maintenance window closed at 2026-01-31T21:00Z"}}, "window", 0),
        ({"broke": "no answer", "finished": False, "gate": {}}, "failed", 2),
        ({"broke": "not possible", "refused": True, "finished": False, "gate": {}}, "refused", 2),
        ({"checked": True, "finished": False, "gate": {}}, "checked", 0),
        ({"checked": True, "end": LEFT}, "checked", 2),
    ],
)
def test_each_end_has_its_word_and_exit_code(run, word, code):
    told = outcome(part(Ended, **{**ENDED, **run}))
    assert (told["outcome"], told["exit_code"]) == (word, code)
    assert word in OUTCOMES and (code == 0) <= (word in GOOD)


def test_a_program_learns_who_waits_and_why_without_reading_lines_for_people():
    told = outcome(part(Ended, **{**ENDED, "roster": [VM, {**LATER, "name": "db01"}]}))
    assert told["waiting"] == {"db01": "the maintenance window closes in 3 minutes"}
    assert told["phases"] == {"web01": "protected", "db01": "synchronized"}
    shut = outcome(part(Ended, **{**ENDED, **NOT_YET}))
    assert (shut["ready"], shut["reason"]) == (["web01"], "it is opened by hand")


def test_the_page_of_the_role_has_every_word():
    table = re.findall(r"(?m)^- `(\w+)` \(exit code", README.read_text(encoding="utf-8"))
    assert set(table) == set(OUTCOMES)
