# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The rows of what is checked of the VMs on the Hyper-V hosts. Pure."""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.row import (
    GATE_AND_CUTOVER,
    HOST,
    UNTIL_THE_CUTOVER,
    Check,
    Level,
)

ROWS = (
    Check(
        "name_clash",
        "no other VM of that name is overwritten",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.BLOCKED,
        "Rename or remove that VM on {host}, or name another host with alternate_host.",
    ),
    Check(
        "vm",
        "the on-premises VM is there",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.BLOCKED,
        "Set create_vm_if_missing: true, or put the host that has it into the group of the Hyper-V hosts.",
    ),
    Check(
        "vm_asked",
        "everybody who could have the on-premises VM has answered",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.BLOCKED,
        "Mend the connection and run again. A host that is gone for good has to leave the inventory group of the Hyper-V hosts.",
    ),
    Check(
        "vm_read",
        "the on-premises VM can be read",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.BLOCKED,
        "Mend that VM on {host}: asr.hyperv.vm_info with its id shows it by itself. Its storage may be away.",
    ),
    Check(
        "vm_restored",
        "what is there is the vault's VM and no other of its name",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.BLOCKED,
        "A VM with another id is another VM for the vault, and a failback never overwrites it. Bring the old one back with its "
        "id, or rename the other one and have {vm} created anew with create_vm_if_missing: true.",
    ),
    Check(
        "vm_elsewhere",
        "the VM that is made anew is not still on another host",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.WARNING,
        "Look there, so that {host} does not get a second one.",
    ),
    Check(
        "vm_made",
        "the VM that was to be made is there",
        GATE_AND_CUTOVER,
        HOST,
        Level.WARNING,
        "The service may make it at the cutover. If it was there before, somebody removed it: leave the Azure VM running and "
        "look on {host}.",
    ),
    Check(
        "vm_moved",
        "the on-premises VM is on the host that the vault recorded",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.READY,
        "Nothing has to be done: it is judged there.",
    ),
    Check(
        "vm_twice",
        "it is known which VM is the vault's",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.BLOCKED,
        "Find out which one the vault replicates to, and remove or rename the other copy.",
    ),
    Check(
        "vm_runs_elsewhere",
        "no copy of the VM runs on another host",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.BLOCKED,
        "Shut {vm} down on {host}, and see to it that nobody starts it.",
    ),
    Check("vm_off", "the on-premises VM is off", UNTIL_THE_CUTOVER, HOST, Level.BLOCKED, "Shut it down on {host}."),
    Check(
        "vm_critical",
        "the on-premises VM has its storage",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.BLOCKED,
        "Bring the storage of it back on {host}.",
    ),
    Check(
        "vm_started",
        "nobody started the VM while its disks were written",
        GATE_AND_CUTOVER,
        HOST,
        Level.BLOCKED,
        "Leave the Azure VM running. Shut {vm} down on {host}, and start its failback anew (asr.hyperv.cancel_failover, then run "
        "again): what it wrote at home is lost by that.",
    ),
    Check(
        "checkpoints",
        "the on-premises VM has no checkpoints",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.BLOCKED,
        "Remove its checkpoints on {host} and let them merge.",
    ),
    Check(
        "replication",
        "Hyper-V calls the replication of the VM well",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.WARNING,
        "Look at it on {host}: Get-VMReplication -VMName '{vm}'.",
    ),
    Check(
        "replication_ill",
        "Hyper-V still calls the replication of the VM well",
        GATE_AND_CUTOVER,
        HOST,
        Level.BLOCKED,
        "Leave the Azure VM running. Look at it on {host} (Get-VMReplication -VMName '{vm}'), mend what it names, and run again.",
    ),
    Check(
        "replication_odd",
        "the words of Hyper-V for the replication are known",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.WARNING,
        "Look at it on {host}: Get-VMReplication -VMName '{vm}'.",
    ),
    Check(
        "unplugged",
        "the on-premises VM is plugged in",
        UNTIL_THE_CUTOVER,
        HOST,
        Level.WARNING,
        "On {host}: Connect-VMNetworkAdapter -VMName '{vm}' -SwitchName '{switch}'.",
    ),
)
