# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs one of the moving modules and shows its progress lines in the console while it works.

The module writes its lines into the task's temporary folder; a thread of the worker process shows them. The module itself
works without this plugin too: then only its answer is seen.
"""

from __future__ import annotations

import os
import signal
import threading

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.asr.hyperv.plugins.module_utils._glue.progress import PROGRESS_FILE

display = Display()
GLANCE = 0.5  # seconds between two looks at the file


class ActionModule(ActionBase):
    """The same action for every module of the collection that moves protected items."""

    TRANSFERS_FILES = True  # so that the temporary folder is there before the module starts
    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict | None = None) -> dict:
        """Run the module that the task names; its answer is the task's answer."""
        result = super().run(tmp, task_vars)
        path = os.path.join(self._connection._shell.tmpdir, PROGRESS_FILE)
        done = threading.Event()
        watcher = threading.Thread(target=watch, args=(path, done, os.getppid()), daemon=True)
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


def watch(path: str, done: threading.Event, playbook: int) -> None:
    """Show new lines until the module is done. `playbook` is the process id of ansible-playbook.

    When that process is gone (killed), this worker must not drive the failback on without anybody knowing: it leaves, and
    the module notices within half a second that nobody reads its answer.
    """
    # A signal that reached this thread would not wake the worker, which waits for the module and has to pass the signal on.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    shown = 0
    while True:
        last_look = done.wait(GLANCE)
        shown = show_from(path, shown)
        if last_look:
            return
        if os.getppid() != playbook:
            os._exit(1)


def show_from(path: str, position: int) -> int:
    """Show the whole lines after `position` (bytes); the new position. A module on another machine leaves no file here."""
    try:
        with open(path, "rb") as progress:
            progress.seek(position)
            text = progress.read()
    except FileNotFoundError:
        return position
    whole = text[: text.rfind(b"\n") + 1]
    for line in whole.decode("utf-8", "replace").split("\n")[:-1]:
        display.display(f"  {line}")
    return position + len(whole)
