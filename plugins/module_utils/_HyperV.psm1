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

function ConvertTo-AsrArgument {
    # A text as one argument of a Windows program: in quotes, with the backslashes before a quote doubled and the quote escaped.
    # So programs read their command line (CommandLineToArgvW); Start-Process itself only puts blanks between arguments.
    param([string]$Text)

    $escaped = ($Text -replace '(\\*)"', '$1$1\"') -replace '(\\+)$', '$1$1'
    "`"$escaped`""
}

function ConvertTo-AsrText {
    # What others may name, as one line with nothing hidden; lists and hash tables with all that is in them.
    param([object]$Value)

    if ($Value -is [string]) {
        $line = $Value -replace '\r\n|[\t-\r\x1c-\x1e\x85\u2028\u2029]', ' '
        $hidden = '[\p{Cc}\p{Cf}]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]'
        return [regex]::Replace($line, $hidden, {
            $code = [int][char]$args[0].Value
            if ($code -lt 256) { '\x{0:x2}' -f $code } else { '\u{0:x4}' -f $code }
        })
    }
    if ($Value -is [System.Collections.IDictionary]) {
        $told = @{}
        foreach ($key in $Value.Keys) {
            $told[(ConvertTo-AsrText -Value $key)] = ConvertTo-AsrText -Value $Value[$key]
        }
        return $told
    }
    if ($Value -is [System.Collections.IList]) {
        return , @($Value | ForEach-Object { ConvertTo-AsrText -Value $_ })
    }
    $Value
}

function Get-AsrRegistryValue {
    # A registry value; $null where the key or the value is missing. (No output at all would be {} in the JSON of 5.1.)
    param([string]$Path, [string]$Name)

    if (Test-Path -LiteralPath $Path) {
        return (Get-Item -LiteralPath $Path).GetValue($Name)
    }
    $null
}

function Get-AsrFileVersion {
    # The version of a program file; $null where there is no such file.
    param([string]$Path)

    if (Test-Path -LiteralPath $Path) {
        return (Get-Item -LiteralPath $Path).VersionInfo.FileVersion
    }
    $null
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

function Read-AsrVM {
    # What Hyper-V lists, the one VM with an id or all of them: `vms`, and why some are missing in `problems`. Never fails the task.
    param([string]$Id)

    $wanted = if ($Id) { @{ Id = $Id } } else { @{} }
    $problems = @()
    try {
        # what throws would hide the VMs that can be listed; an id that is no guid is refused before anything is looked for
        $vms = @(Get-VM @wanted -ErrorAction SilentlyContinue -ErrorVariable problems)
    }
    catch {
        $vms = @()
        $problems = @($_)
    }
    @{ vms = $vms; problems = @($problems) }
}

function Find-AsrVM {
    # The VMs with one of these ids or, without ids, with this name: `found`. Ids are unique on a host, names are not.
    # `problems` has what Hyper-V says of VMs that it cannot list. By id only the VMs that are meant are asked for.
    param([object]$Module, [string[]]$Id, [string]$Name)

    $ids = @($Id | Where-Object { $_ })
    $found = @(foreach ($one in $ids) { (Read-AsrVM -Id $one).vms })
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
    @{ found = $found; problems = @($all.problems) }
}

function Get-AsrVM {
    # The one VM that is meant. Fails the task when there is none, or when a name is not unique.
    param([object]$Module, [string]$Id, [string]$Name)

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
    # The VLAN of an adapter: 0 without a tag, $null where it is in a mode with more than one VLAN.
    param([object]$Setting)

    switch ("$($Setting.OperationMode)") {
        'Access' { [int]$Setting.AccessVlanId }
        'Untagged' { 0 }
        default { $null }
    }
}

function Get-AsrSwitch {
    # A virtual switch as virtual_switch and host_info show it.
    param([object]$VMSwitch)

    $vlan = $null
    if ($VMSwitch.AllowManagementOS) {
        foreach ($adapter in (Find-AsrManagementAdapter -SwitchName $VMSwitch.Name)) {
            $vlan = Get-AsrVlan -Setting (Get-VMNetworkAdapterVlan -VMNetworkAdapter $adapter)
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

function Find-AsrManagementAdapter {
    # The adapters of the management OS on a switch. The name is compared, not given to the cmdlet, to which `*` may mean all.
    param([string]$SwitchName)

    @(Get-VMNetworkAdapter -ManagementOS -ErrorAction SilentlyContinue | Where-Object { $_.SwitchName -eq $SwitchName })
}

function Get-AsrAdapterName {
    # The name of the network adapter with this description, or $null: switches only know the description.
    param([string]$Description)

    if ($Description) {
        $adapter = Get-NetAdapter -ErrorAction SilentlyContinue | Where-Object { $_.InterfaceDescription -eq $Description }
        if ($adapter) {
            return @($adapter)[0].Name
        }
    }
    $null
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
    try {
        # an agent that is not registered yet, or whose module cannot be loaded, throws
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
    # Volumes with a drive letter or a mount point, and their space in bytes. One that is mounted twice is told twice, by one id.
    $volumes = @(Get-CimInstance -ClassName Win32_Volume -Filter 'DriveType = 3')
    $paths = @{}
    foreach ($volume in $volumes) {
        $paths[$volume.Name] = $volume
    }
    foreach ($mount in (Get-CimInstance -ClassName Win32_MountPoint -ErrorAction SilentlyContinue)) {
        $path = "$($mount.Directory.Name)".TrimEnd('\') + '\'  # as the name of a volume, which ends so
        $mounted = $volumes | Where-Object { $_.DeviceID -eq $mount.Volume.DeviceID } | Select-Object -First 1
        if ($mounted -and -not $paths.ContainsKey($path)) {
            $paths[$path] = $mounted
        }
    }
    foreach ($path in ($paths.Keys | Where-Object { $_ -notlike '\\?\*' } | Sort-Object)) {
        Get-AsrVolumeFact -Path $path -Volume $paths[$path]
    }
}

function Get-AsrVolumeFact {
    # One volume. A volume that is locked or not formatted has no sizes, which is not the same as no room.
    param([string]$Path, [object]$Volume)

    $known = $null -ne $Volume.Capacity -and $null -ne $Volume.FreeSpace
    @{
        path = $Path
        id = "$($Volume.DeviceID)"
        label = "$($Volume.Label)"
        shared = "$($Volume.FileSystem)" -like 'CSVFS*'
        size_bytes = if ($known) { [long]$Volume.Capacity } else { $null }
        free_bytes = if ($known) { [long]$Volume.FreeSpace } else { $null }
    }
}

function Get-AsrMachineId {
    # What the firmware calls this computer, whatever others call it; empty where it has no id of its own.
    $uuid = "$((Get-CimInstance -ClassName Win32_ComputerSystemProduct -ErrorAction SilentlyContinue).UUID)".ToLower()
    $nobodys = '03000200-0400-0500-0006-000700080009', '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'
    if ($uuid -in $nobodys) { '' } else { $uuid }
}

function Get-AsrVMVersion {
    # The configuration versions of VMs that this host can run; none where it does not tell, as before Windows Server 2016.
    try {
        @(Get-VMHostSupportedVersion | ForEach-Object { "$($_.Version)" })
    }
    catch {
        # a cmdlet that is not there throws, whatever its ErrorAction
        @()
    }
}

function Get-AsrCluster {
    # The failover cluster that this computer is a node of; empty without one.
    "$(Get-AsrRegistryValue -Path 'HKLM:\Cluster' -Name 'ClusterName')"
}

function Test-AsrAzureLocal {
    # Whether this is a machine of Azure Local (formerly Azure Stack HCI), which has an edition of its own.
    $edition = Get-AsrRegistryValue -Path 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion' -Name 'EditionID'
    "$edition" -like 'ServerAzureStackHCI*'
}

Export-ModuleMember -Function *-Asr*
