# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drives a run of the role failback from one point at which Ansible's hand is needed to the next. Internal to that role.

The value of the run lies in a file in the folder that Ansible makes for one call of ansible-playbook and takes away with it:
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
from ansible_collections.asr.hyperv.plugins.module_utils._night import run as nights
from ansible_collections.asr.hyperv.plugins.module_utils._night.calls import have_had_their_last
from ansible_collections.asr.hyperv.plugins.module_utils._night.standing import entries_of
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Run
from ansible_collections.asr.hyperv.plugins.plugin_utils._conducting import Conductor, served
from ansible_collections.asr.hyperv.plugins.plugin_utils._looking import Looking
from ansible_collections.asr.hyperv.plugins.plugin_utils._moving import Mover
from ansible_collections.asr.hyperv.plugins.plugin_utils._surroundings import Around, Failed

OWN: dict[str, Any] = {  # its options besides those of the vault, with what they are if nobody gives them
    "state": "advanced",
    "waves": (),
    "wishes": {},
    "why": {},
    "recorded": (),
    "outcomes": (),
    "plan": "",
    "options": {},
}


class ActionModule(ActionBase):
    """See plugins/modules/conduct.py."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict | None = None) -> dict:
        """Open the run, advance it, or tell what it is."""
        result = super().run(tmp, task_vars)
        mine = task_vars or {}
        vault = {name: value for name, value in self._task.args.items() if name in VAULT_OPTIONS}
        given = {name: value for name, value in self._task.args.items() if name not in VAULT_OPTIONS}
        args = {**OWN, **given}
        place = os.path.join(constants.DEFAULT_LOCAL_TMP, f"failback-{abs(hash(str(mine['inventory_hostname'])))}.json")  # type: ignore[attr-defined]
        around = Around(self, mine, vault)
        if args["state"] == "opened":
            wishes = {**args["wishes"], "validating": around.validating(args["recorded"])}
            keep(place, nights.opened(args["waves"], wishes, args["why"], time.time()))  # type: ignore[arg-type]
            return result
        run = with_outcomes(kept(place), args["outcomes"])
        if args["state"] == "told":
            keep(place, run)
            had = have_had_their_last(run, entries_of(run))
            return {
                **result,
                "run": {
                    **run,
                    "told": list(run["told"].values()),
                    "hooked": had,
                    "validations": list(run["validations"].values()),
                },
            }
        return {**result, **self.advance(run, place, around, args)}

    def advance(self, run: Run, place: str, around: Around, args: Mapping) -> dict[str, Any]:
        """One turn: the digest of the run, and what is to be served."""
        looking = Looking(self, around.task_vars, int(around.value("failback", "host_forks")))
        mover = Mover(self, around.task_vars, {**around.vault, **args["options"]}, str(args["plan"]), around.show)
        conductor = Conductor(around, looking, mover, run)
        try:
            todo = conductor.turn()
        except Failed as failed:
            return {**failed.answer, "changed": conductor.changed}
        finally:
            keep(place, conductor.run)
        kind, due = served(todo)
        if kind == "so_far":
            keep(place, nights.reported(conductor.run))
        digest = Counter(entry["phase"] for entry in entries_of(conductor.run))
        told: dict[str, Any] = {
            "next": kind,
            "due": [self.served(conductor.run, kind, one) for one in due],
            "phases": dict(digest),
        }
        told |= {"changed": conductor.changed, "warnings": list(conductor.warnings)}
        return {**told, **({"diff": conductor.diffs} if conductor.diffs and self._task.diff else {})}

    def served(self, run: Run, kind: str, one: Any) -> Any:
        """What a task file is given for one that is due."""
        if kind == "checks":
            return {"label": run["sights"][one]["result"]["name"], "result": run["sights"][one]["result"], "id": one}
        if kind == "gate":
            return {**one, "items": list(run["told"].values())}
        return one


def with_outcomes(run: Run, outcomes: list[Mapping[str, Any]]) -> Run:
    """The run with what became of hooks, checks, and the user's check of the gate."""
    for one in outcomes:
        if one["kind"] == "hook":
            run = nights.hooked(run, one["call"], one.get("failed", ""), one["ended"])
        elif one["kind"] == "gate":
            run = nights.said_no(run, one.get("failed", ""))
        else:
            run = nights.checked(run, one["call"]["id"], one.get("failed", ""), time.time())
    return run


def keep(place: str, run: Run) -> None:
    """Write the value down; whole or not at all."""
    with open(f"{place}.new", "w", encoding="utf-8") as file:
        json.dump(run, file)
    os.replace(f"{place}.new", place)


def kept(place: str) -> Run:
    with open(place, encoding="utf-8") as file:
        run: Run = json.load(file)
    return run
