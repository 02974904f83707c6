# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One line for all items that come to the same place in one round."""

from __future__ import annotations

import pytest

pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._run.together import LONGEST, Together
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service


def test_those_of_one_place_share_a_line_and_one_alone_has_its_own_words():
    said: list[str] = []
    round_of = Together(said.append, lambda: 0.0)
    for name, words, alone in (("a", "accepted", "accepted, job 1"), ("b", "arrived", ""), ("c", "arrived", "")):
        round_of.tell(name, words, alone)
    assert said == []
    round_of.end_round()
    round_of.end_round()
    assert said == ["a: accepted, job 1", "arrived: b, c"]


def test_a_long_round_is_told_while_it_lasts():
    said: list[str] = []
    times = iter([0.0, 0.0, LONGEST])
    round_of = Together(said.append, lambda: next(times))
    round_of.tell("a", "accepted")
    round_of.tell("b", "accepted")
    assert said == ["accepted: a, b"]


@pytest.mark.parametrize("vms", [3, 30])
def test_lines_grow_with_the_rounds_and_not_with_the_vms(vms):
    names = [f"vm{number}" for number in range(vms)]
    service = Service(vault(" ".join(names)))
    service.run()
    assert len(service.said) < 20
    assert f"planned_failover accepted: {', '.join(names)}" in service.said
    assert f"all gone in Azure: {', '.join(names)}" in service.said
