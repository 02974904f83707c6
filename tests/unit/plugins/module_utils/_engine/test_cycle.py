# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole runs to Azure and back, drills and errands over the simulator's core."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from azure.core.rest import HttpRequest

pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._engine.planning import Wish, plan_tracks
from ansible_collections.asr.hyperv.plugins.module_utils._engine.selecting import select
from ansible_collections.asr.hyperv.plugins.module_utils._engine.survey import survey
from ansible_collections.asr.hyperv.plugins.module_utils._glue.module import warn_of_actions
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Step, Way
from ansible_collections.asr.hyperv.plugins.module_utils._run.report import answer
from ansible_collections.asr.hyperv.plugins.module_utils._run.to_azure import in_a_real_network
from ansible_collections.asr.hyperv.plugins.module_utils._run.waiting import next_words
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import RecoveryPlan
from ansible_collections.asr.hyperv.plugins.module_utils._wish.intent import FailoverOptions
from ansible_collections.asr.hyperv.plugins.modules.cancel_failover import cancel
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import known
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.runs import a_module
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import ONCE, Killed, Service

NETWORK = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/drill"
AT_HOME = {"state": "protected"}
TWO = vault("db01", "web01", vms={"db01": AT_HOME, "web01": AT_HOME})
LATEST = FailoverOptions("latest")
OUT = Wish(Goal.FAILED_OVER_UNCOMMITTED, frozenset({Step.PLANNED_FAILOVER}), way=Way.OUT, failover=LATEST)
UNPLANNED = Wish(Goal.FAILED_OVER_UNCOMMITTED, frozenset({Step.UNPLANNED_FAILOVER}), way=Way.UNPLANNED, failover=LATEST)
COMMIT = Wish(Goal.FAILED_OVER, frozenset({Step.COMMIT_FAILOVER}))
DRILL = Wish(
    Goal.TESTED, frozenset({Step.TEST_FAILOVER}), way=Way.DRILL, failover=FailoverOptions("latest", network=NETWORK)
)
CLEANUP = Wish(Goal.CLEANED_UP, frozenset({Step.TEST_FAILOVER_CLEANUP}), way=Way.CLEANUP)
REPAIR = Wish(Goal.REPLICATING, frozenset({Step.REPAIR_REPLICATION}), errand=Step.REPAIR_REPLICATION)


def point(wanted: str) -> Wish:
    """The wish for another recovery point."""
    errand = Step.APPLY_RECOVERY_POINT
    goal = Goal.FAILED_OVER_UNCOMMITTED
    return Wish(goal, frozenset({errand}), way=Way.OUT, failover=FailoverOptions(wanted), errand=errand)


def carry_out(service: Service, wish: Wish, names: list[str] | None = None, **settings: object) -> list[Any]:
    """One run from start to end, with the plan where no names are given."""
    chosen = select(service.vault, names, None if names else "plan1")
    tracks = plan_tracks(service.vault, chosen, wish)
    return service.drive(tracks, **settings)


def stands(tracks: list[Any]) -> list[str]:
    """The phases, or what went wrong instead."""
    return [
        known(track.problem)["code"] or known(track.problem)["message"] if track.problem else track.phase.value
        for track in tracks
    ]


def steps(tracks: list[Any]) -> list[list[str]]:
    return [[sent.step.value for sent in track.sent_steps] for track in tracks]


@pytest.mark.parametrize("wish", [OUT, UNPLANNED], ids=["planned", "unplanned"])
def test_a_plan_goes_out_and_comes_home_again_with_each_operation_once(wish):
    service = Service(TWO)
    assert stands(carry_out(service, wish)) == ["failed_over_uncommitted"] * 2
    assert all(known(service.item(name).azure).running for name in ("db01", "web01"))
    assert stands(carry_out(service, COMMIT)) == ["failed_over"] * 2
    assert stands(service.run()) == ["protected"] * 2
    assert [service.operations(name) for name in ("db01", "web01")] == [{**ONCE, "commit_failover": 1}] * 2
    verb = f"{wish.way.value.replace('out', 'planned')}Failover"
    expected = [verb, "failoverCommit", "plannedFailover", "resume", "failoverCommit", "reProtect"]
    assert service.posts("db01") == expected


