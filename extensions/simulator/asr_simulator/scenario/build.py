# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the estate that a scenario describes. Ids depend on the seed and on names, so they are the same in every run."""

from __future__ import annotations

import hashlib
from typing import Any

from ..clock.clock import iso
from ..estate.estate import Estate
from ..estate.guids import stable_guid
from ..estate.items import Item, Plan, RecoveryPoint
from ..estate.parts import Adapter, Disk, Network
from ..estate.places import Host, Machine, Site
from ..estate.replicas import made_for
from ..estate.states import AZURE_DISKS_KEPT, IN_AZURE
from ..facts.plan import shown
from ..jobs.under_way import BEFORE, UNDER_WAY
from .computers import build_computer
from .names import azure_name

DAY = 86400.0


def build_estate(scenario: dict[str, Any], now: float) -> Estate:
    """The whole estate at the start of the simulation."""
    vault, seed = scenario["vault"], scenario["seed"]
    estate = Estate(
        subscription=vault.get("subscription_id") or stable_guid(seed, "subscription"),
        resource_group=vault["resource_group"],
        vault=vault["name"],
        location=vault["location"],
        recovery_resource_group=vault["recovery_resource_group"],
        network=Network(**scenario["network"]),
        service=dict(scenario["service"]),
    )
    estate.sites = [build_site(seed, site, now) for site in scenario["sites"]]
    hosts = {host.name: (site, host) for site in estate.sites for host in site.hosts}
    for given in scenario["sites"]:
        build_windows(seed, estate, given, now)
    share_volumes(estate)
    join_nodes(estate)
    estate.items = [build_item(seed, vm, hosts[vm["host"]], now) for vm in scenario["vms"]]
    name_apart(estate.items)
    for place, item in enumerate(estate.items):
        item.number = place % 200 + 4
        build_azure(seed, estate, item, now)
    by_vm = {item.key: item for item in estate.items}
    estate.plans = [build_plan(seed, estate, plan, by_vm) for plan in scenario["plans"]]
    return estate


def build_site(seed: int, given: dict[str, Any], now: float) -> Site:
    """A Hyper-V site is named by its user; a VMM server by a 64 digit hash (docs/service.md 1)."""
    name, vmm = given["name"], given["kind"] == "VMM"
    internal = stable_guid(seed, "site", name)
    hosts = [
        Host(
            host["name"],
            stable_guid(seed, "provider", host["name"]),
            host["connected"],
            host["switches"],
            host["bandwidth_mbps"],
            now,
        )
        for host in given["hosts"]
    ]
    return Site(
        name=hashlib.sha256(f"{seed}/{name}".encode()).hexdigest() if vmm else name,
        kind=given["kind"],
        friendly=name,
        internal_id=internal,
        container=stable_guid(seed, "cloud", name) if vmm else f"cloud_{internal}",
        container_friendly=given.get("cloud", "primary") if vmm else name,
        hosts=hosts,
        vmm_provider=Host(name, stable_guid(seed, "provider", name), last_heartbeat=now) if vmm else None,
        networks={one["name"]: one["type"] for one in given["networks"]},
        key=key_of(given, now),
    )


def key_of(given: dict[str, Any], now: float) -> dict[str, str] | None:
    """The certificate of an encrypted cloud as its fabric shows it."""
    wanted = given.get("encryption")
    if wanted is None:
        return None
    thumbprint = wanted.get("thumbprint") or hashlib.sha1(given["name"].encode(), usedforsecurity=False).hexdigest()
    return {"kekCertThumbprint": thumbprint.upper(), "kekCertExpiryDate": iso(now + wanted["days_left"] * DAY, 0) or ""}


def build_windows(seed: int, estate: Estate, given: dict[str, Any], now: float) -> None:
    """The Windows servers of a site, each with the vault key file of that site if it has one."""
    key = {"vault_name": estate.vault, "site_name": given["name"]}
    for one in given["hosts"]:
        host = estate.host(one["name"])
        assert host  # the estate was built of the same scenario
        host.windows = computer = build_computer(host, one, key, seed)
        computer.others = [build_other(seed, host, name, place) for place, name in enumerate(one["other_vms"])]
        for vm in computer.others:
            vm.started = now
        computer.report(now)


def share_volumes(estate: Estate) -> None:
    """A shared volume of a cluster is one thing, whichever of its hosts shows it."""
    known: dict[str, Any] = {}
    for computer in [host.computer for site in estate.sites for host in site.hosts]:
        computer.volumes = [known.setdefault(one.id, one) if one.shared else one for one in computer.volumes]


def join_nodes(estate: Estate) -> None:
    """The nodes of a cluster know each other."""
    computers = [host.computer for site in estate.sites for host in site.hosts]
    for computer in computers:
        if computer.cluster:
            computer.peers = [one for one in computers if one.cluster == computer.cluster]


