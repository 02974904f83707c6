# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules for Hyper-V hosts, run in PowerShell over a host of stubs that a test describes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.asr.hyperv.tests.unit.pwsh import run_module

STUBS = Path(__file__).with_suffix(".ps1").read_text(encoding="utf-8")
SERVICES = {
    "6C09BB55-D683-4DA0-8931-C9BF705F6480": "Gastdienstschnittstelle",
    "84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47": "Takt",
    "9F8233AC-BE49-4C79-8EE3-E7E1985B2077": "Herunterfahren",
    "5CED1297-4598-4915-A5FC-AD21BB4D02A4": "VSS",
}


def services(status: str = "Ok", **of_shutdown: object) -> list[dict[str, Any]]:
    """Integration services as a German host names them. What is given of the one that shuts down is different there."""
    found = []
    for number, name in SERVICES.items():
        one = {"Name": name, "Id": f"Microsoft:X\\{number}", "Enabled": True, "PrimaryOperationalStatus": status}
        found.append({**one, **(of_shutdown if number.startswith("9F8233AC") else {})})
    return found


def vm(name: str = "web01", state: str = "Running", number: int = 1, **more: object) -> dict[str, Any]:
    """A VM that is protected to Azure and runs at home."""
    return {
        "Id": f"11111111-0000-0000-0000-{number:012d}",
        "Name": name,
        "State": state,
        "Generation": 2,
        "ProcessorCount": 2,
        "MemoryStartup": 4 << 30,
        "Version": "9.0",
        "ReplicationMode": "Primary",
        "ReplicationState": "Replicating",
        "ReplicationHealth": "Normal",
        "Heartbeat": "OkApplicationsHealthy",
        "Services": services(),
        "Disks": [],
        "Checkpoints": [],
        "Adapters": [],
        **more,
    }


def run_on(name: str, cases: list[tuple[dict[str, Any], dict[str, Any]]]) -> list[dict[str, Any]]:
    """The results of a module for hosts and options. `told` has what was changed there, and the cmdlets that were called."""
    rows = [{"host": json.dumps(host), **options} for host, options in cases]
    told = ", ".join(f"(ConvertTo-Json -Compress -InputObject @($global:{one}))" for one in ("did", "calls"))
    answers = run_module(name, rows, STUBS, told)
    for answer in answers:
        answer["did"], answer["calls"] = map(json.loads, answer.pop("told"))
    return answers
