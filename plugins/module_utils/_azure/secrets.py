# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The secrets that this process has met, in every form in which somebody may quote them; no text of ours shows one."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, quote_plus

if TYPE_CHECKING:
    from requests import PreparedRequest

try:
    from ansible.module_utils.secrets import register_secret  # ansible-core 2.22 masks what it is told of everywhere
except ImportError:
    register_secret = None

KNOWN: set[str] = set()  # handed to AnsibleModule as its no_log_values, so that it masks them in all that it answers
SHORTEST = 4  # characters; hiding anything shorter would make all other words unreadable
MASK = "********"
OF_A_FORM = ("client_secret", "client_assertion", "assertion", "password", "refresh_token", "code")
OF_HEADERS = ("Authorization", "X-IDENTITY-HEADER", "secret")


def remember(*values: str | None) -> None:
    """Keep these out of every text from now on."""
    for value in values:
        if value and len(value) >= SHORTEST and value not in KNOWN:
            KNOWN.update(forms(value))
            if register_secret:
                register_secret(value)


def forms(value: str) -> set[str]:
    """A secret as it is, and as it looks in a form, an address, a page and JSON."""
    encoded = {quote(value, safe=""), quote_plus(value)}
    lower = {re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), one) for one in encoded}
    return {value, *encoded, *lower, html.escape(value), json.dumps(value)[1:-1]}


def scrub(text: str) -> str:
    """The text without any secret that is known. The longest first: one may be a part of another."""
    for secret in sorted(KNOWN, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def hidden(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer of a module with `scrub` for all its texts where Ansible no longer does that: see register_secret."""
    told: dict[str, Any] = scrubbed(answer) if register_secret else answer
    return told


def scrubbed(value: Any) -> Any:
    """JSON, with all texts in it scrubbed."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, Mapping):
        return {scrub(str(key)): scrubbed(one) for key, one in value.items()}
    return [scrubbed(one) for one in value] if isinstance(value, (list, tuple)) else value


def sent_with(request: PreparedRequest) -> Iterator[str]:
    """The secrets in a request of `requests` as it was sent: the token in its headers, what is secret of a form."""
    for name in OF_HEADERS:
        yield str(request.headers.get(name, "")).rpartition(" ")[2]
    body = request.body if isinstance(request.body, (str, bytes)) else ""
    if "form" in str(request.headers.get("Content-Type", "")):
        fields = parse_qs(body.decode("utf-8", "replace") if isinstance(body, bytes) else body)
        yield from (value for name in OF_A_FORM for value in fields.get(name, ()))
