# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What the Azure side says for or against a failback, and against the commit that deletes it. Pure.

The commit of a failback deletes the Azure VM with all of its disks, but only the disks that the vault lists come home
(docs/service.md 1.5, azureVmDiskDetails). So both are compared, and whatever differs holds the VM until a person has decided.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.azure_use import (
    RUNS,
    at,
    called,
    of_news,
    of_use,
    size,
    snapshot,
)
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.checks import Finding, found
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_disks import differs, gigabytes, pair
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_locks import locked, unlock
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_side import (
    KINDS,
    NOT_PROVEN,
    AzureSide,
    AzureStay,
    Consent,
    Deletion,
    is_namesake,
    is_newer,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_vms import AzureDisk, AzureVm
from ansible_collections.asr.hyperv.plugins.module_utils._service.hardware import Disk
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import last_part, segment

ABOUT_DISKS = ("azure_disk_added", "azure_disk_size", "azure_disk_new")
ABOUT_THE_VM = (
    "azure_vm_named",
    "azure_subscription",
    "azure_vm",
    "azure_vm_own",
    "azure_vm_used",
    "azure_changed",
    "azure_disk_missing",
)


def of_azure(item: ProtectedItem, side: AzureSide, stay: AzureStay, consent: Consent) -> Iterator[Finding]:
    """All that the Azure side says. What a person has accepted becomes a warning."""
    for finding in differences(item, side, stay):
        disks = finding.check in ABOUT_DISKS and consent.unprotected_disks
        if disks or (finding.check in ABOUT_THE_VM and consent.changed_azure_vm):
            option = "accept_unprotected_disks" if disks else "accept_changed_azure_vm"
            yield from found("azure_accepted", finding.thing, f"{finding.message}. That is accepted ({option})")
        else:
            yield finding
    if side.vm and not stay.over and side.vm.power_state not in ("", *RUNS):
        off = f"{called(side.vm)} is {side.vm.power_state}: nobody works with it, and its disks come home as they are"
        yield from found("azure_vm_off", side.vm.name, off, id=side.vm.id)
    if side.vm and not stay.over:
        yield from of_belongings(side, side.vm)
    if side.vm and side.renamed:
        told = (
            f"the Azure VM of {item.friendly_name} is {side.vm.name}: another machine had the name {item.azure_vm_name}"
        )
        yield from found("azure_vm_renamed", side.vm.name, f"{told}, which is left alone")
    yield from of_locks(item, side)
    yield from of_evidence(item, side, stay, consent)


def of_belongings(side: AzureSide, vm: AzureVm) -> Iterator[Finding]:
    """What is readable of the VM and is no disk. It is told, and holds nobody: nearly every VM has some."""
    public = [last_part(one) for one in side.public_ips]
    kinds = (
        ("tags", vm.tags),
        ("extensions", vm.extensions),
        ("static private addresses", side.static_ips),
        ("public addresses", public),
    )
    if has := "; ".join(f"{kind} {', '.join(names)}" for kind, names in kinds if names):
        yield from found("azure_stays_behind", vm.name, f"{called(vm)} has {has}", id=vm.id)


def differences(item: ProtectedItem, side: AzureSide, stay: AzureStay) -> Iterator[Finding]:
    """Whether it can be known what a commit deletes, and whether all of it is at home."""
    name, vm = item.friendly_name, side.vm
    if side.unread:
        yield from found("azure_read", name, f"the Azure side of {name} cannot be read: {side.unread}")
    elif not side.place:
        yield from found("azure_vm_named", name, f"the vault does not say which Azure VM is that of {name}", vm=name)
    elif side.foreign:
        where = segment(side.place, "subscriptions")
        told = f"the Azure VM of {name} is in subscription {where}, not in that of the vault, and is not read: {side.place}"
        yield from found("azure_subscription", name, told, vm=name, id=side.place)
    elif side.absent:
        yield from of_absence(item, side, stay)
    elif vm:
        yield from of_owner(item, vm, side, stay)
        yield from of_disks(item, vm, stay)
        yield from of_use(item, vm, stay)
        yield from of_news(item, vm, stay)


def of_absence(item: ProtectedItem, side: AzureSide, stay: AzureStay) -> Iterator[Finding]:
    """There is no VM where the vault says; after a commit that failed that may be its doing."""
    if stay.commit_begun and not side.alike:
        begun = f"the Azure VM of {item.friendly_name} is gone: an earlier commit has begun to delete it, and failed"
        yield from found("azure_commit_begun", item.friendly_name, begun)
        return
    group, name = segment(side.place, "resourceGroups"), last_part(side.place)
    told = f"the vault says that {item.friendly_name} is the Azure VM {name} in {group}, and there is none"
    told += " (moved, renamed, deleted?)"
    told += f". It may be {' or '.join(side.alike)}" if side.alike else ""
    subscription = segment(side.place, "subscriptions")
    yield from found("azure_vm", item.friendly_name, told, vm=item.friendly_name, subscription=subscription)


def of_owner(item: ProtectedItem, vm: AzureVm, side: AzureSide, stay: AzureStay) -> Iterator[Finding]:
    """A VM of the right name that the failover did not make: somebody else's, or one that was made anew since."""
    if is_namesake(item, vm):
        why = "so it is another machine of that name"
    elif is_newer(stay.began, vm.created):
        why = "so it was made anew since"
    else:
        return
    told = f"{called(vm)} was made at {at(vm.created)}, the failover was at {at(stay.began)}, {why}"
    told += f". That of {item.friendly_name} may be {' or '.join(side.alike)}" if side.alike else ""
    yield from found("azure_vm_own", item.friendly_name, told, vm=item.friendly_name, id=vm.id)


def of_disks(item: ProtectedItem, vm: AzureVm, stay: AzureStay) -> Iterator[Finding]:
    """Disk by disk: what the vault does not have does not come home, and is deleted with the VM."""
    pairs, name = pair(item.disks, vm.disks), item.friendly_name
    ours = ", ".join(f"{one.name} {gigabytes(one)} GB" for one in item.disks) or "none"
    theirs = ", ".join(f"{disk.name} {size(disk)}" for disk in vm.disks) or "none"
    for disk in pairs.added:
        told = f"{called(vm)} has the disk {disk.name} ({size(disk)}), which the vault does not have (it has: {ours})"
        told += ": it does not come home, and a commit deletes it"
        yield from found("azure_disk_added", disk.name, told, vm=name, command=snapshot(disk))
    for one, disk in pairs.both:
        yield from of_disk(name, one, disk, vm, stay)
    for one in pairs.missing:
        told = f"the vault has the disk {one.name} ({gigabytes(one)} GB) of {name}, and {called(vm)} has it no more"
        told += f" (it has: {theirs}): its newest data may not come home"
        yield from found("azure_disk_missing", one.name, told, vm=name)


def of_disk(name: str, one: Disk, disk: AzureDisk, vm: AzureVm, stay: AzureStay) -> Iterator[Finding]:
    """A disk that both sides have, or seem to have."""
    if differs(one, disk):
        told = f"the disk {disk.name} of {called(vm)} has {size(disk)}, and the vault has it as {one.name} with"
        told += f" {gigabytes(one)} GB: what is beyond that may not come home, and a commit deletes it"
        yield from found("azure_disk_size", disk.name, told, vm=name, command=snapshot(disk))
    elif is_newer(stay.began, disk.created):
        told = f"the disk {disk.name} ({size(disk)}) of {called(vm)} was made at {at(disk.created)}, after the failover"
        told += f" at {at(stay.began)}: it may not be {one.name} of the vault, and a commit deletes it"
        yield from found("azure_disk_new", disk.name, told, vm=name, command=snapshot(disk))


def of_locks(item: ProtectedItem, side: AzureSide) -> Iterator[Finding]:
    """A lock does not stop the data, but the commit, or what it should delete."""
    for lock in side.locks:
        told = f"the lock {lock.name} ({lock.level}) on {locked(lock)} keeps the commit of {item.friendly_name} from deleting"
        told += ", and the cutover from shutting it down" if lock.level.lower() == "readonly" else ""
        yield from found("azure_lock", lock.name, told, command=unlock([lock]))
    if side.vm and not side.locks_known:
        yield from found(
            "azure_locks_known", item.friendly_name, "the caller may not read locks, so they are not checked"
        )


def of_evidence(item: ProtectedItem, side: AzureSide, stay: AzureStay, consent: Consent) -> Iterator[Finding]:
    """What cannot be seen is not proven: told, and held where evidence is required."""
    gaps = [f"the caller may not {right}" for right in side.denied]
    if side.vm:
        gaps += [f"Azure does not tell the size of {disk.name}" for disk in side.vm.disks if disk.size_gb is None]
        gaps += ["Azure does not tell whether it runs"] if not side.vm.power_state else []
    if gaps:
        told = f"what a commit of {item.friendly_name} deletes is not proven: {', '.join(gaps)}"
        yield from found("azure_evidence" if consent.require_evidence else "azure_readable", item.friendly_name, told)


def of_remains(item: ProtectedItem, deletion: Deletion) -> Iterator[Finding]:
    """What a commit should have deleted and did not, or nobody can see."""
    name = item.friendly_name
    if left := deletion.remaining:
        things = ", ".join(f"{KINDS[one.kind]} {one.name} ({one.id})" for one in left)
        told = f"{name} is home, and in Azure there still is, billed: {things}"
        if locks := deletion.locks:
            told += f". Locks: {', '.join(f'{lock.name} on {locked(lock)}' for lock in locks)}"
        unlocked = f"{unlock(locks)} && " if locks else ""
        command = unlocked + shlex.join(["az", "resource", "delete", "--ids", *(one.id for one in left if one.in_arm)])
        yield from found("azure_remaining", name, told, vm=name, command=command)
    unknown = [thing for thing, state in deletion.after.items() if state == NOT_PROVEN]
    if unknown or not deletion.after:
        things = ", ".join(f"{KINDS[one.kind]} {one.id}" for one in unknown) or "nobody could see what there was"
        yield from found("azure_gone_proven", name, f"that {name} is gone from Azure is not proven: {things}")
