# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health is read and believed, what a job says is not thrown away, and nobody who left the vault or the plan is forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._engine.strangers import other_failbacks
from ansible_collections.asr.hyperv.plugins.module_utils._glue.entries import item_entry
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Phase
from ansible_collections.asr.hyperv.plugins.module_utils._run.gone import gone
from ansible_collections.asr.hyperv.plugins.module_utils._run.report import answer, job_details
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AccessDenied
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.job_problems import problem_of
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job
from ansible_collections.asr.hyperv.plugins.module_utils._wish.intent import Intent
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils._engine.test_cycle import (
    AT_HOME,
    COMMIT,
    REPAIR,
    UNPLANNED,
    carry_out,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import item, job, known
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service

WARNING = {
    "errorLevel": "Warning",
    "errorCategory": "TestFailover",
    "errorCode": "161011",
    "errorMessage": "No successful test failover\n   has been done.",
    "possibleCauses": "none",
    "recommendedAction": "Do one.",
    "innerHealthErrors": [],
}
INNER = {**WARNING, "innerHealthErrors": [{**WARNING, "errorCode": "70179"}]}
SHAPES = [  # the properties of an item, and the codes that are read
    ({"healthErrors": [WARNING]}, ["161011"]),
    ({"replicationHealthErrors": [WARNING], "failoverHealthErrors": [{**WARNING, "errorCode": "2"}]}, ["161011", "2"]),
    ({"healthErrors": [WARNING], "replicationHealthErrors": [], "failoverHealthErrors": [WARNING]}, ["161011"]),
    ({"HealthErrors": [INNER]}, ["161011", "70179"]),
    ({"healthErrors": None}, []),
    ({"healthErrors": [None, "x", 5, []]}, []),
    ({"healthErrors": [{}]}, [""]),
    (
        {"healthErrors": [{**WARNING, "innerHealthErrors": None, "errorMessage": None, "summaryMessage": "short"}]},
        ["161011"],
    ),
    ({}, []),
]


@pytest.mark.parametrize(("properties", "codes"), SHAPES)
def test_health_errors_of_all_versions_are_read_each_once_with_what_is_in_them(properties, codes):
    read = ProtectedItem.from_service({"properties": properties}).health_errors
    assert [one.code for error in read for one in error.flat] == codes
    assert all("\n" not in error.words and error.told()["message"] == error.message for error in read)


def test_what_a_provider_says_of_a_health_error_stands_behind_the_service():
    body = {"healthErrors": [{**WARNING, "recoveryProviderErrorMessage": "The agent said no."}]}
    assert (
        ProtectedItem.from_service({"properties": body}).health_errors[0].message.endswith("done. The agent said no.")
    )


SERVICE = {
    "code": "25038",
    "message": "Not ready.",
    "possibleCauses": "Check the Provider error.",
    "recommendedAction": "Retry.",
}
PROVIDER = {
    "errorCode": 95222,
    "errorMessage": "The agent said no.",
    "possibleCauses": "The agent is old.",
    "recommendedAction": "Update the agent.",
}
BOTH = (
    "25038",
    "95222",
    "Not ready. The agent said no.",
    "Check the Provider error. The agent is old.",
    "Retry. Update the agent.",
)
ERRORS = [
    (SERVICE, PROVIDER, BOTH),
    (SERVICE, None, ("25038", "", "Not ready.", "Check the Provider error.", "Retry.")),
    (
        SERVICE,
        {"errorCode": 0, "errorMessage": None},
        ("25038", "", "Not ready.", "Check the Provider error.", "Retry."),
    ),
    (None, PROVIDER, ("95222", "", "The agent said no.", "The agent is old.", "Update the agent.")),
    (SERVICE, {**PROVIDER, "errorMessage": '{"error": {"message": "The agent said no."}}'}, BOTH),
    (SERVICE, {**PROVIDER, "errorMessage": "Not ready."}, (*BOTH[:2], "Not ready.", *BOTH[3:])),
]


@pytest.mark.parametrize(("service", "provider", "expected"), ERRORS)
def test_both_parts_of_an_error_are_kept(service, provider, expected):
    one = problem_of({"serviceErrorDetails": service, "providerErrorDetails": provider}, "")
    assert (one.code, one.provider_code, one.message, one.possible_causes, one.recommended_action) == expected


def test_a_failed_job_tells_the_providers_code_in_words_and_as_data():
    body = {
        "properties": {
            "state": "Failed",
            "errors": [{"serviceErrorDetails": SERVICE, "providerErrorDetails": PROVIDER}],
        }
    }
    errors: Any = job_details(Job.from_service(body))["errors"]
    assert errors[0]["provider_code"] == "95222"
    service = Service(vault("vm1"))
    service.fault(kind="job_failure", task="DataSync")
    one = service.vault.jobs.get
    problems = [replace(problem, code="539") for problem in Job.from_service(body).problems]
    service.vault.jobs.get = lambda name: replace(known(one(name)), problems=tuple(problems))
    problem = known(service.run()[0].problem)
    assert problem["provider_code"] == "95222" and "code 539, provider's code 95222" in problem["message"]


# home means home


def ailing(service: Service, health: str, *, after: str = "") -> None:
    """The vault calls the health of vm1 that; from the first job of this script on, if one is named."""
    ill = {
        "replication_health": health,
        "health_errors": ProtectedItem.from_service({"properties": SHAPES[0][0]}).health_errors,
    }
    one, many = service.vault.items.get, service.vault.items.list

    def seen(found):
        now = not after or any(job.script == after for job in service.world.jobs.jobs)
        return replace(found, **ill) if found and now and found.friendly_name == "vm1" else found

    service.vault.items.get = lambda item_id: seen(one(item_id))
    service.vault.items.list = lambda *names: [seen(found) for found in many(*names)]


@pytest.mark.parametrize("state", ["failed_over", "protected"], ids=["brought home", "nothing to do"])
@pytest.mark.parametrize(("health", "code"), [("Critical", "NotHealthy"), ("Warning", ""), ("Normal", "")])
def test_who_is_protected_and_critical_is_not_at_the_goal(state, health, code):
    service = Service(vault("vm1 vm2", vms={"vm1": {"state": state}, "vm2": {"state": state}}))
    ailing(service, health, after="reprotect" if state == "failed_over" else "")
    tracks = service.run()
    told = answer(tracks, planned=False)["protected_items"]
    assert [one["at_goal"] for one in told] == [not code, True]
    assert (told[0]["error"] or {"code": ""})["code"] == code and told[1]["error"] is None
    words = f"vm1 is protected for the vault, but its health is {health}: No successful test failover"
    assert (words in str(told[0]["error"] or told[0]["warnings"])) is (health != "Normal")


def test_a_health_that_is_read_too_early_is_read_again():
    service = Service(vault("vm1"))
    ailing(service, "Critical", after="reprotect")
    one, looks = service.vault.items.get, []

    def better(arm_id):
        found = known(one(arm_id))
        looks.append(found.protection_state)
        return replace(found, replication_health="Normal") if looks.count("Protected") > 1 else found

    service.vault.items.get = better
    engine = service.engine(service.plan())
    engine.run()
    assert engine.tracks[0].problem is None and engine.confirmations > 1


def test_a_repair_says_what_it_is_for():
    service = Service(vault("vm1", vms={"vm1": {**AT_HOME, "replication_health": "Critical"}}))
    ailing(service, "Critical")
    warnings = carry_out(service, REPAIR, ["vm1"])[0].warnings
    assert "The vault calls its health Critical: No successful test failover" in warnings[0]


# jobs that ended well and say something all the same


@pytest.mark.parametrize("wish", [UNPLANNED, None], ids=["to Azure", "home"])
def test_what_a_job_says_that_ended_well_is_a_warning(wish):
    service = Service(vault("vm1", vms={"vm1": AT_HOME if wish else {}}))
    renamed = {"serviceErrorDetails": {"code": "28175", "message": "The VM name 'X' was modified to 'X-ba5f4337'."}}
    moves = "unplanned_failover" if wish else "failback"

    def tell(request):
        for one in service.world.jobs.jobs:
            if one.script == moves and one.ended and not one.errors:
                one.errors.append(renamed)

    service.core.before = tell
    track = carry_out(service, wish, ["vm1"])[0] if wish else service.run()[0]
    assert track.problem is None
    assert [line for line in track.warnings if "ended well, and says" in line and "X-ba5f4337'. (code 28175" in line]


# gone


@pytest.mark.parametrize(
    ("phase", "words", "left", "to_do"),
    [
        (Phase.FAILED_OVER, "it ran in Azure", True, "which of the two runs"),
        (Phase.SYNCHRONIZED, "it ran in Azure, and the disks on-premises are not the last ones", True, "start neither"),
        (Phase.CUTTING_OVER, "may run on either side or on none", True, "which of the two runs"),
        (
            Phase.FAILED_BACK_UNCOMMITTED,
            "runs on-premises, without protection; its failback was not",
            True,
            "Delete what is left",
        ),
        (Phase.FAILED_BACK, "it runs on-premises, without protection.", False, "Enable its protection anew"),
        (Phase.PROTECTED, "it runs on-premises, without protection.", False, "Enable its protection anew"),
    ],
)
def test_who_left_the_vault_is_told_where_it_runs_what_is_left_and_what_to_do(phase, words, left, to_do):
    group = "/subscriptions/s/resourceGroups/rg-failover"
    track = Track(item(azure_vm_name="vm1", azure_resource_group_id=group), Intent(Goal.PROTECTED), phase)
    told = gone(track)
    assert words in told["message"] and to_do in told["what_to_do"] and "does not continue it" in told["what_to_do"]
    vm = f"{group}/providers/Microsoft.Compute/virtualMachines/vm1"
    assert told["left_in_azure"] == ([vm] if left else []) and (vm in told["message"]) is left


def test_an_item_that_is_removed_at_its_commit_leaves_its_azure_vm_and_says_so():
    service = Service(vault("app01"))
    service.fault(kind="operator", match={"item": "app01", "state": "failed_back_uncommitted"}, does="remove")
    problem = known(service.run()[0].problem)
    assert problem["code"] == "ItemGone" and problem["left_in_azure"][0].endswith("/virtualMachines/app01")
    assert "continues" not in problem["message"] + problem["what_to_do"].replace("continue it", "")


# nobody's failbacks


def test_a_failback_that_waits_and_is_nobodys_is_named():
    service = Service(vault("app01 web01"))
    service.run("synchronized")
    tracks = service.run("synchronized", names=["app01"])
    found = known(other_failbacks(service.vault, tracks))
    assert [one["name"] for one in found] == ["web01"] and known(found[0]["since"]).endswith("Z") and found[0]["job"]
    assert other_failbacks(service.vault, service.plan("synchronized")) == []
    service.run(names=["web01"])
    assert other_failbacks(service.vault, tracks) == []


OWN = Track(item(), Intent(Goal.PROTECTED), Phase.SYNCHRONIZED)
WAITS = job(name="j", state="Suspended", target_id="other", target_name="web01", description="WaitingForUserInput")


def vault_with(listed, read):
    """A vault that has jobs and nothing else."""
    return SimpleNamespace(jobs=SimpleNamespace(list=listed, get=read), service_time=lambda: item().failed_over_at)


@pytest.mark.parametrize(
    ("found", "plan", "named"),
    [
        (WAITS, "", True),
        (replace(WAITS, primary_side="Microsoft Azure", recovery_side="site1"), "", True),
        (replace(WAITS, primary_side="site1", recovery_side="Microsoft Azure"), "", False),
        (replace(WAITS, target_id="GUID-OF-VM1"), "", False),
        (replace(WAITS, scenario="TestFailover"), "", False),
        (replace(WAITS, scenario="Failback", target_kind="RecoveryPlan", target_name="plan1"), "plan1", False),
        (replace(WAITS, scenario="Failback", target_kind="RecoveryPlan", target_name="plan2"), "plan1", True),
    ],
    ids=["a stranger", "a failback", "to Azure", "ours", "a drill", "of our plan", "of another plan"],
)
def test_only_failbacks_of_others_are_named(found, plan, named):
    seen = vault_with(lambda *_: [found], lambda name: found)
    assert bool(other_failbacks(seen, [OWN], plan)) is named


def test_jobs_that_cannot_be_read_are_not_none():
    def refuse(*_facts):
        raise AccessDenied("list the jobs", "no right", status=403)

    seen = vault_with(refuse, refuse)
    assert other_failbacks(seen, [OWN]) is None


# small things of recorded traffic


@pytest.mark.parametrize(
    ("networks", "switches"), [(["corp"], ("corp",)), ([""], ()), ([None, "LAN", ""], ("LAN",)), ([], ())]
)
def test_an_adapter_that_is_plugged_into_nothing_has_no_switch(networks, switches):
    nics = [{"vMNetworkName": name} for name in networks]
    body = {"properties": {"providerSpecificDetails": {"vmNics": nics}}}
    assert ProtectedItem.from_service(body).switches == switches


@pytest.mark.parametrize(
    ("provider", "switches", "networks"),
    [("SingleHostHyperVFabric", ["corp"], []), ("VmmFabric", [], ["corp"]), ("VMM", [], ["corp"]), ("", ["corp"], [])],
)
def test_networks_of_vmm_are_not_called_switches(provider, switches, networks):
    track = Track(item(site_kind=provider, switches=("corp",)), Intent(Goal.PROTECTED), Phase.FAILED_OVER)
    vault = SimpleNamespace(items=SimpleNamespace(why_not_ours=lambda _item: ""))
    told = item_entry(vault, track, datetime(2026, 1, 31, tzinfo=timezone.utc))
    assert (told["switches"], told["vm_networks"]) == (switches, networks)


def test_a_commit_of_a_failover_says_so_when_nothing_was_failed_over():
    service = Service(vault("home away", vms={"home": AT_HOME, "away": {"state": "failed_over"}}))
    told = answer(carry_out(service, COMMIT, ["home", "away"]), planned=False)["protected_items"]
    assert [one["direction"] for one in told] == ["PrimaryToRecovery"] * 2
    assert ["no failover to commit" in str(one["warnings"]) for one in told] == [True, False]
