# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who was part of a failback and is not now is named, with where it runs, what is left in Azure and what to do."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.membership import missed
from ansible_collections.asr.hyperv.plugins.module_utils._roles.story import remembered, story
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Report
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import part

AZURE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/app"


def vm(name, phase, item="", **more):
    return {
        "name": name,
        "id": f"/items/{item or name}",
        "vm_id": f"ID-{name}",
        "phase": phase,
        "azure_vm_id": AZURE,
        **more,
    }


HOME, WEB = vm("app", "protected"), vm("web", "synchronized")
JOB = {"job": {"name": "j1", "state": "Suspended"}}
MISSING = [  # how it was last seen, what the vault has now; words that say what is true, words that would not be
    (
        "failed_back_uncommitted",
        [],
        ["runs on-premises without protection", f"{AZURE} with its disks is left", "delete that"],
        "plan:",
    ),
    ("synchronized", [], ["it ran in Azure", AZURE, "do not start that one"], "delete that"),
    ("protected", [], ["runs on-premises without protection (protected when"], "Azure VM"),
    (
        "synchronized",
        [vm("app", "synchronized", **JOB)],
        ["runs in Azure (synchronized)", "(job j1, Suspended)", "Put it back"],
        "delete",
    ),
    (
        "synchronized",
        [vm("app", "failed_back_uncommitted")],
        ["runs on-premises", f"its Azure VM {AZURE} is kept"],
        "nobody completes",
    ),
    ("synchronized", None, ["the vault's items cannot be read"], "does not protect it"),
]


@pytest.mark.parametrize(("last", "vault", "words", "never"), MISSING)
def test_who_is_missing_is_named_with_where_it_runs_and_what_is_left(last, vault, words, never):
    (row,) = missed([vm("app", last), WEB], [WEB], {"items": None if vault is None else [*vault, WEB]}, [])
    assert row["name"] == "app" and not row["accepted"]
    assert [one for one in words if one not in row["says"]] == []
    assert never not in row["says"] and "failback_accept_missing" in row["says"]
    (row,) = missed([vm("app", last)], [WEB], {"items": vault}, ["APP"])
    assert row["accepted"]


def test_nobody_is_missed_who_is_there_under_another_id_or_got_where_it_was_to_go():
    again = vm("app", "failed_over", item="new")
    assert missed([vm("app", "failed_over")], [again], {"items": [again]}, []) == []
    assert missed([vm("app", "synchronized")], [WEB], {"items": [HOME, WEB]}, []) == []


def job(scenario, target="app", started="2026-11-28T20:00:00Z", state="Succeeded"):
    return {"scenario": scenario, "target": target, "started": started, "state": state, "name": "j2"}


COMMITTED = job("FinalizeFailback", started="2026-11-28T21:00:00Z")
PLAN = {"name": "plan2", "groups": [{"protected_items": [{"id": "/Items/APP"}]}]}
NOBODYS = [  # what else is in the vault, jobs, plans; kind of what is told
    ([vm("app", "synchronized", **JOB)], [], [], ["stranger"]),
    ([vm("app", "synchronized", **JOB)], [], [PLAN], []),
    ([vm("app", "failed_over")], [], [], []),
    ([], [job("PlannedFailover")], [], ["abandoned"]),
    ([], [COMMITTED, job("PlannedFailover")], [], []),
    ([], [job("PlannedFailover", state="Failed")], [], []),
    ([], [job("PlannedFailover", target="plan2")], [PLAN], []),
    ([HOME], [job("PlannedFailover")], [], []),
]


@pytest.mark.parametrize(("vault", "jobs", "plans", "kinds"), NOBODYS)
def test_a_failback_that_is_nobodys_is_named_and_that_of_another_plan_is_not(vault, jobs, plans, kinds):
    rows = missed([], [WEB], {"items": [*vault, WEB], "jobs": jobs, "plans": plans}, [])
    assert [row["kind"] for row in rows] == kinds


