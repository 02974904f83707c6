# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Whether a VM really runs on-premises, and whether it is what the vault has recorded. Pure.

Sources: `items` as protected_item_info returns them, `looks` as vm_info returned them on the hosts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address

from ansible_collections.asr.hyperv.plugins.module_utils._domain.errors import BadInput

MB = 1024**2
PARTS = ("cpu", "memory", "disks", "switches", "vlan")  # what is compared with the vault; the VLAN with what is wanted
GOOD_HEARTBEATS = ("okapplicationshealthy", "okapplicationsunknown")  # Hyper-V knows OkApplicationsCritical, too


def is_number(value: object, low: int, high: int) -> bool:
    """Whether a value is such a number; from a template it may come as a text."""
    return not isinstance(value, bool) and str(value).isdecimal() and low <= int(value) <= high


WANTED = {  # what may be wanted of one VM: when it can be understood, and how it should be
    "address": (lambda value: isinstance(value, str) and value != "", "a name or an IP address"),
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


def check_wanted(wanted: Mapping) -> None:
    """Raises BadInput for the first VM of which something is wanted that cannot be understood."""
    for name, own in wanted.items():
        if not isinstance(own, Mapping) or set(own) - set(WANTED):
            raise BadInput(f"validate_vms: '{name}' has {own}. Allowed are the keys {', '.join(WANTED)}.")
        for key, value in own.items():
            good, words = WANTED[key]
            if not good(value):
                raise BadInput(f"validate_vms: '{name}' has {key} {value}. It has to be {words}.")


def validate(items: Iterable[Mapping], looks: Iterable[Mapping], wanted: Mapping, must_match: Iterable[str]) -> list:
    """One result for each item.

    `looks`: one entry for each look at a host, {host, vms} or {host, error}; of two looks at one host the later counts.
    `wanted`: by name of the VM, what differs for it: `guest_services` (default True), `vlan`.
    `must_match`: those of PARTS in which a difference is a problem; others are only told.
    """
    hosts = {look["host"]: look for look in looks}
    return [validate_one(item, hosts, wanted.get(item["name"]) or {}, frozenset(must_match)) for item in items]


def validate_one(item: Mapping, hosts: Mapping, wanted: Mapping, must_match: frozenset) -> dict:
    """The result for one item: `passed`, the evidence, `problems`, and `waiting` if time alone may mend it."""
    places = [(host, vm) for host, look in hosts.items() for vm in look.get("vms") or () if same(vm, item)]
    running = [(host, vm) for host, vm in places if vm["state"] == "started"]
    identity = {"name": item["name"], "id": item["id"], "vm_id": item["vm_id"]}
    if not places or len(running) > 1:
        problem = in_two_places(running) if running else nowhere(item, hosts)
        return {
            **identity,
            **evidence("", {}),
            "differences": [],
            "problems": [problem],
            "waiting": False,
            "passed": False,
        }
    host, vm = (running or places)[0]
    told = dict(differences(item, vm, wanted))
    missing = list(not_yet(vm, guest_services=wanted.get("guest_services", True)))
    problems = missing + [told[part] for part in told if part in must_match]
    return {
        **identity,
        **evidence(host, vm),
        "differences": list(told.values()),
        "problems": problems,
        "waiting": bool(missing),
        "passed": not problems,
    }


def same(vm: Mapping, item: Mapping) -> bool:
    """Whether a VM of a host is the one of the item: names are not unique, ids are."""
    return bool(item["vm_id"]) and vm["id"].lower() == item["vm_id"].lower()


def evidence(host: str, vm: Mapping) -> dict:
    """What was seen of the VM, in the words of vm_info; empty where there is none."""
    return {
        "host": host,
        "state": vm.get("state") or "absent",
        "heartbeat": vm.get("heartbeat") or "",
        "ip_addresses": list(vm.get("ip_addresses") or ()),
        "address": next(iter(reachable(vm.get("ip_addresses") or ())), ""),
        "uptime_seconds": vm.get("uptime_seconds") or 0,
        "vm": dict(vm),
    }


def reachable(addresses: Iterable[str]) -> list[str]:
    """The addresses that others can ask, IPv4 first. A guest without a network gives itself those of its link (169.254, fe80)."""
    found = []
    for address in addresses:
        try:
            place = ip_address(address)
        except ValueError:
            continue
        if not (place.is_link_local or place.is_loopback or place.is_unspecified):
            found.append(place)
    return [str(place) for place in sorted(found, key=lambda place: place.version)]


def nowhere(item: Mapping, hosts: Mapping) -> str:
    """Why a VM was not found: no host has it, some could not be asked, one has another VM of the same name."""
    parts = [f"is on none of the hosts {', '.join(hosts) or '(no hosts were given)'}"]
    parts += [f"{host} could not be asked: {look['error']}" for host, look in hosts.items() if look.get("error")]
    for host, look in hosts.items():
        namesakes = [vm["id"] for vm in look.get("vms") or () if vm["name"].lower() == item["name"].lower()]
        parts += [f"{host} has a VM of this name with another id, {found}" for found in namesakes]
    return "; ".join(parts)


def in_two_places(running: list) -> str:
    """A VM that runs twice: both write, and the commit is not to be made before one of them is off."""
    return f"runs on {len(running)} hosts at once: {', '.join(host for host, _vm in running)}"


def not_yet(vm: Mapping, *, guest_services: bool) -> Iterator[str]:
    """What a VM that is starting still lacks. A guest without integration services tells neither heartbeat nor address."""
    if vm["state"] != "started":
        yield f"is {vm['state']}, not started"
        return
    if not guest_services:
        return
    if vm["heartbeat"].lower() not in GOOD_HEARTBEATS:
        yield f"has no good heartbeat ({vm['heartbeat'] or 'none'})"
    if not reachable(vm["ip_addresses"]):
        told = ", ".join(vm["ip_addresses"])
        yield f"tells no IP address that can be reached, only {told}" if told else "tells no IP address"


def differences(item: Mapping, vm: Mapping, wanted: Mapping) -> Iterator[tuple[str, str]]:
    """Each part in which the VM is not what the vault has recorded, and how. What the vault does not tell is not compared."""
    cpus, memory = item.get("cpu_count"), item.get("memory_mb")
    if cpus and cpus != vm["cpu_count"]:
        yield "cpu", f"has {vm['cpu_count']} processors, the vault recorded {cpus}"
    if memory and memory != vm["memory_bytes"] // MB:
        yield "memory", f"starts with {vm['memory_bytes'] // MB} MB of memory, the vault recorded {memory} MB"
    yield from disk_differences(item, vm)
    plugged = [adapter["virtual_switch"] for adapter in vm["network_adapters"] if adapter["connected"]]
    unplugged = Counter(filter(None, item.get("switches") or ())) - Counter(filter(None, plugged))
    if unplugged:
        missing, found = ", ".join(unplugged.elements()), ", ".join(filter(None, plugged)) or "none"
        yield "switches", f"is not plugged into {missing} as the vault recorded, but into: {found}"
    vlans = [adapter["vlan"] for adapter in vm["network_adapters"]]
    if wanted.get("vlan") is not None and wanted["vlan"] not in vlans:
        yield "vlan", f"has the VLAN {', '.join(map(str, vlans)) or 'of no adapter'}, wanted is {wanted['vlan']}"


def disk_differences(item: Mapping, vm: Mapping) -> Iterator[tuple[str, str]]:
    """Disks of the vault that the VM has not, by size. It may have more: some are left out of the replication."""
    recorded = Counter(disk["size_mb"] for disk in item.get("disks") or ())
    sizes = [disk["size_bytes"] for disk in vm["disks"]]
    unread = sizes.count(None)
    missing = recorded - Counter(size // MB for size in sizes if size is not None)
    if missing.total() > unread:
        found = ", ".join("unknown" if size is None else f"{size // MB} MB" for size in sizes) or "none"
        lost = ", ".join(f"{size} MB" for size in missing.elements())
        yield "disks", f"lacks disks that the vault recorded ({lost}); it has: {found}"
