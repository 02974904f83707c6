# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs job scripts: one generator for every kind of job on an item, and what tasks do at their end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..clock.events import Process, Signal, Steps
from ..estate.durations import SECONDS, checksum_seconds, delta_mb, download_mb, rate_of_vm, sync_mb, written_mb
from ..estate.items import WELL, Item, Job, Task
from ..wire.errors import JobFailed, job_error
from ..world.world import World
from . import effects, endings, troubles
from .script_rows import Row
from .scripts import SCRIPTS

GATE = "WaitingForUserInput"  # stateDescription of a job that waits for Complete Failover: assumed


def new_job(world: World, key: str, request_id: str = "", **facts: Any) -> Job:
    """A job that was accepted and hasn't started."""
    script = SCRIPTS[key]
    guid = world.guid()
    job = Job(
        id=guid,
        operation=facts.pop("operation", guid),
        scenario=script.scenario,
        friendly=script.friendly,
        accepted=world.now,
        activity=f"{request_id or world.guid()} ActivityId: {world.guid()}",
        after_failure=script.after_failure,
        script=key,
        **facts,
    )
    if job.item and not job.plan:
        job.target = (job.item.vm.id, job.item.vm.name, "ProtectionEntity")
    elif job.plan:
        job.target = (job.plan.id, job.plan.name, "RecoveryPlan")
    job.tasks = [Task(row.task_id or world.guid(), row.name, row.friendly) for row in script.rows]
    return world.jobs.add(job)


def start_item_job(world: World, job: Job, then: Callable[[], None] | None = None) -> Process:
    """Set an item's job going. The item is busy from now on."""
    job.its_item.job = job
    job.process = world.kernel.start(_item_job(world, job, then))
    return job.process


def start_doomed_job(world: World, job: Job, code: str, **words: str) -> None:
    """A job that fails at its first task; the item and the job that runs on it stay as they are."""
    job.process = world.kernel.start(doomed(world, job, code, words))


def doomed(world: World, job: Job, code: str, words: dict[str, str]) -> Steps:
    """With 532 no task is begun and the error stands at the job alone; other codes fail the first task (recorded)."""
    yield world.estate.service["new_job_seconds"]
    job.begin(world.now)
    if code == "532":
        for task in job.tasks:
            task.skip()
    else:
        job.tasks[0].begin(world.now)
    yield SECONDS["moment"]
    job.fail(world.now, job_error(code, world.now, job.activity, vm=job.target[1], **words))


def _item_job(world: World, job: Job, then: Callable[[], None] | None) -> Steps:
    item = job.its_item
    yield 0.0 if "ahead" in job.options else world.estate.service["new_job_seconds"]
    yield from troubles.hold(world, job, troubles.NEVER_STARTED, item)
    job.begin(world.now)
    try:
        yield from run_rows(world, job, item, SCRIPTS[job.script].rows, job.tasks)
    except JobFailed as failure:
        job.fail(world.now, failure.error, failure.state)
        effects.abandoned(item)
    else:
        endings.FINISHED.get(job.script, effects.nothing)(world, job, item)
        job.finish(world.now, job.ending)
    world.release(item)
    if job.state in WELL:
        if job.script == "reprotect":
            complete_initial_replication(world, item)
        if then:
            then()


def run_rows(world: World, job: Job, item: Item | None, rows: tuple[Row, ...], tasks: list[Task]) -> Steps:
    """Walk the tasks of a script for one item; a job about the vault itself has none, and its tasks only take their time."""
    behind = {row.name for row in before(rows, job.options.get("ahead", ""))}
    for row, task in zip(rows, tasks, strict=True):
        if effects.skipped(job, row):
            task.skip()
            continue
        task.begin(world.now)
        if item and row.name in behind:
            effects.BEFORE.get(row.effect, effects.nothing)(world, job, item)
            effects.AFTER.get(row.effect, effects.nothing)(world, job, item)
        else:
            yield from _one_task(world, job, item, row, task)
        task.finish(world.now, "Failed" if task.errors else "Succeeded")


def before(rows: tuple[Row, ...], name: str) -> tuple[Row, ...]:
    """The rows before the one of this name; none where there is no such."""
    names = [row.name for row in rows]
    return rows[: names.index(name)] if name in names else ()


