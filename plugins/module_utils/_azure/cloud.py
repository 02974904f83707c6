# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Which Azure we talk to: a cloud by name, or any cloud by the address of its metadata (`cloud_environment`)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from ansible_collections.asr.hyperv.plugins.module_utils._azure.doors import (
    Doors,
    doors_to,
    origin_of,
    shown,
)
from ansible_collections.asr.hyperv.plugins.module_utils._azure.explain import explain
from ansible_collections.asr.hyperv.plugins.module_utils._azure.gate import gate
from ansible_collections.asr.hyperv.plugins.module_utils._azure.library import library
from ansible_collections.asr.hyperv.plugins.module_utils._azure.limits import CONNECT_SECONDS, READ_SECONDS
from ansible_collections.asr.hyperv.plugins.module_utils._azure.retries import careful_retries
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import read, rows, same_id, text

PUBLIC = "AzureCloud"
WELL_KNOWN = {  # name as in azure.azcollection and the Azure CLI: (name in azure.core, name in azure.identity)
    PUBLIC: ("AZURE_PUBLIC_CLOUD", "AZURE_PUBLIC_CLOUD"),
    "AzureUSGovernment": ("AZURE_US_GOVERNMENT", "AZURE_GOVERNMENT"),
    "AzureChinaCloud": ("AZURE_CHINA_CLOUD", "AZURE_CHINA"),
}
METADATA_PATH = "/metadata/endpoints"
METADATA_VERSION = "2022-09-01"
CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
MICROSOFT = (  # where the public clouds sign in: one name may answer for another, and the first knows of all
    "https://login.microsoftonline.com",
    "https://login.microsoft.com",
    "https://login.windows.net",
    "https://sts.windows.net",
    "https://login.microsoftonline.us",
    "https://login.chinacloudapi.cn",
    "https://login.partner.microsoftonline.cn",
)


@dataclass(frozen=True)
class Cloud:
    """Where a cloud's resource manager and its sign-in are. `scope` is what a token for the resource manager is for."""

    name: str
    resource_manager: str
    authority: str
    scope: str
    well_known: bool = True


def network_options() -> dict[str, object]:
    """What every HTTP client of ours is given: timeouts in seconds, and the file of trusted certificate authorities.

    Without it REQUESTS_CA_BUNDLE would work and SSL_CERT_FILE would not, because only the first is known to `requests`.
    TLS is always verified; there is no way to switch that off. Raises BadInput when the file named there is missing.
    """
    options: dict[str, object] = {"connection_timeout": CONNECT_SECONDS, "read_timeout": READ_SECONDS}
    variable = next((name for name in CA_VARIABLES if os.environ.get(name)), None)
    if variable:
        options["connection_verify"] = os.environ[variable]
        if not os.path.exists(os.environ[variable]):
            raise BadInput(f"The environment variable {variable} names {os.environ[variable]}, which does not exist.")
    return options


def cloud_called(name: str) -> Cloud:
    """The cloud that `cloud_environment` means: one of WELL_KNOWN, or an https URL of the metadata of any other cloud.

    Raises BadInput for anything else, and what `discovered` raises.
    """
    if name in WELL_KNOWN:
        return well_known(name)
    origin = origin_of(name)
    if origin and origin.scheme == "https":
        return discovered(name)
    raise BadInput(
        f"cloud_environment is {name!r}; it must be {', '.join(WELL_KNOWN)} or an https URL of a metadata endpoint.",
        cloud_environment=name,
    )


def well_known(name: str) -> Cloud:
    """One of the three public clouds, with the addresses that Azure's own libraries hold."""
    core_name, authority_name = WELL_KNOWN[name]
    cloud = library("azure.core").AzureClouds[core_name]
    endpoints = library("azure.mgmt.core.tools").get_arm_endpoints(cloud)
    return Cloud(
        name=name,
        resource_manager=endpoints["resource_manager"].rstrip("/"),
        authority=f"https://{getattr(library('azure.identity').AzureAuthorityHosts, authority_name)}",
        scope=endpoints["credential_scopes"][0],
    )


