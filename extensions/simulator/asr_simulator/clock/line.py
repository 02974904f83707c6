# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The line of a Hyper-V host: the transfers of its VMs share it evenly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .events import Kernel, Signal, Steps


@dataclass
class Flow:
    """One transfer; `left` in MB, `rate` in MB per second."""

    left: float
    rate: float = 0.0
    since: float = 0.0
    turn: int = 0
    done: Signal = field(default_factory=Signal)


class Link:
    """`capacity` of the line and `cap` of one VM, in MB per second."""

    def __init__(self, kernel: Kernel, capacity: float, cap: float) -> None:
        self._kernel, self._capacity, self._cap = kernel, capacity, cap
        self._flows: list[Flow] = []

    def send(self, megabytes: float) -> Steps:
        """Ends when everything is over; a stopped transfer leaves the line to the others."""
        flow = Flow(megabytes, since=self._kernel.time)
        self._flows.append(flow)
        self._share()
        try:
            yield flow.done
        finally:
            self._settle()
            self._flows.remove(flow)
            self._share()

    def _settle(self) -> None:
        """Count what was sent at the rates that held until now."""
        for flow in self._flows:
            flow.left = max(0.0, flow.left - flow.rate * (self._kernel.time - flow.since))
            flow.since = self._kernel.time

    def _share(self) -> None:
        """Give every transfer its part; where that changed, note anew when it will be through."""
        self._settle()
        for flow in self._flows:
            rate = min(self._cap, self._capacity / len(self._flows))
            if rate == flow.rate:
                continue
            flow.rate = rate
            flow.turn += 1
            self._kernel.at(flow.since + flow.left / flow.rate, self._end(flow, flow.turn))

    @staticmethod
    def _end(flow: Flow, turn: int) -> Callable[[], None]:
        def end() -> None:
            if flow.turn == turn and not flow.done.fired:  # a later share has made an older end void
                flow.done.fire()

        return end
