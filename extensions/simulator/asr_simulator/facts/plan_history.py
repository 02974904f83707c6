# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs of recovery plans that are over, with the groups of their tasks and the child jobs of their members, as after a run."""

from __future__ import annotations

from typing import Any

from ..estate.items import WELL, Item, Job, Plan, Task
from ..jobs import plan_tasks
from ..jobs.plan_scripts import PLAN_SCRIPTS, PlanScript, Stage
from ..jobs.scripts import SCRIPTS
from ..wire.errors import job_error
from ..world.world import World

KINDS = {  # in the words of `history`
    "planned_failover": "plan_planned_failover",
    "unplanned_failover": "plan_unplanned_failover",
    "failback": "plan_failback",
    "commit_failover": "plan_commit",
    "finalize_failback": "plan_commit",
    "reprotect": "plan_reprotect",
    "test_failover": "plan_test_failover",
    "test_failover_cleanup": "plan_test_failover_cleanup",
}
TO_COMMIT = 900.0  # seconds from a failover to its commit, where nobody says otherwise
FAILOVERS = ("planned_failover", "unplanned_failover")


def add(world: World, given: dict[str, Any], plan: Plan, begun: float) -> None:
    """One job of a plan; the failover that brought its members to Azure stands for those of their own."""
    key, end = KINDS[given["what"]], begun + given["seconds"]
    job = plan_tasks.plan_job(world, key, plan, begun)
    members = plan_tasks.members(plan)
    stages = plan_tasks.stages_of(job)
    job.tasks = [plan_tasks.task_of(world, job, stage, place, members) for stage, place in stages]
    world.jobs.add(job, past=True)
    for item in members:
        instead_of_its_own(world, item, given["what"], begun)
    play(world, job, given, begun)
    job.start = begun
    job.finish(end, given["state"])
    note(plan, PLAN_SCRIPTS[key], job)


def play(world: World, job: Job, given: dict[str, Any], begun: float) -> None:
    """The stages one after the other, each as long, up to the one at which the job ended."""
    stages = [stage for stage, _place in plan_tasks.stages_of(job)]
    each, ended_well = given["seconds"] / len(stages), given["state"] in WELL
    blamed = to_blame(stages, ended_well)
    until = len(stages) if ended_well else blamed + 1
    for place, (stage, task) in enumerate(zip(stages[:until], job.tasks, strict=False)):
        start = begun + place * each
        for one in task.walk():
            one.begin(start)
            if one.item:
                run(world, job, given, (stage, one, start, start + each))
            one.finish(start + each)
    if given["state"] not in ("Succeeded", "CompletedWithInformation"):
        stop(job, job.tasks[blamed], given, begun + (blamed + 1) * each)


def to_blame(stages: list[Stage], ended_well: bool) -> int:
    """The stage of members at which something went wrong: where they do something all at once, or the last if it did no harm."""
    with_members = [place for place, stage in enumerate(stages) if stage.group_type]
    if ended_well:
        return with_members[-1]
    return next((place for place in reversed(with_members) if stages[place].kind == "all"), with_members[0])


def run(world: World, job: Job, given: dict[str, Any], part: tuple[Stage, Task, float, float]) -> None:
    """The child job of one member in one stage, which went well."""
    stage, task, start, end = part
    if not stage.rows:  # those of a commit, of a failover or of a failback
        stage = stage._replace(rows=SCRIPTS[given["what"]].rows)
    child, _rows = plan_tasks.child_job(world, job, stage, task, past=True)
    child.accepted = start
    child.begin(start)
    for one in child.tasks:
        one.begin(start)
        one.finish(end)
    child.finish(end)


def stop(job: Job, task: Task, given: dict[str, Any], end: float) -> None:
    """The end at a task: of one of its members if it has any; an error stands at that, at its job, and at the plan's job."""
    state = given["state"]
    member = next((one for one in task.walk() if one.item), task)
    parts = [member, *(one for one in task.walk() if one is not member and member in one.walk())]
    child = [member.job] if member.job else []
    if state == "Cancelled":
        for one in [*parts, *(job.tasks[-1] for job in child)]:
            one.finish(end, "Cancelled")
        for one_job in child:
            one_job.finish(end, "Cancelled")
        return
    words = {"message": given["message"]} if given["message"] else {}
    name = member.item.vm.name if member.item else job.target[1]
    error = job_error(str(given["code"]), end, job.activity, vm=name, **words)
    for one in parts:
        one.errors = [{**error, "taskId": one.id}]
        one.finish(end, "Failed" if state not in WELL or one is member else "Succeeded")
    job.errors = [{**error, "taskId": task.id}]
    for one_job in child:
        one_job.errors = [{**error, "taskId": one_job.tasks[-1].id}]
        one_job.tasks[-1].errors = list(one_job.errors)
        one_job.tasks[-1].finish(end, "Failed")
        one_job.finish(end, state)


def instead_of_its_own(world: World, item: Item, what: str, begun: float) -> None:
    """A failover that began when the item was failed over is the one, as is a commit after it: the item has none of its own."""
    moved = item.last_failover
    if moved is None or begun < moved - 1 or (what in FAILOVERS and begun > moved + 1):
        return
    same = FAILOVERS if what in FAILOVERS else ("commit_failover",) if what == "commit_failover" else ()
    own = (moved, moved + TO_COMMIT)
    for job in [one for one in world.jobs.past if one.item is item and one.script in same and one.start in own]:
        world.jobs.forget(job)


def note(plan: Plan, script: PlanScript, job: Job) -> None:
    """What a job leaves at its plan, if no later one has left something."""
    assert job.start is not None and job.end is not None
    if plan.scenario is None or plan.scenario[2] < job.start:
        plan.scenario = (script.shown, job.id, job.start)
    if script.last_time and job.state in WELL:
        plan.last_times[script.last_time] = max(job.end, plan.last_times.get(script.last_time, 0.0))
