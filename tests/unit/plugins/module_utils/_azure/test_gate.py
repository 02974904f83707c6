# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing leaves for an address out of an answer that is not the service's: a second server, just as trusted, counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.asr.hyperv.plugins.module_utils._azure.client import connect
from ansible_collections.asr.hyperv.plugins.module_utils._azure.cloud import cloud_called, sign_in_doors
from ansible_collections.asr.hyperv.plugins.module_utils._azure.doors import NotAllowed, climbs, doors_to, origin_of
from ansible_collections.asr.hyperv.plugins.module_utils._azure.gate import session
from ansible_collections.asr.hyperv.plugins.module_utils._azure.place import Place
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AsrError, ServiceError
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.started import Started
from ansible_collections.asr.hyperv.plugins.module_utils._wish.data_sync import DataSync, SyncChoice
from ansible_collections.asr.hyperv.plugins.module_utils._wish.failback import Failback
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.stub_azure import (
    BODY,
    ITEM,
    JOB,
    SUBSCRIPTION,
    TENANT,
    VAULT,
    Answer,
    vault_at,
)

PIECES: tuple[str, ...] = (
    "https:",
    "http:",
    "//",
    "/",
    "\\",
    "@",
    ":",
    "#",
    "?",
    "%2f",
    "%5C",
    "%40",
    " ",
    "\t",
    "\n",
    ".",
    "[",
    "]",
    ";",
)
PIECES += ("{ours}", "{theirs}", "{our_port}", "{their_port}", "127.0.0.1", "localhost", "x", "\u2100", "\u3002", "..")
REDIRECTIONS = (300, 301, 302, 303, 305, 307, 308)


def put_in(shape: str, stub, stranger) -> str:
    ports = {"our_port": str(stub.server.server_port), "their_port": str(stranger.server.server_port)}
    for name, value in {"ours": stub.host, "theirs": stranger.host, **ports}.items():
        shape = shape.replace(f"{{{name}}}", value)
    return shape


def params_for(stub, **others) -> dict[str, Any]:
    where = {
        "subscription_id": SUBSCRIPTION,
        "resource_group": "rg",
        "vault_name": "vault1",
        "cloud_environment": stub.url,
    }
    return {**where, "client_id": "c", "secret": "the-secret", "tenant": TENANT, **others}


KNOWN = [
    "https://{theirs}\\@{ours}/x",
    "https://{theirs}\\.{ours}/x",
    "https://{ours}@{theirs}/x",
    "https://{theirs}#@{ours}/x",
    "https://{theirs}?@{ours}/x",
    "https://{theirs}/",
    "//{theirs}/x",
    "/x",
    "https://{ours}\t@{theirs}/x",
    " https://{theirs}/x",
    "https:\\\\{theirs}\\x",
    "https:{theirs}/x",
]


def ask_all(stub, link: str) -> None:
    """Read a list whose next page, and the state of an operation whose address, is `link`."""
    vault = vault_at(stub.url, retries=0)
    stub.answers("GET", "replicationRecoveryPlans", Answer(body={"value": [], "nextLink": link}))
    for ask in (vault.plans.list, lambda: vault.jobs.of_operation(Started("o", "", "r", link))):
        try:
            ask()
        except AsrError:
            continue


@pytest.mark.parametrize("shape", KNOWN)
def test_no_token_leaves_for_an_address_that_two_parsers_read_differently(stub, stranger, waits, shape):
    ask_all(stub, put_in(shape, stub, stranger))
    assert stranger.connections == 0


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(shape=st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join), whole=st.booleans())
def test_no_link_of_an_answer_leads_elsewhere(stub, stranger, waits, shape, whole):
    ask_all(stub, put_in(shape if whole else f"https://{shape}", stub, stranger))
    assert stranger.connections == 0


@pytest.mark.parametrize("header", ["Location", "Azure-AsyncOperation"])
@pytest.mark.parametrize("shape", KNOWN)
def test_no_header_of_a_start_leads_elsewhere(stub, stranger, waits, header, shape):
    link = put_in(shape, stub, stranger).replace("\t", "")
    stub.answers("POST", "replicationRecoveryPlans/plan1/failoverCommit", Answer(202, headers={header: link}))
    vault = vault_at(stub.url, retries=0)
    started = vault.plans.commit_failover("plan1")
    with pytest.raises(AsrError):
        vault.jobs.of_operation(started)
    assert stranger.connections == 0


