# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts and vault are one estate: what happens on one side is seen on the other."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from asr_simulator.answer import answer

from .simulated import Client, client_of, small
from .windows_calls import computer, host_fact, provider, run

KEY = "C:\\keys\\site1.VaultCredentials"
NEW = {"name": "new01", "provider": "absent", "hyperv": False, "key_file": KEY}


def estate(*hosts: dict[str, Any], **more) -> Client:
    return client_of(small(sites=[{"name": "site1", "hosts": [{"name": "hv01"}, *hosts]}], **more))


def fail_back_to(client: Client, host: str) -> dict[str, Any]:
    """The job of a failback to another host, an hour later."""
    target = {"providerIdForAlternateRecovery": provider(client, host)["id"]}
    headers = client.fail_back("vm1", "ForSynchronization", recoveryVmCreationOption="CreateVmIfNotFound", **target)
    client.wait(3600)
    return client.job(headers)["properties"]


def causes(job: dict[str, Any]) -> str:
    return " ".join(error["serviceErrorDetails"]["possibleCauses"] for error in job["errors"])


def test_a_failback_starts_the_vm_that_the_host_shows():
    client = estate()
    assert run(client, "hv01", "vm_info")["vms"][0]["state"] == "stopped"
    client.fail_back("vm1", "ForSynchronization")
    client.wait(3600)
    found = run(client, "hv01", "vm_info", name="vm1")["vms"][0]
    assert (found["state"], found["heartbeat"]) == ("started", "OkApplicationsHealthy")
    assert found["ip_addresses"]
    assert (found["replication"]["state"], found["replication"]["number"]) == ("Disabled", 14)
    assert found["id"] == client.item("vm1")["providerSpecificDetails"]["vmId"]


def test_a_host_tells_its_vms_in_the_same_call_where_it_is_asked_for_them():
    client = estate({"name": "hv02", "services": {"vmms": False}}, NEW)
    ids = [client.item("vm1")["providerSpecificDetails"]["vmId"].upper(), "gone"]
    rows: list[tuple[list[str], dict[str, Any]]] = [
        (["disks"], {}),
        ([], {}),
        (["disks"], {"ids": ids}),
        ([], {"ids": []}),
    ]
    for details, wanted in rows:
        mine = {f"vm_{option}": value for option, value in wanted.items()}
        told = run(client, "hv01", "host_info", vm_details=details, **mine)
        assert told["vms"] == run(client, "hv01", "vm_info", details=details, **wanted)["vms"]
        assert told["hyperv_host"]["name"] == "HV01"
    assert "vms" not in run(client, "hv01", "host_info")
    assert [run(client, host, "host_info", vm_details=[])["vms"] for host in ("hv02", "new01")] == [[], []]
    computer(client).troubles["Hyper-V"] = "not allowed"
    assert "not allowed" in run(client, "hv01", "host_info", vm_details=[])["msg"]


def test_a_reset_takes_back_what_was_made_on_a_host():
    client = estate()
    assert host_fact(client, "hv01")["switches"] == ["external"]
    run(client, "hv01", "virtual_switch", name="trial", state="present", type="private")
    assert host_fact(client, "hv01")["switches"] == ["external", "trial"]
    client.control("POST", "reset")
    assert host_fact(client, "hv01")["switches"] == ["external"]


def test_a_vm_that_is_made_on_a_host_without_its_switch_is_not_plugged_in():
    client = estate({"name": "hv02", "switches": ["other"]})
    assert fail_back_to(client, "hv02")["state"] == "Succeeded"
    found = run(client, "hv02", "vm_info")["vms"][0]
    assert found["network_adapters"][0]["virtual_switch"] is None
    assert found["ip_addresses"] == []
    assert client.fact("vm1")["on_premises_switch"] is None


def test_what_a_failback_to_another_host_leaves_on_the_old_one_is_the_scenarios_choice():
    for choice, left in ({}, []), ({"old_copy": "stays"}, ["stopped"]):
        client = estate({"name": "hv02"}, service=choice)
        assert fail_back_to(client, "hv02")["state"] == "Succeeded"
        old, new = (run(client, host, "vm_info")["vms"] for host in ("hv01", "hv02"))
        assert [vm["state"] for vm in old] == left and [vm["state"] for vm in new] == ["started"]
        assert all((vm["id"], vm["replication"]["mode"]) == (new[0]["id"], "None") for vm in old)
        for vm in old:
            assert run(client, "hv01", "vm_removal", id=vm["id"], state="absent")["changed"]
        assert run(client, "hv01", "vm_info")["vms"] == [] and len(run(client, "hv02", "vm_info")["vms"]) == 1


