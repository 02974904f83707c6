# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

#AnsibleRequires -PowerShell ..module_utils._HyperV
#AnsibleRequires -PowerShell ..module_utils._Windows

Set-StrictMode -Version Latest

$passing = 'Recovery', 'Planned', 'Replica', 'AppConsistentReplica', 'SyncedReplica'  # checkpoints that whoever makes them removes

$cmdlets = @{  # for each detail, what is called once for all VMs
    disks = @('Hyper-V\Get-VMHardDiskDrive')
    network_adapters = @('Hyper-V\Get-VMNetworkAdapter')
    integration_services = @('Hyper-V\Get-VMIntegrationService')
    checkpoints = @('Hyper-V\Get-VMSnapshot')
    replication = @()
    configuration = @('Hyper-V\Get-VMProcessor', 'Hyper-V\Get-VMFirmware', 'Hyper-V\Get-VMSecurity')
}
# that a VM has no integration services is told with an error, and before Windows Server 2016 there is no security to be told of
$withoutError = 'VMIntegrationService', 'VMSecurity'
$ofSecond = 'Hyper-V\Get-VMFirmware', 'Hyper-V\Get-VMSecurity'  # what only VMs of generation 2 have

$readers = @{  # for each part of a VM, how it is told; $Told is what the cmdlets told of all VMs (Get-AsrAnswer)
    state = { param($VM) Get-AsrStateFact -VM $VM }
    version = { param($VM) "$(Get-AsrProperty -Of $VM -Name Version)" }
    generation = { param($VM) [int]$VM.Generation }
    cpu_count = { param($VM) [int]$VM.ProcessorCount }
    memory_bytes = { param($VM) [long]$VM.MemoryStartup }
    clustered = { param($VM) [bool](Get-AsrProperty -Of $VM -Name IsClustered) }
    uptime_seconds = { param($VM) if ($VM.Uptime) { [long]$VM.Uptime.TotalSeconds } else { 0 } }
    heartbeat = { param($VM) "$($VM.Heartbeat)" }
    replication = { param($VM, $Told) Get-AsrReplication -VM $VM -Numbers $Told.numbers }
    configuration = {
        param($VM, $Told)
        $processor = Get-AsrTold $Told $VM VMProcessor | Select-Object -First 1
        $firmware = Get-AsrTold $Told $VM VMFirmware | Select-Object -First 1
        $security = Get-AsrTold $Told $VM VMSecurity | Select-Object -First 1
        Get-AsrConfiguration -VM $VM -Processor $processor -Firmware $firmware -Security $security
    }
    integration_services = { param($VM, $Told) Get-AsrIntegrationFact -Service (Get-AsrTold $Told $VM VMIntegrationService) }
    disks = {
        param($VM, $Told)
        , @(Get-AsrTold $Told $VM VMHardDiskDrive | ForEach-Object { Get-AsrDiskFact -Drive $_ -Files $Told.files })
    }
    network_adapters = { param($VM, $Told) , @(Get-AsrTold $Told $VM VMNetworkAdapter | ForEach-Object { Get-AsrAdapterFact -Adapter $_ }) }
    checkpoints = { param($VM, $Told) , (Get-AsrCheckpointFact -Checkpoint (Get-AsrTold $Told $VM VMSnapshot)).own }
    other_checkpoints = { param($VM, $Told) , (Get-AsrCheckpointFact -Checkpoint (Get-AsrTold $Told $VM VMSnapshot)).others }
}

function Get-AsrVMInfo {
    # The VMs of this host, each as vm_info tells it: those with one of these ids, or else with this name, or else all. An empty list
    # of ids asks for no VM, $null for all. Fails the task where Hyper-V lists none and says why; what cannot be read of one VM is in
    # its `error`. Hyper-V has to be there, and answer.
    param([object]$Module, [object]$Id, [string]$Name, [string[]]$Details)

    $machines = @{ found = @(); problems = @() }
    if ($null -eq $Id -or @($Id).Count -gt 0) {
        $machines = Find-AsrVM -Module $Module -Id @($Id | Where-Object { $_ }) -Name $Name
    }
    $found = @($machines.found)
    $told = Get-AsrAnswer -VM $found -Details $Details
    $facts = @($found | ForEach-Object { Get-AsrVMFact -VM $_ -Told $told -Details $Details })
    $facts += @($machines.problems | ForEach-Object { Get-AsrUnlistedFact -Problem $_ })
    $facts | ForEach-Object { ConvertTo-AsrText -Value $_ }
}

