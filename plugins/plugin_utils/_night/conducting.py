# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""One turn of a run: it moves the VMs, looks at their hosts, and comes back when Ansible's hand is needed, or nothing is left.

Nothing is remembered but the value of the run: each call of the module asks the service where everything stands.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._night import run as nights
from ansible_collections.asr.hyperv.plugins.module_utils._night.course import course
from ansible_collections.asr.hyperv.plugins.module_utils._night.course import nothing as nothing_to_do
from ansible_collections.asr.hyperv.plugins.module_utils._night.passing import due_for_commit, timed
from ansible_collections.asr.hyperv.plugins.module_utils._night.standing import entries_of
from ansible_collections.asr.hyperv.plugins.module_utils._night.telling import news, standing
from ansible_collections.asr.hyperv.plugins.module_utils._roles.veto import vetoes, waiting
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Course, Run
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.errands import Errands
from ansible_collections.asr.hyperv.plugins.plugin_utils._hosts.looking import Looking
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.lookout import INSPECTION, WATCH, Lookout
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.moving import KEY, Mover
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.surroundings import Around, Failed, written

GLANCE = 0.25  # seconds between two looks at what has come back, and whether the playbook is still there
SECOND = 1.0  # after which it is thought over what is to be done, if nothing has come back
MINUTE = 60.0
LOOKS = 8.0  # seconds in which looks begin though a hook is due: for those, too, that come home in the round before it
WAITS = 20.0  # seconds that a hook which is due waits for a look at a host that is under way
EVERY = 4  # turns of which one waits as long as a look may take: a slow host has its turn however many hooks there are


