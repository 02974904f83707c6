# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Any estate that Hyper-V and Azure allow can be described, and what none can have is refused by name."""

from __future__ import annotations

import subprocess
import sys

import pytest

from asr_simulator.jobs.under_way import UNDER_WAY
from asr_simulator.scenario.load import ScenarioError, complete, load

from .simulated import AT_HOME, REPROTECT, ROOT, bring_back, client_of, seen, small
from .windows_calls import run

NAMES = [
    "SQL Server 01",
    "app (old) [2]",
    "o'brien\"s",
    "web.01.example",
    "Größe-Ä",
    "a",
    "x" * 100,
    "100% & more; {0}",
    "名前",
]
SWITCHES = [{"name": "site1", "hosts": [{"name": "hv01", "switches": ["LAN", "DMZ", "Back up"]}]}]
VMM = {"name": "vmm01.example", "kind": "VMM", "cloud": "gold", "hosts": [{"name": "hv01", "switches": ["uplink"]}]}


def nics(client, name="vm1"):
    return client.item(name)["providerSpecificDetails"]["vmNics"]


def on_host(client, name="vm1"):
    return next(vm for vm in run(client, "hv01", "vm_info")["vms"] if vm["name"] == name)


@pytest.mark.parametrize("name", NAMES)
def test_a_vm_of_any_name_that_hyperv_allows_comes_home(name):
    client = client_of(small(vm={"display_name": name}))
    bring_back(client, name)
    assert seen(client, name)[0] == "FinalizeRestorePending" and on_host(client, name)["state"] == "started"


def test_all_switches_of_a_host_are_there_and_vms_are_plugged_into_theirs():
    client = client_of(small(sites=SWITCHES, vm={"switch": "DMZ"}, vms=[{"name": "vm2", "host": "hv01"}]))
    assert [one["name"] for one in run(client, "hv01", "host_info")["hyperv_host"]["virtual_switches"]] == [
        "LAN", "DMZ", "Back up",
    ]  # fmt: skip
    assert [on_host(client, name)["network_adapters"][0]["virtual_switch"] for name in ("vm1", "vm2")] == ["DMZ", "LAN"]


def test_a_vm_without_a_network_adapter_comes_home():
    client = client_of(small(vm={"switches": []}))
    details = client.item("vm1")["providerSpecificDetails"]
    assert details["vmNics"] == [] and details["selectedSourceNicId"] is None
    bring_back(client, "vm1")
    assert on_host(client)["network_adapters"] == [] and on_host(client)["ip_addresses"] == []
    assert client.fact("vm1")["on_premises_power"] == "running"


def test_an_adapter_that_is_plugged_into_nothing_has_an_empty_name_as_recorded():
    client = client_of(small(vm={"switch": ""}))
    assert [one["vMNetworkName"] for one in nics(client)] == [""]
    assert on_host(client)["network_adapters"][0]["connected"] is False


def test_a_vm_may_have_several_adapters_on_several_switches():
    client = client_of(small(sites=SWITCHES, vm={"switches": ["LAN", "DMZ"]}))
    assert [one["vMNetworkName"] for one in nics(client)] == ["LAN", "DMZ"]
    assert len({one["nicId"] for one in nics(client)}) == 2
    assert [one["virtual_switch"] for one in on_host(client)["network_adapters"]] == ["LAN", "DMZ"]
    bring_back(client, "vm1")
    assert [one["virtual_switch"] for one in on_host(client)["network_adapters"]] == ["LAN", "DMZ"]


def test_a_vm_may_have_as_many_disks_as_hyperv_allows():
    client = client_of(small(vm={"disks_gb": [10] * 64}))
    bring_back(client, "vm1")
    assert len(on_host(client)["disks"]) == 64


def test_a_name_may_be_in_two_sites():
    hosts = [{"name": "site1", "hosts": [{"name": "hv01"}]}, {"name": "site2", "hosts": [{"name": "hv11"}]}]
    client = client_of(
        small(sites=hosts, vm={"display_name": "db"}, vms=[{"name": "vm2", "host": "hv11", "display_name": "db"}])
    )
    found = [body["properties"] for body in client.get("/replicationProtectedItems")["value"]]
    assert [(one["friendlyName"], one["primaryFabricFriendlyName"]) for one in found] == [
        ("db", "site1"),
        ("db", "site2"),
    ]


