# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of one run, and what its parts ask of the faults. It knows no builder and no table, so everybody may know it."""

from __future__ import annotations

import random
import re
import uuid
from abc import ABC, abstractmethod
from typing import Any, Protocol

from ..clock.clock import Clock
from ..clock.events import Kernel, Signal
from ..clock.line import Link
from ..estate.durations import rate_of_vm
from ..estate.estate import Estate
from ..estate.guids import stable_guid
from ..estate.items import Item, Job
from ..estate.jobs import JobBook
from ..estate.places import Host
from .fault import Call, Fault
from .guard import Guard
from .limits import Limits
from .measurements import Measurements
from .request_log import RequestLog
from .tokens import Tokens

ITEM_OR_JOB = re.compile(
    r"/(replicationProtectedItems|replicationJobs|replicationOperationStatus)/([^/?]+)", re.IGNORECASE
)


class Faults(Protocol):
    """What the parts of the vault ask of the faults in force, and what can be done with them while it runs."""

    rows: list[Fault]

    def add(self, given: dict[str, Any]) -> Fault:
        """Put a fault in force."""

    def add_schedule(self, name: str) -> dict[str, Any]:
        """Put all faults of a named schedule in force."""

    def clear(self) -> None:
        """Take all faults away."""

    def of_job(self, kind: str, job: Job, item: Item | None, task: str) -> Fault | None:
        """The fault that strikes at a task of a job."""

    def page_size(self, call: Call, usual: int) -> int:
        """Entries per page of a list."""

    def skew_of_jobs(self, call: Call) -> float:
        """By how much the times of jobs are off."""


class Memory(Protocol):
    """What reads show: the present, or what was before it."""

    def items(self, found: list[Item], what: str = "items") -> list[Item]:
        """The items as a read shows them."""

    def jobs(self) -> list[Job]:
        """The jobs as their list shows them."""

    def job(self, found: Job) -> Job:
        """A job as its own read shows it."""


class World(ABC):
    """State of one run, as every part of it is given it. Simulation fills it in, and puts it back to the scenario."""

    faults: Faults
    memory: Memory

    def __init__(self, scenario: dict[str, Any], clock: Clock) -> None:
        self.scenario = scenario
        self.clock = clock
        self.tokens = Tokens(scenario["credentials"], scenario["seed"], clock)
        self.base_url = "https://management.azure.com"
        self.signing_key = stable_guid(scenario["seed"], "signing key").encode()  # of addresses that are given out
        self.vaults: list[World] = [
            self
        ]  # all that this cloud has, each with what is around it; the first has the control
        self.guard: Guard | None = None  # nobody to keep out before it listens

    @abstractmethod
    def reset(self) -> None:
        """Start again from the scenario, in all vaults."""

    @abstractmethod
    def start(self) -> None:
        """Start this vault again from the scenario."""

    def begin(self, kernel: Kernel, estate: Estate) -> None:
        """Nothing has happened yet in this estate. Time goes on from where it is; tokens stay good."""
        seed = self.scenario["seed"]
        self.random = random.Random(seed)
        self._noise = random.Random(seed)  # of its own, so that reading doesn't change the ids of later jobs
        self.kernel = kernel
        self.estate = estate
        self.jobs = JobBook()
        self._links: dict[str, Link] = {}
        self.measurements = Measurements(self.clock)
        self.log = RequestLog()
        self.windows_log: list[dict[str, Any]] = []
        for item in estate.items:
            self.measurements.item_changed(item, kernel.time)
        self.tokens.secret_expired = self.scenario["credentials"]["secret_expired"]
        self.away: dict[str, Signal] = {}  # hosts that a fault has disconnected, with the signal of their return
        self.limits = Limits(self.scenario["limits"], self.clock)

    @property
    def now(self) -> float:
        """Simulated moment, in seconds since 1970."""
        return self.kernel.time

    @property
    def vault_path(self) -> str:
        """Id of the vault as the service writes it, with a capital S (docs/service.md 1)."""
        estate = self.estate
        return (
            f"/Subscriptions/{estate.subscription}/resourceGroups/{estate.resource_group}"
            f"/providers/Microsoft.RecoveryServices/vaults/{estate.vault}"
        )

    def link(self, host: Host) -> Link:
        """The line of a host: its own bandwidth if it has one, else as much as its VMs can take."""
        if host.name not in self._links:
            capacity = host.bandwidth_mbps / 8 if host.bandwidth_mbps else float("inf")
            self._links[host.name] = Link(self.kernel, capacity, rate_of_vm(self.estate.network))
        return self._links[host.name]

    def key_of(self, path: str) -> str:
        """Name in the scenario of the item that a path is about, directly or by one of its jobs; else nothing."""
        match = ITEM_OR_JOB.search(path)
        kind, name = match.groups() if match else ("", "")
        if kind.lower() == "replicationprotecteditems":
            item = self.estate.item(name)
            return item.key if item else name
        job = self.jobs.find(name) if name else None
        return job.item.key if job and job.item else ""

    def guid(self) -> str:
        """A guid that depends on the seed and on what happened before."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def request_guid(self) -> str:
        """A guid for the headers of an answer."""
        return str(uuid.UUID(int=self._noise.getrandbits(128), version=4))

    def release(self, item: Item) -> None:
        """No job runs on the item any more."""
        item.job = None
        self.measurements.item_changed(item, self.now)
