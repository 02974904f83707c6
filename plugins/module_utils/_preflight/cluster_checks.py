# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What failover clusters say for or against a VM coming home: all nodes of a cluster are one place. Pure.

A node tells the VMs that it has, and of its cluster which node has which VM. Sources: docs/service.md 1.4, 6.4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.checks import Finding, found
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.sightings import about_of, machine_of, machines
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.space import Arrival
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.vm_checks import Stay
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain, same_id
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import Cluster, HostFacts
from ansible_collections.asr.hyperv.plugins.module_utils._wish.switch_map import switch_map, there

NODE_TAKES = "up"  # the state of a node that takes VMs; others are Paused (drained), Down and Joining


def cluster_of(facts: HostFacts | None) -> Cluster:
    """The failover cluster of a host; empty without one."""
    return about_of(facts).get("cluster") or {}


def name_of(facts: HostFacts | None) -> str:
    """The name of a host's cluster in plain form; empty without one."""
    return plain(cluster_of(facts).get("name") or "")


def same_place(one: HostFacts | None, other: HostFacts | None) -> bool:
    """Whether two hosts are nodes of one cluster."""
    return bool(name_of(one)) and name_of(one) == name_of(other)


def owner_of(hosts: Sequence[HostFacts], item: ProtectedItem) -> tuple[str, str]:
    """The cluster and the node that has an item's VM, as any node of it tells; two empty texts when none does."""
    for facts in machines(hosts):
        for vm in cluster_of(facts).get("vms") or ():
            if same_id(vm.get("id") or "", item.vm_id):
                return cluster_of(facts).get("name") or "", vm.get("owner_node") or ""
    return "", ""


def of_cluster(arrival: Arrival, stay: Stay, hosts: Sequence[HostFacts]) -> Iterator[Finding]:
    """All that is said of the cluster that a VM comes to, or sits in."""
    yield from of_owner(arrival, stay)
    cluster = cluster_of(stay.facts)
    if not cluster or not stay.facts:
        return
    if cluster.get("error"):
        message = f"{stay.host} cannot tell of its cluster {cluster.get('name')}: {cluster['error']}"
        yield from found("cluster_read", stay.host, message, host=stay.host)
    yield from of_node(stay.host, stay.facts, cluster)
    yield from of_switches_of_nodes(arrival, stay.facts, hosts)
    if arrival.created and arrival.vm is None:
        name = arrival.item.friendly_name
        message = f"{name} is made on {stay.host}, a node of {cluster.get('name')}, and is no role of the cluster then"
        yield from found("cluster_role", stay.host, message, host=stay.host, vm=name)


def of_owner(arrival: Arrival, stay: Stay) -> Iterator[Finding]:
    """A VM that no host showed, and that a cluster says one of its nodes has."""
    cluster, owner = stay.owner
    if owner and not stay.search.seen:
        name = arrival.item.friendly_name
        message = (
            f"{name} was seen on no host that answered, and the cluster {cluster} says that its node {owner} has it"
        )
        yield from found("vm_owned", owner, message, host=owner, vm=name)


def of_node(host: str, facts: HostFacts, cluster: Cluster) -> Iterator[Finding]:
    """A node that is paused, drains, or is down takes no VM; when it is another one, the cluster has nowhere to go from here."""
    own = plain(about_of(facts).get("name") or host).partition(".")[0]
    for node in cluster.get("nodes") or ():
        name, state = node.get("name") or "", (node.get("state") or "").lower()
        if state == NODE_TAKES:
            continue
        if plain(name).partition(".")[0] == own:
            message = f"{host} is {state} in its cluster {cluster.get('name')}, so nothing starts there"
            yield from found("node", host, message, host=host)
        else:
            message = f"{name}, another node of the cluster {cluster.get('name')} of {host}, is {state}"
            yield from found("other_node", name, message, host=name)


def of_switches_of_nodes(arrival: Arrival, here: HostFacts, hosts: Sequence[HostFacts]) -> Iterator[Finding]:
    """A VM that moves keeps its network only where a switch of that name is."""
    for facts in machines(hosts):
        if machine_of(facts) == machine_of(here) or not same_place(facts, here):
            continue
        known = {plain(one["name"]) for one in about_of(facts).get("virtual_switches") or ()}
        mapped = switch_map(facts.get("switch_map"), facts["name"])
        for recorded in filter(None, dict.fromkeys(arrival.item.switches)):
            wanted = there(recorded, mapped).switch
            if plain(wanted) not in known:
                message = (
                    f"{facts['name']}, a node of the same cluster, has no virtual switch '{wanted}' "
                    f"for {arrival.item.friendly_name}"
                )
                yield from found("switch_on_nodes", facts["name"], message, host=facts["name"])
