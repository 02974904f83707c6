# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module recovery_plan before it sends anything, and what recovery_plan_info tells for it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
import yaml

pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.modules import recovery_plan, recovery_plan_info
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.runs import a_module
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service

SCENARIO = {
    "sites": [{"name": "site1", "hosts": [{"name": "hv01"}]}],
    "vms": [{"name": f"vm{number}", "host": "hv01", "disks_gb": [4]} for number in range(1, 102)],
    "plans": [
        {"name": "plan1", "groups": [{"vms": ["vm1"], "manual_actions_after": [{"name": "Look"}]}, {"vms": ["vm2"]}]}
    ],
}
USUAL = {"state": "present", "shutdown": None, "failover": None, "wait": True, "wait_timeout": 60, "poll_interval": 1.0}


@pytest.fixture
def service():
    return Service(SCENARIO)


def groups(*sizes):
    """Rows of the option groups, of so many members."""
    numbers = iter(range(1, 200))
    rows = [[f"vm{next(numbers)}" for _member in range(size)] for size in sizes]
    return [{"protected_items": row, "before": None, "after": None} for row in rows]


def say(service, **params):
    """The answer of the module in check mode."""
    clock = SimpleNamespace(left=lambda: 60, now=service.clock.now, sleep=service.clock.sleep)
    wanted = {**USUAL, "name": "plan1", "groups": None, **params}
    module = a_module(params=wanted, check_mode=True, clock=clock)
    return recovery_plan.bring(module, service.vault)


def test_a_plan_of_100_members_in_7_groups_is_taken(service):
    said = say(service, name="plan2", groups=groups(94, 1, 1, 1, 1, 1, 1))
    assert said["changes"] == ["the plan is created (100 protected items in 7 groups)"]
    assert not [one for one in service.world.log.entries if one.method != "GET"]


REFUSED = [
    ({"groups": groups(101)}, "101 protected items in 1 groups; the service allows 100 protected items and 7 groups"),
    ({"groups": groups(*[1] * 8)}, "8 protected items in 8 groups"),
    ({"groups": groups()}, "Name at least one"),
    ({"name": ""}, "cannot be the name of a plan"),
    ({"state": "absent", "groups": groups(1)}, "'absent' deletes the plan"),
    ({"wait_timeout": 0}, "wait_timeout: 0 is too small"),
    ({"poll_interval": 0}, "poll_interval: 0 is too small"),
]


@pytest.mark.parametrize(("params", "words"), REFUSED)
def test_what_cannot_be_is_refused_before_any_call(service, params, words):
    with pytest.raises(BadInput, match=words):
        say(service, **params)
    assert service.world.log.entries == []


def test_a_move_is_shown_in_words_and_as_a_diff(service):
    rows = groups(2)
    rows[0]["after"] = []
    said = say(service, groups=[rows[0] | {"before": []}])
    assert said["changes"] == ["groups: 2 -> 1", "vm2: group 2 -> 1", "action 'Look': removed from group 1, after"]
    assert said["diff"]["before"].splitlines()[:3] == ["plan plan1", "group 1", "  vm1"]
    assert said["diff"]["after"] == "plan plan1\ngroup 1\n  vm1\n  vm2\n"
    assert (said["changed"], said["job"]) == (True, "")


def test_what_the_info_module_tells_is_what_this_module_takes(service):
    told = recovery_plan_info.read(a_module(params={"name": "plan1"}), service.vault)["recovery_plans"][0]
    documented = yaml.safe_load(recovery_plan_info.RETURN)["recovery_plans"]
    assert set(told) == set(documented["contains"]) == set(documented["sample"][0])
    assert set(told["definition"]) == {"name", "groups", "shutdown", "failover"} <= set(recovery_plan.OPTIONS)
    said = say(service, **told["definition"])
    assert (said["changed"], said["recovery_plan"]) == (False, told["definition"])
    assert set(yaml.safe_load(recovery_plan.RETURN)) | {"changed", "diff"} == set(said)


def test_a_plan_that_is_not_to_azure_has_no_definition(service, monkeypatch):
    found = service.vault.plans.get("plan1")
    found.body["properties"]["recoveryFabricId"] = "/x/replicationFabrics/elsewhere"
    monkeypatch.setattr(service.vault.plans, "get", lambda name: found)
    told = recovery_plan_info.read(a_module(params={"name": "plan1"}), service.vault)["recovery_plans"][0]
    assert told["definition"] is None
    with pytest.raises(BadInput, match="to elsewhere; only plans from Hyper-V to Azure can be kept here"):
        say(service, groups=groups(1))


@pytest.mark.parametrize("wanted", [{"state": "absent"}, {"groups": groups(1)}])
def test_a_plan_that_is_not_from_hyperv_to_azure_is_neither_changed_nor_deleted(service, wanted):
    read = service.vault.plans.get
    service.vault.plans.get = lambda name: replace(read(name), provider_types=("InMageRcm",))
    with pytest.raises(BadInput, match="'plan1' is a plan of InMageRcm.*only plans from Hyper-V to Azure"):
        say(service, **wanted)
