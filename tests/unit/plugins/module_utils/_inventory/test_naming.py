# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What hosts of the inventory are called."""

from __future__ import annotations

import random

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._inventory.naming import Called, host_names
from ansible_collections.asr.hyperv.plugins.module_utils._service.names import host_objection
from ansible_collections.asr.hyperv.tests.unit.hostile import HOSTILE

GROUPS = ("hyperv_hosts", "protected_items")


def names(*rows, taken=()):
    return host_names([Called(name, tuple(apart)) for name, *apart in rows], taken, GROUPS)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("web01", "s1"), ("db01", "s1")], ["web01", "db01"]),
        ([("web01", "s1"), ("web01", "s2")], ["web01-s1", "web01-s2"]),
        ([("web01", "s1"), ("WEB01", "s2")], ["web01-s1", "WEB01-s2"]),
        ([("web01", "s1", "v1"), ("web01", "s1", "v2")], ["web01-s1-v1", "web01-s1-v2"]),
        (
            [("web01", "s1", "v1"), ("web01", "s2", "v1"), ("web01-s1", "s1", "v1")],
            ["web01-s1-v1", "web01-s2", "web01-s1"],
        ),
        ([("localhost", "s1"), ("10.0.0.1", "s1")], ["localhost-s1", "10.0.0.1-s1"]),
        ([("protected_items", "s1"), ("all", "s1")], ["protected_items-s1", "all-s1"]),
        ([("db[01:03]", "s1"), ("db_01_03", "s1")], ["db_01_03-s1", "db_01_03"]),
        ([("{{ x }}", "s1"), ("Zürich", "s1")], ["x-s1", "Zürich"]),
        ([("..", ""), ("::", "")], ["unnamed1", "unnamed2"]),
    ],
)
def test_a_name_that_is_good_and_its_own_stays_and_others_get_what_tells_them_apart(rows, expected):
    assert names(*rows) == expected


def test_a_vm_is_never_called_as_a_hyperv_host_is():
    assert names(("HV01", "s1"), ("hv02", "s1"), taken=["hv01.contoso.example"]) == ["HV01-s1", "hv02"]


def test_whatever_vms_are_called_each_is_one_host_and_the_order_decides_nothing():
    chance = random.Random(7)
    rows = [
        (name, site, str(number))
        for name in [*HOSTILE.values(), "web01"]
        for number, site in enumerate(("s1", "s1", "s2"))
    ]
    found = dict(zip(rows, names(*rows), strict=True))
    assert len({name.lower() for name in found.values()}) == len(rows)
    assert [name for name in found.values() if host_objection(name, (), GROUPS)] == []
    chance.shuffle(rows)
    assert {row: name for row, name in zip(rows, names(*rows), strict=True) if not name.startswith("unnamed")} == {
        row: name for row, name in found.items() if not name.startswith("unnamed")
    }
