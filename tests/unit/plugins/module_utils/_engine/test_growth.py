# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run of many VMs: nothing in it grows faster than they do."""

from __future__ import annotations

import pytest

pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._engine import starter
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.growth import lines_run
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service, without_models

FEW, TIMES = 16, 3
NOISE = 1.25  # a list where fewer were read one by one, in threads that are not counted; what takes their square is far beyond


def several(vms: int) -> tuple[Service, list[str]]:
    names = [f"vm{number:03}" for number in range(vms)]
    return Service({**vault(" ".join(names)), "plans": []}), names


def lists_of_jobs(service: Service) -> int:
    return len([one for one in service.asked("GET") if one.path.endswith("/replicationJobs")])


def failback(vms: int) -> tuple[int, int, int]:
    """Lines of ours, requests and lists of jobs of one call that brings so many VMs home."""
    service, names = several(vms)
    with without_models():
        lines = lines_run(lambda: service.run(names=names, parallel=8))
    assert service.posts().count("reProtect") == vms
    return lines, len(service.asked()), lists_of_jobs(service)


def test_neither_work_nor_requests_of_a_run_grow_faster_than_its_vms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starter, "AT_ONCE", 1)  # else so few are sent after one look anyway
    (lines, requests, lists), (more_lines, more_requests, more_lists) = failback(FEW), failback(FEW * TIMES)
    assert more_lines <= lines * TIMES * NOISE
    assert more_requests <= requests * TIMES * NOISE
    assert more_lists <= lists + 4 * starter.LOTS  # the four steps of all are due at the same looks


@pytest.mark.parametrize(("vms", "looks"), [(3, 2), (8, 3), (40, 4), (41, 4)])
def test_what_is_due_at_once_is_sent_after_a_few_looks_at_the_jobs_however_much_it_is(
    monkeypatch: pytest.MonkeyPatch, vms: int, looks: int
) -> None:
    monkeypatch.setattr(starter, "AT_ONCE", 2)
    monkeypatch.setattr(starter, "LOTS", 4)
    service, names = several(vms)
    service.clock.wanted_back = True
    with without_models():
        service.run(names=names)
    assert service.posts() == ["plannedFailover"] * vms
    assert lists_of_jobs(service) == 1 + looks  # the first tells where everybody stands
