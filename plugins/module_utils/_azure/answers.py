# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What an error answer says, whatever its shape: ASR's, ARM's, the vault service's, the identity platform's. Pure.

The shapes are those of docs/service.md 4.3. Gateways and proxies add HTML, plain text and cut-off bodies.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, replace

from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import packed, read, rows, squeeze, text

LONGEST = 500  # characters of a body that nobody could make sense of
WHO_LACKS_WHAT = re.compile(r"perform action '([^']+)'(?: over scope '([^']+)')?")
AADSTS = re.compile(r"AADSTS(\d+)")
NO_AUTHORITY = "Unable to get authority configuration"  # what MSAL makes of AADSTS90002, dropping the code
VAULT_UNKNOWN = ("ResourceGroupNotFound", "SubscriptionNotFound", "InvalidSubscriptionId")

SIGN_IN_HINTS = {  # codes of the identity platform, and what to do about them
    "50034": "That user does not exist in this tenant: check ad_user and tenant.",
    "50053": "The account is locked: wait, or have it unlocked.",
    "50055": "The password has expired: set a new one.",
    "50057": "The account is disabled.",
    "50076": "The account needs multi-factor authentication: use a service principal or a managed identity instead.",
    "50079": "The account needs multi-factor authentication: use a service principal or a managed identity instead.",
    "50126": "The user name or the password is wrong: check ad_user and password.",
    "53003": "A conditional access policy refuses this sign-in: ask the tenant's administrator.",
    "70021": "No federated identity credential fits this token: compare its issuer, subject and audience.",
    "700016": "The client is unknown in this tenant: check client_id (AZURE_CLIENT_ID) and tenant (AZURE_TENANT).",
    "700024": "The federated token has expired: give a fresh one, or federated_token_file, which is read again.",
    "700027": "The certificate is not the one registered for this client: check x509_certificate_path.",
    "700082": "The saved login has expired: run 'az login' again.",
    "700211": "No federated identity credential fits the issuer of this token.",
    "700212": "No federated identity credential fits the audience of this token: it should be api://AzureADTokenExchange.",
    "700213": "No federated identity credential fits the subject of this token.",
    "7000112": "The client is disabled in this tenant.",
    "7000215": "The client secret is wrong: check secret (AZURE_SECRET); it is the secret's value, not its id.",
    "7000222": "The client secret has expired: make a new one and put it into secret (AZURE_SECRET).",
    "90002": "The tenant does not exist: check tenant (AZURE_TENANT), and cloud_environment.",
    "900023": "The tenant is neither a guid nor a domain name: check tenant (AZURE_TENANT).",
    "500011": "This tenant does not know the resource: check cloud_environment and tenant.",
}
NO_RIGHT = ("AuthorizationFailed", "LinkedAuthorizationFailed", "Forbidden")  # codes of a right that is missing
CHALLENGE_ADVICE = (
    "The service wants more of the caller than the token has (multi-factor authentication, Conditional Access, or continuous "
    "access evaluation). A person signs in anew (az login with the claims that the service asks for); better use a service "
    "principal or a managed identity, which nobody challenges in the night."
)
REMEDIES = {  # codes of refusals that trying again does not mend, and what does
    "RequestDisallowedByAzure": (
        "A person's account needs multi-factor authentication for writes: sign in anew with it (az login --claims-challenge), or "
        "use a service principal or a managed identity."
    ),
    "RequestDisallowedByPolicy": "An Azure policy refuses this: have its assignment, named in the message, changed or exempted.",
    "ScopeLocked": "Remove the lock that the message names (az lock list shows it), and run again.",
    "ReadOnlyDisabledSubscription": "Have the subscription enabled again.",
    "SubscriptionIdNotRegisteredWithSrs": (
        "The vault was never set up for Site Recovery, it may be one for backups: check vault_name and resource_group."
    ),
    "TokenIssuedBeforeRevocationTimestamp": "The caller's sessions were revoked: sign in anew, or ask who did it and why.",
    "LocationConditionEvaluationSatisfied": (
        "A Conditional Access policy refuses this network address: run from an allowed one, or have the policy changed."
    ),
}


@dataclass(frozen=True)
class Said:
    """An error answer in our words; every part may be empty."""

    code: str = ""
    message: str = ""
    possible_causes: str = ""
    recommended_action: str = ""
    activity_id: str = ""

    @property
    def vault_unknown(self) -> bool:
        """Whether the vault itself, or what holds it, does not exist: ARM says so before ASR is asked."""
        no_vault = re.search(r"Microsoft\.RecoveryServices/vaults/[^/']+'", self.message, re.IGNORECASE)
        return self.code in VAULT_UNKNOWN or (self.code == "ResourceNotFound" and bool(no_vault))


def said(body: str) -> Said:
    """Read the body of an error answer. Never fails: what cannot be parsed is quoted, shortened and without markup."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return Said(message=plain(body))
    error = read(document, "error")
    if isinstance(error, str):
        return Said(code=error, message=squeeze(text(document, "error_description")))
    if text(document, "ErrorCode"):
        return Said(code=text(document, "ErrorCode"), message=squeeze(text(document, "Message", "Value")))
    return of_arm(error if error is not None else document)


def of_arm(error: object, depth: int = 3) -> Said:
    """ARM's error object. ASR's own code stands in details[0], and is the one that tells something.

    Some services put the whole error of another one, as JSON, into their message: then that one is read.
    """
    detail = next((one for one in rows(error, "details") if text(one, "code")), error)
    inside = packed(text(detail, "message") or text(error, "message")) if depth else None
    if inside is not None:
        inner = of_arm(inside, depth - 1)
        return inner if inner.code else replace(inner, code=text(detail, "code"))
    return Said(
        code=text(detail, "code"),
        message=squeeze(text(detail, "message") or text(error, "message")),
        possible_causes=squeeze(text(detail, "possibleCauses")),
        recommended_action=squeeze(text(detail, "recommendedAction")),
        activity_id=text(detail, "activityId"),
    )


def plain(body: str) -> str:
    """The words of a body that is no JSON: the title of an HTML page, else the text, at most LONGEST characters.

    Neither pattern looks beyond the next "<", so that no body makes them read it more than once.
    """
    title = re.search(r"<title>([^<]*)</title>", body, re.IGNORECASE)
    words = squeeze(html.unescape(re.sub(r"<[^<>]*>", " ", title[1] if title else body)))
    return words if len(words) <= LONGEST else f"{words[:LONGEST]} [...]"


def sign_in_hint(message: str) -> tuple[str, str]:
    """The code of the identity platform in a message (AADSTS...), and our advice; both may be empty."""
    match = AADSTS.search(message)
    if match:
        return match[0], SIGN_IN_HINTS.get(match[1], "")
    return "", SIGN_IN_HINTS["90002"] if NO_AUTHORITY in message else ""


def remedy(code: str) -> str:
    """Our advice for a code of the service; empty for most."""
    return REMEDIES.get(code, "")


def tidy(message: str) -> str:
    """A sign-in error without the words that every one has, and without MSAL's advice, which is not for our users."""
    for noise in (" Trace ID:", ". Authority would typically be"):
        message = message.split(noise, 1)[0]
    return message.removeprefix("Authentication failed: ").rstrip(".")


def missing_right(message: str) -> tuple[str, str]:
    """The action that an authorization error says is missing, and its scope; both may be empty."""
    match = WHO_LACKS_WHAT.search(message)
    return (match[1], match[2] or "") if match else ("", "")
