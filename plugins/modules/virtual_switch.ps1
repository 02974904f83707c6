#!powershell

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._HyperV

Set-StrictMode -Version Latest

$spec = @{
    options = @{
        name = @{ type = 'str'; required = $true }
        state = @{ type = 'str'; choices = 'present', 'absent'; default = 'present' }
        type = @{ type = 'str'; choices = 'external', 'internal', 'private' }
        net_adapter = @{ type = 'str' }
        allow_management_os = @{ type = 'bool' }
        management_vlan = @{ type = 'int' }
    }
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

$name = $module.Params.name
$options = 'type', 'net_adapter', 'allow_management_os', 'management_vlan'
$rules = @{
    net_adapter = 'Only an external switch has an adapter.'
    allow_management_os = 'An internal switch always allows the management OS, a private one never does.'
    management_vlan = 'It needs a switch that the management OS is allowed on.'
}

function Assert-Vlan {
    # Fails the task on a VLAN that does not exist.
    $vlan = $module.Params.management_vlan
    if ($null -ne $vlan -and ($vlan -lt 0 -or $vlan -gt 4094)) {
        $module.FailJson("management_vlan: $vlan is not allowed. Allowed: 1 to 4094, or 0 for no tag.")
    }
}

function Assert-Kept {
    # Fails the task when an option that was given cannot be on the switch as it will be.
    param([hashtable]$Wanted)

    foreach ($option in $options) {
        $given = $module.Params[$option]
        if ($null -ne $given -and $given -ne $Wanted[$option]) {
            $module.FailJson(
                "${option}: $given cannot be on the switch '$name' of $env:COMPUTERNAME, whose type is $($Wanted.type) and whose " +
                "allow_management_os is $($Wanted.allow_management_os). $($rules[$option]) Change these or leave $option out."
            )
        }
    }
}

function Find-Switch {
    # The switch of this name, or nothing; a name that is not unique is refused.
    try {
        $found = @(Get-VMSwitch | Where-Object { $_.Name -eq $name })
    }
    catch {
        $module.FailJson("Cannot list the virtual switches of ${env:COMPUTERNAME}: $_", $_)
    }
    if ($found.Count -gt 1) {
        $module.FailJson("$($found.Count) virtual switches of $env:COMPUTERNAME are called '$name'. Rename all but one of them.")
    }
    if ($found.Count -eq 1) {
        $found[0]
    }
}

function Get-Wanted {
    # The switch as it will be: what it is, changed by the options that were given.
    param([object]$Before)

    $wanted = @{ type = 'external'; net_adapter = $null; allow_management_os = $true; management_vlan = $null }
    foreach ($option in $options) {
        if ($null -ne $Before) {
            $wanted[$option] = $Before[$option]
        }
        if ($null -ne $module.Params[$option]) {
            $wanted[$option] = $module.Params[$option]
        }
    }
    if ($wanted.type -ne 'external') {
        $wanted.net_adapter = $null
        $wanted.allow_management_os = $wanted.type -eq 'internal'
    }
    if (-not $wanted.allow_management_os) {
        $wanted.management_vlan = $null
    }
    elseif ($null -eq $wanted.management_vlan -and $null -eq $Before) {
        $wanted.management_vlan = 0
    }
    Assert-Kept -Wanted $wanted
    $isExternal = $null -ne $Before -and $Before.type -eq 'external'  # a team of adapters has no single name
    if ($wanted.type -eq 'external' -and -not $wanted.net_adapter -and -not $isExternal) {
        $module.FailJson("An external switch needs net_adapter, the name of the network adapter of $env:COMPUTERNAME it goes through.")
    }
    $wanted
}

function New-Switch {
    # Makes the switch.
    param([hashtable]$Wanted)

    if ($Wanted.type -eq 'external') {
        $through = @{ NetAdapterName = $Wanted.net_adapter; AllowManagementOS = $Wanted.allow_management_os }
        $null = New-VMSwitch -Name $name @through -WhatIf:$module.CheckMode
    }
    else {
        $null = New-VMSwitch -Name $name -SwitchType $Wanted.type -WhatIf:$module.CheckMode
    }
}

function Set-Switch {
    # Changes type, adapter or management OS of a switch that is there.
    param([object]$VMSwitch, [hashtable]$Wanted)

    if ($Wanted.type -eq 'external') {
        $through = @{ AllowManagementOS = $Wanted.allow_management_os }
        if ($Wanted.net_adapter) {
            $through.NetAdapterName = $Wanted.net_adapter
        }
        Set-VMSwitch -VMSwitch $VMSwitch @through -WhatIf:$module.CheckMode
    }
    else {
        Set-VMSwitch -VMSwitch $VMSwitch -SwitchType $Wanted.type -WhatIf:$module.CheckMode
    }
}

function Set-ManagementVlan {
    # Tags, or does not tag, what the management OS sends through the switch.
    param([int]$Vlan)

    if ($module.CheckMode) {  # the adapter may not be there yet
        return
    }
    $adapters = @(Find-AsrManagementAdapter -SwitchName $name)
    if ($adapters.Count -eq 0) {
        throw "the management OS has no network adapter on it"
    }
    foreach ($adapter in $adapters) {
        if ($Vlan -eq 0) {
            Set-VMNetworkAdapterVlan -VMNetworkAdapter $adapter -Untagged
        }
        else {
            Set-VMNetworkAdapterVlan -VMNetworkAdapter $adapter -Access -VlanId $Vlan
        }
    }
}

function Assert-Unused {
    # Fails the task when a VM is plugged into the switch.
    $users = @(Get-VMNetworkAdapter -All | Where-Object { $_.SwitchName -eq $name -and $_.VMName } | ForEach-Object { $_.VMName })
    if ($users.Count -gt 0) {
        $module.FailJson("The switch '$name' of $env:COMPUTERNAME is in use by $($users -join ', '). Plug them into another one first.")
    }
}

Assert-Vlan
Assert-AsrHyperV -Module $module
$found = Find-Switch
$before = if ($found) { Get-AsrSwitch -VMSwitch $found } else { $null }
$after = if ($module.Params.state -eq 'present') { Get-Wanted -Before $before } else { $null }
$changes = @($options | Where-Object { $before -and $after -and $before[$_] -ne $after[$_] })
$vlanBefore = if ($before) { $before.management_vlan } else { 0 }
$module.Diff.before = @{}
$module.Diff.after = @{}
foreach ($option in $options) {
    if ($before) { $module.Diff.before[$option] = $before[$option] }
    if ($after) { $module.Diff.after[$option] = $after[$option] }
}
if ($before -and -not $after) {
    Assert-Unused
}

try {
    if ($before -and -not $after) {
        Remove-VMSwitch -VMSwitch $found -Force -WhatIf:$module.CheckMode
    }
    elseif ($after -and -not $before) {
        New-Switch -Wanted $after
    }
    elseif ($changes | Where-Object { $_ -ne 'management_vlan' }) {
        Set-Switch -VMSwitch $found -Wanted $after
    }
    if ($after -and $null -ne $after.management_vlan -and $after.management_vlan -ne $vlanBefore) {
        Set-ManagementVlan -Vlan $after.management_vlan
    }
}
catch {
    $module.FailJson("Cannot make the switch '$name' of $env:COMPUTERNAME $($module.Params.state): $_", $_)
}
$module.Result.virtual_switch = if ($after) { @{ name = $name } + $after } else { $null }
$module.Result.changed = ([bool]$before -ne [bool]$after) -or $changes.Count -gt 0
$module.ExitJson()
