# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every field of every body with every kind of value: it is taken or refused, and the vault can be read after it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from .simulated import FAILBACK, Client, client_of, small

KIND = {"instanceType": "HyperVReplicaAzure"}
TO_AZURE = {"instanceType": "HyperVReplicaAzure", "vaultLocation": "westeurope", "recoveryPointId": None}
FORWARD = {"failoverDirection": "PrimaryToRecovery", "providerSpecificDetails": TO_AZURE}
HOME = {**FAILBACK, "dataSyncOption": "ForDownTime", "providerIdForAlternateRecovery": "PROVIDER"}
ACTION = {
    "actionName": "Look",
    "failoverTypes": ["PlannedFailover"],
    "failoverDirections": ["RecoveryToPrimary"],
    "customDetails": {"instanceType": "AutomationRunbookActionDetails", "runbookId": "/x", "fabricLocation": "Primary"},
}
GROUPS = [
    {"groupType": "Shutdown", "replicationProtectedItems": [], "startGroupActions": [ACTION], "endGroupActions": []},
    {
        "groupType": "Boot",
        "replicationProtectedItems": [{"id": "ITEM", "virtualMachineId": "x"}],
        "endGroupActions": [ACTION],
    },
]
REVERSE = {
    "instanceType": "HyperVReplicaAzure",
    "hvHostVmId": None,
    "vmName": "home",
    "osType": "Windows",
    "vHDId": None,
}
NIC = {"nicId": "NIC", "selectionType": "SelectedByUser", "ipConfigs": [{"ipConfigName": "a", "isPrimary": True}]}
UPDATE = {"recoveryAzureVMName": "other", "licenseType": "WindowsServer", "vmNics": [NIC],
          "providerSpecificDetails": {"instanceType": "HyperVReplicaAzure", "useManagedDisks": "true"}}  # fmt: skip
CASES: list[tuple[str, str, dict[str, Any]]] = [  # method, where, properties that are accepted
    ("POST", "vm1/plannedFailover", {"failoverDirection": "RecoveryToPrimary", "providerSpecificDetails": {
        **HOME, "recoveryVmCreationOption": "CreateVmIfNotFound"}}),
    ("POST", "there/plannedFailover", FORWARD),
    ("POST", "there/unplannedFailover", {**FORWARD, "sourceSiteOperations": "Required"}),
    ("POST", "there/testFailover", {**FORWARD, "networkType": "VmNetworkAsInput", "networkId": "/x/y"}),
    ("POST", "tested/testFailoverCleanup", {"comments": "x"}),
    ("POST", "home/reProtect", {"failoverDirection": "PrimaryToRecovery", "providerSpecificDetails": REVERSE}),
    ("POST", "new/applyRecoveryPoint", {"recoveryPointId": "POINT", "providerSpecificDetails": TO_AZURE}),
    ("POST", "there/remove", {"disableProtectionReason": "MigrationComplete", "replicationProviderInput": KIND}),
    ("PATCH", "vm1", UPDATE),
    ("POST", "/replicationRecoveryPlans/plan1/plannedFailover", {
        "failoverDirection": "RecoveryToPrimary", "providerSpecificDetails": [HOME]}),
    ("POST", "/replicationRecoveryPlans/plan2/unplannedFailover", {
        **FORWARD, "sourceSiteOperations": "Required", "providerSpecificDetails": [TO_AZURE]}),
    ("POST", "/replicationRecoveryPlans/plan2/testFailover", {
        **FORWARD, "networkType": "VmNetworkAsInput", "providerSpecificDetails": [TO_AZURE]}),
    ("PUT", "/replicationRecoveryPlans/plan3", {
        "primaryFabricId": "FABRIC", "recoveryFabricId": "Microsoft Azure",
        "failoverDeploymentModel": "ResourceManager", "groups": GROUPS}),
    ("PATCH", "/replicationRecoveryPlans/plan1", {"groups": GROUPS}),
]  # fmt: skip
NO_BODY = [  # where the API takes none, what is sent anyway is passed over
    "back/failoverCommit", "new/failoverCancel", "there/repairReplication", "/replicationRecoveryPlans/plan1/failoverCommit",
    "/replicationRecoveryPlans/plan2/failoverCancel", "/replicationRecoveryPlans/plan1/reProtect",
]  # fmt: skip
MISSING = object()
VALUES = [None, "", "x", 5, 1.5, True, [], {}, [None], [{}], ["x"], [[]], MISSING]


