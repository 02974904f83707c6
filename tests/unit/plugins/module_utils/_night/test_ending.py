# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run tells people and programs the same: who is home, who is not and why, what is left in Azure, and how to go on."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._night import book as books
from ansible_collections.asr.hyperv.plugins.module_utils._night import ending
from ansible_collections.asr.hyperv.plugins.module_utils._night import run as nights
from ansible_collections.asr.hyperv.plugins.module_utils._night.passing import timed
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Report
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Remains
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.books import book
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.nights import entry, item, opened
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import part

NOW = "2026-11-28T22:00:00+00:00"
MISSING = {"name": "z", "id": "/z", "says": "z is gone", "accepted": False, "kind": "member"}
THING: Any = {"kind": "disk", "id": "/d", "name": "d", "size_gb": 1, "state": "remaining"}
LEFT = {"name": "a", "id": "/a", "gone": False, "deletes": [], "azure_after": [THING]}


def ran(*phases, gate="now", goal="protected", **more):
    """A run of the VMs a, b, ... that stand where these phases say, after a gate with this rule."""
    rules = {"gate": gate, "window": {}, "share": 100, "closed": ""}
    run = opened(*([name] for name in "abcd"[: len(phases)]), rules=rules, **more)
    at_gate = [entry(one[0], "synchronized", "synchronized") for one in run["waves"]]
    run = timed(nights.answered(run, at_gate, 1000.0), 1000.0)
    told = [entry(one[0], phase, goal) for one, phase in zip(run["waves"], phases, strict=True)]
    return nights.answered(run, told, 1001.0)


HOME = ran("protected", "protected")
LOST = nights.with_reasons(ran("protected", "failed_back_uncommitted"), failed={"b": "its hook failed"})
CLOSED = ran("synchronized", "synchronized", gate="stop", goal="synchronized")
FEW = timed(opened(["a"], ["b"], why={"failed": {"b": "it broke"}}), 1000.0)
ENDS = [  # the book; the word for programs, its exit code, and what the failure says
    (book("a", "b", run=HOME), "home", 0, ""),
    (book("a", "b", run=CLOSED), "gate_closed", 0, ""),
    (book("a", "b", run=CLOSED, detach=True), "detached", 0, ""),
    (book("a", "b", run=LOST), "left_behind", 2, f"b: its hook failed\n{ending.AGAIN}"),
    (book("a", "b", run=HOME, missed=[MISSING]), "left_behind", 2, f"z is gone\n{ending.AGAIN}"),
    (book("a", "b", run=HOME, missed=[{**MISSING, "accepted": True}]), "home", 0, ""),
    (book("a", "b", checks=True), "checked", 0, ""),
    (book("a", "b", checks=True, blocked={"b": "no host"}), "checked", 2, f"b: no host\n{ending.WOULD}"),
    (book("a", broke={"msg": "it broke"}), "failed", 2, f"it broke\n{ending.NOTHING}"),
    (book("a", broke={"msg": "no", "refused": True}), "refused", 2, "no"),
    (book("a", broke={"msg": ""}), "failed", 2, f"The failback failed.\n{ending.NOTHING}"),
]


@pytest.mark.parametrize(("told", "word", "code", "failure"), ENDS)
def test_people_and_programs_are_told_the_same_end(told, word, code, failure):
    outcome = ending.result(told, NOW)
    assert (outcome["outcome"], outcome["exit_code"], ending.failure(told)) == (word, code, failure)
    assert bool(ending.failure(told)) == bool(code)


def test_too_few_for_the_gate_are_a_failure_that_names_them():
    run = opened(["a"], ["b"])
    run = nights.answered(run, [entry(run["waves"][0][0], "synchronized", "synchronized")], 1000.0)
    run = timed(nights.with_reasons(run, failed={"b": "it broke"}), 1000.0)
    told = book("a", "b", run=run)
    assert ending.result(told, NOW)["outcome"] == "gate_missed"
    assert ending.failure(told).startswith("The gate is closed: 1 of 2 VMs are synchronized")


def test_what_a_module_says_of_all_in_one_text_is_told_vm_by_vm():
    bad = {**entry(item("a"), "synchronizing", "synchronized"), "error": {"message": "a: no network"}}
    told = book("a", "b", broke={"msg": "1 of 2 failed", "protected_items": [{**bad, "steps": ["planned_failover"]}]})
    assert ending.failure(told) == f"a: no network\n{ending.CONTINUES}"


def test_who_was_cut_over_by_hand_while_the_gate_is_closed_is_named_and_not_said_to_run_in_azure():
    rules = {"gate": "stop", "window": {}, "share": 100, "closed": ""}
    run = opened(["a"], ["b"], rules=rules)
    a, b = (wave[0] for wave in run["waves"])
    there = [entry(a, "failed_back_uncommitted", "synchronized"), entry(b, "synchronized", "synchronized")]
    told = ending.closed(book("a", "b", run=timed(nights.answered(run, there, 1000.0), 1000.0), gate="stop"))
    assert "Already on-premises, and not committed: a. Their Azure VMs are kept." in told
    assert any(line.startswith("All others still run in Azure.") for line in told)
    usual = ending.closed(book("a", "b", run=CLOSED, gate="stop"))
    assert len(usual) == 2 and usual[1].startswith("The VMs still run in Azure.")


