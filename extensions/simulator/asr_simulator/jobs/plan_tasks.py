# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task trees of plan jobs, as they look before anything has started (docs/service.md 3.4)."""

from __future__ import annotations

from typing import Any

from ..estate.items import Item, Job, Plan, Task
from ..world.world import World
from .plan_scripts import PLAN_SCRIPTS, Stage
from .script_rows import Row
from .scripts import SCRIPTS

GROUP, SHUTDOWN_GROUP = "RecoveryPlanGroupTaskDetails", "RecoveryPlanShutdownGroupTaskDetails"
MEMBER = "VirtualMachineTaskDetails"


def members(plan: Plan) -> list[Item]:
    """Items of all groups, in order."""
    return [item for group in plan.groups for item in group["items"]]


def stages_of(job: Job) -> list[tuple[Stage, int]]:
    """The stages of a job, with one entry per group where groups come one after the other."""
    found = []
    for stage in PLAN_SCRIPTS[job.script].stages:
        count = len(job.its_plan.groups) if stage.kind == "groups" else 1
        found += [(stage, place) for place in range(count)]
    return found


def task_of(world: World, job: Job, stage: Stage, place: int, eligible: list[Item]) -> Task:
    """The task tree of a stage, as it looks before anything has started."""
    if not stage.group_type:
        return Task(stage.task_id or world.guid(), stage.name, stage.friendly)
    if stage.kind == "groups":
        return one_group(world, job, stage, place, eligible)
    if stage.kind == "all":
        return group_task(stage, stage.task_id, stage.friendly, [member_task(world, item) for item in eligible])
    return all_shutdowns(world, job, stage, eligible)


def group_task(stage: Stage, task_id: str, friendly: str, children: list[Task]) -> Task:
    """A task with children; only the shutdown of all groups is of another kind."""
    kind = SHUTDOWN_GROUP if stage.kind == "shutdown" else GROUP
    return Task(task_id, "Unknown", friendly, kind=kind, group_type=stage.group_type, children=children)


def one_group(world: World, job: Job, stage: Stage, place: int, eligible: list[Item]) -> Task:
    """A group of the plan with its manual actions around its members."""
    group = job.its_plan.groups[place]
    children = [member_task(world, item) for item in group["items"] if item in eligible]
    before, after = (manual_tasks(world, job, group, key) for key in ("start", "end"))
    friendly = f"Group {place + 1}: {stage.friendly} ({len(children)})"
    return group_task(stage, f"Group{place + 1}", friendly, [*before, *children, *after])


def all_shutdowns(world: World, job: Job, stage: Stage, eligible: list[Item]) -> Task:
    """The one group that nests: all groups, then the members of each (recorded)."""
    nested = []
    for number, group in enumerate(job.its_plan.groups, start=1):
        inside = [member_task(world, item) for item in group["items"] if item in eligible]
        if inside:
            nested.append(group_task(stage, f"Group{number}", f"Group {number}: Shutdown ({len(inside)})", inside))
    return group_task(stage, stage.task_id, f"{stage.friendly} ({len(eligible)})", nested)


def member_task(world: World, item: Item) -> Task:
    """The task that stands for one VM."""
    return Task(world.guid(), "Unknown", item.vm.name, kind=MEMBER, item=item)


def manual_tasks(world: World, job: Job, group: dict[str, Any], key: str) -> list[Task]:
    """Manual actions that belong to the direction and the kind of this job."""
    kind = PLAN_SCRIPTS[job.script].last_time
    return [
        Task(
            world.guid(),
            action["actionName"],
            action["actionName"],
            kind="ManualActionTaskDetails",
            instructions=action["customDetails"].get("description", ""),
        )
        for action in group[key]
        if kind in action.get("failoverTypes", [])
        and job.direction in action.get("failoverDirections", [])
        and action["customDetails"].get("instanceType") == "ManualActionDetails"
    ]


def plan_job(world: World, key: str, plan: Plan, accepted: float, request_id: str = "") -> Job:
    """A job of a plan, in no list yet; the operation's guid is not the job's (docs/service.md 2.6)."""
    script, guid = PLAN_SCRIPTS[key], world.guid()
    return Job(
        id=guid,
        operation=world.guid(),
        scenario=script.scenario,
        friendly=script.friendly,
        accepted=accepted,
        activity=f"{request_id or world.guid()} ActivityId: {world.guid()}",
        plan=plan,
        script=key,
        target=(plan.id, plan.name, "RecoveryPlan"),
        details="FailoverJobDetails" if script.last_time else "AsrJobDetails",
        direction="RecoveryToPrimary" if key == "plan_failback" else "PrimaryToRecovery",
    )


def child_job(world: World, job: Job, stage: Stage, task: Task, past: bool = False) -> tuple[Job, tuple[Row, ...]]:
    """The child job of one member in one stage, and the rows of its tasks; it isn't in the job list."""
    script, item = PLAN_SCRIPTS[job.script], task.item
    assert item  # every task of kind MEMBER has one
    rows = stage.rows or SCRIPTS[commit_script(item)].rows
    guid = world.guid()
    child = Job(
        id=guid,
        operation=guid,
        scenario=script.child_scenario,
        friendly=script.child_friendly,
        accepted=world.now,
        activity=job.activity,
        item=item,
        target=(item.vm.id, item.vm.name, "ProtectionEntity"),
        listed=False,
        options=job.options,
        direction=job.direction,
        script=job.script,
        tasks=[Task(row.task_id or world.guid(), row.name, row.friendly) for row in rows],
    )
    world.jobs.add(child, past)
    job.children.append(child)
    task.job = child
    return child, rows


def commit_script(item: Item) -> str:
    """What a commit means for a member now."""
    return "commit_failover" if "Commit" in item.row.allowed else "finalize_failback"
