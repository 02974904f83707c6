# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What virtual_switch and host_settings do for each of their properties: in check mode, for real, and when asked again."""

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
SWITCHES = (
    TELL
    + """
function global:Get-NetAdapter { [CmdletBinding()] param()
    'card1', 'card2' | ForEach-Object { [pscustomobject]@{ Name = $_; InterfaceDescription = "The $_" } }
}
New-Module -Name Hyper-V {
function Get-VM { }
function Get-VMSwitch {
    $was = $global:host_was
    if ($was['was_type']) {
        $described = if ($was['was_net_adapter']) { "The $($was['was_net_adapter'])" } else { '' }
        [pscustomobject]@{ Name = 'lan'; Id = 1; SwitchType = $was['was_type']; NetAdapterInterfaceDescription = $described
            AllowManagementOS = $was['was_allow_management_os'] }
    }
}
function Get-VMNetworkAdapter { [CmdletBinding()] param([switch]$ManagementOS, [switch]$All)
    $vm = if ($All) { $global:host_was['was_used_by'] } else { $null }
    [pscustomobject]@{ Name = 'lan'; SwitchName = 'lan'; VMName = $vm }
}
function Get-VMNetworkAdapterVlan { param($VMNetworkAdapter)
    $vlan = $global:host_was['was_management_vlan']
    $mode = if ($null -eq $vlan) { 'Trunk' } elseif ($vlan -eq 0) { 'Untagged' } else { 'Access' }
    [pscustomobject]@{ OperationMode = $mode; AccessVlanId = $vlan }
}
function New-VMSwitch { [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)]$Name,
        [Parameter(Mandatory, ParameterSetName = 'Type')][ValidateSet('Internal', 'Private')]$SwitchType,
        [Parameter(Mandatory, ParameterSetName = 'Adapter')]$NetAdapterName,
        [Parameter(ParameterSetName = 'Adapter')][bool]$AllowManagementOS)
    if ($PSCmdlet.ShouldProcess($Name)) { Add-Did New-VMSwitch $PSBoundParameters }
}
function Set-VMSwitch { [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Type')]
    param([Parameter(Mandatory)]$VMSwitch, [bool]$AllowManagementOS,
        [Parameter(ParameterSetName = 'Type')][ValidateSet('External', 'Internal', 'Private')]$SwitchType,
        [Parameter(Mandatory, ParameterSetName = 'Adapter')]$NetAdapterName)
    if ($PSCmdlet.ShouldProcess('lan')) { Add-Did Set-VMSwitch $PSBoundParameters }
}
function Remove-VMSwitch { [CmdletBinding(SupportsShouldProcess)] param([Parameter(Mandatory)]$VMSwitch, [switch]$Force)
    if ($PSCmdlet.ShouldProcess('lan')) { Add-Did Remove-VMSwitch $PSBoundParameters }
}
function Set-VMNetworkAdapterVlan {
    param($VMNetworkAdapter, [switch]$Untagged, [switch]$Access, $VlanId) Add-Did Set-VMNetworkAdapterVlan $PSBoundParameters
}
} | Import-Module -Force
"""
)
PROPERTIES = ("type", "net_adapter", "allow_management_os", "management_vlan")
ABSENT = None
EXTERNAL = dict(zip(PROPERTIES, ("external", "card1", True, 0), strict=True))
TAGGED = {**EXTERNAL, "management_vlan": 20}
TRUNK = {**EXTERNAL, "management_vlan": None}
APART = {**TRUNK, "allow_management_os": False}
TEAM = {**EXTERNAL, "net_adapter": None}
INTERNAL = {**TEAM, "type": "internal"}
PRIVATE = {**INTERNAL, "type": "private", "allow_management_os": False, "management_vlan": None}
ROWS = [  # what is there, what is asked for, what is different then, what Hyper-V is told
    (EXTERNAL, {}, {}, []),
    (TRUNK, {}, {}, []),
    (PRIVATE, {}, {}, []),
    (EXTERNAL, {"type": "external"}, {}, []),
    (EXTERNAL, {"type": "internal"}, INTERNAL, ["Set-VMSwitch -SwitchType internal"]),
    (INTERNAL, {"type": "private"}, PRIVATE, ["Set-VMSwitch -SwitchType private"]),
    (
        PRIVATE,
        {"type": "external", "net_adapter": "card1"},
        APART,
        ["Set-VMSwitch -AllowManagementOS False -NetAdapterName card1"],
    ),
    (EXTERNAL, {"net_adapter": "card1"}, {}, []),
    (EXTERNAL, {"net_adapter": "CARD1"}, {"net_adapter": "CARD1"}, []),
    (
        EXTERNAL,
        {"net_adapter": "card2"},
        {"net_adapter": "card2"},
        ["Set-VMSwitch -AllowManagementOS True -NetAdapterName card2"],
    ),
    (EXTERNAL, {"allow_management_os": True}, {}, []),
    (APART, {"allow_management_os": False}, {}, []),
    (TAGGED, {"allow_management_os": False}, APART, ["Set-VMSwitch -AllowManagementOS False -NetAdapterName card1"]),
    (
        TEAM,
        {"allow_management_os": False},
        {"allow_management_os": False, "management_vlan": None},
        ["Set-VMSwitch -AllowManagementOS False"],
    ),
    (TAGGED, {"management_vlan": 20}, {}, []),
    (TAGGED, {"management_vlan": 30}, {"management_vlan": 30}, ["Set-VMNetworkAdapterVlan -Access True -VlanId 30"]),
    (TAGGED, {"management_vlan": 0}, {"management_vlan": 0}, ["Set-VMNetworkAdapterVlan -Untagged True"]),
    (
        APART,
        {"allow_management_os": True, "management_vlan": 20},
        TAGGED,
        [
            "Set-VMSwitch -AllowManagementOS True -NetAdapterName card1",
            "Set-VMNetworkAdapterVlan -Access True -VlanId 20",
        ],
    ),
    (
        ABSENT,
        {"net_adapter": "card1"},
        EXTERNAL,
        ["New-VMSwitch -AllowManagementOS True -Name lan -NetAdapterName card1"],
    ),
    (
        ABSENT,
        {"type": "internal", "management_vlan": 20},
        {**INTERNAL, "management_vlan": 20},
        ["New-VMSwitch -Name lan -SwitchType internal", "Set-VMNetworkAdapterVlan -Access True -VlanId 20"],
    ),
    (ABSENT, {"type": "private"}, PRIVATE, ["New-VMSwitch -Name lan -SwitchType private"]),
    (TAGGED, {"state": "absent"}, ABSENT, ["Remove-VMSwitch -Force True"]),
    (ABSENT, {"state": "absent"}, ABSENT, []),
]
REFUSED = [  # what is there, what is asked for, and the reason why not
    (PRIVATE, {"net_adapter": "card1"}, "net_adapter: card1 cannot be"),
    (INTERNAL, {"allow_management_os": False}, "An internal switch always allows the management OS"),
    (ABSENT, {"type": "private", "allow_management_os": True}, "a private one never does"),
    (APART, {"management_vlan": 20}, "It needs a switch that the management OS is allowed on"),
    (EXTERNAL, {"management_vlan": 4095}, "Allowed: 1 to 4094"),
    (ABSENT, {}, "An external switch needs net_adapter"),
    (INTERNAL, {"type": "external"}, "An external switch needs net_adapter"),
    ({**PRIVATE, "used_by": "web01"}, {"state": "absent"}, "is in use by web01"),
]


