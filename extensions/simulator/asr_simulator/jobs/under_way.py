# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failbacks that are under way when the simulation begins: what lies behind them takes no time."""

from __future__ import annotations

from ..world.world import World
from . import verbs

UNDER_WAY = {  # state of a VM in a scenario: the task that its failback is at
    "synchronizing": "DataSync",
    "synchronized": "WaitForUserInputForFailback",
    "cutting_over": "VmFailover",
}
BEFORE = "failed_over"  # what the item is in meanwhile


def start(world: World) -> None:
    """Start them, one after the other, as somebody did before."""
    for given in world.scenario["vms"]:
        task = UNDER_WAY.get(given["state"])
        if task:
            item = next(one for one in world.estate.items if one.key == given["name"])
            options = {
                "dataSyncOption": "ForDownTime",
                "recoveryVmCreationOption": "NoAction",
                "provider": "",
                "ahead": task,
            }
            verbs.start_script(world, item, "failback", options, "")
    world.kernel.settle()
