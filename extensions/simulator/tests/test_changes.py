# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every settable fact: in a scenario, by the control interface and by a fault, and that somebody can see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from asr_simulator.answer import answer
from asr_simulator.estate.places import Machine
from asr_simulator.facts.table import FACTS

from .simulated import Client, bring_back, client_of, small
from .windows_calls import computer, run

PLAN = {"name": "plan1", "groups": [{"vms": ["vm1", "vm2"]}]}
OTHER = {"name": "vm2", "host": "hv01", "disks_gb": [10]}
COMPUTE = "providers/Microsoft.Compute"


def estate(**more: Any) -> Client:
    return client_of(small(vms=[OTHER], plans=[PLAN], **more))


def group(client: Client, name: str = "rg-failover") -> str:
    return f"/subscriptions/{client.world.estate.subscription}/resourceGroups/{name}"


def azure_vm(client: Client, name: str = "vm1", place: str = "rg-failover") -> dict[str, Any]:
    """What Azure shows of a VM; empty if it is not there."""
    status, _headers, body = client.send("GET", f"{group(client, place)}/{COMPUTE}/virtualMachines/{name}")
    return body["properties"] if status == 200 else {}


def power_of(client: Client) -> str:
    view = client.get(f"{group(client)}/{COMPUTE}/virtualMachines/vm1/instanceView")
    return view["statuses"][1]["code"]


def on_host(client: Client, host: str = "hv01", name: str = "vm1") -> list[dict[str, Any]]:
    return [vm for vm in run(client, host, "vm_info")["vms"] if vm["name"] == name]


def vm_of(client: Client) -> Machine:
    """vm1 itself, likewise."""
    client.world.kernel.settle()
    return next(one.vm for one in client.world.estate.items if one.key == "vm1")


def host_info(client: Client) -> dict[str, Any]:
    return run(client, "hv01", "host_info")["hyperv_host"]


def providers(client: Client) -> list[tuple[str, str]]:
    found = [one["properties"] for one in client.get("/replicationRecoveryServicesProviders")["value"]]
    return sorted((one["friendlyName"], one["connectionStatus"]) for one in found)


def nics(client: Client) -> list[str]:
    found = azure_vm(client)["networkProfile"]["networkInterfaces"]
    return [one["id"].rpartition("/")[2] for one in found]


def public_ip(client: Client) -> str:
    first = azure_vm(client)["networkProfile"]["networkInterfaces"][0]["id"]
    address = client.get(first)["properties"]["ipConfigurations"][0]["properties"]["publicIPAddress"]["id"]
    return client.get(address)["name"]


def locks(client: Client) -> list[tuple[str, str]]:
    found = client.get(f"{group(client)}/providers/Microsoft.Authorization/locks", api="2016-09-01")["value"]
    return [(one["name"], one["properties"]["level"]) for one in found]


def plan_groups(client: Client) -> list[dict[str, Any]]:
    return client.get("/replicationRecoveryPlans/plan1")["properties"]["groups"]


def members(client: Client) -> list[int]:
    return [len(one["replicationProtectedItems"]) for one in plan_groups(client) if one["groupType"] == "Boot"]


def addresses(client: Client) -> list[str]:
    client.control("POST", "vms", {"name": "vm1", "power": "running"})
    return on_host(client)[0]["ip_addresses"]


ERROR = {"code": "70094", "level": "Error", "message": "no space", "causes": "the disk is full", "advice": "make room"}
RUNBOOK = {"name": "Switch DNS", "kind": "runbook", "group": 1, "when": "before"}


def newer_than_its_vm(client):
    """Whether the system disk in Azure was made after its VM, and attached since."""
    vm = azure_vm(client)
    disk = client.get(vm["storageProfile"]["osDisk"]["managedDisk"]["id"], api="2023-10-02")["properties"]
    return disk["timeCreated"] > vm["timeCreated"] and disk["LastOwnershipUpdateTime"] == disk["timeCreated"]


