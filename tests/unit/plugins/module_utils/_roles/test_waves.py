# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VMs come home in waves: canaries, then group after group, nobody before the VMs that it needs."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.waves import waves
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._wish.placement import meant_for


def items(*groups):
    return [
        {"name": name, "id": f"/vault/{name}", "group": number}
        for number, group in enumerate(groups, start=1)
        for name in group.split()
    ]


PLAN = items("db1 db2", "app1 app2", "web1 web2")
ORDERS = [  # who needs whom, canaries, waves
    ({}, [], "db1 db2 | app1 app2 | web1 web2"),
    ({}, ["web1"], "web1 | db1 db2 | app1 app2 | web2"),
    ({}, ["WEB2", "app1"], "app1 web2 | db1 db2 | app2 | web1"),
    ({"db2": ["db1"]}, [], "db1 | db2 | app1 app2 | web1 web2"),
    ({"web1": ["db1", "app1"]}, [], "db1 db2 | app1 app2 | web1 web2"),
    ({"db1": ["app1"]}, [], "db2 | app1 app2 | db1 | web1 web2"),
    ({"db1": ["web1"], "app1": ["db1"]}, [], "db2 | app2 | web1 web2 | db1 | app1"),
    ({"web2": ["web1"], "web1": ["app2"]}, ["app2"], "app2 | db1 db2 | app1 | web1 | web2"),
]


def test_a_vm_may_be_named_by_its_arm_id():
    items: Any = [{"name": name, "id": f"/Vault/{name}", "group": 1} for name in ("a", "b")]
    assert [[one["name"] for one in wave] for wave in waves(items, {"/vault/A": ["/vault/b"]})] == [["b"], ["a"]]
    assert [[one["name"] for one in wave] for wave in waves(items, {}, ["/vault/B"])] == [["b"], ["a"]]


@pytest.mark.parametrize(("needs", "canary", "order"), ORDERS)
def test_nobody_comes_before_whom_it_needs_and_canaries_come_first(needs, canary, order):
    told = " | ".join(" ".join(item["name"] for item in wave) for wave in waves(PLAN, needs, canary))
    assert told == order


@pytest.mark.parametrize(
    ("needs", "canary", "words"),
    [
        ({"db1": ["web1"], "web1": ["app1"], "app1": ["db1"]}, [], "need each other.*db1 -> web1 -> app1 -> db1"),
        ({"db1": ["db1"]}, [], "need each other.*db1 -> db1"),
        ({"db1": ["wep1"]}, [], "VM 'wep1' is not part of this failback. Near to it: app1, web1"),
        ({"nobody": []}, [], "VM 'nobody' is not part of this failback"),
        ({}, ["web9"], "VM 'web9' is not part of this failback"),
        ({"web1": ["db1"]}, ["web1"], "canary web1 needs db1. Name those as canaries too"),
    ],
)
def test_an_order_that_cannot_be_is_refused_by_name(needs, canary, words):
    with pytest.raises(BadInput, match=words):
        waves(PLAN, needs, canary)


def test_without_a_plan_all_are_one_group():
    found: Any = [{"name": name, "id": f"/vault/{name}", "group": None} for name in ("a", "b")]
    assert waves(found, {}) == [found] and waves(found, {}, ["b"]) == [[found[1]], [found[0]]]


def test_two_vms_of_one_name_are_refused_since_hooks_and_waves_go_by_name():
    with pytest.raises(BadInput, match="More than one VM of this failback is called db1. .* by ARM id"):
        waves(items("db1", "DB1 app1"), {})


def test_options_go_to_the_calls_that_they_concern_however_the_vm_is_named():
    rows: Any = [{"name": "DB1", "alternate_host": "hv9"}, {"name": "/VAULT/app1"}, "web1"]
    assert meant_for(rows, items("db1", "app1")) == rows[:2]
    assert meant_for(rows, items("web1 web2")) == ["web1"]
