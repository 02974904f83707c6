# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every key that recorded traffic carries is there, with the same JSON type."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from .shapes import Shape, against, lacking, shape
from .simulated import OLD, Client, client_of, small

PLACES = (up / "tests" / "contract" for up in Path(__file__).resolve().parents)
CONTRACT = next(place for place in PLACES if place.is_dir())


def kept(name: str) -> Any:
    return json.loads((CONTRACT / name).read_text(encoding="utf-8"))


def bodies(kind: str, new: bool, listed: bool | None = None) -> list[Any]:
    """Shapes of recorded objects of the newer or the older versions; of lists, of single reads, or both."""
    return [
        one["body"]
        for one in kept("shapes.json")["answers"]
        if one["kind"] == kind and (one["api"] >= "2018") == new and listed in (None, one["listed"])
    ]


KIND = {"instanceType": "HyperVReplicaAzure"}
VM_NETWORKS = [{"name": "corp"}, {"name": "vlan", "type": "VLANNetwork"}]
HYPERV_SITE = small()["sites"]


def lived(api: str) -> Client:
    """A vault in which everything has happened once."""
    client = client_of(
        small(
            vms=[
                {"name": "vm2", "host": "hv01", "state": "protected"},
                {"name": "vm3", "host": "hv01", "state": "failed_over_uncommitted", "managed_disks": False},
                {"name": "vm4", "host": "hv01"},
                {"name": "vm5", "host": "hv01", "state": "protected"},
                {"name": "vm6", "host": "hv11", "state": "protected"},
            ],
            sites=[
                *HYPERV_SITE,
                {"name": "vmm01", "kind": "VMM", "hosts": [{"name": "hv11"}], "networks": VM_NETWORKS},
            ],
            plans=[{"name": "plan1", "groups": [{"vms": ["vm4"]}]}],
        ),
        api,
    )
    direction = {"failoverDirection": "PrimaryToRecovery", "providerSpecificDetails": KIND}
    client.post(client.id_of("vm1") + "/reProtect", {"properties": {"providerSpecificDetails": KIND}})
    client.wait(10)
    client.fail_back("vm1", "ForSynchronization")
    client.post(client.id_of("vm2") + "/testFailover", {"properties": direction})
    client.post(client.id_of("vm3") + "/failoverCommit")
    plan = [{"instanceType": "HyperVReplicaAzureFailback", "dataSyncOption": "ForSynchronization",
             "recoveryVmCreationOption": "NoAction"}]  # fmt: skip
    body = {"failoverDirection": "RecoveryToPrimary", "providerSpecificDetails": plan}
    client.post("/replicationRecoveryPlans/plan1/plannedFailover", {"properties": body})
    client.wait(5000)
    client.post(client.id_of("vm2") + "/testFailoverCleanup", {"properties": {"comments": ""}})
    client.wait(5000)
    client.post(client.id_of("vm2") + "/plannedFailover", {"properties": direction})
    client.wait(5000)
    client.post(client.id_of("vm2") + "/failoverCommit")
    client.wait(1)
    return client


def ours(client: Client, path: str) -> Shape:
    into: Shape = {}
    for one in client.get(path)["value"]:
        shape(one, "", into)
    return into


VAULTS = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.RecoveryServices/vaults"
PLAIN = [  # kind of object, our list
    ("vaults", VAULTS),
    ("replicationRecoveryServicesProviders", "/replicationRecoveryServicesProviders"),
    ("replicationPolicies", "/replicationPolicies"),
    ("replicationNetworks", "/replicationNetworks"),
    ("replicationProtectionContainers", "/replicationProtectionContainers"),
    ("replicationProtectionContainerMappings", "/replicationProtectionContainerMappings"),
]


def of_hyperv(body: Any) -> bool:
    """Azure side objects, VMM pairs and other providers are no matter of this simulator."""
    text = json.dumps(body["properties"])
    if "instanceType" not in text and "fabricType" not in text:
        return True
    return any(word in text for word in ("HyperVReplicaAzure", "HyperVSite", "HyperVVirtualMachine", "VMM"))


@pytest.mark.parametrize("new", [True, False])
def test_protected_items_have_every_recorded_key(new):
    client = lived("2025-08-01" if new else OLD)
    wanted = [
        body
        for body in bodies("replicationProtectedItems", new)
        if body["properties"]["providerSpecificDetails"]["instanceType"] == "HyperVReplicaAzure"
    ]
    assert wanted
    assert lacking(shape(wanted[0]), ours(client, "/replicationProtectedItems")) == []
    for body in wanted:
        assert lacking(shape(body), ours(client, "/replicationProtectedItems")) == []


