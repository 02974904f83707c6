#!powershell

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._HyperV

Set-StrictMode -Version Latest

$spec = @{
    options = @{
        id = @{ type = 'str' }
        name = @{ type = 'str' }
    }
    mutually_exclusive = @(, @('id', 'name'))
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

function Get-DiskFact {
    # The virtual disks of a VM; the size is unknown where the file cannot be read.
    param([object]$VM)

    foreach ($drive in (Get-VMHardDiskDrive -VM $VM)) {
        $file = if ($drive.Path) { Get-VHD -Path $drive.Path -ErrorAction SilentlyContinue } else { $null }
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

    foreach ($adapter in (Get-VMNetworkAdapter -VM $VM)) {
        @{
            name = $adapter.Name
            mac_address = $adapter.MacAddress
            connected = [bool]$adapter.Connected
            virtual_switch = $adapter.SwitchName
            vlan = Get-AsrVlan -Setting (Get-VMNetworkAdapterVlan -VMNetworkAdapter $adapter)
            ip_addresses = @($adapter.IPAddresses)
        }
    }
}

function Get-IntegrationFact {
    # The integration services of a VM by name.
    param([object]$VM)

    $services = @{}
    foreach ($service in (Get-VMIntegrationService -VM $VM)) {
        $services[$service.Name] = @{ enabled = [bool]$service.Enabled; status = "$($service.PrimaryStatusDescription)" }
    }
    $services
}

function Get-MachineFact {
    # All that is told of one VM.
    param([object]$VM)

    $adapters = @(Get-AdapterFact -VM $VM)
    @{
        id = "$($VM.Id)"
        name = $VM.Name
        state = Get-AsrVMState -VM $VM
        generation = [int]$VM.Generation
        cpu_count = [int]$VM.ProcessorCount
        memory_bytes = [long]$VM.MemoryStartup
        uptime_seconds = [long]$VM.Uptime.TotalSeconds
        heartbeat = "$($VM.Heartbeat)"
        integration_services = Get-IntegrationFact -VM $VM
        ip_addresses = @($adapters | ForEach-Object { $_.ip_addresses })
        disks = @(Get-DiskFact -VM $VM)
        checkpoints = @(Get-VMSnapshot -VM $VM | ForEach-Object { $_.Name })
        network_adapters = $adapters
        replication = Get-AsrReplication -VM $VM
    }
}

Assert-AsrHyperV -Module $module
$found = @(Find-AsrVM -Module $module -Id $module.Params.id -Name $module.Params.name)
try {
    $module.Result.vms = @($found | ForEach-Object { Get-MachineFact -VM $_ })
}
catch {
    $module.FailJson("Cannot read the VMs of ${env:COMPUTERNAME}: $_", $_)
}
$module.ExitJson()
