# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scripted faults."""

from __future__ import annotations

from typing import Any

import pytest

from asr_simulator.answer import answer

from .simulated import client_of, small


def test_throttling_has_a_count_and_a_skip(client):
    client.control("POST", "faults", {"kind": "throttle", "count": 2, "skip": 1, "retry_after": 7})
    found = [client.send("GET", "/replicationJobs") for _time in range(4)]
    assert [status for status, _headers, _body in found] == [200, 429, 429, 200]
    assert found[1][1]["Retry-After"] == "7"


def test_throttling_without_a_hint(client):
    client.control("POST", "faults", {"kind": "throttle", "retry_after": None})
    status, headers, body = client.send("GET", "/replicationJobs")
    assert (status, body["error"]["code"]) == (429, "TooManyRequests")
    assert "Retry-After" not in headers


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_errors(client, status):
    client.control("POST", "faults", {"kind": "server_error", "status": status})
    assert client.send("GET", "/replicationJobs")[0] == status
    assert client.send("GET", "/replicationJobs")[0] == 200


def test_a_fault_strikes_only_what_it_matches(client):
    match = {"method": "POST", "item": "app01", "verb": "plannedFailover", "path": "replicationProtectedItems"}
    client.control("POST", "faults", {"kind": "server_error", "match": match, "count": None})
    client.fail_back("web01")
    body: dict[str, Any] = {"properties": {}}
    for _time in range(3):
        assert client.send("POST", client.id_of("app01") + "/plannedFailover", body)[0] == 503
    assert client.send("GET", client.id_of("app01"))[0] == 200


@pytest.mark.parametrize("when, started", [("before", 0), ("after", 1)])
def test_a_connection_is_closed_before_or_after_the_post_was_accepted(client, when, started):
    client.control("POST", "faults", {"kind": "reset", "match": {"verb": "plannedFailover"}, "when": when})
    with pytest.raises(ConnectionResetError):
        client.fail_back("app01")
    client.wait(5)
    assert len(client.jobs()) == started
    entries = client.control("GET", "requests")["requests"]
    assert [entry["status"] for entry in entries if entry["method"] == "POST"] == [0]


def test_a_job_fails_at_the_named_task(client):
    fault = {"kind": "job_failure", "match": {"item": "app01"}, "task": "VmFailover", "code": "70094"}
    client.control("POST", "faults", fault)
    headers = client.fail_back("app01", "ForSynchronization")
    client.wait(7200)
    job = client.job(headers)["properties"]
    assert (job["state"], job["errors"][0]["serviceErrorDetails"]["code"]) == ("Failed", "70094")
    assert [task["name"] for task in job["tasks"] if task["errors"]] == ["VmFailover"]
    assert "Failback" in client.item("app01")["allowedOperations"]
    client.fail_back("app01", "ForSynchronization")
    client.wait(7200)
    assert client.item("app01")["protectionState"] == "FinalizeRestorePending"


def test_faults_of_a_scenario_are_in_force_from_the_start_and_after_a_reset():
    client = client_of(small(faults=[{"kind": "throttle"}]))
    assert client.send("GET", "/replicationJobs")[0] == 429
    assert client.send("GET", "/replicationJobs")[0] == 200
    client.control("POST", "reset")
    assert client.send("GET", "/replicationJobs")[0] == 429


def test_faults_are_shown_and_taken_away(client):
    client.control("POST", "faults", {"kind": "throttle", "count": 3})
    client.send("GET", "/replicationJobs")
    shown = client.control("GET", "faults")["faults"][0]
    assert (shown["kind"], shown["count"], shown["hits"]) == ("throttle", 2, 1)
    client.control("DELETE", "faults")
    assert client.send("GET", "/replicationJobs")[0] == 200


def test_an_unknown_fault_is_refused_by_name(client):
    status, _headers, body = answer(client.world, "POST", "/_simulator/faults", {}, {"kind": "earthquake"})
    assert status == 400
    assert "earthquake" in body["error"]["message"]
    assert "throttle" in body["error"]["message"]
