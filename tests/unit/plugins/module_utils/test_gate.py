# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The gate opens when enough VMs are synchronized, it was asked for, and it is time; a window only lets in what fits."""

from __future__ import annotations

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._gate import check_gate, fits, gate

NOW = "2026-11-28T21:00:00+00:00"
LATER = "2026-11-28T23:00:00+01:00"  # one hour later
WINDOW = {"opens": LATER, "closes": "2026-11-29T00:00:00Z"}
OVER = {"opens": "2026-11-28T19:00:00Z", "closes": "2026-11-28T20:00:00Z"}
OPEN = {"opens": "2026-11-28T20:00:00Z", "closes": "2026-11-28T23:00:00Z"}


def vm(name, phase, at_goal=True):
    return {"name": name, "phase": phase, "at_goal": at_goal}


READY = [vm("a", "synchronized"), vm("b", "failed_over"), vm("c", "protected")]
HALF = [vm("a", "synchronized"), vm("b", "synchronizing", at_goal=False)]
HOME = [vm("a", "failed_back"), vm("b", "protected")]
GATES = [  # items, wish, window, share; open, seconds to wait, words
    (READY, "now", {}, 100, True, 0, "asked for"),
    (READY, "stop", {}, 100, False, 0, "opened by hand"),
    (READY, LATER, {}, 100, True, 3600, "open since 2026-11-28T23:00"),
    (READY, "2026-11-28T20:00:00Z", {}, 100, True, 0, "open since"),
    (READY, "now", WINDOW, 100, True, 3600, "open since"),
    (READY, LATER, OPEN, 100, True, 3600, "open since 2026-11-28T23:00"),
    (READY, "now", OVER, 100, False, 0, "window closed at 2026-11-28T20"),
    (HALF, "now", {}, 100, False, 0, "1 of 2 VMs are synchronized, 100 % are wanted"),
    (HALF, "now", {}, 50, True, 0, "asked for"),
    (HALF, "stop", {}, 51, False, 0, "1 of 2"),
    (HOME, "stop", OVER, 100, True, 0, "nobody is in Azure"),
]


@pytest.mark.parametrize("row", GATES)
def test_the_gate_says_whether_it_is_open_and_why(row):
    items, wish, window, share, is_open, wait, words = row
    told = gate(items, NOW, wish, window, share)
    assert (told["open"], told["wait_seconds"]) == (is_open, wait) and words in told["reason"]


def test_the_gate_names_those_that_are_ready():
    assert gate(READY, NOW, "stop", {}, 100)["ready"] == ["a", "b"]


@pytest.mark.parametrize(
    ("wish", "window", "share", "words"),
    [
        ("tonight", {}, 100, "failback_gate is 'tonight'. Allowed: now, stop, or a time with its zone such as 2026"),
        ("2026-11-28T22:00:00", {}, 100, "failback_gate is '2026-11-28T22:00:00'"),
        ("now", {}, 0, "failback_gate_share is 0. Allowed: 1 to 100"),
        ("now", {"opens": NOW}, 100, "failback_window has opens. Allowed: opens and closes"),
        ("now", {"opens": LATER, "closes": NOW}, 100, "which is not after it opens"),
        ("now", {"opens": "soon", "closes": NOW}, 100, "failback_window.opens is 'soon'. Allowed: a time with"),
    ],
)
def test_a_gate_that_cannot_be_understood_is_refused(wish, window, share, words):
    with pytest.raises(BadInput, match=words):
        check_gate(wish, window, share)


def test_what_cannot_be_done_before_the_window_closes_does_not_fit():
    assert fits(NOW, OPEN, 7200) == "" and fits(NOW, {}, 10**9) == ""
    assert fits(NOW, OPEN, 7260).startswith(
        "the cutover takes 121 minutes by the estimate, and the maintenance window closes in 120"
    )