def discovered(url: str) -> Cloud:
    """The cloud whose metadata is served at `url` (host only, or the full address).

    Raises NotConnected or ServiceError when it cannot be read, BadInput when it does not describe a cloud.
    """
    address = metadata_address(url)
    transport = gate(doors_to([address]), **network_options())
    core, rest = library("azure.core"), library("azure.core.rest")
    with explain(f"read the endpoints of the cloud at {urlsplit(address).netloc}"):
        client = core.PipelineClient(base_url=address, transport=transport, policies=[careful_retries()])
        with client:
            response = client.send_request(rest.HttpRequest("GET", address))
            response.raise_for_status()
            return cloud_from(response.json(), url)


def metadata_address(url: str) -> str:
    """The full address of the metadata for a URL that may be only a host, or may be complete already."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    path = path if path.endswith(METADATA_PATH) else path + METADATA_PATH
    query = parts.query if "api-version" in parse_qs(parts.query) else urlencode({"api-version": METADATA_VERSION})
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def cloud_from(document: object, url: str) -> Cloud:
    """Make a cloud from its metadata: one object (2015-01-01, 2022-09-01) or a list of them (2019-05-01 on).

    The oldest form names no resource manager: there it is the host that served the metadata.
    """
    origin = f"https://{urlsplit(url).netloc}"
    entry = entry_for(document, origin)
    manager = (text(entry, "resourceManager") or origin).rstrip("/")
    authority = text(entry, "authentication", "loginEndpoint").rstrip("/")
    audiences = [str(audience) for audience in rows(entry, "authentication", "audiences")]
    insecure = [address for address in (manager, authority) if not address.startswith("https://")]
    if not audiences or insecure:
        raise BadInput(
            f"What {url} answers does not describe a cloud: it must give a login endpoint and a resource manager, "
            "both https, and audiences.",
            cloud_environment=url,
        )
    if not beside(manager, origin) or not (beside(authority, origin) or doors_to(MICROSOFT).lead_to(authority)):
        raise BadInput(
            f"What {url} answers is not used: it has the resource manager at {shown(manager)} and signs in at "
            f"{shown(authority)}. Both have to be at that host or beside it, in the domain that it is in.",
            cloud_environment=url,
        )
    audience = next((one for one in audiences if same_id(one, manager)), audiences[0])
    name = text(entry, "name") or urlsplit(url).netloc
    return Cloud(name, manager, authority, f"{audience.rstrip('/')}/.default", well_known=False)


def beside(address: str, origin: str) -> bool:
    """Whether an address is at the same host, directly below its name, or directly below the domain that it is in."""
    theirs, ours = origin_of(address), origin_of(origin)
    if not theirs or not ours or theirs.scheme != "https" or theirs.port not in (ours.port, 443):
        return False
    domain = ours.host.partition(".")[2]
    of_several = "." in domain and not domain[-1].isdigit()  # neither a top-level domain nor a part of an IP address
    parents = {ours.host, domain} if of_several else {ours.host}
    return theirs.host == ours.host or theirs.host.partition(".")[2] in parents


def sign_in_doors(*addresses: str) -> Doors:
    """Where a credential that signs in at these addresses may send to.

    Azure's own sign-in hosts answer for one another: the library asks the first about every other, and the OpenID document
    of one may name another. An address of somebody else's answers for itself only.
    """
    ours = doors_to(addresses)
    microsoft = doors_to(MICROSOFT)
    return Doors(ours.origins | microsoft.origins) if ours.origins & microsoft.origins else ours


def entry_for(document: object, origin: str) -> object:
    """The cloud that `origin` belongs to, in metadata that may describe several."""
    entries = document if isinstance(document, list) else [document]
    matching = [entry for entry in entries if same_id(text(entry, "resourceManager"), origin)] or entries
    if len(matching) == 1:
        return matching[0]
    names = ", ".join(str(read(entry, "name")) for entry in entries) or "none"
    raise BadInput(
        f"The metadata at {origin} describes several clouds ({names}), none of which is served by that host."
    )