@pytest.mark.parametrize("new", [True, False])
@pytest.mark.parametrize("kind, path", PLAIN)
def test_other_objects_have_every_recorded_key(kind, path, new):
    client = lived("2025-08-01" if new else OLD)
    estate = client.world.estate
    path = path.format(subscription=estate.subscription, group=estate.resource_group)
    found = ours(client, path)
    for body in filter(of_hyperv, bodies(kind, new)):
        assert lacking(shape(body), found) == []


@pytest.mark.parametrize("new", [True, False])
def test_protectable_items_and_fabrics_have_every_recorded_key(new):
    client = lived("2025-08-01" if new else OLD)
    container = client.get("/replicationProtectionContainers")["value"][0]["id"]
    found = ours(client, container + "/replicationProtectableItems")
    for body in bodies("replicationProtectableItems", new):
        if (
            body["properties"]["protectionStatus"] == "Protected"
            and not body["properties"]["customDetails"]["osDetails"]
        ):
            assert lacking(shape(body), found) == []
    for body in bodies("replicationFabrics", new):
        if body["properties"]["customDetails"]["instanceType"] == "HyperVSite":
            assert lacking(shape(body), ours(client, "/replicationFabrics")) == []


@pytest.mark.parametrize("new", [True, False])
def test_plans_have_every_recorded_key(new):
    client = lived("2025-08-01" if new else OLD)
    found = shape(client.get("/replicationRecoveryPlans/plan1"))
    for body in bodies("replicationRecoveryPlans", new, listed=False):
        if body["properties"]["replicationProviders"] == ["HyperVReplicaAzure"]:
            assert lacking(shape(body), found) == []


READ = {"PlannedFailover", "UnplannedFailover", "TestFailover", "TestFailoverCleanup", "SaveRecoveryPlan",
        "ReprotectReplicationGroup"}  # fmt: skip


def test_jobs_and_tasks_have_every_recorded_key():
    client = lived(OLD)
    found: Shape = {}
    for job in client.world.jobs.jobs:
        shape(client.get(f"/replicationJobs/{job.id}"), "", found)
    checked = set()
    for body in bodies("replicationJobs", False, listed=False):
        if body["properties"]["scenarioName"] in READ:
            assert lacking(shape(body), found) == []
            checked.add(body["properties"]["scenarioName"])
    assert checked == READ


def test_listed_jobs_are_slim_as_recorded():
    found = ours(lived(OLD), "/replicationJobs")
    for body in bodies("replicationJobs", False, listed=True):
        assert lacking(shape(body), found) == []
    assert found[".properties.customDetails"] == {"null"}
    assert ".properties.tasks[]" not in found


def test_operation_status_has_the_recorded_keys():
    client = lived("2022-08-01")
    headers = client.post(client.id_of("vm1") + "/reProtect", {"properties": {"providerSpecificDetails": KIND}})
    client.wait(100)
    found = shape(client.follow(headers["Azure-AsyncOperation"])[2])
    for body in bodies("replicationOperationStatus", True):
        assert lacking(shape(body), found) == []


@pytest.mark.parametrize(
    "path, name",
    [
        ("/replicationProtectedItems", "ReplicationProtectedItem"),
        ("/replicationRecoveryServicesProviders", "RecoveryServicesProvider"),
        ("/replicationFabrics", "Fabric"),
        ("/replicationProtectionContainers", "ProtectionContainer"),
        ("/replicationProtectionContainerMappings", "ProtectionContainerMapping"),
        ("/replicationPolicies", "Policy"),
        ("/replicationNetworks", "Network"),
        ("/replicationRecoveryPlans", "RecoveryPlan"),
        ("/replicationJobs", "Job"),
    ],
)
def test_types_are_those_of_the_openapi_document(path, name):
    known = kept("declared.json")
    for body in lived("2018-07-10").get(path)["value"]:
        assert against(body, name, known) == []


def test_replication_details_have_the_declared_types():
    known = kept("declared.json")
    for body in lived("2018-07-10").get("/replicationProtectedItems")["value"]:
        details = body["properties"]["providerSpecificDetails"]
        assert against(details, "HyperVReplicaAzureReplicationDetails", known) == []


