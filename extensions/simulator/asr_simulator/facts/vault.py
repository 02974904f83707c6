# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts of the vault and of the subscription around it: jobs of others, VMs and locks that nobody protects."""

from __future__ import annotations

from typing import Any

from ..estate.azure import AzureDisk, AzureVm, Lock
from ..estate.estate import Estate
from ..estate.items import ENDED, Job
from ..estate.replicas import nic_of
from ..show import ids
from ..world.world import World
from .fact import FLAG, NUMBER, TEXT, WORDS, Fact, one_of, rows, table
from .history import PAST, history

JOB = table(
    {
        "scenario": {**TEXT, "default": "UpdateProtectionProfile"},
        "friendly": TEXT,
        "state": {**TEXT, "default": "InProgress"},
        "target": {**WORDS, "default": ""},  # name of what it is about: a VM of the scenario, or anything
        "type": {**one_of("ProtectionEntity", "RecoveryPlan", "Server", "Other"), "default": "Other"},
        "allowed": rows(TEXT, default=[]),
        "seconds": NUMBER,  # after which it has succeeded; without, it stays as it is
        "listed": {**FLAG, "default": True},
    }
)
VM = table(
    {
        "name": TEXT,
        "resource_group": TEXT,
        "disks_gb": rows(NUMBER, default=[128]),
        "power": {**TEXT, "default": "running"},
    },
    "name",
)
LOCK = table(
    {
        "name": TEXT,
        "level": {**one_of("CanNotDelete", "ReadOnly"), "default": "CanNotDelete"},
        "scope": {**one_of("subscription", "group", "vault"), "default": "group"},
    },
    "name",
)


def job(world: World, _estate: Estate, given: dict[str, Any]) -> None:
    """A job that none of ours started: ASR's own, or another person's. A state of NotStarted is a job without a name."""
    item = next((one for one in world.estate.items if one.key == given["target"]), None)
    guid, now = world.guid(), world.now
    target = (item.vm.id, item.vm.name, "ProtectionEntity") if item else (world.guid(), given["target"], given["type"])
    found = Job(
        id=guid,
        operation=guid,
        scenario=given["scenario"],
        friendly=given.get("friendly") or given["scenario"],
        accepted=now,
        activity=f"{world.guid()} ActivityId: {world.guid()}",
        item=item,
        target=target,
        state=given["state"],
        description=given["state"],
        start=None if given["state"] == "NotStarted" else now,
        end=now if given["state"] in ENDED else None,
        allowed=list(given["allowed"]),
        listed=given["listed"],
    )
    world.jobs.add(found)
    if "seconds" in given:
        world.kernel.at(now + given["seconds"], lambda: ended(world, found))


def ended(world: World, found: Job) -> None:
    """The job of the others has succeeded."""
    found.start = found.start or world.now
    found.finish(world.now)


def jobs(world: World, estate: Estate, given: list[dict[str, Any]]) -> None:
    """Several of them."""
    for one in given:
        job(world, estate, one)


def azure_vms(world: World, estate: Estate, given: list[dict[str, Any]]) -> None:
    """VMs in Azure that no failover made; those of before are gone."""
    estate.remains.vms = [vm for vm in estate.remains.vms if vm.forgotten]
    for one in given:
        group = one.get("resource_group") or estate.recovery_resource_group
        vm = AzureVm(one["name"], world.guid(), group, power=one["power"], changed=world.now, made=world.now)
        for place, gb in enumerate(one["disks_gb"]):
            name = f"{one['name']}-{'OsDisk' if not place else f'DataDisk-{place}'}"
            vm.disks.append(
                AzureDisk(name, gb, group, lun=place - 1 if place else None, made=world.now, touched=world.now)
            )
        vm.nics.append(nic_of(vm, 250, name=f"{one['name']}-nic"))
        estate.remains.vms.append(vm)


def locks(world: World, estate: Estate, given: list[dict[str, str]]) -> None:
    """Locks on the subscription, the group of the failovers, or the vault; those that are not named are removed."""
    scopes = {
        "subscription": ids.subscription(estate),
        "group": ids.recovery_group(estate),
        "vault": world.vault_path.replace("/Subscriptions/", "/subscriptions/", 1),
    }
    estate.locks = [one for one in estate.locks if one.of]
    estate.locks += [Lock(one["name"], one["level"], scopes[one["scope"]]) for one in given]


VAULT: dict[str, Fact] = {
    "job": Fact(JOB, job),
    "jobs": Fact(rows(JOB), jobs),
    "history": Fact(rows(PAST), history),
    "azure_vms": Fact(rows(VM), azure_vms),
    "locks": Fact(rows(LOCK), locks),
}
