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
    # How many threads the agent uses for each VM, its bandwidth throttle and its proxy; 4 threads is its default. Null is what is no number.
    $threads = @{}
    foreach ($way in 'Download', 'Upload') {
        $value = Get-AsrRegistryValue -Path $places.ReplicationKey -Name "${way}ThreadsPerVM"
        $number = 0
        $isNumber = [int]::TryParse("$value", [ref]$number)
        $threads[$way] = if ($null -eq $value) { 4 } elseif ($isNumber) { $number } else { $null }
    }
    @{ download_threads = $threads.Download; upload_threads = $threads.Upload } + (Get-AsrMachineSetting)
}

function Get-AsrMachineSetting {
    # What the agent says of its `throttle` and its `proxy`; $null where it has none, or does not tell.
    try {
        # an agent that is not registered yet, or whose module cannot be loaded, throws
        Import-AsrAgentModule
        $setting = Get-OBMachineSetting -ErrorAction Stop
        return @{ throttle = Get-AsrThrottle -Setting $setting; proxy = Get-AsrAgentProxy -Setting $setting }
    }
    catch {
        return @{ throttle = $null; proxy = $null }
    }
}

function Import-AsrAgentModule {
    # Its setup puts the module on the path of modules, which a session that began before does not know.
    if (-not (Get-Command -Name Get-OBMachineSetting -ErrorAction SilentlyContinue)) {
        Import-Module -Name "$($places.AgentFolder)\Modules\MSOnlineBackup" -Global -ErrorAction Stop
    }
}

function Get-AsrPart {
    # The part of an object, or the object itself, that has a property; $null where none has it.
    param([object]$On, [string]$Property)

    $parts = @($On) + @($On.PSObject.Properties | ForEach-Object { $_.Value })
    $parts | Where-Object { $null -ne $_ -and $_.PSObject.Properties[$Property] } | Select-Object -First 1
}

function Get-AsrThrottle {
    # The agent's bandwidth throttle, as it counts it, and its hours of work; $null where it has none. What it does not tell is $null.
    param([object]$Setting)

    $found = Get-AsrPart -On $Setting -Property 'WorkHourBandwidth'
    if (-not $found -or ($found.PSObject.Properties['Enabled'] -and -not $found.Enabled)) {
        return $null
    }
    $told = @{}
    foreach ($name in 'WorkDay', 'StartWorkHour', 'EndWorkHour', 'WorkHourBandwidth', 'NonWorkHourBandwidth') {
        $property = $found.PSObject.Properties[$name]
        $told[$name] = if ($property) { $property.Value } else { $null }
    }
    if (-not $told.WorkHourBandwidth -and -not $told.NonWorkHourBandwidth) {
        return $null
    }
    @{
        work_days = if ($told.WorkDay) { @([enum]::GetNames([DayOfWeek]) | Where-Object { $_ -in @($told.WorkDay) }) } else { $null }
        work_start = ConvertTo-AsrHour -Value $told.StartWorkHour
        work_end = ConvertTo-AsrHour -Value $told.EndWorkHour
        work_hour_bandwidth = [long]$told.WorkHourBandwidth
        non_work_hour_bandwidth = [long]$told.NonWorkHourBandwidth
    }
}

function ConvertTo-AsrHour {
    # A time of the day as 09:00; $null for what is none.
    param([object]$Value)

    $span = [TimeSpan]::Zero
    if ($null -ne $Value -and [TimeSpan]::TryParse("$Value", [ref]$span)) { $span.ToString('hh\:mm') } else { $null }
}

function Get-AsrAgentProxy {
    # The proxy that the agent sends its data by; $null where it has none of its own.
    param([object]$Setting)

    $found = Get-AsrPart -On $Setting -Property 'ProxyServer'
    if (-not $found -or -not $found.ProxyServer -or ($found.PSObject.Properties['Enabled'] -and -not $found.Enabled)) {
        return $null
    }
    @{ address = "$($found.ProxyServer)"; port = [int]$found.ProxyPort }
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