class Conductor:
    """One turn. `around` is what it needs of Ansible, `run` the value, which is another one at the end. `number`: which turn."""

    def __init__(self, around: Around, looking: Looking, mover: Mover, run: Run, number: int = 0) -> None:
        self.around, self.mover, self.run, self.number = around, mover, run, number
        self.errands = Errands()
        self.lookout = Lookout(around, looking, self.errands, mover.options)
        self.said, self.unsaid_since = run, 0.0
        self.spoken, self.held_told, self.due_since = time.time(), 0.0, 0.0
        self.changed, self.warnings, self.diffs = False, dict[str, None](), list[Any]()
        self.write: Callable[[Run], None] = nothing

    def turn(self) -> Course:
        """Until Ansible is needed; what for. Raises Failed."""
        try:
            todo = self.until_needed()
        finally:
            self.say_news()
        if todo["halt"]:
            raise Failed({"msg": todo["halt"]})
        return todo

    def until_needed(self) -> Course:
        """Go on until only Ansible can; what is to be done then. Raises Failed."""
        playbook = os.getppid()
        todo, thought = self.todo(), time.time()
        once = bool(needs_ansible(todo))  # some had to wait: one round of the service, then they
        while True:
            if os.getppid() != playbook:
                os._exit(1)  # nobody is there any more to be told
            hands = needs_ansible(todo)
            self.look(todo, hands)
            once = self.move(todo, hands, once)
            self.leave_behind(hands)
            if (todo["over"] or hands) and not len(self.errands):
                break
            came = self.errands.ended(GLANCE)
            for key, answer in came:
                self.take(key, answer)
            self.tell(todo)
            if came or time.time() - thought >= (SECOND if len(self.errands) else 0):
                todo, thought = self.todo(), time.time()
        return todo

    def look(self, todo: Course, hands: bool) -> None:
        """Send away who is to look. Where a hook is due new looks begin for a while, and those under way go on for another."""
        self.due_since = (self.due_since or time.time()) if hands else 0.0
        waited = time.time() - self.due_since if hands else 0.0
        if waited < WAITS or not self.number % EVERY:
            self.lookout.send(self.run, todo if waited < LOOKS else nothing_to_do(), self.mover.sent)

    def leave_behind(self, hands: bool) -> None:
        """A hook that is due does not wait for a host that hangs, which holds back its own VMs only: it is looked at again."""
        if hands and self.number % EVERY:
            for kind in (WATCH, INSPECTION):
                self.errands.leave(f"{kind} ", WAITS)

    def todo(self) -> Course:
        now = time.time()
        self.run = timed(self.run, now)
        todo = course(self.run, now)
        if todo["report"]:  # for a run that is killed from here on
            self.write(self.run)
            self.run = nights.reported(self.run)
            todo = course(self.run, now)
        return todo

    # what moves

    def move(self, todo: Course, hands: bool, once: bool) -> bool:
        """Send the module away or call it back; whether it still has to make its one round."""
        goals = {**todo["goals"], **todo["veto"]}
        if KEY in self.errands:
            if hands or todo["over"] or self.mover.wants(goals, todo["inspect"]):
                self.mover.recall()
            return once
        if not goals or (hands and not once) or time.time() < self.mover.rests_until:
            return once and bool(goals)
        if todo["veto"]:
            asked = list(todo["veto"])
            self.run = nights.objected(self.run, asked, self.objections())
            todo = self.todo()  # who is objected to may hold others back
            goals = {**todo["goals"], **{key: goal for key, goal in todo["veto"].items() if key in asked}}
        if goals:
            self.say_news()  # before the lines of the module
            self.run = nights.asked_for(self.run, goals, time.time())
            self.mover.start(self.errands, self.run, todo, goals, once=once and hands)
        return False

    def objections(self) -> dict[str, str]:
        """Who objects to whose commit. What cannot be read counts as a veto for all: a commit cannot be taken back."""
        return vetoes(entries_of(self.run), self.around.veto, self.around.veto_file())

    def moved(self, answer: Mapping) -> None:
        """Take an answer of the module."""
        self.mover.came_back(self.around.breath)
        self.changed = self.changed or bool(answer.get("changed"))
        self.warnings |= dict.fromkeys(map(str, answer.get("warnings") or ()))
        self.diffs += [answer["diff"]] if answer.get("diff") else []
        if "protected_items" not in answer:
            raise Failed(answer)
        told = [
            {**entry, "error": written(entry.get("error"), entry.get("goal"))} for entry in answer["protected_items"]
        ]
        self.run = nights.answered(self.run, told, time.time())  # type: ignore[arg-type]
        if answer.get("failed") and self.around.stops:
            raise Failed(answer)

    def take(self, key: str, answer: Mapping) -> None:
        """Take what an errand has brought. Others of its kind may be right behind it, so it is not said at once."""
        self.unsaid_since = self.unsaid_since or time.time()
        if key == KEY:
            self.moved(answer)
        else:
            self.run = self.lookout.take(self.run, key, answer)

    # what is said

    def say_news(self) -> None:
        """Say what is new since it was said last: once for all that came home, or were left, within a moment."""
        for line in news(self.said, self.run):
            self.say(f"{time.strftime('%H:%M:%SZ', time.gmtime())} {line}")
        self.said, self.unsaid_since = self.run, 0.0

    def say(self, line: str) -> None:
        self.spoken = time.time()
        self.around.show(line)

    def tell(self, todo: Course) -> None:
        """Lines of the module, who may still be objected to, and a sign of life."""
        if self.mover.folder and self.mover.show():
            self.spoken = time.time()
        now = time.time()
        if self.unsaid_since and now - self.unsaid_since >= SECOND:
            self.say_news()
        if todo["held_open"] and now - self.held_told >= MINUTE:
            self.held_told = now
            held = [entry for entry in entries_of(self.run) if entry["id"] in todo["held_open"]]
            seconds = min(due_for_commit(self.run, entry["id"]) for entry in held) - now
            self.say(waiting(held, self.objections(), max(seconds, 0)))
        if self.around.heartbeat and now - self.spoken >= self.around.heartbeat:
            self.say(f"{time.strftime('%H:%M:%SZ', time.gmtime())} {standing(self.run, now)}")


def nothing(_run: Run) -> None:
    """Where nobody wants a report."""


def needs_ansible(todo: Course) -> bool:
    """Whether something is due that only tasks can do."""
    return bool(todo["gate"] or todo["calls"] or todo["checks"])


def served(todo: Course) -> tuple[str, Sequence[Any]]:
    """What is served first, and for whom."""
    kinds: tuple[tuple[str, Sequence[Any]], ...] = (
        ("gate", [{"label": "the gate"}] if todo["gate"] else []),
        ("hook", todo["calls"]),
        ("checks", todo["checks"]),
    )
    return next(((kind, due) for kind, due in kinds if due), ("over", [{"label": "over"}]))
