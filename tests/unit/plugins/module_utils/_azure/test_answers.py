# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Error answers of every shape become one kind of error that says what was tried, what the service said, and what to do."""

from __future__ import annotations

import json

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._azure.answers import (
    LONGEST,
    SIGN_IN_HINTS,
    Said,
    said,
    sign_in_hint,
)
from ansible_collections.asr.hyperv.plugins.module_utils._azure.explain import causes, explain
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    AccessDenied,
    NotConnected,
    NotFound,
    ServiceError,
    SignInFailed,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.stub_azure import Answer, vault_at

ASR = """{"error":{"code":"BadRequest","message":"outer","details":[{"code":"InvalidFailoverDirection",
 "message":"The direction\\r\\n   is wrong.","possibleCauses":"The VM is on the other side.",
 "recommendedAction":"Turn it round.","clientRequestId":"c","activityId":"a-1"}]}}"""


def inside(error, code="BadRequest"):
    """An error whose message is another one, as JSON."""
    message = error if isinstance(error, str) else json.dumps(error)
    return json.dumps({"error": {"code": code, "message": message}})


SHAPES = [  # body, code, message
    (ASR, "InvalidFailoverDirection", "The direction is wrong."),
    ('{"error":{"code":"NotFound","message":"No.","details":[]}}', "NotFound", "No."),
    ('{"error":{"code":"X","message":"No.","details":[{"message":1}]}}', "X", "No."),
    ('{"error":{"code":"X","details":null}}', "X", ""),
    (
        '{"ErrorCode":"ResourceExtendedInfoNotFound","Message":{"Language":"en","Value":"None."}}',
        "ResourceExtendedInfoNotFound",
        "None.",
    ),
    ('{"code":"Flat","message":"flat"}', "Flat", "flat"),
    ('{"error":"invalid_client","error_description":"AADSTS1: no"}', "invalid_client", "AADSTS1: no"),
    ('{"error":null}', "", ""),
    (inside({"error": {"code": "VmNotReady", "message": "Wait."}}), "VmNotReady", "Wait."),
    (inside(inside({"code": "VmNotReady", "message": "Wait."}), "Outer"), "VmNotReady", "Wait."),
    (inside({"message": "Wait."}), "BadRequest", "Wait."),
    (inside({"error": {"code": "Odd"}}), "BadRequest", '{"error": {"code": "Odd"}}'),
    (inside("{ this is no JSON"), "BadRequest", "{ this is no JSON"),
    ("[]", "", ""),
    ("null", "", ""),
    ("", "", ""),
    ("<html><head><title>502 Bad\nGateway</title></head><body>long</body></html>", "", "502 Bad Gateway"),
    ("<p>The&nbsp;service is <b>away</b></p>", "", "The service is away"),
    ("upstream connect error", "", "upstream connect error"),
    ('{"error":{"code":"Cut","m', "", '{"error":{"code":"Cut","m'),
]


@pytest.mark.parametrize("body, code, message", SHAPES)
def test_every_shape_of_error_body_is_read(body, code, message):
    answer = said(body)
    assert (answer.code, answer.message) == (code, message)


def test_causes_advice_and_activity_come_from_the_detail():
    assert said(ASR) == Said(
        "InvalidFailoverDirection",
        "The direction is wrong.",
        "The VM is on the other side.",
        "Turn it round.",
        "a-1",
    )


def test_a_long_answer_that_is_no_json_is_cut():
    assert len(said("word " * 1000).message) < LONGEST + 10


@pytest.mark.parametrize("number", SIGN_IN_HINTS)
def test_every_known_sign_in_code_comes_with_advice(number):
    assert sign_in_hint(f"Authentication failed: AADSTS{number}: whatever") == (
        f"AADSTS{number}",
        SIGN_IN_HINTS[number],
    )


def test_an_unknown_sign_in_code_is_still_told():
    assert sign_in_hint("AADSTS424242: new") == ("AADSTS424242", "")


def test_a_tenant_that_msal_cannot_find_is_told_as_an_unknown_tenant():
    error = "Authentication failed: Unable to get authority configuration for https://x/t. Authority would typically be"
    assert sign_in_hint(error) == ("", SIGN_IN_HINTS["90002"])


def test_the_error_of_a_refused_start_reads_as_a_sentence_and_carries_the_parts(stub):
    stub.answers("POST", "replicationJobs/job1/resume", Answer(400, ASR))
    with pytest.raises(ServiceError) as caught:
        vault_at(stub.url).jobs.resume("job1", "go")
    assert str(caught.value) == (
        "Cannot resume the job 'job1': The direction is wrong (InvalidFailoverDirection). "
        "Possible causes: The VM is on the other side. Recommended: Turn it round."
    )
    assert caught.value.details["activity_id"] == "a-1"
    assert caught.value.code == "InvalidFailoverDirection"


