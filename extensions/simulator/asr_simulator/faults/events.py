# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Things that happen by themselves: tokens expire, a host is away for a while, somebody else works on an item."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from ..clock.events import Signal
from ..estate.items import Item, Job
from ..estate.places import Host
from ..facts import table as facts
from ..jobs import engine, inputs, verbs
from ..jobs.troubles import HOST_TASKS
from ..windows.machines import tell_vault
from ..wire.errors import JobFailed, job_error
from ..world.fault import Fault
from ..world.world import World

REVERSE = {"failoverDirection": "PrimaryToRecovery", "providerSpecificDetails": {"instanceType": "HyperVReplicaAzure"}}
HOME = {
    "failoverDirection": "RecoveryToPrimary",
    "providerSpecificDetails": {"instanceType": inputs.FAILBACK_TYPE, "dataSyncOption": "ForSynchronization"},
}
FORWARD = {"failoverDirection": "PrimaryToRecovery", "providerSpecificDetails": {"instanceType": "HyperVReplicaAzure"}}


def token_expiry(world: World, fault: Fault, _item: Item | None) -> None:
    """No token that was issued so far is good any more; the secret too, if the fault says so."""
    world.tokens.expire_all()
    if fault.options.get("secret"):
        world.tokens.secret_expired = True


def provider_drop(world: World, fault: Fault, item: Item | None) -> None:
    """A host isn't connected for some simulated seconds; tasks that need it wait for it, or fail at once."""
    name = fault.options.get("host")
    hosts = [host for site in world.estate.sites for host in [*site.hosts, *site.providers]]
    named = [host for host in hosts if host.name == name]
    gone = (named or [(item or world.estate.items[0]).vm.host])[0]
    site = next(site for site in world.estate.sites if gone in [*site.hosts, *site.providers])
    away = [gone, *(site.hosts if gone is site.vmm_provider else [])]
    for host in away:
        link(world, host, up=False)
    if fault.options.get("jobs", "wait") == "fail":
        fail_jobs(world, away)
    seconds = fault.options.get("seconds")
    if seconds is not None:
        world.kernel.at(world.now + seconds, lambda: back(world, away))


def back(world: World, hosts: list[Host]) -> None:
    """The hosts are connected again, and what waited for them goes on."""
    for host in hosts:
        link(world, host, up=True)


def link(world: World, host: Host, up: bool) -> None:
    """Cut a host off from the vault, or let it back; one that is off for another reason stays away."""
    if host.windows:
        host.windows.cut = not up
        tell_vault(world, host.windows)
    elif up:
        host.connected = True
        if host.name in world.away:
            world.away.pop(host.name).fire()
    else:
        host.connected, host.last_heartbeat = False, world.now
        world.away.setdefault(host.name, Signal())


def fail_jobs(world: World, hosts: list[Host]) -> None:
    """End what runs on the hosts, members of plans too."""
    for job in list(world.jobs.jobs):
        running = any(task.state == "InProgress" and task.name in HOST_TASKS for task in job.all_tasks())
        if running and job.item and job.item.vm.host in hosts and job.process:
            why = f"The Hyper-V host '{job.item.vm.host.name}' isn't connected to the vault."
            job.process.throw(JobFailed(job_error("539", world.now, job.activity, vm=job.item.vm.name, why=why)))


def post(verb: str, properties: dict[str, Any], *needs: str) -> Callable[[World, Item, Fault], None]:
    """An operator who looks first: nothing is asked for that the item doesn't allow."""

    def act(world: World, item: Item, _fault: Fault) -> None:
        if set(needs) & set(item.allowed):
            verbs.start(world, item, verb, properties, "")

    return act


def on_job(action: str, act: Callable[[World, Job], None]) -> Callable[[World, Item, Fault], None]:
    """An operator who steers the job that runs on the item, if the job allows it."""

    def steer(world: World, item: Item, _fault: Fault) -> None:
        if item.job and action in item.job.allowed:
            act(world, item.job)

    return steer


def busy(world: World, item: Item, fault: Fault) -> None:
    """Another operation keeps the item busy."""
    if not item.job:
        job = engine.new_job(world, "repair", item=item, options={"busy_for": fault.options.get("seconds") or 600})
        engine.start_item_job(world, job)


DOES: dict[str, Callable[[World, Item, Fault], None]] = {
    "plannedFailover": post("plannedFailover", HOME, "Failback"),
    "failoverCommit": post("failoverCommit", {}, "Commit", "FinalizeFailback"),
    "reProtect": post("reProtect", REVERSE, "ReverseReplicate"),
    "testFailover": post("testFailover", {}, "TestFailover"),
    "testFailoverCleanup": post("testFailoverCleanup", {}, "TestFailoverCleanup"),
    "unplannedFailover": post("unplannedFailover", FORWARD, "UnplannedFailover"),
    "resume": on_job("Resume", engine.resume),
    "cancel": on_job("Cancel", engine.cancel),
    "repairReplication": busy,
    "remove": post("remove", {}, "DisableProtection"),
}


def operator(world: World, fault: Fault, item: Item | None) -> None:
    """Somebody else does a step, in the portal: it isn't in the request log."""
    DOES[fault.options.get("does", "failoverCommit")](world, item or world.estate.items[0], fault)


def change(world: World, fault: Fault, item: Item | None) -> None:
    """Facts of a thing change: of the one that is named, or of what the item has to do with; without either of the first."""
    kind, wanted = fault.options.get("of", "vm"), fault.options["set"]
    things = facts.belonging(world, kind, item or world.estate.items[0]) if "name" not in fault.options else ()
    with contextlib.suppress(ValueError):  # names were checked; what is no longer there, by now, cannot change
        if "name" in fault.options:
            facts.change(world, kind, fault.options["name"], wanted)
        for thing in things:
            facts.put(world, kind, thing, facts.check(kind, wanted))
