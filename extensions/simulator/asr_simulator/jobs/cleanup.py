# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How an Azure VM goes away: what the commit of a failback deletes, and what keeps it from doing so."""

from __future__ import annotations

from ..estate.azure import AzureDisk, AzureVm, Lock
from ..estate.estate import Estate
from ..estate.items import Item
from ..show import ids
from . import locks


def clean_up(estate: Estate, item: Item, vm: AzureVm) -> None:
    """A commit deletes the Azure VM with all that is attached to it, but for what a lock holds and the scenario keeps."""
    keeps = set(estate.service["commit_keeps"])
    if locks.above(estate, ids.azure_vm(estate, vm)):
        vm.forgotten = True
        return
    left = estate.remains
    left.disks += [disk for disk in vm.disks if disk.managed and stays(estate, disk, keeps)]
    for nic in vm.nics:
        if "nic" in keeps or locks.above(estate, ids.nic(estate, nic)):
            left.nics.append(nic)
        elif nic.public_ip and ("public_ip" in keeps or locks.above(estate, ids.public_ip(estate, nic.public_ip))):
            left.public_ips.append(nic.public_ip)
    item.azure = None


def stays(estate: Estate, disk: AzureDisk, keeps: set[str]) -> bool:
    """Whether a disk outlives the commit."""
    added = "added_disks" in keeps and not disk.source
    return added or "disks" in keeps or bool(locks.above(estate, ids.azure_disk(estate, disk)))


def hindering(estate: Estate, vm: AzureVm) -> tuple[str, list[Lock]] | None:
    """The first locked thing that a commit would have to delete, with its locks."""
    for kind in ("vm", "disk", "nic", "public_ip"):
        for place in locks.parts_of(estate, vm)[kind]:
            found = locks.above(estate, place)
            if found:
                return place, found
    return None


def forget(estate: Estate, item: Item | None, vm: AzureVm) -> None:
    """There is no such VM any more."""
    if vm in estate.remains.vms:
        estate.remains.vms.remove(vm)
    if item and item.azure is vm:
        item.azure = None
    if item and item.test_azure is vm:
        item.test_azure = None


def taken(estate: Estate, vm: AzureVm) -> bool:
    """Whether another VM of this name is in its group."""
    names = [one.name.lower() for one in others(estate) if one.group.lower() == vm.group.lower()]
    return vm.name.lower() in names


def others(estate: Estate) -> list[AzureVm]:
    """All VMs in Azure."""
    made = [vm for item in estate.items for vm in (item.azure, item.test_azure) if vm]
    return [*made, *estate.remains.vms]
