# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Errands side by side, each in a forked child of an action plugin, with a limit of its own.

Children and not threads: a connection puts things of its host into the environment of its process (Kerberos its ticket cache).
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess

from ansible.errors import AnsibleConnectionFailure
from ansible.utils.display import Display

Answer = dict
FORK = multiprocessing.get_context("fork")
GLANCE = 0.2  # seconds between two looks of a child for its parent


@dataclass(frozen=True)
class Errand:
    """One that is under way: its child, since when (monotonic seconds), and how many seconds it may take."""

    key: str
    child: ForkProcess
    began: float
    limit: float

    @property
    def left(self) -> float:
        return self.began + self.limit - time.monotonic()


class Errands:
    """`start` sends one away, `ended` tells what came back. One that outlives its limit is ended, and only that one."""

    def __init__(self) -> None:
        self.under_way: dict[Connection, Errand] = {}

    def __contains__(self, key: str) -> bool:
        return any(errand.key == key for errand in self.under_way.values())

    def __len__(self) -> int:
        return len(self.under_way)

    def start(self, key: str, work: Callable[[], Mapping], limit: float) -> None:
        """Do `work` in a child. Its answer comes back by `ended` under this key."""
        here, there = FORK.Pipe(duplex=False)
        child = FORK.Process(target=run_in_child, args=(work, there, os.getpid()), daemon=True)
        child.start()
        there.close()
        self.under_way[here] = Errand(key, child, time.monotonic(), limit)

    def ended(self, patience: float) -> list[tuple[str, Answer]]:
        """Key and answer of those that end within `patience` seconds; it returns with the first of them."""
        soonest = min([patience, *(errand.left for errand in self.under_way.values())])
        told = []
        if not self.under_way:
            time.sleep(patience)  # nothing could end
        for pipe in wait(list(self.under_way), timeout=max(0.0, soonest)):
            errand = self.under_way.pop(pipe)  # type: ignore[call-overload]
            told.append((errand.key, received(pipe)))  # type: ignore[arg-type]
            errand.child.join()
        for pipe, errand in [(pipe, errand) for pipe, errand in self.under_way.items() if errand.left <= 0]:
            del self.under_way[pipe]
            errand.child.kill()
            errand.child.join()
            told.append((errand.key, {"unreachable": True, "msg": f"it gave no answer within {errand.limit:g} s"}))
        return told

    def leave(self, kind: str, seconds: float) -> None:
        """End those of this kind, by the beginning of their keys, that have taken so long: nobody hears of them any more."""
        slow = [
            (pipe, errand)
            for pipe, errand in self.under_way.items()
            if errand.key.startswith(kind) and time.monotonic() - errand.began >= seconds
        ]
        for pipe, errand in slow:
            del self.under_way[pipe]
            errand.child.kill()
            errand.child.join()
            pipe.close()


def side_by_side(work: Mapping[str, Callable[[], Mapping]], at_once: int, limit: float) -> dict[str, Answer]:
    """The answers of all of this work by its keys, so many at once, each within `limit` seconds."""
    errands, waiting = Errands(), list(work)
    told: dict[str, Answer] = {}
    while waiting or len(errands):
        while waiting and len(errands) < at_once:
            key = waiting.pop(0)
            errands.start(key, work[key], limit)
        told.update(errands.ended(patience=limit))
    return {key: told[key] for key in work}


def received(pipe: Connection) -> Answer:
    """What a child sent."""
    try:
        answer: Answer = pipe.recv()
    except EOFError:
        answer = {"failed": True, "msg": "it ended without an answer"}
    finally:
        pipe.close()
    return answer


def run_in_child(work: Callable[[], Mapping], pipe: Connection, parent: int) -> None:
    """The life of a child: it works, answers, and is gone. It says nothing on the screen, and ends when its parent is gone."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # those of the parent would end its whole group
    Display().display = nothing  # type: ignore[method-assign]
    threading.Thread(target=leave_with, args=(parent,), daemon=True).start()
    try:
        answer = dict(work())
    except AnsibleConnectionFailure as error:
        answer = {"unreachable": True, "msg": str(error)}
    except Exception as error:  # whatever it is, the parent has to hear of it
        answer = {"failed": True, "msg": str(error) or type(error).__name__}
    pipe.send(answer)
    pipe.close()
    os._exit(0)


def nothing(*_words: object, **_more: object) -> None:
    """Instead of what shows a line: children share the channel of their parent, and one that is killed must not hold it."""


def leave_with(parent: int) -> None:
    """End this process as soon as its parent is gone."""
    while os.getppid() == parent:
        time.sleep(GLANCE)
    os._exit(1)