@pytest.mark.parametrize(
    ("wish", "phase"),
    [(OUT, "failed_over_uncommitted"), (UNPLANNED, "failed_over_uncommitted"), (DRILL, "tested")],
    ids=["planned", "unplanned", "drill"],
)
def test_a_second_run_changes_nothing(wish, phase):
    service = Service(TWO)
    carry_out(service, wish)
    asked = len(service.posts())
    again = carry_out(service, wish)
    assert stands(again) == [phase] * 2 and steps(again) == [[], []] and len(service.posts()) == asked


@pytest.mark.parametrize("wish", [OUT, UNPLANNED, DRILL], ids=["planned", "unplanned", "drill"])
def test_a_later_group_follows_when_the_earlier_one_runs_in_azure(wish):
    service = Service(TWO)
    carry_out(service, wish)
    first, second = (
        next(job for job in service.world.jobs.jobs if known(job.item).key == name) for name in ("db01", "web01")
    )
    assert known(second.start) >= known(first.end)


def test_a_later_group_stays_when_the_earlier_one_fails():
    service = Service(TWO)
    service.fault(kind="job_failure", task="VmFailover", match={"item": "db01"})
    tracks = carry_out(service, OUT)
    assert stands(tracks) == ["539", "HeldBack"]
    assert (
        "web01 was left at protected, because an earlier group is not there: db01"
        in known(tracks[1].problem)["message"]
    )
    assert stands(carry_out(service, OUT)) == ["failed_over_uncommitted"] * 2


def test_a_drill_leaves_everything_as_it_was():
    service = Service(TWO)
    assert stands(carry_out(service, DRILL)) == ["tested"] * 2
    assert all(service.item(name).test_azure and service.item(name).vm.power == "running" for name in ("db01", "web01"))
    tracks = carry_out(service, CLEANUP)
    assert stands(tracks) == ["protected"] * 2 and steps(tracks) == [["test_failover_cleanup"]] * 2
    assert not any(service.item(name).test_azure for name in ("db01", "web01"))
    assert steps(carry_out(service, CLEANUP)) == [[], []]


def test_the_network_of_a_real_failover_is_warned_of_once_with_the_vms_that_would_start_in_it():
    service = Service(vault(" ".join(f"vm{number}" for number in range(7)), vms={f"vm{n}": AT_HOME for n in range(7)}))
    chosen = select(service.vault, None, "plan1")
    real = next(iter(chosen))[0].recovery_network_id
    drill = replace(DRILL, failover=FailoverOptions("latest", network=real.upper()))
    tracks = plan_tracks(service.vault, chosen, drill)
    told = in_a_real_network(tracks)
    assert "test VMs start in it: vm0, vm1, vm2, vm3, vm4 and 2 more." in told
    assert [track.warnings for track in tracks] == [[]] * 7, "and not by each of them again"
    assert not in_a_real_network(plan_tracks(service.vault, chosen, DRILL))
    assert not in_a_real_network(service.drive(tracks)), "they have started"


def test_a_failover_waits_for_nobodys_drill():
    service = Service(TWO)
    carry_out(service, DRILL)
    with pytest.raises(BadInput, match=r"db01 is tested: test_failover_cleanup would .*state: absent"):
        carry_out(service, UNPLANNED)


def test_each_result_states_the_direction():
    service = Service(TWO)
    for wish in (OUT, COMMIT):
        told = answer(carry_out(service, wish), planned=False)
        assert {told["direction"], *(one["direction"] for one in told["protected_items"])} == {"PrimaryToRecovery"}
    assert answer(service.run("synchronized"), planned=False)["direction"] == "RecoveryToPrimary"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("wish", [OUT, UNPLANNED, DRILL], ids=["planned", "unplanned", "drill"])
def test_an_answer_that_is_lost_starts_nothing_twice(wish, when):
    service = Service(TWO)
    service.fault(kind="reset", when=when, match={"item": "db01", "method": "POST"})
    assert not any(track.problem for track in carry_out(service, wish))
    jobs = [known(job.item).key for job in service.world.jobs.jobs]
    assert sorted(jobs) == ["db01", "web01"]


def test_a_run_that_waits_for_a_foreign_failover_continues_behind_it():
    service = Service(TWO)
    carry_out(service, OUT, wait=False)
    assert stands(carry_out(service, UNPLANNED)) == ["failed_over_uncommitted"] * 2
    assert service.posts() == ["plannedFailover", "unplannedFailover"], "the second group was not sent yet"


