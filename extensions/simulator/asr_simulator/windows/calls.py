# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the imitation of a module gets, and how it says that the real one would fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..estate.items import Item
from ..estate.places import Computer, Machine
from ..world.world import World


class ModuleFailed(Exception):
    """The module ends with FailJson."""


@dataclass
class Call:
    """One module on one host, with checked arguments."""

    world: World
    computer: Computer
    args: dict[str, Any]
    check: bool = False

    def machines(self) -> list[Machine]:
        """The VMs on the host: those that are protected, and the others."""
        items = [item.vm for item in self.world.estate.items if item.vm.present]
        return [vm for vm in items if vm.host is self.computer.host] + self.computer.others

    def item_of(self, vm: Machine) -> Item | None:
        return next((item for item in self.world.estate.items if item.vm is vm), None)

    def need_hyperv(self) -> None:
        if not self.computer.has_hyperv:
            raise ModuleFailed(
                f"Cannot find the Hyper-V PowerShell module on {self.computer.name}. "
                "Install the features Hyper-V and Hyper-V-PowerShell, restart the host, and run again."
            )


Module = Callable[[Call], dict[str, Any]]
