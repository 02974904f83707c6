# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The gate opens when enough VMs are synchronized, it was asked for, and it is time; a window only lets in what fits."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.gate import check_gate, gate, outside
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import RosterEntry
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import part

NOW = "2026-11-28T21:00:00+00:00"
LATER = "2026-11-28T23:00:00+01:00"  # one hour later
WINDOW = {"opens": LATER, "closes": "2026-11-29T00:00:00Z"}
OVER = {"opens": "2026-11-28T19:00:00Z", "closes": "2026-11-28T20:00:00Z"}
OPEN: Any = {"opens": "2026-11-28T20:00:00Z", "closes": "2026-11-28T23:00:00Z"}


def vm(name, phase, at_goal=True, began="failed_over", **more):
    return {
        **{"name": name, "id": f"/{name}", "phase": phase, "phase_before": began},
        **{"at_goal": at_goal, "left_behind": "", "kind": "", "optional": False, **more},
    }


def rules(wish="now", window=None, share=100, **more):
    return {"gate": wish, "window": window or {}, "share": share, **more}


READY = [vm("a", "synchronized"), vm("b", "failed_over"), vm("c", "protected", began="protected")]
HALF = [vm("a", "synchronized"), vm("b", "synchronizing", at_goal=False)]
HOME = [vm("a", "failed_back"), vm("b", "protected")]
LOST = [vm("a", "synchronized"), vm("b", "inconsistent", at_goal=False, left_behind="failed"), vm("c", "protected")]
OPTIONAL = [vm("a", "synchronized"), vm("b", "synchronizing", at_goal=False, optional=True)]
ONLY_LEFT = [
    vm("a", "failed_over", at_goal=False, left_behind="hook"),
    vm("b", "failed_back_uncommitted", began="synchronized"),
]
ONLY_OPTIONAL = [vm(name, "synchronizing", at_goal=False, optional=True) for name in ("a", "b")]
GATES = [  # items, wish, window, share; open, seconds to wait, words
    (READY, "now", {}, 100, True, 0, "asked for"),
    (READY, "stop", {}, 100, False, 0, "opened by hand"),
    (READY, LATER, {}, 100, True, 3600, "open since 2026-11-28T23:00"),
    (READY, "2026-11-28T20:00:00Z", {}, 100, True, 0, "open since"),
    (READY, "now", WINDOW, 100, True, 3600, "open since"),
    (READY, LATER, OPEN, 100, True, 3600, "open since 2026-11-28T23:00"),
    (READY, "now", OVER, 100, False, 0, "window closed at 2026-11-28T20"),
    (HALF, "now", {}, 50, True, 0, "asked for"),
    (OPTIONAL, "now", {}, 100, True, 0, "asked for"),
    (LOST, "now", {}, 66, True, 0, "asked for"),
    (HOME, "stop", OVER, 100, True, 0, "nobody waits for it in Azure"),
    (ONLY_LEFT, "stop", {}, 100, True, 0, "nobody waits for it in Azure"),
]


@pytest.mark.parametrize("row", GATES)
def test_the_gate_says_whether_it_is_open_and_why(row):
    items, wish, window, share, is_open, wait, words = row
    told = gate(items, NOW, rules(wish, window, share))
    assert (told["open"], told["wait_seconds"], told["missing"]) == (is_open, wait, []) and words in told["reason"]


@pytest.mark.parametrize(
    ("items", "wish", "share", "words"),
    [
        (HALF, "now", 100, r"1 of 2 VMs are synchronized, 100 % are wanted .*missing: b \(synchronizing\)"),
        (HALF, "stop", 51, "1 of 2"),
        (ONLY_OPTIONAL, "now", 100, r"0 of 2 VMs are synchronized, 100 % are wanted .*missing: a \(synchronizing\), b"),
        (LOST, "now", 100, r"2 of 3 VMs are synchronized.*missing: b \(left at inconsistent\)"),
    ],
)
def test_those_that_failed_count_and_too_few_are_a_failure_that_names_who_is_missing(items, wish, share, words):
    told = gate(items, NOW, rules(wish, share=share))
    missing = ["a", "b"] if items is ONLY_OPTIONAL else ["b"]
    assert not told["open"] and told["missing"] == missing and re.match(words, told["reason"])


def test_a_gate_that_is_kept_closed_says_why_and_is_no_failure():
    assert gate(READY, NOW, rules(closed="may.yml says no"))["reason"] == "may.yml says no"
    detached = gate(HALF, NOW, rules(detached=True))
    assert not detached["open"] and detached["missing"] == [] and "failback_detach" in detached["reason"]


def test_the_gate_names_those_that_are_ready():
    assert gate(READY, NOW, rules("stop"))["ready"] == ["a", "b"]


@pytest.mark.parametrize(
    ("wish", "window", "share", "words"),
    [
        ("tonight", {}, 100, "failback_gate is 'tonight'. Allowed: now, stop, or a time with its zone such as 2026"),
        ("2026-11-28T22:00:00", {}, 100, "failback_gate is '2026-11-28T22:00:00'"),
        ("now", {}, 0, "failback_gate_share is 0. Allowed: 1 to 100"),
        ("now", {"opens": NOW}, 100, "failback_window has opens. Allowed: opens and closes"),
        ("now", {"opens": LATER, "closes": NOW}, 100, "which is not after it opens"),
        ("now", {"opens": "soon", "closes": NOW}, 100, "failback_window.opens is 'soon'. Allowed: a time with"),
        (LATER, OVER, 100, "failback_gate is '2026-11-28T23.*is not before failback_window closes, 2026-11-28T20"),
    ],
)
def test_a_gate_that_cannot_be_understood_is_refused(wish, window, share, words):
    with pytest.raises(BadInput, match=words):
        check_gate(rules(wish, window, share))


def test_what_cannot_be_done_before_the_window_closes_does_not_fit():
    def kept_out(window, *seconds):
        estimates = {f"/{number}": {"outage_seconds": one} for number, one in enumerate(seconds)}
        return outside(
            [part(RosterEntry, name=f"vm{number}", id=f"/{number}") for number in range(2)], estimates, NOW, window
        )

    assert kept_out(OPEN, 10, 7200) == kept_out({}, 10**9) == outside([], {}, NOW, OPEN) == {}
    late = kept_out(OPEN, 7260, 10)
    assert list(late) == ["vm0", "vm1"] and late["vm0"].startswith(
        "the cutover takes 121 minutes by the estimate, and the maintenance window closes in 120"
    )
    assert "no estimate of the outage of vm1" in kept_out(OPEN, 10)["vm0"]
    assert "no estimate of the outage of vm0" in kept_out(OPEN, None, 10)["vm1"]
