# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Metadata, tokens, and what ARM says to requests that are not in order."""

from __future__ import annotations

from typing import Any

import pytest

from asr_simulator.answer import answer
from asr_simulator.arm.ci_tokens import environments

from .simulated import Client, client_of, small

FORM = {"grant_type": "client_credentials", "scope": "x/.default"}


def ask(client: Client, method: str, url: str, body: Any = None, token: str | None = None):
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return answer(client.world, method, url, headers, body)


def log_on(client: Client, tenant: str | None = None, **form: str):
    tokens = client.world.tokens
    whole = {**FORM, "client_id": tokens.client, "client_secret": tokens.secret, **form}
    return ask(client, "POST", f"/{tenant or tokens.tenant}/oauth2/v2.0/token", whole)


@pytest.mark.parametrize("version", ["1.0", "2015-01-01"])
def test_old_metadata(client, version):
    body = ask(client, "GET", f"/metadata/endpoints?api-version={version}")[2]
    assert body["authentication"]["loginEndpoint"] == client.world.base_url
    assert body["authentication"]["audiences"] == [client.world.base_url]
    assert {"galleryEndpoint", "graphEndpoint", "portalEndpoint"} <= set(body)


def test_new_metadata_is_a_list_in_2019_and_one_cloud_since(client):
    clouds = ask(client, "GET", "/metadata/endpoints?api-version=2019-05-01")[2]
    assert [cloud["resourceManager"] for cloud in clouds] == [client.world.base_url]
    for version in ("2020-06-01", "2022-09-01"):
        one = ask(client, "GET", f"/metadata/endpoints?api-version={version}")[2]
        assert one["resourceManager"] == client.world.base_url
        assert one["authentication"]["loginEndpoint"] == client.world.base_url


def test_a_token_opens_the_vault(client):
    status, _headers, body = log_on(client)
    assert (status, body["token_type"], body["expires_in"]) == (200, "Bearer", 3599)
    client.token = body["access_token"]
    assert client.get("")["name"] == "vault1"


def test_an_assertion_is_as_good_as_a_secret(client):
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert log_on(client, client_secret="", client_assertion_type=kind, client_assertion="a.b.c")[0] == 200
    status, _headers, body = log_on(client, client_secret="", client_assertion_type=kind, client_assertion="x")
    assert (status, body["error_codes"]) == (401, [700027])


@pytest.mark.parametrize(
    "change, status, code",
    [
        ({"client_secret": "wrong"}, 401, 7000215),
        ({"client_id": "11111111-1111-1111-1111-111111111111"}, 400, 700016),
        ({"tenant": "11111111-1111-1111-1111-111111111111"}, 400, 90002),
        ({"grant_type": "password"}, 400, 70003),
    ],
)
def test_wrong_credentials_get_the_error_of_the_identity_provider(client, change, status, code):
    found, _headers, body = log_on(client, **change)
    assert (found, body["error_codes"]) == (status, [code])
    assert body["error_description"].startswith(f"AADSTS{code}: ")


def test_an_expired_secret():
    client = client_of(small(credentials={"secret_expired": True}))
    assert log_on(client)[2]["error_codes"] == [7000222]


def test_an_unknown_tenant_has_no_openid_document(client):
    tenant = client.world.tokens.tenant
    assert ask(client, "GET", f"/{tenant}/v2.0/.well-known/openid-configuration")[0] == 200
    status, _headers, body = ask(client, "GET", "/other/v2.0/.well-known/openid-configuration")
    assert (status, body["error_codes"]) == (400, [90002])


@pytest.mark.parametrize("token, code", [(None, "AuthenticationFailed"), ("x", "InvalidAuthenticationToken")])
def test_arm_wants_a_good_token(client, token, code):
    status, headers, body = ask(client, "GET", f"{client.vault}?api-version=2025-08-01", None, token)
    assert (status, body["error"]["code"]) == (401, code)
    assert headers["WWW-Authenticate"].startswith("Bearer authorization_uri=")


