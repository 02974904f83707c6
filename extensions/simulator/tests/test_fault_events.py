# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events: tokens expire, hosts come and go, somebody else works on the items, reads are behind."""

from __future__ import annotations

from asr_simulator.answer import answer

from .simulated import REPROTECT, bring_back, client_of, put, small


def token(client):
    tokens = client.world.tokens
    form = {"grant_type": "client_credentials", "client_id": tokens.client, "client_secret": tokens.secret}
    return answer(client.world, "POST", f"/{tokens.tenant}/oauth2/v2.0/token", {}, form)


def test_tokens_expire_in_mid_wait(client):
    put(client, "token_expiry", after=60)
    assert client.send("GET", "/replicationJobs")[0] == 200
    client.wait(60)
    status, _headers, body = client.send("GET", "/replicationJobs")
    assert (status, body["error"]["code"]) == (401, "ExpiredAuthenticationToken")
    client.token = token(client)[2]["access_token"]
    client.wait(600)
    assert client.send("GET", "/replicationJobs")[0] == 200


def test_tokens_expire_at_a_request_and_the_secret_with_them(client):
    put(client, "token_expiry", match={"path": "replicationJobs"}, skip=1, secret=True)
    assert [client.send("GET", "/replicationJobs")[0] for _time in range(2)] == [200, 401]
    status, _headers, body = token(client)
    assert (status, body["error_codes"]) == (401, [7000222])
    client.control("POST", "reset")
    assert token(client)[0] == 200


def test_a_task_waits_for_a_host_that_comes_back(client):
    headers = client.fail_back("app01")
    put(client, "provider_drop", after=30, seconds=7200)
    client.wait(3600)
    provider = client.get("/replicationRecoveryServicesProviders")["value"][0]["properties"]
    assert provider["connectionStatus"] == "NotConnected"
    job = client.job(headers)["properties"]
    assert [one["name"] for one in job["tasks"] if one["state"] == "InProgress"] == ["DataSync"]
    client.wait(3700)
    assert client.job(headers)["properties"]["state"] == "Suspended"
    assert client.get("/replicationRecoveryServicesProviders")["value"][0]["properties"]["connectionStatus"] == (
        "Connected"
    )


def test_the_jobs_on_a_host_may_fail_at_once(client):
    headers = client.fail_back("app01")
    put(client, "provider_drop", match={"item": "app01", "task": "DataSync"}, seconds=60, delay=10, jobs="fail")
    client.wait(100)
    job = client.job(headers)["properties"]
    assert (job["state"], job["errors"][0]["serviceErrorDetails"]["code"]) == ("Failed", "539")
    assert "hv01" in job["errors"][0]["serviceErrorDetails"]["possibleCauses"]
    bring_back(client, "app01")
    assert client.item("app01")["protectionState"] == "FinalizeRestorePending"


def test_a_new_failback_fails_while_the_host_is_away(client):
    put(client, "provider_drop", host="hv01")
    headers = client.fail_back("app01")
    client.wait(60)
    assert client.job(headers)["properties"]["state"] == "Failed"


def test_members_of_a_plan_fail_with_their_host(client):
    from .test_fault_jobs import PLAN

    headers = client.post("/replicationRecoveryPlans/plan1/plannedFailover", PLAN)
    put(client, "provider_drop", match={"item": "db01", "task": "DataSync"}, jobs="fail", seconds=60)
    client.wait(600)
    assert client.job(headers)["properties"]["state"] == "Failed"


def test_the_vmm_server_takes_its_hosts_along():
    sites = [{"name": "vmm1", "kind": "VMM", "hosts": [{"name": "hv01"}, {"name": "hv02"}]}]
    client = client_of(small(sites=sites))
    put(client, "provider_drop", host="vmm1", seconds=60)
    client.wait(1)
    assert [host["connected"] for host in client.control("GET", "state")["hosts"]] == [False, False]
    client.wait(60)
    assert [host["connected"] for host in client.control("GET", "state")["hosts"]] == [True, True]


def scenarios(client):
    return sorted(job["scenario"] for job in client.control("GET", "state")["jobs"])


def test_an_operator_commits_as_soon_as_it_is_possible(client):
    put(client, "operator", does="failoverCommit", match={"state": "failed_back_uncommitted"}, count=None)
    bring_back(client, "app01")
    bring_back(client, "web01")
    assert [client.item(name)["protectionState"] for name in ("app01", "web01")] == ["RestoreFinalized"] * 2
    assert not [one for one in client.control("GET", "requests")["requests"] if one["verb"] == "failoverCommit"]


def test_an_operator_is_faster_than_the_request(client):
    bring_back(client, "app01")
    put(client, "operator", does="failoverCommit", match={"item": "app01", "verb": "failoverCommit"})
    headers = client.post(client.id_of("app01") + "/failoverCommit")
    client.wait(600)
    assert client.job(headers)["properties"]["state"] == "Failed"
    assert client.item("app01")["protectionState"] == "RestoreFinalized"


