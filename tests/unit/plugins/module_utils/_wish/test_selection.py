# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From names to items: what is found, and what a wrong name is told."""

from __future__ import annotations

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._wish.selection import by_names, by_plan, near
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import item, plan

SQL, WEB = item(name="sql01", friendly_name="SQL one"), item(name="web01")
TWINS = [item(name="a1", friendly_name="app"), item(name="a2", friendly_name="app")]
VMWARE = item(name="old01", provider_type="InMageAzureV2")
ITEMS = [SQL, WEB, *TWINS, VMWARE]
REFUSED = [  # names, vault, words of the message
    (["sql02"], ITEMS, r"no protected item 'sql02'.*Near to it: SQL one"),
    (["zzz"], [SQL, WEB], r"no protected item 'zzz'.*There are: SQL one, web01\."),
    (["app"], ITEMS, r"'app' is the name of 2 protected items\. Give the ARM id instead: .*/a1; .*/a2"),
    (["old01"], ITEMS, r"'old01' is replicated by InMageAzureV2; only HyperVReplicaAzure"),
    (["sql01", "SQL one"], ITEMS, r"'SQL one' is given twice"),
    (["sql01"], [], r"holds no protected items at all"),
]


@pytest.mark.parametrize("name", ["sql01", "SQL ONE", SQL.id, SQL.id.lower()])
def test_an_item_is_found_by_name_friendly_name_and_id(name):
    assert by_names([[name]], ITEMS, "protected_items").waves == ((SQL,),)


def test_named_items_keep_their_order_in_one_group():
    assert by_names([["web01", "sql01"]], ITEMS, "protected_items").waves == ((WEB, SQL),)


@pytest.mark.parametrize(("names", "vault", "words"), REFUSED)
def test_a_wrong_name_is_told_what_exists(names, vault, words):
    with pytest.raises(BadInput, match=words):
        by_names([names], vault, "protected_items")


def test_a_long_list_of_names_is_cut_short():
    assert near("zzz", [f"vm{number:03}" for number in range(30)]).endswith("vm019 ...")


def test_a_plan_gives_a_wave_for_each_group_with_members_and_keeps_the_numbers_of_its_groups():
    assert list(by_plan(plan("web01", "", "sql01"), ITEMS).placed()) == [(WEB, 1, 1), (SQL, 2, 3)]


def test_without_a_plan_there_are_waves_and_no_groups():
    assert list(by_names([["web01"], ["sql01"]], ITEMS, "groups").placed()) == [(WEB, 1, None), (SQL, 2, None)]


@pytest.mark.parametrize("sizes", [[101], [1] * 8])
def test_a_plan_larger_than_documented_comes_home_as_any_other(sizes):
    vms = [item(name=f"vm{number}") for number in range(sum(sizes))]
    names = iter(vm.name for vm in vms)
    groups = [" ".join(next(names) for _member in range(size)) for size in sizes]
    assert [len(group) for group in by_plan(plan(*groups), vms)] == sizes


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ((), "has no members"),
        (("",), "has no members"),
        (("old01",), "InMageAzureV2"),
        (("gone01",), "no protected item"),
    ],
)
def test_a_plan_that_cannot_be_failed_back_is_refused(groups, words):
    with pytest.raises(BadInput, match=words):
        by_plan(plan(*groups), ITEMS)