function Get-AsrAnswer {
    # What is asked once for all VMs: `parts`, by cmdlet, the `files` of their disks, and the `numbers` of their replication.
    param([object[]]$VM, [string[]]$Details)

    $parts = @{}
    foreach ($cmdlet in @($Details | Where-Object { $_ } | ForEach-Object { $cmdlets[$_] })) {
        $asked = if ($cmdlet -in $ofSecond) { @($VM | Where-Object { $_.Generation -eq 2 }) } else { $VM }
        $parts[$cmdlet] = Get-AsrVMPart -Cmdlet $cmdlet -VM $asked
    }
    $drives = if ($parts.ContainsKey('Hyper-V\Get-VMHardDiskDrive')) { $parts['Hyper-V\Get-VMHardDiskDrive'].found.Values | ForEach-Object { $_ } }
    $replicates = 'replication' -in $Details -and ($VM | Where-Object { "$($_.ReplicationMode)" -notin '', 'None' })
    @{
        parts = $parts
        files = Get-AsrDiskFile -Path @($drives | ForEach-Object { "$($_.Path)" })
        numbers = if ($replicates) { Get-AsrReplicationNumber } else { @{} }
    }
}

function Get-AsrTold {
    # What a cmdlet has told of one VM, or the error that it had instead.
    param([hashtable]$Told, [object]$VM, [string]$What)

    $answer = $Told.parts["Hyper-V\Get-$What"]
    $id = "$($VM.Id)"
    if ($answer.errors.ContainsKey($id) -and $What -notin $withoutError) {
        throw $answer.errors[$id]
    }
    $answer.found[$id]
}

function Get-AsrVMFact {
    # All that is told of one VM. What cannot be read stays empty, and `error` has the words for it.
    param([object]$VM, [hashtable]$Told, [string[]]$Details)

    $fact = New-AsrVMFact -Id "$($VM.Id)" -Name "$($VM.Name)"
    $reasons = @{}
    foreach ($part in ($readers.Keys | Sort-Object)) {
        $detail = if ($part -eq 'other_checkpoints') { 'checkpoints' } else { $part }
        if ($cmdlets.ContainsKey($detail) -and $detail -notin $Details) {
            continue
        }
        try {
            $fact[$part] = & $readers[$part] $VM $Told
        }
        catch {
            $reasons["$_"] = @($reasons["$_"] | Where-Object { $_ }) + $detail
        }
    }
    $fact.ip_addresses = @($fact.network_adapters | ForEach-Object { $_.ip_addresses })
    $fact.error = @($reasons.Keys | Sort-Object | ForEach-Object { "$(($reasons[$_] | Sort-Object -Unique) -join ', '): $_" }) -join '; '
    $fact
}

function Get-AsrUnlistedFact {
    # A VM that Hyper-V cannot list. Its name is all that may be known of it.
    param([object]$Problem)

    $about = $Problem.PSObject.Properties['TargetObject']
    $fact = New-AsrVMFact -Id '' -Name $(if ($about -and $about.Value -is [string]) { $about.Value } else { '' })
    $fact.error = "$Problem"
    $fact
}

function New-AsrVMFact {
    # A VM of which nothing is known yet.
    param([string]$Id, [string]$Name)

    @{
        id = $Id
        name = $Name
        state = 'unknown'
        version = ''
        generation = 0
        cpu_count = 0
        memory_bytes = 0
        clustered = $false
        uptime_seconds = 0
        heartbeat = ''
        integration_services = @{}
        ip_addresses = @()
        disks = @()
        checkpoints = @()
        other_checkpoints = @()
        network_adapters = @()
        replication = @{ mode = ''; state = ''; health = ''; number = $null }
        configuration = @{}
        error = ''
    }
}

function Get-AsrStateFact {
    # The state of a VM in the words of vm_power. Nothing is told of a VM that was deleted or moved while it was read.
    param([object]$VM)

    $state = Get-AsrVMState -VM $VM
    if (-not $state) {
        throw 'it does not tell its state: it may have been deleted, or moved to another host, while it was read'
    }
    $state
}

function Get-AsrVMPart {
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
                $alone = Get-AsrVMPart -Cmdlet $Cmdlet -VM @($one)
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
