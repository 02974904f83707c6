# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each VM goes as far as it may by itself, and what it has to wait for is what the user's order, hooks and looks say."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._night import run as nights
from ansible_collections.asr.hyperv.plugins.module_utils._night.course import course
from ansible_collections.asr.hyperv.plugins.module_utils._night.passing import timed
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.nights import entry, item, on_host, opened

AT_HOME, GATE = "failed_back_uncommitted", "synchronized"
PROVIDERS: Any = [{"id": f"provider of {host}", "host": host} for host in ("hv01", "hv02")]


def after_the_gate(*waves, now=1000.0, at=None, **more):
    """A run whose gate is open, with VMs that stand where `at` says, at the gate if it says nothing."""
    run = opened(*waves, now=now, **more)
    everybody = [one for wave in run["waves"] for one in wave]
    run = timed(nights.answered(run, [entry(one, GATE, GATE) for one in everybody], now), now)
    places = [entry(one, (at or {}).get(one["name"], GATE), "cut_over") for one in everybody]
    return timed(nights.answered(run, places, now), now)


def goals(run, now=1000.0):
    return {key[1:]: goal for key, goal in course(run, now)["goals"].items()}


CONDITIONS = [  # how far the first wave is; for which of the conditions the second may be cut over
    ("cutting_over", set()),
    (AT_HOME, {"running"}),
    ("failed_back", {"running", "validated", "committed"}),
    ("replicating", {"running", "validated", "committed"}),
    ("protected", {"running", "validated", "committed", "protected"}),
]


@pytest.mark.parametrize(("phase", "met"), CONDITIONS)
def test_the_next_wave_is_cut_over_as_soon_as_the_one_before_is_where_it_has_to_be(phase, met):
    for waits_for in ("running", "validated", "committed", "protected"):
        run = after_the_gate(["a"], ["b"], waits_for=waits_for, at={"a": phase})
        assert (goals(run).get("b") == "cut_over") == (waits_for in met), waits_for


def test_a_vm_that_was_validated_opens_the_way_and_is_committed_while_another_of_its_wave_still_downloads():
    run = after_the_gate(["a", "slow"], ["b"], at={"a": AT_HOME, "slow": "synchronizing"})
    assert course(run, 1000.0)["record"] == ["/a"] and goals(run) == {"slow": "cut_over"}
    run = nights.recorded(run, [item("a")], PROVIDERS, 1000.0)
    assert course(run, 1000.0)["watch"] == {"hv02": ["/a"]}, "the host that the vault names is asked first"
    look: Any = {"host": "hv02", "machine": "hv02", "vms": [on_host(item("a"))]}
    run = nights.looked(run, "hv02", ["/a"], look, 1003.0)
    assert goals(run) == {"slow": "cut_over", "a": "protected"}


def test_a_vm_with_dependencies_waits_for_those_that_it_names_and_not_for_the_others_of_their_wave():
    waves = [[item("db"), item("slow")], [item("app")], [item("last", group=2)]]
    run = after_the_gate(*waves, needs={"app": ["db"]}, validates=False, at={"db": AT_HOME})
    assert goals(run)["app"] == "cut_over"
    assert "last" not in {key for key, goal in goals(run).items() if goal == "cut_over"}, (
        "its group comes after all of the first"
    )


def test_a_full_download_may_begin_with_the_gate_and_nothing_else_comes_before_its_wave():
    run = after_the_gate(["a"], ["full", "b"], at_gate=["full", "b"], full_downloads=["/full"], validates=False)
    assert goals(run) == {"a": "cut_over", "full": "cut_over"}


HOOKS = [  # per what; the calls that are due when two of three have arrived, and when the third was left behind
    ("vm", [["a"], ["b"]], [["a"], ["b"]]),
    ("arrival", [["a", "b"]], [["a", "b"]]),
    ("group", [], [["a", "b"]]),
]


@pytest.mark.parametrize(("per", "due", "later"), HOOKS)
def test_a_hook_waits_for_as_many_as_it_is_for_and_for_nobody_who_cannot_come(per, due, later):
    hooks = [{"at": "after_boot", "tasks": "x.yml", "per": per}]
    run = after_the_gate(["a", "b", "c"], hooks=hooks, at={"a": AT_HOME, "b": AT_HOME, "c": "cutting_over"})
    assert [[one["name"] for one in call["items"]] for call in course(run, 1000.0)["calls"]] == due
    run = nights.with_reasons(run, failed={"c": "it broke"})
    assert [[one["name"] for one in call["items"]] for call in course(run, 1000.0)["calls"]] == later


