# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A failover cluster is one place: a VM is found on whichever node has it, before and after its failback."""

from __future__ import annotations

import json
import re

import pytest
from windows_hosts import reached_at

from ansible_collections.asr.hyperv.tests.hosts.conftest import EXECUTED, simulated
from ansible_collections.asr.hyperv.tests.hosts.test_validate import validated

WANTED = {"preflight_protected_items": ["app01"], "preflight_data_sync": "auto"}


@pytest.fixture(scope="module")
def running(tmp_path_factory, request):
    """A simulator with a cluster of two nodes, which imitate the scripts (test_imitation.py proves it) unless EXECUTED."""
    with simulated(tmp_path_factory.mktemp("cluster"), "cluster.yml", getattr(request, "param", None)) as hosts:
        yield hosts


@pytest.fixture
def hosts(running):
    """The cluster as the scenario has it."""
    running.control("reset", {})
    return running


@pytest.fixture
def named(hosts):
    """The same, with the cluster's name in the inventory instead of its nodes, of which node1 answers to it."""
    nodes = {host["name"]: reached_at(host) for host in hosts.facts["windows_hosts"]}
    known = json.loads((hosts.folder / "inventory.json").read_text(encoding="utf-8"))["all"]
    reached = {
        **known["children"]["hyperv_hosts"]["vars"],
        "reached": {**nodes, "clu01": nodes["node1"], "spare": nodes["node2"]},
        **{name: f"{{{{ reached[inventory_hostname].{name} }}}}" for name in nodes["node1"]},
    }

    def write(*more):
        """An inventory with it, and with more hosts."""
        inventory = {"hyperv_hosts": {"hosts": dict.fromkeys(("clu01", *more), {}), "vars": reached}}
        (hosts.folder / "inventory.json").write_text(json.dumps({"all": {**known, "children": inventory}}))
        return hosts

    yield write
    hosts.inventory()


def preflight(hosts, good=True, **more):
    """What the playbook says."""
    return hosts.play("asr.hyperv.preflight", "-e", json.dumps({**WANTED, **more}), good=good)


def test_a_vm_that_moves_between_preflight_and_validation_is_found_where_it_is(hosts):
    assert "app01" in preflight(hosts)
    hosts.control("vms", {"name": "app01", "host": "node2"})
    printed = preflight(hosts)
    assert "not on node1 as recorded" not in printed
    assert "create_vm_if_missing" not in printed
    hosts.control("vms", {"name": "web01", "host": "node2"})
    _printed, results = validated(hosts, True, "web01")
    assert results["web01"]["host"] == "node2"


def test_nobody_is_told_to_have_a_vm_made_that_a_silent_node_has(hosts):
    hosts.control("vms", {"name": "app01", "host": "node2"})
    hosts.control("hosts", {"name": "node2", "online": False})
    printed = preflight(hosts, good=False, preflight_timeout=1)
    assert "the cluster clu01 says that its node NODE2 has it" in printed
    assert "Set create_vm_if_missing" not in printed


def test_a_node_that_is_paused_is_no_target(hosts):
    hosts.control("hosts", {"name": "node1", "node": "Paused"})
    assert "node1 is paused in its cluster clu01, so nothing starts there" in preflight(hosts, good=False)


def test_the_name_of_a_cluster_stands_for_all_of_its_nodes(named):
    hosts = named()
    hosts.control("vms", {"name": "app01", "host": "node2"})
    hosts.control("vms", {"name": "web01", "host": "node2"})
    printed = preflight(hosts)
    assert "node2, a node of clu01 (up)" in printed
    assert "1 ready, 0 with warnings" in printed, "its VM was found, and nobody missed a host"
    _printed, results = validated(hosts, True, "web01")
    assert results["web01"]["host"] == "node2"


def test_a_baseline_has_the_vms_of_all_nodes_of_a_cluster_that_the_inventory_names(named):
    hosts = named()
    hosts.control("vms", {"name": "web01", "host": "node2"})
    kept = hosts.folder / "baseline.json"
    hosts.play("asr.hyperv.baseline", "-e", json.dumps({"asr_baseline_file": str(kept)}))
    told = {
        look["inventory"]: [vm["name"] for vm in look["vms"]] for look in json.loads(kept.read_text(encoding="utf-8"))
    }
    assert told == {"node1": ["app01"], "node2": ["web01"]}


def test_a_node_that_is_down_is_told_and_not_waited_for(named):
    hosts = named()
    hosts.control("hosts", {"name": "node2", "node": "Down", "online": False})
    printed = preflight(hosts)
    assert "NODE2, another node of the cluster clu01 of node1, is down" in printed
    assert "1 ready" not in printed and "0 blocked" in printed


