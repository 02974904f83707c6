# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carries a payload out on a simulated host: its estate goes into PowerShell, and what the script changed comes back."""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

from ..clock.clock import iso
from ..estate.places import Computer
from ..windows.clusters import POWERSHELL
from ..windows.manifest import ModuleCall
from ..windows.run import hidden, log, told
from ..windows.service import Sent
from ..windows.shells import Output
from ..windows.spec import spec_of
from ..world.world import World
from . import changes, estate
from .payload import for_this_host, packed
from .powershell import HERE, PowerShell

ENCODED = 100  # letters; no other word of a command line is so long
OURS = "asr.hyperv."  # modules that are executed; those of ansible.windows are Win32 inside, and stay imitated


class Executor:
    """For all hosts. On one host one call follows the other, as they change the same estate."""

    def __init__(self, powershell: PowerShell) -> None:
        self.powershell = powershell
        self.turns: dict[str, asyncio.Lock] = {}

    def takes(self, call: ModuleCall) -> bool:
        return call.name.startswith(OURS) and not call.is_script

    async def run(self, world: World, computer: Computer, sent: Sent) -> Output:
        """Run a module, by the client's own command line."""
        async with self.turns.setdefault(computer.host.name, asyncio.Lock()):
            result = await self.carry_out(world, computer, sent)
        if "hyperv_host" in result:  # a script reads the clock of this machine; the simulator's runs ahead
            result["hyperv_host"]["time_utc"] = iso(world.now + computer.skew, digits=0)
            result["hyperv_host"]["os"]["powershell"] = (
                POWERSHELL  # and it is run by another PowerShell than that of Windows
            )
        log(world, computer, sent.call, hidden(sent.call.args, spec_of(sent.call.script) or {}), result)
        return told(computer, sent.call, result)

    async def carry_out(self, world: World, computer: Computer, sent: Sent) -> dict[str, Any]:
        """The module's result; what it changed is in the estate then."""
        before = estate.shown(world, computer, sent.call.args)
        job = {
            "command": next(word for word in reversed(sent.line.split()) if len(word) > ENCODED),
            "folder": str(self.powershell.folder),
            "files": estate.files_of(computer, sent.call.args),
            "estate": before,
            "env": surroundings(computer),
        }
        told = await self.powershell.ask(
            lambda compiled: {**job, "payload": packed(for_this_host(sent.given, compiled))}
        )
        if told["estate"]:
            changes.take(world, computer, before, told["estate"])
        return read(told, computer, sent.call)

    async def close(self) -> None:
        await self.powershell.close()


def read(told: dict[str, Any], computer: Computer, call: ModuleCall) -> dict[str, Any]:
    """The module's answer, or why there is none."""
    try:
        result: dict[str, Any] = json.loads(told["stdout"])
        return result
    except ValueError:
        text = told["failure"] or told["stdout"][:500]
        message = f"SIMULATED HOST {computer.name}: {call.name} wrote no JSON: {text}"
        return {"failed": True, "changed": False, "msg": message}


def surroundings(computer: Computer) -> dict[str, str]:
    """The environment of a script. Modules of features that the host lacks are not found."""
    folders = ["windows", *(["hyperv"] if computer.has_hyperv else []), *(["cluster"] if computer.cluster else [])]
    return {
        "PSModulePath": os.pathsep.join(str(HERE / "modules" / name) for name in folders),
        "COMPUTERNAME": computer.name,
        "ProgramFiles": "C:\\Program Files",
        "ProgramData": "C:\\ProgramData",
        "SystemRoot": "C:\\Windows",
        "NO_COLOR": "1",
        "TERM": "dumb",
    }
