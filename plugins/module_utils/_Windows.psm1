# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

Set-StrictMode -Version Latest

$patience = 60  # seconds for what Windows knows at once; a volume whose storage is away makes it wait

function ConvertTo-AsrText {
    # What others may name, as one line with nothing hidden; lists and hash tables with all that is in them.
    param([object]$Value)

    if ($Value -is [string]) {
        $line = $Value -replace '\r\n|[\t-\r\x1c-\x1e\x85\u2028\u2029]', ' '
        $hidden = '[\p{Cc}\p{Cf}]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]'
        return [regex]::Replace($line, $hidden, {
            $code = [int][char]$args[0].Value
            if ($code -lt 256) { '\x{0:x2}' -f $code } else { '\u{0:x4}' -f $code }
        })
    }
    if ($Value -is [System.Collections.IDictionary]) {
        $told = @{}
        foreach ($key in $Value.Keys) {
            $told[(ConvertTo-AsrText -Value $key)] = ConvertTo-AsrText -Value $Value[$key]
        }
        return $told
    }
    if ($Value -is [System.Collections.IList]) {
        return , @($Value | ForEach-Object { ConvertTo-AsrText -Value $_ })
    }
    $Value
}

function Get-AsrRegistryValue {
    # A registry value; $null where the key or the value is missing. (No output at all would be {} in the JSON of 5.1.)
    param([string]$Path, [string]$Name)

    if (Test-Path -LiteralPath $Path) {
        return (Get-Item -LiteralPath $Path).GetValue($Name)
    }
    $null
}

function Get-AsrFileVersion {
    # The version of a program file; $null where there is no such file.
    param([string]$Path)

    if (Test-Path -LiteralPath $Path) {
        return (Get-Item -LiteralPath $Path).VersionInfo.FileVersion
    }
    $null
}

function Test-AsrSilent {
    # Whether a service lets a small question wait: all instances of a class that it has. Cmdlets have no limit, and would wait as well.
    # One that answers with an error is not silent: the cmdlets say it better.
    param([string]$Namespace, [string]$ClassName, [int]$Seconds)

    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    try {
        $null = Get-CimInstance -Namespace $Namespace -ClassName $ClassName -OperationTimeoutSec $Seconds -ErrorAction Stop
        return $false
    }
    catch {
        # WBEM_E_TIMED_OUT and WBEM_S_TIMEDOUT; their words are in the language of the host
        $watch.Elapsed.TotalSeconds -ge $Seconds -or "$($_.FullyQualifiedErrorId)" -match '0x(80041069|0*40004)\b'
    }
}

function Get-AsrService {
    # State and start mode of a service, in Ansible's words; a service that is not there is 'absent'.
    param([string]$Name)

    $service = Get-CimInstance -ClassName Win32_Service -OperationTimeoutSec $patience -Filter "Name = '$Name'"
    if ($null -eq $service) {
        return @{ state = 'absent'; start_mode = $null }
    }
    $state = if ($service.State -eq 'Running') { 'started' } else { "$($service.State)".ToLower() }
    @{ state = $state; start_mode = "$($service.StartMode)".ToLower() }
}

function Get-AsrVolume {
    # Volumes with a drive letter or a mount point, and their space in bytes. One that is mounted twice is told twice, by one id.
    $volumes = @(Get-CimInstance -ClassName Win32_Volume -OperationTimeoutSec $patience -Filter 'DriveType = 3')
    $paths = @{}
    foreach ($volume in $volumes) {
        $paths[$volume.Name] = $volume
    }
    foreach ($mount in (Get-CimInstance -ClassName Win32_MountPoint -OperationTimeoutSec $patience -ErrorAction SilentlyContinue)) {
        $path = "$($mount.Directory.Name)".TrimEnd('\') + '\'  # as the name of a volume, which ends so
        $mounted = $volumes | Where-Object { $_.DeviceID -eq $mount.Volume.DeviceID } | Select-Object -First 1
        if ($mounted -and -not $paths.ContainsKey($path)) {
            $paths[$path] = $mounted
        }
    }
    foreach ($path in ($paths.Keys | Where-Object { $_ -notlike '\\?\*' } | Sort-Object)) {
        Get-AsrVolumeFact -Path $path -Volume $paths[$path]
    }
}

function Get-AsrVolumeFact {
    # One volume. A volume that is locked or not formatted has no sizes, which is not the same as no room.
    param([string]$Path, [object]$Volume)

    $known = $null -ne $Volume.Capacity -and $null -ne $Volume.FreeSpace
    @{
        path = $Path
        id = "$($Volume.DeviceID)"
        label = "$($Volume.Label)"
        shared = "$($Volume.FileSystem)" -like 'CSVFS*'
        size_bytes = if ($known) { [long]$Volume.Capacity } else { $null }
        free_bytes = if ($known) { [long]$Volume.FreeSpace } else { $null }
    }
}

function Get-AsrMachineId {
    # What the firmware calls this computer, whatever others call it; empty where it has no id of its own, or it may not be read.
    try {
        $product = @(Get-CimInstance -ClassName Win32_ComputerSystemProduct -OperationTimeoutSec $patience -ErrorAction Stop)
    }
    catch {
        return ''
    }
    $uuid = if ($product.Count -gt 0) { "$($product[0].UUID)".ToLower() } else { '' }
    $nobodys = '03000200-0400-0500-0006-000700080009', '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'
    if ($uuid -in $nobodys) { '' } else { $uuid }
}

function Get-AsrCluster {
    # The failover cluster that this computer is a node of; empty without one.
    "$(Get-AsrRegistryValue -Path 'HKLM:\Cluster' -Name 'ClusterName')"
}

function Test-AsrAzureLocal {
    # Whether this is a machine of Azure Local (formerly Azure Stack HCI), which has an edition of its own.
    $edition = Get-AsrRegistryValue -Path 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion' -Name 'EditionID'
    "$edition" -like 'ServerAzureStackHCI*'
}

Export-ModuleMember -Function *-Asr*
