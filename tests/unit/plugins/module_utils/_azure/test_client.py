# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pipeline: what is sent again and what is not, and who may be blamed when it goes wrong. Over real TLS on loopback."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.asr.hyperv.plugins.module_utils._azure import client as _client
from ansible_collections.asr.hyperv.plugins.module_utils._azure import library as _library
from ansible_collections.asr.hyperv.plugins.module_utils._azure.retries import LONGEST_BACKOFF, careful_retries
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    NotConnected,
    OutcomeUnknown,
    ServiceError,
    Throttled,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import known
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.stub_azure import (
    Answer,
    FixedToken,
    vault_at,
)

JOB = "replicationJobs/job1"
JOB_BODY = {"id": f"/{JOB}", "name": "job1", "properties": {"state": "InProgress"}}
ACCEPTED = Answer(202, headers={"Location": f"https://x/{JOB}", "Retry-After": "30"})
BUSY = Answer(429, {"error": {"code": "TooManyRequests", "message": "slow down"}}, {"Retry-After": "7"})


def closed_port() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_read_is_sent_again_until_it_is_answered(stub, waits, status):
    stub.answers("GET", JOB, Answer(status), Answer(status), Answer(body=JOB_BODY))
    assert known(vault_at(stub.url).jobs.get("job1")).state == "InProgress"
    assert len(stub.asked) == 3


def test_a_read_is_sent_again_after_a_broken_connection(stub, waits):
    stub.answers("GET", JOB, Answer(broken="reset"), Answer(body=JOB_BODY))
    assert known(vault_at(stub.url).jobs.get("job1")).name == "job1"


def test_a_read_that_stays_refused_is_an_error_with_the_status(stub, waits):
    stub.answers("GET", JOB, Answer(503, {"error": {"code": "ServerBusy", "message": "Try later."}}))
    with pytest.raises(ServiceError, match=r"^Cannot read the job 'job1': Try later \(ServerBusy\)\.$") as caught:
        vault_at(stub.url, retries=3).jobs.get("job1")
    assert (caught.value.status, len(stub.asked)) == (503, 4)
    assert not isinstance(caught.value, OutcomeUnknown)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
@pytest.mark.parametrize("headers", [{}, {"Retry-After": "1"}], ids=["", "retry-after"])
def test_a_start_is_never_sent_again_after_an_answer_that_may_mean_yes(stub, waits, status, headers):
    stub.answers("POST", f"{JOB}/resume", Answer(status, "gateway <b>trouble</b>", headers))
    with pytest.raises(OutcomeUnknown, match="not known whether it was accepted: gateway trouble") as caught:
        vault_at(stub.url).jobs.resume("job1", "go")
    [asked] = stub.asked
    assert caught.value.details["client_request_id"] == asked.headers["x-ms-client-request-id"]
    assert (caught.value.status, waits) == (status, [])


@pytest.mark.parametrize("broken", ["reset", "hang up", "cut"])
def test_a_start_is_never_sent_again_after_a_broken_connection(stub, waits, broken):
    stub.answers("POST", f"{JOB}/resume", Answer(202, "{", broken=broken))
    with pytest.raises(OutcomeUnknown) as caught:
        vault_at(stub.url).jobs.resume("job1", "go")
    assert len(stub.asked) == 1
    assert caught.value.details["client_request_id"] == stub.asked[0].headers["x-ms-client-request-id"]


def test_a_start_that_was_throttled_is_sent_again_when_the_service_says_when(stub, waits):
    stub.answers("POST", f"{JOB}/resume", BUSY, BUSY, ACCEPTED)
    started = vault_at(stub.url).jobs.resume("job1", "go")
    assert {asked.headers["x-ms-client-request-id"] for asked in stub.asked} == {started.client_request_id}
    assert len(stub.asked) == 3
    assert all(7 <= wait <= 7 * 1.25 for wait in waits) and len(waits) == 2


def test_throttled_callers_do_not_all_come_back_at_once(stub, waits):
    stub.answers("GET", JOB, *[BUSY] * 8, Answer(body=JOB_BODY))
    vault_at(stub.url, retries=10).jobs.get("job1")
    assert len(set(waits)) == 8


def test_a_start_that_was_throttled_without_a_time_is_left_to_the_caller(stub, waits):
    stub.answers("POST", f"{JOB}/resume", Answer(429, BUSY.body))
    with pytest.raises(Throttled) as caught:
        vault_at(stub.url).jobs.resume("job1", "go")
    assert (caught.value.retry_after, len(stub.asked), waits) == (None, 1, [])