def test_a_full_volume_fails_the_failback():
    volume = {"letter": "D", "free_gb": 5}
    client = estate({"name": "hv02", "volumes": [volume]})
    job = fail_back_to(client, "hv02")
    assert job["state"] == "Failed"
    assert "10 GB are needed and 5 GB are free" in causes(job)
    client.control("POST", "hosts", {"name": "hv02", "free_gb": {"D": 50}})
    assert fail_back_to(client, "hv02")["state"] == "Succeeded"
    assert host_fact(client, "hv02")["volumes"][0]["free_gb"] == 40


def test_a_vm_that_is_there_needs_room_for_what_changed():
    client = estate(vm={"changed_gb": 3})
    client.control("POST", "hosts", {"name": "hv01", "free_gb": {"D": 2}})
    headers = client.fail_back("vm1")
    client.wait(60)
    assert "3 GB are needed" in causes(client.job(headers)["properties"])


@pytest.mark.parametrize("change", [{"online": False}, {"services": {"dra": False}}])
def test_the_vault_does_not_hear_from_a_host_that_is_off_or_whose_service_stands(change):
    client = estate()
    client.control("POST", "hosts", {"name": "hv01", **change})
    seen = provider(client, "hv01")["properties"]
    client.wait(600)
    assert provider(client, "hv01")["properties"]["lastHeartBeat"] == seen["lastHeartBeat"]
    assert seen["connectionStatus"] == "NotConnected"
    client.control("POST", "hosts", {"name": "hv01", "online": True, "services": {"dra": True}})
    assert provider(client, "hv01")["properties"]["connectionStatus"] == "Connected"


def test_a_failback_waits_for_a_host_that_is_switched_off_and_goes_on_when_it_is_back():
    client = estate()
    headers = client.fail_back("vm1", "ForSynchronization")
    client.wait(60)
    client.control("POST", "hosts", {"name": "hv01", "online": False})
    client.wait(36000)
    assert client.job(headers)["properties"]["state"] == "InProgress"
    client.control("POST", "hosts", {"name": "hv01", "online": True})
    client.wait(3600)
    assert client.job(headers)["properties"]["state"] == "Succeeded"


def test_a_host_whose_line_is_cut_comes_back_only_if_it_is_on():
    client = estate({"name": "hv02"})
    for host in ("hv01", "hv02"):
        client.control("POST", "faults", {"kind": "provider_drop", "host": host, "seconds": 600})
    client.control("POST", "hosts", {"name": "hv02", "online": False})
    assert run(client, "hv01", "host_info")["hyperv_host"]["services"]["dra"]["state"] == "started"
    run(client, "hv01", "ansible.windows.win_service", name="dra", state="restarted")
    assert not host_fact(client, "hv01")["connected"]
    client.wait(700)
    client.jobs()
    assert [host_fact(client, name)["connected"] for name in ("hv01", "hv02")] == [True, False]


def test_a_vm_that_is_started_by_hand_while_it_is_written_is_lost_for_this_failback():
    client = estate()
    headers = client.fail_back("vm1")
    client.wait(100)
    client.control("POST", "vms", {"name": "vm1", "power": "running"})
    assert client.fact("vm1")["on_premises_consistent"] is False
    client.wait(3600)
    job = client.job(headers)["properties"]
    assert job["state"] == "Failed"
    assert "was started while its disks were written" in causes(job)
    assert client.fact("vm1")["on_premises_consistent"] is False
    again = client.fail_back("vm1", "ForSynchronization")
    client.wait(3600)
    assert client.job(again)["properties"]["state"] == "Succeeded"
    assert client.fact("vm1")["on_premises_consistent"] is True


def test_a_new_host_appears_in_the_vault_when_it_is_registered_and_takes_a_vm():
    client = estate(NEW)
    assert not provider(client, "new01")
    assert run(client, "new01", "provider_registration", state="registered", key_file=KEY)["failed"]
    for feature in ("Hyper-V", "Hyper-V-PowerShell"):
        run(client, "new01", "ansible.windows.win_feature", name=feature)
    new = computer(client, "new01")
    assert not new.has_hyperv
    new.restart_at = 0.0
    assert new.answers()
    assert new.has_hyperv
    new.install_provider()
    run(client, "new01", "virtual_switch", name="external", state="present", net_adapter="Ethernet")
    assert run(client, "new01", "provider_registration", state="registered", key_file=KEY)["changed"]
    assert provider(client, "new01")["properties"]["connectionStatus"] == "Connected"
    assert fail_back_to(client, "new01")["state"] == "Succeeded"
    assert run(client, "new01", "vm_info")["vms"][0]["ip_addresses"]


def test_unregistered_hosts_leave_the_vault():
    client = estate()
    assert run(client, "hv01", "provider_registration", state="unregistered")["changed"]
    assert not provider(client, "hv01")
    assert host_fact(client, "hv01")["registered"] is False


