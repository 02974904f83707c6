# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults of jobs: one that hangs, one that ends otherwise than it should."""

from __future__ import annotations

from ..clock.events import Signal, Steps
from ..estate.items import WELL, Item, Job, Task
from ..wire.errors import JobFailed, job_error, with_provider
from ..world.fault import Fault
from ..world.world import World

HOST_TASKS = {  # tasks that need the host
    "PrepareVmOnPremForFailback",
    "DataSync",
    "VmFailover",
    "VmFoStartVmOnPrimary",
    "FinalizeRestoreOnPrimary",
    "EnableProtection",
    "VmStartInitialReplication",
    "CompleteInitialReplication",
}
NEVER_STARTED = ""  # the place before the first task


def hold(world: World, job: Job, task: str, item: Item | None) -> Steps:
    """Stand still at a task, or before the start: for some simulated seconds, or until somebody cancels the job."""
    fault = world.faults.of_job("job_hang", job, item, task)
    if fault:
        seconds = fault.options.get("seconds")
        yield Signal() if seconds is None else seconds
    if task and job.options.get("busy_for"):
        yield job.options.pop("busy_for")


def failure(world: World, job: Job, task: str, item: Item | None) -> Fault | None:
    """The fault with which a task is to end."""
    return world.faults.of_job("job_failure", job, item, task)


def end(world: World, job: Job, task: Task, fault: Fault | None) -> None:
    """Fail at the end of a task, or note the error and go on where the job is to end well in spite of it."""
    if not fault:
        return
    options = fault.options
    state, why = options.get("end", "Failed"), f"Scripted fault at {task.name}."
    words = {"vm": job.target[1], "why": why, "message": options.get("message", "")}
    error = job_error(str(options.get("code", "539")), world.now, job.activity, **words)
    error = with_provider(error, options.get("provider"))
    job.restart = options.get("restart")
    if state not in WELL:
        raise JobFailed(error, state)
    job.ending = state
    task.errors.append({**error, "taskId": task.id})
    job.errors.append({**error, "taskId": task.id})


def wait_for_host(world: World, task: str, item: Item | None) -> Steps:
    """A task that needs a host doesn't end while the host is away."""
    while item and task in HOST_TASKS and item.vm.host.name in world.away:
        yield world.away[item.vm.host.name]
