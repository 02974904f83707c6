# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remote PowerShell (MS-PSRP), for clients of Ansible's connection psrp: a pool of runspaces that runs one script after another.

What a script does is what a command line does for WinRM. The protocol is psrpcore's; without that package there is WinRM only.
"""

from __future__ import annotations

import asyncio
import base64
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from psrpcore import (
    CreatePipelineEvent,
    EndOfPipelineInputEvent,
    GetAvailableRunspacesEvent,
    PipelineInputEvent,
    PSRPPayload,
    ServerPipeline,
    ServerRunspacePool,
    StreamType,
)
from psrpcore.types import HostMethodIdentifier, PSInvocationState, PSVersion

from . import envelope
from .envelope import Message
from .shells import Output, Runner

CREATION = "{http://schemas.microsoft.com/powershell}creationXml"
FRAGMENT = 32768  # bytes
ROOM = 4096  # bytes of an answer beside its streams
PIPELINE = slice(45, 61)  # where the first fragment of a pipeline has the pipeline's id (MS-PSRP 2.2.1, 2.2.4)
TABLE = {"PSVersion": PSVersion("5.1.20348.1"), "PSEdition": "Desktop", "WSManStackVersion": PSVersion("3.0")}
AROUND = ("Out-String", "New-Item", "Out-Null")  # commands that clients put around a script


class Pipe:
    """One pipeline: one script, with the input that comes after it."""

    def __init__(self, pool: ServerRunspacePool, name: uuid.UUID) -> None:
        self.pipeline = ServerPipeline(pool, name)
        self.given: list[str] = []
        self.task: asyncio.Task[None] | None = None
        self.done = False

    def line(self) -> str:
        """The script as a command line has it."""
        assert self.pipeline.metadata
        commands = self.pipeline.metadata.commands
        script = next(one.command_text for one in commands if one.command_text not in AROUND)
        return "powershell -EncodedCommand " + base64.b64encode(script.encode("utf-16-le")).decode()

    def host(self, pool: ServerRunspacePool) -> Any:
        """What the client shows things on, if anything: the pipeline's own, or that of the pool."""
        own = getattr(self.pipeline.metadata, "host", None)
        return pool.host if getattr(own, "UseRunspaceHost", False) else own

    def write(self, output: Output, host: Any) -> None:
        """What the script wrote; errors and exit code go by the client's host."""
        for text in output.stdout.splitlines():
            self.pipeline.write_output(text)
        if host is not None and not getattr(host, "IsHostNull", True):
            for text in output.stderr.splitlines():
                self.pipeline.host_call(HostMethodIdentifier.WriteErrorLine, [text])
            if output.exit_code:
                self.pipeline.host_call(HostMethodIdentifier.SetShouldExit, [output.exit_code])
        self.pipeline.complete()
        self.done = True


def without_input(event: Any) -> bool:
    """Whether a pipeline begins that gets no input."""
    return isinstance(event, CreatePipelineEvent) and bool(event.pipeline.no_input)


