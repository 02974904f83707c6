# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The gate: the transport of every client of ours, for the resource manager, signing in and metadata alike.

A request leaves only for one of the client's doors. No redirection is followed, nothing of ~/.netrc is added, and an
answer is taken only up to the sizes of `limits.py`. Proxies are those of the environment.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from ansible_collections.asr.hyperv.plugins.module_utils._azure.doors import Doors, origin_in, origin_of
from ansible_collections.asr.hyperv.plugins.module_utils._azure.headers import tame
from ansible_collections.asr.hyperv.plugins.module_utils._azure.library import library
from ansible_collections.asr.hyperv.plugins.module_utils._azure.limits import MOST_BYTES, MOST_ERROR_BYTES
from ansible_collections.asr.hyperv.plugins.module_utils._azure.secrets import remember, scrub, sent_with

if TYPE_CHECKING:
    from azure.core.pipeline.transport import RequestsTransport
    from azure.core.rest import HttpRequest
    from requests import PreparedRequest, Response, Session
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPConnectionPool

CHUNK = 64 * 1024
HOSTS = 10  # to which an adapter keeps connections
PACKINGS = ("", "identity", "gzip", "deflate")  # one at most: several in one another unpack to any size
ENCODINGS = (
    "utf-8",
    "us-ascii",
    "iso-8859-1",
    "windows-1252",
)  # punycode takes the square of its length, utf-7 hides words


class NotTaken(Exception):
    """An answer that we do not take in. The text continues "Cannot ...: "; `refused` when it surely means no."""

    def __init__(self, why: str, *, refused: bool = False) -> None:
        super().__init__(why)
        self.refused = refused


def gate(doors: Doors, **options: object) -> RequestsTransport:
    """A transport for the clients and credentials of Azure's SDK. `options` are those of `network_options`."""
    library("azure.core.pipeline.transport")  # who lacks it is told
    from azure.core.pipeline.transport import RequestsTransport

    # The environment is the same for the whole run, and going through it was a fifth of what a request costs.
    proxies = lru_cache(maxsize=None)(proxies_for)

    class Gate(RequestsTransport):
        def send(self, request: HttpRequest, **arguments: object) -> object:
            doors.check(request.method, request.url)
            return super().send(request, **{**arguments, "proxies": proxies(origin_in(request.url))})

    made: RequestsTransport = Gate(session=session(), **options)
    return made


def session() -> Session:
    """A session of `requests` that reads nothing from its surroundings, and looks at each answer first.

    What it sends is ready to be sent, so nearly all of it goes to the adapter as it is: what a session does besides (cookies,
    the merging of options, the search for a redirection to follow) was a third of what a request costs. A form is left to it.
    """
    requests = library("requests")
    own: dict[str, str] = {}

    class Plain(requests.Session):  # type: ignore[name-defined]  # it is loaded when it is needed
        def request(self, method: str, url: str, **options: Any) -> Response:
            body = options.pop("data", None)
            if options.pop("files", None) or not isinstance(body, (str, bytes, type(None))):
                answer: Response = super().request(method, url, data=body, **options)
                return answer
            ready = requests.PreparedRequest()
            ready.method, ready.url, ready.hooks = method, url, self.hooks
            ready.headers = requests.structures.CaseInsensitiveDict({**own, **options["headers"]})
            ready.body = body.encode() if isinstance(body, str) else body
            if ready.body is not None:
                ready.headers["Content-Length"] = str(len(ready.body))
            given = {name: options[name] for name in ("timeout", "verify", "cert", "proxies")}
            answer = self.get_adapter(url).send(ready, stream=True, **given)
            taken(answer)
            return answer

    made: Session = Plain()
    made.trust_env = False
    made.headers["Accept-Encoding"] = "gzip, deflate"
    own.update(made.headers)
    made.hooks["response"] = [taken]
    made.mount("https://", adapter())
    made.mount("http://", adapter())
    return made


