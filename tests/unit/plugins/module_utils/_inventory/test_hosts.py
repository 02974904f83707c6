# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts of the inventory, made of what was read of vaults."""

from __future__ import annotations

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._inventory.facts import HOST_NAMES, VM_NAMES
from ansible_collections.asr.hyperv.plugins.module_utils._inventory.hosts import (
    hosts_of,
    kept_readings,
    taken_by_another,
)
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.inventory_shapes import ProviderEntry, Reading
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry

NIC = {"id": "n", "switch": "LAN", "static_ips": ["192.0.2.7"], "azure_network_id": "", "azure_static_ips": []}
AZURE = {"private_ips": ["10.0.0.4"], "public_ips": ["203.0.113.4"]}
ITEM = {
    "name": "web01",
    "id": "/vault/items/1",
    "site": "site1",
    "provider_id": "/vault/providers/A",
    "nics": [NIC],
    "group": None,
}
PROVIDER = {"host": "hv01", "id": "/vault/providers/a", "site": "site1", "site_type": "HyperVSite", "connected": True}


def provider(**more):
    return {**PROVIDER, "heartbeat_age_seconds": 5, **more}


def reading(*items, providers=(), **more):
    """One vault with these items."""
    place = {
        "subscription_id": "s",
        "resource_group": "recovery",
        "vault_name": "vault1",
        "read_at": "2026-01-31T22:00:00Z",
    }
    return {
        **place,
        "items": [{**ITEM, **item} for item in items],
        "plans": {},
        "providers": list(providers) or [provider()],
        "azure_vms": None,
        "warnings": [],
        **more,
    }


def by_name(*readings, address_from="name"):
    return {host.name: host for host in hosts_of(readings, address_from)}


def test_servers_and_vms_are_in_the_group_of_their_kind():
    vmm = provider(host="vmm01", id="/vault/providers/v", site="cloud", site_type="VMM")
    found = by_name(reading({}, providers=[provider(), vmm]))
    assert {name: host.group for name, host in found.items()} == {
        "hv01": "hyperv_hosts",
        "vmm01": "vmm_servers",
        "web01": "protected_items",
    }


def test_a_vm_has_the_host_of_its_provider_and_the_plans_that_it_is_in():
    places = [{"plan": "plan1", "group": 2}]
    vm = by_name(reading({}, plans={"/vault/items/1": places}))["web01"]
    assert (vm.variables["host"], vm.variables["plans"]) == ("hv01", places)
    assert vm.all_variables("dr_")["dr_vm_name"] == "web01"
    assert "dr_group" not in vm.all_variables("dr_")


def test_of_two_registrations_of_a_server_the_connected_one_counts_and_vms_of_both_have_the_host():
    stale = provider(id="/vault/providers/old", connected=False, heartbeat_age_seconds=None)
    found = by_name(reading({"provider_id": stale["id"]}, providers=[stale, provider()]))
    assert (found["hv01"].variables["provider_id"], found["web01"].variables["host"]) == (PROVIDER["id"], "hv01")


def test_servers_of_one_name_in_two_vaults_are_two_hosts_each_with_its_own_vms():
    found = by_name(
        *(
            reading({"name": f"vm-{site}", "site": site, "provider_id": site}, providers=[provider(site=site, id=site)])
            for site in ("north", "south")
        )
    )
    assert {name: found[name].variables["host"] for name in ("vm-north", "vm-south")} == {
        "vm-north": "hv01-north",
        "vm-south": "hv01-south",
    }
    assert found["hv01-north"].all_variables("x_")["asr_host_name"] == "hv01"


@pytest.mark.parametrize(
    ("source", "item", "azure", "address"),
    [
        ("name", {}, None, None),
        ("name", {"name": "hv01"}, None, None),
        ("name", {"name": "localhost"}, None, None),
        ("on_premises", {}, None, "192.0.2.7"),
        ("on_premises", {"nics": []}, None, None),
        (
            "on_premises",
            {"nics": [{**NIC, "static_ips": ["127.0.0.1", "0.0.0.0", "evil", "::1", "192.0.2.9"]}]},
            None,
            "192.0.2.9",
        ),
        ("azure", {}, AZURE, "10.0.0.4"),
        ("azure", {}, {**AZURE, "private_ips": []}, "203.0.113.4"),
        ("azure", {}, {"private_ips": [], "public_ips": []}, None),
    ],
)
def test_a_vm_is_reached_where_it_was_asked_for_and_never_at_the_control_node(source, item, azure, address):
    azure_vms = {ITEM["id"]: azure} if azure else {}
    [vm] = [host for host in hosts_of([reading(item, azure_vms=azure_vms)], source) if host.group == "protected_items"]
    assert vm.fixed.get("ansible_host") == address


@pytest.mark.parametrize("other", ["web01", "WEB01"])
def test_a_name_that_two_vms_have_leads_to_none_of_them(other):
    found = by_name(reading({}, {"id": "/vault/items/2", "site": "site2", "name": other}))
    assert [found[name].fixed.get("ansible_host") for name in ("web01-site1", f"{other}-site2")] == [None, None]


def test_a_vm_whose_host_had_to_get_another_name_is_reached_by_its_own():
    found = {host.name: host for host in hosts_of([reading({})], "name", ["web01"])}
    assert found["web01-site1"].fixed["ansible_host"] == "web01"


@pytest.mark.parametrize(
    ("known", "another"),
    [
        ({}, False),
        ({"ansible_port": 5986}, False),
        ({"asr_item_id": "/VAULT/items/1"}, False),
        ({"asr_item_id": "/vault2/items/1"}, True),
        ({"asr_host_name": "web01"}, True),
    ],
    ids=["nothing", "of another source", "the same VM", "another VM", "a server"],
)
def test_a_host_that_two_files_have_is_one_only_if_it_is_the_same(known, another):
    found = by_name(reading({}))
    assert taken_by_another(found["web01"], known) is another
    assert not taken_by_another(found["hv01"], {"asr_host_name": "HV01"})
    assert taken_by_another(found["hv01"], {"asr_item_id": "/vault/items/9"})


def test_the_names_of_variables_that_are_promised_are_those_that_readings_have():
    assert {"kind", "phase", "host", "plans", "azure_vm", "vm_name", "item_id", "read_at"} <= VM_NAMES
    assert {"kind", "connected", "host_name", "provider_id"} <= HOST_NAMES
    assert not {"group", "name", "id"} & (VM_NAMES | HOST_NAMES)


def full(shape, **more):
    """Something with all that a shape has."""
    return {**dict.fromkeys(shape.__required_keys__), **more}


GOOD = full(Reading, items=[full(ItemEntry)], providers=[full(ProviderEntry)])
OLDER = {name: value for name, value in full(ItemEntry).items() if name != "nics"}


@pytest.mark.parametrize(
    ("kept", "fits"),
    [
        ([GOOD], True),
        ([{**GOOD, "more": 1}], True),
        ([], False),
        ([GOOD, GOOD], False),
        ({}, False),
        (None, False),
        ("x", False),
        ([1], False),
        ([{}], False),
        ([{**GOOD, "items": [OLDER]}], False),
        ([{**GOOD, "providers": [{}]}], False),
        ([{**GOOD, "items": None}], False),
    ],
)
def test_only_what_this_version_has_put_into_a_cache_is_taken_from_it(kept, fits):
    assert kept_readings(kept, 1) == (kept if fits else None)
