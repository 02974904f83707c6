# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a run needs of Ansible: modules of the vault, variables of the roles, the veto file, the screen."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.asr.hyperv.plugins.module_utils._glue.progress import PROGRESS_FILE
from ansible_collections.asr.hyperv.plugins.module_utils._roles.baseline import by_name_and_id
from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Validating
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.errands import Errands
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.places import text_of
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.screen import show, show_from, tell
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.specs import as_written, specs

GLANCE = 0.25  # seconds between two looks whether the playbook is still there
FOREVER = 10 * 86400.0  # seconds; a module has a time limit of its own
Question = tuple[str, Mapping[str, Any]]  # a module of the vault, and its options
TIMED_BY = {"synchronized": "failback_sync_timeout", "cut_over": "failback_wave_timeout"}  # the option of a goal's time


def written(value: Any, goal: object = "") -> Any:
    """What a module says, in the words of the role."""
    return as_written(value, "failback", TIMED_BY.get(str(goal or ""), "failback_home_timeout"))


class Failed(Exception):
    """The run cannot go on. `answer` is what the task fails with."""

    def __init__(self, answer: Mapping) -> None:
        super().__init__(str(answer.get("msg")))
        self.answer = {**answer, "failed": True}


class Around:
    """See above. `vault` has the options that say which vault, `value` gives a variable of a role, or its default.

    `own` has variables, by name, in which the inventory says something of single VMs; `said` what was said to people,
    and `warnings` those of modules.
    """

    def __init__(self, action: ActionBase, task_vars: Mapping, vault: Mapping) -> None:
        self.action, self.task_vars, self.vault = action, task_vars, vault
        self.own: dict[str, Any] = {}
        self.said: list[str] = []
        self.warnings: dict[str, Any] = {}
        self.show: Callable[[str], None] = silent if action._task.no_log else self.shown

    @cached_property
    def hosts(self) -> list[str]:
        """The hosts of the inventory that may have VMs: nodes instead of a cluster, once the preflight has found them."""
        groups = self.task_vars.get("groups", {})
        group = groups.get(self.value("failback", "hosts_group"), ())
        return [str(host) for host in group if host not in groups.get("__hyperv_clusters", ())]

    @cached_property
    def whose(self) -> str:
        """How lines begin where a play runs for several: with the plan, or the host of the play."""
        if len(self.task_vars.get("ansible_play_hosts_all") or ()) < 2:
            return ""
        return f"{self.value('failback', 'recovery_plan') or self.task_vars['inventory_hostname']}: "

    @cached_property
    def patience(self) -> float:
        return float(self.value("preflight", "timeout"))

    @cached_property
    def veto(self) -> Any:
        return self.value("failback", "veto")

    @cached_property
    def stops(self) -> bool:
        return bool(self.value("failback", "on_error") == "stop")

    @cached_property
    def heartbeat(self) -> float:
        return float(self.value("failback", "heartbeat"))

    @cached_property
    def breath(self) -> float:
        return min(1.0, float(self.value("failback", "poll_interval")))

    def value(self, role: str, option: str) -> Any:
        """The value of a variable of a role, as the role itself would see it."""
        name = f"{role}_{option}"
        if name in self.own:
            return self.own[name]
        if name in self.task_vars:
            return self.action._templar.template(self.task_vars[name])
        return specs(role)[name].get("default")

    def variable(self, name: str) -> Any:
        """The value of any variable."""
        return self.action._templar.template(self.task_vars[name])

    def shown(self, line: str) -> None:
        show(f"  {self.whose}{line}")

    def module(self, name: str, options: Mapping) -> dict[str, Any]:
        """The answer of a module of the vault. In a child: it has a temporary folder of its own."""
        self.action._connection._shell.tmpdir = None
        answer: dict[str, Any] = self.action._execute_module(
            module_name=f"asr.hyperv.{name}", module_args={**self.vault, **options}, task_vars=self.task_vars
        )
        return answer

    def say(self, lines: Sequence[str]) -> None:
        """Tell people, and programs that read the answers of tasks."""
        seen = [visible(line) for line in lines]
        self.said += seen
        for line in seen if not self.action._task.no_log else ():
            tell(f"  {self.whose}{line}")

    def ask_one(self, name: str, options: Mapping[str, Any], *, only_ask: bool = True) -> dict[str, Any]:
        """The answer of one module: see `ask`."""
        return self.ask({name: (name, options)}, only_ask=only_ask)[name]

    def ask(self, questions: Mapping[str, Question], *, only_ask: bool = True) -> dict[str, dict[str, Any]]:
        """The answers of modules of the vault, by what they are called here, side by side. With `only_ask` nothing is started."""
        playbook, errands, told = os.getppid(), Errands(), dict[str, dict[str, Any]]()
        for key, (name, options) in questions.items():
            errands.start(key, partial(self.question, name, options, only_ask), FOREVER)
        while len(errands):
            if os.getppid() != playbook:
                os._exit(1)  # nobody is there any more to be told
            told |= dict(errands.ended(GLANCE))
        for key in questions:
            for line in told[key].pop("lines", ()):
                self.show(line)
            self.warnings |= {str(one): one for one in told[key].pop("warnings", ())}
        return {key: told[key] for key in questions}

    def question(self, name: str, options: Mapping, only_ask: bool) -> dict[str, Any]:
        """In a child: the answer of a module with the `lines` that it has for the screen."""
        self.action._task.check_mode = self.action._task.check_mode or only_ask
        self.action._task.diff = self.action._task.diff and not only_ask
        self.action._connection._shell.tmpdir = None
        folder = str(self.action._make_tmp_path())
        self.action._connection._shell.tmpdir = folder
        lines: list[str] = []
        try:
            answer: dict[str, Any] = self.action._execute_module(
                module_name=f"asr.hyperv.{name}", module_args={**self.vault, **options}, task_vars=self.task_vars
            )
            show_from(os.path.join(folder, PROGRESS_FILE), 0, lines.append)
        finally:
            self.action._remove_tmp_path(folder)
        return {**answer, "lines": lines}

    def read_vault(self, ids: Sequence[str], providers: Sequence[Mapping] | None) -> dict[str, Any]:
        """What the vault has recorded of these VMs, and its hosts, where nobody knows them yet."""
        answer = self.module("protected_item_info", {"protected_items": list(ids)})
        if providers is None and "protected_items" in answer:
            told = self.module("provider_info", {})
            providers = told.get("providers") or []  # whoever may not read providers has all hosts asked
        return {**answer, "providers": providers or []}

    def judge(self, question: Mapping) -> dict[str, Any]:
        """The verdicts before a cutover."""
        return self.module("readiness_info", question)

    def prove(self, options: Mapping, ids: Sequence[str], things: Sequence[str]) -> dict[str, Any]:
        """What has become of these things, and what is left of VMs that are home. They are where they are asked to be."""
        question = {"protected_items": list(ids), "state": "protected", "left_in_azure": list(things), "wait": False}
        return self.module("failback", {"data_sync": options["data_sync"], "orchestration": "itemwise", **question})

    def veto_file(self) -> dict[str, str] | None:
        """The veto file as it is now, or why it cannot be read; None without one."""
        path = str(self.value("failback", "veto_file"))
        return text_of(path) if path else None

    def validating(self, recorded: Sequence[Any], kept: Sequence[Any] | None) -> Validating:
        """How VMs are validated, as the variables of the role validate say. `recorded`, `kept`: what is in their files."""
        everyone = self.task_vars["hostvars"]
        hosts = [{"host": host, "name": str(everyone[host].get("asr_host_name") or host)} for host in self.hosts]
        tasks = ("wait_for_connection", "tasks")
        return {
            "timeout": float(self.value("validate", "timeout")),
            "must_match": self.value("validate", "must_match"),
            "vms": self.value("validate", "vms"),
            "recorded": recorded,
            "isolated_switch": str(self.value("validate", "isolated_switch")),
            "kept": None if kept is None else by_name_and_id(kept),
            "tcp_ports": self.value("validate", "tcp_ports"),
            "http": self.value("validate", "http"),
            "hosts": hosts,  # type: ignore[typeddict-item]
            "own": any(str(self.value("validate", name)).lower() not in ("", "false", "[]") for name in tasks),
        }


def silent(_line: str) -> None:
    """For a task with no_log: lines name VMs and jobs."""
