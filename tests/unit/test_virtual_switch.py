# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What virtual_switch does to switches as hosts have them: in check mode, for real, and when asked again."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.asr.hyperv.tests.unit.hyperv_host import run_on
from ansible_collections.asr.hyperv.tests.unit.pwsh import PWSH

pytestmark = pytest.mark.skipif(not PWSH, reason="needs pwsh")

CARDS = [{"Name": name, "InterfaceDescription": f"The {name}"} for name in ("card1", "card2", "card3")]


def switch(kind="External", adapters=("card1",), nics=(0,), name="lan", **more):
    """A switch; nics are the VLANs of the adapters that the host itself has on it."""
    names = [name, "LiveMigration", "Backup"]
    own = [{"Name": called, "Vlan": vlan} for called, vlan in zip(names, nics, strict=False)]
    return {"Name": name, "SwitchType": kind, "Adapters": list(adapters), "Nics": own, **more}


EXTERNAL, TAGGED, TRUNK, APART = switch(), switch(nics=[20]), switch(nics=[None]), switch(nics=[])
INTERNAL, PRIVATE = switch("Internal", ()), switch("Private", (), ())
TEAM = switch(adapters=("card1", "card2"), nics=[20], Team=True)
SEVERAL = switch(nics=[20, 20, 20])
RENAMED = switch(nics=[20])
RENAMED["Nics"][0]["Name"] = "Mgmt *"
DMZ = switch(name="vSwitch [DMZ]")
ROWS: list[tuple[Any, ...]] = [  # what is there, what is asked for, what is different then, what Hyper-V is told
    (EXTERNAL, {}, {}, []),
    (TRUNK, {}, {}, []),
    (PRIVATE, {}, {}, []),
    (EXTERNAL, {"type": "External"}, {}, []),
    (EXTERNAL, {"name": "LAN", "net_adapter": "CARD1"}, {}, []),
    (EXTERNAL, {"type": "internal"}, {"type": "internal", "net_adapters": []}, ["Set-VMSwitch internal True"]),
    (
        TAGGED,
        {"type": "internal"},
        {"type": "internal", "net_adapters": []},
        ["Set-VMSwitch internal True", "Set-VMNetworkAdapterVlan lan 20"],
    ),
    (
        PRIVATE,
        {"type": "external", "net_adapter": "card1"},
        {"type": "external", "net_adapters": ["card1"]},
        ["Set-VMSwitch card1 False"],
    ),
    (EXTERNAL, {"net_adapter": "card2"}, {"net_adapters": ["card2"]}, ["Set-VMSwitch card2 True"]),
    (
        TAGGED,
        {"allow_management_os": False},
        {"allow_management_os": False, "management_vlan": None},
        ["Set-VMSwitch  False"],
    ),
    (APART, {"allow_management_os": True}, {"allow_management_os": True, "management_vlan": 0}, ["Set-VMSwitch  True"]),
    (TAGGED, {"management_vlan": 30}, {"management_vlan": 30}, ["Set-VMNetworkAdapterVlan lan 30"]),
    (TAGGED, {"management_vlan": 0}, {"management_vlan": 0}, ["Set-VMNetworkAdapterVlan lan"]),
    (TRUNK, {"management_vlan": 30}, {"management_vlan": 30}, ["Set-VMNetworkAdapterVlan lan 30"]),
    (RENAMED, {"management_vlan": 30}, {"management_vlan": 30}, ["Set-VMNetworkAdapterVlan Mgmt * 30"]),
    (
        DMZ,
        {"name": DMZ["Name"], "management_vlan": 20},
        {"management_vlan": 20},
        ["Set-VMNetworkAdapterVlan vSwitch [DMZ] 20"],
    ),
    (TEAM, {"net_adapter": "card2"}, {}, []),
    (TEAM, {"net_adapters": ["card2", "Card1"]}, {}, []),
    (TEAM, {"management_vlan": 30}, {"management_vlan": 30}, ["Set-VMNetworkAdapterVlan lan 30"]),
    (SEVERAL, {"management_vlan": 20}, {}, []),
    (SEVERAL, {"net_adapter": "card2"}, {"net_adapters": ["card2"]}, ["Set-VMSwitch card2 True"]),
    (EXTERNAL, {"state": "absent"}, None, ["Remove-VMSwitch"]),
    (None, {"state": "absent"}, None, []),
]
NEW: list[tuple[Any, ...]] = [  # what is asked for, how it is then, what Hyper-V is told
    (
        {"net_adapter": "card1", "management_vlan": 20},
        ("external", ["card1"], False, True, 20),
        ["New-VMSwitch lan  card1", "Set-VMNetworkAdapterVlan lan 20"],
    ),
    (
        {"net_adapters": ["card2", "card1"], "allow_management_os": False},
        ("external", ["card1", "card2"], True, False, None),
        ["New-VMSwitch lan  card1 card2"],
    ),
    ({"type": "internal"}, ("internal", [], False, True, 0), ["New-VMSwitch lan internal"]),
    ({"type": "private"}, ("private", [], False, False, None), ["New-VMSwitch lan private"]),
]
REFUSED: list[tuple[Any, ...]] = [  # what is there, what is asked for, and the reason why not
    (PRIVATE, {"net_adapter": "card1"}, "net_adapter: card1 cannot be"),
    (INTERNAL, {"allow_management_os": False}, "An internal switch always allows the management OS"),
    (None, {"type": "private", "allow_management_os": True}, "a private one never does"),
    (APART, {"management_vlan": 20}, "It needs a switch that the management OS is allowed on"),
    (EXTERNAL, {"management_vlan": 4095}, "Allowed: 1 to 4094"),
    (None, {}, "An external switch needs net_adapter"),
    (INTERNAL, {"type": "external"}, "An external switch needs net_adapter"),
    (EXTERNAL, {"net_adapter": "card9"}, "There is no network adapter 'card9' on"),
    (None, {"net_adapters": ["card1", "card9"]}, "It has 'card1', 'card2', 'card3'"),
    (TEAM, {"net_adapter": "card3"}, "Set-VMSwitchTeam"),
    (TEAM, {"net_adapters": ["card1"]}, "Set-VMSwitchTeam"),
    (TEAM, {"type": "private"}, "Set-VMSwitchTeam"),
    (EXTERNAL, {"net_adapters": ["card1", "card2"]}, "Set-VMSwitchTeam"),
    (SEVERAL, {"allow_management_os": False}, "lan, LiveMigration, Backup. Remove those that may go"),
    (SEVERAL, {"type": "internal"}, "would remove them all"),
    (SEVERAL, {"state": "absent"}, "would remove them all"),
    (SEVERAL, {"management_vlan": 30}, "several adapters on the switch 'lan'"),
    (EXTERNAL, {"name": ""}, "an empty one names no VM"),
]


