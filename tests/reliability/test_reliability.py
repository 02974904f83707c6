# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing is lost and nothing is done twice: every fault, every kill point, and some random stories (run.py tries more)."""

from __future__ import annotations

import pytest

pytest.importorskip("hypothesis")
pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.tests.reliability import chance, kills, mischief


@pytest.fixture(scope="session")
def requests():
    return kills.requests()


@pytest.mark.parametrize("name", mischief.SCHEDULES)
def test_every_fault_ends_as_it_should(name):
    verdict = mischief.trial(name)
    assert verdict.good, verdict


@pytest.mark.parametrize("moment", kills.MOMENTS)
@pytest.mark.parametrize("tenth", range(10))
def test_a_run_killed_at_any_request_is_finished_by_the_next(moment, tenth, requests):
    verdicts = [kills.trial(number, moment) for number in range(1 + tenth, requests + 1, 10)]
    assert verdicts and not [verdict for verdict in verdicts if not verdict.good]


def test_there_are_enough_faults_and_kill_points(requests):
    assert len(mischief.SCHEDULES) >= 40 and len(kills.MOMENTS) * requests >= 150


@pytest.mark.parametrize("number", range(4))
def test_random_stories_end_well(number):
    lived, bad = chance.examples(25, number)
    assert lived >= 25 and not bad
