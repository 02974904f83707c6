# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTPS side of a host: one aiohttp application for each, password, and SOAP faults."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import secrets
import ssl
import time
from collections.abc import Awaitable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from aiohttp import web

from ..estate.places import USER, Computer
from ..world.world import World
from . import envelope
from .manifest import ModuleCall, NotUnderstood, is_bootstrap, module_call, read_manifest, script_of
from .run import run
from .shells import Output, Runner, Shells

if TYPE_CHECKING:
    from .psrp import Sessions

CONTENT = {"Content-Type": "application/soap+xml;charset=UTF-8"}


def sessions(owner: str, runner: Runner) -> Sessions | None:
    """The shells of clients that use psrp; without psrpcore there is WinRM only."""
    if find_spec("psrpcore") is None:
        return None
    from .psrp import Sessions

    return Sessions(owner, runner)


class Sent(NamedTuple):
    """A module as a client sent it: its command line, and what it wrote into that."""

    line: str
    given: bytes
    call: ModuleCall


class Executes(Protocol):
    """Runs modules for real. Which ones, `takes` says."""

    def takes(self, call: ModuleCall) -> bool: ...

    def run(self, world: World, computer: Computer, sent: Sent) -> Awaitable[Output]: ...


class WindowsHost:
    """One host of the scenario, by name: a reset makes new computers."""

    def __init__(self, world: World, name: str, asked: list[float], executor: Executes | None = None) -> None:
        self.world, self.name, self.asked, self.executor = world, name, asked, executor
        self.password = secrets.token_urlsafe(18)
        app = web.Application(client_max_size=16 * 1024**2)
        app.router.add_post("/{path:.*}", self.handle)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        owner = f"{self.computer.name}\\{USER}"
        self.shells = Shells(owner, self.run)
        self.sessions = sessions(owner, self.run)

    @property
    def computer(self) -> Computer:
        host = self.world.estate.host(self.name)
        if host is None or host.windows is None:
            raise LookupError(self.name)
        return host.windows

    def run(self, line: str, given: bytes) -> Output | Awaitable[Output]:
        """Imitated, or executed; answered when the host's time is over."""
        sent = understood(line, given) if self.executor else None
        executes = self.executor if self.executor and sent and self.executor.takes(sent.call) else None
        latency = self.computer.latency_seconds
        if executes and sent:
            found: Output | Awaitable[Output] = executes.run(self.world, self.computer, sent)
        else:
            found = run(self.world, self.computer, line, given)
        return late(found, latency) if latency else found

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """A host that is off, or restarts, drops the connection and forgets its shells."""
        self.asked[0] = time.monotonic()
        self.world.kernel.settle()
        if not self.computer.answers():
            self.shells.open.clear()
            if self.sessions:
                self.sessions.open.clear()
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
        status, body = await self.answer(data)
        return web.Response(status=status, body=body, headers=CONTENT)

    def admitted(self, header: str) -> bool:
        scheme, _space, text = header.partition(" ")
        try:
            user, _colon, password = base64.b64decode(text).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        same = user.rpartition("\\")[2].lower() == USER.lower()
        return scheme == "Basic" and same and hmac.compare_digest(password.encode(), self.password.encode())

    async def answer(self, data: bytes) -> tuple[int, bytes]:
        relates_to = ""
        try:
            message = envelope.read(data)
            relates_to = message.id
            if self.sessions and message.resource.startswith(envelope.POWERSHELL):
                return 200, await self.sessions.answer(message)
            if message.verb == "receive":
                await self.shells.settled(message)
            return 200, self.shells.answer(message)
        except envelope.Fault as error:
            return 500, envelope.fault(relates_to, error, self.computer.name)


async def late(found: Output | Awaitable[Output], seconds: float) -> Output:
    """What a host has found, after it has taken its time (seconds of yours)."""
    await asyncio.sleep(seconds)
    return found if isinstance(found, Output) else await found


def understood(line: str, given: bytes) -> Sent | None:
    """A module that a client sent; None for everything else."""
    try:
        if not is_bootstrap(script_of(line)):
            return None
        call = module_call(read_manifest(given))
    except NotUnderstood:
        return None  # the imitation says so
    return Sent(line, given, call) if call else None


async def start_hosts(
    world: World, address: str, context: ssl.SSLContext, asked: list[float], executor: Executes | None = None
) -> list[WindowsHost]:
    """Listen for every host of the scenario, each on a free port of its own."""
    hosts = [WindowsHost(world, host.name, asked, executor) for site in world.estate.sites for host in site.hosts]
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
