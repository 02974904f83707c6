# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run comes to its end from any phase and in any order of events, and nobody is moved on the way that something holds back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import AWAY
from ansible_collections.asr.hyperv.plugins.module_utils._night import run as nights
from ansible_collections.asr.hyperv.plugins.module_utils._night.answers import proved
from ansible_collections.asr.hyperv.plugins.module_utils._night.calls import is_through
from ansible_collections.asr.hyperv.plugins.module_utils._night.course import course
from ansible_collections.asr.hyperv.plugins.module_utils._night.passing import timed
from ansible_collections.asr.hyperv.plugins.module_utils._night.standing import entries_of
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.nights import (
    RANK,
    REACHED,
    WAY,
    World,
    entry,
    item,
    opened,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import known

STEPS = 3000  # far more than any of these runs needs
POINTS = ("before_sync", "before_cutover", "after_boot", "before_commit", "after_protect")
HOOKS = st.lists(
    st.builds(
        lambda at, per: {
            "at": at,
            "tasks": "x.yml",
            "per": per if at in POINTS[:2] + POINTS[4:] or per != "run" else "vm",
        },
        st.sampled_from(POINTS),
        st.sampled_from(["vm", "group", "run", "arrival"]),
    ),
    max_size=3,
)
WISHES = st.fixed_dictionaries(
    {
        "waits_for": st.sampled_from(["running", "validated", "committed", "protected"]),
        "looks": st.booleans(),
        "validates": st.booleans(),
        "hooks": HOOKS,
        "asks_at_gate": st.booleans(),
        "may_fail": st.sampled_from([-1, -1, 0, 1]),
        "delay": st.sampled_from([0, 0, 30]),
        "objectable": st.booleans(),
        "cut_over_within": st.sampled_from([-1, 60]),
        "reports": st.booleans(),
        "hooks_at_once": st.sampled_from([1, 10]),
    }
)
WAVES = st.lists(st.lists(st.sampled_from([*WAY, "failed_over"]), min_size=1, max_size=3), min_size=1, max_size=3)


class Watching:
    """What has to hold at each moment of a run."""

    def __init__(self):
        self.highest, self.had = {}, set()

    def look(self, run, todo):
        entries = {one["id"]: one for one in entries_of(run)}
        for key, goal in {**todo["goals"], **todo["veto"]}.items():
            one = entries[key]
            assert not one["left_behind"], "who was left behind has no goal"
            assert RANK.index(goal) >= self.highest.get(key, 0), "a goal is never lowered"
            self.highest[key] = RANK.index(goal)
            if one["away"] and goal != "synchronized":
                self.may_cut_over(run, entries, one)
            if one["uncommitted"] and REACHED[goal] > REACHED["cut_over"]:
                self.may_commit(run, one)
        for call in todo["calls"]:
            for one in call["items"]:
                assert (call["number"], one["id"]) not in self.had, "no hook comes twice"

    def may_cut_over(self, run, entries, one):
        earlier = [other for other in entries.values() if other["wave"] < one["wave"]]
        assert not [other for other in earlier if other["away"] and not other["left_behind"]], (
            "earlier waves come first"
        )
        assert not [other for other in earlier if other["left_behind"]], "nobody goes on over one that is lost"
        assert is_through(run, one, "before_cutover")
        assert not run["wishes"]["looks"] or one["id"] in run["looked"], "it was looked at"
        if run["wishes"]["waits_for"] == "protected":
            assert all(other["home"] for other in earlier)

    def may_commit(self, run, one):
        assert run["opened"]
        assert is_through(run, one, "after_boot") and is_through(run, one, "before_commit")
        assert not run["wishes"]["validates"] or one["id"] in run["passed"], "it was validated"
        assert not run["wishes"]["delay"] or one["id"] in run["again"], "it has waited, and was validated once more"

    def hooked(self, call):
        self.had |= {(call["number"], one["id"]) for one in call["items"]}


def do(run, todo, world, watching, now):
    """Some of what is due, by chance; each kind of it as the action plugin does it."""
    run = of_the_service(run, todo, world, now)
    run = of_hosts(run, todo, world, now)
    for call in todo["calls"]:
        watching.hooked(call)
        run = nights.hooked(run, call, "it broke" if world.chance.random() < 0.05 else "", "now")
    for key in todo["checks"]:
        run = nights.checked(run, key, "", now)
    if todo["gate"]:
        run = nights.said_no(run, "it says no" if world.chance.random() < 0.1 else "")
    run = proved(run, ()) if todo["prove"] else run
    return nights.reported(run) if todo["report"] else run


def of_the_service(run, todo, world, now):
    """An answer of the module, most of the time; who is objected to is not among those that it is asked for."""
    if world.chance.random() < 0.2:
        return run
    objected = {key[1:]: "no" for key in todo["veto"] if world.chance.random() < 0.1}
    run = nights.objected(run, list(todo["veto"]), objected)
    goals = {**todo["goals"], **{key: goal for key, goal in todo["veto"].items() if key[1:] not in objected}}
    return nights.answered(nights.asked_for(run, goals, now), world.answer(goals), now) if goals else run


def of_hosts(run, todo, world, now):
    """Looks at hosts, and what the vault says for them."""
    if todo["record"]:
        providers: Any = [{"id": f"provider of {host}", "host": host} for host in ("hv01", "hv02")]
        run = nights.recorded(run, [world.items[key] for key in todo["record"]], providers, now)
    for host, ids in todo["watch"].items():
        if world.chance.random() < 0.8:
            run = nights.looked(run, host, ids, world.look(host, ids), now)
    if todo["inspect"]:
        held = {key[1:]: "odd" for key in todo["inspect"] if world.chance.random() < 0.05}
        run = nights.inspected(run, todo["inspect"], held, now)
    return run


def play(run, world, watching, now, lives):
    """The run to its end, or until it is killed; whether it ended, and when."""
    for _step in range(STEPS):
        now += world.chance.choice([0.5, 2, 10])
        run = timed(run, now)
        todo = course(run, now)
        watching.look(run, todo)
        if todo["over"]:
            return run, True, now
        if lives and world.chance.random() < 0.02:
            return run, False, now
        run = do(json.loads(json.dumps(run)), todo, world, watching, now)
    raise AssertionError(f"it does not end: {todo}")


@settings(max_examples=150, deadline=None)
@given(WAVES, WISHES, st.integers(0, 10**6))
def test_it_ends_from_any_phase_in_any_order_of_events_and_after_any_kill(waves, wanted, seed):
    places = [
        [item(f"vm{number}{place}", number, phase) for place, phase in enumerate(wave)]
        for number, wave in enumerate(waves, 1)
    ]
    world, now, ended = World(seed, [one for wave in places for one in wave]), 1000.0, False
    lives = 3
    while not ended:
        found = world.again()
        run = opened(*[[found[one["id"]] for one in wave] for wave in places], now=now, **wanted)
        run, ended, now = play(run, world, Watching(), now, lives)
        lives -= 1
    entries = entries_of(run)
    open_ends = [one for one in entries if not (one["home"] or one["left_behind"] or one["waits"])]
    assert not open_ends or course(run, now)["halt"] or not known(run["gate"])["open"], "nobody is forgotten"
    assert all(one["phase"] in AWAY for one in entries if one["waits"])


@pytest.mark.parametrize(
    ("code", "told"), [("AzureSideDiffers", "it has a disk more. Keep it."), ("539", "it has a disk more.")]
)
def test_what_a_person_has_to_decide_is_told_with_the_ways_out(code, told):
    run = opened(["a"])
    error: Any = {"code": code, "message": "it has a disk more.", "what_to_do": "Keep it."}
    run = nights.answered(run, [{**entry(item("a"), "failed_back_uncommitted", "protected"), "error": error}], 1000.0)
    assert run["why"]["failed"] == {"a": told}
