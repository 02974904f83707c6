# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What host_settings does for threads, proxy and throttle: in check mode, for real, and when asked again."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.tests.unit.pwsh import PWSH, run_module

pytestmark = pytest.mark.skipif(not PWSH, reason="needs pwsh")

TELL = """
$global:host_was = $case
$global:did = @()
function global:Add-Did { param($Cmdlet, $Given)
    $told = $Given.Keys | Where-Object { $_ -notin 'WhatIf', 'VMSwitch', 'VMNetworkAdapter' } | Sort-Object
    $global:did += (@($Cmdlet) + @($told | ForEach-Object { "-$_ $($Given[$_])" })) -join ' '
}
"""
REGISTRY = (
    f"""
{TELL}
function Get-AsrAgent {{ @{{ installed = $true; version = '2' }} }}
$global:have = @{{ download_threads = 4; upload_threads = 8; throttle = $null; proxy = $null }}
function Get-AsrTransferSetting {{ $global:have.Clone() }}
$global:has_key = [bool]$case['was_key']
"""
    + """
function Test-Path { param($LiteralPath) $global:has_key }
function New-Item { [CmdletBinding(SupportsShouldProcess)] param($Path, [switch]$Force)
    if ($PSCmdlet.ShouldProcess($Path)) { $global:has_key = $true; Add-Did New-Item @{} }
}
function New-ItemProperty { [CmdletBinding(SupportsShouldProcess)]
    param($LiteralPath, $Name, $Value, $PropertyType, [switch]$Force)
    if ($PSCmdlet.ShouldProcess($Name)) {
        $global:have[$(if ($Name -like 'Down*') { 'download_threads' } else { 'upload_threads' })] = $Value
        Add-Did New-ItemProperty @{ Name = "$Name as $PropertyType"; Value = $Value }
    }
}
"""
)
WRITE = "New-ItemProperty -Name {}ThreadsPerVM as DWord -Value {}".format
THREADS = [  # whether the key is there, what is asked for, what the registry is told
    (True, {"download_threads": 4}, []),
    (True, {"download_threads": 16}, [WRITE("Download", 16)]),
    (True, {"upload_threads": 8}, []),
    (True, {"upload_threads": 1}, [WRITE("Upload", 1)]),
    (True, {"download_threads": 16, "upload_threads": 8}, [WRITE("Download", 16)]),
    (False, {"download_threads": 16, "upload_threads": 32}, ["New-Item", WRITE("Download", 16), WRITE("Upload", 32)]),
]


def test_each_number_of_threads_is_compared_and_set():
    had = {"download_threads": 4, "upload_threads": 8, "throttle": None, "proxy": None}
    real: list[dict[str, Any]] = [{"was_key": key, **options} for key, options, _did in THREADS]
    checked = [{**case, "check_mode": True} for case in real]
    answers = run_module("host_settings", [*real, *checked], REGISTRY, "$global:did")
    for at, (_key, options, did) in enumerate(THREADS):
        done, check = answers[at :: len(THREADS)]
        assert done["result"] == {"changed": bool(did), "host_settings": {**had, **options}, "restart_needed": False}
        assert done["diff"] == {"before": {name: had[name] for name in options}, "after": options}
        assert done["told"] == did
        assert check == {**done, "told": []}


@pytest.mark.parametrize("option", ["download_threads", "upload_threads"])
def test_numbers_of_threads_that_are_not_allowed_are_refused(option):
    cases = [{option: threads} for threads in (0, 33)]
    for answer in run_module("host_settings", cases, REGISTRY, "$global:did"):
        assert "Allowed: 1 to 32 threads" in answer["result"]["msg"]
        assert answer["told"] == []


