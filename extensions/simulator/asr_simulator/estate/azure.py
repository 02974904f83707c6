# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in Azure: VMs with their disks, network interfaces and public addresses, and locks. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .estate import Disk, Item

SIZE = "Standard_D2s_v3"


@dataclass
class AzureDisk:
    """A disk, size in GB. `lun` is None for the disk of the system, `source` the id of the on-premises disk it came from."""

    name: str
    gb: float
    group: str
    managed: bool = True
    lun: int | None = None
    source: str = ""
    kind: str = "Standard_LRS"


@dataclass
class PublicIp:
    """A public address."""

    name: str
    group: str
    address: str


@dataclass
class Nic:
    """A network interface with one address, and a public one where it has one."""

    name: str
    group: str
    address: str
    public_ip: PublicIp | None = None


@dataclass
class Lock:
    """A lock; `scope` is the ARM id of what it is on, `of` the VM of the scenario that it was given with."""

    name: str
    level: str  # CanNotDelete or ReadOnly
    scope: str
    of: str = ""


@dataclass
class AzureVm:
    """A VM in Azure: made by a failover, or somebody's own."""

    name: str
    id: str
    group: str = ""
    power: str = "running"  # running, stopped (still billed) or deallocated
    test: bool = False
    changed: float = 0.0  # when the last operation on it ended
    made: float = 0.0
    size: str = SIZE
    os: str = "Windows"
    tags: dict[str, str] = field(default_factory=dict)
    extensions: list[str] = field(default_factory=list)
    disks: list[AzureDisk] = field(default_factory=list)
    nics: list[Nic] = field(default_factory=list)
    forgotten: bool = False  # the vault has committed the failback, and a lock kept the VM

    @property
    def running(self) -> bool:
        """Whether it is switched on."""
        return self.power == "running"


@dataclass
class Remains:
    """What is left in Azure without a VM, and VMs that no failover made."""

    disks: list[AzureDisk] = field(default_factory=list)
    nics: list[Nic] = field(default_factory=list)
    public_ips: list[PublicIp] = field(default_factory=list)
    vms: list[AzureVm] = field(default_factory=list)


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
    """The VM that a failover makes of an item: its disks, one network interface, and a public address where it has one."""
    name = f"{item.azure_name}-test" if test else item.azure_name
    vm = AzureVm(name, guid, group, test=test, changed=now, made=now, os=item.vm.os)
    for place, part in enumerate(item.vm.disks):
        lun = None if part.operating_system else place - 1
        vm.disks.append(AzureDisk(disk_name(part, test), part.gb, group, item.managed_disks, lun, part.id))
    public = f"ip-{name}" if item.azure_public_ip else ""
    vm.nics.append(nic_of(vm, item.number, public=public))
    return vm
