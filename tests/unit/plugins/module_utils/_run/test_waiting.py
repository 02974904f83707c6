# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No wait of a module is silent for longer than a minute: a line says whom it waits for, since when and until when."""

from __future__ import annotations

import threading
from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._glue.heartbeat import SILENCE, Heartbeat, at_work
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Phase, Step
from ansible_collections.asr.hyperv.plugins.module_utils._run import waiting as module


class Row(SimpleNamespace):
    __hash__ = object.__hash__  # type: ignore[assignment]  # a track is itself, and not what it holds


def track(name, phase, hour=None, settled=False, trouble=""):
    started = datetime(2026, 11, 28, hour, 47, tzinfo=timezone.utc) if hour else None
    job = SimpleNamespace(started=started) if hour else None
    return Row(name=name, phase=phase, job=job, settled=settled, trouble=trouble)


TRACKS = [
    track("dc01", Phase.SYNCHRONIZED, settled=True),
    track("db01", Phase.SYNCHRONIZING, 14),
    track("web01", Phase.SYNCHRONIZING, 13),
    track("app01", Phase.CUTTING_OVER),
]
BUSY = "waiting for 3 of 4: 2 synchronizing since 13:47Z (web01, db01); 1 cutting_over (app01) (until 02:00Z at most)"


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch):
    monkeypatch.setattr(module, "waits_for", lambda one: ": waits for job 7" if one.name == "held" else "")


ROWS = [
    (TRACKS, BUSY),
    ([track("held", Phase.BUSY)], "waiting for 1 of 1: 1 busy (held); held: waits for job 7 (until 02:00Z at most)"),
    ([track("a", Phase.SYNCHRONIZING, trouble="no answer")], "(a); last trouble, a: no answer (until 02:00Z at most)"),
    ([track(f"v{number}", Phase.SYNCHRONIZING) for number in range(9)], "9 synchronizing (v0, v1, v2, v3, v4, v5 ...)"),
    ([track("held", Phase.BUSY) for _number in range(8)], "; held: waits for job 7; 2 more are held up (until"),
    (TRACKS[:1], "all 1 are where they should be, and the vault is asked once more (until 02:00Z at most)"),
]


@pytest.mark.parametrize(("tracks", "words"), ROWS, ids=range(len(ROWS)))
def test_the_line_says_whom_it_waits_for_since_when_and_until_when(tracks, words):
    assert words in module.waiting(tracks, "02:00Z")


def at(hour, minute=0):
    return datetime(2026, 11, 28, hour, minute, tzinfo=timezone.utc)


def moving(name, phase, started=None, resumed=None, full=False):
    return SimpleNamespace(
        name=name,
        phase=phase,
        item=SimpleNamespace(id=f"/{name}"),
        job=SimpleNamespace(started=started) if started else None,
        intent=SimpleNamespace(full_download=full),
        sent_steps=[SimpleNamespace(step=Step.COMPLETE_FAILOVER, asked=resumed)] if resumed else [],
    )


SYNC, CUT = Phase.SYNCHRONIZING, Phase.CUTTING_OVER
GUESS: Any = {
    "/a": {"synchronize_seconds": 3600, "outage_seconds": 120},
    "/b": {"synchronize_seconds": 60, "outage_seconds": 600},
}
ENDS = [  # who is at one phase; until when that is by the estimate
    ([moving("a", SYNC, at(13)), moving("b", SYNC, at(13, 30))], ", by the estimate until 14:00Z"),
    ([moving("a", SYNC, at(13)), moving("c", SYNC, at(13))], ", by the estimate until 14:00Z"),
    ([moving("c", SYNC, at(13))], ""),
    ([moving("a", SYNC)], ""),
    ([moving("a", CUT, at(9), at(13)), moving("b", CUT, at(9), at(13))], ", by the estimate until 13:10Z"),
    ([moving("a", CUT, at(9))], ""),  # another run asked for it, so nobody here knows when
    ([moving("b", CUT, at(9), full=True)], ", by the estimate until 09:10Z"),
    ([moving("a", Phase.REPLICATING, at(13), at(12))], ""),
]


@pytest.mark.parametrize(("members", "words"), ENDS, ids=range(len(ENDS)))
def test_where_there_is_an_estimate_the_line_says_until_when_that_is(members, words):
    assert module.ends(members, GUESS) == words
    assert module.ends(members, {}) == ""


@pytest.mark.parametrize(
    ("begun", "words"), [([], "nothing was sent yet"), (["save the plan"], "waiting for what was sent: save the plan")]
)
def test_a_module_that_follows_no_items_says_what_it_does_and_until_when(begun, words):
    line = at_work(begun, "02:00Z")
    assert words in line and line.endswith("(until 02:00Z at most)")


def test_it_is_said_whenever_nothing_else_was_said_for_a_while_and_not_after_the_end():
    said: list[str] = []
    twice = threading.Event()

    def say(line):
        heart.heard()
        said.append(line)
        if len(said) == 2:
            twice.set()

    heart = Heartbeat(say, lambda: "still here", silence=0.01)
    heart.start()
    assert twice.wait(5)
    heart.stop()
    heart.thread.join(5)
    count = len(said)
    assert not heart.thread.is_alive() and set(said) == {"still here"} and len(said) == count
    assert SILENCE <= 60
