# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses of what goes on, filters and tokens of lists, and the small print of answers."""

from __future__ import annotations

from datetime import datetime, timezone
from urllib.parse import quote

import pytest

from asr_simulator.answer import answer

from .simulated import NEW, OLD, REPROTECT, client_of, seen, small

OF_2021 = "2021-02-10"


def cycle(client):
    """The whole way home, with a look at each address that was given; the headers of all answers that a write got."""
    found = [client.fail_back("vm1")]
    client.wait(7200)
    found.append(client.resume(found[0]))
    client.wait(7200)
    found.append(client.post(client.id_of("vm1") + "/failoverCommit"))
    assert client.follow(found[-1]["Location"])[0] == 202
    client.wait(200)
    found.append(client.post(client.id_of("vm1") + "/reProtect", REPROTECT))
    client.wait(1000)
    assert seen(client, "vm1")[0] == "Protected"
    return found


@pytest.mark.parametrize("pause", [None, 45])
def test_newer_versions_sign_their_addresses_through_the_whole_cycle_whatever_they_say_of_the_pause(pause):
    client = client_of(small(service={"retry_after": pause}), OF_2021)
    for headers in cycle(client):
        assert headers.get("Retry-After") == (str(pause) if pause else None)
        for name in ("Azure-AsyncOperation", "Location"):
            url = headers[name]
            assert all(f"&{part}=" in url for part in "tcsh") and len(url) > 2048
            assert client.follow(url)[0] == 200
            for broken in (url.partition("&t=")[0], url.replace("&s=", "&s=A"), url.replace("&t=6", "&t=7")):
                status, _headers, body = client.follow(broken)
                assert (status, body["error"]["code"]) == (401, "AuthenticationFailed")


def test_the_address_that_a_result_gives_again_is_as_good_as_the_first():
    client = client_of(small())
    status, headers, _body = client.follow(client.fail_back("vm1")["Location"])
    assert status == 202 and client.follow(headers["Location"])[0] == 202


@pytest.mark.parametrize(("api", "service"), [(OLD, {}), ("2018-07-10", {}), (NEW, {"signed_status_urls": False})])
def test_older_versions_and_a_scenario_that_says_so_do_not_sign(api, service):
    client = client_of(small(service=service), api)
    for headers in cycle(client):
        assert "&t=" not in headers["Location"] + headers["Azure-AsyncOperation"]
        assert headers["Retry-After"] == "30" and client.follow(headers["Azure-AsyncOperation"])[0] == 200


@pytest.mark.parametrize(
    "text",
    [
        "StartTime eq 'not-a-date'",
        "StartTime eq '2026-99-99T00:00:00Z'",
        "StartTime gt '2026-01-01T00:00:00Z'",
        "JobStatus eq Failed",
        "JobStatus eq 'Failed",
        "JobStatus 'Failed'",
        "( JobStatus eq 'Failed'",
        "Color eq 'red'",
        "JobStatus eq 'Failed' and",
        "rubbish",
        "StartTime eq '2020-01-01T00:00:00Z' or EndTime eq '2099-01-01T00:00:00Z'",
        "JobStatus eq 'Failed' and JobStatus eq 'Succeeded'",
        ")( JobStatus eq 'Failed'",
        "JobStatus eq 'Failed' ) and ( JobName eq 'x'",
    ],
)
def test_a_filter_that_cannot_be_read_is_400_and_named(text):
    client = client_of(small())
    status, _headers, body = client.send("GET", "/replicationJobs", query=f"$filter={quote(text)}")
    assert (status, body["error"]["details"][0]["code"]) == (400, "InvalidParameter")
    assert text in body["error"]["message"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", 1),
        ("StartTime eq '2017-08-04T09:28:52.0000000Z' and EndTime eq '2100-08-10T14:20:50.0000000Z'", 1),
        ("StartTime eq '2017-08-04T09:28:52Z' and ( JobStatus eq 'InProgress' or JobStatus eq 'Suspended' )", 1),
        ("( JobStatus eq 'Failed' )", 0),
        ("AffectedObjectTypes eq 'ProtectionEntity' and JobStatus eq 'InProgress'", 1),
        ("EndTime eq '2017-08-04T09:28:52Z'", 0),
        ("( ( JobStatus eq 'InProgress' ) )", 1),
        ("JobName eq 'o''brien (1'", 0),
    ],
)
def test_the_recorded_forms_of_a_filter_are_read(text, found):
    client = client_of(small())
    client.fail_back("vm1")
    client.wait(10)
    assert len(client.jobs(text)) == found


