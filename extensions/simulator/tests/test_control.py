# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control interface: facts, log, measurements, reset."""

from __future__ import annotations

import json

import pytest

from asr_simulator.answer import answer


def test_state_tells_plain_facts(client):
    vm = client.fact("app01")
    assert vm["on_premises_power"] == "off"
    assert vm["azure_vm_running"] is True
    assert vm["on_premises_consistent"] is True
    client.fail_back("app01")
    client.wait(100)
    vm = client.fact("app01")
    assert vm["on_premises_consistent"] is False
    assert vm["job"]["state"] == "InProgress"


def test_the_log_names_item_and_verb(client):
    headers = client.fail_back("app01")
    client.job(headers)
    client.jobs()
    client.send("GET", "/replicationSomething")
    entries = client.control("GET", "requests")["requests"]
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    post = next(entry for entry in entries if entry["method"] == "POST")
    assert (post["item"], post["verb"], post["status"]) == ("app01", "plannedFailover", 202)
    assert post["client_request_id"] == "request-1"
    assert entries[-3]["item"] == "app01"
    assert entries[-2]["verb"] == "jobs list"
    assert entries[-1]["status"] == 501


def test_no_secret_is_in_the_log(client):
    tokens = client.world.tokens
    form = {"grant_type": "client_credentials", "client_id": tokens.client, "client_secret": tokens.secret}
    url = f"/{tokens.tenant}/oauth2/v2.0/token?client_secret={tokens.secret}"
    found = answer(client.world, "POST", url, {"Authorization": f"Bearer {client.token}"}, form)[2]
    client.jobs()
    text = json.dumps([client.control("GET", name) for name in ("requests", "state", "measurements", "faults")])
    for secret in (tokens.secret, found["access_token"], client.token, "Bearer"):
        assert secret not in text


def test_token_and_metadata_requests_are_not_counted(client):
    answer(client.world, "GET", "/metadata/endpoints?api-version=2022-09-01", {})
    client.jobs()
    client.fail_back("app01")
    totals = client.control("GET", "measurements")["totals"]
    assert (totals["arm_requests"], totals["job_lists"], totals["item_lists"], totals["arm_posts"]) == (3, 1, 1, 1)
    assert totals["requests_per_item"] == {"app01": 1}


def test_lags_are_measured_per_item_and_step(client):
    headers = client.fail_back("app01")
    client.wait(3600)
    client.resume(headers)
    client.wait(3600)
    client.post(client.id_of("app01") + "/failoverCommit")
    rows = {row["step"]: row for row in client.control("GET", "measurements")["measurements"] if row["item"] == "app01"}
    assert set(rows) == {"planned_failover", "complete_failover", "commit_failover"}
    assert 3000 < rows["complete_failover"]["lag_simulated_seconds"] < 3600
    assert 3000 < rows["commit_failover"]["lag_simulated_seconds"] < 3600
    assert rows["commit_failover"]["lag_wall_seconds"] == 0


def test_steps_that_nobody_asked_for_have_no_lag(client):
    client.fail_back("app01", "ForSynchronization")
    client.wait(3600)
    found = client.control("GET", "measurements")
    open_rows = [row for row in found["measurements"] if row["asked_at"] is None]
    assert ("app01", "commit_failover") in [(row["item"], row["step"]) for row in open_rows]
    assert {row["lag_wall_seconds"] for row in open_rows} == {None}


def test_reset_puts_everything_back_and_tokens_stay_good(client):
    before = client.get("/replicationProtectedItems")["value"]
    client.fail_back("app01", "ForSynchronization")
    client.wait(7200)
    client.control("POST", "reset")
    assert client.control("GET", "requests")["requests"] == []
    after = client.get("/replicationProtectedItems")["value"]
    assert [one["id"] for one in after] == [one["id"] for one in before]
    assert {one["properties"]["protectionState"] for one in after} == {"PlannedFailoverStatesBegin"}
    assert client.jobs() == []


@pytest.mark.parametrize("body", [{"speed": -1}, {"advance": "soon"}, {"hurry": 1}, None, {}])
def test_the_clock_refuses_nonsense(client, body):
    status, _headers, found = answer(client.world, "POST", "/_simulator/clock", {}, body)
    assert status == 400
    assert "allowed" in found["error"]["message"]


def test_the_clock_can_be_moved(client):
    client.fail_back("app01", "ForSynchronization")
    client.control("POST", "clock", {"advance": 7200, "speed": 5})
    assert client.world.clock.speed == 5
    assert client.item("app01")["protectionState"] == "FinalizeRestorePending"


@pytest.mark.parametrize("path", ["/../../etc/passwd", "/_simulator/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd"])
def test_no_path_leads_to_a_file(client, path):
    status, _headers, body = answer(client.world, "GET", path, {})
    assert status in (401, 404, 501) and "root:" not in str(body)


def test_unknown_control_paths_list_what_there_is(client):
    status, _headers, body = answer(client.world, "GET", "/_simulator/weather", {})
    assert status == 404
    assert "/_simulator/state" in body["error"]["message"]
