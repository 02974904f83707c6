# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

#AnsibleRequires -PowerShell ..module_utils._HyperV

Set-StrictMode -Version Latest

$passing = 'Recovery', 'Planned', 'Replica', 'AppConsistentReplica', 'SyncedReplica'  # checkpoints that whoever makes them removes

function Get-AsrPart {
    # What a cmdlet tells of some VMs: `found`, a list by the id of each VM, and `errors`, by id where it cannot tell. It is called once
    # for all of them: a call takes a tenth of a second or more, whomever it is for. Who is meant by an error is seen by asking again.
    param([string]$Cmdlet, [object[]]$VM)

    $told = @{ found = @{}; errors = @{} }
    $VM = @($VM | Where-Object { $_ })
    foreach ($one in $VM) {
        $told.found["$($one.Id)"] = @()
    }
    if ($told.found.Count -eq 0) {
        return $told
    }
    $problems = @()
    try {
        foreach ($thing in @(& $Cmdlet -VM $VM -ErrorAction SilentlyContinue -ErrorVariable problems)) {
            $told.found["$($thing.VMId)"] += , $thing
        }
    }
    catch {
        $problems = @($_)
    }
    if (@($problems).Count -gt 0) {
        if ($VM.Count -eq 1) {
            $told.errors["$($VM[0].Id)"] = "$(@($problems)[0])"
            return $told
        }
        $silent, $others = $VM.Where({ $told.found["$($_.Id)"].Count -eq 0 }, 'Split')
        foreach ($suspects in @($silent), @($others)) {
            foreach ($one in $suspects) {
                $alone = Get-AsrPart -Cmdlet $Cmdlet -VM @($one)
                $told.found["$($one.Id)"] = $alone.found["$($one.Id)"]
                if ($alone.errors.Count -gt 0) { $told.errors["$($one.Id)"] = $alone.errors["$($one.Id)"] }
            }
            if ($told.errors.Count -gt 0) { break }
        }
    }
    $told
}

$slow = 5  # seconds for one disk, after which nothing more is asked of its share

function Get-AsrDiskFile {
    # The files of virtual disks, by path in lower case, as far as they can be read. A physical disk that is passed through has none.
    # Where a share, or a shared volume of a cluster, is away, each of its files would take Windows most of a minute: one is asked first.
    param([string[]]$Path)

    $files = @{}
    $place = '^(\\\\[^\\]+\\[^\\]+|[a-z]:\\ClusterStorage\\[^\\]+)\\'
    $wanted = @($Path | Where-Object { $_ -match '^([a-z]:|\\\\)' } | Sort-Object -Unique)
    foreach ($group in ($wanted | Group-Object -Property { if ($_ -match $place) { $Matches[1].ToLower() } else { '' } })) {
        $rest = @($group.Group)
        if ($group.Name) {
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $told = @(Read-AsrDiskFile -Path $rest[0])
            $rest = @(if ($told -or $watch.Elapsed.TotalSeconds -lt $slow) { $rest | Select-Object -Skip 1 })
        }
        else {
            $told = @()
        }
        foreach ($one in $told + @(Read-AsrDiskFile -Path $rest)) {
            $files["$($one.Path)".ToLower()] = $one
        }
    }
    $files
}

function Read-AsrDiskFile {
    # What Hyper-V tells of the files of virtual disks.
    param([string[]]$Path)

    if (-not $Path) {
        return
    }
    try {
        @(Hyper-V\Get-VHD -Path $Path -ErrorAction SilentlyContinue) | Where-Object { $_ }
    }
    catch {
        # one that ends the call for all; alone it hides nothing
        $Path | ForEach-Object { try { Hyper-V\Get-VHD -Path $_ -ErrorAction SilentlyContinue } catch { $null } } | Where-Object { $_ }
    }
}

function Get-AsrDiskFact {
    # A virtual disk; the size is unknown where the file cannot be read.
    param([object]$Drive, [hashtable]$Files)

    $file = $Files["$($Drive.Path)".ToLower()]
    @{
        path = $Drive.Path
        controller = "$($Drive.ControllerType) $($Drive.ControllerNumber):$($Drive.ControllerLocation)"
        size_bytes = if ($file) { [long]$file.Size } else { $null }
        file_size_bytes = if ($file) { [long]$file.FileSize } else { $null }
    }
}

