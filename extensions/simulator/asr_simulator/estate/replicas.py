# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a failover makes of an item in Azure."""

from __future__ import annotations

from .azure import AzureDisk, AzureVm, Nic, PublicIp
from .items import Item
from .parts import Disk


def nic_of(vm: AzureVm, number: int, place: int = 0, *, name: str = "", public: str = "") -> Nic:
    """A network interface of a VM as a failover makes it; `public` is the name of its public address."""
    found = Nic(name or f"nic-{vm.name}-{place:02d}", vm.group, f"10.0.{place}.{number}")
    if public:
        found.public_ip = PublicIp(public, vm.group, f"203.0.113.{number}")
    return found


def disk_name(part: Disk, test: bool = False) -> str:
    """What a failover calls a disk in Azure."""
    return f"{part.name}-test-{part.id[:8]}" if test else f"{part.name}-{part.id[:8]}"


def made_for(item: Item, guid: str, group: str, now: float, test: bool = False) -> AzureVm:
    """The VM that a failover makes of an item: its disks, an interface for each adapter, a public address where it has one."""
    name = f"{item.azure_name}-test" if test else item.azure_name
    vm = AzureVm(name, guid, group, test=test, changed=now, made=now, os=item.vm.os)
    for place, part in enumerate(item.vm.disks):
        lun = None if part.operating_system else place - 1
        disk = AzureDisk(disk_name(part, test), part.gb, group, item.managed_disks, lun, part.id, made=now, touched=now)
        vm.disks.append(disk)
    public = f"ip-{name}" if item.azure_public_ip else ""
    for place, _adapter in enumerate(item.vm.adapters or [None]):  # Azure knows no VM without one
        vm.nics.append(nic_of(vm, item.number, place, public="" if place else public))
    return vm