def estate() -> Client:
    states = {"there": "protected", "home": "failed_back", "back": "failed_back_uncommitted", "tested": "test_failover",
              "new": "failed_over_uncommitted"}  # fmt: skip
    vms = [{"name": name, "host": "hv01", "state": state} for name, state in states.items()]
    plans = [{"name": f"plan{number}", "groups": [{"vms": [vm]}]} for number, vm in ((1, "vm1"), (2, "there"))]
    return client_of(small(vms=vms, plans=plans))


def named(client: Client, value: Any) -> Any:
    """A body with the ids of this estate for its words in capitals."""
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        found = {key: named(client, one) for key, one in pairs}
        return found if isinstance(value, dict) else list(found.values())
    ids = {
        "ITEM": lambda: client.id_of("vm1"),
        "PROVIDER": lambda: client.get("/replicationRecoveryServicesProviders")["value"][1]["id"],
        "FABRIC": lambda: client.get("/replicationFabrics")["value"][0]["id"],
        "POINT": lambda: client.get(client.id_of("new") + "/recoveryPoints")["value"][1]["id"],
        "NIC": lambda: client.item("vm1")["providerSpecificDetails"]["vmNics"][0]["nicId"],
    }
    return ids[value]() if isinstance(value, str) and value in ids else value


def address(client: Client, where: str) -> str:
    name, _slash, verb = where.partition("/")
    return where if where.startswith("/") else f"{client.id_of(name)}/{verb}".rstrip("/")


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in pairs:
        yield from paths(one, (*path, key))