def test_an_operator_completes_the_failover_and_protects_again(client):
    put(client, "operator", does="resume", match={"job_state": "Suspended"}, delay=300)
    put(client, "operator", does="reProtect", match={"state": "failed_back"})
    client.fail_back("app01")
    client.wait(7200)
    client.post(client.id_of("app01") + "/failoverCommit")
    client.wait(7200)
    assert client.item("app01")["protectionState"] == "Protected"


def test_an_operator_cancels_at_a_task(client):
    put(client, "operator", does="cancel", match={"task": "DataSync"}, delay=20)
    headers = client.fail_back("app01")
    client.wait(300)
    assert client.job(headers)["properties"]["state"] == "Cancelled"
    assert client.fact("app01")["on_premises_consistent"] is False


def test_an_operator_starts_a_test_failover_and_cleans_up(client):
    bring_back(client, "app01")
    client.post(client.id_of("app01") + "/failoverCommit")
    client.wait(600)
    client.post(client.id_of("app01") + "/reProtect", REPROTECT)
    put(client, "operator", does="testFailover", match={"state": "protected"})
    put(client, "operator", does="testFailoverCleanup", match={"state": "test_failover", "job_state": "None"}, delay=60)
    client.wait(7200)
    assert {"TestFailover", "TestFailoverCleanup"} <= set(scenarios(client))
    assert client.item("app01")["protectionState"] == "Protected"


def test_an_operator_disables_protection(client):
    put(client, "operator", does="remove", match={"item": "app01"}, after=60)
    path = client.id_of("app01")
    client.wait(66)
    assert client.item("app01")["currentScenario"]["scenarioName"] == "DisableDr"
    client.wait(60)
    assert client.send("GET", path)[0] == 404
    assert len(client.get("/replicationProtectedItems")["value"]) == 2
    groups = client.get("/replicationRecoveryPlans/plan1")["properties"]["groups"]
    assert sum(len(group["replicationProtectedItems"]) for group in groups) == 2
    state = client.control("GET", "state")
    assert state["left_in_azure"]["vms"] == ["app01"]
    assert [vm["name"] for vm in state["hosts"][0]["other_vms"]] == ["app01"]


def test_another_operation_keeps_an_item_busy(client):
    put(client, "operator", does="repairReplication", match={"item": "app01"}, seconds=900)
    client.wait(600)
    assert client.item("app01")["allowedOperations"] == []
    client.wait(400)
    assert "Failback" in client.item("app01")["allowedOperations"]


def test_an_operator_leaves_what_is_not_allowed(client):
    put(client, "operator", does="reProtect", match={"item": "app01"})
    put(client, "operator", does="resume", match={"item": "app01"})
    put(client, "operator", does="remove", match={"item": "app01"}, after=100)
    client.fail_back("app01")
    client.wait(200)
    assert scenarios(client) == ["PlannedFailover"]


def test_events_that_were_taken_away_do_not_happen(client):
    put(client, "token_expiry", after=60)
    client.control("DELETE", "faults")
    client.wait(120)
    assert client.send("GET", "/replicationJobs")[0] == 200


def test_lists_are_behind_after_a_post(client):
    put(client, "stale", match={"verb": "plannedFailover"}, seconds=90)
    path = client.id_of("app01")
    headers = client.fail_back("app01")
    client.wait(60)
    assert client.jobs() == []
    assert all("Failback" in one["properties"]["allowedOperations"] for one in listed(client))
    assert client.get(path)["properties"]["allowedOperations"] == []
    assert client.job(headers)["properties"]["state"] == "InProgress"
    client.wait(60)
    assert len(client.jobs()) == 1
    assert [one["properties"]["allowedOperations"] == [] for one in listed(client)].count(True) == 1


def listed(client):
    return client.get("/replicationProtectedItems")["value"]


def test_single_reads_may_be_behind_for_some_reads(client):
    client.world.estate.service["new_job_item"] = "busy"
    put(client, "stale", what=["item", "job"], reads=2)
    path = client.id_of("app01")
    job = client.fail_back("app01")["Location"].split("/operationresults/")[1].split("?")[0]
    assert "Failback" in client.get(path)["properties"]["allowedOperations"]
    assert client.send("GET", f"/replicationJobs/{job}")[0] == 404
    assert client.get(path)["properties"]["allowedOperations"] == []
    assert client.send("GET", f"/replicationJobs/{job}")[0] == 200


def test_a_refused_post_leaves_reads_as_they_are(client):
    put(client, "stale")
    assert (
        client.send("POST", client.id_of("app01") + "/plannedFailover", {"properties": {"failoverDirection": "x"}})[0]
        == 400
    )
    assert client.world.faults.rows[0].hits == 0
