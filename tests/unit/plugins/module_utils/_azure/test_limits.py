# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything ends: pages, bodies packed and unpacked, error pages, waiting, and the work that an answer makes."""

from __future__ import annotations

import gzip
import json
import re
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, SupportsIndex

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._azure import gate as _gate
from ansible_collections.asr.hyperv.plugins.module_utils._azure import limits, retries
from ansible_collections.asr.hyperv.plugins.module_utils._azure.answers import said
from ansible_collections.asr.hyperv.plugins.module_utils._azure.budget import remaining
from ansible_collections.asr.hyperv.plugins.module_utils._azure.headers import seconds_of, tame
from ansible_collections.asr.hyperv.plugins.module_utils._glue import base, clock
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    AccessDenied,
    AsrError,
    OutcomeUnknown,
    ServiceError,
    Throttled,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import known
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.stub_azure import JOB, Answer, vault_at

PLANS = "replicationRecoveryPlans"
MB = 1024 * 1024


class Endless(list[Any]):
    """Answers that never run out: each page names another next one."""

    def __init__(self, stub) -> None:
        super().__init__([1, 2])
        self.stub, self.given = stub, 0

    def pop(self, _place: SupportsIndex = -1) -> Answer:
        self.given += 1
        link = f"{self.stub.url}{self.stub.vault}/{PLANS}?page={self.given}"
        return Answer(body={"value": [{"id": f"p{self.given}", "name": "x" * 50}], "nextLink": link})


@pytest.fixture
def endless(stub):
    from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.stub_azure import VAULT

    stub.vault = VAULT
    stub.script["GET", f"{VAULT}/{PLANS}"] = Endless(stub)
    return stub


def test_a_list_without_an_end_is_left(endless, monkeypatch):
    monkeypatch.setattr("ansible_collections.asr.hyperv.plugins.module_utils._azure.calls.MOST_PAGES", 20)
    with pytest.raises(ServiceError, match="the list has no end: after 20 pages"):
        vault_at(endless.url).plans.list()
    assert len(endless.asked) == 20


def test_the_pages_of_a_list_are_bounded_together(endless, monkeypatch):
    monkeypatch.setattr("ansible_collections.asr.hyperv.plugins.module_utils._azure.calls.MOST_BYTES", 2000)
    with pytest.raises(ServiceError, match="the list has no end"):
        vault_at(endless.url).plans.list()
    assert len(endless.asked) < 20


def big(answer: str, packed: bool) -> Answer:
    if not packed:
        return Answer(body=answer)
    return Answer(body=gzip.compress(answer.encode()), headers={"Content-Encoding": "gzip"})


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_body_is_taken_up_to_its_limit_after_unpacking(stub, waits, monkeypatch, packed):
    monkeypatch.setattr(_gate, "MOST_BYTES", MB)
    stub.answers("GET", JOB, big(json.dumps({"name": "x" * (MB - 100)}), packed))
    assert len(known(vault_at(stub.url).jobs.get("job1")).name) == MB - 100
    stub.answers("GET", JOB, big(json.dumps({"name": "x" * MB}), packed))
    with pytest.raises(ServiceError, match="the answer is longer than 1 MB, which Azure never sends"):
        vault_at(stub.url).jobs.get("job1")


def test_an_accepted_start_with_a_body_without_an_end_is_in_doubt_and_not_lost(stub, waits, monkeypatch):
    monkeypatch.setattr(_gate, "MOST_BYTES", MB)
    stub.answers("POST", f"{JOB}/cancel", Answer(202, "x" * (MB + 1)))
    with pytest.raises(OutcomeUnknown, match="longer than 1 MB"):
        vault_at(stub.url).jobs.cancel("job1")
    assert len(stub.asked) == 1


@pytest.mark.parametrize("packing", ["gzip, gzip", "br", "zstd", "x"])
def test_a_packing_that_nobody_asked_for_is_not_unpacked(stub, waits, packing):
    stub.answers("GET", JOB, Answer(body={"name": "job1"}, headers={"Content-Encoding": packing}))
    with pytest.raises(ServiceError, match="packed in a way that was not asked for"):
        vault_at(stub.url).jobs.get("job1")
    assert stub.asked[0].headers["Accept-Encoding"] == "gzip, deflate"


def test_an_error_page_is_cut_before_anybody_reads_it(stub, waits):
    stub.answers("GET", JOB, Answer(403, "<p>" + "words " * 100_000))
    with pytest.raises(ServiceError) as caught:
        vault_at(stub.url).jobs.get("job1")
    assert len(str(caught.value)) < 1000


NASTY = ["<", "<title>", "<a ", "<title><", "&lt;", "\u2028", "perform action '", "AADSTS", "[", '{"a":', "<title>x"]