PAST = [{"what": "repair", "vm": "vm1", "days_ago": day} for day in range(1, 300)]


@pytest.mark.parametrize(
    ("api", "service", "query", "found"),
    [
        (OLD, {}, "", 200),
        (OLD, {}, "$filter=" + quote("( JobStatus eq 'Succeeded' )"), 200),
        (OLD, {"most_jobs": 50}, "", 50),
        (NEW, {"most_jobs": 200}, "$filter=" + quote("StartTime eq '2000-01-01T00:00:00Z'"), 200),
    ],
)
def test_a_list_of_jobs_can_end_without_a_word_that_there_are_more(api, service, query, found):
    body = client_of(small(service=service, vault={"history": PAST}), api).get("/replicationJobs", query)
    assert len(body["value"]) == found and body["nextLink"] is None


def test_a_list_that_is_not_cut_has_a_next_page():
    client = client_of(small(vault={"history": PAST}))
    assert client.get("/replicationJobs")["nextLink"]


@pytest.mark.parametrize("text", ["RecoveryPlanName = 'plan1'", "PlanName eq 'plan1'"])
def test_a_filter_of_items_that_cannot_be_read_is_400(text):
    assert client_of(small()).send("GET", "/replicationProtectedItems", query=f"$filter={quote(text)}")[0] == 400


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RecoveryPlanName eq 'o''brien''s'", ["vm1"]),
        ("recoveryplanname eq 'O''Brien''s'", ["vm1"]),
        ("RecoveryPlanName eq 'nobody''s'", []),
        ("SourceFabricName eq 'north'", ["vm1"]),
        ("SourceFabricName eq 'nowhere'", []),
        ("RecoveryPlanName eq 'o''brien''s' and SourceFabricName eq 'south'", []),
        ("InstanceType eq 'HyperVReplicaAzure'", ["vm1", "vm2"]),
        ("InstanceType eq 'A2A'", []),
        ("VCenterName eq 'vc'", []),
    ],
)
def test_items_are_narrowed_by_every_field_that_the_service_knows(text, found):
    sites = [{"name": "north", "hosts": [{"name": "hv01"}]}, {"name": "south", "hosts": [{"name": "hv11"}]}]
    plans = [{"name": "o'brien's", "groups": [{"vms": ["vm1"]}]}]
    client = client_of(small(sites=sites, vms=[{"name": "vm2", "host": "hv11"}], plans=plans))
    items = client.get("/replicationProtectedItems", f"$filter={quote(text)}")["value"]
    assert [one["properties"]["friendlyName"] for one in items] == found


def test_the_case_of_an_option_of_a_list_does_not_matter():
    client = client_of(small(page_size=1, vms=[{"name": "vm2", "host": "hv01"}]))
    text = quote("JobStatus eq 'Failed'")
    assert client.get("/replicationJobs", f"$FILTER={text}")["value"] == []
    assert len(client.get("/replicationProtectedItems", "$SkipToken=1")["value"]) == 1
    path = f"{client.vault}/replicationJobs?API-Version=2025-08-01"
    assert answer(client.world, "GET", path, {"Authorization": f"Bearer {client.token}"})[0] == 200


