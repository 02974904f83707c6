# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two runs against one vault, each in its own simulated time: every request takes a while, and whoever is earlier acts.

A job that was just made is shown as recorded: without a name, while its item shows nothing of it yet.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service

here = threading.local()  # the actor whose thread this is


class Actor:
    """A run, or one of the threads of a run while it sends several requests at once: what is done one after the other."""

    def __init__(self, at: float) -> None:
        self.at, self.live = at, True


class Stage:
    """Lets one actor act at a time, the one whose clock is behind. `nameless`: seconds that a new job has no name."""

    def __init__(self, service: Service, nameless: float) -> None:
        self.service, self.nameless = service, nameless
        self.turn = threading.Condition()
        self.actors: list[Actor] = []
        self.settled: dict[str, object] = {}  # the items as they were before their newest job was made

    def enter(self, at: float) -> Actor:
        self.actors.append(Actor(at))
        return self.actors[-1]

    def pass_time(self, seconds: float) -> None:
        """Let the clock of this thread's actor go on, and return when no other one is behind it."""
        with self.turn:
            here.actor.at += seconds
            self.turn.notify_all()
            self.turn.wait_for(lambda: not any(other.at < here.actor.at for other in self.actors if other.live))
            self.service.wait(max(here.actor.at - self.service.clock.now(), 0))

    def leave(self, actor: Actor) -> None:
        with self.turn:
            actor.live = False
            self.turn.notify_all()

    def in_parallel(self, calls: dict[str, Any], width: int, answers: dict[str, Any]) -> None:
        """As the engine's, with an actor for each thread; the run goes on when the last of them has left."""
        run, waiting = here.actor, iter(calls.items())
        with self.turn:
            helpers = [self.enter(run.at) for _number in range(min(width, len(calls)))]
            run.live = not helpers

        def work(actor: Actor) -> None:
            here.actor = actor
            while found := next(waiting, None):
                answers[found[0]] = found[1]()
            with self.turn:
                actor.live = False
                if not any(one.live for one in helpers):
                    run.at, run.live = max(one.at for one in helpers), True
                self.turn.notify_all()

        threads = [threading.Thread(target=work, args=(actor,)) for actor in helpers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def young(self) -> list[Any]:
        """The simulator's jobs that have no name yet."""
        now = self.service.clock.now()
        return [job for job in self.service.world.jobs.jobs if now - job.accepted < self.nameless and not job.ended]

    def shown(self, answer: Any, method: str) -> object:
        """What the vault says, with what is young hidden."""
        young = self.young()
        if method == "jobs.list":
            return [nameless(job) if job.name in {one.id for one in young} else job for job in answer]
        if method == "jobs.get":
            return nameless(answer) if answer and answer.name in {one.id for one in young} else answer
        busy = {one.item.name for one in young if one.item}
        if method == "items.list":
            return [self.as_before(item, busy) for item in answer]
        return self.as_before(answer, busy) if method == "items.get" and answer else answer

    def as_before(self, item: Any, busy: set[str]) -> object:
        if item.name in busy:
            return self.settled.get(item.name, item)
        self.settled[item.name] = item
        return item


SLOW = ("items", "jobs", "plans", "hosts", "azure")  # the things of a vault


class Slow:
    """A thing of the vault, whose every call takes the run's time."""

    def __init__(self, run: Run, name: str, thing: object) -> None:
        self.run, self.name, self.thing = run, name, thing

    def __getattr__(self, method: str) -> Callable[..., Any]:
        return self.run.slow(f"{self.name}.{method}", getattr(self.thing, method))


class Run:
    """One run: a vault whose every call takes `latency` seconds, and a clock."""

    def __init__(self, stage: Stage, start: float, latency: float) -> None:
        self.stage, self.latency = stage, latency
        self.actor = stage.enter(stage.service.clock.now() + start)

    def __getattr__(self, name: str) -> object:
        found = getattr(self.stage.service.vault, name)
        return Slow(self, name, found) if name in SLOW else found

    def slow(self, method: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """A call of the vault that takes its time."""

        def slowly(*arguments: object, **options: object) -> object:
            self.stage.pass_time(self.latency / 2)
            answer = self.stage.shown(call(*arguments, **options), method)
            self.stage.pass_time(self.latency / 2)
            return answer

        return slowly

    def begin(self) -> None:
        """This thread is the run."""
        here.actor = self.actor
        self.stage.pass_time(0)

    def end(self) -> None:
        self.stage.leave(self.actor)

    def now(self) -> float:
        return self.actor.at

    def sleep(self, seconds: float) -> None:
        self.stage.pass_time(seconds)

    def recalled(self) -> bool:
        return False


def nameless(job: Job) -> Job:
    """A job as its first look was recorded."""
    return replace(
        job,
        scenario="",
        friendly_name="",
        state="NotStarted",
        description="NotStarted",
        allowed_actions=frozenset(),
        target_id="",
        target_name="",
        started=None,
        tasks=(),
    )
