# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a failback to another host leaves on the old one is named, and kept or removed as it was declared."""

from __future__ import annotations

import json

import pytest

from ansible_collections.asr.hyperv.tests.hosts.conftest import EXECUTED, simulated

WISHES = {
    "failback_protected_items": ["app01"],
    "failback_data_sync": "auto",
    "failback_alternate_host": "new01",
    "failback_gate": "now",
    "failback_poll_interval": 1,
    "preflight_timeout": 5,
    "validate_timeout": 20,
}


@pytest.fixture(scope="module")
def running(tmp_path_factory, request):
    """A simulator whose hosts keep an old copy, and imitate the scripts (test_imitation.py proves it) unless EXECUTED."""
    with simulated(tmp_path_factory.mktemp("copies"), "old_copy.yml", getattr(request, "param", None)) as hosts:
        yield hosts


@pytest.fixture
def hosts(running):
    """The hosts as the scenario has them."""
    running.control("reset", {})
    return running


def run(hosts, *more, **wishes):
    """What a run of the role says, on one line."""
    return " ".join(hosts.play("asr.hyperv.failback", *more, "-e", json.dumps({**WISHES, **wishes})).split())


def on_old(hosts):
    """The ids of the VMs on the old host that nobody protects."""
    old = next(host for host in hosts.control("state")["hosts"] if host["name"] == "old01")
    return {vm["id"] for vm in old["other_vms"]}


def removals(hosts):
    return [call["host"] for call in hosts.calls() if call["module"] == "asr.hyperv.vm_removal" and not call["check"]]


def test_an_old_copy_is_named_then_only_told_of_in_check_mode_and_then_removed_by_its_id(hosts):
    (namesake,) = on_old(hosts)
    hosts.control("hosts", {"name": "spare01", "online": False})
    printed = run(hosts, preflight_stop_on="never")
    assert "An old copy of app01 on old01: stopped, id " in printed and r"app01\app01.vhdx. It is kept" in printed
    assert "Whether an old copy of app01 is there as well, these did not tell: spare01" in printed
    assert len(on_old(hosts)) == 2 and not removals(hosts)
    hosts.control("hosts", {"name": "spare01", "online": True})
    assert "It would be removed there; its disks are left" in run(hosts, "--check", failback_old_copy="remove")
    assert len(on_old(hosts)) == 2 and not removals(hosts)
    printed = run(hosts, failback_old_copy="remove")
    assert "The old copy of app01 on old01: stopped" in printed and "It is removed there" in printed
    assert on_old(hosts) == {namesake} and removals(hosts) == ["old01"]
    assert "old copy of app01" not in run(hosts, failback_old_copy="remove")
    assert removals(hosts) == ["old01"]


@EXECUTED
def test_one_run_brings_a_vm_to_another_host_and_removes_what_it_left(hosts):
    (namesake,) = on_old(hosts)
    printed = run(hosts, failback_old_copy="remove")
    assert "The old copy of app01 on old01: stopped" in printed and "It is removed there" in printed
    assert on_old(hosts) == {namesake}