@pytest.mark.parametrize("status", REDIRECTIONS)
def test_no_read_is_redirected_and_the_answer_of_a_stranger_is_never_taken(stub, stranger, waits, status):
    stranger.answers("GET", f"{VAULT}/{JOB}", Answer(body={"name": "job1", "properties": {"state": "Succeeded"}}))
    stub.answers("GET", JOB, Answer(status, headers={"Location": f"{stranger.url}{VAULT}/{JOB}"}))
    with pytest.raises(ServiceError, match=rf"Cannot read the job 'job1': the answer is a redirection .*HTTP {status}"):
        vault_at(stub.url).jobs.get("job1")
    assert (stranger.connections, len(stub.asked)) == (0, 1)


@pytest.mark.parametrize("status", REDIRECTIONS)
def test_no_start_is_redirected_and_it_is_known_not_to_have_happened(stub, stranger, waits, status):
    stub.answers("POST", f"{JOB}/resume", Answer(status, headers={"Location": f"{stranger.url}/x"}))
    with pytest.raises(ServiceError, match="redirection to 127.0.0.1") as caught:
        vault_at(stub.url).jobs.resume("job1", "go")
    assert (type(caught.value), stranger.connections, len(stub.asked)) == (ServiceError, 0, 1)


@pytest.mark.parametrize("status", REDIRECTIONS)
@pytest.mark.parametrize(
    "asked",
    [
        ("GET", "/metadata/endpoints"),
        ("GET", f"/{TENANT}/v2.0/.well-known/openid-configuration"),
        ("POST", f"/{TENANT}/oauth2/v2.0/token"),
    ],
)
def test_neither_metadata_nor_signing_in_is_redirected(stub, stranger, waits, asked, status):
    stub.describes_itself()
    method, path = asked
    stub.answers(method, path, Answer(status, headers={"Location": f"{stranger.url}{path}"}))
    with pytest.raises(AsrError, match="the answer is a redirection to 127.0.0.1"):
        connect(params_for(stub)).jobs.get("job1")
    assert stranger.connections == 0


@pytest.mark.parametrize("shape", [*KNOWN, "{theirs_url}"])
def test_no_secret_is_posted_to_a_token_endpoint_that_an_openid_document_names(stub, stranger, waits, shape):
    stub.describes_itself()
    token = put_in(shape, stub, stranger).replace("{theirs_url}", f"{stranger.url}/{TENANT}/oauth2/v2.0/token")
    document = {
        "authorization_endpoint": f"{stub.url}/a",
        "token_endpoint": token,
        "issuer": f"{stub.url}/{TENANT}/v2.0",
    }
    stub.answers("GET", f"/{TENANT}/v2.0/.well-known/openid-configuration", Answer(body=document))
    with pytest.raises(AsrError):
        connect(params_for(stub)).jobs.get("job1")
    assert stranger.connections == 0
    assert not [asked for asked in stub.to("POST") if "the-secret" in str(asked.body)]


@pytest.mark.parametrize("field", ["resourceManager", "loginEndpoint"])
@pytest.mark.parametrize("shape", KNOWN)
def test_no_metadata_leads_elsewhere(stub, stranger, waits, field, shape):
    stub.describes_itself()
    link = put_in(shape, stub, stranger)
    entry = {"name": "c", "resourceManager": stub.url}
    entry["authentication"] = {"loginEndpoint": stub.url, "audiences": [stub.url]}
    (entry if field in entry else entry["authentication"])[field] = link
    stub.answers("GET", "/metadata/endpoints", Answer(body=entry))
    with pytest.raises(AsrError):
        connect(params_for(stub)).jobs.get("job1")
    assert stranger.connections == 0


def test_no_challenge_leads_elsewhere(stub, stranger, waits):
    stub.describes_itself()
    challenge = f'Bearer authorization_uri="{stranger.url}/{TENANT}", error="insufficient_claims", claims="e30="'
    stub.answers("GET", JOB, Answer(401, headers={"WWW-Authenticate": challenge}))
    with pytest.raises(AsrError):
        connect(params_for(stub)).jobs.get("job1")
    assert stranger.connections == 0


