# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

#AnsibleRequires -PowerShell ..module_utils._Windows

Set-StrictMode -Version Latest

function Test-AsrHyperV {
    # Whether Hyper-V's own PowerShell module can be used here.
    [bool](Get-Command -Name Get-VM -Module Hyper-V -ErrorAction SilentlyContinue)
}

$patience = 60  # seconds for a question that Hyper-V answers at once

function Get-AsrMute {
    # Why Hyper-V's service can be asked nothing; nothing when it answers.
    if (Test-AsrSilent -Namespace 'root\virtualization\v2' -ClassName Msvm_VirtualSystemManagementService -Seconds $patience) {
        "The service vmms of $env:COMPUTERNAME does not answer within $patience seconds. Look into its event log " +
            'Microsoft-Windows-Hyper-V-VMMS-Admin, and restart it: VMs that run go on.'
    }
}

function Wait-AsrRequest {
    # What Hyper-V answers to a cmdlet that was begun as a job. Throws its error, or that it did not answer in time. A job without an
    # answer is left alone, since to stop it waits for Hyper-V as well: it ends with the process of the module.
    param([object]$Job, [string]$What, [int]$Seconds)

    $limit = [Math]::Max(1, $Seconds)
    if (-not (Wait-Job -Job $Job -Timeout $limit)) {
        throw "Hyper-V did not answer $What within $limit seconds (timeout), and may yet do it. Look into the event log " +
            "Microsoft-Windows-Hyper-V-VMMS-Admin of $env:COMPUTERNAME; where other VMs hang as well, restart its service vmms: " +
            'VMs that run go on.'
    }
    try {
        $null = Receive-Job -Job $Job -ErrorAction Stop
    }
    finally {
        Remove-Job -Job $Job -Force
    }
}

function Assert-AsrHyperV {
    # Fails the task on a host without Hyper-V and its PowerShell module, or whose Hyper-V answers nothing.
    param([object]$Module)

    if (-not (Test-AsrHyperV)) {
        $Module.FailJson(
            "Cannot find the Hyper-V PowerShell module on $env:COMPUTERNAME. " +
            "Install the features Hyper-V and Hyper-V-PowerShell, restart the host, and run again."
        )
    }
    $mute = Get-AsrMute
    if ($mute) {
        $Module.FailJson($mute)
    }
}

function Read-AsrVM {
    # What Hyper-V lists, the one VM with an id or all of them: `vms`, and why some are missing in `problems`. Never fails the task.
    param([string]$Id)

    $wanted = if ($Id) { @{ Id = $Id } } else { @{} }
    $problems = @()
    try {
        # what throws would hide the VMs that can be listed; an id that is no guid is refused before anything is looked for
        $vms = @(Hyper-V\Get-VM @wanted -ErrorAction SilentlyContinue -ErrorVariable problems)
    }
    catch {
        $vms = @()
        $problems = @($_)
    }
    @{ vms = $vms; problems = @($problems) }
}

$few = 5  # so many VMs are asked for one by one, each by its id; more in one list of all

function Find-AsrVM {
    # The VMs with one of these ids or, without ids, with this name: `found`. Ids are unique on a host, names are not.
    # `problems` has what Hyper-V says of VMs that it cannot list. By id only the VMs that are meant are asked for.
    param([object]$Module, [string[]]$Id, [string]$Name)

    $ids = @($Id | Where-Object { $_ } | ForEach-Object { "$_".ToLower() } | Select-Object -Unique)
    $found = @()
    if ($ids.Count -le $few) {
        $found = @(foreach ($one in $ids) { (Read-AsrVM -Id $one).vms })
    }
    if ($ids -and $found.Count -eq $ids.Count) {
        return @{ found = $found; problems = @() }
    }
    $all = Read-AsrVM  # whether a VM that was not found is absent, only the list can tell
    if ($all.problems -and -not $all.vms) {
        $Module.FailJson("Cannot list the VMs of ${env:COMPUTERNAME}: $($all.problems[0])", $all.problems[0])
    }
    if (-not $ids) {
        $found = @($all.vms | Where-Object { -not $Name -or $_.Name -eq $Name })
    }
    elseif ($ids.Count -gt $few) {
        $found = @($all.vms | Where-Object { "$($_.Id)".ToLower() -in $ids })
    }
    if ($ids -and $found.Count -eq $ids.Count) {
        return @{ found = $found; problems = @() }
    }
    @{ found = $found; problems = @($all.problems) }
}

function Assert-AsrNamed {
    # Fails the task when an option that names VMs was given without a name: it would mean every VM of the host.
    param([object]$Module)

    foreach ($option in 'id', 'ids', 'name', 'vm_ids') {
        $given = $Module.Params[$option]
        if ($null -ne $given -and (@($given | Where-Object { -not "$_".Trim() }).Count -gt 0)) {
            $Module.FailJson("${option}: an empty one names no VM. Leave the option out, or give what it is to name.")
        }
    }
}