def host(there, **more):
    return {"switches": [copy.deepcopy(there)] if there else [], "net_adapters": CARDS, **more}


def result_of(there):
    """A switch as the module returns it."""
    vlans = {nic["Vlan"] for nic in there["Nics"]}
    return {
        "name": there["Name"],
        "type": there["SwitchType"].lower(),
        "net_adapter": there["Adapters"][0] if len(there["Adapters"]) == 1 else None,
        "net_adapters": there["Adapters"],
        "teaming": there.get("Team", False),
        "allow_management_os": bool(there["Nics"]),
        "management_vlan": vlans.pop() if len(vlans) == 1 else None,
    }


def with_one(result):
    """net_adapter is the only one of net_adapters."""
    return {**result, "net_adapter": result["net_adapters"][0] if len(result["net_adapters"]) == 1 else None}


def test_a_switch_becomes_what_is_asked_for_and_nothing_else():
    real = [(host(there), {"name": "lan", **options}) for there, options, _then, _did in ROWS]
    checked = [(there, {**options, "check_mode": True}) for there, options in real]
    answers = run_on("virtual_switch", [*real, *checked])
    for at, (there, options, then, did) in enumerate(ROWS):
        done, check = answers[at :: len(ROWS)]
        wanted = None if then is None else with_one({**result_of(there), **then})
        assert done["result"] == {"changed": bool(did), "virtual_switch": wanted}, (there, options, done)
        assert done["did"] == did, (there, options)
        assert done["diff"] == {"before": result_of(there) if there else {}, "after": wanted or {}}, (there, options)
        assert (check["result"], check["diff"], check["did"]) == (done["result"], done["diff"], []), (there, options)


def test_a_new_switch_is_made_as_it_is_asked_for():
    answers = run_on("virtual_switch", [(host(None), {"name": "lan", **options}) for options, _then, _did in NEW])
    for (_options, then, did), answer in zip(NEW, answers, strict=True):
        made = answer["result"]["virtual_switch"]
        names = ("type", "net_adapters", "teaming", "allow_management_os", "management_vlan")
        assert tuple(made[name] for name in names) == then, answer
        assert answer["did"] == did


def test_what_hyper_v_would_not_do_or_would_cut_off_too_much_is_refused_in_check_mode_too():
    real = [(host(there), {"name": "lan", **options}) for there, options, _why in REFUSED]
    checked = [(there, {**options, "check_mode": True}) for there, options in real]
    answers = run_on("virtual_switch", [*real, *checked])
    for at, (there, options, why) in enumerate(REFUSED):
        for answer in answers[at :: len(REFUSED)]:
            assert why in answer["result"].get("msg", ""), (there, options, answer)
            assert (answer["did"], answer["result"]["changed"]) == ([], False)


def test_errors_of_hyper_v_name_the_host_and_a_switch_in_use_its_vms():
    vm = {
        "Id": "11111111-0000-0000-0000-000000000001",
        "Name": "web01",
        "State": "Off",
        "Adapters": [{"SwitchName": "lan"}],
    }
    cases = [
        (host(EXTERNAL, faults={"Get-VMSwitch": "No rights."}), {"name": "lan"}),
        (host(EXTERNAL, faults={"Set-VMSwitch": "In use by a filter."}), {"name": "lan", "type": "private"}),
        (host(EXTERNAL, vms=[vm]), {"name": "lan", "state": "absent"}),
        ({"switches": [EXTERNAL, EXTERNAL], "net_adapters": CARDS}, {"name": "lan"}),
    ]
    read, changed, used, twice = (answer["result"]["msg"] for answer in run_on("virtual_switch", cases))
    assert read.startswith("Cannot read the virtual switches of") and read.endswith("No rights.")
    assert changed.startswith("Cannot make the switch 'lan'") and changed.endswith("In use by a filter.")
    assert "is in use by web01" in used
    assert "2 virtual switches" in twice
