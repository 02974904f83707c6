# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes that are refused while reads pass: policies, locks, subscriptions that were disabled, tokens that are not enough."""

from __future__ import annotations

import base64
import json
from typing import Any, NamedTuple

from ..arm.call import Request
from ..wire.errors import arm
from ..world.fault import Fault


class Refusal(NamedTuple):
    """An answer of Azure to a write, in its words; `claims` and `why` make the challenge of a 401."""

    status: int
    code: str
    message: str
    claims: dict[str, Any] | None = None
    why: str = ""


CHALLENGED = "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: {}"
REVOKED, PLACE = "TokenIssuedBeforeRevocationTimestamp", "LocationConditionEvaluationSatisfied"
NO_MFA = (
    "Resource was disallowed by Azure: Multi-factor authentication is required to create, update or delete resources. "
    "Sign in again with multi-factor authentication."
)
LIKE: dict[str, Refusal] = {  # headers and words as users of Azure have published them
    "mfa": Refusal(401, "RequestDisallowedByAzure", NO_MFA, {"acrs": {"essential": True, "values": ["p1"]}}),
    "revoked": Refusal(
        401, REVOKED, CHALLENGED.format(REVOKED), {"nbf": {"essential": True}}, CHALLENGED.format(REVOKED)
    ),
    "location": Refusal(401, PLACE, CHALLENGED.format(PLACE), {"nbf": {"essential": True}}, CHALLENGED.format(PLACE)),
    "disallowed": Refusal(403, "RequestDisallowedByAzure", NO_MFA),
    "policy": Refusal(
        403,
        "RequestDisallowedByPolicy",
        'Resource \'{name}\' was disallowed by policy. Policy identifiers: \'[{{"policyAssignment":{{"name":"night"}}}}]\'.',
    ),
    "forbidden_lock": Refusal(403, "ScopeLocked", "{locked}"),
    "lock": Refusal(409, "ScopeLocked", "{locked}"),
    "disabled_subscription": Refusal(
        409,
        "ReadOnlyDisabledSubscription",
        "The subscription '{subscription}' is disabled and therefore marked as read only. You cannot perform any write "
        "actions on this subscription until it is re-enabled.",
    ),
}
LOCKED = (
    "The scope '{scope}' cannot perform write operation because following scope(s) are locked: '{vault}'. "
    "Please remove the lock and try again."
)


def refuse(request: Request, fault: Fault) -> Exception | None:
    """The refusal of a write; a read only where the fault names its method. Signing in is never refused by this."""
    if request.method == "GET" and "method" not in fault.match or not request.path.lower().startswith("/subscriptions"):
        return None
    options = fault.options
    chosen = LIKE.get(options.get("like", ""), Refusal(403, "Forbidden", "The operation is not allowed."))
    message = options.get("message") or filled(request, chosen.message)
    status = options.get("status", chosen.status)
    headers = {**challenge(chosen, request.world.now), **options.get("headers", {})} if status == 401 else {}
    return arm(status, str(options.get("code") or chosen.code), message, headers or dict(options.get("headers", {})))


def filled(request: Request, message: str) -> str:
    """The message with the names of this request."""
    world = request.world
    vault = world.vault_path.replace("/Subscriptions/", "/subscriptions/", 1)
    locked = LOCKED.format(scope=request.path, vault=vault)
    names = {"name": request.path.rpartition("/")[2], "subscription": world.estate.subscription, "locked": locked}
    return message.format(**names)


def challenge(chosen: Refusal, now: float) -> dict[str, str]:
    """The header of a 401 that asks for more than the token has."""
    claims = {name: dict(value) for name, value in (chosen.claims or {}).items()}
    if "nbf" in claims:
        claims["nbf"]["value"] = str(int(now))
    asked = base64.b64encode(json.dumps({"access_token": claims}, separators=(",", ":")).encode()).decode()
    place = 'realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"'
    why = f', error_description="{chosen.why}"' if chosen.why else ""
    return {"WWW-Authenticate": f'Bearer {place}{why}, error="insufficient_claims", claims="{asked}"'}
