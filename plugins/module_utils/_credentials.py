# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Who asks. Option names, environment variables, profiles and precedence are those of azure.azcollection.

A source (options, environment, profile in ~/.azure/credentials, Azure CLI) is taken whole and never completed from
another one; only the subscription, the cloud and the discovery switch may come from elsewhere. New here: workload
identity federation, by a token file (AZURE_FEDERATED_TOKEN_FILE) or by a token that a CI system gives.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.asr.hyperv.plugins.module_utils._cloud import PUBLIC, Cloud, cloud_called, network_options
from ansible_collections.asr.hyperv.plugins.module_utils._errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._explain import explain
from ansible_collections.asr.hyperv.plugins.module_utils._library import library
from ansible_collections.asr.hyperv.plugins.module_utils._profiles import cli_account, default_profile, profile_called

ENVIRONMENT = {  # option: the environment variables that stand for it, the first one set wins
    "profile": ("AZURE_PROFILE",),
    "subscription_id": ("AZURE_SUBSCRIPTION_ID",),
    "client_id": ("AZURE_CLIENT_ID",),
    "secret": ("AZURE_SECRET",),
    "tenant": ("AZURE_TENANT", "AZURE_TENANT_ID"),
    "ad_user": ("AZURE_AD_USER",),
    "password": ("AZURE_PASSWORD",),
    "cloud_environment": ("AZURE_CLOUD_ENVIRONMENT",),
    "cert_validation_mode": ("AZURE_CERT_VALIDATION_MODE",),
    "adfs_authority_url": ("AZURE_ADFS_AUTHORITY_URL",),
    "x509_certificate_path": ("AZURE_X509_CERTIFICATE_PATH",),
    "thumbprint": ("AZURE_THUMBPRINT",),
    "disable_instance_discovery": ("AZURE_DISABLE_INSTANCE_DISCOVERY",),
    "federated_token": ("AZURE_FEDERATED_TOKEN",),
    "federated_token_file": ("AZURE_FEDERATED_TOKEN_FILE",),
    "service_connection_id": ("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",),
    "system_access_token": ("SYSTEM_ACCESSTOKEN",),
    "oidc_request_uri": ("SYSTEM_OIDCREQUESTURI",),
}
STARTS_A_SET = ("client_id", "ad_user", "federated_token", "federated_token_file")
AZURE_CLI_CLIENT = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"  # the public client that azure.azcollection uses for users


@dataclass(frozen=True)
class Way:
    """A way to sign in: what it is called, what it needs, the class of azure.identity and its arguments."""

    name: str
    needs: tuple[str, ...]
    kind: str
    arguments: Callable[[Mapping], dict]


WAYS = (  # the first complete one wins; the order of the ways that azure.azcollection has is its own
    Way(
        "a client secret",
        ("client_id", "secret", "tenant"),
        "ClientSecretCredential",
        lambda v: {"tenant_id": v["tenant"], "client_id": v["client_id"], "client_secret": v["secret"]},
    ),
    Way(
        "a certificate",
        ("client_id", "x509_certificate_path", "tenant"),
        "CertificateCredential",
        lambda v: {
            "tenant_id": v["tenant"],
            "client_id": v["client_id"],
            "certificate_path": os.path.expanduser(v["x509_certificate_path"]),
        },
    ),
    Way(
        "a federated token",
        ("client_id", "federated_token", "tenant"),
        "ClientAssertionCredential",
        lambda v: {"tenant_id": v["tenant"], "client_id": v["client_id"], "func": lambda: v["federated_token"]},
    ),
    Way(
        "a federated token file",
        ("client_id", "federated_token_file", "tenant"),
        "WorkloadIdentityCredential",
        lambda v: {
            "tenant_id": v["tenant"],
            "client_id": v["client_id"],
            "token_file_path": os.path.expanduser(v["federated_token_file"]),
        },
    ),
    Way(
        "an Azure Pipelines service connection",
        ("client_id", "service_connection_id", "system_access_token", "oidc_request_uri", "tenant"),
        "AzurePipelinesCredential",
        lambda v: {
            "tenant_id": v["tenant"],
            "client_id": v["client_id"],
            "service_connection_id": v["service_connection_id"],
            "system_access_token": v["system_access_token"],
        },
    ),
    Way(
        "a user",
        ("ad_user", "password"),
        "UsernamePasswordCredential",
        lambda v: {
            "client_id": v.get("client_id") or AZURE_CLI_CLIENT,
            "username": v["ad_user"],
            "password": v["password"],
            "tenant_id": v.get("tenant") or "organizations",
        },
    ),
)


@dataclass(frozen=True)
class Found:
    """What one source gave. `values` has the option names; secrets among them are never shown."""

    source: str
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class SignIn:
    """Ready to talk: a credential of azure.identity, the cloud, the subscription, and where that came from."""

    credential: object = field(repr=False)
    cloud: Cloud
    subscription_id: str
    source: str


def sign_in(params: Mapping) -> SignIn:
    """Find the credentials that a module's `params` lead to. No token is asked for yet.

    Raises BadInput when nothing, or only a part, is found: it names every place looked at.
    """
    options, environment = given(params), from_environment()
    found = SOURCES[params.get("auth_source") or "auto"](options, environment)
    refuse_unverified_tls(found.values, environment)
    cloud_name = next(
        filter(None, (values.get("cloud_environment") for values in (options, found.values, environment))), PUBLIC
    )
    subscription = next(
        filter(None, (values.get("subscription_id") for values in (options, found.values, environment))), ""
    )
    if not subscription:
        raise BadInput(f"No subscription_id is given, and {found.source} has none (AZURE_SUBSCRIPTION_ID is not set).")
    cloud = cloud_called(cloud_name)
    discovery_off = not cloud.well_known or any(
        boolean(values.get("disable_instance_discovery") or False, strict=False)
        for values in (options, found.values, environment)
    )
    return SignIn(credential_of(found, cloud, discovery_off, subscription), cloud, subscription, found.source)


