# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole runs over the simulator's core: hours pass in no time, and the service's own books say what was done."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._engine.azure_lists import LIST_FROM
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Phase, Step
from ansible_collections.asr.hyperv.plugins.module_utils._run.problems import not_there_yet
from ansible_collections.asr.hyperv.plugins.module_utils._run.report import answer
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput, Interrupted
from ansible_collections.asr.hyperv.plugins.module_utils._wish.intent import Intent
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import item, known
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import ONE, THREE, vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import ONCE, Service
from asr_simulator.estate.durations import SECONDS

GOALS = ["synchronized", "cut_over", "committed", "replicating", "protected"]
STANDS = ["synchronized", "failed_back_uncommitted", "failed_back", "replicating", "protected"]
STEPS = [  # the POST, and the script that it starts
    ("plannedFailover", "failback"),
    ("resume", "failback"),
    ("failoverCommit", "finalize_failback"),
    ("reProtect", "reprotect"),
]
FULL: dict[str, Any] = {"data_sync": "during_failover"}


def phases(tracks: list[Any]) -> list[str]:
    return [track.phase.value for track in tracks]


def codes(tracks: list[Any]) -> list[str]:
    return [known(track.problem)["code"] if track.problem else "" for track in tracks]


def at_home(service: Service, tracks: list[Any]) -> bool:
    return {*phases(tracks)} == {"protected"} and not any(codes(tracks))


def test_a_plan_comes_home_with_each_operation_once():
    service = Service(THREE)
    assert at_home(service, service.run())
    assert [service.operations(name) for name in ("db01", "app01", "web01")] == [ONCE] * 3


def test_a_second_run_changes_nothing():
    service = Service(THREE)
    service.run()
    asked = len(service.posts())
    again = service.run()
    assert at_home(service, again) and not any(track.sent_steps for track in again) and len(service.posts()) == asked


@pytest.mark.parametrize("count", [1, 30])
def test_one_list_call_a_tick_serves_any_number_of_items(count):
    names = [f"vm{number}" for number in range(count)]
    service = Service(vault(" ".join(names), page_size=1000))
    assert at_home(service, service.run())
    ticks = len([one for one in service.world.log.entries if one.verb == "jobs list"])
    others = len(service.asked()) - ticks
    azure = len([one for one in service.asked() if "vaults/" not in one.path])
    assert ticks < 60 and others - azure <= 10 * count + 8
    # the VM when it starts, VM, disk and interface right before the commit, all of them after it; and the lists of locks
    assert azure <= 7 * count + 1
    # of many at once that is the VM before the commit and the three proofs, and a list of each kind and of locks
    assert count < LIST_FROM or azure <= 4 * count + 5


def test_a_group_cuts_over_when_every_earlier_one_is_home():
    service = Service(THREE)
    service.run()
    moments = {known(job.item).key: job for job in service.world.jobs.jobs if job.script == "failback"}
    first_home = known(moments["db01"].end)
    cutovers = [
        next(known(task.start) for task in moments[name].tasks if "Shutdown" in task.name)
        for name in ("app01", "web01")
    ]
    assert all(moment >= first_home for moment in cutovers)


def test_a_group_waits_at_the_gate_when_an_earlier_one_fails():
    service = Service(THREE)
    service.fault(kind="job_failure", task="VmFailover", match={"item": "db01"})
    tracks = service.run()
    assert codes(tracks) == ["539", "HeldBack", "HeldBack"]
    assert phases(tracks) == ["inconsistent", "synchronized", "synchronized"]
    assert all(known(service.item(name).azure).running for name in ("app01", "web01"))
    assert "earlier group is not home: db01" in known(tracks[1].problem)["message"]
    assert at_home(service, service.run())


def test_an_optional_vm_that_fails_holds_nobody_back():
    service = Service(THREE)
    service.fault(kind="job_failure", task="VmFailover", match={"item": "db01"})
    tracks = service.run(optional=["db01"], max_failures=0)
    assert codes(tracks) == ["539", "", ""]
    assert phases(tracks) == ["inconsistent", "protected", "protected"]


def test_no_more_vms_are_cut_over_at_a_time_than_allowed():
    service = Service(vault("a b c"))
    service.run(max_concurrent=1)
    jobs = [job for job in service.world.jobs.jobs if job.script == "failback"]
    cuts = sorted(
        (next(known(task.start) for task in job.tasks if "Shutdown" in task.name), known(job.end)) for job in jobs
    )
    assert len(cuts) == 3
    assert all(earlier[1] <= later[0] for earlier, later in zip(cuts, cuts[1:], strict=False))


