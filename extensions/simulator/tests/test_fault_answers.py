# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults that leave a request without an answer, or with a spoilt one."""

from __future__ import annotations

import json
from email.utils import parsedate_to_datetime

import pytest

from asr_simulator.answer import answer
from asr_simulator.clock.clock import parse
from asr_simulator.scenario.load import ScenarioError, complete
from asr_simulator.wire.body import NoAnswer, Raw, TimedOut, wire

from .simulated import client_of, put, small


def three(**more):
    return client_of(small(vms=[{"name": "vm2", "host": "hv01"}, {"name": "vm3", "host": "hv01"}], **more))


def job_count(client):
    return len(client.control("GET", "state")["jobs"])


@pytest.mark.parametrize(
    "fault, seen",
    [
        ({"kind": "server_error", "status": 500}, 500),
        ({"kind": "server_error", "status": 503, "body": "html"}, 503),
        ({"kind": "server_error", "status": 504, "body": "empty"}, 504),
        ({"kind": "throttle"}, 429),
        ({"kind": "reset"}, ConnectionResetError),
        ({"kind": "timeout", "seconds": 9}, TimeoutError),
    ],
)
@pytest.mark.parametrize("when, jobs", [("before", 0), ("after", 1)])
def test_a_post_is_refused_before_or_after_it_was_carried_out(client, fault, seen, when, jobs):
    put(client, **fault, match={"verb": "failoverCommit"}, when=when)
    path = client.id_of("app01") + "/failoverCommit"
    if isinstance(seen, int):
        assert client.send("POST", path)[0] == seen
    else:
        with pytest.raises(seen) as caught:
            client.send("POST", path)
        assert isinstance(caught.value, NoAnswer)
        assert caught.value.accepted is (when == "after")
    assert job_count(client) == jobs
    assert client.send("POST", path)[0] == 202


def test_a_timeout_tells_for_how_long_nothing_comes(client):
    put(client, "timeout", seconds=120)
    with pytest.raises(TimedOut) as caught:
        client.jobs()
    assert caught.value.seconds == 120


@pytest.mark.parametrize("retry_after, header", [(3600, "3600"), (None, None)])
def test_an_error_may_say_when_to_come_again(client, retry_after, header):
    put(client, "server_error", retry_after=retry_after)
    assert client.send("GET", "/replicationJobs")[1].get("Retry-After") == header


def test_a_page_of_a_gateway_is_html(client):
    put(client, "server_error", status=502, body="html")
    status, _headers, body = client.send("GET", "/replicationJobs")
    data, kind = wire(body)
    assert (status, kind, data[:6]) == (502, "text/html", b"<html>")


def test_a_slow_answer_says_how_long_it_takes(client):
    put(client, "slow", seconds=7)
    status, headers, _body = client.send("GET", "/replicationJobs")
    assert (status, headers["x-simulator-delay"]) == (200, "7")
    assert "x-simulator-delay" not in client.send("GET", "/replicationJobs")[1]


@pytest.mark.parametrize("more", [{}, {"keep": 20}, {"keep": 0}])
def test_json_stops_in_the_middle(client, more):
    put(client, "truncated", **more)
    status, _headers, body = client.send("GET", "/replicationProtectedItems")
    data, kind = wire(body)
    assert (status, kind) == (200, "application/json")
    with pytest.raises(ValueError, match="Unterminated|Expecting"):
        json.loads(data)
    assert len(data) == more.get("keep", len(data))


def test_an_empty_answer_passes_over_what_is_empty_anyway(client):
    path = client.id_of("app01")
    put(client, "empty")
    client.post(path + "/failoverCommit")
    assert client.send("GET", "/replicationJobs")[2] is None
    assert len(client.jobs()) == 1


@pytest.mark.parametrize("more, start", [({}, b"{"), ({"body": "html"}, b"<")])
def test_another_content_type(client, more, start):
    put(client, "content_type", type="text/plain", **more)
    body = client.send("GET", "/replicationJobs")[2]
    assert isinstance(body, Raw)
    assert (body.content_type, body.data[:1]) == ("text/plain", start)


@pytest.mark.parametrize("where, header, job", [("both", 600, 600), ("headers", 600, 0), ("jobs", 0, 600)])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_clock_of_the_service_is_off(client, where, header, job, sign):
    started = client.fail_back("app01")
    client.wait(60)
    true = parse(client.job(started)["properties"]["startTime"])
    put(client, "clock_skew", seconds=600 * sign, where=where)
    _status, headers, body = client.send("GET", f"/replicationJobs/{client.jobs()[0]['name']}")
    assert parse(body["properties"]["startTime"]) - true == pytest.approx(job * sign)
    assert parse(body["properties"]["tasks"][0]["startTime"]) - true == pytest.approx(job * sign, abs=5)
    assert body["properties"]["tasks"][-1]["startTime"].startswith("0001")
    date = parsedate_to_datetime(headers["Date"]).timestamp()
    assert date - client.world.now == pytest.approx(header * sign, abs=1)