@pytest.mark.parametrize("state", UNDER_WAY)
def test_a_failback_can_be_under_way_at_the_start(state):
    client = client_of(small(vm={"state": state, "changed_gb": 100}))
    scenario = client.item("vm1")["currentScenario"]
    job = client.get(scenario["jobId"])["properties"]
    running = [one["name"] for one in job["tasks"] if one["state"] in ("InProgress", "Suspended")]
    assert (scenario["scenarioName"], running) == ("PlannedFailover", [UNDER_WAY[state]])
    assert (job["state"] == "Suspended") is (state == "synchronized")
    assert client.fact("vm1")["azure_vm_running"] is (state != "cutting_over")
    client.wait(20000)
    if state != "cutting_over":
        client.post(f"{scenario['jobId']}/resume", {"properties": {"comments": ""}})
        client.wait(20000)
    assert seen(client, "vm1")[0] == "FinalizeRestorePending"


def test_vmm_speaks_as_it_was_recorded():
    site = {**VMM, "networks": [{"name": "corp"}, {"name": "prod", "type": "VLANNetwork"}]}
    client = client_of(small(sites=[site]))
    item, [nic] = client.item("vm1"), nics(client)
    assert item["primaryFabricProvider"] == "VmmFabric"
    assert (nic["vMNetworkName"], nic["ipConfigs"][0]["subnetName"]) == ("corp", None)
    assert [len(one) for one in (nic["nicId"], item["providerSpecificDetails"]["selectedSourceNicId"])] == [36, 36]
    container = client.get("/replicationProtectionContainers")["value"][0]["id"]
    vm = client.get(f"{container}/replicationProtectableItems")["value"][0]["properties"]["customDetails"]
    assert (vm["hasSharedVhd"], len(vm["hyperVHostId"])) == ("NotPresent", 36)
    networks = {
        one["properties"]["friendlyName"]: one["properties"] for one in client.get("/replicationNetworks")["value"]
    }
    assert {name: (one["networkType"], len(one["subnets"])) for name, one in networks.items()} == {
        "corp": ("NoIsolation", 0),
        "prod": ("VLANNetwork", 1),
    }
    client.fail_back("vm1", "ForSynchronization")
    client.wait(7200)
    assert on_host(client)["network_adapters"][0]["virtual_switch"] == "uplink"


@pytest.mark.parametrize("encryption", [None, {"thumbprint": "ab" * 20, "days_left": 10}])
def test_an_encrypted_cloud_of_vmm_shows_its_key(encryption):
    client = client_of(small(sites=[{**VMM, **({"encryption": encryption} if encryption else {})}]))
    shown = client.get("/replicationFabrics")["value"][0]["properties"]
    key, rollover = shown["encryptionDetails"], shown["rolloverEncryptionDetails"]
    word = client.item("vm1")["providerSpecificDetails"]["encryption"]
    if encryption:
        assert (key["kekState"], key["kekCertThumbprint"], word) == ("Enabled", "AB" * 20, "Enabled")
        assert key["kekCertExpiryDate"].endswith("Z") and rollover == {"kekState": "Enabled", "kekCertThumbprint": None}
    else:
        assert key == rollover == {"kekState": "None", "kekCertThumbprint": None} and word == "Disabled"


def test_an_initial_replication_shows_what_a_real_item_shows():
    client = client_of(small(vm={"state": "failed_back"}))
    client.post(client.id_of("vm1") + "/reProtect", REPROTECT)
    looks = []
    for _second in range(200):
        client.wait(1)
        item = client.item("vm1")
        details = item["providerSpecificDetails"]
        told = (
            item["protectionState"],
            details["vmProtectionState"],
            tuple(item["allowedOperations"]),
            details["initialReplicationDetails"]["initialReplicationProgressPercentage"],
            len(details["vmNics"]),
            details["rpoInSeconds"] is None and details["lastReplicatedTime"] is None,
        )
        looks += [told] if told not in looks else []
    copying = "InitialReplicationInProgress", "UnprotectedStatesBegin"
    assert looks == [
        ("RestoreFinalized", "RestoreFinalized", ("ReverseReplicate", "DisableProtection"), "0", 1, False),
        ("RestoreFinalized", "RestoreFinalized", (), "0", 1, False),
        (*copying, ("DisableProtection",), "0", 0, True),
        (*copying, ("DisableProtection",), "23", 0, True),
        (*copying, (), "23", 0, True),
        ("Protected", "ReplicaConfigurationInProgress", (), "23", 0, True),
        ("Protected", "Protected", tuple(AT_HOME), "0", 1, False),
    ]


