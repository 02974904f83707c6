# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the inventory says of single VMs, and what the role makes of it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.own_wishes import own_of, taken, with_own
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import RoleWishes
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import part

ITEMS: Any = [{"name": name, "id": f"/Vault/items/{name}"} for name in ("web01", "web02", "sql01")]
NOTHING: RoleWishes = {"item_options": [], "optional": [], "dependencies": {}, "hooks": [], "vms": {}}
HOOK = {"at": "after_boot", "tasks": "/srv/start.yml"}


def row(host, wish=None, item_id=None):
    return {"host": host, "item_id": f"/vault/items/{host}" if item_id is None else item_id, "wish": wish}


def wishes(*found, **given):
    """What the role goes by, with these hosts and variables."""
    own, told = own_of(ITEMS, found)
    assert told == []
    return with_own(part(RoleWishes, **{**NOTHING, **given}), own)


@pytest.mark.parametrize(
    ("wish", "given", "option", "expected"),
    [
        ({"data_sync": "auto"}, [], "item_options", [{"name": "web01", "data_sync": "auto"}]),
        (
            {"data_sync": "auto", "alternate_host": "hv03"},
            [{"name": "WEB01", "data_sync": "before_failover", "alternate_host": None}],
            "item_options",
            [{"name": "WEB01", "data_sync": "before_failover", "alternate_host": "hv03"}],
        ),
        ({"optional": True}, ["sql01"], "optional", ["sql01", "web01"]),
        ({"optional": False}, ["web01"], "optional", ["web01"]),
        ({"depends_on": ["sql01"]}, {"web01": ["web02"]}, "dependencies", {"web01": ["web02", "sql01"]}),
        ({"hooks": [HOOK]}, [], "hooks", [{**HOOK, "vms": ["web01"]}]),
        (
            {"targets": {"tcp_ports": [443], "vlan": 7}},
            {"web01": {"tcp_ports": [80]}},
            "vms",
            {"web01": {"tcp_ports": [80], "vlan": 7}},
        ),
        ({"targets": {"addresses": ["192.0.2.7"]}}, {}, "vms", {"web01": {"addresses": ["192.0.2.7"]}}),
    ],
)
def test_what_a_host_says_is_taken_and_a_variable_of_the_role_comes_before_it(wish, given, option, expected):
    found = wishes(row("web01", wish), **{option: given})
    assert found[option] == expected
    others = {name: value for name, value in found.items() if name != option}
    assert others == {name: value for name, value in NOTHING.items() if name != option}


def test_a_hook_of_a_group_runs_once_for_each_of_its_vms_and_stands_once_in_the_list():
    found = wishes(row("web01", {"hooks": [HOOK]}), row("web02", {"hooks": [dict(reversed(HOOK.items()))]}))
    assert found["hooks"] == [{**HOOK, "vms": ["web01", "web02"]}]


def test_a_host_is_the_vm_of_its_id_whatever_it_is_called_and_others_may_need_it_by_both_names():
    hosts = [row("sql01-north", item_id="/vault/items/sql01/"), row("web01", {"depends_on": ["SQL01-North"]})]
    assert wishes(*hosts)["dependencies"] == {"web01": ["sql01"]}
    assert wishes(row("web01", {"depends_on": ["sql01"]}))["dependencies"] == {"web01": ["sql01"]}


def test_a_host_without_an_id_is_the_vm_of_its_name_and_one_that_is_none_of_the_run_says_nothing():
    hosts = [
        row("WEB01", {"optional": True}, item_id=""),
        row("dc01", {"optional": True, "nonsense": 1}),
        row("web02", item_id="/other"),
    ]
    assert wishes(*hosts)["optional"] == ["web01"]


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (
            {"data_sync": "quick"},
            "web01: asr_failback.data_sync is 'quick'. Allowed: before_failover, during_failover, auto.",
        ),
        ({"datasync": "auto"}, "web01: asr_failback has 'datasync', which is not known. Near to it: data_sync."),
        ({"hooks": [{"at": "after_boot"}]}, "web01: asr_failback.hooks[0] has no tasks."),
        (
            {"targets": {"tcp_port": [1]}},
            "web01: asr_failback.targets has 'tcp_port', which is not known. Near to it: tcp_ports.",
        ),
        ("auto", "web01: asr_failback is 'auto'. Allowed: a dictionary"),
    ],
)
def test_what_cannot_be_understood_is_said_with_the_host(wish, says):
    _own, [told] = own_of(ITEMS, [row("web01", wish)])
    assert told.startswith(says)


def test_two_hosts_of_one_vm_that_say_something_are_a_mistake():
    told = own_of(ITEMS, [row("web01", {}), row("other", {}, item_id="/vault/items/web01")])[1]
    assert told == ["other: asr_failback of web01 is said by another host of the inventory as well."]


def test_the_variables_that_are_set_are_those_that_the_inventory_changes():
    own, _told = own_of(ITEMS, [row("web01", {"optional": True, "targets": {"vlan": 7}})])
    found = taken(part(RoleWishes, **{**NOTHING, "optional": "sql01,web01"}), {}, own)
    assert found["takes"] == {"validate_vms": {"web01": {"vlan": 7}}}
    assert found["given"]["optional"] == ["sql01", "web01"]


def test_what_an_earlier_run_in_the_same_play_has_set_is_not_what_the_user_gave():
    first = taken({**NOTHING, "hooks": [HOOK]}, {}, own_of(ITEMS, [row("web01", {"optional": True})])[0])
    there: Any = {**first["wishes"]}
    second = taken(there, first, own_of(ITEMS, [row("sql01", {"optional": True})])[0])
    assert second["takes"] == {"failback_optional": ["sql01"]}
    third = taken(part(RoleWishes, **{**second["wishes"], "optional": ["web02"]}), second, {})
    assert (third["takes"], third["given"]["hooks"]) == ({}, [HOOK])
