# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

#AnsibleRequires -PowerShell ..module_utils._Windows

Set-StrictMode -Version Latest

$patience = 30  # seconds for a question that the cluster service answers at once

function Test-AsrClusterModule {
    # Whether the cmdlets of failover clusters can be used here. They come with a feature of their own.
    [bool](Get-Command -Name Get-ClusterNode -Module FailoverClusters -ErrorAction SilentlyContinue)
}

function Get-AsrClusterMute {
    # Why the cluster service of this computer can be asked nothing; empty when it answers.
    $silent = Test-AsrSilent -Namespace 'root\MSCluster' -ClassName MSCluster_Cluster -Seconds $patience
    if ($silent) { "the cluster service of $env:COMPUTERNAME does not answer within $patience seconds" } else { '' }
}

function Get-AsrClusterFact {
    # The failover cluster of this computer with its nodes and the VMs that are its roles, on whichever node they are; $null without one.
    # What cannot be read is said in `error`.
    $name = Get-AsrCluster
    if (-not $name) {
        return $null
    }
    $found = @{ name = $name; nodes = @(); vms = @(); error = '' }
    if (-not (Test-AsrClusterModule)) {
        $found.error = "its PowerShell module is missing on ${env:COMPUTERNAME}: install the feature RSAT-Clustering-PowerShell"
        return $found
    }
    $found.error = Get-AsrClusterMute
    if ($found.error) {
        return $found
    }
    try {
        $found.nodes = @(FailoverClusters\Get-ClusterNode | ForEach-Object { @{ name = "$($_.Name)"; state = "$($_.State)" } })
        $found.vms = @(Get-AsrClusterVM)
    }
    catch {
        $found.error = "$_"
    }
    $found
}

function Get-AsrClusterVM {
    # The VMs that are roles of the cluster: three calls, however many they are.
    $resources = @(FailoverClusters\Get-ClusterResource | Where-Object { "$($_.ResourceType)" -eq 'Virtual Machine' })
    if ($resources.Count -eq 0) {
        return
    }
    $ids = @{}
    foreach ($parameter in ($resources | FailoverClusters\Get-ClusterParameter -Name VmID)) {
        $ids["$($parameter.ClusterObject)"] = "$($parameter.Value)".ToLower()
    }
    $owners = @{}
    foreach ($told in ($resources | FailoverClusters\Get-ClusterOwnerNode)) {
        $owners["$($told.ClusterObject)"] = @($told.OwnerNodes | ForEach-Object { "$($_.Name)" })
    }
    foreach ($resource in $resources) {
        @{
            id = $ids["$($resource.Name)"]
            name = "$($resource.OwnerGroup.Name)"
            owner_node = "$($resource.OwnerNode.Name)"
            possible_owners = @($owners["$($resource.Name)"])
        }
    }
}

Export-ModuleMember -Function *-Asr*
