# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""A run of the role failback as one value, and how it changes: opened once, then noted whatever has happened. Pure.

Nothing here asks for anything: `course` says what is to be done, who does it notes what became of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import AWAY, UNCOMMITTED
from ansible_collections.asr.hyperv.plugins.module_utils._night.answers import in_time, with_answer
from ansible_collections.asr.hyperv.plugins.module_utils._night.seeing import Shelf, begun, seen
from ansible_collections.asr.hyperv.plugins.module_utils._night.standing import (
    chapters_of,
    entries_of,
)
from ansible_collections.asr.hyperv.plugins.module_utils._roles.veto import standing as of_vetoes
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import Look, ProviderEntry, Validation
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import NumberedCall, Run, Wishes
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Reasons
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import AnswerEntry, ItemEntry
from ansible_collections.asr.hyperv.plugins.module_utils._wish.placement import meant_for

T = TypeVar("T")
LATE = "LookedTooLongAgo"  # its turn came too late for the look at its host
WAITS = ("HeldBack", LATE)  # codes of errors that are none: who only waits is held by the order
UNDECIDED = ("AzureSideDiffers", "AzureSideUnread")  # the commit would delete what is not at home, or nobody has seen
HELD_ON = "TimedOut"
SYNCHRONIZED = "synchronized"


def opened(waves: Sequence[Sequence[ItemEntry]], wishes: Wishes, why: Mapping[str, Reasons], now: float) -> Run:
    """A run that has not begun. `why`: who does not go from the start, as the roster has it. Names in `wishes` become ids."""
    ids = {plain(item[key]): item["id"] for wave in waves for item in wave for key in ("name", "id")}
    needs = {ids[plain(name)]: [ids[plain(one)] for one in row] for name, row in wishes["needs"].items()}
    early = [item["id"] for wave in waves for item in wave if meant_for(wishes["at_gate"], [item])]
    return {
        "wishes": {**wishes, "needs": needs, "at_gate": [one for one in early if one in wishes["full_downloads"]]},
        "waves": [list(wave) for wave in waves],
        "began": now,
        "now": now,
        "told": {},
        "why": {kind: dict(why.get(kind, {})) for kind in ("failed", "blocked", "held", "vetoed", "outside")},
        "providers": None,
        "ready": {},
        "fits": {},
        "looked": {},
        "asked": {},
        "sights": {},
        "passed": {},
        "probed": {},
        "checked": {},
        "again": {},
        "validations": {},
        "hooked": {},
        "ran": [],
        "paces": {},
        "closed": "",
        "gate_asked": False,
        "gate": None,
        "opens": 0.0,
        "opened": "",
        "chapters": -1,
        "proved": False,
        "came": {},
        "moved": False,
    }


def answered(run: Run, told: Sequence[AnswerEntry], now: float) -> Run:
    """The run after an answer of the module failback. Its errors are those of the VMs, but for those who only wait."""
    fair = [in_time(run, entry, now) for entry in told]
    came = {one["id"]: now for one in fair if one["phase"] in UNCOMMITTED}
    came = {**came, **run["came"]}
    wrong = {one["name"]: one for one in fair if one["error"] and one["error"].get("code") not in WAITS}
    late = [one for one in fair if one["error"] and one["error"].get("code") == LATE]
    after = with_answer(run, fair, now)
    ready = {one["id"]: now for one in fair if one["goal"] == SYNCHRONIZED and one["at_goal"] and one["phase"] in AWAY}
    newest = max(came.values(), default=0.0)
    in_vain = {one["name"]: message(one) for one in late if newest < run["looked"].get(one["id"], now)}
    return with_reasons(
        {
            **after,
            "ready": {**ready, **run["ready"]},
            "looked": {key: at for key, at in run["looked"].items() if key not in {one["id"] for one in late}},
            "came": came,
            "moved": True,
        },
        failed={name: message(one) for name, one in wrong.items()},
        held=in_vain,
    )


def message(entry: AnswerEntry) -> str:
    """The error in words; where a person has to decide before it goes on, with what there is to decide."""
    error = entry["error"]
    if not error:
        return ""
    decide = error.get("what_to_do", "") if error.get("code") in UNDECIDED else ""
    return f"{error['message']} {decide}".rstrip()


def with_reasons(run: Run, **more: Mapping[str, str]) -> Run:
    """The run with more reasons, by kind and name."""
    return {**run, "why": {kind: {**told, **more.get(kind, {})} for kind, told in run["why"].items()}}


