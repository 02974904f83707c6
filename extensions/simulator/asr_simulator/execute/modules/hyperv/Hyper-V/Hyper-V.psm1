# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Hyper-V's own PowerShell module, as far as scripts of the collection call it, played from the estate of a simulated host. Errors are
# non-terminating and per VM where the real ones are; a -Name is a pattern. Words of states after Microsoft's documentation.

$estate = Get-SimulatedEstate
$transitions = @{  # action: the states it is allowed in, and the one after it
    Start = @('Off', 'Saved', 'Paused', 'FastSaved', 'Hibernated'), 'Running'
    Stop = @('Running', 'Paused', 'Saved', 'FastSaved', 'Starting', 'Stopping'), 'Off'
    Shutdown = @('Running'), 'Off'
    Save = @('Running', 'Paused'), 'Saved'
    DeleteSavedState = @('Saved', 'FastSaved'), 'Off'
    Resume = @('Paused'), 'Running'
    Suspend = @('Running'), 'Paused'
}
$live = @{ State = { $this.Held.State }; IsClustered = { $this.Held.IsClustered } }  # what a script may change while it looks at it
$changing = @($live.Keys)
$unreachable = "Hyper-V encountered an error trying to access an object on computer '$env:COMPUTERNAME' because the object was not found. " +
"The object might have been deleted, or you might not have permission to perform the task. " +
"Verify that the Virtual Machine Management service on the computer is running."

function Test-Blocked {
    # Whether nothing can be asked: the service does not run, or the caller has no right. The cmdlet has its error then.
    param([object]$Cmdlet)

    $vmms = $estate.cim.Win32_Service | Where-Object { $_.Name -eq 'vmms' }
    if ($vmms.State -ne 'Running') {
        $Cmdlet.WriteError((New-SimulatedError $unreachable 'Unspecified' 'NotSpecified'))
        return $true
    }
    $trouble = Get-Trouble -Cmdlet $Cmdlet.MyInvocation.MyCommand.Name
    if (-not $trouble) { $trouble = Get-Trouble -Cmdlet 'Hyper-V' }
    if ($trouble) { $Cmdlet.WriteError((New-SimulatedError $trouble 'AccessDenied' 'PermissionDenied')) }
    [bool]$trouble
}

function Test-Readable {
    # Whether a part of a VM can be read; the cmdlet has its error if not.
    param([object]$Cmdlet, [object]$VM)

    if ($VM.Held.Unreadable) { $Cmdlet.WriteError((New-SimulatedError $VM.Held.Unreadable 'OperationFailed' 'NotSpecified' -On $VM.Name)) }
    -not $VM.Held.Unreadable
}

function New-MachineObject {
    # A VM as Get-VM gives it. `Held` is the estate's, so that a change shows.
    param([System.Collections.IDictionary]$Held)

    $shown = @{ Held = $Held; VMId = [guid]$Held.Id; VMName = $Held.Name; ComputerName = $env:COMPUTERNAME }
    foreach ($name in $Held.Keys) {
        if ($name -notin $changing) { $shown[$name] = $Held[$name] }
    }
    $shown.Id = [guid]$Held.Id
    $shown.Uptime = [timespan]::FromSeconds($Held.UptimeSeconds)
    $vm = [pscustomobject]$shown
    $vm.PSObject.TypeNames.Insert(0, 'Microsoft.HyperV.PowerShell.VirtualMachine')
    foreach ($name in $changing) { $vm.PSObject.Properties.Add([psscriptproperty]::new($name, $live[$name])) }
    $vm
}

