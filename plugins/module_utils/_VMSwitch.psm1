# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

#AnsibleRequires -PowerShell ..module_utils._HyperV

Set-StrictMode -Version Latest

function Get-AsrSwitch {
    # A virtual switch as virtual_switch and host_info show it. A switch only knows the descriptions of its adapters; one that no
    # adapter has is left out. Throws what the cmdlets say.
    param([object]$VMSwitch)

    $one = "$($VMSwitch.NetAdapterInterfaceDescription)"
    $descriptions = @(Get-AsrProperty -Of $VMSwitch -Name NetAdapterInterfaceDescriptions -Default @($one) | Where-Object { $_ })
    $cards = if ($descriptions.Count -gt 0) { Get-NetAdapter | Where-Object { $_.InterfaceDescription -in $descriptions } }
    $names = @($cards | ForEach-Object { $_.Name } | Sort-Object)
    $managed = @(if ($VMSwitch.AllowManagementOS) { Find-AsrManagementAdapter -SwitchName $VMSwitch.Name })
    $told = @($managed | ForEach-Object {
        @{ name = $_.Name; vlan = Get-AsrVlan -Setting (Hyper-V\Get-VMNetworkAdapterVlan -VMNetworkAdapter $_) }
    })
    $vlans = @($told | ForEach-Object { "$($_.vlan)" } | Select-Object -Unique)
    @{
        name = $VMSwitch.Name
        id = "$($VMSwitch.Id)"
        type = "$($VMSwitch.SwitchType)".ToLower()
        net_adapter = if ($names.Count -eq 1) { $names[0] } else { $null }
        net_adapters = $names
        teaming = [bool](Get-AsrProperty -Of $VMSwitch -Name EmbeddedTeamingEnabled)
        allow_management_os = [bool]$VMSwitch.AllowManagementOS
        management_vlan = if ($vlans.Count -eq 1) { $told[0].vlan } else { $null }
        management_adapters = $told
    }
}

function Find-AsrManagementAdapter {
    # The adapters of the management OS on a switch. The name is compared, not given to the cmdlet, to which `*` may mean all.
    param([string]$SwitchName)

    @(Hyper-V\Get-VMNetworkAdapter -ManagementOS -ErrorAction SilentlyContinue | Where-Object { $_.SwitchName -eq $SwitchName })
}

function Test-AsrSame {
    # Whether two values of an option are the same; adapters in any order, and names in any case.
    param([object]$One, [object]$Other)

    (@($One | ForEach-Object { "$_" } | Sort-Object) -join "`n") -eq (@($Other | ForEach-Object { "$_" } | Sort-Object) -join "`n")
}

function Get-AsrSeveral {
    # The adapters of the management OS on a switch, in words.
    param([hashtable]$Switch)

    $names = @($Switch.management_adapters | ForEach-Object { $_.name }) -join ', '
    "the management OS of $env:COMPUTERNAME has several adapters on the switch '$($Switch.name)': $names"
}

function Resolve-AsrNetAdapter {
    # Network adapters by the names that they have on this host, and those that are `missing` among them, `there` are all.
    param([string[]]$Name)

    $Name = @($Name | Where-Object { $_ })
    $there = @(if ($Name) { Get-NetAdapter | ForEach-Object { $_.Name } | Sort-Object })
    $names = @(foreach ($one in $Name) {
        $known = @($there | Where-Object { $_ -eq $one })
        if ($known.Count -gt 0) { $known[0] } else { $one }
    })
    @{ names = @($names | Sort-Object -Unique); missing = @($names | Where-Object { $_ -notin $there }); there = $there }
}

function Get-AsrSwitchObjection {
    # Why a switch cannot become another one, or be removed where that is nothing: what Hyper-V would not do, and what would cut off
    # more than was asked for. Nothing when it can.
    param([hashtable]$Before, [hashtable]$After)

    $isExternal = $null -ne $Before -and $Before.type -eq 'external'  # its adapter may have no name that is known
    if ($After -and $After.type -eq 'external' -and $After.net_adapters.Count -eq 0 -and -not $isExternal) {
        return "An external switch needs net_adapter, the name of the network adapter of $env:COMPUTERNAME it goes through, or net_adapters."
    }
    if (-not $Before) {
        return
    }
    $several = $Before.management_adapters.Count -gt 1
    if ($several -and (-not $After -or $After.type -ne $Before.type -or -not $After.allow_management_os)) {
        return "That would remove them all: $(Get-AsrSeveral -Switch $Before). Remove those that may go with Remove-VMNetworkAdapter first."
    }
    if (-not $After) {
        return
    }
    if ($several -and $After.management_vlan -ne $Before.management_vlan) {
        return "management_vlan: $(Get-AsrSeveral -Switch $Before). Set their VLANs with Set-VMNetworkAdapterVlan."
    }
    $otherTeam = $After.type -ne $Before.type -or -not (Test-AsrSame $Before.net_adapters $After.net_adapters)
    if ($otherTeam -and ($Before.teaming -or $After.net_adapters.Count -gt 1)) {
        return "The switch '$($Before.name)' of $env:COMPUTERNAME goes through '$($Before.net_adapters -join "', '")'" +
            "$(if ($Before.teaming) { ' as a team' }), and Hyper-V makes no other team of a switch that is there. Change its members with " +
            "Set-VMSwitchTeam, or make the switch anew."
    }
}

function Set-AsrManagementVlan {
    # Tags, or does not tag, what the management OS sends through a switch.
    param([string]$SwitchName, [int]$Vlan)

    $adapters = @(Find-AsrManagementAdapter -SwitchName $SwitchName)
    if ($adapters.Count -ne 1) {
        throw "the management OS has $($adapters.Count) network adapters on it"
    }
    if ($Vlan -eq 0) {
        Hyper-V\Set-VMNetworkAdapterVlan -VMNetworkAdapter $adapters[0] -Untagged
    }
    else {
        Hyper-V\Set-VMNetworkAdapterVlan -VMNetworkAdapter $adapters[0] -Access -VlanId $Vlan
    }
}

function Get-AsrSwitchResult {
    # A switch as virtual_switch returns it: one that is there, or one as it will be.
    param([hashtable]$Switch)

    if (-not $Switch) {
        return $null
    }
    @{
        name = $Switch.name
        type = $Switch.type
        net_adapter = if ($Switch.net_adapters.Count -eq 1) { $Switch.net_adapters[0] } else { $null }
        net_adapters = @($Switch.net_adapters)
        teaming = $Switch.teaming
        allow_management_os = $Switch.allow_management_os
        management_vlan = $Switch.management_vlan
    }
}

Export-ModuleMember -Function *-Asr*
