# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The last line of a run that is told to stop: what goes on without it, that it is safe, how to go on, what not to touch.

For the process of ansible-playbook itself, whose workers end with it. A closed terminal (SIGHUP) ends it like SIGTERM, so that no
worker is left behind; under nohup it goes on.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from functools import partial

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WORDS = (
    "\nStopped ({}). What was started in Azure goes on by itself, nothing was cancelled, and no VM is lost. To go on, run the "
    "same command again.\nUntil then: do not cancel jobs, and do not start, stop or delete VMs by hand, at home or in Azure.\n"
)
told: list[int] = []  # the signals that came


def install() -> None:
    """Say it when a signal ends this process. Once, and only where signals arrive."""
    if multiprocessing.parent_process() is not None or threading.current_thread() is not threading.main_thread():
        return
    for number in SIGNALS:
        before = signal.getsignal(number)
        if before is not signal.SIG_IGN and getattr(before, "func", None) is not leave:
            signal.signal(number, partial(leave, before))


def leave(before: object, number: int, frame: object) -> None:
    """The handler: say it, and then what the handler of before does."""
    if not told:
        with contextlib.suppress(OSError):
            os.write(2, WORDS.format(signal.Signals(number).name).encode())
    told.append(number)
    if number == signal.SIGHUP:
        number, before = signal.SIGTERM, getattr(signal.getsignal(signal.SIGTERM), "args", [signal.SIG_DFL])[0]
    if callable(before):
        before(number, frame)
        return
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