def test_tokens_expire_in_wall_seconds():
    wall = [1000.0]
    client = client_of(small(credentials={"expires_in": 60}))
    client.world.clock.wall = lambda: wall[0]
    client.token = log_on(client)[2]["access_token"]
    wall[0] += 59
    assert client.send("GET", "")[0] == 200
    wall[0] += 2
    status, _headers, body = client.send("GET", "")
    assert (status, body["error"]["code"]) == (401, "ExpiredAuthenticationToken")


def test_the_api_version_is_required(client):
    status, _headers, body = ask(client, "GET", client.vault, None, client.token)
    assert (status, body["error"]["code"]) == (400, "MissingApiVersionParameter")


@pytest.mark.parametrize(
    "part, code",
    [
        ("subscription", "SubscriptionNotFound"),
        ("resource_group", "ResourceGroupNotFound"),
        ("vault", "ResourceNotFound"),
    ],
)
def test_wrong_places_are_not_found(client, part, code):
    estate = client.world.estate
    path = client.vault.replace(getattr(estate, part), "11111111-1111-1111-1111-111111111111")
    status, _headers, body = client.send("GET", path + "/replicationProtectedItems")
    assert (status, body["error"]["code"]) == (404, code)


@pytest.mark.parametrize(
    "path", ["/replicationJobs/x", "/replicationRecoveryPlans/x", "/replicationFabrics/x", "/replicationPolicies/x"]
)
def test_unknown_objects_name_the_useful_code_in_the_details(client, path):
    status, _headers, body = client.send("GET", path)
    assert (status, body["error"]["code"]) == (404, "NotFound")
    assert body["error"]["details"][0]["code"] == "ArmResourceDoesNotExist"


def test_unknown_routes_say_so(client):
    status, _headers, body = client.send("GET", "/replicationSomething")
    assert (status, body["error"]["code"]) == (501, "NotSimulated")
    assert "replicationSomething" in body["error"]["message"]
    assert client.send("POST", client.id_of("app01") + "/dance")[0] == 501


def test_denied_actions_name_client_action_and_scope():
    denied = [{"action": "*/plannedFailover/action", "items": ["vm1"]}, {"action": "*/replicationOperationStatus/read"}]
    client = client_of(small(vms=[{"name": "vm2", "host": "hv01"}], denied_actions=denied))
    status, _headers, body = client.send("POST", client.id_of("vm1") + "/plannedFailover", {"properties": {}})
    message = body["error"]["message"]
    assert (status, body["error"]["code"]) == (403, "AuthorizationFailed")
    assert client.world.tokens.client in message
    assert "replicationProtectedItems/plannedFailover/action" in message
    client.fail_back("vm2")
    assert client.send("GET", "/replicationOperationStatus/x")[0] == 403


def test_budgets_and_request_ids_are_in_the_headers(client):
    _status, headers, _body = client.send("GET", "/replicationJobs")
    assert int(headers["x-ms-ratelimit-remaining-subscription-reads"]) > 10000
    headers = client.fail_back("app01")
    assert int(headers["x-ms-ratelimit-remaining-subscription-writes"]) <= 1199
    assert "/replicationJobs/" in headers["x-ms-request-id"]
    assert headers["Retry-After"] == "30"


def test_azure_vms_and_disks_are_there_until_the_commit():
    client = client_of(small(vm={"managed_disks": True}))
    base = f"/subscriptions/{client.world.estate.subscription}/resourceGroups/rg-failover/providers/Microsoft.Compute"
    assert [vm["name"] for vm in client.get(base + "/virtualMachines")["value"]] == ["vm1"]
    power = client.get(base + "/virtualMachines/vm1/instanceView")["statuses"][1]["code"]
    assert power == "PowerState/running"
    disk = client.get(base + "/disks")["value"][0]["name"]
    client.fail_back("vm1", "ForSynchronization")
    client.wait(7200)
    client.post(client.id_of("vm1") + "/failoverCommit")
    client.wait(100)
    for path in ("/virtualMachines/vm1", f"/disks/{disk}"):
        status, _headers, body = client.send("GET", base + path)
        assert (status, body["error"]["code"]) == (404, "ResourceNotFound")
    assert client.get(base + "/disks")["value"] == []


