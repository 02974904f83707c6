# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the inventory reads of a vault, over the real SDK and the simulator's core."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._glue.inventory import read_vault
from ansible_collections.asr.hyperv.plugins.module_utils._inventory.facts import HOST_NAMES, VM_NAMES
from ansible_collections.asr.hyperv.plugins.module_utils._inventory.hosts import hosts_of
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AccessDenied
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service

HOME = {"state": "protected"}


@pytest.fixture
def service():
    return Service(vault("db01", "app01 web01", vms={"web01": HOME}))


def deny(service, *rights):
    service.world.scenario["denied_actions"] = [{"action": right, "items": []} for right in rights]


def variables(service, **more):
    """The variables of each host, by its name."""
    reading = read_vault(service.vault, **{"azure_vms": False, **more})
    return {host.name: host.variables for host in hosts_of([reading], "name")}


def test_what_is_read_is_data_that_a_cache_can_keep(service):
    reading = read_vault(service.vault, azure_vms=True)
    kept = json.dumps(reading)
    assert json.dumps(json.loads(kept)) == kept
    assert [one["name"] for one in reading["items"]] == ["db01", "app01", "web01"]
    assert reading["warnings"] == []


def test_hosts_have_the_variables_that_are_promised_and_no_others(service):
    found = variables(service)
    assert set(found["db01"]) == VM_NAMES
    assert set(found["hv01"]) == HOST_NAMES


def test_a_vm_tells_where_it_stands_on_which_way_and_where_it_belongs(service):
    found = variables(service)
    told = ("phase", "direction", "host", "site", "plans")
    assert [found["app01"][name] for name in told] == [
        "failed_over",
        "RecoveryToPrimary",
        "hv01",
        "site1",
        [{"plan": "plan1", "group": 2}],
    ]
    assert (found["web01"]["phase"], found["web01"]["direction"]) == ("protected", "PrimaryToRecovery")
    assert 0 <= found["web01"]["recovery_point_age_seconds"] < 900
    assert found["app01"]["nics"][0]["switch"] == found["app01"]["switches"][0]
    assert found["app01"]["policy"]


def test_requests_do_not_grow_with_the_items(service):
    variables(service)
    few = len(service.asked())
    many = Service(vault(" ".join(f"vm{number:02}" for number in range(40))))
    variables(many)
    assert len(many.asked()) <= few


def test_azure_vms_are_read_for_those_that_are_there_and_only_when_asked_for(service):
    variables(service)
    assert service.asked(path="virtualMachines/") == []
    found = variables(service, azure_vms=True)
    assert (found["db01"]["azure_vm"]["power_state"], found["web01"]["azure_vm"]) == ("running", None)
    assert found["db01"]["azure_vm"]["private_ips"]


@pytest.mark.parametrize(
    ("rights", "words"),
    [
        (["replicationRecoveryPlans/read"], "The recovery plans of"),
        (["replicationRecoveryServicesProviders/read", "replicationFabrics/read"], "The Hyper-V hosts of"),
    ],
)
def test_plans_and_hosts_that_may_not_be_read_are_a_warning_and_the_items_are_there(service, rights, words):
    deny(service, *(f"Microsoft.RecoveryServices/vaults/{right}" for right in rights))
    reading = read_vault(service.vault, azure_vms=False)
    assert [one.startswith(words) for one in reading["warnings"]] == [True]
    assert len(reading["items"]) == 3


def test_items_that_may_not_be_read_are_an_error(service):
    deny(
        service,
        "Microsoft.RecoveryServices/vaults/replicationProtectedItems/read",
        "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems/read",
    )
    with pytest.raises(AccessDenied):
        read_vault(service.vault, azure_vms=False)
