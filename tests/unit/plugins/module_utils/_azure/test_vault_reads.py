# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is read from a vault: every page, every right that may be lacking, every record."""

from __future__ import annotations

import contextlib
import re
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._azure.items import UNREAD
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    AccessDenied,
    BadInput,
    NotFound,
    ServiceError,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.providers import Provider
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import text
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import known
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.stub_azure import (
    BODY,
    CONTAINER,
    FORBIDDEN,
    ITEM,
    JOB,
    PLAN,
    SUBSCRIPTION,
    VAULT,
    Answer,
    vault_at,
)


def page(*bodies: dict[str, Any], following: str = "") -> Answer:
    return Answer(body={"value": list(bodies), **({"nextLink": following} if following else {})})


def numbered(number: int) -> dict[str, Any]:
    return {**BODY, "id": f"{VAULT}/{CONTAINER}/replicationProtectedItems/vm{number}", "name": f"vm{number}"}


def test_items_are_read_over_all_pages_each_once_even_when_a_page_is_empty(stub):
    url = f"{stub.url}{VAULT}/replicationProtectedItems?$skipToken="
    stub.answers(
        "GET",
        "replicationProtectedItems",
        page(numbered(1), numbered(2), following=f"{url}a"),
        page(following=f"{url}b"),
        page({**numbered(2), "id": numbered(2)["id"].upper()}, numbered(3)),
    )
    assert [one.name for one in vault_at(stub.url).items.list()] == ["vm1", "vm2", "vm3"]
    assert [asked.query.get("$skipToken") for asked in stub.asked] == [None, ["a"], ["b"]]


@pytest.mark.parametrize("host", ["", "https://evil.example"], ids=["round in a circle", "to another host"])
def test_pages_that_lead_astray_are_an_error(stub, host):
    link = f"{host or stub.url}{VAULT}/replicationProtectedItems?$skipToken=a"
    stub.answers("GET", "replicationProtectedItems", page(numbered(1), following=link))
    with pytest.raises(ServiceError, match="cannot be read to its end"):
        vault_at(stub.url).items.list()
    assert len(stub.asked) == (1 if host else 2)


def test_the_members_of_a_plan_are_filtered_by_the_service(stub):
    stub.answers("GET", "replicationProtectedItems", page(BODY))
    assert [one.friendly_name for one in vault_at(stub.url).items.list("Bob's plan")] == ["VM One"]
    assert stub.asked[0].query["$filter"] == ["RecoveryPlanName eq 'Bob''s plan'"]


def script_containers(stub) -> None:
    stub.answers("GET", "replicationProtectedItems", FORBIDDEN)
    stub.answers("GET", "replicationFabrics", page({"id": "1", "name": "site1"}))
    container = {"id": "2", "name": "cloud1"}
    stub.answers("GET", "replicationFabrics/site1/replicationProtectionContainers", page(container))
    stub.answers("GET", f"{CONTAINER}/replicationProtectedItems", page(numbered(1), numbered(2)))


def test_an_operator_who_may_not_list_the_vault_gets_the_items_container_by_container(stub):
    script_containers(stub)
    members = [{"groupType": "Boot", "replicationProtectedItems": [{"id": numbered(2)["id"].lower()}]}]
    stub.answers(
        "GET", PLAN, Answer(body={"id": f"{VAULT}/{PLAN}", "name": "plan1", "properties": {"groups": members}})
    )
    assert [one.name for one in vault_at(stub.url).items.list()] == ["vm1", "vm2"]
    assert [one.name for one in vault_at(stub.url).items.list("plan1")] == ["vm2"]


def test_without_any_right_the_denial_is_told(stub):
    for path in ("replicationProtectedItems", "replicationFabrics"):
        stub.answers("GET", path, FORBIDDEN)
    with pytest.raises(AccessDenied, match="list the fabrics"):
        vault_at(stub.url).items.list()


