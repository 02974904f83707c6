# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTPS in front of the core: aiohttp, a throw-away CA, loopback only."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import os
import signal
import ssl
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trustme
from aiohttp import web

from .answer import answer
from .arm.ci_tokens import environments
from .execute.executor import Executor
from .execute.powershell import PowerShell
from .faults.answers import DELAY
from .simulation import Simulation
from .windows.service import WindowsHost, login_facts, start_hosts
from .wire.body import MOST_BYTES, NoAnswer, TimedOut, Unreadable, wire
from .world.guard import Guard

FORM = "application/x-www-form-urlencoded"
NO_TYPE = "<null>"  # what Resource Manager calls the content type of a body that comes without one


class NotLoopback(Exception):
    """The simulator is not for a network."""


def check_host(host: str) -> str:
    """Only loopback addresses; a token endpoint that trusts everybody has no business elsewhere."""
    name = "127.0.0.1" if host == "localhost" else host
    try:
        loopback = ipaddress.ip_address(name).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise NotLoopback(f"--host {host}: the simulator listens on loopback addresses only (127.0.0.1, ::1)")
    return name


def write_private(path: Path, text: bytes) -> None:
    """A file that only its owner may read, there as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as stream:
        stream.write(text)
    os.chmod(name, 0o600)
    os.replace(name, path)


def tls(ca_file: Path, host: str) -> ssl.SSLContext:
    """A server certificate from a CA that exists for this run only."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host, "localhost").configure_cert(context)
    write_private(ca_file, authority.cert_pem.bytes())
    return context


async def decode(request: web.Request) -> Any:
    """JSON or form fields; an empty body is None. `curl -d` calls everything a form, so JSON goes first."""
    try:
        raw = await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        return Unreadable(str(error), too_long=True)
    except web.RequestPayloadError as error:
        return Unreadable(str(error))
    try:
        return json.loads(raw, parse_constant=not_json) if raw.strip() else None
    except (ValueError, RecursionError) as error:
        return dict(await request.post()) if request.content_type == FORM else Unreadable(str(error))


def not_json(word: str) -> None:
    """NaN and the infinities, which Python's reader would take."""
    raise ValueError(f"'{word}' is no JSON")


async def handle(request: web.Request) -> web.StreamResponse:
    """Hand a request to the core and its answer back."""
    world: Simulation = request.app["world"]
    request.app["asked"][0] = time.monotonic()
    body = await decode(request)
    untyped = {"Content-Type": NO_TYPE} if body is not None and "Content-Type" not in request.headers else {}
    try:
        status, headers, found = answer(world, request.method, request.raw_path, {**request.headers, **untyped}, body)
    except NoAnswer as fault:
        return await hang_up(request, fault)
    await asyncio.sleep(float(headers.get(DELAY, 0)))
    data, kind = wire(found)
    charset = None if headers.pop("Content-Type", None) == kind else "utf-8"
    if found is None:
        return web.Response(status=status, headers=headers)
    return web.Response(status=status, headers=headers, body=data, content_type=kind, charset=charset)


async def hang_up(request: web.Request, fault: NoAnswer) -> web.StreamResponse:
    """Close the connection without an answer, at once or after a long silence."""
    await asyncio.sleep(fault.seconds if isinstance(fault, TimedOut) else 0)
    if request.transport:
        request.transport.abort()
    return web.Response(status=500)


VARIABLES = {  # options of modules for Azure as Ansible has them, and the variables that they are taken from if not given
    "cloud_environment": "AZURE_CLOUD_ENVIRONMENT",
    "tenant": "AZURE_TENANT",
    "client_id": "AZURE_CLIENT_ID",
    "secret": "AZURE_SECRET",
    "subscription_id": "AZURE_SUBSCRIPTION_ID",
    "resource_group": "ASR_RESOURCE_GROUP",
    "vault_name": "ASR_VAULT_NAME",
}


