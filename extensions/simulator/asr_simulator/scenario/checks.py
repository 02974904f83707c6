# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a scenario cannot have though each value by itself may be so: names that point nowhere, and what no estate allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..estate.states import IN_AZURE
from ..faults import kinds
from . import names
from .names import twice

Table = dict[str, Any]
MOST_MEMBERS = 100  # of a plan (docs/service.md 5.4)


def problems(scenario: Table) -> list[str]:
    """Every line that has to be mended, with its place and what is allowed there."""
    places = places_of(scenario)
    hosts = [host["name"] for site in scenario["sites"] for host in site["hosts"]]
    found = [*twice("sites.hosts.name", hosts, True), *twice("vms.name", [vm["name"] for vm in scenario["vms"]])]
    found += twice("sites.name", [site["name"] for site in scenario["sites"]], True)
    found += twice("plans.name", [plan["name"] for plan in scenario["plans"]], True)
    found += [*names.of_vms(scenario["vms"]), *names.of_others(scenario)]
    for site in scenario["sites"]:
        found += [*of_site(site), *names.of_site(site)]
        found += [line for host in site["hosts"] for line in of_switches(host)]
    for vm in scenario["vms"]:
        if vm["host"] not in places:
            found.append(f"vms.{vm['name']}.host: {vm['host']!r} is no host; allowed: {', '.join(hosts)}")
        else:
            found += of_vm(vm, *places[vm["host"]])
    for plan in scenario["plans"]:
        found += of_plan(plan, {vm["name"]: vm for vm in scenario["vms"]}, places)
    return [*found, *wrong_faults(scenario)]


def of_vaults(scenario: Table) -> Iterator[str]:
    """Further vaults: each as it has to be by itself, with a name of its own, and hosts that no other has."""
    others = scenario["other_vaults"]
    for place, other in enumerate(others):
        yield from (f"other_vaults.{place}.{line}" for line in problems(other))
    yield from twice("other_vaults.vault", [address(one, scenario) for one in (scenario, *others)], True)
    hosts = [host["name"] for one in (scenario, *others) for site in one["sites"] for host in site["hosts"]]
    yield from twice("other_vaults.sites.hosts.name", hosts, True) if others else ()
    failed_over = [name for one in (scenario, *others) for name in names_in_azure(one, scenario)]
    yield from twice("other_vaults.vms.azure_name", failed_over, True) if others else ()


def address(one: Table, first: Table) -> str:
    """Where a vault is: no two have the same subscription, group and name."""
    vault = one["vault"]
    group = f"{vault.get('subscription_id') or first['vault'].get('subscription_id') or ''}/{vault['resource_group']}"
    return f"{group}/{vault['name']}".lstrip("/")


def names_in_azure(one: Table, first: Table) -> set[str]:
    """What its failovers make, with the group that it is in: a group has each name once. Within a vault they are told apart."""
    subscription = one["vault"].get("subscription_id") or first["vault"].get("subscription_id") or ""
    place = f"{subscription}/{one['vault']['recovery_resource_group']}".lstrip("/")
    return {f"{place}/{names.azure_name(vm)}".lower() for vm in one["vms"]}


def places_of(scenario: Table) -> dict[str, tuple[Table, Table]]:
    """Site and host by the name of the host."""
    return {host["name"]: (site, host) for site in scenario["sites"] for host in site["hosts"]}


def switches_at(site: Table, host: Table) -> list[str]:
    """What a VM can be plugged into there: VMM's networks where it has them, else the switches of the host."""
    switches: list[str] = host["switches"] if host["hyperv"] else []
    return [one["name"] for one in site["networks"]] or switches


def of_site(site: Table) -> Iterator[str]:
    """What only a VMM server has."""
    for key in ("networks", "encryption", "cloud"):
        if site["kind"] != "VMM" and site.get(key):
            yield f"sites.{site['name']}.{key}: is not allowed; allowed: only with kind VMM"


def of_switches(host: Table) -> Iterator[str]:
    """Details of switches that it has, over adapters that it has."""
    place = f"hosts.{host['name']}.switch_details"
    for name, details in host["switch_details"].items():
        if name not in host["switches"]:
            yield f"{place}: {name!r} is no switch of it; allowed: {', '.join(host['switches']) or 'none'}"
        for one in details.get("net_adapters", []):
            if one not in host["adapters"]:
                yield f"{place}.{name}.net_adapters: {one!r} is no adapter of it; allowed: {', '.join(host['adapters'])}"


def of_vm(vm: Table, site: Table, host: Table) -> Iterator[str]:
    """Where it is in its life, and what it is plugged into."""
    place = f"vms.{vm['name']}"
    if vm["on_premises"] == "deleted" and vm["state"] not in IN_AZURE:
        yield f"{place}.on_premises: 'deleted' is not allowed while the VM is not in Azure"
    if "switch" in vm and "switches" in vm:
        yield f"{place}.switches: is not allowed beside 'switch'; give one of them"
    known = switches_at(site, host)
    named = vm.get("switches", [vm["switch"]] if "switch" in vm else [])
    for name in [name for name in named if name and name not in known and "plugged" not in vm]:
        has = ", ".join(known) or "none"
        yield (
            f"{place}.switch: {name!r} is no switch of {host['name']}; allowed: {has}, '' for none, or with 'plugged: null' "
            "what it was plugged into before"
        )


def of_plan(plan: Table, vms: dict[str, Table], places: dict[str, tuple[Table, Table]]) -> Iterator[str]:
    """Its members: there, each once, all of one site, and not too many."""
    place = f"plans.{plan['name']}"
    members = [name for group in plan["groups"] for name in group["vms"]]
    for name in [one for one in members if one not in vms]:
        yield f"{place}: {name!r} is no VM; allowed: {', '.join(vms) or 'none, as there is no VM'}"
    if not members:
        yield f"{place}.groups: no VM in any group is not allowed; allowed: at least one"
    yield from twice(f"{place}.groups", members)
    if len(members) > MOST_MEMBERS:
        yield f"{place}: {len(members)} VMs are not allowed; allowed: at most {MOST_MEMBERS}"
    hosts = [vms[name]["host"] for name in members if name in vms]
    sites = sorted({places[host][0]["name"] for host in hosts if host in places})
    if len(sites) > 1:
        yield f"{place}: VMs of the sites {', '.join(sites)} are not allowed; allowed: VMs of one site"


def wrong_faults(scenario: Table) -> Iterator[str]:
    """Faults with options of another kind, or with names that aren't there."""
    for place, fault in enumerate(scenario["faults"]):
        try:
            kinds.check_options(fault)
            kinds.check_names(fault, scenario)
        except ValueError as error:
            yield f"faults.{place}.{error}"
