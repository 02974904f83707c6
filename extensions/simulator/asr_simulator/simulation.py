# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One simulated vault with everything around it. The core has no HTTP; the clock is given to it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from .clock.clock import Clock
from .clock.events import Kernel
from .facts import history
from .facts import table as facts
from .faults.book import Faults
from .faults.stale import Memory
from .jobs import under_way
from .scenario.build import build_estate
from .world.world import World


class Simulation(World):
    """A world as a complete scenario describes it; `reset` puts everything back to that."""

    faults: Faults
    memory: Memory

    def __init__(self, scenario: dict[str, Any], clock: Clock | None = None, first: World | None = None) -> None:
        super().__init__(scenario, clock or Clock(scenario["speed"]))
        if first:
            self.tokens, self.vaults = first.tokens, first.vaults
            self.vaults.append(self)
        self.start()
        for one in scenario.get("other_vaults", ()):
            Simulation(one, self.clock, self)

    def reset(self) -> None:
        """Start again from the scenario, in all vaults. Time goes on from where it is; tokens stay good."""
        for one in self.vaults:
            one.start()

    def start(self) -> None:
        """What this vault's part of the scenario says. The estate gets lists of its own: it changes them."""
        kernel = Kernel(self.clock)
        self.begin(kernel, build_estate(deepcopy(self.scenario), kernel.time))
        history.of_failovers(self)
        facts.start(self)
        self.faults = Faults(self, self.scenario["faults"])
        self.memory = Memory(self, self.faults)
        under_way.start(self)
        kernel.watch = self.faults.watch
