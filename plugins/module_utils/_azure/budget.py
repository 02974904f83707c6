# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.


"""How many requests the service still takes from us, and how long to wait so that it never has to refuse one. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

RESERVE = 0.1  # share of a bucket that we leave to others: portal, another run that has not looked at the headers yet
SAID = "x-ms-ratelimit-remaining-"


@dataclass
class Budget:
    """A token bucket like the service's, for requests of one kind. `refill` is per second; `now` grows and is in seconds.

    The service's own count, where it tells it, comes before ours: it knows of other callers. Two runs side by side see the
    same count and slow down alike. `sent` are the requests that the count in the next answer may not know of yet.
    """

    size: float
    refill: float
    left: float = 0.0
    counted: float | None = None
    sent: int = 0

    def take(self, now: float) -> float:
        """Set one request aside; the seconds to wait before it is sent."""
        self.grow(now)
        self.left -= 1
        self.sent += 1
        return max(0.0, (RESERVE * self.size - self.left) / self.refill)

    def answered(self, now: float, remaining: float | None) -> None:
        """An answer has come. `remaining` is what the service says is left, None when it does not."""
        self.grow(now)
        self.sent -= 1
        if remaining is not None:
            self.left = remaining - self.sent

    def grow(self, now: float) -> None:
        """What has come back since the last look; full at the first one."""
        if self.counted is None:
            self.left = self.size
        else:
            self.left = max(self.left, min(self.size, self.left + (now - self.counted) * self.refill))
        self.counted = now


def remaining(headers: Mapping[str, str], kind: str) -> float | None:
    """The smallest count of `reads` or `writes` in the headers of an answer; None when there is none (docs/service.md 5.5)."""
    of_it = ((name.lower(), value) for name, value in headers.items())
    told = [value for name, value in of_it if name.startswith(SAID) and name.endswith(f"-{kind}")]
    return min((float(value) for value in told if value.isascii() and value.isdigit()), default=None)
