#!powershell

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._Cluster
#AnsibleRequires -PowerShell ..module_utils._HyperV
#AnsibleRequires -PowerShell ..module_utils._SiteRecovery
#AnsibleRequires -PowerShell ..module_utils._System
#AnsibleRequires -PowerShell ..module_utils._VMInfo
#AnsibleRequires -PowerShell ..module_utils._VMSwitch
#AnsibleRequires -PowerShell ..module_utils._Windows

Set-StrictMode -Version Latest

$spec = @{
    options = @{
        vm_details = @{
            type = 'list'
            elements = 'str'
            choices = 'disks', 'network_adapters', 'integration_services', 'checkpoints', 'replication', 'configuration'
        }
        vm_ids = @{ type = 'list'; elements = 'str' }
    }
    required_by = @{ vm_ids = 'vm_details' }
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

Assert-AsrNamed -Module $module
$withVMs = $null -ne $module.Params.vm_details
$vms = @()

try {
    $found = @{
        name = $env:COMPUTERNAME
        machine_id = Get-AsrMachineId
        azure_local = Test-AsrAzureLocal
        os = Get-AsrSystem
        hardware = Get-AsrHardware
        cluster = Get-AsrClusterFact
        time_utc = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ')
        hyperv = @{ installed = Test-AsrHyperV; cluster = Get-AsrCluster; vm_versions = @(); guardians = @(); vm_path = $null; disk_path = $null }
        services = @{}
        provider = Get-AsrProvider
        agent = Get-AsrAgent
        transfer = Get-AsrTransferSetting
        volumes = @(Get-AsrVolume)
        virtual_switches = @()
    }
    foreach ($service in 'vmms', 'dra', 'obengine') {
        $found.services[$service] = Get-AsrService -Name $service
    }
}
catch {
    $module.FailJson(
        "Cannot read ${env:COMPUTERNAME}: $_ Whoever reads it has to be an administrator of the host; Hyper-V Administrators may not read all.",
        $_
    )
}
if ($found.hyperv.installed -and $found.services.vmms.state -eq 'started') {
    $mute = Get-AsrMute
    if ($mute) {
        $module.FailJson($mute)
    }
    try {
        $server = Hyper-V\Get-VMHost
        $switches = @(Hyper-V\Get-VMSwitch | ForEach-Object { Get-AsrSwitch -VMSwitch $_ })
    }
    catch {
        $module.FailJson("Cannot read the Hyper-V settings of ${env:COMPUTERNAME}: $_", $_)
    }
    $found.hyperv.vm_versions = @(Get-AsrVMVersion)
    $found.hyperv.guardians = @(Get-AsrHostGuardian)
    $found.hyperv.vm_path = $server.VirtualMachinePath
    $found.hyperv.disk_path = $server.VirtualHardDiskPath
    $found.virtual_switches = $switches
    if ($withVMs) {
        $vms = @(Get-AsrVMInfo -Module $module -Id $module.Params.vm_ids -Details $module.Params.vm_details)
    }
}
$module.Result.hyperv_host = ConvertTo-AsrText -Value $found
if ($withVMs) {
    $module.Result.vms = $vms
}
$module.ExitJson()
