# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a module of the vault and shows its progress lines in the console while it works.

The module writes its lines into the task's temporary folder; a thread of the worker process shows them. The module itself
works without this plugin too: then only its answer is seen.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Mapping

from ansible.plugins.action import ActionBase

from ansible_collections.asr.hyperv.plugins.module_utils._glue.progress import PROGRESS_FILE
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.screen import show, show_from

GLANCE = 0.5  # seconds between two looks at the file


class ActionModule(ActionBase):
    """The same action for every module of the collection that talks to a vault: each of them may have to wait."""

    TRANSFERS_FILES = True  # so that the temporary folder is there before the module starts
    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict | None = None) -> dict:
        """Run the module that the task names; its answer is the task's answer."""
        result = super().run(tmp, task_vars)
        path = os.path.join(self._connection._shell.tmpdir or "", PROGRESS_FILE)
        done = threading.Event()
        tell = nobody if self._task.no_log else teller(self.of_whom(task_vars or {}))
        watcher = threading.Thread(target=watch, args=(path, done, os.getppid(), tell), daemon=True)
        watcher.start()
        try:
            result.update(
                self._execute_module(
                    module_name=self._task.action, task_vars=task_vars, wrap_async=self._task.async_val
                )
            )
        finally:
            done.set()
            watcher.join(timeout=2)
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def of_whom(self, task_vars: Mapping) -> str:
        """Whose lines these are, where a play runs for several: its plan, or the host of the play. Empty where there is one."""
        if len(task_vars.get("ansible_play_hosts_all") or ()) < 2:
            return ""
        plan = self._task.args.get("recovery_plan") or task_vars.get("failback_recovery_plan")
        return str(self._templar.template(plan) if plan else task_vars["inventory_hostname"])


def nobody(_line: str) -> None:
    """For a task with no_log: its lines name VMs and jobs."""


def teller(whose: str) -> Callable[[str], None]:
    """What shows a line, with whose it is in front where that has to be told."""
    return lambda line: show(f"  {whose}: {line}" if whose else f"  {line}")


def watch(path: str, done: threading.Event, playbook: int, tell: Callable[[str], None]) -> None:
    """Show new lines until the module is done. `playbook` is the process id of ansible-playbook.

    When that process is gone (killed), this worker must not drive the failback on without anybody knowing: it leaves, and
    the module notices within half a second that nobody reads its answer.
    """
    # A signal that reached this thread would not wake the worker, which waits for the module and has to pass the signal on.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    shown = 0
    while True:
        last_look = done.wait(GLANCE)
        shown = show_from(path, shown, tell)
        if last_look:
            return
        if os.getppid() != playbook:
            os._exit(1)
