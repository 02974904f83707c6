# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The life of one protected item, from Azure back home."""

from __future__ import annotations

from .simulated import AT_HOME, AWAY, OLD, REPROTECT, bring_back, client_of, seen, small


def test_the_whole_way_home(client):
    assert seen(client, "app01") == ("PlannedFailoverStatesBegin", "Recovery", AWAY)
    bring_back(client, "app01", "ForDownTime")
    assert seen(client, "app01") == ("FinalizeRestorePending", "Primary", ["DisableProtection", "FinalizeFailback"])
    client.post(client.id_of("app01") + "/failoverCommit")
    client.wait(100)
    assert seen(client, "app01") == ("RestoreFinalized", "Primary", ["ReverseReplicate", "DisableProtection"])
    client.post(client.id_of("app01") + "/reProtect", REPROTECT)
    client.wait(70)
    assert seen(client, "app01") == ("InitialReplicationInProgress", "Primary", ["DisableProtection"])
    client.wait(100)
    assert seen(client, "app01") == ("Protected", "Primary", AT_HOME)
    names = [job["properties"]["scenarioName"] for job in client.jobs()]
    assert names == [
        "IrCompletion", "ReprotectReplicationGroup", "FinalizeFailback", "RestoreCompletion", "PlannedFailover",
    ]  # fmt: skip


def test_before_failover_waits_for_the_user_for_ever(client):
    headers = client.fail_back("app01", "ForDownTime")
    client.wait(7 * 86400)
    job = client.job(headers)["properties"]
    assert (job["state"], job["allowedActions"]) == ("Suspended", ["Cancel", "Resume"])
    waiting = [task["name"] for task in job["tasks"] if task["state"] == "Suspended"]
    assert waiting == ["WaitForUserInputForFailback"]
    assert client.fact("app01")["azure_vm_running"] is True
    assert client.fact("app01")["on_premises_power"] == "off"


def test_during_failover_never_waits_and_skips_the_synchronization(client):
    headers = client.fail_back("app01", "ForSynchronization")
    client.wait(7200)
    job = client.job(headers)["properties"]
    assert job["state"] == "Succeeded"
    skipped = [
        task["name"] for task in job["tasks"] if (task["state"], task["stateDescription"]) == ("Other", "Skipped")
    ]
    assert skipped == ["DataSync", "WaitForUserInputForFailback"]
    assert {task["startTime"] for task in job["tasks"] if task["name"] in skipped} == {"0001-01-01T00:00:00"}


def test_a_busy_item_allows_nothing_and_names_its_job(client):
    headers = client.fail_back("app01")
    client.wait(10)
    item = client.item("app01")
    assert item["allowedOperations"] == []
    assert item["currentScenario"]["jobId"] == client.job(headers)["id"]
    assert item["currentScenario"]["scenarioName"] == "PlannedFailover"


def test_an_idle_item_shows_the_odd_scenario(client):
    scenario = client.item("app01")["currentScenario"]
    assert scenario["scenarioName"] == "None"
    assert scenario["jobId"].endswith("/replicationJobs/None")
    assert scenario["startTime"] == "1753-01-01T01:01:01Z"


def test_the_first_read_of_a_job_has_no_scenario(client):
    headers = client.fail_back("app01")
    job = client.job(headers)["properties"]
    assert (job["scenarioName"], job["state"], job["tasks"]) == (None, "NotStarted", [])
    assert "startTime" not in job
    client.wait(6)
    assert client.job(headers)["properties"]["state"] == "InProgress"


def test_commit_deletes_the_azure_vm_and_its_disks(client):
    bring_back(client, "app01")
    disks = client.item("app01")["providerSpecificDetails"]["azureVmDiskDetails"]
    assert all(disk["targetDiskName"] for disk in disks)
    assert client.fact("app01")["azure_vm_exists"] is True
    client.post(client.id_of("app01") + "/failoverCommit")
    client.wait(100)
    disks = client.item("app01")["providerSpecificDetails"]["azureVmDiskDetails"]
    assert [disk["targetDiskName"] for disk in disks] == [None]
    assert client.fact("app01")["azure_vm_exists"] is False


def test_failback_without_a_direction_is_accepted(client):
    details = {"instanceType": "HyperVReplicaAzureFailback", "dataSyncOption": "ForSynchronization"}
    client.post(client.id_of("app01") + "/plannedFailover", {"properties": {"providerSpecificDetails": details}})
    client.wait(7200)
    assert seen(client, "app01")[0] == "FinalizeRestorePending"


