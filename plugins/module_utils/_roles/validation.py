# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Whether a VM really runs on-premises, and whether it is what the vault has recorded. Pure.

Sources: `items` as protected_item_info returns them, `looks` as vm_info returned them on the hosts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_address

from ansible_collections.asr.hyperv.plugins.module_utils._roles.asking import (
    Found,
    Group,
    Looks,
    all_answered,
    nowhere,
    places_of,
    whom_to_ask,
)
from ansible_collections.asr.hyperv.plugins.module_utils._roles.comparing import differences, reachable
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible_all
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain, same_id
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import HostVm
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import Look, Seen, Validation, WantedOfVm
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry, Json
from ansible_collections.asr.hyperv.plugins.module_utils._wish.switch_map import switch_map

GOOD_HEARTBEATS = ("okapplicationshealthy", "okapplicationsunknown")  # Hyper-V knows OkApplicationsCritical, too


def is_number(value: object, low: int, high: int) -> bool:
    """Whether a value is such a number; from a template it may come as a text."""
    return not isinstance(value, bool) and str(value).isdecimal() and low <= int(str(value)) <= high


def is_address(value: object) -> bool:
    """Whether a value is an IP address."""
    try:
        return isinstance(value, str) and bool(ip_address(value))
    except ValueError:
        return False


# What may be wanted of one VM: when it can be understood, and how it should be.
WANTED: dict[str, tuple[Callable[[object], bool], str]] = {
    "address": (lambda value: isinstance(value, str) and value != "", "a name or an IP address"),
    "addresses": (
        lambda value: isinstance(value, list) and all(is_address(one) for one in value),
        "a list of the IP addresses that it has to have",
    ),
    "guest_services": (lambda value: isinstance(value, bool), "true or false"),
    "http": (
        lambda value: isinstance(value, list) and all(isinstance(one, Mapping) and "path" in one for one in value),
        "a list of checks, each with a path such as /health",
    ),
    "tcp_ports": (
        lambda value: isinstance(value, list) and all(is_number(port, 1, 65535) for port in value),
        "a list of ports from 1 to 65535",
    ),
    "vlan": (lambda value: is_number(value, 0, 4094), "a number from 0 (no tag) to 4094"),
    "wait_for_connection": (lambda value: isinstance(value, bool), "true or false"),
}


def check_wanted(wanted: Json) -> None:
    """Raises BadInput for the first VM of which something is wanted that cannot be understood."""
    for name, own in wanted.items():
        if not isinstance(own, Mapping) or set(own) - set(WANTED):
            raise BadInput(f"validate_vms: '{name}' has {own}. Allowed are the keys {', '.join(WANTED)}.")
        for key, value in own.items():
            good, words = WANTED[key]
            if not good(value):
                raise BadInput(f"validate_vms: '{name}' has {key} {value}. It has to be {words}.")


def validate(
    items: Iterable[ItemEntry],
    looks: Iterable[Look],
    wanted: Mapping[str, WantedOfVm],
    must_match: Iterable[str],
    group: Group | None = None,
) -> list[Validation]:
    """One result for each item.

    `looks`: one entry for each look at a host, {host, machine, vms} or {host, error}; of two looks at one host the later counts.
    `wanted`: by ARM id or name of the VM, what differs for it: `guest_services` (default True), `vlan`, `addresses`.
    `must_match`: those of PARTS in which a difference is a problem; others are only told.
    `group`: the hosts that may be asked; without it those that were looked at are all.
    """
    hosts = {look["host"]: look for look in looks}
    everyone = group or Group(tuple({"host": host, "name": host} for host in hosts))
    results = [validate_one(item, hosts, own_of(item, wanted), frozenset(must_match), everyone) for item in items]
    return visible_all(results)  # a host names its VMs, switches and errors as it likes


def with_recorded(
    items: Iterable[ItemEntry],
    wanted: Mapping[str, WantedOfVm],
    recorded: Iterable[Validation],
    isolated: str = "",
    kept: Mapping[str, HostVm] | None = None,
) -> dict[str, WantedOfVm]:
    """What is wanted of each item by its ARM id, with the addresses that it had where nobody named those that it has to have.

    `recorded`: results of an earlier validation. `isolated`: a switch that all may be plugged into meanwhile.
    `kept`: the VMs of a baseline, by id and by name.
    """
    before = {one.get("vm_id"): one.get("ip_addresses") or [] for one in recorded if one.get("vm_id")}
    rows: dict[str, WantedOfVm] = {}
    for item in items:
        row: WantedOfVm = {"addresses": before.get(item["vm_id"], []), "isolated": isolated}
        if kept is not None:
            row["before"] = kept.get(plain(item["vm_id"] or "")) or kept.get(plain(item["name"]))
        rows[item["id"]] = {**row, **own_of(item, wanted)}
    return rows


