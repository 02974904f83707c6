# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What Azure says of the VM of one item and of all that belongs to it: what a commit deletes, and what is left. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_locks import Lock
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_vms import TEST_ENDING, AzureVm
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import last_part, plain, same_id
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ThingEntry

KINDS = {"vm": "VM", "disk": "disk", "nic": "network interface", "public_ip": "public address"}
FAILOVER_TAKES = timedelta(hours=12)  # at the longest, from the making of the Azure VM to the end
SETTLED = timedelta(days=1)  # after the end of the failover
GONE, REMAINING, NOT_PROVEN = "gone", "remaining", "not_proven"


@dataclass(frozen=True)
class Thing:
    """Something in Azure. `kind` is vm, disk, nic or public_ip; `id` is its ARM id, of a disk that is a blob its address."""

    kind: str
    id: str
    name: str
    size_gb: int | None = None

    def told(self) -> ThingEntry:
        """As a module returns it."""
        return {"kind": self.kind, "id": self.id, "name": self.name, "size_gb": self.size_gb}

    @property
    def in_arm(self) -> bool:
        """Whether Azure Resource Manager can be asked for it: not for a blob."""
        return self.id.lower().startswith("/subscriptions/")


def named(things: Iterable[Thing], *, by_id: bool = False) -> str:
    """Things in words: by their names, disks with their sizes, or by their ids."""
    sizes = {one: f" ({one.size_gb} GB)" if one.size_gb and not by_id else "" for one in things}
    return ", ".join(f"{KINDS[one.kind]} {one.id if by_id else one.name}{size}" for one, size in sizes.items())


def things_of(vm: AzureVm) -> tuple[Thing, ...]:
    """A VM, and the disks and interfaces that it names itself."""
    disks = (Thing("disk", disk.where, disk.name, disk.size_gb) for disk in vm.disks)
    return (Thing("vm", vm.id, vm.name), *disks, *(Thing("nic", one, last_part(one)) for one in vm.network_interfaces))


@dataclass(frozen=True)
class AzureSide:
    """The Azure side of one item, as it was read once.

    `place` is the ARM id that the vault tells, empty when it tells none; `vm` is None when there is none, or when that is
    not known: `denied` names the rights that the caller lacks, `unread` says what could not be read for a reason that may
    pass, `foreign` that the place is not in the vault's subscription. `alike` are other VMs that may be the item's; with
    `renamed` the `vm` is one that the failover gave another name, as its own was taken.
    """

    place: str
    vm: AzureVm | None = None
    public_ips: tuple[str, ...] = ()
    static_ips: tuple[str, ...] = ()
    locks: tuple[Lock, ...] = ()
    locks_known: bool = True
    foreign: bool = False
    alike: tuple[str, ...] = ()
    renamed: bool = False
    denied: tuple[str, ...] = ()
    unread: str = ""

    @property
    def absent(self) -> bool:
        """Whether Azure has said that there is no such VM."""
        return bool(self.place) and self.vm is None and not (self.foreign or self.denied or self.unread)

    @property
    def things(self) -> tuple[Thing, ...]:
        """What the commit of a failback deletes: the VM, its disks, interfaces and public addresses."""
        if self.vm is None:
            return ()
        return (*things_of(self.vm), *(Thing("public_ip", one, last_part(one)) for one in self.public_ips))


@dataclass(frozen=True)
class AzureStay:
    """The stay of a VM in Azure: when it `began` (the failover), and whether it is `over` (the VM runs on-premises).

    `ended`: when the service last did something to it, which is the cutover or a commit that failed; None where nobody knows.
    `commit_begun`: such a commit may have deleted a part. `before`: the Azure VM when this run started the failback,
    `after`: when that had cut over; None where this run has not looked then.
    """

    began: datetime | None = None
    over: bool = False
    ended: datetime | None = None
    commit_begun: bool = False
    before: AzureVm | None = None
    after: AzureVm | None = None


