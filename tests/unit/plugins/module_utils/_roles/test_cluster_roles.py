# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A VM that a failback made on a node gets its role in the cluster; one that was there is left as somebody wanted it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.cluster_roles import (
    made_on_nodes,
    still_owed,
    without_role,
)

ITEM: Any = {"id": "/subscriptions/1/items/web01", "name": "web01", "vm_id": "aaaa"}
MADE: Any = {"made": [ITEM["id"]]}
CAME = [  # what was asked for and seen before; whether the failback made the VM
    ({}, False),
    ({"alternate_host": "node2"}, True),
    ({"item_options": [{"name": "WEB01", "alternate_host": "node2"}]}, True),
    ({"item_options": [{"name": ITEM["id"], "alternate_host": "node2"}]}, True),
    ({"item_options": [{"name": "web02", "alternate_host": "node2"}]}, False),
    ({"item_options": [{"name": "web01", "alternate_host": ""}], "alternate_host": "node2"}, False),
    ({"item_options": [{"name": "web01", "data_sync": "auto"}], "alternate_host": "node2"}, True),
    (MADE, True),
    ({"made": ["/another"]}, False),
]


def look(**vm):
    """A look at a node that has the VM."""
    found = {"id": "AAAA", "name": "web01", "clustered": False, **vm}
    return {"inventory": "hv-b", "name": "node2", "cluster": "clu01", "vms": [found]}


@pytest.mark.parametrize(("came", "made"), CAME)
def test_only_a_vm_that_the_failback_made_gets_a_role(came, made):
    assert bool(without_role([ITEM], [look()], came)) == made


def test_whoever_gets_it_is_told_with_the_host_that_has_it():
    assert without_role([ITEM], [look(id="bbbb"), look()], MADE) == [
        {
            "name": "web01",
            "item_id": ITEM["id"],
            "vm_id": "aaaa",
            "inventory": "hv-b",
            "name_of_host": "node2",
            "cluster": "clu01",
        }
    ]


@pytest.mark.parametrize(
    "looks",
    [
        [look(clustered=True)],
        [look(state="stopped")],
        [look(error="it cannot be read")],
        [{**look(), "cluster": ""}],
        [{"inventory": "hv-b", "name": "node2", "error": "timed out"}],
        [],
    ],
)
def test_nobody_gets_what_he_has_or_what_nobody_knows_to_be_missing(looks):
    assert without_role([ITEM], looks, MADE) == []


def test_a_preflight_says_who_will_be_made_on_a_node():
    verdicts: Any = [
        {"id": one, "findings": [{"check": check}]} for one, check in (("a", "cluster_role"), ("b", "node"))
    ]
    assert made_on_nodes(verdicts) == ["a"]


@pytest.mark.parametrize(
    ("looks", "owed"),
    [
        ([look(clustered=True)], []),
        ([look()], [ITEM["id"]]),
        ([look(error="locked")], [ITEM["id"]]),
        ([], [ITEM["id"]]),
    ],
)
def test_a_role_is_owed_until_a_host_shows_it(looks, owed):
    assert still_owed([ITEM["id"]], [ITEM], looks) == owed
