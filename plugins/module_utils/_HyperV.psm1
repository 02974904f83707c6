# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

Set-StrictMode -Version Latest

$places = @{
    SiteRecoveryKey = 'HKLM:\SOFTWARE\Microsoft\Azure Site Recovery'
    ReplicationKey = 'HKLM:\SOFTWARE\Microsoft\Windows Azure Backup\Replication'
    Configurator = "$env:ProgramFiles\Microsoft Azure Site Recovery Provider\DRConfigurator.exe"
    AgentFolder = "$env:ProgramFiles\Microsoft Azure Recovery Services Agent\bin"
}

function Get-AsrPlace {
    # Where Site Recovery keeps its things on a host.
    param([string]$Name)

    $places[$Name]
}

function Get-AsrRegistryValue {
    # A registry value; nothing where the key or the value is missing.
    param([string]$Path, [string]$Name)

    if (Test-Path -LiteralPath $Path) {
        (Get-Item -LiteralPath $Path).GetValue($Name)
    }
}

function Get-AsrFileVersion {
    # The version of a program file; nothing where there is no such file.
    param([string]$Path)

    if (Test-Path -LiteralPath $Path) {
        (Get-Item -LiteralPath $Path).VersionInfo.FileVersion
    }
}

function Get-AsrService {
    # State and start mode of a service, in Ansible's words; a service that is not there is 'absent'.
    param([string]$Name)

    $service = Get-CimInstance -ClassName Win32_Service -Filter "Name = '$Name'"
    if ($null -eq $service) {
        return @{ state = 'absent'; start_mode = $null }
    }
    $state = if ($service.State -eq 'Running') { 'started' } else { "$($service.State)".ToLower() }
    @{ state = $state; start_mode = "$($service.StartMode)".ToLower() }
}

function Test-AsrHyperV {
    # Whether Hyper-V's own PowerShell module can be used here.
    [bool](Get-Command -Name Get-VM -Module Hyper-V -ErrorAction SilentlyContinue)
}

function Assert-AsrHyperV {
    # Fails the task on a host without Hyper-V and its PowerShell module.
    param([object]$Module)

    if (-not (Test-AsrHyperV)) {
        $Module.FailJson(
            "Cannot find the Hyper-V PowerShell module on $env:COMPUTERNAME. " +
            "Install the features Hyper-V and Hyper-V-PowerShell, restart the host, and run again."
        )
    }
}

function Find-AsrVM {
    # Every VM with this id or, without an id, with this name. Ids are unique on a host, names are not.
    param([object]$Module, [string]$Id, [string]$Name)

    try {
        $all = @(Get-VM)
    }
    catch {
        $Module.FailJson("Cannot list the VMs of ${env:COMPUTERNAME}: $_", $_)
    }
    if ($Id) {
        return @($all | Where-Object { "$($_.Id)" -eq $Id })
    }
    if ($Name) {
        return @($all | Where-Object { $_.Name -eq $Name })
    }
    $all
}

