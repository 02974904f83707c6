# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# A Hyper-V host of stubs, made of the JSON in $case.host: as far as the modules of the collection call it, with errors where the
# real cmdlets have them and patterns where these take names for patterns. $global:did has what was changed, $global:calls what was
# asked for. `faults` of the host: cmdlet, or cmdlet and name of a VM, with the error that it ends with there. `stuck`: names of VMs
# of which a request is never answered; `mute`: after so many changes, less one, its service answers nothing.

$global:box = ConvertFrom-Json $case.host -AsHashtable
$global:did = [System.Collections.ArrayList]::new()
$global:calls = [System.Collections.ArrayList]::new()

function global:Write-Fault { param($Cmdlet, $Text, $On, $Id = 'Fault')
    $Cmdlet.WriteError([System.Management.Automation.ErrorRecord]::new([Exception]::new($Text), $Id, 'InvalidOperation', $On))
}
function global:New-StubJob { param($Errors, [switch]$Hangs)
    # A job of a cmdlet that is over, with these errors; or one that is never over.
    if ($Hangs) { return Register-EngineEvent -SourceIdentifier "never $(New-Guid)" -Action { } }
    1 | ForEach-Object -Parallel { $using:Errors | ForEach-Object { Write-Error -ErrorRecord $_ } } -AsJob
}
function global:Get-CimInstance { [CmdletBinding()] param($ClassName, $Namespace, $Filter, $OperationTimeoutSec)
    if ($ClassName -eq 'Msvm_VirtualSystemManagementService') {
        if ($global:box['mute'] -and $global:did.Count -ge $global:box['mute'] - 1) { Write-Fault $PSCmdlet 'Zeit.' '' 'HRESULT 0x80041069' }
        return
    }
    $null = $global:calls.Add($ClassName)
    if ($ClassName -eq 'Msvm_ShutdownComponent') {
        return $global:box['vms'] | ForEach-Object { [pscustomobject]@{ SystemName = "$($_.Id)".ToUpper(); Data = $_ } }
    }
    if ($global:box['faults'] -and $global:box['faults'][$ClassName]) { throw $global:box['faults'][$ClassName] }
    $found = if ($global:box['cim']) { $global:box['cim'][$ClassName] }
    foreach ($one in $found) {
        if (-not $Filter -or "$($one.Name)" -eq ($Filter -replace ".*Name = '(.*)'.*", '$1') -or $ClassName -ne 'Win32_Service') { [pscustomobject]$one }
    }
}
function global:Invoke-CimMethod { [CmdletBinding()] param($InputObject, $MethodName, $Arguments, $OperationTimeoutSec)
    if ($Arguments.Force) { $null = $global:did.Add('FORCED') }
    $null = $global:did.Add("$MethodName $($InputObject.Data.Name)")
    if (-not $InputObject.Data['Deaf']) { $InputObject.Data.State = 'Off' }
    if ($global:box['hangs']) { throw 'The operation has timed out.' }
    [pscustomobject]@{ ReturnValue = [uint32]$(if ($global:box['answers']) { $global:box['answers'] } else { 0 }) }
}
function global:ConvertTo-HgsKeyProtector { [CmdletBinding()] param([byte[]]$Bytes)
    $keeper = [pscustomobject]@{ EncryptionCertificate = [pscustomobject]@{ Thumbprint = [System.Text.Encoding]::ASCII.GetString($Bytes) } }
    [pscustomobject]@{ Owner = $keeper; Guardians = @($keeper) }
}
function global:Get-NetAdapter { [CmdletBinding()] param() $global:box['net_adapters'] | ForEach-Object { [pscustomobject]$_ } }

