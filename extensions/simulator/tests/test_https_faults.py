# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults as a client on the other end of a connection meets them."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from .test_https import Running


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    simulator = Running(tmp_path_factory.mktemp("simulator"), "--speed", "0")
    ready = simulator.ready
    form = {"grant_type": "client_credentials", "client_id": ready["client_id"], "client_secret": ready["secret"]}
    url = f"{ready['metadata_url']}/{ready['tenant']}/oauth2/v2.0/token"
    data = urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data=data), context=simulator.tls) as found:
        simulator.token = json.load(found)["access_token"]
    yield simulator
    simulator.stop()


@pytest.fixture
def running(shared):
    """One simulator for all tests, put back to its start for each."""
    shared.control("reset", {})
    return shared


def ask(running, path="/replicationJobs", method="GET", timeout=5, body=(None, "")):
    """Status, content type and body of a request below the vault."""
    ready = running.ready
    vault = (
        f"/subscriptions/{ready['subscription_id']}/resourceGroups/{ready['resource_group']}"
        f"/providers/Microsoft.RecoveryServices/vaults/{ready['vault_name']}"
    )
    path = path if path.startswith("/Subscriptions") else vault + path
    path, _and, query = path.partition("&")
    url = f"{ready['metadata_url']}{path}?api-version=2025-08-01&{query}"
    data, kind = body
    headers = {"Authorization": f"Bearer {running.token}", **({"Content-Type": kind} if data else {})}
    request = urllib.request.Request(url, data, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, context=running.tls, timeout=timeout) as found:
            return found.status, found.headers.get_content_type(), found.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get_content_type(), error.read()


def commit(running, timeout=5):
    item = json.loads(ask(running, "/replicationProtectedItems")[2])["value"][0]["id"]
    return ask(running, item + "/failoverCommit", "POST", timeout)


def jobs(running):
    return running.control("state")["jobs"]


def test_an_answer_comes_late(running):
    running.control("faults", {"kind": "slow", "seconds": 0.2})
    begun = time.monotonic()
    assert ask(running)[0] == 200
    assert time.monotonic() - begun >= 0.2


@pytest.mark.parametrize("when, count", [("before", 0), ("after", 1)])
def test_no_answer_comes_in_time(running, when, count):
    running.control("faults", {"kind": "timeout", "match": {"method": "POST"}, "when": when, "seconds": 60})
    with pytest.raises(TimeoutError):
        commit(running, timeout=0.2)
    assert len(jobs(running)) == count


def test_after_a_long_silence_the_connection_is_closed(running):
    running.control("faults", {"kind": "timeout", "seconds": 0.1})
    with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
        ask(running)


def test_a_post_is_taken_and_answered_with_a_page_of_a_gateway(running):
    fault = {"kind": "server_error", "status": 502, "body": "html", "when": "after", "match": {"method": "POST"}}
    running.control("faults", fault)
    status, kind, body = commit(running)
    assert (status, kind, body[:6], len(jobs(running))) == (502, "text/html", b"<html>", 1)


@pytest.mark.parametrize(
    "fault, kind, body",
    [
        ({"kind": "truncated", "keep": 8}, "application/json", b'{"value"'),
        ({"kind": "empty"}, "text/plain", b""),  # no type at all
        ({"kind": "content_type", "type": "text/plain"}, "text/plain", b'{"value":[],"nextLink":null}'),
    ],
)
def test_an_answer_isnt_what_it_should_be(running, fault, kind, body):
    none = "/replicationJobs&$filter=JobStatus%20eq%20%27Failed%27"
    running.control("faults", fault)
    assert ask(running, none) == (200, kind, body)
    assert json.loads(ask(running, none)[2]) == {"value": [], "nextLink": None}


def test_a_schedule_is_put_in_force_over_https(running):
    running.control("faults", {"schedule": "error_after_commit_accepted"})
    assert commit(running)[0] == 500
    assert len(jobs(running)) == 1
    assert len(running.control("schedules")["schedules"]) >= 40


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        (b'{"properties": {"failoverDirection": "Recovery', "application/json", 400, "InvalidRequestContent"),
        (b"\xff\xfe{", "application/json", 400, "InvalidRequestContent"),
        (b"[" * 100_000, "application/json", 400, "InvalidRequestContent"),
        (b'"RecoveryToPrimary"', "application/json", 400, "InvalidRequestContent"),
        (b'{"properties": {}}', "text/plain", 415, "UnsupportedMediaType"),
        (b"a=b", "application/x-www-form-urlencoded", 415, "UnsupportedMediaType"),
        (b'{"properties": {"comments": NaN}}', "application/json", 400, "InvalidRequestContent"),
        (b'"' + b"x" * 5_000_000 + b'"', "application/json", 413, "RequestContentTooLarge"),
    ],
    ids=["cut off", "no text", "deep", "a text", "another type", "a form", "no number", "long"],
)
def test_a_body_that_cannot_be_read_is_refused_over_https_and_starts_nothing(running, data, kind, status, code):
    item = json.loads(ask(running, "/replicationProtectedItems")[2])["value"][0]["id"]
    found, _kind, body = ask(running, item + "/plannedFailover", "POST", body=(data, kind))
    assert (found, json.loads(body)["error"]["code"], jobs(running)) == (status, code, [])


@pytest.mark.parametrize(
    ("headers", "status"), [({"Content-Encoding": "gzip", "Content-Type": "application/json"}, 400), ({}, 415)]
)
def test_a_body_of_another_coding_or_without_a_type_is_refused_over_https(running, headers, status):
    place = running.ready["metadata_url"].removeprefix("https://")
    line = http.client.HTTPSConnection(place, context=running.tls)
    item = json.loads(ask(running, "/replicationProtectedItems")[2])["value"][0]["id"]
    line.request(
        "POST",
        f"{item}/failoverCommit?api-version=2025-08-01",
        b"{}",
        {**headers, "Authorization": f"Bearer {running.token}"},
    )
    found = line.getresponse()
    assert (found.status, jobs(running)) == (status, []) and json.loads(found.read())["error"]["code"]
