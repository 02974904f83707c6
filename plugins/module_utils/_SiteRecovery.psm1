# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

#AnsibleRequires -PowerShell ..module_utils._Windows

Set-StrictMode -Version Latest

$places = @{
    SiteRecoveryKey = 'HKLM:\SOFTWARE\Microsoft\Azure Site Recovery'
    ReplicationKey = 'HKLM:\SOFTWARE\Microsoft\Windows Azure Backup\Replication'
    Configurator = "$env:ProgramFiles\Microsoft Azure Site Recovery Provider\DRConfigurator.exe"
    AgentFolder = "$env:ProgramFiles\Microsoft Azure Recovery Services Agent\bin"
}

function Get-AsrPlace {
    # Where Site Recovery keeps its things on a host.
    param([string]$Name)

    $places[$Name]
}

function ConvertTo-AsrArgument {
    # A text as one argument of a Windows program: in quotes, with the backslashes before a quote doubled and the quote escaped.
    # So programs read their command line (CommandLineToArgvW); Start-Process itself only puts blanks between arguments.
    param([string]$Text)

    $escaped = ($Text -replace '(\\*)"', '$1$1\"') -replace '(\\+)$', '$1$1'
    "`"$escaped`""
}

function Get-AsrProvider {
    # The Site Recovery provider: installed, its version, and the registration as far as the registry tells it.
    $registration = "$($places.SiteRecoveryKey)\Registration"
    $identifier = Get-AsrRegistryValue -Path $places.SiteRecoveryKey -Name 'DraID'
    $version = Get-AsrFileVersion -Path $places.Configurator
    @{
        installed = $null -ne $version
        version = $version
        registered = ($null -ne $identifier) -and (Test-Path -LiteralPath $registration)
        dra_id = $identifier
        vault_name = Get-AsrRegistryValue -Path $registration -Name 'ResourceName'
        site_name = Get-AsrRegistryValue -Path $registration -Name 'SiteName'
    }
}

function Get-AsrAgent {
    # The Recovery Services agent (MARS), which carries the data.
    $version = Get-AsrFileVersion -Path "$($places.AgentFolder)\cbengine.exe"
    @{ installed = $null -ne $version; version = $version }
}

function Get-AsrTransferSetting {
    # How many threads the agent uses for each VM, and its bandwidth throttle; 4 threads is its default. Null is what is no number.
    $threads = @{}
    foreach ($way in 'Download', 'Upload') {
        $value = Get-AsrRegistryValue -Path $places.ReplicationKey -Name "${way}ThreadsPerVM"
        $number = 0
        $isNumber = [int]::TryParse("$value", [ref]$number)
        $threads[$way] = if ($null -eq $value) { 4 } elseif ($isNumber) { $number } else { $null }
    }
    @{ download_threads = $threads.Download; upload_threads = $threads.Upload; throttle = Get-AsrThrottle }
}

function Get-AsrThrottle {
    # The agent's bandwidth throttle in bytes per second; nothing where it has none, or does not tell.
    $agentModule = "$($places.AgentFolder)\Modules\MSOnlineBackup"
    if (-not (Test-Path -LiteralPath $agentModule)) {
        return
    }
    try {
        # an agent that is not registered yet, or whose module cannot be loaded, throws
        Import-Module -Name $agentModule -ErrorAction Stop
        $setting = Get-OBMachineSetting -ErrorAction Stop
    }
    catch {
        return
    }
    if ($null -eq $setting) {
        return
    }
    $work = $setting.PSObject.Properties['WorkHourBandwidth']
    $rest = $setting.PSObject.Properties['NonWorkHourBandwidth']
    if ($work -and $rest) {
        @{ work_hour_bandwidth = [long]$work.Value; non_work_hour_bandwidth = [long]$rest.Value }
    }
}

Export-ModuleMember -Function *-Asr*
