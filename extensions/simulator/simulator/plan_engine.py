# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the jobs of recovery plans: stages one after the other, members of a stage side by side as child jobs."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, NamedTuple

from . import effects, engine
from .durations import SECONDS
from .errors import JobFailed, job_error
from .jobs import Job, Task
from .kernel import all_of
from .plan_scripts import PLAN_SCRIPTS, Stage
from .scripts import SCRIPTS, Row

if TYPE_CHECKING:
    from .estate import Item, Plan
    from .kernel import Process
    from .world import World

GROUP, SHUTDOWN_GROUP = "RecoveryPlanGroupTaskDetails", "RecoveryPlanShutdownGroupTaskDetails"
MEMBER = "VirtualMachineTaskDetails"
MANUAL = "WaitingForManualAction"
TEST_WAIT = "WaitingForStopTestFailover"


class Run(NamedTuple):
    """A running plan job."""

    world: World
    job: Job
    eligible: list[Item]


def new_plan_job(world: World, key: str, plan: Plan, request_id: str, options: dict[str, Any]) -> Job:
    """A plan job; the operation's guid is not the job's (domain.md 2.6)."""
    script = PLAN_SCRIPTS[key]
    guid = world.guid()
    return world.jobs.add(Job(
        id=guid, operation=world.guid(), scenario=script.scenario, friendly=script.friendly, accepted=world.now,
        activity=f"{request_id or world.guid()} ActivityId: {world.guid()}", plan=plan, script=key, options=options,
        target=(plan.id, plan.name, "RecoveryPlan"), details="FailoverJobDetails" if script.last_time else (
            "AsrJobDetails"), direction="RecoveryToPrimary" if key == "plan_failback" else "PrimaryToRecovery",
    ))


def start_plan_job(world: World, job: Job, problem: tuple[str, str] | None) -> None:
    """Set a plan job going. A problem (code, why) makes it fail at its first task."""
    plan, script = job.plan, PLAN_SCRIPTS[job.script]
    eligible = [item for item in members(plan) if set(script.needs) & set(item.allowed)]
    job.tasks = [task_of(world, job, stage, group, eligible) for stage, group in stages_of(job)]
    if not problem:
        plan.job = job
        for item in eligible:
            item.job = job
    running = _doomed(world, job, *problem) if problem else _plan_job(world, job, eligible)
    job.process = world.kernel.start(running)


def members(plan: Plan) -> list[Item]:
    return [item for group in plan.groups for item in group["items"]]


def stages_of(job: Job) -> list[tuple[Stage, int]]:
    """The stages of a job, with one entry per group where groups come one after the other."""
    found = []
    for stage in PLAN_SCRIPTS[job.script].stages:
        count = len(job.plan.groups) if stage.kind == "groups" else 1
        found += [(stage, place) for place in range(count)]
    return found


def task_of(world: World, job: Job, stage: Stage, place: int, eligible: list[Item]) -> Task:
    """The task tree of a stage, as it looks before anything has started."""
    if not stage.group_type:
        return Task(stage.task_id or world.guid(), stage.name, stage.friendly)
    if stage.kind == "groups":
        group = job.plan.groups[place]
        children = [member_task(world, item) for item in group["items"] if item in eligible]
        before, after = (manual_tasks(world, job, group, key) for key in ("start", "end"))
        friendly = f"Group {place + 1}: {stage.friendly} ({len(children)})"
        return Task(f"Group{place + 1}", stage.name, friendly, kind=GROUP, group_type=stage.group_type,
                    children=[*before, *children, *after])
    if stage.kind == "all":
        return Task(stage.task_id, stage.name, stage.friendly, kind=GROUP, group_type=stage.group_type,
                    children=[member_task(world, item) for item in eligible])
    nested = [
        Task(f"Group{number + 1}", "Unknown", f"Group {number + 1}: Shutdown ({len(inside)})", kind=SHUTDOWN_GROUP,
             group_type=stage.group_type, children=[member_task(world, item) for item in inside])
        for number, group in enumerate(job.plan.groups)
        if (inside := [item for item in group["items"] if item in eligible])
    ]
    return Task(stage.task_id, stage.name, f"{stage.friendly} ({len(eligible)})", kind=SHUTDOWN_GROUP,
                group_type=stage.group_type, children=nested)


def member_task(world: World, item: Item) -> Task:
    return Task(world.guid(), "Unknown", item.vm.name, kind=MEMBER, item=item)


def manual_tasks(world: World, job: Job, group: dict[str, Any], key: str) -> list[Task]:
    """Manual actions that belong to the direction and the kind of this job."""
    kind = PLAN_SCRIPTS[job.script].last_time
    return [
        Task(world.guid(), action["actionName"], action["actionName"], kind="ManualActionTaskDetails",
             instructions=action["customDetails"].get("description", ""))
        for action in group[key]
        if kind in action.get("failoverTypes", []) and job.direction in action.get("failoverDirections", [])
        and action["customDetails"].get("instanceType") == "ManualActionDetails"
    ]


