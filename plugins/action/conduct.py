# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drives a run of the role failback: before it, from one point where Ansible's hand is needed to the next, and its end. Internal.

All that is known lies in a file in the folder that Ansible makes for one call of ansible-playbook and takes away with it:
results and callbacks get a digest. Nothing lives on when the playbook is gone.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from ansible import constants
from ansible.plugins.action import ActionBase

from ansible_collections.asr.hyperv.plugins.module_utils._glue.options import VAULT_OPTIONS
from ansible_collections.asr.hyperv.plugins.module_utils._night import book as books
from ansible_collections.asr.hyperv.plugins.module_utils._night import run as nights
from ansible_collections.asr.hyperv.plugins.module_utils._night import wanted
from ansible_collections.asr.hyperv.plugins.module_utils._night.ending import result as result_of
from ansible_collections.asr.hyperv.plugins.module_utils._night.portions import after_portion, key_of
from ansible_collections.asr.hyperv.plugins.module_utils._night.standing import entries_of
from ansible_collections.asr.hyperv.plugins.module_utils._roles.commands import copied
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Book, Run
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.sight import Sight
from ansible_collections.asr.hyperv.plugins.plugin_utils._hosts.looking import Looking
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.closing import Closing
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.conducting import Conductor, served
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.earlier import read_json
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.entering import (
    asks_preflight,
    enter,
    nobody_looks,
    preflight_options,
)
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.moving import Mover
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.opening import Opening, begun, now
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.surroundings import Around, Failed, written
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.writing import write_report, write_result

ROUND = 20  # turns that lie side by side, at least
UNFINISHED = {"outcome": "unfinished", "exit_code": 2}  # what programs are told until the run has an end