function Get-AsrVM {
    # The one VM that is meant. Fails the task when there is none, or when a name is not unique.
    param([object]$Module, [string]$Id, [string]$Name)

    Assert-AsrNamed -Module $Module
    $found = @((Find-AsrVM -Module $Module -Id $Id -Name $Name).found)
    $called = if ($Id) { "with the id $Id" } else { "called '$Name'" }
    if ($found.Count -eq 0) {
        $Module.FailJson("There is no VM $called on $env:COMPUTERNAME. asr.hyperv.vm_info lists those that are there.")
    }
    if ($found.Count -gt 1) {
        $ids = ($found | ForEach-Object { "$($_.Id)" }) -join ', '
        $Module.FailJson("$($found.Count) VMs $called are on ${env:COMPUTERNAME}: $ids. Say which one with the option id.")
    }
    $found[0]
}

$states = @{
    Running = 'started'
    Off = 'stopped'
    Saved = 'saved'
    FastSaved = 'saved'
    Hibernated = 'saved'
    Paused = 'paused'
}

function Get-AsrVMState {
    # The state of a VM in the words of vm_power, where it has one for it.
    param([object]$VM)

    $state = "$($VM.State)"
    if ($states.ContainsKey($state)) {
        return $states[$state]
    }
    $state.ToLower()
}

function Get-AsrVMPower {
    # How the power of a VM is: `is` in the words of vm_power, empty while it passes from one state to another, and `critical` when
    # Hyper-V cannot reach its storage, for which it has states of their own.
    param([object]$VM)

    $state = "$($VM.State)"
    @{ is = "$($states[($state -replace 'Critical$')])"; critical = $state -like '*Critical'; told = Get-AsrVMState -VM $VM }
}

$services = @{
    '6c09bb55-d683-4da0-8931-c9bf705f6480' = 'guest_service_interface'
    '84eaae65-2f2e-45f5-9bb5-0e857dc8eb47' = 'heartbeat'
    '2a34b1c2-fd73-4043-8a5b-dd2159bc743f' = 'key_value_pair_exchange'
    '9f8233ac-be49-4c79-8ee3-e7e1985b2077' = 'shutdown'
    '2497f4de-e9fa-4204-80e4-4b75c46419c0' = 'time_synchronization'
    '5ced1297-4598-4915-a5fc-ad21bb4d02a4' = 'vss'
}

function Get-AsrServiceName {
    # Which integration service this is. Its own name is in the language of the host; its id ends in what it is.
    param([object]$Service)

    $id = ("$($Service.Id)" -split '\\')[-1].ToLower()
    if ($services.ContainsKey($id)) { $services[$id] } else { $id }
}

function Get-AsrReplicationNumber {
    # The state of each replication as a number of Msvm_ReplicationRelationship, by the id of the VM. Hyper-V's own words have none for
    # a failback (13) and its end (14) of a VM that is a primary one, and say Disabled.
    $numbers = @{}
    try {
        $found = Get-CimInstance -Namespace 'root\virtualization\v2' -ClassName Msvm_ReplicationRelationship -OperationTimeoutSec $patience -ErrorAction Stop
    }
    catch {
        # as a word that is not understood: what may not be told is null
        return $numbers
    }
    foreach ($one in $found) {
        if ("$($one.InstanceID)" -match 'Microsoft:([0-9a-f-]{36})\\HVR\\0') {
            $numbers[$Matches[1].ToLower()] = [int]$one.ReplicationState
        }
    }
    $numbers
}

function Get-AsrReplication {
    # What Hyper-V says of a VM's replication, in its own words, and the number behind them where it is among these.
    param([object]$VM, [hashtable]$Numbers)

    @{
        mode = "$($VM.ReplicationMode)"
        state = "$($VM.ReplicationState)"
        health = "$($VM.ReplicationHealth)"
        number = $Numbers["$($VM.Id)".ToLower()]
    }
}

function Get-AsrProperty {
    # A property that Hyper-V may not have, as in older versions of Windows.
    param([object]$Of, [string]$Name, [object]$Default = $null)

    $property = if ($null -ne $Of) { $Of.PSObject.Properties[$Name] }
    if ($property -and $null -ne $property.Value) { $property.Value } else { $Default }
}

function Get-AsrVlan {
    # The VLAN of an adapter: 0 without a tag, $null where it is in a mode with more than one VLAN.
    param([object]$Setting)

    switch ("$($Setting.OperationMode)") {
        'Access' { [int]$Setting.AccessVlanId }
        'Untagged' { 0 }
        default { $null }
    }
}

function Get-AsrVMVersion {
    # The configuration versions of VMs that this host can run; none where it does not tell, as before Windows Server 2016.
    try {
        @(Hyper-V\Get-VMHostSupportedVersion | ForEach-Object { "$($_.Version)" })
    }
    catch {
        # a cmdlet that is not there throws, whatever its ErrorAction
        @()
    }
}

function Get-AsrHostGuardian {
    # The certificates whose keys this host has to open the TPMs of VMs, by their thumbprints.
    $store = Get-ChildItem -Path 'Cert:\LocalMachine\Shielded VM Local Certificates' -ErrorAction SilentlyContinue
    @($store | Where-Object { $_ -and $_.HasPrivateKey } | ForEach-Object { "$($_.Thumbprint)" } | Sort-Object -Unique)
}

Export-ModuleMember -Function *-Asr*
