# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The module failback as an errand of a run: what it is asked for, its lines on the screen, and how it is called back.

It is never killed: a file in its temporary folder calls it back, and it returns as soon as nothing is in doubt.
"""

from __future__ import annotations

import math
import os
import shutil
import time
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.asr.hyperv.plugins.module_utils._glue.progress import PROGRESS_FILE
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import UNCOMMITTED
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import HOMEWARD
from ansible_collections.asr.hyperv.plugins.module_utils._night.answers import deadline
from ansible_collections.asr.hyperv.plugins.module_utils._night.standing import entries_of
from ansible_collections.asr.hyperv.plugins.module_utils._roles.course import target
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Course, Run
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import AnswerEntry
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import SeenEntry
from ansible_collections.asr.hyperv.plugins.module_utils._wish.placement import meant_for
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.errands import Errands
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.screen import show_from
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.surroundings import FOREVER

KEY = "failback"
RANK = [goal.value for goal in HOMEWARD]
OF_SOME = ("item_options", "optional_items", "accept_unprotected_disks", "accept_changed_azure_vm")


class Mover:
    """The module, called again and again. `options` are those that every call has, with those of the vault."""

    def __init__(
        self, action: ActionBase, task_vars: Mapping, options: Mapping, plan: str, say: Callable[[str], None]
    ) -> None:
        self.action, self.task_vars, self.options, self.plan, self.say = action, task_vars, options, plan, say
        self.sent: dict[str, str] = {}
        self.folder, self.shown, self.rests_until = "", 0, 0.0

    @property
    def recall_file(self) -> str:
        return os.path.join(self.folder, "come_back")

    def start(self, errands: Errands, run: Run, todo: Course, goals: Mapping[str, str], *, once: bool) -> None:
        """Send it away for these goals; for one round only with `once`."""
        shell = self.action._connection._shell
        shell.tmpdir = None
        self.folder, self.shown, self.sent = str(self.action._make_tmp_path()), 0, dict(goals)
        if once:
            self.recall()
        errands.start(KEY, partial(self.work, {**self.options, **self.asked(run, todo, goals)}), FOREVER)
        shell.tmpdir = None

    def work(self, options: Mapping) -> dict[str, Any]:
        """In the child."""
        self.action._connection._shell.tmpdir = self.folder
        answer: dict[str, Any] = self.action._execute_module(
            module_name="asr.hyperv.failback", module_args=dict(options), task_vars=self.task_vars
        )
        return answer

    def asked(self, run: Run, todo: Course, goals: Mapping[str, str]) -> dict[str, object]:
        """What this call is asked for: all in the order of the waves where nothing has to happen between, else each by itself."""
        entries = entries_of(run)
        members = [entry for entry in entries if entry["id"] in goals]
        whole = todo["whole"] or not run["wishes"]["native"]
        share = 100.0 if run["gate"] else float(run["wishes"]["rules"]["share"])
        aim = target(entries, members, self.plan if whole else "", share, run["wishes"]["may_fail"])
        limits = [deadline(run, key, goal) for key, goal in goals.items()]
        options: dict[str, object] = {name: meant_for(self.options.get(name) or [], members) for name in OF_SOME}
        options |= {"max_failures": aim["max_failures"], "wait_timeout": max(1, math.ceil(min(limits) - time.time()))}
        options["orchestration"] = "native" if todo["whole"] and "recovery_plan" in aim else "itemwise"
        options["recall"] = self.recall_file
        if todo["whole"] or todo["to_the_end"] or run["gate"] is None:
            options |= {name: aim[name] for name in ("recovery_plan", "groups") if name in aim}
            options |= {"state": next(iter(goals.values()))}
            return {**options, **self.before_the_gate(run, aim), **self.bound(run, goals)}
        rows = [{"name": key, "state": goal, **self.calls(todo, key)} for key, goal in goals.items()]
        seen = [seen_of(run["told"][key]) for key in goals if key in run["told"]]
        own = {"protected_items": list(goals), "goals": rows, "until": "due", "seen": seen}
        return {**options, **own, **self.bound(run, goals)}

    def before_the_gate(self, run: Run, aim: Mapping) -> dict[str, object]:
        """What only the synchronization of all is asked for."""
        return {} if run["gate"] else {"share": aim["share"], "wait": not run["wishes"]["rules"].get("detached")}

    def calls(self, todo: Course, arm_id: str) -> dict[str, bool]:
        """Whether somebody is needed when this one is there, where that is not as usual."""
        if arm_id in todo["loud"]:
            return {"due": True}
        return {"due": False} if arm_id in todo["quiet"] else {}

    def bound(self, run: Run, goals: Mapping[str, str]) -> dict[str, int]:
        """How long from now on the looks at the hosts hold, for those that are to be cut over."""
        within = run["wishes"]["cut_over_within"]
        looked = [run["looked"][key] for key, goal in goals.items() if goal == "cut_over" and key in run["looked"]]
        return {"cut_over_within": max(1, int(within - (time.time() - min(looked))))} if within > 0 and looked else {}

    def wants(self, goals: Mapping[str, str], too_late: Collection[str]) -> bool:
        """Whether it has to be told: a goal was raised, a VM was added, or one is not to go on.

        Those whose look is `too_late` by now are not: it knows for how long their looks hold, and may be cutting them over.
        """
        raised = any(
            key not in self.sent or RANK.index(goal) > RANK.index(self.sent[key]) for key, goal in goals.items()
        )
        return raised or any(key not in goals and key not in too_late for key in self.sent)

    def recall(self) -> None:
        """Ask it to come back."""
        Path(self.recall_file).touch()

    def show(self) -> bool:
        """Show its new lines; whether there were any."""
        before = self.shown
        self.shown = show_from(os.path.join(self.folder, PROGRESS_FILE), before, self.say)
        return self.shown > before

    def came_back(self, breath: float) -> None:
        """After its answer: its last lines, and its folder goes. It rests for `breath` seconds, in which more may become due;
        not if it was called back, since somebody waits for the next call then."""
        self.show()
        self.rests_until = 0.0 if os.path.exists(self.recall_file) else time.time() + breath
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder, self.sent = "", {}


def seen_of(told: AnswerEntry) -> SeenEntry:
    """What earlier calls saw of a VM, from which the next one goes on."""
    return {
        "id": told["id"],
        "phase": told["phase"],
        "timings": told["timings"],
        "deletes": told["deletes"],
        "locks": told.get("locks", []),
        "azure_vm": told.get("azure_vm", {}) if told["phase"] in UNCOMMITTED else {},
    }
