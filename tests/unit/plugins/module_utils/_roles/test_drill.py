# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verdicts of a drill: a VM has passed when nothing at all speaks against it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.drill import drilled

STEP = {"step": "test_failover", "seconds": 310.0}
STARTED: Any = {
    "name": "web01",
    "id": "/web01",
    "group": 2,
    "wave": 2,
    "phase": "tested",
    "at_goal": True,
    "error": None,
    "jobs": ["job1"],
    "timings": [STEP],
}
BROKEN: Any = {
    **STARTED,
    "phase": "protected",
    "at_goal": False,
    "error": {"message": "web01: no quota"},
    "timings": [],
}
VM: Any = {
    "protected_item": "web01",
    "name": "web01-test",
    "resource_group": "rg",
    "exists": True,
    "power_state": "running",
}
GONE: Any = {"protected_items": [{**STARTED, "phase": "protected", "jobs": ["job2"], "timings": [{"seconds": 70.0}]}]}
STUCK: Any = {"protected_items": [{**STARTED, "at_goal": False, "error": {"message": "no answer"}}]}
# what started, what Azure said, which check failed, what the cleanup said, and what is wrong
PROBLEMS: list[tuple[Any, ...]] = [
    (STARTED, {"azure_vms": [VM]}, {}, GONE, []),
    (STARTED, None, {}, None, []),
    (BROKEN, {"azure_vms": []}, {}, GONE, ["web01: no quota"]),
    (STARTED, {"azure_vms": [{**VM, "power_state": "stopped"}]}, {}, GONE, ["the test VM is stopped, not running"]),
    (STARTED, {"azure_vms": [{**VM, "exists": False}]}, {}, GONE, ["Azure has no VM web01-test in rg"]),
    (STARTED, {"msg": "no right"}, {}, GONE, ["the test VM could not be looked at: no right"]),
    (STARTED, None, {"/web01": "'port' failed: closed"}, GONE, ["'port' failed: closed"]),
    (STARTED, None, {}, STUCK, ["its cleanup failed: no answer"]),
    (STARTED, None, {}, {"msg": "signing in failed"}, ["its cleanup failed: signing in failed"]),
]


@pytest.mark.parametrize(("started", "azure", "failures", "cleaned", "problems"), PROBLEMS)
def test_everything_that_speaks_against_a_vm_is_named(started, azure, failures, cleaned, problems):
    result = drilled([started], azure, failures, cleaned)[0]
    assert result["problems"] == problems and result["passed"] is not bool(problems)


def test_a_verdict_tells_the_times_and_that_nothing_was_left():
    result = drilled([STARTED], {"azure_vms": [VM]}, {}, GONE)[0]
    assert (result["start_seconds"], result["cleanup_seconds"], result["cleaned_up"]) == (310.0, 70.0, True)
    assert result["jobs"] == ["job1", "job2"] and result["test_vm"] == "web01-test"
    assert drilled([STARTED])[0]["cleaned_up"] is False


SEEN: Any = {**VM, "id": "/vms/web01-test", "disks": [{"where": "/disks/one", "managed": True}]}
NO_VM = {"azure_vms": [{**SEEN, "exists": False, "id": ""}], "disks": [{"id": "/disks/one", "exists": False}]}
REST = [  # what Azure said after the cleanup, and what is wrong
    (NO_VM, []),
    ({**NO_VM, "azure_vms": [SEEN]}, ["still in Azure after the cleanup, billed: /vms/web01-test"]),
    (
        {**NO_VM, "disks": [{"id": "/disks/one", "exists": True}]},
        ["still in Azure after the cleanup, billed: /disks/one"],
    ),
    (
        {**NO_VM, "disks": [{"id": "/disks/one", "exists": None}]},
        ["whether these disks are gone may not be read: /disks/one"],
    ),
    ({**NO_VM, "disks": [{"id": "/disks/two", "exists": True}]}, []),
    ({"msg": "no right"}, ["whether its test VM is gone could not be looked at: no right"]),
]


@pytest.mark.parametrize(("left", "problems"), REST)
def test_a_test_vm_is_deleted_when_azure_says_so_of_it_and_of_its_disks(left, problems):
    result = drilled([STARTED], {"azure_vms": [SEEN]}, {}, GONE, left)[0]
    assert result["problems"] == problems and result["passed"] is not bool(problems)
    assert result["cleaned_up"] is not any("billed" in one for one in problems)


def test_a_test_vm_in_another_subscription_was_not_looked_at():
    elsewhere: Any = {"azure_vms": [{**VM, "exists": None}]}
    result = drilled([STARTED], elsewhere, {}, GONE)[0]
    assert "could not be looked at: it is in another subscription" in result["problems"][0]
