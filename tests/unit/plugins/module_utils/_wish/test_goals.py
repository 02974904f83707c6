# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far each item of a call is to go."""

from __future__ import annotations

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Goal
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._wish.goals import Aim, aims_of
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import item

ITEMS = [item(name=name, friendly_name=name, id=f"/vaults/v/{name}") for name in ("sql01", "app01")]


def aims(rows):
    return list(aims_of(ITEMS, Goal.PROTECTED, rows).values())


def test_without_goals_item_by_item_all_have_the_same():
    assert aims(None) == [Aim(Goal.PROTECTED)] * 2


def test_an_item_that_is_not_named_rests():
    assert aims([{"name": "app01", "state": "cut_over"}]) == [
        Aim(Goal.PROTECTED, rests=True),
        Aim(Goal.CUT_OVER, calls=True),
    ]


@pytest.mark.parametrize(
    ("state", "due", "calls"),
    [
        ("synchronized", None, True),
        ("replicating", None, True),
        ("protected", None, False),
        ("protected", True, True),
        ("cut_over", False, False),
    ],
)
def test_the_last_state_ends_no_call_unless_that_is_asked_for(state, due, calls):
    assert aims([{"name": "sql01", "state": state, "due": due}])[0] == Aim(Goal(state), calls=calls)


@pytest.mark.parametrize("name", ["SQL01", "/vaults/v/sql01"])
def test_an_item_may_be_named_by_its_id_or_in_other_letters(name):
    assert aims([{"name": name, "state": "committed"}])[0].goal is Goal.COMMITTED


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["sql01", "/vaults/v/sql01"], "goals: .* has two entries"),
        (["web01"], "goals: there is no protected item 'web01'"),
    ],
)
def test_a_goal_for_nobody_or_twice_is_refused(names, words):
    with pytest.raises(BadInput, match=words):
        aims([{"name": name, "state": "cut_over"} for name in names])
