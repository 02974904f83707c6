#!powershell

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._HyperV
#AnsibleRequires -PowerShell ..module_utils._VMInfo
#AnsibleRequires -PowerShell ..module_utils._Windows

Set-StrictMode -Version Latest

$spec = @{
    options = @{
        id = @{ type = 'str' }
        ids = @{ type = 'list'; elements = 'str' }
        name = @{ type = 'str' }
        details = @{
            type = 'list'
            elements = 'str'
            choices = 'disks', 'network_adapters', 'integration_services', 'checkpoints', 'replication', 'configuration'
            default = 'disks', 'network_adapters', 'integration_services', 'checkpoints', 'replication'
        }
    }
    mutually_exclusive = @(, @('id', 'ids', 'name'))
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

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

function Get-StateFact {
    # The state of a VM in the words of vm_power. Nothing is told of a VM that was deleted or moved while it was read.
    param([object]$VM)

    $state = Get-AsrVMState -VM $VM
    if (-not $state) {
        throw 'it does not tell its state: it may have been deleted, or moved to another host, while it was read'
    }
    $state
}

function New-MachineFact {
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

$readers = @{
    state = { param($VM) Get-StateFact -VM $VM }
    version = { param($VM) "$(Get-AsrProperty -Of $VM -Name Version)" }
    generation = { param($VM) [int]$VM.Generation }
    cpu_count = { param($VM) [int]$VM.ProcessorCount }
    memory_bytes = { param($VM) [long]$VM.MemoryStartup }
    clustered = { param($VM) [bool](Get-AsrProperty -Of $VM -Name IsClustered) }
    uptime_seconds = { param($VM) if ($VM.Uptime) { [long]$VM.Uptime.TotalSeconds } else { 0 } }
    heartbeat = { param($VM) "$($VM.Heartbeat)" }
    replication = { param($VM) Get-AsrReplication -VM $VM -Numbers $numbers }
    configuration = {
        param($VM)
        $processor = Get-Told $VM VMProcessor | Select-Object -First 1
        $firmware = Get-Told $VM VMFirmware | Select-Object -First 1
        $security = Get-Told $VM VMSecurity | Select-Object -First 1
        Get-AsrConfiguration -VM $VM -Processor $processor -Firmware $firmware -Security $security
    }
    integration_services = { param($VM) Get-AsrIntegrationFact -Service (Get-Told $VM VMIntegrationService) }
    disks = { param($VM) , @(Get-Told $VM VMHardDiskDrive | ForEach-Object { Get-AsrDiskFact -Drive $_ -Files $files }) }
    network_adapters = { param($VM) , @(Get-Told $VM VMNetworkAdapter | ForEach-Object { Get-AsrAdapterFact -Adapter $_ }) }
    checkpoints = { param($VM) , (Get-AsrCheckpointFact -Checkpoint (Get-Told $VM VMSnapshot)).own }
    other_checkpoints = { param($VM) , (Get-AsrCheckpointFact -Checkpoint (Get-Told $VM VMSnapshot)).others }
}

function Get-Told {
    # What a cmdlet has told of one VM, or the error that it had instead.
    param([object]$VM, [string]$What)

    $answer = $told["Hyper-V\Get-$What"]
    $id = "$($VM.Id)"
    if ($answer.errors.ContainsKey($id) -and $What -notin $withoutError) {
        throw $answer.errors[$id]
    }
    $answer.found[$id]
}

function Get-MachineFact {
    # All that is told of one VM. What cannot be read stays empty, and `error` has the words for it.
    param([object]$VM)

    $fact = New-MachineFact -Id "$($VM.Id)" -Name "$($VM.Name)"
    $reasons = @{}
    foreach ($part in ($readers.Keys | Sort-Object)) {
        $detail = if ($part -eq 'other_checkpoints') { 'checkpoints' } else { $part }
        if ($cmdlets.ContainsKey($detail) -and $detail -notin $module.Params.details) {
            continue
        }
        try {
            $fact[$part] = & $readers[$part] $VM
        }
        catch {
            $reasons["$_"] = @($reasons["$_"] | Where-Object { $_ }) + $detail
        }
    }
    $fact.ip_addresses = @($fact.network_adapters | ForEach-Object { $_.ip_addresses })
    $fact.error = @($reasons.Keys | Sort-Object | ForEach-Object { "$(($reasons[$_] | Sort-Object -Unique) -join ', '): $_" }) -join '; '
    $fact
}

function Get-UnlistedFact {
    # A VM that Hyper-V cannot list. Its name is all that may be known of it.
    param([object]$Problem)

    $about = $Problem.PSObject.Properties['TargetObject']
    $fact = New-MachineFact -Id '' -Name $(if ($about -and $about.Value -is [string]) { $about.Value } else { '' })
    $fact.error = "$Problem"
    $fact
}

Assert-AsrHyperV -Module $module
Assert-AsrNamed -Module $module
$ids = @($module.Params.id) + @($module.Params.ids) | Where-Object { $_ }
$machines = @{ found = @(); problems = @() }
if ($ids -or $null -eq $module.Params.ids) {  # an empty list asks for no VM
    $machines = Find-AsrVM -Module $module -Id $ids -Name $module.Params.name
}
$found = @($machines.found)
$told = @{}
foreach ($cmdlet in @($module.Params.details | ForEach-Object { $cmdlets[$_] })) {
    $asked = if ($cmdlet -in $ofSecond) { @($found | Where-Object { $_.Generation -eq 2 }) } else { $found }
    $told[$cmdlet] = Get-AsrPart -Cmdlet $cmdlet -VM $asked
}
$drives = if ($told.ContainsKey('Hyper-V\Get-VMHardDiskDrive')) { $told['Hyper-V\Get-VMHardDiskDrive'].found.Values | ForEach-Object { $_ } }
$files = Get-AsrDiskFile -Path @($drives | ForEach-Object { "$($_.Path)" })
$replicates = 'replication' -in $module.Params.details -and ($found | Where-Object { "$($_.ReplicationMode)" -notin '', 'None' })
$numbers = if ($replicates) { Get-AsrReplicationNumber } else { @{} }

$module.Result.host = @{ name = $env:COMPUTERNAME; machine_id = Get-AsrMachineId; cluster = Get-AsrCluster }
$facts = @($found | ForEach-Object { Get-MachineFact -VM $_ }) + @($machines.problems | ForEach-Object { Get-UnlistedFact -Problem $_ })
$module.Result.vms = @($facts | ForEach-Object { ConvertTo-AsrText -Value $_ })
$module.ExitJson()
