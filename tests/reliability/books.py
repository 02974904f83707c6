# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must never happen to data, judged from the service's own books: nothing here asks the product what it thinks."""

from __future__ import annotations

from collections.abc import Sequence

from azure.core.rest import HttpRequest

from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service
from asr_simulator.estate.items import Item, Job
from asr_simulator.windows import machines

ILL = ("Suspended", "Error", "Critical", "UpdateError")
ALIVE = ("Replicating", "InitialReplicationInProgress")
LAG = 600  # seconds after the cutover in which its own doings in Azure end


class Books:
    """Follows a night: what was true at each look, and what was sent although it was."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.accepted: frozenset[str] = frozenset()  # VMs whose Azure side a person has accepted by name
        self.azure: dict[str, str] = {}  # by VM what was not at home when Azure was last asked for it
        self.home: dict[str, str] = {}  # by VM what was wrong with its copy when its host was last looked at
        self.destroyed: list[str] = []  # commits of a VM of whose Azure side something was not at home
        self.spoiled: list[str] = []  # cutovers onto a copy that was not the vault's
        self.greens: list[str] = []  # nights that ended well with somebody missing
        self.members: set[str] = set()  # everybody who was in the plan when a night began
        self.counted = {id(job) for job in service.world.jobs.jobs}
        self.resumed: dict[str, int] = {}
        service.watch(self.look)

    def items(self) -> Sequence[Item]:
        return self.service.world.estate.items

    def plan(self) -> set[str]:
        """Who is in the plan now."""
        return {item.key for group in self.service.world.estate.plans[0].groups for item in group["items"]}

    def began(self) -> None:
        """A night begins."""
        self.members |= self.plan()

    def looked(self, names: Sequence[str]) -> None:
        """The run looks at the hosts for these, right before their cutover."""
        self.home |= {item.key: wrong_copy(item) for item in self.items() if item.key in names}

    def look(self, request: HttpRequest) -> None:
        """After each request: what Azure was asked for, and what has been accepted since."""
        path = request.url.split("?")[0]
        if request.method == "GET":
            for item in self.items():
                if f"virtualMachines/{item.azure_name}".lower() in path.lower():
                    self.azure[item.key] = not_at_home(item, self.service.world.now)
            return
        for job in self.service.world.jobs.jobs:
            if id(job) not in self.counted:
                self.counted.add(id(job))
                self.of_new(job, request)
            self.of_resume(job)

    def of_new(self, job: Job, request: HttpRequest) -> None:
        """A job that was just accepted."""
        key = job.item.key if job.item else ""
        if job.script == "finalize_failback" and key not in self.accepted:
            wrong = self.azure.get(key, "nobody looked")
            self.destroyed += [f"{key} was committed: {wrong}"] if wrong else []
        if job.script == "failback" and "ForSynchronization" in str(request.content):
            self.cut(key)

    def of_resume(self, job: Job) -> None:
        """A gate that was just opened."""
        if job.script == "failback" and job.item and len(job.comments) > self.resumed.get(job.id, 0):
            self.resumed[job.id] = len(job.comments)
            self.cut(job.item.key)

    def cut(self, key: str) -> None:
        """A cutover was accepted."""
        wrong = self.home.get(key, "")
        self.spoiled += [f"{key} was cut over: {wrong}"] if wrong else []

    def ended(self, *, green: bool) -> None:
        """A night is over."""
        here = {item.key: item for item in self.items()}
        for name in sorted(self.members) if green else ():
            wrong = missing(here.get(name), inside=name in self.plan())
            self.greens += [f"all was said to be well, and {name} {wrong}"] if wrong else []


def not_at_home(item: Item, now: float) -> str:
    """What of the Azure side of a VM a commit would destroy, or that nobody can know; empty when nothing."""
    vm = item.azure
    if vm is None:
        return "its Azure VM is gone"
    sizes = {disk.id: disk.gb for disk in item.vm.disks}
    added = [disk.name for disk in vm.disks if disk.source not in sizes]
    grown = [disk.name for disk in vm.disks if disk.gb > sizes.get(disk.source, disk.gb)]
    if added or grown:
        return f"disks {added + grown} are not at home"
    if item.row.active == "Primary" and vm.running:
        return "its Azure VM runs again"
    moved = vm.group.lower() != item_group(item).lower()
    return f"its Azure VM is in {vm.group}" if moved else ""


def item_group(item: Item) -> str:
    """The resource group that a failover of the scenarios puts VMs into."""
    return getattr(item, "azure_group", "") or "rg-failover"


def wrong_copy(item: Item) -> str:
    """Why the VM on its host is not the copy that the vault knows, or nobody could tell; empty when it is."""
    vm = item.vm
    if not vm.host.computer.online:
        return f"{vm.host.name} is away"
    if not vm.present:
        return "it is not there"
    if vm.unreadable:
        return "its host cannot read it"
    if vm.checkpoints:
        return f"it has checkpoints {vm.checkpoints}"
    if vm.spoiled or vm.power in ("running", "paused", "saved"):
        return f"it is {vm.power}"
    word = machines.replication(item)["state"]
    return f"its replication is {word}" if word in ILL else ""


def missing(item: Item | None, *, inside: bool) -> str:
    """Why a VM that was part of a night is not where a night ends well; empty when it is."""
    if item is None:
        return "is not in the vault any more"
    if item.state != "protected":
        return f"is {item.state}{'' if inside else ' and out of its plan'}"
    if item.vm.power != "running":
        return f"is {item.vm.power} at home"
    word, health = (machines.replication(item)[part] for part in ("state", "health"))
    if item.health == "Critical" or health == "Critical" or word not in ALIVE:
        return f"does not replicate: the vault says {item.health}, its host {word} ({health})"
    return ""
