# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The ways to sign in, as a table: what each needs, and the class of azure.identity that does it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ansible_collections.asr.hyperv.plugins.module_utils._azure.cloud import Cloud, network_options, sign_in_doors
from ansible_collections.asr.hyperv.plugins.module_utils._azure.gate import gate
from ansible_collections.asr.hyperv.plugins.module_utils._azure.issuers import GITHUB, PIPELINES, audience_in, token_of
from ansible_collections.asr.hyperv.plugins.module_utils._azure.library import library
from ansible_collections.asr.hyperv.plugins.module_utils._azure.limits import (
    IDENTITY_CONNECT_SECONDS,
    IDENTITY_READ_SECONDS,
)
from ansible_collections.asr.hyperv.plugins.module_utils._azure.profiles import warn_of_others
from ansible_collections.asr.hyperv.plugins.module_utils._azure.secrets import remember
from ansible_collections.asr.hyperv.plugins.module_utils._azure.signer import CLI, MACHINE, Signer, token_in
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.core.pipeline.transport import RequestsTransport

ENVIRONMENT = {  # option: the environment variables that stand for it, the first one set wins
    "profile": ("AZURE_PROFILE",),
    "subscription_id": ("AZURE_SUBSCRIPTION_ID",),
    "client_id": ("AZURE_CLIENT_ID",),
    "secret": ("AZURE_SECRET",),
    "tenant": ("AZURE_TENANT", "AZURE_TENANT_ID"),
    "ad_user": ("AZURE_AD_USER",),
    "password": ("AZURE_PASSWORD",),
    "cloud_environment": ("AZURE_CLOUD_ENVIRONMENT",),
    "cert_validation_mode": ("AZURE_CERT_VALIDATION_MODE", "AZURE_CERT_VALIDATION"),
    "adfs_authority_url": ("AZURE_ADFS_AUTHORITY_URL",),
    "x509_certificate_path": ("AZURE_X509_CERTIFICATE_PATH",),
    "thumbprint": ("AZURE_THUMBPRINT",),
    "disable_instance_discovery": ("AZURE_DISABLE_INSTANCE_DISCOVERY",),
    "federated_token": ("AZURE_FEDERATED_TOKEN",),
    "federated_token_file": ("AZURE_FEDERATED_TOKEN_FILE",),
    "service_connection_id": ("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",),
    "system_access_token": ("SYSTEM_ACCESSTOKEN",),
    "oidc_request_uri": ("SYSTEM_OIDCREQUESTURI",),
    "id_token_request_url": ("ACTIONS_ID_TOKEN_REQUEST_URL",),
    "id_token_request_token": ("ACTIONS_ID_TOKEN_REQUEST_TOKEN",),
}
SECRET = (
    "secret",
    "password",
    "federated_token",
    "system_access_token",
    "id_token_request_token",
)  # options whose values are shown to nobody
ENDPOINT_OF_AZURE = "http://169.254.169.254"  # of every VM in Azure
ENDPOINTS_OF_A_MACHINE = (  # the variables with which App Service, Azure Arc, Kubernetes and others name theirs
    "IDENTITY_ENDPOINT",
    "MSI_ENDPOINT",
    "AZURE_POD_IDENTITY_AUTHORITY_HOST",
    "AZURE_AUTHORITY_HOST",
)
AZURE_CLI_CLIENT = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"  # the public client that azure.azcollection uses for users


@dataclass(frozen=True)
class Way:
    """A way to sign in: what it is called, what it needs, the class of azure.identity and its arguments."""

    name: str
    needs: tuple[str, ...]
    kind: str
    arguments: Callable[[Mapping[str, str]], dict[str, object]]


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
        "ClientAssertionCredential",
        lambda v: {
            "tenant_id": v["tenant"],
            "client_id": v["client_id"],
            "func": lambda: token_in(v["federated_token_file"]),
        },
    ),
    Way(
        "an Azure Pipelines service connection",
        ("client_id", "service_connection_id", "system_access_token", "oidc_request_uri", "tenant"),
        "ClientAssertionCredential",
        lambda v: {"tenant_id": v["tenant"], "client_id": v["client_id"], "func": lambda: token_of(PIPELINES, v)},
    ),
    Way(
        "a GitHub Actions job with 'id-token: write'",
        ("client_id", "id_token_request_url", "id_token_request_token", "tenant"),
        "ClientAssertionCredential",
        lambda v: {"tenant_id": v["tenant"], "client_id": v["client_id"], "func": lambda: token_of(GITHUB, v)},
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


def credential_of(found: Found, cloud: Cloud, discovery_off: bool, subscription: str) -> Signer:
    """The credential for what was found. Raises BadInput when it is incomplete or cannot be read."""
    remember(*(found.values.get(name) for name in SECRET))
    return Signer(identity_of(found, cloud, discovery_off, subscription), found.source)


def identity_of(found: Found, cloud: Cloud, discovery_off: bool, subscription: str) -> TokenCredential:
    """The object of azure.identity."""
    identity = library("azure.identity")
    credential: TokenCredential
    if found.source == CLI:
        credential = identity.AzureCliCredential(subscription=subscription, process_timeout=60)
    elif found.source == MACHINE:
        credential = identity.ManagedIdentityCredential(
            client_id=found.values["client_id"] or None, transport=to_machine()
        )
    else:
        credential = by_way(found, cloud, discovery_off)
    return credential


def by_way(found: Found, cloud: Cloud, discovery_off: bool) -> TokenCredential:
    """The object of azure.identity for the first way that is complete."""
    way = complete_way(found)
    authority = found.values.get("adfs_authority_url") or cloud.authority
    transport = gate(sign_in_doors(authority), **network_options())
    options = {"authority": authority, "disable_instance_discovery": discovery_off, "transport": transport}
    if way.kind == "CertificateCredential":
        warn_of_others(os.path.expanduser(found.values["x509_certificate_path"]))
    try:
        kind = getattr(library("azure.identity"), way.kind)
        values = {**found.values, "audience": audience_in(cloud.name)}
        credential: TokenCredential = kind(**way.arguments(values), **options)
    except (OSError, ValueError) as error:
        raise BadInput(f"Cannot use {way.name} from {found.source}: {error}.") from error
    return credential


def to_machine() -> RequestsTransport:
    """The way to the endpoint of this machine's managed identity, where the environment says that it is, else Azure's own."""
    addresses = [os.environ.get(variable, "") for variable in ENDPOINTS_OF_A_MACHINE]
    timeouts = {"connection_timeout": IDENTITY_CONNECT_SECONDS, "read_timeout": IDENTITY_READ_SECONDS}
    return gate(sign_in_doors(ENDPOINT_OF_AZURE, *addresses), **{**network_options(), **timeouts})


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