class Session:
    """One shell of a client."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.pool = ServerRunspacePool(application_private_data={"PSVersionTable": TABLE})
        self.pipes: dict[str, Pipe] = {}  # by command
        self.commands: dict[uuid.UUID | None, str] = {}  # by pipeline; none for the pool itself
        self.waiting: dict[str, deque[bytes]] = {"": deque()}
        self.news = asyncio.Event()

    def feed(self, data: bytes, command: str = "") -> None:
        """Take what a client sent."""
        if data:
            self.pool.receive_data(PSRPPayload(data, StreamType.default, uuid.UUID(command) if command else None))
        while (event := self.pool.next_event()) is not None:
            self.heard(event)
        self.flush()

    def heard(self, event: Any) -> None:
        """A script begins when its input has ended."""
        pipe = self.pipes.get(self.commands.get(getattr(event, "pipeline_id", None), ""))
        if isinstance(event, GetAvailableRunspacesEvent):
            self.pool.runspace_availability_response(event.ci, self.pool.max_runspaces)
        elif pipe and isinstance(event, PipelineInputEvent):
            pipe.given += map(str, event.data) if isinstance(event.data, list) else [str(event.data)]
        elif pipe and (isinstance(event, EndOfPipelineInputEvent) or without_input(event)):
            pipe.task = asyncio.ensure_future(self.work(pipe))

    def create(self, command: str, data: bytes) -> None:
        """A pipeline; its id stands in the message, and need not be that of the command."""
        name = uuid.UUID(bytes_le=data[PIPELINE])
        self.pipes[command] = Pipe(self.pool, name)
        self.commands[name], self.waiting[command] = command, deque()
        self.feed(data, command)

    async def work(self, pipe: Pipe) -> None:
        pipe.pipeline._change_state(PSInvocationState.Running, emit=False)
        output = self.runner(pipe.line(), "\n".join(pipe.given).encode())
        pipe.write(output if isinstance(output, Output) else await output, pipe.host(self.pool))
        self.flush()

    def flush(self) -> None:
        """Sort what is to be sent by the command it belongs to."""
        while (payload := self.pool.data_to_send(FRAGMENT)) is not None:
            self.waiting[self.commands.get(payload.pipeline_id, "")].append(payload.data)
        self.news.set()

    async def receive(self, message: Message, command: str) -> bytes:
        """What there is, as soon as there is something; a client whose time is over asks again."""
        if command not in self.waiting:
            raise envelope.no_such_shell()
        end, waiting, pipe = time.monotonic() + message.timeout, self.waiting[command], self.pipes.get(command)
        while not waiting and not (pipe and pipe.done):
            self.news.clear()
            try:
                await asyncio.wait_for(self.news.wait(), end - time.monotonic())
            except asyncio.TimeoutError:
                raise envelope.timed_out() from None
        chunks = [("stdout", data) for data in fitting(waiting, (message.largest_answer - ROOM) // 4 * 3)]
        answer = envelope.received(message, command, chunks, 0 if pipe and pipe.done and not waiting else None)
        return answer if command else answer.replace(b' CommandId=""', b"")


def fitting(waiting: deque[bytes], room: int) -> Iterator[bytes]:
    """As many fragments as fit into one answer, at least one."""
    while waiting:
        data = waiting.popleft()
        yield data
        room -= len(data)
        if waiting and len(waiting[0]) > room:
            return


class Sessions:
    """The shells of this kind of one host."""

    def __init__(self, owner: str, runner: Runner) -> None:
        self.owner, self.runner = owner, runner
        self.open: dict[str, Session] = {}
        self.verbs: dict[str, Callable[[Message, Session], bytes]] = {
            "command": command,
            "send": send,
            "signal": signal,
            "delete": self.delete,
        }

    async def answer(self, message: Message) -> bytes:
        """Carry a request out. Raises Fault."""
        if message.verb == "create":
            return self.create(message)
        session = self.open.get(message.selectors.get("ShellId", "").upper())
        if session is None:
            raise envelope.no_such_shell()
        if message.verb == "receive":
            wanted = message.part("DesiredStream")
            return await session.receive(message, named(wanted))
        if message.verb not in self.verbs:
            raise envelope.not_supported(message.action)
        return self.verbs[message.verb](message, session)

    def create(self, message: Message) -> bytes:
        body = message.body
        shell = (body.get("ShellId") if body is not None else None) or envelope.new_id()
        self.open[shell.upper()] = session = Session(self.runner)
        session.feed(base64.b64decode(body.findtext(CREATION) or "" if body is not None else ""))
        return envelope.created(message, shell.upper(), self.owner)

    def delete(self, message: Message, _session: Session) -> bytes:
        del self.open[message.selectors["ShellId"].upper()]
        return envelope.answer(message, "")


def named(part: Any) -> str:
    """The command that a part of a message belongs to; empty for the pool itself."""
    return "" if part is None else str(part.get("CommandId") or "").upper()


def command(message: Message, session: Session) -> bytes:
    """A pipeline begins."""
    name, first = named(message.body) or envelope.new_id(), message.part("Arguments")
    session.create(name, base64.b64decode((first.text if first is not None else None) or ""))
    body = f"<rsp:CommandResponse><rsp:CommandId>{name}</rsp:CommandId></rsp:CommandResponse>"
    return envelope.answer(message, body)


def send(message: Message, session: Session) -> bytes:
    """More of it."""
    for stream in message.parts("Stream"):
        session.feed(base64.b64decode(stream.text or ""), named(stream))
    return envelope.answer(message, "<rsp:SendResponse/>")


def signal(message: Message, session: Session) -> bytes:
    """The client has no further use for a pipeline."""
    session.pipes.pop(named(message.body), None)
    return envelope.answer(message, "<rsp:SignalResponse/>")
