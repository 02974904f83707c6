# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts of the VM in Azure that a failover made. All but locks are ignored while there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..estate.azure import AzureDisk, AzureVm, Lock, Nic, PublicIp
from ..estate.items import Item
from ..estate.replicas import nic_of
from ..jobs import locks
from ..jobs.cleanup import forget
from ..wire.errors import job_error
from ..world.world import World
from .fact import FLAG, LOCK, NUMBER, TEXT, WORDS, Fact, by_name, one_of, rows, table

DISK = table({"name": TEXT, "size_gb": NUMBER, "managed": {**FLAG, "default": True}}, "name", "size_gb")
NIC = table({"name": TEXT, "address": TEXT, "public_ip": TEXT}, "name")


def of_vm(change: Callable[[World, Item, AzureVm, Any], None]) -> Callable[[World, Item, Any], None]:
    """A fact of a VM that has to be there."""

    def put(world: World, item: Item, value: Any) -> None:
        if item.azure:
            change(world, item, item.azure, value)

    return put


def power(world: World, _item: Item, vm: AzureVm, word: str) -> None:
    """Somebody starts or stops it; the instance view tells when."""
    vm.switch(word, world.now)


def resource_group(_world: World, _item: Item, vm: AzureVm, name: str) -> None:
    """It is moved to another group with all that belongs to it."""
    parts: list[AzureVm | AzureDisk | Nic | PublicIp] = [vm, *vm.disks, *vm.nics]
    for part in (*parts, *(nic.public_ip for nic in vm.nics if nic.public_ip)):
        part.group = name


def gone(world: World, item: Item, vm: AzureVm, value: bool | str) -> None:
    """Somebody deletes it: its disks and interfaces stay, or go with it (`with disks`)."""
    if not value:
        return
    forget(world.estate, item, vm)
    if value is True:
        world.estate.remains.disks += [disk for disk in vm.disks if disk.managed]
        world.estate.remains.nics += vm.nics


def added_disks(world: World, _item: Item, vm: AzureVm, given: list[dict[str, Any]]) -> None:
    """Data disks that the vault knows nothing of; those that were added before and are not named are gone."""
    vm.disks = [disk for disk in vm.disks if disk.source]
    for one in given:
        lun = max((disk.lun for disk in vm.disks if disk.lun is not None), default=-1) + 1
        vm.disks.append(
            AzureDisk(
                one["name"],
                one["size_gb"],
                vm.group,
                one["managed"],
                lun,
                kind="Premium_LRS",
                made=world.now,
                touched=world.now,
            )
        )


def new_disks(world: World, _item: Item, vm: AzureVm, names: list[str]) -> None:
    """Disks that somebody put in the place of those of the same names and sizes: by name, or by place."""
    known = {name: disk for place, disk in enumerate(vm.disks) for name in (disk.name, str(place))}
    for name in names:
        if name not in known:
            raise ValueError(f"new_disks: {name!r} is not allowed; allowed: {', '.join(sorted(known))}")
        known[name].made = known[name].touched = world.now


def disk_sizes(_world: World, _item: Item, vm: AzureVm, sizes: dict[str, float]) -> None:
    """Disks that were grown: by their names in Azure, or by their place (0 is that of the system)."""
    known = {name for place, disk in enumerate(vm.disks) for name in (disk.name, str(place))}
    for name in [name for name in sizes if name not in known]:
        raise ValueError(f"disk_sizes: {name!r} is not allowed; allowed: {', '.join(sorted(known))}")
    for place, disk in enumerate(vm.disks):
        disk.gb = sizes.get(disk.name, sizes.get(str(place), disk.gb))


def nics(world: World, item: Item, vm: AzureVm, given: list[dict[str, Any]]) -> None:
    """All its network interfaces, the first is the primary one. Who changes them changes the VM."""
    vm.nics, vm.changed = [], world.now
    for place, one in enumerate(given):
        nic = nic_of(vm, item.number, place, name=one["name"], public=one.get("public_ip", ""))
        nic.address, nic.static = one.get("address", nic.address), "address" in one
        vm.nics.append(nic)


def public_ips(_world: World, item: Item, vm: AzureVm, names: list[str]) -> None:
    """Names of the public addresses, one for each network interface from the first on; more interfaces are made."""
    number = item.number
    while len(vm.nics) < len(names):
        vm.nics.append(nic_of(vm, number, len(vm.nics)))
    for place, nic in enumerate(vm.nics):
        nic.public_ip = PublicIp(names[place], vm.group, f"203.0.113.{number}") if place < len(names) else None


def lock(world: World, item: Item, given: list[dict[str, str]]) -> None:
    """Locks on the VM, on what belongs to it, on its group or the subscription; those that are not named are removed."""
    estate = world.estate
    estate.locks = [one for one in estate.locks if one.of != item.key]
    vm = item.azure or AzureVm(item.vm.name, "", estate.recovery_resource_group)
    parts = locks.parts_of(estate, vm)
    for one in given:
        estate.locks += [Lock(one["name"], one["level"], scope, item.key) for scope in parts[one["scope"]]]


def renamed(world: World, item: Item, vm: AzureVm, name: str) -> None:
    """The failover had to give it another name, as another machine of its own name was there (recorded, code 28175)."""
    if name == vm.name:
        return
    taken = AzureVm(vm.name, world.guid(), vm.group, made=vm.made - 86400, changed=vm.made - 86400)
    taken.disks = [
        AzureDisk(f"{vm.name}-OsDisk", 128, vm.group, kind="Premium_LRS", made=taken.made, touched=taken.made)
    ]
    taken.nics = [nic_of(taken, 250, name=f"{vm.name}-nic")]
    world.estate.remains.vms.append(taken)
    for one in (nic for nic in vm.nics if nic.name == f"nic-{vm.name}-00"):
        one.name = f"nic-{name}-00"
    vm.name = name
    tell(world, item, vm, taken.name)


def tell(world: World, item: Item, vm: AzureVm, name: str) -> None:
    """The job of the failover, which ended well, told of the other name."""
    failovers = [job for job in world.jobs.all if job.item is item and job.script in FAILOVERS]
    for job in failovers[-1:]:
        job.errors.append(job_error("28175", vm.made, job.activity, vm=name, other=vm.name))


def named(name: str) -> Callable[[World, Item, AzureVm, Any], None]:
    """A fact that is an attribute of the Azure VM, and tells that somebody worked on it."""

    def put(world: World, _item: Item, vm: AzureVm, value: Any) -> None:
        setattr(vm, name, value)
        vm.changed = world.now

    return put


FAILOVERS = ("planned_failover", "unplanned_failover")

AZURE: dict[str, Fact] = {
    "resource_group": Fact(TEXT, of_vm(resource_group)),
    "renamed": Fact(TEXT, of_vm(renamed)),
    "nics": Fact(rows(NIC), of_vm(nics)),
    "public_ips": Fact(rows(TEXT), of_vm(public_ips)),
    "added_disks": Fact(rows(DISK), of_vm(added_disks)),
    "new_disks": Fact(rows(TEXT), of_vm(new_disks)),
    "disk_sizes": Fact(by_name(NUMBER), of_vm(disk_sizes)),
    "tags": Fact(by_name(WORDS), of_vm(named("tags"))),
    "size": Fact(TEXT, of_vm(named("size"))),
    "extensions": Fact(rows(TEXT), of_vm(named("extensions"))),
    "locks": Fact(rows(LOCK), lock),
    "power": Fact(one_of("running", "stopped", "deallocated"), of_vm(power)),
    "gone": Fact({"enum": [False, True, "with disks"]}, of_vm(gone)),
}