def test_a_vault_has_the_failovers_that_brought_its_vms_to_azure():
    others = [
        {"name": "vm2", "host": "hv01", "state": "unplanned_uncommitted"},
        {"name": "vm3", "host": "hv01", "state": "protected"},
    ]
    client = client_of(small(vms=others))
    found = [one["properties"] for one in client.get("/replicationJobs")["value"]]
    assert sorted((one["targetObjectName"], one["scenarioName"], one["state"]) for one in found) == [
        ("vm1", "CommitFailover", "Succeeded"),
        ("vm1", "PlannedFailover", "Succeeded"),
        ("vm2", "UnplannedFailover", "Succeeded"),
    ]
    assert client.item("vm1")["lastSuccessfulFailoverTime"][:19] in [one["startTime"][:19] for one in found]


@pytest.mark.parametrize(
    ("state", "errors"),
    [("Succeeded", 0), ("Failed", 1), ("Cancelled", 0), ("PartiallySucceeded", 1), ("CompletedWithInformation", 0)],
)
def test_a_scenario_tells_of_jobs_that_are_over(state, errors):
    told = {
        "what": "failback",
        "vm": "vm1",
        "state": state,
        "days_ago": 3,
        "seconds": 90,
        "code": 70094,
        "message": "It broke.",
    }
    client = client_of(small(vault={"history": [told]}))
    [past] = [one for one in client.world.jobs.past if one.script == "failback"]
    job = client.get(f"/replicationJobs/{past.id}")["properties"]
    assert (job["scenarioName"], job["state"], len(job["errors"])) == ("PlannedFailover", state, errors)
    assert job["customDetails"]["affectedObjectDetails"]["PrimaryVmmName"] == "Microsoft Azure"
    for error in job["errors"]:
        assert (error["serviceErrorDetails"]["code"], error["serviceErrorDetails"]["message"]) == ("70094", "It broke.")
    assert all(task["endTime"] == job["tasks"][0]["endTime"] for task in job["tasks"])


TWO_SITES = [{"name": "north", "hosts": [{"name": "hv01"}]}, {"name": "south", "hosts": [{"name": "hv11"}]}]
VM2 = {"name": "vm2", "host": "hv11"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"vm": {"switch": "LAN"}}, ["vms.vm1.switch", "'LAN'", "hv01", "external", "plugged: null"]),
        ({"vm": {"switches": ["external", "LAN"]}}, ["vms.vm1.switch", "'LAN'"]),
        ({"vm": {"switch": "external", "switches": []}}, ["vms.vm1.switches", "give one of them"]),
        ({"vault": {"name": "my vault"}}, ["vault.name", "'my vault'"]),
        ({"vault": {"resource_group": "rg."}}, ["vault.resource_group", "'rg.'"]),
        ({"plans": [{"name": "p", "groups": [{"vms": ["vm1"]}, {"vms": ["vm1"]}]}]}, ["plans.p", "'vm1'", "twice"]),
        (
            {"sites": TWO_SITES, "vms": [VM2], "plans": [{"name": "p", "groups": [{"vms": ["vm1", "vm2"]}]}]},
            ["plans.p", "north, south", "VMs of one site"],
        ),
        (
            {
                "vms": [{"name": f"v{number}", "host": "hv01"} for number in range(100)],
                "plans": [{"name": "p", "groups": [{"vms": ["vm1", *(f"v{number}" for number in range(100))]}]}],
            },
            ["plans.p", "101 VMs", "at most 100"],
        ),
        (
            {"sites": [{"name": "s", "networks": [{"name": "corp"}], "hosts": [{"name": "hv01"}]}]},
            ["sites.s.networks", "VMM"],
        ),
        ({"sites": [{"name": "s", "encryption": {}, "hosts": [{"name": "hv01"}]}]}, ["sites.s.encryption", "VMM"]),
    ],
)
def test_what_no_estate_can_have_is_refused_by_name(change, words):
    with pytest.raises(ScenarioError) as caught:
        complete(small(**change), "mine.yml")
    assert all(word in str(caught.value) for word in words), caught.value


