# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Our real Vault and the SDK's real pipeline over the simulator's core, in one process and with a clock moved by hand.

Only the socket is missing: a transport of azure-core hands each request to the core and its answer back.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from azure.core.credentials import AccessToken
from azure.core.exceptions import ServiceResponseError, ServiceResponseTimeoutError
from azure.core.pipeline.transport import HttpTransport
from azure.core.rest import HttpRequest
from azure.core.rest._http_response_impl import HttpResponseImpl
from azure.mgmt.recoveryservicessiterecovery import SiteRecoveryManagementClient
from azure.mgmt.recoveryservicessiterecovery.operations import _operations
from requests.structures import CaseInsensitiveDict

from ansible_collections.asr.hyperv.plugins.module_utils._azure.calls import Calls
from ansible_collections.asr.hyperv.plugins.module_utils._azure.place import Place
from ansible_collections.asr.hyperv.plugins.module_utils._azure.retries import RETRIES, careful_retries
from ansible_collections.asr.hyperv.plugins.module_utils._azure.service_clock import ServiceClock
from ansible_collections.asr.hyperv.plugins.module_utils._azure.vault import Vault
from ansible_collections.asr.hyperv.plugins.module_utils._engine.engine import Engine, Settings
from ansible_collections.asr.hyperv.plugins.module_utils._engine.new_jobs import NewJobs, Wait
from ansible_collections.asr.hyperv.plugins.module_utils._engine.patience import patiently
from ansible_collections.asr.hyperv.plugins.module_utils._engine.planning import plan_tracks
from ansible_collections.asr.hyperv.plugins.module_utils._engine.selecting import select
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.started import Answered
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import FAILBACK, a_wish
from asr_simulator.answer import answer
from asr_simulator.clock.clock import stopped
from asr_simulator.estate.items import Item, Job
from asr_simulator.scenario.load import complete
from asr_simulator.simulation import Simulation
from asr_simulator.wire.body import Dropped, TimedOut, wire
from asr_simulator.world.request_log import Entry

ARM = "https://management.azure.com"
WISHES = (
    "permitted",
    "optional",
    "goals",
    "seen",
    "accept_unprotected_disks",
    "accept_changed_azure_vm",
    "require_evidence",
)
LONG_ENOUGH = 6 * 3600
READ_TIMEOUT = 60  # seconds that our real client waits for an answer
SCRIPTS = ("failback", "finalize_failback", "reprotect", "commit_failover")  # the simulator's words for our steps
ONCE = {"failback": 1, "resume": 1, "finalize_failback": 1, "reprotect": 1, "commit_failover": 0}
TURNED_AWAY = {"25037": "finalize_failback", "25038": "reprotect"}  # the job did nothing; 532 says that of any
BODIES: dict[str, Any] = {
    "plannedFailover": {
        "properties": {
            "failoverDirection": "RecoveryToPrimary",
            "providerSpecificDetails": {
                "instanceType": "HyperVReplicaAzureFailback",
                "dataSyncOption": "ForDownTime",
                "recoveryVmCreationOption": "NoAction",
            },
        }
    },
    "reProtect": {"properties": {"providerSpecificDetails": {"instanceType": "HyperVReplicaAzure"}}},
}


Ask = Callable[[HttpRequest], "Response"]


class Killed(BaseException):
    """The run is killed here; nothing of ours may catch it."""


class Response(HttpResponseImpl):
    """An answer of the core, read already."""

    def __init__(self, request: HttpRequest, status: int, headers: dict[str, str], content: bytes) -> None:
        super().__init__(
            request=request,
            internal_response=None,
            block_size=4096,
            status_code=status,
            reason="",
            content_type=headers["Content-Type"],
            headers=CaseInsensitiveDict(headers),
            stream_download_generator=None,
        )
        self._content, self._is_closed, self._is_stream_consumed = content, True, True


