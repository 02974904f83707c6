# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing is lost and nothing is done twice: every fault, every kill point, and some random stories (run.py tries more)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("hypothesis")
pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._engine import commit_guard, new_jobs
from ansible_collections.asr.hyperv.tests.reliability import chance, changes, kills, mischief, night
from ansible_collections.asr.hyperv.tests.reliability.changes import GUID, Tale, fault


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
    verdicts = [
        kills.trial(number, moment) for number in range(1 + tenth, requests + 1, 20 if moment == "nameless" else 10)
    ]
    assert verdicts and not [verdict for verdict in verdicts if not verdict.good]


def test_there_are_enough_faults_and_kill_points(requests):
    assert len(mischief.SCHEDULES) >= 40 and len(kills.MOMENTS) * requests >= 150


@pytest.mark.parametrize("number", range(4))
def test_random_stories_end_well(number):
    lived, told = chance.examples(25, number)
    assert lived >= 25 and not [verdict for verdict in told if not verdict.good]


# killed right after the request for the failback of a
KILLED = chance.Story(("failed_over",) * 3, (2, 2, 2), ("a b c",), (), ((14, "after"),))
LEFT_OUT = {
    **{"kind": "paging", "how": "skipped", "count": 14},
    "match": {"method": "GET", "path": "replicationJobs$"},
}


@pytest.mark.parametrize("lists", [1, 2, 3])
def test_a_job_without_a_name_that_a_list_has_shown_is_not_forgotten_when_the_next_ones_leave_it_out(lists):
    verdict = chance.trial(replace(KILLED, faults=({**LEFT_OUT, "skip": lists},)))
    assert verdict.good and not verdict.unseen, verdict


def test_a_repeat_is_no_mistake_where_no_answer_showed_the_first_to_the_second_process():
    verdict = chance.trial(replace(KILLED, faults=(LEFT_OUT,)))
    assert verdict.good and len(verdict.unseen) == 1, verdict


def test_a_repeat_of_what_a_list_shows_is_counted_as_doubled(monkeypatch):
    monkeypatch.setattr(new_jobs.NewJobs, "of_somebody", lambda *_facts: [])
    verdict = chance.trial(KILLED)
    assert verdict.doubled and not verdict.unseen, verdict


AT_THE_GATE, AT_HOME = {"job_state": "Suspended"}, {"state": "failed_back_uncommitted"}
DISK, GROWN = {"added_disks": [{"name": "more", "size_gb": 64}]}, {"disk_sizes": {"0": 512}}
DESTROYS = [fault("azure", facts, "b", AT_HOME) for facts in (DISK, GROWN, {"power": "running"})]
SPOILS = [
    fault("vm", facts, "b", AT_THE_GATE)
    for facts in (
        {"checkpoints": ["backup of 22:10"]},
        {"power": "running"},
        {"vm_id": GUID},
        {"replication": {"state": "Suspended", "health": "Warning"}},
    )
]
FORGETS = [
    (fault("plan", {"without": ["b"]}, "b", AT_THE_GATE), fault("vm", {"checkpoints": ["x"]}, "b", AT_THE_GATE)),
    {"kind": "operator", "does": "remove", "match": {"item": "b", **AT_HOME}},
    fault("vm", {"replication": {"state": "Suspended", "health": "Warning"}}, "b", {"state": "protected"}),
    fault("vm", {"replication_health": "Critical"}, "b", {"state": "protected"}),
]


def broken(one: dict[str, Any] | tuple[dict[str, Any], ...]) -> changes.Verdict:
    """A night with this one thing, or these."""
    return changes.trial(Tale(one if isinstance(one, tuple) else (one,), 1, True))


@pytest.mark.parametrize("one", [*DESTROYS, *SPOILS, *FORGETS], ids=str)
def test_each_change_that_is_counted_is_met_by_the_product(one):
    verdict = broken(one)
    assert verdict.good, verdict


@pytest.mark.parametrize("one", DESTROYS, ids=str)
def test_without_the_guard_a_commit_of_what_is_not_at_home_is_counted(one, monkeypatch):
    monkeypatch.setattr(commit_guard, "of_azure", lambda *_facts: iter(()))
    assert broken(one).destroyed


@pytest.mark.parametrize("one", SPOILS, ids=str)
def test_without_the_last_look_a_cutover_onto_a_wrong_copy_is_counted(one, monkeypatch):
    monkeypatch.setattr(night, "held_now", lambda *_facts: {})
    assert broken(one).spoiled


@pytest.mark.parametrize("one", FORGETS, ids=str)
def test_without_the_last_judgement_a_green_end_with_somebody_missing_is_counted(one, monkeypatch):
    monkeypatch.setattr(night, "wellness", lambda *_facts: {"unwell": {}})
    monkeypatch.setattr(night, "missed", lambda *_facts: [])
    drive = night.drive

    def forgetful(service, run, *facts):
        before = dict(run.wrong)
        drive(service, run, *facts)
        run.wrong = before

    monkeypatch.setattr(night, "drive", forgetful)
    monkeypatch.setattr(changes, "mend", lambda *_facts: None)  # nobody puts it back into the plan
    assert broken(one).greens
