# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules say of the Azure side before anything is started, and in every run after a commit that left something."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._engine.planning import plan_tracks
from ansible_collections.asr.hyperv.plugins.module_utils._engine.selecting import select
from ansible_collections.asr.hyperv.plugins.module_utils._glue.azure_side import (
    EVIDENCE_OPTIONS,
    still_left,
    warn_of_leftovers,
)
from ansible_collections.asr.hyperv.plugins.module_utils._glue.readiness import read
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.runs import a_module
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import ONE, a_wish, vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service
from asr_simulator.facts import table as estate

MORE = {"added_disks": [{"name": "app01-added", "size_gb": 512}]}
LOCK = {"locks": [{"name": "keep", "level": "CanNotDelete", "scope": "group"}]}
VM_READ = "Microsoft.Compute/virtualMachines/read"


def plan(app01: dict[str, Any] | None = None, **more) -> Service:
    usual = {"managed_disks": True, "disks_gb": [10, 20]}
    return Service(vault("app01 web01", vms={"app01": {**usual, "azure": app01 or {}}, "web01": usual}, **more))


def answer(service: Service, **options) -> dict[str, Any]:
    """What readiness_info answers."""
    usual = {name: option["default"] for name, option in EVIDENCE_OPTIONS.items()}
    usual |= {"protected_items": None, "groups": None, "recovery_plan": "plan1", "data_sync": "auto"}
    usual |= {
        "hosts": [],
        "hosts_since": None,
        "assume": {},
        "moment": "preflight",
        "domain_controllers": [],
        "needs_hosts": False,
        "until": "protected",
    }
    return read(a_module(params={**usual, **options}), service.vault)


def verdicts(service: Service, **options) -> dict[str, dict[str, Any]]:
    """The verdicts of readiness_info, by VM; of the findings only those about Azure."""
    return {
        one["name"]: {find["check"]: find for find in one["findings"] if find["check"].startswith("azure_")}
        for one in answer(service, **options)["verdicts"]
    }


def test_a_managed_vm_as_the_vault_has_it_has_no_finding():
    assert verdicts(plan()) == {"app01": {}, "web01": {}}


def test_a_disk_that_was_added_in_azure_blocks_that_vm_before_anything_is_sent():
    service = plan(MORE)
    told = verdicts(service)
    assert told["web01"] == {} and service.posts() == []
    found = told["app01"]["azure_disk_added"]
    assert (found["level"], found["thing"]) == ("blocked", "app01-added")
    for word in ("512 GB", "rg-failover", "a commit deletes it"):
        assert word in found["message"]
    assert "az snapshot create" in found["remedy"] and "failback_accept_unprotected_disks" in found["remedy"]


@pytest.mark.parametrize("moment", ["preflight", "gate", "cutover"])
def test_a_disk_that_is_added_at_the_gate_blocks_that_vm_before_its_outage(moment):
    service = plan()
    service.run("synchronized")
    assert verdicts(service, moment=moment)["app01"] == {}
    estate.change(service.world, "azure", "app01", MORE)
    assert [*verdicts(service, moment=moment)["app01"]] == ["azure_disk_added"]
    assert verdicts(service, moment=moment)["web01"] == {}


def test_an_accepted_loss_is_a_warning_of_the_preflight():
    assert [*verdicts(plan(MORE), accept_unprotected_disks=["app01"])["app01"]] == ["azure_accepted"]


@pytest.mark.parametrize(
    ("facts", "check", "level"),
    [
        ({"resource_group": "rg-other"}, "azure_vm", "blocked"),
        ({"disk_sizes": {"0": 127}}, "azure_disk_size", "blocked"),
        ({"power": "deallocated"}, "azure_vm_off", "warning"),
        (LOCK, "azure_lock", "warning"),
        ({"renamed": "app01-ba5f"}, "azure_vm_renamed", "warning"),
    ],
)
def test_what_azure_says_of_one_vm_is_told_before(facts, check, level):
    found = verdicts(plan(facts))["app01"]
    assert [(name, one["level"]) for name, one in found.items()] == [(check, level)]


def test_static_and_public_addresses_are_told_as_what_does_not_come_home_and_hold_nobody():
    nics = [{"name": "nic1", "address": "10.0.0.4", "public_ip": "ip1"}, {"name": "nic2"}]
    [(name, found)] = verdicts(plan({"nics": nics}))["app01"].items()
    assert (name, found["level"]) == ("azure_stays_behind", "ready")
    assert "has static private addresses 10.0.0.4; public addresses ip1" in found["message"]


def test_who_is_a_domain_controller_is_told_by_the_user_alone_and_warned_of():
    def warned(service: Service, names: list[str]) -> list[str]:
        told = answer(service, domain_controllers=names)["verdicts"]
        return [one["name"] for one in told if "domain_controller" in {find["check"] for find in one["findings"]}]

    service = plan()
    assert (warned(service, []), warned(service, ["APP01"])) == ([], ["app01"])
    with pytest.raises(BadInput, match="domain_controllers: .*'dc9'"):
        warned(service, ["dc9"])
    service.run("synchronized")
    assert warned(service, ["app01"]) == ["app01"], "who waits at the gate still comes home"
    service.run()
    assert warned(service, ["app01"]) == []


