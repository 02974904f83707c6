# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

#AnsibleRequires -PowerShell ..module_utils._Windows

Set-StrictMode -Version Latest

$patience = 60  # seconds for what Windows knows at once

$versionKey = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'

function Get-AsrSystem {
    # The operating system: name, edition, build, whether it has no desktop, its domain, and the PowerShell that this is.
    $system = Get-CimInstance -ClassName Win32_OperatingSystem -OperationTimeoutSec $patience
    $computer = Get-CimInstance -ClassName Win32_ComputerSystem -OperationTimeoutSec $patience
    @{
        name = "$($system.Caption)".Trim()
        edition = "$(Get-AsrRegistryValue -Path $versionKey -Name 'EditionID')"
        build = [int]$system.BuildNumber
        core = (Get-AsrRegistryValue -Path $versionKey -Name 'InstallationType') -eq 'Server Core'
        domain = if ($computer.PartOfDomain) { "$($computer.Domain)" } else { '' }
        powershell = "$($PSVersionTable.PSVersion)"
    }
}

function Get-AsrHardware {
    # Logical processors, and memory in bytes: all of it, and what nobody uses at the moment.
    $system = Get-CimInstance -ClassName Win32_OperatingSystem -OperationTimeoutSec $patience
    @{
        processors = [int](Get-CimInstance -ClassName Win32_ComputerSystem -OperationTimeoutSec $patience).NumberOfLogicalProcessors
        memory_bytes = [long]$system.TotalVisibleMemorySize * 1024
        memory_free_bytes = [long]$system.FreePhysicalMemory * 1024
    }
}

Export-ModuleMember -Function *-Asr*
