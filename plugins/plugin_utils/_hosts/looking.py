# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Looks at hosts of the inventory side by side, from the control node, over the connection that the inventory gives each.

A task that is delegated goes to one host after the other, and makes a host's variables in the context of localhost. Here they are
made in the host's own: a password by the name of the host is that of the host.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from ansible import constants, context
from ansible.playbook.play_context import PlayContext
from ansible.plugins.action import ActionBase
from ansible.plugins.connection import ConnectionBase
from ansible.plugins.loader import connection_loader

from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.errands import side_by_side
from ansible_collections.asr.hyperv.plugins.plugin_utils._hosts.doors import door_of, knock

AT_LEAST = 10  # hosts at once, whatever --forks says
LIMIT = 120.0  # seconds that a look at one host may take: PowerShell that reads hundreds of VMs is slow
USUAL = [
    "disks",
    "network_adapters",
    "integration_services",
    "checkpoints",
    "replication",
]  # details, as vm_info has it
Look = dict[str, Any]


class Looking:
    """The looks of one action plugin. `task_vars` are those of its task, `at_once` how many hosts at a time, 0 for the usual."""

    def __init__(self, action: ActionBase, task_vars: Mapping, at_once: int = 0) -> None:
        self.action, self.everyone = action, task_vars["hostvars"]
        forks = dict(context.CLIARGS or ()).get("forks") or constants.config.get_config_value("DEFAULT_FORKS")
        self.at_once = at_once or max(int(forks), AT_LEAST)

    def look_at(
        self,
        hosts: Sequence[str],
        ids: Sequence[str] | None,
        details: Sequence[str] | None = None,
        *,
        whole: bool = False,
        limit: float = LIMIT,
    ) -> list[Look]:
        """One look for each of the hosts, in their order: `inventory` and `name` (what inventory and vault call it), `vms` and
        `machine` as vm_info tells them; or `error` why there are none, and `reached`, whether it answered at all.

        `switch_map` is the host's variable asr_switch_map, where it has one.
        `ids`: only these VMs; none for all. `details`: what is read of them, as of vm_info; none for what is usual there.
        `whole`: with `hyperv_host` as host_info has it.
        """
        wanted = {"ids": list(ids or ()) or None, "details": None if details is None else list(details)}
        asked = {name: value for name, value in wanted.items() if value is not None}
        work = {host: self.errand(host, asked, whole=whole) for host in hosts}
        return [self.told(host, answer) for host, answer in side_by_side(work, self.at_once, limit).items()]

    def errand(self, host: str, asked: Look, *, whole: bool = False) -> Callable[[], Look]:
        """The work of a child that looks at a host. `asked`: `ids` and `details` of vm_info."""
        return partial(look, self.action, host, self.everyone[host], asked, whole)

    def run(self, host: str, module: str, options: Look) -> Look:
        """The answer of a module on one of the hosts."""
        work = partial(answer_of, self.action, host, self.everyone[host], module, options)
        return side_by_side({host: work}, 1, LIMIT)[host]

    def told(self, host: str, answer: Look) -> Look:
        """The look that became of a child's answer."""
        named: Look = {"inventory": host, "name": str(self.everyone[host].get("asr_host_name") or host)}
        if mapped := self.everyone[host].get("asr_switch_map"):
            named["switch_map"] = mapped
        if "vms" in answer:
            return {**named, **answer}
        words = str(answer.get("msg") or "it gave no answer")
        return {**named, "error": words, "reached": not answer.get("unreachable")}


def look(action: ActionBase, host: str, known: Mapping, asked: Look, whole: bool) -> Look:
    """What a host tells, or the answer of the module that failed: one call of it, since each takes seconds on a host.

    For a child: the action gets the connection of the host.
    """
    if silent := knock(door_of(host, known)):
        return {"unreachable": True, "msg": silent}
    mine = reach(action, host, known)
    run: Callable[..., Look] = partial(action._execute_module, task_vars=mine)
    if whole:
        options = {f"vm_{name}": value for name, value in {"details": USUAL, **asked}.items()}
        return of_whole(run(module_name="asr.hyperv.host_info", module_args=options))
    answer = run(module_name="asr.hyperv.vm_info", module_args=asked)
    return {"vms": answer["vms"], **identity(answer.get("host") or {})} if "vms" in answer else answer


def of_whole(answer: Look) -> Look:
    """A look at a host and its VMs, of the answer of host_info."""
    if "vms" not in answer:
        return answer
    about = answer["hyperv_host"]
    told = {"hyperv_host": about, "vms": answer["vms"]}
    if not (about["hyperv"]["installed"] and vmms_runs(about)):
        return told  # Hyper-V tells nothing then, and the verdict says so
    return {**told, **identity({"machine_id": about["machine_id"], "cluster": about["hyperv"]["cluster"]})}


def identity(own: Mapping) -> Look:
    """What a host is called, by its firmware and as a node."""
    return {"machine": own.get("machine_id") or "", "cluster": own.get("cluster") or ""}


def answer_of(action: ActionBase, host: str, known: Mapping, module: str, options: Look) -> Look:
    """The answer of a module on a host. For a child: the action gets the connection of the host."""
    if silent := knock(door_of(host, known)):
        return {"unreachable": True, "msg": silent}
    mine = reach(action, host, known)
    answer: Look = action._execute_module(module_name=f"asr.hyperv.{module}", module_args=options, task_vars=mine)
    return answer


def vmms_runs(about: Mapping) -> bool:
    """Whether the service of Hyper-V itself is started."""
    return bool(about["services"]["vmms"]["state"] == "started")


def reach(action: ActionBase, host: str, known: Mapping) -> dict[str, Any]:
    """Give the action the connection to a host, as a task that runs there would have it; the variables of that task."""
    mine = {name: known[name] for name in known if name.startswith("ansible_") or name == "inventory_hostname"}
    kind = str(mine.get("ansible_connection") or "ssh")
    place = action._play_context.copy()
    place.remote_addr, place.connection = str(mine.get("ansible_host") or host), kind
    connection = connection_loader.get(kind, place, None)
    own = of_plugin("connection", connection._load_name, {**mine, "inventory_hostname": host})
    if getattr(connection, "allow_extras", False):
        prefix = f"ansible_{connection.extras_prefix}_"
        own["_extras"] = {name: value for name, value in mine.items() if name.startswith(prefix) and name not in own}
    connection.set_options(task_keys=keys_of(action), var_options=own)
    shell = connection._shell
    shell.set_options(var_options=of_plugin("shell", shell._load_name, mine))
    take(action, connection, place)
    return mine


def take(action: ActionBase, connection: ConnectionBase, place: PlayContext) -> None:
    """From now on the action's modules run over this connection."""
    action._connection, action._play_context = connection, place


def keys_of(action: ActionBase) -> dict[str, object]:
    """The keywords of the task that a connection heeds: who signs in, where the inventory does not say, and its patience."""
    place = action._play_context
    keys = {"remote_user": action._task.remote_user, "password": place.password, "timeout": place.timeout}
    return {name: value for name, value in keys.items() if value}


def of_plugin(kind: str, name: str, known: Mapping) -> dict[str, object]:
    """Those of the variables that a plugin takes for options."""
    return {one: known[one] for one in constants.config.get_plugin_vars(kind, name) if one in known}