def test_a_vm_comes_home_to_another_host():
    service = Service(ONE)
    assert at_home(service, service.run(alternate_host="hv02"))
    assert service.item("vm1").vm.host.name == "hv02"
    assert at_home(service, service.run(alternate_host="hv02")) and service.operations("vm1") == ONCE


def test_a_slow_vm_does_not_hold_the_others_of_its_group():
    service = Service(vault("big small", vms={"big": {"disks_gb": [400]}}))
    service.run()
    jobs = {known(job.item).key: job for job in service.world.jobs.jobs if job.script == "finalize_failback"}
    assert known(jobs["big"].start) - known(jobs["small"].start) > 3600


def test_a_run_that_needs_only_a_share_ends_with_it_and_says_who_is_still_under_way():
    service = Service(vault("big small", vms={"big": {"disks_gb": [400]}}))
    tracks = service.run("synchronized", share=50)
    assert codes(tracks) == ["", ""] and phases(tracks) == ["synchronizing", "synchronized"]
    told = answer(tracks, planned=False)["protected_items"]
    assert [one["at_goal"] for one in told] == [False, True] and "Still under way" in told[0]["warnings"][-1]
    assert codes(service.run("synchronized", share=51, timeout=60)) == ["TimedOut", ""]
    assert at_home(service, service.run())


@pytest.mark.parametrize(("optional", "phase"), [(["small"], "synchronized"), (["small", "big"], "synchronizing")])
def test_optional_vms_count_for_a_share_only_when_there_are_no_others(optional, phase):
    service = Service(vault("big small", vms={"big": {"disks_gb": [400]}}))
    assert phases(service.run("synchronized", share=50, optional=optional))[0] == phase


@pytest.mark.parametrize(("goal", "stand"), list(zip(GOALS, STANDS, strict=True)))
def test_each_goal_is_reached_and_not_passed(goal, stand):
    service = Service(ONE)
    tracks = service.run(goal)
    assert phases(tracks) == [stand] and codes(tracks) == [""]
    before = len(service.posts())
    assert codes(service.run(goal)) == [""] and len(service.posts()) == before
    assert at_home(service, service.run()) and service.operations("vm1") == ONCE


def test_without_waiting_one_step_is_sent_for_each_item():
    service = Service(vault("a b"))
    for step in ("plannedFailover", "resume", "failoverCommit", "reProtect"):
        tracks = service.run(wait=False)
        assert not any(codes(tracks)) and service.posts()[-2:] == [step, step]
        assert not any(codes(service.run(wait=False))), "what runs is left alone"
        service.wait(3600)
    assert len(service.posts()) == 8


def test_without_waiting_a_step_that_was_not_taken_is_sent_again_and_one_in_doubt_is_looked_for():
    service = Service(vault("a b"))
    service.fault(kind="throttle", retry_after=None, match={"item": "a", "method": "POST"})
    service.fault(kind="reset", when="after", match={"item": "b", "method": "POST"})
    tracks = service.run(wait=False)
    assert codes(tracks) == ["", ""] and [len(track.sent_steps) for track in tracks] == [1, 1]
    assert [service.operations(name)["failback"] for name in ("a", "b")] == [1, 1]


def test_without_waiting_a_service_that_stays_away_is_a_failure():
    service = Service(ONE)
    service.fault(kind="throttle", retry_after=None, count=None, match={"method": "POST"})
    assert codes(service.run(wait=False, timeout=300)) == ["NotSent"]


def test_a_timeout_says_where_it_stands_and_that_running_again_resumes():
    service = Service(ONE)
    problem = known(service.run(timeout=90)[0].problem)
    assert (
        problem["code"] == "TimedOut" and "synchronizing" in problem["message"] and "90 seconds" in problem["message"]
    )
    assert "Run the same playbook again: it resumes from here" in problem["what_to_do"]
    assert at_home(service, service.run()) and service.operations("vm1") == ONCE


def test_at_a_timeout_those_who_are_home_are_not_blamed():
    service = Service(THREE)
    service.fault(kind="job_hang", match={"verb": "FinalizeFailback", "item": "app01"})
    tracks = {track.name: track for track in service.run(timeout=21600)}
    assert (tracks["db01"].phase.value, tracks["db01"].problem) == ("protected", None)
    assert known(tracks["app01"].problem)["code"] == "TimedOut"


def test_a_full_download_never_waits_at_the_gate_and_is_not_started_before_it():
    service = Service(ONE)
    tracks = service.run("synchronized", **FULL)
    assert phases(tracks) == ["failed_over"] and not service.posts() and tracks[0].settled
    assert at_home(service, service.run(**FULL))
    assert service.operations("vm1") == {**ONCE, "resume": 0}


