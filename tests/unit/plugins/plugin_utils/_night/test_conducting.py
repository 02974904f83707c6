# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a turn asks of the module and of the hosts: no more than concerns its VMs, and no host twice for nothing."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._night import run as nights
from ansible_collections.asr.hyperv.plugins.module_utils._night.course import course
from ansible_collections.asr.hyperv.plugins.module_utils._night.passing import timed
from ansible_collections.asr.hyperv.plugins.module_utils._night.standing import entries_of
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.conducting import Conductor, needs_ansible, served
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.inspecting import (
    Inspection,
    apart,
    next_judged,
    question,
)
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.moving import Mover
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.nights import entry, item, on_host, opened

OPTIONS = {
    "data_sync": "auto",
    "item_options": [{"name": "a", "alternate_host": "hv9"}, {"name": "b", "data_sync": "auto"}],
}


def mover():
    nobody: Any = None  # it moves nothing here
    return Mover(nobody, {}, OPTIONS, "plan1", print)


def at_the_gate(*waves, **more):
    """A run whose gate is open, all of its VMs are ready."""
    now = time.time()
    run = opened(*waves, now=now, **more)
    told = [entry(one, "synchronized", "synchronized") for wave in run["waves"] for one in wave]
    return timed(nights.answered(run, told, now), now)


def test_before_the_gate_all_are_asked_for_at_once_with_the_share_that_opens_it():
    run = opened(["a"], ["b"], now=time.time())
    todo = course(run, time.time())
    asked = mover().asked(run, todo, todo["goals"])
    assert asked["recovery_plan"] == "plan1" and asked["state"] == "synchronized"
    assert (asked["share"], asked["wait"], asked["orchestration"]) == (100, True, "itemwise")


def test_after_it_each_has_a_goal_of_its_own_and_options_of_others_stay_out():
    run = at_the_gate(["a"], ["b"], looks=True, cut_over_within=600)
    run = nights.inspected(run, ["/a"], {}, time.time() - 100)
    todo = course(run, time.time())
    asked = mover().asked(run, todo, todo["goals"])
    assert asked["protected_items"] == ["/a"] and asked["goals"] == [{"name": "/a", "state": "cut_over"}]
    assert asked["until"] == "due" and asked["item_options"] == [{"name": "a", "alternate_host": "hv9"}]
    assert 490 <= asked["cut_over_within"] <= 500, "the look is a hundred seconds old"


def test_where_nothing_has_to_happen_one_call_brings_all_home_in_the_order_of_the_waves():
    run = at_the_gate(["a"], ["b"], stepwise=False, validates=False)
    todo = course(run, time.time())
    asked = mover().asked(run, todo, todo["goals"])
    assert (asked["recovery_plan"], asked["state"], "goals" in asked) == ("plan1", "protected", False)
    run = nights.with_reasons(run, failed={"b": "it broke"})
    todo = course(run, time.time())
    assert mover().asked(run, todo, todo["goals"])["groups"] == [["/a"]]


CALLS = [  # what it was sent for, what it is wanted for now, whose look is too late; whether it is called back
    ({"/a": "cut_over"}, {"/a": "cut_over"}, [], False),
    ({"/a": "cut_over"}, {"/a": "protected"}, [], True),
    ({"/a": "cut_over"}, {"/a": "cut_over", "/b": "cut_over"}, [], True),
    ({"/a": "cut_over", "/b": "cut_over"}, {"/a": "cut_over"}, [], True),
    ({"/a": "cut_over", "/b": "cut_over"}, {"/a": "cut_over"}, ["/b"], False),
]


@pytest.mark.parametrize(("sent", "goals", "late", "back"), CALLS)
def test_it_is_called_back_for_what_it_could_not_know(sent, goals, late, back):
    one = mover()
    one.sent = sent
    assert one.wants(goals, late) is back


@pytest.mark.parametrize("called", [True, False])
def test_it_rests_a_moment_after_a_call_unless_somebody_waits_for_the_next(tmp_path, called):
    one = mover()
    one.folder = str(tmp_path)
    if called:
        one.recall()
    one.came_back(60)
    assert (one.rests_until > time.time() + 50) is not called and not tmp_path.exists()


def look(host, *names):
    return {"inventory": host, "name": host, "vms": [on_host(item(name), state="stopped") for name in names]}


def test_an_inspection_asks_the_hosts_of_its_vms_and_others_only_for_one_that_is_nowhere():
    sightings = [look("hv01", "a"), look("hv02", "b"), look("hv03")]
    run = at_the_gate(["a", "b"], looks=True, sightings=sightings)
    members = entries_of(run)
    assert [[one["name"] for one in part] for part in apart(members, run)] == [["a"], ["b"]], (
        "a host that hangs holds its own"
    )
    one = Inspection(1, members[:1], run, ["hv01", "hv02", "hv03"], 30)
    assert one.due() == ["hv01"]
    one.came("hv01", look("hv01", "a"))
    asked: Any = question([one], OPTIONS)
    assert one.is_looked() and [facts["inventory"] for facts in asked["hosts"]] == ["hv01"]
    gone = Inspection(2, members[:1], run, ["hv01", "hv02", "hv03"], 30)
    gone.came("hv01", look("hv01"))
    assert gone.due() == ["hv02", "hv03"] and not gone.is_looked()


