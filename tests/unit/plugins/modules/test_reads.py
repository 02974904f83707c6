# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules that only read, over the real SDK and the simulator's core; the clock is moved by hand."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.modules import azure_vm_info, provider_info
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service
from asr_simulator.facts import table as estate

SCENARIO = {
    "sites": [{"name": "site1", "hosts": [{"name": "hv01"}, {"name": "hv02"}]}],
    "vms": [
        {"name": "away01", "host": "hv01", "disks_gb": [10, 20], "managed_disks": True, "azure_public_ip": True},
        {"name": "home01", "host": "hv01", "state": "protected"},
    ],
}


@pytest.fixture
def service():
    return Service(SCENARIO)


def read(module, service, **params):
    """The answer of a module that was given these options."""
    targets = {"protected_items": None, "recovery_plan": None, "groups": None}
    usual: dict[str, Any] = {**targets, "host": None, "test_vms": False, "disks": []}
    return module.read(SimpleNamespace(params={**usual, **params}, warn=service.warnings.append), service.vault)


def documented(module):
    """The keys that the documentation promises for each entry, and those of its sample."""
    told = next(iter(yaml.safe_load(module.RETURN).values()))
    assert set(told["contains"]) == set(told["sample"][0])
    return set(told["contains"])


def test_a_provider_is_told_as_documented(service):
    first, second = read(provider_info, service)["providers"]
    assert set(first) == documented(provider_info)
    assert (first["host"], first["site"], first["site_type"], first["connected"]) == (
        "hv01",
        "site1",
        "HyperVSite",
        True,
    )
    assert first["heartbeat_age_seconds"] < 60
    assert (first["protected_items"], second["protected_items"]) == (2, 0)


def test_the_age_of_a_heartbeat_is_by_the_clock_of_the_service(service):
    lost = service.world.estate.host("hv02")
    lost.windows.online = False
    lost.windows.report(service.world.now)
    service.world.clock.advance(7200)
    providers = {one["host"]: one for one in read(provider_info, service)["providers"]}
    assert not providers["hv02"]["connected"]
    assert 7200 <= providers["hv02"]["heartbeat_age_seconds"] < 7260
    assert providers["hv01"]["heartbeat_age_seconds"] < 60


@pytest.mark.parametrize(("host", "found"), [("HV02", ["hv02"]), ("hv09", [])])
def test_one_host_is_found_by_name_and_none_is_an_empty_list(service, host, found):
    assert [one["host"] for one in read(provider_info, service, host=host)["providers"]] == found


def test_the_clock_of_the_service_is_told(service):
    before = read(provider_info, service)["service_time"]
    service.world.clock.advance(86400)
    after = read(provider_info, service)["service_time"]
    days = [datetime.fromisoformat(moment.removesuffix("Z")) for moment in (before, after)]
    assert days[1] - days[0] == timedelta(days=1)


def test_azure_vms_are_told_whether_they_are_there_or_not(service):
    away, home = read(azure_vm_info, service)["azure_vms"]
    assert set(away) == set(home) == documented(azure_vm_info)
    assert (away["protected_item"], away["exists"], away["power_state"]) == ("away01", True, "running")
    assert (home["protected_item"], home["exists"], home["power_state"]) == ("home01", False, "")
    assert (away["private_ips"], away["public_ips"]) == (["10.0.0.4"], ["203.0.113.4"])
    assert (home["private_ips"], home["public_ips"], home["recorded_disks"]) == ([], [], [])
    assert away["recorded_disks"] == []
    since = datetime.fromisoformat(away["power_state_since"].removesuffix("Z"))
    assert abs(service.world.now - 86400 - since.replace(tzinfo=timezone.utc).timestamp()) < 60


def test_the_blobs_of_unmanaged_disks_are_those_that_the_vault_records(service):
    service.item("away01").managed_disks = False
    away, _home = read(azure_vm_info, service)["azure_vms"]
    assert len(away["recorded_disks"]) == 2


def test_the_vm_of_another_subscription_is_named_and_not_read_from_ours(service):
    group = "/subscriptions/other/resourceGroups/rg-failover"
    service.item("away01").settings["recoveryAzureResourceGroupId"] = group
    asked = len(service.asked("GET", "virtualMachines"))
    away, _home = read(azure_vm_info, service)["azure_vms"]
    assert (away["exists"], away["id"], away["disks"]) == (None, "", [])
    assert "away01 is /subscriptions/other" in service.warnings[0]
    assert not [one for one in service.asked("GET", "virtualMachines")[asked:] if "away01" in one.path]


def test_another_machine_of_its_name_is_not_taken_for_the_items_vm(service):
    estate.change(service.world, "azure", "away01", {"renamed": "away01-ba5f"})
    away, _home = read(azure_vm_info, service)["azure_vms"]
    assert (away["exists"], away["name"], len(away["disks"])) == (True, "away01-ba5f", 2)
    assert (
        "virtualMachines/away01 was there before away01 was failed over: its own is away01-ba5f" in service.warnings[0]
    )
    estate.change(service.world, "azure", "away01", {"gone": "with disks"})
    away, _home = read(azure_vm_info, service)["azure_vms"]
    assert (away["exists"], away["id"]) == (False, "") and "its own was not found" in service.warnings[1]


def test_the_vm_of_a_test_failover_is_looked_for_beside_the_real_one(service):
    assert (
        service.operate_on("home01", "testFailover", {"properties": {"failoverDirection": "PrimaryToRecovery"}}) == 202
    )
    service.wait(3600)
    for test_vms, name, exists in ((True, "home01-test", True), (False, "home01", False)):
        [told] = read(azure_vm_info, service, protected_items=["home01"], test_vms=test_vms)["azure_vms"]
        assert (told["name"], told["exists"]) == (name, exists)


def test_disks_are_looked_for_by_id_when_their_vm_is_gone(service):
    disks = [disk["where"] for disk in read(azure_vm_info, service)["azure_vms"][0]["disks"]]
    assert [one["exists"] for one in read(azure_vm_info, service, disks=disks)["disks"]] == [True, True]
    service.world.estate.items[0].azure = None
    assert [one["exists"] for one in read(azure_vm_info, service, disks=disks)["disks"]] == [False, False]
    assert service.warnings == []


def test_rights_that_are_missing_are_one_warning_for_each_kind(service):
    rights = ("Microsoft.Network/networkInterfaces/read", "Microsoft.Compute/disks/read")
    service.world.scenario["denied_actions"] = [{"action": right, "items": []} for right in rights]
    disks = [disk["where"] for disk in read(azure_vm_info, service)["azure_vms"][0]["disks"]]
    service.warnings.clear()
    found = read(azure_vm_info, service, disks=disks)
    assert (found["azure_vms"][0]["exists"], found["azure_vms"][0]["private_ips"]) == (True, [])
    assert [one["exists"] for one in found["disks"]] == [None, None]
    assert len(service.warnings) == 2
    assert all(right in " ".join(service.warnings) for right in rights)


def test_a_disk_that_has_no_arm_id_is_refused(service):
    with pytest.raises(BadInput, match="'https://evil.example/disk' is not an ARM id"):
        read(azure_vm_info, service, disks=["https://evil.example/disk"])


def test_only_the_vms_that_were_asked_for_are_read(service):
    found = read(azure_vm_info, service, protected_items=["home01"])["azure_vms"]
    assert [one["protected_item"] for one in found] == ["home01"]
