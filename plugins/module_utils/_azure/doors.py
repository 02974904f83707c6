# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Which addresses one client may send to. Asked just before each request is sent, for the last word on it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from ansible_collections.asr.hyperv.plugins.module_utils._azure.library import library

OF_A_URL = re.compile(r"[A-Za-z0-9._~:/?@!$&'()*+,;=%\[\]-]+")  # RFC 3986 without "#": what is not in it is encoded
OF_A_HOST = re.compile(r"[a-z0-9.-]+|\[[0-9a-f:.]+\]")
PORTS = {"https": 443, "http": 80}


class Origin(NamedTuple):
    """Scheme, host (lower case) and port: what decides who gets to see a request."""

    scheme: str
    host: str
    port: int


class NotAllowed(Exception):
    """A request that was not sent. The text continues "Cannot ...: "; `source` as in NoToken, for one that was to sign in."""

    source = ""


def origin_of(url: str) -> Origin | None:
    """Where a request for this URL would go; None when two parsers could tell that differently, or it names a user."""
    return origin_at(origin_in(url)) if OF_A_URL.fullmatch(url) else None


def origin_in(url: str) -> str:
    """What comes before the path of a URL, as it is written."""
    return "/".join(url.split("/", 3)[:3])


@lru_cache(maxsize=64)
def origin_at(url: str) -> Origin | None:
    """The same for what comes before a path, which is all that decides: a run has a few of these, and asks for each request.

    urllib3's parser is the one that sends, urllib's the one that `requests` and the SDK look with.
    """
    try:
        sent, read = library("urllib3.util").parse_url(url), urlsplit(url)
        scheme, host = str(sent.scheme), str(sent.host).lower()
        port = sent.port or PORTS.get(scheme, 0)
        agreed = (read.scheme, read.hostname, read.port or port) == (scheme, host.strip("[]"), port)
    except (ValueError, library("urllib3.exceptions").LocationParseError):
        return None
    plain = OF_A_HOST.fullmatch(host) and "@" not in read.netloc
    return Origin(scheme, host, port) if plain and agreed and scheme in PORTS and port else None


def climbs(url: str) -> bool:
    """Whether a segment of the path is `.` or `..`, however it is written: it would lead to another thing than it names."""
    if "/." not in url and "%" not in url and "\\" not in url:
        return False  # for nearly all of them that is soon seen
    return not {".", ".."}.isdisjoint(unquote(urlsplit(url).path).replace("\\", "/").split("/"))


@dataclass(frozen=True)
class Doors:
    """The addresses that one client may send to.

    `regions`: subdomains count too, because the service names regional hosts such as centraluseuap.management.azure.com
    (docs/service.md 2.6). Not all of azure.com: anyone can have a host under cloudapp.azure.com. `writes_under` is the path
    below which alone anything but a read may be sent; empty for no such bound.
    """

    origins: frozenset[Origin]
    regions: bool = False
    writes_under: str = ""

    def lead_to(self, url: str) -> bool:
        """Whether a request for this URL would go to one of the addresses, by whoever reads it."""
        origin = origin_of(url)
        return origin is not None and not climbs(url) and any(self.holds(origin, own) for own in self.origins)

    def holds(self, origin: Origin, own: Origin) -> bool:
        """Whether an origin is one of ours, or one of its regions."""
        region = self.regions and origin.host.endswith(f".{own.host}")
        return (origin.scheme, origin.port) == (own.scheme, own.port) and (region or origin.host == own.host)

    def check(self, method: str, url: str) -> None:
        """Raises NotAllowed, in words, when this must not be sent."""
        if not self.lead_to(url):
            hosts = ", ".join(sorted(f"{own.host}:{own.port}" for own in self.origins))
            raise NotAllowed(f"nothing is sent to {shown(url)}, only to {hosts}")
        if method.upper() in ("GET", "HEAD"):
            return
        if not unquote(urlsplit(url).path).lower().startswith(self.writes_under.lower()):
            raise NotAllowed(f"{shown(url)} is not in {self.writes_under.rstrip('/')}, and nothing else is changed")


def doors_to(urls: Iterable[str], *, regions: bool = False, writes_under: str = "") -> Doors:
    """Doors to the origins of these URLs, which the operator gave; those that are no addresses lead nowhere."""
    return Doors(frozenset(filter(None, map(origin_of, urls))), regions, writes_under)


def shown(url: str) -> str:
    """An address for a message: without its query, which may hold a secret, and without what would disturb a screen."""
    bare = url.split("?", 1)[0][:200]
    return bare if OF_A_URL.fullmatch(bare) and "@" not in bare else ascii(bare)