# kind, fact: value, what then is seen, and what it is
FORCED: dict[tuple[str, str], tuple[Any, Callable[[Client], Any], Any]] = {
    ("vm", "power"): ("running", lambda c: on_host(c)[0]["state"], "started"),
    ("vm", "checkpoints"): (["backup"], lambda c: on_host(c)[0]["checkpoints"], ["backup"]),
    ("vm", "host"): ("hv02", lambda c: (len(on_host(c)), len(on_host(c, "hv02"))), (0, 1)),
    ("vm", "replication"): (
        {"state": "Suspended", "health": "Warning"},
        lambda c: on_host(c)[0]["replication"],
        {"mode": "Primary", "state": "Suspended", "number": 5, "health": "Warning"},
    ),
    ("vm", "version"): ("10.0", lambda c: on_host(c)[0]["version"], "10.0"),
    ("vm", "addresses"): (["169.254.1.2"], addresses, ["169.254.1.2"]),
    ("vm", "unreadable"): (
        "its storage is gone",
        lambda c: [(vm["error"], vm["state"]) for name in ("vm1", "vm2") for vm in on_host(c, name=name)],
        [("its storage is gone", "unknown"), ("", "stopped")],
    ),
    ("vm", "unlisted"): (
        "it is gone",
        lambda c: [(vm["id"], vm["error"]) for vm in on_host(c) if not vm["id"]],
        [("", "it is gone")],
    ),
    ("vm", "guest"): ("without_services", lambda c: on_host(c)[0]["integration_services"], {}),
    ("vm", "stuck"): (True, lambda c: vm_of(c).stuck, True),
    ("vm", "clustered"): (True, lambda c: vm_of(c).clustered, True),
    ("vm", "tpm"): (True, lambda c: vm_of(c).tpm, True),
    ("vm", "present"): (False, on_host, []),
    ("vm", "vm_id"): ("0" * 8, lambda c: [vm["id"] for vm in on_host(c)], ["0" * 8]),
    ("vm", "switch"): ("lan", lambda c: c.item("vm1")["providerSpecificDetails"]["vmNics"][0]["vMNetworkName"], "lan"),
    ("vm", "plugged"): (None, lambda c: on_host(c)[0]["network_adapters"][0]["virtual_switch"], None),
    ("vm", "replication_health"): ("Critical", lambda c: c.item("vm1")["replicationHealth"], "Critical"),
    ("vm", "failover_health"): ("Warning", lambda c: c.item("vm1")["failoverHealth"], "Warning"),
    ("vm", "health_errors"): (
        [ERROR],
        lambda c: [(one["errorCode"], one["possibleCauses"]) for one in c.item("vm1")["healthErrors"]],
        [("70094", "the disk is full")],
    ),
    ("vm", "allowed_operations"): (["Odd"], lambda c: c.item("vm1")["allowedOperations"], ["Odd"]),
    ("azure", "power"): ("deallocated", power_of, "PowerState/deallocated"),
    ("azure", "resource_group"): ("rg-new", lambda c: (azure_vm(c), bool(azure_vm(c, place="rg-new"))), ({}, True)),
    ("azure", "gone"): (True, azure_vm, {}),
    ("azure", "added_disks"): (
        [{"name": "vm1-added", "size_gb": 512}],
        lambda c: [
            (disk["name"], disk["diskSizeGB"], disk["lun"]) for disk in azure_vm(c)["storageProfile"]["dataDisks"]
        ],
        [("vm1-added", 512, 0)],
    ),
    ("azure", "new_disks"): (["0"], newer_than_its_vm, True),
    ("azure", "disk_sizes"): ({"0": 64}, lambda c: azure_vm(c)["storageProfile"]["osDisk"]["diskSizeGB"], 64),
    ("azure", "nics"): ([{"name": "n1"}, {"name": "n2"}], nics, ["n1", "n2"]),
    ("azure", "public_ips"): (["ip-of-vm1"], public_ip, "ip-of-vm1"),
    ("azure", "locks"): ([{"name": "keep"}], locks, [("keep", "CanNotDelete")]),
    ("azure", "renamed"): (
        "vm1-ba5f",
        lambda c: azure_vm(c, "vm1-ba5f")["vmId"] != azure_vm(c, "vm1")["vmId"],
        True,
    ),
    ("azure", "tags"): (
        {"owner": "x"},
        lambda c: c.get(f"{group(c)}/{COMPUTE}/virtualMachines/vm1")["tags"],
        {"owner": "x"},
    ),
    ("azure", "size"): ("Standard_D8s_v5", lambda c: azure_vm(c)["hardwareProfile"]["vmSize"], "Standard_D8s_v5"),
    ("azure", "extensions"): (
        ["Monitor"],
        lambda c: [one["name"] for one in c.get(f"{group(c)}/{COMPUTE}/virtualMachines/vm1")["resources"]],
        ["Monitor"],
    ),
    ("host", "online"): (False, lambda c: providers(c)[0], ("hv01", "NotConnected")),
    ("host", "away_for"): (60, lambda c: providers(c)[0], ("hv01", "NotConnected")),
    ("host", "free_gb"): ({"D": 7}, lambda c: host_info(c)["volumes"][-1]["free_bytes"], 7 * 1024**3),
    ("host", "services"): ({"vmms": False}, lambda c: host_info(c)["services"]["vmms"]["state"], "stopped"),
    ("host", "connected"): (False, lambda c: providers(c)[0], ("hv01", "NotConnected")),
    ("host", "vm_versions"): (["9.0"], lambda c: host_info(c)["hyperv"]["vm_versions"], ["9.0"]),
    ("host", "azure_local"): (True, lambda c: host_info(c)["azure_local"], True),
    ("host", "cluster"): ("clu01", lambda c: host_info(c)["hyperv"]["cluster"], "clu01"),
    ("host", "node"): ("Paused", lambda c: computer(c).node, "Paused"),
    ("host", "language"): ("de", lambda c: computer(c).language, "de"),
    ("host", "troubles"): (
        {"Hyper-V": "no right"},
        lambda c: run(c, "hv01", "vm_info").get("msg"),
        "Cannot list the VMs of HV01: no right",
    ),
    ("host", "mute"): (True, lambda c: "vmms of HV01" in run(c, "hv01", "vm_info").get("msg", ""), True),
    ("host", "mute_cluster"): (True, lambda c: host_info(c) and computer(c).mute_cluster, True),
    ("host", "os"): ("2016", lambda c: host_info(c)["os"]["build"], 14393),
    ("host", "guardians"): (["key of old"], lambda c: host_info(c) and computer(c).guardians, ["key of old"]),
    ("host", "core"): (True, lambda c: host_info(c)["os"]["core"], True),
    ("host", "processors"): (8, lambda c: host_info(c)["hardware"]["processors"], 8),
    ("host", "memory_gb"): (64, lambda c: host_info(c)["hardware"]["memory_bytes"], 64 * 1024**3),
    ("host", "machine_id"): ("abc", lambda c: host_info(c)["machine_id"], "abc"),
    ("host", "twins"): ([{}], lambda c: providers(c)[:2], [("hv01", "Connected"), ("hv01", "NotConnected")]),
    ("host", "health_errors"): (
        [ERROR],
        lambda c: [
            one["errorCode"]
            for body in c.get("/replicationRecoveryServicesProviders")["value"]
            for one in body["properties"]["healthErrorDetails"]
        ],
        ["70094"],
    ),
    ("host", "latency_seconds"): (
        2,
        lambda c: c.control("GET", "state") and computer(c).latency_seconds,
        2,
    ),
    ("plan", "members"): ([["vm1"], ["vm2"]], members, [1, 1]),
    ("plan", "without"): (["vm2"], members, [1]),
    ("plan", "actions"): (
        [RUNBOOK],
        lambda c: [one["customDetails"]["instanceType"] for one in plan_groups(c)[2]["startGroupActions"]],
        ["AutomationRunbookActionDetails"],
    ),
    ("vault", "job"): ({"scenario": "Odd"}, lambda c: [one["properties"]["scenarioName"] for one in c.jobs()], ["Odd"]),
    ("vault", "jobs"): (
        [{"state": "NotStarted"}],
        lambda c: [one["properties"]["scenarioName"] for one in c.jobs()],
        [None],
    ),
    ("vault", "history"): (
        [{"what": "failback", "vm": "vm1", "state": "Failed", "days_ago": 3}],
        lambda c: [job["properties"]["state"] for job in c.get("/replicationJobs")["value"]],
        [*["Succeeded"] * 4, "Failed"],
    ),
    ("vault", "azure_vms"): ([{"name": "other"}], lambda c: bool(azure_vm(c, "other")), True),
    ("vault", "locks"): ([{"name": "l", "level": "ReadOnly"}], locks, [("l", "ReadOnly")]),
}
NAMES = {"vm": "vm1", "azure": "vm1", "host": "hv01", "plan": "plan1", "vault": "vault1"}
PATHS = {"vm": "vms", "host": "hosts", "plan": "plans", "vault": "vault"}


