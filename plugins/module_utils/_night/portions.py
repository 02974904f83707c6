# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Which of the hooks that are due run before the run turns to the service and the hosts again, and how they ended. Pure.

While they run nobody is moved or looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._night.calls import LAST
from ansible_collections.asr.hyperv.plugins.module_utils._night.run import hooked
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import NumberedCall, Run, Served
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import RosterEntry

Key = tuple[int, tuple[str, ...]]
SPAN = 20.0  # seconds that a portion may take: who comes home meanwhile waits for his look
UNKNOWN = 5.0  # seconds that a hook is taken for which has not run yet


def portion(run: Run, entries: Sequence[RosterEntry], calls: Sequence[NumberedCall]) -> list[NumberedCall]:
    """The calls that come now, out of all that are due: as many as fit into a while by how long they took before, one at least.

    First come those of VMs that others wait for, then whoever waits longest. Hooks after the protection come last: their VMs
    are home.
    """
    if not calls:
        return []
    waited_for = those_waited_for(run, entries)
    since = {entry["id"]: at_home_since(run, entry) for entry in entries}

    def place(call: NumberedCall) -> tuple[bool, bool, float]:
        ids = [item["id"] for item in call["items"]]
        return (call["at"] == LAST, waited_for.isdisjoint(ids), min((since[one] for one in ids), default=run["began"]))

    told: list[NumberedCall] = []
    seconds = 0.0
    for call in sorted(calls, key=place):
        seconds += run["paces"].get(str(call["number"]), UNKNOWN)
        if told and (seconds > SPAN or len(told) == run["wishes"]["hooks_at_once"]):
            break
        told.append(call)
    return told


def those_waited_for(run: Run, entries: Sequence[RosterEntry]) -> set[str]:
    """The ids of VMs that others in Azure wait for: critical ones of an earlier wave, and those that they depend on."""
    away = [entry for entry in entries if entry["away"] and not (entry["left_behind"] or entry["waits"])]
    last = max((entry["wave"] for entry in away), default=0)
    needed = {one for entry in away for one in run["wishes"]["needs"].get(entry["id"], ())}
    return needed | {entry["id"] for entry in entries if entry["wave"] < last and not entry["optional"]}


def at_home_since(run: Run, entry: RosterEntry) -> float:
    """Since when a VM runs on-premises; of one in Azure, since when it could be cut over."""
    return run["came"].get(entry["id"]) or run["ready"].get(entry["id"]) or run["began"]


def after_portion(
    run: Run, served: Served, failed: Mapping[Key, str], now: tuple[float, str], *, broke_off: bool
) -> Run:
    """The run after a portion of hooks. Only failures are noted: the others ended well, as they run one after the other.

    One that broke off came as far as to the last failure. `failed`: reasons by `key_of`. `now`: as seconds, and in words.
    """
    calls = served["calls"]
    keys = [key_of(call) for call in calls]
    last = max((place + 1 for place, key in enumerate(keys) if key in failed), default=0) if broke_off else len(calls)
    for call, key in zip(calls[:last], keys, strict=False):
        run = hooked(run, call, failed.get(key, ""), now[1])
    each = (now[0] - served["at"]) / max(last, 1)
    return {**run, "paces": {**run["paces"], **{str(call["number"]): each for call in calls[:last]}}}


def key_of(call: NumberedCall) -> Key:
    """By what a call is known: its hook, and whom it is for."""
    return (call["number"], tuple(item["id"] for item in call["items"]))