class Core(HttpTransport[HttpRequest, Response]):
    """Hands requests to a world. `before` and `after` are called with each, and may kill the run or break the connection."""

    world: Simulation  # the service gives it one

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.before: Callable[[HttpRequest], object] = lambda request: None
        self.after: Callable[[HttpRequest], object] = lambda request: None
        self.watchers: list[Callable[[HttpRequest], object]] = []
        self.twist: Callable[[HttpRequest, Ask], Response] = lambda request, ask: ask(request)
        self.dead, self.ahead = False, 0.0

    def __enter__(self) -> Core:
        return self

    def __exit__(self, *args: object) -> None:
        pass

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def sleep(self, seconds: float) -> None:
        """A retry waits: in simulated time."""
        self.world.clock.advance(seconds)

    def send(self, request: HttpRequest, **_options: object) -> Response:
        with self.lock:
            if self.dead:
                raise Killed
            try:
                self.before(request)
                response = self.twist(request, self.ask)
                for look in self.watchers:
                    look(request)
                self.after(request)
            except Killed:
                self.dead = True
                raise
        return response

    def ask(self, request: HttpRequest) -> Response:
        url = urlsplit(request.url)
        body = json.loads(request.content) if request.content else None
        clock = self.world.clock
        try:
            status, headers, found = answer(
                self.world, request.method, f"{url.path}?{url.query}", dict(request.headers), body
            )
        except TimedOut as error:
            clock.advance(min(error.seconds, READ_TIMEOUT))
            raise ServiceResponseTimeoutError("Read timed out.", error=error) from error
        except Dropped as error:
            raise ServiceResponseError("Connection reset by peer", error=error) from error
        clock.advance(float(headers.pop("x-simulator-delay", 0)))
        if "Date" in headers:
            self.ahead = parsedate_to_datetime(headers["Date"]).timestamp() - clock.now()
        content, kind = wire(found)
        return Response(request, status, {**headers, "Content-Type": kind}, content)


class HandClock:
    """The world's time for the engine and, as the service's own, for the vault; it moves only when somebody sleeps."""

    def __init__(self, core: Core) -> None:
        self.core, self.began = core, core.world.clock.now()
        self.others: list[Callable[[], object]] = []  # what happens after each sleep
        self.wanted_back = False
        self.later: list[tuple[float, Callable[[], object]]] = []  # what happens once its second has come

    def now(self) -> float:
        return self.core.world.clock.now()

    def sleep(self, seconds: float) -> None:
        self.core.world.clock.advance(seconds)
        self.core.world.kernel.settle()
        due = [one for one in self.later if one[0] <= self.passed]
        self.later = [one for one in self.later if one not in due]
        for act in [act for _second, act in due] + self.others:
            act()

    @property
    def passed(self) -> float:
        """Seconds since the service began."""
        return self.now() - self.began

    def recalled(self) -> bool:
        """Whether the run is wanted back."""
        return self.wanted_back

    def at(self, second: float, act: Callable[[], object]) -> None:
        """Let something happen once so many seconds have passed, while a run sleeps."""
        self.later.append((second, act))


class ServiceTime(ServiceClock):
    """The service's own time, as the dates of its answers tell it."""

    def __init__(self, core: Core) -> None:
        super().__init__()
        self.core = core

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.core.world.clock.now() + self.core.ahead, timezone.utc)

    def hear(self, response: Answered) -> None:
        """The dates say the same."""


class Token:
    """Signs in without asking anybody."""

    def __init__(self, core: Core) -> None:
        self.core = core

    def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
        return AccessToken(self.core.world.tokens.issue().text, 10**11)


def as_it_came(_kind: object, value: object, *_more: object) -> object:
    """What the SDK would make a model of."""
    return value


@contextlib.contextmanager
def without_models() -> Iterator[None]:
    """Leave out the SDK's models, which we never look into: making them is half the cost of a run."""
    with patch.object(_operations, "_deserialize", as_it_came):
        yield