@pytest.mark.parametrize("piece", NASTY)
def test_reading_an_error_page_costs_no_more_than_its_length(piece):
    """Twice the length is about twice the work: a quadratic pattern would need sixteen times as long for four times."""

    def cost(length: int) -> float:
        body = piece * (length // len(piece))
        best = float("inf")
        for _try in range(3):
            began = time.process_time()
            said(body)
            best = min(best, time.process_time() - began)
        return best

    assert cost(limits.MOST_ERROR_BYTES * 4) < max(10 * cost(limits.MOST_ERROR_BYTES), 0.5)


ODD_CHARSETS = ["punycode", "utf-7", "idna", "zlib", "base64", "utf-16", "unicode_escape", "undefined", "nosuch", ".."]


@pytest.mark.parametrize("charset", ODD_CHARSETS)
def test_no_encoding_that_an_answer_claims_costs_or_hides_anything(stub, waits, charset):
    kind = {"Content-Type": f"application/json; charset={charset}"}
    refusal = {"error": {"code": "AuthorizationFailed", "message": "the-token may not: " + "a-99" * 14_000}}
    stub.answers("GET", JOB, Answer(403, refusal, headers=kind))
    began = time.process_time()
    with pytest.raises(AccessDenied) as caught:
        vault_at(stub.url).jobs.get("job1")
    assert time.process_time() - began < 2 and "the-token" not in str(caught.value)
    stub.answers("GET", JOB, Answer(body={"name": "job1", "properties": {"friendlyName": "Zürich"}}, headers=kind))
    assert known(vault_at(stub.url).jobs.get("job1")).friendly_name == "Zürich"


NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
RETRY_AFTER = [
    ("30", 30),
    ("1.5", 2),
    ("0", 0),
    ("5, 7", 7),
    ("99999999999999", limits.LONGEST_RETRY_AFTER),
    ("9" * 5000, limits.LONGEST_RETRY_AFTER),
    ("Thu, 01 Jan 2026 00:02:00 GMT", 120),
    ("Thu, 01 Jan 2015 00:02:00 GMT", None),
    ("Fri, 31 Dec 9999 23:59:59 GMT", None),
    *[
        (odd, None)
        for odd in ("\u00b2", "0x10", "-5", "nan", "inf", "1e400", "", " ", "soon", "\u0663", "1.2.3", "+5", "1_0")
    ],
]


@pytest.mark.parametrize(("told", "seconds"), RETRY_AFTER)
def test_every_form_of_retry_after_is_whole_seconds_or_none(told, seconds):
    assert seconds_of(told, 1.0, NOW) == seconds
    headers = {"Retry-After": told, "Date": "Thu, 01 Jan 2026 00:00:00 GMT"}
    tame(headers)
    assert headers.get("Retry-After") == (None if seconds is None else str(seconds))


@pytest.mark.parametrize("told", [told for told, _seconds in RETRY_AFTER if told.isascii() and len(told) < 100])
@pytest.mark.parametrize("status", [429, 202])
def test_no_retry_after_ends_a_start_in_any_other_way_than_it_should(stub, waits, told, status):
    stub.answers("POST", f"{JOB}/cancel", Answer(status, headers={"Retry-After": told, "Location": f"https://x/{JOB}"}))
    vault = vault_at(stub.url, retries=0)
    if status == 202:
        assert vault.jobs.cancel("job1").job_name == "job1"
    else:
        with pytest.raises(Throttled):
            vault.jobs.cancel("job1")
    assert len(stub.asked) == 1


@pytest.mark.parametrize("told", ["\u00b2".encode("latin-1").decode("latin-1"), "-1", "0", "9" * 400, "", "x"])
def test_no_count_of_what_is_left_stumbles(told):
    remaining({"x-ms-ratelimit-remaining-subscription-reads": told}, "reads")


@pytest.mark.parametrize("date", ["", "x", "Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "1"])
def test_an_impossible_date_does_not_move_the_clock(stub, date):
    stub.answers("GET", JOB, Answer(body={"name": "job1"}, headers={"Date": date}))
    vault = vault_at(stub.url)
    vault.jobs.get("job1")
    assert abs(vault.service_time() - datetime.now(timezone.utc)) < timedelta(minutes=1)


@pytest.mark.parametrize("ask", ["get", "cancel"])
@pytest.mark.parametrize("status", [500, 501])
def test_an_error_of_the_server_is_not_asked_for_more_often_than_the_table_says(stub, waits, ask, status):
    stub.answers("GET", JOB, Answer(status))
    stub.answers("POST", f"{JOB}/cancel", Answer(status))
    with pytest.raises(AsrError):
        getattr(vault_at(stub.url, retries=retries.RETRIES).jobs, ask)("job1")
    assert len(stub.asked) <= (1 if ask == "cancel" else 1 + retries.RETRIES)


def test_the_page_on_limits_has_every_number_of_the_code():
    page = (Path(__file__).parents[5] / "docs" / "limits.md").read_text(encoding="utf-8")
    numbers = {
        "CONNECT_SECONDS": limits.CONNECT_SECONDS,
        "READ_SECONDS": limits.READ_SECONDS,
        "IDENTITY_CONNECT_SECONDS": limits.IDENTITY_CONNECT_SECONDS,
        "IDENTITY_READ_SECONDS": limits.IDENTITY_READ_SECONDS,
        "MOST_PAGES": limits.MOST_PAGES,
        "MOST_BYTES": limits.MOST_BYTES // MB,
        "MOST_ERROR_BYTES": limits.MOST_ERROR_BYTES // 1024,
        "LONGEST_RETRY_AFTER": limits.LONGEST_RETRY_AFTER,
        "RETRIES": retries.RETRIES,
        "RECONNECTS": retries.RECONNECTS,
        "LONGEST_BACKOFF": retries.LONGEST_BACKOFF,
        "LONGEST_WAIT": retries.LONGEST_WAIT,
        "READING_SECONDS": base.READING_SECONDS,
        "GRACE": clock.GRACE,
    }
    shown = {
        name: int(number.replace(",", "")) for number, name in re.findall(r"\| ([\d,]+)[^|]* \| `([A-Z_]+)` \|", page)
    }
    assert shown == numbers
