# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a VM answers over the network is told in the words that its user knows."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ansible_collections.asr.hyperv.plugins.plugin_utils._hosts.probing import NO_ADDRESS, probe

HERE = "127.0.0.1"


class Healthy(BaseHTTPRequestHandler):
    """Answers /health and nothing else."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def port():
    """That of a healthy web server."""
    server = ThreadingHTTPServer((HERE, 0), Healthy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def closed():
    """A port that nobody listens at."""
    with socket.create_server((HERE, 0)) as other:
        return other.getsockname()[1]


PAGES = [  # a page, what is told
    ({"path": "/health"}, ""),
    ({"path": "/other", "status": [200, 404]}, ""),
    ({"path": "/other"}, "'It answers over HTTP' failed: Status code was 404 and not [200]"),
    ({"path": "/health", "status": "204"}, "Status code was 200 and not [204]"),
    ({"path": "/health", "scheme": "https"}, "'It answers over HTTP' failed: https://127.0.0.1:"),
]


@pytest.mark.parametrize(("page", "told"), PAGES)
def test_a_page_is_as_it_should_be_or_it_is_told_how_it_is(port, page, told):
    assert told in probe(HERE, [], [{"port": port, **page}], 60)
    assert bool(told) == bool(probe(HERE, [], [{"port": port, **page}], 60))


def test_a_port_that_is_closed_is_told_with_the_time_that_it_had(port, closed):
    assert probe(HERE, [port], [], 60) == ""
    told = probe(HERE, [port, closed], [], 60)
    assert told == f"'Ports are open' failed: does not answer at 127.0.0.1, port {closed}, within 60 s"


def test_a_vm_without_an_address_cannot_be_asked_and_one_that_nothing_is_wanted_of_need_not_be():
    assert probe("", [443], [], 1) == NO_ADDRESS
    assert probe("", [], [], 1) == ""