@pytest.mark.parametrize("allowed", [True, False])
def test_providers_are_read_from_the_vault_or_else_fabric_by_fabric(stub, allowed):
    name = "replicationRecoveryServicesProviders"
    body: dict[str, Any] = {
        "id": f"{VAULT}/replicationFabrics/site1/{name}/p1",
        "name": "p1",
        "properties": {
            "friendlyName": "host1.example",
            "fabricType": "HyperVSite",
            "fabricFriendlyName": "Amsterdam",
            "connectionStatus": "NotConnected",
            "lastHeartBeat": "2026-01-02T03:04:05.1234567Z",
            "protectedItemCount": 4,
            "providerVersionDetails": {"version": "5.1", "status": "Supported"},
        },
    }
    stub.answers("GET", name, page(body) if allowed else FORBIDDEN)
    stub.answers("GET", "replicationFabrics", page({"id": "1", "name": "site1"}))
    stub.answers("GET", f"replicationFabrics/site1/{name}", page(body))
    [provider] = vault_at(stub.url).hosts.providers()
    heartbeat = datetime(2026, 1, 2, 3, 4, 5, 123456, timezone.utc)
    assert provider == Provider(
        body["id"], "p1", "host1.example", "site1", "Amsterdam", "HyperVSite", "NotConnected", heartbeat, "5.1", "Supported",
        protected_items=4,
    )  # fmt: skip
    assert not provider.connected


def test_jobs_are_filtered_by_start_in_the_services_own_format(stub):
    stub.answers("GET", "replicationJobs", page({"id": "1", "name": "job1", "properties": {"state": "Failed"}}))
    vault = vault_at(stub.url)
    since = datetime(2026, 1, 2, 4, 4, 5, 600, timezone(timedelta(hours=1)))
    until = datetime(2026, 1, 3, tzinfo=timezone.utc)
    assert [job.state for job in vault.jobs.list(since, until=until)] == ["Failed"]
    vault.jobs.list(since, ("Failed", "Cancelled"))
    start = "StartTime eq '2026-01-02T03:04:05.0006000Z' and EndTime eq "
    assert [asked.query["$filter"] for asked in stub.asked] == [
        [f"{start}'2026-01-03T00:00:00.0000000Z'"],
        [f"{start}'2100-01-01T00:00:00.0000000Z' and ( JobStatus eq 'Failed' or JobStatus eq 'Cancelled' )"],
    ]


BEGIN = datetime(2026, 1, 2, tzinfo=timezone.utc)


def cut_lists(total, most=200):
    """The answers of a vault with so many jobs, one a minute, whose list ends after the newest ones and names no next page
    (recorded), each time from the oldest of the last one back."""
    jobs = [
        {
            "id": str(one),
            "name": f"job{one}",
            "properties": {"startTime": f"{BEGIN + timedelta(minutes=one):%Y-%m-%dT%H:%M:%SZ}"},
        }
        for one in range(total)
    ]
    newest = total
    while True:
        yield page(*reversed(jobs[max(0, newest - most) : newest]))
        if newest < most:
            return
        newest -= most - 1


@pytest.mark.parametrize(("total", "asked"), [(0, 1), (199, 1), (200, 2), (201, 2), (399, 3), (520, 3)])
def test_a_list_of_jobs_that_may_have_been_cut_is_asked_on_from_its_oldest_back_to_its_end(stub, total, asked):
    stub.answers("GET", "replicationJobs", *cut_lists(total))
    found = vault_at(stub.url).jobs.list(BEGIN - timedelta(hours=1))
    assert {job.name for job in found} == {f"job{number}" for number in range(total)} and len(found) == total
    ends = [known(re.search("EndTime eq '([^']*)Z'", one.query["$filter"][0]))[1] for one in stub.asked]
    oldest = [
        f"{BEGIN + timedelta(minutes=total - 200 - 199 * one):%Y-%m-%dT%H:%M:%S}.0000000" for one in range(asked - 1)
    ]
    assert ends == ["2100-01-01T00:00:00.0000000", *oldest]