def build_other(seed: int, host: Host, name: str, place: int) -> Machine:
    """A VM that isn't protected."""
    identifier = stable_guid(seed, "other vm", host.name, name, str(place))
    disks = [Disk(name, stable_guid(seed, "disk", host.name, name), 40, True)]
    switch = next(iter(host.switches), "")
    nic = Adapter(stable_guid(seed, "nic", host.name, name, str(place)), switch, switch or None)
    return Machine(name, identifier, host, 2, "Windows", disks, 2, 4096, [nic], 0, 0)


def build_disks(seed: int, vm: dict[str, Any]) -> list[Disk]:
    """The first disk holds the operating system; sizes in GB."""
    name = vm["name"]
    return [
        Disk(name if not place else f"{name}-data{place}", stable_guid(seed, "disk", name, str(place)), gb, not place)
        for place, gb in enumerate(vm["disks_gb"])
    ]


def build_adapters(seed: int, vm: dict[str, Any]) -> list[Adapter]:
    """One for each switch that is named, and for "" one that is plugged into nothing."""
    names = [["nic", vm["name"], *([str(place)] if place else [])] for place in range(len(vm["switches"]))]
    return [Adapter(stable_guid(seed, *parts), switch) for parts, switch in zip(names, vm["switches"], strict=True)]


def build_machine(seed: int, vm: dict[str, Any], place: tuple[Site, Host], now: float) -> Machine:
    """The on-premises VM: it runs unless it has failed over."""
    name, (site, host) = vm["name"], place
    machine = Machine(
        name=vm.get("display_name") or name,
        id=stable_guid(seed, "vm", name),
        host=host,
        generation=vm["generation"],
        os=vm["os"],
        disks=build_disks(seed, vm),
        cpu=vm["cpu"],
        memory_mb=vm["memory_mb"],
        adapters=build_adapters(seed, vm),
        changed_gb=vm["changed_gb"],
        days_in_azure=vm["days_in_azure"],
        present=vm["on_premises"] == "present",
        power="off" if begun(vm) in IN_AZURE else "running",
        started=now,
        guardian=host.name,
        clustered=vm.get("clustered", bool(host.computer.cluster)),
    )
    machine.plug_in(site)
    return machine


def begun(vm: dict[str, Any]) -> str:
    """The state of its item; a failback that is under way changes nothing in that."""
    state: str = vm["state"]
    return BEFORE if state in UNDER_WAY else state


def name_apart(items: list[Item]) -> None:
    """VMs of one name in Hyper-V have names of their own in Azure, where a group has each name once."""
    taken: set[str] = set()
    for item in items:
        if item.azure_name.lower() in taken:
            item.azure_name = f"{item.azure_name[:54]}-{item.vm.id[:8]}"
        taken.add(item.azure_name.lower())


def build_item(seed: int, vm: dict[str, Any], place: tuple[Site, Host], now: float) -> Item:
    """A protected item in the state that the scenario asks for."""
    site, _host = place
    name, state = vm["name"], begun(vm)
    machine = build_machine(seed, vm, place, now)
    item = Item(
        key=name,
        name=vm.get("item_name") or machine.id,
        vm=machine,
        site=site,
        state=state,
        azure_name=azure_name(vm),
        managed_disks=vm["managed_disks"],
        azure_public_ip=vm["azure_public_ip"],
        correlation=stable_guid(seed, "correlation", name),
        health=vm["replication_health"],
        protected_since=now - 30 * DAY,
        replicating_since=now,
    )
    moved = now - machine.days_in_azure * DAY
    item.recovery_points = [
        RecoveryPoint(stable_guid(seed, "recovery point", name, str(hour)), moved - hour * 3600, hour == 1)
        for hour in (2, 1, 0)
    ]
    if state in IN_AZURE or state.startswith("failed_back"):
        item.last_failover, item.recovery_point = moved, item.recovery_points[-1].name
    return item


def build_azure(seed: int, estate: Estate, item: Item, now: float) -> None:
    """The VM in Azure of an item that has failed over; it is off once the item is back."""
    if item.state in AZURE_DISKS_KEPT:
        moved, guid = now - item.vm.days_in_azure * DAY, stable_guid(seed, "azure vm", item.key)
        item.azure = made_for(item, guid, estate.recovery_resource_group, moved)
        if item.state not in IN_AZURE:
            item.azure.switch("deallocated", now)


def of_group(group: dict[str, Any], when: str) -> list[dict[str, Any]]:
    """The actions before or after a group, of all kinds; manual ones may stand under a key of their own."""
    return [*({"kind": "manual", **one} for one in group[f"manual_actions_{when}"]), *group[f"actions_{when}"]]


def build_plan(seed: int, estate: Estate, given: dict[str, Any], by_vm: dict[str, Item]) -> Plan:
    """Groups with their members and actions."""
    name = given["name"]
    groups = [
        {
            "items": [by_vm[vm] for vm in group["vms"]],
            "start": [shown(estate, one) for one in of_group(group, "before")],
            "end": [shown(estate, one) for one in of_group(group, "after")],
        }
        for group in given["groups"]
    ]
    site = next(iter(by_vm[vm].site for group in given["groups"] for vm in group["vms"]))
    return Plan(name=name, id=stable_guid(seed, "plan", name), site=site, groups=groups)
