# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts of an on-premises VM, and of what the vault says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..estate.items import Item
from ..estate.places import Machine
from ..windows import machines
from ..world.world import World
from .fact import FLAG, HEALTH_ERRORS, TEXT, WORDS, Fact, attribute, one_of, or_null, rows, table

REPLICATION = table(dict.fromkeys(("mode", "state", "health"), TEXT))


def power(world: World, item: Item, word: str) -> None:
    """Somebody switches the VM in Hyper-V Manager, which asks no questions."""
    if word == "running":
        machines.switch_on(item.vm, item, world.now)
    else:
        item.vm.power = word


def of_vm(name: str) -> Callable[[World, Item, Any], None]:
    """A fact that is an attribute of the on-premises VM."""

    def put(_world: World, item: Item, value: Any) -> None:
        setattr(item.vm, name, value)

    return put


def host(world: World, item: Item, name: str) -> None:
    """The VM moves to another node, with its disks; whether the vault knows is the scenario's choice."""
    old, new = item.vm.host, world.estate.host(name)
    if new is None:
        hosts = ", ".join(one.name for one in item.site.hosts)
        raise ValueError(f"host: {name!r} is not allowed; allowed: {hosts}")
    if new is old:
        return
    if world.estate.service["moved_vm"] == "old":
        item.vault_host = item.known_host
    item.vm.host = new
    for adapter in item.vm.adapters:
        adapter.plugged = adapter.plugged if adapter.plugged in new.switches else None


def present(_world: World, item: Item, there: bool) -> None:
    """The VM is deleted on its host, or is there again."""
    item.vm.present = there


def vm_id(_world: World, item: Item, guid: str) -> None:
    """The VM was restored from a backup: another one of its name is on the host, and the vault's own is gone."""
    vm, others = item.vm, item.vm.host.computer.others
    vm.present = guid.lower() == vm.id.lower()
    if not vm.present:
        others.append(restored(vm, guid))


def restored(vm: Machine, guid: str) -> Machine:
    """A copy of a VM with an id of its own, which nobody replicates."""
    adapters = [replace(one) for one in vm.adapters]
    return replace(
        vm, id=guid, present=True, power="off", consistent=True, checkpoints=[], replication={}, adapters=adapters
    )


def replication(_world: World, item: Item, words: dict[str, str] | None) -> None:
    """Hyper-V's words for the replication of the VM; null for those that follow from the state."""
    item.vm.replication = dict(words or {})


VM: dict[str, Fact] = {
    "power": Fact(one_of(*machines.POWER), power),
    "clustered": Fact(FLAG, of_vm("clustered"), built=True),
    "tpm": Fact(FLAG, of_vm("tpm")),
    "guest": Fact(one_of("obedient", "hangs", "silent", "without_services"), of_vm("guest")),
    "stuck": Fact(FLAG, of_vm("stuck")),
    "checkpoints": Fact(rows(TEXT), of_vm("checkpoints")),
    "host": Fact(TEXT, host, built=True),
    "replication": Fact(or_null(REPLICATION), replication),
    "version": Fact(WORDS, of_vm("version")),
    "addresses": Fact(or_null(rows(TEXT)), of_vm("addresses")),
    "unreadable": Fact(WORDS, of_vm("unreadable")),
    "unlisted": Fact(WORDS, of_vm("unlisted")),
    "present": Fact(FLAG, present),
    "vm_id": Fact(TEXT, vm_id),
    "switch": Fact(WORDS, of_vm("switch"), built=True),
    "plugged": Fact(or_null(TEXT), of_vm("plugged")),
    "replication_health": Fact(one_of("Normal", "Warning", "Critical"), attribute("health"), built=True),
    "failover_health": Fact(one_of("Normal", "Warning", "Critical"), attribute("failover_health")),
    "health_errors": Fact(HEALTH_ERRORS, attribute("health_errors")),
    "allowed_operations": Fact(or_null(rows(TEXT)), attribute("allows")),
}
