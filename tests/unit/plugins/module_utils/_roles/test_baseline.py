# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VMs are compared with what they were, wherever they are now, and old copies are named."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.baseline import (
    by_name_and_id,
    changed,
    differences,
    known_of,
    moved,
)
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import HostVm
from ansible_collections.asr.hyperv.plugins.module_utils._wish.switch_map import Plug
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import part

NIC = {
    "name": "NIC",
    "virtual_switch": "lan",
    "vlan": 20,
    "static_mac_address": True,
    "mac_address": "00155D",
    "maximum_bandwidth": 0,
}
VM: dict[str, Any] = {
    "id": "1",
    "name": "web01",
    "state": "started",
    "generation": 2,
    "cpu_count": 2,
    "memory_bytes": 4,
    "disks": [{"size_bytes": 40}, {"size_bytes": None}],
    "network_adapters": [NIC],
    "configuration": {"notes": "", "automatic_start_action": "StartIfRunning", "boot_order": ["Drive", "Network"]},
}


def look(host, *vms):
    return {"name": host, "vms": list(vms)}


def compare(*now, before=None):
    return changed(known_of([look("hv01", before or VM)]), known_of(now))


def test_a_vm_that_is_as_before_has_no_differences_on_another_host_too():
    again = {**copy.deepcopy(VM), "ip_addresses": ["192.0.2.1"], "disks": VM["disks"][::-1]}
    (one,) = compare(look("hv02", again))
    assert (one["host"], one["differences"], one["old_copies"]) == ("hv02", [], [])


DIFFERENT = [
    ({"memory_bytes": 8}, "memory_bytes was 4 and is 8"),
    ({"disks": [{"size_bytes": 40}]}, "disks was None, 40 and is 40"),
    ({"configuration": {**VM["configuration"], "notes": "new"}}, "notes was empty and is new"),
    ({"configuration": {**VM["configuration"], "boot_order": []}}, "boot_order was Drive, Network and is none"),
    ({"network_adapters": [{**NIC, "vlan": 0}]}, "vlan of NIC was 20 and is 0"),
    ({"network_adapters": [{**NIC, "virtual_switch": None}]}, "virtual_switch of NIC was lan and is empty"),
    ({"network_adapters": [{**NIC, "mac_address": "00156E"}]}, "mac_address of NIC was 00155D and is 00156E"),
    ({"network_adapters": []}, "network adapter NIC is gone"),
]


@pytest.mark.parametrize(("special", "words"), DIFFERENT)
def test_what_is_different_is_told_in_words(special, words):
    (one,) = compare(look("hv01", {**VM, **special}))
    assert one["differences"] == [words]


def test_a_mac_address_that_hyper_v_chooses_may_change():
    dynamic = {**NIC, "static_mac_address": False}
    now = {**VM, "network_adapters": [{**dynamic, "mac_address": "other"}]}
    assert compare(look("hv01", now), before={**VM, "network_adapters": [dynamic]})[0]["differences"] == []


def test_the_old_copy_on_the_old_host_is_named_whatever_its_id():
    off = {**VM, "state": "stopped"}
    for new in (VM, {**VM, "id": "2"}):
        (one,) = compare(look("hv01", off), look("hv03", new))
        assert (one["host"], one["old_copies"]) == ("hv03", ["web01 on hv01, stopped, id 1"])


def test_a_namesake_that_was_there_before_is_no_copy():
    twin = {**VM, "id": "2", "state": "stopped"}
    looks = [look("hv01", VM), look("hv02", twin)]
    assert [(one["id"], one["old_copies"]) for one in changed(known_of(looks), known_of(looks))] == [
        ("1", []),
        ("2", []),
    ]


def test_a_vm_that_cannot_be_found_or_told_from_others_is_not_compared():
    others = [{**VM, "id": "2", "state": "stopped"}, {**VM, "id": "3", "state": "stopped"}]
    for looks in ([look("hv01")], [{"name": "hv01", "error": "dead"}], [look("hv01", *others)]):
        (one,) = compare(*looks)
        assert (one["host"], one["differences"]) == ("", ["is on no host that was looked at"])


@pytest.mark.parametrize(
    ("now", "mapped", "isolated", "words"),
    [
        ({}, {}, "", []),
        ({"virtual_switch": "SET"}, {}, "", ["virtual_switch of NIC was lan and is SET"]),
        ({"virtual_switch": "SET"}, {"lan": Plug("SET")}, "", []),
        ({"virtual_switch": "SET", "vlan": 7}, {"lan": Plug("SET", 7)}, "", []),
        ({"virtual_switch": "SET"}, {"lan": Plug("SET", 7)}, "", ["vlan of NIC was 7 and is 20"]),
        ({"virtual_switch": "Isolated", "vlan": 0}, {}, "isolated", []),
        (
            {"virtual_switch": "Isolated", "mac_address": "x"},
            {},
            "isolated",
            ["mac_address of NIC was 00155D and is x"],
        ),
    ],
)
def test_a_vm_on_another_host_has_to_be_on_the_switches_that_stand_for_its_own_there(now, mapped, isolated, words):
    there = part(HostVm, **{**VM, "network_adapters": [{**NIC, **now}]})
    assert list(differences(moved(part(HostVm, **VM), there, mapped, isolated), there)) == words


def test_a_vm_of_a_baseline_is_known_by_its_id_and_by_a_name_that_only_it_has():
    twins = [{**VM, "id": number, "name": "twin"} for number in ("A", "b")]
    known = by_name_and_id([look("hv01", VM, twins[0]), look("hv02", twins[1], {"id": "", "error": "sick"})])
    assert known == {"1": VM, "web01": VM, "a": twins[0], "b": twins[1]}
