# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several vaults in one or several subscriptions, each with what is around it."""

from __future__ import annotations

import pytest

from asr_simulator.answer import answer
from asr_simulator.scenario.load import ScenarioError, complete
from asr_simulator.simulation import Simulation
from asr_simulator.world.guard import Guard

from .simulated import Client, bring_back, client_of, seen, small
from .windows_calls import run

OTHER = "22222222-2222-2222-2222-222222222222"


def vault(name: str, **more):
    sites = [{"name": "south", "hosts": [{"name": f"host-of-{name}"}]}]
    vms = [{"name": "vm1", "host": f"host-of-{name}", "disks_gb": [10]}]
    where = {"name": name, "resource_group": f"rg-{name}", "recovery_resource_group": f"rg-{name}-failover", **more}
    return {"vault": where, "sites": sites, "vms": vms}


def clients_of(*others) -> tuple[Client, Client, Client]:
    """A client of each vault of a cloud."""
    first = client_of(small(other_vaults=[*others]))
    found = [first]
    for world in first.world.vaults[1:]:
        client = Client(first.world)
        client.vault, client.token = world.vault_path, first.token
        found.append(client)
    return found[0], found[1], found[2]


def three() -> tuple[Client, Client, Client]:
    """Clients of three vaults in one cloud: the first, one beside it, one in another subscription."""
    return clients_of(vault("v2"), vault("v3", subscription_id=OTHER))


def test_each_vault_has_its_own_items_jobs_and_hosts_and_a_failback_in_one_moves_nothing_in_the_others():
    clients = three()
    ids = {client.id_of("vm1") for client in clients}
    assert len(ids) == 3
    bring_back(clients[1], "vm1")
    assert [seen(client, "vm1")[0] for client in clients] == [
        "PlannedFailoverStatesBegin", "FinalizeRestorePending", "PlannedFailoverStatesBegin",
    ]  # fmt: skip
    assert [len(client.world.vaults[place].jobs.jobs) for place, client in enumerate(clients)] == [0, 2, 0]


def test_lists_of_resource_manager_have_all_of_a_subscription_and_no_more():
    first, _second, third = three()
    home = first.world.estate.subscription
    vaults = "providers/Microsoft.RecoveryServices/vaults"

    def names(path: str) -> list[str]:
        return [one["name"] for one in first.get(path)["value"]]

    assert {one["subscriptionId"] for one in first.get("/subscriptions")["value"]} == {home, OTHER}
    assert names(f"/subscriptions/{home}/{vaults}") == ["vault1", "v2"] and names(
        f"/subscriptions/{OTHER}/{vaults}"
    ) == ["v3"]
    assert names(f"/subscriptions/{home}/resourceGroups/rg-v2/{vaults}") == ["v2"]
    assert names(f"/subscriptions/{home}/resourceGroups") == ["rg-failover", "rg-recovery", "rg-v2", "rg-v2-failover"]
    assert first.send("GET", f"/subscriptions/{home}/resourceGroups/rg-v3")[0] == 404
    status, _headers, body = first.send("GET", third.vault.replace(OTHER, home) + "/replicationJobs")
    assert (status, body["error"]["code"]) == (404, "ResourceGroupNotFound")


def test_the_vms_of_a_subscription_are_those_of_all_its_vaults():
    first, _second, _third = three()
    found = first.get(f"/subscriptions/{first.world.estate.subscription}/providers/Microsoft.Compute/virtualMachines")[
        "value"
    ]
    assert [one["id"].split("/")[4] for one in found] == ["rg-failover", "rg-v2-failover"]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_is_in_azure_is_found_in_the_groups_of_its_vault(place):
    client = three()[place]
    estate = client.world.vaults[place].estate
    group = f"/subscriptions/{estate.subscription}/resourceGroups/{estate.recovery_resource_group}"
    assert [one["name"] for one in client.get(f"{group}/providers/Microsoft.Compute/virtualMachines")["value"]] == [
        "vm1"
    ]


def test_the_control_interface_is_told_which_vault_is_meant_and_keeps_its_guard():
    first, _second, third = three()
    assert [one["name"] for one in first.control("GET", "state")["hosts"]] == ["hv01", "hv02", "hv03"]
    assert [one["name"] for one in first.control("GET", "state?vault=v3")["hosts"]] == ["host-of-v3"]
    first.control("POST", "vms?vault=v3", {"name": "vm1", "checkpoints": ["before"]})
    other = first.world.vaults[2]
    assert isinstance(other, Simulation)
    assert run(Client(other), "host-of-v3", "vm_info")["vms"][0]["checkpoints"] == ["before"]
    first.control("POST", "faults?vault=v3", {"kind": "throttle", "count": None})
    assert (third.send("GET", "/replicationJobs")[0], first.send("GET", "/replicationJobs")[0]) == (429, 200)
    first.control("POST", "reset", {})
    assert third.send("GET", "/replicationJobs")[0] == 200
    first.world.guard = Guard("https://127.0.0.1:1")
    for name in ("state", "state?vault=v3"):
        assert answer(first.world, "GET", f"/_simulator/{name}", {"host": "127.0.0.1:1"})[0] == 403


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ([{**vault("v2"), "vms": [{"name": "a", "host": "hv99"}]}], ["other_vaults.0.vms.a.host", "'hv99'"]),
        ([vault("vault1", resource_group="RG-Recovery")], ["rg-recovery/vault1'", "twice"]),
        ([vault("vault1", recovery_resource_group="rg-failover")], ["rg-failover/vm1'", "twice"]),
        ([vault("v2"), {**vault("v3"), "sites": vault("v2")["sites"], "vms": []}], ["'host-of-v2'", "twice"]),
        ([{"sites": vault("v2")["sites"]}], ["other_vaults.0", "'vault' is a required property"]),
        ([{**vault("v2"), "speed": 5}], ["other_vaults.0", "speed"]),
    ],
)
def test_what_is_wrong_with_a_further_vault_is_named(others, words):
    with pytest.raises(ScenarioError) as caught:
        complete(small(other_vaults=others), "mine.yml")
    assert all(word in str(caught.value) for word in words), caught.value