def test_a_vm_may_have_lost_the_switch_that_the_vault_knows():
    client = client_of(small(vm={"switch": "LAN", "plugged": None}))
    assert nics(client)[0]["vMNetworkName"] == "LAN" and not on_host(client)["network_adapters"][0]["connected"]


def test_members_of_two_sites_cannot_be_put_into_a_plan_by_hand():
    client = client_of(small(sites=TWO_SITES, vms=[VM2], plans=[{"name": "p", "groups": [{"vms": ["vm1"]}]}]))
    with pytest.raises(AssertionError, match="north, south"):
        client.control("POST", "plans", {"name": "p", "members": [["vm1", "vm2"]]})


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("{sites: [{name: s, hosts: [{name: hv01}]}], vms: [{name: a, host: hv01}]}", 0, "1 sites, 1 hosts, 1 VMs"),
        ("{sites: [{name: s, hosts: [{name: hv01}]}], vms: [{name: a, host: hv09}]}", 2, "'hv09' is no host"),
        (
            "{sites: [{name: s, hosts: [{name: hv01}]}], vault: {history: [{what: failback, vm: b}]}}",
            2,
            "history.0.vm: 'b' is not allowed",
        ),
        ("{sites: [{name: s, hosts: [{name: hv01, free_gb: {X: 1}}]}]}", 2, "free_gb: 'X' is not allowed"),
        ("{sites: [{name: s, hosts: [{name: hv01, switch_details: {LAN: {}}}]}]}", 2, "'LAN' is no switch of it"),
        (
            "{sites: [{name: s, hosts: [{name: hv01, switch_details: {external: {net_adapters: [x]}}}]}]}",
            2,
            "external.net_adapters: 'x' is no adapter of it",
        ),
    ],
)
def test_a_check_says_what_in_a_file_cannot_be_played_and_starts_nothing(tmp_path, text, status, words):
    (tmp_path / "mine.yml").write_text(text, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "asr_simulator", "--check", str(tmp_path / "mine.yml"), "--ready-file", str(tmp_path / "ready")],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == status and words in ended.stdout + ended.stderr
    assert not (tmp_path / "ready").exists() and "Traceback" not in ended.stderr


def host(**more):
    return [{"name": "site1", "hosts": [{"name": "hv01", **more}]}]


