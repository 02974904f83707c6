# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Whether somebody has used or changed the Azure VM since the cutover, whose data is at home: then it has newer data. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.checks import Finding, found
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_disks import pair
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_side import AzureStay, is_newer, news
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_vms import AzureDisk, AzureVm
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import segment

RUNS = ("running", "starting")
AFTER_THE_JOB = timedelta(minutes=5)  # how much later than the failback's job its own doings may be timed
AFTER_THE_SHUTDOWN = timedelta(minutes=1)  # the same of a disk's last use: it was shut down long before that job ended


def of_use(item: ProtectedItem, vm: AzureVm, stay: AzureStay) -> Iterator[Finding]:
    """Whether somebody has used the VM since it was shut down for the cutover: then it has data that is not at home.

    Disks that are new themselves are told of as such, and say nothing of the others.
    """
    if not stay.over or not (told := use_of(item, vm, stay)):
        return
    name, first = item.friendly_name, next(iter(vm.disks), None)
    told += ": what was written there since is not at home, and a commit deletes it"
    yield from found("azure_vm_used", name, told, vm=name, command=snapshot(first) if first else "az snapshot create")


def use_of(item: ProtectedItem, vm: AzureVm, stay: AzureStay) -> str:
    """What tells that the VM was used, in words; empty when nothing does.

    Against what the run itself has seen right after the cutover no clock matters: Azure's own time of a disk's last start or
    stop is another one then. From the job's end, which another part of the service timed, it may differ a little: nobody
    starts a VM in Azure, works with it and stops it within that minute.
    """
    disks = [disk for _one, disk in pair(item.disks, vm.disks).both if not is_newer(stay.began, disk.created)]
    if vm.power_state in RUNS:
        return f"{called(vm)} is {vm.power_state} although {item.friendly_name} runs on-premises"
    if stay.after and stay.after.power_state in RUNS:
        return f"{called(vm)} was {stay.after.power_state} after the cutover, although {item.friendly_name} ran on-premises"
    touched = newest(disk.touched for disk in disks)
    known = newest(disk.touched for disk in stay.after.disks) if stay.after else None
    if known and touched and touched > known:
        return f"{called(vm)} was started or stopped at {at(touched)}, after this run had seen it off when its cutover had ended"
    if stay.ended and touched and touched - stay.ended > AFTER_THE_SHUTDOWN:
        return f"{called(vm)} was started or stopped at {at(touched)}, after the cutover that ended at {at(stay.ended)}"
    latest = newest([vm.power_state_since, touched, *(disk.created for disk in disks)])
    if stay.ended and latest and latest - stay.ended > AFTER_THE_JOB:
        return f"{called(vm)} was started or changed at {at(latest)}, after the cutover that ended at {at(stay.ended)}"
    return ""


def newest(times: Iterable[datetime | None]) -> datetime | None:
    return max((time for time in times if time), default=None)


def of_news(item: ProtectedItem, vm: AzureVm, stay: AzureStay) -> Iterator[Finding]:
    """Whether the VM is still what this run has seen when it started the failback, or when that had cut over."""
    before, since = (stay.before, "the failback was started") if stay.before else (stay.after, "its cutover")
    for change in news(before, vm) if before else ():
        told = f"{called(vm)} has changed since {since}: {change}"
        yield from found("azure_changed", item.friendly_name, told, vm=item.friendly_name, id=vm.id)


def at(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "a time that nobody tells"


def called(vm: AzureVm) -> str:
    return f"the Azure VM {vm.name} ({segment(vm.id, 'resourceGroups')})"


def size(disk: AzureDisk) -> str:
    return "size unknown" if disk.size_gb is None else f"{disk.size_gb} GB"


def snapshot(disk: AzureDisk) -> str:
    """The command that keeps what is on a disk. It is made where the disk is, or, of a blob, where its writer says."""
    group = segment(disk.where, "resourceGroups") or "GROUP"
    return shlex.join(
        ["az", "snapshot", "create", "-g", group, "-n", f"{disk.name}-kept", "--source", disk.where or disk.name]
    )
