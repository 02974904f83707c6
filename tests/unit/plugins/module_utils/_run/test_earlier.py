# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run of many calls knows what a single one would: what earlier calls have answered is given to the next."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._run.earlier import earlier_of
from ansible_collections.asr.hyperv.plugins.module_utils._run.report import answer
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Answer
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import ONCE, Service

NAMES = ["a", "b"]


def one_round(service: Service, seen: list[Any], state: str = "protected") -> Answer:
    """What a call answers that is called back at once."""
    service.clock.wanted_back = True
    rows: Any = [{"name": name, "state": state} for name in NAMES]
    tracks = service.run(names=NAMES, goals=rows, seen=seen)
    service.clock.wanted_back = False
    return answer(tracks, planned=False)


def entries(service: Service, seen: list[Any], state: str = "protected") -> list[Any]:
    return one_round(service, seen, state)["protected_items"]


def test_a_job_of_this_run_that_has_no_name_yet_keeps_no_later_call_waiting():
    service = Service(vault("a b", service={"new_job_seconds": 100}))
    seen = entries(service, [])
    began = service.clock.passed
    entries(service, seen)
    assert service.clock.passed == began
    entries(service, [])
    assert service.clock.passed > began


def test_jobs_that_this_run_follows_are_not_read_one_by_one_in_each_call():
    service = Service(vault("a b", vms=dict.fromkeys(NAMES, {"changed_gb": 100})))
    seen = entries(service, [])
    service.wait(30)
    reads = [len(service.asked("GET", "/replicationJobs/")) for seen in (seen, seen, []) if entries(service, seen)]
    assert reads[0] == reads[1] and reads[2] == reads[1] + 2


def test_a_step_that_an_earlier_call_sent_is_told_to_its_end_and_counts_once():
    service = Service(vault("a b"))
    first = one_round(service, [])
    service.wait(3600)
    second = one_round(service, first["protected_items"], "synchronized")
    assert [one["steps"] for one in first["protected_items"]] == [["planned_failover"]] * 2 and first["changed"]
    assert [one["steps"] for one in second["protected_items"]] == [[], []] and not second["changed"]
    assert [one["phase"] for one in second["protected_items"]] == ["synchronized"] * 2


def test_rounds_bring_all_home_and_tell_each_step_with_its_end_and_what_it_deleted():
    service = Service(vault("a b"))
    seen: list[Any] = []
    ends: dict[tuple[str, str], Any] = {}
    gone: dict[tuple[str, str], Any] = {}
    for _round in range(40):
        seen = entries(service, seen)
        for one in seen:
            ends |= {(one["name"], step["step"]): step["seconds"] for step in one["timings"]}
            gone |= {(one["name"], thing["id"]): thing["state"] for thing in one["azure_after"]}
        service.wait(60)
        if {one["phase"] for one in seen} == {"protected"}:
            break
    steps = ("planned_failover", "complete_failover", "commit_failover", "reverse_replication")
    assert set(ends) == {(name, step) for name in NAMES for step in steps} and None not in ends.values()
    assert len(gone) == 6 and {*gone.values()} == {"gone"}
    assert [service.operations(name) for name in NAMES] == [ONCE] * 2


def test_a_lock_that_the_call_saw_which_sent_the_commit_is_named_by_the_call_that_sees_it_fail():
    locks = [{"name": "keep", "level": "CanNotDelete", "scope": "vm"}]
    service = Service(vault("a b", vms={"a": {"azure": {"locks": locks}}}))
    seen: list[Any] = []
    for _round in range(60):
        seen = entries(service, seen)
        wrong = [one for one in seen if one["error"]]
        service.wait(60)
        if wrong:
            break
    (told,) = wrong
    assert "commit_failover" not in told["steps"], "an earlier call sent it"
    assert "Remove the lock keep on the resource a: az lock delete --ids /sub" in told["error"]["message"]


def test_what_a_commit_is_compared_with_needs_no_list_of_all_jobs_that_have_ended():
    service = Service(vault("a b"))
    seen = [answer([track], planned=False)["protected_items"][0] for track in service.run("cut_over", names=NAMES)]
    before = sum(one.verb == "jobs list" for one in service.asked())
    lists = [0]
    for name, known in (("a", seen[:1]), ("b", [])):
        assert not service.run("committed", names=[name], seen=known)[0].problem
        lists.append(sum(one.verb == "jobs list" for one in service.asked()))
    with_it, without = lists[1] - before, lists[2] - lists[1]
    assert with_it == without - 1


GOOD = {"id": "/x", "phase": "failed_back", "timings": []}
TIMING = {"step": "commit_failover", "job": "j", "asked": "2026-11-29T01:00:00Z", "ended": None}


@pytest.mark.parametrize(
    "row",
    [
        {"phase": "failed_back"},
        {"id": 7, "phase": "failed_back"},
        {**GOOD, "phase": "nowhere"},
        {**GOOD, "timings": [{**TIMING, "step": "dance"}]},
        {**GOOD, "timings": [{**TIMING, "asked": "yesterday"}]},
        {**GOOD, "timings": ["x"]},
        {**GOOD, "deletes": [{"kind": "vm"}]},
    ],
    ids=str,
)
def test_what_no_answer_of_ours_has_is_refused(row):
    with pytest.raises(BadInput, match="seen: give entries of protected_items"):
        earlier_of([row])


def test_a_step_of_which_nobody_knows_when_it_was_asked_for_is_left_out():
    rows: Any = [{**GOOD, "timings": [TIMING, {**TIMING, "step": "reverse_replication", "asked": None}]}]
    assert [(sent.step.value, sent.before) for sent in earlier_of(rows)["/x"].under_way] == [("commit_failover", True)]