def test_a_key_file_of_another_site_is_refused():
    scenario = small(sites=[{"name": "site1", "hosts": [{"name": "hv01"}]}, {"name": "site2", "hosts": [NEW]}])
    client = client_of(scenario)
    computer(client, "hv01").files = computer(client, "new01").files
    found = run(client, "hv01", "provider_registration", state="registered", key_file=KEY)
    assert "registered to the vault 'vault1', site 'site1'" in found["msg"]


def test_a_name_that_two_vms_have_is_refused_and_an_id_is_not():
    client = estate({"name": "hv02", "other_vms": ["twin", "twin"]})
    found = run(client, "hv02", "vm_info", name="twin")["vms"]
    refused = run(client, "hv02", "vm_power", name="twin", state="stopped")
    assert all(vm["id"] in refused["msg"] for vm in found)
    assert run(client, "hv02", "vm_power", id=found[0]["id"], state="stopped")["changed"]


def test_check_mode_leaves_everything_as_it_was():
    client = estate({"name": "hv02", "other_vms": ["one"], "key_file": KEY, "provider": "installed"})
    before = client.control("GET", "state")
    for module, args in (
        ("vm_power", {"name": "one", "state": "stopped"}),
        ("virtual_switch", {"name": "new", "state": "present", "type": "private"}),
        ("host_settings", {"download_threads": 9}),
        ("provider_registration", {"state": "registered", "key_file": KEY}),
        ("ansible.windows.win_feature", {"name": "Hyper-V", "state": "absent"}),
        ("ansible.windows.win_service", {"name": "dra", "state": "stopped"}),
    ):
        assert run(client, "hv02", module, check=True, **args)["changed"], module
    assert client.control("GET", "state") == before


def test_the_control_interface_refuses_what_is_not_there():
    client = estate()
    for path, body in (
        ("hosts", {"name": "hv09"}),
        ("hosts", {"name": "hv01", "free_gb": {"Q": 1}}),
        ("hosts", {"name": "hv01", "services": {"spooler": True}}),
        ("vms", {"name": "vm1", "power": "sleeping"}),
        ("vms", {"name": "vm9", "power": "off"}),
    ):
        status, _headers, found = answer(client.world, "POST", f"/_simulator/{path}", {}, body)
        assert status == 400
        assert "allowed" in found["error"]["message"]


def test_reset_puts_the_hosts_back():
    client = estate({"name": "hv02", "other_vms": ["one"]})
    before = client.control("GET", "state")["hosts"]
    run(client, "hv02", "vm_power", name="one", state="stopped")
    client.control("POST", "hosts", {"name": "hv01", "online": False})
    client.control("POST", "reset")
    assert client.control("GET", "state")["hosts"] == before
    assert client.control("GET", "windows") == {"calls": []}


def test_no_secret_is_in_the_log_or_the_state():
    client = estate(NEW)
    run(client, "hv01", "host_info", proof="hush-hush")
    text = json.dumps([client.control("GET", name) for name in ("windows", "state")])
    key = computer(client, "new01").files[KEY.lower()]
    assert key
    assert "host_info" in text
    assert "hush-hush" not in text
    assert key.decode().partition("<ManagementCert>")[2].partition("<")[0] not in text


def test_a_vault_key_file_is_good_for_five_days():
    client = estate(
        {**NEW, "name": "new02", "key_file_days": 6, "provider": "installed"}, {**NEW, "provider": "installed"}
    )
    old = run(client, "new02", "provider_registration", state="registered", key_file=KEY)
    assert "is 6 days old, and good for 5 only" in old["msg"]
    assert run(client, "new01", "provider_registration", state="registered", key_file=KEY)["changed"]


def test_a_host_has_all_its_switches():
    client = estate({"name": "hv02", "switches": ["LAN", "DMZ"]})
    found = run(client, "hv02", "host_info")["hyperv_host"]["virtual_switches"]
    assert [one["name"] for one in found] == host_fact(client, "hv02")["switches"] == ["LAN", "DMZ"]


def test_a_switch_may_be_a_team_with_several_adapters_of_the_host_itself():
    team = {
        "net_adapters": ["Ethernet 2", "Ethernet"],
        "management_adapters": [{"name": "Mgmt", "vlan": 5}, {"name": "Backup"}],
    }
    client = estate({"name": "hv02", "switches": ["SET"], "switch_details": {"SET": team}})
    (found,) = run(client, "hv02", "host_info")["hyperv_host"]["virtual_switches"]
    assert (found["teaming"], found["net_adapter"], found["net_adapters"]) == (True, None, ["Ethernet", "Ethernet 2"])
    assert (found["allow_management_os"], found["management_vlan"]) == (True, None)
    assert found["management_adapters"] == [{"name": "Mgmt", "vlan": 5}, {"name": "Backup", "vlan": 0}]


