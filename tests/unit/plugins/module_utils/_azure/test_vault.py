# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verbs of a vault: what is sent for each, and what comes back as records."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import ServiceError
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectableItem, ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.started import Started
from ansible_collections.asr.hyperv.plugins.module_utils._wish.data_sync import DataSync, SyncChoice
from ansible_collections.asr.hyperv.plugins.module_utils._wish.failback import Failback
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.stub_azure import (
    BODY,
    FORBIDDEN,
    ITEM,
    JOB,
    PLAN,
    VAULT,
    Answer,
    vault_at,
)

CONTRACT = Path(__file__).resolve().parents[4] / "contract"


def item(**azure: object) -> ProtectedItem:
    properties = BODY["properties"]
    details = {**properties["providerSpecificDetails"], **azure}
    return ProtectedItem.from_service({**BODY, "properties": {**properties, "providerSpecificDetails": details}})


def protectable(**details: object) -> ProtectableItem:
    custom = {"sourceItemId": "hyperv-vm-id", "osDetails": None, "diskDetails": [], **details}
    body = {"id": "x", "name": "vm1", "properties": {"friendlyName": "VM One", "customDetails": custom}}
    return ProtectableItem.from_service(body)


def failback(*, as_list: bool = False, **others: object) -> dict[str, Any]:
    details = {
        "instanceType": "HyperVReplicaAzureFailback",
        "dataSyncOption": "ForDownTime",
        "recoveryVmCreationOption": "NoAction",
        **others,
    }
    return directed("RecoveryToPrimary", [details] if as_list else details)


def directed(direction: str, details: object) -> dict[str, Any]:
    return {"properties": {"failoverDirection": direction, "providerSpecificDetails": details}}


def reprotect(**others: object) -> dict[str, Any]:
    details = {
        "instanceType": "HyperVReplicaAzure",
        "hvHostVmId": "hyperv-vm-id",
        "vmName": "VM One",
        "osType": "Windows",
        "vHDId": "os-disk",
        "storageAccountId": "/storage/one",
    }
    return directed("PrimaryToRecovery", {**details, **others})


def away(more: dict[str, Any] | None = None, **details: object) -> dict[str, Any]:
    body = directed("PrimaryToRecovery", {"instanceType": "HyperVReplicaAzure", **details})
    return {"properties": {**body["properties"], **(more or {})}}


