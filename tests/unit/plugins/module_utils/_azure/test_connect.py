# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Getting to the vault: trust, sign-in and packages; each kind of trouble has its own words."""

from __future__ import annotations

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._azure import client as _client
from ansible_collections.asr.hyperv.plugins.module_utils._azure import library as _library
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    BadInput,
    MissingLibrary,
    NotConnected,
    SignInFailed,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import known
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.stub_azure import (
    JOB,
    SUBSCRIPTION,
    TENANT,
    Answer,
    vault_at,
)

JOB_BODY = {"id": f"/{JOB}", "name": "job1", "properties": {"state": "InProgress"}}


@pytest.mark.parametrize("ask", [lambda vault: vault.jobs.get("job1"), lambda vault: vault.jobs.resume("job1", "go")])
def test_an_untrusted_certificate_says_where_to_name_the_authority(stub, waits, monkeypatch, ask):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(NotConnected, match="certificate is not trusted.*REQUESTS_CA_BUNDLE"):
        ask(vault_at(stub.url))
    assert stub.asked == []


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_any_ca_variable_alone_is_enough_for_metadata_token_and_vault(stub, monkeypatch, variable):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    monkeypatch.setenv(variable, stub.ca_file)
    stub.describes_itself()
    stub.answers("GET", JOB, Answer(body=JOB_BODY))
    assert known(_client.connect(params_for(stub)).jobs.get("job1")).name == "job1"
    paths = [asked.path for asked in stub.asked]
    assert "/metadata/endpoints" in paths and f"/{TENANT}/oauth2/v2.0/token" in paths and JOB in paths
    assert not any("instance" in path for path in paths)


def test_a_ca_file_that_is_missing_is_named(bare_machine, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    with pytest.raises(BadInput, match="REQUESTS_CA_BUNDLE names /nowhere/ca.pem"):
        vault_at("https://127.0.0.1:9")


def params_for(stub, **others):
    return {
        "subscription_id": SUBSCRIPTION,
        "resource_group": "rg",
        "vault_name": "vault1",
        "client_id": "the-client",
        "secret": "the-secret",
        "tenant": TENANT,
        "cloud_environment": stub.url,
        **others,
    }


def test_a_wrong_secret_is_told_without_showing_it(stub):
    stub.describes_itself()
    error = {
        "error": "invalid_client",
        "error_description": "AADSTS7000215: Invalid client secret provided. Trace ID: 1",
    }
    stub.answers("POST", f"/{TENANT}/oauth2/v2.0/token", Answer(401, error))
    with pytest.raises(SignInFailed, match="AADSTS7000215.*check secret") as caught:
        _client.connect(params_for(stub)).jobs.resume("job1", "go")
    assert caught.value.details["code"] == "AADSTS7000215"
    assert "the-secret" not in f"{caught.value} {caught.value.details}"


def test_a_token_that_the_vault_does_not_take_is_a_sign_in_problem(stub):
    error = {
        "error": {"code": "InvalidAuthenticationTokenTenant", "message": "The access token is from the wrong issuer."}
    }
    stub.answers("POST", f"{JOB}/resume", Answer(401, error))
    with pytest.raises(SignInFailed, match="the wrong issuer") as caught:
        vault_at(stub.url).jobs.resume("job1", "go")
    assert caught.value.details["status"] == 401


@pytest.mark.parametrize("option", ["resource_group", "vault_name"])
def test_an_empty_name_is_bad_input(stub, option):
    with pytest.raises(BadInput, match=f"{option} is empty"):
        _client.connect(params_for(stub, **{option: ""}))
    assert stub.asked == []


def test_a_missing_package_is_named(monkeypatch):
    _library.library.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "azure.identity", None)
    with pytest.raises(MissingLibrary, match="azure-identity is missing") as caught:
        _library.library("azure.identity")
    assert caught.value.library == "azure-identity"


def test_a_package_that_is_too_old_is_named_with_both_versions(monkeypatch):
    _library.library.cache_clear()
    monkeypatch.setattr("azure.mgmt.recoveryservicessiterecovery.__version__", "1.3.0")
    with pytest.raises(MissingLibrary, match="1.3.0 is too old: 2.0.0 or newer"):
        _library.library(_library.SITE_RECOVERY)


def test_not_even_the_most_talkative_log_holds_a_secret(stub, caplog):
    caplog.set_level("DEBUG")
    stub.describes_itself()
    stub.answers("GET", JOB, Answer(body=JOB_BODY))
    _client.connect(params_for(stub)).jobs.get("job1")
    assert JOB in caplog.text
    assert "the-secret" not in caplog.text and "the-token" not in caplog.text