def test_to_azure_and_committed():
    client = client_of(small(vm={"state": "protected"}))
    body = {"failoverDirection": "PrimaryToRecovery", "providerSpecificDetails": {"instanceType": "HyperVReplicaAzure"}}
    client.post(client.id_of("vm1") + "/plannedFailover", {"properties": body})
    client.wait(3600)
    assert seen(client, "vm1") == (
        "PlannedFailoverCommitRequired",
        "Recovery",
        ["CompleteMigration", "Commit", "DisableProtection", "ChangePit"],
    )
    client.post(client.id_of("vm1") + "/failoverCommit")
    client.wait(60)
    assert seen(client, "vm1") == ("PlannedFailoverStatesBegin", "Recovery", AWAY)


def test_a_test_failover_leaves_its_mark():
    client = client_of(small(vm={"state": "protected"}))
    assert client.item("vm1")["failoverHealth"] == "Warning"
    body = {"failoverDirection": "PrimaryToRecovery", "networkType": "VmNetworkAsInput", "networkId": "/x/networks/n1"}
    client.post(client.id_of("vm1") + "/testFailover", {"properties": body})
    client.wait(3600)
    assert seen(client, "vm1")[2] == ["TestFailoverCleanup"]
    assert client.fact("vm1")["test_vm_exists"] is True
    client.post(client.id_of("vm1") + "/testFailoverCleanup", {"properties": {"comments": ""}})
    client.wait(3600)
    item = client.item("vm1")
    assert (item["testFailoverState"], item["allowedOperations"]) == ("MarkedForDeletion", AT_HOME)
    assert item["failoverHealth"] == "Normal"


def test_status_urls_follow_the_api_version(client):
    new = client.fail_back("app01")
    assert "/replicationOperationStatus/" in new["Azure-AsyncOperation"]
    client.api = OLD
    old = client.fail_back("web01")
    assert "/replicationJobs/" in old["Azure-AsyncOperation"]
    client.wait(5)
    status, headers, body = client.follow(old["Azure-AsyncOperation"])
    assert (status, body["status"]) == (200, "InProgress")
    assert "Retry-After" not in headers
    status, _headers, body = client.follow(new["Azure-AsyncOperation"])
    assert body["status"] == "InProgress"
    assert body["percentComplete"] is None


def test_location_leads_to_the_item(client):
    headers = client.fail_back("app01", "ForSynchronization")
    assert client.follow(headers["Location"])[0] == 202
    client.wait(7200)
    status, _headers, body = client.follow(headers["Location"])
    assert (status, body["properties"]["protectionState"]) == (200, "FinalizeRestorePending")


def test_activity_id_carries_the_request_of_the_caller(client):
    headers = client.fail_back("app01")
    assert client.job(headers)["properties"]["activityId"].startswith("request-1 ActivityId: ")


def test_roles_are_swapped_in_a_failback_job(client):
    headers = client.fail_back("app01")
    client.wait(5)
    affected = client.job(headers)["properties"]["customDetails"]["affectedObjectDetails"]
    assert (affected["PrimaryVmmName"], affected["RecoveryVmmName"]) == ("Microsoft Azure", "site1")


def test_target_object_is_the_vm_and_no_arm_id(client):
    headers = client.fail_back("app01")
    client.wait(5)
    job = client.job(headers)["properties"]
    assert job["targetObjectId"] == client.item("app01")["providerSpecificDetails"]["vmId"]
    assert job["targetObjectName"] == "app01"


def test_ids_begin_with_a_capital_s_and_any_case_is_understood(client):
    found = client.id_of("app01")
    assert found.startswith("/Subscriptions/")
    assert client.get(found.lower())["id"] == found


def test_restore_completion_runs_beside_the_end_of_the_failback(client):
    bring_back(client, "app01")
    found = {job["properties"]["scenarioName"]: job["properties"] for job in client.jobs()}
    beside, failback = found["RestoreCompletion"], found["PlannedFailover"]
    assert failback["startTime"] < beside["startTime"] < beside["endTime"] < failback["endTime"]


def test_patch_is_kept_and_shown_again(client):
    body = {"properties": {"recoveryAzureVMSize": "Standard_D8s_v3"}}
    assert client.send("PATCH", client.id_of("app01"), body)[0] == 202
    client.wait(60)
    assert client.item("app01")["providerSpecificDetails"]["recoveryAzureVMSize"] == "Standard_D8s_v3"
