# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The PowerShell modules themselves, run by simulated hosts as Ansible sends them, over both of its connections for Windows."""

from __future__ import annotations

import importlib.util

import pytest

WITH_PSRP = importlib.util.find_spec("psrpcore") and importlib.util.find_spec("pypsrp")
CONNECTIONS = {
    "winrm": {},
    "psrp": {"ansible_connection": "psrp", "ansible_psrp_protocol": "https", "ansible_psrp_auth": "basic"},
}


@pytest.fixture(params=CONNECTIONS)
def hosts(executing, request):
    """Executing hosts as the scenario has them, reached by one of the connections."""
    if request.param == "psrp" and not WITH_PSRP:
        pytest.skip("needs psrpcore and pypsrp")
    executing.control("reset", {})
    executing.inventory(**CONNECTIONS[request.param], ansible_psrp_ca_cert=executing.facts["ca_file"])
    return executing


def test_every_module_runs_in_powershell_as_it_was_sent(hosts):
    printed = hosts.play("executed.yml", "--diff")
    assert "imitat" not in printed
    calls = [call for call in hosts.calls() if call["module"].startswith("asr.hyperv.")]
    assert {call["module"].rpartition(".")[2] for call in calls} >= {
        "host_info",
        "host_settings",
        "provider_registration",
        "signature_info",
        "virtual_switch",
        "vm_info",
        "vm_power",
    }
    assert [call["module"] for call in calls if call["user"] == "SYSTEM"] == ["asr.hyperv.provider_registration"]
    assert [call["module"] for call in calls if call["asynchronous"]] == ["asr.hyperv.provider_registration"]
    new01 = next(host for host in hosts.control("state")["hosts"] if host["name"] == "new01")
    assert (new01["connected"], new01["switches"]) == (True, ["vSwitch-Production"])