def test_a_look_before_the_cutover_holds_for_its_time_and_who_is_held_holds_nobody_of_his_wave():
    run = after_the_gate(["a", "b"], looks=True, cut_over_within=60)
    assert course(run, 1000.0)["inspect"] == ["/a", "/b"] and goals(run) == {}
    run = nights.inspected(run, ["/a", "/b"], {"b": "it has checkpoints"}, 1000.0)
    assert goals(run) == {"a": "cut_over"}
    assert course(run, 1061.0)["inspect"] == ["/a"]
    late = entry(item("a"), GATE, "cut_over", code="LookedTooLongAgo", message="too late")
    run = nights.answered(run, [late], 1065.0)
    assert run["why"]["held"] == {"b": "it has checkpoints", "a": "too late"}, (
        "nobody came meanwhile, so it would be the same again"
    )


AHEAD = [  # how far the first wave is, seconds that a look holds; whether the second is looked at before its turn
    ("cutting_over", 900, False),
    (AT_HOME, 900, True),
    (AT_HOME, -1, True),
    (AT_HOME, 60, False),
]


@pytest.mark.parametrize(("phase", "within", "ahead"), AHEAD)
def test_the_next_wave_is_looked_at_while_the_one_before_is_validated(phase, within, ahead):
    hooks = [{"at": "before_cutover", "tasks": "x.yml", "per": "vm", "vms": ["c"]}]
    waves = [["a"], ["b", "c"], ["d"]]
    run = after_the_gate(*waves, looks=True, cut_over_within=within, hooks=hooks, at={"a": phase})
    assert course(run, 1000.0)["inspect"] == (["/b"] if ahead else [])
    assert "b" not in goals(run)


def test_a_look_ahead_is_made_again_at_half_of_its_time():
    run = after_the_gate(["a"], ["b"], looks=True, cut_over_within=900, at={"a": AT_HOME})
    run = nights.inspected(run, ["/b"], {}, 1000.0)
    assert [course(run, at)["inspect"] for at in (1449.0, 1451.0)] == [[], ["/b"]]


def test_the_time_of_one_that_is_over_is_not_that_of_another_in_the_same_call():
    run = after_the_gate(["a", "b"], validates=False)
    run["wishes"]["limits"]["cut_over"] = 100.0
    run = nights.asked_for(nights.asked_for(run, {"/a": "cut_over"}, 1000.0), {"/b": "cut_over"}, 1090.0)
    over = [entry(item(name), "cutting_over", "cut_over", code="TimedOut", message=f"{name} is late") for name in "ab"]
    assert nights.answered(run, over, 1100.0)["why"]["failed"] == {"a": "a is late"}


GATES = [  # phases of three, the rules; whether the gate is decided, and whether it is open then
    ([GATE, GATE, "synchronizing"], {"share": 60}, True, True),
    ([GATE, GATE, "synchronizing"], {"share": 100}, False, None),
    ([GATE, GATE, GATE], {"gate": "stop"}, True, False),
    ([AT_HOME, AT_HOME, AT_HOME], {"gate": "stop"}, True, True),
]


@pytest.mark.parametrize(("phases", "rules", "decided", "is_open"), GATES)
def test_the_gate_is_decided_when_enough_are_there(phases, rules, decided, is_open):
    items = [item(f"vm{number}", phase=phase) for number, phase in enumerate(phases)]
    run = opened(items, rules={"gate": "now", "window": {}, "share": 100, "closed": "", **rules})
    told = [entry(one, one["phase"], GATE) for one in items]
    run = timed(nights.answered(run, told, 1000.0), 1000.0)
    assert (run["gate"] is not None) == decided
    assert run["gate"] is None or run["gate"]["open"] == is_open


def test_a_delay_counts_from_the_validation_and_ends_with_another_one():
    run = after_the_gate(["a"], delay=60, validates=False, at={"a": AT_HOME})
    assert course(run, 1000.0)["held_open"] == ["/a"] and goals(run) == {}
    assert course(timed(run, 1059.0), 1059.0)["held_open"] == ["/a"]
    assert goals(timed(run, 1060.0), 1060.0) == {"a": "protected"}


def test_a_hook_before_the_commit_that_fails_keeps_later_waves_in_azure():
    hooks = [{"at": "before_commit", "tasks": "x.yml"}]
    run = after_the_gate(["a"], ["b"], hooks=hooks, validates=False, at={"a": AT_HOME})
    (call,) = course(run, 1000.0)["calls"]
    assert goals(run) == {}
    assert goals(nights.hooked(run, call, "", "now")) == {"a": "protected", "b": "cut_over"}
    assert goals(nights.hooked(run, call, "it is not well", "now")) == {}
