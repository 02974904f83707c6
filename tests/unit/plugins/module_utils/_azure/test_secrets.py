# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A proxy that quotes all it was sent: no token, secret, password or assertion comes back in an error, wherever it was from."""

from __future__ import annotations

import html
import json
from typing import Any, SupportsIndex
from urllib.parse import quote

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._azure import secrets
from ansible_collections.asr.hyperv.plugins.module_utils._azure.client import connect
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AsrError
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.stub_azure import (
    JOB,
    SUBSCRIPTION,
    TENANT,
    Answer,
    Asked,
)

SECRET = 'Ce3A~b&<"c+d/ \u00e4'
VAULT = {"subscription_id": SUBSCRIPTION, "resource_group": "rg", "vault_name": "vault1"}
TOKEN_PATH = f"/{TENANT}/oauth2/v2.0/token"
PRINCIPAL = {"AZURE_CLIENT_ID": "c", "AZURE_TENANT": TENANT, "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION}


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(secrets, "KNOWN", set())


class Echo(list[Any]):
    """Answers each request with all that it held, as pages and services do."""

    def __init__(self, stub, status: int, shape: str) -> None:
        super().__init__([1, 2])
        self.stub, self.status, self.shape = stub, status, shape

    def pop(self, _place: SupportsIndex = -1) -> Answer:
        asked: Asked = self.stub.asked[-1]
        told = f"{asked.headers} {asked.body}"
        shapes = {
            "text": told,
            "page": f"<html><title>403</title><body><pre>{html.escape(told)}</pre></body></html>",
            "title": f"<title>refused: {html.escape(told)}</title>",
            "arm": json.dumps({"error": {"code": "No", "message": told}}),
            "oauth": json.dumps({"error": "invalid_client", "error_description": f"AADSTS1: {told}"}),
        }
        return Answer(self.status, shapes[self.shape])


def forms(secret: str) -> set[str]:
    """How a secret may look, made without the code under test."""
    return {secret, quote(secret, safe=""), html.escape(secret), secret[:8]}


def error_of(params: dict[str, Any]) -> str:
    with pytest.raises(AsrError) as caught:
        connect({**VAULT, **params}).jobs.get("job1")
    return f"{caught.value} {caught.value.details}"


@pytest.mark.parametrize("shape", ["text", "page", "title", "arm", "oauth"])
@pytest.mark.parametrize("status", [400, 401, 403, 502])
def test_no_bearer_token_comes_back(stub, waits, shape, status):
    stub.describes_itself()
    token = {"token_type": "Bearer", "expires_in": 3600, "access_token": "eyJ0.the-real-token.sig"}
    stub.answers("POST", TOKEN_PATH, Answer(body=token))
    stub.script["GET", f"{SCOPE}/{JOB}"] = Echo(stub, status, shape)
    options = {"client_id": "c", "secret": SECRET, "tenant": TENANT, "cloud_environment": stub.url}
    told = error_of(options)
    assert "the-real-token" not in told and "eyJ0" not in told


SCOPE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.RecoveryServices/vaults/vault1"
PLACES = ("option", "environment", "profile")


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize("shape", ["text", "page", "title", "arm", "oauth"])
@pytest.mark.parametrize("place", PLACES)
def test_no_client_secret_comes_back(stub, environment, credential_file, shape, place):
    stub.describes_itself()
    stub.script["POST", TOKEN_PATH] = Echo(stub, 401, shape)
    options = {"cloud_environment": stub.url}
    if place == "option":
        options |= {"client_id": "c", "secret": SECRET, "tenant": TENANT}
    elif place == "environment":
        environment(PRINCIPAL, {"AZURE_SECRET": SECRET})
    else:
        credential_file(default={"client_id": "c", "secret": SECRET, "tenant": TENANT, "subscription_id": SUBSCRIPTION})
    told = error_of(options)
    assert not [form for form in forms(SECRET) if form in told]


def test_no_assertion_comes_back(stub, waits, environment, bare_machine):
    stub.describes_itself()
    stub.script["POST", TOKEN_PATH] = Echo(stub, 401, "oauth")
    (bare_machine / "token").write_text("eyJhbGci.assertion.sig\n", encoding="utf-8")
    environment(PRINCIPAL, {"AZURE_FEDERATED_TOKEN_FILE": str(bare_machine / "token")})
    told = error_of({"cloud_environment": stub.url})
    assert "eyJhbGci" not in told


def test_every_secret_that_was_met_is_masked_by_ansible_in_all_that_the_module_answers(stub, environment):
    stub.describes_itself()
    environment(PRINCIPAL, {"AZURE_SECRET": SECRET})
    stub.answers("GET", JOB, Answer(body={"name": "job1"}))
    connect({**VAULT, "cloud_environment": stub.url}).jobs.get("job1")
    assert {SECRET, quote(SECRET, safe=""), "the-token"} <= secrets.KNOWN


def test_the_password_of_a_proxy_is_a_secret(stub, waits, environment):
    environment({"HTTPS_PROXY": "http://user:p%40ssword@127.0.0.1:9"}, PRINCIPAL, {"AZURE_SECRET": SECRET})
    told = error_of({"cloud_environment": "https://cloud.example"})
    assert "p%40ssword" not in told and {"p%40ssword", "p@ssword"} <= secrets.KNOWN


def test_what_ansible_masks_itself_is_told_to_it(monkeypatch):
    told: list[Any] = []
    monkeypatch.setattr(secrets, "register_secret", told.append)
    secrets.remember("a-secret", "", None, "abc")
    secrets.remember("a-secret")
    assert told == ["a-secret"] and "abc" not in secrets.KNOWN


def test_where_ansible_hides_secrets_from_the_screen_alone_answers_have_none(monkeypatch):
    monkeypatch.setattr(secrets, "KNOWN", {"a-secret"})
    answer = {"msg": "it said a-secret", "jobs": [{"a-secret": ["x", ("a-secret",)], "ended": None, "seconds": 4}]}
    monkeypatch.setattr(secrets, "register_secret", None)
    assert secrets.hidden(answer) == answer
    monkeypatch.setattr(secrets, "register_secret", print)
    mask = secrets.MASK
    assert secrets.hidden(answer) == {
        "msg": f"it said {mask}",
        "jobs": [{mask: ["x", [mask]], "ended": None, "seconds": 4}],
    }
