# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Named fault schedules: data in scenarios/faults, and what a client should make of each."""

from __future__ import annotations

import copy
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ..world.world import World

PLACE = re.compile(r"@(?P<host>host)?(?P<number>[0-9]+)")
FOLDER = Path(__file__).resolve().parents[1] / "scenarios" / "faults"
EXPECT = {
    "home": "in one run all VMs get home",
    "rerun": "in one run, or after another one, all VMs get home",
    "reported": "what it is about (or everything) may only be reported; the other VMs get home",
}


@cache
def schedules() -> dict[str, dict[str, Any]]:
    """All schedules by name."""
    found = [one for file in sorted(FOLDER.glob("*.yml")) for one in yaml.safe_load(file.read_text(encoding="utf-8"))]
    return {one["name"]: one for one in found}


def resolved(world: World, name: str) -> dict[str, Any]:
    """A schedule with the names of this world: @1 is its first VM, @2 its second, and so on around."""
    if name not in schedules():
        raise ValueError(f"schedule: {name!r} is not allowed; allowed: {', '.join(schedules())}")
    schedule: dict[str, Any] = with_names(copy.deepcopy(schedules()[name]), world.scenario)
    return schedule


def with_names(value: Any, scenario: dict[str, Any]) -> Any:
    """@1 is the first VM of the scenario, @host2 its second host, and so on around; at any depth."""
    if isinstance(value, dict):
        return {key: with_names(one, scenario) for key, one in value.items()}
    if isinstance(value, list):
        return [with_names(one, scenario) for one in value]
    found = PLACE.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return value
    vms = [vm["name"] for vm in scenario["vms"]]
    hosts = [host["name"] for site in scenario["sites"] for host in site["hosts"]]
    names = (hosts if found["host"] else vms) or ["none"]
    return names[(int(found["number"]) - 1) % len(names)]


def show(world: World) -> list[dict[str, Any]]:
    """All schedules, as the control interface shows them."""
    return [resolved(world, name) for name in schedules()]