def asked_for(run: Run, goals: Mapping[str, str], now: float) -> Run:
    """The run after these goals were given to the module: their time counts from now, if it does not yet."""
    asked = {
        **run["asked"],
        **{arm_id: {goal: now, **run["asked"].get(arm_id, {})} for arm_id, goal in goals.items()},
    }
    return {**run, "asked": asked}


def inspected(run: Run, ids: Sequence[str], held: Reasons, since: float) -> Run:
    """The run after the hosts of these VMs were looked at, `since` when: some are held where they are."""
    return with_reasons({**run, "looked": {**run["looked"], **dict.fromkeys(ids, since)}}, held=held)


def recorded(run: Run, items: Sequence[ItemEntry], providers: Sequence[ProviderEntry], now: float) -> Run:
    """The run after the vault was asked what it has recorded of VMs that came home, and which hosts it has."""
    known: Run = {**run, "providers": list(providers)}
    return {**known, "sights": {**run["sights"], **{item["id"]: begun(known, item, now) for item in items}}}


def looked(run: Run, host: str, ids: Sequence[str], look: Look, now: float) -> Run:
    """The run after a look at a host for these VMs. Who is as it has to be has passed, whose time is over has not."""
    sights, passed, failed = dict(run["sights"]), dict(run["passed"]), {}
    told = dict(run["validations"])
    shelf = Shelf(look)
    for arm_id in ids:
        sights[arm_id], over = seen(run, sights[arm_id], host, shelf, now)
        result = sights[arm_id]["result"]
        if over:
            told[arm_id] = result
        if over and result["passed"]:
            passed[arm_id] = now
        elif over:
            failed[result["name"]] = ", ".join(result["problems"])
    return with_reasons({**run, "sights": sights, "passed": passed, "validations": told}, failed=failed)


def hooked(run: Run, call: NumberedCall, failed: str, ended: str) -> Run:
    """The run after a hook: those that it ran for go on, or are left where they stand."""
    ids = [item["id"] for item in call["items"]]
    before = run["hooked"].get(str(call["number"]), {})
    told: Run = {**run, "hooked": {**run["hooked"], str(call["number"]): {**before, **dict.fromkeys(ids, True)}}}
    if failed:
        reason = f"hook {call['label']} failed: {failed}{call['hint']}"
        return with_reasons(told, failed={item["name"]: reason for item in call["items"]})
    return {**told, "ran": [*run["ran"], {"hook": call["label"], "tasks": call["tasks"], "ended": ended}]}


def probed(run: Run, arm_id: str, problem: str, now: float) -> Run:
    """The run after a VM was asked over the network."""
    return found_wrong(run, arm_id, problem) if problem else {**run, "probed": {**run["probed"], arm_id: now}}


def checked(run: Run, arm_id: str, problem: str, now: float) -> Run:
    """The run after the checks of a VM that need tasks."""
    return found_wrong(run, arm_id, problem) if problem else {**run, "checked": {**run["checked"], arm_id: now}}


def found_wrong(run: Run, arm_id: str, problem: str) -> Run:
    """The run with a VM that its host calls well, and that is not."""
    bad: Validation = {**run["sights"][arm_id]["result"], "passed": False, "problems": [problem]}
    return with_reasons({**run, "validations": {**run["validations"], arm_id: bad}}, failed={bad["name"]: problem})


def once_more(run: Run, ids: Sequence[str]) -> Run:
    """The run when these VMs have waited for their delay: they are validated again."""
    return {
        **run,
        "passed": without(run["passed"], ids),
        "probed": without(run["probed"], ids),
        "checked": without(run["checked"], ids),
        "sights": without(run["sights"], ids),
        "again": {**run["again"], **dict.fromkeys(ids, True)},
    }


def without(told: Mapping[str, T], ids: Collection[str]) -> dict[str, T]:
    return {key: value for key, value in told.items() if key not in ids}


def objected(run: Run, ids: Sequence[str], objections: Reasons) -> Run:
    """The run when these VMs go to their commit, and some of them are objected to."""
    concerned = [entry for entry in entries_of(run) if entry["id"] in ids]
    return with_reasons(run, vetoed=of_vetoes(concerned, objections))


def said_no(run: Run, closed: str) -> Run:
    """The run after the user's check of the gate, with why it stays closed; empty when it may open."""
    return {**run, "closed": closed, "gate_asked": True}


def reported(run: Run) -> Run:
    """The run when its report so far is written."""
    return {**run, "chapters": chapters_of(run, entries_of(run))}
