# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The course of a run: what is to be done now for which VM. Pure.

A VM is asked to go as far as it may by itself; what has to happen on the way is a hook, a look, or a task of the user.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._night.answers import to_prove
from ansible_collections.asr.hyperv.plugins.module_utils._night.calls import due_calls, is_through
from ansible_collections.asr.hyperv.plugins.module_utils._night.portions import portion
from ansible_collections.asr.hyperv.plugins.module_utils._night.seeing import asked_now
from ansible_collections.asr.hyperv.plugins.module_utils._night.standing import (
    RUNNING,
    WHEN_COMMITTED,
    WHEN_PROTECTED,
    chapters_of,
    entries_of,
    is_probed,
    is_validated,
    may_cut_over,
)
from ansible_collections.asr.hyperv.plugins.module_utils._roles.course import halt
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Course, Run
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import RosterEntry

SYNCHRONIZED, CUT_OVER, COMMITTED, PROTECTED = "synchronized", "cut_over", "committed", "protected"
BETWEEN = ("cutting_over",)  # between Azure and on-premises: seen through, whatever speaks against anything new
MOMENT = 60  # seconds; a look has to hold longer to be made ahead of a turn


def nothing() -> Course:
    """Nothing to be done."""
    return {
        "goals": {},
        "quiet": [],
        "loud": [],
        "whole": False,
        "to_the_end": False,
        "record": [],
        "watch": {},
        "everything": [],
        "inspect": [],
        "calls": [],
        "probe": [],
        "checks": [],
        "gate": False,
        "report": False,
        "prove": [],
        "veto": {},
        "held_open": [],
        "halt": "",
        "over": False,
    }


def course(run: Run, now: float) -> Course:
    """What is to be done now. `run` is at this time (see `run.timed`)."""
    entries, wishes = entries_of(run), run["wishes"]
    todo = nothing()
    if reason := halt(entries, wishes["may_fail"], wishes["native"], wishes["manual_actions"]):
        todo["halt"] = reason
        todo["goals"] = {one["id"]: CUT_OVER for one in entries if one["phase"] in BETWEEN and not one["left_behind"]}
        todo["over"] = not todo["goals"]
        return todo
    if run["gate"] is None or (run["gate"]["open"] and not run["opened"]):
        before_the_gate(run, entries, todo)
    elif not run["gate"]["open"]:
        todo["over"] = True
    elif wishes["stepwise"]:
        after_the_gate(run, entries, todo, now)
    else:
        to_the_end(run, entries, todo)
    todo["calls"] = portion(run, entries, todo["calls"])
    todo["whole"] = wishes["native"] and as_one(entries, todo["goals"])
    return todo


def as_one(entries: Sequence[RosterEntry], goals: Mapping[str, str]) -> bool:
    """Whether all members go to one goal, and none of them runs on-premises yet."""
    return len(set(goals.values())) == 1 and all(entry["id"] in goals and entry["away"] for entry in entries)


def before_the_gate(run: Run, entries: Sequence[RosterEntry], todo: Course) -> None:
    """All synchronize side by side, whatever the order, as soon as their hooks have run."""
    standing = {one["id"]: "before_sync" for one in entries if one["to_start"] and not one["left_behind"]}
    todo["calls"] = due_calls(run, entries, "before_sync", set(standing))
    for entry in entries:
        waits = entry["to_start"] and not is_through(run, entry, "before_sync")
        if entry["away"] and not entry["left_behind"] and not entry["at_goal"] and not waits:
            todo["goals"][entry["id"]] = SYNCHRONIZED
    away = [one for one in entries if one["away"] and not one["left_behind"]]
    asks = run["wishes"]["asks_at_gate"] and not run["gate_asked"]
    todo["gate"] = asks and run["gate"] is None and not todo["goals"] and not todo["calls"]
    todo["over"] = not away and bool(run["gate"])


def to_the_end(run: Run, entries: Sequence[RosterEntry], todo: Course) -> None:
    """Nothing has to happen on the way: all go home in one call, in the order of the waves."""
    todo["to_the_end"] = True
    going = [entry for entry in entries if not entry["left_behind"] and not entry["waits"]]
    if any(not entry["home"] for entry in going):  # of those that are home it is told what an earlier commit has left
        todo["goals"] = {entry["id"]: PROTECTED for entry in going}
    last_hooks(run, entries, todo)
    todo["report"] = run["wishes"]["reports"] and run["chapters"] < 0 and bool(todo["goals"])
    conclude(run, todo, over=not (todo["goals"] or todo["calls"]))


def last_hooks(run: Run, entries: Sequence[RosterEntry], todo: Course) -> None:
    """Hooks for those that are protected again."""
    standing = {one["id"] for one in entries if one["home"] and not one["left_behind"]}
    todo["calls"] += due_calls(run, entries, "after_protect", standing)


def after_the_gate(run: Run, entries: Sequence[RosterEntry], todo: Course, now: float) -> None:
    """Each VM as far as it may, and what has to happen for it."""
    turn = {entry["id"] for entry in may_cut_over(run, entries)}
    going = [entry for entry in entries if not (entry["left_behind"] or (entry["away"] and entry["waits"]))]
    at_cutover = [one for one in going if one["away"] and one["id"] in turn and one["id"] in run["ready"]]
    todo["calls"] += due_calls(run, entries, "before_cutover", ids_of(at_cutover))
    cut_over(run, [one for one in at_cutover if is_through(run, one, "before_cutover")], todo, now)
    look_ahead(run, [one for one in going if one["id"] in run["ready"] and one["id"] not in turn], entries, todo, now)
    at_home = [one for one in going if one["uncommitted"]]
    todo["calls"] += due_calls(run, entries, "after_boot", ids_of(at_home))
    booted = [one for one in at_home if is_through(run, one, "after_boot")]
    at_commit = [one for one in booted if validating(run, one, todo, now)]
    todo["calls"] += due_calls(run, entries, "before_commit", ids_of(at_commit))
    last_hooks(run, entries, todo)
    under_way(run, going, turn, todo)
    commit(run, entries, [one["id"] for one in at_commit if is_through(run, one, "before_commit")], todo)
    finish(run, entries, todo)