@pytest.mark.parametrize("group", ["", "/resourceGroups/RG-Failover"])
@pytest.mark.parametrize(
    "kind", ["Compute/disks", "Network/networkInterfaces", "Network/publicIPAddresses", "Compute/virtualMachines"]
)
def test_a_list_shows_what_a_read_of_each_shows(kind, group):
    client = client_of(small(vm={"managed_disks": True, "azure_public_ip": True}))
    subscription = f"/subscriptions/{client.world.estate.subscription}"
    rows = client.get(f"{subscription}{group}/providers/Microsoft.{kind}")["value"]
    assert rows and rows == [client.get(one["id"]) for one in rows]
    elsewhere = f"{subscription}/resourceGroups/{client.world.estate.resource_group}"
    assert client.get(f"{elsewhere}/providers/Microsoft.{kind}")["value"] == []


def test_the_other_lists_of_the_vault(client):
    for path in ("/replicationNetworks", "/replicationPolicies", "/replicationProtectionContainerMappings"):
        assert client.get(path)["value"]
    assert client.get("/replicationVaultHealth")["properties"]["protectedItemsHealth"]["resourceCount"] == 3
    assert client.get("/replicationUsages")["value"][0]["jobsSummary"]["inProgressJobs"] == 0
    points = client.get(client.id_of("app01") + "/recoveryPoints")["value"]
    assert client.get(points[0]["id"])["properties"]["recoveryPointType"] == "CrashConsistent"


def test_refreshing_makes_jobs(client):
    provider = client.get("/replicationRecoveryServicesProviders")["value"][0]["id"]
    fabric = client.get("/replicationFabrics")["value"][0]["id"]
    for path in (
        provider + "/refreshProvider",
        fabric + "/checkConsistency",
        "/replicationVaultHealth/default/refresh",
    ):
        headers = client.post(path)
        client.wait(30)
        assert client.job(headers)["properties"]["state"] == "Succeeded"
        assert client.follow(headers["Location"])[0] == 200


def job_token(client: Client, where: str, **more: str) -> tuple[int, Any]:
    """What a job gets from its CI system; `more` changes the variables that lead there."""
    variables = {**environments("", client.world.tokens)[where], **more}
    if where == "github":
        url = f"{variables['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience=api://AzureADTokenExchange"
        found = ask(client, "GET", url, token=variables["ACTIONS_ID_TOKEN_REQUEST_TOKEN"])
    else:
        connection = variables["AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"]
        url = f"{variables['SYSTEM_OIDCREQUESTURI']}?api-version=7.1&serviceConnectionId={connection}"
        found = ask(client, "POST", url, token=variables["SYSTEM_ACCESSTOKEN"])
    return found[0], found[2]


JOBS = [("github", "value", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"), ("azure_pipelines", "oidcToken", "SYSTEM_ACCESSTOKEN")]


@pytest.mark.parametrize(("where", "field", "key"), JOBS)
def test_a_job_of_a_ci_system_signs_in_with_tokens_that_are_soon_old(client, where, field, key):
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    status, body = job_token(client, where)
    assert status == 200
    form = {"client_secret": "", "client_assertion_type": kind, "client_assertion": body[field]}
    assert log_on(client, **form)[0] == 200
    client.world.tokens.expire_all()
    status, _headers, told = log_on(client, **form)
    assert (status, told["error_codes"]) == (401, [700024])
    assert log_on(client, **{**form, "client_assertion": job_token(client, where)[1][field]})[0] == 200
    assert job_token(client, where, **{key: "of another job"})[0] == 401


def test_a_service_connection_that_is_not_there_is_not_found(client):
    assert job_token(client, "azure_pipelines", AZURESUBSCRIPTION_SERVICE_CONNECTION_ID="another")[0] == 404
