# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing is sent that somebody else is about to do: jobs without a name, two runs at a time, refusals that had a winner."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._engine import parallel, starter
from ansible_collections.asr.hyperv.plugins.module_utils._engine.engine import Engine, Settings
from ansible_collections.asr.hyperv.plugins.module_utils._engine.new_jobs import NAMED_WITHIN, NewJobs
from ansible_collections.asr.hyperv.plugins.module_utils._engine.planning import Wish, plan_tracks
from ansible_collections.asr.hyperv.plugins.module_utils._engine.selecting import select
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Step, Way
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import ServiceError
from ansible_collections.asr.hyperv.plugins.module_utils._wish.intent import FailoverOptions
from ansible_collections.asr.hyperv.plugins.modules import cancel_failover
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import NOW, job, known
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.runs import a_module
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import a_wish, vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import ONCE, Service
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.two_runs import Run, Stage, nameless

SIX = "a b c d e f"
AT_HOME = {"vms": {name: {"state": "protected"} for name in SIX.split()}}
LATEST = FailoverOptions("latest")
OUT = Wish(Goal.FAILED_OVER_UNCOMMITTED, frozenset({Step.PLANNED_FAILOVER}), way=Way.OUT, failover=LATEST)
UNPLANNED = Wish(Goal.FAILED_OVER_UNCOMMITTED, frozenset({Step.UNPLANNED_FAILOVER}), way=Way.UNPLANNED, failover=LATEST)
DRILL = Wish(
    Goal.TESTED, frozenset({Step.TEST_FAILOVER}), way=Way.DRILL, failover=FailoverOptions("latest", "/subscriptions/n")
)
HOME = a_wish("protected")


def go(run: Any, wish: Wish, found: dict[Any, Any], **settings: Any) -> None:
    """One whole run, as a module does it."""
    try:
        run.begin()
        tracks = plan_tracks(run, select(run, None, "plan1"), wish, run.sleep)
        chosen = Settings(**{"timeout": 6 * 3600, "interval": 10, "parallel": 8, "plan": "plan1", **settings})
        Engine(run, tracks, run, chosen, lambda line: None).run()
        found[run] = tracks
    finally:
        run.end()


