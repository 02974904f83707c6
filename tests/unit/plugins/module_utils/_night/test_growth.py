# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A night of many VMs: no turn of it costs more than its VMs are more."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._night import run as nights
from ansible_collections.asr.hyperv.plugins.module_utils._night.course import course
from ansible_collections.asr.hyperv.plugins.module_utils._night.passing import timed
from ansible_collections.asr.hyperv.plugins.module_utils._night.telling import news, standing
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import ProviderEntry
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.growth import lines_run
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.nights import (
    HOSTS,
    WAY,
    entry,
    item,
    on_host,
    opened,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import part

FEW, TIMES, WAVES = 60, 4, 4
NOISE = 1.1


def night(vms: int, **wishes: Any) -> tuple[Any, list[Any]]:
    """A run in which the VMs of each wave are anywhere on their way, and its items."""
    waves = [[item(f"vm{wave}-{number:03}", wave + 1) for number in range(vms // WAVES)] for wave in range(WAVES)]
    items = [one for wave in waves for one in wave]
    told = [entry(one, WAY[place % len(WAY)], "cut_over") for place, one in enumerate(items)]
    run = nights.asked_for(opened(*waves, **wishes), dict.fromkeys((one["id"] for one in items), "cut_over"), 1001.0)
    providers = [part(ProviderEntry, id=f"provider of {host}", host=host) for host in HOSTS]
    return nights.recorded(nights.answered(run, told, 1002.0), items, providers, 1002.0), items


def a_turn(vms: int, **wishes: Any) -> int:
    """Lines of ours from the answer of the module and a look at a host to what is due then, and what is said of it."""
    before, items = night(vms, **wishes)
    [host] = [one for one in HOSTS if items[0]["provider_id"].endswith(one)]
    look: Any = {"host": host, "machine": host, "vms": [on_host(one) for one in items]}

    def turn() -> None:
        run = timed(before, 1003.0)
        todo = course(run, 1003.0)
        run = nights.asked_for(run, todo["goals"], 1003.0)
        told = [entry(one, "failed_back_uncommitted", "cut_over") for one in items]
        run = nights.answered(run, told, 1004.0)
        run = nights.looked(run, host, [one["id"] for one in items], look, 1005.0)
        assert not course(run, 1006.0)["over"] and standing(run, 1006.0) and news(before, run)

    return lines_run(turn)


@pytest.mark.parametrize(
    "wishes",
    [
        {},
        {"waits_for": "running"},
        {"hooks": [{"tasks": "a.yml", "per": "vm", "at": "after_boot"}]},
        {"needs": {f"vm1-{number:03}": [f"vm0-{number:03}"] for number in range(15)}},
    ],
    ids=["validated", "running", "hooks", "dependencies"],
)
def test_a_turn_of_a_night_costs_at_most_in_proportion_to_its_vms(wishes: dict[str, Any]) -> None:
    assert a_turn(FEW * TIMES, **wishes) <= a_turn(FEW, **wishes) * TIMES * NOISE
