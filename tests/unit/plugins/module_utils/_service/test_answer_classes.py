# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No answer of any kind makes a step be sent for ever: every class has its bound, and a refusal that will not change ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._service.answer_classes import CLASSES, growing, table
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import SignInFailed
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import known
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import ONE, vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import ONCE, Service

BOUNDS: dict[str, Any] = {row.name: row.posts for row in CLASSES}
NIGHT: dict[str, Any] = {"timeout": 24 * 3600, "interval": 60}
ALWAYS = {"count": None}
VERBS = ["plannedFailover", "resume$", "failoverCommit", "reProtect"]
ANSWERS = [  # a fault of every POST for ever, the class of the answer, and what the item's error says
    ({"kind": "refuse", "status": 400, "code": "BadRequest"}, "refused", "BadRequest"),
    ({"kind": "refuse", "status": 404, "code": "NotFound"}, "refused", "NotFound"),
    ({"kind": "refuse", "status": 405, "code": "Not"}, "refused", "Not"),
    ({"kind": "refuse", "status": 409, "code": "Conflict"}, "refused", "Conflict"),
    ({"kind": "refuse", "status": 412, "code": "Condition"}, "refused", "Condition"),
    ({"kind": "refuse", "status": 422, "code": "Unprocessable"}, "refused", "Unprocessable"),
    ({"kind": "refuse", "status": 451, "code": "Legal"}, "refused", "Legal"),
    ({"kind": "denied"}, "refused", "AuthorizationFailed"),
    ({"kind": "refuse", "like": "disallowed"}, "refused", "RequestDisallowedByAzure"),
    ({"kind": "refuse", "like": "policy"}, "refused", "RequestDisallowedByPolicy"),
    ({"kind": "refuse", "like": "lock"}, "refused", "ScopeLocked"),
    ({"kind": "refuse", "like": "forbidden_lock"}, "refused", "ScopeLocked"),
    ({"kind": "refuse", "like": "disabled_subscription"}, "refused", "ReadOnlyDisabledSubscription"),
    (
        {"kind": "refuse", "status": 401, "code": "InvalidAuthenticationToken"},
        "signed out",
        "InvalidAuthenticationToken",
    ),
    ({"kind": "refuse", "like": "mfa"}, "signed out", "RequestDisallowedByAzure"),
    ({"kind": "refuse", "like": "revoked"}, "signed out", "TokenIssuedBeforeRevocationTimestamp"),
    ({"kind": "refuse", "like": "location"}, "signed out", "LocationConditionEvaluationSatisfied"),
    ({"kind": "throttle", "retry_after": None}, "throttled", "TooManyRequests"),
    ({"kind": "throttle", "retry_after": 0}, "throttled", "TooManyRequests"),
    ({"kind": "throttle", "retry_after": 20}, "throttled", "TooManyRequests"),
    ({"kind": "throttle", "retry_after": 900}, "throttled", "TooManyRequests"),
    *[
        ({"kind": "refuse", "status": status, "code": "Oops"}, "unknown outcome", "Oops")
        for status in (500, 501, 502, 503, 504, 507, 599)
    ],
    ({"kind": "server_error", "status": 502, "body": "html"}, "unknown outcome", ""),
    ({"kind": "server_error", "status": 503, "retry_after": 1}, "unknown outcome", ""),
    ({"kind": "refuse", "status": 408, "code": "RequestTimeout"}, "unknown outcome", "RequestTimeout"),
    ({"kind": "reset"}, "unknown outcome", ""),
    ({"kind": "timeout"}, "unknown outcome", ""),
]


def ids(rows: list[Any]) -> list[str]:
    return [" ".join(str(one) for one in row[0].values()) for row in rows]


@pytest.mark.parametrize(("fault", "kind", "code"), ANSWERS, ids=ids(ANSWERS))
def test_no_answer_is_posted_for_more_often_than_its_row_says(fault, kind, code):
    service = Service(ONE)
    service.fault(**fault, **ALWAYS, match={"method": "POST"})
    track = service.run(**NIGHT)[0]
    assert 1 <= len(service.asked("POST")) <= BOUNDS[kind]
    assert known(track.problem)["step"] == "planned_failover" and code in known(track.problem)["code"]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("fault", "kind"), [(ANSWERS[3][0], "refused"), (ANSWERS[14][0], "signed out"), (ANSWERS[21][0], "unknown outcome")]
)
def test_the_bound_holds_for_every_step_and_the_next_run_goes_on(verb, fault, kind):
    service = Service(ONE)
    service.fault(**fault, **ALWAYS, match={"method": "POST", "path": verb})
    track = service.run(**NIGHT)[0]
    assert (
        1 <= len(service.asked("POST", verb.rstrip("$"))) <= BOUNDS[kind] and known(track.problem)["code"] != "TimedOut"
    )
    service.world.faults.clear()
    assert service.run()[0].phase.value == "protected" and service.operations("vm1") == ONCE


