# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VMs, disks, interfaces, addresses and locks in Azure: what a commit deletes, what keeps it from that, and what people do."""

from __future__ import annotations

from typing import Any

import pytest

from .simulated import Client, bring_back, client_of, small

GROUP = "rg-failover"
ADDED = [{"name": "vm1-added", "size_gb": 512}]


def estate(azure: dict[str, Any] | None = None, **more: Any) -> Client:
    vm = {"azure_public_ip": True, "azure": azure or {}, **more.pop("vm", {})}
    return client_of(small(vm=vm, **more))


def place(client: Client, kind: str, name: str, group: str = GROUP) -> str:
    provider = "Microsoft.Compute" if kind in ("virtualMachines", "disks") else "Microsoft.Network"
    return (
        f"/subscriptions/{client.world.estate.subscription}/resourceGroups/{group}/providers/{provider}/{kind}/{name}"
    )


def parts(client: Client) -> dict[str, str]:
    """ARM ids of the Azure VM and of what belongs to it."""
    vm = client.get(place(client, "virtualMachines", "vm1"))
    stored, nic = vm["properties"]["storageProfile"], vm["properties"]["networkProfile"]["networkInterfaces"][0]["id"]
    address = client.get(nic)["properties"]["ipConfigurations"][0]["properties"]["publicIPAddress"]["id"]
    found = {"vm": vm["id"], "disk": stored["osDisk"]["managedDisk"]["id"], "nic": nic, "public_ip": address}
    return {**found, **{one["name"]: one["managedDisk"]["id"] for one in stored["dataDisks"]}}


def commit(client: Client) -> dict[str, Any]:
    """The job of a commit, when it has ended."""
    bring_back(client, "vm1")
    headers = client.post(client.id_of("vm1") + "/failoverCommit")
    client.wait(600)
    return client.job(headers)["properties"]


def left(client: Client, known: dict[str, str]) -> set[str]:
    return {name for name, one in known.items() if client.send("GET", one)[0] == 200}


@pytest.mark.parametrize(
    ("keeps", "remaining"),
    [
        ([], set()),
        (["nic"], {"nic", "public_ip"}),
        (["public_ip"], {"public_ip"}),
        (["added_disks"], {"vm1-added"}),
        (["disks"], {"disk", "vm1-added"}),
    ],
)
def test_a_commit_deletes_all_but_what_the_scenario_keeps(keeps, remaining):
    client = estate({"added_disks": ADDED}, service={"commit_keeps": keeps})
    known = parts(client)
    assert left(client, known) == set(known)
    assert commit(client)["state"] == "Succeeded"
    assert left(client, known) == remaining


@pytest.mark.parametrize("level", ["CanNotDelete", "ReadOnly"])
@pytest.mark.parametrize("scope", ["vm", "disk", "nic", "public_ip", "group", "subscription"])
def test_a_lock_lets_the_commit_fail(scope, level):
    client = estate({"locks": [{"name": "keep", "scope": scope, "level": level}]})
    known = parts(client)
    job = commit(client)
    details = job["errors"][0]["serviceErrorDetails"]
    assert (job["state"], details["code"]) == ("Failed", "ScopeLocked")
    assert "Please remove the lock" in details["message"]
    assert left(client, known) == set(known)
    assert client.item("vm1")["allowedOperations"] == ["DisableProtection", "FinalizeFailback"]
    client.control("POST", "vms", {"name": "vm1", "azure": {"locks": []}})
    headers = client.post(client.id_of("vm1") + "/failoverCommit")
    client.wait(600)
    assert client.job(headers)["properties"]["state"] == "Succeeded"
    assert left(client, known) == set()


@pytest.mark.parametrize(
    ("scope", "remaining"),
    [
        ("vm", {"vm", "disk", "nic", "public_ip"}),
        ("group", {"vm", "disk", "nic", "public_ip"}),
        ("disk", {"disk"}),
        ("nic", {"nic", "public_ip"}),
        ("public_ip", {"public_ip"}),
    ],
)
def test_or_it_succeeds_and_leaves_what_is_locked(scope, remaining):
    client = estate({"locks": [{"name": "keep", "scope": scope}]}, service={"locked_commit": "leaves"})
    known = parts(client)
    assert commit(client)["state"] == "Succeeded"
    assert client.item("vm1")["protectionState"] == "RestoreFinalized"
    assert left(client, known) == remaining


def test_locks_are_listed_at_above_and_below_a_scope():
    client = estate({"locks": [{"name": "on-vm"}]}, vault={"locks": [{"name": "on-all", "scope": "subscription"}]})
    vm = place(client, "virtualMachines", "vm1")
    group = vm.partition("/providers/")[0]
    locks = "/providers/Microsoft.Authorization/locks"

    def names(scope: str, query: str = "", api: str = "2020-05-01") -> set[str]:
        return {one["name"] for one in client.get(scope + locks, query, api)["value"]}

    assert names(vm) == names(group) == names(group.partition("/resourceGroups")[0]) == {"on-vm", "on-all"}
    assert names(group, "$filter=atScope()") == {"on-all"}
    assert names(group.replace(GROUP, "rg-recovery")) == {"on-all"}
    one = client.get(vm + locks, api="2016-09-01")["value"][0]
    assert one["id"] == f"{vm}/providers/Microsoft.Authorization/locks/on-vm"