def ids(case: tuple[str, str]) -> str:
    return ".".join(case)


def by_control(kind: str, fact: str, value: Any) -> Client:
    client = estate()
    body = {"azure": {fact: value}} if kind == "azure" else {fact: value}
    client.control("POST", PATHS.get(kind, "vms"), {"name": NAMES[kind], **body})
    return client


def by_fault(kind: str, fact: str, value: Any) -> Client:
    client = estate(faults=[{"kind": "change", "after": 50, "of": kind, "name": NAMES[kind], "set": {fact: value}}])
    client.wait(55)
    return client


def by_scenario(kind: str, fact: str, value: Any) -> Client:
    hosts: list[dict[str, Any]] = [{"name": "hv01", "switches": ["external", "lan"]}, {"name": "hv02"}]
    things: dict[str, dict[str, Any]] = {"vm": {}, "azure": {}, "host": hosts[0], "plan": {**PLAN}, "vault": {}}
    things[kind][fact] = value
    vm = {**things["vm"], "azure": things["azure"]}
    sites = [{"name": "site1", "hosts": hosts}]
    return client_of(small(vm=vm, vms=[OTHER], plans=[things["plan"]], sites=sites, vault=things["vault"]))


def test_every_fact_is_tried():
    assert set(FORCED) == {(kind, fact) for kind, facts in FACTS.items() for fact in facts}


