# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The name of a failover cluster in the inventory stands for all of its nodes, whatever the inventory calls them."""

from __future__ import annotations

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.nodes import down, is_cluster, mute, nodes_of

NODES = ({"name": "NODE1", "state": "Up"}, {"name": "NODE2", "state": "Down"})


def look(inventory="clu01", own="NODE1", nodes=NODES, domain="contoso.example", **more):
    """A look at a whole host, by what the inventory calls it. `own`: its own name."""
    told = {"name": own, "os": {"domain": domain}, "cluster": {"name": "CLU01", "nodes": nodes}}
    return {"inventory": inventory, "name": inventory, "cluster": "CLU01", "vms": [], "hyperv_host": told, **more}


def hosts(looks, **names):
    """What the inventory calls the nodes, with their states."""
    return {
        node["host"]: node["state"]
        for node in nodes_of(looks, {one["inventory"]: one["name"] for one in looks} | names)
    }


@pytest.mark.parametrize(
    ("named", "wanted"),
    [
        ({"inventory": "clu01"}, True),
        ({"inventory": "CLU01.contoso.example"}, True),
        ({"inventory": "the_cluster", "name": "clu01"}, True),  # asr_host_name
        ({"inventory": "node1", "name": "node1"}, False),
        ({"inventory": "clu01", "cluster": "", "hyperv_host": {"name": "CLU01"}}, False),  # a host that has that name
        ({"inventory": "clu01", "cluster": ""}, True),  # its Hyper-V tells nothing, the host does
    ],
)
def test_a_cluster_is_whoever_has_the_name_of_the_cluster_it_tells_of(named, wanted):
    assert is_cluster(look() | named) == wanted


def test_who_did_not_answer_is_no_cluster():
    assert nodes_of([{"inventory": "clu01", "name": "clu01", "error": "timed out", "reached": False}], {}) == []


@pytest.mark.parametrize(
    ("looks", "names", "wanted"),
    [
        ([look()], {}, ["node1.contoso.example", "node2.contoso.example"]),
        ([look(domain="")], {}, ["node1", "node2"]),
        ([look()], {"node2": "node2"}, ["node1.contoso.example", "node2"]),
        ([look()], {"hv-b": "NODE2.contoso.example"}, ["node1.contoso.example", "hv-b"]),  # asr_host_name
        ([look(), look("hv-a")], {}, ["hv-a", "node2.contoso.example"]),  # it has said its own name
        ([look("clu01"), look("node1", cluster="")], {}, ["node1", "node2.contoso.example"]),
    ],
)
def test_each_node_has_the_name_that_the_inventory_has_for_it_or_its_full_name(looks, names, wanted):
    assert hosts(looks, **names) == dict(zip(wanted, ("up", "down"), strict=True))


FABRIKAM = {"domain": "fabrikam.example"}
OTHER = {
    "hyperv_host": {"name": "NODE1", "os": FABRIKAM, "cluster": {"name": "CLU02", "nodes": NODES}},
    "cluster": "CLU02",
}


@pytest.mark.parametrize(
    "other",
    [
        look("clu02") | OTHER,  # the name of another cluster, to which a node of the same first name answers
        look("node1.fabrikam.example") | OTHER,
        look("node1") | OTHER,
        look("node1", domain="fabrikam.example"),  # a cluster of the same name in another domain
        look("node1")
        | {"hyperv_host": {"name": "NODE1", "os": FABRIKAM, "cluster": None}, "cluster": ""},  # of no cluster
    ],
)
def test_a_host_of_elsewhere_with_the_first_name_of_a_node_is_not_taken_for_it(other):
    nodes = nodes_of([look(), other], {"clu01": "clu01", other["inventory"]: other["name"]})
    assert [node["host"] for node in nodes if node["cluster"] == "clu01"] == [
        "node1.contoso.example",
        "node2.contoso.example",
    ]


def test_a_cluster_that_does_not_tell_its_nodes_is_no_host_without_vms():
    (told,) = mute([look(nodes=()) | {"vms": []}, look("clu03", nodes=NODES)])
    assert told["inventory"] == "clu01"
    assert "whose nodes are not known: it tells none. Name its nodes in the inventory instead" in told["error"]
    assert mute([look(), look("node1", nodes=())]) == []


def test_a_host_of_a_cluster_stands_for_itself():
    assert hosts([look("node1"), look("node2", own="NODE2")]) == {}


@pytest.mark.parametrize("name", ["{{ x }}", "a b", "../x", "node,all", "", "nöde"])
def test_a_name_that_means_more_than_a_name_to_ansible_is_no_node(name):
    assert hosts([look(nodes=[{"name": name, "state": "Up"}])]) == {}


def test_a_node_that_is_down_is_told_without_a_look():
    nodes = nodes_of([look()], {})
    (told,) = down(nodes, {"node2.contoso.example": "node2.contoso.example"})
    assert told["inventory"] == told["name"] == "node2.contoso.example"
    assert (told["error"], told["reached"]) == ("its cluster clu01 says that it is down", False)