def own_of(item: ItemEntry, wanted: Mapping[str, WantedOfVm]) -> WantedOfVm:
    """What is wanted of one item: under its ARM id, which is its alone, else under its name."""
    by_id = next((own for key, own in wanted.items() if same_id(key, item["id"])), None)
    return by_id or wanted.get(item["name"]) or {}


def validate_one(
    item: ItemEntry, hosts: Looks, wanted: WantedOfVm, must_match: frozenset[str], group: Group
) -> Validation:
    """The result for one item: `passed`, the evidence, `problems`, `waiting` if time may mend it, and whom to `ask` next."""
    places = places_of(item, hosts)
    running = [place for place in places if place[1]["state"] == "started"]
    if len(running) > 1:
        return result(item, evidence("", {}), [], [in_two_places(running)], [])
    if not places:
        nothing: Seen = {**evidence("", {}), "state": "absent" if all_answered(item, hosts, group) else "unknown"}
        return result(item, nothing, [], [nowhere(item, hosts, group)], whom_to_ask(item, [], hosts, group))
    host, vm = (running or places)[0]
    ask = [host] if running else whom_to_ask(item, places, hosts, group)
    if vm.get("error"):
        return result(item, evidence(host, vm), [], [f"cannot be read on {host}: {vm['error']}"], ask)
    told = dict(differences(item, vm, wanted, switch_map(hosts[host].get("switch_map"), host)))
    missing = list(not_yet(host, vm, guest_services=wanted.get("guest_services", True)))
    wrong = {part: words for part, words in told.items() if part in must_match}
    for_ever = bool(set(wrong) - {"addresses"})  # no time brings a disk, a switch or a VLAN; an address may still come
    waits = (missing or wrong) and not for_ever
    return result(item, evidence(host, vm), list(told.values()), missing + list(wrong.values()), ask if waits else [])


def result(item: ItemEntry, told: Seen, different: list[str], problems: list[str], ask: list[str]) -> Validation:
    """One result. It waits for as long as asking somebody again may mend it."""
    return {
        "name": item["name"],
        "id": item["id"],
        "vm_id": item["vm_id"],
        **told,
        "differences": different,
        "problems": problems,
        "waiting": bool(ask),
        "ask": ask,
        "passed": not problems,
    }


def evidence(host: str, vm: HostVm) -> Seen:
    """What was seen of the VM, in the words of vm_info; empty where there is none."""
    return {
        "host": host,
        "state": vm.get("state") or "absent",
        "heartbeat": vm.get("heartbeat") or "",
        "ip_addresses": list(filter(None, vm.get("ip_addresses") or ())),
        "address": next(iter(reachable(vm.get("ip_addresses") or ())), ""),
        "uptime_seconds": vm.get("uptime_seconds") or 0,
        "vm": {**vm},
    }


def in_two_places(running: Sequence[Found]) -> str:
    """A VM that runs twice: both write, and the commit is not to be made before one of them is off."""
    return f"runs on {len(running)} hosts at once: {', '.join(host for host, _vm in running)}"


def not_yet(host: str, vm: HostVm, *, guest_services: bool) -> Iterator[str]:
    """What a VM that is starting still lacks. A guest without integration services tells neither heartbeat nor address."""
    if vm["state"].endswith("critical"):
        yield f"is {vm['state']}: its storage or its configuration is not there. Bring that back on {host}"
        return
    if vm["state"] != "started":
        yield f"is {vm['state']}, not started. To start it: asr.hyperv.vm_power on {host}, id {vm['id']}, state started"
        return
    if not guest_services:
        return
    if vm["heartbeat"].lower() not in GOOD_HEARTBEATS:
        yield f"has no good heartbeat ({vm['heartbeat'] or 'none'})"
    if not reachable(vm["ip_addresses"]):
        told = ", ".join(filter(None, vm["ip_addresses"]))
        yield f"tells no IP address that can be reached, only {told}" if told else "tells no IP address"
