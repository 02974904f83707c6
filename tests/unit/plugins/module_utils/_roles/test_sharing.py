# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What concerns many VMs is one line with their count, so that the line of one VM is not drowned."""

from __future__ import annotations

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.sharing import (
    WIDTH,
    alike,
    names_below,
    said_once,
    together,
)

HOST = {"level": "warning", "message": "hv01 was not read", "remedy": "Give it."}
DISK = {"level": "blocked", "message": "hv01 has no room", "remedy": "Make some."}


def verdicts(*rows):
    return [{"name": name, "findings": list(findings)} for name, *findings in rows]


def test_a_finding_of_several_is_told_once_with_those_that_have_it_and_that_of_one_by_its_name():
    found = together(verdicts(("app", HOST), ("db", DISK, HOST, HOST), ("web",)))
    assert found == [
        {**HOST, "names": ["app", "db"], "who": "2 VMs (app, db)"},
        {**DISK, "names": ["db"], "who": "db"},
    ]


@pytest.mark.parametrize("other", [{"level": "blocked"}, {"message": "hv02 was not read"}, {"remedy": "Wait."}])
def test_findings_that_differ_in_what_is_read_are_not_put_together(other):
    assert len(together(verdicts(("app", HOST), ("db", {**HOST, **other})))) == 2


MANY = {f"vm{number}": "no room" for number in range(1, 10)}
LINES = [
    ({}, []),
    ({"app": "no room"}, ["app is out: no room"]),
    (
        {"app": "no room", "db": "no switch", "web": "no room"},
        ["2 VMs (app, web) are out: no room", "db is out: no switch"],
    ),
    (MANY, ["9 VMs (vm1, vm2, vm3, vm4, vm5, vm6 ...) are out: no room"]),
]


@pytest.mark.parametrize(("reasons", "lines"), LINES)
def test_a_reason_of_several_is_said_once_with_their_count_and_the_first_names(reasons, lines):
    assert said_once(reasons, " is out: ", " are out: ") == lines
    assert said_once({"app": "x", "db": "x"}) == ["2 VMs (app, db): x"]


def test_more_than_a_few_that_are_alike_come_as_one_where_the_first_of_them_stands():
    rows = ["b1", "a1", "b2", "c1", "b3", "b4", "b5", "b6", "a2"]
    assert list(alike(rows, lambda one: None if one[0] == "c" else one[0])) == [
        ["b1", "b2", "b3", "b4", "b5", "b6"],
        ["a1"],
        ["c1"],
        ["a2"],
    ]
    assert list(alike(["c"] * 9, lambda one: None)) == [["c"]] * 9


def test_lines_of_names_have_all_of_them_whole_and_a_width_that_can_be_read():
    names = [f"vm {number:03} of the second floor" for number in range(40)]
    lines = names_below(names)
    assert ", ".join(line.strip().rstrip(",") for line in lines).split(", ") == names
    assert len(lines) > 1 and all(line.startswith("    ") and len(line) <= WIDTH + 1 for line in lines)
    assert names_below(["x" * 200, "y"]) == [f"    {'x' * 200},", "    y"]
