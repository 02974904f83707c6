# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in Azure: VMs with their disks, network interfaces and public addresses, and locks. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field

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
    made: float = 0.0
    touched: float = 0.0  # when it was last attached or detached, or its VM deallocated or started


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
    static: bool = False  # whether somebody gave it the address


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

    def switch(self, power: str, now: float) -> None:
        """Somebody starts or stops it; its disks tell of all but a stop that keeps it allocated."""
        if "deallocated" in (power, self.power) and power != self.power:
            for disk in self.disks:
                disk.touched = now
        self.power, self.changed = power, now


@dataclass
class Remains:
    """What is left in Azure without a VM, and VMs that no failover made."""

    disks: list[AzureDisk] = field(default_factory=list)
    nics: list[Nic] = field(default_factory=list)
    public_ips: list[PublicIp] = field(default_factory=list)
    vms: list[AzureVm] = field(default_factory=list)