@pytest.mark.parametrize("wish", [OUT, UNPLANNED, DRILL], ids=["planned", "unplanned", "drill"])
def test_what_is_not_at_home_is_refused_or_there(wish):
    service = Service(vault("vm1"))
    if wish is DRILL:
        with pytest.raises(BadInput, match="vm1 is failed_over: nothing leads from there to tested"):
            carry_out(service, wish)
    else:
        assert steps(carry_out(service, wish)) == [[]]
    assert service.posts() == []


def test_the_recovery_point_of_a_failover_can_be_changed_until_it_is_committed():
    service = Service(vault("db01", vms={"db01": AT_HOME}))
    carry_out(service, UNPLANNED)
    item = service.item("db01")
    chosen = next(one.name for one in item.recovery_points if one.app_consistent)
    assert item.recovery_point != chosen
    tracks = carry_out(service, point("latest_app_consistent"))
    assert steps(tracks) == [["apply_recovery_point"]] and stands(tracks) == ["failed_over_uncommitted"]
    assert item.recovery_point == chosen
    assert steps(carry_out(service, point(chosen.upper()))) == [[]], "it is that point already"
    carry_out(service, COMMIT)
    with pytest.raises(
        BadInput, match="db01 is failed_over: nothing leads from there to apply_recovery_point, which needs"
    ):
        carry_out(service, point("latest_processed"))


def test_a_failover_starts_from_the_recovery_point_that_was_named():
    service = Service(vault("db01", vms={"db01": AT_HOME}))
    oldest = service.item("db01").recovery_points[0].name
    carry_out(service, replace(UNPLANNED, failover=FailoverOptions(oldest)))
    assert service.item("db01").recovery_point == oldest


def test_a_recovery_point_that_does_not_exist_is_refused_before_anything_is_sent():
    service = Service(TWO)
    with pytest.raises(BadInput, match=r"db01 has no recovery point 'yesterday'.*Allowed: latest, .*CrashConsistent"):
        carry_out(service, replace(UNPLANNED, failover=FailoverOptions("yesterday")))
    assert service.posts() == []


def test_the_source_is_shut_down_only_when_that_was_asked_for():
    for shut_down, power in ((False, "running"), (True, "off")):
        service = Service(vault("db01", vms={"db01": AT_HOME}))
        carry_out(service, replace(UNPLANNED, failover=FailoverOptions("latest", shut_down_source=shut_down)))
        assert service.item("db01").vm.power == power


def test_only_a_replication_that_is_not_healthy_is_repaired():
    service = Service(
        vault("db01 web01", vms={"db01": {**AT_HOME, "replication_health": "Critical"}, "web01": AT_HOME})
    )
    tracks = carry_out(service, REPAIR)
    assert steps(tracks) == [["repair_replication"], []] and stands(tracks) == ["protected"] * 2
    assert steps(carry_out(service, REPAIR)) == [[], []]
    forced = replace(REPAIR, failover=FailoverOptions(force=True))
    with pytest.raises(BadInput, match="web01 is protected: repair_replication needs RepairReplication, and the vault"):
        carry_out(service, forced)


def test_an_errand_whose_answer_is_lost_is_done_once():
    service = Service(vault("db01", vms={"db01": {**AT_HOME, "replication_health": "Critical"}}))
    service.fault(kind="reset", when="after", match={"item": "db01", "method": "POST"})
    assert stands(carry_out(service, REPAIR)) == ["protected"]
    assert len(service.done("db01", "repair")) == 1


def test_a_test_failover_that_fails_says_so_and_can_be_run_again():
    service = Service(TWO)
    service.fault(kind="job_failure", task="VmTfoPrepareTestVm", match={"item": "db01"})
    tracks = carry_out(service, DRILL)
    assert stands(tracks) == ["539", "HeldBack"]
    assert stands(carry_out(service, DRILL)) == ["tested", "tested"]


def test_a_planned_failover_needs_its_host():
    service = Service(
        vault("db01", vms={"db01": AT_HOME}, sites=[{"name": "site1", "hosts": [{"name": "hv01", "connected": False}]}])
    )
    tracks = carry_out(service, OUT)
    assert stands(tracks) == ["539"] and "hv01 is not connected" in tracks[0].warnings[0]
    assert stands(carry_out(service, UNPLANNED)) == ["failed_over_uncommitted"]