def test_a_netrc_adds_nothing(stub, bare_machine):
    (bare_machine / ".netrc").write_text("default login somebody password netrc-password\n", encoding="utf-8")
    (bare_machine / ".netrc").chmod(0o600)
    stub.describes_itself()
    stub.answers("GET", JOB, Answer(body={"name": "job1"}))
    connect(params_for(stub)).jobs.get("job1")
    sent = [asked.headers.get("Authorization", "") for asked in stub.asked]
    assert "Bearer the-token" in sent and not [one for one in sent if one.startswith("Basic")]


@pytest.mark.parametrize(
    ("variables", "proxied"),
    [
        ({"HTTPS_PROXY": "{proxy}"}, True),
        ({"https_proxy": "{proxy}"}, True),
        ({"ALL_PROXY": "{proxy}"}, True),
        ({"HTTPS_PROXY": "{proxy}", "NO_PROXY": "127.0.0.1"}, False),
        ({"HTTPS_PROXY": "{proxy}", "no_proxy": "*"}, False),
        ({"HTTP_PROXY": "{proxy}"}, False),
    ],
)
def test_proxies_are_those_of_the_environment(stub, stranger, environment, variables, proxied):
    environment({name: value.replace("{proxy}", f"http://{stranger.host}") for name, value in variables.items()})
    stub.answers("GET", JOB, Answer(body={"name": "job1"}))
    if proxied:
        with pytest.raises(AsrError):
            vault_at(stub.url, retries=0).jobs.get("job1")
    else:
        vault_at(stub.url, retries=0).jobs.get("job1")
    assert (stranger.connections > 0, stub.connections > 0) == (proxied, not proxied)


def test_connections_are_kept_and_a_session_that_was_closed_makes_new_ones(stub):
    stub.answers("GET", JOB, Answer(body={"name": "job1"}))
    made, address = session(), f"{stub.url}{VAULT}/{JOB}"
    options = {"headers": {}, "timeout": 5, "verify": stub.ca_file, "cert": None, "proxies": {}}
    connections = []
    for closes in (False, True, False):
        assert made.request("GET", address, **options).json() == {"name": "job1"}
        connections.append(stub.connections)
        if closes:
            made.close()
    assert connections == [1, 1, 2]


ELSEWHERE = [
    "{vault}/../vault2/replicationJobs/j/cancel",
    "{vault}/%2e%2e/vault2/replicationJobs/j/cancel",
    "{vault}/..%2Fvault2/replicationJobs/j/cancel",
    "{vault}/..%5Cvault2/replicationJobs/j/cancel",
    "{vault}/./x",
    "{vault}2/replicationJobs/j/cancel",
    "/subscriptions/" + SUBSCRIPTION + "/providers/Microsoft.RecoveryServices/register",
    "/",
]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_nothing_is_changed_outside_the_vault(path):
    doors = Place(SUBSCRIPTION, "rg", "vault1", "https://management.azure.com").doors
    with pytest.raises(NotAllowed):
        doors.check("POST", f"https://management.azure.com{path.replace('{vault}', VAULT)}")


def test_the_vault_itself_may_be_changed_whatever_its_name_looks_like_on_the_wire():
    doors = Place(SUBSCRIPTION, "rg (x)", "vault1", "https://management.azure.com").doors
    path = VAULT.replace("/rg/", "/RG%20%28x%29/")
    doors.check("POST", f"https://management.azure.com{path}/replicationJobs/j/resume?api-version=1")


@pytest.mark.parametrize(("method", "path"), [("POST", f"{JOB}/cancel"), ("GET", JOB)])
def test_a_provider_is_never_registered_because_an_answer_says_so(stub, waits, method, path):
    error = {"error": {"code": "MissingSubscriptionRegistration", "message": "not registered: 'Microsoft.Evil'"}}
    stub.answers(method, path, Answer(409, error))
    vault = vault_at(stub.url)
    with pytest.raises(ServiceError):
        vault.jobs.get("job1") if method == "GET" else vault.jobs.cancel("job1")
    assert [asked.path for asked in stub.asked] == [path]


@pytest.mark.parametrize("name", ["..", "."])
def test_a_name_that_climbs_is_not_sent(stub, waits, name):
    vault = vault_at(stub.url)
    for ask in (lambda: vault.jobs.get(name), lambda: vault.jobs.cancel(name), lambda: vault.plans.get(name)):
        with pytest.raises(ServiceError, match="nothing is sent to|cannot be a part of an address"):
            ask()
    assert stub.asked == []


