# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTPS side of a host: one aiohttp application for each, password, and SOAP faults."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import ssl
import time
from typing import Any

from aiohttp import web

from ..estate.places import USER, Computer
from ..world.world import World
from . import envelope
from .run import run
from .shells import Output, Shells

CONTENT = {"Content-Type": "application/soap+xml;charset=UTF-8"}


class WindowsHost:
    """One host of the scenario, by name: a reset makes new computers."""

    def __init__(self, world: World, name: str, asked: list[float]) -> None:
        self.world, self.name, self.asked = world, name, asked
        self.password = secrets.token_urlsafe(18)
        app = web.Application(client_max_size=16 * 1024**2)
        app.router.add_post("/{path:.*}", self.handle)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        self.shells = Shells(f"{self.computer.name}\\{USER}", self.run)

    @property
    def computer(self) -> Computer:
        host = self.world.estate.host(self.name)
        if host is None or host.windows is None:
            raise LookupError(self.name)
        return host.windows

    def run(self, line: str, given: bytes) -> Output:
        return run(self.world, self.computer, line, given)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """A host that is off, or restarts, drops the connection and forgets its shells."""
        self.asked[0] = time.monotonic()
        self.world.kernel.settle()
        if not self.computer.answers():
            self.shells.open.clear()
            if request.transport:
                request.transport.abort()
            return web.Response(status=503)
        if request.path.rstrip("/") != "/wsman":
            return web.Response(status=404)
        data = await request.read()
        if request.headers.get("WSMANIDENTIFY", "").lower() == "unauthenticated":
            return web.Response(body=envelope.identified(), headers=CONTENT)
        if not self.admitted(request.headers.get("Authorization", "")):
            return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="WSMAN"'})
        status, body = self.answer(data)
        return web.Response(status=status, body=body, headers=CONTENT)

    def admitted(self, header: str) -> bool:
        scheme, _space, text = header.partition(" ")
        try:
            user, _colon, password = base64.b64decode(text).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        same = user.rpartition("\\")[2].lower() == USER.lower()
        return scheme == "Basic" and same and hmac.compare_digest(password.encode(), self.password.encode())

    def answer(self, data: bytes) -> tuple[int, bytes]:
        relates_to = ""
        try:
            message = envelope.read(data)
            relates_to = message.id
            return 200, self.shells.answer(message)
        except envelope.Fault as error:
            return 500, envelope.fault(relates_to, error, self.computer.name)


async def start_hosts(world: World, address: str, context: ssl.SSLContext, asked: list[float]) -> list[WindowsHost]:
    """Listen for every host of the scenario, each on a free port of its own."""
    hosts = [WindowsHost(world, host.name, asked) for site in world.estate.sites for host in site.hosts]
    for host in hosts:
        await host.runner.setup()
        await web.TCPSite(host.runner, address, 0, ssl_context=context).start()
    return hosts


def login_facts(address: str, hosts: list[WindowsHost]) -> list[dict[str, Any]]:
    """What a client needs to log on to the hosts; one that is known by several names is listed by each."""
    return [
        {
            "name": name,
            "address": address,
            "port": host.runner.addresses[0][1],
            "user": USER,
            "password": host.password,
        }
        for host in hosts
        for name in (host.name, *host.computer.also_known_as)
    ]
