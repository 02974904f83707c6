# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who goes on in a failback is decided in one place: nobody is moved that the order, the window or a failure holds back."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.course import ending, halt, roster, target
from ansible_collections.asr.hyperv.plugins.module_utils._roles.gate import gate
from ansible_collections.asr.hyperv.plugins.module_utils._roles.sharing import said_once
from ansible_collections.asr.hyperv.plugins.module_utils._roles.wishes import objection

WAVES = [["db"], ["app", "web"], ["cache"]]
SYNCHRONIZED = {name: "synchronized" for wave in WAVES for name in wave}
IN_THE_WAY = "an earlier one is not home as it should be: db"
WORDS, REASONS = {"left": "failed"}, {"left": "it broke", "outside": "too late"}
BEHIND = "waits for db, which the maintenance window holds"


def a_roster(now=None, *, optional=(), began="failed_over", **kinds):
    """Waves that began alike and stand at these phases now, synchronized if nothing is said."""
    waves: Any = [[{"name": name, "id": f"/{name}", "group": 1, "phase": began} for name in wave] for wave in WAVES]
    told: Any = [
        {"id": f"/{name}", "phase": phase, "at_goal": True} for name, phase in {**SYNCHRONIZED, **(now or {})}.items()
    ]
    why = {WORDS.get(kind, kind): dict.fromkeys(names, REASONS.get(kind, "it is")) for kind, names in kinds.items()}
    return roster(waves, told, why, optional)


HELD = [  # phases, left, outside the window, optional; who is held and why, who of them is excused
    ({}, [], [], [], {}, []),
    ({}, ["db"], [], [], {"app": IN_THE_WAY, "web": IN_THE_WAY, "cache": IN_THE_WAY}, []),
    ({}, ["db"], [], ["DB"], {}, []),
    ({}, ["app"], [], [], {"cache": IN_THE_WAY.replace("db", "app")}, []),
    ({"db": "failed_back_uncommitted"}, ["db"], [], [], dict.fromkeys(["app", "web", "cache"], IN_THE_WAY), []),
    ({"app": "failed_back_uncommitted"}, ["db"], [], [], dict.fromkeys(["web", "cache"], IN_THE_WAY), []),
    (
        {},
        [],
        ["db"],
        [],
        {"db": "too late", "app": BEHIND, "web": BEHIND, "cache": BEHIND},
        ["db", "app", "web", "cache"],
    ),
    ({}, [], ["cache"], [], {"cache": "too late"}, ["cache"]),
    ({}, ["db"], ["app"], [], dict.fromkeys(["app", "web", "cache"], IN_THE_WAY), []),
]


@pytest.mark.parametrize("row", HELD)
def test_nobody_is_cut_over_before_a_critical_vm_of_an_earlier_wave(row):
    now, left, outside, optional, held, excused = row
    entries = a_roster(now, left=left, outside=outside, optional=optional)
    assert {one["name"]: one["waits"] for one in entries if one["waits"]} == held
    assert [one["name"] for one in entries if one["excused"]] == excused


def test_a_plan_is_asked_for_by_name_only_when_all_of_its_members_are_meant():
    entries = a_roster(outside=["cache"])
    going = [one for one in entries if not one["waits"]]
    assert target(entries, entries, "plan1", 100) == {"recovery_plan": "plan1", "share": 100, "max_failures": -1}
    assert target(entries, going, "plan1", 100)["groups"] == [["/db"], ["/app", "/web"]]
    assert target(entries, entries, "", 100)["groups"] == [["/db"], ["/app", "/web"], ["/cache"]]


SHARES = [  # phases at the beginning, left, optional, share of the run; share of the call
    ("failed_over", [], [], 75, 75),
    ("failed_over", [], [], 74, 75),
    ("failed_over", ["db"], [], 75, 100),
    ("failed_over", ["db"], [], 50, 200 / 3),
    ("failed_over", ["db", "web"], [], 75, 100),
    ("failed_over", [], ["db", "app"], 50, 50),
    ("protected", [], [], 50, 100),
]


@pytest.mark.parametrize(("began", "left", "optional", "share", "of_call"), SHARES)
def test_the_share_is_of_all_critical_vms_that_were_away_at_the_beginning(began, left, optional, share, of_call):
    entries = a_roster(left=left, optional=optional, began=began)
    called = [one for one in entries if not one["left_behind"]]
    assert target(entries, called, "plan1", share)["share"] == pytest.approx(of_call)


@pytest.mark.parametrize(
    ("allowed", "failed", "in_call"), [(-1, ["db"], -1), (2, [], 2), (2, ["db"], 1), (1, ["db", "app"], 0)]
)
def test_a_call_may_lose_as_many_as_the_run_still_may(allowed, failed, in_call):
    entries = a_roster(left=failed)
    assert target(entries, entries, "plan1", 100, allowed)["max_failures"] == in_call


HALTS = [  # left, optional, allowed, native; words
    ([], [], 0, True, "^$"),
    (["db"], [], 0, False, r"^1 critical VM.s. failed and 0 may .*nothing new was started\.$"),
    (["db"], [], 1, False, "^$"),
    (["db"], ["db"], 0, False, "^$"),
    (["db", "web"], [], 1, False, "^2 critical"),
    (["db", "web"], [], -1, False, "^$"),
    (["db"], [], -1, True, "moves? all of its VMs at once, so none goes on without db. Mend that and run again[.]$"),
    (["db", "app", "web", "cache"], [], -1, True, "^$"),
]


