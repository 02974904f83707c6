# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs that are over: those that a scenario tells of, and the failover that brought each VM to Azure."""

from __future__ import annotations

from typing import Any

from ..estate.estate import Estate
from ..estate.guids import stable_guid
from ..estate.items import ENDED, WELL, Item, Job, Plan, Task
from ..jobs.scripts import SCRIPTS
from ..wire.errors import job_error
from ..world.world import World
from . import plan_history
from .fact import NUMBER, TEXT, WORDS, one_of, table

DAY = 86400.0
WHAT = (
    *("planned_failover", "unplanned_failover", "commit_failover", "failback", "restore_completion"),
    *("finalize_failback", "reprotect", "ir_completion", "test_failover", "test_failover_cleanup", "change_pit"),
    *("repair", "update", "save_plan", "update_plan"),
)
OF_PLANS = ("save_plan", "update_plan")
OF_FAILBACKS = ("failback", "finalize_failback")
DETAILS = ("planned_failover", "unplanned_failover", "failback")
PAST = table(
    {
        "what": one_of(*WHAT),
        "vm": TEXT,
        "plan": TEXT,
        "state": {**one_of(*sorted(ENDED)), "default": "Succeeded"},
        "days_ago": {**NUMBER, "default": 1},
        "seconds": {**NUMBER, "default": 300},
        "code": {"type": ["string", "integer"], "default": "539"},
        "message": {**WORDS, "default": ""},
    },
    "what",
)


def history(world: World, estate: Estate, given: list[dict[str, Any]]) -> None:
    """Jobs of before. Raises ValueError for a name that nothing has."""
    for place, one in enumerate(given):
        item = next((item for item in estate.items if item.key == one.get("vm")), None)
        plan = estate.plan(one.get("plan", ""))
        wrong = wrong_name(one, item, plan, estate)
        if wrong:
            raise ValueError(f"history.{place}.{wrong}")
        begun = world.now - one["days_ago"] * DAY
        if plan and "vm" not in one and one["what"] not in OF_PLANS:
            plan_history.add(world, one, plan, begun)
        else:
            add(world, one, item, plan, begun)


def wrong_name(one: dict[str, Any], item: Item | None, plan: Plan | None, estate: Estate) -> str:
    """What is wrong with whom a job is about; empty where it is one that there is, and does such things."""
    what, by_plan = one["what"], "plan" in one and "vm" not in one
    if by_plan and what not in (*OF_PLANS, *plan_history.KINDS):
        return f"plan: a {what} of a plan is not allowed; allowed: {', '.join((*OF_PLANS, *plan_history.KINDS))}"
    kind, found, things = ("plan", plan, estate.plans) if by_plan or what in OF_PLANS else ("vm", item, estate.items)
    known = ", ".join(getattr(thing, "key", "") or thing.name for thing in things)
    return "" if found else f"{kind}: {one.get(kind)!r} is not allowed; allowed: {known}"


def of_failovers(world: World) -> None:
    """What brought each VM to Azure, and its commit."""
    for item in world.estate.items:
        if item.last_failover is None:
            continue
        unplanned = item.state.startswith("unplanned")
        ways = [("unplanned_failover" if unplanned else "planned_failover", 0.0)]
        ways += (
            []
            if item.state.endswith("_uncommitted") and item.row.active == "Recovery"
            else [("commit_failover", plan_history.TO_COMMIT)]
        )
        for what, later in ways:
            given = {"what": what, "state": "Succeeded", "seconds": 560.0 if not later else 5.0}
            add(world, given, item, None, item.last_failover + later)


def add(world: World, given: dict[str, Any], item: Item | None, plan: Plan | None, begun: float) -> None:
    """One job that ended long ago; its tasks have ended with it."""
    what, state, seed = given["what"], given["state"], world.scenario["seed"]
    script, end = SCRIPTS[what], begun + given["seconds"]
    name = item.key if item else plan.name if plan else ""
    guid = stable_guid(seed, "past job", what, name, f"{begun - world.now:.0f}")
    thing = (item.vm.id, item.vm.name, "ProtectionEntity") if item else ("", "", "Other")
    job = Job(
        id=guid,
        operation=guid,
        scenario=script.scenario,
        friendly=script.friendly,
        accepted=begun,
        activity=f"{stable_guid(seed, 'request', guid)} ActivityId: {stable_guid(seed, 'activity', guid)}",
        item=item,
        plan=plan,
        target=(plan.id, plan.name, "RecoveryPlan") if plan else thing,
        after_failure=script.after_failure,
        direction="RecoveryToPrimary" if what in OF_FAILBACKS else "PrimaryToRecovery",
        details="FailoverJobDetails" if what in DETAILS else "AsrJobDetails",
        script=what,
    )
    job.tasks = [
        Task(row.task_id or stable_guid(seed, guid, row.name), row.name, row.friendly, start=begun)
        for row in script.rows
    ]
    for task in job.tasks:
        task.finish(end)
    job.start = begun
    job.finish(end, state)
    if state not in (*WELL, "Cancelled") or state == "PartiallySucceeded":
        blame(job, given, end)
    world.jobs.add(job, past=True)


def blame(job: Job, given: dict[str, Any], end: float) -> None:
    """The error of a job that did not end well stands at the job and at its last task."""
    words = {"message": given["message"]} if given["message"] else {}
    error = job_error(str(given["code"]), end, job.activity, vm=job.target[1], **words)
    last = job.tasks[-1]
    last.finish(end, "Failed")
    last.errors = [{**error, "taskId": last.id}]
    job.errors = [{**error, "taskId": last.id}]
