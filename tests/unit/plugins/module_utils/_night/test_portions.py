# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


"""While hooks run nobody is moved or looked at: so they come in portions, who is waited for comes first, and none is lost."""

from __future__ import annotations

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._night import run as nights
from ansible_collections.asr.hyperv.plugins.module_utils._night.course import course
from ansible_collections.asr.hyperv.plugins.module_utils._night.passing import timed
from ansible_collections.asr.hyperv.plugins.module_utils._night.portions import after_portion, key_of
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.nights import entry, opened

AT_HOME, AWAY = "failed_back_uncommitted", "synchronized"
HOOK = {"at": "before_commit", "tasks": "x.yml"}
LAST = {"at": "after_protect", "tasks": "y.yml"}
ENDED = "2026-11-28T22:00:00+00:00"


def at_home(*waves, hooks=(HOOK,), at=None, came=None, **more):
    """A run after its gate: who stands where, all run at home if nothing else is said, and `came` there at these times."""
    run = opened(*waves, hooks=list(hooks), validates=more.pop("validates", False), **more)
    everybody = [one for wave in run["waves"] for one in wave]
    run = timed(nights.answered(run, [entry(one, AWAY, "synchronized") for one in everybody], 1000.0), 1000.0)
    phases = {one["name"]: (at or {}).get(one["name"], AT_HOME) for one in everybody}
    goals = {AWAY: "synchronized", "protected": "protected"}
    told = [entry(one, phases[one["name"]], goals.get(phases[one["name"]], "cut_over")) for one in everybody]
    run = nights.answered(run, told, 1001.0)
    return {**run, "came": {**run["came"], **{f"/{name}": moment for name, moment in (came or {}).items()}}}


def due(run):
    """For whom hooks run now, in order."""
    return [item["name"] for call in course(run, run["now"])["calls"] for item in call["items"]]


def served(run, names=None):
    """A portion of hooks, those of these VMs, that was asked for at 2000."""
    return {
        "calls": [one for one in course(run, 2000.0)["calls"] if not names or one["items"][0]["name"] in names],
        "at": 2000.0,
    }


MANY = [f"vm{number:02}" for number in range(40)]
PORTIONS = [  # seconds that a call took before, the most that is allowed; how many come
    (None, 25, 4),
    (0.1, 25, 25),
    (0.1, 40, 40),
    (2.5, 25, 8),
    (2.5, 4, 4),
    (19.0, 25, 1),
    (90.0, 25, 1),
]


@pytest.mark.parametrize(("pace", "most", "number"), PORTIONS)
def test_a_portion_is_as_large_as_fits_into_a_while_by_what_hooks_took_before(pace, most, number):
    run = at_home(MANY, hooks_at_once=most)
    run["paces"] = {} if pace is None else {"0": pace}
    assert len(due(run)) == number


def test_those_that_others_wait_for_come_first_then_who_waits_longest():
    came = {"a": 30.0, "b": 10.0, "c": 20.0, "d": 5.0}
    run = at_home(["a", "b"], ["c"], ["d"], ["e"], at={"e": AWAY}, came=came, optional=["b"])
    assert due(run) == ["d", "c", "a", "b"], "nobody waits for an optional one"
    alone = at_home(["a", "b", "c"], came=came)
    assert due(alone) == ["b", "c", "a"]
    needed = at_home(["a", "b", "e"], at={"e": AWAY}, came=came, needs={"e": ["a"]})
    assert due(needed) == ["a", "b"]


def test_hooks_after_the_protection_come_last():
    run = at_home(["a", "b"], hooks=[LAST, HOOK], at={"a": "protected"}, came={"a": 1.0, "b": 2.0})
    assert due(run) == ["b", "a"]


def test_what_was_not_noted_as_failed_ended_well_and_the_next_portion_goes_by_its_time():
    run = at_home(["a", "b", "c"])
    portion = served(run)
    after = after_portion(run, portion, {key_of(portion["calls"][1]): "it broke"}, (2006.0, ENDED), broke_off=False)
    assert [one["hook"] for one in after["ran"]] == ["before_commit of a", "before_commit of c"]
    assert {one["ended"] for one in after["ran"]} == {ENDED}
    assert after["why"]["failed"] == {"b": "hook before_commit of b failed: it broke"}
    assert after["paces"] == {"0": 2.0} and due(after) == []


@pytest.mark.parametrize(("failed", "ran"), [("b", ["a"]), ("", []), ("a", [])])
def test_of_a_portion_that_broke_off_nobody_is_said_to_have_had_its_hook_behind_the_last_that_failed(failed, ran):
    run = at_home(["a", "b", "c"])
    portion = served(run)
    noted = {key_of(call): "it broke" for call in portion["calls"] if call["items"][0]["name"] == failed}
    after = after_portion(run, portion, noted, (2006.0, ENDED), broke_off=True)
    assert [one["hook"] for one in after["ran"]] == [f"before_commit of {name}" for name in ran]
    assert "c" in due(after)


def test_who_waits_for_one_whose_first_hook_failed_synchronizes_as_all_do_and_the_gate_does_not_wait_for_ever():
    run = opened(["a"], ["b"], hooks=[{"at": "before_sync", "tasks": "x.yml", "per": "vm"}], hooks_at_once=1)
    (call,) = course(run, 1001.0)["calls"]
    run = nights.hooked(run, call, "it broke", "now")
    (call,) = course(run, 1002.0)["calls"]
    assert call["label"] == "before_sync of b"
    run = nights.hooked(run, call, "", "now")
    assert course(run, 1003.0)["goals"] == {"/b": "synchronized"}
    (late,) = [one for wave in run["waves"] for one in wave if one["name"] == "b"]
    run = timed(nights.answered(run, [entry(late, "synchronized", "synchronized")], 1004.0), 1004.0)
    assert run["gate"] and not run["gate"]["open"] and "missing: a" in run["gate"]["reason"]
