# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What Azure retires of an item's VM: the failback itself goes on, but the VM in Azure, or the next failover, may not. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.checks import Finding, found
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_vms import AzureVm
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.retirements import AS_OF, UNMANAGED, retirement_of

SOON = timedelta(days=365)  # what is retired later than that is noted, and warns nobody yet


def of_retirements(item: ProtectedItem, vm: AzureVm | None, now: datetime) -> Iterator[Finding]:
    """The sizes of the VM in Azure and of the one that the next failover makes, and disks that are no managed ones."""
    today = now.date()
    if vm:
        yield from of_size(item.friendly_name, vm.size, f"the Azure VM {vm.name} has the size {vm.size}", today)
    if not vm or vm.size.lower() != item.azure_vm_size.lower():
        meant = f"the next failover of {item.friendly_name} makes a VM of the size {item.azure_vm_size}"
        yield from of_size(item.friendly_name, item.azure_vm_size, meant, today)
    blobs = [disk.name for disk in vm.disks if not disk.managed] if vm else []
    if blobs or not item.use_managed_disks:
        whose = (
            f"the Azure VM has the unmanaged disks {', '.join(blobs)}" if blobs else "it fails over to unmanaged disks"
        )
        told = f"{item.friendly_name}: {whose}, which Azure {tense(UNMANAGED, today)} on {UNMANAGED}"
        yield from found("azure_unmanaged_disks", item.friendly_name, told)


def of_size(name: str, size: str, meant: str, today: date) -> Iterator[Finding]:
    """A size that is retired, or soon will be; one of later is only noted."""
    if ends := retirement_of(size):
        check = "azure_size_retired" if ends.ends - today < SOON else "azure_size_retires"
        told = f"{meant}: Azure {tense(ends.ends, today)} the series {ends.series} on {ends.ends} (as of {AS_OF})"
        yield from found(check, name, told)


def tense(ends: date, today: date) -> str:
    return "retired" if ends <= today else "retires"
