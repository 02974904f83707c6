# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A recovery plan goes home by its own operations, or its members one by one; both ways survive being killed."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._engine.selecting import select
from ansible_collections.asr.hyperv.plugins.module_utils._engine.survey import survey
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Phase
from ansible_collections.asr.hyperv.plugins.module_utils._run.orchestration import choose_orchestration
from ansible_collections.asr.hyperv.plugins.module_utils._run.waiting import next_words
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._wish.data_sync import DataSync, SyncChoice
from ansible_collections.asr.hyperv.plugins.module_utils._wish.failback import Failback
from ansible_collections.asr.hyperv.plugins.module_utils._wish.intent import Intent
from ansible_collections.asr.hyperv.plugins.modules.cancel_failover import cancel
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import known
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.runs import a_module
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import THREE, vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Killed, Service

NATIVE: dict[str, Any] = {"plan": "plan1", "native": True}
STEPS = ["plannedFailover", "resume", "failoverCommit", "reProtect"]
ACTION = {"name": "Check the storage", "instructions": "Ask the storage team", "directions": ["RecoveryToPrimary"]}


def with_action() -> dict[str, Any]:
    scenario = vault("db01", "app01 web01")
    scenario["plans"][0]["groups"][1]["manual_actions_before"] = [ACTION]
    return scenario


def at_home(tracks) -> bool:
    return {track.phase for track in tracks} == {Phase.PROTECTED} and not any(track.problem for track in tracks)


@pytest.mark.parametrize("mode", ["before_failover", "during_failover"])
def test_a_plan_comes_home_by_one_operation_for_each_step(mode):
    service = Service(THREE)
    assert at_home(service.run(data_sync=mode, **NATIVE))
    assert service.posts() == [step for step in STEPS if step != "resume" or mode == "before_failover"]
    asked = len(service.posts())
    again = service.run(data_sync=mode, **NATIVE)
    assert at_home(again) and len(service.posts()) == asked


@pytest.mark.parametrize("after", range(1, 5))
@pytest.mark.parametrize("native", [True, False])
def test_a_run_that_was_killed_after_a_post_is_continued_either_way(after, native):
    service = Service(THREE)

    def kill(_request):
        if len(service.posts()) == after:
            raise Killed

    service.core.after = kill
    with pytest.raises(Killed):
        service.run(**NATIVE)
    service.revive()
    assert at_home(service.run(plan="plan1", native=native))
    assert [service.posts().count(step) for step in STEPS[:after]] == [1] * after


def test_after_a_failure_the_members_go_on_one_by_one():
    service = Service(THREE)
    service.fault(kind="job_failure", task="VmFailover", match={"item": "web01"})
    first = service.run(**NATIVE)
    assert any(track.problem for track in first)
    assert at_home(service.run(plan="plan1"))


def test_a_manual_action_is_waited_for_until_a_person_has_done_it():
    service = Service(with_action())
    service.clock.others.append(lambda: said(service, "waits for the manual action") and resume_action(service))
    assert at_home(service.run(**NATIVE))
    assert said(service, "waits for the manual action 'Check the storage' (Ask the storage team)")


def test_a_manual_action_stops_the_run_when_that_is_asked_for_and_nobody_resumes_it():
    service = Service(with_action())
    stopped = service.run(stop_at_manual_action=True, **NATIVE)
    assert {known(track.problem)["code"] for track in stopped} == {"ManualAction"}
    assert "manual_action_done: true" in known(stopped[0].problem)["what_to_do"]
    assert service.posts() == STEPS[:2]
    resume_action(service)
    assert at_home(service.run(**NATIVE))
    assert service.posts() == [*STEPS[:2], "resume", *STEPS[2:]]


def ask_to_cancel(service, *names, accepted=True):
    """What cancel_failover answers for these VMs, or for the plan without any; a failure is an answer too."""

    def fail(msg, **answer):
        answers.append({"failed": msg, **answer})

    answers = []
    params = {"protected_items": list(names) or None, "recovery_plan": None if names else "plan1", "groups": None}
    module = a_module(params={**params, "accept_inconsistent_vm": accepted}, check_mode=False, fail_json=fail)
    answers.append(cancel(module, service.vault))
    return answers[0]