@pytest.mark.parametrize(("left", "optional", "allowed", "native", "words"), HALTS)
def test_nothing_new_is_started_when_too_many_failed_or_a_native_plan_lost_one(left, optional, allowed, native, words):
    assert re.search(words, halt(a_roster(left=left, optional=optional), allowed, native, ["Call Bob"]))


def test_a_native_plan_that_has_not_begun_may_go_itemwise_and_the_actions_that_nobody_is_asked_for_are_named():
    away = dict.fromkeys(SYNCHRONIZED, "failed_over")
    told: Any = halt(a_roster(away, left=["db"]), -1, True, ["Call Bob"])
    assert "failback_orchestration: itemwise; nobody is asked for the manual actions of the plan then: Call Bob" in told
    home = dict.fromkeys(SYNCHRONIZED, "failed_back_uncommitted")
    assert halt(a_roster(home, left=["db"]), -1, True, ["Call Bob"]) == "", "past the cutover each may go on by itself"


def end(entries, *, finished=False, also=(), suspects=()):
    told: Any = ending(entries, dict(also), dict(suspects), finished=finished)
    return told["lines"], told["fails"]


def lines(**reasons):
    return said_once(reasons, shown=len(reasons))


def test_a_run_fails_for_all_that_were_left_or_wait_for_them_and_not_for_the_window():
    wait = IN_THE_WAY.replace("db", "app")
    assert end(a_roster(left=["app"])) == (lines(app="it broke", cache=wait), ["app", "cache"])
    assert end(a_roster(outside=["db"]), finished=True) == ([], [])
    home = {**dict.fromkeys(SYNCHRONIZED, "protected"), "web": "replicating"}
    assert end(a_roster(home), finished=True) == (lines(web="it stands at replicating"), ["web"])
    assert end(a_roster(), suspects={"db": "has a checkpoint"}) == (lines(db="has a checkpoint"), ["db"])


ODD = [  # of an optional VM: phase, why it was left, what else there is; its line, whether it fails the run
    ("protected", "", {}, [], False),
    ("replicating", "", {}, ["db (optional): it stands at replicating"], False),
    ("synchronized", "it broke", {}, ["db (optional): it broke"], False),
    ("synchronized", "db: job 'Commit' failed", {}, ["db (optional): job 'Commit' failed"], False),
    ("synchronized", "db is not home", {}, ["db (optional) is not home"], False),
    ("synchronized", "it broke", {"db": "it is missing"}, ["db: it is missing"], True),
    ("protected", "", {"db": "db does not replicate"}, ["db does not replicate"], True),
]


@pytest.mark.parametrize(("phase", "left", "also", "told", "fails"), ODD)
def test_every_vm_has_one_line_with_its_reason_once_an_optional_one_too(phase, left, also, told, fails):
    phases = {**dict.fromkeys(SYNCHRONIZED, "protected"), "db": phase}
    [entry, *others] = a_roster(phases, optional=["db"])
    entries = [{**entry, "left_behind": left}, *others]
    assert end(entries, finished=True, also=also) == (told, ["db"] if fails else [])


def test_a_reason_that_many_vms_have_is_told_once_with_all_of_their_names():
    entries = [
        {**one, "name": f"vm{number}", "left_behind": "hv01 is away"} for number, one in enumerate(a_roster() * 3)
    ]
    names = [one["name"] for one in entries]
    assert end(entries) == ([f"12 VMs ({', '.join(names)}): hv01 is away"], names)


KINDS = ["blocked", "held", "vetoed"]


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_blocked_held_or_vetoed_is_named_and_holds_later_waves_and_is_no_failure_of_the_run(kind):
    entries = a_roster(**{kind: ["db"]})
    waiting = dict.fromkeys(["app", "web", "cache"], IN_THE_WAY)
    assert end(entries) == (lines(db="it is", **waiting), ["db", *waiting])
    assert halt(entries, 0, False, []) == ""
    assert "so none goes on without db." in halt(entries, -1, True, []), "a native plan moves all or none"
    told: Any = end(a_roster(optional=["db"], **{kind: ["db"]}))
    assert told == (["db (optional): it is"], []), "an optional one holds nobody, and is told"


def test_who_was_blocked_at_the_start_does_not_count_at_the_gate():
    entries = a_roster(blocked=["db", "app"])
    going = [one for one in entries if not one["left_behind"]]
    assert target(entries, going, "plan1", 100)["share"] == 100
    assert gate(entries, "2026-11-28T21:00:00Z", {"gate": "now", "window": {}, "share": 100})["open"]
    behind = a_roster({"cache": "synchronizing"}, held=["db"])
    assert gate(behind, "2026-11-28T21:00:00Z", {"gate": "now", "window": {}, "share": 75})["open"]


ITEMS: Any = [{"name": "db", "id": "/db", "group": 1}, {"name": "app", "id": "/app", "group": 2}]
GATE = {"gate": "now", "window": {}, "share": 100}
WISHES = [
    ({"rules": GATE, "dependencies": {"app": ["db"]}, "hooks": [{"at": "before_sync", "tasks": "a.yml"}]}, ""),
    ({"rules": {**GATE, "gate": "soon"}}, "failback_gate is 'soon'"),
    ({"dependencies": {"app": ["db"], "db": ["app"]}}, "These VMs need each other"),
    ({"hooks": [{"at": "noon", "tasks": "a.yml"}]}, "failback_hooks: hook 1"),
]


@pytest.mark.parametrize(("wishes", "words"), WISHES)
def test_what_cannot_be_kept_is_said_in_words(wishes, words):
    assert objection(ITEMS, wishes).startswith(words) and bool(objection(ITEMS, wishes)) == bool(words)