def ids_of(entries: Sequence[RosterEntry]) -> set[str]:
    return {entry["id"] for entry in entries}


def under_way(run: Run, going: Sequence[RosterEntry], turn: set[str], todo: Course) -> None:
    """Those that are between two points: they synchronize, cut over, or are committed and not protected yet."""
    for entry in going:
        if entry["away"] and entry["id"] not in run["ready"]:
            todo["goals"][entry["id"]] = SYNCHRONIZED
            todo["quiet"] += [] if entry["id"] in turn else [entry["id"]]
        elif not (entry["away"] or entry["uncommitted"] or entry["home"]):
            todo["goals"][entry["id"]] = CUT_OVER if entry["phase"] in BETWEEN else PROTECTED


def cut_over(run: Run, members: Sequence[RosterEntry], todo: Course, now: float) -> None:
    """Those whose turn it is: looked at once more where the run looks, and cut over as long as that look holds."""
    for entry in members:
        if needs_look(run, entry, now, run["wishes"]["cut_over_within"]):
            todo["inspect"].append(entry["id"])
        else:
            todo["goals"][entry["id"]] = CUT_OVER


def look_ahead(
    run: Run, members: Sequence[RosterEntry], entries: Sequence[RosterEntry], todo: Course, now: float
) -> None:
    """Those whose turn it is as soon as VMs that run at home are validated: looked at meanwhile, so that nobody waits for it.

    It is made again at half of its time, so that enough is left when the turn comes. After hooks before the cutover it would
    be too early, and where it holds for a moment only there is no use in it.
    """
    holds = run["wishes"]["cut_over_within"] / 2
    if 0 <= holds < MOMENT or not (members and run["wishes"]["looks"]):
        return
    soon = ids_of(may_cut_over(run, entries, RUNNING))
    for entry in members:
        if entry["id"] in soon and is_through(run, entry, "before_cutover") and needs_look(run, entry, now, holds):
            todo["inspect"].append(entry["id"])


def needs_look(run: Run, entry: RosterEntry, now: float, within: float) -> bool:
    """Whether its host has to be looked at before its cutover: no look is so young. A negative `within` is no limit."""
    at = run["looked"].get(entry["id"])
    return run["wishes"]["looks"] and (at is None or 0 <= within < now - at)


def validating(run: Run, entry: RosterEntry, todo: Course, now: float) -> bool:
    """Whether a VM that runs on-premises has come to its commit; else what has to be done for it before is noted in `todo`."""
    arm_id, wishes = entry["id"], run["wishes"]
    if wishes["validates"] and arm_id not in run["passed"]:
        if arm_id not in run["sights"]:
            todo["record"].append(arm_id)
            return False
        for host in asked_now(run, arm_id, now):
            todo["watch"].setdefault(host, []).append(arm_id)
            todo["everything"] += [host] if run["sights"][arm_id]["whole"] and host not in todo["everything"] else []
        return False
    if not is_validated(run, entry):
        todo["checks" if is_probed(run, arm_id) else "probe"].append(arm_id)
        return False
    if wishes["delay"] > 0 and arm_id not in run["again"]:
        todo["held_open"].append(arm_id)
        return False
    return True


def commit(run: Run, entries: Sequence[RosterEntry], ids: Sequence[str], todo: Course) -> None:
    """Those that nothing keeps from their commit; where somebody may object that is asked about right before."""
    waits_for, hooks = run["wishes"]["waits_for"], run["wishes"]["hooks"]
    goals = dict.fromkeys(ids, COMMITTED if waits_for == WHEN_COMMITTED else PROTECTED)
    todo["veto" if run["wishes"]["objectable"] else "goals"] |= goals
    followed = waits_for == WHEN_PROTECTED or any(hook["at"] == "after_protect" for hook in hooks)
    todo["loud"] = [one for one, goal in {**todo["goals"], **goals}.items() if goal == PROTECTED] if followed else []


def finish(run: Run, entries: Sequence[RosterEntry], todo: Course) -> None:
    """Whether a chapter of the report is to be written, and whether nothing is left to do."""
    open_chapters = len(run["waves"]) - chapters_of(run, entries)
    todo["report"] = run["wishes"]["reports"] and chapters_of(run, entries) > run["chapters"] and open_chapters > 0
    busy = ("goals", "record", "watch", "inspect", "calls", "probe", "checks", "veto", "held_open")
    waiting = any(
        entry["id"] in run["sights"] and entry["id"] not in run["passed"] for entry in entries if open_end(entry)
    )
    conclude(run, todo, over=not any(todo[name] for name in busy) and not waiting and not todo["report"])  # type: ignore[literal-required]


def conclude(run: Run, todo: Course, *, over: bool) -> None:
    """At the end it is asked once what has become of what the commits were to delete: one call sends it, another sees it gone."""
    todo["prove"] = to_prove(run) if over and not run["proved"] else []
    todo["over"] = over and not todo["prove"]


def open_end(entry: RosterEntry) -> bool:
    return entry["uncommitted"] and not entry["left_behind"]
