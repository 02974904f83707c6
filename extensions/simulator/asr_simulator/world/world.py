# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One simulated vault with everything around it. The core has no HTTP; the clock is given to it."""

from __future__ import annotations

import random
import re
import uuid
from typing import TYPE_CHECKING, Any

from ..clock.clock import Clock
from ..clock.events import Kernel, Signal
from ..clock.line import Link
from ..estate.durations import rate_of_vm
from ..estate.jobs import JobBook
from ..facts import table as facts
from ..faults.book import Faults
from ..faults.stale import Memory
from ..scenario.build import build_estate
from .guard import Guard
from .limits import Limits
from .measurements import Measurements
from .request_log import RequestLog
from .tokens import Tokens

if TYPE_CHECKING:
    from ..estate.estate import Host, Item

ITEM_OR_JOB = re.compile(
    r"/(replicationProtectedItems|replicationJobs|replicationOperationStatus)/([^/?]+)", re.IGNORECASE
)


class World:
    """State of the simulation; `reset` puts everything back to the scenario."""

    def __init__(self, scenario: dict[str, Any], clock: Clock | None = None) -> None:
        self.scenario = scenario
        self.clock = clock or Clock(scenario["speed"])
        self.base_url = "https://management.azure.com"
        self.guard: Guard | None = None  # nobody to keep out before it listens
        self.reset()

    def reset(self) -> None:
        """Start again from the scenario. Time goes on from where it is; tokens stay good."""
        seed = self.scenario["seed"]
        self.random = random.Random(seed)
        self._noise = random.Random(seed)  # of its own, so that reading doesn't change the ids of later jobs
        self.kernel = Kernel(self.clock)
        self.estate = build_estate(self.scenario, self.kernel.time)
        self.jobs = JobBook()
        self._links: dict[str, Link] = {}
        self.measurements = Measurements(self.clock)
        self.log = RequestLog()
        self.windows_log: list[dict[str, Any]] = []
        self.tokens = getattr(self, "tokens", None) or Tokens(self.scenario["credentials"], seed, self.clock)
        for item in self.estate.items:
            self.measurements.item_changed(item, self.kernel.time)
        self.tokens.secret_expired = self.scenario["credentials"]["secret_expired"]
        self.away: dict[str, Signal] = {}  # hosts that a fault has disconnected, with the signal of their return
        self.memory = Memory(self)
        facts.start(self)
        self.limits = Limits(self.scenario["limits"], self.clock)
        self.faults = Faults(self, self.scenario["faults"])
        self.kernel.watch = self.faults.watch

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
