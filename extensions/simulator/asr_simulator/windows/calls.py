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

UNREACHABLE = (  # what Hyper-V says while its service is stopped
    "Hyper-V encountered an error trying to access an object on computer '{name}' because the object was not found. "
    "The object might have been deleted, or you might not have permission to perform the task. "
    "Verify that the Virtual Machine Management service on the computer is running."
)


class ModuleFailed(Exception):
    """The module ends with FailJson. `told` is what its answer has all the same."""

    def __init__(self, message: str, **told: Any) -> None:
        super().__init__(message)
        self.told = told


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

    def trouble(self) -> str:
        """Why Hyper-V cannot be asked; empty when it can."""
        if not self.computer.services.get("vmms"):
            return UNREACHABLE.format(name=self.computer.name)
        return self.computer.troubles.get("Hyper-V", "")

    def need(self, what: str) -> None:
        """Hyper-V is asked for something, which fails in its own words."""
        if self.trouble():
            raise ModuleFailed(f"Cannot {what} {self.computer.name}: {self.trouble()}")

    def need_hyperv(self) -> None:
        if not self.computer.has_hyperv:
            raise ModuleFailed(
                f"Cannot find the Hyper-V PowerShell module on {self.computer.name}. "
                "Install the features Hyper-V and Hyper-V-PowerShell, restart the host, and run again."
            )
        self.need_answers()

    def need_answers(self) -> None:
        """A service that hangs is not asked for more."""
        if self.computer.mute:
            log = "Look into its event log Microsoft-Windows-Hyper-V-VMMS-Admin, and restart it: VMs that run go on."
            raise ModuleFailed(f"The service vmms of {self.computer.name} does not answer within 60 seconds. {log}")


def no_answer(call: Call, what: str) -> str:
    """What is said of a request that Hyper-V does not answer in the time of the module."""
    look = f"Look into the event log Microsoft-Windows-Hyper-V-VMMS-Admin of {call.computer.name}"
    restart = "where other VMs hang as well, restart its service vmms: VMs that run go on."
    limit = max(1, call.args["timeout"])
    return f"Hyper-V did not answer {what} within {limit} seconds (timeout), and may yet do it. {look}; {restart}"


Module = Callable[[Call], dict[str, Any]]