def test_a_list_that_is_the_same_however_it_is_asked_for_ends(stub):
    same = [
        {"id": str(number), "name": f"job{number}", "properties": {"startTime": "2026-01-02T00:00:00Z"}}
        for number in range(200)
    ]
    stub.answers("GET", "replicationJobs", page(*same))
    assert len(vault_at(stub.url).jobs.list(BEGIN - timedelta(hours=1))) == 200 and len(stub.asked) == 2


def test_one_thing_is_read_by_its_arm_id_whatever_its_case(stub):
    stub.answers("GET", ITEM, Answer(body=BODY))
    found = vault_at(stub.url).items.get(f"/S{VAULT[2:]}/{ITEM}")
    assert found == ProtectedItem.from_service(BODY)
    assert found.disks[1].vhd_id == "os-disk"


@pytest.mark.parametrize("read", [lambda v: v.items.get, lambda v: v.hosts.protectable_item])
@pytest.mark.parametrize("arm_id", ["", "vm1", f"{VAULT}/replicationFabrics/site1"])
def test_what_is_no_id_is_bad_input(stub, read, arm_id):
    with pytest.raises(BadInput, match="is not an ARM id"):
        read(vault_at(stub.url))(arm_id)
    assert stub.asked == []


def test_lists_keep_keys_that_the_sdk_does_not_know_and_give_the_same_record_as_a_get(stub):
    stub.answers("GET", "replicationProtectedItems", page(BODY))
    stub.answers("GET", ITEM, Answer(body=BODY))
    vault = vault_at(stub.url)
    assert vault.items.list() == [vault.items.get(BODY["id"])]
    raw: Any = vault.calls.every("list", vault.calls.client.replication_protected_items.list)
    assert raw[0]["properties"]["providerSpecificDetails"]["aKeyNobodyKnows"] == [1]


def test_plans_and_protectable_items_become_records(stub):
    stub.answers("GET", "replicationRecoveryPlans", page({"id": "1", "name": "plan1", "properties": {"groups": []}}))
    stub.answers("GET", f"{CONTAINER}/replicationProtectableItems", page({"id": "2", "name": "vm1", "properties": {}}))
    vault = vault_at(stub.url)
    assert [plan.name for plan in vault.plans.list()] == ["plan1"]
    assert [one.name for one in vault.hosts.protectable_items("site1", "cloud1")] == ["vm1"]


GROUP = VAULT.split("/providers/", maxsplit=1)[0]
MACHINE = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/vm1"


def missing(code="ResourceNotFound"):
    return Answer(404, {"error": {"code": code, "message": "It is not there"}})


def test_only_an_item_that_differs_is_read_anew_and_each_answer_is_a_record_of_its_own(stub, monkeypatch):
    made = []
    real = ProtectedItem.from_service
    monkeypatch.setattr(ProtectedItem, "from_service", lambda body: made.append(body["name"]) or real(body))
    changed = {**numbered(2), "properties": {"friendlyName": "another"}}
    stub.answers("GET", "replicationProtectedItems", page(numbered(1), numbered(2)), page(numbered(1), changed))
    vault = vault_at(stub.url)
    first, second = (vault.items.list() for _time in range(2))
    assert made == ["vm1", "vm2", "vm2"]
    assert first[0] == second[0] and first[0] is not second[0] and second[1].friendly_name == "another"


def test_what_the_service_writes_anew_all_the_time_and_no_record_has_makes_no_item_differ(stub):
    plain, told = ({**BODY, "properties": {**BODY["properties"]}} for _body in range(2))
    details = {**BODY["properties"]["providerSpecificDetails"], **dict.fromkeys(UNREAD, "2026-11-29T10:58:47Z")}
    told["properties"]["providerSpecificDetails"] = details
    assert ProtectedItem.from_service(told) == ProtectedItem.from_service(plain)
    stub.answers("GET", "replicationProtectedItems", page(plain), page(told))
    vault = vault_at(stub.url)
    first, second = (vault.items.list()[0] for _time in range(2))
    assert second.allowed_operations is first.allowed_operations


