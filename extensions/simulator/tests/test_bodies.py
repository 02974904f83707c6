# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies that the service cannot read, or that do not fit, are refused and change nothing."""

from __future__ import annotations

from typing import Any

import pytest

from asr_simulator.answer import answer
from asr_simulator.wire.body import Unreadable

from .simulated import FAILBACK, bring_back, client_of, seen, small

HOME = {**FAILBACK, "dataSyncOption": "ForDownTime"}
DIRECTED: dict[str, Any] = {"failoverDirection": "RecoveryToPrimary", "providerSpecificDetails": HOME}
BROKEN = Unreadable("Expecting value: line 1 column 24 (char 23)")
PLAN = {"plans": [{"name": "plan1", "groups": [{"vms": ["vm1"]}]}]}


def refusal(client, method, path, body, headers=None):
    """Status and error of a request; whatever it was, no job came of it."""
    jobs = len(client.world.jobs.jobs)
    sent = {"Authorization": f"Bearer {client.token}", **(headers or {})}
    status, _headers, found = answer(client.world, method, f"{path}?api-version=2025-08-01", sent, body)
    assert len(client.world.jobs.jobs) == jobs and seen(client, "vm1")[0] == "PlannedFailoverStatesBegin"
    return status, found["error"]


@pytest.mark.parametrize(
    ("method", "verb", "body", "says"),
    [
        ("POST", "plannedFailover", BROKEN, "Expecting value"),
        ("POST", "failoverCommit", BROKEN, "Expecting value"),
        ("POST", "plannedFailover", None, "no content"),
        ("POST", "plannedFailover", [{"properties": DIRECTED}], "an object is expected"),
        ("POST", "plannedFailover", "RecoveryToPrimary", "an object is expected"),
        ("POST", "plannedFailover", {"properties": "RecoveryToPrimary"}, "Path 'properties'"),
        ("POST", "plannedFailover", {"properties": [DIRECTED]}, "Path 'properties'"),
        (
            "POST",
            "plannedFailover",
            {"properties": {**DIRECTED, "failoverDirection": ["RecoveryToPrimary"]}},
            "a text is",
        ),
        ("POST", "plannedFailover", {"properties": {**DIRECTED, "providerSpecificDetails": [HOME]}}, "an object is"),
        (
            "POST",
            "plannedFailover",
            {"properties": {**DIRECTED, "providerSpecificDetails": {**HOME, "dataSyncOption": {}}}},
            "Path 'properties.providerSpecificDetails.dataSyncOption'",
        ),
        ("POST", "remove", {"properties": []}, "Path 'properties'"),
        ("PATCH", "", {"properties": {"recoveryAzureVMSize": ["Standard_D8s_v3"]}}, "recoveryAzureVMSize"),
        ("PATCH", "", {"properties": {"vmNics": {}}}, "a list is expected"),
        ("PATCH", "", None, "no content"),
    ],
)
def test_a_body_of_an_item_that_cannot_be_read_is_400_and_nothing_is_done(method, verb, body, says):
    client = client_of(small())
    path = f"{client.id_of('vm1')}/{verb}".rstrip("/")
    status, error = refusal(client, method, path, body)
    assert (status, error["code"]) == (400, "InvalidRequestContent")
    assert says in error["message"]


@pytest.mark.parametrize(
    ("method", "verb", "body"),
    [
        ("POST", "/plannedFailover", BROKEN),
        ("POST", "/plannedFailover", {"properties": DIRECTED}),
        ("POST", "/failoverCommit", ["x"]),
        ("PUT", "", {"properties": {"groups": {"groupType": "Boot"}}}),
        ("PATCH", "", {"properties": {"groups": [["vm1"]]}}),
    ],
    ids=["broken", "details that are no list", "a list", "groups that are no list", "a group that is a list"],
)
def test_a_body_of_a_plan_that_cannot_be_read_is_400_and_nothing_is_done(method, verb, body):
    client = client_of(small(**PLAN))
    path = client.get("/replicationRecoveryPlans/plan1")["id"]
    status, error = refusal(client, method, path + verb, body)
    assert (status, error["code"]) == (400, "InvalidRequestContent")


def test_a_comment_that_is_no_text_does_not_open_the_gate():
    client = client_of(small())
    headers = client.fail_back("vm1")
    client.wait(7200)
    job = client.job(headers)["id"]
    for body in (None, {"properties": {"comments": ["done"]}}, BROKEN):
        status, error = refusal(client, "POST", f"{job}/resume", body)
        assert (status, error["code"]) == (400, "InvalidRequestContent")
    assert client.job(headers)["properties"]["state"] == "Suspended"


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_another_content_type_is_415(kind):
    client = client_of(small())
    path = client.id_of("vm1") + "/plannedFailover"
    status, error = refusal(client, "POST", path, {"properties": DIRECTED}, {"Content-Type": f"{kind}; charset=utf-8"})
    assert (status, error["code"]) == (415, "UnsupportedMediaType")
    assert kind in error["message"]


