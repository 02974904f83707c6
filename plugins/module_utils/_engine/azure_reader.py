# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Reads the Azure side of items: the VM where the vault says, its disks, interfaces and addresses, and the locks on them.

Several at a time, a few requests each: one for the VM, one for each managed disk and interface, or for all of a resource group
the lists of those, and one list of locks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias, TypeVar

from ansible_collections.asr.hyperv.plugins.module_utils._engine.azure_lists import AzureLists
from ansible_collections.asr.hyperv.plugins.module_utils._engine.parallel import answers_or_errors
from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import ReadableVault
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_locks import Lock
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_side import (
    AzureSide,
    Thing,
    is_namesake,
    lookalikes,
    renamed,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_vms import (
    AzureDisk,
    AzureVm,
    addresses,
    place_of,
    static_addresses,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    AccessDenied,
    AsrError,
    BadInput,
    NotConnected,
    ServiceError,
    SignInFailed,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain, same_id
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json

KINDS = {  # what is read by id: the api-version, since the SDKs for a few GETs would be 20 MB, and the right that it takes
    "virtualmachines": ("2024-07-01", "Microsoft.Compute/virtualMachines/read"),
    "disks": ("2023-10-02", "Microsoft.Compute/disks/read"),
    "networkinterfaces": ("2023-09-01", "Microsoft.Network/networkInterfaces/read"),
    "publicipaddresses": ("2023-09-01", "Microsoft.Network/publicIPAddresses/read"),
}
Found: TypeAlias = "Json | AsrError | None"  # JSON, None for what is gone, or why it cannot be read
T = TypeVar("T")
ERRORS = (ServiceError, NotConnected, SignInFailed, BadInput)


def kind_of(arm_id: str) -> tuple[str, str]:
    """The api-version and the right for a resource, by its ARM id; empty for a kind that is not read."""
    return KINDS.get(plain(arm_id).rpartition("/")[0].rpartition("/")[2], ("", ""))


class AzureReader:
    """`parallel` is how many requests may be under way at once. Errors of the service come back in the records."""

    def __init__(self, vault: ReadableVault, parallel: int) -> None:
        self.vault, self.parallel = vault, parallel
        self.lists = AzureLists(self.all_of, self.ask)

    def sides(self, items: Sequence[ProtectedItem]) -> dict[str, AzureSide]:
        """The Azure side of each item as it is now, by the item's id."""
        answers, near = self.own_vms(items, self.vms)
        vms = {key: AzureVm.from_service(body) for key, body in answers.items() if isinstance(body, Mapping)}
        parts = self.read_or_list(part for vm in vms.values() for part in parts_of(vm))
        locks = self.locks(vms.values())
        return {
            item.id: side_of(item, vms[item.id], parts, locks, near)
            if item.id in vms
            else self.without_vm(item, answers.get(item.id), near)
            for item in items
        }

    def shapes(self, items: Sequence[ProtectedItem]) -> dict[str, AzureVm]:
        """Of each item that has a VM now, by the item's id: the VM, and which disks and interfaces it has.

        It is not said whether it runs, how large a disk is, and what is locked: that is what takes a request for each.
        """
        answers, _near = self.own_vms(items, self.listed_vms)
        return {key: AzureVm.from_service(body) for key, body in answers.items() if isinstance(body, Mapping)}

    def at_rest(self, items: Sequence[ProtectedItem]) -> dict[str, AzureVm]:
        """Of each item that has a VM now, by the item's id: the VM, whether it runs, and what its disks tell of that."""
        answers, _near = self.own_vms(items, self.vms)
        vms = {key: AzureVm.from_service(body) for key, body in answers.items() if isinstance(body, Mapping)}
        told = self.read_or_list(disk.where for vm in vms.values() for disk in vm.disks if disk.managed)
        return {key: replace(vm, disks=with_facts(vm.disks, told)) for key, vm in vms.items()}

    def own_vms(
        self, items: Sequence[ProtectedItem], read: Callable[[Mapping[str, str]], dict[str, Found]]
    ) -> tuple[dict[str, Found], list[AzureVm]]:
        """What Azure says of the VM of each item, by the item's id, and the VMs that others were looked for among."""
        answers = read({item.id: place_of(item) for item in items})
        doubtful = [item for item in items if item.id in answers and is_doubtful(item, answers[item.id])]
        near = self.near() if doubtful else []
        return answers | read({item.id: own.id for item in doubtful if (own := renamed(item, near))}), near

    def vms(self, places: Mapping[str, str]) -> dict[str, Found]:
        """What Azure says of the VMs at these places, those of the vault's subscription."""
        return self.ask({key: partial(self.vault.azure.vm, place) for key, place in places.items() if self.ours(place)})

    def listed_vms(self, places: Mapping[str, str]) -> dict[str, Found]:
        """The same without their instance views, in lists where that is less work."""
        listed = self.lists.of(place for place in places.values() if self.ours(place))
        found: dict[str, Found] = {key: listed[plain(place)] for key, place in places.items() if plain(place) in listed}
        return found | self.vms({key: place for key, place in places.items() if key not in found})

    def without_vm(self, item: ProtectedItem, answer: Found, near: Sequence[AzureVm]) -> AzureSide:
        """The side of an item of which no VM was read, and why not."""
        place = place_of(item)
        if isinstance(answer, AccessDenied):
            return AzureSide(place, denied=(kind_of(place)[1],))
        if isinstance(answer, AsrError):
            return AzureSide(place, unread=str(answer))
        return AzureSide(place, foreign=bool(place) and not self.ours(place), alike=lookalikes(item, near))

    def things(self, things: Iterable[Thing]) -> dict[str, Found]:
        """What Azure says of each of these by its plain id: its JSON, None when it is gone, or the error."""
        return self.read(thing.id for thing in things if thing.in_arm)

    def read(self, arm_ids: Iterable[str]) -> dict[str, Found]:
        """As `things`, by ARM ids."""
        wanted = {plain(one): one for one in arm_ids if kind_of(one)[0]}
        return self.ask({key: partial(self.one, arm_id) for key, arm_id in wanted.items()})

    def read_or_list(self, arm_ids: Iterable[str]) -> dict[str, Found]:
        """As `read`, in lists where that is less work. That something is gone is said by its id all the same."""
        wanted = {plain(one): one for one in arm_ids if kind_of(one)[0]}
        listed = self.lists.of(one for one in wanted.values() if self.ours(one))
        return {**listed, **self.read(one for key, one in wanted.items() if key not in listed)}

    def all_of(self, collection: str) -> Sequence[object]:
        """All resources of a kind in a group, by the path of their collection."""
        scope, _providers, kind = collection.partition("/providers/")
        return self.vault.azure.below(scope, kind, kind_of(f"{collection}/any")[0])

    def one(self, arm_id: str) -> Json | None:
        """A resource of the vault's subscription."""
        if not self.ours(arm_id):
            raise BadInput(f"{arm_id} is in another subscription than the vault: it is not read.")
        return self.vault.azure.resource(arm_id, kind_of(arm_id)[0])

    def locks(self, vms: Iterable[AzureVm]) -> list[Lock] | None:
        """All locks of the subscription in one list, else of the groups of these VMs; None when they cannot be read."""
        scopes = {plain(vm.id).partition("/providers/")[0]: vm.id.partition("/providers/")[0] for vm in vms}
        if not scopes:
            return []
        whole = f"/subscriptions/{self.vault.place.subscription_id}"
        bodies = self.ask({"": partial(self.vault.azure.locks, whole)})
        if isinstance(bodies[""], AsrError):
            bodies = self.ask({key: partial(self.vault.azure.locks, scope) for key, scope in scopes.items()})
        lists = [body for body in bodies.values() if not isinstance(body, AsrError)]
        return [Lock.from_service(one) for body in lists for one in body] if len(lists) == len(bodies) else None

    def near(self) -> list[AzureVm]:
        """All VMs of the subscription, to find one that was moved; none where they cannot be listed."""
        found = self.ask({"": partial(self.vault.azure.vms, f"/subscriptions/{self.vault.place.subscription_id}")})[""]
        return [] if isinstance(found, AsrError) else [AzureVm.from_service(body) for body in found]

    def ours(self, arm_id: str) -> bool:
        """Whether an id is in the vault's subscription. What is not is never read."""
        return self.vault.place.in_subscription(arm_id)

    def ask(self, calls: Mapping[str, Callable[[], T]]) -> dict[str, T | AsrError]:
        """What each call returns, or its error as a value: one that cannot be read says nothing about the others."""
        return answers_or_errors(calls, self.parallel, ERRORS)


def is_doubtful(item: ProtectedItem, answer: Found) -> bool:
    """Whether the item's own VM may be elsewhere: there is none where the vault says, or it is another machine."""
    return answer is None or (isinstance(answer, Mapping) and is_namesake(item, AzureVm.from_service(answer)))


def parts_of(vm: AzureVm) -> Iterator[str]:
    """The ARM ids of its disks and network interfaces."""
    yield from (disk.where for disk in vm.disks if disk.managed)
    yield from vm.network_interfaces


def side_of(
    item: ProtectedItem,
    vm: AzureVm,
    parts: Mapping[str, Found],
    locks: Sequence[Lock] | None,
    near: Sequence[AzureVm],
) -> AzureSide:
    """The side of an item whose VM is there, from all that was read."""
    place = place_of(item)
    told = {one: parts.get(plain(one)) for one in parts_of(vm)}
    denied = {kind_of(one)[1] for one, answer in told.items() if isinstance(answer, AccessDenied)}
    errors = [
        answer for answer in told.values() if isinstance(answer, AsrError) and not isinstance(answer, AccessDenied)
    ]
    known = {one: answer for one, answer in told.items() if isinstance(answer, Mapping)}
    public = [one for nic in vm.network_interfaces for one in addresses(known.get(nic, {}))[1]]
    side = AzureSide(
        place,
        vm=replace(vm, disks=with_facts(vm.disks, parts)),
        public_ips=tuple(public),
        static_ips=tuple(one for nic in vm.network_interfaces for one in static_addresses(known.get(nic, {}))),
        denied=tuple(sorted(denied)),
        unread=str(errors[0]) if errors else "",
        locks_known=locks is not None,
        alike=lookalikes(item, near) if is_namesake(item, vm) else (),
        renamed=not same_id(vm.id, place),
    )
    covering = [lock for lock in locks or () if any(lock.covers(thing.id) for thing in side.things)]
    return replace(side, locks=tuple(covering))


def with_facts(disks: Sequence[AzureDisk], parts: Mapping[str, Found]) -> tuple[AzureDisk, ...]:
    """The disks with what each says itself, where that could be read."""
    told = {disk.where: parts.get(plain(disk.where)) for disk in disks if disk.managed}
    return tuple(
        disk.with_facts(told[disk.where]) if isinstance(told.get(disk.where), Mapping) else disk for disk in disks
    )
