# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the jobs of recovery plans: stages one after the other, members of a stage side by side as child jobs."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..clock.events import Process, Steps, all_of
from ..estate.durations import SECONDS
from ..estate.items import Item, Job, Plan, Task
from ..wire.errors import JobFailed
from ..world.world import World
from . import effects, endings, engine, plan_tasks, troubles
from .plan_scripts import PLAN_SCRIPTS, PlanScript, Stage
from .plan_tasks import MEMBER, SHUTDOWN_GROUP, members, stages_of, task_of
from .script_rows import Row

MANUAL = "WaitingForManualAction"
TEST_WAIT = "WaitingForStopTestFailover"


class Run(NamedTuple):
    """A running plan job."""

    world: World
    job: Job
    eligible: list[Item]


def new_plan_job(world: World, key: str, plan: Plan, request_id: str, options: dict[str, Any]) -> Job:
    """A job of a plan that begins now."""
    job = plan_tasks.plan_job(world, key, plan, world.now, request_id)
    job.options = options
    return world.jobs.add(job)


def start_plan_job(world: World, job: Job, problem: tuple[str, str] | None) -> None:
    """Set a plan job going. A problem (code, why) makes it fail at its first task."""
    plan, script = job.its_plan, PLAN_SCRIPTS[job.script]
    eligible = [item for item in members(plan) if set(script.needs) & set(item.allowed)]
    job.tasks = [task_of(world, job, stage, group, eligible) for stage, group in stages_of(job)]
    if not problem:
        plan.job = job
        for item in eligible:
            item.job = job
    running = _plan_job(world, job, eligible)
    if problem:
        running = engine.doomed(world, job, problem[0], {"other": problem[1], "why": problem[1]})
    job.process = world.kernel.start(running)


def _plan_job(world: World, job: Job, eligible: list[Item]) -> Steps:
    plan, script = job.its_plan, PLAN_SCRIPTS[job.script]
    yield world.estate.service["new_job_seconds"]
    yield from troubles.hold(world, job, troubles.NEVER_STARTED, None)
    job.begin(world.now)
    plan.scenario = (script.shown, job.id, world.now)
    try:
        for (stage, _place), task in zip(stages_of(job), job.tasks, strict=True):
            yield from _stage(Run(world, job, eligible), stage, task)
    except JobFailed as failure:
        job.fail(world.now, failure.error, failure.state)
    else:
        endings = [one.ending for one in [job, *job.children] if one.ending != "Succeeded"]
        job.finish(world.now, endings[0] if endings else "Succeeded")
        note_plan(job, script, world.now)
    if plan.job is job:
        plan.job = None
    for item in [item for item in eligible if item.job is job]:
        world.release(item)
        if script.member == "reprotect" and item.state == "initial_replication":
            engine.complete_initial_replication(world, item)


def note_plan(job: Job, script: PlanScript, ended: float) -> None:
    """What a finished job leaves at the plan (docs/service.md 3.2)."""
    plan = job.its_plan
    if script.last_time:
        plan.last_times[script.last_time] = ended
    plan.commit_pending = job.script in ("plan_failback", "plan_planned_failover", "plan_unplanned_failover")
    if job.script == "plan_test_failover_cleanup":
        plan.test_pending = False


def _stage(run: Run, stage: Stage, task: Task) -> Steps:
    world, job, _eligible = run
    full = job.options.get("dataSyncOption") == "ForSynchronization"
    if full and (stage.kind == "wait" or stage.group_type == "RpFailbackDataSyncTask"):
        for one in task.walk():
            one.skip()
        return
    task.begin(world.now)
    fault = None if stage.group_type else troubles.failure(world, job, stage.name, None)
    if not stage.group_type:
        yield from troubles.hold(world, job, stage.name, None)
    yield from _stage_work(run, stage, task)
    troubles.end(world, job, task, fault)
    task.finish(world.now, "Failed" if task.errors else "Succeeded")


def _stage_work(run: Run, stage: Stage, task: Task) -> Steps:
    world, job, eligible = run
    if stage.kind == "wait":
        yield from engine.wait_for_user(world, job, task, engine.GATE, eligible)
    elif stage.kind == "test_wait":
        job.its_plan.test_pending = True
        yield from _wait_for_cleanup(world, job, task, eligible)
    elif stage.group_type:
        yield from _group(world, job, stage, task)
    else:
        yield SECONDS["moment"]
        if stage.kind == "prepare":
            prepare_all(world, job, eligible)


def prepare_all(world: World, job: Job, eligible: list[Item]) -> None:
    """All hosts and VMs are looked at before anything happens to one of them."""
    for item in eligible:
        effects.check_host(world, job, item)
    for item in eligible:
        effects.prepare(world, job, item)


def _wait_for_cleanup(world: World, job: Job, task: Task, eligible: list[Item]) -> Steps:
    """A test failover of a plan stays suspended until the cleanup; meanwhile its members can be cleaned up."""
    for item in eligible:
        world.release(item)
    yield from engine.wait_for_user(world, job, task, TEST_WAIT, [])


def _group(world: World, job: Job, stage: Stage, task: Task) -> Steps:
    """Manual actions wait one by one; members run side by side; the first error ends the plan (docs/service.md 5.1)."""
    running: list[Process] = []
    for child in task.children:
        if child.kind == "ManualActionTaskDetails":
            yield from all_of(running)
            stop_at_error(task)
            child.begin(world.now)
            yield from engine.wait_for_user(world, job, child, MANUAL, [])
            child.finish(world.now)
        elif child.kind == SHUTDOWN_GROUP:
            child.begin(world.now)
            running += [start_member(world, job, stage, one) for one in child.children]
        else:
            running.append(start_member(world, job, stage, child))
    yield from all_of(running)
    stop_at_error(task)
    for child in task.children:
        if child.kind == SHUTDOWN_GROUP:
            child.finish(world.now)


def stop_at_error(task: Task) -> None:
    """End the plan with a failed member's error."""
    for one in task.walk():
        if one.kind == MEMBER and one.errors:
            raise JobFailed(one.errors[0])


def start_member(world: World, job: Job, stage: Stage, task: Task) -> Process:
    """Set the child job of one member in one stage going."""
    child, rows = plan_tasks.child_job(world, job, stage, task)
    script = PLAN_SCRIPTS[job.script]
    last = stage.kind == "groups"
    child.process = world.kernel.start(_member(world, child, task, rows, script.member if last else ""))
    return child.process


def _member(world: World, child: Job, task: Task, rows: tuple[Row, ...], member: str) -> Steps:
    task.begin(world.now)
    child.begin(world.now)
    script = member or (plan_tasks.commit_script(child.its_item) if child.script == "plan_commit" else "")
    try:
        yield from engine.run_rows(world, child, child.its_item, rows, child.tasks)
    except JobFailed as failure:
        child.fail(world.now, failure.error, failure.state)
        task.errors.append(failure.error)
        task.finish(world.now, "Failed")
        return
    reach(world, child, script)
    child.finish(world.now, child.ending)
    task.finish(world.now)


def reach(world: World, child: Job, script: str) -> None:
    """The end result of an item script, for a member that is through its last stage."""
    if script:
        plan_script, child.script = child.script, script
        endings.FINISHED.get(script, effects.nothing)(world, child, child.its_item)
        child.script = plan_script
