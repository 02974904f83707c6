# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulated time. It is derived from wall time and moves by `advance`; nothing else moves it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable


class Clock:
    """Simulated seconds since 1970; `speed` is simulated seconds per wall second (0 stands still)."""

    def __init__(self, speed: float = 1.0, wall: Callable[[], float] = time.time) -> None:
        self.speed = speed
        self.wall = wall
        start = wall()
        self.started = start
        self._turns = [(start, start, speed)]  # (wall, simulated, speed from here on)

    def now(self) -> float:
        """Simulated moment."""
        wall, simulated, speed = self._turns[-1]
        return simulated + (self.wall() - wall) * speed

    def set_speed(self, speed: float) -> None:
        """Run faster or slower from now on; the simulated moment does not jump."""
        self._turns.append((self.wall(), self.now(), speed))
        self.speed = speed

    def advance(self, seconds: float) -> None:
        """Jump ahead by simulated seconds."""
        self._turns.append((self.wall(), self.now() + seconds, self.speed))

    def wall_at(self, moment: float) -> float:
        """Wall second at which a simulated moment was reached; the moments of a jump share one wall second."""
        until = float("inf")
        for wall, simulated, speed in reversed(self._turns):
            if moment >= simulated:
                reached = wall + (moment - simulated) / speed if speed else wall
                return min(until, reached)
            until = wall
        return self.started


def stopped(start: float = 1_790_000_000.0) -> Clock:
    """A clock that only a test moves."""
    return Clock(0.0, lambda: start)


def iso(moment: float | None, digits: int = 7) -> str | None:
    """UTC text as the service writes it: up to seven digits, without zeros at the end, or none for the end times of jobs.

    The seventh digit is finer than any moment here. It is the same whenever the moment is, and not there in a full second.
    """
    if moment is None:
        return None
    text = dt.datetime.fromtimestamp(moment, dt.timezone.utc).isoformat(timespec="microseconds")[:26]
    whole, _dot, micros = text.partition(".")
    fraction = f"{micros}{int(micros) * 7 % 10}".rstrip("0")
    return f"{whole}.{fraction}Z" if fraction and digits else f"{whole}Z"


def parse(text: str) -> float:
    """Seconds since 1970 of a UTC text with any number of fraction digits."""
    whole, _dot, fraction = text.strip().rstrip("Zz").partition(".")
    moment = dt.datetime.fromisoformat(whole[:19]).replace(tzinfo=dt.timezone.utc).timestamp()
    return moment + float("0." + (fraction or "0"))
