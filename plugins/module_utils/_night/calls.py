# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Which hooks of the user are due: as soon as those that they are for stand at their point. Pure.

A hook for each VM waits for nobody. One for a group, or for the run, waits for all that may still come to the point; between the
cutover and the commit that is the wave, as later waves wait for it in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles.hooks import hook_calls, is_for
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import NumberedCall, Run
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import RosterEntry
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import Hook

FIRST, LAST = "before_sync", "after_protect"  # at these points nobody's order matters
Together = dict[Hashable, list[RosterEntry]]


def hooks_at(run: Run, at: str) -> Iterator[tuple[int, Hook]]:
    """The hooks of a point, in order, with their numbers."""
    return ((number, hook) for number, hook in enumerate(run["wishes"]["hooks"]) if hook["at"] == at)


def is_concerned(run: Run, entry: RosterEntry, at: str) -> bool:
    """Whether a VM has the hooks of a point still before it, or is to have them now."""
    if entry["left_behind"]:
        return False
    if at == FIRST:
        return entry["to_start"]  # all synchronize, whoever they wait for: the gate waits for them
    if entry["away"] and entry["waits"]:
        return False
    if at == LAST:
        return came_home(run, entry)
    return entry["away"] if at == "before_cutover" else not entry["home"]


def came_home(run: Run, entry: RosterEntry) -> bool:
    """Whether the last hooks are for it in this run: it was not home when the run began, or an earlier run owes them to it."""
    return entry["phase_before"] != "protected" or entry["name"] in run["wishes"]["owed"]


def has_had(run: Run, entry: RosterEntry, number: int) -> bool:
    return entry["id"] in run["hooked"].get(str(number), ())


def is_through(run: Run, entry: RosterEntry, at: str) -> bool:
    """Whether all hooks of a point that are for this VM have run for it."""
    return all(has_had(run, entry, number) for number, hook in hooks_at(run, at) if is_for(hook, entry))


def have_had_their_last(run: Run, entries: Sequence[RosterEntry]) -> list[str]:
    """The names of those that are home, and owed no hook any more."""
    home = [entry for entry in entries if entry["home"] and not entry["left_behind"]]
    return [entry["name"] for entry in home if came_home(run, entry) and is_through(run, entry, LAST)]


def due_calls(run: Run, entries: Sequence[RosterEntry], at: str, standing: Collection[str]) -> list[NumberedCall]:
    """The calls that are due now, when these stand at the point; by ids."""
    calls: list[NumberedCall] = []
    hooks = list(hooks_at(run, at))
    mine = [entry for entry in entries if is_concerned(run, entry, at)] if hooks else []
    for place, (number, hook) in enumerate(hooks):
        before = hooks[:place]
        owing = [entry for entry in mine if is_for(hook, entry) and not has_had(run, entry, number)]
        ready = [entry for entry in owing if entry["id"] in standing and not lacks(run, entry, before)]
        for members in complete(hook, owing, ready):
            calls += [{**call, "number": number} for call in calls_of(hook, at, members)]
    return calls


def lacks(run: Run, entry: RosterEntry, hooks: Sequence[tuple[int, Hook]]) -> bool:
    """Whether one of these hooks has still to run for a VM."""
    return any(is_for(hook, entry) and not has_had(run, entry, number) for number, hook in hooks)


def complete(hook: Hook, owing: Sequence[RosterEntry], ready: Sequence[RosterEntry]) -> Iterator[list[RosterEntry]]:
    """Those for whom a hook runs at once, where all of them are ready. `owing`: all that it has still to run for."""
    per = hook.get("per") or "vm"
    if per in ("vm", "arrival"):
        yield from ([[entry] for entry in ready] if per == "vm" else [list(ready)] * bool(ready))
        return
    key = key_of(hook, per)
    sets: Together = {}
    for entry in owing:
        sets.setdefault(key(entry), []).append(entry)
    there = {entry["id"] for entry in ready}
    yield from (members for members in sets.values() if all(entry["id"] in there for entry in members))


def key_of(hook: Hook, per: str) -> Callable[[RosterEntry], Hashable]:
    """What those have in common that a hook runs for at once."""
    free = hook["at"] in (FIRST, LAST)
    if per == "group":
        return lambda entry: entry["group"] if free else (entry["wave"], entry["group"])
    return lambda entry: None if free else entry["wave"]


def calls_of(hook: Hook, at: str, members: Sequence[RosterEntry]) -> list[NumberedCall]:
    """The call of a hook for these."""
    if hook.get("per") == "arrival":
        told = hook_calls([{**hook, "per": "run", "vms": None, "groups": None}], at, members)
        names = ", ".join(entry["name"] for entry in members)
        return [{**call, "label": f"{at} of {names}"} for call in told]  # type: ignore[typeddict-item]
    return list(hook_calls([hook], at, members))  # type: ignore[arg-type]
