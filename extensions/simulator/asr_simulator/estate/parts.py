# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What places and VMs are made of: the line to Azure, volumes, disks, network adapters. Plain data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Network:
    """The way between Azure and the hosts."""

    bandwidth_mbps: float
    threads: int
    thread_mbps: float
    checksum_gb_per_minute: float


@dataclass
class Disk:
    """A virtual disk, size in GB."""

    name: str
    id: str
    gb: float
    operating_system: bool


@dataclass
class Adapter:
    """A network adapter of a VM: the switch that the vault knows ("" for none), and the one it is really plugged into."""

    id: str
    switch: str
    plugged: str | None = None
    vlan: int | None = 0
    mac: str = ""  # of its own; empty for one that Hyper-V chooses

    def plug_in(self, switches: list[str], networks: list[str]) -> None:
        """Plug it into its switch where the host has one of this name. VMM finds a switch for each of its VM networks."""
        of_network = switches[0] if switches and self.switch in networks else None
        self.plugged = self.switch if self.switch in switches else of_network


@dataclass
class Volume:
    """A volume with a drive letter or a mount point, sizes in GB. One that is shared is one object for all its hosts."""

    path: str
    size_gb: float
    free_gb: float
    id: str = ""
    shared: bool = False

    @property
    def letter(self) -> str:
        """Its drive letter; a mount point has none."""
        return self.path[0] if len(self.path) <= 3 else ""

    @property
    def name(self) -> str:
        """As people call it."""
        return f"{self.letter}:" if self.letter else self.path
