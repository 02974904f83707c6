# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What Azure says of the VM of one item and of all that belongs to it: what a commit deletes, and what is left. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._domain.azure_vms import TEST_ENDING, AzureDisk, AzureVm
from ansible_collections.asr.hyperv.plugins.module_utils._domain.items import Disk, ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._domain.wire import last_part, plain, same_id, text

MB_PER_GB = 1024
KINDS = {"vm": "VM", "disk": "disk", "nic": "network interface", "public_ip": "public address"}
GONE, REMAINING, NOT_PROVEN = "gone", "remaining", "not_proven"


@dataclass(frozen=True)
class Thing:
    """Something in Azure. `kind` is vm, disk, nic or public_ip; `id` is its ARM id, of a disk that is a blob its address."""

    kind: str
    id: str
    name: str
    size_gb: int | None = None

    @property
    def in_arm(self) -> bool:
        """Whether Azure Resource Manager can be asked for it: not for a blob."""
        return self.id.lower().startswith("/subscriptions/")


@dataclass(frozen=True)
class Lock:
    """A lock on a subscription, a group or one resource. `level` is CanNotDelete or ReadOnly."""

    id: str
    name: str
    level: str

    @classmethod
    def from_service(cls, body: Mapping) -> Lock:
        """Make the record from the JSON of one lock."""
        return cls(text(body, "id"), text(body, "name"), text(body, "properties", "level"))

    @property
    def scope(self) -> str:
        """The ARM id of what is locked, with all that is below it."""
        return plain(self.id).partition("/providers/microsoft.authorization/locks/")[0]

    def covers(self, arm_id: str) -> bool:
        return plain(arm_id) == self.scope or plain(arm_id).startswith(f"{self.scope}/")


@dataclass(frozen=True)
class AzureSide:
    """The Azure side of one item, as it was read once.

    `place` is the ARM id that the vault tells, empty when it tells none; `vm` is None when there is none, or when that is
    not known: `denied` names the rights that the caller lacks, `unread` says what could not be read for a reason that may
    pass, `foreign` that the place is not in the vault's subscription. `alike` are other VMs that may be the item's.
    """

    place: str
    vm: AzureVm | None = None
    public_ips: tuple[str, ...] = ()
    locks: tuple[Lock, ...] = ()
    locks_known: bool = True
    foreign: bool = False
    alike: tuple[str, ...] = ()
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
        return (
            Thing("vm", self.vm.id, self.vm.name),
            *(Thing("disk", disk.where, disk.name, disk.size_gb) for disk in self.vm.disks),
            *(Thing("nic", one, last_part(one)) for one in self.vm.network_interfaces),
            *(Thing("public_ip", one, last_part(one)) for one in self.public_ips),
        )


@dataclass(frozen=True)
class Stay:
    """The stay of a VM in Azure: when it `began` (the failover), and whether it is `over` (the VM runs on-premises).

    `ended`: when the service last did something to it, which is the cutover or a commit that failed; None where nobody knows.
    `commit_begun`: such a commit may have deleted a part. `before`: the Azure side when this run started the failback.
    """

    began: datetime | None = None
    over: bool = False
    ended: datetime | None = None
    commit_begun: bool = False
    before: AzureSide | None = None


@dataclass(frozen=True)
class Consent:
    """What a person has said about one item: what may be lost in Azure, and whether a commit needs evidence."""

    unprotected_disks: bool = False
    changed_azure_vm: bool = False
    require_evidence: bool = False


@dataclass
class Deletion:
    """What a commit deletes: the `things` and their `locks` as they were right before it, and `after` it the state of each."""

    things: tuple[Thing, ...] = ()
    locks: tuple[Lock, ...] = ()
    after: dict[Thing, str] = field(default_factory=dict)

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
            named = ", ".join(f"{KINDS[one.kind]} {one.name if state == GONE else one.id}" for one in things)
            parts += [f"{words}: {named}"] if things else []
        return "; ".join(parts) or "nobody could see what there was in Azure"


@dataclass(frozen=True)
class Pairs:
    """Disks of the vault with the disks of the Azure VM that they are, and who has none on the other side."""

    both: tuple[tuple[Disk, AzureDisk], ...]
    added: tuple[AzureDisk, ...]
    missing: tuple[Disk, ...]


def pair(recorded: Sequence[Disk], there: Sequence[AzureDisk]) -> Pairs:
    """Which disk is which: by address or name where the vault tells one, else the system disk by its role, data disks by size.

    What is left on both sides then is paired in its order: those have changed their size.
    """
    ours, theirs = list(recorded), list(there)
    both: list[tuple[Disk, AzureDisk]] = []
    for alike in (same_place, both_system, same_size, neither_system, whatever):
        for one in list(ours):
            other = next((disk for disk in theirs if alike(one, disk)), None)
            if other:
                both.append((one, other))
                ours.remove(one)
                theirs.remove(other)
    return Pairs(tuple(both), tuple(theirs), tuple(ours))


def same_place(one: Disk, other: AzureDisk) -> bool:
    names = same_id(one.azure_name, other.name) or same_id(one.azure_name, last_part(other.where))
    return same_id(one.azure_location, other.where) or names


def both_system(one: Disk, other: AzureDisk) -> bool:
    return one.role == "OperatingSystem" and other.system


def same_size(one: Disk, other: AzureDisk) -> bool:
    return neither_system(one, other) and not differs(one, other)


def neither_system(one: Disk, other: AzureDisk) -> bool:
    return one.role != "OperatingSystem" and not other.system


def whatever(_one: Disk, _other: AzureDisk) -> bool:
    return True  # the vault does not always say which one is the system disk


def differs(one: Disk, other: AzureDisk) -> bool:
    """Whether two sizes, both known, are not the same."""
    return bool(one.size_mb) and other.size_gb not in (None, one.size_mb // MB_PER_GB, gigabytes(one))


def gigabytes(disk: Disk) -> int:
    """The size of a disk in Azure, where sizes are whole GB: that of the vault, rounded up."""
    return -(-disk.size_mb // MB_PER_GB)


def news(before: AzureSide, now: AzureSide) -> Iterator[str]:
    """What has changed between two readings of one VM, in words."""
    if not before.vm or not now.vm:
        return
    if before.vm.vm_id and now.vm.vm_id and not same_id(before.vm.vm_id, now.vm.vm_id):
        yield "it was made anew"
    had, has = ({plain(one.id): one for one in side.things if one.kind in ("disk", "nic")} for side in (before, now))
    for words, more, less in (("is new", has, had), ("is no longer there", had, has)):
        yield from (f"the {KINDS[one.kind]} {one.name} {words}" for key, one in more.items() if key not in less)


def lookalikes(item: ProtectedItem, vms: Sequence[AzureVm]) -> tuple[str, ...]:
    """The ARM ids of VMs that may be the item's: with one of its disks, or its name, as it is or with more behind it."""
    own = [plain(disk.azure_location) for disk in item.disks if disk.azure_location]
    name = plain(item.azure_vm_name)

    def may_be(vm: AzureVm) -> bool:
        named = plain(vm.name) == name or plain(vm.name).startswith(f"{name}-")
        return (named and not plain(vm.name).endswith(TEST_ENDING)) or any(plain(one.where) in own for one in vm.disks)

    return tuple(vm.id for vm in vms if may_be(vm))
