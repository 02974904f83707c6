# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The job list: slim, filtered, in pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from asr_simulator.clock.clock import iso

from .simulated import client_of, small


def names(jobs: list[Any]) -> list[str]:
    return [job["properties"]["scenarioName"] for job in jobs]


def test_the_list_is_slim(client):
    client.fail_back("app01")
    client.wait(5)
    job = client.jobs()[0]["properties"]
    assert (job["tasks"], job["errors"], job["activityId"], job["customDetails"]) == ([], [], None, None)
    assert (job["targetObjectName"], job["state"]) == ("app01", "InProgress")


def test_states_can_be_asked_for(client):
    client.fail_back("app01", "ForDownTime")
    client.wait(3600)
    client.fail_back("web01", "ForSynchronization")
    client.wait(5)
    assert names(client.jobs("( JobStatus eq 'Suspended' )")) == ["PlannedFailover"]
    assert len(client.jobs("( JobStatus eq 'Suspended' or JobStatus eq 'InProgress' )")) == 2
    assert client.jobs("( JobStatus eq 'Failed' )") == []


def test_times_bound_the_list(client):
    client.fail_back("app01")
    client.wait(3600)
    middle = client.world.clock.now()
    client.fail_back("web01")
    client.wait(3600)
    late = f"StartTime eq '{iso(middle)}' and EndTime eq '{iso(middle + 7200)}'"
    early = f"StartTime eq '{iso(middle - 7200)}' and EndTime eq '{iso(middle)}'"
    assert [job["properties"]["targetObjectName"] for job in client.jobs(late)] == ["web01"]
    assert [job["properties"]["targetObjectName"] for job in client.jobs(early)] == ["app01"]
    assert client.jobs(late + " and ( JobStatus eq 'Failed' )") == []


def test_pages_lead_from_one_to_the_next():
    vms = [{"name": f"vm{number}", "host": "hv01"} for number in range(2, 6)]
    client = client_of(small(vms=vms, page_size=2))
    for name in ("vm1", "vm2", "vm3", "vm4", "vm5"):
        client.fail_back(name)
    client.wait(5)
    body = client.get("/replicationJobs", "$filter=" + quote("( JobStatus eq 'InProgress' )"))
    found = list(body["value"])
    while body["nextLink"]:
        body = client.follow(body["nextLink"])[2]
        found += body["value"]
    assert len(found) == 5
    assert len({job["id"] for job in found}) == 5


def test_protectable_items_end_with_an_empty_page(client):
    container = client.get("/replicationProtectionContainers")["value"][0]["id"]
    first = client.get(container + "/replicationProtectableItems")
    assert len(first["value"]) == 3
    second = client.follow(first["nextLink"])[2]
    assert (second["value"], second["nextLink"]) == ([], None)


def test_only_allowed_actions_are_carried_out(client):
    headers = client.fail_back("app01")
    client.wait(5)
    status, _headers, body = client.send("POST", client.job(headers)["id"] + "/resume", {"properties": {}})
    assert (status, body["error"]["details"][0]["code"]) == (400, "JobActionNotAllowed")


def test_a_second_resume_is_refused(client):
    headers = client.fail_back("app01")
    client.wait(3600)
    client.resume(headers)
    assert client.send("POST", client.job(headers)["id"] + "/resume", {"properties": {}})[0] == 400


def test_end_times_have_no_fraction(client):
    client.wait(0.123456)
    client.fail_back("app01", "ForSynchronization")
    client.wait(7200)
    job = client.jobs()[-1]["properties"]
    assert "." not in job["endTime"]
    assert 4 <= len(job["startTime"].split(".")[1]) <= 8
