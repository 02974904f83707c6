#!powershell

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._HyperV
#AnsibleRequires -PowerShell ..module_utils._VMInfo

Set-StrictMode -Version Latest

$spec = @{
    options = @{
        id = @{ type = 'str'; required = $true }
        state = @{ type = 'str'; required = $true; choices = @(, 'absent') }
        timeout = @{ type = 'int'; default = 300 }
    }
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

function Find-Machine {
    # The VM with the id; nothing when it is not there. Fails the task when Hyper-V does not tell whether it is.
    $told = Find-AsrVM -Module $module -Id $module.Params.id
    if (-not $told.found -and $told.problems) {
        $module.FailJson(
            "Nobody knows whether $env:COMPUTERNAME has a VM with the id $($module.Params.id), since Hyper-V cannot list all of its VMs: " +
            "$(@($told.problems)[0])"
        )
    }
    @($told.found) | Select-Object -First 1
}

function Get-Part {
    # What a cmdlet tells of the VM. Fails the task when it cannot be read.
    param([string]$Cmdlet, [object]$VM)

    $told = Get-AsrVMPart -Cmdlet $Cmdlet -VM @($VM)
    if ($told.errors.Count -gt 0) {
        $module.FailJson("'$($VM.Name)' was not removed, as it cannot be read: $(@($told.errors.Values)[0])")
    }
    @($told.found["$($VM.Id)"])
}

function Get-Obstacle {
    # Why the VM must not be removed; nothing when it may.
    param([object]$VM)

    $power = Get-AsrVMPower -VM $VM
    if ($power.critical) {
        return "it is $($power.told): $env:COMPUTERNAME cannot reach its storage. Bring that back first."
    }
    if ($power.is -ne 'stopped') {
        return "it is $($power.told): only a VM that is off can be. Make sure that it is not in use, and shut it down."
    }
    if (Get-AsrProperty -Of $VM -Name IsClustered -Default $true) {
        return 'it is a role of a failover cluster. Take that role first (asr.hyperv.cluster_vm).'
    }
    $mode = "$($VM.ReplicationMode)"
    if ($mode -ne 'None') {
        $told = if ($mode) { $mode } else { 'unknown' }
        return "its replication is $told, and $("$($VM.ReplicationState)"). Make sure that nothing needs it, and end it with Remove-VMReplication."
    }
    $checkpoints = @(Get-Part -Cmdlet 'Hyper-V\Get-VMSnapshot' -VM $VM | ForEach-Object { "$($_.Name)" })
    if ($checkpoints) {
        return "it has checkpoints, which would be merged into its disks: $($checkpoints -join ', '). Remove them first."
    }
}

Assert-AsrHyperV -Module $module
$id = $module.Params.id
if ($id -notmatch '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\z') {
    $module.FailJson("id: '$id' is no id of a VM. Give the one that asr.hyperv.vm_info tells; a VM is never removed by its name.")
}
$vm = Find-Machine
if (-not $vm) {
    $module.Result.vm = @{ id = $id; name = ''; state_before = 'absent'; state = 'absent'; disks = @() }
    $module.Diff.before = @{ state = 'absent' }
    $module.Diff.after = @{ state = 'absent' }
    $module.ExitJson()
}
$before = Get-AsrVMState -VM $vm
$module.Result.vm = @{ id = "$($vm.Id)"; name = $vm.Name; state_before = $before; state = $before; disks = @() }
$module.Diff.before = @{ state = $before }
$module.Diff.after = @{ state = 'absent' }
$module.Result.vm.disks = @(Get-Part -Cmdlet 'Hyper-V\Get-VMHardDiskDrive' -VM $vm | ForEach-Object { "$($_.Path)" })
$why = Get-Obstacle -VM $vm
if ($why) {
    $module.FailJson("'$($vm.Name)' must not be removed: $why")
}
if (-not $module.CheckMode) {
    $failure = $null
    try {
        Wait-AsrRequest -Job (Hyper-V\Remove-VM -VM $vm -Force -Confirm:$false -AsJob) -What 'Remove-VM' -Seconds $module.Params.timeout
    }
    catch {
        $failure = $_
    }
    $mute = if ($failure) { Get-AsrMute }
    # whether one that was not removed is there, only a list of all can tell; one that was is not asked for in vain
    $left = if ($failure -and -not $mute) { Find-Machine } elseif (-not $mute) { @((Read-AsrVM -Id $id).vms) | Select-Object -First 1 }
    $now = if ($mute) { 'unknown' } elseif ($left) { Get-AsrVMState -VM $left } else { 'absent' }
    $module.Result.vm.state = $now
    $module.Diff.after.state = $now
    if ($failure -and $now -ne 'absent') {
        $module.FailJson("Cannot remove '$($vm.Name)': $failure $mute".TrimEnd(), $failure)
    }
    if ($left) {
        $module.FailJson("'$($vm.Name)' was to be removed and is still there. Look into the events of Hyper-V on $env:COMPUTERNAME.")
    }
}
$module.Result.vm.state = 'absent'
$module.Result.changed = $true
$module.ExitJson()