SIGNS_IN = [
    ("https://login.microsoftonline.com", "https://login.microsoftonline.com/t/oauth2/v2.0/token", True),
    ("https://login.microsoftonline.us", "https://login.microsoftonline.com/common/discovery/instance", True),
    ("https://login.chinacloudapi.cn", "https://login.partner.microsoftonline.cn/t/oauth2/v2.0/token", True),
    ("https://login.microsoftonline.com", "https://evil.login.microsoftonline.com/", False),
    ("https://login.microsoftonline.com", "http://login.microsoftonline.com/", False),
    ("https://adfs.example/adfs", "https://adfs.example/adfs/oauth2/token", True),
    ("https://adfs.example/adfs", "https://login.microsoftonline.com/", False),
]


@pytest.mark.parametrize(("authority", "url", "allowed"), SIGNS_IN)
def test_a_secret_goes_to_its_authority_and_to_the_names_that_answer_for_it(authority, url, allowed):
    assert sign_in_doors(authority).lead_to(url) is allowed


@pytest.mark.parametrize(
    "url", ["https://h/a b", "https://h/\x00", "https://h/\u00e4", "https://h\\x", "https://h:x/", "ftp://h/"]
)
def test_an_address_that_is_not_plain_leads_nowhere(url):
    assert origin_of(url) is None
    assert not doors_to(["https://h"]).lead_to(url)


def test_a_dot_in_a_name_does_not_climb():
    assert not climbs("https://h/a.b/...c/x..y")


@pytest.mark.parametrize("url", ["https://evil\\@h", "https://user@h", "https://h h"])
def test_a_cloud_is_not_asked_at_an_address_that_is_none(url):
    with pytest.raises(AsrError, match="https URL of a metadata endpoint"):
        cloud_called(url)


FOREIGN = VAULT.replace("/vault1", "/vault2")
DELTA = Failback(SyncChoice(DataSync.BEFORE_FAILOVER, "asked for"))
STRANGE_ITEMS = [
    ({"id": f"{FOREIGN}/{ITEM}"}, "its id .*vaults/vault2.* is not one of vault 'vault1'"),
    ({"id": f"{VAULT.replace(SUBSCRIPTION, TENANT)}/{ITEM}"}, "is not one of vault 'vault1'"),
    ({"name": "vm2"}, "is that of another item than its name 'vm2'"),
    ({"name": ".."}, "is that of another item than its name '..'"),
    ({"id": f"/{ITEM}"}, "is not one of vault 'vault1'"),
]


@pytest.mark.parametrize(("odd", "words"), STRANGE_ITEMS)
def test_nothing_is_started_for_an_item_that_is_not_ours(stub, waits, odd, words):
    stub.answers("GET", "replicationProtectedItems", Answer(body={"value": [{**BODY, **odd}]}))
    vault = vault_at(stub.url)
    [item] = vault.items.list()
    for start in (
        vault.items.commit_failover,
        vault.items.test_failover_cleanup,
        lambda one: vault.items.planned_failover(one, DELTA),
    ):
        with pytest.raises(ServiceError, match=words):
            start(item)
    assert stub.to("POST") == []


def test_a_provider_that_is_not_ours_is_not_sent(stub, waits):
    vault = vault_at(stub.url)
    item = ProtectedItem.from_service(BODY)
    with pytest.raises(ServiceError, match="the provider .*vault2.* is not one of vault 'vault1'"):
        vault.items.planned_failover(
            item, replace(DELTA, provider_id=f"{FOREIGN}/replicationRecoveryServicesProviders/p")
        )
    assert stub.asked == []


def test_a_job_of_another_vault_is_not_taken_for_ours(stub, waits):
    ours, theirs = {"id": f"{VAULT}/{JOB}", "name": "job1"}, {"id": f"{FOREIGN}/{JOB}", "name": "job2"}
    stub.answers("GET", "replicationJobs", Answer(body={"value": [theirs, ours]}))
    stub.answers("GET", JOB, Answer(body=theirs))
    vault = vault_at(stub.url)
    assert [job.name for job in vault.jobs.list(vault.service_time())] == ["job1"]
    with pytest.raises(ServiceError, match="is not one of vault 'vault1'"):
        vault.jobs.get("job1")
