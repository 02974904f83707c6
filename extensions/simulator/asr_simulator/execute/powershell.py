# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One warm PowerShell, which runs one payload at a time, for any host: environment and console are those of a process."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
USUAL = ("-NoProfile", "-NonInteractive", "-File")
# What .NET learns about code that runs often costs a sixth of the CPU, and scripts are no such code.
ENVIRONMENT = {"DOTNET_TieredPGO": "0"}
MOST = 500  # payloads that a process is used for
LINE = 64 * 1024**2  # bytes of the longest answer


class NoPowerShell(Exception):
    """There is none, and it was asked for."""


def find(name: str) -> str:
    """The program that is meant by a name in the path, or by a path."""
    found = shutil.which(name)
    if not found:
        raise NoPowerShell(
            f"--execute: there is no PowerShell called {name!r}; give the path of pwsh, or put it into PATH"
        )
    return found


class PowerShell:
    """Started when it is needed first, and again when it has ended or was used often.

    `compiled` are the C# utils that the process has: types stay in it, and to compile Ansible.Basic is most of a call.
    """

    def __init__(self, program: str) -> None:
        self.program = program
        self.folder = Path(tempfile.mkdtemp(prefix="asr-hosts-"))
        self.process: asyncio.subprocess.Process | None = None
        self.done, self.compiled = 0, set[str]()
        self.turn = asyncio.Lock()

    async def ask(self, make: Callable[[set[str]], dict[str, Any]]) -> dict[str, Any]:
        """The driver's answer to a job, which `make` makes for the process as it is then."""
        async with self.turn:
            process = await self.ready()
            assert process.stdin and process.stdout
            self.done += 1
            process.stdin.write(json.dumps(make(self.compiled)).encode() + b"\n")
            await process.stdin.drain()
            printed = []
            while line := await process.stdout.readline():
                if line.startswith(b"@@"):
                    answer: dict[str, Any] = json.loads(base64.b64decode(line[2:]))
                    return answer
                printed.append(line.decode(errors="replace"))
            return {"stdout": "", "failure": f"PowerShell has ended: {''.join(printed)[-2000:]}", "estate": None}

    async def ready(self) -> asyncio.subprocess.Process:
        """The process, a new one if need be."""
        if self.process is None or self.process.returncode is not None or self.done >= MOST:
            await self.end()
            pipe = asyncio.subprocess.PIPE
            self.process = await asyncio.create_subprocess_exec(
                self.program,
                *USUAL,
                str(HERE / "driver.ps1"),
                limit=LINE,
                stdin=pipe,
                stdout=pipe,
                env={**os.environ, **ENVIRONMENT},
            )
            self.done, self.compiled = 0, set()
        return self.process

    async def end(self) -> None:
        """End the process; it ends by itself when it gets no more jobs."""
        if self.process is not None and self.process.returncode is None:
            assert self.process.stdin
            self.process.stdin.close()
            try:
                await asyncio.wait_for(self.process.wait(), 10)
            except asyncio.TimeoutError:
                self.process.kill()
        self.process = None

    async def close(self) -> None:
        await self.end()
        shutil.rmtree(self.folder, ignore_errors=True)