@pytest.mark.parametrize("case", FORCED, ids=ids)
@pytest.mark.parametrize("way", [by_control, by_fault])
def test_a_fact_that_is_set_is_seen(case, way):
    value, look, expected = FORCED[case]
    before = look(estate()) if case not in IN_VAIN else IN_VAIN
    assert before != expected
    assert look(way(*case, value)) == expected


IN_VAIN = {("azure", "public_ips"), ("azure", "renamed"), ("azure", "extensions")}  # nothing to see before
ONLY_LATER = {("plan", "members"), ("plan", "without")}


@pytest.mark.parametrize("case", [case for case in FORCED if case not in ONLY_LATER], ids=ids)
def test_a_fact_stands_in_a_scenario_by_the_same_name(case):
    value, look, expected = FORCED[case]
    assert look(by_scenario(case[0], case[1], value)) == expected


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("vms", {"name": "vm1", "power": "asleep"}, ["power", "'asleep'", "paused"]),
        ("vms", {"name": "vm9", "power": "off"}, ["'vm9'", "vm1, vm2"]),
        ("vms", {"name": "vm1", "colour": "red"}, ["colour", "checkpoints"]),
        ("vms", {"name": "vm1", "azure": {"gone": "yes"}}, ["gone", "'yes'"]),
        ("hosts", {"name": "hv01", "free_gb": {"X": 1}}, ["free_gb", "'X'", "C, D"]),
        ("hosts", {"name": "hv01", "services": {"spooler": False}}, ["'spooler'", "vmms"]),
        ("plans", {"name": "plan1", "members": [["vm9"]]}, ["'vm9'", "vm1, vm2"]),
        ("plans", {"name": "plan1", "actions": [{"name": "a", "group": 5}]}, ["5", "1, Shutdown, Failover"]),
        ("vault", {"job": {"colour": "red"}}, ["colour"]),
    ],
)
def test_what_cannot_be_set_is_refused_by_name(path, body, words):
    client = estate()
    status, _headers, found = answer(client.world, "POST", f"/_simulator/{path}", {}, body)
    assert status == 400
    assert all(word in found["error"]["message"] for word in words), found


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"set": {"power": "asleep"}}, "asleep"),
        ({"of": "azure", "set": {"checkpoints": []}}, "facts of azure"),
        ({"of": "host", "name": "hv99", "set": {"online": False}}, "hv99"),
        ({"of": "vm"}, "facts of vm"),
    ],
)
def test_a_change_that_can_never_happen_is_refused(fault, words):
    client = estate()
    status, _headers, found = answer(client.world, "POST", "/_simulator/faults", {}, {"kind": "change", **fault})
    assert status == 400
    assert words in found["error"]["message"]


def test_a_change_happens_at_a_point_of_the_lifecycle_to_the_item_that_is_there():
    change = {"kind": "change", "match": {"item": "vm1", "job_state": "Suspended"}, "set": {"checkpoints": ["backup"]}}
    client = estate(faults=[change])
    assert on_host(client)[0]["checkpoints"] == []
    client.fail_back("vm1")
    client.wait(3600)
    assert on_host(client)[0]["checkpoints"] == ["backup"]
    assert on_host(client, name="vm2")[0]["checkpoints"] == []


def test_a_host_is_away_for_a_while_and_returns():
    client = estate()
    client.control("POST", "hosts", {"name": "hv01", "away_for": 600})
    client.wait(599)
    assert ("hv01", "NotConnected") in providers(client)
    client.wait(2)
    assert ("hv01", "Connected") in providers(client)


def test_the_vault_goes_on_showing_the_host_of_before_when_a_vm_moves():
    client = estate()
    before = client.item("vm1")["recoveryServicesProviderId"]
    client.control("POST", "vms", {"name": "vm1", "host": "hv02"})
    assert client.item("vm1")["recoveryServicesProviderId"] == before
    bring_back(client, "vm1")
    assert client.item("vm1")["protectionState"] == "FinalizeRestorePending"
    assert on_host(client, "hv02")[0]["state"] == "started"
