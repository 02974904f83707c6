# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The VMs that host_info tells beside their host, in one call: as vm_info tells them, and not as none where it cannot say."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.tests.unit.hyperv_host import run_on, vm
from ansible_collections.asr.hyperv.tests.unit.pwsh import PWSH
from ansible_collections.asr.hyperv.tests.unit.test_vm_info import ALL, RICH

pytestmark = pytest.mark.skipif(not PWSH, reason="needs pwsh")

SYSTEM = {"Caption": "Server", "BuildNumber": "20348", "TotalVisibleMemorySize": 1, "FreePhysicalMemory": 1}
COMPUTER = {"Domain": "contoso.example", "PartOfDomain": True, "NumberOfLogicalProcessors": 4}
OF_VMS = {"Get-VM", "Get-VMHardDiskDrive", "Get-VMIntegrationService", "Get-VMSnapshot", "Get-VMProcessor"}


def server(*vms: dict[str, Any], vmms: str = "Running", **more: object) -> dict[str, Any]:
    """A host as the module reads it."""
    services = [{"Name": "vmms", "State": vmms, "StartMode": "Auto"}]
    cim = {"Win32_OperatingSystem": [SYSTEM], "Win32_ComputerSystem": [COMPUTER], "Win32_Service": services}
    return {"vms": list(vms), "cim": cim, "switches": [], **more}


SICK = vm("sick", number=2)
FULL = server(
    RICH,
    SICK,
    vm("unlisted", number=3),
    *(vm(f"vm{number}", number=number) for number in range(4, 12)),
    files={"D:\\a.vhdx": {"Size": 40, "FileSize": 20}},
    faults={"Get-VMSnapshot sick": "Broken.", "Get-VM unlisted": "Its configuration is broken."},
)


def test_its_vms_are_those_of_vm_info_sick_ones_too():
    ids = [RICH["Id"], SICK["Id"]]
    whole, few = run_on("host_info", [(FULL, {"vm_details": ALL}), (FULL, {"vm_details": ["disks"], "vm_ids": ids})])
    all_vms, two = run_on("vm_info", [(FULL, {"details": ALL}), (FULL, {"details": ["disks"], "ids": ids})])
    assert whole["result"]["vms"] == all_vms["result"]["vms"] and few["result"]["vms"] == two["result"]["vms"]
    told = {one["name"]: one["error"] for one in whole["result"]["vms"]}
    assert len(told) == 11 and {name: error for name, error in told.items() if error} == {
        "sick": "checkpoints: Broken.",
        "unlisted": "Its configuration is broken.",
    }
    assert [one["name"] for one in few["result"]["vms"]] == ["web01", "sick"]


def test_vms_are_asked_once_for_all_and_not_at_all_where_nobody_wants_them():
    host = server(*(vm(f"vm{number}", number=number) for number in range(1, 13)))
    all_vms, none, nobody = run_on(
        "host_info", [(host, {"vm_details": ALL}), (host, {}), (host, {"vm_details": ALL, "vm_ids": []})]
    )
    assert {name: all_vms["calls"].count(name) for name in OF_VMS} == dict.fromkeys(OF_VMS, 1)
    assert not OF_VMS & {*none["calls"], *nobody["calls"]}
    assert "vms" not in none["result"] and nobody["result"]["vms"] == []


def test_a_host_whose_vms_cannot_be_listed_is_none_without_vms():
    answers = run_on(
        "host_info",
        [
            (server(vm(), faults={"Get-VM": "You have no permission."}), {"vm_details": []}),
            (server(vm(), faults={"Get-VMHost": "You have no permission."}), {"vm_details": []}),
            (server(vm(), mute=1), {"vm_details": []}),
            (server(vm()), {"vm_details": [], "vm_ids": ["x", " "]}),
        ],
    )
    words = [
        "Cannot list the VMs of ",
        "Cannot read the Hyper-V settings of ",
        "does not answer within",
        "vm_ids: an empty",
    ]
    for answer, said in zip(answers, words, strict=True):
        assert said in answer["result"]["msg"] and answer["result"]["failed"]
        assert not {"vms", "hyperv_host"} & set(answer["result"])


def test_a_host_whose_hyper_v_does_not_run_is_told_without_vms():
    (stopped,) = run_on("host_info", [(server(vm(), vmms="Stopped"), {"vm_details": ALL})])
    assert stopped["result"]["vms"] == [] and not OF_VMS & set(stopped["calls"])
    assert stopped["result"]["hyperv_host"]["services"]["vmms"]["state"] == "stopped"
