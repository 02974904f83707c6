# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shipped schedules: well formed, each of them strikes, and a careful client makes of each what it promises."""

from __future__ import annotations

import re

import jsonschema
import pytest

from asr_simulator.answer import answer
from asr_simulator.clock.clock import stopped
from asr_simulator.faults.kinds import KINDS, check_options
from asr_simulator.faults.schedules import EXPECT, schedules
from asr_simulator.scenario.load import load
from asr_simulator.scenario.schema import FAULT
from asr_simulator.simulation import Simulation

from .careful import Careful
from .simulated import ROOT, SCENARIOS, client_of, small

NAMES = ["app01", "db01", "web01"]
ALL = schedules()
MINIMAL = load(SCENARIOS / "minimal.yml")


def test_the_readme_has_a_row_for_each_kind():
    page = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Faults\n")[2].partition("\n## ")[0]
    first = re.findall(r"^\| ((?:`\w+`[ ,and]*)+)\|", page, re.MULTILINE)
    assert set(KINDS) <= {name for cell in first for name in re.findall(r"`(\w+)`", cell)}


def test_there_are_many_and_their_names_tell_them_apart():
    assert len(ALL) >= 40
    assert all(re.fullmatch("[a-z0-9_]+", name) for name in ALL)
    assert len({one["description"] for one in ALL.values()}) == len(ALL)
    assert {fault["kind"] for one in ALL.values() for fault in one["faults"]} == set(KINDS)
    assert {one["expect"] for one in ALL.values()} == set(EXPECT)


@pytest.mark.parametrize("name", ALL)
def test_a_careful_client_gets_what_the_schedule_promises(name):
    world = Simulation(MINIMAL, stopped())
    schedule = world.faults.add_schedule(name)
    for fault in schedule["faults"]:
        jsonschema.validate(fault, FAULT)
        check_options(fault)
    first = Careful(world, NAMES).run()
    assert all(fault.hits or fault.kind == "small_pages" for fault in world.faults.rows)
    world.clock.advance(3600)
    again = Careful(world, NAMES).run() if first else {}
    found = "home" if not first else "reported" if again else "rerun"
    assert found == schedule["expect"], (first, again)
    if "about" in schedule:
        assert set(first) <= {schedule["about"]}


LOST = [name for name in ALL if re.match("reset_after|error_after|timeout_after|lost_answer|stale", name)]


@pytest.mark.parametrize("name", LOST)
def test_a_lost_answer_is_no_reason_to_ask_twice(name):
    world = Simulation(MINIMAL, stopped())
    world.faults.add_schedule(name)
    Careful(world, NAMES).run()
    posts = [one for one in world.log.entries if one.method == "POST" and one.job and one.status != 400]
    accepted = [(one.item, one.verb) for one in posts]
    assert len(accepted) == len(set(accepted)) == 12


def test_schedules_are_listed_with_the_names_of_the_estate(client):
    found = client.control("GET", "schedules")
    assert set(found) == {"schedules", "expect"}
    one = next(one for one in found["schedules"] if one["name"] == "failback_never_starts")
    assert (one["about"], one["expect"], one["faults"][0]["match"]["item"]) == ("app01", "reported", "app01")


def test_a_schedule_is_put_in_force_by_its_name(client):
    found = client.control("POST", "faults", {"schedule": "operator_and_lost_answer"})["faults"]
    assert [(one["kind"], one["schedule"]) for one in found] == [
        ("operator", "operator_and_lost_answer"),
        ("reset", "operator_and_lost_answer"),
    ]


def test_an_unknown_schedule_is_refused_by_name(client):
    status, _headers, body = answer(client.world, "POST", "/_simulator/faults", {}, {"schedule": "doomsday"})
    assert status == 400
    assert "doomsday" in body["error"]["message"]
    assert "bad_night" in body["error"]["message"]


def test_a_smaller_estate_takes_its_vms_in_turn():
    client = client_of(small())
    found = client.control("POST", "faults", {"schedule": "no_right_to_commit_one_item"})["faults"]
    assert found[0]["match"]["item"] == "vm1"
