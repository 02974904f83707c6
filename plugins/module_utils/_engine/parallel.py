# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Several calls at the same time, in threads that do not keep the process from ending."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
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
    waiting, lock = iter(calls.items()), threading.Lock()
    raised: list[BaseException] = []
    threads = [
        threading.Thread(target=work, args=(waiting, lock, answers, raised), daemon=True)
        for _number in range(min(width, len(calls)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


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