New-Module -Name Hyper-V {
    function Test-Fault { param($Cmdlet, $On)
        $name = $Cmdlet.MyInvocation.MyCommand.Name
        $text = if ($global:box['faults']) { @($global:box['faults'][$name], $global:box['faults']["$name $On"]) | Where-Object { $_ } }
        if ($text) { Write-Fault $Cmdlet @($text)[0] $On }
        [bool]$text
    }
    function Add-Call { param($Cmdlet) $null = $global:calls.Add($Cmdlet.MyInvocation.MyCommand.Name) }
    function Add-Did { param($Text) $null = $global:did.Add($Text) }
    function New-Machine { param($Data)
        $vm = [pscustomobject]@{ Data = $Data; Id = [guid]$Data.Id; VMId = [guid]$Data.Id; Name = $Data.Name }
        foreach ($name in 'ReplicationMode', 'ReplicationState', 'ReplicationHealth', 'Generation', 'ProcessorCount', 'MemoryStartup',
            'Heartbeat', 'Version', 'DynamicMemoryEnabled', 'MemoryMinimum', 'MemoryMaximum', 'AutomaticStartAction', 'AutomaticStartDelay',
            'AutomaticStopAction', 'CheckpointType', 'Notes', 'IsClustered') {
            Add-Member -InputObject $vm -NotePropertyName $name -NotePropertyValue $Data[$name]
        }
        Add-Member -InputObject $vm -MemberType ScriptProperty -Name State -Value { $this.Data.State }
        Add-Member -InputObject $vm -MemberType ScriptProperty -Name Uptime -Value { [TimeSpan]::FromSeconds(5) }
        $vm
    }
    function Get-VM { [CmdletBinding(DefaultParameterSetName = 'Name')]
        param([Parameter(ParameterSetName = 'Name', Position = 0)]$Name, [Parameter(ParameterSetName = 'Id')][guid]$Id)
        Add-Call $PSCmdlet
        if (Test-Fault $PSCmdlet '') { return }
        foreach ($one in $global:box['vms']) {
            if ($Id -and [guid]$one.Id -ne $Id) { continue }
            if ($one.ContainsKey('Next') -and $global:calls.Count -gt 1) { $one.State = $one.Next }  # it comes to rest
            if (-not (Test-Fault $PSCmdlet $one.Name)) { $found = $true; New-Machine $one }
        }
        if ($Id -and -not $found) { Write-Fault $PSCmdlet "Hyper-V was unable to find a virtual machine with id `"$Id`"." $Id }
    }
    function Get-Part { param($Cmdlet, $VM, $Part)
        Add-Call $Cmdlet
        foreach ($one in $VM) {
            if (Test-Fault $Cmdlet $one.Name) { continue }
            foreach ($data in $one.Data[$Part]) {
                if ($null -eq $data) { continue }
                $thing = ConvertTo-Json -InputObject $data -Depth 5 | ConvertFrom-Json
                Add-Member -InputObject $thing -NotePropertyMembers @{ VMId = $one.Id; VMName = $one.Name; Data = $data }
                if ($data.ContainsKey('Vlan')) {
                    $vlan = [pscustomobject]@{ OperationMode = $(if ($data.Vlan) { 'Access' } else { 'Untagged' }); AccessVlanId = $data.Vlan }
                    Add-Member -InputObject $thing -NotePropertyName VlanSetting -NotePropertyValue $vlan
                }
                $thing
            }
        }
    }
    function Get-VMHardDiskDrive { [CmdletBinding()] param($VM) Get-Part $PSCmdlet $VM Disks }
    function Get-VMSnapshot { [CmdletBinding()] param($VM) Get-Part $PSCmdlet $VM Checkpoints }
    function Get-VMProcessor { [CmdletBinding()] param($VM) Get-Part $PSCmdlet $VM Processor }
    function Get-VMSecurity { [CmdletBinding()] param($VM) Get-Part $PSCmdlet $VM Security }
    function Get-VMKeyProtector { [CmdletBinding()] param($VM) Add-Call $PSCmdlet
        if (-not (Test-Fault $PSCmdlet $VM.Name)) { , [System.Text.Encoding]::ASCII.GetBytes($VM.Data.Keeper) } }
    function Get-VMFirmware { [CmdletBinding()] param($VM)
        if ($VM | Where-Object { $_.Generation -ne 2 }) { Write-Fault $PSCmdlet 'The operation cannot be performed on generation 1.' '' }
        Get-Part $PSCmdlet ($VM | Where-Object { $_.Generation -eq 2 }) Firmware
    }
    function Get-VMIntegrationService { [CmdletBinding()] param($VM)
        foreach ($one in $VM) {
            if (-not $one.Data.Services) { Write-Fault $PSCmdlet 'No integration component with the given name could be found.' $one.Name }
        }
        Get-Part $PSCmdlet $VM Services
    }
    function Get-VHD { [CmdletBinding()] param([Parameter(Mandatory)][ValidateNotNullOrEmpty()][string[]]$Path)
        Add-Call $PSCmdlet
        $null = $global:calls.Add("VHD $($Path -join ' ')")
        foreach ($one in $Path) {
            if ($global:box['slow'] -and $one.StartsWith($global:box['slow'])) { Start-Sleep -Seconds 5 }
            $file = if ($global:box['files']) { $global:box['files'][$one] }
            if ($file) { [pscustomobject](@{ Path = $one } + $file) } else { Write-Fault $PSCmdlet "The file '$one' was not found." $one }
        }
    }
    function Get-VMNetworkAdapter { [CmdletBinding()] param($VM, [switch]$ManagementOS, [switch]$All, $SwitchName)
        if ($SwitchName) { throw 'a name is given to a cmdlet, to which it is a pattern' }
        if ($VM) { return Get-Part $PSCmdlet $VM Adapters }
        Add-Call $PSCmdlet
        if (Test-Fault $PSCmdlet '') { return }
        foreach ($switch in $global:box['switches']) {
            foreach ($nic in $switch.Nics) { [pscustomobject]@{ Name = $nic.Name; SwitchName = $switch.Name; VMName = $null; Data = $nic } }
        }
        if ($All) { foreach ($one in $global:box['vms']) { Get-Part $PSCmdlet (New-Machine $one) Adapters } }
    }
    function New-Switch { param($Data)
        $found = $Data.Adapters | ForEach-Object { "The $_" }
        [pscustomobject]@{ Data = $Data; Name = $Data.Name; Id = 1; SwitchType = $Data.SwitchType; AllowManagementOS = [bool]$Data.Nics
            NetAdapterInterfaceDescription = $(if (-not $Data['Team']) { $found | Select-Object -First 1 })
            NetAdapterInterfaceDescriptions = $found; EmbeddedTeamingEnabled = [bool]$Data['Team'] }
    }
    function Get-VMSwitch { [CmdletBinding()] param()
        if (-not (Test-Fault $PSCmdlet '')) { $global:box['switches'] | ForEach-Object { New-Switch $_ } }
    }
    function Get-VMHost { [CmdletBinding()] param()
        if (-not (Test-Fault $PSCmdlet '')) { [pscustomobject]@{ VirtualMachinePath = 'D:\'; VirtualHardDiskPath = 'D:\' } }
    }
    function Get-VMHostSupportedVersion { [CmdletBinding()] param() [pscustomobject]@{ Version = '9.0' } }
    function New-VMSwitch { [CmdletBinding(SupportsShouldProcess)]
        param([Parameter(Mandatory)]$Name, [Parameter(Mandatory, ParameterSetName = 'Type')][ValidateSet('Internal', 'Private')]$SwitchType,
            [Parameter(Mandatory, ParameterSetName = 'Adapter')][string[]]$NetAdapterName, [bool]$EnableEmbeddedTeaming,
            [Parameter(ParameterSetName = 'Adapter')][bool]$AllowManagementOS = $true)
        if (-not $PSCmdlet.ShouldProcess($Name)) { return }
        if ($SwitchType) { $AllowManagementOS = $SwitchType -eq 'Internal' }
        $global:box['switches'] = @($global:box['switches'] | Where-Object { $_ }) + @{ Name = $Name; Team = $EnableEmbeddedTeaming
            SwitchType = $(if ($SwitchType) { $SwitchType } else { 'External' }); Adapters = @($NetAdapterName | Where-Object { $_ })
            Nics = @(if ($AllowManagementOS) { @{ Name = $Name; Vlan = 0 } }) }
        Add-Did "New-VMSwitch $Name $SwitchType $NetAdapterName".Trim()
    }
    function Set-VMSwitch { [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Type')]
        param([Parameter(Mandatory)]$VMSwitch, $AllowManagementOS,
            [Parameter(ParameterSetName = 'Type')][ValidateSet('External', 'Internal', 'Private')]$SwitchType,
            [Parameter(Mandatory, ParameterSetName = 'Adapter')][string]$NetAdapterName)
        if (-not $PSCmdlet.ShouldProcess('it')) { return }
        if (Test-Fault $PSCmdlet '') { return }
        $data = $VMSwitch.Data
        if ($NetAdapterName) { $data.Adapters = @($NetAdapterName); $data.SwitchType = 'External' }
        if ($SwitchType) { $data.SwitchType = $SwitchType; $data.Adapters = @(); $AllowManagementOS = $SwitchType -eq 'Internal'; $data.Nics = @() }
        if ($null -ne $AllowManagementOS -and -not $AllowManagementOS) { $data.Nics = @() }
        elseif ($AllowManagementOS -and -not $data.Nics) { $data.Nics = @(@{ Name = $data.Name; Vlan = 0 }) }
        Add-Did "Set-VMSwitch $SwitchType$NetAdapterName $AllowManagementOS".Trim()
    }
    function Remove-VMSwitch { [CmdletBinding(SupportsShouldProcess)] param([Parameter(Mandatory)]$VMSwitch, [switch]$Force)
        if (-not $PSCmdlet.ShouldProcess('it')) { return }
        $global:box['switches'] = @($global:box['switches'] | Where-Object { $_.Name -ne $VMSwitch.Name })
        Add-Did 'Remove-VMSwitch'
    }
    function Get-VMNetworkAdapterVlan { [CmdletBinding()] param($VMNetworkAdapter)
        $vlan = $VMNetworkAdapter.Data['Vlan']
        $mode = if ($null -eq $vlan) { 'Trunk' } elseif ($vlan -eq 0) { 'Untagged' } else { 'Access' }
        [pscustomobject]@{ OperationMode = $mode; AccessVlanId = $vlan }
    }
    function Set-VMNetworkAdapterVlan { [CmdletBinding(SupportsShouldProcess)]
        param($VMNetworkAdapter, [switch]$Untagged, [switch]$Access, $VlanId)
        if (-not $PSCmdlet.ShouldProcess('it')) { return }
        $VMNetworkAdapter.Data['Vlan'] = if ($Untagged) { 0 } else { $VlanId }
        Add-Did "Set-VMNetworkAdapterVlan $($VMNetworkAdapter.Name) $VlanId".Trim()
    }
    function Set-VMNetworkAdapter { [CmdletBinding(SupportsShouldProcess)]
        param($VMNetworkAdapter, [switch]$DynamicMacAddress, $StaticMacAddress)
        if (-not $PSCmdlet.ShouldProcess('it')) { return }
        $VMNetworkAdapter.Data['DynamicMacAddressEnabled'] = [bool]$DynamicMacAddress
        if ($StaticMacAddress) { $VMNetworkAdapter.Data['MacAddress'] = $StaticMacAddress }
        Add-Did "Set-VMNetworkAdapter $StaticMacAddress".Trim()
    }
    function Connect-VMNetworkAdapter { [CmdletBinding(SupportsShouldProcess)] param($VMNetworkAdapter, $VMSwitch)
        if (-not $PSCmdlet.ShouldProcess('it')) { return }
        if (Test-Fault $PSCmdlet '') { return }
        if (-not $global:box['deaf']) { $VMNetworkAdapter.Data['SwitchName'] = $VMSwitch.Name }
        Add-Did "Connect-VMNetworkAdapter $($VMSwitch.Name)"
    }
    function Disconnect-VMNetworkAdapter { [CmdletBinding(SupportsShouldProcess)] param($VMNetworkAdapter)
        if (-not $PSCmdlet.ShouldProcess('it')) { return }
        $VMNetworkAdapter.Data['SwitchName'] = $null
        Add-Did 'Disconnect-VMNetworkAdapter'
    }
    function Test-Stuck { param($VM) [bool](@($global:box['stuck']) -eq $VM.Name) }
    function Set-State { param($Cmdlet, $VM, $From, $To)
        if (-not $Cmdlet.ShouldProcess($VM.Name)) { return }
        if ($global:box['hands'] -and (Test-Stuck $VM)) { $VM.Data.State = $global:box['hands'] }
        if (Test-Stuck $VM) { return Add-Did "$($Cmdlet.MyInvocation.MyCommand.Name) $($VM.Name)" }
        if (Test-Fault $Cmdlet $VM.Name) { return }
        if (($VM.State -replace 'Critical$') -notin $From) { return Write-Fault $Cmdlet 'Not in its current state.' $VM.Name }
        Add-Did "$($Cmdlet.MyInvocation.MyCommand.Name) $($VM.Name)"
        if (-not $VM.Data['Deaf']) { $VM.Data.State = $To }
    }
    function Invoke-AsJob { param($Cmdlet, $VM, $What)
        # What a cmdlet does, as a job that is over at once, or never.
        $problems = @()
        & $What -ErrorAction SilentlyContinue -ErrorVariable problems
        New-StubJob -Errors @($problems) -Hangs:(Test-Stuck $VM)
    }
    function Remove-VM { [CmdletBinding(SupportsShouldProcess)] param($VM, [switch]$Force, [switch]$AsJob)
        if ($AsJob) { return Invoke-AsJob $PSCmdlet $VM { [CmdletBinding()]param() Remove-VM -VM $VM -Force:$Force } }
        if (-not $PSCmdlet.ShouldProcess($VM.Name) -or (Test-Fault $PSCmdlet $VM.Name)) { return }
        Add-Did "Remove-VM $($VM.Id)"
        if (Test-Stuck $VM) { return }
        if (-not $VM.Data['Deaf']) { $global:box['vms'] = @($global:box['vms'] | Where-Object { $_.Id -ne $VM.Data.Id }) }
    }
    function Start-VM { [CmdletBinding(SupportsShouldProcess)] param($VM, [switch]$AsJob)
        if ($AsJob) { return Invoke-AsJob $PSCmdlet $VM { [CmdletBinding()]param() Start-VM -VM $VM } }
        Set-State $PSCmdlet $VM ('Off', 'Saved', 'Paused', 'FastSaved', 'Hibernated') Running
    }
    function Save-VM { [CmdletBinding(SupportsShouldProcess)] param($VM, [switch]$AsJob)
        if ($AsJob) { return Invoke-AsJob $PSCmdlet $VM { [CmdletBinding()]param() Save-VM -VM $VM } }
        Set-State $PSCmdlet $VM ('Running', 'Paused') Saved
    }
    function Remove-VMSavedState { [CmdletBinding(SupportsShouldProcess)] param($VM) Set-State $PSCmdlet $VM ('Saved', 'FastSaved') Off }
    function Stop-VM { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param($VM, [switch]$TurnOff, [switch]$Force, [switch]$AsJob)
        if ($AsJob) { return Invoke-AsJob $PSCmdlet $VM { [CmdletBinding()]param() Stop-VM -VM $VM -TurnOff:$TurnOff -Force:$Force -Confirm:$false } }
        if ($TurnOff) {
            if ($PSCmdlet.ShouldProcess($VM.Name)) { Add-Did 'PLUG' }
            return Set-State $PSCmdlet $VM ('Running', 'Paused', 'Saved', 'FastSaved') Off
        }
        if (-not $Force) { throw 'PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.' }
        Add-Did 'PLUG'
        Set-State $PSCmdlet $VM ('Running', 'Paused') Off
    }
} | Import-Module -Force
