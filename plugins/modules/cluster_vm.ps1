#!powershell

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._Cluster
#AnsibleRequires -PowerShell ..module_utils._HyperV
#AnsibleRequires -PowerShell ..module_utils._Windows

Set-StrictMode -Version Latest

$spec = @{
    options = @{
        id = @{ type = 'str' }
        name = @{ type = 'str' }
        state = @{ type = 'str'; choices = 'present', 'absent'; default = 'present' }
    }
    mutually_exclusive = @(, @('id', 'name'))
    required_one_of = @(, @('id', 'name'))
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

function Set-Role {
    # Gives the VM its role in the cluster, or takes it. The VM itself stays as it is.
    param([object]$VM, [bool]$Wanted)

    if ($module.CheckMode) {
        return
    }
    if ($Wanted) {
        $null = FailoverClusters\Add-ClusterVirtualMachineRole -VMId $VM.Id
    }
    else {
        FailoverClusters\Remove-ClusterGroup -VMId $VM.Id -RemoveResources -Force
    }
}

Assert-AsrHyperV -Module $module
$vm = Get-AsrVM -Module $module -Id $module.Params.id -Name $module.Params.name
$cluster = Get-AsrCluster
if (-not $cluster) {
    $module.FailJson(
        "$env:COMPUTERNAME is no node of a failover cluster, so '$($vm.Name)' cannot be a role of one. " +
        "Name a host that is, or leave this out."
    )
}
if (-not (Test-AsrClusterModule)) {
    $module.FailJson(
        "Cannot find the PowerShell module FailoverClusters on $env:COMPUTERNAME. Install the feature RSAT-Clustering-PowerShell."
    )
}
$mute = Get-AsrClusterMute
if ($mute) {
    $module.FailJson("Nothing was done with '$($vm.Name)': $mute. Look at the service ClusSvc there, and into the events of the cluster.")
}
$before = [bool]$vm.IsClustered
$wanted = $module.Params.state -eq 'present'
$module.Diff.before = @{ clustered = $before }
$module.Diff.after = @{ clustered = $wanted }
$module.Result.vm = @{ id = "$($vm.Id)"; name = $vm.Name; clustered = $wanted; cluster = $cluster }
if ($before -ne $wanted) {
    try {
        Set-Role -VM $vm -Wanted $wanted
    }
    catch {
        $module.FailJson("Cannot make '$($vm.Name)' $($module.Params.state) in the cluster ${cluster}: $_", $_)
    }
    $now = Get-AsrVM -Module $module -Id "$($vm.Id)"
    if (-not $module.CheckMode -and [bool]$now.IsClustered -ne $wanted) {
        $module.FailJson("'$($vm.Name)' was to be $($module.Params.state) in the cluster $cluster and is not. Look into its events.")
    }
    $module.Result.changed = $true
}
$module.ExitJson()
