# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One entry of a list that cannot be is refused alone and named; what the module tells of the others stays as it was."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import ServiceError
from ansible_collections.asr.hyperv.plugins.modules import (
    azure_vm_info,
    job_info,
    protected_item_info,
    provider_info,
    recovery_plan_info,
)
from ansible_collections.asr.hyperv.tests.unit.hostile import HOSTILE
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils._service.test_odd_values import (
    ODD,
    kind_of,
    rewritten,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service, without_models

NAMES = ("good01", "bad01", "good02")
SCENARIO = {
    "sites": [{"name": "site1", "hosts": [{"name": "hv01"}, {"name": "hv-bad"}, {"name": "hv02"}]}],
    "vms": [{"name": name, "host": "hv01", "disks_gb": [10], "managed_disks": True} for name in NAMES],
    "plans": [{"name": f"plan-{name}", "groups": [{"vms": [name]}]} for name in NAMES],
}
MODULES = {
    protected_item_info: ("protected_items", "GET replicationProtectedItems", "friendlyName"),
    azure_vm_info: ("azure_vms", "GET replicationProtectedItems", "friendlyName"),
    recovery_plan_info: ("recovery_plans", "GET replicationRecoveryPlans", "friendlyName"),
    job_info: ("jobs", "GET replicationJobs", "targetObjectName"),
    provider_info: ("providers", "GET replicationRecoveryServicesProviders", "friendlyName"),
}
OF_EACH = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
PARAMS = {"hours": 24.0, "disks": [], "test_vms": False}
OPTIONS = ("protected_items", "recovery_plan", "groups", "names", "name", "states", "host")
JUNK: tuple[Any, ...] = (None, 5, "..", [], {}, True)


@pytest.fixture
def service():
    service = Service(SCENARIO)
    for name in NAMES:
        service.operate_on(name, "plannedFailover")
    service.wait(60)
    return service


def read(module, service, change=None):
    """The entries that a module tells when `change(kind, body)` was made to each answer."""

    def twist(request, ask):
        answer = ask(request)
        if not (change and answer.content):
            return answer
        return rewritten(answer, request, lambda body: change(kind_of(request), request.url.partition("?")[0], body))

    service.core.twist = twist
    params = {**dict.fromkeys(OPTIONS), **PARAMS}
    with without_models():
        found = module.read(SimpleNamespace(params=params, warn=service.warnings.append), service.vault)
    return found[MODULES[module][0]]


def bad(entry):
    return "bad" in json.dumps(entry)


def with_bad(module, facts):
    """A change of the bad one in the list that the module reads: of its own facts, or of its properties."""
    _key, wanted, _name = MODULES[module]

    def change(kind, _url, body):
        if kind != wanted or "value" not in body:
            return body
        own = {name: value for name, value in facts.items() if name in ("id", "name")}
        more = {name: value for name, value in facts.items() if name not in own}
        return {
            **body,
            "value": [
                {**one, **own, "properties": {**one["properties"], **more}} if bad(one) else one
                for one in body["value"]
            ],
        }

    return change


@OF_EACH
@pytest.mark.parametrize("odd", [*HOSTILE.values(), *ODD[:16]], ids=repr)
def test_a_name_that_cannot_be_touches_no_other_entry(service, module, odd):
    good = [one for one in read(module, service) if not bad(one)]
    found = read(module, service, with_bad(module, {"name": odd, MODULES[module][2]: odd}))
    assert [one for one in found if one in good] == good
    assert len(found) == len(good) + 1


@OF_EACH
@pytest.mark.parametrize("entry", JUNK, ids=repr)
def test_an_entry_that_is_none_touches_no_other_but_of_items_none_may_be_missing(service, module, entry):
    """Who counts on the list of items would take one that is not in it for one that is not protected."""
    good = [one for one in read(module, service) if not bad(one)]
    _key, wanted, _name = MODULES[module]

    def change(kind, _url, body):
        if kind != wanted or "value" not in body:
            return body
        return {**body, "value": [entry if bad(one) else one for one in body["value"]]}

    if wanted == "GET replicationProtectedItems":
        with pytest.raises(ServiceError, match=r"has an entry without an id \(and without a name\)"):
            read(module, service, change)
        return
    assert [one for one in read(module, service, change) if one in good] == good


def test_a_plan_that_leads_elsewhere_is_not_asked_for_and_named(service):
    for name in ("..", "a/b", "a?b", "a\x1bb", ""):
        service.warnings.clear()
        before = len(service.asked("GET", "replicationRecoveryPlans"))
        found = read(recovery_plan_info, service, with_bad(recovery_plan_info, {"name": name}))
        [told] = [one for one in found if one["note"]]
        assert (told["groups"], told["definition"], told["id"] != "") == ([], None, True)
        assert "cannot be a part of an address" in told["note"]
        assert len(service.warnings) == 1 and "is not read" in service.warnings[0]
        assert len(service.asked("GET", "replicationRecoveryPlans")) - before == 3, "the list, and the two others"


@pytest.mark.parametrize("answer", [{"id": "/x/replicationRecoveryPlans/other"}, {}, None, "x"], ids=repr)
def test_a_plan_whose_answer_is_about_another_is_refused_alone(service, answer):
    def change(_kind, url, body):
        return answer if url.endswith("/plan-bad01") else body

    found = read(recovery_plan_info, service, change)
    assert [bool(one["note"]) for one in found] == [False, True, False]
    assert service.warnings[0].startswith("The recovery plan 'plan-bad01' is not read: Cannot read the recovery plan")


def test_a_plan_that_goes_between_list_and_look_is_named(service):
    missing = with_bad(recovery_plan_info, {"name": "gone"})
    found = read(recovery_plan_info, service, missing)
    assert [one["name"] for one in found if one["note"]] == ["gone"]
    assert "there is no plan 'gone'" in service.warnings[0]


@pytest.mark.parametrize("module", [protected_item_info, recovery_plan_info], ids=["items", "plans"])
@pytest.mark.parametrize("job", ["/x/replicationJobs/..", "/x/replicationJobs/a#b", "/x/replicationJobs/a\x1bb"])
def test_an_item_whose_job_leads_elsewhere_is_unknown_alone(service, module, job):
    good = [one for one in read(module, service) if not bad(one)]

    def change(kind, url, body):
        if kind == "GET replicationJobs" and "value" in body:
            return {**body, "value": [one for one in body["value"] if not bad(one)]}
        return with_bad(protected_item_info, {"currentScenario": {"jobId": job}})(kind, url, body)

    found = read(module, service, change)
    assert [one for one in found if not bad(one)] == good
    [told] = [one for one in found if bad(one)]
    told = told if module is protected_item_info else told["groups"][0]["protected_items"][0]
    assert (told["phase"], told["legal_steps"]) == ("unknown", [])
    assert told["next"].startswith("nothing: Cannot read the job") and "part of an address" in told["next"]


def test_an_item_of_another_vault_is_told_as_one_that_is_left_alone(service):
    theirs = "/subscriptions/x/resourceGroups/y/providers/Microsoft.RecoveryServices/vaults/z/replicationFabrics/a"
    theirs += "/replicationProtectionContainers/b/replicationProtectedItems/bad01"
    found = read(protected_item_info, service, with_bad(protected_item_info, {"id": theirs}))
    [told] = [one for one in found if one["id"] == theirs]
    assert told["legal_steps"] == [] and "bad01 is left alone: its id" in told["next"]


AZURE = {
    "the name leads elsewhere": ("recoveryAzureVmName", "..", "is not an ARM id"),
    "the name has a hidden character": ("recoveryAzureVmName", "a\u202eb", "is not an ARM id"),
    "the group leads elsewhere": (
        "recoveryAzureResourceGroupId",
        "/subscriptions/{0}/resourceGroups/..",
        "not an ARM id",
    ),
    "the group is an address": ("recoveryAzureResourceGroupId", "https://evil.example", "another subscription"),
}


@pytest.mark.parametrize(("fact", "value", "words"), AZURE.values(), ids=AZURE)
def test_an_azure_vm_that_cannot_be_is_named_and_the_others_are_read(service, fact, value, words):
    good = [one for one in read(azure_vm_info, service) if not bad(one)]

    def change(kind, _url, body):
        if kind != "GET replicationProtectedItems":
            return body
        for one in body["value"]:
            if bad(one):
                one["properties"]["providerSpecificDetails"][fact] = value.format(service.vault.place.subscription_id)
        return body

    found = read(azure_vm_info, service, change)
    assert [one for one in found if not bad(one)] == good
    assert [one["exists"] for one in found if bad(one)] == [None]
    assert len(service.warnings) == 1 and "bad01" in service.warnings[0] and words in service.warnings[0]


INTERFACES = ["", "..", "nic", "//evil", "https://evil.example/x", "@evil", "/subscriptions/other/networkInterfaces/n"]


@pytest.mark.parametrize("interface", [*INTERFACES, 5, None, {"id": 1}], ids=repr)
def test_a_network_interface_that_cannot_be_is_not_asked_for(service, interface):
    good = [one for one in read(azure_vm_info, service) if not bad(one)]

    def change(kind, _url, body):
        if kind == "GET virtualMachines" and bad(body):
            body["properties"]["networkProfile"]["networkInterfaces"] = [{"id": interface}, interface]
        return body

    before = len(service.asked("GET", "networkInterfaces"))
    found = read(azure_vm_info, service, change)
    assert [one for one in found if not bad(one)] == good
    assert [(one["exists"], one["private_ips"]) for one in found if bad(one)] == [(True, [])]
    assert len(service.asked("GET", "networkInterfaces")) - before == 2


@pytest.mark.parametrize("answer", [{}, {"id": "/x/virtualMachines/other"}, None, "x", {"tags": 5}], ids=repr)
def test_an_answer_about_another_azure_vm_says_nothing_of_the_others(service, answer):
    good = [one for one in read(azure_vm_info, service) if not bad(one)]

    def change(kind, _url, body):
        return answer if kind == "GET virtualMachines" and bad(body) else body

    found = read(azure_vm_info, service, change)
    assert [one for one in found if not bad(one)] == good
    assert [one["exists"] for one in found if bad(one)] == [None] and len(service.warnings) == 1
