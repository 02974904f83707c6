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
# Each property of a switch: what a new one has, and what it is on the switch as it will be, which the rows before it decide.
$properties = @(
    @{
        Option = 'type'
        New = 'external'
        Settled = { param($Wanted) $Wanted.type }
        Rule = ''
    }
    @{
        Option = 'net_adapter'
        New = $null
        Settled = { param($Wanted) if ($Wanted.type -eq 'external') { $Wanted.net_adapter } else { $null } }
        Rule = 'Only an external switch has an adapter.'
    }
    @{
        Option = 'allow_management_os'
        New = $true
        Settled = { param($Wanted) if ($Wanted.type -eq 'external') { $Wanted.allow_management_os } else { $Wanted.type -eq 'internal' } }
        Rule = 'An internal switch always allows the management OS, a private one never does.'
    }
    @{
        Option = 'management_vlan'
        New = 0
        Settled = { param($Wanted) if ($Wanted.allow_management_os) { $Wanted.management_vlan } else { $null } }
        Rule = 'It needs a switch that the management OS is allowed on.'
    }
)

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

    foreach ($property in $properties) {
        $option = $property.Option
        $given = $module.Params[$option]
        if ($null -ne $given -and $given -ne $Wanted[$option]) {
            $module.FailJson(
                "${option}: $given cannot be on the switch '$name' of $env:COMPUTERNAME, whose type is $($Wanted.type) and whose " +
                "allow_management_os is $($Wanted.allow_management_os). $($property.Rule) Change these or leave $option out."
            )
        }
    }
}

function Find-Switch {
    # The switch of this name, or nothing; a name that is not unique is refused.
    try {
        $found = @(Hyper-V\Get-VMSwitch | Where-Object { $_.Name -eq $name })
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

    $wanted = @{}
    foreach ($property in $properties) {
        $option = $property.Option
        $wanted[$option] = if ($null -ne $Before) { $Before[$option] } else { $property.New }
        if ($null -ne $module.Params[$option]) {
            $wanted[$option] = $module.Params[$option]
        }
        $wanted[$option] = & $property.Settled $wanted
    }
    Assert-Kept -Wanted $wanted
    $isExternal = $null -ne $Before -and $Before.type -eq 'external'  # a team of adapters has no single name
    if ($wanted.type -eq 'external' -and -not $wanted.net_adapter -and -not $isExternal) {
        $module.FailJson("An external switch needs net_adapter, the name of the network adapter of $env:COMPUTERNAME it goes through.")
    }
    $wanted
}

function Get-Setting {
    # A switch in the parameters of New-VMSwitch and Set-VMSwitch, for which external is what has an adapter and no type.
    param([hashtable]$Wanted)

    if ($Wanted.type -ne 'external') {
        return @{ SwitchType = $Wanted.type }
    }
    $setting = @{ AllowManagementOS = $Wanted.allow_management_os }
    if ($Wanted.net_adapter) {
        $setting.NetAdapterName = $Wanted.net_adapter
    }
    $setting
}

function Set-ManagementVlan {
    # Tags, or does not tag, what the management OS sends through the switch.
    param([int]$Vlan)

    if ($module.CheckMode) {
        # the adapter may not be there yet
        return
    }
    $adapters = @(Find-AsrManagementAdapter -SwitchName $name)
    if ($adapters.Count -eq 0) {
        throw "the management OS has no network adapter on it"
    }
    foreach ($adapter in $adapters) {
        if ($Vlan -eq 0) {
            Hyper-V\Set-VMNetworkAdapterVlan -VMNetworkAdapter $adapter -Untagged
        }
        else {
            Hyper-V\Set-VMNetworkAdapterVlan -VMNetworkAdapter $adapter -Access -VlanId $Vlan
        }
    }
}

function Assert-Unused {
    # Fails the task when a VM is plugged into the switch.
    $users = @(Hyper-V\Get-VMNetworkAdapter -All | Where-Object { $_.SwitchName -eq $name -and $_.VMName } | ForEach-Object { $_.VMName })
    if ($users.Count -gt 0) {
        $module.FailJson("The switch '$name' of $env:COMPUTERNAME is in use by $($users -join ', '). Plug them into another one first.")
    }
}

Assert-Vlan
Assert-AsrHyperV -Module $module
$found = Find-Switch
$before = if ($found) { Get-AsrSwitch -VMSwitch $found } else { $null }
$after = if ($module.Params.state -eq 'present') { Get-Wanted -Before $before } else { $null }
$options = @($properties | ForEach-Object { $_.Option })
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
        Hyper-V\Remove-VMSwitch -VMSwitch $found -Force -WhatIf:$module.CheckMode
    }
    elseif ($after -and -not $before) {
        $setting = Get-Setting -Wanted $after
        $null = Hyper-V\New-VMSwitch -Name $name @setting -WhatIf:$module.CheckMode
    }
    elseif ($changes | Where-Object { $_ -ne 'management_vlan' }) {
        $setting = Get-Setting -Wanted $after
        Hyper-V\Set-VMSwitch -VMSwitch $found @setting -WhatIf:$module.CheckMode
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
