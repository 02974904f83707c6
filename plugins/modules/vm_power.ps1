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
        state = @{ type = 'str'; required = $true; choices = 'started', 'stopped', 'saved' }
        turn_off = @{ type = 'bool'; default = $false }
        failback_phase = @{
            type = 'str'
            choices = @(
                'protected'
                'failed_over_uncommitted'
                'failed_over'
                'synchronizing'
                'synchronized'
                'cutting_over'
                'failed_back_uncommitted'
                'failed_back'
                'replicating'
                'failing_over'
                'testing'
                'tested'
                'cleaning_up'
                'inconsistent'
                'busy'
                'unknown'
            )
        }
    }
    mutually_exclusive = @(, @('id', 'name'))
    required_one_of = @(, @('id', 'name'))
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

# While one of these holds, starting the VM would damage its disks, or let it run here and in Azure at once.
$phasesThatForbidIt = @{
    failed_over_uncommitted = 'it was failed over and runs in Azure'
    failed_over = 'it was failed over and runs in Azure'
    synchronizing = 'its failback is still writing into its disks'
    synchronized = 'its failback has not sent the last changes yet'
    cutting_over = 'its failback is sending the last changes'
    failing_over = 'its failover to Azure is shutting it down'
    inconsistent = 'its last failback was broken off while it wrote into its disks: fail it back again first'
}
$replicationThatForbidsIt = @{
    FailbackInProgress = 'a failback is writing into its disks'
    RecoveryInProgress = 'a recovery is under way'
    PreparedForFailover = 'it was failed over and may be running there'
}

function Assert-MayStart {
    # Fails the task, in check mode too, when the VM must not run.
    param([object]$VM)

    $phase = $module.Params.failback_phase
    if ($phase -and $phasesThatForbidIt.ContainsKey($phase)) {
        $module.FailJson("'$($VM.Name)' must not be started while it is ${phase}: $($phasesThatForbidIt[$phase]).")
    }
    $replication = (Get-AsrReplication -VM $VM).state
    if ($replicationThatForbidsIt.ContainsKey($replication)) {
        $module.FailJson(
            "'$($VM.Name)' must not be started while Hyper-V has its replication as ${replication}: " +
            "$($replicationThatForbidsIt[$replication]). Let the failback start it."
        )
    }
}

function Set-Power {
    # Brings a VM to the wanted state.
    param([object]$VM, [string]$Before, [string]$Wanted)

    if ($Wanted -eq 'started') {
        Hyper-V\Start-VM -VM $VM -WhatIf:$module.CheckMode
    }
    elseif ($Wanted -eq 'saved') {
        Hyper-V\Save-VM -VM $VM -WhatIf:$module.CheckMode
    }
    elseif ($Before -eq 'saved') {
        Hyper-V\Remove-VMSavedState -VM $VM -WhatIf:$module.CheckMode
    }
    else {
        Hyper-V\Stop-VM -VM $VM -Force -TurnOff:$module.Params.turn_off -WhatIf:$module.CheckMode
    }
}

Assert-AsrHyperV -Module $module
$vm = Get-AsrVM -Module $module -Id $module.Params.id -Name $module.Params.name
$before = Get-AsrVMState -VM $vm
$wanted = $module.Params.state
$module.Result.vm = @{ id = "$($vm.Id)"; name = $vm.Name; state_before = $before; state = $wanted }
$module.Diff.before = @{ state = $before }
$module.Diff.after = @{ state = $wanted }

if ($before -ne $wanted) {
    if ($wanted -eq 'started') {
        Assert-MayStart -VM $vm
    }
    if ($wanted -eq 'saved' -and $before -ne 'started') {
        $module.FailJson("'$($vm.Name)' cannot be saved while it is ${before}: only a VM that runs can. Start it first.")
    }
    if ($wanted -eq 'stopped' -and $before -eq 'saved' -and -not $module.Params.turn_off) {
        $module.FailJson("'$($vm.Name)' is saved. Start it and stop it, or give turn_off to throw its saved state away.")
    }
    try {
        Set-Power -VM $vm -Before $before -Wanted $wanted
    }
    catch {
        $module.FailJson("Cannot bring '$($vm.Name)' from $before to ${wanted}: $_", $_)
    }
    $module.Result.changed = $true
}
$module.ExitJson()
