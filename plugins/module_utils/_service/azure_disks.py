# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Which disk of an Azure VM is which disk of the vault. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_vms import AzureDisk
from ansible_collections.asr.hyperv.plugins.module_utils._service.hardware import Disk
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import last_part, same_id

MB_PER_GB = 1024


@dataclass(frozen=True)
class Pairs:
    """Disks of the vault with the disks of the Azure VM that they are, and who has none on the other side."""

    both: tuple[tuple[Disk, AzureDisk], ...]
    added: tuple[AzureDisk, ...]
    missing: tuple[Disk, ...]


def pair(recorded: Sequence[Disk], there: Sequence[AzureDisk]) -> Pairs:
    """Which disk is which: by address or name where the vault tells one, else the system disk by its role, data disks by size.

    What is left on both sides then is paired in its order: those have changed their size.
    """
    ours, theirs = list(recorded), list(there)
    both: list[tuple[Disk, AzureDisk]] = []
    for alike in (same_place, both_system, same_size, neither_system, whatever):
        for one in list(ours):
            other = next((disk for disk in theirs if alike(one, disk)), None)
            if other:
                both.append((one, other))
                ours.remove(one)
                theirs.remove(other)
    return Pairs(tuple(both), tuple(theirs), tuple(ours))


def same_place(one: Disk, other: AzureDisk) -> bool:
    names = same_id(one.azure_name, other.name) or same_id(one.azure_name, last_part(other.where))
    return same_id(one.azure_location, other.where) or names


def both_system(one: Disk, other: AzureDisk) -> bool:
    return one.role == "OperatingSystem" and other.system


def same_size(one: Disk, other: AzureDisk) -> bool:
    return neither_system(one, other) and not differs(one, other)


def neither_system(one: Disk, other: AzureDisk) -> bool:
    return one.role != "OperatingSystem" and not other.system


def whatever(_one: Disk, _other: AzureDisk) -> bool:
    return True  # the vault does not always say which one is the system disk


def differs(one: Disk, other: AzureDisk) -> bool:
    """Whether two sizes, both known, are not the same."""
    return bool(one.size_mb) and other.size_gb not in (None, one.size_mb // MB_PER_GB, gigabytes(one))


def gigabytes(disk: Disk) -> int:
    """The size of a disk in Azure, where sizes are whole GB: that of the vault, rounded up."""
    return -(-disk.size_mb // MB_PER_GB)
