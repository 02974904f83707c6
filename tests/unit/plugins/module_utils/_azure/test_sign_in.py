# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is found becomes the right object of azure.identity, with the right authority; federation works end to end."""

from __future__ import annotations

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._azure.client import connect
from ansible_collections.asr.hyperv.plugins.module_utils._azure.credentials import SignIn, sign_in
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    BadInput,
    NotConnected,
    ServiceError,
    SignInFailed,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.stub_azure import JOB, TENANT, Answer

SECRET = {"client_id": "client", "secret": "s3cret", "tenant": TENANT}
ENV_SUBSCRIPTION = {"AZURE_SUBSCRIPTION_ID": "env-subscription"}
PROFILE = {**SECRET, "subscription_id": "file-subscription"}


@pytest.fixture(autouse=True)
def machine(bare_machine):
    return bare_machine


CLASSES = [
    (SECRET, "ClientSecretCredential"),
    (SECRET | {"federated_token_file": "/x"}, "ClientSecretCredential"),
    ({"client_id": "c", "tenant": TENANT, "federated_token": "t"}, "ClientAssertionCredential"),
    ({"client_id": "c", "tenant": TENANT, "federated_token_file": "/x"}, "ClientAssertionCredential"),
    ({"ad_user": "u", "password": "p"}, "UsernamePasswordCredential"),
    ({"auth_source": "msi", "client_id": "c"}, "ManagedIdentityCredential"),
]


def class_of(caller: SignIn) -> str:
    """The class of the SDK's credential, which ours has inside."""
    return type(vars(caller.credential)["credential"]).__name__


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("options, kind", CLASSES)
def test_each_set_makes_its_own_credential(options, kind):
    assert class_of(sign_in({**options, "subscription_id": "x"})) == kind


def test_a_certificate_is_read_from_its_file(machine):
    import trustme

    issued = trustme.CA().issue_cert("client.example", key_type=trustme.KeyType.RSA)
    path = machine / "client.pem"
    path.write_bytes(issued.private_key_pem.bytes() + issued.cert_chain_pems[0].bytes())
    options = {"client_id": "c", "tenant": TENANT, "subscription_id": "x"}
    found = sign_in({**options, "x509_certificate_path": "~/client.pem", "thumbprint": "AB"})
    assert class_of(found) == "CertificateCredential"
    with pytest.raises(BadInput, match="Cannot use a certificate from the module's options: .*nowhere.pem"):
        sign_in({**options, "x509_certificate_path": "/nowhere.pem"})


FEDERATION = [
    ({"AZURE_FEDERATED_TOKEN_FILE": "/x", "AZURE_TENANT_ID": TENANT}, "ClientAssertionCredential"),
    ({"AZURE_FEDERATED_TOKEN": "t", "AZURE_TENANT": TENANT}, "ClientAssertionCredential"),
    (
        {
            "AZURE_TENANT": TENANT,
            "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID": "i",
            "SYSTEM_ACCESSTOKEN": "t",
            "SYSTEM_OIDCREQUESTURI": "https://dev.azure.com/x",
        },
        "ClientAssertionCredential",
    ),
    (
        {
            "AZURE_TENANT": TENANT,
            "ACTIONS_ID_TOKEN_REQUEST_URL": "https://token.example/x",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t",
        },
        "ClientAssertionCredential",
    ),
]


@pytest.mark.parametrize("variables, kind", FEDERATION)
def test_federation_is_found_in_the_environment(environment, variables, kind):
    environment(variables, ENV_SUBSCRIPTION, {"AZURE_CLIENT_ID": "c"})
    assert class_of(sign_in({})) == kind


def test_a_pipeline_without_its_request_address_is_told(environment):
    variables, _kind = FEDERATION[2]
    environment(variables, ENV_SUBSCRIPTION, {"AZURE_CLIENT_ID": "c", "SYSTEM_OIDCREQUESTURI": ""})
    with pytest.raises(BadInput, match=r"also needs oidc_request_uri \(SYSTEM_OIDCREQUESTURI\)"):
        sign_in({})


def test_a_federated_token_is_exchanged_and_its_file_read(stub, machine, environment):
    stub.describes_itself()
    (machine / "token").write_text("ci-token", encoding="utf-8")
    common = {"client_id": "c", "tenant": TENANT, "subscription_id": "x", "cloud_environment": stub.url}
    for option in ({"federated_token": "ci-token"}, {"federated_token_file": "~/token"}):
        assert sign_in(common | option).credential.get_token(f"{stub.url}/.default").token == "the-token"
        assert "client_assertion=ci-token" in stub.to("POST")[-1].body
    assert len(stub.to("POST")) == 2


DISCOVERY = [  # option, environment variable, profile value, what it comes to
    ((False, "", ""), False),
    ((True, "", ""), True),
    ((False, "true", ""), True),
    ((False, "false", ""), False),
    ((False, "", "yes"), True),
]


