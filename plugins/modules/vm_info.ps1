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

Assert-AsrHyperV -Module $module
Assert-AsrNamed -Module $module
$ids = $module.Params.ids
if ($module.Params.id) {
    $ids = @($module.Params.id)
}
$module.Result.vms = @(Get-AsrVMInfo -Module $module -Id $ids -Name $module.Params.name -Details $module.Params.details)
$module.Result.host = @{ name = $env:COMPUTERNAME; machine_id = Get-AsrMachineId; cluster = Get-AsrCluster }
$module.ExitJson()