@pytest.mark.parametrize(
    ("options", "added"),
    [
        ({"gate": "stop"}, {"failback_gate": "now"}),
        ({"gate": "now"}, {}),
        ({"gate": "2026-11-28T22:00:00+01:00"}, {}),
        ({"gate": "now", "detach": True}, {"failback_detach": False}),
        ({"gate": "stop", "detach": True}, {"failback_gate": "now", "failback_detach": False}),
    ],
)
def test_what_is_given_already_is_not_told_to_be_added(options, added):
    assert ending.to_continue(book("a", run=CLOSED, **options)) == added


def test_where_a_maintenance_window_is_over_another_one_is_asked_for():
    window = {"opens": "1970-01-01T00:00:00+00:00", "closes": "1970-01-01T00:10:00+00:00"}
    run = opened(["a"], rules={"gate": "now", "window": window, "share": 100, "closed": ""})
    run = timed(nights.answered(run, [entry(item("a"), "synchronized", "synchronized")], 1000.0), 1000.0)
    assert "window" in ending.needs_a_window(book("a", run=run)) and not ending.needs_a_window(book("a", run=CLOSED))


def test_who_could_not_be_cut_over_now_is_not_ready():
    told = book("a", "b", run=CLOSED, suspects={"b": "its host is down"})
    assert ending.closed(told)[0].endswith("Ready for the cutover: a.")
    assert ending.failure(told) == f"b: its host is down\n{ending.AGAIN}"


def test_where_a_run_broke_off_nobody_has_to_go_on_with_those_that_were_left():
    stand: Any = [{**item(name), "phase": "synchronized", "next": "complete_failover"} for name in "ab"]
    lines = ending.standing(book("a", "b", run=LOST), stand)
    assert [line.split()[-1] for line in lines] == ["complete_failover", "there"]
    wrong = [{"name": "a", "id": "/a", "error": {"message": "x", "what_to_do": "wait"}}]
    lines = ending.standing(book("a", "b", broke={"msg": "x", "protected_items": wrong}), stand)
    assert lines[0].endswith("stays there") and lines[1] == "    what to do: wait" and len(lines) == 3


def test_what_the_last_run_left_in_azure_is_asked_for_until_it_is_gone_or_accepted():
    told = book("a", previous={"deleted_in_azure": [LEFT], "vms": []})
    assert books.left_ids(told) == ["/d"]
    assert ending.left_in_azure({**told, "left_now": [THING]})[0] == "Remaining in Azure, billed:"
    assert ending.left_in_azure({**told, "left_now": [part(Remains, **{**THING, "state": "gone"})]}) == []
    accepted = book("a", previous={"deleted_in_azure": [LEFT], "vms": []}, accept_missing=["a"])
    assert books.left_ids(accepted) == [] and ending.left_in_azure(accepted) == []


def test_in_check_mode_nothing_was_committed_so_nothing_has_to_be_proven():
    committed = {**entry(item("a"), "protected", "protected"), "steps": ["commit_failover"]}
    answers = {"told": [committed], "wrong": {}}
    assert books.proofs(book("a", answers=answers, checks=True)) == []
    assert [one["name"] for one in books.proofs(book("a", answers=answers))] == ["a"]


def test_hooks_that_nobody_knows_of_are_told_and_those_that_are_owed_are_not():
    hooks = [{"at": "after_protect", "tasks": "x.yml"}]
    told = book(item("a", phase="protected"), item("b", phase="protected"), hooks=hooks)
    owing: Report = {"owed_after_protect": ["a"], "members": [], "vms": []}
    assert books.last_hooks({**told, "previous": owing})["owed"] == ["a"]
    assert ": b. They are not run" in ending.unknown_hooks({**told, "previous": owing})[0]
    assert ending.unknown_hooks(book("a", run=HOME, hooks=hooks)) == []


def test_the_chapter_has_all_parts_that_the_report_is_made_of():
    told = ending.chapter(book("a", "b", run=LOST, blocked={}), NOW)
    assert (told["began"], told["ended"], told["left_behind"]) == (
        "2026-11-28T20:00:00+00:00",
        NOW,
        {"b": "its hook failed"},
    )
    assert [one["name"] for one in told["members"]] == [one["name"] for one in told["vms"]] == ["a", "b"]
    before = ending.chapter(book("a", blocked={"a": "no host"}), NOW)
    assert (before["vms"], before["hooks"], before["blocked"]) == ([], [], {"a": "no host"})