@pytest.mark.parametrize("number", [True, 5])
def test_unknown_fields_and_a_number_for_a_text_are_passed_over_as_by_the_service(number):
    client = client_of(small())
    body = {"properties": {**DIRECTED, "skip": [1], "providerSpecificDetails": {**HOME, "recoveryPointId": number}}}
    assert client.send("POST", client.id_of("vm1") + "/plannedFailover", body)[0] == 202


@pytest.mark.parametrize(
    ("verb", "properties"),
    [
        ("plannedFailover", {**DIRECTED, "failoverDirection": "PrimaryToRecovery"}),
        ("plannedFailover", {**DIRECTED, "providerSpecificDetails": {**HOME, "instanceType": "HyperVReplicaAzure"}}),
        ("plannedFailover", {**DIRECTED, "providerSpecificDetails": {**HOME, "instanceType": "InMageAzureV2"}}),
        ("plannedFailover", {**DIRECTED, "providerSpecificDetails": {**HOME, "instanceType": None}}),
        ("unplannedFailover", {"providerSpecificDetails": {"instanceType": "A2A"}}),
        ("testFailover", {"providerSpecificDetails": {"instanceType": "HyperVReplicaAzureFailback"}}),
        ("reProtect", {"providerSpecificDetails": {"instanceType": "HyperVReplicaAzureFailback"}}),
        ("reProtect", {}),
        ("applyRecoveryPoint", {"providerSpecificDetails": {"instanceType": "InMageRcm"}}),
        ("remove", {"replicationProviderInput": {"instanceType": "InMage"}}),
    ],
)
def test_a_kind_of_provider_that_does_not_fit_step_or_direction_is_refused(verb, properties):
    client = client_of(small())
    status, error = refusal(client, "POST", f"{client.id_of('vm1')}/{verb}", {"properties": properties})
    assert (status, error["code"], error["details"][0]["code"]) == (400, "BadRequest", "InvalidParameter")
    assert "instanceType" in error["message"]


@pytest.mark.parametrize("kind", ["HyperVReplicaAzure", "ProviderSpecificFailoverInput"])
def test_both_names_that_were_recorded_of_a_failover_to_azure_are_taken(kind):
    client = client_of(small(vm={"state": "protected"}))
    body = {"failoverDirection": "PrimaryToRecovery", "providerSpecificDetails": {"instanceType": kind}}
    client.post(client.id_of("vm1") + "/plannedFailover", {"properties": body})


@pytest.mark.parametrize("kind", ["HyperVReplicaAzure", "InMageAzureV2Failback"])
def test_a_plan_fails_back_with_details_of_a_failback_only(kind):
    client = client_of(small(**PLAN))
    body = {"properties": {**DIRECTED, "providerSpecificDetails": [{**HOME, "instanceType": kind}]}}
    path = client.get("/replicationRecoveryPlans/plan1")["id"]
    status, error = refusal(client, "POST", path + "/plannedFailover", body)
    assert (status, error["details"][0]["code"]) == (400, "InvalidParameter")


def test_an_item_is_removed_while_its_failback_waits_for_the_commit_as_recorded():
    client = client_of(small(**PLAN))
    bring_back(client, "vm1")
    item = client.id_of("vm1")
    headers = client.post(item + "/remove", {"properties": {}})
    assert client.follow(headers["Location"])[0] == 202
    client.wait(60)
    assert client.job(headers)["properties"]["scenarioName"] == "DisableDr"
    assert client.send("GET", item)[0] == 404 and client.follow(headers["Location"])[0] == 204
    assert client.get("/replicationProtectedItems")["value"] == []
    plan = client.get("/replicationRecoveryPlans/plan1")["properties"]
    assert not [one for group in plan["groups"] for one in group["replicationProtectedItems"]]


def test_an_item_that_may_not_be_removed_stays_and_its_job_says_so():
    client = client_of(small(vm={"state": "test_failover"}))
    headers = client.post(client.id_of("vm1") + "/remove", {"properties": {}})
    client.wait(60)
    assert client.job(headers)["properties"]["state"] == "Failed" and client.id_of("vm1")


def test_delete_takes_an_item_out_of_the_vault_in_any_state():
    client = client_of(small(vm={"state": "test_failover"}))
    item = client.id_of("vm1")
    assert client.send("DELETE", item)[0] == 202
    client.wait(60)
    assert client.send("GET", item)[0] == 404


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"certificateCreateOptions": {"validityInHours": 0}}, (400, "InvalidParameter")),
        ({"properties": {"certificate": "MII", "authType": "AAD"}}, (501, "NotSimulated")),
        (None, (501, "NotSimulated")),
    ],
)
def test_a_certificate_is_made_by_the_service_or_not_at_all(body, says):
    client = client_of(small())
    status, error = refusal(client, "PUT", f"{client.vault}/certificates/CN=key", body)
    assert (status, error["code"]) == says