AGENT = (
    f"""
{TELL}
function Get-AsrAgent {{ @{{ installed = $true; version = '2' }} }}
$global:agent = [pscustomobject]@{{
    ProxySetting = [pscustomobject]@{{ Enabled = $false; ProxyServer = ''; ProxyPort = 0 }}
    Other = [pscustomobject]@{{
        WorkDay = [DayOfWeek[]]@(); StartWorkHour = [TimeSpan]::Zero; EndWorkHour = [TimeSpan]::Zero
        WorkHourBandwidth = [uint32]0; NonWorkHourBandwidth = [uint32]0
    }}
}}
if ($case['was_proxy']) {{
    $global:agent.ProxySetting = [pscustomobject]@{{ Enabled = $true; ProxyServer = 'http://old'; ProxyPort = 1 }}
}}
if ($case['was_throttle']) {{
    $global:agent.Other = [pscustomobject]@{{
        WorkDay = [DayOfWeek[]]@('Tuesday', 'Monday'); StartWorkHour = [TimeSpan]'9:00'; EndWorkHour = [TimeSpan]'18:00'
        WorkHourBandwidth = [uint32]1024; NonWorkHourBandwidth = [uint32]4096
    }}
}}
"""
    + """
function Get-OBMachineSetting { [CmdletBinding()] param() if ($case['silent']) { throw 'not registered' } $global:agent }
function Set-OBMachineSetting { [CmdletBinding(SupportsShouldProcess)]
    param([switch]$NoProxy, $ProxyServer, $ProxyPort, [switch]$NoThrottle, $WorkDay, $StartWorkHour, $EndWorkHour,
        $WorkHourBandwidth, $NonWorkHourBandwidth)
    Add-Did Set-OBMachineSetting $PSBoundParameters
    if ($NoProxy) { $global:agent.ProxySetting = $null }
    if ($ProxyServer) { $global:agent.ProxySetting = [pscustomobject]@{ ProxyServer = $ProxyServer; ProxyPort = $ProxyPort } }
    if ($NoThrottle) { $global:agent.Other = $null }
    if ($WorkDay) { $global:agent.Other = [pscustomobject]@{
        WorkDay = $WorkDay; StartWorkHour = $StartWorkHour; EndWorkHour = $EndWorkHour
        WorkHourBandwidth = $WorkHourBandwidth; NonWorkHourBandwidth = $NonWorkHourBandwidth
    } }
}
"""
)
PROXY = {"proxy_address": "http://proxy", "proxy_port": 8080}
DAY = {
    **{"work_days": ["Monday", "Tuesday"], "work_start": "09:00", "work_end": "18:00"},
    **{"work_hour_bandwidth": 1024, "non_work_hour_bandwidth": 4096},
}
HAD = {"was_proxy": True, "was_throttle": True}
SET_DAY = (
    "Set-OBMachineSetting -Confirm False -EndWorkHour 18:00:00 -NonWorkHourBandwidth 4096 -StartWorkHour 09:00:00"
    " -WorkDay Monday Tuesday -WorkHourBandwidth 1024"
)
# how it was and what is asked for, what the agent is told, proxy and throttle afterwards
SETTINGS: list[tuple[Any, ...]] = [
    (PROXY, ["Set-OBMachineSetting -Confirm False -ProxyPort 8080 -ProxyServer http://proxy"], (PROXY, None)),
    (
        {**HAD, "proxy_address": "http://old", "proxy_port": 1},
        [],
        ({"proxy_address": "http://old", "proxy_port": 1}, DAY),
    ),
    ({**HAD, "no_proxy": True}, ["Set-OBMachineSetting -Confirm False -NoProxy True"], (None, DAY)),
    ({"no_proxy": True, "no_throttle": True}, [], (None, None)),
    (DAY, [SET_DAY], (None, DAY)),
    ({**HAD, **DAY, "work_days": ["tuesday", "monday"]}, [], ({"proxy_address": "http://old", "proxy_port": 1}, DAY)),
    (
        {"was_throttle": True, "no_throttle": True},
        ["Set-OBMachineSetting -Confirm False -NoThrottle True"],
        (None, None),
    ),
]


def test_proxy_and_throttle_are_compared_set_and_read_again():
    real: list[dict[str, Any]] = [case for case, _did, _after in SETTINGS]
    checked = [{**case, "check_mode": True} for case in real]
    answers = run_module("host_settings", [*real, *checked], AGENT, "$global:did")
    for at, (_case, did, (proxy, throttle)) in enumerate(SETTINGS):
        done, check = answers[at :: len(SETTINGS)]
        told = proxy and {name.removeprefix("proxy_"): value for name, value in proxy.items()}
        assert (done["result"]["host_settings"]["proxy"], done["result"]["host_settings"]["throttle"]) == (
            told,
            throttle,
        )
        assert (done["told"], done["result"]["changed"]) == (did, bool(did))
        assert done["result"]["restart_needed"] is bool(did and "Proxy" in did[0])
        assert check == {**done, "told": []}


def test_a_throttle_that_the_agent_does_not_tell_is_set_in_each_run_and_that_is_said():
    answer = run_module("host_settings", [{**DAY, "silent": True}], AGENT, "$global:did; $module.Warnings")[0]
    assert answer["told"][0] == SET_DAY
    assert "does not tell that it has it. It would be set again in each run" in answer["told"][1]
    assert answer["result"]["changed"] and answer["result"]["host_settings"]["throttle"] is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({**PROXY, "proxy_address": "https://proxy"}, "Allowed: http:// and a name or an address"),
        ({**PROXY, "proxy_address": "http://me:secret@proxy"}, "Allowed: http:// and a name or an address"),
        ({**PROXY, "proxy_port": 0}, "proxy_port: 0 is not allowed. Allowed: 1 to 65535"),
        ({**DAY, "work_end": "24:00"}, "work_end: '24:00' is not allowed. Allowed: 00:00 to 23:59"),
        ({**DAY, "work_hour_bandwidth": 0}, "work_hour_bandwidth: 0 is not allowed. Allowed: 1 or more"),
    ],
)
def test_what_the_agent_cannot_be_set_to_is_refused(options, words):
    answer = run_module("host_settings", [options], AGENT, "$global:did")[0]
    assert words in answer["result"]["msg"] and answer["told"] == []