def test_filters_go_by_the_clock_that_is_off(client):
    client.fail_back("app01")
    client.wait(60)
    put(client, "clock_skew", seconds=86400, where="jobs")
    shown = client.jobs()[0]["properties"]["startTime"]
    assert len(client.jobs(f"StartTime eq '{shown}' and EndTime eq '{shown}'")) == 1


def test_an_unknown_state_on_one_item(client):
    put(client, "unknown_word", match={"item": "app01"}, word="Entangled")
    assert client.item("app01")["protectionState"] == "Entangled"
    listed = client.get("/replicationProtectedItems")["value"]
    states = {body["properties"]["friendlyName"]: body["properties"]["protectionState"] for body in listed}
    assert states == {"db01": "PlannedFailoverStatesBegin", "web01": "PlannedFailoverStatesBegin", "app01": "Entangled"}


@pytest.mark.parametrize("field", ["allowedOperations", "activeLocation", "replicationHealth"])
def test_an_unknown_word_in_other_fields(client, field):
    put(client, "unknown_word", field=field, word="Blue")
    assert client.item("app01")[field] in ("Blue", ["Blue"])


@pytest.mark.parametrize("field", ["state", "stateDescription", "scenarioName"])
def test_an_unknown_word_in_jobs(client, field):
    started = client.fail_back("app01")
    client.fail_back("web01")
    client.wait(10)
    put(client, "unknown_word", match={"item": "app01"}, where="jobs", field=field, word="Blue")
    assert client.job(started)["properties"][field] == "Blue"
    assert [job["properties"][field] == "Blue" for job in client.jobs()].count(True) == 1
    assert client.item("app01")["protectionState"] == "PlannedFailoverStatesBegin"


def test_an_unknown_scenario_of_an_item(client):
    client.fail_back("app01")
    client.wait(6)
    put(client, "unknown_word", field="scenarioName", word="Blue")
    assert client.item("app01")["currentScenario"]["scenarioName"] == "Blue"


def test_a_page_leads_to_itself():
    client = three(page_size=2)
    put(client, "paging", how="loop", count=None)
    first = client.get("/replicationProtectedItems")
    again = client.follow(first["nextLink"])[2]
    assert again == first


def test_every_page_is_followed_by_another_one():
    client = three(page_size=2)
    put(client, "paging", how="endless", count=None)
    links = [client.get("/replicationProtectedItems")["nextLink"]]
    links += [client.follow(links[-1])[2]["nextLink"]]
    links += [client.follow(links[-1])[2]["nextLink"]]
    assert len(set(links)) == 3 and links[-1].endswith("&again=3")


@pytest.mark.parametrize("which", ["deep", "no_utf8", "null", "number"])
def test_bytes_that_break_parsers(client, which):
    put(client, "nasty", bytes=which)
    status, _headers, body = client.send("GET", "/replicationJobs")
    assert status == 200 and isinstance(body, Raw)
    try:
        read = json.loads(body.data)
    except (ValueError, RecursionError):
        read = None
    assert read == ({"value": None} if which == "null" else None)


def test_a_link_leads_to_another_host(client):
    put(client, "paging", how="foreign")
    assert client.get("/replicationJobs")["nextLink"].startswith("https://management.azure.example/")


def test_entries_stand_twice(client):
    client.fail_back("app01")
    put(client, "paging", how="duplicates")
    assert len(client.jobs()) == 2
    assert len(client.jobs()) == 1


def test_small_pages_and_missing_ones():
    client = three()
    put(client, "small_pages", size=1, match={"path": "ProtectedItems"})
    put(client, "paging", how="skipped", skip=1)
    put(client, "paging", how="cut", skip=2)
    first = client.get("/replicationProtectedItems")
    second = client.follow(first["nextLink"])[2]
    assert (len(first["value"]), second["value"], bool(second["nextLink"])) == (1, [], True)
    assert client.get("/replicationProtectedItems")["nextLink"] is None
    assert client.get("/replicationProtectedItems")["nextLink"]


