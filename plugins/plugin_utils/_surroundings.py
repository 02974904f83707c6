# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What one turn of a run needs of Ansible: modules of the vault, variables of the roles, the veto file, the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.asr.hyperv.plugins.filter.as_written import as_written
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Validating
from ansible_collections.asr.hyperv.plugins.plugin_utils._places import text_of
from ansible_collections.asr.hyperv.plugins.plugin_utils._screen import show
from ansible_collections.asr.hyperv.plugins.plugin_utils._specs import specs

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
    """See above. `vault` has the options that say which vault, `value` gives a variable of a role, or its default."""

    def __init__(self, action: ActionBase, task_vars: Mapping, vault: Mapping) -> None:
        self.action, self.task_vars, self.vault = action, task_vars, vault
        group = task_vars.get("groups", {}).get(self.value("failback", "hosts_group"), ())
        self.hosts: list[str] = [str(host) for host in group]
        self.patience = float(self.value("preflight", "timeout"))
        self.veto = self.value("failback", "veto")
        self.stops = self.value("failback", "on_error") == "stop"
        self.heartbeat = float(self.value("failback", "heartbeat"))
        self.breath = min(1.0, float(self.value("failback", "poll_interval")))
        self.show: Callable[[str], None] = silent if action._task.no_log else self.shown

    def value(self, role: str, option: str) -> Any:
        """The value of a variable of a role, as the role itself would see it."""
        name = f"{role}_{option}"
        if name in self.task_vars:
            return self.action._templar.template(self.task_vars[name])
        return specs(role)[name].get("default")

    def shown(self, line: str) -> None:
        show(f"  {line}")

    def module(self, name: str, options: Mapping) -> dict[str, Any]:
        """The answer of a module of the vault. In a child: it has a temporary folder of its own."""
        self.action._connection._shell.tmpdir = None
        answer: dict[str, Any] = self.action._execute_module(
            module_name=f"asr.hyperv.{name}", module_args={**self.vault, **options}, task_vars=self.task_vars
        )
        return answer

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

    def validating(self, recorded: Sequence[Any]) -> Validating:
        """How VMs are validated, as the variables of the role validate say."""
        everyone = self.task_vars["hostvars"]
        hosts = [{"host": host, "name": str(everyone[host].get("asr_host_name") or host)} for host in self.hosts]
        tasks = ("wait_for_connection", "tasks")
        return {
            "timeout": float(self.value("validate", "timeout")),
            "must_match": self.value("validate", "must_match"),
            "vms": self.value("validate", "vms"),
            "recorded": recorded,
            "isolated_switch": str(self.value("validate", "isolated_switch")),
            "tcp_ports": self.value("validate", "tcp_ports"),
            "http": self.value("validate", "http"),
            "hosts": hosts,  # type: ignore[typeddict-item]
            "own": any(str(self.value("validate", name)).lower() not in ("", "false", "[]") for name in tasks),
        }


def silent(_line: str) -> None:
    """For a task with no_log: lines name VMs and jobs."""
