# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs that hang, and jobs that end otherwise than they should."""

from __future__ import annotations

import pytest

from asr_simulator.jobs.plan_scripts import PLAN_SCRIPTS
from asr_simulator.jobs.scripts import SCRIPTS

from .simulated import REPROTECT, bring_back, client_of, put, small

FAILED = ["Failed", "Cancelled", "Other"]
WELL = ["PartiallySucceeded", "CompletedWithInformation"]
STEPS = {  # script: what brings an item to it, and the POST
    "failback": (None, None),
    "finalize_failback": ("failed_back_uncommitted", "failoverCommit"),
    "reprotect": ("failed_back", "reProtect"),
    "ir_completion": ("failed_back", "reProtect"),
}
TASKS = [(script, row.name) for script in STEPS for row in SCRIPTS[script].rows]


def started(client, script):
    """The job of a script, started from the state before it; it runs until nothing moves any more."""
    state, verb = STEPS[script]
    item = next(item for item in client.world.estate.items if item.key == "app01")
    item.state = state or item.state
    headers = client.post(client.id_of("app01") + f"/{verb}", REPROTECT) if verb else client.fail_back("app01")
    client.wait(7200)
    if not verb and client.job(headers)["properties"]["state"] == "Suspended":
        client.resume(headers)
        client.wait(7200)
    client.world.kernel.settle()
    found = [job for job in client.world.jobs.jobs if job.script == script]
    return client.get(f"/replicationJobs/{found[-1].id}")["properties"]


@pytest.mark.parametrize("script, task", TASKS)
def test_a_job_fails_at_every_task(client, script, task):
    put(client, "job_failure", match={"verb": SCRIPTS[script].scenario}, task=task, code="70094")
    job = started(client, script)
    assert (job["state"], job["errors"][0]["serviceErrorDetails"]["code"]) == ("Failed", "70094")
    assert [one["name"] for one in job["tasks"] if one["errors"]] == [task]
    assert client.world.faults.rows[0].hits == 1


@pytest.mark.parametrize("end", FAILED + WELL)
def test_other_ends_of_a_job(client, end):
    put(client, "job_failure", match={"verb": "FinalizeFailback"}, end=end)
    job = started(client, "finalize_failback")
    assert job["state"] == end
    assert bool(job["errors"]) is (end != "Cancelled")
    reached = {True: "RestoreFinalized", False: "FinalizeRestorePending"}[end in WELL]
    assert client.item("app01")["protectionState"] == reached


@pytest.mark.parametrize("restart, allowed", [(True, ["Restart"]), (False, [])])
@pytest.mark.parametrize("script", ["failback", "reprotect"])
def test_restart_may_be_allowed_or_not(client, script, restart, allowed):
    put(client, "job_failure", restart=restart)
    assert started(client, script)["allowedActions"] == allowed


def test_a_job_that_never_starts_keeps_its_item_busy(client):
    put(client, "job_hang", match={"item": "app01"})
    job = started(client, "failback")
    assert (job["state"], job["scenarioName"], job["allowedActions"]) == ("NotStarted", None, [])
    assert client.item("app01")["allowedOperations"] == []


def test_a_job_that_starts_late(client):
    put(client, "job_hang", seconds=3600)
    headers = client.fail_back("app01")
    client.wait(3000)
    assert client.job(headers)["properties"]["state"] == "NotStarted"
    client.wait(700)
    assert client.job(headers)["properties"]["state"] == "InProgress"


def test_a_job_that_hangs_at_a_task_can_be_cancelled(client):
    put(client, "job_hang", task="VmFailover")
    headers = client.fail_back("app01", "ForSynchronization")
    client.wait(86400)
    job = client.job(headers)["properties"]
    assert [one["name"] for one in job["tasks"] if one["state"] == "InProgress"] == ["VmFailover"]
    client.post(client.job(headers)["id"] + "/cancel")
    client.wait(60)
    assert client.job(headers)["properties"]["state"] == "Cancelled"
    assert "Failback" in client.item("app01")["allowedOperations"]


