# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.cluster_nodes`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: cluster_nodes
short_description: Name the nodes of failover clusters that stand in the inventory for their nodes
version_added: 0.1.0
description:
  - Whoever connects to the name of a cluster is answered by one of its nodes, and hears of the VMs of that node only. This
    names the nodes, so that all of them are looked at.
  - A host is a cluster when its name in the inventory, or its variable C(asr_host_name), is that of the cluster that it tells of.
  - The roles P(asr.hyperv.preflight#role) and P(asr.hyperv.validate#role) are made of it.
author: asr.hyperv contributors (@asr-hyperv)
positional: names
options:
  _input:
    description:
      - The C(looks) of M(asr.hyperv.look_at_hosts). Only looks with O(asr.hyperv.look_at_hosts#module:whole) tell nodes.
    type: list
    elements: dict
    required: true
  names:
    description: All hosts of the inventory, each with its C(asr_host_name), or its own name.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Who is a cluster?
  ansible.builtin.debug:
    msg: "{{ (found.looks | asr.hyperv.cluster_nodes).clusters }}"
"""

RETURN = r"""
_value:
  description:
    - C(clusters) are the names of the clusters in the inventory, C(nodes) their nodes with the state that the cluster tells.
      A node that the inventory has keeps its name there, others have their full name.
    - C(down) has a look for each node that is down, as if it had been looked at.
    - C(mute) says of each cluster that does not tell its nodes why (C(inventory), C(error)).
  type: dict
  sample:
    clusters: [clu01]
    nodes:
      - cluster: clu01
        host: hv01.contoso.example
        state: up
    down: []
    mute: []
"""

from collections.abc import Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles import nodes as _nodes


def cluster_nodes(looks: Sequence, names: Mapping | None = None) -> dict:
    """See DOCUMENTATION."""
    found = _nodes.nodes_of(looks, names or {})
    clusters = [look["inventory"] for look in looks if _nodes.is_cluster(look)]
    return {
        "clusters": clusters,
        "nodes": found,
        "down": _nodes.down(found, names or {}),
        "mute": _nodes.mute(looks),
    }


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"cluster_nodes": cluster_nodes}
