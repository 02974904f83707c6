# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""CI systems that give a job a token of its own whenever it asks: GitHub Actions and Azure Pipelines, a row each.

Such a token lives for minutes. It is asked for anew at each sign-in, so a run may wait for as long as its job may.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ansible_collections.asr.hyperv.plugins.module_utils._azure.answers import said
from ansible_collections.asr.hyperv.plugins.module_utils._azure.cloud import network_options
from ansible_collections.asr.hyperv.plugins.module_utils._azure.doors import doors_to, origin_of
from ansible_collections.asr.hyperv.plugins.module_utils._azure.gate import NotTaken, gate
from ansible_collections.asr.hyperv.plugins.module_utils._azure.library import library
from ansible_collections.asr.hyperv.plugins.module_utils._azure.retries import careful_retries
from ansible_collections.asr.hyperv.plugins.module_utils._azure.secrets import remember
from ansible_collections.asr.hyperv.plugins.module_utils._azure.signer import NoToken
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import text

if TYPE_CHECKING:
    from azure.core.rest import HttpResponse

RETRIES = 3
AUDIENCE = "api://AzureADTokenExchange"
AUDIENCES = {  # what a token has to be for, in a cloud that wants something else than the public one
    "AzureUSGovernment": "api://AzureADTokenExchangeUSGov",
    "AzureChinaCloud": "api://AzureADTokenExchangeChina",
}


@dataclass(frozen=True)
class Issuer:
    """How a CI system is asked. `address` and `key` are names of our options, `query` is what its URL gets besides its own."""

    name: str
    method: str
    address: str
    key: str
    query: Callable[[Mapping[str, str]], dict[str, str]]
    field: str
    advice: str


GITHUB = Issuer(
    "GitHub Actions",
    "GET",
    "id_token_request_url",
    "id_token_request_token",
    lambda values: {"audience": values["audience"]},
    "value",
    "The job needs the permission 'id-token: write', and gives no token after its end.",
)
PIPELINES = Issuer(  # the request is that of AzurePipelinesCredential in azure.identity
    "Azure Pipelines",
    "POST",
    "oidc_request_uri",
    "system_access_token",
    lambda values: {"api-version": "7.1", "serviceConnectionId": values["service_connection_id"]},
    "oidcToken",
    "SYSTEM_ACCESSTOKEN has to be $(System.AccessToken) of this very job, and the pipeline has to be permitted to use the "
    "service connection.",
)
OF_THE_JOB = (*(name for one in (GITHUB, PIPELINES) for name in (one.address, one.key)), "service_connection_id")


def audience_in(cloud: str) -> str:
    """What a token has to be for when it is exchanged in the cloud of this name."""
    return AUDIENCES.get(cloud, AUDIENCE)


def token_of(issuer: Issuer, values: Mapping[str, str]) -> str:
    """A fresh token from a CI system. Raises NoToken, which says what it answered and what to do."""
    address = with_query(values[issuer.address], issuer.query(values))
    origin = origin_of(address)
    if origin is None or origin.scheme != "https":
        raise NoToken(f"the address at which {issuer.name} gives tokens is not one that begins with https")
    where = f"{issuer.name} at {origin.host}"
    response = asked(issuer, address, values[issuer.key], where)
    if response.status_code != 200:
        why = said(response.text()).message
        raise NoToken(f"{where} answered HTTP {response.status_code}{f', {why}' if why else ''}. {issuer.advice}")
    try:
        token = text(json.loads(response.text()), issuer.field)
    except (ValueError, RecursionError):
        token = ""
    if len(token.split()) != 1:
        raise NoToken(f"{where} answered without a token; is a proxy in between?")
    remember(token)
    return token


def asked(issuer: Issuer, address: str, key: str, where: str) -> HttpResponse:
    """The answer of a CI system. One that is busy, or not there, is nobody's refusal: it is told as no connection."""
    core, rest, errors = library("azure.core"), library("azure.core.rest"), library("azure.core.exceptions")
    headers = {
        "Authorization": f"Bearer {key}",
        "Accept": "application/json",
        "Content-Type": "application/json",
        "X-TFS-FedAuthRedirect": "Suppress",  # else Azure Pipelines sends those with a wrong key to a page for people
    }
    door = gate(doors_to([address]), **network_options())
    try:
        with core.PipelineClient(base_url=address, transport=door, policies=[careful_retries(RETRIES)]) as client:
            response: HttpResponse = client.send_request(rest.HttpRequest(issuer.method, address, headers=headers))
            response.read()
    except NotTaken as error:
        raise NoToken(f"{where}: {error}") from None
    except errors.AzureError as error:
        raise NoToken(f"{where} gave no answer") from error
    if response.status_code == 429 or response.status_code >= 500:
        busy = errors.ServiceResponseError(f"{where} answered HTTP {response.status_code}")
        raise NoToken(f"{where} gave no token") from busy
    return response


def with_query(url: str, more: Mapping[str, str]) -> str:
    """A URL with more in its query than it has."""
    parts = urlsplit(url)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *more.items()])
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), query, ""))
