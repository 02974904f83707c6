# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remote shells: what each WS-Management verb does. One task of a client is Create, Command, Send, Receive, Signal, Delete."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from . import envelope
from .envelope import Message


class Output(NamedTuple):
    """What a command wrote, and how it ended."""

    stdout: str = ""
    stderr: str = ""
    exit_code: int = 0


Runner = Callable[[str, bytes], Output | Awaitable[Output]]  # what takes its time is waited for


@dataclass
class Command:
    """A command line with its input; it is run when the client has sent all of that."""

    line: str
    reads_input: bool
    given: bytearray = field(default_factory=bytearray)
    chunks: list[tuple[str, bytes]] = field(default_factory=list)
    exit_code: int | None = None
    task: asyncio.Task[None] | None = None  # of a command that is under way

    def run(self, runner: Runner) -> None:
        output = runner(self.line, bytes(self.given))
        if isinstance(output, Output):
            self.end(output)
        else:
            self.task = asyncio.ensure_future(self.wait_for(output))

    async def wait_for(self, output: Awaitable[Output]) -> None:
        self.end(await output)

    def end(self, output: Output) -> None:
        streams = (("stdout", output.stdout), ("stderr", output.stderr))
        self.chunks = [(name, text.encode()) for name, text in streams if text]
        self.exit_code = output.exit_code


class Shells:
    """The open shells of one host."""

    def __init__(self, owner: str, runner: Runner) -> None:
        self.owner, self.runner = owner, runner
        self.open: dict[str, dict[str, Command]] = {}
        self.verbs = {
            "create": self.create,
            "command": self.command,
            "send": self.send,
            "receive": self.receive,
            "signal": self.signal,
            "delete": self.delete,
            "get": self.get,
        }

    def answer(self, message: Message) -> bytes:
        """Carry a request out. Raises Fault."""
        handler = self.verbs.get(message.verb)
        if not handler:
            raise envelope.not_supported(message.action)
        return handler(message)

    def create(self, message: Message) -> bytes:
        if message.resource != envelope.COMMAND_SHELL:
            raise envelope.no_such_resource(message.resource)
        shell = ((message.body.get("ShellId") if message.body is not None else None) or envelope.new_id()).upper()
        self.open[shell] = {}
        return envelope.created(message, shell, self.owner)

    def get(self, message: Message) -> bytes:
        if not message.resource.startswith(envelope.CONFIG):
            raise envelope.no_such_resource(message.resource)
        body = f'<c:Config xmlns:c="{envelope.CONFIG}"><c:MaxEnvelopeSizekb>500</c:MaxEnvelopeSizekb></c:Config>'
        return envelope.answer(message, body)

    def shell(self, message: Message) -> dict[str, Command]:
        shell = self.open.get(message.selectors.get("ShellId", "").upper())
        if shell is None:
            raise envelope.no_such_shell()
        return shell

    def find(self, message: Message, name: str | None) -> tuple[str, Command]:
        shell, wanted = self.shell(message), (name or "").upper()
        if wanted not in shell:
            raise envelope.no_such_shell()
        return wanted, shell[wanted]

    def command(self, message: Message) -> bytes:
        """A client says with CONSOLEMODE FALSE that it will send input; else the command is run at once."""
        shell, body = self.shell(message), message.body
        if body is None:
            raise envelope.bad_message("The message has no command line.")
        words = [message.part("Command"), *message.parts("Arguments")]
        line = " ".join(word.text or "" for word in words if word is not None)
        piped = message.options.get("WINRS_CONSOLEMODE_STDIN", "TRUE").upper() == "FALSE"
        name = (body.get("CommandId") or envelope.new_id()).upper()
        shell[name] = Command(line, piped)
        if not piped:
            shell[name].run(self.runner)
        return envelope.answer(
            message, f"<rsp:CommandResponse><rsp:CommandId>{name}</rsp:CommandId></rsp:CommandResponse>"
        )

    def send(self, message: Message) -> bytes:
        for stream in message.parts("Stream"):
            _name, command = self.find(message, stream.get("CommandId"))
            try:
                command.given += base64.b64decode(stream.text or "")
            except binascii.Error as error:
                raise envelope.bad_message("A stream is not base64.") from error
            if (stream.get("End") or "").lower() in ("true", "1") and command.exit_code is None and not command.task:
                command.run(self.runner)
        return envelope.answer(message, "<rsp:SendResponse/>")

    async def settled(self, message: Message) -> None:
        """Wait until there is something to receive, as long as the client wants to: then it is told to ask again."""
        wanted = message.part("DesiredStream")
        _name, command = self.find(message, wanted.get("CommandId") if wanted is not None else None)
        if command.task:
            await asyncio.wait([command.task], timeout=message.timeout)

    def receive(self, message: Message) -> bytes:
        """As much output as one answer holds. A command that still works, or waits for its input, has none."""
        wanted = message.part("DesiredStream")
        name, command = self.find(message, wanted.get("CommandId") if wanted is not None else None)
        if command.exit_code is None:
            raise envelope.timed_out()
        now, command.chunks = split(command.chunks, message.largest_answer)
        return envelope.received(message, name, now, None if command.chunks else command.exit_code)

    def signal(self, message: Message) -> bytes:
        name, _command = self.find(message, message.body.get("CommandId") if message.body is not None else None)
        del self.shell(message)[name]
        return envelope.answer(message, "<rsp:SignalResponse/>")

    def delete(self, message: Message) -> bytes:
        self.shell(message)
        del self.open[message.selectors["ShellId"].upper()]
        return envelope.answer(message, "")


def split(chunks: list[tuple[str, bytes]], largest: int) -> tuple[list[tuple[str, bytes]], list[tuple[str, bytes]]]:
    """Output that fits into one answer (base64 makes four bytes of three), and the rest."""
    room = max(1024, (largest - 4096) // 4 * 3)
    now, later = [], []
    for name, data in chunks:
        if data[:room]:
            now.append((name, data[:room]))
        if data[room:]:
            later.append((name, data[room:]))
        room = max(0, room - len(data))
    return now, later
