# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Handlers of recovery plans: create, update, delete and the verbs (docs/service.md 2.3)."""

from __future__ import annotations

from typing import Any

from ..estate.items import Plan
from ..jobs import engine, inputs, plan_engine, plan_tasks
from ..jobs.plan_scripts import PLAN_SCRIPTS
from ..show import ids
from ..world.world import World
from . import plan_groups
from .accepting import accepted
from .act import unknown
from .call import Answer, Request

VERBS = {
    "plannedfailover": "plan_planned_failover",
    "unplannedfailover": "plan_unplanned_failover",
    "testfailover": "plan_test_failover",
    "testfailovercleanup": "plan_test_failover_cleanup",
    "failovercommit": "plan_commit",
    "failovercancel": "plan_cancel_failover",
    "reprotect": "plan_reprotect",
}
STEPS = {
    "plan_failback": "planned_failover",
    "plan_commit": "commit_failover",
    "plan_reprotect": "reverse_replication",
}


def verb(request: Request) -> Answer:
    """Any POST on a plan. The operation's guid differs from the job's."""
    world, plan = request.world, request.plan()
    key = VERBS.get(request.names["verb"].lower())
    if not key:
        return unknown(request)
    request.facts["verb"] = request.names["verb"]
    key, options = checked_input(key, request.properties)
    job = plan_engine.new_plan_job(world, key, plan, request.request_id, options)
    request.facts["job"] = job.id
    problem = problem_of(plan, key)
    if not problem:
        note_asked(world, plan, key)
        if key == "plan_test_failover_cleanup" and plan.job:
            end_of_test(world, plan)
    plan_engine.start_plan_job(world, job, problem)
    return accepted(request, job, ids.plan(world, plan))


def checked_input(key: str, properties: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Failback or failover, and the options of a failback; details are a list for plans."""
    direction, details = properties.get("failoverDirection"), properties.get("providerSpecificDetails") or []
    if direction not in (None, *plan_groups.DIRECTIONS):
        raise inputs.invalid("failoverDirection", direction, plan_groups.DIRECTIONS)
    home = key == "plan_planned_failover" and direction == "RecoveryToPrimary"
    known = inputs.TYPES.get("failback" if home else key.removeprefix("plan_"), ())
    wrong = [one.get("instanceType") for one in details if one.get("instanceType") not in known]
    if wrong and known:
        raise inputs.invalid("providerSpecificDetails.instanceType", wrong[0], known)
    if not home:
        return key, {}
    if not details:
        raise inputs.invalid("providerSpecificDetails.instanceType", None, [inputs.FAILBACK_TYPE])
    found = details[0]
    for field, known in (
        ("dataSyncOption", inputs.SYNC_OPTIONS),
        ("recoveryVmCreationOption", inputs.CREATION_OPTIONS),
    ):
        if found.get(field) not in known:
            raise inputs.invalid(field, found.get(field), known)
    return "plan_failback", {name: found[name] for name in ("dataSyncOption", "recoveryVmCreationOption")}


def problem_of(plan: Plan, key: str) -> tuple[str, str] | None:
    """Why the job will fail at its first task: another job runs, or no member can take part."""
    found = plan_tasks.members(plan)
    busy = next((item.job for item in found if item.job), None if plan.test_pending else plan.job)
    if busy:
        return "532", busy.friendly
    needs = PLAN_SCRIPTS[key].needs
    if not any(set(needs) & set(item.allowed) for item in found):
        code = {"plan_commit": "25037", "plan_reprotect": "25038"}.get(key, "539")
        return code, f"No virtual machine of the plan allows {' or '.join(needs)}."
    return None


def note_asked(world: World, plan: Plan, key: str) -> None:
    """Note the step for every member that takes part."""
    for item in plan_tasks.members(plan):
        if key in STEPS and set(PLAN_SCRIPTS[key].needs) & set(item.allowed):
            world.measurements.asked(item.key, STEPS[key], world.now)


def end_of_test(world: World, plan: Plan) -> None:
    """The cleanup lets the suspended test failover end."""
    waiting, plan.job = plan.job, None
    assert waiting and waiting.resumed  # a plan whose test is pending has the job that waits for this
    waiting.resumed.fire()


def create(request: Request) -> Answer:
    """PUT: the plan exists when the job has ended. One of this name that is there is replaced."""
    world, name = request.world, request.names["plan"]
    groups = plan_groups.checked(request)
    sites = [item.site for group in groups["boots"] for item in group["items"]]
    plan_groups.check_fabrics(request, sites)
    model = request.properties.get("failoverDeploymentModel", "ResourceManager")
    plan = Plan(name, world.guid(), sites[0], groups["boots"], model, fixed=groups["fixed"])
    old = world.estate.plan(name)

    def save() -> None:
        if old in world.estate.plans:
            world.estate.plans.remove(old)
        world.estate.plans.append(plan)

    return crud(request, "save_plan", plan, save)


def update(request: Request) -> Answer:
    """PATCH: the whole list of groups is replaced, actions and all."""
    plan = request.plan()
    groups = plan_groups.checked(request)
    plan_groups.check_site(plan.site, [item.site for group in groups["boots"] for item in group["items"]])

    def save() -> None:
        plan.groups, plan.fixed = groups["boots"], groups["fixed"]

    return crud(request, "update_plan", plan, save)


def delete(request: Request) -> Answer:
    """DELETE: the plan is gone when the job has ended; its members stay protected. One that is not there is gone."""
    if not request.world.estate.plan(request.names["plan"]):
        return 204, {}, None
    plan = request.plan()

    def remove() -> None:
        if plan in request.world.estate.plans:
            request.world.estate.plans.remove(plan)

    return crud(request, "delete_plan", plan, remove)


def crud(request: Request, key: str, plan: Plan, save: Any) -> Answer:
    """The short jobs of plan keeping; here the operation's guid is the job's. A plan at work can't be changed."""
    world = request.world
    job = engine.new_job(world, key, request.request_id, plan=plan)
    busy = plan.job if plan in world.estate.plans else None
    work = engine.doomed(world, job, "532", {"other": busy.friendly, "why": busy.friendly}) if busy else None
    job.process = world.kernel.start(work or engine.side_job(world, job, save))
    request.facts.update(verb=key, plan=plan.name, job=job.id)
    return accepted(request, job, ids.plan(world, plan))
