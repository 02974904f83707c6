# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The nodes of a failover cluster whose name stands in the inventory for all of them. Pure.

Whoever connects to the name of a cluster is answered by one of its nodes, and Hyper-V tells the VMs of that node only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.cluster_checks import cluster_of, name_of
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.sightings import about_of, nearly_called
from ansible_collections.asr.hyperv.plugins.module_utils._roles.looks import first
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import MuteCluster, NodeEntry, Sighting

NAME = re.compile(
    r"[a-z0-9][a-z0-9_.-]*", re.ASCII
)  # of a computer; anything else could mean more to Ansible than a name
DOWN = "down"


def is_cluster(look: Sighting) -> bool:
    """Whether the inventory's name for who was looked at is that of a failover cluster, and not of one of its nodes."""
    told = look.get("cluster") or name_of(look)
    return bool(told) and any(plain(told) == first(name) for name in (look["inventory"], look["name"]))


def nodes_of(looks: Sequence[Sighting], names: Mapping[str, str]) -> list[NodeEntry]:
    """The nodes of all clusters among those that were looked at.

    `names`: all hosts of the inventory, with what the vault calls them. A node that is one of them keeps that name; others
    have their full name.
    """
    return [node for look in looks if is_cluster(look) for node in of_cluster(look, looks, names)]


def of_cluster(look: Sighting, looks: Sequence[Sighting], names: Mapping[str, str]) -> Iterator[NodeEntry]:
    """The nodes of one cluster. `look`: the one at the cluster's name, with `hyperv_host`."""
    domain = domain_of(look)
    others = {one["inventory"] for one in looks if is_cluster(one) or is_stranger(one, look)}
    hosts = {host: name for host, name in names.items() if host not in others}
    seen = {plain(about_of(one).get("name") or ""): one["inventory"] for one in looks if one["inventory"] not in others}
    for node in cluster_of(look).get("nodes") or ():
        short = first(node.get("name") or "")
        full = f"{short}.{domain}" if domain else short
        if not NAME.fullmatch(full):
            continue
        known = [host for host, name in hosts.items() if called(host, full) or called(name, full)]
        host = seen.get(short) or next(iter(known), full)
        yield {"cluster": look["inventory"], "host": host, "state": plain(node.get("state") or "")}


def is_stranger(one: Sighting, look: Sighting) -> bool:
    """Whether a host tells that it is no node of a cluster: a node of another one may have the same first name."""
    about = about_of(one)
    cluster = name_of(one) if about else plain(one.get("cluster") or "") or name_of(look)
    domains = {domain_of(one), domain_of(look)} - {""}
    return "error" not in one and (cluster != name_of(look) or len(domains) > 1)


def domain_of(look: Sighting) -> str:
    """The domain that a host tells, in plain form; empty where it tells none."""
    return plain((about_of(look).get("os") or {}).get("domain") or "")


def called(name: str, full: str) -> bool:
    """Whether a name of the inventory is that of a node, whose full one is given."""
    return plain(name) == full or nearly_called(name, full)


def mute(looks: Sequence[Sighting]) -> list[MuteCluster]:
    """The clusters that do not tell their nodes, and why: nobody can be asked for their VMs."""
    return [
        {
            "inventory": look["inventory"],
            "error": f"it is the name of a failover cluster, whose nodes are not known: {why_mute(look)}. "
            "Name its nodes in the inventory instead",
        }
        for look in looks
        if is_cluster(look) and about_of(look) and not list(of_cluster(look, looks, {}))
    ]


def why_mute(look: Sighting) -> str:
    """Why a cluster tells no nodes, in its words."""
    return cluster_of(look).get("error") or "it tells none"


def down(nodes: Sequence[NodeEntry], names: Mapping[str, str]) -> list[Sighting]:
    """What is known of the nodes that are down, without looking: nobody would answer. `names` as in `nodes_of`."""
    return [
        {
            "inventory": node["host"],
            "name": names.get(node["host"]) or node["host"],
            "error": f"its cluster {node['cluster']} says that it is down",
            "reached": False,
        }
        for node in nodes
        if node["state"] == DOWN
    ]