@pytest.mark.parametrize("places, off", DISCOVERY)
def test_instance_discovery_is_switched_off_from_any_place(monkeypatch, environment, credential_file, places, off):
    given, (option, variable, value) = {}, places
    monkeypatch.setattr("azure.identity.ClientSecretCredential", lambda **arguments: given.update(arguments))
    environment({"AZURE_DISABLE_INSTANCE_DISCOVERY": variable} if variable else {})
    credential_file(default=PROFILE | ({"disable_instance_discovery": value} if value else {}))
    sign_in({"disable_instance_discovery": option})
    assert given["disable_instance_discovery"] is off


def test_adfs_has_its_own_authority(monkeypatch):
    given = {}
    monkeypatch.setattr("azure.identity.UsernamePasswordCredential", lambda **arguments: given.update(arguments))
    user = {"ad_user": "u", "password": "p", "subscription_id": "x"}
    sign_in({**user, "adfs_authority_url": "https://adfs.example/adfs"})
    assert given["authority"] == "https://adfs.example/adfs"
    sign_in(user)
    assert (given["authority"], given["tenant_id"]) == ("https://login.microsoftonline.com", "organizations")


TOKEN_FILES = [
    (None, "the file of the federated token, {path}, cannot be read: No such file or directory"),
    ("", "the file of the federated token, {path}, holds nothing"),
    (" \n", "the file of the federated token, {path}, holds nothing"),
    ("<html>not a token</html>", "the file of the federated token, {path}, holds more than a token"),
    ("\u00ff\u00fe", "the file of the federated token, {path}, holds no token"),
]


@pytest.mark.parametrize("found", TOKEN_FILES, ids=lambda found: repr(found[0]))
@pytest.mark.parametrize("after", ["at the start", "in mid run"])
def test_a_token_file_that_is_of_no_use_is_named_with_its_source(stub, machine, environment, found, after):
    content, words = found
    stub.describes_itself()
    path = machine / "token"
    path.write_text("ci-token", encoding="utf-8")
    environment(
        ENV_SUBSCRIPTION, {"AZURE_CLIENT_ID": "c", "AZURE_TENANT": TENANT, "AZURE_FEDERATED_TOKEN_FILE": str(path)}
    )
    vault = connect({"resource_group": "rg", "vault_name": "vault1", "cloud_environment": stub.url})
    stub.answers("GET", "/subscriptions/env-subscription/x", Answer(401))
    if after == "in mid run":
        expired = {"token_type": "Bearer", "expires_in": 0, "access_token": "the-token"}
        stub.answers("POST", f"/{TENANT}/oauth2/v2.0/token", Answer(body=expired))
        with pytest.raises(ServiceError):
            vault.jobs.get("job1")
    path.unlink() if content is None else path.write_text(content, encoding="utf-8")
    with pytest.raises(SignInFailed) as caught:
        vault.jobs.get("job1")
    told = str(caught.value)
    assert "Cannot read the job 'job1': signing in failed: " + words.format(path=path) in told
    assert told.endswith("The credentials are from the environment.")


def test_a_token_that_was_revoked_before_its_time_is_not_used_again(stub, environment):
    stub.describes_itself()
    refused = {"error": {"code": "ExpiredAuthenticationToken", "message": "expired"}}
    stub.answers(
        "GET",
        "/subscriptions/x/resourceGroups/rg/providers/Microsoft.RecoveryServices/vaults/vault1/" + JOB,
        Answer(401, refused),
        Answer(404),
    )
    vault = connect(
        {
            **SECRET,
            "subscription_id": "x",
            "resource_group": "rg",
            "vault_name": "vault1",
            "cloud_environment": stub.url,
        }
    )
    with pytest.raises(SignInFailed):
        vault.jobs.get("job1")
    assert len(stub.to("POST")) == 1
    assert vault.jobs.get("job1") is None
    assert len(stub.to("POST")) == 2


def test_a_hanging_or_absent_endpoint_of_a_managed_identity_is_told(monkeypatch, environment, machine):
    monkeypatch.setattr("azure.core.pipeline.transport.RequestsTransport.sleep", lambda _self, _wait: None)
    environment({"AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:9"}, {"HTTPS_PROXY": "http://127.0.0.1:9"})
    vault = connect({"resource_group": "rg", "vault_name": "vault1", "auth_source": "msi", "subscription_id": "s"})
    with pytest.raises((SignInFailed, NotConnected), match="signing in .*refused.*managed identity of this machine"):
        vault.jobs.get("job1")


def test_a_login_of_the_cli_that_is_gone_says_what_to_do(azure_cli, machine):
    azure_cli({"id": "s", "environmentName": "AzureCloud"})
    vault = connect({"resource_group": "rg", "vault_name": "vault1", "auth_source": "cli"})
    with pytest.raises(SignInFailed, match="Azure CLI not found.*run 'az login' on this machine"):
        vault.jobs.get("job1")
