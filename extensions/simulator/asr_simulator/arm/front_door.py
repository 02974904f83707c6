# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a client asks before it reaches ARM: the cloud's metadata, the identity provider, a token."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from ..show.versions import METADATA, invalid
from ..wire.errors import Refused
from ..world.world import World
from .call import Answer, Request

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def cloud(world: World) -> dict[str, Any]:
    """One cloud in the shape of 2019-05-01 and later; every endpoint leads back here."""
    base = world.base_url
    return {
        "name": "Simulator",
        "portal": base,
        "authentication": {
            "loginEndpoint": base,
            "audiences": [base],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "graphAudience": base,
        "graph": base,
        "media": base,
        "batch": base,
        "resourceManager": base,
        "vmImageAliasDoc": base,
        "microsoftGraphResourceId": base,
        "gallery": base,
        "sqlManagement": base,
        "activeDirectoryDataLake": base,
        "logAnalyticsResourceId": base,
        "synapseAnalyticsResourceId": base,
        "appInsightsResourceId": base,
        "suffixes": {
            "storage": "core.windows.net",
            "keyVaultDns": "vault.azure.net",
            "sqlServerHostname": "database.windows.net",
            "acrLoginServer": "azurecr.io",
        },
    }


def metadata(request: Request) -> Answer:
    """The endpoints of the cloud; the shape depends on the api version."""
    base, shape = request.world.base_url, METADATA.get(request.api)
    if not shape:
        raise invalid(request.api, METADATA)
    if not shape.whole:
        return (
            200,
            {},
            {
                "galleryEndpoint": base,
                "graphEndpoint": base,
                "portalEndpoint": base,
                "authentication": {"loginEndpoint": base, "audiences": [base]},
            },
        )
    one = cloud(request.world)
    return 200, {}, [one] if shape.in_list else one


def openid(request: Request) -> Answer:
    """The document MSAL reads; an unknown tenant is AADSTS90002."""
    world, tenant = request.world, request.names["tenant"]
    check_tenant(world, tenant)
    root = f"{world.base_url}/{tenant}"
    version = "/v2.0" if "v2.0" in request.path else ""
    return (
        200,
        {},
        {
            "token_endpoint": f"{root}/oauth2{version}/token",
            "authorization_endpoint": f"{root}/oauth2{version}/authorize",
            "device_authorization_endpoint": f"{root}/oauth2{version}/devicecode",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "jwks_uri": f"{root}/discovery{version}/keys",
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": f"{root}{version}",
            "tenant_region_scope": None,
            "cloud_instance_name": world.base_url.split("//", 1)[1],
        },
    )


def discovery(request: Request) -> Answer:
    """Instance discovery: this is the only authority."""
    host = request.world.base_url.split("//", 1)[1]
    tenant = f"{request.world.base_url}/{request.world.tokens.tenant}"
    return (
        200,
        {},
        {
            "tenant_discovery_endpoint": f"{tenant}/v2.0/.well-known/openid-configuration",
            "api-version": "1.1",
            "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
        },
    )


def token(request: Request) -> Answer:
    """client_credentials with a secret or with an assertion (workload identity federation)."""
    world, form = request.world, request.body if isinstance(request.body, dict) else {}
    check_tenant(world, request.names["tenant"])
    if form.get("grant_type") != "client_credentials":
        raise refused(
            world,
            400,
            "unsupported_grant_type",
            70003,
            f"The app requested an unsupported grant type '{form.get('grant_type')}'.",
        )
    tokens = world.tokens
    if form.get("client_id", "").lower() != tokens.client.lower():
        raise refused(
            world,
            400,
            "unauthorized_client",
            700016,
            f"Application with identifier '{form.get('client_id')}' was not found in the directory "
            f"'{tokens.tenant}'. This can happen if the application has not been installed by the "
            "administrator of the tenant.",
        )
    check_proof(world, form)
    issued = tokens.issue()
    whole = {
        "token_type": "Bearer",
        "expires_in": int(tokens.lifetime),
        "ext_expires_in": int(tokens.lifetime),
        "access_token": issued.text,
    }
    if "/v2.0/" not in request.path:
        whole.update(expires_on=str(int(issued.expires)), resource=form.get("resource", world.base_url))
    return 200, {"Cache-Control": "no-store"}, whole


def managed_identity(request: Request) -> Answer:
    """The endpoint that App Service and its kind give to a workload; the header proves who asks."""
    world, tokens = request.world, request.world.tokens
    if request.headers.get("x-identity-header") != tokens.identity_header:
        body = {"statusCode": 401, "message": "The X-IDENTITY-HEADER of the request is missing or wrong."}
        return 401, {}, body
    issued = tokens.issue()
    return (
        200,
        {},
        {
            "access_token": issued.text,
            "client_id": tokens.client,
            "expires_on": str(int(issued.expires)),
            "resource": request.query.get("resource", world.base_url),
            "token_type": "Bearer",
        },
    )


def check_tenant(world: World, tenant: str) -> None:
    """AADSTS90002 for any other tenant."""
    if tenant.lower() != world.tokens.tenant.lower():
        raise refused(
            world,
            400,
            "invalid_request",
            90002,
            f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are "
            "signing into the correct cloud.",
        )


def check_proof(world: World, form: dict[str, str]) -> None:
    """The secret, or an assertion that at least looks like a JWT."""
    tokens = world.tokens
    if form.get("client_assertion_type") == ASSERTION:
        if form.get("client_assertion", "").count(".") != 2:
            raise refused(world, 401, "invalid_client", 700027, "The client assertion isn't a signed token.")
        if tokens.outlived(form["client_assertion"]):
            raise refused(world, 401, "invalid_client", 700024, "Client assertion is not within its valid time range.")
    elif tokens.secret_expired:
        raise refused(
            world,
            401,
            "invalid_client",
            7000222,
            f"The provided client secret keys for app '{tokens.client}' are expired.",
        )
    elif form.get("client_secret") != tokens.secret:
        raise refused(
            world,
            401,
            "invalid_client",
            7000215,
            "Invalid client secret provided. Ensure the secret being sent in the request is the client "
            f"secret value, not the client secret ID, for a secret added to app '{tokens.client}'.",
        )


def refused(world: World, status: int, error: str, number: int, text: str) -> Refused:
    """An error body of the identity provider."""
    trace, correlation = world.request_guid(), world.request_guid()
    moment = dt.datetime.now(dt.timezone.utc).strftime("%Y-%m-%d %H:%M:%SZ")
    return Refused(
        status,
        {
            "error": error,
            "error_description": f"AADSTS{number}: {text} Trace ID: {trace} Correlation ID: {correlation} "
            f"Timestamp: {moment}",
            "error_codes": [number],
            "timestamp": moment,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={number}",
        },
    )


def challenge(world: World, why: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Body and header of a 401 of ARM."""
    codes = {
        "missing": ("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."),
        "unknown": ("InvalidAuthenticationToken", "The access token is invalid."),
        "expired": ("ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than current UTC time."),
    }
    code, message = codes[why]
    authority = f"{world.base_url}/{world.tokens.tenant}"
    header = f'Bearer authorization_uri="{authority}", error="invalid_token", error_description={json.dumps(message)}'
    return {"error": {"code": code, "message": message}}, {"WWW-Authenticate": header}