POINT = f"{ITEM}/recoveryPoints/point1"
OTHER_HOST = f"{VAULT}/replicationFabrics/site1/replicationRecoveryServicesProviders/host2"
DELTA, FULL = (Failback(SyncChoice(way, "asked for")) for way in DataSync)
TO_ANOTHER_HOST = replace(DELTA, create_vm_if_missing=True, alternate_host="hv02", provider_id=OTHER_HOST)
VERBS = [  # what is called                                                       where it is posted          what is sent
    (lambda v: v.items.planned_failover(item(), DELTA), f"{ITEM}/plannedFailover", failback()),
    (
        lambda v: v.items.planned_failover(item(), TO_ANOTHER_HOST),
        f"{ITEM}/plannedFailover",
        failback(recoveryVmCreationOption="CreateVmIfNotFound", providerIdForAlternateRecovery=OTHER_HOST),
    ),
    (lambda v: v.items.commit_failover(item()), f"{ITEM}/failoverCommit", None),
    (lambda v: v.items.reverse_replication(item(), protectable()), f"{ITEM}/reProtect", reprotect()),
    (
        lambda v: v.items.reverse_replication(item(recoveryAzureLogStorageAccountId="/log"), protectable()),
        f"{ITEM}/reProtect",
        reprotect(logStorageAccountId="/log"),
    ),
    (
        lambda v: v.items.reverse_replication(
            item(),
            protectable(osDetails={"osType": "Linux"}, diskDetails=[{"vhdId": "own", "vhdType": "OperatingSystem"}]),
        ),
        f"{ITEM}/reProtect",
        reprotect(osType="Linux", vHDId="own"),
    ),
    (
        lambda v: v.items.reverse_replication(item(), protectable(osDetails={"osType": "Other"})),
        f"{ITEM}/reProtect",
        reprotect(osType="Windows"),
    ),
    (
        lambda v: v.plans.planned_failover("plan1", DELTA),
        f"{PLAN}/plannedFailover",
        failback(as_list=True),
    ),
    (  # no host can be named for a plan
        lambda v: v.plans.planned_failover("plan1", TO_ANOTHER_HOST),
        f"{PLAN}/plannedFailover",
        failback(as_list=True, recoveryVmCreationOption="CreateVmIfNotFound"),
    ),
    (lambda v: v.items.planned_failover_out(item(), ""), f"{ITEM}/plannedFailover", away()),
    (lambda v: v.items.planned_failover_out(item(), POINT), f"{ITEM}/plannedFailover", away(recoveryPointId=POINT)),
    (
        lambda v: v.items.unplanned_failover(item(), "", shut_down_source=False),
        f"{ITEM}/unplannedFailover",
        away({"sourceSiteOperations": "NotRequired"}),
    ),
    (
        lambda v: v.items.unplanned_failover(item(), POINT, shut_down_source=True),
        f"{ITEM}/unplannedFailover",
        away({"sourceSiteOperations": "Required"}, recoveryPointId=POINT),
    ),
    (
        lambda v: v.items.test_failover(item(), "", "/net"),
        f"{ITEM}/testFailover",
        away({"networkType": "VmNetworkAsInput", "networkId": "/net"}),
    ),
    (
        lambda v: v.items.test_failover_cleanup(item()),
        f"{ITEM}/testFailoverCleanup",
        {"properties": {"comments": "asr.hyperv"}},
    ),
    (
        lambda v: v.items.apply_recovery_point(item(), POINT),
        f"{ITEM}/applyRecoveryPoint",
        {"properties": {"recoveryPointId": POINT, "providerSpecificDetails": {"instanceType": "HyperVReplicaAzure"}}},
    ),
    (lambda v: v.items.repair_replication(item()), f"{ITEM}/repairReplication", None),
    (lambda v: v.plans.commit_failover("plan1"), f"{PLAN}/failoverCommit", None),
    (lambda v: v.plans.reverse_replication("plan1"), f"{PLAN}/reProtect", None),
    (lambda v: v.jobs.resume("job1", "go on"), f"{JOB}/resume", {"properties": {"comments": "go on"}}),
    (lambda v: v.jobs.resume("job1", ""), f"{JOB}/resume", {"properties": {"comments": " "}}),
    (lambda v: v.jobs.cancel("job1"), f"{JOB}/cancel", None),
    (lambda v: v.jobs.restart("job1"), f"{JOB}/restart", None),
]


@pytest.mark.parametrize("call, path, body", VERBS)
def test_each_verb_posts_the_body_that_the_service_is_known_to_take(stub, call, path, body):
    stub.answers("POST", path, Answer(202))
    call(vault_at(stub.url))
    [asked] = stub.asked
    assert (asked.path, asked.body) == (path, body)


def recorded_failback() -> dict[str, Any]:
    """The recorded call that fails one VM back."""
    calls = json.loads((CONTRACT / "shapes.json").read_text(encoding="utf-8"))["calls"]
    [found] = [one for one in calls if "HyperVReplicaAzureFailback" in json.dumps(one["request"])]
    return found


def test_the_failback_body_is_the_recorded_one(stub):
    stub.answers("POST", f"{ITEM}/plannedFailover", Answer(202))
    vault_at(stub.url).items.planned_failover(item(), FULL)
    assert stub.asked[0].body == recorded_failback()["request"]


def test_headers_of_a_recorded_202_give_the_recorded_job(stub):
    headers = recorded_failback()["headers"]
    stub.answers("POST", f"{ITEM}/plannedFailover", Answer(202, headers=headers))
    started = vault_at(stub.url).items.planned_failover(item(), FULL)
    [job] = {address.partition("?")[0].rpartition("/")[2] for address in headers.values() if "/" in address}
    assert started.job_name == started.operation_id == job