def test_a_caller_who_may_not_read_vms_is_told_and_blocked_where_evidence_is_required():
    service = plan(denied_actions=[{"action": VM_READ, "items": []}])
    found = verdicts(service)["app01"]
    assert found["azure_readable"]["level"] == "warning" and VM_READ in found["azure_readable"]["message"]
    assert verdicts(service, require_evidence=True)["app01"]["azure_evidence"]["level"] == "blocked"


def test_a_caller_who_may_not_read_locks_is_told():
    service = plan(denied_actions=[{"action": "Microsoft.Authorization/locks/read", "items": []}])
    assert [*verdicts(service)["web01"]] == ["azure_locks_known"]


def test_a_vm_that_was_started_in_azure_after_its_cutover_is_blocked_before_its_commit():
    service = plan()
    service.run("cut_over")
    estate.change(service.world, "azure", "app01", {"power": "running"})
    assert [*verdicts(service)["app01"]] == ["azure_vm_used"]


def test_a_vm_in_another_subscription_is_blocked_and_not_read_from_ours():
    service = plan()
    service.item("app01").settings["recoveryAzureResourceGroupId"] = "/subscriptions/other/resourceGroups/rg-failover"
    assert [*verdicts(service)["app01"]] == ["azure_subscription"]
    assert not [one for one in service.asked("GET", "virtualMachines") if "app01" in one.path]


# what earlier commits left


def leftovers(service: Service, goal: str = "protected", **wish) -> tuple[dict[str, list[Any]], list[str]]:
    """What a run says as it begins: by VM what remains, with the warnings of the module."""
    warnings: list[str] = []
    wanted = a_wish(goal, **wish)
    tracks = plan_tracks(service.vault, select(service.vault, None, "plan1"), wanted)
    warn_of_leftovers(a_module(warn=warnings.append), service.vault, tracks, wanted)
    told = {track.name: [thing.kind for thing in track.deletion.remaining] for track in tracks}
    assert all(bool(track.warnings) is bool(told[track.name]) for track in tracks)
    return told, warnings


def home_with_a_vm_left() -> Service:
    service = plan({"locks": [{**LOCK["locks"][0], "scope": "vm"}]}, service={"locked_commit": "leaves"})
    service.run()
    return service


def test_what_a_commit_left_is_told_by_every_run_until_it_is_gone_or_accepted():
    service = home_with_a_vm_left()
    for _run in range(2):
        assert leftovers(service) == ({"app01": ["vm", "disk", "disk", "nic"], "web01": []}, [])
    assert leftovers(service, accept_changed_azure_vm=["app01"])[0] == {"app01": [], "web01": []}
    estate.change(service.world, "azure", "app01", {"locks": [], "gone": "with disks"})
    assert leftovers(service) == ({"app01": [], "web01": []}, [])


def test_what_cannot_be_seen_of_leftovers_is_told():
    service = home_with_a_vm_left()
    service.world.scenario["denied_actions"] = [{"action": VM_READ, "items": []}]
    told, warnings = leftovers(service)
    assert told == {"app01": [], "web01": []}
    assert len(warnings) == 1 and "cannot be seen" in warnings[0] and VM_READ in warnings[0]


def test_nobody_looks_for_leftovers_before_the_commit():
    service = home_with_a_vm_left()
    assert leftovers(service, "cut_over")[0] == {"app01": [], "web01": []}


def test_a_vm_that_never_failed_over_has_left_nothing_though_another_has_its_name():
    service = Service(vault("app01", vms={"app01": {"state": "protected"}}))
    asked = len(service.asked("GET", "virtualMachines"))
    service.item("app01").last_failover = None
    assert leftovers(service)[0] == {"app01": []}
    assert len(service.asked("GET", "virtualMachines")) == asked


def test_what_was_left_alone_is_asked_for_by_its_id():
    """Nothing leads to a disk whose VM is gone, so each id of the last report is asked for, whoever is in the run."""
    service = home_with_a_vm_left()
    tracks = plan_tracks(service.vault, select(service.vault, None, "plan1"), a_wish("protected"))
    warn_of_leftovers(a_module(warn=print), service.vault, tracks, a_wish("protected"))
    [ids] = [[thing.id for thing in track.deletion.remaining] for track in tracks if track.name == "app01"]
    elsewhere = "/subscriptions/other/resourceGroups/a/providers/Microsoft.Compute/disks/one"

    def states(*more: str) -> list[str]:
        told = still_left(service.vault, {"left_in_azure": [*ids, *more]})["left_in_azure"]
        assert [one["id"] for one in told] == [*ids, *more]
        return [one["state"] for one in told]

    estate.change(service.world, "azure", "app01", {"locks": [], "gone": True})
    assert leftovers(service)[0]["app01"] == [], "the VM does not lead there"
    assert states(elsewhere, "https://a/blob.vhd", "?") == ["gone", *["remaining"] * 3, *["not_proven"] * 3]
    assert not [one for one in service.asked("GET", "disks") if "other" in one.path]
    service.world.scenario["denied_actions"] = [{"action": "Microsoft.Compute/disks/read", "items": []}]
    assert states() == ["gone", "not_proven", "not_proven", "remaining"]
    service.world.scenario["denied_actions"] = []
    service.world.estate.remains.disks.clear()
    assert states() == ["gone", "gone", "gone", "remaining"]


def test_only_a_module_that_has_the_option_answers_it():
    assert still_left(Service(ONE).vault, {}) == {}
