# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job of GitHub Actions or Azure Pipelines signs in with what its CI system gives it, as long as the run takes."""

from __future__ import annotations

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._azure.client import connect
from ansible_collections.asr.hyperv.plugins.module_utils._azure.credentials import sign_in
from ansible_collections.asr.hyperv.plugins.module_utils._azure.issuers import audience_in
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    AsrError,
    NotConnected,
    ServiceError,
    SignInFailed,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.stub_azure import TENANT, Answer

PATH = "/ci/token"
KEY = "the-key-of-the-job"
GITHUB, PIPELINES = "GitHub Actions", "Azure Pipelines"
ASKED = {  # method, what comes of the URL's own query and ours, the field of the answer
    GITHUB: ("GET", {"api-version": ["2.0"], "audience": ["api://AzureADTokenExchange"]}, "value"),
    PIPELINES: ("POST", {"api-version": ["7.1"], "serviceConnectionId": ["connection"]}, "oidcToken"),
}
WHO = {"client_id": "c", "tenant": TENANT, "subscription_id": "s"}
VAULT = {"resource_group": "rg", "vault_name": "vault1"}


@pytest.fixture(autouse=True)
def machine(bare_machine):
    return bare_machine


@pytest.fixture(params=[GITHUB, PIPELINES])
def job(request, stub, environment):
    """A job of one CI system, whose environment says where it gives tokens; the stub is that, and the cloud."""
    stub.describes_itself()
    environment(
        {"ACTIONS_ID_TOKEN_REQUEST_URL": f"{stub.url}{PATH}?api-version=2.0", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": KEY}
        if request.param == GITHUB
        else {
            "SYSTEM_OIDCREQUESTURI": f"{stub.url}{PATH}/",
            "SYSTEM_ACCESSTOKEN": KEY,
            "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID": "connection",
        }
    )
    return request.param


def gives(stub, job: str, *tokens: str) -> None:
    """The CI system gives these tokens, one after the other."""
    method, _query, field = ASKED[job]
    stub.answers(method, PATH, *(Answer(body={field: token}) for token in tokens))


def expire_at_once(stub) -> None:
    """The identity platform gives tokens that are old when they come."""
    body = {"token_type": "Bearer", "expires_in": 0, "access_token": "the-token"}
    stub.answers("POST", f"/{TENANT}/oauth2/v2.0/token", Answer(body=body))


def exchanged(stub) -> list[str]:
    """The tokens that the identity platform was shown."""
    posts = [str(asked.body) for asked in stub.to("POST") if asked.path.endswith("/oauth2/v2.0/token")]
    return [body.split("client_assertion=")[1].split("&")[0] for body in posts]


@pytest.mark.parametrize("place", ["options", "environment"])
def test_a_job_signs_in_with_the_token_that_its_ci_system_gives_it(stub, job, environment, place):
    gives(stub, job, "ci-token")
    if place == "environment":
        environment({"AZURE_CLIENT_ID": "c", "AZURE_TENANT": TENANT, "AZURE_SUBSCRIPTION_ID": "s"})
    options = WHO if place == "options" else {}
    assert sign_in({**options, "cloud_environment": stub.url}).credential.get_token("x/.default").token == "the-token"
    assert exchanged(stub) == ["ci-token"]
    method, query, _field = ASKED[job]
    [asked] = [asked for asked in stub.to(method) if asked.path == PATH]
    assert (asked.query, asked.headers["Authorization"]) == (query, f"Bearer {KEY}")


def test_each_sign_in_of_a_long_run_has_a_fresh_token(stub, job):
    gives(stub, job, "first", "second")
    expire_at_once(stub)
    credential = sign_in({**WHO, "cloud_environment": stub.url}).credential
    for _sign_in in range(2):
        credential.get_token("x/.default")
    assert exchanged(stub) == ["first", "second"]


REFUSED = [
    (Answer(401, {"message": "not yours"}), "answered HTTP 401, not yours. "),
    (Answer(404, "<title>Gone</title>"), "answered HTTP 404, Gone. "),
    (Answer(200, "not JSON"), "answered without a token; is a proxy in between?"),
    (Answer(200, {"value": "", "oidcToken": ""}), "answered without a token; is a proxy in between?"),
    (Answer(200, {"value": "a b", "oidcToken": ["x", "y"]}), "answered without a token; is a proxy in between?"),
    (Answer(302, headers={"Location": "https://login.example/"}), ": the answer is a redirection to login.example"),
    (Answer(200, ["x"]), "answered without a token; is a proxy in between?"),
]


@pytest.mark.parametrize("after", ["at the start", "in mid run"])
@pytest.mark.parametrize(("answer", "words"), REFUSED)
def test_a_ci_system_that_gives_no_token_is_named_with_what_it_said_and_what_to_do(stub, job, answer, words, after):
    gives(stub, job, "ci-token")
    expire_at_once(stub)
    stub.answers("GET", "/subscriptions/s/x", Answer(401))
    vault = connect({**WHO, **VAULT, "cloud_environment": stub.url})
    if after == "in mid run":
        with pytest.raises(ServiceError):
            vault.jobs.get("job1")
    stub.answers(ASKED[job][0], PATH, answer)
    with pytest.raises(SignInFailed) as caught:
        vault.jobs.get("job1")
    told = str(caught.value)
    assert told.startswith(f"Cannot read the job 'job1': signing in failed: {job} at 127.0.0.1")
    assert words in told and told.endswith("The credentials are from the module's options.")
    assert KEY not in told


@pytest.mark.parametrize("status", [429, 503])
def test_a_ci_system_that_is_busy_is_no_refusal(stub, job, status):
    stub.answers(ASKED[job][0], PATH, Answer(status, headers={"Retry-After": "0"}))
    vault = connect({**WHO, **VAULT, "cloud_environment": stub.url})
    with pytest.raises(NotConnected, match=f"because signing in is not possible: .*{job} .*answered HTTP {status}"):
        vault.jobs.get("job1")


@pytest.mark.parametrize("url", ["http://token.example/x", "token", "https://user@token.example/x"])
def test_a_job_sends_its_key_to_no_address_that_could_give_it_away(stub, job, environment, url):
    environment({"ACTIONS_ID_TOKEN_REQUEST_URL": url} if job == GITHUB else {"SYSTEM_OIDCREQUESTURI": url})
    vault = connect({**WHO, **VAULT, "cloud_environment": stub.url})
    with pytest.raises(AsrError, match=f"the address at which {job} gives tokens is not one that begins with https"):
        vault.jobs.get("job1")


@pytest.mark.parametrize(
    ("cloud", "audience"),
    [
        ("AzureCloud", "api://AzureADTokenExchange"),
        ("AzureUSGovernment", "api://AzureADTokenExchangeUSGov"),
        ("AzureChinaCloud", "api://AzureADTokenExchangeChina"),
        ("Simulator", "api://AzureADTokenExchange"),
    ],
)
def test_a_token_is_for_the_cloud_that_it_is_exchanged_in(cloud, audience):
    assert audience_in(cloud) == audience