@pytest.mark.parametrize(
    "method, ask", [("GET", lambda vault: vault.jobs.get("job1")), ("POST", lambda v: v.jobs.resume("job1", ""))]
)
def test_a_wait_of_an_hour_is_left_to_the_caller(stub, waits, method, ask):
    stub.answers(method, JOB if method == "GET" else f"{JOB}/resume", Answer(429, BUSY.body, {"Retry-After": "3600"}))
    with pytest.raises(Throttled) as caught:
        ask(vault_at(stub.url))
    assert (caught.value.retry_after, len(stub.asked), waits) == (3600.0, 1, [])


def test_throttling_that_outlasts_the_retries_tells_how_long_to_wait(stub, waits):
    stub.answers("POST", f"{JOB}/resume", BUSY)
    with pytest.raises(Throttled) as caught:
        vault_at(stub.url, retries=2).jobs.resume("job1", "go")
    assert (caught.value.retry_after, len(stub.asked)) == (7.0, 3)


@pytest.mark.parametrize("status", [400, 409, 412, 302])
def test_a_start_that_was_refused_is_known_not_to_have_happened(stub, waits, status):
    stub.answers("POST", f"{JOB}/resume", Answer(status, {"error": {"code": "No", "message": "not now"}}))
    with pytest.raises(ServiceError) as caught:
        vault_at(stub.url).jobs.resume("job1", "go")
    assert not isinstance(caught.value, OutcomeUnknown)
    assert len(stub.asked) == 1


@pytest.mark.parametrize("verb", ["resume", "cancel", "restart"])
def test_a_start_that_reached_nobody_is_surely_not_sent(bare_machine, waits, verb):
    host = closed_port()
    with pytest.raises(NotConnected, match=f"{host} cannot be reached: the connection was refused") as caught:
        getattr(vault_at(f"https://{host}").jobs, verb)("job1", *(["go"] if verb == "resume" else []))
    assert caught.value.details["host"] == host


def test_a_start_without_a_token_is_surely_not_sent(stub, waits):
    from azure.core.exceptions import ServiceResponseError

    broken = FixedToken(ServiceResponseError("the token endpoint hung up"))
    with pytest.raises(NotConnected, match="the token endpoint hung up"):
        vault_at(stub.url, credential=broken).jobs.resume("job1", "go")
    assert stub.asked == []


def test_a_name_that_does_not_resolve_is_named(bare_machine, waits):
    with pytest.raises(NotConnected, match="nowhere.invalid cannot be reached: the name cannot be resolved"):
        vault_at("https://nowhere.invalid").jobs.get("job1")


def test_every_request_names_us_and_asks_for_an_answer_in_time(stub, monkeypatch):
    seen: dict[str, Any] = {}

    def send(self, request, **options):
        seen.update(options, user_agent=request.headers["User-Agent"], timeout=self.connection_config.timeout)
        seen["read_timeout"] = self.connection_config.read_timeout
        return original(self, request, **options)

    original = _library.library("azure.core.pipeline.transport").RequestsTransport.send
    monkeypatch.setattr("azure.core.pipeline.transport.RequestsTransport.send", send)
    stub.answers("GET", JOB, Answer(body=JOB_BODY))
    vault_at(stub.url).jobs.get("job1")
    assert seen["user_agent"].startswith(f"asr.hyperv/{_client.VERSION} ")
    assert (seen["timeout"], seen["read_timeout"]) == (10, 60)


def test_the_version_in_the_user_agent_is_the_collections():
    galaxy = Path(__file__).parents[5] / "galaxy.yml"
    assert yaml.safe_load(galaxy.read_text(encoding="utf-8"))["version"] == _client.VERSION


def test_eight_threads_start_at_once_each_with_its_own_request_id(stub):
    for number in range(40):
        stub.answers("POST", f"replicationJobs/job{number}/resume", ACCEPTED)
    vault = vault_at(stub.url)
    with ThreadPoolExecutor(8) as pool:
        started = list(pool.map(lambda number: vault.jobs.resume(f"job{number}", "go"), range(40)))
    sent = {asked.path.split("/")[1]: asked.headers["x-ms-client-request-id"] for asked in stub.asked}
    assert len(stub.asked) == 40
    assert {one.job_name: one.client_request_id for one in started} == sent
    assert len(set(sent.values())) == 40


def test_backoff_is_capped_and_spread():
    policy = careful_retries(10)
    settings = {"backoff": policy.backoff_factor, "max_backoff": policy.backoff_max, "history": [None] * 10}
    waits = {policy.get_backoff_time(settings) for _turn in range(20)}
    assert len(waits) > 1 and max(waits) <= LONGEST_BACKOFF