def given(params: Mapping) -> dict:
    """The options that were really set."""
    return {name: params[name] for name in ENVIRONMENT if params.get(name)}


def from_environment() -> dict:
    """The options that the environment stands for."""
    first_set = {
        name: next((os.environ[variable] for variable in variables if os.environ.get(variable)), None)
        for name, variables in ENVIRONMENT.items()
    }
    return {name: value for name, value in first_set.items() if value}


def automatic(options: dict, environment: dict) -> Found:
    """`auth_source: auto`: the first of the option profile, options, environment, profile `default`, Azure CLI."""
    if options.get("profile"):
        return profile_of(options)
    if any(options.get(name) for name in STARTS_A_SET):
        return Found("the module's options", options)
    if environment.get("profile"):
        return profile_of(environment)
    subscription_known = bool(options.get("subscription_id") or environment.get("subscription_id"))
    if subscription_known and any(environment.get(name) for name in STARTS_A_SET):
        return Found("the environment", environment)
    profile = default_profile()
    if profile:
        return Found("the profile 'default' in ~/.azure/credentials", profile)
    account, problem = cli_account()
    if account:
        return Found("the Azure CLI", account | only_subscription(environment))
    raise BadInput(
        "No credentials were found. Looked at the options profile, client_id, ad_user, federated_token and "
        "federated_token_file; at AZURE_PROFILE; at AZURE_CLIENT_ID, AZURE_AD_USER, AZURE_FEDERATED_TOKEN and "
        "AZURE_FEDERATED_TOKEN_FILE, each together with AZURE_SUBSCRIPTION_ID; at the profile 'default' in "
        f"~/.azure/credentials (with a subscription_id); and at the Azure CLI ({problem}). "
        "A managed identity is only used with auth_source=msi."
    )


def of_the_environment(_options: dict, environment: dict) -> Found:
    """`auth_source: env`: AZURE_PROFILE if set, else the variables of ENVIRONMENT."""
    return profile_of(environment) if environment.get("profile") else Found("the environment", environment)


def profile_of(values: Mapping) -> Found:
    """`auth_source: credential_file`, or a profile named: that one, else `default`."""
    name = values.get("profile") or "default"
    return Found(f"the profile {name!r} in ~/.azure/credentials", profile_called(name))


def of_the_cli(_options: dict, environment: dict) -> Found:
    """`auth_source: cli`: whoever ran `az login`; AZURE_SUBSCRIPTION_ID comes before its own subscription."""
    account, problem = cli_account()
    if not account:
        raise BadInput(f"auth_source is cli, but the Azure CLI gives no account: {problem}.")
    return Found("the Azure CLI", account | only_subscription(environment))


def only_subscription(values: Mapping) -> dict:
    """The subscription of a source, and nothing else of it."""
    return {name: value for name, value in values.items() if name == "subscription_id"}


def of_the_machine(options: dict, environment: dict) -> Found:
    """`auth_source: msi`: the managed identity of this machine; client_id chooses among several."""
    client = options.get("client_id") or environment.get("client_id") or ""
    return Found("the managed identity of this machine", {"client_id": client})


SOURCES: dict[str, Callable[[dict, dict], Found]] = {
    "auto": automatic,
    "cli": of_the_cli,
    "credential_file": lambda options, _environment: profile_of(options),
    "env": of_the_environment,
    "msi": of_the_machine,
}


def refuse_unverified_tls(*sources: Mapping) -> None:
    """azure.azcollection can be told to trust any certificate. We cannot: a token would go to whoever answers."""
    for values in sources:
        if values.get("cert_validation_mode", "validate") != "validate":
            raise BadInput(
                "cert_validation_mode (AZURE_CERT_VALIDATION_MODE) must be validate: TLS is always verified here. "
                "Name your own certificate authorities in REQUESTS_CA_BUNDLE."
            )


def credential_of(found: Found, cloud: Cloud, discovery_off: bool, subscription: str) -> object:
    """The object of azure.identity for what was found."""
    identity = library("azure.identity")
    if found.source == "the Azure CLI":
        return identity.AzureCliCredential(subscription=subscription, process_timeout=60)
    if found.source == "the managed identity of this machine":
        return identity.ManagedIdentityCredential(client_id=found.values["client_id"] or None)
    way = complete_way(found)
    authority = found.values.get("adfs_authority_url") or cloud.authority
    with explain(f"use {way.name} from {found.source}"):
        try:
            return getattr(identity, way.kind)(
                **way.arguments(found.values),
                authority=authority,
                disable_instance_discovery=discovery_off,
                **network_options(),
            )
        except (OSError, ValueError) as error:
            raise BadInput(f"Cannot use {way.name} from {found.source}: {error}.") from error


def complete_way(found: Found) -> Way:
    """The first way for which everything is there. Raises BadInput that tells, per way begun, what is missing."""
    for way in WAYS:
        if all(found.values.get(need) for need in way.needs):
            return way
    began = [way for way in WAYS if any(found.values.get(need) for need in way.needs if need != "tenant")]
    missing = "; ".join(f"{way.name} also needs {missing_of(way, found)}" for way in began or WAYS)
    raise BadInput(f"The credentials in {found.source} are not complete: {missing}.")


def missing_of(way: Way, found: Found) -> str:
    """What a way lacks, each with the environment variable that gives it."""
    return " and ".join(f"{need} ({ENVIRONMENT[need][0]})" for need in way.needs if not found.values.get(need))