def test_a_step_that_is_turned_away_for_ever_is_sent_as_often_as_its_row_says():
    service = Service(ONE)
    service.fault(kind="job_failure", task="VmPfoPrerequisitesCheck", code="532", **ALWAYS)
    assert known(service.run(**NIGHT)[0].problem)["code"] == "532"
    assert len(service.asked("POST")) == BOUNDS["turned away"]


@pytest.mark.parametrize("code", ["25037", "25038"])
def test_a_code_that_means_too_early_for_another_step_ends_this_one(code):
    service = Service(ONE)
    service.fault(kind="job_failure", task="VmPfoPrerequisitesCheck", code=code, **ALWAYS)
    assert known(service.run(**NIGHT)[0].problem)["code"] == code and len(service.asked("POST")) == 1


def test_two_tries_are_made_before_a_401_counts():
    service = Service(ONE)
    service.fault(kind="refuse", status=401, code="ExpiredAuthenticationToken", count=1, match={"method": "POST"})
    track = service.run()[0]
    assert track.phase.value == "protected" and service.operations("vm1") == ONCE


def test_one_who_is_refused_holds_nobody_else():
    service = Service(vault("vm1 vm2"))
    service.fault(kind="refuse", like="mfa", match={"method": "POST", "item": "vm1"}, **ALWAYS)
    tracks = service.run()
    assert known(tracks[0].problem)["code"] == "RequestDisallowedByAzure" and tracks[1].phase.value == "protected"


REMEDIES = [
    ("mfa", "multi-factor authentication for writes: sign in anew"),
    ("revoked", "sessions were revoked"),
    ("location", "Conditional Access policy refuses this network address"),
    ("disallowed", "multi-factor authentication for writes: sign in anew"),
    ("policy", "An Azure policy refuses this"),
    ("lock", "Remove the lock"),
    ("disabled_subscription", "Have the subscription enabled"),
]


@pytest.mark.parametrize(("like", "words"), REMEDIES)
def test_the_remedy_fits_the_refusal(like, words):
    service = Service(ONE)
    service.fault(kind="refuse", like=like, match={"method": "POST"}, **ALWAYS)
    problem = known(service.run()[0].problem)
    assert words in problem["recommended_action"] and words in problem["message"]
    assert "Site Recovery Contributor" not in str(problem)


def test_a_missing_right_still_names_the_role():
    service = Service(ONE)
    service.fault(kind="denied", match={"method": "POST"})
    assert "Site Recovery Contributor" in known(service.run()[0].problem)["recommended_action"]


def test_a_challenge_without_a_code_that_we_know_is_explained():
    service = Service(ONE)
    headers = {"WWW-Authenticate": 'Bearer error="insufficient_claims", claims="eyJhIjoxfQ=="'}
    service.fault(kind="refuse", status=401, code="Whatever", headers=headers, match={"method": "POST"}, **ALWAYS)
    problem = known(service.run()[0].problem)
    assert problem["code"] == "Whatever" and "more of the caller than the token has" in problem["recommended_action"]
    assert len(service.asked("POST")) <= BOUNDS["signed out"]


def test_without_a_token_nothing_is_sent_and_that_ends_too():
    service = Service(ONE)

    def no_token(*_facts, **_more):
        raise SignInFailed("Cannot sign in.", sends=0)

    service.vault.items.planned_failover = no_token
    problem = known(service.run(**NIGHT)[0].problem)
    assert problem["step"] == "planned_failover" and not service.asked("POST")


@pytest.mark.parametrize(("tries", "wait"), [(0, 3), (1, 3), (2, 6), (5, 48), (6, 60), (99, 60)])
def test_waits_grow_up_to_a_most(tries, wait):
    assert growing(3, 60, tries) == wait


def test_the_documentation_has_the_table():
    page = Path(__file__).resolve().parents[5] / "docs" / "troubleshooting.md"
    assert table() in page.read_text(encoding="utf-8"), f"put this into {page}:\n{table()}"
