# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

#AnsibleRequires -PowerShell ..module_utils._HyperV

Set-StrictMode -Version Latest

# In these phases the VM runs at home, or may.
$phasesThatAllowIt = 'protected', 'failed_back_uncommitted', 'failed_back', 'replicating', 'testing', 'tested', 'cleaning_up'
# What Hyper-V says of a primary VM that runs at home, and what it says of one that may: then the phase has to be known.
$replicationThatAllowsIt = @(
    'ReadyForInitialReplication'
    'InitialReplicationInProgress'
    'WaitingForInitialReplication'
    'Replicating'
    'Suspended'
    'WaitingForStartResynchronize'
    'ResynchronizeSuspended'
)
$replicationThatMayAllowIt = 'Error', 'Resynchronizing', 'Disabled'
$failback = 13  # the number of a replication that is failing back, for which a primary VM has no word

function Get-AsrHindrance {
    # Why Hyper-V forbids to run a VM, or a phase that tells nothing; nothing when it may run.
    param([object]$VM, [string]$Phase)

    if ($Phase -and $Phase -notin $phasesThatAllowIt) {
        return "while it is ${Phase}: the vault does not tell where it runs. Look at it there first."
    }
    $mode = "$($VM.ReplicationMode)"
    if ($mode -in '', 'None', 'TestReplica') {
        return
    }
    $told = Get-AsrReplication -VM $VM -Numbers (Get-AsrReplicationNumber)
    $number = if ($null -eq $told.number) { '' } else { " ($($told.number))" }
    $says = "while Hyper-V has its replication as $($told.state)$number of a VM that is $mode"
    if ($mode -ne 'Primary') {
        return "${says}: it is the copy of one that runs elsewhere."
    }
    if ($told.state -in $replicationThatAllowsIt) {
        return
    }
    if ($told.number -eq $failback) {
        return "${says}: a failback is writing into its disks. Let the failback start it."
    }
    if ($told.state -notin $replicationThatMayAllowIt) {
        return "${says}: it was failed over, or is about to be, and may be running there. Let the failback start it."
    }
    if (-not $Phase) {
        return "${says}: a failback may be writing into its disks. Say how it stands in the vault with the option failback_phase."
    }
}

function Get-AsrSilence {
    # Why a guest cannot be asked to shut down; nothing when it can.
    param([object]$VM)

    $services = @(Hyper-V\Get-VMIntegrationService -VM $VM -ErrorAction SilentlyContinue)
    $shutdown = @($services | Where-Object { (Get-AsrServiceName -Service $_) -eq 'shutdown' })
    if ($shutdown.Count -eq 0) {
        return 'it has no integration service for that'
    }
    if (-not $shutdown[0].Enabled) {
        return 'the integration service for that is not enabled'
    }
    $status = "$($shutdown[0].PrimaryOperationalStatus)"
    if ($status -ne 'Ok') {
        return "the integration service for that says '$status', as while it boots or hangs"
    }
}

function Wait-AsrPower {
    # The VM as it is when it has come to rest, in one of some states where these are given, or when its time is over. Nothing when it
    # is not there any more: it may have been moved or deleted.
    param([string]$Id, [string[]]$In, [int]$Seconds)

    $until = [DateTime]::UtcNow.AddSeconds($Seconds)
    $misses = 0
    while ($true) {
        $now = @((Read-AsrVM -Id $Id).vms)
        $is = if ($now) { (Get-AsrVMPower -VM $now[0]).is } else { '' }
        $misses = if ($now) { 0 } else { $misses + 1 }
        $left = ($until - [DateTime]::UtcNow).TotalMilliseconds
        if ($left -le 0 -or $misses -gt 2 -or ($is -and (-not $In -or $is -in $In))) {
            break
        }
        Start-Sleep -Milliseconds ([Math]::Min(2000, $left))
    }
    $now | Select-Object -First 1
}

$refusals = @{  # what Msvm_ShutdownComponent.InitiateShutdown answers when it does not begin
    32769 = 'access denied'
    32770 = 'it is not supported'
    32772 = 'the guest did not answer in time'
    32774 = 'the guest is in use'
    32775 = 'it is in a state in which it cannot'
    32777 = 'the guest is not available'
}

function Stop-AsrGuest {
    # Asks the guest of a VM to shut down, and does not wait until it has. Stop-VM would wait for it without a limit, and as a job it would
    # go on to pull the plug when a shutdown that it had begun fails. This only ever asks.
    param([object]$VM, [int]$Seconds)

    $id = "$($VM.Id)".ToUpper()
    $limit = [Math]::Max(1, $Seconds)
    $space = 'root\virtualization\v2'
    $components = Get-CimInstance -Namespace $space -ClassName Msvm_ShutdownComponent -Filter "SystemName = '$id'" -OperationTimeoutSec $limit
    $component = @($components | Where-Object { "$($_.SystemName)" -eq $id })
    if ($component.Count -ne 1) {
        throw 'its guest cannot be asked, as Hyper-V has no shutdown component for it.'
    }
    $reason = @{ Force = $false; Reason = 'asr.hyperv.vm_power' }
    $told = Invoke-CimMethod -InputObject $component[0] -MethodName InitiateShutdown -Arguments $reason -OperationTimeoutSec $limit
    $code = [int64]$told.ReturnValue
    if ($code -notin 0, 4096) {
        $words = if ($refusals.ContainsKey([int]$code)) { $refusals[[int]$code] } else { 'it failed' }
        throw "its guest does not shut down: $words ($code)."
    }
}

function Set-AsrPower {
    # Tells Hyper-V to bring a VM to the wanted state, and waits so many seconds for its answer.
    param([object]$VM, [string]$From, [string]$To, [bool]$TurnOff, [int]$Seconds, [bool]$CheckMode)

    if ($To -eq 'stopped' -and $From -eq 'saved') {
        Hyper-V\Remove-VMSavedState -VM $VM -WhatIf:$CheckMode  # the one of these that cannot be a job
        return
    }
    if ($CheckMode) {
        return
    }
    if ($To -eq 'started') {
        Wait-AsrRequest -Job (Hyper-V\Start-VM -VM $VM -AsJob) -What 'Start-VM' -Seconds $Seconds
    }
    elseif ($To -eq 'saved') {
        Wait-AsrRequest -Job (Hyper-V\Save-VM -VM $VM -AsJob) -What 'Save-VM' -Seconds $Seconds
    }
    elseif ($TurnOff) {
        $job = Hyper-V\Stop-VM -VM $VM -TurnOff -Force -Confirm:$false -AsJob
        Wait-AsrRequest -Job $job -What 'Stop-VM -TurnOff' -Seconds $Seconds
    }
    else {
        Stop-AsrGuest -VM $VM -Seconds $Seconds
    }
}

Export-ModuleMember -Function *-Asr*
