# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The rows of what is checked on the Hyper-V hosts. Pure."""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.row import (
    BEFORE,
    BEFORE_AND_AT_THE_GATE,
    HOST,
    UNTIL_THE_CUTOVER,
    VAULT,
    Check,
    Level,
)

ROWS = (
    # the host, as it is
    Check(
        "host_looked_at",
        "the host was looked at",
        BEFORE,
        HOST,
        Level.WARNING,
        "Put {host} into the inventory group of the Hyper-V hosts, by its full name, with its WinRM variables.",
    ),
    Check(
        "host_needed",
        "the host on which the VM will be validated was looked at",
        BEFORE_AND_AT_THE_GATE,
        HOST,
        Level.BLOCKED,
        "Put {host} into the inventory group of the Hyper-V hosts, by its full name, with its WinRM variables: else nobody could "
        "validate the VM between its cutover and its commit.",
    ),
    Check(
        "vmm",
        "the host that the VM comes home to is known",
        BEFORE,
        VAULT,
        Level.WARNING,
        "Look in VMM at the hosts of its cloud: whether they are on, have room, and are connected to the VM's network.",
    ),
    Check(
        "host_reached",
        "the host can be reached",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.BLOCKED,
        "Mend its WinRM connection.",
    ),
    Check(
        "host_proxied",
        "the host is reached past the proxy",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.BLOCKED,
        "Put {host} into NO_PROXY, or set ansible_winrm_proxy (ansible_psrp_proxy) for it: HTTPS_PROXY goes for WinRM, too.",
    ),
    Check(
        "host_read",
        "the host can be read",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.BLOCKED,
        "Mend that on {host}. The modules host_info and vm_info show it by themselves.",
    ),
    Check(
        "hyperv",
        "the host has Hyper-V",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.BLOCKED,
        "Prepare it with the role alternate_host.",
    ),
    Check(
        "clock",
        "the clock of the host is right",
        BEFORE,
        HOST,
        Level.WARNING,
        "Let {host} take its time from its domain or a time server (w32tm /resync).",
    ),
    Check("services", "the services run", UNTIL_THE_CUTOVER, HOST, Level.BLOCKED, "Start {service} on {host}."),
    Check(
        "switch",
        "the host has the virtual switches",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.BLOCKED,
        "Create it with that very name: asr.hyperv.virtual_switch, or the role alternate_host on {host}.",
    ),
    Check(
        "space_known",
        "the host tells on which volume it keeps its disks",
        BEFORE,
        HOST,
        Level.WARNING,
        "Look at its free space.",
    ),
    Check(
        "space",
        "there is room for all that comes",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.BLOCKED,
        "Make room on {path} of {host}, or name another host with alternate_host. {spare} has to stay free.",
    ),
    Check(
        "system",
        "the host runs a Windows that is supported as a target",
        BEFORE,
        HOST,
        Level.WARNING,
        "Compare with the support matrix of Site Recovery for Hyper-V, or name another host than {host} in alternate_host.",
    ),
    Check(
        "memory",
        "there is memory for all that comes, up to this VM's wave",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.BLOCKED,
        "Make memory free on {host}, give the VMs less, or name another host with alternate_host.",
    ),
    Check(
        "memory_tight",
        "there is memory for all to start at once",
        BEFORE,
        HOST,
        Level.WARNING,
        "VMs with dynamic memory have to give some back on {host} first: cut them over in smaller waves, or one after the other.",
    ),
    Check(
        "processors",
        "the host has as many processors as the VM",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.BLOCKED,
        "Hyper-V does not start such a VM. Give the VM fewer processors, or name another host than {host} with alternate_host.",
    ),
    Check(
        "processors_shared",
        "the processors are not shared by too many",
        BEFORE,
        HOST,
        Level.WARNING,
        "The VMs will start and be slow. Spread them over more hosts than {host}.",
    ),
    # its failover cluster
    Check(
        "node",
        "the node takes VMs",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.BLOCKED,
        "Resume {host} in its cluster (Resume-ClusterNode), or move the VM to another node.",
    ),
    Check(
        "cluster_read",
        "the host tells of its cluster",
        BEFORE,
        HOST,
        Level.WARNING,
        "Look at the cluster service of {host}; the module host_info shows it by itself.",
    ),
    Check(
        "vm_owned",
        "the node that has the VM was looked at",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.BLOCKED,
        "Put {host} into the group of the Hyper-V hosts, or mend its connection. {vm} is there: do not have it made anew.",
    ),
    Check(
        "switch_on_nodes",
        "every node of the cluster has the virtual switches",
        BEFORE,
        HOST,
        Level.WARNING,
        "Create it on {host} with that very name (asr.hyperv.virtual_switch), or keep the VM from that node.",
    ),
    Check(
        "cluster_role",
        "a VM that is made in a cluster becomes a role of it",
        BEFORE,
        HOST,
        Level.WARNING,
        "Once {vm} is home, run asr.hyperv.cluster_vm for it on {host}.",
    ),
    # another host than its own
    Check(
        "azure_local",
        "the host is one that takes a VM of another host",
        BEFORE,
        HOST,
        Level.BLOCKED,
        "Leave alternate_host out, or name a host that is no machine of Azure Local.",
    ),
    Check(
        "vm_version",
        "the other host can run the VM",
        BEFORE,
        HOST,
        Level.BLOCKED,
        "Name a host with a newer Windows Server in alternate_host.",
    ),
    Check(
        "vm_version_known",
        "it is known whether the other host can run the VM",
        BEFORE,
        HOST,
        Level.WARNING,
        "Compare them: (Get-VM NAME).Version on the old host, Get-VMHostSupportedVersion on {host}.",
    ),
)
