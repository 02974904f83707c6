# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Whether a preflight of before still holds: how old it is, of what it was, and what has changed since. Pure.

A report is what readiness_info answered, with `taken`, the controller's time, ISO 8601 with a zone; `saw` has one line by fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from ansible_collections.asr.hyperv.plugins.module_utils._roles.gate import zoned
from ansible_collections.asr.hyperv.plugins.module_utils._run.order import NO_LIMIT
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json

AHEAD = timedelta(minutes=5)  # what clocks of two controllers may differ by
ROOM = 12  # changes that are named one by one


def stale(report: Json, now: str, max_age: int, plan: str) -> str:
    """Why a report is no preflight of this run that holds, in words; empty when it is. `max_age`: seconds, or NO_LIMIT."""
    taken = zoned(report.get("taken")) if isinstance(report, Mapping) else None
    saw = report.get("saw") if taken else None
    if taken is None or not isinstance(saw, Mapping):
        return "it is no report of a preflight (preflight_report of the role preflight)"
    if plain(saw.get("recovery plan", "")) != plain(plan):
        return f"it is of {saw.get('recovery plan') or 'VMs that were named'}, not of {plan or 'VMs that are named'}"
    age = datetime.fromisoformat(now) - taken
    if age < -AHEAD:
        return f"it is of {taken:%Y-%m-%d %H:%M}, which is yet to come: compare the clocks"
    if max_age != NO_LIMIT and age.total_seconds() > max_age:
        return f"it is of {taken:%Y-%m-%d %H:%M}, {age.total_seconds():.0f} seconds ago, and {max_age} are allowed"
    return ""


def changes(before: Json, now: Json) -> list[str]:
    """What is not as it was, by fact. What only one of both has seen is not compared: it may not have been looked at."""
    return [f"{fact}: {before[fact]} -> {now[fact]}" for fact in now if fact in before and before[fact] != now[fact]]


def told(report: Json, now: Json) -> str:
    """The sentence of a run about the preflight of before; empty where there is nothing to compare."""
    taken = zoned(report.get("taken"))
    saw = report.get("saw")
    if taken is None or not isinstance(saw, Mapping):
        return ""
    found = changes(saw, now)
    since = f"since the preflight of {taken:%H:%M} ({taken:%Y-%m-%d})"
    more = f"; and {len(found) - ROOM} more" if len(found) > ROOM else ""
    return f"changed {since}: {'; '.join(found[:ROOM])}{more}" if found else f"nothing has changed {since}"