def test_people_stop_delete_and_clean_up_through_arm():
    client = estate()
    known = parts(client)
    for kind in ("disk", "nic", "public_ip"):
        assert client.send("DELETE", known[kind])[0] in (400, 409), "in use"
    headers = client.post(known["vm"] + "/deallocate")
    assert client.follow(headers["Azure-AsyncOperation"])[2]["status"] == "Succeeded"
    assert client.get(known["vm"] + "/instanceView")["statuses"][1]["code"] == "PowerState/deallocated"
    assert client.get(known["disk"])["properties"]["diskState"] == "Reserved"
    assert client.send("DELETE", known["vm"])[0] == 202
    assert left(client, known) == {"disk", "nic", "public_ip"}
    disk = client.get(known["disk"])
    assert (disk["properties"]["diskState"], disk.get("managedBy")) == ("Unattached", None)
    for kind in ("disk", "nic", "public_ip"):
        assert client.send("DELETE", known[kind])[0] == 202
    assert left(client, known) == set()


@pytest.mark.parametrize(("level", "started"), [("CanNotDelete", 202), ("ReadOnly", 409)])
def test_a_lock_forbids_to_delete_and_a_read_only_one_to_start(level, started):
    client = estate({"locks": [{"name": "keep", "scope": "group", "level": level}]})
    vm = place(client, "virtualMachines", "vm1")
    assert client.send("POST", vm + "/start")[0] == started
    status, _headers, body = client.send("DELETE", vm)
    assert (status, body["error"]["code"]) == (409, "ScopeLocked")


def test_the_vault_does_not_notice_that_its_vm_was_deleted():
    client = estate({"gone": True})
    item = client.item("vm1")
    assert (item["protectionState"], item["activeLocation"]) == ("PlannedFailoverStatesBegin", "Recovery")
    assert client.send("GET", place(client, "virtualMachines", "vm1"))[0] == 404
    bring_back(client, "vm1")
    assert client.item("vm1")["protectionState"] == "FinalizeRestorePending"


def test_a_failover_meets_a_machine_of_its_name():
    client = estate(vm={"state": "protected"}, vault={"azure_vms": [{"name": "vm1"}]})
    headers = client.post(
        client.id_of("vm1") + "/unplannedFailover", {"properties": {"failoverDirection": "PrimaryToRecovery"}}
    )
    client.wait(3600)
    job = client.job(headers)["properties"]
    details = job["errors"][0]["serviceErrorDetails"]
    assert (job["state"], details["code"]) == ("Succeeded", "28175")
    longer = client.fact("vm1")["azure_vm_name"]
    assert longer.startswith("vm1-") and longer in details["message"]
    assert client.item("vm1")["providerSpecificDetails"]["recoveryAzureVmName"] == "vm1"
    assert client.send("GET", place(client, "virtualMachines", longer))[0] == 200


@pytest.mark.parametrize(("shows", "name"), [("old", "vm1"), ("new", "other")])
def test_a_vm_that_was_renamed_leaves_the_job_that_said_so(shows, name):
    client = estate({"renamed": "other"}, service={"renamed_item": shows})
    assert client.item("vm1")["providerSpecificDetails"]["recoveryAzureVmName"] == name
    [job] = [
        job for job in client.world.jobs.past if job.item and job.item.key == "vm1" and job.script == "planned_failover"
    ]
    errors = client.get(f"/replicationJobs/{job.id}")["properties"]["errors"]
    assert errors[0]["serviceErrorDetails"]["code"] == "28175"


@pytest.mark.parametrize(("shows", "location"), [("none", None), ("arm_id", "/disks/vm1-"), ("blob", ".vhd")])
def test_what_the_vault_shows_of_a_managed_disk_is_a_choice(shows, location):
    client = estate(service={"managed_disk_location": shows})
    details = client.item("vm1")["providerSpecificDetails"]
    [disk] = details["azureVmDiskDetails"]
    assert (details["useManagedDisks"], len(details["protectedManagedDisks"])) == ("true", 1)
    assert place(client, "disks", disk["targetDiskName"]) == parts(client)["disk"]
    assert disk["targetDiskLocation"] is None if location is None else location in disk["targetDiskLocation"]


def test_the_blob_of_an_unmanaged_disk_is_the_one_that_the_vault_records():
    client = estate(vm={"managed_disks": False, "disks_gb": [10, 20]})
    details = client.item("vm1")["providerSpecificDetails"]
    stored = client.get(place(client, "virtualMachines", "vm1"))["properties"]["storageProfile"]
    blobs = [one["vhd"]["uri"] for one in (stored["osDisk"], *stored["dataDisks"])]
    assert (details["useManagedDisks"], details["protectedManagedDisks"]) == ("false", [])
    assert [one["targetDiskLocation"] for one in details["azureVmDiskDetails"]] == blobs


def times(client, api="2023-10-02"):
    """When the disk was made, and when it was last attached, or its VM started or deallocated."""
    disk = client.get(parts(client)["disk"], api=api)["properties"]
    return disk["timeCreated"], disk.get("LastOwnershipUpdateTime")


def test_a_disk_tells_when_it_was_made_and_when_its_vm_was_last_started_or_stopped():
    client = estate({})
    made, touched = times(client)
    assert made == touched and times(client, "2023-04-02") == (made, None), "older versions do not tell"
    client.wait(600)
    for power, tells in (("stopped", False), ("deallocated", True), ("deallocated", False), ("running", True)):
        client.wait(60)
        client.control("POST", "vms", {"name": "vm1", "azure": {"power": power}})
        assert (times(client)[1] > touched) == tells, power
        touched = times(client)[1]
    client.wait(60)
    client.control("POST", "vms", {"name": "vm1", "azure": {"new_disks": ["0"]}})
    assert times(client)[0] > made and times(client)[1] > touched, "another disk of the same name"
