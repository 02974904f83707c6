# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the estate that a scenario describes. Ids depend on the seed and on names, so they are the same in every run."""

from __future__ import annotations

import hashlib
from typing import Any

from .estate import AzureVm, Disk, Estate, Host, Item, Machine, Network, Plan, RecoveryPoint, Site
from .states import AZURE_DISKS_KEPT, IN_AZURE
from .tokens import stable_guid
from .windows.computer import build_computer

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
    )
    estate.sites = [build_site(seed, site, now) for site in scenario["sites"]]
    hosts = {host.name: (site, host) for site in estate.sites for host in site.hosts}
    for given in scenario["sites"]:
        build_windows(seed, estate, given, now)
    estate.items = [build_item(seed, vm, hosts[vm["host"]], now) for vm in scenario["vms"]]
    by_vm = {item.key: item for item in estate.items}
    estate.plans = [build_plan(seed, plan, by_vm) for plan in scenario["plans"]]
    return estate


def build_site(seed: int, given: dict[str, Any], now: float) -> Site:
    """A Hyper-V site is named by its user; a VMM server by a 64 digit hash (domain.md 1)."""
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
    )


def build_windows(seed: int, estate: Estate, given: dict[str, Any], now: float) -> None:
    """The Windows servers of a site, each with the vault key file of that site if it has one."""
    key = {"vault_name": estate.vault, "site_name": given["name"]}
    for one in given["hosts"]:
        host = estate.host(one["name"])
        host.windows = build_computer(host, one, key, seed)
        host.windows.others = [build_other(seed, host, name, place) for place, name in enumerate(one["other_vms"])]
        for vm in host.windows.others:
            vm.started = now
        host.windows.report(now)


def build_other(seed: int, host: Host, name: str, place: int) -> Machine:
    """A VM that isn't protected."""
    identifier = stable_guid(seed, "other vm", host.name, name, str(place))
    disks = [Disk(name, stable_guid(seed, "disk", host.name, name), 40, True)]
    switch = next(iter(host.switches), "")
    nic = stable_guid(seed, "nic", host.name, name, str(place))
    return Machine(name, identifier, host, 2, "Windows", disks, 2, 4096, switch, nic, 0, 0, plugged=switch or None)


def build_disks(seed: int, vm: dict[str, Any]) -> list[Disk]:
    """The first disk holds the operating system; sizes in GB."""
    name = vm["name"]
    return [
        Disk(name if not place else f"{name}-data{place}", stable_guid(seed, "disk", name, str(place)), gb, not place)
        for place, gb in enumerate(vm["disks_gb"])
    ]


def build_machine(seed: int, vm: dict[str, Any], host: Host, now: float) -> Machine:
    """The on-premises VM: it runs unless it has failed over."""
    name = vm["name"]
    return Machine(
        name=vm.get("display_name") or name,
        id=stable_guid(seed, "vm", name),
        host=host,
        generation=vm["generation"],
        os=vm["os"],
        disks=build_disks(seed, vm),
        cpu=vm["cpu"],
        memory_mb=vm["memory_mb"],
        switch=vm["switch"],
        nic_id=stable_guid(seed, "nic", name),
        changed_gb=vm["changed_gb"],
        days_in_azure=vm["days_in_azure"],
        present=vm["on_premises"] == "present",
        power="off" if vm["state"] in IN_AZURE else "running",
        started=now,
        plugged=vm["switch"] if vm["switch"] in host.switches else None,
    )


def build_item(seed: int, vm: dict[str, Any], place: tuple[Site, Host], now: float) -> Item:
    """A protected item in the state that the scenario asks for."""
    site, host = place
    name, state = vm["name"], vm["state"]
    at_home = state not in IN_AZURE
    machine = build_machine(seed, vm, host, now)
    item = Item(
        key=name,
        name=vm.get("item_name") or machine.id,
        vm=machine,
        site=site,
        state=state,
        managed_disks=vm["managed_disks"],
        azure_public_ip=vm["azure_public_ip"],
        correlation=stable_guid(seed, "correlation", name),
        health=vm["replication_health"],
        protected_since=now - 30 * DAY,
    )
    moved = now - machine.days_in_azure * DAY
    item.recovery_points = [
        RecoveryPoint(stable_guid(seed, "recovery point", name, str(hour)), moved - hour * 3600, hour == 1)
        for hour in (2, 1, 0)
    ]
    if state in AZURE_DISKS_KEPT:
        item.azure = AzureVm(
            machine.name, stable_guid(seed, "azure vm", name), running=not at_home, changed=now if at_home else moved
        )
    if not at_home or state.startswith("failed_back"):
        item.last_failover, item.recovery_point = moved, item.recovery_points[-1].name
    return item


def build_plan(seed: int, given: dict[str, Any], by_vm: dict[str, Item]) -> Plan:
    """Groups with their members and actions."""
    name = given["name"]
    groups = [
        {
            "items": [by_vm[vm] for vm in group["vms"]],
            "start": [manual_action(action) for action in group["manual_actions_before"]],
            "end": [manual_action(action) for action in group["manual_actions_after"]],
        }
        for group in given["groups"]
    ]
    site = next(iter(by_vm[vm].site for group in given["groups"] for vm in group["vms"]))
    return Plan(name=name, id=stable_guid(seed, "plan", name), site=site, groups=groups)


def manual_action(given: dict[str, Any]) -> dict[str, Any]:
    """A manual action as the service shows it."""
    return {
        "actionName": given["name"],
        "failoverTypes": given["failover_types"],
        "failoverDirections": given["directions"],
        "customDetails": {"instanceType": "ManualActionDetails", "description": given["instructions"]},
    }
