# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What vm_network_adapter does to the adapters of a VM: in check mode, for real, and when asked again."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.tests.unit.hyperv_host import run_on, vm
from ansible_collections.asr.hyperv.tests.unit.pwsh import PWSH

pytestmark = pytest.mark.skipif(not PWSH, reason="needs pwsh")

SWITCHES: list[dict[str, Any]] = [
    {"Name": name, "SwitchType": "Private", "Adapters": [], "Nics": []}
    for name in ("isolated", "vSwitch [DMZ]", "twin", "twin")
]
NIC = {"Name": "NIC", "SwitchName": "lan", "Vlan": 0, "MacAddress": "00155D010203", "DynamicMacAddressEnabled": True}
OFF = {"state": "Off"}
DONE: list[tuple[Any, ...]] = [  # the adapter, the VM, what is asked for, what is different then, what Hyper-V is told
    (NIC, {}, {"virtual_switch": "ISOLATED"}, {"virtual_switch": "isolated"}, ["Connect-VMNetworkAdapter isolated"]),
    (
        NIC,
        {},
        {"virtual_switch": "vSwitch [DMZ]"},
        {"virtual_switch": "vSwitch [DMZ]"},
        ["Connect-VMNetworkAdapter vSwitch [DMZ]"],
    ),
    (NIC, {}, {"connected": False}, {"virtual_switch": None}, ["Disconnect-VMNetworkAdapter"]),
    ({**NIC, "SwitchName": None}, {}, {"connected": False}, {}, []),
    (NIC, {}, {"connected": True}, {}, []),
    (NIC, {}, {"vlan": 20}, {"vlan": 20}, ["Set-VMNetworkAdapterVlan NIC 20"]),
    ({**NIC, "Vlan": 20}, {}, {"vlan": 0}, {"vlan": 0}, ["Set-VMNetworkAdapterVlan NIC"]),
    ({**NIC, "Vlan": 20}, {}, {"vlan": 20, "mac_address": "dynamic"}, {}, []),
    (
        NIC,
        OFF,
        {"mac_address": "00:15:5d:aa:bb:cc"},
        {"mac_address": "00155DAABBCC"},
        ["Set-VMNetworkAdapter 00155DAABBCC"],
    ),
    (
        {**NIC, "DynamicMacAddressEnabled": False},
        OFF,
        {"mac_address": "dynamic", "virtual_switch": "isolated", "vlan": 5},
        {"mac_address": "dynamic", "virtual_switch": "isolated", "vlan": 5},
        ["Set-VMNetworkAdapter", "Set-VMNetworkAdapterVlan NIC 5", "Connect-VMNetworkAdapter isolated"],
    ),
]
REFUSED: list[tuple[Any, ...]] = [  # the adapters, what is asked for, why not
    ([NIC], {"virtual_switch": "none"}, "There are 0 virtual switches called 'none'"),
    ([NIC], {"virtual_switch": "twin"}, "There are 2 virtual switches called 'twin'"),
    ([NIC], {"virtual_switch": "isolated", "connected": False}, "Leave it out, or connected"),
    ([{**NIC, "SwitchName": None}], {"connected": True}, "plugged into nothing"),
    ([NIC], {"vlan": 5000}, "Allowed: 1 to 4094"),
    ([NIC], {"mac_address": "x"}, "12 hexadecimal digits"),
    ([NIC], {"mac_address": "00155DAABBCC"}, "only while a VM is off, and 'web01' is started"),
    ([NIC, {**NIC, "Name": "two"}], {"vlan": 5}, "has 2 network adapters. Say which one"),
    ([NIC, NIC], {"vlan": 5, "adapter": "NIC"}, "has 2 network adapters called 'NIC'"),
    ([], {"vlan": 5}, "has 0 network adapters"),
    ([NIC], {"name": "", "vlan": 5}, "an empty one names no VM"),
]


def host(adapters, **more):
    return {"vms": [vm(Adapters=adapters, **more)], "switches": SWITCHES}


def fact(nic):
    mac = "dynamic" if nic["DynamicMacAddressEnabled"] else nic["MacAddress"]
    return {"name": nic["Name"], "virtual_switch": nic["SwitchName"], "vlan": nic["Vlan"], "mac_address": mac}


def test_an_adapter_becomes_what_is_asked_for():
    real = [(host([nic], **more), {"name": "web01", **options}) for nic, more, options, _then, _did in DONE]
    checked = [(there, {**options, "check_mode": True}) for there, options in real]
    answers = run_on("vm_network_adapter", [*real, *checked])
    for at, (nic, _more, options, then, did) in enumerate(DONE):
        done, check = answers[at :: len(DONE)]
        wanted = {**fact(nic), **then}
        assert done["result"] == {"changed": bool(did), "network_adapter": wanted}, (options, done)
        assert (done["did"], done["diff"]) == (did, {"before": fact(nic), "after": wanted}), options
        assert (check["result"], check["did"]) == (done["result"], []), options


def test_what_cannot_be_is_refused_in_check_mode_too():
    real = [(host(adapters), {"name": "web01", **options}) for adapters, options, _why in REFUSED]
    checked = [(there, {**options, "check_mode": True}) for there, options in real]
    answers = run_on("vm_network_adapter", [*real, *checked])
    for at, (_adapters, options, why) in enumerate(REFUSED):
        for answer in answers[at :: len(REFUSED)]:
            assert why in answer["result"].get("msg", ""), (options, answer)
            assert (answer["did"], answer["result"]["changed"]) == ([], False)


def test_an_adapter_that_did_not_change_is_told_as_such():
    (answer,) = run_on(
        "vm_network_adapter", [({**host([NIC]), "deaf": True}, {"name": "web01", "virtual_switch": "isolated"})]
    )
    assert "is not what was asked for: virtual_switch" in answer["result"]["msg"]
    assert answer["result"]["network_adapter"]["virtual_switch"] == "lan"
