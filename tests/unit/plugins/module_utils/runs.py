# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole run of a moving module in this process: its glue, the engine, the SDK, the simulator's core. No Ansible."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from ansible_collections.asr.hyperv.plugins.module_utils._glue.base import AsrModule
from ansible_collections.asr.hyperv.plugins.module_utils._glue.module import MovingModule, move_items
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import a_wish
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service

OPTIONS: dict[str, Any] = {
    "protected_items": None,
    "recovery_plan": "plan1",
    "groups": None,
    "wait": True,
    "wait_timeout": 3600,
    "poll_interval": 60.0,
    "on_error": "continue",
    "max_failures": -1,
    "max_concurrent": -1,
    "optional_items": [],
    "heartbeat": 60,
}


class Failed(Exception):
    """What the module answered when it failed."""

    def __init__(self, **answer: object) -> None:
        super().__init__(answer["msg"])
        self.answer = answer


class FakeModule:
    """As much of a module as a run needs. `clock` and `say` are seams at which tests break things."""

    looks_for_others = True

    def __init__(self, service: Service, **options: object) -> None:
        self.params, self.check_mode = {**OPTIONS, **options}, False
        self.clock = SimpleNamespace(
            now=service.clock.now,
            sleep=service.clock.sleep,
            left=lambda: self.params["wait_timeout"],
            elapsed=lambda: 0.0,
            ends=lambda: 0.0,
            disarm=lambda: None,
            recalled=service.clock.recalled,
        )
        self.said: list[str] = []
        self.warn = self.say = self.said.append
        self.heartbeat = SimpleNamespace()

    def mask(self) -> None:
        """There is no secret here."""

    def fail_json(self, **answer: object) -> None:
        raise Failed(**answer)


def moving(module: FakeModule) -> MovingModule:
    """It has all that a run asks of a module."""
    return cast(MovingModule, module)


def a_module(**facts: Any) -> AsrModule:
    """A module that has these facts alone, which are all that is asked for."""
    return cast(AsrModule, SimpleNamespace(**facts))


def outcome(service: Service, module: FakeModule, goal: str = "protected") -> dict[str, Any]:
    """The answer of the run, whether it went well or not. Anything but an answer is raised."""
    try:
        return move_items(moving(module), service.vault, a_wish(goal))
    except Failed as failed:
        return failed.answer
