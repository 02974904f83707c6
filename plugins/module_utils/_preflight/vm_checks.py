# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What the on-premises VM itself, where it was seen, says for or against its failback. Pure.

The findings are for all moments; `checks.at` takes those of one. While a failback synchronizes the VM is off at home by design,
and what Hyper-V calls its replication in that time is partly inferred. Sources: docs/service.md 5.1, 5.2, 6.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.checks import Finding, found
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.sightings import Search, Sighting
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.space import Arrival
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import HostFacts, HostVm, Replication

WELL = {  # Hyper-V's words for a replication that a failback may rest on; `Disabled` is its word for a failback of a primary VM
    "replicating",
    "preparedforfailover",
    "failbackinprogress",
    "failbackcomplete",
    "failedover",
    "failedoverwaitingcompletion",
    "recoveryinprogress",
    "disabled",
}
ILL = {
    "suspended",
    "error",
    "critical",
    "resynchronizesuspended",
    "waitingforstartresynchronize",
    "updateerror",
    "updatecritical",
}


@dataclass(frozen=True)
class Stay:
    """Where an item's VM is or is to be: its host by name, the facts of that, and all that was found of the VM.

    `recorded` is the host that the vault names, `elsewhere` whether another one was asked for. `may_create`: the options let the
    VM be made. `begun`: its failback has begun, so its disks were written into. `owner`: cluster and node that have it, as any
    node tells; two empty texts when none does.
    """

    host: str
    facts: HostFacts | None
    search: Search
    recorded: str
    elsewhere: bool = False
    may_create: bool = False
    begun: bool = False
    owner: tuple[str, str] = ("", "")


def of_vm(arrival: Arrival, stay: Stay) -> Iterator[Finding]:
    """All that is said of the on-premises VM of an arrival."""
    seen = stay.search.on(stay.facts)
    yield from of_others(arrival, stay, seen)
    if seen:
        yield from of_seen(stay, arrival, seen.vm)
    elif arrival.created or (stay.begun and stay.may_create):
        yield from of_new(arrival, stay)
    else:
        yield from of_absent(arrival, stay)


def of_others(arrival: Arrival, stay: Stay, seen: Sighting | None) -> Iterator[Finding]:
    """The same VM, or what is taken for it, on other hosts."""
    name, machine = arrival.item.friendly_name, seen.machine if seen else ""
    others = [one for one in stay.search.seen if one.machine != machine]
    for one in others:
        if one.runs:
            message = f"the on-premises VM {name} runs on {one.host}, so it would run twice"
            yield from found("vm_runs_elsewhere", one.host, message, host=one.host, vm=name)
    if seen and len(others) > 0 and seen.host != stay.recorded and not stay.elsewhere:
        hosts = ", ".join(one.host for one in (seen, *others))
        yield from found("vm_twice", name, f"the on-premises VM {name} is on {hosts}, and not on {stay.recorded}")


def of_new(arrival: Arrival, stay: Stay) -> Iterator[Finding]:
    """A VM that is to be made: nothing else may be there under its name, and the old one should not be hidden somewhere."""
    name = arrival.item.friendly_name
    for one in (*stay.search.namesakes, *stay.search.doubtful):
        if stay.facts and one.facts is stay.facts:
            clash = (
                f"{stay.host} has another VM called '{name}' (id {one.vm['id'] or 'unknown'}); it is never overwritten"
            )
            yield from found("name_clash", stay.host, clash, host=stay.host)
    if stay.begun and not stay.search.seen:
        yield from found(
            "vm_made", stay.host, f"no host that answered has the on-premises VM {name} yet", host=stay.host
        )
    silent = unanswered(stay, but=stay.host)
    if silent and not stay.search.seen:
        message = f"whether {name} is still on another host is not known: {silent}"
        yield from found("vm_elsewhere", name, message, host=stay.host)


def of_absent(arrival: Arrival, stay: Stay) -> Iterator[Finding]:
    """A VM that has to be there and was not seen. It is called absent only when everybody who could know has answered."""
    name, vm_id, where = arrival.item.friendly_name, arrival.item.vm_id, stay.search
    if stay.facts is None or stay.facts.get("error") or stay.owner[1]:
        return  # its host, or the node that has it, is what is told of
    if where.doubtful:
        one = where.doubtful[0]
        message = f"{one.host} has a VM that cannot be listed and may be {name} (id {vm_id}): {one.vm.get('error')}"
        yield from found("vm_read", one.host, message, host=one.host, vm=name)
    elif where.unasked:
        asked = ", ".join(where.asked)
        message = f"{name} (id {vm_id}) is on none of the hosts that answered ({asked}); {unanswered(stay)}"
        yield from found("vm_asked", name, message)
    elif where.namesakes:
        yield from of_namesakes(arrival.item, stay)
    else:
        message = f"none of the hosts {', '.join(where.asked)} has the VM {name} (id {vm_id})"
        yield from found("vm", name, message, remedy=remedy_of_absent(stay))


