#!powershell

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._HyperV
#AnsibleRequires -PowerShell ..module_utils._VMPower

Set-StrictMode -Version Latest

$spec = @{
    options = @{
        id = @{ type = 'str' }
        name = @{ type = 'str' }
        state = @{ type = 'str'; required = $true; choices = 'started', 'stopped', 'saved' }
        turn_off = @{ type = 'bool'; default = $false }
        timeout = @{ type = 'int'; default = 300 }
        failback_phase = @{
            type = 'str'
            choices = @(
                'protected', 'failed_over_uncommitted', 'failed_over', 'synchronizing', 'synchronized', 'cutting_over'
                'failed_back_uncommitted', 'failed_back', 'replicating', 'failing_over', 'testing', 'tested', 'cleaning_up'
                'inconsistent', 'busy', 'unknown'
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

function Get-Hindrance {
    # Why the VM must not run here; nothing when it may. A phase that the vault tells stands above what Hyper-V is unsure of.
    param([object]$VM)

    $phase = $module.Params.failback_phase
    if ($phase -and $phasesThatForbidIt.ContainsKey($phase)) {
        return "while it is ${phase}: $($phasesThatForbidIt[$phase])."
    }
    Get-AsrHindrance -VM $VM -Phase $phase
}

function Assert-MayStart {
    # Fails the task, in check mode too, when the VM must not run or cannot.
    param([object]$VM, [hashtable]$Power)

    $why = Get-Hindrance -VM $VM
    if ($why) {
        $module.FailJson("'$($VM.Name)' must not be started $why")
    }
    Assert-Storage -VM $VM -Power $Power
}

function Assert-Storage {
    # Fails the task when Hyper-V cannot reach the disks of the VM.
    param([object]$VM, [hashtable]$Power)

    if ($Power.critical) {
        $module.FailJson("'$($VM.Name)' is $($Power.told): $env:COMPUTERNAME cannot reach its storage. Bring that back first.")
    }
}

function Assert-MaySave {
    # Fails the task when the VM is in no state that can be saved.
    param([object]$VM, [hashtable]$Power)

    Assert-Storage -VM $VM -Power $Power
    if ($Power.is -notin 'started', 'paused') {
        $module.FailJson("'$($VM.Name)' cannot be saved while it is $($Power.told): only a VM that runs can. Start it first.")
    }
}

function Assert-MayStop {
    # Fails the task, in check mode too, when only pulling the plug would stop the VM and that was not asked for.
    param([object]$VM, [hashtable]$Power)

    if ("$($VM.State)" -eq 'Hibernated') {
        $module.FailJson("'$($VM.Name)' is hibernated. Start it and stop it.")
    }
    if ($module.Params.turn_off) {
        return
    }
    if ($Power.is -eq 'saved') {
        $module.FailJson("'$($VM.Name)' is saved. Start it and stop it, or give turn_off to throw its saved state away.")
    }
    Assert-Storage -VM $VM -Power $Power
    $why = if ($Power.is -ne 'started') { "it is $($Power.told)" } else { Get-AsrSilence -VM $VM }
    if ($why) {
        $module.FailJson(
            "The guest of '$($VM.Name)' cannot be asked to shut down: $why. Nothing was done. Try again when it runs and answers, shut it " +
            "down from within, or give turn_off to pull the plug."
        )
    }
}

function Get-Rested {
    # The VM as it is when its time is over, or earlier at rest. Fails the task when it is not there any more.
    param([string]$Id, [string[]]$In, [int]$Seconds = $module.Params.timeout)

    $now = Wait-AsrPower -Id $Id -In $In -Seconds $Seconds
    if (-not $now) {
        $module.FailJson("The VM with the id $Id cannot be read on $env:COMPUTERNAME any more. It may have been moved or deleted meanwhile.")
    }
    $now
}

function Assert-Power {
    # Fails the task when the VM did not come to the wanted state in time.
    param([object]$VM)

    $now = Get-AsrVMPower -VM $VM
    $module.Result.vm.state = $now.told
    $module.Diff.after = @{ state = $now.told }
    if ($now.is -ne $wanted) {
        $hint = if ($wanted -eq 'stopped' -and -not $module.Params.turn_off) {
            " Its guest was asked to shut down, and may yet do so: look at its console. turn_off would pull the plug."
        }
        $module.FailJson("'$($VM.Name)' should be $wanted and is still $($now.told) after $($module.Params.timeout) seconds (timeout).$hint")
    }
}

function Write-Doubt {
    # Warns of a VM that is as it should be by its word, and is not well.
    param([object]$VM, [hashtable]$Power)

    $why = if ($Power.is -eq 'started') { Get-Hindrance -VM $VM }
    if ($why) {
        $module.Warn("'$($VM.Name)' runs on $env:COMPUTERNAME and must not be running $why It may run twice.")
    }
    if ($Power.critical) {
        $module.Warn("'$($VM.Name)' is $($Power.told): $env:COMPUTERNAME cannot reach its storage.")
    }
}

Assert-AsrHyperV -Module $module
$vm = Get-AsrVM -Module $module -Id $module.Params.id -Name $module.Params.name
$wanted = $module.Params.state
$before = Get-AsrVMState -VM $vm
$module.Result.vm = @{ id = "$($vm.Id)"; name = $vm.Name; state_before = $before; state = $before }
$module.Diff.before = @{ state = $before }
$module.Diff.after = @{ state = $wanted }
$vm = Get-Rested -Id "$($vm.Id)"
$power = Get-AsrVMPower -VM $vm
$module.Result.vm.state = $power.told
if (-not $power.is) {
    $module.FailJson("'$($vm.Name)' is $($power.told), and was for $($module.Params.timeout) seconds (timeout). Run again when it has come to rest.")
}
if ($power.is -eq $wanted) {
    Write-Doubt -VM $vm -Power $power
    $module.Diff.after.state = $power.told
    $module.ExitJson()
}

switch ($wanted) {
    'started' { Assert-MayStart -VM $vm -Power $power }
    'saved' { Assert-MaySave -VM $vm -Power $power }
    'stopped' { Assert-MayStop -VM $vm -Power $power }
}
$watch = [System.Diagnostics.Stopwatch]::StartNew()
try {
    Set-AsrPower -VM $vm -From $power.is -To $wanted -TurnOff $module.Params.turn_off -Seconds $module.Params.timeout -CheckMode $module.CheckMode
}
catch {
    # an answer that does not come in time is no answer: the VM itself tells, where Hyper-V answers at all
    $mute = Get-AsrMute
    $is = if ($mute) { @{ is = ''; told = 'unknown' } } else { Get-AsrVMPower -VM (Get-Rested -Id "$($vm.Id)" -In $wanted -Seconds 0) }
    if ($is.is -ne $wanted) {
        $module.Result.changed = -not $mute -and $is.told -ne $power.told
        $module.Result.vm.state = $is.told
        $module.Diff.after.state = $is.told
        $module.FailJson("Cannot bring '$($vm.Name)' from $($power.told) to $wanted; its state is $($is.told) now: $_ $mute".TrimEnd(), $_)
    }
}
$module.Result.changed = $true
$module.Result.vm.state = $wanted
if (-not $module.CheckMode) {
    $left = [Math]::Max(0, $module.Params.timeout - [int]$watch.Elapsed.TotalSeconds)
    Assert-Power -VM (Get-Rested -Id "$($vm.Id)" -In $wanted -Seconds $left)
}
$module.ExitJson()
