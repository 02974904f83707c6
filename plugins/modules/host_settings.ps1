#!powershell

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._SiteRecovery
#AnsibleRequires -PowerShell ..module_utils._Windows

Set-StrictMode -Version Latest

$spec = @{
    options = @{
        download_threads = @{ type = 'int' }
        upload_threads = @{ type = 'int' }
        proxy_address = @{ type = 'str' }
        proxy_port = @{ type = 'int' }
        no_proxy = @{ type = 'bool' }
        work_days = @{
            type = 'list'
            elements = 'str'
            choices = 'Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'
        }
        work_start = @{ type = 'str' }
        work_end = @{ type = 'str' }
        work_hour_bandwidth = @{ type = 'int' }
        non_work_hour_bandwidth = @{ type = 'int' }
        no_throttle = @{ type = 'bool' }
    }
    required_one_of = @(, @('download_threads', 'upload_threads', 'proxy_address', 'no_proxy', 'work_days', 'no_throttle'))
    required_together = @(
        @('proxy_address', 'proxy_port'),
        @('work_days', 'work_start', 'work_end', 'work_hour_bandwidth', 'non_work_hour_bandwidth')
    )
    mutually_exclusive = @(@('proxy_address', 'no_proxy'), @('work_days', 'no_throttle'))
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

$key = Get-AsrPlace -Name ReplicationKey
$threads = @{ download_threads = 'DownloadThreadsPerVM'; upload_threads = 'UploadThreadsPerVM' }
$hours = 'work_days', 'work_start', 'work_end', 'work_hour_bandwidth', 'non_work_hour_bandwidth'

function Assert-Argument {
    # Fails the task on what the agent cannot be set to.
    foreach ($option in 'download_threads', 'upload_threads') {
        $wanted = $module.Params[$option]
        if ($null -ne $wanted -and ($wanted -lt 1 -or $wanted -gt 32)) {
            $module.FailJson("${option}: $wanted is not allowed. Allowed: 1 to 32 threads for each VM.")
        }
    }
    $address = $module.Params.proxy_address
    if ($null -ne $address -and $address -cnotmatch '^http://[^/\s\p{C}"@]+/?$') {
        $module.FailJson("proxy_address: '$(ConvertTo-AsrText -Value $address)' is not allowed. Allowed: http:// and a name or an address.")
    }
    $port = $module.Params.proxy_port
    if ($null -ne $port -and ($port -lt 1 -or $port -gt 65535)) {
        $module.FailJson("proxy_port: $port is not allowed. Allowed: 1 to 65535.")
    }
    foreach ($option in 'work_start', 'work_end') {
        $wanted = $module.Params[$option]
        if ($null -ne $wanted -and $wanted -cnotmatch '^([01]\d|2[0-3]):[0-5]\d$') {
            $module.FailJson("${option}: '$(ConvertTo-AsrText -Value $wanted)' is not allowed. Allowed: 00:00 to 23:59.")
        }
    }
    foreach ($option in 'work_hour_bandwidth', 'non_work_hour_bandwidth') {
        $wanted = $module.Params[$option]
        if ($null -ne $wanted -and $wanted -lt 1) {
            $module.FailJson("${option}: $wanted is not allowed. Allowed: 1 or more; no_throttle takes the limit away.")
        }
    }
}

function Get-Wanted {
    # What was asked for, by the names of what `Get-AsrTransferSetting` tells.
    $wanted = @{}
    foreach ($option in $threads.Keys) {
        if ($null -ne $module.Params[$option]) { $wanted[$option] = $module.Params[$option] }
    }
    if ($module.Params.no_proxy) { $wanted.proxy = $null }
    if ($module.Params.proxy_address) {
        $wanted.proxy = @{ address = $module.Params.proxy_address; port = $module.Params.proxy_port }
    }
    if ($module.Params.no_throttle) { $wanted.throttle = $null }
    if ($module.Params.work_days) {
        $wanted.throttle = @{}
        foreach ($option in $hours) { $wanted.throttle[$option] = $module.Params[$option] }
        $given = $wanted.throttle.work_days
        $wanted.throttle.work_days = @([enum]::GetNames([DayOfWeek]) | Where-Object { $_ -in $given })
    }
    $wanted
}

function Test-Same {
    # Whether a setting is as it is wanted, part by part.
    param([object]$Have, [object]$Wanted)

    if ($null -eq $Have -or $null -eq $Wanted -or $Wanted -isnot [System.Collections.IDictionary]) {
        return $Have -eq $Wanted
    }
    foreach ($part in $Wanted.Keys) {
        if ("$($Have[$part])" -ne "$($Wanted[$part])") { return $false }
    }
    $true
}

function Set-Thread {
    # Writes one number of threads, and the key around it where it is missing.
    param([string]$Name, [int]$Threads)

    if (-not (Test-Path -LiteralPath $key)) {
        $null = New-Item -Path $key -Force -WhatIf:$module.CheckMode
    }
    if (Test-Path -LiteralPath $key) {
        # in check mode it may still be missing
        $null = New-ItemProperty -LiteralPath $key -Name $Name -Value $Threads -PropertyType DWord -Force -WhatIf:$module.CheckMode
    }
}

function Set-AgentSetting {
    # Tells the agent its proxy or its throttle; nothing stands for none.
    param([string]$Name, [object]$Wanted)

    if ($module.CheckMode) { return }
    Import-AsrAgentModule
    if ($null -eq $Wanted -and $Name -eq 'proxy') { $null = Set-OBMachineSetting -NoProxy -Confirm:$false }
    elseif ($null -eq $Wanted) { $null = Set-OBMachineSetting -NoThrottle -Confirm:$false }
    elseif ($Name -eq 'proxy') {
        $null = Set-OBMachineSetting -ProxyServer $Wanted.address -ProxyPort $Wanted.port -Confirm:$false
    }
    else {
        $throttle = @{
            WorkDay = [DayOfWeek[]]@($Wanted.work_days)
            StartWorkHour = [TimeSpan]::Parse($Wanted.work_start)
            EndWorkHour = [TimeSpan]::Parse($Wanted.work_end)
            WorkHourBandwidth = [uint32]$Wanted.work_hour_bandwidth
            NonWorkHourBandwidth = [uint32]$Wanted.non_work_hour_bandwidth
        }
        $null = Set-OBMachineSetting @throttle -Confirm:$false
    }
}

Assert-Argument
$wanted = Get-Wanted
if (-not (Get-AsrAgent).installed) {
    $module.FailJson(
        "Cannot set $(@($wanted.Keys | Sort-Object) -join ', '): the Recovery Services agent is not installed on $env:COMPUTERNAME. " +
        "It comes with the Site Recovery provider: install that first."
    )
}
$have = Get-AsrTransferSetting
$module.Diff.before = @{}
$module.Diff.after = @{}
$module.Result.host_settings = $have
$module.Result.restart_needed = $false
foreach ($name in @('download_threads', 'upload_threads', 'proxy', 'throttle' | Where-Object { $wanted.ContainsKey($_) })) {
    $module.Diff.before[$name] = $have[$name]
    $module.Diff.after[$name] = $wanted[$name]
    if (Test-Same -Have $have[$name] -Wanted $wanted[$name]) {
        continue
    }
    try {
        if ($threads.ContainsKey($name)) { Set-Thread -Name $threads[$name] -Threads $wanted[$name] }
        else { Set-AgentSetting -Name $name -Wanted $wanted[$name] }
    }
    catch {
        $module.FailJson("Cannot set $name on ${env:COMPUTERNAME}: $_", $_)
    }
    $module.Result.changed = $true
    if ($name -eq 'proxy') { $module.Result.restart_needed = $true }
}
if ($module.Result.changed -and -not $module.CheckMode) {
    $module.Result.host_settings = Get-AsrTransferSetting  # as it can be read, not as it was meant
    foreach ($name in $wanted.Keys) {
        if (-not (Test-Same -Have $module.Result.host_settings[$name] -Wanted $wanted[$name])) {
            $module.Warn("The agent on $env:COMPUTERNAME took $name, and does not tell that it has it. It would be set again in each run.")
        }
    }
}
else {
    foreach ($name in $wanted.Keys) { $module.Result.host_settings[$name] = $wanted[$name] }
}
$module.ExitJson()
