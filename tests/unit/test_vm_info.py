# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What vm_info tells of the VMs of hosts as they are: sick ones, full ones, in other languages, with odd disks and names."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.tests.unit.hyperv_host import run_on, services, vm
from ansible_collections.asr.hyperv.tests.unit.pwsh import PWSH

pytestmark = pytest.mark.skipif(not PWSH, reason="needs pwsh")

ALL = ["disks", "network_adapters", "integration_services", "checkpoints", "replication", "configuration"]
NIC = {
    "Name": "Network Adapter",
    "MacAddress": "00155D010203",
    "Connected": True,
    "SwitchName": "vSwitch [DMZ]",
    "Vlan": 20,
}
USUAL = {**NIC, "IPAddresses": ["192.0.2.10"], "DynamicMacAddressEnabled": True, "BandwidthSetting": None}


def disk(path, place=0):
    return {"Path": path, "ControllerType": "SCSI", "ControllerNumber": 0, "ControllerLocation": place}


def info(*rows):
    return run_on("vm_info", [(host, {"details": ALL, **options}) for host, options in rows])


RICH = vm(
    Adapters=[
        USUAL,
        {
            **NIC,
            "IPAddresses": None,
            "DynamicMacAddressEnabled": False,
            "BandwidthSetting": {"MaximumBandwidth": 5},
        },
    ],
    Disks=[
        disk("D:\\a.vhdx"),
        disk("\\\\nas\\share\\b.vhdx", 1),
        disk("Disk 2 10.00 GB Bus 0 Lun 0", 2),
        disk(None, 3),
    ],
    Checkpoints=[{"Name": "before", "SnapshotType": "Standard"}, {"Name": "backup", "SnapshotType": "Recovery"}],
    Processor=[{"CompatibilityForMigrationEnabled": True}],
    Firmware=[{"SecureBoot": "On", "SecureBootTemplate": "MicrosoftWindows", "BootOrder": [{"BootType": "Drive"}]}],
    DynamicMemoryEnabled=True,
    MemoryMinimum=1 << 30,
    MemoryMaximum=8 << 30,
    AutomaticStartAction="Nothing",
    Notes="domain controller",
)


def test_all_that_is_asked_of_a_vm_is_told():
    (answer,) = info(({"vms": [RICH], "files": {"D:\\a.vhdx": {"Size": 40, "FileSize": 20}}}, {}))
    (told,) = answer["result"]["vms"]
    assert told["error"] == ""
    assert told["ip_addresses"] == ["192.0.2.10"]
    assert [(nic["vlan"], nic["static_mac_address"], nic["maximum_bandwidth"]) for nic in told["network_adapters"]] == [
        (20, False, 0),
        (20, True, 5),
    ]
    assert [(one["path"], one["size_bytes"]) for one in told["disks"]] == [
        ("D:\\a.vhdx", 40),
        ("\\\\nas\\share\\b.vhdx", None),
        ("Disk 2 10.00 GB Bus 0 Lun 0", None),
        (None, None),
    ]
    assert (told["checkpoints"], told["other_checkpoints"]) == (["before"], [{"name": "backup", "type": "Recovery"}])
    assert told["integration_services"]["shutdown"] == {"enabled": True, "status": "Ok"}
    assert set(told["integration_services"]) == {"guest_service_interface", "heartbeat", "shutdown", "vss"}
    asked = {
        key: told["configuration"][key]
        for key in ("dynamic_memory", "memory_maximum_bytes", "secure_boot", "boot_order", "tpm", "guardians")
    }
    assert asked == {
        "dynamic_memory": True,
        "memory_maximum_bytes": 8 << 30,
        "secure_boot": "On",
        "boot_order": ["Drive"],
        "tpm": None,
        "guardians": [],
    }
    assert told["configuration"]["processor_compatibility"] and told["configuration"]["notes"] == "domain controller"


def test_a_tpm_is_told_with_the_keys_that_open_it_and_without_them_where_they_cannot_be_read():
    sealed: dict[str, Any] = {"Security": [{"TpmEnabled": True}], "Keeper": "AB12"}
    old = vm("old", number=3, Generation=1)
    host = {
        "vms": [vm("one", number=1, **sealed), vm("two", number=2, **sealed), old],
        "faults": {"Get-VMKeyProtector two": "No."},
    }
    (answer,) = info((host, {}))
    told = {one["name"]: one for one in answer["result"]["vms"]}
    assert {name: (one["configuration"]["tpm"], one["configuration"]["guardians"]) for name, one in told.items()} == {
        "one": (True, ["AB12"]),
        "two": (True, []),
        "old": (False, []),
    }
    assert [one["error"] for one in told.values()] == ["", "", ""]


