# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recovery plans: one operation for many items."""

from __future__ import annotations

from typing import Any

import pytest

from .simulated import Client, client_of, small

PLAN = "/replicationRecoveryPlans/plan1"


def fail_back(client: Client, sync: str = "ForDownTime", creation: str = "NoAction") -> dict[str, str]:
    details = {
        "instanceType": "HyperVReplicaAzureFailback",
        "dataSyncOption": sync,
        "recoveryVmCreationOption": creation,
    }
    body = {"failoverDirection": "RecoveryToPrimary", "providerSpecificDetails": [details]}
    return client.post(PLAN + "/plannedFailover", {"properties": body})


def states(client: Client) -> set[str]:
    return {body["properties"]["protectionState"] for body in client.get("/replicationProtectedItems")["value"]}


def tasks(client: Client, headers: dict[str, str]) -> list[dict[str, Any]]:
    return client.job(headers)["properties"]["tasks"]


def test_a_plan_comes_home(client):
    headers = fail_back(client)
    client.wait(7200)
    client.resume(headers)
    client.wait(7200)
    assert states(client) == {"FinalizeRestorePending"}
    assert client.get(PLAN)["properties"]["allowedOperations"][-1] == "Commit"
    client.post(PLAN + "/failoverCommit")
    client.wait(600)
    assert states(client) == {"RestoreFinalized"}
    client.post(PLAN + "/reProtect")
    client.wait(600)
    assert states(client) == {"Protected"}
    plan = client.get(PLAN)["properties"]
    assert plan["currentScenario"]["scenarioName"] == "ReverseReplication"
    assert plan["currentScenarioStatus"] == "Succeeded"


def test_the_operation_is_not_the_job_but_leads_to_it(client):
    headers = fail_back(client)
    client.wait(5)
    operation = headers["Azure-AsyncOperation"].split("?")[0].rpartition("/")[2]
    job = client.follow(headers["Azure-AsyncOperation"])[2]["name"]
    assert job != operation
    assert client.get(f"/replicationJobs/{operation}")["name"] == job
    assert client.get(PLAN)["properties"]["currentScenario"]["jobId"].endswith(job)


def test_the_job_is_called_failback_and_the_plan_says_planned_failover(client):
    headers = fail_back(client)
    client.wait(5)
    assert client.job(headers)["properties"]["scenarioName"] == "Failback"
    assert client.get(PLAN)["properties"]["currentScenario"]["scenarioName"] == "PlannedFailover"


def test_the_task_list_is_the_recorded_one(client):
    headers = fail_back(client, "ForSynchronization")
    client.wait(7200)
    found = tasks(client, headers)
    assert [(task["name"], task["state"]) for task in found[:4]] == [
        ("RpSrsPrerequisitesCheck", "Succeeded"),
        ("PrepareVmOnPremForFailback", "Succeeded"),
        ("Unknown", "Other"),
        ("WaitForUserInputForFailback", "Other"),
    ]
    assert [task["taskId"] for task in found[4:8]] == [
        "ShutdownAllActionGroup", "FailoverAllActionGroup", "Group1", "Group2",
    ]  # fmt: skip
    assert found[8]["name"] == "EndRecoveryPlanTask"
    assert found[7]["friendlyName"] == "Group 2: Start (2)"


def test_every_stage_has_its_own_child_jobs_and_no_list_shows_them(client):
    headers = fail_back(client, "ForSynchronization")
    client.wait(7200)
    found = tasks(client, headers)
    shutdown = found[4]["groupTaskCustomDetails"]["childTasks"][0]["groupTaskCustomDetails"]["childTasks"][0]
    failover = found[5]["groupTaskCustomDetails"]["childTasks"][0]
    start = found[6]["groupTaskCustomDetails"]["childTasks"][0]
    details = [one["customDetails"]["jobTask"] for one in (shutdown, failover, start)]
    assert {one["targetObjectName"] for one in details} == {"db01"}
    assert {one["jobScenarioName"] for one in details} == {"Failback"}
    assert len({one["jobId"] for one in details}) == 3
    assert client.get(details[0]["jobId"])["properties"]["state"] == "Succeeded"
    assert not {one["jobId"] for one in details} & {job["id"] for job in client.jobs()}


def test_children_that_have_not_started_have_no_job(client):
    headers = fail_back(client)
    client.wait(10)
    start = tasks(client, headers)[6]["groupTaskCustomDetails"]["childTasks"][0]["customDetails"]["jobTask"]
    assert start["jobId"].endswith("/replicationJobs/")
    assert start["jobFriendlyName"] == "Unknown"


def test_the_plan_waits_once_for_all_its_members(client):
    headers = fail_back(client)
    client.wait(86400)
    assert client.job(headers)["properties"]["state"] == "Suspended"
    assert [job["properties"]["scenarioName"] for job in client.jobs("( JobStatus eq 'Suspended' )")] == ["Failback"]