def chapter(began, phases, steps=(), **more):
    rows = [vm(name, phase) for name, phase in phases.items()]
    empty: dict[str, Any] = {
        "jobs": [],
        "timings": [],
        "sync_seconds": None,
        "outage_seconds": None,
        "data_sync": None,
        "warnings": [],
    }
    moved = [{**row, **empty, "phase_before": "failed_over", "steps": list(steps)} for row in rows]
    lists: dict[str, Any] = {"validated": [], "deleted_in_azure": [], "missing": []}
    return {
        **lists,
        **more,
        "recovery_plan": "p",
        "began": began,
        "ended": began,
        "gate_opened": "",
        "members": rows,
        "vms": moved,
    }


def test_the_next_run_remembers_the_members_until_all_are_home_and_those_that_were_missing():
    first = story(chapter("1", {"app": "failed_back_uncommitted", "web": "protected"}), {})
    assert [one["name"] for one in remembered(first, "P")] == ["app", "web"]
    assert remembered(first, "another") == []
    lost = story(chapter("2", {"web": "protected"}, missing=[vm("app", "failed_back_uncommitted")]), first)
    assert [one["name"] for one in remembered(lost, "p")] == ["web", "app"]
    assert remembered(story(chapter("3", {"web": "protected"}), {}), "p") == []
    with pytest.raises(BadInput, match="is no report of this role"):
        remembered(part(Report, x=1), "p")


def test_a_report_goes_on_with_that_of_the_run_before_and_starts_anew_when_all_were_home():
    gone = [{"name": "web", "gone": True, "as_of": "1"}]
    first = chapter("1", {"app": "failed_over", "web": "protected"}, ["commit_failover"], deleted_in_azure=gone)
    second = story(chapter("2", {"app": "protected"}, ["planned_failover"]), story(first, {}))
    assert [run["began"] for run in second["runs"]] == ["1", "2"]
    assert second["deleted_in_azure"] == gone and second["began"] == "1"
    assert {one["name"]: one["steps"] for one in second["vms"]} == {
        "app": ["commit_failover", "planned_failover"],
        "web": ["commit_failover"],
    }
    anew = story(chapter("3", {"app": "protected"}, ["planned_failover"]), second)
    assert [run["began"] for run in anew["runs"]] == ["3"] and anew["deleted_in_azure"] == []
    left = [{"name": "web", "gone": False, "deleted": "", "remaining": "the disk"}]
    later = chapter("5", {"app": "protected"}, deleted_in_azure=left)
    kept = story(
        later, story(chapter("1", {"app": "failed_over"}, deleted_in_azure=[{**left[0], "deleted": "VM"}]), {})
    )
    assert kept["deleted_in_azure"] == [{**left[0], "deleted": "VM", "as_of": "5"}], "and when it was seen to remain"
    nothing = story(chapter("4", {"app": "protected"}), second)
    assert nothing["deleted_in_azure"] == gone, "a run that has nothing to do takes nothing away"
    begun = story(chapter("4", {"app": "failed_over"}), second)
    assert [run["began"] for run in begun["runs"]] == ["4"], "one that has still everything to do is another failback"


def test_what_a_run_left_and_which_hooks_it_ran_is_told_for_good():
    left = {
        "blocked": {"app": "a disk"},
        "held": {},
        "vetoed": {"web": "veto"},
        "hooks": [{"hook": "before_cutover of db"}],
    }
    first = story(chapter("1", {"app": "failed_over"}, **left), {})
    second: Any = story(chapter("2", {"app": "protected"}, blocked={}, held={}, vetoed={}, hooks=[]), first)
    assert {name: second["runs"][0][name] for name in left} == left
    assert second["runs"][1]["blocked"] == {} and second["blocked"] == {}


def test_what_remains_in_azure_says_as_of_when_as_a_later_run_may_not_have_seen_it():
    left = [{"name": "app", "remaining": "VM app"}]
    first = story(chapter("1", {"app": "protected", "web": "failed_over"}, deleted_in_azure=left), {})
    second = story(chapter("2", {"app": "protected", "web": "protected"}), first)
    assert second["deleted_in_azure"] == [{**left[0], "as_of": "1"}]