def for_ansible(facts: dict[str, Any]) -> dict[str, Any]:
    """The same facts as options, and as an environment that also makes Python trust the simulator."""
    options = {option: facts.get(option, facts["metadata_url"]) for option in VARIABLES}
    environment = {VARIABLES[option]: value for option, value in options.items()}
    environment["REQUESTS_CA_BUNDLE"] = facts["ca_file"]
    return {"options": options, "environment": environment}


def for_jobs(environment: dict[str, str], given: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """The same environment as a job of each CI system has it: without a secret, with what the CI system gives it."""
    usual = {name: value for name, value in environment.items() if name != VARIABLES["secret"]}
    return {system: {**usual, **variables} for system, variables in given.items()}


def ready_facts(world: Simulation, guard: Guard, ca_file: Path) -> dict[str, Any]:
    """What a client needs to begin."""
    estate, tokens = world.estate, world.tokens
    return {
        "metadata_url": world.base_url,
        "ca_file": str(ca_file),
        "tenant": tokens.tenant,
        "client_id": tokens.client,
        "secret": tokens.secret,
        "subscription_id": estate.subscription,
        "resource_group": estate.resource_group,
        "vault_name": estate.vault,
        "vaults": [
            {"vault_name": one.vault, "resource_group": one.resource_group, "subscription_id": one.subscription}
            for one in (each.estate for each in world.vaults)
        ],
        "identity_endpoint": f"{world.base_url}/msi/token",
        "identity_header": tokens.identity_header,
        "control_url": f"{world.base_url}/_simulator",
        "control_token": guard.token,
        "pid": os.getpid(),
    }


@dataclass(frozen=True)
class Place:
    """Where to listen, and for how long: `idle_exit` is wall seconds without a request, None for ever.

    `powershell` is the program in which hosts execute what they are sent; without one they imitate it.
    """

    host: str
    port: int
    ready: Path
    ca_file: Path
    idle_exit: float | None = None
    powershell: str | None = None


async def until_told_or_idle(app: web.Application, stop: asyncio.Event, idle_exit: float | None) -> None:
    """Wait for a signal, or for nobody asking anything any more."""
    while not stop.is_set():
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(stop.wait(), timeout=1)
        if idle_exit is not None and time.monotonic() - app["asked"][0] > idle_exit:
            return


async def serve(world: Simulation, place: Place) -> None:
    """Listen until SIGTERM, SIGINT or idleness; the ready file exists exactly as long as that."""
    app = web.Application(client_max_size=MOST_BYTES)
    app["world"], app["asked"] = world, [time.monotonic()]
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    context = tls(place.ca_file, place.host)
    site = web.TCPSite(runner, place.host, place.port, ssl_context=context)
    hosts: list[WindowsHost] = []
    executor = Executor(PowerShell(place.powershell)) if place.powershell else None
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    try:
        await site.start()
        for vault in world.vaults:
            hosts += await start_hosts(vault, place.host, context, app["asked"], executor)
        announce(world, place, runner.addresses[0][1], login_facts(place.host, hosts))
        await until_told_or_idle(app, stop, place.idle_exit)
    finally:
        for path in (place.ready, place.ca_file):
            path.unlink(missing_ok=True)
        for one in (runner, *(host.runner for host in hosts)):
            await one.cleanup()
        if executor:
            await executor.close()


def announce(world: Simulation, place: Place, port: int, windows_hosts: list[dict[str, Any]]) -> None:
    """Tell the world its address, write the ready file, and say so."""
    for one in world.vaults:
        one.base_url = f"https://[{place.host}]:{port}" if ":" in place.host else f"https://{place.host}:{port}"
    world.guard = guard = Guard(world.base_url)
    facts = ready_facts(world, guard, place.ca_file)
    facts = {**facts, **for_ansible(facts), "windows_hosts": windows_hosts}
    facts["ci_environments"] = for_jobs(facts["environment"], environments(world.base_url, world.tokens))
    write_private(place.ready, json.dumps(facts, indent=2).encode())
    print(
        f"asr-simulator: {world.base_url}, {sum(len(one.estate.items) for one in world.vaults)} protected items, "
        f"{world.clock.speed:g} simulated seconds per second",
        flush=True,
    )