def test_a_host_that_does_not_answer_is_asked_again_while_there_is_time_and_then_judged_as_it_is():
    run = at_the_gate(["a"], looks=True, sightings=[look("hv01", "a")])
    silent = {"inventory": "hv01", "name": "hv01", "error": "no route", "reached": False}
    patient, hasty = (Inspection(1, entries_of(run), run, ["hv01"], seconds) for seconds in (60, 1))
    for one in (patient, hasty):
        one.came("hv01", silent)
    assert patient.ask == ["hv01"] and patient.due() == [], "after a pause"
    assert hasty.is_looked()
    assert question([hasty], OPTIONS)["moment"] == "cutover"


def looked_at(number, run, member, **told):
    """An inspection of one VM on hv01, which has told this."""
    one = Inspection(number, [member], run, ["hv01"], 1)
    one.came("hv01", {**look("hv01", member["name"]), **told})
    return one


def test_all_that_were_looked_at_are_judged_together_and_each_alone_where_that_failed():
    run = at_the_gate(["a", "b"], looks=True, sightings=[look("hv01", "a", "b")])
    both = [looked_at(number, run, member) for number, member in enumerate(entries_of(run))]
    assert next_judged(both) == both
    asked: Any = question(both, OPTIONS)
    assert asked["protected_items"] == ["/a", "/b"] and len(asked["item_options"]) == 2
    assert [facts["inventory"] for facts in asked["hosts"]] == ["hv01"], "a host once"
    for one in both:
        one.alone = True
    assert next_judged(both) == both[:1]


def test_a_host_that_answered_one_of_them_is_not_called_silent_for_another():
    run = at_the_gate(["a", "b"], looks=True, sightings=[look("hv01", "a", "b")])
    a, b = entries_of(run)
    for both in (
        [looked_at(1, run, a), looked_at(2, run, b, error="no route")],
        [looked_at(1, run, a, error="no route"), looked_at(2, run, b)],
    ):
        asked: Any = question(both, OPTIONS)
        assert [facts.get("error") for facts in asked["hosts"]] == [None]


def test_what_is_due_is_served_one_kind_after_the_other_and_nothing_due_is_the_end():
    run = at_the_gate(["a"], validates=False)
    todo: Any = course(run, time.time())
    todo["calls"], todo["checks"] = ["a call"], ["/a"]
    assert needs_ansible(todo) and served(todo) == ("hook", ["a call"])
    todo["calls"] = []
    assert served(todo) == ("checks", ["/a"])
    todo["checks"] = []
    assert not needs_ansible(todo) and served(todo)[0] == "over"


def test_the_report_so_far_is_written_before_a_vm_goes_on_and_once_for_each_chapter():
    around: Any = SimpleNamespace()
    hosts: Any = None  # none is looked at
    written: list[Any] = []
    one = Conductor(around, hosts, mover(), at_the_gate(["a"], ["b"], validates=False, reports=True))
    one.write = written.append
    first = one.todo()
    assert first["goals"] and not first["report"] and len(written) == 1
    one.todo()
    assert len(written) == 1


def test_looks_that_end_within_a_moment_are_one_line_and_nothing_is_unsaid_when_a_turn_ends():
    spoken: list[str] = []
    around: Any = SimpleNamespace(show=spoken.append, heartbeat=0)
    hosts: Any = None  # none is looked at
    one = Conductor(around, hosts, mover(), at_the_gate(["a", "b", "c"]))
    todo = one.todo()
    passing: Any = SimpleNamespace(take=lambda run, key, _answer: {**run, "passed": {**run["passed"], key: 1.0}})
    one.lookout = passing
    for key in ("/a", "/b"):
        one.take(key, {})
        one.tell(todo)
    assert spoken == []
    one.unsaid_since -= 2
    one.tell(todo)
    one.take("/c", {})
    assert [line.partition(" ")[2] for line in spoken] == ["a, b: runs on-premises as it should"]
    one.until_needed = lambda: todo
    one.turn()
    assert spoken[-1].endswith(" c: runs on-premises as it should") and len(spoken) == 2


@pytest.mark.parametrize(("hands", "turn", "left"), [(True, 1, True), (True, 4, False), (False, 1, False)])
def test_a_hook_that_is_due_does_not_wait_for_a_host_that_hangs(hands, turn, left):
    """But in every fourth turn, so that a slow host is looked at in a night of many hooks as well."""
    told = []
    errands = SimpleNamespace(leave=lambda kind, seconds: told.append((kind, seconds)))
    Conductor.leave_behind(SimpleNamespace(errands=errands, number=turn), hands)  # type: ignore[arg-type]
    assert told == ([("watch ", 20.0), ("inspection ", 20.0)] if left else [])


@pytest.mark.parametrize(
    ("hands", "ago", "number", "asked"),
    [
        (False, 60, 1, [["/a"]]),
        (True, 0, 1, [["/a"]]),
        (True, 5, 1, [["/a"]]),
        (True, 15, 1, [[]]),
        (True, 60, 1, []),
        (True, 60, 4, [[]]),
    ],
)
def test_who_comes_home_while_a_hook_is_due_is_looked_at_before_it_but_a_hook_does_not_wait_for_ever(
    hands, ago, number, asked
):
    run = at_the_gate(["a"], looks=True)
    todo, told = course(run, time.time()), []
    lookout = SimpleNamespace(send=lambda run, todo, moving: told.append(todo["inspect"]))
    since = time.time() - ago if ago else 0.0
    one: Any = SimpleNamespace(lookout=lookout, run=run, mover=mover(), due_since=since, number=number)
    Conductor.look(one, todo, hands)
    assert told == asked, "what was begun goes on for a while, and is not begun again for ever"
    assert bool(one.due_since) == hands
