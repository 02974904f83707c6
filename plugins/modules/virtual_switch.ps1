#!powershell

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._HyperV
#AnsibleRequires -PowerShell ..module_utils._VMSwitch

Set-StrictMode -Version Latest

$spec = @{
    options = @{
        name = @{ type = 'str'; required = $true }
        state = @{ type = 'str'; choices = 'present', 'absent'; default = 'present' }
        type = @{ type = 'str'; choices = 'external', 'internal', 'private' }
        net_adapter = @{ type = 'str' }
        net_adapters = @{ type = 'list'; elements = 'str' }
        allow_management_os = @{ type = 'bool' }
        management_vlan = @{ type = 'int' }
    }
    mutually_exclusive = @(, @('net_adapter', 'net_adapters'))
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

$name = $module.Params.name
$options = 'type', 'net_adapters', 'allow_management_os', 'management_vlan'
$rules = @{  # what an option needs that was given and cannot be on the switch as it will be
    type = ''
    net_adapters = 'Only an external switch has an adapter.'
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

function Get-Given {
    # The options that were given, with the adapters by the names that they have on the host.
    param([object]$Before)

    $given = @{}
    foreach ($option in 'type', 'allow_management_os', 'management_vlan') {
        if ($null -ne $module.Params[$option]) { $given[$option] = $module.Params[$option] }
    }
    if ($given.ContainsKey('type')) { $given.type = $given.type.ToLower() }
    $names = @($module.Params.net_adapter) + @($module.Params.net_adapters) | Where-Object { $null -ne $_ }
    if ($names -and $module.Params.state -eq 'present') {
        $cards = Resolve-AsrNetAdapter -Name $names
        $one = $module.Params.net_adapter
        $isMember = $one -and $Before -and $Before.teaming -and $one -in $Before.net_adapters  # a member names its team
        $given.net_adapters = @(if ($isMember) { $Before.net_adapters } else { $cards.names })
    }
    $given
}

function Get-Wanted {
    # The switch as it will be: what it is, changed by the options that were given.
    param([object]$Before, [hashtable]$Given)

    $start = if ($Before) { $Before } else { @{ type = 'external'; net_adapters = @(); allow_management_os = $true; management_vlan = 0 } }
    $wanted = @{}
    foreach ($option in $options) {
        $from = if ($Given.ContainsKey($option)) { $Given } else { $start }
        $wanted[$option] = $from[$option]  # not out of the if, where a list of one is no list
    }
    if ($wanted.type -ne 'external') {
        $wanted.net_adapters = @()
        $wanted.allow_management_os = $wanted.type -eq 'internal'
    }
    if (-not $wanted.allow_management_os) {
        $wanted.management_vlan = $null
    }
    elseif (-not $start.allow_management_os -and -not $Given.ContainsKey('management_vlan')) {
        $wanted.management_vlan = 0  # as Hyper-V makes the adapter
    }
    foreach ($option in @($Given.Keys)) {
        if (-not (Test-AsrSame $Given[$option] $wanted[$option])) {
            $called = if ($option -eq 'net_adapters' -and $module.Params.net_adapter) { 'net_adapter' } else { $option }
            $module.FailJson(
                "${called}: $($Given[$option] -join ', ') cannot be on the switch '$name' of $env:COMPUTERNAME, whose type is $($wanted.type) " +
                "and whose allow_management_os is $($wanted.allow_management_os). $($rules[$option]) Change these or leave $called out."
            )
        }
    }
    $cards = Resolve-AsrNetAdapter -Name @($Given['net_adapters'])
    if ($cards.missing) {
        $module.FailJson(
            "There is no network adapter '$($cards.missing -join "', '")' on $env:COMPUTERNAME. It has '$($cards.there -join "', '")'."
        )
    }
    $wanted
}

function Set-Switch {
    # Makes, changes or removes the switch.
    param([object]$Found, [object]$Before, [object]$After)

    if (-not $After) {
        Hyper-V\Remove-VMSwitch -VMSwitch $Found -Force -WhatIf:$module.CheckMode
        return
    }
    $isExternal = $After.type -eq 'external'
    $newType = -not $Before -or $Before.type -ne $After.type
    $newAdapter = $newType -or -not (Test-AsrSame $Before.net_adapters $After.net_adapters)
    $setting = @{ AllowManagementOS = $After.allow_management_os }
    if ($isExternal -and $newAdapter) {
        $setting.NetAdapterName = if ($Before) { $After.net_adapters[0] } else { $After.net_adapters }  # to change one it takes no list
    }
    if (-not $Before) {
        $kind = if ($isExternal) { $setting } else { @{ SwitchType = $After.type } }
        if ($module.Params.net_adapters) { $kind.EnableEmbeddedTeaming = $true }
        $null = Hyper-V\New-VMSwitch -Name $name @kind -WhatIf:$module.CheckMode
    }
    elseif ($isExternal -and ($newAdapter -or $Before.allow_management_os -ne $After.allow_management_os)) {
        Hyper-V\Set-VMSwitch -VMSwitch $Found @setting -WhatIf:$module.CheckMode
    }
    elseif ($newType) {
        Hyper-V\Set-VMSwitch -VMSwitch $Found -SwitchType $After.type -WhatIf:$module.CheckMode
    }
    # an adapter of the management OS that is made new has no tag
    $vlan = if ($newType -or -not $Before.allow_management_os) { 0 } else { $Before.management_vlan }
    if ($null -ne $After.management_vlan -and $After.management_vlan -ne $vlan -and -not $module.CheckMode) {
        Set-AsrManagementVlan -SwitchName $name -Vlan $After.management_vlan
    }
}

function Read-Switch {
    # The switch of this name with what is told of it, and the VMs that use it; a name that is not unique is refused.
    $told = $null
    $users = @()
    try {
        $found = @(Hyper-V\Get-VMSwitch | Where-Object { $_.Name -eq $name })
        if ($found.Count -eq 1) {
            $told = Get-AsrSwitch -VMSwitch $found[0]
            $plugs = if ($module.Params.state -eq 'absent') { Hyper-V\Get-VMNetworkAdapter -All }
            $users = @($plugs | Where-Object { $_.SwitchName -eq $told.name -and $_.VMName } | ForEach-Object { $_.VMName })
        }
    }
    catch {
        $module.FailJson("Cannot read the virtual switches of ${env:COMPUTERNAME}: $_", $_)
    }
    if ($found.Count -gt 1) {
        $module.FailJson("$($found.Count) virtual switches of $env:COMPUTERNAME are called '$name'. Rename all but one of them.")
    }
    @{ found = $found | Select-Object -First 1; told = $told; users = $users }
}

Assert-AsrNamed -Module $module
Assert-Vlan
Assert-AsrHyperV -Module $module
$now = Read-Switch
$before = $now.told
if ($before) { $name = $before.name }
$after = $null
if ($module.Params.state -eq 'present') {
    $after = Get-Wanted -Before $before -Given (Get-Given -Before $before)
    $after.name = $name
    $after.teaming = if ($before) { $before.teaming } else { [bool]$module.Params.net_adapters }
}
$changes = @($options | Where-Object { $before -and $after -and -not (Test-AsrSame $before[$_] $after[$_]) })
$changed = ([bool]$before -ne [bool]$after) -or $changes.Count -gt 0
$module.Diff.before = if ($before) { Get-AsrSwitchResult -Switch $before } else { @{} }
$module.Diff.after = if ($after) { Get-AsrSwitchResult -Switch $after } else { @{} }
$objection = if ($changed) { Get-AsrSwitchObjection -Before $before -After $after }
if ($now.users) {
    $objection = "The switch '$name' of $env:COMPUTERNAME is in use by $($now.users -join ', '). Plug them into another one first."
}
if ($objection) {
    $module.FailJson($objection)
}

if ($changed) {
    try {
        Set-Switch -Found $now.found -Before $before -After $after
    }
    catch {
        $module.FailJson("Cannot make the switch '$name' of $env:COMPUTERNAME $($module.Params.state): $_", $_)
    }
    $module.Result.changed = $true
}
$is = $after
if ($changed -and $after -and -not $module.CheckMode) {
    $is = (Read-Switch).told  # what it is, not what was asked for
}
$module.Result.virtual_switch = Get-AsrSwitchResult -Switch $is
$different = @($options | Where-Object { $after -and -not (Test-AsrSame $(if ($is) { $is[$_] }) $after[$_]) })
if ($different) {
    $module.FailJson("The switch '$name' of $env:COMPUTERNAME was changed, and is not what was asked for: $($different -join ', ').")
}
$module.ExitJson()