def replaced(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    body = copy.deepcopy(body)
    if not path:
        return None if value is MISSING else value
    inner = body
    for key in path[:-1]:
        inner = inner[key]
    if value is MISSING:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return body


def look(client: Client) -> None:
    """Everything in the vault can be read, one by one."""
    for kind in ("/replicationProtectedItems", "/replicationRecoveryPlans", "/replicationJobs"):
        for one in client.get(kind)["value"]:
            client.get(one["id"])


@pytest.mark.parametrize(("method", "where", "properties"), CASES, ids=[where for _method, where, _body in CASES])
def test_a_field_of_another_kind_is_taken_or_refused_and_the_vault_goes_on(method, where, properties):
    client = estate()
    good = {"properties": named(client, properties)}
    assert client.send(method, address(client, where), good)[0] == 202
    for path in paths(good):
        taken = []
        for value in VALUES:
            client = estate()
            jobs = len(client.world.jobs.jobs)
            body = replaced(good, path, value)
            status, _headers, found = client.send(method, address(client, where), body)
            if status == 202:
                taken.append(value)
                client.wait(9000)
                look(client)
            else:
                assert status in (400, 404) and found["error"]["code"], (path, value)
                assert len(client.world.jobs.jobs) == jobs, (path, value)
        if not isinstance(at(good, path), dict | list):
            assert [one for one in taken if isinstance(one, dict | list)] == [], path


def at(body: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        body = body[key]
    return body


@pytest.mark.parametrize("where", NO_BODY)
def test_where_a_verb_takes_no_body_what_is_sent_is_passed_over(where):
    various: tuple[Any, ...] = ("x", 5, [None], ["x"], [[]], {"x": None})
    for details in various:
        client = estate()
        body = {"properties": {"providerSpecificDetails": details, "failoverDirection": details}}
        assert client.send("POST", address(client, where), body)[0] == 202
        client.wait(9000)
        look(client)


@pytest.mark.parametrize(
    ("where", "properties", "field"),
    [
        ("there/plannedFailover", {}, "failoverDirection"),
        ("there/unplannedFailover", {"failoverDirection": "PrimaryToRecovery", "providerSpecificDetails": {}}, "instanceType"),
        ("there/testFailover", {"providerSpecificDetails": {"vaultLocation": "westeurope"}}, "instanceType"),
        ("/replicationRecoveryPlans/plan2/plannedFailover", {}, "failoverDirection"),
        ("/replicationRecoveryPlans/plan2/unplannedFailover", FORWARD | {"providerSpecificDetails": []}, "sourceSiteOperations"),
        ("/replicationRecoveryPlans/plan2/testFailover", FORWARD | {"providerSpecificDetails": []}, "networkType"),
        ("/replicationRecoveryPlans/plan2/unplannedFailover", {
            "failoverDirection": "PrimaryToRecovery", "sourceSiteOperations": "Perhaps"}, "sourceSiteOperations"),
    ],
)  # fmt: skip
def test_what_the_api_requires_is_asked_for_by_name_and_nothing_starts(where, properties, field):
    client = estate()
    jobs = len(client.world.jobs.jobs)
    status, _headers, found = client.send("POST", address(client, where), {"properties": properties})
    assert (status, found["error"]["details"][0]["code"]) == (400, "InvalidParameter")
    assert field in found["error"]["message"] and len(client.world.jobs.jobs) == jobs


@pytest.mark.parametrize("body", [{}, {"properties": None}])
def test_a_test_failover_is_not_cleaned_up_by_a_body_without_properties(body):
    client = estate()
    assert client.send("POST", client.id_of("tested") + "/testFailoverCleanup", body)[0] == 400


def test_names_of_fields_are_read_in_any_case_as_by_the_service():
    client = estate()
    details = {"INSTANCETYPE": "HyperVReplicaAzureFailback", "datasyncoption": "ForDownTime"}
    body = {"Properties": {"FailoverDirection": "RecoveryToPrimary", "providerspecificdetails": details}}
    headers = client.post(client.id_of("vm1") + "/plannedFailover", body)
    client.wait(7200)
    assert client.job(headers)["properties"]["state"] == "Suspended"


def test_an_update_is_shown_where_the_service_shows_it_and_only_when_its_job_has_ended():
    client = client_of(small(vm={"state": "protected"}))
    before = client.item("vm1")["providerSpecificDetails"]
    nic = {"nicId": before["vmNics"][0]["nicId"], "selectionType": "NotSelected",
           "ipConfigs": [{"recoverySubnetName": "dmz", "recoveryStaticIPAddress": "10.9.0.4"}]}  # fmt: skip
    told = {"recoveryAzureVMName": "renamed", "vmNics": [nic], "azureVmDiskDetails": "x"}
    assert client.send("PATCH", client.id_of("vm1"), {"properties": told})[0] == 202
    assert client.item("vm1")["providerSpecificDetails"] == before
    client.wait(60)
    after = client.item("vm1")["providerSpecificDetails"]
    assert set(after) == set(before) and after["azureVmDiskDetails"] == before["azureVmDiskDetails"]
    assert (after["recoveryAzureVmName"], after["vmNics"][0]["selectionType"]) == ("renamed", "NotSelected")
    address = after["vmNics"][0]["ipConfigs"][0]
    assert (address["recoverySubnetName"], address["recoveryStaticIPAddress"]) == ("dmz", "10.9.0.4")
    client.post(client.id_of("vm1") + "/plannedFailover", {"properties": FORWARD})
    client.wait(7200)
    assert client.fact("vm1")["azure_vm_name"] == "renamed"


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"recoveryAzureVMName": "a b"}, "'a b'"),
        ({"vmNics": [{"nicId": "nobody"}]}, "'nobody'"),
        ({"vmNics": [{"selectionType": "NotSelected"}]}, "nicId"),
        ({"licenseType": "Free"}, "WindowsServer"),
        ({"providerSpecificDetails": {"instanceType": "InMageAzureV2"}}, "InMageAzureV2"),
    ],
)
def test_an_update_to_what_cannot_be_is_refused_by_name(properties, words):
    client = estate()
    status, _headers, found = client.send("PATCH", client.id_of("vm1"), {"properties": properties})
    assert status == 400 and words in found["error"]["message"]


def test_an_update_of_a_busy_item_fails_and_the_job_that_runs_goes_on():
    client = estate()
    first = client.fail_back("vm1")
    client.wait(10)
    headers = client.send("PATCH", client.id_of("vm1"), {"properties": {"recoveryAzureVMSize": "Standard_D8s_v3"}})[1]
    client.wait(30)
    job = client.job(headers)["properties"]
    assert (job["state"], job["errors"][0]["serviceErrorDetails"]["code"]) == ("Failed", "532")
    client.wait(7200)
    assert client.job(first)["properties"]["state"] == "Suspended"
