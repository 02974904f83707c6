# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The rows of what is checked of the VMs in Azure. Pure."""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.row import AZURE, BEFORE, Check, Level, Moment

UNTIL_THE_COMMIT = (Moment.PREFLIGHT, Moment.GATE, Moment.CUTOVER, Moment.COMMIT)
AT_THE_COMMIT = (Moment.COMMIT,)
AFTERWARDS = (Moment.AFTER,)
ACCEPT_DISKS = "name {vm} in accept_unprotected_disks (failback_accept_unprotected_disks of the role)"
ACCEPT_VM = "name {vm} in accept_changed_azure_vm (failback_accept_changed_azure_vm of the role)"
ANOTHER_SIZE = (
    "Azure stops VMs of a retired size, and makes no new ones: bring it home before that day, and choose another size for its "
    "next failover (Compute and Network of the item in the vault)."
)

ROWS = (
    # the VM itself
    Check(
        "azure_vm_named",
        "the vault says which Azure VM is the item's",
        UNTIL_THE_COMMIT,
        AZURE,
        Level.BLOCKED,
        f"Look at the item in the vault, or {ACCEPT_VM}.",
    ),
    Check(
        "azure_subscription",
        "the Azure VM is in the vault's subscription",
        UNTIL_THE_COMMIT,
        AZURE,
        Level.BLOCKED,
        f"Look at it yourself (az vm show --ids {{id}}) and, if nothing in it is needed, {ACCEPT_VM}.",
    ),
    Check(
        "azure_read",
        "the Azure VM can be read",
        UNTIL_THE_COMMIT,
        AZURE,
        Level.BLOCKED,
        "Run again once Azure answers.",
    ),
    Check(
        "azure_vm",
        "the Azure VM is where the vault says",
        UNTIL_THE_COMMIT,
        AZURE,
        Level.BLOCKED,
        f"Find it (az vm list --subscription {{subscription}} -o table) and bring it back there, or {ACCEPT_VM}.",
    ),
    Check(
        "azure_vm_own",
        "the Azure VM is the item's own, and no other of that name",
        UNTIL_THE_COMMIT,
        AZURE,
        Level.BLOCKED,
        f"Find out whose it is (az vm show --ids {{id}}). If it is the item's, {ACCEPT_VM}.",
    ),
    Check(
        "azure_vm_renamed",
        "the Azure VM has the name that the vault says",
        UNTIL_THE_COMMIT,
        AZURE,
        Level.WARNING,
        "Nothing is to be done: what is in Azure is compared and proved with that VM.",
    ),
    Check(
        "azure_vm_used",
        "nobody has started or changed the Azure VM since the cutover",
        UNTIL_THE_COMMIT,
        AZURE,
        Level.BLOCKED,
        f"Bring home what was done there, or keep it with a snapshot: {{command}}. Then {ACCEPT_VM}.",
    ),
    Check(
        "azure_changed",
        "the Azure VM is what it was when the failback was started",
        AT_THE_COMMIT,
        AZURE,
        Level.BLOCKED,
        f"Look at it (az vm show --ids {{id}}). If nothing in it is needed, {ACCEPT_VM}.",
    ),
    Check(
        "azure_vm_off",
        "the Azure VM runs until its cutover",
        BEFORE,
        AZURE,
        Level.WARNING,
        "If it should work until the cutover: az vm start --ids {id}.",
    ),
    Check(
        "azure_size_retired",
        "the size of its Azure VM, and that of its next failover, is not retired within a year",
        BEFORE,
        AZURE,
        Level.WARNING,
        ANOTHER_SIZE,
    ),
    Check(
        "azure_size_retires",
        "no retirement of these sizes is announced",
        BEFORE,
        AZURE,
        Level.READY,
        ANOTHER_SIZE,
    ),
    Check(
        "azure_unmanaged_disks",
        "its disks in Azure are managed disks",
        BEFORE,
        AZURE,
        Level.WARNING,
        "Bring it home soon, and protect it anew with managed disks afterwards: the Azure VM may not start again once it is off.",
    ),
    Check(
        "azure_stays_behind",
        "what the Azure VM has besides its disks comes home with it",
        BEFORE,
        AZURE,
        Level.READY,
        "Nothing of that comes home, and a commit deletes it: note what is needed.",
    ),
    Check(
        "azure_commit_begun",
        "no commit has begun before",
        UNTIL_THE_COMMIT,
        AZURE,
        Level.WARNING,
        "The commit is sent again: it goes on with what is left.",
    ),
    # its disks
    Check(
        "azure_disk_added",
        "the Azure VM has no disk that the vault does not have",
        UNTIL_THE_COMMIT,
        AZURE,
        Level.BLOCKED,
        f"Keep it with a snapshot: {{command}}. Or bring its data home yourself. Then {ACCEPT_DISKS}.",
    ),
    Check(
        "azure_disk_size",
        "the disks have the sizes that the vault has",
        UNTIL_THE_COMMIT,
        AZURE,
        Level.BLOCKED,
        f"Keep it with a snapshot: {{command}}. Or bring its data home yourself. Then {ACCEPT_DISKS}.",
    ),
    Check(
        "azure_disk_new",
        "the disks are those that the failover made",
        UNTIL_THE_COMMIT,
        AZURE,
        Level.BLOCKED,
        f"Keep it with a snapshot: {{command}}. Or bring its data home yourself. Then {ACCEPT_DISKS}.",
    ),
    Check(
        "azure_disk_missing",
        "the Azure VM has all disks that the vault has",
        UNTIL_THE_COMMIT,
        AZURE,
        Level.BLOCKED,
        f"Attach it again (az vm disk attach), or {ACCEPT_VM}.",
    ),
    Check(
        "azure_accepted",
        "nothing was accepted to be lost",
        UNTIL_THE_COMMIT,
        AZURE,
        Level.WARNING,
        "Take the VM out of the option if that is not meant.",
    ),
    # locks and rights
    Check(
        "azure_lock",
        "no lock keeps the commit from deleting",
        UNTIL_THE_COMMIT,
        AZURE,
        Level.WARNING,
        "Remove it before the commit: {command}. Set it again afterwards where it is to stay.",
    ),
    Check(
        "azure_locks_known",
        "locks can be read",
        BEFORE,
        AZURE,
        Level.WARNING,
        "Give the caller Microsoft.Authorization/locks/read (Reader has it).",
    ),
    Check(
        "azure_readable",
        "the caller may read what a commit deletes",
        UNTIL_THE_COMMIT,
        AZURE,
        Level.WARNING,
        "Give the caller Reader on the resource group of the Azure VMs.",
    ),
    Check(
        "azure_evidence",
        "what a commit deletes is known, where evidence is required",
        UNTIL_THE_COMMIT,
        AZURE,
        Level.BLOCKED,
        "Give the caller Reader on the resource group of the Azure VMs, or leave require_evidence out.",
    ),
    # after the commit
    Check(
        "azure_remaining",
        "what the commit should have deleted is gone",
        AFTERWARDS,
        AZURE,
        Level.WARNING,
        "Delete it if nothing needs it, the replication to Azure included: {command}. "
        f"To keep it without this warning, {ACCEPT_VM}.",
    ),
    Check(
        "azure_gone_proven",
        "what the commit deleted can be asked for",
        AFTERWARDS,
        AZURE,
        Level.WARNING,
        "Look in Azure yourself, or give the caller Reader on the resource group of the Azure VMs.",
    ),
)