def of_namesakes(item: ProtectedItem, stay: Stay) -> Iterator[Finding]:
    """Other VMs of the name, where the one with the id was not seen: a backup that is restored as a new VM has a new id."""
    name, where = item.friendly_name, stay.search
    if where.namesakes and not where.seen:
        others = "; ".join(f"{one.host} has another VM called '{name}' (id {one.vm['id']})" for one in where.namesakes)
        message = f"no host that answered has the VM {name} (id {item.vm_id}) any more, and {others}: restored?"
        yield from found("vm_restored", name, message, vm=name)


def remedy_of_absent(stay: Stay) -> str:
    """What to do about a VM that is nowhere, given the options; empty for that of the row."""
    if stay.begun:
        return (
            "Its failback cannot end well: leave the Azure VM running, and start anew with create_vm_if_missing: true."
        )
    if stay.may_create:
        return (
            "create_vm_if_missing is set, but the vault still lists the VM, so the service would not make it: refresh "
            f"{stay.recorded} in the vault and run again."
        )
    return ""


def unanswered(stay: Stay, but: str = "") -> str:
    """Who could not be asked, in words."""
    silent = [(host, why) for host, why in stay.search.unasked if host != but]
    return "; ".join(f"{host} could not be asked: {why.rstrip('.')}" for host, why in silent)


def of_seen(stay: Stay, arrival: Arrival, vm: HostVm) -> Iterator[Finding]:
    """The VM where it is: readable, off, without checkpoints, plugged in, its replication as a failback needs it."""
    host, name = stay.host, arrival.item.friendly_name
    if vm.get("error"):
        message = f"the on-premises VM {name} on {host} cannot be read: {vm['error']}"
        yield from found("vm_read", host, message, host=host, vm=name)
    yield from of_power(stay, name, vm["state"])
    if vm["checkpoints"]:
        names = ", ".join(vm["checkpoints"])
        message = f"the on-premises VM {name} on {host} has checkpoints: {names}"
        yield from found("checkpoints", host, message, host=host)
    yield from of_replication(stay, name, vm.get("replication") or {})
    yield from of_plugs(host, arrival, vm)


def of_power(stay: Stay, name: str, state: str) -> Iterator[Finding]:
    """It has to be off, from before the failback until the cutover starts it."""
    host, told = stay.host, f"the on-premises VM {name} on {stay.host} is {state}"
    if state.endswith("critical"):
        yield from found("vm_critical", host, f"{told}: its storage or its configuration is not there", host=host)
    elif state in ("stopped", "unknown"):
        return  # what could not be read is told as that
    elif stay.begun:
        meanwhile = "although its failback has written into its disks: it is no longer the copy that the vault knows"
        yield from found("vm_started", host, f"{told} {meanwhile}", host=host, vm=name)
    else:
        yield from found("vm_off", host, f"{told}; it has to be off", host=host)


def of_replication(stay: Stay, name: str, told: Replication) -> Iterator[Finding]:
    """What Hyper-V says of its replication. Words that nobody knows are told, not judged.

    Before a failback an ill one is usual after a disaster; a cutover must not rest on it.
    """
    host, word, health = stay.host, told.get("state") or "", told.get("health") or "no health"
    says = f"Hyper-V on {host} calls the replication of {name} {word}"
    if word.lower() in ILL:
        yield from found(
            "replication_ill" if stay.begun else "replication", host, f"{says} ({health})", host=host, vm=name
        )
    elif (told.get("mode") or "").lower() == "none":
        yield from found(
            "replication_odd", host, f"Hyper-V on {host} knows no replication of {name}", host=host, vm=name
        )
    elif word and word.lower() not in WELL:
        odd = f"{says}, which is not known to go with a failback"
        yield from found("replication_odd", host, odd, host=host, vm=name)
    elif health.lower() == "critical":
        yield from found("replication_odd", host, f"{says} and its health {health}", host=host, vm=name)


def of_plugs(host: str, arrival: Arrival, vm: HostVm) -> Iterator[Finding]:
    """A VM that is plugged into nothing comes home without a network."""
    adapters = vm.get("network_adapters") or []
    wanted = next((one for one in arrival.item.switches if one), "")
    if wanted and adapters and not any(one["connected"] for one in adapters):
        name = vm["name"]
        message = f"the on-premises VM {name} on {host} is plugged into nothing, the vault recorded {wanted}"
        yield from found("unplugged", host, message, host=host, vm=name, switch=wanted)
