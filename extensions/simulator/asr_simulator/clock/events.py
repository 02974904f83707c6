# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events in simulated time, and processes: generators that yield seconds, or a signal to wait for."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator, Iterable

from .clock import Clock


class Signal:
    """Something that happens once; processes that wait for it go on then."""

    def __init__(self) -> None:
        self.fired = False
        self._waiting: list[Callable[[], None]] = []

    def wait(self, call: Callable[[], None]) -> None:
        """Call when it happens."""
        self._waiting.append(call)

    def fire(self) -> None:
        """It happens now."""
        self.fired = True
        waiting, self._waiting = self._waiting, []
        for call in waiting:
            call()


Steps = Generator[float | Signal, None, None]  # what a process is made of: it yields what it waits for


class Process:
    """A running generator."""

    def __init__(self, kernel: Kernel, steps: Steps) -> None:
        self._kernel = kernel
        self._steps = steps
        self.done = Signal()
        self._go_on()

    def stop(self) -> None:
        """End it where it stands."""
        self._steps.close()
        if not self.done.fired:
            self.done.fire()

    def throw(self, error: Exception) -> None:
        """Let it fail where it stands; it has to end by that."""
        if not self.done.fired:
            self._turn(lambda: self._steps.throw(error))

    def _go_on(self) -> None:
        if not self.done.fired:
            self._turn(lambda: next(self._steps))

    def _turn(self, step: Callable[[], float | Signal]) -> None:
        try:
            wanted = step()
        except StopIteration:
            self.done.fire()
            return
        if not isinstance(wanted, Signal):
            self._kernel.at(self._kernel.time + wanted, self._go_on)
        elif wanted.fired:
            self._go_on()
        else:
            wanted.wait(self._go_on)


class Kernel:
    """The queue of what happens next."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.time = clock.now()
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self.watch: Callable[[], None] = lambda: None  # called after everything that has happened

    def at(self, moment: float, call: Callable[[], None]) -> None:
        """Call at a simulated moment."""
        self._count += 1
        heapq.heappush(self._queue, (moment, self._count, call))

    def start(self, steps: Steps) -> Process:
        """Run a generator."""
        return Process(self, steps)

    def settle(self) -> None:
        """Let everything happen that is due by now, each at its own moment."""
        now = self.clock.now()
        while self._queue and self._queue[0][0] <= now:
            moment, _count, call = heapq.heappop(self._queue)
            self.time = max(self.time, moment)
            call()
            self.watch()
        self.time = max(self.time, now)
        self.watch()


def all_of(processes: Iterable[Process]) -> Steps:
    """Wait until every process has ended."""
    for process in list(processes):
        yield process.done
