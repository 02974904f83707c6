# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Items, protectable items and plans, read in place from the shapes of recorded ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Phase, phase_of
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import (
    ProtectableItem,
    ProtectedItem,
    RecoveryPlan,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job, is_open
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain

CONTRACT = Path(__file__).resolve().parents[4] / "contract"


def recorded(kind: str) -> list[dict[str, Any]]:
    """The shapes of all recorded objects of one kind."""
    answers = json.loads((CONTRACT / "shapes.json").read_text(encoding="utf-8"))["answers"]
    return [one["body"] for one in answers if one["kind"] == kind]


def test_a_plan_keeps_its_boot_groups_and_names_its_manual_actions_on_the_way_home():
    action = {"actionName": "look", "customDetails": {"instanceType": "ManualActionDetails"}}
    home, away = ({**action, "failoverDirections": [way]} for way in ("RecoveryToPrimary", "PrimaryToRecovery"))
    groups = [
        {"groupType": "Shutdown", "replicationProtectedItems": []},
        {"groupType": "Boot", "replicationProtectedItems": [{"id": "a"}], "startGroupActions": [home, away]},
        {"groupType": "Boot", "replicationProtectedItems": [{"id": "b"}, {"id": "c"}], "endGroupActions": None},
    ]
    plan = RecoveryPlan.from_service({"name": "p", "properties": {"groups": groups}})
    assert (plan.groups, plan.manual_actions) == ((("a",), ("b", "c")), ("look",))


def test_an_item_knows_its_place_and_its_names():
    place = "/Subscriptions/s/x/replicationFabrics/f1/replicationProtectionContainers/c1/replicationProtectedItems/i1"
    one = ProtectedItem.from_service({"id": place, "name": "i1", "properties": {"friendlyName": "VM One"}})
    assert (one.fabric, one.container) == ("f1", "c1")
    assert all(plain(name) in one.names for name in ("I1", "vm one", place.lower())) and "vm" not in one.names


@pytest.mark.parametrize("key", ["azureVmDiskDetails", "azureVMDiskDetails"])
@pytest.mark.parametrize("size", ["40960", 40960])
def test_disks_are_read_in_every_spelling(key, size):
    details = {key: [{"vhdType": "OperatingSystem", "vhdId": "d", "maxSizeMB": size}], "useManagedDisks": "True"}
    one = ProtectedItem.from_service({"properties": {"providerSpecificDetails": details}})
    assert (one.disks[0].role, one.disks[0].size_mb, one.use_managed_disks) == ("OperatingSystem", 40960, True)


def test_every_recorded_item_is_read_and_has_a_known_phase():
    bodies = recorded("replicationProtectedItems")
    ours = [one for one in map(ProtectedItem.from_service, bodies) if one.provider_type == "HyperVReplicaAzure"]
    assert ours and all(one.friendly_name and one.vm_id and one.disks and one.fabric and one.container for one in ours)
    assert {phase_of(one) for one in ours} == {Phase.PROTECTED, Phase.FAILED_OVER_UNCOMMITTED}


def test_every_recorded_job_is_open_exactly_until_it_has_an_end():
    jobs = list(map(Job.from_service, recorded("replicationJobs")))
    assert jobs and all(is_open(one) is (one.ended is None) for one in jobs)
    assert all(one.started and one.scenario for one in jobs if one.state != "NotStarted")


def test_a_recorded_failure_tells_its_error_once():
    failed = [job for job in map(Job.from_service, recorded("replicationJobs")) if job.state == "Failed" and job.tasks]
    codes = [[problem.code for problem in job.problems] for job in failed]
    assert failed and all(codes) and ["532"] in codes


def test_every_recorded_protectable_item_names_its_vm_and_host():
    found = list(map(ProtectableItem.from_service, recorded("replicationProtectableItems")))
    assert found and all(one.friendly_name and one.source_vm_id and one.provider_id for one in found)


@pytest.mark.parametrize(
    "body",
    [
        {"primaryNicStaticIPAddress": "192.0.2.7", "replicaNicStaticIPAddress": "10.0.0.7"},
        {"ipConfigs": [{"staticIPAddress": "192.0.2.7", "recoveryStaticIPAddress": "10.0.0.7"}]},
    ],
)
def test_an_adapter_has_its_addresses_in_every_api_version(body):
    details = {"vmNics": [{"nicId": "n", "vMNetworkName": "LAN", **body}, {"vMNetworkName": "", "ipConfigs": None}]}
    item = ProtectedItem.from_service({"properties": {"providerSpecificDetails": details}})
    first, second = item.nics
    assert (first.switch, first.static_ips, first.azure_static_ips) == ("LAN", ("192.0.2.7",), ("10.0.0.7",))
    assert (second.static_ips, item.switches) == ((), ("LAN",))