def test_the_vault_is_gone_from_a_moment_on(client):
    put(client, "gone", after=600, lasts=600)
    seen = []
    for _time in range(3):
        status, _headers, body = client.send("GET", "/replicationJobs")
        seen.append((status, body.get("error", {}).get("code")))
        client.wait(600)
    assert seen == [(200, None), (404, "ResourceNotFound"), (200, None)]


def test_one_item_is_gone(client):
    path = client.id_of("app01")
    put(client, "gone", match={"item": "app01"})
    assert client.send("GET", path)[2]["error"]["details"][0]["code"] == "ArmResourceDoesNotExist"
    assert client.send("GET", client.id_of("web01"))[0] == 200
    client.job(client.fail_back("web01"))


def test_a_job_of_an_item_that_is_gone_can_be_read(client):
    started = client.fail_back("app01")
    put(client, "gone", match={"item": "app01"})
    assert client.job(started)


def test_a_right_is_missing_on_one_action_of_one_item_in_one_state(client):
    put(client, "denied", match={"item": "app01", "verb": "failoverCommit", "state": "failed_over"})
    status, _headers, body = client.send("POST", client.id_of("app01") + "/failoverCommit")
    assert (status, body["error"]["code"]) == (403, "AuthorizationFailed")
    assert "failoverCommit/action" in body["error"]["message"]
    assert client.send("POST", client.id_of("web01") + "/failoverCommit")[0] == 202
    assert client.item("app01")


def test_faults_find_an_item_by_its_job(client):
    started = client.fail_back("app01")
    put(client, "throttle", match={"item": "app01", "verb": "cancel"})
    assert client.send("POST", client.job(started)["id"] + "/cancel")[0] == 429


@pytest.mark.parametrize(
    "more", [{"kind": "throttle", "match": {"item": "app99"}}, {"kind": "provider_drop", "host": "hv99"}]
)
def test_a_fault_that_could_never_strike_is_refused(client, more):
    status, _headers, body = answer(client.world, "POST", "/_simulator/faults", {}, more)
    assert status == 400
    assert "99' is not in the scenario" in body["error"]["message"]
    with pytest.raises(ScenarioError, match="99' is not in the scenario"):
        complete(small(faults=[more]))


def test_options_belong_to_a_kind(client):
    status, _headers, body = answer(client.world, "POST", "/_simulator/faults", {}, {"kind": "reset", "keep": 3})
    assert status == 400
    assert "keep" in body["error"]["message"]
    with pytest.raises(ScenarioError, match="keep: not an option of reset"):
        complete(small(faults=[{"kind": "reset", "keep": 3}]))


@pytest.mark.parametrize(
    ("fault", "status", "code", "header"),
    [
        ({"like": "mfa"}, 401, "RequestDisallowedByAzure", 'error="insufficient_claims", claims="'),
        ({"like": "revoked"}, 401, "TokenIssuedBeforeRevocationTimestamp", "Continuous access evaluation"),
        ({"like": "disallowed"}, 403, "RequestDisallowedByAzure", ""),
        ({"like": "forbidden_lock"}, 403, "ScopeLocked", ""),
        ({"like": "lock"}, 409, "ScopeLocked", ""),
        ({"like": "lock", "status": 403}, 403, "ScopeLocked", ""),
        ({"like": "disabled_subscription"}, 409, "ReadOnlyDisabledSubscription", ""),
        (
            {"status": 422, "code": "Odd", "message": "Not tonight.", "headers": {"WWW-Authenticate": "Odd"}},
            422,
            "Odd",
            "Odd",
        ),
    ],
)
def test_a_write_is_refused_while_reads_pass(client, fault, status, code, header):
    put(client, "refuse", match={"verb": "failoverCommit", "item": "app01"}, **fault)
    path = client.id_of("app01")
    for _try in range(3):
        found, headers, body = client.send("POST", path + "/failoverCommit")
        assert (found, body["error"]["code"]) == (status, code)
        assert header in headers.get("WWW-Authenticate", "")
    assert client.get(path)["name"]
    assert client.send("POST", client.id_of("db01") + "/failoverCommit")[0] == 202
    assert job_count(client) == 1


def test_all_writes_are_refused_but_signing_in(client):
    put(client, "refuse", like="mfa")
    for method, path in (("POST", client.id_of("app01") + "/reProtect"), ("DELETE", "/replicationRecoveryPlans/plan1")):
        assert client.send(method, path)[0] == 401
    form = {"grant_type": "client_credentials", "client_id": client.world.tokens.client}
    path = f"/{client.world.tokens.tenant}/oauth2/v2.0/token"
    assert answer(client.world, "POST", path, {}, {**form, "client_secret": client.world.tokens.secret})[0] == 200