def test_a_full_host_is_asked_once_for_all_and_not_for_what_nobody_wants():
    full = {"vms": [vm(f"vm{number}", number=number, Generation=1 + number % 2) for number in range(1, 31)]}
    everything, little = info((full, {}), (full, {"details": []}))
    assert len(everything["result"]["vms"]) == 30
    assert max(map(everything["calls"].count, everything["calls"])) == 1
    assert set(little["calls"]) == {"Get-VM", "Win32_ComputerSystemProduct"}
    assert (little["result"]["vms"][0]["network_adapters"], little["result"]["vms"][0]["error"]) == ([], "")


def test_a_share_that_is_away_is_waited_for_once_and_hides_no_other_disk():
    there = ["D:\\a.vhdx", "D:\\b.vhdx", "\\\\well\\vms\\c.vhdx", "\\\\well\\vms\\d.vhdx"]
    away = ["C:\\ClusterStorage\\Gone\\e.vhdx", "C:\\ClusterStorage\\Gone\\f.vhdx"]
    disks = [
        {"Path": path, "ControllerType": "SCSI", "ControllerNumber": 0, "ControllerLocation": 0}
        for path in [*away, *there]
    ]
    files = {path: {"Size": 40, "FileSize": 20} for path in there}
    host = {"vms": [vm(Disks=disks)], "files": files, "slow": "C:\\ClusterStorage\\Gone"}
    (answer,) = info((host, {"details": ["disks"]}))
    told = answer["result"]["vms"][0]
    assert told["error"] == ""
    assert {one["path"]: one["size_bytes"] for one in told["disks"]} == {
        **dict.fromkeys(there, 40),
        **dict.fromkeys(away),
    }
    asked = [call.removeprefix("VHD ") for call in answer["calls"] if call.startswith("VHD ")]
    assert sorted(asked) == sorted([" ".join(there[:2]), there[2], there[3], away[0]])


SICK = [  # what is the matter with web02 or its host, what is said of it
    ({"Get-VMHardDiskDrive web02": "Its storage is away."}, "disks: Its storage is away."),
    ({"Get-VMNetworkAdapter web02": "Broken."}, "network_adapters: Broken."),
    ({"Get-VMSnapshot web02": "Broken."}, "checkpoints: Broken."),
    ({"Get-VMProcessor web02": "Broken.", "Get-VMFirmware web02": "Broken."}, "configuration: Broken."),
    ({"Get-VMSecurity web02": "Not known here."}, ""),
    ({"Msvm_ReplicationRelationship": "Access denied"}, ""),
    ({"Get-VM web02": "Hyper-V encountered an error."}, "Hyper-V encountered an error."),
]


def test_one_sick_vm_hides_no_other():
    three = [vm("web01"), vm("web02", number=2, Services=[], Adapters=[USUAL]), vm("web03", number=3, Adapters=[USUAL])]
    answers = info(*(({"vms": three, "faults": faults}, {}) for faults, _said in SICK))
    for (faults, said), answer in zip(SICK, answers, strict=True):
        told = {one["name"]: one for one in answer["result"]["vms"]}
        assert told["web02"]["error"] == said, faults
        for name in ("web01", "web03"):
            assert (told[name]["error"], told[name]["state"]) == ("", "started"), faults


def test_only_the_vms_that_are_meant_are_read():
    vms = [vm("a*", number=1), vm("web [1]", number=2), vm("web 1", number=3)]
    host = {"vms": vms, "faults": {"Get-VM web 1": "Sick."}}
    answers = info(
        (host, {"ids": [vms[0]["Id"], vms[1]["Id"].upper()]}),
        (host, {"name": "WEB [1]"}),
        (host, {"ids": []}),
        (
            {"vms": [vm(f"vm{number}", number=number) for number in range(1, 20)]},
            {"ids": [vm(number=n)["Id"] for n in range(3, 12)]},
        ),
    )
    assert [one["name"] for one in answers[0]["result"]["vms"]] == ["a*", "web [1]"]
    assert [one["name"] for one in answers[1]["result"]["vms"] if one["id"]] == ["web [1]"]
    assert answers[2]["result"]["vms"] == []
    assert [one["name"] for one in answers[3]["result"]["vms"]] == [f"vm{number}" for number in range(3, 12)]
    assert answers[3]["calls"].count("Get-VM") == 1


def test_an_empty_name_names_no_vm():
    for answer in info(*(({"vms": [vm()]}, given) for given in ({"name": ""}, {"id": ""}, {"ids": ["x", " "]}))):
        assert "an empty one names no VM" in answer["result"]["msg"]


def test_states_and_guests_that_do_not_answer_are_told_in_the_words_of_every_language():
    rows = [
        ("FastSaved", "saved"),
        ("Hibernated", "saved"),
        ("OffCritical", "offcritical"),
        ("Saving", "saving"),
        ("Paused", "paused"),
    ]
    vms = [
        vm(f"vm{at}", state=state, number=at + 1, Services=services("NoContact"))
        for at, (state, _word) in enumerate(rows)
    ]
    (answer,) = info(({"vms": vms}, {}))
    told = answer["result"]["vms"]
    assert [one["state"] for one in told] == [word for _state, word in rows]
    assert {one["integration_services"]["heartbeat"]["status"] for one in told} == {"NoContact"}
