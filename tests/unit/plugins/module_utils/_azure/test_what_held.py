# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an attacker has tried in vain stays in vain: names on the wire, foreign things among ours, lists without measure."""

from __future__ import annotations

import contextlib
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest

pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._azure.client import connect
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AsrError, BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.started import Accepted
from ansible_collections.asr.hyperv.tests.unit.hostile import HOSTILE
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils._service.test_odd_values import kind_of, rewritten
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.runs import FakeModule, outcome
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service, without_models
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.stub_azure import (
    BODY,
    CONTAINER,
    SUBSCRIPTION,
    TENANT,
    VAULT,
    vault_at,
)

ON_THE_WIRE = [
    "a\r\nX-Evil: 1",
    "a\r\n\r\nPOST /evil HTTP/1.1",
    "a b",
    "a?b=c",
    "a#b",
    "a;b",
    "a@evil.example",
    "a%2e%2e",
    "a%0d%0aX-Evil: 1",
    "a\\..\\b",
    "../../../vault2",
    "..;",
    *HOSTILE.values(),
]


@pytest.mark.parametrize("name", ON_THE_WIRE, ids=repr)
def test_the_name_of_an_item_is_one_part_of_the_address_or_nothing_is_sent(stub, waits, name):
    body = {**BODY, "id": f"{VAULT}/{CONTAINER}/replicationProtectedItems/{name}", "name": name}
    item = ProtectedItem.from_service(body)
    with contextlib.suppress(AsrError):  # refused, or the answer 501 of the stub
        vault_at(stub.url, retries=0).items.commit_failover(item)
    only_below(stub, f"{CONTAINER}/replicationProtectedItems/", "/failoverCommit", item.name)


@pytest.mark.parametrize("name", ON_THE_WIRE, ids=repr)
def test_the_name_of_a_job_is_one_part_of_the_address_or_nothing_is_sent(stub, waits, name):
    for ask in (
        lambda vault: vault.jobs.cancel(name),
        lambda vault: vault.jobs.resume(name, "x"),
        lambda vault: vault.jobs.get(name),
    ):
        try:
            ask(vault_at(stub.url, retries=0))
        except (AsrError, UnicodeEncodeError):
            continue
    for asked in stub.asked:
        assert asked.path.startswith("replicationJobs/")
        assert unquote(asked.path).removeprefix("replicationJobs/").removesuffix(tail(asked)) == name
        assert "X-Evil" not in asked.headers


@pytest.mark.parametrize("name", ["..", "", "a\x9b31m", "a%2f..", "a b\x85"])
def test_a_start_whose_job_is_called_in_a_way_that_cannot_be_goes_by_the_id_of_the_request(name):
    answered = SimpleNamespace(
        headers={"Location": f"https://h/{VAULT}/replicationJobs/{name}", "x-ms-request-id": "job1"}
    )
    accepted = Accepted()
    accepted.initialize(None, SimpleNamespace(http_response=answered), None)
    expected = "replicationJobs" if name == "" else "job1"
    assert accepted.started("r", names_job=True).job_name == expected
    answered.headers["x-ms-request-id"] = ".."
    assert accepted.started("r", names_job=True).job_name == ("" if name else expected)


def tail(asked) -> str:
    return "" if asked.method == "GET" else f"/{asked.path.rpartition('/')[2]}"


def only_below(stub, start: str, end: str, name: str) -> None:
    for asked in stub.asked:
        assert asked.path.startswith(start) and asked.path.endswith(end)
        assert unquote(asked.path[len(start) : -len(end)]) == name
        assert "X-Evil" not in asked.headers
    assert len(stub.asked) <= 1


@pytest.mark.parametrize("text", ["", "no certificate in here\n"])
def test_a_file_of_authorities_that_holds_none_trusts_nobody(stub, waits, monkeypatch, tmp_path, text):
    (tmp_path / "ca.pem").write_text(text, encoding="utf-8")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    with pytest.raises(AsrError):
        vault_at(stub.url, retries=0).jobs.get("job1")
    assert stub.asked == []


def test_no_password_goes_to_an_adfs_without_tls(stub, waits):
    options = {"subscription_id": SUBSCRIPTION, "resource_group": "rg", "vault_name": "vault1", "tenant": TENANT}
    options |= {"cloud_environment": "AzureCloud", "ad_user": "me", "password": "the-secret", "client_id": "c"}
    with pytest.raises(AsrError):
        connect({**options, "adfs_authority_url": f"http://{stub.host}/adfs"}).jobs.get("job1")
    assert stub.asked == []


TWO = vault("app01", "db01")


def test_thousands_of_jobs_of_others_do_not_hold_a_run_up():
    def twist(request, ask):
        answer = ask(request)
        if kind_of(request) != "GET replicationJobs" or "filter" not in request.url:
            return answer
        return rewritten(answer, request, lambda body: {**body, "value": [*body["value"], *others]})

    facts = {"scenarioName": "Failback", "state": "InProgress", "targetObjectName": "else", "targetObjectId": "else"}
    others = [{"id": f"/x/replicationJobs/{one}", "name": f"{one}", "properties": facts} for one in range(2_000)]
    with without_models():
        service = Service(TWO)
        service.core.twist = twist
        answer = outcome(
            service, FakeModule(service, recovery_plan=None, protected_items=["app01"], poll_interval=300.0)
        )
    assert [one["phase"] for one in answer["protected_items"]] == ["protected"]


FOREIGN = "/subscriptions/other/resourceGroups/rg/providers/Microsoft.RecoveryServices/vaults/theirs"


@pytest.mark.parametrize("place", ["a member of the plan", "a name that was given"])
def test_an_item_of_another_vault_is_refused_by_name_and_nothing_is_sent(place):
    service = Service(TWO)
    theirs = f"{FOREIGN}/replicationFabrics/a/replicationProtectionContainers/b/replicationProtectedItems/app01"
    if place.startswith("a name"):
        options: dict[str, Any] = {"recovery_plan": None, "protected_items": [theirs]}
    else:
        options = {"recovery_plan": "plan1"}

        def twist(request, ask):
            answer = ask(request)
            if kind_of(request) != "GET replicationRecoveryPlans" or not place.startswith("a member"):
                return answer
            return rewritten(answer, request, with_member)

        service.core.twist = twist

    def with_member(body):
        body["properties"]["groups"][-1]["replicationProtectedItems"].append({"id": theirs})
        return body

    with pytest.raises(BadInput, match="there is no protected item '/subscriptions/other"):
        outcome(service, FakeModule(service, **options))
    assert service.posts() == []


def test_a_name_that_two_vms_have_but_for_their_case_means_neither():
    service = Service(vault("vm1 vm2", vms={"vm1": {"display_name": "app01"}, "vm2": {"display_name": "APP01"}}))
    with pytest.raises(BadInput, match="'app01' is the name of 2 protected items"):
        outcome(service, FakeModule(service, recovery_plan=None, protected_items=["app01"]))
    assert service.posts() == []
