# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A failover cluster is one place: a VM is found on whichever node has it, before and after its failback."""

from __future__ import annotations

import json

import pytest

from ansible_collections.asr.hyperv.tests.hosts.conftest import POWERSHELL, Hosts
from ansible_collections.asr.hyperv.tests.hosts.test_validate import validated

WANTED = {"preflight_protected_items": ["app01"], "preflight_data_sync": "auto"}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A simulator with a cluster of two nodes."""
    pytest.importorskip("winrm", reason="needs pywinrm")
    execute = ("--execute", POWERSHELL) if POWERSHELL else ()
    hosts = Hosts(tmp_path_factory.mktemp("cluster"), *execute, scenario="cluster.yml")
    yield hosts
    hosts.stop()


@pytest.fixture
def hosts(running):
    """The cluster as the scenario has it."""
    running.control("reset", {})
    return running


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
