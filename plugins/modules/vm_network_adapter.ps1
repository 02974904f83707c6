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
        adapter = @{ type = 'str' }
        connected = @{ type = 'bool' }
        virtual_switch = @{ type = 'str' }
        vlan = @{ type = 'int' }
        mac_address = @{ type = 'str' }
    }
    mutually_exclusive = @(, @('id', 'name'))
    required_one_of = @(@('id', 'name'), @('connected', 'virtual_switch', 'vlan', 'mac_address'))
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

$options = 'virtual_switch', 'vlan', 'mac_address'

function Assert-Argument {
    # Fails the task on what no adapter can have. Returns the MAC address as Hyper-V writes it, `dynamic`, or nothing.
    $vlan = $module.Params.vlan
    if ($null -ne $vlan -and ($vlan -lt 0 -or $vlan -gt 4094)) {
        $module.FailJson("vlan: $vlan is not allowed. Allowed: 1 to 4094, or 0 for no tag.")
    }
    if ($module.Params.virtual_switch -and $module.Params.connected -eq $false) {
        $module.FailJson("virtual_switch: an adapter that is not connected has none. Leave it out, or connected.")
    }
    $mac = $module.Params.mac_address
    if ($null -eq $mac -or $mac -eq 'dynamic') {
        return $mac
    }
    $plain = ($mac -replace '[-:.]').ToUpper()
    if ($plain -notmatch '^[0-9A-F][02468ACE][0-9A-F]{10}$') {
        $module.FailJson("mac_address: '$mac' is not allowed. Allowed: 12 hexadecimal digits of an address that is not a group's, or dynamic.")
    }
    $plain
}

function Get-Adapter {
    # The adapter that is meant; fails the task when there is none, or when it is not clear which one.
    param([object]$VM)

    $called = $module.Params.adapter
    try {
        $found = @(Hyper-V\Get-VMNetworkAdapter -VM $VM | Where-Object { $null -eq $called -or $_.Name -eq $called })
    }
    catch {
        $module.FailJson("Cannot read the network adapters of '$($VM.Name)': $_", $_)
    }
    if ($found.Count -ne 1) {
        $which = if ($called) { " called '$called'" } else { '' }
        $module.FailJson("'$($VM.Name)' has $($found.Count) network adapters$which. Say which one with the option adapter; names have to be unique.")
    }
    $found[0]
}

function Get-Fact {
    # An adapter as it is. The MAC address of one that has none of its own is dynamic.
    param([object]$Adapter)

    $isDynamic = [bool](Get-AsrProperty -Of $Adapter -Name DynamicMacAddressEnabled -Default $true)
    @{
        name = $Adapter.Name
        virtual_switch = if ("$($Adapter.SwitchName)") { $Adapter.SwitchName } else { $null }
        vlan = Get-AsrVlan -Setting $Adapter.VlanSetting
        mac_address = if ($isDynamic) { 'dynamic' } else { $Adapter.MacAddress }
    }
}

function Get-Switch {
    # The switch with a name; fails the task when there is none.
    param([string]$Name)

    try {
        $found = @(Hyper-V\Get-VMSwitch | Where-Object { $_.Name -eq $Name })
    }
    catch {
        $module.FailJson("Cannot list the virtual switches of ${env:COMPUTERNAME}: $_", $_)
    }
    if ($found.Count -ne 1) {
        $module.FailJson("There are $($found.Count) virtual switches called '$Name' on $env:COMPUTERNAME. asr.hyperv.host_info lists those that are there.")
    }
    $found[0]
}

function Set-Adapter {
    # Changes what is different, the switch at last: what is plugged in has its VLAN already.
    param([object]$Adapter, [hashtable]$After, [string[]]$Change, [object]$Switch)

    if ('mac_address' -in $Change) {
        if ($After.mac_address -eq 'dynamic') {
            Hyper-V\Set-VMNetworkAdapter -VMNetworkAdapter $Adapter -DynamicMacAddress -WhatIf:$module.CheckMode
        }
        else {
            Hyper-V\Set-VMNetworkAdapter -VMNetworkAdapter $Adapter -StaticMacAddress $After.mac_address -WhatIf:$module.CheckMode
        }
    }
    if ('vlan' -in $Change -and $After.vlan -eq 0) {
        Hyper-V\Set-VMNetworkAdapterVlan -VMNetworkAdapter $Adapter -Untagged -WhatIf:$module.CheckMode
    }
    elseif ('vlan' -in $Change) {
        Hyper-V\Set-VMNetworkAdapterVlan -VMNetworkAdapter $Adapter -Access -VlanId $After.vlan -WhatIf:$module.CheckMode
    }
    if ('virtual_switch' -in $Change -and $Switch) {
        Hyper-V\Connect-VMNetworkAdapter -VMNetworkAdapter $Adapter -VMSwitch $Switch -WhatIf:$module.CheckMode
    }
    elseif ('virtual_switch' -in $Change) {
        Hyper-V\Disconnect-VMNetworkAdapter -VMNetworkAdapter $Adapter -WhatIf:$module.CheckMode
    }
}

$mac = Assert-Argument
Assert-AsrHyperV -Module $module
$vm = Get-AsrVM -Module $module -Id $module.Params.id -Name $module.Params.name
$adapter = Get-Adapter -VM $vm
$before = Get-Fact -Adapter $adapter
$after = $before.Clone()
$switch = $null
if ($module.Params.virtual_switch) {
    $switch = Get-Switch -Name $module.Params.virtual_switch
    $after.virtual_switch = $switch.Name
}
elseif ($module.Params.connected -eq $false) {
    $after.virtual_switch = $null
}
elseif ($module.Params.connected -and -not $before.virtual_switch) {
    $module.FailJson("The network adapter '$($before.name)' of '$($vm.Name)' is plugged into nothing. Give virtual_switch, where to plug it in.")
}
if ($null -ne $module.Params.vlan) { $after.vlan = $module.Params.vlan }
if ($mac) { $after.mac_address = $mac }
$changes = @($options | Where-Object { $before[$_] -ne $after[$_] })
if ('mac_address' -in $changes -and (Get-AsrVMPower -VM $vm).is -ne 'stopped') {
    $module.FailJson("mac_address: Hyper-V changes it only while a VM is off, and '$($vm.Name)' is $(Get-AsrVMState -VM $vm).")
}
$module.Diff.before = $before
$module.Diff.after = $after
if ($changes.Count -gt 0) {
    try {
        Set-Adapter -Adapter $adapter -After $after -Change $changes -Switch $switch
    }
    catch {
        $module.FailJson("Cannot change the network adapter '$($before.name)' of '$($vm.Name)': $_", $_)
    }
    $module.Result.changed = $true
}
$is = if ($module.CheckMode -or $changes.Count -eq 0) { $after } else { Get-Fact -Adapter (Get-Adapter -VM $vm) }
$module.Result.network_adapter = $is
$different = @($options | Where-Object { $is[$_] -ne $after[$_] })
if ($different) {
    $module.FailJson("The network adapter '$($before.name)' of '$($vm.Name)' was changed, and is not what was asked for: $($different -join ', ').")
}
$module.ExitJson()