def test_what_runs_is_told_from_all_sides():
    service = Service(vault("away01 home01", vms={"home01": AT_HOME}))
    service.run("synchronized", ["away01"])
    service.operate_on("away01", "resume")
    carry_out(service, OUT, ["home01"], wait=False)
    service.wait(20)
    found = survey(service.vault, select(service.vault, ["away01", "home01"], None), None)
    assert [track.phase.value for track in found] == ["cutting_over", "failing_over"]
    assert next_words(found[1]).startswith("waits (job 'Planned failover'")


def test_a_failover_to_azure_can_be_cancelled_without_saying_that_a_vm_may_be_lost():
    service = Service(TWO)
    carry_out(service, OUT, ["db01"], wait=False)
    service.wait(20)
    options = {"protected_items": ["db01", "web01"], "recovery_plan": None, "groups": None}
    asked = a_module(params={**options, "accept_inconsistent_vm": False}, check_mode=False)
    told = cancel(asked, service.vault)["protected_items"]
    assert [one["phase_before"] for one in told] == ["failing_over", "protected"]
    service.wait(60)
    assert service.world.jobs.jobs[0].state == "Cancelled" and told[1]["cancelled_job"] is None
    assert stands(carry_out(service, OUT)) == ["failed_over_uncommitted"] * 2


def killer(number: int):
    """Kills the run at so many requests that change something."""
    left = number

    def die(request: HttpRequest) -> None:
        nonlocal left
        left -= request.method == "POST"
        if not left:
            raise Killed

    return die


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("wish", [OUT, UNPLANNED, DRILL], ids=["planned", "unplanned", "drill"])
def test_a_run_killed_at_a_request_that_changes_something_is_finished_by_the_next(wish, moment):
    for number in (1, 2):
        service = Service(TWO)
        setattr(service.core, moment, killer(number))
        with pytest.raises(Killed):
            carry_out(service, wish)
        service.revive()
        tracks = carry_out(service, wish)
        assert not any(track.problem for track in tracks) and all(track.arrived for track in tracks)
        assert sorted(known(job.item).key for job in service.world.jobs.jobs) == ["db01", "web01"]


ACTIONS = {
    "Check DB": ("ManualActionDetails", ["PlannedFailover", "UnplannedFailover"], ["PrimaryToRecovery"]),
    "DNS": ("AutomationRunbookActionDetails", ["UnplannedFailover", "TestFailover"], ["PrimaryToRecovery"]),
    "Storage": ("ManualActionDetails", ["PlannedFailover"], ["RecoveryToPrimary"]),
}


def a_plan() -> RecoveryPlan:
    actions = [
        {
            "actionName": name,
            "failoverTypes": types,
            "failoverDirections": ways,
            "customDetails": {"instanceType": kind},
        }
        for name, (kind, types, ways) in ACTIONS.items()
    ]
    groups = [{"groupType": "Boot", "startGroupActions": actions[:1], "endGroupActions": actions[1:]}]
    return RecoveryPlan.from_service({"name": "plan1", "properties": {"groups": groups}})


@pytest.mark.parametrize(
    ("way", "named"),
    [
        (Way.OUT, "Check DB (manual)"),
        (Way.UNPLANNED, "Check DB (manual), DNS (runbook)"),
        (Way.DRILL, "DNS (runbook)"),
        (Way.HOME, "Storage (manual)"),
    ],
)
def test_whoever_goes_one_by_one_is_warned_of_the_actions_of_the_plan_that_nobody_runs(way, named):
    service = Service(TWO)
    warned: list[str] = []
    tracks = plan_tracks(service.vault, select(service.vault, None, "plan1"), OUT)
    module = a_module(params={"recovery_plan": "plan1"}, warn=warned.append)
    warn_of_actions(module, a_plan, tracks, way)
    assert len(warned) == bool(named) and all(f"manual ones: {named}. See" in line for line in warned)
    carry_out(service, OUT, ["db01", "web01"])
    arrived = plan_tracks(service.vault, select(service.vault, ["db01", "web01"], None), OUT)
    warn_of_actions(module, a_plan, arrived, way)
    assert len(warned) == bool(named), "nothing to do, nothing to warn of"
