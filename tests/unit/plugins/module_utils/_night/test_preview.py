# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role asks of the module, before a run and within it, is what its options say of those that are concerned."""

from __future__ import annotations

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._night import preview, wanted
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Validating
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.books import book
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.nights import entry, item, wishes
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import part

ASKED = [  # options of the role; how the choice names whom, and how it is to go
    ({}, {"recovery_plan": "plan1"}, "auto"),
    ({"orchestration": "native"}, {"recovery_plan": "plan1"}, "native"),
    ({"dependencies": {"b": ["a"]}, "orchestration": "native"}, {"recovery_plan": "plan1"}, "itemwise"),
    ({"recovery_plan": "", "protected_items": ["a", "b"]}, {"groups": [["/a"], ["/b"]]}, "auto"),
]


@pytest.mark.parametrize(("options", "whom", "how"), ASKED)
def test_an_order_of_the_users_own_is_gone_one_by_one(options, whom, how):
    asked = preview.choice(book("a", "b", **options))
    assert {name: asked[name] for name in ("recovery_plan", "groups") if name in asked} == whom
    assert asked["orchestration"] == how and asked["state"] == "protected"


def test_a_plan_that_goes_one_by_one_for_an_order_says_so():
    reason = "it was asked for, and so every VM goes at its own pace"
    told = "an order of its own is given (failback_canary), and so every VM goes at its own pace"
    assert preview.asked_by(book("a"), reason) == reason
    assert preview.asked_by(book("a", canary=["a"]), reason) == told
    assert preview.asked_by(book("a", canary=["a"], orchestration="itemwise"), reason) == reason


LATE = [  # the phase, options of the role; whether it is said that another host comes too late
    ("failed_over", {"alternate_host": "hv9"}, False),
    ("synchronizing", {}, False),
    ("synchronizing", {"alternate_host": "hv9"}, True),
    ("failed_back_uncommitted", {"item_options": [{"name": "a", "alternate_host": "hv9"}]}, True),
    ("synchronized", {"item_options": [{"name": "b", "alternate_host": "hv9"}]}, False),
    ("protected", {"alternate_host": "hv9"}, False),
]


@pytest.mark.parametrize(("phase", "options", "said"), LATE)
def test_another_host_for_a_failback_that_was_begun_before_is_said_to_come_too_late(phase, options, said):
    told = book("a", **options)
    told["items"] = [item("a", phase=phase)]
    assert [line.partition(":")[0] for line in preview.too_late(told)] == (["a"] if said else [])


def test_the_check_leaves_out_who_may_not_go_and_the_options_for_them():
    rows = [{"name": "a", "data_sync": "auto"}, {"name": "b", "alternate_host": "hv9"}]
    told = book("a", "b", blocked={"b": "no host"}, item_options=rows, optional=["b"])
    asked = preview.whole_way(told)
    assert (asked["groups"], asked["item_options"], asked["optional_items"]) == ([["/a"]], rows[:1], [])
    assert preview.whole_way(book("a", blocked={"a": "no host"})) == {}


def test_who_only_waits_for_others_is_not_in_the_way():
    told = [entry(item(name), "synchronized", "protected") for name in "ab"]
    told[0]["error"], told[1]["error"] = {"code": "HeldBack", "message": "waits"}, {"code": "X", "message": "broken"}
    assert preview.answers(told)["wrong"] == {"b": "broken"}


NEEDS_STEPS = [  # options, and hosts of the inventory; whether a VM has to be followed step by step
    ({"validate": False}, [], False),
    ({"validate": True}, [], True),
    ({"validate": False}, ["hv01"], True),
    ({"validate": False, "preflight": False}, ["hv01"], False),
    ({"validate": False, "commit_after": "2h"}, [], True),
    ({"validate": False, "veto": ["a"]}, [], True),
    ({"validate": False, "order_waits_for": "protected"}, [], True),
    ({"validate": False, "hooks": [{"at": "after_boot", "tasks": "x"}]}, [], True),
    ({"validate": False, "hooks": [{"at": "after_protect", "tasks": "x"}]}, [], False),
]


@pytest.mark.parametrize(("options", "hosts", "stepwise"), NEEDS_STEPS)
def test_a_run_goes_step_by_step_where_something_has_to_happen_between(options, hosts, stepwise):
    assert wanted.wishes(book("a", hosts=hosts, **options), part(Validating))["stepwise"] == stepwise


def test_the_wishes_of_a_run_are_all_that_it_goes_by():
    assert set(wanted.wishes(book("a"), part(Validating))) == set(wishes())
    told = wanted.wishes(
        book("a", max_failures=3, on_error="stop", item_options=[{"name": "a", "begin": "at_gate"}]), part(Validating)
    )
    assert (told["may_fail"], told["at_gate"], told["cut_over_within"]) == (0, ["a"], -1)
