# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The arithmetic of the benchmark is right: nobody checks a table of figures by hand."""

from __future__ import annotations

import pytest

from ansible_collections.asr.hyperv.tests.benchmark import figures


def step(item, name, asked="2026-11-23T08:00:00.0000000Z", lag=1.0):
    return {"item": item, "step": name, "asked_at": asked, "lag_wall_seconds": lag}


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([], 0.95, 0.0), ([3.0], 0.95, 3.0), ([4, 1, 3, 2], 0.5, 2), (list(range(1, 101)), 0.95, 95), ([1, 2], 1.0, 2)],
)
def test_a_percentile_is_one_of_the_values(values, share, expected):
    assert figures.percentile(values, share) == expected


def test_the_first_step_of_an_item_and_one_that_nobody_asked_for_have_no_lag():
    rows = [step("a", "planned_failover", lag=9.0), step("a", "commit_failover", lag=2.0), step("a", "x", asked=None)]
    assert figures.lags(rows) == [2.0]


def test_the_ideal_is_the_slowest_vm_without_its_waiting():
    rows = [step("a", "planned_failover"), step("a", "commit_failover", lag=3.0), step("b", "planned_failover")]
    ends = {"a": "2026-11-23T08:10:00.0000000Z", "b": "2026-11-23T08:05:00.0000000Z"}
    assert figures.ideal(rows, ends, speed=10) == pytest.approx(57.0)


def test_the_most_requests_in_a_second_are_counted_by_the_clock():
    seconds = ["2026-11-23T08:00:00.1", "2026-11-23T08:00:00.9", "2026-11-23T08:00:01.0"]
    assert figures.most_a_second(seconds) == 2
    assert figures.most_a_second([]) == 0
