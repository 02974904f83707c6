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

function Get-AsrRegistrationLeft {
    # What there is of a registration, whole or broken off: `keys` and `values` of the registry below that of Site Recovery, and
    # `certificates`. `words` names them, `count` tells how many.
    $key = $places.SiteRecoveryKey
    $keys = @('Registration', 'ProxySettings' | Where-Object { Test-Path -LiteralPath "$key\$_" })
    $values = @('DraID', 'IdMgmtCloudContainerId' | Where-Object { $null -ne (Get-AsrRegistryValue -Path $key -Name $_) })
    $patterns = 'ASR_SRSAUTH_CERT_KEY_CONTAINER*', 'ASR_HYPER_V_HOST_CERT_KEY_CONTAINER*'
    $store = Get-ChildItem -Path Cert:\LocalMachine\My -ErrorAction SilentlyContinue
    $certificates = @($store | Where-Object { $one = $_; $one -and ($patterns | Where-Object { $one.FriendlyName -like $_ }) })
    $words = @($keys) + @($values) + @($certificates | ForEach-Object { "certificate $($_.FriendlyName)" })
    @{ keys = $keys; values = $values; certificates = $certificates; words = $words; count = $words.Count }
}

function Wait-AsrProcess {
    # Whether a program has ended within some seconds. One that has not is stopped.
    param([object]$Process, [int]$Seconds)

    if ($Process -isnot [System.Diagnostics.Process]) {
        return $true  # it has ended already
    }
    $null = $Process.Handle  # without it Windows PowerShell 5.1 does not know the exit code later
    if ($Process.WaitForExit(1000 * $Seconds)) {
        return $true
    }
    $Process.Kill()
    $false
}

Export-ModuleMember -Function *-Asr*
