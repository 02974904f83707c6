# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where GitHub Actions and Azure Pipelines give a job tokens with which it signs in (workload identity federation)."""

from __future__ import annotations

from ..world.tokens import Tokens
from .call import Answer, Request

AUDIENCE = "api://AzureADTokenExchange"
GITHUB, PIPELINES = "/_ci/github/token", "/_ci/pipelines/oidctoken"
CONNECTION = "7c0d1f0e-5a52-4a4c-9a5e-000000000001"  # the service connection's id
LIFETIME = 300  # seconds of wall time
LIFETIME_OF_A_JOB = 86_400  # as GitLab gives them, in the environment and once


def github(request: Request) -> Answer:
    """GET with the job's key and the audience that the token is for."""
    if refusal := why_not(request):
        return 401, {}, {"message": refusal}
    audience = request.query.get("audience", "https://github.com/example")
    return 200, {}, {"count": 1, "value": request.world.tokens.assert_for(audience, LIFETIME)}


def pipelines(request: Request) -> Answer:
    """POST with the job's key and the id of a service connection that the pipeline may use."""
    if refusal := why_not(request):
        return 401, {}, {"message": refusal}
    if not request.api:
        return 400, {}, {"message": "No api-version was supplied."}
    if request.query.get("serviceConnectionId") != CONNECTION:
        return 404, {}, {"message": f"The service connection {request.query.get('serviceConnectionId')} was not found."}
    return 200, {}, {"oidcToken": request.world.tokens.assert_for(AUDIENCE, LIFETIME)}


def why_not(request: Request) -> str:
    """What is wrong with the key of a request; nothing when it is the job's."""
    scheme, _space, key = request.headers.get("authorization", "").partition(" ")
    return "" if scheme.lower() == "bearer" and key == request.world.tokens.job_key else "The job's token is not valid."


def environments(base_url: str, tokens: Tokens) -> dict[str, dict[str, str]]:
    """What each CI system puts into the environment of a job that may have tokens, or has one."""
    return {
        "github": {
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{base_url}{GITHUB}?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": tokens.job_key,
        },
        "azure_pipelines": {
            "SYSTEM_OIDCREQUESTURI": f"{base_url}{PIPELINES}",
            "SYSTEM_ACCESSTOKEN": tokens.job_key,
            "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID": CONNECTION,
        },
        "gitlab": {"AZURE_FEDERATED_TOKEN": tokens.assert_for(AUDIENCE, LIFETIME_OF_A_JOB)},
    }