class ActionModule(ActionBase):
    """See plugins/modules/conduct.py."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict | None = None) -> dict:
        """One step of the run; its digest."""
        result = super().run(tmp, task_vars)
        mine = task_vars or {}
        args = {name: value for name, value in self._task.args.items() if name not in VAULT_OPTIONS}
        vault = {name: value for name, value in self._task.args.items() if name in VAULT_OPTIONS}
        place = os.path.join(constants.DEFAULT_LOCAL_TMP, f"failback-{abs(hash(str(mine['inventory_hostname'])))}.json")  # type: ignore[attr-defined]
        steps = {"begun": self.begin, "read": self.read, "opened": self.open, "broke": self.broke, "closed": self.close}
        around = Around(self, mine, vault)
        begins = args.get("state") == "begun"
        book = empty(checks=self._task.check_mode) if begins else kept(place)
        around.own = {"validate_vms": book["vms"]} if book["waves"] else {}
        try:
            book["hosts"] = [] if begins else around.hosts
            told = steps.get(args.get("state", "advanced"), self.advance)(around, book, args)
        except Failed as failed:
            told = {"changed": False, **failed.answer}
        finally:
            keep(place, book)
        if around.warnings:
            told["warnings"] = [*around.warnings.values(), *told.get("warnings", ())]
        return {**result, **({"msg": around.said} if around.said else {}), **told}

    def begin(self, around: Around, book: Book, _args: Mapping) -> dict[str, Any]:
        """Whether the options can be understood."""
        if lines := Sight(around.task_vars, self._loader, self._templar).objections("failback"):
            raise Failed({"msg": "\n".join(["Nothing was started.", *lines])})
        book["options"], book["hosts"] = begun(around), around.hosts
        write_result(book, UNFINISHED)
        return {"ansible_stats": for_programs(UNFINISHED)}

    def read(self, around: Around, book: Book, _args: Mapping) -> dict[str, Any]:
        """What is known before the hosts are looked at."""
        Opening(around, book).read()
        return {"preflight": preflight_options(around, book) if asks_preflight(book) else {}}

    def open(self, around: Around, book: Book, _args: Mapping) -> dict[str, Any]:
        """Open the run where there is something to do; the numbers of its first turns."""
        if asks_preflight(book):
            enter(around, book)
        if book["checks"] or (books.all_home(book) and not books.last_hooks(book)["owed"]):
            return {"turns": []}
        if not wanted.looks(book) and not books.all_home(book):
            nobody_looks(around, book)
        recorded, kept = (around.value("validate", name) for name in ("recorded", "baseline"))
        known = read_json(f"{recorded}.json") if recorded else []
        validating = around.validating(known, read_json(kept) if kept else None)
        wishes = wanted.wishes(book, validating)
        book["run"] = nights.opened(book["waves"], wishes, books.why(book), time.time())
        return {"turns": list(range(max(ROUND, len(book["items"]) // 10)))}

    def advance(self, around: Around, book: Book, args: Mapping) -> dict[str, Any]:
        """One turn: the digest of the run, and what is to be served."""
        looking = Looking(self, around.task_vars, int(around.value("failback", "host_forks")))
        options = {**around.vault, **wanted.call_options(book)}
        plan = "" if wanted.own_order(book) else books.option(book, "recovery_plan")
        mover = Mover(self, around.task_vars, options, plan, around.show)
        conductor = Conductor(around, looking, mover, with_outcomes(book, args, broke_off=False), book["turn"])
        book["turn"], book["served"] = book["turn"] + 1, None
        conductor.write = lambda so_far: write_report(around, {**book, "run": so_far})
        try:
            todo = conductor.turn()
        except Failed as failed:
            raise Failed({**failed.answer, "changed": conductor.changed}) from failed
        finally:
            book["run"] = conductor.run
        kind, due = served(todo)
        book["served"] = {"calls": list(due), "at": time.time()} if kind == "hook" else None
        told: dict[str, Any] = {
            "turn": [book["began"], book["turn"]],
            "next": kind,
            "due": [of_one(conductor.run, kind, one) for one in due],
            "phases": dict(Counter(entry["phase"] for entry in entries_of(conductor.run))),
        }
        told |= {"changed": conductor.changed, "warnings": list(conductor.warnings)}
        return {**told, **({"diff": conductor.diffs} if conductor.diffs and self._task.diff else {})}

    def broke(self, _around: Around, book: Book, args: Mapping) -> dict[str, Any]:
        """Note what went wrong."""
        failure: Any = copied(args["failure"])
        book["broke"] = written(failure) or {"msg": ""}
        return {}

    def close(self, around: Around, book: Book, args: Mapping) -> dict[str, Any]:
        """How it ended, and why the play is to fail."""
        if book["run"]:
            book["run"] = with_outcomes(book, args, broke_off=True)
        looking = Looking(self, around.task_vars, int(around.value("failback", "host_forks")))
        closing = Closing(around, looking, book)
        told: dict[str, Any] = {"failure": closing.close(), "changed": closing.changed}
        if closing.diffs and self._task.diff:
            told["diff"] = closing.diffs
        if book["checks"] and book["broke"]:
            return told
        outcome = result_of(book, now())
        write_result(book, outcome)
        return {**told, "ansible_stats": for_programs(outcome)}


def of_one(run: Run, kind: str, one: Any) -> Any:
    """What a task file is given for one that is due."""
    if kind == "checks":
        seen = run["sights"][one]["result"]
        return {"label": seen["name"], "result": seen, "id": one, "vms": run["wishes"]["validating"]["vms"]}
    if kind == "gate":
        return {**one, "items": list(run["told"].values())}
    return one


def for_programs(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """The custom stats of a playbook, as set_stats makes them."""
    return {"data": {"asr_result": outcome}, "per_host": False, "aggregate": False}


def with_outcomes(book: Book, args: Mapping[str, Any], *, broke_off: bool) -> Run:
    """The run with what became of hooks, checks, and the user's check of the gate in the turn before this call."""
    run: Run = book["run"]  # type: ignore[assignment]
    noted = [one for one in args.get("outcomes") or () if one["turn"] == [book["began"], book["turn"]]]
    failed = {key_of(one["call"]): one["failed"] for one in noted if one["kind"] == "hook"}
    run = (
        after_portion(run, book["served"], failed, (time.time(), now()), broke_off=broke_off) if book["served"] else run
    )
    for one in noted:
        if one["kind"] == "gate":
            run = nights.said_no(run, one.get("failed", ""))
        elif one["kind"] == "checks":
            run = nights.checked(run, one["id"], one.get("failed", ""), time.time())
    return run


def empty(*, checks: bool) -> Book:
    """A book of which nothing is written yet."""
    return {
        "options": {},
        "wish": {},
        "vms": {},
        "hosts": [],
        "checks": checks,
        "began": now(),
        "items": [],
        "manual_actions": [],
        "waves": [],
        "native": False,
        "previous": {},
        "relied_on": {},
        "missed": [],
        "full_downloads": [],
        "left_now": [],
        "preflight": {},
        "estimates": {},
        "homes": {},
        "sightings": [],
        "made": [],
        "cluster_roles": {},
        "blocked": {},
        "suspects": {},
        "run": None,
        "turn": 0,
        "served": None,
        "answers": None,
        "wellness": {"unwell": {}, "notes": {}},
        "broke": {},
    }


def keep(place: str, book: Book) -> None:
    """Write all of it down; whole or not at all."""
    with open(f"{place}.new", "w", encoding="utf-8") as file:
        json.dump(book, file, default=str)
    os.replace(f"{place}.new", place)


def kept(place: str) -> Book:
    with open(place, encoding="utf-8") as file:
        book: Book = json.load(file)
    return book
