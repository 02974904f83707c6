# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What host_settings does for each number of threads: in check mode, for real, and when asked again."""

from __future__ import annotations

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
function Get-AsrTransferSetting {{ @{{ download_threads = 4; upload_threads = 8; throttle = $null }} }}
$global:has_key = [bool]$case['was_key']
"""
    + """
function Test-Path { param($LiteralPath) $global:has_key }
function New-Item { [CmdletBinding(SupportsShouldProcess)] param($Path, [switch]$Force)
    if ($PSCmdlet.ShouldProcess($Path)) { $global:has_key = $true; Add-Did New-Item @{} }
}
function New-ItemProperty { [CmdletBinding(SupportsShouldProcess)]
    param($LiteralPath, $Name, $Value, $PropertyType, [switch]$Force)
    if ($PSCmdlet.ShouldProcess($Name)) { Add-Did New-ItemProperty @{ Name = "$Name as $PropertyType"; Value = $Value } }
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
    had = {"download_threads": 4, "upload_threads": 8}
    real = [{"was_key": key, **options} for key, options, _did in THREADS]
    checked = [{**case, "check_mode": True} for case in real]
    answers = run_module("host_settings", [*real, *checked], REGISTRY, "$global:did")
    for at, (_key, options, did) in enumerate(THREADS):
        done, check = answers[at :: len(THREADS)]
        assert done["result"] == {"changed": bool(did), "host_settings": {**had, **options}}
        assert done["diff"] == {"before": {name: had[name] for name in options}, "after": options}
        assert done["told"] == did
        assert check == {**done, "told": []}


@pytest.mark.parametrize("option", ["download_threads", "upload_threads"])
def test_numbers_of_threads_that_are_not_allowed_are_refused(option):
    cases = [{option: threads} for threads in (0, 33)]
    for answer in run_module("host_settings", cases, REGISTRY, "$global:did"):
        assert "Allowed: 1 to 32 threads" in answer["result"]["msg"]
        assert answer["told"] == []