function Get-AsrVM {
    # The one VM that is meant. Fails the task when there is none, or when a name is not unique.
    param([object]$Module, [string]$Id, [string]$Name)

    $found = @(Find-AsrVM -Module $Module -Id $Id -Name $Name)
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

function Get-AsrVMState {
    # The state of a VM in the words of vm_power, where it has one for it.
    param([object]$VM)

    $words = @{ Running = 'started'; Off = 'stopped'; Saved = 'saved' }
    $state = "$($VM.State)"
    if ($words.ContainsKey($state)) {
        return $words[$state]
    }
    $state.ToLower()
}

function Get-AsrReplication {
    # What Hyper-V says of a VM's replication, in its own words; state 'Disabled' where there is none.
    param([object]$VM)

    @{ mode = "$($VM.ReplicationMode)"; state = "$($VM.ReplicationState)"; health = "$($VM.ReplicationHealth)" }
}

function Get-AsrVlan {
    # The VLAN of an adapter: 0 without a tag, nothing where it is in a mode with more than one VLAN.
    param([object]$Setting)

    switch ("$($Setting.OperationMode)") {
        'Access' { [int]$Setting.AccessVlanId }
        'Untagged' { 0 }
    }
}

function Get-AsrSwitch {
    # A virtual switch as virtual_switch and host_info show it.
    param([object]$VMSwitch)

    $vlan = $null
    if ($VMSwitch.AllowManagementOS) {
        $adapters = @(Get-VMNetworkAdapter -ManagementOS -SwitchName $VMSwitch.Name -ErrorAction SilentlyContinue)
        foreach ($adapter in $adapters) {
            $setting = Get-VMNetworkAdapterVlan -ManagementOS -VMNetworkAdapterName $adapter.Name
            $vlan = Get-AsrVlan -Setting $setting
        }
    }
    @{
        name = $VMSwitch.Name
        id = "$($VMSwitch.Id)"
        type = "$($VMSwitch.SwitchType)".ToLower()
        net_adapter = Get-AsrAdapterName -Description $VMSwitch.NetAdapterInterfaceDescription
        allow_management_os = [bool]$VMSwitch.AllowManagementOS
        management_vlan = $vlan
    }
}

function Get-AsrAdapterName {
    # The name of the network adapter with this description: switches only know the description.
    param([string]$Description)

    if ($Description) {
        $adapter = Get-NetAdapter -ErrorAction SilentlyContinue | Where-Object { $_.InterfaceDescription -eq $Description }
        if ($adapter) {
            return @($adapter)[0].Name
        }
    }
}

function Get-AsrProvider {
    # The Site Recovery provider: installed, its version, and the registration as far as the registry tells it.
    $registration = "$($places.SiteRecoveryKey)\Registration"
    $identifier = Get-AsrRegistryValue -Path $places.SiteRecoveryKey -Name 'DraID'
    $version = Get-AsrFileVersion -Path $places.Configurator
    @{
        installed = $null -ne $version
        version = $version
        registered = ($null -ne $identifier) -and (Test-Path -LiteralPath $registration)
        dra_id = $identifier
        vault_name = Get-AsrRegistryValue -Path $registration -Name 'ResourceName'
        site_name = Get-AsrRegistryValue -Path $registration -Name 'SiteName'
    }
}

function Get-AsrAgent {
    # The Recovery Services agent (MARS), which carries the data.
    $version = Get-AsrFileVersion -Path "$($places.AgentFolder)\cbengine.exe"
    @{ installed = $null -ne $version; version = $version }
}

function Get-AsrTransferSetting {
    # How many threads the agent uses for each VM, and its bandwidth throttle; 4 threads is its default.
    $threads = @{}
    foreach ($way in 'Download', 'Upload') {
        $value = Get-AsrRegistryValue -Path $places.ReplicationKey -Name "${way}ThreadsPerVM"
        $threads[$way] = if ($null -eq $value) { 4 } else { [int]$value }
    }
    @{ download_threads = $threads.Download; upload_threads = $threads.Upload; throttle = Get-AsrThrottle }
}

function Get-AsrThrottle {
    # The agent's bandwidth throttle in bytes per second; nothing where it has none, or does not tell.
    $agentModule = "$($places.AgentFolder)\Modules\MSOnlineBackup"
    if (-not (Test-Path -LiteralPath $agentModule)) {
        return
    }
    try {  # an agent that is not registered yet, or whose module cannot be loaded, throws
        Import-Module -Name $agentModule -ErrorAction Stop
        $setting = Get-OBMachineSetting -ErrorAction Stop
    }
    catch {
        return
    }
    if ($null -eq $setting) {
        return
    }
    $work = $setting.PSObject.Properties['WorkHourBandwidth']
    $rest = $setting.PSObject.Properties['NonWorkHourBandwidth']
    if ($work -and $rest) {
        @{ work_hour_bandwidth = [long]$work.Value; non_work_hour_bandwidth = [long]$rest.Value }
    }
}

function Get-AsrVolume {
    # Volumes with a drive letter or a mount point, and their space in bytes.
    foreach ($volume in (Get-CimInstance -ClassName Win32_Volume -Filter 'DriveType = 3')) {
        if ($volume.Name -like '\\?\*') {
            continue
        }
        @{
            path = $volume.Name
            label = $volume.Label
            size_bytes = [long]$volume.Capacity
            free_bytes = [long]$volume.FreeSpace
        }
    }
}

Export-ModuleMember -Function *-Asr*