def test_a_shared_volume_is_one_volume_whichever_host_shows_it():
    shared = {"path": "C:\\ClusterStorage\\Volume1", "free_gb": 50, "shared": True}
    nodes = [{"name": f"node{number}", "cluster": "clu01", "volumes": [shared]} for number in (1, 2)]
    client = estate(*nodes)
    assert fail_back_to(client, "node1")["state"] == "Succeeded"
    first, second = ([run(client, f"node{one}", "host_info")["hyperv_host"]["volumes"][0]] for one in (1, 2))
    assert first == second
    assert (first[0]["path"], first[0]["shared"], first[0]["free_bytes"]) == (
        "C:\\ClusterStorage\\Volume1\\",
        True,
        40 * 1024**3,
    )


@pytest.mark.parametrize(
    ("host", "vm", "words"),
    [
        ({"vm_versions": ["8.0"]}, {"version": "10.0"}, "doesn't support virtual machines of version 10.0"),
        ({"azure_local": True}, {}, "possible only to the host it came from"),
        ({"twins": [{}]}, {}, ""),
    ],
)
def test_what_a_new_host_cannot_take_fails_in_the_preparation(host, vm, words):
    client = estate({"name": "hv02", **host}, vm=vm)
    job = fail_back_to(client, "hv02")
    assert (job["state"], words in causes(job) if words else True) == ("Failed" if words else "Succeeded", True)


def test_a_failback_to_a_stale_registration_fails_and_to_one_of_two_good_ones_goes_on():
    for connected, state in ((False, "Failed"), (True, "Succeeded")):
        client = estate({"name": "hv02", "twins": [{"connected": connected}]})
        listed = client.get("/replicationRecoveryServicesProviders")["value"]
        second = [one for one in listed if one["properties"]["friendlyName"] == "hv02"][1]
        target = {"providerIdForAlternateRecovery": second["id"]}
        headers = client.fail_back("vm1", "ForSynchronization", recoveryVmCreationOption="CreateVmIfNotFound", **target)
        client.wait(3600)
        assert client.job(headers)["properties"]["state"] == state


def test_a_restored_vm_is_not_the_vaults():
    client = estate(vm={"vm_id": "11111111-2222-3333-4444-555555555555"})
    [found] = run(client, "hv01", "vm_info")["vms"]
    assert (found["name"], found["replication"]["state"]) == ("vm1", "Disabled")
    headers = client.fail_back("vm1")
    client.wait(3600)
    assert "doesn't exist on the host" in causes(client.job(headers)["properties"])


@pytest.mark.parametrize("name", ["SQL Server 01", "web (alt)", "büro.01", "x" * 80])
def test_vms_are_called_what_people_call_them(name):
    client = estate(vm={"name": name, "display_name": name})
    assert run(client, "hv01", "vm_info")["vms"][0]["name"] == client.item(name)["friendlyName"] == name
    azure = client.item(name)["providerSpecificDetails"]["recoveryAzureVmName"]
    assert re.fullmatch("[A-Za-z0-9-]{1,63}", azure)
    assert client.fact(name)["azure_vm_name"] == azure


CLUSTER = [{"name": "hv01", "cluster": "clu01"}, {"name": "hv02", "cluster": "clu01", "node": "Paused"}]


def test_nodes_of_a_cluster_tell_which_of_them_has_which_vm():
    client = client_of(small(sites=[{"name": "site1", "hosts": CLUSTER}]))
    client.control("POST", "vms", {"name": "vm1", "host": "hv02"})
    told = [run(client, name, "host_info")["hyperv_host"]["cluster"] for name in ("hv01", "hv02")]
    assert told[0] == told[1]
    assert told[0]["nodes"] == [{"name": "HV01", "state": "Up"}, {"name": "HV02", "state": "Paused"}]
    assert [(vm["name"], vm["owner_node"]) for vm in told[0]["vms"]] == [("vm1", "HV02")]
    assert run(client, "hv01", "vm_info")["vms"] == []


def test_a_vm_that_a_failback_made_is_no_role_of_the_cluster_until_it_is_made_one():
    client = client_of(small(vm={"clustered": False}, sites=[{"name": "site1", "hosts": CLUSTER}]))
    assert run(client, "hv01", "host_info")["hyperv_host"]["cluster"]["vms"] == []
    assert run(client, "hv01", "cluster_vm", name="vm1", state="present")["changed"]
    assert not run(client, "hv01", "cluster_vm", name="vm1", state="present")["changed"]
    assert [vm["name"] for vm in run(client, "hv01", "host_info")["hyperv_host"]["cluster"]["vms"]] == ["vm1"]
