# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The limits of Azure Resource Manager (docs/service.md 5.5), as token buckets that refill in wall seconds, if a
scenario sets them."""

from __future__ import annotations

import math
from typing import Any

from ..clock.clock import Clock
from ..wire.errors import arm


class Limits:
    """One bucket for reads and one for writes; without limits nothing is refused, and the counts look like recorded ones."""

    def __init__(self, given: dict[str, Any] | None, clock: Clock) -> None:
        self._clock = clock
        self._given = given or {}
        self._left = {kind: (float(limit["bucket"]), clock.wall()) for kind, limit in self._given.items()}

    def take(self, method: str) -> None:
        """Count a request; 429 with Retry-After when there is nothing left."""
        kind = kind_of(method)
        if kind not in self._given:
            return
        left = self._now(kind)
        if left < 1:
            wait = math.ceil((1 - left) / self._given[kind]["refill"])
            message = (
                f"Number of {kind} for the subscription exceeded the limit. Please try again after '{wait}' seconds."
            )
            raise arm(429, "SubscriptionRequestsThrottled", message, {"Retry-After": str(wait)})
        self._left[kind] = (left - 1, self._clock.wall())

    def headers(self, method: str, used: int) -> dict[str, str]:
        """The count that is left; without limits one that only ever looks like a recorded one."""
        kind = kind_of(method)
        if method == "DELETE":  # counted by itself in its header, and taken from the bucket of writes
            left = int(self._now(kind)) if kind in self._given else 14999 - used % 1000
            return {"x-ms-ratelimit-remaining-subscription-deletes": str(left)}
        recorded = (11999 if kind == "reads" else 1199) - used % 1000
        left = int(self._now(kind)) if kind in self._given else recorded
        return {f"x-ms-ratelimit-remaining-subscription-{kind}": str(left)}

    def _now(self, kind: str) -> float:
        left, counted = self._left[kind]
        limit = self._given[kind]
        refilled: float = left + (self._clock.wall() - counted) * limit["refill"]
        return min(float(limit["bucket"]), refilled)


def kind_of(method: str) -> str:
    """Reads are GETs."""
    return "reads" if method == "GET" else "writes"