def _one_task(world: World, job: Job, item: Item | None, row: Row, task: Task) -> Steps:
    if item:
        effects.BEFORE.get(row.effect, effects.nothing)(world, job, item)
    fault = troubles.failure(world, job, row.name, item)
    yield from troubles.hold(world, job, row.name, item)
    if item and row.effect == "wait_for_user":
        yield from wait_for_user(world, job, task, GATE, [item])
    elif item and row.effect == "synchronized":
        yield from synchronize(world, item)
    elif item and row.effect == "transferred":
        yield from transfer(world, job, item)
    else:
        yield SECONDS[row.takes]
    yield from troubles.wait_for_host(world, row.name, item)
    troubles.end(world, job, task, fault)
    if item:
        effects.AFTER.get(row.effect, effects.nothing)(world, job, item)


def synchronize(world: World, item: Item) -> Steps:
    """Snapshot, then checksums and copying side by side: the slower of both decides (docs/service.md 2.1)."""
    yield SECONDS["snapshot"]
    begun = world.now
    yield from world.link(item.vm.host).send(sync_mb(item))
    yield max(0.0, begun + checksum_seconds(item, world.estate.network) - world.now)


def transfer(world: World, job: Job, item: Item) -> Steps:
    """Copy the data of the cutover; RestoreCompletion runs beside the rest of the failover (docs/service.md 3.3)."""
    full = job.options["dataSyncOption"] == "ForSynchronization"
    yield from world.link(item.vm.host).send(download_mb(item) if full else delta_mb(item, item.waited_seconds))
    completion = new_job(world, "restore_completion", item=item)
    completion.process = world.kernel.start(side_job(world, completion))
    yield SECONDS["finish_failover"]


def side_job(world: World, job: Job, then: Callable[[], None] | None = None) -> Steps:
    """A short job that makes no item busy."""
    yield SECONDS["moment"]
    job.begin(world.now)
    try:
        yield from run_rows(world, job, job.item, SCRIPTS[job.script].rows, job.tasks)
    except JobFailed as failure:
        job.fail(world.now, failure.error, failure.state)
        return
    if then:
        then()
    job.finish(world.now, job.ending)


def wait_for_user(world: World, job: Job, task: Task, description: str, items: list[Item]) -> Steps:
    """Suspend the job until somebody resumes it."""
    job.resumed = Signal()
    job.suspend(description)
    task.state, task.description = "Suspended", description
    if description == GATE:
        for item in items:
            world.measurements.possible(item.key, "complete_failover", world.now)
    yield job.resumed
    job.go_on()
    task.state = task.description = "InProgress"
    for item in items:
        item.waited_seconds = world.now - (item.synchronized_at or world.now)


def complete_initial_replication(world: World, item: Item) -> None:
    """After reverse replication the latest changes are sent, then IrCompletion runs (docs/service.md 3.1, row 11 and 12).

    What others do with the item meanwhile is waited for.
    """

    def begin() -> None:
        if item.state == "initial_replication" and item.job:
            world.kernel.at(world.now + SECONDS["before_ir_completion"], begin)
        elif item.state == "initial_replication":
            start_item_job(world, new_job(world, "ir_completion", item=item))

    wait = SECONDS["before_ir_completion"] + written_mb(item) / rate_of_vm(world.estate.network)
    world.kernel.at(world.now + wait, begin)


def resume(world: World, job: Job, comment: str = "") -> None:
    """Let a suspended job go on: Complete Failover, or the end of a manual action."""
    job.comments.append(comment)
    for item in items_of(world, job):
        world.measurements.asked(item.key, "complete_failover", world.now)
    job.allowed = ["Cancel"]
    assert job.resumed  # it was suspended, or Resume would not have been allowed
    job.resumed.fire()


def cancel(world: World, job: Job) -> None:
    """Stop a job where it stands, and the jobs below it. It is Cancelling for a while, then Cancelled."""
    if job.process:
        job.process.stop()
    for child in job.children:
        if not child.ended:
            cancel(world, child)
    job.state, job.description, job.allowed = "Cancelling", "Cancelling", []
    world.kernel.at(world.now + SECONDS["cancelling"], lambda: _cancelled(world, job))


def _cancelled(world: World, job: Job) -> None:
    for task in job.all_tasks():
        if task.state in ("InProgress", "Suspended"):
            task.finish(world.now, "Cancelled")
    job.finish(world.now, "Cancelled")
    if job.plan and job.plan.job is job:
        job.plan.job = None
    for item in [item for item in world.estate.items if item.job is job]:
        effects.abandoned(item)
        world.release(item)


def items_of(world: World, job: Job) -> list[Item]:
    """The items that wait for this job."""
    if job.item:
        return [job.item]
    return [item for item in world.estate.items if item.job is job]
