# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is refused, at once or by a failing job, and what a cancel leaves behind."""

from __future__ import annotations

import pytest

from .simulated import AWAY, REPROTECT, bring_back, seen


def test_another_operation_fails_with_532_and_harms_nothing(client):
    first = client.fail_back("app01")
    client.wait(10)
    second = client.job(client.fail_back("app01"))["name"]
    client.wait(10)
    job = client.get(f"/replicationJobs/{second}")["properties"]
    assert job["state"] == "Failed"
    assert job["errors"][0]["serviceErrorDetails"]["code"] == "532"
    assert job["errors"][0]["taskId"] is None
    assert job["allowedActions"] == []
    client.wait(7200)
    assert client.job(first)["properties"]["state"] == "Suspended"


@pytest.mark.parametrize(
    "verb, code, allowed",
    [("failoverCommit", "25037", []), ("reProtect", "25038", ["Restart"]), ("testFailover", "539", [])],
)
def test_a_verb_that_comes_too_early_is_accepted_and_its_job_fails(client, verb, code, allowed):
    headers = client.post(f"{client.id_of('app01')}/{verb}", REPROTECT)
    client.wait(10)
    job = client.job(headers)["properties"]
    assert (job["state"], job["errors"][0]["serviceErrorDetails"]["code"]) == ("Failed", code)
    assert job["tasks"][0]["errors"][0]["serviceErrorDetails"]["code"] == code
    assert seen(client, "app01") == ("PlannedFailoverStatesBegin", "Recovery", AWAY)
    assert set(job["allowedActions"]) >= set(allowed)


@pytest.mark.parametrize("verb", ["reProtect", "plannedFailover"])
def test_the_wrong_direction_is_a_bad_request(client, verb):
    bring_back(client, "app01")
    body = {"failoverDirection": "RecoveryToPrimary", "providerSpecificDetails": {
        "instanceType": "HyperVReplicaAzureFailback"}}  # fmt: skip
    status, _headers, found = client.send("POST", f"{client.id_of('app01')}/{verb}", {"properties": body})
    assert status == 400
    assert found["error"]["code"] == "BadRequest"
    assert found["error"]["details"][0]["code"] == "InvalidFailoverDirection"


@pytest.mark.parametrize("field", ["dataSyncOption", "recoveryVmCreationOption"])
def test_misspelt_options_are_refused_by_name(client, field):
    details = {"instanceType": "HyperVReplicaAzureFailback", field: "ForDowntime"}
    body = {"properties": {"failoverDirection": "RecoveryToPrimary", "providerSpecificDetails": details}}
    status, _headers, found = client.send("POST", client.id_of("app01") + "/plannedFailover", body)
    assert status == 400
    assert field in found["error"]["message"]
    assert "ForDowntime" in found["error"]["message"]


@pytest.mark.parametrize("details", [["x"], "x", 7])
def test_details_that_are_no_object_are_refused(client, details):
    body = {"properties": {"failoverDirection": "RecoveryToPrimary", "providerSpecificDetails": details}}
    assert client.send("POST", client.id_of("app01") + "/plannedFailover", body)[0] == 400


def test_a_cancel_during_the_synchronization_leaves_the_vm_unusable(client):
    headers = client.fail_back("app01")
    client.wait(120)
    client.post(client.job(headers)["id"] + "/cancel")
    assert client.job(headers)["properties"]["state"] == "Cancelling"
    client.wait(10)
    assert client.job(headers)["properties"]["state"] == "Cancelled"
    assert client.fact("app01")["on_premises_consistent"] is False
    assert seen(client, "app01") == ("PlannedFailoverStatesBegin", "Recovery", AWAY)
    bring_back(client, "app01", "ForDownTime")
    assert client.fact("app01")["on_premises_consistent"] is True


def test_restart_of_a_failed_reprotect_is_another_job(client):
    bring_back(client, "app01")
    headers = client.post(client.id_of("app01") + "/reProtect", REPROTECT)
    client.wait(10)
    answer = client.post(client.job(headers)["id"] + "/restart")
    client.wait(10)
    assert client.job(answer)["properties"]["scenarioName"] == "RestartJob"
