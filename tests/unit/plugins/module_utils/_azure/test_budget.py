# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run waits by itself rather than be refused, alone and beside another one."""

from __future__ import annotations

import heapq
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._azure import pace as _pace
from ansible_collections.asr.hyperv.plugins.module_utils._azure.budget import Budget, remaining

LEFT = "x-ms-ratelimit-remaining-subscription-"


def test_a_burst_is_sent_at_once_but_for_a_reserve_and_the_rest_at_the_rate_of_the_service():
    budget = Budget(200, 10)
    waits = [budget.take(0.0) for _number in range(185)]
    assert waits[:180] == [0.0] * 180
    assert waits[180:] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5])
    assert budget.take(1.0) == 0.0


@pytest.mark.parametrize(("told", "wait"), [(1199, 0.0), (None, 0.0), (20, 0.1), (0, 2.1)])
def test_the_count_of_the_service_comes_before_ours(told, wait):
    budget = Budget(200, 10)
    budget.take(0.0)
    budget.answered(0.0, told)
    assert budget.take(0.0) == pytest.approx(wait)


def test_what_is_under_way_is_not_in_the_count_yet():
    budget = Budget(200, 10)
    for _number in range(8):
        budget.take(0.0)
    budget.answered(0.0, 100)
    assert budget.left == 93


@pytest.mark.parametrize(
    ("headers", "left"),
    [
        ({}, None),
        ({LEFT + "writes": "7"}, None),
        ({LEFT + "reads": "many"}, None),
        ({"X-MS-RateLimit-Remaining-Subscription-Reads": "40"}, 40),
        ({LEFT + "reads": "40", "x-ms-ratelimit-remaining-subscription-global-reads": "9"}, 9),
    ],
)
def test_the_smallest_count_in_the_headers_is_the_one_that_matters(headers, left):
    assert remaining(headers, "reads") == left


class Service:
    """A bucket of the service, and callers that send as fast as their budgets let them, eight requests at a time."""

    def __init__(self, callers, told):
        self.left, self.at, self.told = 200.0, 0.0, told
        self.budgets = [Budget(200, 10) for _caller in range(callers)]
        self.taken, self.refused = [0] * callers, 0

    def run(self, seconds):
        due = [(0.0, caller, lane) for caller in range(len(self.budgets)) for lane in range(8)]
        heapq.heapify(due)
        asked = set()
        while due[0][0] < seconds:
            now, caller, lane = heapq.heappop(due)
            if (caller, lane) not in asked:
                asked.add((caller, lane))
                heapq.heappush(due, (now + self.budgets[caller].take(now) + 0.1, caller, lane))
                continue
            asked.discard((caller, lane))
            self.answer(now, caller)
            heapq.heappush(due, (now, caller, lane))

    def answer(self, now, caller):
        self.left, self.at = min(200.0, self.left + (now - self.at) * 10), now
        if self.left < 1:
            self.refused += 1
            self.budgets[caller].answered(now, 0)
            return
        self.left -= 1
        self.taken[caller] += 1
        self.budgets[caller].answered(now, int(self.left) if self.told else None)


@pytest.mark.parametrize("callers", [1, 2, 3])
def test_runs_side_by_side_share_what_the_service_takes_and_none_is_refused(callers):
    service = Service(callers, told=True)
    service.run(120)
    assert service.refused == 0
    assert sum(service.taken) >= 0.95 * (180 + 120 * 10)
    assert max(service.taken) - min(service.taken) <= 0.1 * max(service.taken)


def test_without_a_count_a_run_alone_is_not_refused_either():
    service = Service(1, told=False)
    service.run(120)
    assert service.refused == 0


def test_reads_and_writes_have_a_budget_each_and_a_refusal_empties_it(monkeypatch):
    slept: list[float] = []
    refused: Any = SimpleNamespace(headers={}, status_code=429)
    monkeypatch.setattr(_pace, "time", SimpleNamespace(sleep=slept.append, monotonic=lambda: 0.0))
    pace = _pace.Pace()
    pace.wait("writes")
    pace.hear("writes", refused)
    pace.wait("reads")
    assert slept == []
    pace.wait("writes")
    assert slept == [pytest.approx(2.1)]
