# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a run says while it goes on: one line for all that reach the same place together, and one when nothing changes. Pure."""

from __future__ import annotations

from collections import Counter

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Phase
from ansible_collections.asr.hyperv.plugins.module_utils._night.standing import entries_of
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Run
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import RosterEntry

ORDER = [phase.value for phase in Phase]


def news(before: Run, after: Run) -> list[str]:
    """What became of VMs outside the service, by what it is: validated, left and why, held, or objected to."""
    told: dict[str, list[str]] = {}
    names = {item["id"]: item["name"] for wave in after["waves"] for item in wave}
    for key in after["passed"]:
        if key not in before["passed"]:
            told.setdefault("runs on-premises as it should", []).append(names[key])
    for kind, reasons in after["why"].items():
        for name, reason in reasons.items():
            if name not in before["why"][kind]:
                words = reason.removeprefix(f"{name}: ").removeprefix(f"{name} ")
                told.setdefault(f"{'left' if kind == 'failed' else kind}: {words}", []).append(name)
    return [f"{', '.join(who)}: {words}" for words, who in told.items()]


def standing(run: Run, now: float) -> str:
    """How many stand where, who is the slowest, and when all may be home by the estimates."""
    entries = entries_of(run)
    going = [entry for entry in entries if not (entry["home"] or entry["left_behind"] or entry["waits"])]
    counts = Counter("left" if entry["left_behind"] else entry["phase"] for entry in entries)
    parts = [f"{counts[place]} {place}" for place in [*ORDER, "left"] if counts[place]]
    if going:
        slowest = min(going, key=place_of)
        parts.append(f"the slowest is {slowest['name']} ({slowest['phase']})")
    seconds = max((left(run, entry) for entry in going), default=0.0)
    if seconds:
        parts.append(f"by the estimate {max(round(seconds / 60), 1)} min are left")
    return ", ".join(parts)


def place_of(entry: RosterEntry) -> tuple[bool, int]:
    """How far a VM is; the first in order is the slowest."""
    return (not entry["away"], ORDER.index(entry["phase"]) if entry["phase"] in ORDER else 0)


def left(run: Run, entry: RosterEntry) -> float:
    """Seconds until a VM runs on-premises, by the estimate of the preflight; 0 for one without."""
    told = run["wishes"]["estimates"].get(entry["id"], {})
    synchronize, outage = (float(told.get(name) or 0) for name in ("synchronize_seconds", "outage_seconds"))
    if not entry["away"]:
        return 0.0
    return outage + max(0.0, 0.0 if entry["id"] in run["ready"] else run["began"] + synchronize - run["now"])