def test_tasks_have_the_declared_types():
    client, known = lived("2018-07-10"), kept("declared.json")
    for job in client.world.jobs.jobs:
        assert against(client.get(f"/replicationJobs/{job.id}"), "Job", known) == []


UNSEEN = (  # what no recorded object of that version had to tell
    *("HealthErrors[]", "healthErrorDetails[]", "groups[].startGroupActions[]", "groups[].endGroupActions[]"),
    *("currentScenario.", "FailoverTime"),
)


@pytest.mark.parametrize(
    "kind",
    [
        *("replicationFabrics", "replicationRecoveryServicesProviders", "replicationProtectionContainers"),
        *("replicationProtectionContainerMappings", "replicationProtectedItems", "replicationPolicies"),
        *("replicationRecoveryPlans", "replicationProtectableItems"),
    ],
)
def test_the_oldest_version_shows_no_key_that_it_was_never_recorded_with(kind):
    client = lived(OLD)
    wanted: Shape = {}
    for body in bodies(kind, new=False):
        shape(body, "", wanted)
    container = client.get("/replicationProtectionContainers")["value"][0]["id"]
    place = container + "/replicationProtectableItems" if kind == "replicationProtectableItems" else f"/{kind}"
    for one in client.get(place)["value"]:
        found = shape(client.get(one["id"]))
        assert [path for path in found if path not in wanted and not any(word in path for word in UNSEEN)] == []


def test_a_vault_of_an_old_version_tells_no_settings():
    client = lived(OLD)
    wanted: Shape = {}
    for body in bodies("vaults", new=False):
        shape(body, "", wanted)
    assert set(shape(client.get("", api="2016-06-01"))) <= set(wanted)
    assert "securitySettings" in client.get("", api="2025-02-01")["properties"]


def in_order(wanted: Any, ours: Any, path: str = "") -> list[str]:
    """Where keys of both do not come one after the other as they were recorded."""
    if isinstance(wanted, list) and isinstance(ours, list):
        return [line for one in wanted for other in ours for line in in_order(one, other, f"{path}[]")]
    if not isinstance(wanted, dict) or not isinstance(ours, dict):
        return []
    both = [key for key in wanted if key in ours]
    wrong = [f"{path}: {both}"] if [key for key in ours if key in wanted] != both else []
    return wrong + [line for key in both for line in in_order(wanted[key], ours[key], f"{path}.{key}")]


@pytest.mark.parametrize("new", [True, False])
@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("replicationProtectedItems", "HyperVReplicaAzure"),
        ("replicationNetworks", ""),
        ("replicationProtectionContainerMappings", "HyperVReplicaAzure"),
        ("replicationFabrics", "HyperVSite"),
        ("replicationRecoveryServicesProviders", "HyperVSite"),
        ("replicationRecoveryPlans", "HyperVReplicaAzure"),
        ("replicationJobs", ""),
    ],
)
def test_keys_come_in_the_recorded_order(kind, word, new):
    client = lived("2025-08-01" if new else OLD)
    found = [client.get(one["id"]) for one in client.get(f"/{kind}")["value"]]
    for body in bodies(kind, new, listed=False):
        if word in json.dumps(body):
            for one in found:
                assert in_order(body, one) == []


@pytest.mark.parametrize(("api", "kind"), [(OLD, "application/json"), ("2022-08-01", None)])
def test_the_oldest_version_names_no_charset_and_writes_the_time_behind_the_id_of_a_request(api, kind):
    client = client_of(small(), api)
    read, accepted = (
        client.send("GET", "/replicationProtectedItems"),
        client.send("POST", client.id_of("vm1") + "/remove", {"properties": {}}),
    )
    assert (read[1].get("Content-Type"), accepted[1].get("Content-Type")) == (kind, None)
    guid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    own = guid + (r"-\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ-P \d+/\d+/\d{4} \d+:\d\d:\d\d [AP]M" if kind else "")
    assert re.fullmatch(own, read[1]["x-ms-request-id"])
    job, _comma, second = accepted[1]["x-ms-request-id"].partition(", ")
    assert job.startswith("/Subscriptions/") and "/replicationJobs/" in job
    assert re.fullmatch(own, second) if kind else second == ""
    assert re.fullmatch(guid, client.send("GET", "/replicationJobs/x")[1]["x-ms-request-id"])
