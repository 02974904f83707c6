# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs of recovery plans that were over when the scenario begins look as those that a run leaves."""

from __future__ import annotations

from typing import Any

import pytest

from asr_simulator.scenario.load import ScenarioError, complete
from asr_simulator.simulation import Simulation

from .shapes import lacking, shape
from .simulated import REPROTECT, Client, client_of, small

ACTION = {"name": "look", "instructions": "at it"}
PLANS = [{"name": "plan1", "groups": [{"vms": ["vm1"], "manual_actions_after": [ACTION]}, {"vms": ["vm2"]}]}]
DIRECTION = {"failoverDirection": "PrimaryToRecovery"}
DETAILS = [
    {
        "instanceType": "HyperVReplicaAzureFailback",
        "dataSyncOption": "ForDownTime",
        "recoveryVmCreationOption": "NoAction",
    }
]
HOME = {"failoverDirection": "RecoveryToPrimary", "providerSpecificDetails": DETAILS}
TEST = {**DIRECTION, "networkType": "VmNetworkAsInput"}
LIVE = [  # kind in `history`, state of the members before it, verb and body
    ("planned_failover", "protected", "plannedFailover", DIRECTION),
    ("unplanned_failover", "protected", "unplannedFailover", {**DIRECTION, "sourceSiteOperations": "Required"}),
    ("test_failover", "protected", "testFailover", TEST),
    ("test_failover_cleanup", "test_failover", "testFailoverCleanup", {"comments": ""}),
    ("failback", "failed_over", "plannedFailover", HOME),
    ("commit_failover", "failed_over_uncommitted", "failoverCommit", None),
    ("finalize_failback", "failed_back_uncommitted", "failoverCommit", None),
    ("reprotect", "failed_back", "reProtect", REPROTECT["properties"]),
]


def vault(state: str, *told: dict[str, Any]) -> Client:
    """A vault with a plan of two VMs in this state, and these jobs of before."""
    vms = [{"name": "vm2", "host": "hv01", "state": state}]
    return client_of(small(vm={"state": state}, vms=vms, plans=PLANS, vault={"history": list(told)}))


def listed(client: Client) -> list[dict[str, Any]]:
    return [
        one
        for one in client.get("/replicationJobs")["value"]
        if one["properties"]["targetInstanceType"] == "RecoveryPlan"
    ]


def children(client: Client, job: dict[str, Any]) -> list[dict[str, Any]]:
    """The jobs that the tasks of a plan's job lead to."""
    found: list[dict[str, Any]] = []

    def walk(tasks: list[dict[str, Any]]) -> None:
        for task in tasks:
            details = task["customDetails"] or {}
            if "jobTask" in details and not details["jobTask"]["jobId"].endswith("/"):
                found.append(client.get(details["jobTask"]["jobId"])["properties"])
            walk((task["groupTaskCustomDetails"] or {}).get("childTasks", []))

    walk(job["tasks"])
    return found


def names(job: dict[str, Any]) -> list[Any]:
    """Names of the tasks, those below groups included."""
    return [
        [task["name"], task["friendlyName"], task["taskType"],
         [names({"tasks": [one]}) for one in (task["groupTaskCustomDetails"] or {}).get("childTasks", [])]]
        for task in job["tasks"]
    ]  # fmt: skip


def played(state: str, verb: str, body: Any) -> tuple[Client, dict[str, Any]]:
    """The job of a plan that was run to its end."""
    client = vault(state)
    if verb == "testFailoverCleanup":
        client.world.estate.plans[0].test_pending = True
    client.post(f"/replicationRecoveryPlans/plan1/{verb}", None if body is None else {"properties": body})
    for _turn in range(6):
        client.wait(7200)
        job = listed(client)[0]
        if "Resume" in job["properties"]["allowedActions"]:
            client.post(job["id"] + "/resume", {"properties": {}})
        elif job["properties"]["stateDescription"] == "WaitingForStopTestFailover":
            client.post("/replicationRecoveryPlans/plan1/testFailoverCleanup", {"properties": {"comments": ""}})
    found = next(one for one in reversed(listed(client)))
    return client, client.get(found["id"])["properties"]


