# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The module of failover clusters, as far as scripts of the collection call it, played from the estate of a simulated host.

$estate = Get-SimulatedEstate

function Assert-Cluster {
    # A computer that is no node has no cluster service to ask.
    if (-not $estate.cluster) {
        throw 'The cluster service is not running. Make sure that the service is running on all nodes in the cluster.'
    }
}

function Get-Cluster {
    [CmdletBinding()]
    param()

    Assert-Cluster
    [pscustomobject]@{ Name = $estate.cluster.name }
}

function Get-ClusterNode {
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Name)

    Assert-Cluster
    foreach ($one in $estate.cluster.nodes) {
        if (-not $Name -or $one.Name -in $Name) { [pscustomobject]$one }
    }
}

function New-GroupObject {
    # A role of the cluster.
    param([System.Collections.IDictionary]$Held)

    [pscustomobject]@{
        Name = $Held.Name
        GroupType = 'VirtualMachine'
        State = $Held.State
        OwnerNode = [pscustomobject]@{ Name = $Held.OwnerNode }
        VMId = $Held.VMId
        Held = $Held
    }
}

function Get-ClusterGroup {
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Name, [guid]$VMId)

    Assert-Cluster
    $byId = $PSBoundParameters.ContainsKey('VMId')
    $found = @($estate.cluster.groups | Where-Object { (-not $Name -or $_.Name -in $Name) -and (-not $byId -or [guid]$_.VMId -eq $VMId) })
    if (($Name -or $byId) -and -not $found) {
        $PSCmdlet.WriteError((New-SimulatedError "The cluster group '$Name$VMId' could not be found." 'ClusterObjectNotFound'))
    }
    foreach ($one in $found) { New-GroupObject -Held $one }
}

function Get-ClusterResource {
    # Each role of a VM has a resource that is the VM, and one for its configuration.
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Name)

    Assert-Cluster
    foreach ($one in $estate.cluster.groups) {
        foreach ($kind in 'Virtual Machine', 'Virtual Machine Configuration') {
            [pscustomobject]@{
                Name = "$kind $($one.Name)"
                ResourceType = [pscustomobject]@{ Name = $kind } | Add-Member -MemberType ScriptMethod -Name ToString -Value { $this.Name } -Force -PassThru
                OwnerGroup = [pscustomobject]@{ Name = $one.Name }
                OwnerNode = [pscustomobject]@{ Name = $one.OwnerNode }
                State = $one.State
                Held = $one
            }
        }
    }
}

function Get-ClusterParameter {
    [CmdletBinding()]
    param([Parameter(ValueFromPipeline)][object]$InputObject, [Parameter(Position = 0)][string[]]$Name)

    process {
        if ($Name -contains 'VmID') { [pscustomobject]@{ ClusterObject = $InputObject.Name; Name = 'VmID'; Value = $InputObject.Held.VMId } }
    }
}

function Get-ClusterOwnerNode {
    # Of a resource: the nodes that it may be on.
    [CmdletBinding()]
    param([Parameter(ValueFromPipeline)][object]$InputObject)

    process {
        [pscustomobject]@{
            ClusterObject = $InputObject.Name
            OwnerNodes = @($estate.cluster.nodes | ForEach-Object { [pscustomobject]@{ Name = $_.Name } })
        }
    }
}

function Assert-Willing {
    # Ends with what the scenario lets the cluster say to whoever changes its roles.
    $trouble = Get-Trouble -Cmdlet 'cluster'
    if ($trouble) { throw $trouble }
}

function Add-ClusterVirtualMachineRole {
    [CmdletBinding()]
    param([guid]$VMId, [string]$VMName, [string]$Name)

    Assert-Cluster
    Assert-Willing
    $vm = $estate.vms | Where-Object { [guid]$_.Id -eq $VMId }
    if (-not $vm) { throw "An error occurred opening the virtual machine with id '$VMId'." }
    $private = @($vm.Disks | Where-Object { $path = $_.Path; -not ($estate.cluster.shared | Where-Object { $path.StartsWith($_, 'OrdinalIgnoreCase') }) })
    if ($private) {
        $PSCmdlet.WriteWarning("Disk path '$($private[0].Path)' is not a path to storage in the cluster or to storage that can be added to the cluster.")
    }
    if ($vm.IsClustered) {
        $PSCmdlet.ThrowTerminatingError((New-SimulatedError "The virtual machine '$($vm.Name)' is already clustered." 'ResourceExists' 'ResourceExists'))
    }
    $made = @{ Name = if ($Name) { $Name } else { $vm.Name }; VMId = $vm.Id; OwnerNode = $env:COMPUTERNAME; State = 'Online' }
    $estate.cluster.groups = @($estate.cluster.groups | Where-Object { $_ }) + $made
    $vm.IsClustered = $true
    Save-Simulated
    New-GroupObject -Held $made
}

function Remove-ClusterGroup {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Position = 0)][string]$Name, [guid]$VMId, [switch]$RemoveResources, [switch]$Force)

    Assert-Cluster
    $byId = $PSBoundParameters.ContainsKey('VMId')
    $gone = @($estate.cluster.groups | Where-Object { ($byId -and [guid]$_.VMId -eq $VMId) -or (-not $byId -and $_.Name -eq $Name) })
    if ($gone -and $PSCmdlet.ShouldProcess($gone[0].Name)) {
        Assert-Willing
        $estate.cluster.groups = @($estate.cluster.groups | Where-Object { $_.VMId -ne $gone[0].VMId })
        $estate.vms | Where-Object { $_.Id -eq $gone[0].VMId } | ForEach-Object { $_.IsClustered = $false }
        Save-Simulated
    }
}