def test_a_cancelled_end_stands_in_the_task_too(client):
    put(client, "job_failure", task="DataSync", end="Cancelled")
    job = started(client, "failback")
    assert (job["state"], job["errors"]) == ("Cancelled", [])
    assert [one["state"] for one in job["tasks"] if one["name"] == "DataSync"] == ["Cancelled"]
    bring_back(client, "app01")
    assert client.item("app01")["protectionState"] == "FinalizeRestorePending"


PLAN = {
    "properties": {
        "failoverDirection": "RecoveryToPrimary",
        "providerSpecificDetails": [
            {
                "instanceType": "HyperVReplicaAzureFailback",
                "dataSyncOption": "ForDownTime",
                "recoveryVmCreationOption": "NoAction",
            }
        ],
    }
}
PLAN_TASKS = [stage.name for stage in PLAN_SCRIPTS["plan_failback"].stages if not stage.group_type]


def plan_job(client):
    headers = client.post("/replicationRecoveryPlans/plan1/plannedFailover", PLAN)
    client.wait(7200)
    if client.job(headers)["properties"]["state"] == "Suspended":
        client.resume(headers)
        client.wait(7200)
    return client.job(headers)["properties"]


@pytest.mark.parametrize("task", [*PLAN_TASKS, "DataSync", "VmShutdownVmOnSecondary", "VmFailover"])
def test_a_plan_fails_at_every_task(client, task):
    put(client, "job_failure", match={"verb": "Failback"}, task=task)
    assert plan_job(client)["state"] == "Failed"
    assert client.item("web01")["allowedOperations"] != []


def test_a_plan_whose_member_ends_with_a_complaint(client):
    put(client, "job_failure", match={"item": "db01"}, task="VmFailover", end="PartiallySucceeded")
    assert plan_job(client)["state"] == "PartiallySucceeded"
    assert client.item("db01")["protectionState"] == "FinalizeRestorePending"


def test_a_plan_job_that_never_starts(client):
    put(client, "job_hang", match={"verb": "Failback"})
    assert plan_job(client)["state"] == "NotStarted"


def test_an_error_may_have_a_part_of_the_provider(client):
    part = {
        "code": 95222,
        "message": "The agent said no.",
        "causes": "The agent is old.",
        "advice": "Update the agent.",
    }
    client.world.faults.add({"kind": "job_failure", "task": "DataSync", "code": "25038", "provider": part})
    headers = client.fail_back("app01")
    client.wait(3600)
    [error] = client.job(headers)["properties"]["errors"]
    assert error["serviceErrorDetails"]["code"] == "25038"
    assert error["serviceErrorDetails"]["possibleCauses"] == "Check the Provider error for more information."
    provider = error["providerErrorDetails"]
    assert (provider["errorCode"], provider["recommendedAction"]) == (95222, "Update the agent.")


def test_a_job_that_ends_well_may_have_something_to_tell(client):
    client.world.faults.add({"kind": "job_failure", "end": "Succeeded", "code": "28175", "message": "Look at it."})
    headers = client.fail_back("app01", "ForSynchronization")
    client.wait(7200)
    job = client.job(headers)["properties"]
    assert job["state"] == "Succeeded"
    assert job["errors"][0]["serviceErrorDetails"]["message"] == "Look at it."


@pytest.mark.parametrize(("shows", "busy"), [("busy", True), ("unchanged", False)])
def test_what_the_item_shows_while_its_job_has_no_name_is_a_choice(shows, busy):
    client = client_of(small(service={"new_job_seconds": 20, "new_job_item": shows}))
    headers = client.fail_back("vm1")
    client.wait(19)
    job, [listed] = client.job(headers)["properties"], client.jobs()
    assert (job["state"], job["scenarioName"], job["targetObjectId"]) == ("NotStarted", None, None)
    assert (listed["properties"]["friendlyName"], listed["properties"].get("startTime")) == (None, None)
    item = client.item("vm1")
    assert (item["allowedOperations"] == [], item["currentScenario"]["scenarioName"] != "None") == (busy, busy)
    client.wait(2)
    assert client.item("vm1")["allowedOperations"] == []
    assert client.job(headers)["properties"]["scenarioName"] == "PlannedFailover"