def test_a_start_gives_the_job_the_request_id_and_the_wait(stub):
    headers = {
        "Location": f"{stub.url}{VAULT}/{ITEM}/operationresults/op1?api-version=1",
        "Azure-AsyncOperation": f"{stub.url}{VAULT}/replicationOperationStatus/op1?api-version=1",
        "Retry-After": "30",
    }
    stub.answers("POST", f"{ITEM}/failoverCommit", Answer(202, headers=headers))
    started = vault_at(stub.url).items.commit_failover(item())
    request_id = stub.asked[0].headers["x-ms-client-request-id"]
    assert started == Started("op1", "op1", request_id, headers["Azure-AsyncOperation"], 30.0)


def test_a_start_without_an_operation_url_gives_the_job_of_its_request_id(stub):
    headers = {"x-ms-request-id": f"{VAULT}/replicationJobs/op1, other"}
    stub.answers("POST", f"{ITEM}/failoverCommit", Answer(202, headers=headers))
    assert vault_at(stub.url).items.commit_failover(item()).job_name == "op1"


def test_resume_and_cancel_are_about_the_job_they_name(stub):
    headers = {"Azure-AsyncOperation": f"{stub.url}{VAULT}/replicationOperationStatus/another"}
    for verb in ("resume", "cancel"):
        stub.answers("POST", f"{JOB}/{verb}", Answer(202, headers=headers))
    vault = vault_at(stub.url)
    assert (vault.jobs.resume("job1", "").job_name, vault.jobs.cancel("job1").job_name) == ("job1", "job1")


STATUS_SHAPES = [
    ("replicationOperationStatus/op1", {"id": None, "name": "job9", "status": "InProgress", "properties": None}, {}),
    (
        "replicationJobs/op1",
        {"id": "x", "name": "job9", "status": "InProgress", "properties": {"state": "NotStarted"}},
        {},
    ),
    ("replicationOperationStatus/op1", {"name": None}, {"x-ms-request-id": f"{VAULT}/replicationJobs/job9"}),
]


@pytest.mark.parametrize("path, body, headers", STATUS_SHAPES)
def test_the_job_of_a_plan_is_read_from_the_status_url_in_both_shapes(stub, path, body, headers):
    url = f"{stub.url}{VAULT}/{path}?api-version=2021-06-01"
    stub.answers("POST", f"{PLAN}/failoverCommit", Answer(202, headers={"Azure-AsyncOperation": url}))
    stub.answers("GET", path, Answer(body=body, headers=headers))
    vault = vault_at(stub.url)
    started = vault.plans.commit_failover("plan1")
    assert (started.operation_id, started.job_name) == ("op1", "")
    assert vault.jobs.of_operation(started) == "job9"
    assert stub.to("GET")[0].query == {"api-version": ["2021-06-01"]}


def test_the_job_of_an_item_is_known_without_asking(stub):
    assert vault_at(stub.url).jobs.of_operation(Started("op1", "op1", "r", "https://evil.example/x")) == "op1"
    assert stub.asked == []


def test_a_caller_who_may_not_read_the_status_reads_the_job_under_its_alias(stub):
    stub.answers("GET", "replicationOperationStatus/op1", FORBIDDEN)
    stub.answers("GET", "replicationJobs/op1", Answer(body={"id": "x", "name": "job9", "properties": {}}))
    url = f"{stub.url}{VAULT}/replicationOperationStatus/op1"
    assert vault_at(stub.url).jobs.of_operation(Started("op1", "", "r", url)) == "job9"


def test_a_job_that_is_not_there_yet_has_no_name(stub):
    stub.answers("GET", "replicationJobs/op1", Answer(404, {"error": {"code": "NotFound", "message": "none"}}))
    assert vault_at(stub.url).jobs.of_operation(Started("op1", "", "r")) == ""


def test_a_status_url_elsewhere_never_gets_our_token(stub):
    with pytest.raises(ServiceError, match="not one of the service: https://evil.example/x"):
        vault_at(stub.url).jobs.of_operation(Started("op1", "", "r", "https://evil.example/x?sig=1"))
    assert stub.asked == []
