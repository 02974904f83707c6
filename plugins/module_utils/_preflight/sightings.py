# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""On which hosts a VM was seen, and who else could know of it. Pure.

`hosts` are the facts that were gathered, one entry for each name of a host: {name, hyperv_host, vms} or {name, error}. One
machine is one machine whatever it is called, and a VM is found by its id on any of them: names are not unique.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain, same_id
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import (
    HostFacts,
    HostVm,
    HypervHost,
    Service,
)


def about_of(facts: HostFacts | None) -> HypervHost:
    """What a host tells of itself; empty where nothing was gathered."""
    told = facts.get("hyperv_host") if facts else None
    return told or {}


def machine_of(facts: HostFacts) -> str:
    """What a host is, whatever it is called: the id of its firmware; its name where it has none."""
    return about_of(facts).get("machine_id") or plain(facts["name"])


def nearly_called(one: str, other: str) -> bool:
    """Whether two names of hosts may mean the same: one of them is the first part of the other."""
    short = plain(one).partition(".")[0] == plain(other).partition(".")[0]
    return short and ("." not in one or "." not in other)


def machines(hosts: Iterable[HostFacts]) -> list[HostFacts]:
    """The machines that answered, each under the first of its names."""
    told: dict[str, HostFacts] = {}
    for facts in hosts:
        if not facts.get("error") and facts.get("hyperv_host"):
            told.setdefault(machine_of(facts), facts)
    return list(told.values())


def unasked(hosts: Sequence[HostFacts]) -> Iterator[tuple[str, str]]:
    """The hosts that could not be asked for their VMs, and why: no answer, or a Hyper-V that does not run."""
    answering = machines(hosts)
    for facts in hosts:
        why = facts.get("error")
        if why and not any(nearly_called(facts["name"], one["name"]) for one in answering):
            yield facts["name"], why
    for facts in answering:
        about = about_of(facts)
        if about["hyperv"]["installed"] and not runs(about["services"], "vmms"):
            yield facts["name"], "its Hyper-V does not run"


def runs(services: Mapping[str, Service], name: str) -> bool:
    """Whether a service of a host is started."""
    service = services.get(name)
    return service is not None and service.get("state") == "started"


def through_a_proxy(error: str) -> bool:
    """Whether the words of a connection that failed are those of a proxy: HTTPS_PROXY for Azure catches WinRM as well."""
    return "proxy" in error.lower()


@dataclass(frozen=True)
class Sighting:
    """A VM on a host that answered."""

    facts: HostFacts
    vm: HostVm

    @property
    def host(self) -> str:
        return self.facts["name"]

    @property
    def machine(self) -> str:
        return machine_of(self.facts)

    @property
    def runs(self) -> bool:
        return self.vm["state"] == "started"


@dataclass(frozen=True)
class Search:
    """What was found of an item's VM: where it is, what may be it, what only has its name, who was asked and who could not be."""

    seen: tuple[Sighting, ...]
    doubtful: tuple[Sighting, ...]
    namesakes: tuple[Sighting, ...]
    asked: tuple[str, ...]
    unasked: tuple[tuple[str, str], ...]

    def on(self, facts: HostFacts | None) -> Sighting | None:
        """The VM on this host."""
        return next((one for one in self.seen if facts and one.machine == machine_of(facts)), None)


def search(hosts: Sequence[HostFacts], item: ProtectedItem) -> Search:
    """Look for the VM of an item. A VM that a host cannot list may be any, if it does not tell another name."""
    everything = [Sighting(facts, vm) for facts in machines(hosts) for vm in facts.get("vms") or []]
    called = [one for one in everything if plain(one.vm["name"] or "") == plain(item.friendly_name)]
    return Search(
        tuple(one for one in everything if same_id(one.vm["id"], item.vm_id)),
        tuple(one for one in everything if not one.vm["id"] and (one in called or not one.vm["name"])),
        tuple(one for one in called if one.vm["id"] and not same_id(one.vm["id"], item.vm_id)),
        tuple(facts["name"] for facts in machines(hosts)),
        tuple(unasked(hosts)),
    )
