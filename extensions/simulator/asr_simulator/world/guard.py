# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may use the control interface once it listens: who read the ready file, and no page in a browser."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Guard:
    """`base_url` is where the simulator listens; the token is new for each run, and only the ready file (0600) has it."""

    base_url: str
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def names(self) -> set[str]:
        """What a request may call this place: any other name was made to lead here by somebody (DNS rebinding)."""
        here = urlsplit(self.base_url)
        return {here.netloc, f"localhost:{here.port}"}

    def objection(self, headers: Mapping[str, str]) -> str:
        """Why a request with these headers (names in lower case) is refused, or nothing."""
        host, origin = headers.get("host", ""), headers.get("origin")
        if host.lower() not in self.names:
            return f"Host: {host!r} is not allowed; allowed: {', '.join(sorted(self.names))}"
        if origin is not None:
            return f"Origin: {origin!r} is not allowed: the control interface is not for pages in a browser"
        scheme, _space, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secrets.compare_digest(given.strip().encode(), self.token.encode()):
            return "Authorization: what was sent is not allowed; send 'Bearer ' and the control_token of the ready file"
        return ""
