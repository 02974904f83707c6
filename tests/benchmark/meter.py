# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run costs: CPU seconds and memory of a process and of all that it starts."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

GLANCE = 0.2  # seconds between two looks at the processes
MEMORY_GLANCES = 5  # looks between two sums of memory, which cost more
LOOK = "look"  # a child of a worker that is no module: it looks at a host, or waits for a module
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Cost:
    """Seconds of wall clock and CPU; memory in MB, shared pages divided among those that share them.

    `engine_cpu` is what the busiest process that runs a module has used, 0 where there is none. `memory` has (seconds
    since the start, MB) for every sum. `controller` is the memory of the command itself, `steady` the most without children that
    only look at something (LOOK). `cpu_by` divides CPU among the command (playbook), its forks (worker), the children of these
    (LOOK), each module by its name, and others, which has what was too short to be seen; `starts` counts the processes of each.
    """

    wall: float
    cpu: float
    peak_memory: float
    processes: int
    engine_cpu: float
    stopped: bool
    status: int
    memory: list[tuple[float, float]] = field(default_factory=list)
    controller: float = 0.0
    steady: float = 0.0
    cpu_by: dict[str, float] = field(default_factory=dict)
    starts: dict[str, int] = field(default_factory=dict)


def measure(command: list[str], environment: dict[str, str], output: Path, limit: float) -> Cost:
    """Run a command to its end, or for `limit` seconds; what it prints goes to the file `output`."""
    before, began = used_by_children(), time.monotonic()
    with output.open("wb") as printed:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed, start_new_session=True
        )
    watcher, stopped = Watcher(process.pid, began), False
    while process.poll() is None:
        watcher.look()
        if time.monotonic() - began > limit:
            kill(descendants(process.pid))
            stopped = True
        time.sleep(GLANCE)
    wall = time.monotonic() - began
    return Cost(
        wall=round(wall, 2),
        cpu=round(used_by_children() - before, 2),
        peak_memory=max((megabytes for _at, megabytes in watcher.memory), default=0.0),
        processes=watcher.most,
        engine_cpu=max(watcher.engines.values(), default=0.0),
        stopped=stopped,
        status=process.returncode,
        memory=watcher.memory,
        controller=watcher.controller,
        steady=watcher.steady,
        **watcher.divided(used_by_children() - before),
    )


def kill(processes: list[int]) -> None:
    """End them all: the workers of Ansible are in groups of their own, and would go on beside the next contestant."""
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def used_by_children() -> float:
    """CPU seconds of every child that has ended, with its own children."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Watcher:
    """Looks at a process and its descendants now and then."""

    def __init__(self, root: int, began: float) -> None:
        self.root, self.began, self.looks, self.most = root, began, 0, 0
        self.memory: list[tuple[float, float]] = []
        self.engines: dict[int, float] = {}
        self.controller = self.steady = 0.0
        self.kinds: dict[int, str] = {}
        self.used: dict[int, float] = {}

    def look(self) -> None:
        """Take in who is there and what they have used so far."""
        alive = descendants(self.root)
        self.most = max(self.most, len(alive))
        for process in alive:
            self.kinds[process] = "playbook" if process == self.root else self.kind_of(process)
            self.used[process] = cpu_of(process) or self.used.get(process, 0.0)
            if process in self.engines or runs_module(process):
                self.engines[process] = cpu_of(process) or self.engines.get(process, 0.0)
        if self.looks % MEMORY_GLANCES == 0:
            held = {process: memory_of(process) for process in alive}
            self.controller = max(self.controller, round(held[self.root], 1))
            lasting = sum(megabytes for process, megabytes in held.items() if self.kinds[process] != LOOK)
            self.steady = max(self.steady, round(lasting, 1))
            self.memory.append((round(time.monotonic() - self.began, 1), round(sum(held.values()), 1)))
        self.looks += 1

    def kind_of(self, process: int) -> str:
        """What a process below the playbook is. A look is a worker that another worker has started."""
        kind = kind_of(process, self.kinds.get(process, ""))
        fields = status_of(process) if kind == "worker" else []
        return LOOK if fields and self.kinds.get(int(fields[1])) == "worker" else kind

    def divided(self, whole: float) -> dict[str, dict[str, Any]]:
        """CPU seconds and starts by kind of process."""
        kinds = sorted({*self.kinds.values()})
        used = {kind: sum(self.used[one] for one, its in self.kinds.items() if its == kind) for kind in kinds}
        used["other"] = used.get("other", 0.0) + max(whole - sum(used.values()), 0.0)
        starts = {kind: sum(its == kind for its in self.kinds.values()) for kind in kinds}
        return {"cpu_by": {kind: round(seconds, 2) for kind, seconds in used.items()}, "starts": starts}


def kind_of(process: int, known: str) -> str:
    """What a process below a playbook is: a module, a worker, or something else. A module is a fork until it is started."""
    if known not in ("", "worker", LOOK):
        return known
    try:
        command = Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return known or "other"
    module = re.search(rb"AnsiballZ_(\w+)\.py", command)
    if module and b"python" in command.split(b"\0")[0]:  # and not one of the two shells before it
        return module[1].decode()
    return "worker" if b"ansible-playbook" in command else known or "other"


def descendants(root: int) -> list[int]:
    """The ids of a process and of all below it that are alive."""
    children: dict[int, list[int]] = {}
    for place in Path("/proc").glob("[0-9]*"):
        fields = status_of(int(place.name))
        if fields:
            children.setdefault(int(fields[1]), []).append(int(place.name))
    found = [root]
    for process in found:
        found += children.get(process, [])
    return found


def status_of(process: int) -> list[str]:
    """The fields of /proc/ID/stat from the state on; none for a process that is gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def cpu_of(process: int) -> float:
    """CPU seconds of one process, without its children."""
    fields = status_of(process)
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0.0


def runs_module(process: int) -> bool:
    """Whether this is Python with a module that Ansible has sent."""
    try:
        command = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return len(command) > 1 and b"python" in command[0] and b"AnsiballZ_" in command[1]


def memory_of(process: int) -> float:
    """The proportional set size of a process in MB."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
