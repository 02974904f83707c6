# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All nodes of a failover cluster are one place: a VM is where its owner is, and nobody has a second one made."""

from __future__ import annotations

import re

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._wish.placement import FailbackOptions
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils._preflight.test_on_premises import MAKE, MOVED, host
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils._preflight.test_readiness import VM, about, verdict

ROLE = {"id": VM["id"], "name": "vm1", "owner_node": "HV03", "possible_owners": ["HV01", "HV03"]}


def cluster(*roles, error="", **states):
    """What a node tells of its cluster; `states` of the nodes that are not up."""
    nodes = [{"name": name, "state": states.get(name, "Up")} for name in ("HV01", "HV02", "HV03")]
    return {"name": "CLUSTER01", "nodes": nodes, "vms": list(roles), "error": error}


def node(name="HV01", *vms, roles=(), **special):
    """A node that was looked at."""
    return host(name, *vms, cluster=cluster(*roles), **special)


def own(**special):
    """The facts of HV01 as a node."""
    return about(**{"cluster": cluster(), **special})


SITUATIONS = [  # what is special; check, words of message and remedy
    (
        {"host": own(cluster=cluster(ROLE)), "vms": ()},
        "vm_owned",
        "seen on no host that answered, and the cluster CLUSTER01 says that its node HV03 has it.*Put HV03 into.*do not",
    ),
    (
        {"host": own(cluster=cluster(ROLE)), "vms": (), "asked": MAKE, "created": True},
        "vm_owned",
        "node HV03 has it.*vm1 is there: do not have it made anew",
    ),
    ({"host": own(name="HV01", cluster=cluster(HV01="Paused"))}, "node", "is paused in its cluster CLUSTER01.*Resume"),
    (
        {"host": own(name="HV01", cluster=cluster(HV02="Down"))},
        "other_node",
        "HV02, another node of the cluster CLUSTER01 of hv01.*, is down. Bring HV02 back",
    ),
    ({"host": own(cluster=cluster(error="RPC"))}, "cluster_read", "cannot tell of its cluster CLUSTER01: RPC"),
    (
        {"host": own(), "more": [node("HV02", virtual_switches=[])]},
        "switch_on_nodes",
        "HV02, a node of the same cluster, has no virtual switch 'LAN' for vm1.*Create it on HV02",
    ),
    (
        {**MOVED, "host": own(), "vms": (), "more": [node("HV02")]},
        "cluster_role",
        "vm1 is made on hv02, a node of CLUSTER01, and is no role.*asr.hyperv.cluster_vm",
    ),
]


def findings(special):
    return verdict(**special)["findings"]


@pytest.mark.parametrize(("special", "check", "words"), SITUATIONS)
def test_what_a_cluster_says_is_heeded(special, check, words):
    told = [one for one in findings(special) if one["check"] == check]
    assert len(told) == 1, findings(special)
    assert re.search(words, f"{told[0]['message']}. {told[0]['remedy']}")


@pytest.mark.parametrize("asked", [FailbackOptions(), MAKE])
def test_nobody_is_told_to_have_a_vm_made_that_a_sibling_node_has(asked):
    told = findings({"host": own(cluster=cluster(ROLE)), "vms": (), "asked": asked})
    assert not [one for one in told if "create_vm_if_missing" in one["remedy"]], told
    assert "vm" not in [one["check"] for one in told]


def test_a_vm_that_moved_to_a_sibling_node_is_where_it_belongs():
    told = verdict(host=own(), vms=(), more=[node("HV02", VM, roles=[{**ROLE, "owner_node": "HV02"}])])
    assert (told["verdict"], told["findings"]) == ("ready", [])
    elsewhere = verdict(host=about(), vms=(), more=[node("HV02", VM)])
    assert [one["check"] for one in elsewhere["findings"]] == ["vm_moved"]


def test_a_node_that_is_up_is_no_finding_and_another_cluster_no_sibling():
    other = host("HV02", cluster={**cluster(), "name": "OTHER"}, virtual_switches=[])
    assert findings({"host": own(name="HV01"), "more": [other]}) == []
