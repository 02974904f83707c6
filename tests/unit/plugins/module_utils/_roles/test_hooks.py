# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hooks run at their point, once for each VM, each group or the whole run, for those that they name."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.hooks import (
    POINTS,
    after_protect,
    check_hooks,
    hook_calls,
    hook_complaints,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import RosterEntry
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import part

ITEMS: Any = [{"name": "db1", "group": 1}, {"name": "web1", "group": 2}, {"name": "web2", "group": 2}]


def hook(**more):
    return {"at": "before_sync", "tasks": "own.yml", **more}


CALLS = [  # the hook, what runs
    ({}, ["of db1", "of web1", "of web2"]),
    ({"per": "group"}, ["of group 1", "of group 2"]),
    ({"per": "run"}, ["of all"]),
    ({"vms": ["WEB2"]}, ["of web2"]),
    ({"groups": ["2"]}, ["of web1", "of web2"]),
    ({"groups": [1], "vms": ["web2"]}, ["of db1", "of web2"]),
    ({"per": "group", "vms": ["web2"]}, ["of group 2"]),
    ({"at": "after_boot"}, []),
]


@pytest.mark.parametrize(("more", "labels"), CALLS)
def test_a_hook_runs_for_those_that_it_is_for(more, labels):
    calls = hook_calls([hook(**more)], "before_sync", ITEMS)
    assert [call["label"] for call in calls] == [f"before_sync {label}" for label in labels]


def test_a_hook_may_be_for_a_vm_by_its_arm_id():
    items: Any = [{"name": name, "id": f"/Vault/{name}", "group": 1} for name in ("a", "b")]
    own = hook(vms=["/vault/B"])
    check_hooks([own], items)
    assert [call["label"] for call in hook_calls([own], "before_sync", items)] == ["before_sync of b"]


def test_a_call_says_for_whom_it_is():
    whole, one = hook_calls([hook(per="run", on_failure="stop_run"), hook(vms=["db1"])], "before_sync", ITEMS)
    assert (whole["vm"], whole["group"], whole["items"], whole["on_failure"]) == (None, None, ITEMS, "stop_run")
    assert (one["vm"], one["group"], one["items"], one["on_failure"]) == (ITEMS[0], 1, [ITEMS[0]], "stop_vm")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"at": "before_lunch"}, f"at 'before_lunch'. Allowed: {', '.join(POINTS)}"),
        ({"per": "host"}, "per 'host'. Allowed: vm, group, run"),
        ({"on_failure": "ignore"}, "on_failure 'ignore'. Allowed: stop_vm, stop_run"),
        ({"tasks": ""}, "hook 1 .without tasks. names no task file"),
        ({"when": "never"}, "unknown keys: when"),
        ({"at": "after_boot", "per": "run"}, "after_boot comes for each group"),
        ({"vms": ["web9"]}, "is for web9, which is not part of this failback"),
    ],
)
def test_a_hook_that_cannot_be_understood_is_refused(wrong, words):
    with pytest.raises(BadInput, match=words):
        check_hooks([hook(**wrong)], ITEMS)


def test_without_a_plan_there_are_no_groups_to_run_a_hook_for():
    alone: Any = [{"name": "web1", "group": None}]
    assert "is of no recovery plan, so it has no groups" in next(hook_complaints([hook(groups=[1])], alone))
    (call,) = hook_calls([hook(per="group")], "before_sync", alone)
    assert (call["label"], call["group"], call["items"]) == ("before_sync of all", None, alone)


def test_a_hook_without_a_point_is_refused():
    with pytest.raises(BadInput, match="Allowed: before_sync"):
        check_hooks([{"tasks": "own.yml"}], ITEMS)


HOME = part(RosterEntry, name="home", group=1, phase_before="protected")
AWAY = part(RosterEntry, name="away", group=1, phase_before="synchronized")
REPORT = {"members": [{"name": "home", "phase": "replicating"}], "owed_after_protect": ["home"]}
OWED = [  # the report of the run before, those that the hooks ran for in this run, who is owed, of whom nobody knows
    ({}, [], ["away"], ["home"]),
    (REPORT, [], ["away", "home"], []),
    (REPORT, ["away", "home"], [], []),
    ({**REPORT, "owed_after_protect": []}, [], ["away"], []),
    ({"vms": [{"name": "home"}]}, [], ["away"], []),  # a report of old
    ({**REPORT, "owed_after_protect": ["other"]}, ["away"], ["other"], []),  # of another failback, and kept
]


@pytest.mark.parametrize(("previous", "ran", "owed", "unknown"), OWED)
def test_hooks_after_the_protection_are_owed_until_they_ran_and_whoever_may_be_owed_them_is_known(
    previous, ran, owed, unknown
):
    hooks = [hook(at="after_protect")]
    assert after_protect([HOME, AWAY], hooks, previous, ran) == {"owed": owed, "unknown": unknown}


@pytest.mark.parametrize("hooks", [[], [hook()], [hook(at="after_protect", vms=["away"])]])
def test_nobody_asks_about_hooks_that_there_are_not(hooks):
    assert after_protect([HOME], hooks, {}, [])["unknown"] == []
