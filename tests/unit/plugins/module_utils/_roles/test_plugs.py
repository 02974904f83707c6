# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the adapters of a VM are plugged in: on the isolated switch, and as recorded, by what its host calls the switches."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.host_checks import of_switches
from ansible_collections.asr.hyperv.plugins.module_utils._roles.plugs import plugging
from ansible_collections.asr.hyperv.plugins.module_utils._roles.validation import validate, with_recorded
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._wish.switch_map import switch_map

MAP = {"LAN": {"switch": "Team", "vlan": 20}, "dmz": "DMZ-2"}


def item(*switches):
    return {"name": "web01", "id": "/items/web01", "vm_id": "v1", "switches": list(switches), "disks": []}


def vm(*adapters, state="started", **more):
    told = [
        {"name": name, "virtual_switch": switch, "connected": switch is not None, "vlan": vlan}
        for name, switch, vlan in adapters
    ]
    usual = {"heartbeat": "OkApplicationsHealthy", "ip_addresses": ["192.0.2.1"], "cpu_count": 1, "memory_bytes": 0}
    return {"id": "v1", "name": "web01", "state": state, "network_adapters": told, "disks": [], **usual, **more}


def look(*vms, host="hv03", mapped=None):
    return {"host": host, "machine": host, "vms": list(vms), "switch_map": mapped}


def plug(adapter, switch, vlan=None):
    return {"host": "hv03", "vm": "web01", "id": "v1", "adapter": adapter, "virtual_switch": switch, "vlan": vlan}


CASES = [  # recorded switches, adapters now, what the host calls switches, the isolated switch; what is plugged in where
    (["LAN"], [("a", "LAN", 0)], None, "", []),
    (["LAN"], [("a", None, 0)], None, "", [plug("a", "LAN")]),
    (["LAN"], [("a", None, 0)], MAP, "", [plug("a", "Team", 20)]),
    (["lan"], [("a", "team", 20)], MAP, "", []),
    (["LAN"], [("a", "Team", 5)], MAP, "", [plug("a", "Team", 20)]),
    (["LAN", "DMZ"], [("a", None, 0), ("b", None, 0)], MAP, "", [plug("a", "Team", 20), plug("b", "DMZ-2")]),
    (["LAN", ""], [("a", "LAN", 0), ("b", None, 0)], None, "", []),
    (["LAN"], [("a", "LAN", 7)], MAP, "alone", [plug("a", "alone")]),
    (["LAN", "DMZ"], [("a", "alone", 0), ("b", "DMZ", 0)], None, "alone", [plug("b", "alone")]),
    ([], [], None, "", []),
]


@pytest.mark.parametrize(("recorded", "adapters", "mapped", "isolated", "plugs"), CASES)
def test_adapters_that_are_not_where_they_have_to_be_are_plugged_in(recorded, adapters, mapped, isolated, plugs):
    told = plugging([item(*recorded)], [look(vm(*adapters), mapped=mapped)], isolated)
    assert told == {"plugs": plugs, "problems": []}


@pytest.mark.parametrize(
    ("looks", "words"),
    [
        ([look()], "web01 is on none of the hosts hv03"),
        ([look(vm(("a", None, 0))), look(vm(("a", None, 0)), host="hv04")], "web01 is on hv03, hv04"),
        ([look(vm(error="no rights"))], "web01 on hv03 cannot be read: no rights"),
        ([look(vm())], "has 0 network adapters, and the vault recorded 1 switches"),
    ],
)
def test_what_is_not_clear_is_told_and_nothing_is_plugged_in(looks, words):
    told = plugging([item("LAN")], looks)
    assert told["plugs"] == [] and words in told["problems"][0]


def test_adapters_of_one_name_cannot_be_told_apart_and_that_is_only_told_where_one_is_to_be_changed():
    two = [("a", "LAN", 0), ("A", None, 0)]
    assert (
        "several network adapters of one name (a, A)" in plugging([item("LAN", "DMZ")], [look(vm(*two))])["problems"][0]
    )
    assert plugging([item("LAN", "")], [look(vm(*two))]) == {"plugs": [], "problems": []}


@pytest.mark.parametrize(
    ("switches", "mapped", "words"),
    [
        (["Team"], MAP, ""),
        (["LAN"], {}, ""),
        (["LAN"], MAP, "hv03 has no virtual switch 'Team' for 'LAN' (asr_switch_map), which web01 was plugged into"),
        (["Team"], {}, "hv03 has no virtual switch 'LAN', which web01 was plugged into"),
    ],
)
def test_the_preflight_looks_for_the_switch_that_stands_for_the_recorded_one(switches, mapped, words):
    arrival: Any = SimpleNamespace(item=SimpleNamespace(switches=["LAN"], friendly_name="web01"))
    found = of_switches("hv03", [{"name": one} for one in switches], arrival, switch_map(mapped, "hv03"))
    told = [one.message for one in found]
    assert told[0].startswith(words) if words else told == []


def test_where_it_runs_counts_and_a_copy_that_is_off_does_not():
    looks = [look(vm(("a", None, 0), state="stopped"), host="hv01"), look(vm(("a", None, 0)))]
    assert plugging([item("LAN")], looks)["plugs"] == [plug("a", "LAN")]


def judged(adapters, mapped=None, isolated="", recorded=("LAN",)):
    wanted = with_recorded([item(*recorded)], {}, [], isolated)
    return validate([item(*recorded)], [look(vm(*adapters), mapped=mapped)], wanted, ("switches", "vlan"))[0][
        "problems"
    ]


@pytest.mark.parametrize(
    ("adapters", "mapped", "isolated", "words"),
    [
        ([("a", "Team", 20)], MAP, "", ""),
        ([("a", "Team", 5)], MAP, "", "has the VLAN 5 on Team, asr_switch_map of its host says 20"),
        ([("a", "LAN", 20)], MAP, "", "is not plugged into Team as the vault recorded, but into: LAN"),
        ([("a", "Alone", 0)], None, "alone", ""),
        ([("a", "LAN", 0)], None, "alone", ""),
        ([("a", None, 0)], None, "alone", "is not plugged into LAN as the vault recorded, but into: none"),
        ([("a", "alone", 0)], None, "", "is not plugged into LAN as the vault recorded, but into: alone"),
    ],
)
def test_a_validation_goes_by_what_the_host_calls_the_switches_and_lets_vms_wait_on_the_isolated_one(
    adapters, mapped, isolated, words
):
    problems = judged(adapters, mapped, isolated)
    assert (words in problems[0]) if words else problems == []


@pytest.mark.parametrize(
    "bad", ["LAN", ["LAN"], {"LAN": 3}, {"LAN": ""}, {"LAN": {"vlan": 3}}, {"LAN": {"switch": "x", "vlan": 5000}}]
)
def test_a_map_that_cannot_be_understood_is_refused_with_its_host(bad):
    with pytest.raises(BadInput, match="asr_switch_map of hv03.*Allowed: for each old name the new one"):
        judged([("a", "LAN", 0)], bad)
