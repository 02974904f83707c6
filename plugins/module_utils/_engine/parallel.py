# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Several calls at the same time, in threads that do not keep the process from ending."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from queue import SimpleQueue
from typing import TypeVar

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AsrError

T = TypeVar("T")
Errors = tuple[type[AsrError], ...]


def answers_or_errors(
    calls: Mapping[str, Callable[[], T]], width: int, errors: Errors = (AsrError,)
) -> dict[str, T | AsrError]:
    """What each call returns, or its error of these kinds as a value: one that goes wrong says nothing about the others."""
    answers: dict[str, T | AsrError] = {}
    in_parallel({name: partial(value_of, call, errors) for name, call in calls.items()}, width, answers)
    return answers


def value_of(call: Callable[[], T], errors: Errors) -> T | AsrError:
    try:
        return call()
    except errors as error:
        return error


def in_parallel(calls: Mapping[str, Callable[[], T]], width: int, answers: dict[str, T]) -> None:
    """Make the calls, at most `width` at a time and in their order, and put what they return into `answers`, by name.

    Interrupted while it waits it leaves at once; calls that are under way then have no answer. What a call raises is raised.
    """
    waiting, lock, done = iter(calls.items()), threading.Lock(), SimpleQueue[None]()
    raised: list[BaseException] = []
    hands = min(width, len(calls))
    for _number in range(hands):
        hired().given.put((partial(work, waiting, lock, answers, raised), done))
    for _number in range(hands):
        done.get()
    if raised:
        raise raised[0]


class Hand:
    """A thread that does what it is given and then waits for more: to start one takes as long as a part of a request."""

    def __init__(self) -> None:
        self.given = SimpleQueue[tuple[Callable[[], None], SimpleQueue[None]]]()
        threading.Thread(target=self.live, daemon=True).start()

    def live(self) -> None:
        """Work for ever. What it is given raises nothing."""
        while True:
            task, done = self.given.get()
            task()
            del task
            IDLE.append(self)
            done.put(None)


IDLE: list[Hand] = []
os.register_at_fork(after_in_child=IDLE.clear)  # threads stay behind


def hired() -> Hand:
    """One that waits, else a new one."""
    try:
        return IDLE.pop()
    except IndexError:
        return Hand()


def work(
    waiting: Iterator[tuple[str, Callable[[], T]]],
    lock: threading.Lock,
    answers: dict[str, T],
    raised: list[BaseException],
) -> None:
    """Make one call after the other until none is waiting or one has raised."""
    while not raised:
        with lock:
            following = next(waiting, None)
        if following is None:
            return
        name, call = following
        try:
            answers[name] = call()
        except BaseException as error:
            raised.append(error)
