# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Who the caller is: a credential that can be made anew, and what its token says of him. The token goes nowhere else."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential

from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json


class Caller:
    """Stands where the SDK wants a credential. Libraries keep tokens until they expire, also one that was revoked before that."""

    def __init__(self, make: Callable[[], TokenCredential], scope: str) -> None:
        self.make, self.scope = make, scope
        self.credential = make()

    def __getattr__(self, name: str) -> object:
        return getattr(self.credential, name)

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """A token, as azure.core asks for it."""
        return self.credential.get_token(*scopes, **options)

    def renew(self) -> None:
        """Forget every token: the next request asks for a fresh one."""
        self.credential = self.make()

    def claims(self) -> Json:
        """What the token says; empty for one that says nothing readable. Raises what getting a token raises."""
        return claims_of(self.credential.get_token(self.scope).token)


def claims_of(token: str) -> Json:
    """The claims in a JSON web token. They are shown to nobody and decide nothing, so its signature is not looked at."""
    payload = (token.split(".") + ["", ""])[1]
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