def test_a_node_that_the_inventory_has_by_another_name_is_one_machine(named):
    hosts = named("spare")
    hosts.control("vms", {"name": "web01", "host": "node2"})
    printed = preflight(hosts)
    assert "spare, a node of clu01 (up)" in printed and "node2, a node" not in printed
    _printed, results = validated(hosts, True, "web01")
    assert results["web01"]["passed"] and results["web01"]["problems"] == []


@EXECUTED
def test_a_vm_that_a_failback_made_in_a_cluster_becomes_a_role_of_it(named):
    hosts = named()
    wishes = {
        "failback_protected_items": ["app01"],
        "failback_data_sync": "auto",
        "failback_gate": "now",
        "failback_poll_interval": 1,
        "failback_item_options": [{"name": "app01", "alternate_host": "node2"}],
        "validate_timeout": 10,
    }
    printed = hosts.play("asr.hyperv.failback", "-e", json.dumps(wishes))
    (told,) = (call for call in hosts.calls() if call["module"] == "asr.hyperv.cluster_vm")
    assert (
        "app01 is a role of the cluster clu01 from now on" in printed
        and "is no role of the cluster clu01" not in printed
    )
    before = len(hosts.calls())
    hosts.play("asr.hyperv.failback", "-e", json.dumps(wishes))
    assert not [call for call in hosts.calls()[before:] if call["module"] == "asr.hyperv.cluster_vm"], told


def test_a_switch_that_a_vm_needs_is_made_on_every_node_that_is_prepared(hosts):
    gone = {"module": "asr.hyperv.virtual_switch", "options": {"name": "LAN", "state": "absent"}}
    hosts.play("one.yml", "--limit", "node2", "-e", json.dumps(gone))
    place = hosts.folder / "inventory.json"
    known = json.loads(place.read_text(encoding="utf-8"))
    known["all"]["children"]["hyperv_hosts"]["hosts"]["node1"]["alternate_host_protected_items"] = ["app01"]
    known["all"]["children"]["new_hosts"]["hosts"] = {"node1": {}, "node2": {}}
    place.write_text(json.dumps(known), encoding="utf-8")
    switches = {"alternate_host_switch_defaults": {"net_adapter": "Ethernet"}}
    hosts.play("asr.hyperv.new_hardware", "-e", json.dumps(switches))
    hosts.inventory()
    state = {host["name"]: host["switches"] for host in hosts.control("state")["hosts"]}
    assert state == {"node1": ["LAN"], "node2": ["LAN"]}


def test_what_runs_on_the_hosts_themselves_names_the_nodes_of_a_cluster_instead_of_one_of_them(named):
    hosts = named()
    place = hosts.folder / "inventory.json"
    known = json.loads(place.read_text(encoding="utf-8"))
    known["all"]["children"]["new_hosts"] = {"children": {"hyperv_hosts": {}}}
    place.write_text(json.dumps(known), encoding="utf-8")
    before = hosts.control("state")["hosts"]
    for playbook in ("asr.hyperv.check_host", "asr.hyperv.new_hardware"):
        printed = " ".join(hosts.play(playbook, good=False).split())
        assert "clu01 is the name of the failover cluster clu01" in printed
        assert re.search(r"now NODE1. Name its nodes in the inventory instead: node1\S*, node2", printed)
    assert hosts.control("state")["hosts"] == before


def test_a_vm_of_a_named_cluster_is_plugged_in_on_the_node_that_has_it(named):
    hosts = named()
    hosts.control("vms", {"name": "web01", "host": "node2", "plugged": None})
    wishes = {"validate_items": [{"name": "web01", "id": "web01"}], "does": ["plug_in"]}
    hosts.play("plug.yml", "-e", json.dumps(wishes))
    (told,) = (call for call in hosts.calls() if call["module"] == "asr.hyperv.vm_network_adapter")
    assert (told["host"], told["args"]["virtual_switch"], told["changed"]) == ("node2", "LAN", True)


def test_a_cluster_that_does_not_tell_its_nodes_is_no_place_without_vms(named):
    hosts = named()
    hosts.control("hosts", {"name": "node1", "mute_cluster": True})
    printed = " ".join(preflight(hosts, good=False).split())
    assert (
        "clu01: it is the name of a failover cluster, whose nodes are not known: the cluster service of NODE1"
        in printed
    )
    kept = {"asr_baseline_file": str(hosts.folder / "none.json")}
    printed = " ".join(hosts.play("asr.hyperv.baseline", "-e", json.dumps(kept), good=False).split())
    assert "Name its nodes in the inventory instead" in printed and not (hosts.folder / "none.json").exists()
