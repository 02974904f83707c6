# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The static check of PowerShell: it finds nothing in our scripts, and finds what is wrong in others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

checker = pytest.importorskip("check_powershell", reason="needs tree-sitter-pwsh")

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted([*ROOT.glob("plugins/modules/*.ps1"), *ROOT.glob("plugins/module_utils/*.psm1")])


def test_our_scripts_are_right(capsys):
    assert checker.main(SCRIPTS) == 0, capsys.readouterr().out


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_no_cmdlet_and_no_parameter_of_a_script_can_be_misspelt_unnoticed(path):
    text, helpers = path.read_text(encoding="utf-8-sig"), checker.helpers_of(SCRIPTS)
    calls = set(re.findall(r"(?m)^(?!\s*#).*?[ (]((?:Get|Set|New|Remove|Start|Stop|Test)-\w+ -[A-Z]\w+)", text))
    assert calls
    misspelt = [(call, wrong) for call in calls for wrong in (call.replace("-", "-Q", 1), f"{call}Q")]
    assert [wrong for call, wrong in misspelt if not checker.check(text.replace(call, wrong), helpers)] == []


@pytest.mark.parametrize(
    "script, finding",
    [
        ("Get-VM -Name a -ErrorAction Stop", ""),
        ("Get-VM a | Stop-VM -Force", ""),
        ("Stop-VM -VM $vm -Force -WhatIf:$check", ""),
        ("Hyper-V\\Get-VMHost", ""),
        ("& $reader $vm", ""),
        ("$t = @{ NetAdapterName = 'a' }; New-VMSwitch -Name b @t", ""),
        ("$t = @{}; $t.SwitchType = $type; New-VMSwitch -Name b @t", ""),
        ("$t = Get-Splat; New-VMSwitch @t\nfunction Get-Splat { }", ""),
        ("function Get-It { param([string]$Text, [switch]$Raw) }\nGet-It -Raw 'a'", ""),
        ("if (", "cannot parse"),
        ("$a = $b ?? 1", "?? is not in PowerShell 5.1"),
        ("$a ??= 1", "??= is not in PowerShell 5.1"),
        ("$a = $b ? 1 : 2", "? : is not in PowerShell 5.1"),
        ("Get-VM && Get-VMHost", "&& or || is not in PowerShell 5.1"),
        ("Get-VMachine", "Get-VMachine is no function here and no cmdlet of cmdlets.json"),
        ("Get-VM -Nam a", "Get-VM has no parameter -nam"),
        ("Get-VM -Name -ErrorAction Stop", "Get-VM -name lacks its value"),
        ("$t = @{ Adapter = 'a' }; New-VMSwitch -Name b @t", "New-VMSwitch has no parameter -adapter"),
        ("$t = @{}; $t['Adapter'] = 'a'; New-VMSwitch -Name b @t", "New-VMSwitch has no parameter -adapter"),
        (
            "New-VMSwitch -Name a -SwitchType External",
            "New-VMSwitch -switchtype: external is none of internal, private",
        ),
        ("Stop-VM -VM $vm -Name a", "Stop-VM: no set of its parameters fits"),
        ("Stop-VM -Force", "Stop-VM: no set of its parameters fits"),
        ("Stop-VM a b", "Stop-VM: no set of its parameters fits"),
        ("1 | ForEach-Object -Parallel { $_ }", "ForEach-Object has no parameter -parallel"),
        ("function Get-It { param([string]$Text) }\nGet-It -Txt a", "line 2: Get-It has no parameter -txt"),
    ],
)
def test_what_is_wrong_is_found_and_nothing_else(script, finding):
    findings = checker.check(script)
    assert (finding in findings[0]) if finding and findings else (findings == [] and not finding)
