# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The caller's token is read for who he is, and made anew after a refusal."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._azure.caller import Caller, claims_of
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.readiness import of_principal
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.rights import person_in


def token(claims: object) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"header.{body}.signature"


CLAIMS = [
    ({"idtyp": "user", "upn": "op@contoso.example"}, "op@contoso.example"),
    ({"idtyp": "user"}, "a person"),
    ({"unique_name": "live.com#op@contoso.example"}, "live.com#op@contoso.example"),
    ({"scp": "user_impersonation"}, "a person"),
    ({"idtyp": "app", "appid": "1", "upn": "odd"}, ""),
    ({"appid": "1", "oid": "2"}, ""),
    ({}, ""),
]


@pytest.mark.parametrize(("claims", "name"), CLAIMS)
def test_a_person_is_known_by_the_claims_of_the_token(claims, name):
    assert person_in(claims_of(token(claims))) == name
    assert [finding.check for finding in of_principal(claims)] == ["principal"] * bool(name)


@pytest.mark.parametrize(
    "odd", ["", "opaque", "a.b", "a.!!!.c", "a.bnVsbA.c", token([1]), token("x"), "a." + "W10" * 3]
)
def test_a_token_that_says_nothing_readable_says_nothing(odd):
    assert claims_of(odd) == {}
    assert of_principal(claims_of(odd)) == [] == of_principal(None)


def test_a_caller_who_is_renewed_asks_for_a_fresh_token():
    made = iter(["first", "second"])

    def make():
        text = next(made)
        return SimpleNamespace(get_token=lambda scope: SimpleNamespace(token=text))

    caller = Caller(make, "scope")
    assert caller.get_token("scope").token == caller.get_token("scope").token == "first"
    caller.renew()
    assert caller.get_token("scope").token == "second"