def test_a_full_download_of_a_later_group_waits_for_the_earlier_ones():
    service = Service(vault("a", "b", vms={"b": {"days_in_azure": 40}}))
    service.run()
    assert service.posts("b")[0] == "plannedFailover"
    order = [(one.item, one.verb) for one in service.asked("POST")]
    assert order.index(("b", "plannedFailover")) > order.index(("a", "resume"))


@pytest.mark.parametrize(("verb", "script"), STEPS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_post_with_unknown_outcome_is_never_doubled(verb, script, when):
    service = Service(ONE)
    match = {"path": "resume$"} if verb == "resume" else {"verb": verb}
    service.fault(kind="reset", when=when, match={"method": "POST", **match})
    assert at_home(service, service.run())
    assert service.operations("vm1") == ONCE
    assert len(service.asked("POST", verb)) == (1 if when == "after" else 2)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_5xx_answer_to_a_post_is_looked_into_and_then_sent_again(status):
    service = Service(ONE)
    service.fault(kind="server_error", status=status, match={"method": "POST"})
    assert at_home(service, service.run()) and service.operations("vm1") == ONCE
    assert any("may or may not have been accepted" in line for line in service.said)


@pytest.mark.parametrize(("verb", "script"), STEPS)
def test_a_step_that_somebody_else_did_just_before_is_no_failure(verb, script):
    service = Service(ONE)

    def race(request):
        if request.method == "POST" and request.url.split("?")[0].endswith(verb):
            service.core.before = lambda request: None
            assert service.operate_on("vm1", verb) == 202
            service.wait(5)

    service.core.before = race
    assert at_home(service, service.run()) and service.operations("vm1") == ONCE


def test_two_runs_at_once_both_end_well():
    service = Service(THREE)
    other = service.engine(service.plan())
    service.clock.others.append(lambda: other.attempt(other.tick))
    other.attempt(other.start_due)
    tracks = service.run()
    while not other.finished():
        service.wait(30)
        other.attempt(other.tick)
    assert at_home(service, tracks) and at_home(service, list(other.tracks))
    assert [service.operations(name) for name in ("db01", "app01", "web01")] == [ONCE] * 3


FAILURES = [  # task that fails, phase then, steps done so far, words to the operator
    ("VmPfoPrerequisitesCheck", "failed_over", 1, "continues from where the item stands"),
    ("PrepareVmOnPremForFailback", "failed_over", 1, "continues"),
    ("DataSync", "inconsistent", 1, "Do not start its on-premises VM"),
    ("VmFailover", "inconsistent", 2, "Do not start its on-premises VM"),
    ("FinalizeRestoreOnRecovery", "failed_back_uncommitted", 3, "may or may not be deleted by now"),
    ("EnableProtection", "failed_back", 4, "continues"),
    ("CompleteInitialReplication", "replicating", 4, "continues"),
]


@pytest.mark.parametrize(("task", "phase", "steps", "words"), FAILURES)
def test_a_failed_job_ends_the_run_and_says_what_to_do(task, phase, steps, words):
    service = Service(ONE)
    service.fault(kind="job_failure", task=task)
    track = service.run()[0]
    assert (track.phase.value, known(track.problem)["code"], len(track.sent_steps)) == (phase, "539", steps)
    assert (
        words in known(track.problem)["what_to_do"]
        and "activity_id" in known(track.problem)
        and known(track.problem)["job"]
    )


@pytest.mark.parametrize("task", [row[0] for row in FAILURES[:-1]])
def test_a_failed_job_is_mended_by_running_again(task):
    service = Service(ONE)
    service.fault(kind="job_failure", task=task)
    service.run()
    assert at_home(service, service.run())


def test_an_inconsistent_vm_is_known_to_any_later_run_from_the_service_alone():
    service = Service(ONE)
    service.run(timeout=120)
    assert service.operate_on("vm1", "cancel") == 202
    service.wait(120)
    track = service.plan("synchronized")[0]
    assert track.phase.value == "inconsistent" and "Do not start its on-premises VM" in track.warnings[0]
    assert [step.value for step in track.path] == ["planned_failover"]
    with pytest.raises(BadInput, match="inconsistent: planned_failover would have to come first"):
        service.plan("cut_over", permitted=frozenset({Step.COMPLETE_FAILOVER}))
    assert at_home(service, service.run())


def test_a_cancelled_synchronization_is_a_failure_with_a_warning():
    service = Service(ONE)
    service.clock.at(120, lambda: service.operate_on("vm1", "cancel"))
    track = service.run()[0]
    assert track.phase.value == "inconsistent" and "Do not start" in known(track.problem)["what_to_do"]


def test_a_gate_that_somebody_else_opened_is_behind_us():
    service = Service(THREE)
    service.fault(kind="job_failure", task="VmFailover", match={"item": "db01"})
    service.clock.at(300, lambda: service.operate_on("web01", "resume"))
    tracks = service.run()
    assert phases(tracks)[2] == "protected" and service.operations("web01") == ONCE


def vanish(service: Service) -> None:
    """The vault forgets the job of vm1."""
    known(known(service.item("vm1").job).process).stop()
    service.world.jobs.jobs.clear()
    service.world.jobs._by_id.clear()
    service.item("vm1").job = None


def test_a_job_that_is_gone_is_named():
    service = Service(ONE)
    service.clock.at(60, lambda: vanish(service))
    track = service.run()[0]
    assert known(track.problem)["code"] == "JobGone" and track.sent_steps[0].job in known(track.problem)["message"]


@pytest.mark.parametrize(
    ("before", "verb"), [("", "plannedFailover"), ("cut_over", "failoverCommit"), ("committed", "reProtect")]
)
def test_an_old_reading_after_a_job_that_an_earlier_run_started_starts_nothing(before, verb):
    service = Service(ONE)
    if before:
        service.run(before, **FULL)
    service.fault(kind="stale", what=["items", "item"], seconds=700, match={"verb": verb})
    service.run(timeout=20, interval=10, **FULL)
    assert at_home(service, service.run(**FULL)) and len(service.asked("POST", verb)) == 1
    assert not any("-> failed_over" in line for line in service.said)


def test_an_item_that_never_shows_what_its_job_did_is_named():
    service = Service(ONE)
    service.fault(kind="stale", what=["items", "item"], seconds=7000, match={"verb": "plannedFailover"})
    problem = known(service.run(**FULL)[0].problem)
    assert problem["code"] == "NotMoved" and "should be failed_back_uncommitted" in problem["message"]
    assert len(service.posts()) == 1


def test_a_job_of_an_earlier_run_that_is_gone_is_named_and_not_started_anew():
    service = Service(ONE)
    service.run(timeout=60)
    service.clock.at(150, lambda: vanish(service))
    assert known(service.run()[0].problem)["code"] == "JobGone" and len(service.posts()) == 1


def test_an_item_that_is_gone_is_named():
    service = Service(vault("a b"))
    service.clock.at(300, lambda: service.world.estate.items.remove(service.item("a")))
    tracks = service.run(names=["a", "b"])
    assert codes(tracks) == ["ItemGone", ""] and "no longer in the vault" in known(tracks[0].problem)["message"]


def test_a_failover_that_is_not_committed_is_committed_only_when_asked_for():
    service = Service(vault("vm1", vms={"vm1": {"state": "failed_over_uncommitted"}}))
    with pytest.raises(BadInput, match="is not committed yet"):
        service.run()
    assert not service.posts()
    tracks = service.run("failed_over", permitted=frozenset({Step.COMMIT_FAILOVER}))
    assert phases(tracks) == ["failed_over"] and service.operations("vm1")["commit_failover"] == 1
    assert at_home(service, service.run())


def test_a_busy_item_is_waited_for_by_name_and_then_failed_back():
    service = Service(ONE)
    assert service.operate_on("vm1", "repairReplication") == 202
    service.wait(6)  # until the item shows it
    tracks = service.run()
    assert at_home(service, tracks) and service.operations("vm1") == ONCE
    assert any("waits for job 'Resynchronize'" in line for line in service.said)


def test_a_busy_item_without_a_choice_of_data_sync_is_refused_when_it_comes_to_that():
    service = Service(ONE)
    service.operate_on("vm1", "repairReplication")
    service.wait(6)  # until the item shows it
    track = service.run(data_sync=None)[0]
    assert known(track.problem)["code"] == "NotPossible" and "data_sync is required" in known(track.problem)["message"]
    assert not service.asked("POST", "plannedFailover")


def test_an_item_that_may_not_be_read_does_not_stop_the_others():
    denied = [
        {
            "action": "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/"
            "replicationProtectedItems/plannedFailover/action",
            "items": ["a"],
        }
    ]
    service = Service(vault("a b", denied_actions=denied))
    tracks = service.run()
    assert phases(tracks) == ["failed_over", "protected"] and known(tracks[0].problem)["code"] == "AuthorizationFailed"


@pytest.mark.parametrize(("tolerated", "phase"), [(None, "protected"), (1, "protected"), (0, "synchronized")])
def test_after_too_many_failures_nothing_new_is_started(tolerated, phase):
    service = Service(vault("bad good", vms={"good": {"disks_gb": [100]}}))
    service.fault(kind="job_failure", task="PrepareVmOnPremForFailback", match={"item": "bad"})
    tracks = service.run(max_failures=tolerated)
    if phase == "protected":
        assert phases(tracks)[1] == "protected"
    else:
        assert codes(tracks) == ["539", "Stopped"] and service.posts("good") == ["plannedFailover"]


def test_a_plan_that_fails_back_by_itself_is_completed_once_and_only_for_the_whole_plan():
    service = Service(THREE)
    details = [BODY_OF_A_PLAN]
    body = {"properties": {"failoverDirection": "RecoveryToPrimary", "providerSpecificDetails": details}}
    assert service.operate("POST", "/replicationRecoveryPlans/plan1/plannedFailover", body) == 202
    service.wait(60)
    one = service.run("cut_over", names=["app01"])
    assert codes(one) == ["PlanJob"] and not service.asked("POST", "resume")
    assert at_home(service, service.run(plan="plan1"))
    assert len(service.asked("POST", "resume")) == 1


BODY_OF_A_PLAN = {
    "instanceType": "HyperVReplicaAzureFailback",
    "dataSyncOption": "ForDownTime",
    "recoveryVmCreationOption": "NoAction",
}


def test_a_run_that_is_interrupted_leaves_a_full_answer():
    service = Service(THREE)

    def stop():
        raise Interrupted("The run was stopped (SIGTERM).")

    service.clock.at(120, stop)
    tracks = service.plan()
    with pytest.raises(Interrupted):
        service.drive(tracks)
    told = answer(tracks, planned=False)
    assert [one["phase"] for one in told["protected_items"]] == ["synchronizing"] * 3 and told["changed"]
    assert all(one["jobs"] and one["timings"][0]["seconds"] is None for one in told["protected_items"])
    assert at_home(service, service.run())


@pytest.mark.parametrize("ticks", range(1, 30, 2))
def test_jobs_of_an_earlier_run_are_taken_over_at_every_point(ticks):
    service = Service(THREE)
    service.run(timeout=30 * ticks)
    assert at_home(service, service.run())
    assert [service.operations(name) for name in ("db01", "app01", "web01")] == [ONCE] * 3


@pytest.mark.parametrize("seconds", [600, 7200, 40000])
def test_a_long_initial_replication_is_waited_for_however_late_its_job_comes(seconds, monkeypatch):
    monkeypatch.setitem(SECONDS, "before_ir_completion", seconds)
    service = Service(ONE)
    [track] = service.run(timeout=100_000)
    assert track.problem is None and track.phase is Phase.PROTECTED
    assert service.posts("vm1").count("reProtect") == 1


def test_what_is_left_in_its_initial_replication_goes_on_by_itself_and_what_waits_for_others_does_not(monkeypatch):
    monkeypatch.setitem(SECONDS, "before_ir_completion", 10**6)
    service = Service(ONE)
    [track] = service.run(timeout=20_000)
    assert (
        known(track.problem)["code"] == "TimedOut"
        and "replicating. The service goes on by itself." in known(track.problem)["message"]
    )
    assert (
        "goes on by itself"
        not in not_there_yet(Track(item(), Intent(Goal.PROTECTED), Phase.FAILED_BACK), 60)["message"]
    )


def test_a_resynchronization_that_somebody_starts_meanwhile_is_waited_for():
    service = Service(ONE)
    service.fault(kind="operator", does="repairReplication", match={"item": "vm1", "state": "initial_replication"})
    [track] = service.run()
    assert track.problem is None and track.phase is Phase.PROTECTED


@pytest.mark.parametrize("state", ["failed_back_uncommitted", "failed_back"])
def test_who_leaves_the_plan_that_moves_it_is_told_to_be_called_by_its_name(state):
    service = Service(THREE)
    leaves = {"of": "plan", "name": "plan1", "set": {"without": ["app01"]}}
    service.fault(kind="change", match={"item": "web01", "state": state}, **leaves)
    tracks = {track.name: track for track in service.run(plan="plan1", native=True)}
    problem = known(tracks["app01"].problem)
    assert (
        problem["code"] == "NotMoved" and "has left the plan meanwhile, run for it by its name" in problem["what_to_do"]
    )
    assert [tracks[name].problem for name in ("db01", "web01")] == [None, None]
    assert service.run(names=["app01"])[0].phase is Phase.PROTECTED
    assert service.posts().count("plannedFailover") == 1, "that of the plan"