def test_a_missing_right_is_named_with_the_role_that_has_it(stub):
    action = "Microsoft.RecoveryServices/vaults/replicationJobs/resume/action"
    message = (
        f"The client 'c' with object id 'o' does not have authorization to perform action '{action}' over scope '/s/v'."
    )
    body = {"error": {"code": "AuthorizationFailed", "message": message}}
    stub.answers("POST", "replicationJobs/job1/resume", Answer(403, body))
    with pytest.raises(AccessDenied, match="Site Recovery Contributor") as caught:
        vault_at(stub.url).jobs.resume("job1", "go")
    assert (caught.value.details["missing_action"], caught.value.details["scope"]) == (action, "/s/v")
    assert str(caught.value).count(action) == 2


def test_a_vault_that_was_never_used_for_site_recovery_is_told_as_that_and_not_to_be_tried_again(stub):
    """As users published it: the service itself recommends to retry."""
    told = "The resource with ID 2195638768288125375 isn't registered with the service."
    detail = {"activityId": "a", "clientRequestId": "c", "code": "SubscriptionIdNotRegisteredWithSrs", "message": told,
              "possibleCauses": "The operation failed due to an internal error.",
              "recommendedAction": "Retry the last action. If the issue persists, contact Support."}  # fmt: skip
    body = {"error": {"code": "BadRequest", "message": told, "details": [detail]}}
    stub.answers("GET", "replicationProtectedItems", Answer(400, body))
    with pytest.raises(
        ServiceError, match="isn't registered with the service.*Recommended: The vault was never set up"
    ) as caught:
        vault_at(stub.url).items.list()
    assert "Retry" not in str(caught.value)


UNKNOWN_VAULT = [
    (
        "ResourceNotFound",
        "The Resource 'Microsoft.RecoveryServices/vaults/vault1' under resource group 'rg' was not found.",
    ),
    ("ResourceGroupNotFound", "Resource group 'rg' could not be found."),
    ("SubscriptionNotFound", "The subscription could not be found."),
]


@pytest.mark.parametrize("code, message", UNKNOWN_VAULT)
@pytest.mark.parametrize(
    "ask", [lambda vault: vault.jobs.list(vault.service_time()), lambda vault: vault.jobs.get("job1")]
)
def test_an_unknown_vault_is_an_error_that_names_all_that_leads_to_it(stub, code, message, ask):
    for path in ("replicationJobs", "replicationJobs/job1"):
        stub.answers("GET", path, Answer(404, {"error": {"code": code, "message": message}}))
    with pytest.raises(NotFound, match="vault 'vault1'.*group 'rg', subscription '1111.*does not exist") as caught:
        ask(vault_at(stub.url))
    assert caught.value.code == code


@pytest.mark.parametrize("code", ["NotFound", "ResourceNotFound", "ArmResourceDoesNotExist"])
def test_a_thing_that_does_not_exist_in_the_vault_is_none(stub, code):
    message = "The Resource 'Microsoft.RecoveryServices/vaults/vault1/replicationJobs/job1' was not found."
    stub.answers("GET", "replicationJobs/job1", Answer(404, {"error": {"code": code, "message": message}}))
    assert vault_at(stub.url).jobs.get("job1") is None


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, "<html>sign in to the proxy</html>", {"Content-Type": "text/html"}),
        Answer(200, '{"name": "jo'),
        Answer(200, "", {"Content-Type": "text/plain"}),
    ],
    ids=["html", "cut off", "empty"],
)
def test_a_good_status_with_a_body_that_is_no_json_is_a_clear_error(stub, waits, answer):
    stub.answers("GET", "replicationJobs/job1", answer)
    with pytest.raises(ServiceError, match="Cannot read the job 'job1'"):
        vault_at(stub.url).jobs.get("job1")


def test_an_earlier_error_that_is_being_handled_is_no_cause():
    later = ValueError("later")
    later.__context__ = ConnectionRefusedError("earlier")
    assert list(causes(later)) == [later]


def test_trouble_on_the_way_to_the_sign_in_is_no_wrong_password():
    from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError

    with pytest.raises(NotConnected, match="signing in is not possible.*no route"), explain("list jobs"):
        try:
            raise ServiceRequestError("no route")
        except ServiceRequestError as error:
            raise ClientAuthenticationError("Authentication failed: no route") from error


def test_a_login_that_is_missing_on_this_machine_is_told():
    from azure.identity import CredentialUnavailableError

    with (
        pytest.raises(SignInFailed, match="Cannot list jobs: signing in failed: Please run 'az login'"),
        explain("list jobs"),
    ):
        raise CredentialUnavailableError("Please run 'az login' to set up an account")


def test_an_error_of_ours_passes_unchanged():
    ours = NotFound("x", "y")
    with pytest.raises(NotFound) as caught, explain("do things"):
        raise ours
    assert caught.value is ours