@pytest.mark.parametrize(("what", "state", "verb", "body"), LIVE, ids=[one[0] for one in LIVE])
def test_a_job_of_a_plan_that_was_told_has_the_tasks_and_child_jobs_of_one_that_was_run(what, state, verb, body):
    live_client, live = played(state, verb, body)
    assert live["state"] == "Succeeded", live["stateDescription"]
    client = vault(state, {"what": what, "plan": "plan1", "days_ago": 3, "seconds": 1800})
    [row] = listed(client)
    told = client.get(row["id"])["properties"]
    assert (told["scenarioName"], told["friendlyName"]) == (live["scenarioName"], live["friendlyName"])
    assert names(told) == names(live)
    assert lacking(shape(told), shape(live)) == [] == lacking(shape(live), shape(told))
    ours, theirs = children(client, told), children(live_client, live)
    assert [(one["scenarioName"], one["targetObjectName"], names(one)) for one in ours] == [
        (one["scenarioName"], one["targetObjectName"], names(one)) for one in theirs
    ]
    times = [task[key] for task in told["tasks"] for key in ("startTime", "endTime")]
    assert times == sorted(times) and told["startTime"] <= times[0] and times[-1][:19] <= told["endTime"][:19]


@pytest.mark.parametrize(
    ("state", "errors"), [("Failed", 1), ("Other", 1), ("Cancelled", 0), ("PartiallySucceeded", 1)]
)
def test_a_plan_that_went_wrong_says_so_at_its_job_at_a_member_and_at_the_job_of_that(state, errors):
    client = vault(
        "failed_over", {"what": "failback", "plan": "plan1", "state": state, "code": 70094, "message": "It broke."}
    )
    job = client.get(listed(client)[0]["id"])["properties"]
    assert (job["state"], len(job["errors"])) == (state, errors)
    ended = [one for one in children(client, job) if one["state"] != "Succeeded"]
    assert [(one["state"], len(one["errors"]), one["targetObjectName"]) for one in ended] == [
        (state, errors, "vm1" if state != "PartiallySucceeded" else "vm2")
    ]
    bad = "Failed" if errors else "Cancelled"
    stage = next(task for task in job["tasks"] if bad in str(task))
    assert stage["groupTaskCustomDetails"]["rpGroupType"] == (
        "BootGroup" if state == "PartiallySucceeded" else "RpFailoverTask"
    )
    if state != "PartiallySucceeded":
        assert stage["state"] == bad and job["tasks"][-1]["state"] == "NotStarted"
    for error in job["errors"]:
        assert (error["serviceErrorDetails"]["code"], error["serviceErrorDetails"]["message"]) == ("70094", "It broke.")


def test_a_failover_of_a_plan_that_brought_its_members_to_azure_stands_for_theirs():
    when = [
        {"what": "planned_failover", "plan": "plan1", "days_ago": 1},
        {"what": "commit_failover", "plan": "plan1", "days_ago": 0.9},
    ]
    client = vault("failed_over", *when)
    assert [one["properties"]["scenarioName"] for one in client.get("/replicationJobs")["value"]] == [
        "CommitFailover",
        "PlannedFailover",
    ]
    earlier = vault("failed_over", {**when[0], "days_ago": 30})
    assert len(earlier.get("/replicationJobs")["value"]) == 5  # it was another one


def test_a_plan_shows_its_last_job_and_when_each_kind_was_last_done():
    told = [
        {"what": "test_failover", "plan": "plan1", "days_ago": 2, "seconds": 600},
        {"what": "planned_failover", "plan": "plan1", "days_ago": 40, "seconds": 600},
        {"what": "test_failover", "plan": "plan1", "days_ago": 90, "state": "Failed"},
    ]
    client = vault("protected", *told)
    plan = client.get("/replicationRecoveryPlans/plan1")["properties"]
    newest = listed(client)[0]
    assert (
        plan["currentScenario"]["jobId"] == newest["id"] and plan["currentScenario"]["scenarioName"] == "TestFailover"
    )
    assert plan["lastTestFailoverTime"][:19] == newest["properties"]["endTime"][:19]
    assert plan["lastPlannedFailoverTime"] < plan["lastTestFailoverTime"]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"what": "failback", "plan": "plan2"}, "history.0.plan: 'plan2' is not allowed; allowed: plan1"),
        (
            {"what": "repair", "plan": "plan1"},
            "history.0.plan: a repair of a plan is not allowed; allowed: save_plan, ",
        ),
        ({"what": "failback"}, "history.0.vm: None is not allowed; allowed: vm1"),
    ],
)
def test_a_job_of_nobody_is_refused(told, words):
    with pytest.raises((ScenarioError, ValueError)) as caught:
        Simulation(complete(small(plans=[{"name": "plan1", "groups": [{"vms": ["vm1"]}]}], vault={"history": [told]})))
    assert words in str(caught.value)