ITEM_NAMES = {"vm": {"item_name": "one"}, "vms": [{"name": "vm2", "host": "hv01", "item_name": "ONE"}]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sites": [*host(), {"name": "SITE1", "hosts": [{"name": "hv09"}]}]}, ["sites.name", "'site1'", "twice"]),
        ({"sites": [*host(), {"name": "s2", "hosts": [{"name": "HV01"}]}]}, ["sites.hosts.name", "'hv01'", "twice"]),
        (ITEM_NAMES, ["vms.item_name", "'one'", "twice"]),
        ({"vm": {"item_name": "a/b"}}, ["vms.vm1.item_name", "'a/b'", "without '/'"]),
        ({"sites": [{"name": "a/b", "hosts": [{"name": "hv01"}]}]}, ["sites.a/b.name", "without '/'"]),
        (
            {"sites": host(switches=["LAN", "LAN"]), "vm": {"switch": "LAN"}},
            ["sites.site1.hosts.hv01.switches", "'LAN'"],
        ),
        ({"sites": host(volumes=[{"letter": "C"}, {"letter": "C"}])}, ["hosts.hv01.volumes", "'C'", "twice"]),
        ({"sites": host(volumes=[{"letter": "C", "size_gb": 1, "free_gb": 5}])}, ["volumes.C.free_gb", "5", "at most"]),
        ({"sites": host(volumes=[{"size_gb": 1}])}, ["volumes.0", "one of letter, path"]),
        ({"vm": {"azure": {"added_disks": [{"name": "d", "size_gb": 1}] * 2}}}, ["vms.vm1.azure.added_disks", "'d'"]),
        ({"vm": {"disks_gb": [1] * 300}}, ["disks_gb", "at most 260"]),
        ({"denied_actions": [{"action": "*", "items": ["vm9"]}]}, ["denied_actions.0.items", "'vm9'", "vm1"]),
        ({"plans": [{"name": "p", "groups": [{"vms": ["vm9"]}]}]}, ["plans.p", "'vm9'", "allowed: vm1"]),
        ({"speed": float("inf")}, ["speed", "inf", "a number"]),
        (
            {"vault": {"history": [{"what": "failback", "vm": "vm1", "days_ago": float("nan")}]}},
            ["vault.history.0.days_ago"],
        ),
        ({"sites": host(free_gb={1: 5})}, ["sites.0.hosts.0.free_gb", "the key 1"]),
        ({"vm": {"os": "x" * 10_000}}, ["vms.0.os", "xxx...", "Linux"]),
        (
            {"faults": [{"kind": "reset", "match": {"path": "(["}}]},
            ["faults.0.match.path", "'(['", "regular expression"],
        ),
        (
            {"faults": [{"kind": "reset", "match": {"state": "gone"}}]},
            ["faults.0.match.state", "'gone'", "failed_over"],
        ),
        ({"faults": [{"kind": "reset", "match": {"method": "FETCH"}}]}, ["faults.0.match.method", "'FETCH'", "PATCH"]),
        ({"faults": [{"kind": "change", "set": {"host": "hv09"}}]}, ["faults.0.set.host", "'hv09'", "hv01"]),
        (
            {"faults": [{"kind": "change", "of": "plan", "set": {"without": ["vm9"]}}]},
            ["faults.0.set.without", "'vm9'"],
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place_its_value_and_what_is_allowed(change, words):
    with pytest.raises(ScenarioError) as caught:
        complete(small(**change), "mine.yml")
    assert all(word in str(caught.value) for word in words), caught.value
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xfe\x00", "no text in UTF-8"),
        (b"{sites: [], speed: 1, speed: 2}", "the key 'speed' is given twice"),
        (b"? [a]\n: b", "unhashable"),
        (b"", "None is not allowed"),
    ],
)
def test_a_file_that_is_no_yaml_of_a_scenario_is_refused_in_words(tmp_path, data, words):
    (tmp_path / "mine.yml").write_bytes(data)
    with pytest.raises(ScenarioError, match=words):
        load(tmp_path / "mine.yml")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"vm": {"azure": {"disk_sizes": {"9": 5}}}}, r"vms\.vm1\.azure\.disk_sizes: '9' .* allowed: 0"),
        (
            {"plans": [{"name": "p", "groups": [{"vms": ["vm1"]}], "actions": [{"name": "x", "group": 9}]}]},
            r"plans\.p\.actions",
        ),
        ({"sites": host(free_gb={"X": 5})}, r"hosts\.hv01\.free_gb: 'X'"),
    ],
)
def test_what_only_shows_in_the_estate_is_told_with_its_place(change, words):
    with pytest.raises(ValueError, match=words):
        client_of(small(**change))


def test_a_change_of_what_has_gone_meanwhile_is_no_change():
    faults = [{"kind": "change", "of": "azure", "name": "vm1", "after": 5, "set": {"disk_sizes": {"9": 5}}}]
    client = client_of(small(faults=faults))
    client.wait(10)
    assert client.id_of("vm1")


def test_two_vms_of_one_name_are_two_in_azure():
    twins = [{"name": "vm2", "host": "hv01", "display_name": "vm1"}]
    client = client_of(small(vms=twins))
    group = f"/subscriptions/{client.world.estate.subscription}/resourceGroups/rg-failover"
    names = [vm["name"] for vm in client.get(f"{group}/providers/Microsoft.Compute/virtualMachines")["value"]]
    assert names[0] == "vm1" and names[1].startswith("vm1-") and client.fact("vm2")["azure_vm_name"] == names[1]


def test_a_plan_may_be_called_what_azure_would_not_allow():
    client = client_of(small(plans=[{"name": "../escaped", "groups": [{"vms": ["vm1"]}]}]))
    assert [one["name"] for one in client.get("/replicationRecoveryPlans")["value"]] == ["../escaped"]