class Service:
    """A simulated vault, and runs of ours against it."""

    core = Core()

    def __init__(self, scenario: dict[str, Any], retries: int = RETRIES) -> None:
        core = self.core
        core.world, core.dead, core.ahead = Simulation(complete(scenario), stopped()), False, 0.0
        core.before = core.after = lambda request: None
        core.twist, core.watchers = lambda request, ask: ask(request), []
        estate = core.world.estate
        self.world = core.world
        self.said: list[str] = []
        self.warnings: list[str] = []
        self.looks_twice = True  # while a run is planned, as a module does that sends something
        token, retry = Token(core), careful_retries(retries)
        client = SiteRecoveryManagementClient(
            token, estate.subscription, base_url=ARM, transport=core, retry_policy=retry
        )
        place = Place(estate.subscription, estate.resource_group, estate.vault, ARM)
        self.vault = Vault(Calls(client, place, ServiceTime(core)))
        self.clock = HandClock(core)
        self.new_jobs = NewJobs()

    def plan(
        self,
        goal: str = "protected",
        names: list[str] | None = None,
        plan: str = "",
        groups: list[list[str]] | None = None,
        **wish: Any,
    ) -> list[Track]:
        """The tracks of a new run, planned and not started."""
        self.core.dead = False
        wanted = a_wish(goal, **wish)
        whole = plan or (None if names or groups else "plan1")
        wait = Wait(self.wait) if self.looks_twice else None
        self.new_jobs = wait.new if wait else NewJobs()
        return patiently(
            lambda: plan_tracks(self.vault, select(self.vault, names, whole, groups), wanted, wait),
            lambda: self.wait(10),
        )

    def engine(self, tracks: list[Track], **settings: Any) -> Engine:
        chosen = Settings(**{"timeout": LONG_ENOUGH, "interval": 30, "parallel": 1, **settings})
        engine = Engine(self.vault, tracks, self.clock, chosen, self.said.append)
        engine.watcher.new_jobs.follows(self.new_jobs)  # as the modules do
        return engine

    def drive(self, tracks: list[Track], **settings: Any) -> list[Track]:
        self.engine(tracks, **settings).run()
        return tracks

    def run(
        self, goal: str = "protected", names: list[str] | None = None, plan: str = "", **settings: Any
    ) -> list[Track]:
        """One run from start to end."""
        wish = {name: settings.pop(name) for name in (*FAILBACK, *WISHES) if name in settings}
        return self.drive(self.plan(goal, names, plan, **wish), plan=plan, **settings)

    def revive(self) -> None:
        """A new process: nothing of the killed one is left."""
        self.core.dead = False
        self.core.before = self.core.after = lambda request: None

    def watch(self, look: Callable[[HttpRequest], object]) -> None:
        """Have somebody look after every request."""
        self.core.watchers.append(look)

    # what the world says

    def asked(self, method: str = "", path: str = "") -> list[Entry]:
        """The requests so far, by method and a part of the path or query."""
        return [one for one in self.world.log.entries if one.method == (method or one.method) and path in one.path]

    def posts(self, item: str = "") -> list[str]:
        """The verbs that were POSTed, in order; of one item, if it is named."""
        return [one.verb for one in self.asked("POST") if not item or one.item == item]

    def item(self, name: str) -> Item:
        return next(one for one in self.world.estate.items if one.key == name)

    def fault(self, **facts: object) -> None:
        """One fault more, in the words of the simulator's scenarios."""
        self.world.faults.add(facts)

    def done(self, item: str, script: str) -> list[Job]:
        """The jobs of this script that did something for the item: not those that were turned away at the door."""
        jobs = [job for job in self.world.jobs.jobs if job.item and job.item.key == item and job.script == script]
        codes = {job.id: [one["serviceErrorDetails"]["code"] for one in job.errors] for job in jobs}
        return [
            job for job in jobs if not any(code == "532" or TURNED_AWAY.get(code) == script for code in codes[job.id])
        ]

    def operations(self, item: str) -> dict[str, int]:
        """How often each operation was really carried out for an item."""
        resumed = sum(len(job.comments) for job in self.done(item, "failback"))
        return {**{script: len(self.done(item, script)) for script in SCRIPTS}, "resume": resumed}

    def wait(self, seconds: float) -> None:
        self.world.clock.advance(seconds)
        self.world.kernel.settle()

    # somebody else, in the portal

    def operate(self, method: str, path: str, body: object = None) -> int:
        """A request of another client; the path is below the vault, or an ARM id."""
        where = path if path.startswith("/S") else self.world.vault_path + path
        token = {"Authorization": f"Bearer {self.world.tokens.issue().text}"}
        return answer(self.world, method, f"{where}?api-version=2025-08-01", token, body)[0]

    def operate_on(self, name: str, verb: str, body: object = None) -> int:
        """A verb of a protected item; `resume` and `cancel` go to its job."""
        one = self.item(name)
        if verb in ("resume", "cancel"):
            assert one.job
            return self.operate("POST", f"/replicationJobs/{one.job.id}/{verb}", {"properties": {"comments": "me"}})
        place = f"/replicationFabrics/{one.site.name}/replicationProtectionContainers/{one.site.container}"
        return self.operate("POST", f"{place}/replicationProtectedItems/{one.name}/{verb}", body or BODIES.get(verb))