@pytest.mark.parametrize("what", ["/replicationFabrics", "/replicationRecoveryPlans", "/replicationPolicies"])
def test_a_token_for_a_list_without_pages_is_400(what):
    status, _headers, body = client_of(small()).send("GET", what, query="$skipToken=1")
    assert (status, body["error"]["details"][0]["code"]) == (400, "InvalidParameter")


def test_the_health_of_a_vault_is_there_under_its_own_id():
    client = client_of(small())
    health = client.get("/replicationVaultHealth")
    assert client.get(health["id"]) == health


@pytest.mark.parametrize("what", ["/replicationJobs", "/replicationProtectedItems", "protectable"])
def test_a_token_that_no_list_gave_is_400(what):
    client = client_of(small())
    containers = client.get("/replicationProtectionContainers")["value"]
    path = containers[0]["id"] + "/replicationProtectableItems" if what == "protectable" else what
    status, _headers, body = client.send("GET", path, query="$skipToken=abc")
    assert (status, body["error"]["details"][0]["code"]) == (400, "InvalidParameter")


@pytest.mark.parametrize("path", ["/replicationJobs/nothing", "/replicationRecoveryPlans/nothing"])
def test_a_404_carries_the_ids_of_the_request(path):
    details = client_of(small()).send("GET", path)[2]["error"]["details"][0]
    assert details["clientRequestId"] == "request-1" and len(details["activityId"]) == 36


def test_health_of_the_vault_is_refreshed_as_recorded():
    client = client_of(small())
    headers = client.post("/replicationVaultHealth/default/refresh")
    assert "/replicationVaultHealth/operationresults/" in headers["Location"]
    client.wait(30)
    job = client.job(headers)["properties"]
    assert (job["scenarioName"], job["targetInstanceType"]) == ("RefreshVaultHealth", "Vault")
    status, _headers, body = client.follow(headers["Location"])
    parts = body["properties"]
    assert status == 200 and all(
        "categorizedResourceCounts" in parts[name]
        for name in ("protectedItemsHealth", "fabricsHealth", "containersHealth")
    )


def test_a_delete_tells_what_is_left_of_deletes():
    client = client_of(small(plans=[{"name": "p", "groups": [{"vms": ["vm1"]}]}]))
    headers = client.send("DELETE", "/replicationRecoveryPlans/p")[1]
    counts = {name: value for name, value in headers.items() if name.startswith("x-ms-ratelimit-remaining")}
    assert list(counts) == ["x-ms-ratelimit-remaining-subscription-deletes"]


def test_the_vault_shows_all_that_was_recorded_of_one():
    properties = client_of(small()).get("", api="2023-02-01")["properties"]
    assert {"backupStorageVersion", "monitoringSettings", "securitySettings", "restoreSettings"} <= set(properties)


def test_a_name_with_a_space_or_an_umlaut_has_an_address_that_leads_to_it():
    client = client_of(small(page_size=1, vms=[{"name": "vm2", "host": "hv01"}], vm={"item_name": "grüner Server"}))
    headers = client.fail_back("vm1")
    assert headers["Location"].isascii() and " " not in headers["Location"]
    assert client.follow(headers["Location"])[0] == 202


def test_times_of_signed_addresses_are_the_service_s():
    client = client_of(small())
    ticks = int(client.fail_back("vm1")["Location"].partition("&t=")[2].partition("&")[0])
    moment = datetime.fromtimestamp((ticks - 621_355_968_000_000_000) / 10**7, timezone.utc)
    assert abs(moment.timestamp() - client.world.now) < 1


def test_a_result_address_of_one_item_does_not_tell_of_the_job_of_another():
    client = client_of(small(vms=[{"name": "vm2", "host": "hv01"}]), OLD)
    job = client.job(client.fail_back("vm1"))["name"]
    assert client.send("GET", f"{client.id_of('vm1')}/operationresults/{job}")[0] == 202
    assert client.send("GET", f"{client.id_of('vm2')}/operationresults/{job}")[0] == 404