function Set-State {
    # Brings a VM from one state to another, or says what the real cmdlets say.
    param([object]$Cmdlet, [object]$VM, [string]$Action)

    $allowed, $target = $transitions[$Action]
    $now = "$($VM.State)" -replace 'Critical$'  # the cmdlets go by the plain state
    if ($now -eq $target) {
        $Cmdlet.WriteWarning('The virtual machine is already in the specified state.')
        return
    }
    if ($now -notin $allowed) {
        $text = 'The operation cannot be performed while the virtual machine is in its current state.'
        $Cmdlet.WriteError((New-SimulatedError $text 'InvalidState' 'InvalidOperation' -On $VM.Name))
        return
    }
    $VM.Held.State = $target
    $VM.Held.Actions = @($VM.Held.Actions | Where-Object { $_ }) + $Action
    Save-Simulated
}

function Invoke-Job {
    # What is asked of a VM, as a job. Hyper-V never answers, and does nothing, where the VM is stuck.
    param([object[]]$VM, [scriptblock]$What)

    $stuck = [bool]$VM[0].Held.Stuck
    New-SimulatedJob -Never:$stuck -What $What
}

function Get-VM {
    [CmdletBinding(DefaultParameterSetName = 'Name')]
    param(
        [Parameter(ParameterSetName = 'Name', Position = 0)][Alias('VMName')][string[]]$Name,
        [Parameter(ParameterSetName = 'Id')][guid]$Id
    )

    if (Test-Blocked -Cmdlet $PSCmdlet) { return }
    $byId = $PSBoundParameters.ContainsKey('Id')
    $found = @($estate.vms | Where-Object { -not $byId -or [guid]$_.Id -eq $Id } | Where-Object {
        $one = $_.Name
        -not $Name -or ($Name | Where-Object { $one -like $_ })
    })
    if ($byId -and -not $found) {
        $PSCmdlet.WriteError((New-SimulatedError "Hyper-V was unable to find a virtual machine with id `"$Id`"."))
    }
    foreach ($one in $found) {
        if ($one.Gone) { $PSCmdlet.WriteError((New-SimulatedError $one.Gone 'ObjectNotFound' 'NotSpecified' -On $one.Name)) }
        else { New-MachineObject -Held $one }
    }
}

function Get-VMHardDiskDrive {
    [CmdletBinding()]
    param([Parameter(Mandatory)][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM)

    foreach ($one in $VM) {
        if (-not (Test-Readable -Cmdlet $PSCmdlet -VM $one)) { continue }
        foreach ($disk in $one.Held.Disks) { [pscustomobject](@{ VMId = $one.Id; VMName = $one.Name } + $disk) }
    }
}

function Get-VHD {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)][ValidateNotNullOrEmpty()][string[]]$Path)

    foreach ($one in $Path) {
        $file = $estate.vhds[$one]
        if ($file) { [pscustomobject](@{ Path = $one } + $file) }
        else {
            $text = "Getting the mounted storage instance for the path '$one' failed. The operation cannot be performed because the file was not found."
            $PSCmdlet.WriteError((New-SimulatedError $text -On $one))
        }
    }
}

function New-AdapterObject {
    # A network adapter of a VM or of the management OS.
    param([System.Collections.IDictionary]$Held, [object]$VM, [string]$SwitchName)

    $vlan = $Held.Vlan
    $adapter = [pscustomobject]@{
        Held = $Held
        Name = $Held.Name
        Id = $Held.Id
        SwitchName = if ($VM) { $Held.SwitchName } else { $SwitchName }
        VMId = if ($VM) { $VM.Id } else { [guid]::Empty }
        VMName = if ($VM) { $VM.Name } else { $null }
        IsManagementOs = -not $VM
        MacAddress = $Held.MacAddress
        Connected = [bool]$Held.SwitchName
        IPAddresses = $Held.IPAddresses
        DynamicMacAddressEnabled = $Held.DynamicMacAddressEnabled
        VlanSetting = [pscustomobject]@{
            OperationMode = if ($vlan.mode) { $vlan.mode } else { 'Untagged' }
            AccessVlanId = [int]$vlan.id
        }
    }
    $adapter.PSObject.TypeNames.Insert(0, 'Microsoft.HyperV.PowerShell.VMNetworkAdapterBase')
    $adapter
}

function Get-VMNetworkAdapter {
    [CmdletBinding(DefaultParameterSetName = 'VMObject')]
    param(
        [Parameter(Mandatory, ParameterSetName = 'VMObject')][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM,
        [Parameter(Mandatory, ParameterSetName = 'All')][switch]$All,
        [Parameter(Mandatory, ParameterSetName = 'ManagementOS')][switch]$ManagementOS,
        [Parameter(ParameterSetName = 'ManagementOS')][string]$SwitchName
    )

    if (Test-Blocked -Cmdlet $PSCmdlet) { return }
    if ($ManagementOS -or $All) {
        foreach ($switch in $estate.switches) {
            if ($SwitchName -and $switch.Name -notlike $SwitchName) { continue }
            foreach ($nic in $switch.Vnics) { New-AdapterObject -Held $nic -SwitchName $switch.Name }
        }
    }
    foreach ($one in $(if ($All) { Get-VM } else { $VM })) {
        if (-not (Test-Readable -Cmdlet $PSCmdlet -VM $one)) { continue }
        foreach ($nic in $one.Held.Adapters) { New-AdapterObject -Held $nic -VM $one }
    }
}

function Get-VMNetworkAdapterVlan {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)][PSTypeName('Microsoft.HyperV.PowerShell.VMNetworkAdapterBase')][object[]]$VMNetworkAdapter)

    foreach ($nic in $VMNetworkAdapter) { $nic.VlanSetting }
}

function Set-VMNetworkAdapterVlan {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0)][PSTypeName('Microsoft.HyperV.PowerShell.VMNetworkAdapterBase')][object[]]$VMNetworkAdapter,
        [switch]$Access,
        [switch]$Untagged,
        [int]$VlanId
    )

    foreach ($nic in $VMNetworkAdapter) {
        if (-not $PSCmdlet.ShouldProcess($nic.Name)) { continue }
        $nic.Held.Vlan = if ($Untagged) { @{ mode = 'Untagged'; id = 0 } } else { @{ mode = 'Access'; id = $VlanId } }
        Save-Simulated
    }
}

function Set-VMNetworkAdapter {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)][PSTypeName('Microsoft.HyperV.PowerShell.VMNetworkAdapterBase')][object[]]$VMNetworkAdapter,
        [string]$StaticMacAddress,
        [switch]$DynamicMacAddress
    )

    foreach ($nic in $VMNetworkAdapter) {
        if (-not $PSCmdlet.ShouldProcess($nic.Name)) { continue }
        if ($DynamicMacAddress) { $nic.Held.DynamicMacAddressEnabled = $true }
        if ($StaticMacAddress) { $nic.Held.MacAddress, $nic.Held.DynamicMacAddressEnabled = $StaticMacAddress, $false }
        Save-Simulated
    }
}

function Connect-VMNetworkAdapter {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)][PSTypeName('Microsoft.HyperV.PowerShell.VMNetworkAdapterBase')][object[]]$VMNetworkAdapter,
        [Parameter(Mandatory)][PSTypeName('Microsoft.HyperV.PowerShell.VMSwitch')][object]$VMSwitch
    )

    foreach ($nic in $VMNetworkAdapter) {
        if ($PSCmdlet.ShouldProcess($nic.Name)) { $nic.Held.SwitchName = $VMSwitch.Name; Save-Simulated }
    }
}

function Disconnect-VMNetworkAdapter {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)][PSTypeName('Microsoft.HyperV.PowerShell.VMNetworkAdapterBase')][object[]]$VMNetworkAdapter)

    foreach ($nic in $VMNetworkAdapter) {
        if ($PSCmdlet.ShouldProcess($nic.Name)) { $nic.Held.SwitchName = $null; Save-Simulated }
    }
}

function Get-VMIntegrationService {
    [CmdletBinding()]
    param([Parameter(Mandatory)][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM)

    foreach ($one in $VM) {
        if (-not (Test-Readable -Cmdlet $PSCmdlet -VM $one)) { continue }
        if (-not $one.Held.Integration) {
            $text = 'No integration component with the given name could be found.'
            $PSCmdlet.WriteError((New-SimulatedError $text 'InvalidParameter' 'InvalidArgument' -On $one.Name))
        }
        foreach ($service in $one.Held.Integration) {
            [pscustomobject]@{
                Name = $service.Name
                Id = "Microsoft:$("$($one.Id)".ToUpperInvariant())\$($service.Component)"
                VMId = $one.Id
                VMName = $one.Name
                Enabled = $service.Enabled
                PrimaryStatusDescription = $service.Status
                PrimaryOperationalStatus = $service.Operational
            }
        }
    }
}

function Get-VMSnapshot {
    [CmdletBinding()]
    param([Parameter(Mandatory)][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM)

    foreach ($one in $VM) {
        if (-not (Test-Readable -Cmdlet $PSCmdlet -VM $one)) { continue }
        foreach ($snapshot in $one.Held.Snapshots) { [pscustomobject](@{ VMId = $one.Id; VMName = $one.Name } + $snapshot) }
    }
}

function Get-VMSecurity {
    [CmdletBinding()]
    param([Parameter(Mandatory)][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM)

    foreach ($one in $VM) { [pscustomobject]@{ VMId = $one.Id; VMName = $one.Name; TpmEnabled = $one.Held.TpmEnabled } }
}

function Get-VMKeyProtector {
    [CmdletBinding()]
    param([Parameter(Mandatory)][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM)

    foreach ($one in $VM) { , [System.Text.Encoding]::ASCII.GetBytes($one.Held.Guardians -join ' ') }
}

function Get-VMProcessor {
    [CmdletBinding()]
    param([Parameter(Mandatory)][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM)

    foreach ($one in $VM) {
        $compatible = $one.Held.CompatibilityForMigrationEnabled
        [pscustomobject]@{ VMId = $one.Id; VMName = $one.Name; Count = $one.ProcessorCount; CompatibilityForMigrationEnabled = $compatible }
    }
}

function Get-VMFirmware {
    [CmdletBinding()]
    param([Parameter(Mandatory)][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM)

    foreach ($one in $VM) {
        if ($one.Generation -eq 1) {
            $text = 'The operation cannot be performed because it is not supported for virtual machines of generation 1.'
            $PSCmdlet.WriteError((New-SimulatedError $text 'InvalidState' 'InvalidOperation' -On $one.Name))
            continue
        }
        [pscustomobject]@{
            VMId = $one.Id
            VMName = $one.Name
            SecureBoot = $one.Held.SecureBoot
            SecureBootTemplate = $one.Held.SecureBootTemplate
            BootOrder = @($one.Held.BootOrder | ForEach-Object { [pscustomobject]$_ })
        }
    }
}

function Get-VMHost {
    [CmdletBinding()]
    param()

    if (Test-Blocked -Cmdlet $PSCmdlet) { return }
    [pscustomobject]$estate.host
}

function Get-VMHostSupportedVersion {
    [CmdletBinding()]
    param()

    if (Test-Blocked -Cmdlet $PSCmdlet) { return }
    foreach ($one in $estate.versions) { [pscustomobject]@{ Name = "Configuration version $one"; Version = [version]$one } }
}

function Start-VM {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM, [switch]$AsJob)

    if ($AsJob) { return Invoke-Job -VM $VM -What { [CmdletBinding()] param() Start-VM -VM $VM } }
    foreach ($one in $VM) { if ($PSCmdlet.ShouldProcess($one.Name)) { Set-State -Cmdlet $PSCmdlet -VM $one -Action Start } }
}

function Stop-VM {
    # As the real one: with -Force, a guest that cannot be asked to shut down is switched off at the plug.
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM,
        [switch]$Force,
        [switch]$TurnOff,
        [switch]$AsJob
    )

    if ($AsJob) { return Invoke-Job -VM $VM -What { [CmdletBinding()] param() Stop-VM -VM $VM -Force:$Force -TurnOff:$TurnOff -Confirm:$false } }
    foreach ($one in $VM) {
        if (-not $PSCmdlet.ShouldProcess($one.Name)) { continue }
        $shutdown = $one.Held.Integration | Where-Object { $_.Component -eq '9F8233AC-BE49-4C79-8EE3-E7E1985B2077' }
        if ("$($one.State)" -in 'Off', 'OffCritical' -or $TurnOff) { Set-State -Cmdlet $PSCmdlet -VM $one -Action Stop }
        elseif ("$($one.State)" -eq 'Running' -and $shutdown.Enabled -and $shutdown.Operational -eq 'Ok') {
            if ($one.Held.Obeys) { Set-State -Cmdlet $PSCmdlet -VM $one -Action Shutdown }  # one that does not lets the time pass
        }
        elseif ($Force) { Set-State -Cmdlet $PSCmdlet -VM $one -Action Stop }
        else { throw 'Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.' }
    }
}

function Save-VM {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM, [switch]$AsJob)

    if ($AsJob) { return Invoke-Job -VM $VM -What { [CmdletBinding()] param() Save-VM -VM $VM } }
    foreach ($one in $VM) { if ($PSCmdlet.ShouldProcess($one.Name)) { Set-State -Cmdlet $PSCmdlet -VM $one -Action Save } }
}

function Resume-VM {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM)

    foreach ($one in $VM) { if ($PSCmdlet.ShouldProcess($one.Name)) { Set-State -Cmdlet $PSCmdlet -VM $one -Action Resume } }
}

function Remove-VMSavedState {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM)

    foreach ($one in $VM) { if ($PSCmdlet.ShouldProcess($one.Name)) { Set-State -Cmdlet $PSCmdlet -VM $one -Action DeleteSavedState } }
}

function Remove-VM {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM, [switch]$Force, [switch]$AsJob)

    if ($AsJob) { return Invoke-Job -VM $VM -What { [CmdletBinding()] param() Remove-VM -VM $VM -Force:$Force -Confirm:$false } }
    foreach ($one in $VM) {
        if (-not $PSCmdlet.ShouldProcess($one.Name)) { continue }
        if (-not $Force) { throw 'Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.' }
        if ("$($one.State)" -notin 'Off', 'Saved') {
            $text = 'The operation cannot be performed while the virtual machine is in its current state.'
            $PSCmdlet.WriteError((New-SimulatedError $text 'InvalidState' 'InvalidOperation' -On $one.Name))
            continue
        }
        $estate.vms = @($estate.vms | Where-Object { $_.Id -ne $one.Held.Id })
        Save-Simulated
    }
}

function New-SwitchObject {
    # A virtual switch as Get-VMSwitch gives it.
    param([System.Collections.IDictionary]$Held)

    $nics, $team = @($Held.NetAdapters), [bool]$Held.Teaming
    $switch = [pscustomobject]@{
        Held = $Held
        Name = $Held.Name
        Id = [guid]$Held.Id
        SwitchType = if ($nics) { 'External' } elseif ($Held.Vnics) { 'Internal' } else { 'Private' }
        AllowManagementOS = [bool]$Held.Vnics
        EmbeddedTeamingEnabled = $team
        NetAdapterInterfaceDescription = if ($team) { 'Teamed-Interface' } elseif ($nics) { $nics[0] } else { $null }
        NetAdapterInterfaceDescriptions = if ($nics) { [string[]]$nics } else { $null }
    }
    $switch.PSObject.TypeNames.Insert(0, 'Microsoft.HyperV.PowerShell.VMSwitch')
    $switch
}

function Get-VMSwitch {
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Name)

    if (Test-Blocked -Cmdlet $PSCmdlet) { return }
    foreach ($one in $estate.switches) {
        if (-not $Name -or ($Name | Where-Object { $one.Name -like $_ })) { New-SwitchObject -Held $one }
    }
}

function Find-Description {
    # Switches know the descriptions of adapters.
    param([object]$Cmdlet, [string[]]$Name)

    foreach ($one in $Name) {
        $nic = $estate.net_adapters | Where-Object { $_.Name -eq $one }
        if (-not $nic) { $Cmdlet.ThrowTerminatingError((New-SimulatedError "No physical adapter '$one' was found.")) }
        $nic.InterfaceDescription
    }
}

function New-VMSwitch {
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'NetAdapterName')]
    param(
        [Parameter(Mandatory, Position = 0)][string]$Name,
        [Parameter(Mandatory, ParameterSetName = 'NetAdapterName')][string[]]$NetAdapterName,
        [Parameter(ParameterSetName = 'NetAdapterName')][bool]$AllowManagementOS = $true,
        [Parameter(ParameterSetName = 'NetAdapterName')][bool]$EnableEmbeddedTeaming,
        [Parameter(Mandatory, ParameterSetName = 'SwitchType')][ValidateSet('Internal', 'Private')][string]$SwitchType
    )

    if (-not $PSCmdlet.ShouldProcess($Name)) { return }
    $nics = @(if ($NetAdapterName) { Find-Description -Cmdlet $PSCmdlet -Name $NetAdapterName })
    $vnics = @(if ($SwitchType -eq 'Internal' -or ($NetAdapterName -and $AllowManagementOS)) { @{ Name = $Name } })
    $made = @{ Name = $Name; Id = "$([guid]::NewGuid())"; NetAdapters = $nics; Vnics = $vnics; Teaming = $EnableEmbeddedTeaming -or $nics.Count -gt 1 }
    $estate.switches = @($estate.switches | Where-Object { $_ }) + $made
    Save-Simulated
    New-SwitchObject -Held $made
}

function Set-VMSwitch {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)][PSTypeName('Microsoft.HyperV.PowerShell.VMSwitch')][object[]]$VMSwitch,
        [string]$NetAdapterName,
        [object]$AllowManagementOS,
        [string]$SwitchType
    )

    foreach ($one in $VMSwitch) {
        if (-not $PSCmdlet.ShouldProcess($one.Name)) { continue }
        $held, $type = $one.Held, $(if ($SwitchType) { $SwitchType } elseif ($NetAdapterName) { 'External' } else { $one.SwitchType })
        if ($one.EmbeddedTeamingEnabled -and ($NetAdapterName -or $type -ne $one.SwitchType)) {
            $text = 'The switch type and member NICs of the VMSwitch with NIC Teaming enabled cannot be changed with Set-VMSwitch.'
            $PSCmdlet.WriteError((New-SimulatedError $text 'InvalidParameter' 'InvalidArgument'))
            continue
        }
        $manages = if ($null -ne $AllowManagementOS) { [bool]$AllowManagementOS } else { $one.AllowManagementOS }
        if ($NetAdapterName) { $held.NetAdapters = @(Find-Description -Cmdlet $PSCmdlet -Name $NetAdapterName) }
        if ($type -in 'Internal', 'Private') { $held.NetAdapters = @() }
        if ($SwitchType -eq 'Internal') { $held.Vnics, $manages = @(), $true }  # the old one goes with the adapter
        if ($type -eq 'Private' -or -not $manages) { $held.Vnics = @() }
        elseif (-not $held.Vnics) { $held.Vnics = @(@{ Name = $one.Name }) }
        Save-Simulated
    }
}

function Remove-VMSwitch {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)][PSTypeName('Microsoft.HyperV.PowerShell.VMSwitch')][object[]]$VMSwitch, [switch]$Force)

    foreach ($one in $VMSwitch) {
        if (-not $PSCmdlet.ShouldProcess($one.Name)) { continue }
        $estate.switches = @($estate.switches | Where-Object { $_.Id -ne $one.Held.Id })
        Save-Simulated
    }
}