def switch(was, options):
    return {**{f"was_{name}": value for name, value in (was or {}).items()}, "name": "lan", **options}


def test_each_property_of_a_switch_is_compared_and_set():
    wanted = [None if then is ABSENT else {**(was or {}), **then} for was, _options, then, _did in ROWS]
    real = [switch(was, options) for was, options, _then, _did in ROWS]
    again = [switch(then, options) for then, (_was, options, _then, _did) in zip(wanted, ROWS, strict=True)]
    checked = [{**case, "check_mode": True} for case in real]
    answers = run_module("virtual_switch", [*real, *checked, *again], SWITCHES, "$global:did")
    for at, (was, options, _then, did) in enumerate(ROWS):
        done, check, second = answers[at :: len(ROWS)]
        after = wanted[at] and {"name": "lan", **wanted[at]}
        assert done["result"] == {"changed": bool(did), "virtual_switch": after}, (was, options, done)
        assert done["told"] == did
        assert done["diff"] == {"before": was or {}, "after": wanted[at] or {}}
        assert check == {**done, "told": []}, (was, options)
        assert (second["result"], second["told"]) == ({**done["result"], "changed": False}, []), (was, options)


def test_what_a_switch_cannot_be_is_refused_before_anything_is_changed():
    cases = [switch(was, options) for was, options, _said in REFUSED]
    for row, answer in zip(REFUSED, run_module("virtual_switch", cases, SWITCHES, "$global:did"), strict=True):
        assert row[2] in answer["result"]["msg"], row
        assert answer["told"] == []


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
