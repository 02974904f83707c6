# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses of what goes on, as newer versions give them out: with a signature, without which they lead nowhere."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import quote

from ..wire.errors import arm
from ..world.world import World
from .call import Request

TICKS_TO_1970 = 621_355_968_000_000_000  # of 100 ns, from the year 1
CERTIFICATE_BYTES = 1536  # 2 KB of text


def text(data: bytes) -> str:
    """Bytes as such a query has them."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def facts(world: World, path: str, ticks: str) -> dict[str, str]:
    """The four parts: time, certificate, signature, and a hash of what is signed."""
    signed = f"{path.lower()}?t={ticks}".encode()
    name = f"certificate of {world.estate.subscription}".encode()
    return {
        "t": ticks,
        "c": "MII" + text(hashlib.shake_256(name).digest(CERTIFICATE_BYTES)),
        "s": text(hmac.new(world.signing_key, signed, hashlib.sha256).digest() * 8),
        "h": text(hashlib.sha256(signed).digest()),
    }


def applies(request: Request) -> bool:
    """Whether addresses are signed in this version, and in this scenario."""
    return request.shows.operation_status and bool(request.world.estate.service["signed_status_urls"])


def address(request: Request, path: str) -> str:
    """The whole URL of a status or a result."""
    world = request.world
    plain = f"{world.base_url}{quote(path)}?api-version={request.api}"
    if not applies(request):
        return plain
    ticks = str(int(world.now * 10**7) + TICKS_TO_1970)
    return plain + "".join(f"&{key}={quote(value)}" for key, value in facts(world, path, ticks).items())


def check(request: Request) -> None:
    """401 for an address whose signature is missing, or is that of another one."""
    if not applies(request):
        return
    wanted = facts(request.world, request.path, request.query.get("t", ""))
    if {key: request.query.get(key) for key in wanted} != wanted:
        message = (
            "The signature in the request is missing or not valid. Use the address as it was given in the response."
        )
        raise arm(401, "AuthenticationFailed", message)
