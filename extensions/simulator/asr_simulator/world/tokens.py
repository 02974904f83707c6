# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials and tokens. Tokens are opaque, random and expire in wall seconds, as a client counts them."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass
from typing import Any

from ..clock.clock import Clock
from ..estate.guids import stable_guid


@dataclass
class Token:
    """An access token that was handed out."""

    text: str
    client: str
    expires: float


class Tokens:
    """The one application that may log on, and the tokens it holds."""

    def __init__(self, given: dict[str, Any], seed: int, clock: Clock) -> None:
        self._clock = clock
        self.tenant = given.get("tenant") or stable_guid(seed, "tenant")
        self.client = given.get("client_id") or stable_guid(seed, "client")
        self.object_id = stable_guid(seed, "service principal")
        self.secret = given.get("secret") or secrets.token_urlsafe(24)
        self.secret_expired = given.get("secret_expired", False)
        self.identity_header = secrets.token_hex(16)
        self.job_key = secrets.token_hex(16)  # with which a job asks its CI system for tokens
        self.lifetime = given.get("expires_in", 3599)
        self._asserted: dict[str, float] = {}
        self._issued: dict[str, Token] = {}

    def issue(self) -> Token:
        """A new token."""
        token = Token(secrets.token_urlsafe(48), self.client, self._clock.wall() + self.lifetime)
        self._issued[token.text] = token
        return token

    def check(self, header: str) -> str | None:
        """Why an Authorization header isn't good, or None."""
        scheme, _space, text = header.partition(" ")
        if scheme.lower() != "bearer" or not text:
            return "missing"
        token = self._issued.get(text.strip())
        if not token:
            return "unknown"
        return None if token.expires > self._clock.wall() else "expired"

    def assert_for(self, audience: str, lifetime: float) -> str:
        """A token of a CI system's, unsigned, that says for whom it is and until when it is good."""
        expires = self._clock.wall() + lifetime
        claims = {"aud": audience, "exp": int(expires), "sub": "a job", "jti": secrets.token_hex(8)}
        header, body = (
            base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
            for part in ({"alg": "none", "typ": "JWT"}, claims)
        )
        token = f"{header}.{body}.{secrets.token_urlsafe(16)}"
        self._asserted[token] = expires
        return token

    def outlived(self, assertion: str) -> bool:
        """Whether an assertion was given out here and is not good any more."""
        return self._asserted.get(assertion, float("inf")) <= self._clock.wall()

    def expire_all(self) -> None:
        """No token that was issued so far is good any more."""
        for token in self._issued.values():
            token.expires = 0.0
        self._asserted = dict.fromkeys(self._asserted, 0.0)