def _doomed(world: World, job: Job, code: str, why: str) -> Generator:
    """A job that fails at its first task; plan and members stay as they are."""
    yield SECONDS["start"]
    job.begin(world.now)
    job.tasks[0].begin(world.now)
    yield SECONDS["moment"]
    job.fail(world.now, job_error(code, world.now, job.activity, vm=job.plan.name, other=why, why=why))


def _plan_job(world: World, job: Job, eligible: list[Item]) -> Generator:
    script = PLAN_SCRIPTS[job.script]
    yield SECONDS["start"]
    job.begin(world.now)
    job.plan.scenario = (script.shown, job.id, world.now)
    try:
        for (stage, _place), task in zip(stages_of(job), job.tasks, strict=True):
            yield from _stage(Run(world, job, eligible), stage, task)
    except JobFailed as failure:
        job.fail(world.now, failure.error)
    else:
        job.finish(world.now)
        note_plan(job, script)
    if job.plan.job is job:
        job.plan.job = None
    for item in [item for item in eligible if item.job is job]:
        world.release(item)
        if script.member == "reprotect" and item.state == "initial_replication":
            engine.complete_initial_replication(world, item)


def note_plan(job: Job, script: Any) -> None:
    """What a finished job leaves at the plan (domain.md 3.2)."""
    plan = job.plan
    if script.last_time:
        plan.last_times[script.last_time] = job.end
    plan.commit_pending = job.script in ("plan_failback", "plan_planned_failover", "plan_unplanned_failover")
    if job.script == "plan_test_failover_cleanup":
        plan.test_pending = False


def _stage(run: Run, stage: Stage, task: Task) -> Generator:
    world, job, eligible = run
    full = job.options.get("dataSyncOption") == "ForSynchronization"
    if full and (stage.kind == "wait" or stage.group_type == "RpFailbackDataSyncTask"):
        for one in task.walk():
            one.skip()
        return
    task.begin(world.now)
    if stage.kind == "wait":
        yield from engine.wait_for_user(world, job, task, engine.GATE, eligible)
    elif stage.kind == "test_wait":
        job.plan.test_pending = True
        yield from _wait_for_cleanup(world, job, task, eligible)
    elif stage.group_type:
        yield from _group(world, job, stage, task)
    else:
        yield SECONDS["moment"]
        if stage.kind == "prepare":
            prepare_all(world, job, eligible)
    task.finish(world.now)


def prepare_all(world: World, job: Job, eligible: list[Item]) -> None:
    """All hosts and VMs are looked at before anything happens to one of them."""
    for item in eligible:
        effects.check_host(world, job, item)
    for item in eligible:
        effects.prepare(world, job, item)


def _wait_for_cleanup(world: World, job: Job, task: Task, eligible: list[Item]) -> Generator:
    """A test failover of a plan stays suspended until the cleanup; meanwhile its members can be cleaned up."""
    for item in eligible:
        world.release(item)
    yield from engine.wait_for_user(world, job, task, TEST_WAIT, [])


def _group(world: World, job: Job, stage: Stage, task: Task) -> Generator:
    """Manual actions wait one by one; members run side by side; the first error ends the plan (domain.md 5.1)."""
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
    for one in task.walk():
        if one.kind == MEMBER and one.errors:
            raise JobFailed(one.errors[0])


def start_member(world: World, job: Job, stage: Stage, task: Task) -> Process:
    """The child job of one member in one stage; it isn't in the job list."""
    script, item = PLAN_SCRIPTS[job.script], task.item
    rows = stage.rows or SCRIPTS[commit_script(item)].rows
    guid = world.guid()
    child = world.jobs.add(Job(
        id=guid, operation=guid, scenario=script.child_scenario, friendly=script.child_friendly, accepted=world.now,
        activity=job.activity, item=item, target=(item.vm.id, item.vm.name, "ProtectionEntity"), listed=False,
        options=job.options, direction=job.direction, script=job.script,
        tasks=[Task(row.task_id or world.guid(), row.name, row.friendly) for row in rows],
    ))
    job.children.append(child)
    task.job = child
    last = stage.kind == "groups"
    child.process = world.kernel.start(_member(world, child, task, rows, script.member if last else ""))
    return child.process


def commit_script(item: Item) -> str:
    return "commit_failover" if "Commit" in item.row.allowed else "finalize_failback"


def _member(world: World, child: Job, task: Task, rows: tuple[Row, ...], member: str) -> Generator:
    task.begin(world.now)
    child.begin(world.now)
    script = member or (commit_script(child.item) if child.script == "plan_commit" else "")
    try:
        yield from engine.run_rows(world, child, child.item, rows, child.tasks)
    except JobFailed as failure:
        child.fail(world.now, failure.error)
        task.errors.append(failure.error)
        task.finish(world.now, "Failed")
        return
    reach(world, child, script)
    child.finish(world.now)
    task.finish(world.now)


def reach(world: World, child: Job, script: str) -> None:
    """The end result of an item script, for a member that is through its last stage."""
    if script:
        plan_script, child.script = child.script, script
        effects.FINISHED.get(script, effects.nothing)(world, child, child.item)
        child.script = plan_script
