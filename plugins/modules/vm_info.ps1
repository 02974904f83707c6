#!powershell

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._HyperV
#AnsibleRequires -PowerShell ..module_utils._Windows

Set-StrictMode -Version Latest

$spec = @{
    options = @{
        id = @{ type = 'str' }
        ids = @{ type = 'list'; elements = 'str' }
        name = @{ type = 'str' }
    }
    mutually_exclusive = @(, @('id', 'ids', 'name'))
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

function Get-DiskFact {
    # The virtual disks of a VM; the size is unknown where the file cannot be read.
    param([object]$VM)

    foreach ($drive in (Hyper-V\Get-VMHardDiskDrive -VM $VM)) {
        $file = if ($drive.Path) { Hyper-V\Get-VHD -Path $drive.Path -ErrorAction SilentlyContinue } else { $null }
        @{
            path = $drive.Path
            controller = "$($drive.ControllerType) $($drive.ControllerNumber):$($drive.ControllerLocation)"
            size_bytes = if ($file) { [long]$file.Size } else { $null }
            file_size_bytes = if ($file) { [long]$file.FileSize } else { $null }
        }
    }
}

function Get-AdapterFact {
    # The network adapters of a VM; switch is empty where an adapter is not plugged in.
    param([object]$VM)

    foreach ($adapter in (Hyper-V\Get-VMNetworkAdapter -VM $VM)) {
        @{
            name = $adapter.Name
            mac_address = $adapter.MacAddress
            connected = [bool]$adapter.Connected
            virtual_switch = $adapter.SwitchName
            vlan = Get-AsrVlan -Setting (Hyper-V\Get-VMNetworkAdapterVlan -VMNetworkAdapter $adapter)
            ip_addresses = @($adapter.IPAddresses | Where-Object { $_ })
        }
    }
}

function Get-IntegrationFact {
    # The integration services of a VM by name; none where Hyper-V tells of none, which it does with an error.
    param([object]$VM)

    $services = @{}
    foreach ($service in (Hyper-V\Get-VMIntegrationService -VM $VM -ErrorAction SilentlyContinue)) {
        $services[$service.Name] = @{ enabled = [bool]$service.Enabled; status = "$($service.PrimaryStatusDescription)" }
    }
    $services
}

function Get-StateFact {
    # The state of a VM in the words of vm_power. Nothing is told of a VM that was deleted or moved while it was read.
    param([object]$VM)

    $state = Get-AsrVMState -VM $VM
    if (-not $state) {
        throw 'it does not tell its state: it may have been deleted, or moved to another host, while it was read'
    }
    $state
}

function Get-VersionFact {
    # The configuration version of a VM; Hyper-V tells it since Windows Server 2016.
    param([object]$VM)

    $version = $VM.PSObject.Properties['Version']
    if ($version) { "$($version.Value)" } else { '' }
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
        uptime_seconds = 0
        heartbeat = ''
        integration_services = @{}
        ip_addresses = @()
        disks = @()
        checkpoints = @()
        network_adapters = @()
        replication = @{ mode = ''; state = ''; health = '' }
        error = ''
    }
}

$lists = 'disks', 'checkpoints', 'network_adapters'
$readers = @{
    state = { param($VM) Get-StateFact -VM $VM }
    version = { param($VM) Get-VersionFact -VM $VM }
    generation = { param($VM) [int]$VM.Generation }
    cpu_count = { param($VM) [int]$VM.ProcessorCount }
    memory_bytes = { param($VM) [long]$VM.MemoryStartup }
    uptime_seconds = { param($VM) if ($VM.Uptime) { [long]$VM.Uptime.TotalSeconds } else { 0 } }
    heartbeat = { param($VM) "$($VM.Heartbeat)" }
    integration_services = { param($VM) Get-IntegrationFact -VM $VM }
    disks = { param($VM) Get-DiskFact -VM $VM }
    checkpoints = { param($VM) Hyper-V\Get-VMSnapshot -VM $VM | ForEach-Object { $_.Name } }
    network_adapters = { param($VM) Get-AdapterFact -VM $VM }
    replication = { param($VM) Get-AsrReplication -VM $VM }
}

function Get-MachineFact {
    # All that is told of one VM. What cannot be read stays empty, and `error` has the words for it.
    param([object]$VM)

    $fact = New-MachineFact -Id "$($VM.Id)" -Name "$($VM.Name)"
    $reasons = @{}
    foreach ($part in ($readers.Keys | Sort-Object)) {
        try {
            $told = @(& $readers[$part] $VM)
            if ($part -notin $lists) { $told = $told[0] }  # as a statement: a list that passes a pipe becomes its only entry
            $fact[$part] = $told
        }
        catch {
            $reasons["$_"] = @($reasons["$_"] | Where-Object { $_ }) + $part
        }
    }
    $fact.ip_addresses = @($fact.network_adapters | ForEach-Object { $_.ip_addresses })
    $fact.error = @($reasons.Keys | Sort-Object | ForEach-Object { "$($reasons[$_] -join ', '): $_" }) -join '; '
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
$ids = @($module.Params.id) + @($module.Params.ids) | Where-Object { $_ }
$machines = Find-AsrVM -Module $module -Id $ids -Name $module.Params.name
$module.Result.host = @{ name = $env:COMPUTERNAME; machine_id = Get-AsrMachineId }
$told = @($machines.found | ForEach-Object { Get-MachineFact -VM $_ }) +
    @($machines.problems | ForEach-Object { Get-UnlistedFact -Problem $_ })
$module.Result.vms = @($told | ForEach-Object { ConvertTo-AsrText -Value $_ })
$module.ExitJson()