def adapter() -> HTTPAdapter:
    """What a session sends with: once, and what is the same for all requests to a host is found out for the first of them.

    The verification, the proxies and the environment of a client stay as they are, but an adapter of `requests` goes through all
    of them for each request, looks at the file of authorities three times, and reads cookies: a tenth of a request.
    """
    requests = library("requests")

    class Straight(requests.adapters.HTTPAdapter):  # type: ignore[name-defined]  # it is loaded when it is needed
        def __init__(self, **options: Any) -> None:
            self.known: dict[str, HTTPConnectionPool] = {}
            self.trusting: set[HTTPConnectionPool] = set()
            super().__init__(pool_connections=HOSTS, **options)

        def get_connection_with_tls_context(self, request: PreparedRequest, *rules: Any, **more: Any) -> Any:
            make = super().get_connection_with_tls_context
            return kept(self.known, origin_in(request.url or ""), lambda: make(request, *rules, **more))

        def cert_verify(self, conn: HTTPConnectionPool, *rules: Any) -> None:
            if conn not in self.trusting:
                super().cert_verify(conn, *rules)
                self.trusting.add(conn)

        def request_url(self, request: PreparedRequest, proxies: dict[str, str] | None) -> str:
            return str(super().request_url(request, proxies) if proxies else request.path_url)

        build_response = response_of

        def close(self) -> None:
            self.known.clear()  # it may be opened again
            super().close()

    once = library("urllib3.util").Retry(total=False, redirect=False, raise_on_status=False)
    made: HTTPAdapter = Straight(max_retries=once)
    return made


def response_of(sender: HTTPAdapter, request: PreparedRequest, raw: Any) -> Response:
    """What `requests` makes of an answer of urllib3, but for its cookies, which nobody keeps."""
    requests = library("requests")
    made: Response = requests.Response()
    made.status_code, made.reason, made.raw = raw.status, raw.reason, raw
    made.headers = requests.structures.CaseInsensitiveDict(dict(raw.headers.itermerged()))
    made.encoding = requests.utils.get_encoding_from_headers(made.headers)
    made.url, made.request, made.connection = request.url or "", request, sender
    return made


def kept(known: dict[str, HTTPConnectionPool], host: str, make: Callable[[], HTTPConnectionPool]) -> HTTPConnectionPool:
    """The connections to a host that are known, else those that are made, which are known from then on."""
    pool = known.get(host)
    if pool is None:
        pool = make()
        if len(known) >= HOSTS:  # of more, urllib3 closes one
            known.clear()
        known[host] = pool
    return pool


def proxies_for(url: str) -> dict[str, str]:
    """The proxies that the environment names for a URL. The endpoint of a managed identity is never behind one."""
    proxies = library("requests.utils").get_environ_proxies(url) if url.lower().startswith("https:") else {}
    for proxy in proxies.values():
        secret = urlsplit(proxy).password or ""
        remember(secret, unquote(secret))
    return proxies


def taken(response: Response, **_options: object) -> None:
    """Take an answer in, as a hook of `requests`: no redirection, headers that can be read, a body of bounded size."""
    remember(*sent_with(response.request))
    if 300 <= response.status_code < 400:
        origin = origin_of(response.headers.get("Location") or "")
        to = f" to {origin.host}" if origin else ""
        raise NotTaken(
            f"the answer is a redirection{to} (HTTP {response.status_code}), which is not followed; a proxy may be in between",
            refused=True,
        )
    if response.headers.get("Content-Encoding", "").strip().lower() not in PACKINGS:
        raise NotTaken("the answer is packed in a way that was not asked for; a proxy may be in between")
    tame(response.headers)
    if (response.encoding or ENCODINGS[0]).lower() not in ENCODINGS:  # then it is read as JSON is, whatever it says
        response.encoding = ENCODINGS[0]
        response.headers["Content-Type"] = response.headers.get("Content-Type", "").partition(";")[0]
    response.raw.enforce_content_length = True  # a body that broke off is an error, not a short body
    failed = response.status_code >= 400
    read_body(response, MOST_ERROR_BYTES if failed else MOST_BYTES, cut=failed)


def read_body(response: Response, most: int, *, cut: bool) -> None:
    """Read the unpacked body, at most so many bytes. What is longer is cut, or raises NotTaken."""
    pieces, size = [], 0
    for piece in response.iter_content(CHUNK):
        pieces.append(piece)
        size += len(piece)
        if size > most:
            response.close()
            if not cut:
                raise NotTaken(f"the answer is longer than {most // 1024 // 1024} MB, which Azure never sends")
            break
    body = b"".join(pieces)
    response._content, response._content_consumed = without_secrets(body[:most]) if cut else body, True


def without_secrets(body: bytes) -> bytes:
    """An answer that says no, and may quote what was asked: it comes into errors of ours and of the libraries."""
    return scrub(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
