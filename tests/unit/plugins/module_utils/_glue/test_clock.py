# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run that is told to stop: at once, wherever it waits, and with a full answer."""

from __future__ import annotations

import os
import signal
import threading
import time
from functools import partial
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._engine.parallel import in_parallel
from ansible_collections.asr.hyperv.plugins.module_utils._glue import clock as _clock
from ansible_collections.asr.hyperv.plugins.module_utils._glue.clock import WallClock
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import Interrupted


@pytest.fixture
def clock(monkeypatch):
    """Real time; the signals of pytest are given back in the end."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)}
    monkeypatch.setattr(_clock, "reader_is_gone", lambda: False)
    yield WallClock()
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number, handler in before.items():
        signal.signal(number, handler)


def soon(number: int) -> None:
    threading.Timer(0.1, os.kill, (os.getpid(), number)).start()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("wait", ["between polls", "in a call of ours", "in parallel calls"])
def test_a_signal_ends_every_kind_of_waiting_at_once(clock, number, wait):
    waits = {
        "between polls": lambda: clock.sleep(30),
        "in a call of ours": lambda: time.sleep(30),
        "in parallel calls": lambda: in_parallel({"a": lambda: time.sleep(30)}, 8, {}),
    }
    soon(number)
    began = time.monotonic()
    with pytest.raises(
        Interrupted, match=r"stopped \(SIG(TERM|INT)\)\. Nothing was cancelled.*Run the same playbook again"
    ):
        waits[wait]()
    assert time.monotonic() - began < 25


def test_a_run_that_hangs_beyond_its_time_is_ended(clock):
    clock.limit(0.1)
    with pytest.raises(Interrupted, match="wait_timeout is over and the service does not answer"):
        time.sleep(30)


def test_a_run_whose_library_took_the_word_for_its_own_error_is_told_again(clock, monkeypatch):
    monkeypatch.setattr(_clock, "AGAIN", 0.1)
    clock.limit(0.1)
    for _time in range(3):
        with pytest.raises(Interrupted, match="wait_timeout is over"):
            time.sleep(30)
    clock.disarm()
    time.sleep(0.3)


def test_a_second_signal_does_not_disturb_the_answer(clock):
    with pytest.raises(Interrupted):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(0.01)


def test_a_run_that_is_over_is_not_interrupted_any_more(clock):
    clock.disarm()
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.01)


def test_a_run_ends_when_nobody_reads_its_answer(clock, monkeypatch):
    monkeypatch.setattr(_clock, "reader_is_gone", lambda: True)
    with pytest.raises(Interrupted, match="the process that started it is gone"):
        clock.sleep(30)


def test_a_tick_is_at_most_a_tenth_shorter_than_asked(clock, monkeypatch):
    slept: list[float] = []
    now = [0.0]
    monkeypatch.setattr(clock, "now", lambda: now[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: (slept.append(seconds), now.__setitem__(0, now[0] + seconds)))
    clock.sleep(10)
    assert 9 <= sum(slept) <= 10 and max(slept) <= 0.5


def test_parallel_calls_answer_by_name_and_keep_to_their_width():
    busy, most, lock = [0], [0], threading.Lock()

    def call(answer):
        with lock:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
        time.sleep(0.01)
        with lock:
            busy[0] -= 1
        return answer

    answers: dict[str, Any] = {}
    in_parallel({str(number): partial(call, number) for number in range(20)}, 4, answers)
    assert answers == {str(number): number for number in range(20)} and 1 < most[0] <= 4


def test_what_a_parallel_call_raises_is_raised_and_stops_the_rest():
    asked = []

    def fail():
        raise KeyboardInterrupt

    answers: dict[str, Any] = {}
    calls = {"a": lambda: asked.append("a"), "b": fail, "c": lambda: asked.append("c")}
    with pytest.raises(KeyboardInterrupt):
        in_parallel(calls, 1, answers)
    assert asked == ["a"] and list(answers) == ["a"]


def test_parallel_calls_use_the_threads_that_are_there_also_from_within_and_in_a_forked_child():
    def nested() -> int:
        inner: dict[str, Any] = {}
        in_parallel({str(number): threading.get_ident for number in range(3)}, 3, inner)
        return len(inner)

    def run() -> dict[str, Any]:
        answers: dict[str, Any] = {}
        in_parallel({"a": nested, "b": nested}, 2, answers)
        return answers

    assert run() == {"a": 3, "b": 3}
    before = threading.active_count()
    assert run() == run() == {"a": 3, "b": 3} and threading.active_count() <= before + 6
    child = os.fork()
    if not child:
        os._exit(0 if run() == {"a": 3, "b": 3} else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_a_run_that_is_called_back_stops_waiting_at_once(clock, tmp_path):
    clock.recall = str(tmp_path / "come_back")
    threading.Timer(0.1, (tmp_path / "come_back").touch).start()
    began = time.monotonic()
    clock.sleep(30)
    assert clock.recalled() and time.monotonic() - began < 25
