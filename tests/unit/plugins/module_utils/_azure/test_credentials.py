# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials: the same names, places and precedence as azure.azcollection, and clear words when none is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._azure import profiles as _profiles
from ansible_collections.asr.hyperv.plugins.module_utils._azure.credentials import sign_in
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils._azure.test_sign_in import class_of
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.stub_azure import SUBSCRIPTION, TENANT

SECRET = {"client_id": "client", "secret": "s3cret", "tenant": TENANT}
ENV_SECRET = {"AZURE_CLIENT_ID": "env-client", "AZURE_SECRET": "s3cret", "AZURE_TENANT": TENANT}
ENV_SUBSCRIPTION = {"AZURE_SUBSCRIPTION_ID": "env-subscription"}
PROFILE = {"client_id": "file-client", "secret": "s3cret", "tenant": TENANT, "subscription_id": "file-subscription"}


@pytest.fixture(autouse=True)
def machine(bare_machine):
    return bare_machine


def source_of(**params: object) -> str:
    return sign_in(params).source


def test_options_come_before_everything_but_a_profile_option(environment, credential_file, azure_cli):
    environment(ENV_SECRET, ENV_SUBSCRIPTION, {"AZURE_PROFILE": "other"})
    credential_file(default=PROFILE, other=PROFILE | {"client_id": "other"})
    azure_cli({"id": "cli-subscription", "environmentName": "AzureCloud"})
    assert source_of(**SECRET, subscription_id="x") == "the module's options"
    assert source_of(**SECRET, profile="other") == "the profile 'other' in ~/.azure/credentials"


def test_the_environment_comes_before_the_default_profile(environment, credential_file):
    environment(ENV_SECRET, ENV_SUBSCRIPTION)
    credential_file(default=PROFILE)
    assert source_of() == "the environment"


def test_an_environment_without_subscription_is_passed_over(environment, credential_file):
    environment(ENV_SECRET)
    credential_file(default=PROFILE)
    assert source_of() == "the profile 'default' in ~/.azure/credentials"
    assert source_of(subscription_id="x") == "the environment"


def test_a_profile_named_in_the_environment_comes_before_its_other_variables(environment, credential_file):
    environment(ENV_SECRET, ENV_SUBSCRIPTION, {"AZURE_PROFILE": "other"})
    credential_file(other=PROFILE)
    found = sign_in({})
    assert (found.source, found.subscription_id) == ("the profile 'other' in ~/.azure/credentials", "file-subscription")
    assert source_of(auth_source="env") == found.source


def test_the_default_profile_comes_before_the_cli(credential_file, azure_cli):
    azure_cli({"id": "cli-subscription", "environmentName": "AzureCloud"})
    credential_file(default=PROFILE)
    assert source_of() == "the profile 'default' in ~/.azure/credentials"
    assert source_of(auth_source="cli") == "the Azure CLI"


def test_a_default_profile_without_subscription_is_passed_over(credential_file, azure_cli):
    azure_cli({"id": "cli-subscription", "environmentName": "AzureCloud"})
    credential_file(default={"client_id": "x"})
    assert source_of() == "the Azure CLI"


def test_the_cli_brings_its_subscription_and_cloud(azure_cli, environment):
    azure_cli({"id": "cli-subscription", "environmentName": "AzureUSGovernment"})
    found = sign_in({"auth_source": "cli"})
    assert (found.subscription_id, found.cloud.name) == ("cli-subscription", "AzureUSGovernment")
    environment(ENV_SUBSCRIPTION)
    assert sign_in({"auth_source": "cli"}).subscription_id == "env-subscription"
    assert sign_in({"auth_source": "cli", "subscription_id": "mine"}).subscription_id == "mine"


def test_a_cli_without_login_says_what_to_do(azure_cli):
    azure_cli(None)
    with pytest.raises(BadInput, match="run az login, or az account set"):
        sign_in({"auth_source": "cli", "subscription_id": "x"})


def test_auth_source_uses_nothing_else(environment, credential_file):
    environment(ENV_SECRET, ENV_SUBSCRIPTION)
    credential_file(default=PROFILE)
    assert source_of(auth_source="credential_file") == "the profile 'default' in ~/.azure/credentials"
    assert source_of(auth_source="env", **SECRET) == "the environment"
    assert source_of(auth_source="msi") == "the managed identity of this machine"


