# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""How and where single items are to come home: the options that differ from item to item, and the host of an alternate
location. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_side import Consent
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.providers import Provider
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import last_part, plain, same_id
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemOptions, Known, Named
from ansible_collections.asr.hyperv.plugins.module_utils._wish.selection import (
    OF_THE_RUN,
    find_item,
    near,
    register_of,
    rows_of,
)

Row = TypeVar("Row", Named, str)


@dataclass(frozen=True)
class FailbackOptions:
    """How one item is to come home, as it was asked for. What is decided of that is a `Failback`."""

    data_sync: str | None = None
    create_vm_if_missing: bool = False
    alternate_host: str = ""

    def but(self, row: ItemOptions) -> FailbackOptions:
        """The same with what the row says; None says nothing."""
        sync, create, host = row.get("data_sync"), row.get("create_vm_if_missing"), row.get("alternate_host")
        return FailbackOptions(
            data_sync=self.data_sync if sync is None else sync,
            create_vm_if_missing=self.create_vm_if_missing if create is None else create,
            alternate_host=self.alternate_host if host is None else host,
        )


def options_of_each(
    items: Sequence[ProtectedItem], usual: FailbackOptions, item_options: Sequence[ItemOptions]
) -> dict[str, FailbackOptions]:
    """The options of each item, by its ARM id: the usual ones, changed by its row of `item_options`.

    Raises BadInput for a row that names no item of this run, or one that has a row already.
    """
    chosen = {item.id: usual for item in items}
    for item, row in rows_of(items, item_options, "item_options"):
        chosen[item.id] = usual.but(row)
    return chosen


def named(items: Iterable[ProtectedItem], names: Sequence[str], option: str) -> frozenset[str]:
    """The ARM ids of the items that an option names. Raises BadInput for a name that is none of them."""
    register = register_of(tuple(items))
    return frozenset(find_item(name, register, option=option, place=OF_THE_RUN).id for name in names)


def consents(
    items: Sequence[ProtectedItem], disks: Sequence[str], vms: Sequence[str], *, require_evidence: bool
) -> dict[str, Consent]:
    """What was accepted to be lost in Azure, by the ARM id of each item. Raises BadInput for a name that is none of them."""
    of_disks = named(items, disks, "accept_unprotected_disks")
    of_vms = named(items, vms, "accept_changed_azure_vm")
    return {item.id: Consent(item.id in of_disks, item.id in of_vms, require_evidence) for item in items}


def host_for(item: ProtectedItem, host: str, providers: Sequence[Provider]) -> Provider:
    """The provider of the host that an item shall come home to.

    It has to be one of the item's own Hyper-V site and connected (docs/service.md 5.2). Raises BadInput with what there is.
    """
    if item.on_vmm:
        raise BadInput(
            f"alternate_host: {item.friendly_name} is protected through VMM ({item.site}), which places the VM itself, so "
            f"'{host}' cannot be chosen. Leave alternate_host out and set create_vm_if_missing: true.",
            option="alternate_host",
            value=host,
        )
    found = called(host, providers)
    of_site = [one for one in providers if same_id(one.fabric, item.fabric)]
    provider = the_one(host, [one for one in found if one in of_site])
    if provider is None or provider.fabric_type.lower() != "hypervsite":
        elsewhere = f" It belongs to {found[0].fabric_name}." if found else near(host, [one.host for one in of_site])
        raise BadInput(
            f"alternate_host: '{host}' is no Hyper-V host of the site {item.site}, where {item.friendly_name} is protected."
            f"{elsewhere} Hosts of the site: {told(of_site)}. Register the host in this site first (role alternate_host).",
            option="alternate_host",
            value=host,
            allowed=[one.host for one in of_site],
        )
    if not provider.connected:
        raise BadInput(
            f"alternate_host: the Hyper-V host {provider.host} is {provider.connection_status or 'not connected'}, so "
            f"{item.friendly_name} cannot come home to it. Start its service dra, check proxy and clock, and run again. Hosts of "
            f"the site: {told(of_site)}.",
            option="alternate_host",
            value=host,
        )
    return provider


def the_one(host: str, meant: Sequence[Provider]) -> Provider | None:
    """Of all that a name may mean the one; of several registrations of one host the only one that is connected.

    A host that was registered anew leaves a dead registration behind. Raises BadInput for several, with their ids, which can be
    given instead.
    """
    connected = [one for one in meant if one.connected]
    one_host = len({plain(one.host) for one in meant}) == 1
    if len(meant) < 2 or (one_host and len(connected) == 1):
        return next(iter(connected or meant), None)
    names = "; ".join(f"{one.host} ({one.connection_status or 'not connected'}, {one.id})" for one in meant)
    raise BadInput(
        f"alternate_host: '{host}' may be any of {names}. Give the full name or, where that is the same, the id.",
        option="alternate_host",
        value=host,
        allowed=[one.id for one in meant],
    )


def twins_of(provider: Provider, others: Iterable[Provider]) -> list[Provider]:
    """Other registrations of a provider's host in the same site, by its very name."""
    return [
        one
        for one in others
        if same_id(one.host, provider.host)
        and same_id(one.fabric, provider.fabric)
        and not same_id(one.id, provider.id)
    ]


def called(host: str, providers: Iterable[Provider]) -> list[Provider]:
    """The providers that a person may mean by `host`: its id (ARM id or its last part), its full name, else the first part."""
    everyone = list(providers)
    by_id = [one for one in everyone if same_id(one.id, host) or same_id(one.name, host)]
    exact = by_id or [one for one in everyone if plain(one.host) == plain(host)]
    return exact or [one for one in everyone if plain(one.host).partition(".")[0] == plain(host)]


def told(providers: Iterable[Provider]) -> str:
    """The hosts with their state, for a message."""
    return ", ".join(f"{one.host} ({one.connection_status})" for one in providers) or "none"


def meant_for(named_rows: Iterable[Row], entries: Iterable[Known]) -> list[Row]:
    """Which of these rows of `item_options`, or names, mean one of these VMs (entries of an answer: `name`, `id`).

    A run that goes wave by wave gives each call what concerns its own VMs.
    """
    called = {plain(word) for one in entries for word in (one["name"], one["id"], last_part(one["id"]))}
    mine = [row for row in named_rows if plain(row if isinstance(row, str) else row["name"]) in called]
    return [row if isinstance(row, str) else without_own(row) for row in mine]  # type: ignore[misc]


def without_own(row: Mapping[str, object]) -> dict[str, object]:
    """A row as the module takes it: when its VM begins is the role's business."""
    return {key: value for key, value in row.items() if key != "begin"}