@dataclass(frozen=True)
class Consent:
    """What a person has said about one item: what may be lost in Azure, and whether a commit needs evidence."""

    unprotected_disks: bool = False
    changed_azure_vm: bool = False
    require_evidence: bool = False


@dataclass
class Deletion:
    """What a commit deletes: the `things` and their `locks` as they were right before it, and `after` it the state of each.

    `cut_over`: the Azure VM as this run has seen it right after the cutover.
    """

    things: tuple[Thing, ...] = ()
    locks: tuple[Lock, ...] = ()
    after: dict[Thing, str] = field(default_factory=dict)
    cut_over: AzureVm | None = None

    @property
    def remaining(self) -> list[Thing]:
        return [thing for thing, state in self.after.items() if state == REMAINING]

    @property
    def proven(self) -> bool:
        """Whether all of it is known to be gone."""
        return bool(self.after) and {*self.after.values()} == {GONE}

    def __str__(self) -> str:
        """In one line what is gone, what remains, and what is not proven."""
        parts = []
        for state, words in (
            (GONE, "gone"),
            (REMAINING, "remaining and billed"),
            (NOT_PROVEN, "not proven to be gone"),
        ):
            things = [thing for thing, found in self.after.items() if found == state]
            parts += [f"{words}: {named(things, by_id=state != GONE)}"] if things else []
        return "; ".join(parts) or "nobody could see what there was in Azure"


def news(before: AzureVm, now: AzureVm) -> Iterator[str]:
    """What has changed between two readings of one VM, in words."""
    if before.vm_id and now.vm_id and not same_id(before.vm_id, now.vm_id):
        yield "it was made anew"
    had, has = ({plain(one.id): one for one in things_of(vm)[1:]} for vm in (before, now))
    for words, more, less in (("is new", has, had), ("is no longer there", had, has)):
        yield from (f"the {KINDS[one.kind]} {one.name} {words}" for key, one in more.items() if key not in less)


def is_namesake(item: ProtectedItem, vm: AzureVm) -> bool:
    """Whether a VM of the item's name was there before the failover, and so is another machine.

    The failover of the item gave its own VM another name then (recorded, code 28175).
    """
    began = item.failed_over_at
    return began is not None and vm.created is not None and began - vm.created > FAILOVER_TAKES


def is_newer(began: datetime | None, made: datetime | None) -> bool:
    """Whether something was made after the failover; another recovery point makes VM and disks anew soon after it."""
    return began is not None and made is not None and made - began > SETTLED


def renamed(item: ProtectedItem, vms: Sequence[AzureVm]) -> AzureVm | None:
    """The one VM that the failover made under another name, as its own was taken: in the same group, at that time."""
    start, group = f"{plain(item.azure_vm_name)}-", f"{plain(item.azure_resource_group_id)}/"
    named = [vm for vm in vms if plain(vm.name).startswith(start) and plain(vm.id).startswith(group)]
    found = [vm for vm in named if vm.created and made_then(item, vm)]
    return found[0] if len(found) == 1 else None


def made_then(item: ProtectedItem, vm: AzureVm) -> bool:
    """Whether nothing speaks against it that the item's failover made this VM."""
    test = plain(vm.name).endswith(TEST_ENDING)
    return not (test or is_namesake(item, vm) or is_newer(item.failed_over_at, vm.created))


def lookalikes(item: ProtectedItem, vms: Sequence[AzureVm]) -> tuple[str, ...]:
    """The ARM ids of VMs that may be the item's: with one of its disks, or its name, as it is or with more behind it."""
    own = [plain(disk.azure_location) for disk in item.disks if disk.azure_location]
    name = plain(item.azure_vm_name)

    def may_be(vm: AzureVm) -> bool:
        named = plain(vm.name) == name or plain(vm.name).startswith(f"{name}-")
        return (named and not plain(vm.name).endswith(TEST_ENDING)) or any(plain(one.where) in own for one in vm.disks)

    return tuple(vm.id for vm in vms if may_be(vm))