def test_nothing_found_names_every_place_that_was_looked_at():
    with pytest.raises(BadInput) as caught:
        sign_in({"subscription_id": "x"})
    for place in (
        "client_id",
        "AZURE_PROFILE",
        "AZURE_CLIENT_ID",
        "~/.azure/credentials",
        "nobody has run az login",
        "msi",
    ):
        assert place in str(caught.value)


INCOMPLETE = [
    ({"client_id": "c"}, "a client secret also needs secret (AZURE_SECRET) and tenant (AZURE_TENANT)"),
    ({"client_id": "c", "secret": "s"}, "a client secret also needs tenant (AZURE_TENANT)"),
    (
        {"client_id": "c", "tenant": "t"},
        "a federated token file also needs federated_token_file (AZURE_FEDERATED_TOKEN_FILE)",
    ),
    ({"federated_token": "s"}, "a federated token also needs client_id (AZURE_CLIENT_ID) and tenant (AZURE_TENANT)"),
    ({"ad_user": "u"}, "a user also needs password (AZURE_PASSWORD)"),
]


@pytest.mark.parametrize("options, missing", INCOMPLETE)
def test_a_part_of_a_set_tells_what_is_missing(options, missing, environment):
    environment({"AZURE_TENANT": TENANT, "AZURE_SECRET": "s3cret", "AZURE_PASSWORD": "s3cret"})  # sources are not mixed
    with pytest.raises(BadInput) as caught:
        sign_in({**options, "subscription_id": "x"})
    assert missing in str(caught.value)
    assert "the module's options" in str(caught.value)


def test_no_subscription_anywhere_is_told():
    with pytest.raises(BadInput, match="No subscription_id is given, and there is none in the module's options"):
        sign_in(SECRET)


def test_a_profile_that_is_missing_names_those_there_are(credential_file):
    credential_file(one=PROFILE, two=PROFILE)
    with pytest.raises(BadInput, match="no profile 'three' in ~/.azure/credentials; it has: one, two"):
        sign_in({"profile": "three"})


@pytest.mark.parametrize(
    ("mode", "told"),
    [(0o600, False), (0o640, True), (0o604, True), (0o644, True), (0o400, False), (0o660, True), (0o611, False)],
)
def test_a_profile_that_others_may_read_is_used_and_warned_of(credential_file, machine, monkeypatch, mode, told):
    warnings: list[str] = []
    monkeypatch.setattr(_profiles, "warn", warnings.append)
    credential_file(default=PROFILE)
    (machine / ".azure" / "credentials").chmod(mode)
    sign_in({"profile": "default"})
    assert [f"(mode {mode:04o})" in one and "chmod 600" in one for one in warnings] == [True] * told


@pytest.mark.parametrize("text", ["secret=s3cret", "[default]\ns3cret nonsense", "[default]\na=1\na=s3cret", "\udcff"])
def test_a_broken_credential_file_is_told_without_a_word_of_it(machine, text):
    (machine / ".azure").mkdir()
    (machine / ".azure" / "credentials").write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(BadInput, match="Cannot read .*credentials: it is not an ini file") as caught:
        sign_in({"profile": "default"})
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


def test_a_percent_sign_in_a_secret_is_kept(credential_file):
    credential_file(default=PROFILE | {"secret": "50%(x)s"})
    assert _profiles.profile_called("default")["secret"] == "50%(x)s"


def test_the_cloud_comes_from_options_then_the_source_then_the_environment(environment, credential_file):
    credential_file(default=PROFILE | {"cloud_environment": "AzureChinaCloud"}, plain=PROFILE)
    environment({"AZURE_CLOUD_ENVIRONMENT": "AzureUSGovernment"})
    assert sign_in({"cloud_environment": "AzureCloud"}).cloud.name == "AzureCloud"
    assert sign_in({}).cloud.name == "AzureChinaCloud"
    assert sign_in({"profile": "plain"}).cloud.name == "AzureUSGovernment"
    assert sign_in({**SECRET, "subscription_id": "x"}).cloud.name == "AzureUSGovernment"


def test_without_any_word_about_it_the_cloud_is_the_public_one():
    assert sign_in({**SECRET, "subscription_id": "x"}).cloud.name == "AzureCloud"


@pytest.mark.parametrize("where", ["environment", "profile"])
def test_certificates_cannot_be_ignored(where, environment, credential_file):
    credential_file(default=PROFILE | ({"cert_validation_mode": "ignore"} if where == "profile" else {}))
    environment({"AZURE_CERT_VALIDATION_MODE": "ignore"} if where == "environment" else {})
    with pytest.raises(BadInput, match="TLS is always verified"):
        sign_in({})


