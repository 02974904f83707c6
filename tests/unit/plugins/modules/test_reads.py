# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules that only read, over the real SDK and the simulator's core; the clock is moved by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
import yaml

pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.modules import azure_vm_info, provider_info
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated import Service

SCENARIO = {
    "sites": [{"name": "site1", "hosts": [{"name": "hv01"}, {"name": "hv02"}]}],
    "vms": [
        {"name": "away01", "host": "hv01", "disks_gb": [10, 20]},
        {"name": "home01", "host": "hv01", "state": "protected"},
    ],
}


@pytest.fixture
def service():
    return Service(SCENARIO)


def read(module, service, **params):
    """The answer of a module that was given these options."""
    usual = {"host": None, "protected_items": None, "recovery_plan": None, "groups": None}
    return module.read(SimpleNamespace(params={**usual, **params}), service.vault)


def compute(service):
    """The Azure VMs of the simulated estate, as Vault.azure_vm reads them."""
    running = {item.azure.name: item.azure.running for item in service.world.estate.items if item.azure}

    def azure_vm(group, name):
        assert group == service.world.estate.recovery_resource_group
        if name not in running:
            return None
        state = "running" if running[name] else "deallocated"
        return {
            "id": f"/x/{name}",
            "name": name,
            "properties": {"instanceView": {"statuses": [{"code": f"PowerState/{state}"}]}},
        }

    return azure_vm


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
    service.vault.azure_vm = compute(service)
    away, home = read(azure_vm_info, service)["azure_vms"]
    assert set(away) == set(home) == documented(azure_vm_info)
    assert (away["protected_item"], away["exists"], away["power_state"]) == ("away01", True, "running")
    assert (home["protected_item"], home["exists"], home["power_state"]) == ("home01", False, "")


def test_only_the_vms_that_were_asked_for_are_read(service):
    service.vault.azure_vm = compute(service)
    found = read(azure_vm_info, service, protected_items=["home01"])["azure_vms"]
    assert [one["protected_item"] for one in found] == ["home01"]