def one_name() -> tuple[Client, Client, Client]:
    """Clients of three vaults of one name: in two groups, and in the same group of another subscription."""
    beside, there = vault("b"), vault("c")
    beside["vault"] = {"name": "vault1", "resource_group": "rg-b"}
    beside["vms"] = [{**beside["vms"][0], "name": "vm2"}]
    there["vault"] = {"name": "vault1", "subscription_id": OTHER}
    return clients_of(beside, there)


def test_vaults_of_one_name_are_told_apart_by_group_and_subscription():
    clients = one_name()
    assert [[one["properties"]["friendlyName"] for one in client.get("/replicationProtectedItems")["value"]]
            for client in clients] == [["vm1"], ["vm2"], ["vm1"]]  # fmt: skip
    assert len({client.id_of(name) for client, name in zip(clients, ("vm1", "vm2", "vm1"), strict=True)}) == 3
    bring_back(clients[2], "vm1")
    assert seen(clients[2], "vm1")[0] == "FinalizeRestorePending"
    assert [len(world.jobs.jobs) for world in clients[0].world.vaults] == [0, 0, 2]
    assert clients[0].send("GET", clients[0].id_of("vm1").replace("rg-recovery", "rg-b"))[0] == 404


@pytest.mark.parametrize("kind", ["virtualMachines", "disks", "networkInterfaces"])
def test_what_several_vaults_have_in_one_group_is_found_there_and_in_its_list(kind):
    first, _second, _third = one_name()
    provider = "Microsoft.Network" if kind == "networkInterfaces" else "Microsoft.Compute"
    group = f"/subscriptions/{first.world.estate.subscription}/resourceGroups/rg-failover/providers/{provider}/{kind}"
    found = first.get(group)["value"]
    assert len(found) == 2
    assert [first.get(one["id"])["id"] for one in found] == [one["id"] for one in found]
    assert len(first.get(group.replace("/resourceGroups/rg-failover", ""))["value"]) == 2


def test_who_deletes_a_vm_in_a_group_of_several_vaults_deletes_that_of_its_vault():
    first, second, _third = one_name()
    group = f"/subscriptions/{first.world.estate.subscription}/resourceGroups/rg-failover"
    assert first.send("DELETE", f"{group}/providers/Microsoft.Compute/virtualMachines/vm2")[0] == 202
    azure = [vm["azure_vm_exists"] for name in ("rg-recovery", "rg-b")
             for vm in first.control("GET", f"state?vault={first.world.estate.subscription}/{name}/vault1")["vms"]]  # fmt: skip
    assert azure == [True, False]
    assert second.send("GET", f"{group}/providers/Microsoft.Compute/virtualMachines/vm2")[0] == 404


@pytest.mark.parametrize(
    ("named", "vms"),
    [("", ["vm1"]), ("?vault=rg-b/vault1", ["vm2"]), (f"?vault={OTHER}/RG-recovery/vault1", ["vm1"])],
)
def test_the_control_interface_takes_group_and_subscription_before_a_name(named, vms):
    first, _second, _third = one_name()
    assert [vm["name"] for vm in first.control("GET", f"state{named}")["vms"]] == vms


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("vault1", "more than one vault"),
        ("vault9", "no vault"),
        ("rg-recovery/vault1", "more than one"),
        ("", "no vault"),
    ],
)
def test_a_vault_that_is_not_one_is_refused_by_the_control_interface(named, words):
    first, _second, _third = one_name()
    status, _headers, body = answer(first.world, "GET", f"/_simulator/state?vault={named}", {})
    assert (
        status == 400
        and words in body["error"]["message"]
        and f"{OTHER}/rg-recovery/vault1" in body["error"]["message"]
    )


def test_vms_of_one_vault_that_azure_cannot_tell_apart_are_told_apart_beside_other_vaults_too():
    same = [{"name": "b", "display_name": "VM1", "host": "hv01"}, {"name": "c", "display_name": "vm1", "host": "hv01"}]
    client = client_of(small(vms=same, other_vaults=[vault("v2")]))
    assert len({vm["azure_vm_name"].lower() for vm in client.control("GET", "state")["vms"]}) == 3