def test_the_job_of_a_plan_is_cancelled_once_and_only_when_all_of_its_members_were_named():
    service = Service(THREE)
    service.run("synchronized", **NATIVE)
    with pytest.raises(
        BadInput, match=r"of web01 is one of the recovery plan 'plan1'.*moves app01, db01, web01, and app01, db01"
    ):
        ask_to_cancel(service, "web01")
    with pytest.raises(BadInput, match="accept_inconsistent_vm"):
        ask_to_cancel(service, accepted=False)
    assert "cancel" not in service.posts()
    told = ask_to_cancel(service)["protected_items"]
    assert len({one["cancelled_job"] for one in told}) == 1 and told[0]["cancelled_job"]
    assert service.posts().count("cancel") == 1


def test_a_job_that_waits_for_a_manual_action_says_so_and_can_be_cancelled():
    service = Service(with_action())
    job = known(service.run(stop_at_manual_action=True, **NATIVE)[0].job).name
    waiting = survey(service.vault, select(service.vault, ["web01"], None), None)[0]
    assert next_words(waiting) == (
        "waits for the manual action 'Check the storage' (Ask the storage team): do it, then resume the job: asr.hyperv.job with "
        f"name: {job}, state: resumed, manual_action_done: true"
    )
    assert {one["cancelled_job"] for one in ask_to_cancel(service)["protected_items"]} == {job}


def test_a_cancel_that_goes_wrong_is_told_for_its_vm_and_the_others_are_cancelled():
    service = Service(THREE)
    service.run("synchronized")
    cancel_job, refused = service.vault.jobs.cancel, known(service.item("db01").job).id

    def refuse_one(name):
        if name == refused:
            raise BadInput("JobActionNotAllowed")
        cancel_job(name)

    service.vault.jobs.cancel = refuse_one
    told = ask_to_cancel(service)
    assert "db01: JobActionNotAllowed" in told["failed"] and told["changed"]
    assert [bool(one["cancelled_job"]) for one in told["protected_items"]] == [False, True, True]
    assert [one["error"] for one in told["protected_items"]] == ["JobActionNotAllowed", None, None]


def said(service, words) -> bool:
    return any(words in line for line in service.said)


def resume_action(service) -> None:
    """Somebody does what the plan asks for."""
    for job in service.world.jobs.jobs:
        if job.description == "WaitingForManualAction":
            service.operate("POST", f"/replicationJobs/{job.id}/resume", {"properties": {"comments": "done"}})


def track(name="a", phase="failed_over", *, job="", mode="before_failover", **failback):
    decided = Failback(SyncChoice(DataSync(mode), "asked for"), **failback)
    return SimpleNamespace(
        name=name,
        phase=Phase(phase),
        job=SimpleNamespace(state="InProgress", target_kind=job, target_name="PLAN1", **JOB) if job else None,
        intent=Intent(Goal.PROTECTED, failback=decided),
    )


JOB = {"name": "j1", "friendly_name": "Planned failover", "scenario": "Failback"}


def plan_of(name, **actions):
    """A plan with actions on the way home, by their kinds."""
    sent = [
        {"actionName": one, "failoverDirections": ["RecoveryToPrimary"], "customDetails": {"instanceType": KINDS[kind]}}
        for kind, names in actions.items()
        for one in names
    ]
    body = {"properties": {"groups": [{"groupType": "Boot", "startGroupActions": sent}]}}
    return SimpleNamespace(name=name, manual_actions=tuple(actions.get("manual", ())), body=body)