function Get-AsrAdapterFact {
    # A network adapter; virtual_switch is empty where it is not plugged in. Addresses are null where the guest tells none.
    param([object]$Adapter)

    @{
        name = $Adapter.Name
        mac_address = $Adapter.MacAddress
        static_mac_address = -not (Get-AsrProperty -Of $Adapter -Name DynamicMacAddressEnabled -Default $true)
        connected = [bool]$Adapter.Connected
        virtual_switch = $Adapter.SwitchName
        vlan = Get-AsrVlan -Setting $Adapter.VlanSetting
        maximum_bandwidth = [long](Get-AsrProperty -Of (Get-AsrProperty -Of $Adapter -Name BandwidthSetting) -Name MaximumBandwidth -Default 0)
        ip_addresses = @($Adapter.IPAddresses | Where-Object { $_ })
    }
}

function Get-AsrIntegrationFact {
    # The integration services of a VM, by words that are the same in every language of Windows.
    param([object[]]$Service)

    $told = @{}
    foreach ($one in $Service) {
        $told[(Get-AsrServiceName -Service $one)] = @{ enabled = [bool]$one.Enabled; status = "$($one.PrimaryOperationalStatus)" }
    }
    $told
}

function Get-AsrCheckpointFact {
    # The checkpoints that somebody made, by name, and the `others`, which backups and replication make and remove by themselves.
    param([object[]]$Checkpoint)

    $others = @($Checkpoint | Where-Object { $_ -and "$($_.SnapshotType)" -in $passing })
    @{
        own = @($Checkpoint | Where-Object { $_ -and "$($_.SnapshotType)" -notin $passing } | ForEach-Object { "$($_.Name)" })
        others = @($others | ForEach-Object { @{ name = "$($_.Name)"; type = "$($_.SnapshotType)" } })
    }
}

function Get-AsrGuardian {
    # The certificates with one of whose keys a host opens the TPM of a VM, by their thumbprints; none where that cannot be read.
    param([object]$VM)

    try {
        $protector = ConvertTo-HgsKeyProtector -Bytes (Hyper-V\Get-VMKeyProtector -VM $VM)
        $keepers = @($protector.Owner) + @($protector.Guardians) | Where-Object { $_ }
        @($keepers | ForEach-Object { "$($_.EncryptionCertificate.Thumbprint)" } | Where-Object { $_ } | Sort-Object -Unique)
    }
    catch {
        # without the module HgsClient, or the right to read it
        @()
    }
}

function Get-AsrConfiguration {
    # What an administrator set on a VM and would miss when it came home without it.
    param([object]$VM, [object]$Processor, [object]$Firmware, [object]$Security)

    $dynamic = [bool](Get-AsrProperty -Of $VM -Name DynamicMemoryEnabled)
    $order = @(Get-AsrProperty -Of $Firmware -Name BootOrder -Default @())
    $tpm = if ($VM.Generation -eq 1) { $false } else { Get-AsrProperty -Of $Security -Name TpmEnabled }
    @{
        automatic_start_action = "$(Get-AsrProperty -Of $VM -Name AutomaticStartAction)"
        automatic_start_delay = [int](Get-AsrProperty -Of $VM -Name AutomaticStartDelay -Default 0)
        automatic_stop_action = "$(Get-AsrProperty -Of $VM -Name AutomaticStopAction)"
        checkpoint_type = "$(Get-AsrProperty -Of $VM -Name CheckpointType)"
        notes = "$(Get-AsrProperty -Of $VM -Name Notes)"
        dynamic_memory = $dynamic
        memory_minimum_bytes = if ($dynamic) { [long]$VM.MemoryMinimum } else { $null }
        memory_maximum_bytes = if ($dynamic) { [long]$VM.MemoryMaximum } else { $null }
        processor_compatibility = [bool](Get-AsrProperty -Of $Processor -Name CompatibilityForMigrationEnabled)
        secure_boot = "$(Get-AsrProperty -Of $Firmware -Name SecureBoot)"
        secure_boot_template = "$(Get-AsrProperty -Of $Firmware -Name SecureBootTemplate)"
        tpm = $tpm
        guardians = @(if ($tpm) { Get-AsrGuardian -VM $VM })
        boot_order = @($order | ForEach-Object { "$(Get-AsrProperty -Of $_ -Name BootType)" })
    }
}

Export-ModuleMember -Function *-Asr*
