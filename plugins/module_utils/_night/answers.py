# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Answers of the module failback, which is called many times in a run: one entry for each VM, that grows. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import COMMITTED, HOME
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_side import GONE, NOT_PROVEN
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Run
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import AnswerEntry, Remains, Timing

TIMED_OUT = "TimedOut"
COMMIT = "commit_failover"
MOMENT = 1.0  # seconds by which a call may end before the time of a VM is over


def in_time(run: Run, entry: AnswerEntry, now: float) -> AnswerEntry:
    """The entry without the error that its time is over, where that was the time of another VM in the call."""
    error = entry["error"]
    if not error or error.get("code") != TIMED_OUT or now + MOMENT >= deadline(run, entry["id"], str(entry["goal"])):
        return entry
    return {**entry, "error": None}


def deadline(run: Run, arm_id: str, goal: str) -> float:
    """When the time of a VM for a goal is over. The data of all is synchronized in one time, which counts from the beginning."""
    since = run["began"] if goal == "synchronized" else run["asked"].get(arm_id, {}).get(goal, run["now"])
    return since + run["wishes"]["limits"][goal]


def with_answer(run: Run, told: Sequence[AnswerEntry], now: float) -> Run:
    """The run with an answer, each entry put to those of before."""
    after = dict(run["told"])
    for entry in told:
        after[entry["id"]] = joined(after[entry["id"]], entry) if entry["id"] in after else entry
    return {**run, "told": after, "now": now}


def joined(old: AnswerEntry, new: AnswerEntry) -> AnswerEntry:
    """Both entries of a VM as one: what was done adds up, where it stands is what was said last."""
    return {
        **new,
        "phase_before": old["phase_before"],
        "steps": [*old["steps"], *new["steps"]],
        "jobs": list(dict.fromkeys([*old["jobs"], *new["jobs"]])),
        "data_sync": old["data_sync"] or new["data_sync"],
        "timings": timings([*old["timings"], *new["timings"]]),
        "locks": new.get("locks") or old.get("locks") or [],
        "azure_vm": new.get("azure_vm") or old.get("azure_vm") or {},
        "deletes": new.get("deletes") or old.get("deletes") or [],
        "azure_after": list(
            {one["id"]: one for one in (*old.get("azure_after", ()), *new.get("azure_after", ()))}.values()
        ),
        "warnings": list(dict.fromkeys([*old["warnings"], *new["warnings"]])),
    }


def timings(rows: Iterable[Timing]) -> list[Timing]:
    """One row for each job of a step: one call may ask for it, and another see its end."""
    told: dict[tuple[str, str], Timing] = {}
    for row in rows:
        key = (row["step"], row["job"])
        old = told.get(key)
        told[key] = (
            {**row, "asked": old["asked"] or row["asked"], "ended": row["ended"] or old["ended"]} if old else row
        )
    return list(told.values())


def unproven(run: Run) -> list[str]:
    """The ids of what commits of this run were to delete, and nobody has seen to be gone."""
    told = []
    for entry in run["told"].values():
        gone = {one["id"] for one in entry["azure_after"] if one["state"] == GONE}
        committed = COMMIT in entry["steps"] and entry["phase"] in COMMITTED
        told += [one["id"] for one in entry["deletes"] if one["id"] not in gone] if committed else []
    return told


def to_prove(run: Run) -> list[str]:
    """The ids of those that are read once more at the end: what was deleted is not proven, or an earlier run committed them."""
    phases = {item["id"]: item["phase"] for wave in run["waves"] for item in wave} | {
        key: entry["phase"] for key, entry in run["told"].items()
    }
    home = [key for key, phase in phases.items() if phase in HOME]
    return home if unproven(run) or any(key not in run["told"] for key in home) else []


def proved(run: Run, told: Sequence[Mapping[str, str]], entries: Sequence[AnswerEntry] = ()) -> Run:
    """The run when it was asked what has become of these: `id` and `state` of each. What nobody answered for is not proven."""
    states = {plain(one["id"]): one["state"] for one in told}
    asked = set(unproven(run))
    calm: list[AnswerEntry] = [{**entry, "error": None} for entry in entries if entry["id"] not in run["told"]]
    run = with_answer(run, calm, run["now"])
    return {
        **run,
        "told": {key: with_states(entry, asked, states) for key, entry in run["told"].items()},
        "proved": True,
    }


def with_states(entry: AnswerEntry, asked: Collection[str], states: Mapping[str, str]) -> AnswerEntry:
    """The entry with what has become of its things that were asked for."""
    mine = [one for one in entry["deletes"] if one["id"] in asked]
    after: dict[str, Remains] = {one["id"]: one for one in entry["azure_after"]}
    for one in mine:
        state = states.get(plain(one["id"]), NOT_PROVEN)
        after[one["id"]] = {"kind": one["kind"], "id": one["id"], "name": one["name"], "state": state}
    return {**entry, "azure_after": list(after.values())} if mine else entry