def test_secrets_are_in_no_text_that_could_be_shown():
    found = sign_in({**SECRET, "subscription_id": SUBSCRIPTION})
    assert "s3cret" not in repr(found)


# One table of precedence: for each source of credentials, who says which subscription and which cloud, first to last.
SOURCES = {
    "options": ("option", "environment"),
    "profile": ("option", "profile", "environment"),
    "environment": ("option", "environment"),
    "cli": ("option", "environment", "cli"),
    "msi": ("option", "environment"),
}
PAIRS = [
    (source, one, other, value)
    for source, places in SOURCES.items()
    for number, one in enumerate(places)
    for other in places[number + 1 :]
    for value in ("subscription_id", "cloud_environment")
]


PLACES = ("option", "profile", "environment", "cli")
FIRST = {"subscription_id": "first-subscription", "cloud_environment": "AzureUSGovernment"}
SECOND = {"subscription_id": "second-subscription", "cloud_environment": "AzureChinaCloud"}


@pytest.mark.parametrize(("source", "one", "other", "value"), PAIRS)
def test_of_two_places_the_first_in_the_table_wins(surroundings, source, one, other, value):
    found = sign_in(surroundings(source, {one: {value: FIRST[value]}, other: {value: SECOND[value]}}))
    assert (found.subscription_id if value == "subscription_id" else found.cloud.name) == FIRST[value]


@pytest.fixture
def surroundings(environment, credential_file, azure_cli):
    """Lay out what each place says; the module's options come back."""

    def lay_out(source: str, places: dict[str, Any]) -> dict[str, Any]:
        usual = {"subscription_id": "some-subscription"}
        said = {place: {**usual, **places.get(place, {})} if place in places else {} for place in PLACES}
        if not any("subscription_id" in values for values in places.values()):
            said["option"] = {**usual, **said["option"]}
        credential_file(default=SECRET | (said["profile"] or {"subscription_id": ""}))
        account = said["cli"] or usual
        azure_cli({"id": account["subscription_id"], "environmentName": account.get("cloud_environment", "AzureCloud")})
        names = {"subscription_id": "AZURE_SUBSCRIPTION_ID", "cloud_environment": "AZURE_CLOUD_ENVIRONMENT"}
        secret = ENV_SECRET if source == "environment" else {}
        environment(secret, {names[name]: value for name, value in said["environment"].items()})
        chosen = {
            "options": SECRET,
            "profile": {"auth_source": "credential_file"},
            "environment": {"auth_source": "env"},
        }
        return {**said["option"], **chosen.get(source, {"auth_source": source})}

    return lay_out


def test_the_page_shows_the_table_of_precedence():
    page = (Path(__file__).parents[5] / "docs" / "install.md").read_text(encoding="utf-8")
    words = {"option": "option", "profile": "the profile", "environment": "environment", "cli": "its own"}
    for source, places in SOURCES.items():
        assert f"| {source} | {', '.join(words[place] for place in places)} |" in page


MEANINGLESS = [
    ("log_path", "/tmp/x", "no log of this collection.*ANSIBLE_LOG_PATH"),
    ("log_mode", "append", "no log of this collection"),
    ("api_profile", "2019-03-01-hybrid", "only latest is accepted"),
    ("cert_validation_mode", "ignore", "must be validate.*REQUESTS_CA_BUNDLE"),
]


@pytest.mark.parametrize(("name", "value", "words"), MEANINGLESS)
@pytest.mark.parametrize("place", ["option", "profile"])
def test_an_option_of_azcollection_that_has_no_meaning_is_refused_by_name(credential_file, place, name, value, words):
    credential_file(default=PROFILE | ({name: value} if place == "profile" else {}))
    given = {"auth_source": "credential_file", **({name: value} if place == "option" else {})}
    with pytest.raises(BadInput, match=f"{name} is '{value}': .*{words}"):
        sign_in(given)


def test_the_values_of_azcollection_that_mean_the_same_are_accepted(credential_file):
    credential_file(default={**PROFILE, "api_profile": "latest", "cert_validation_mode": "validate"})
    assert source_of(auth_source="credential_file", api_profile="latest").startswith("the profile")


def test_a_profile_may_call_a_federated_token_as_azcollection_does(credential_file, machine):
    token = {"client_id": "c", "tenant": TENANT, "subscription_id": "s"}
    credential_file(default={**token, "oidc_token": "ci-token"}, file={**token, "oidc_token_file_path": "/x"})
    for name in ("default", "file"):
        assert class_of(sign_in({"profile": name})) == "ClientAssertionCredential"
