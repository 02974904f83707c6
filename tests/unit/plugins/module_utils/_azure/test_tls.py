# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why TLS does not come about is told as it is, each reason with the hint that fits; and nothing was sent."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import trustme

from ansible_collections.asr.hyperv.plugins.module_utils._azure.tls import why_no_tls
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import NotConnected
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.stub_azure import vault_at

NOW = datetime.now(timezone.utc)


class Server:
    """Shakes hands with whoever comes, in the way that a context says; without one it speaks HTTP in clear text."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self.context = context
        self.asked: list[Any] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _address = self.socket.accept()
                with contextlib.suppress(OSError):
                    self.answer(connection)
                connection.close()

    def answer(self, connection: socket.socket) -> None:
        if self.context is None:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            return
        with self.context.wrap_socket(connection, server_side=True) as secured:
            self.asked.append(secured.recv(4096))


def context_with(certificate: trustme.LeafCert, chain: bool = True) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if chain:
        certificate.configure_cert(context)
    else:
        with certificate.private_key_pem.tempfile() as key, certificate.cert_chain_pems[0].tempfile() as leaf:
            context.load_cert_chain(leaf, key)
    return context


def old(authority: trustme.CA) -> ssl.SSLContext:
    context = context_with(authority.issue_cert("127.0.0.1"))
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


DAY = timedelta(days=1)
TROUBLE = {
    "for another host": (
        lambda ca: context_with(ca.issue_cert("other.example")),
        r"its certificate is for another (host|address) \(.*Use the name that is in the certificate",
    ),
    "expired": (
        lambda ca: context_with(ca.issue_cert("127.0.0.1", not_after=NOW - DAY)),
        r"its certificate has expired \(.*\)\. Renew it, or set the clock",
    ),
    "not yet valid": (
        lambda ca: context_with(ca.issue_cert("127.0.0.1", not_before=NOW + DAY)),
        r"its certificate is not valid yet \(.*\)\. Renew it, or set the clock",
    ),
    "of an unknown authority": (
        lambda _ca: context_with(trustme.CA().issue_cert("127.0.0.1")),
        r"its certificate is not trusted: its issuer is unknown here.*REQUESTS_CA_BUNDLE",
    ),
    "without the certificate in between": (
        lambda ca: context_with(ca.create_child_ca().issue_cert("127.0.0.1"), chain=False),
        r"does not send the certificate in between.*REQUESTS_CA_BUNDLE",
    ),
    "too old": (old, r"it speaks only a version of TLS that is too old\. At least TLS 1\.2"),
    "in clear text": (lambda _ca: None, r"it does not speak TLS\. Check the address and its port"),
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("kind", TROUBLE)
@pytest.mark.parametrize(
    "ask", [lambda vault: vault.jobs.get("j"), lambda vault: vault.jobs.cancel("j")], ids=["GET", "POST"]
)
def test_each_trouble_has_its_own_words_and_its_own_hint(bare_machine, monkeypatch, waits, kind, ask):
    make, words = TROUBLE[kind]
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(bare_machine / "ca.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bare_machine / "ca.pem"))
    server = Server(make(authority))
    with pytest.raises(NotConnected, match=words):
        ask(vault_at(server.url, retries=0))
    server.socket.close()
    assert server.asked == []


class Odd(Exception):
    """An error as newer versions of Python raise it."""

    def __init__(self, code: int) -> None:
        super().__init__("x")
        self.verify_code, self.verify_message = code, "Basic Constraints of CA cert not marked critical"


@pytest.mark.parametrize("code", [79, 82, 85, 89, 92])
def test_what_newer_pythons_look_at_is_named_with_the_way_out(code):
    words, hint = why_no_tls([ValueError(), Odd(code)])
    assert "is not trusted" in words and "not marked critical" in words
    assert "Python 3.13" in hint


def test_an_unknown_reason_keeps_the_words_of_openssl():
    assert why_no_tls([Odd(999)])[0] == (
        "its certificate is not trusted (Basic Constraints of CA cert not marked critical)"
    )
    assert why_no_tls([ValueError("x")]) == ("", "")