def test_an_azure_vm_is_read_by_its_full_id_with_its_instance_view_or_is_none(stub):
    stub.answers("GET", MACHINE, Answer(body={"id": MACHINE.upper(), "properties": {"instanceView": {}}}))
    stub.answers("GET", MACHINE.replace("vm1", "vm2"), missing())
    vault = vault_at(stub.url)
    assert known(vault.azure.vm(MACHINE))["properties"] == {"instanceView": {}}
    assert stub.asked[0].query["$expand"] == ["instanceView"]
    assert vault.azure.vm(MACHINE.replace("vm1", "vm2")) is None


def test_the_vm_of_another_subscription_is_not_taken_from_ours(stub):
    stub.answers("GET", MACHINE, Answer(body={"id": MACHINE}))
    vault = vault_at(stub.url)
    with pytest.raises(BadInput, match="is in another subscription than vault 'vault1'"):
        vault.azure.vm(MACHINE.replace(SUBSCRIPTION, "other"))
    assert stub.asked == []


def test_an_answer_about_another_vm_is_not_taken_for_it(stub):
    stub.answers("GET", MACHINE, Answer(body={"id": MACHINE.replace("vm1", "vm2")}))
    with pytest.raises(ServiceError, match="the answer is about another one: .*/vm2"):
        vault_at(stub.url).azure.vm(MACHINE)


@pytest.mark.parametrize(
    ("answer", "gone"),
    [
        (missing("ResourceGroupNotFound"), True),
        (missing("NotFound"), True),
        (missing("SubscriptionNotFound"), False),
        (missing("InvalidResourceType"), False),
        (Answer(404, "<title>Not Found</title>"), False),
    ],
)
def test_only_azures_own_word_for_it_means_that_a_resource_is_gone(stub, answer, gone):
    disk = f"{GROUP}/providers/Microsoft.Compute/disks/d1"
    stub.answers("GET", disk, answer)
    stub.answers("GET", MACHINE, answer)
    for read in (lambda vault: vault.azure.resource(disk, "2024-03-02"), lambda vault: vault.azure.vm(MACHINE)):
        with contextlib.nullcontext() if gone else pytest.raises(NotFound):
            assert read(vault_at(stub.url)) is None


@pytest.mark.parametrize(
    "wrong", ["https://evil.example/x", "/subscriptions/../metadata", "/subscriptions/a/b?c=d", "//evil/subscriptions"]
)
def test_no_token_is_sent_for_an_id_that_leads_elsewhere(stub, wrong):
    with pytest.raises(BadInput, match="is not an ARM id"):
        vault_at(stub.url).azure.resource(wrong, "2024-03-02")
    assert stub.asked == []


def test_locks_are_read_over_all_pages(stub):
    below = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/locks"
    stub.answers("GET", below, Answer(body={"value": [{"id": "one"}], "nextLink": f"{stub.url}/next?page=2"}))
    stub.answers("GET", "/next", Answer(body={"value": [{"id": "two"}]}))
    assert [text(one, "id") for one in vault_at(stub.url).azure.locks(f"/subscriptions/{SUBSCRIPTION}")] == [
        "one",
        "two",
    ]


def test_the_service_tells_the_time(stub):
    stub.answers("GET", JOB, Answer(body={"name": "job1"}, headers={"Date": "Fri, 02 Jan 2026 03:04:05 GMT"}))
    vault = vault_at(stub.url)
    vault.jobs.get("job1")
    told = vault.service_time()
    assert abs(told - datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)) < timedelta(seconds=5)