def test_location_of_a_plan_failback_is_empty(client):
    headers = fail_back(client, "ForSynchronization")
    client.wait(7200)
    status, _headers, body = client.follow(headers["Location"])
    assert (status, body) == (204, None)
    commit = client.post(PLAN + "/failoverCommit")
    client.wait(600)
    status, _headers, body = client.follow(commit["Location"])
    assert (status, body["name"]) == (200, "plan1")


def test_one_missing_vm_fails_the_plan_before_anything_happens():
    client = client_of(
        small(
            vms=[{"name": "vm2", "host": "hv01", "on_premises": "deleted"}],
            plans=[{"name": "plan1", "groups": [{"vms": ["vm1", "vm2"]}]}],
        )
    )
    headers = fail_back(client)
    client.wait(60)
    job = client.job(headers)["properties"]
    assert (job["state"], job["tasks"][1]["state"]) == ("Failed", "Failed")
    assert client.fact("vm1")["allowed_operations"] == ["CompleteMigration", "DisableProtection", "Failback"]


def test_a_plan_with_a_busy_member_fails_with_532(client):
    client.fail_back("app01")
    client.wait(10)
    headers = fail_back(client)
    client.wait(10)
    assert client.job(headers)["properties"]["errors"][0]["serviceErrorDetails"]["code"] == "532"


def test_manual_actions_wait_one_by_one():
    action = {"name": "Check the database", "instructions": "Look at the log."}
    groups = [{"vms": ["vm1"], "manual_actions_after": [action]}]
    client = client_of(small(plans=[{"name": "plan1", "groups": groups}]))
    headers = fail_back(client, "ForSynchronization")
    client.wait(7200)
    job = client.job(headers)["properties"]
    assert (job["state"], job["stateDescription"]) == ("Suspended", "WaitingForManualAction")
    child = job["tasks"][6]["groupTaskCustomDetails"]["childTasks"][1]
    assert child["customDetails"]["instructions"] == "Look at the log."
    client.resume(headers)
    client.wait(60)
    assert client.job(headers)["properties"]["state"] == "Succeeded"


def test_a_test_failover_of_a_plan_waits_for_its_cleanup():
    client = client_of(small(vm={"state": "protected"}, plans=[{"name": "plan1", "groups": [{"vms": ["vm1"]}]}]))
    headers = client.post(
        PLAN + "/testFailover",
        {"properties": {"failoverDirection": "PrimaryToRecovery", "networkType": "NoNetworkAttachAsInput"}},
    )
    client.wait(3600)
    assert client.job(headers)["properties"]["stateDescription"] == "WaitingForStopTestFailover"
    assert client.get(PLAN)["properties"]["allowedOperations"] == ["TestFailoverCleanup"]
    client.post(PLAN + "/testFailoverCleanup", {"properties": {"comments": ""}})
    client.wait(3600)
    assert client.job(headers)["properties"]["state"] == "Succeeded"
    assert client.fact("vm1")["test_vm_exists"] is False
    assert client.get(PLAN)["properties"]["allowedOperations"] == [
        "PlannedFailover",
        "UnplannedFailover",
        "TestFailover",
    ]


def test_cancelling_a_plan_frees_its_members(client):
    headers = fail_back(client)
    client.wait(120)
    client.post(client.job(headers)["id"] + "/cancel")
    client.wait(60)
    assert client.job(headers)["properties"]["state"] == "Cancelled"
    assert client.fact("db01")["on_premises_consistent"] is False
    assert "Failback" in client.item("db01")["allowedOperations"]
    fail_back(client, "ForSynchronization")
    client.wait(7200)
    assert states(client) == {"FinalizeRestorePending"}


@pytest.mark.parametrize("details", [{"instanceType": "HyperVReplicaAzureFailback"}, [{"instanceType": "x"}]])
def test_details_of_a_plan_are_a_list_with_a_failback(client, details):
    body = {"properties": {"failoverDirection": "RecoveryToPrimary", "providerSpecificDetails": details}}
    assert client.send("POST", PLAN + "/plannedFailover", body)[0] == 400


def test_lists_show_no_groups(client):
    assert client.get("/replicationRecoveryPlans")["value"][0]["properties"]["groups"] == []
    kinds = [group["groupType"] for group in client.get(PLAN)["properties"]["groups"]]
    assert kinds == ["Shutdown", "Failover", "Boot", "Boot"]


def test_members_are_found_by_the_name_of_the_plan(client):
    found = client.get("/replicationProtectedItems", "$filter=RecoveryPlanName%20eq%20'plan1'")["value"]
    assert [body["properties"]["friendlyName"] for body in found] == ["db01", "app01", "web01"]
