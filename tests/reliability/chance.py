# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random schedules of faults, operators and kills, from any mixture of starting states: everybody comes home, once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from ansible_collections.asr.hyperv.tests.reliability.judging import Verdict, Watchman, doubled, lost, told_the_truth
from ansible_collections.asr.hyperv.tests.reliability.kills import MOMENTS, kill_at
from ansible_collections.asr.hyperv.tests.reliability.memory import Memory
from ansible_collections.asr.hyperv.tests.reliability.mischief import OF_POSTS, OF_READS, POSTS, TASKS, attempt, repair
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Killed, Service

INTERVAL, TIMEOUT = 60, 7200
NAMES = ("a", "b", "c")
STATES = (*["failed_over"] * 6, "unplanned_failed_over", "failed_back_uncommitted", "failed_back", "protected")
DOES = ("plannedFailover", "resume", "failoverCommit", "reProtect", "cancel", "repairReplication")
HARMLESS_TASKS = TASKS[:-1]  # a failed initial replication has to be repaired by a person
PHASES = (Phase.generate, Phase.shrink)
RUNS = 4  # with all faults gone: one may find what an earlier one left behind, none needs more


@dataclass(frozen=True)
class Story:
    """One example: how the VMs stand, in which groups, and what happens."""

    states: tuple[str, ...]
    days: tuple[int, ...]
    groups: tuple[str, ...]
    faults: tuple[dict[str, Any], ...]
    kills: tuple[tuple[int, str], ...]

    @property
    def alone(self) -> bool:
        """Whether a step can only be asked for in vain by our own mistake: nobody else acts, nobody has lost his memory
        while the service shows what was."""
        kinds = {fault["kind"] for fault in self.faults}
        return "operator" not in kinds and not (self.kills and "stale" in kinds)


names, moments = st.sampled_from(NAMES), st.integers(0, 900)
of_posts = st.builds(
    lambda fault, verb, skip: {**fault, "skip": skip, "match": {"method": "POST", "verb": verb}},
    st.sampled_from(list(OF_POSTS.values())),
    st.sampled_from(POSTS),
    st.integers(0, 2),
)
of_reads = st.sampled_from([fault for fault in OF_READS.values() if fault["kind"] != "unknown_word"])
of_jobs = st.builds(
    lambda task, name, kind: {"task": task, "match": {"item": name}, **kind},
    st.sampled_from(HARMLESS_TASKS),
    names,
    st.sampled_from([{"kind": "job_failure"}, {"kind": "job_hang", "seconds": 700}]),
)
operators = st.builds(
    lambda does, name, moment: {"kind": "operator", "does": does, "after": moment, "match": {"item": name}},
    st.sampled_from(DOES),
    names,
    moments,
)
drops = st.builds(
    lambda moment, jobs: {"kind": "provider_drop", "host": "hv01", "after": moment, "seconds": 200, "jobs": jobs},
    moments,
    st.sampled_from(["wait", "fail"]),
)
stories = st.builds(
    Story,
    st.tuples(*[st.sampled_from(STATES)] * 3),
    st.tuples(*[st.sampled_from([2, 2, 45])] * 3),
    st.sampled_from([("a b c",), ("a", "b c"), ("a", "b", "c")]),
    st.lists(st.one_of(of_posts, of_reads, of_jobs, operators, drops), min_size=1, max_size=6).map(tuple),
    st.lists(st.tuples(st.integers(1, 45), st.sampled_from(MOMENTS)), max_size=2).map(tuple),
)


def trial(story: Story) -> Verdict:
    """Live through the story, then run again in peace until nothing is left to do."""
    special = {
        name: {"state": state, "days_in_azure": days}
        for name, state, days in zip(NAMES, story.states, story.days, strict=True)
    }
    service = Service(vault(*story.groups, vms=special))
    watchman, memory, broken = Watchman(service), Memory(service), []
    for fault in story.faults:
        service.fault(**fault)
    for kill in (*story.kills, None):
        memory.new_process()
        broken += one_run(service, kill)
    service.world.faults.clear()
    for _run in range(RUNS):
        repair(service)
        service.wait(1200)
        memory.new_process()
        tracks, failed = attempt(service, interval=INTERVAL, timeout=TIMEOUT)
        broken += told_the_truth(service, tracks)
        if not failed:
            break
    return Verdict(
        str(story),
        lost(service),
        doubled(service, alone=story.alone, unseen=memory.unseen),
        broken + watchman.seen,
        unseen=sorted(memory.unseen),
    )


def one_run(service: Service, kill: tuple[int, str] | None) -> list[str]:
    """A run that may be killed; what it said that was not so."""
    if kill:
        kill_at(service, *kill)
    try:
        return told_the_truth(service, attempt(service, interval=INTERVAL, timeout=TIMEOUT)[0])
    except Killed:
        return []
    finally:
        service.revive()


def examples(count: int, number: int) -> tuple[int, list[Verdict]]:
    """Try `count` random stories, the series with this number: how many were lived through, the smallest bad
    one, and those in which something was asked for again that nobody could know of."""
    lived: list[Verdict] = []

    @seed(number)
    @settings(max_examples=count, deadline=None, database=None, phases=PHASES, suppress_health_check=list(HealthCheck))
    @given(stories)
    def nothing_is_lost_and_nothing_is_done_twice(story: Story) -> None:
        lived.append(trial(story))
        assert lived[-1].good, lived[-1]

    try:
        nothing_is_lost_and_nothing_is_done_twice()
    except AssertionError:
        return len(lived), [lived[-1]]
    return len(lived), [verdict for verdict in lived if verdict.unseen]
