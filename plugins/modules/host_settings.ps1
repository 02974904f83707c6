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
    }
    required_one_of = @(, @('download_threads', 'upload_threads'))
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

$key = Get-AsrPlace -Name ReplicationKey
$settings = @(
    @{ Option = 'download_threads'; Value = 'DownloadThreadsPerVM' }
    @{ Option = 'upload_threads'; Value = 'UploadThreadsPerVM' }
)

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

if (-not (Get-AsrAgent).installed) {
    $module.FailJson(
        "Cannot set threads: the Recovery Services agent is not installed on $env:COMPUTERNAME. " +
        "It comes with the Site Recovery provider: install that first."
    )
}
foreach ($setting in $settings) {
    $wanted = $module.Params[$setting.Option]
    if ($null -ne $wanted -and ($wanted -lt 1 -or $wanted -gt 32)) {
        $module.FailJson("$($setting.Option): $wanted is not allowed. Allowed: 1 to 32 threads for each VM.")
    }
}

$have = Get-AsrTransferSetting
$module.Diff.before = @{}
$module.Diff.after = @{}
$module.Result.host_settings = @{ download_threads = $have.download_threads; upload_threads = $have.upload_threads }
foreach ($setting in $settings) {
    $option = $setting.Option
    $wanted = $module.Params[$option]
    if ($null -eq $wanted) {
        continue
    }
    $module.Diff.before[$option] = $have[$option]
    $module.Diff.after[$option] = $wanted
    $module.Result.host_settings[$option] = $wanted
    if ($have[$option] -ne $wanted) {
        try {
            Set-Thread -Name $setting.Value -Threads $wanted
        }
        catch {
            $module.FailJson("Cannot set $option to $wanted on ${env:COMPUTERNAME}: $_", $_)
        }
        $module.Result.changed = $true
    }
}
$module.ExitJson()
