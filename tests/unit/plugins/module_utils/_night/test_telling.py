# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run says is short: one line for all that reach the same place together."""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._night import run as nights
from ansible_collections.asr.hyperv.plugins.module_utils._night.telling import news, standing
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.nights import entry, item, opened


def test_who_was_left_or_held_for_one_reason_is_told_once_with_it():
    before = opened(["a", "b", "c"])
    after = nights.with_reasons({**before, "passed": {"/c": 1.0}}, failed={"a": "a: it broke", "b": "b: it broke"})
    assert news(before, after) == ["c: runs on-premises as it should", "a, b: left: it broke"]
    assert news(after, after) == []


def test_a_sign_of_life_has_the_counts_the_slowest_and_the_time_that_is_left_by_the_estimate():
    run = opened(
        [item("a"), item("b", phase="synchronizing")],
        estimates={"/a": {"synchronize_seconds": 600, "outage_seconds": 120}},
    )
    assert (
        standing(run, 1000.0)
        == "1 failed_over, 1 synchronizing, the slowest is a (failed_over), by the estimate 12 min are left"
    )
    home = [entry(one, "protected", "protected") for one in run["waves"][0]]
    assert standing(nights.answered(run, home, 1001.0), 1001.0) == "2 protected"
