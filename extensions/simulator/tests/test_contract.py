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
from shapes import Shape, against, lacking, shape
from simulated import OLD, Client, client_of, small

SHARED = Path(__file__).resolve().parents[4] / "shared"
RECORDINGS, SPEC = SHARED / "recordings", SHARED / "asr-spec" / "2018-07-10"
recorded = pytest.mark.skipif(not RECORDINGS.is_dir(), reason="no recorded traffic beside this checkout")
specified = pytest.mark.skipif(not SPEC.is_dir(), reason="no OpenAPI document beside this checkout")


def traffic() -> list[tuple[str, str, Any]]:
    """(URL, api version, answer) of every recorded answer."""
    found = []
    for file in sorted(RECORDINGS.glob("*.json")):
        for entry in json.loads(file.read_text(encoding="utf-8")):
            api = re.search(r"api-version=([\d-]+)", entry["uri"])
            if api and entry["status"] == 200 and entry["response"]:
                found.append((entry["uri"].split("?")[0], api.group(1), entry["response"]))
    return found


def bodies(pattern: str, new: bool) -> list[Any]:
    """Recorded objects whose URL fits, lists taken apart, of the newer or the older versions."""
    found = []
    for url, api, body in traffic():
        if re.search(pattern, url) and (api >= "2018") == new:
            found += body.get("value", [body])
    return found


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
            sites=[*HYPERV_SITE, {"name": "vmm01", "kind": "VMM", "hosts": [{"name": "hv11"}]}],
            plans=[{"name": "plan1", "groups": [{"vms": ["vm4"]}]}],
        ),
        api,
    )
    direction = {"failoverDirection": "PrimaryToRecovery", "providerSpecificDetails": {"instanceType": "x"}}
    client.post(client.id_of("vm1") + "/reProtect", {"properties": {"providerSpecificDetails": {"instanceType": "x"}}})
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


HYPERV = r"/replicationProtectedItems(/[^/]+)?$"
PLAIN = [  # recorded URL, our list
    (r"/vaults$", "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.RecoveryServices/vaults"),
    (r"/replicationRecoveryServicesProviders(/[^/]+)?$", "/replicationRecoveryServicesProviders"),
    (r"/replicationPolicies(/[^/]+)?$", "/replicationPolicies"),
    (r"/replicationNetworks(/[^/]+)?$", "/replicationNetworks"),
    (r"/replicationProtectionContainers(/[^/]+)?$", "/replicationProtectionContainers"),
    (r"/replicationProtectionContainerMappings(/[^/]+)?$", "/replicationProtectionContainerMappings"),
]


def of_hyperv(body: Any) -> bool:
    """Azure side objects, VMM pairs and other providers are no matter of this simulator."""
    text = json.dumps(body["properties"])
    if "instanceType" not in text and "fabricType" not in text:
        return True
    return any(word in text for word in ("HyperVReplicaAzure", "HyperVSite", "HyperVVirtualMachine", "VMM"))


@recorded
@pytest.mark.parametrize("new", [True, False])
def test_protected_items_have_every_recorded_key(new):
    client = lived("2025-08-01" if new else OLD)
    wanted = [
        body
        for body in bodies(HYPERV, new)
        if body["properties"]["providerSpecificDetails"]["instanceType"] == "HyperVReplicaAzure"
    ]
    assert wanted
    assert lacking(shape(wanted[0]), ours(client, "/replicationProtectedItems")) == []
    for body in wanted:
        assert lacking(shape(body), ours(client, "/replicationProtectedItems")) == []


@recorded
@pytest.mark.parametrize("new", [True, False])
@pytest.mark.parametrize("pattern, path", PLAIN)
def test_other_objects_have_every_recorded_key(pattern, path, new):
    client = lived("2025-08-01" if new else OLD)
    estate = client.world.estate
    path = path.format(subscription=estate.subscription, group=estate.resource_group)
    found = ours(client, path)
    for body in filter(of_hyperv, bodies(pattern, new)):
        assert lacking(shape(body), found) == []


@recorded
@pytest.mark.parametrize("new", [True, False])
def test_protectable_items_and_fabrics_have_every_recorded_key(new):
    client = lived("2025-08-01" if new else OLD)
    container = client.get("/replicationProtectionContainers")["value"][0]["id"]
    found = ours(client, container + "/replicationProtectableItems")
    for body in bodies(r"/replicationProtectableItems(/[^/]+)?$", new):
        if (
            body["properties"]["protectionStatus"] == "Protected"
            and not body["properties"]["customDetails"]["osDetails"]
        ):
            assert lacking(shape(body), found) == []
    for body in bodies(r"/replicationFabrics(/[^/]+)?$", new):
        if body["properties"]["customDetails"]["instanceType"] == "HyperVSite":
            assert lacking(shape(body), ours(client, "/replicationFabrics")) == []


@recorded
@pytest.mark.parametrize("new", [True, False])
def test_plans_have_every_recorded_key(new):
    client = lived("2025-08-01" if new else OLD)
    found = shape(client.get("/replicationRecoveryPlans/plan1"))
    for body in bodies(r"/replicationRecoveryPlans/[^/]+$", new):
        if body["properties"]["replicationProviders"] == ["HyperVReplicaAzure"]:
            assert lacking(shape(body), found) == []


SIMULATED = {"PlannedFailover", "UnplannedFailover", "TestFailover", "TestFailoverCleanup", "CommitFailover",
             "SaveRecoveryPlan", "IrCompletion", "RestoreCompletion", "Failback", "FinalizeFailback",
             "ReprotectReplicationGroup"}  # fmt: skip


@recorded
def test_jobs_and_tasks_have_every_recorded_key():
    client = lived(OLD)
    found: Shape = {}
    for job in client.world.jobs.jobs:
        shape(client.get(f"/replicationJobs/{job.id}"), "", found)
    checked = 0
    for body in bodies(r"/replicationJobs/[^/]+$", False):
        if body["properties"]["scenarioName"] in SIMULATED:
            assert lacking(shape(body), found) == []
            checked += 1
    assert checked > 20


@recorded
def test_listed_jobs_are_slim_as_recorded():
    found = ours(lived(OLD), "/replicationJobs")
    for body in bodies(r"/replicationJobs$", False):
        assert lacking(shape(body), found) == []
    assert found[".properties.customDetails"] == {"null"}
    assert ".properties.tasks[]" not in found


@recorded
def test_operation_status_has_the_recorded_keys():
    client = lived("2022-08-01")
    job = client.world.jobs.jobs[0]
    found = shape(client.get(f"/replicationOperationStatus/{job.id}"))
    for body in bodies(r"/replicationOperationStatus/[^/]+$", True):
        assert lacking(shape(body), found) == []


def definitions() -> dict[str, Any]:
    return json.loads((SPEC / "service.json").read_text(encoding="utf-8"))["definitions"]


@specified
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
    known = definitions()
    for body in lived("2018-07-10").get(path)["value"]:
        assert against(body, name, known) == []


@specified
def test_replication_details_have_the_declared_types():
    known = definitions()
    for body in lived("2018-07-10").get("/replicationProtectedItems")["value"]:
        details = body["properties"]["providerSpecificDetails"]
        assert against(details, "HyperVReplicaAzureReplicationDetails", known) == []


@specified
def test_tasks_have_the_declared_types():
    client, known = lived("2018-07-10"), definitions()
    for job in client.world.jobs.jobs:
        assert against(client.get(f"/replicationJobs/{job.id}"), "Job", known) == []
