# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Memory and processors of a host are enough for all that come to it, wave by wave."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.capacity import Load, load_of, loads_of, of_capacity
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.space import Arrival
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils._preflight.test_readiness import (
    GB,
    VM,
    about,
    verdict,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import item


def own(free_gb=64, processors=16, **more):
    """A host with so much memory free."""
    hardware = {"processors": processors, "memory_bytes": 256 * GB, "memory_free_bytes": free_gb * GB}
    return about(hardware=hardware, **more)


def vm(gigabytes=8, cpus=4, least=None):
    """The VM at home; with `least` its memory is dynamic."""
    configuration = {"dynamic_memory": least is not None, "memory_minimum_bytes": (least or 0) * GB}
    return {**VM, "memory_bytes": gigabytes * GB, "cpu_count": cpus, "configuration": configuration}


SITUATIONS = [  # what is special; check, words of message and remedy
    ({"host": own(free_gb=4), "vms": (vm(),)}, "memory", "has 4 GB of memory free, vm1 starts with 8 GB"),
    ({"host": own(free_gb=4), "vms": (vm(8, least=1),)}, "memory", "starts with 8 GB, 1 GB of that for sure"),
    ({"host": own(processors=2), "vms": (vm(),)}, "processors", "vm1 has 4 virtual processors, hv01.* has 2 logical"),
    (
        {"host": own(), "vms": (vm(), {"id": "x", "name": "big", "state": "started", "cpu_count": 130})},
        "processors_shared",
        "16 logical processors for 134 virtual ones, with those of 1 VMs",
    ),
    (
        {"host": own(os={"name": "Windows Server 2012 R2", "build": 9600})},
        "system",
        r"runs Windows Server 2012 R2 \(build 9600\), which is older",
    ),
    (
        {"host": own(os={"name": "Windows Server 2019", "build": 17763, "core": True})},
        "system",
        "runs Windows Server 2019 without a desktop",
    ),
]


@pytest.mark.parametrize(("special", "check", "words"), SITUATIONS)
def test_what_a_host_cannot_take_is_said_with_numbers(special, check, words):
    told = [one for one in verdict(**special)["findings"] if one["check"] == check]
    assert len(told) == 1, verdict(**special)["findings"]
    assert re.search(words, told[0]["message"])


@pytest.mark.parametrize("build", [14393, 20348])
def test_a_host_that_can_take_it_says_nothing(build):
    system = {"name": "Windows Server", "build": build, "core": True}
    assert verdict(host=own(os=system), vms=(vm(),))["findings"] == []


def arrival(name, gigabytes, wave, least=None):
    """A VM that comes in a wave."""
    return Arrival(item(name=name), False, 0, 0, vm(gigabytes, least=least), wave)


FACTS: Any = {"name": "HV01", "hyperv_host": own(free_gb=20)}
CROWDS = [  # the waves of VMs as (GB, GB for sure); what is said of the last
    ([[(8, None)], [(8, None)]], []),
    ([[(8, None), (8, None)], [(8, None)]], ["memory"]),
    ([[(8, 1), (8, 1)], [(8, 1)]], ["memory_tight"]),
    ([[(8, 8), (8, 6)], [(8, 1)]], ["memory"]),
]


@pytest.mark.parametrize(("waves", "expected"), CROWDS)
def test_memory_is_added_up_to_the_wave_of_the_vm(waves, expected):
    coming = [
        arrival(f"vm{wave}{n}", size, wave, least)
        for wave, vms in enumerate(waves, 1)
        for n, (size, least) in enumerate(vms)
    ]
    loads = loads_of((FACTS, one) for one in coming)
    assert [one.check for one in of_capacity("hv01", FACTS, coming[-1], loads)] == expected
    assert not list(of_capacity("hv01", FACTS, coming[0], loads)), "the first wave has room"


def test_a_vm_whose_memory_is_kept_on_disk_needs_room_for_it():
    saves = {**vm(300), "configuration": {"automatic_stop_action": "Save"}}
    there = own(512, volumes=[{"path": "D:\\", "free_bytes": 200 * GB}])
    told = verdict(host=there, vms=({**saves, "disks": [{"path": "D:\\os.vhdx", "size_bytes": GB}]},))["findings"]
    assert [one["check"] for one in told] == ["space"]
    off = {**saves, "configuration": {"automatic_stop_action": "ShutDown"}}
    assert verdict(host=there, vms=(off,))["findings"] == []


def test_a_vm_that_no_host_has_takes_what_the_vault_recorded():
    made = Arrival(replace(item(), cpu_count=2, memory_mb=4096), True, 0, 0, None, 1)
    assert load_of(made) == Load(4096, 4096, 2, 1)
    assert load_of(replace(made, item=replace(made.item, memory_mb=None))) is None
