# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What clients asked, without a secret: no headers, no bodies, no tokens, and query values that could be one are left out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

SHOWN_QUERY = ("api-version", "$filter", "$skiptoken", "$expand", "resource")


@dataclass
class Entry:
    """One request."""

    seq: int
    wall_time: str
    simulated_time: str
    method: str
    path: str
    query: str
    status: int
    client_request_id: str
    arm: bool
    verb: str
    item: str
    plan: str
    job: str


class RequestLog:
    """The list, in the order of the answers."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add(self, **facts: Any) -> None:
        """Write a request down."""
        query = {name: value for name, value in facts.pop("query").items() if name.lower() in SHOWN_QUERY}
        self.entries.append(Entry(seq=len(self.entries) + 1, query=urlencode(query, safe="$' "), **facts))

    def show(self) -> list[dict[str, Any]]:
        """The log as the control interface shows it."""
        return [asdict(entry) for entry in self.entries]

    def totals(self) -> dict[str, Any]:
        """Counts of ARM requests (token and metadata requests are not among them)."""
        arm = [entry for entry in self.entries if entry.arm]
        per_item: dict[str, int] = {}
        for entry in arm:
            if entry.item:
                per_item[entry.item] = per_item.get(entry.item, 0) + 1
        return {
            "arm_requests": len(arm),
            "arm_posts": sum(entry.method == "POST" for entry in arm),
            "job_lists": sum(entry.verb == "jobs list" for entry in arm),
            "item_lists": sum(entry.verb == "items list" for entry in arm),
            "requests_per_item": per_item,
        }