KINDS = {"manual": "ManualActionDetails", "runbook": "AutomationRunbookActionDetails", "script": "ScriptActionDetails"}
PLAN, BARE = plan_of("plan1", manual=["Call Bob"]), plan_of("plan1")
SCRIPTED = plan_of("plan1", runbook=["Switch DNS"], script=["Mount"])
AT_GATE = [track(phase="synchronized", job="RecoveryPlan"), track("b", "protected")]
CHOICES = [  # asked, plan, tracks, options, the choice with its reason
    ("auto", BARE, [track()], [], "itemwise: .*every VM goes at its own pace"),
    (
        "auto",
        SCRIPTED,
        [track()],
        [],
        "itemwise: .*own pace; nobody is .* home: Switch DNS .runbook., Mount .script.",
    ),
    ("itemwise", SCRIPTED, [track()], [], "itemwise: it was asked for; nobody is .* home: Switch DNS .runbook."),
    ("auto", PLAN, [track(), track("b")], [], "native: .*manual actions on the way home: Call Bob"),
    ("auto", None, [track()], [], "itemwise: .*there is no recovery plan"),
    (
        "auto",
        PLAN,
        [track()],
        ["max_concurrent"],
        "itemwise: .*max_concurrent would be ignored.*nobody is asked for.*Call Bob",
    ),
    ("auto", PLAN, [track(provider_id="/p")], [], "itemwise: .*a host has to be named for a"),
    (
        "auto",
        PLAN,
        [track(), track("b", mode="during_failover")],
        [],
        "itemwise: .*different data sync.*b: during_failover",
    ),
    (
        "auto",
        PLAN,
        [track(), track("b", create_vm_if_missing=True)],
        [],
        "itemwise: .*b: before_failover, CreateVm",
    ),
    ("auto", PLAN, [track(), track("b", "protected")], [], "itemwise: .*failed_over: a; protected: b"),
    ("native", BARE, [track()], [], "native: .*it was asked for"),
    ("native", BARE, [track(), track("b", "protected")], [], "itemwise: .*members stand at different points"),
    ("auto", BARE, [track(job="RecoveryPlan")], [], "native: .*a job of the plan is under way"),
    ("auto", BARE, AT_GATE, [], "native: a job of the plan is under way"),
    ("native", BARE, AT_GATE, [], "native: a job of the plan is under way"),
    ("itemwise", BARE, [track(phase="cutting_over", job="RecoveryPlan")], [], "itemwise: it was asked for"),
    ("itemwise", plan_of("plan2"), AT_GATE, [], "itemwise: it was asked for"),
    ("auto", BARE, [track(job="ProtectionEntity")], [], "itemwise: .*own pace"),
    ("itemwise", PLAN, [track()], [], "itemwise: .*it was asked for"),
]


@pytest.mark.parametrize(("asked", "plan", "tracks", "options", "choice"), CHOICES)
def test_the_choice_says_why(asked, plan, tracks, options, choice):
    found = choose_orchestration(asked, plan, tracks, options).told
    assert re.search(choice, f"{found['chosen']}: {found['reason']}")


def test_native_is_refused_where_it_cannot_be_with_the_reason():
    words = "native is not possible: no recovery plan was given. Take itemwise or auto"
    with pytest.raises(BadInput, match=words) as refused:
        choose_orchestration("native", None, [track()])
    assert refused.value.details["code"] == "OrchestrationNotPossible", "the role decides by it"


@pytest.mark.parametrize(
    ("asked", "options", "words"),
    [
        (
            "itemwise",
            [],
            r"itemwise is not possible: job 'Planned failover' \(j1\) of the plan 'plan1' .* Take native\.$",
        ),
        (
            "auto",
            ["optional_items"],
            r"auto is not possible: .* Take native\. .*optional_items would be ignored .*leave that out",
        ),
    ],
)
def test_members_cannot_go_one_by_one_while_a_job_of_their_plan_is_before_its_gate(asked, options, words):
    with pytest.raises(BadInput, match=words) as refused:
        choose_orchestration(asked, BARE, AT_GATE, options)
    assert refused.value.details["code"] == "OrchestrationNotPossible"