@pytest.fixture
def two_runs(monkeypatch):
    """Makes two runs against a service to their ends; the problems of both."""

    def run_both(service: Service, wish: Wish, apart: float, latency: float, named_after: float) -> list[Any]:
        stage = Stage(service, named_after)
        found: dict[Run, Any] = {}
        for place in (starter, parallel):
            monkeypatch.setattr(place, "in_parallel", stage.in_parallel)
        runs = [Run(stage, start, latency) for start in (0.001, 0.001 + apart)]
        threads = [threading.Thread(target=go, args=(run, wish, found)) for run in runs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 2, "one of the runs broke"
        return [track.problem for tracks in found.values() for track in tracks]

    return run_both


def twice(service: Service) -> list[Any]:
    """The steps of an item that were POSTed more than once; a resume names the job."""
    sent = Counter((one.item or one.path, one.verb) for one in service.asked("POST"))
    return [what for what, times in sent.items() if times > 1]


@pytest.mark.parametrize("named_after", [0, 30])
@pytest.mark.parametrize("latency", [0.2, 1, 5])
@pytest.mark.parametrize("apart", [2, 4, 7, 12, 25])
def test_two_runs_of_one_plan_send_every_step_once(two_runs, apart, latency, named_after):
    service = Service(vault(SIX))
    problems = two_runs(service, HOME, apart * latency * 3, latency, named_after)
    assert problems == [None] * 12
    assert twice(service) == []
    assert [service.operations(name) for name in SIX.split()] == [ONCE] * 6


def test_two_runs_at_the_very_same_moment_double_at_most_the_first_step_and_harm_nothing(two_runs):
    service = Service(vault(SIX))
    problems = two_runs(service, HOME, 0, 1, 30)
    assert problems == [None] * 12
    assert {verb for _item, verb in twice(service)} <= {"plannedFailover"}
    assert [service.operations(name) for name in SIX.split()] == [ONCE] * 6


@pytest.mark.parametrize("wish", [OUT, UNPLANNED, DRILL], ids=["planned", "unplanned", "drill"])
@pytest.mark.parametrize("apart", [8, 20])
def test_two_runs_to_azure_send_every_step_once(two_runs, wish, apart):
    service = Service(vault(SIX, **AT_HOME))
    problems = two_runs(service, wish, apart, 0.5, 30)
    assert problems == [None] * 12
    assert twice(service) == [] and len(service.posts()) == 6


def as_recorded(service: Service, name: str) -> None:
    """Somebody starts the failback of a VM, and its job has no name yet; the item shows nothing of it."""
    item = known(
        service.vault.items.get(next(one.id for one in service.vault.items.list() if one.friendly_name == name))
    )
    assert service.operate_on(name, "plannedFailover") == 202
    made = service.world.jobs.jobs[-1]
    jobs, one, many = service.vault.jobs.list, service.vault.items.get, service.vault.items.list

    def young() -> bool:
        return service.clock.now() - made.accepted < 40

    service.vault.jobs.list = lambda *facts, **more: [
        nameless(job) if young() and job.name == made.id else job for job in jobs(*facts, **more)
    ]
    service.vault.items.get = lambda item_id: item if young() and item_id == item.id else one(item_id)
    service.vault.items.list = lambda *facts: [
        item if young() and found.id == item.id else found for found in many(*facts)
    ]


def test_a_run_beside_a_job_without_a_name_looks_until_it_has_one_and_sends_nothing_twice():
    service = Service(vault("vm1 vm2"))
    service.looks_twice = False  # it was made after that
    as_recorded(service, "vm1")
    tracks = service.run()
    assert [track.phase.value for track in tracks] == ["protected"] * 2 and twice(service) == []
    assert any("has no name yet: looking again" in line for line in service.said)


@pytest.mark.parametrize("wait", [True, False])
def test_a_plan_is_looked_at_again_before_what_its_check_says(wait):
    service = Service(vault("vm1"))
    as_recorded(service, "vm1")
    chosen = select(service.vault, ["vm1"], None)
    track = plan_tracks(service.vault, chosen, HOME, service.wait if wait else None)[0]
    assert track.phase.value == ("synchronizing" if wait else "failed_over")


@pytest.mark.parametrize("looks_twice", [False, True], ids=["made after the first look", "there all the time"])
def test_a_job_that_never_gets_a_name_holds_nobody_for_long(looks_twice):
    service = Service(vault("vm1"))
    service.looks_twice = looks_twice
    jobs, began, sent = service.vault.jobs.list, service.clock.now(), []
    service.watch(lambda request: request.method == "POST" and sent.append(service.clock.now() - began))
    stranger = nameless(job(name="stranger"))
    service.vault.jobs.list = lambda *facts, **more: [stranger, *jobs(*facts, **more)]
    assert service.run()[0].phase.value == "protected"
    limit = NAMED_WITHIN.total_seconds()
    assert limit <= sent[0] <= limit + 30


NEW = nameless(job())


@pytest.mark.parametrize(
    ("what", "seconds", "waited_for"),
    [
        (NEW, 0, True),
        (NEW, 119, True),
        (NEW, 121, False),
        (job("PlannedFailover", "NotStarted"), 0, False),
        (job("SaveRecoveryPlan", "NotStarted", target_id="", target_name="plan1"), 0, False),
        (job("CreateSite", "InProgress", target_id=""), 0, False),
    ],
    ids=["new", "still new", "stuck", "one that names its target", "one of a plan", "one that runs without a target"],
)
def test_a_job_is_waited_for_while_it_may_be_anybodys(what, seconds, waited_for):
    new = NewJobs()
    new.of_somebody([what], NOW)
    assert bool(new.of_somebody([what], NOW + timedelta(seconds=seconds))) is waited_for


@pytest.mark.parametrize(
    ("found", "waits", "more"),
    [
        (NEW, True, [NEW]),
        (job("PlannedFailover"), False, [job("PlannedFailover")]),
        (None, True, []),
    ],
    ids=["it has no name yet", "it has one", "nobody finds it"],
)
def test_a_job_without_a_name_that_a_later_list_leaves_out_is_read_by_itself(found, waits, more):
    new = NewJobs()
    asked: list[Any] = []
    new.of_somebody([NEW], NOW)
    jobs = new.with_left_out([], NOW, lambda name: asked.append(name) or found)
    assert (jobs, asked, bool(new.of_somebody(jobs, NOW))) == (more, [NEW.name], waits)


def test_a_job_that_lists_leave_out_is_not_asked_for_any_more_once_it_has_a_name_or_time_is_up():
    new = NewJobs()
    asked: list[Any] = []
    new.of_somebody([NEW], NOW)
    new.with_left_out([], NOW + NAMED_WITHIN + timedelta(seconds=1), asked.append)
    new.of_somebody([job("PlannedFailover")], NOW)
    new.with_left_out([], NOW, asked.append)
    assert not asked


def test_our_own_new_job_is_not_waited_for():
    new = NewJobs()
    new.is_ours(NEW.name.upper())
    assert not new.of_somebody([NEW], NOW)


@pytest.mark.parametrize("named", [True, False], ids=["with a name", "without a name yet"])
def test_a_refusal_that_somebody_elses_start_explains_is_no_failure(named):
    service = Service(vault("vm1"))
    start = service.vault.items.planned_failover

    def lost_the_race(item, *options):
        service.vault.items.planned_failover = start
        if named:
            assert service.operate_on("vm1", "plannedFailover") == 202
            service.wait(5)
        else:
            as_recorded(service, "vm1")
        raise ServiceError("start the failback", "another operation is in progress", status=409, code="Conflict")

    service.vault.items.planned_failover = lost_the_race
    track = service.run()[0]
    assert track.phase.value == "protected" and not track.problem and service.operations("vm1") == ONCE
    assert Step.PLANNED_FAILOVER not in [sent.step for sent in track.sent_steps], "it was not ours"


def test_a_refusal_that_nobody_explains_is_the_items_error_at_once():
    service = Service(vault("vm1"))

    def refuse(item, *options):
        raise ServiceError("start the failback", "the scope is locked", status=409, code="ScopeLocked")

    service.vault.items.planned_failover = refuse
    began = service.clock.now()
    assert known(service.run()[0].problem)["code"] == "ScopeLocked" and service.clock.now() - began < 5


def test_what_was_just_started_is_cancelled_although_it_has_no_name_yet(monkeypatch):
    service = Service(vault("vm1"))
    as_recorded(service, "vm1")
    monkeypatch.setattr(cancel_failover.time, "sleep", service.wait)
    options = {"protected_items": ["vm1"], "recovery_plan": None, "groups": None, "accept_inconsistent_vm": True}
    told = cancel_failover.cancel(a_module(params=options, check_mode=False), service.vault)
    assert told["protected_items"][0]["cancelled_job"]


def test_who_goes_on_after_a_run_that_died_waits_two_ticks_once_and_then_goes_first():
    service = Service(vault("vm1"))
    service.run(timeout=60)
    tracks = service.run()
    assert tracks[0].phase.value == "protected" and not tracks[0].behind
    lags = [row["lag_simulated_seconds"] for row in service.world.measurements.rows() if row["asked_at"]]
    assert max(lags) <= 4 * 30
