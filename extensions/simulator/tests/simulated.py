# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client without HTTP, and small scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from asr_simulator.answer import answer
from asr_simulator.clock.clock import stopped
from asr_simulator.scenario.load import complete
from asr_simulator.simulation import Simulation

ROOT = Path(__file__).resolve().parents[1]
NEW, OLD = "2025-08-01", "2016-08-10"
SCENARIOS = ROOT / "asr_simulator" / "scenarios"
FAILBACK = {"instanceType": "HyperVReplicaAzureFailback", "recoveryVmCreationOption": "NoAction"}
OTHERS = {  # api versions of what is not Site Recovery's
    "microsoft.compute/disks": "2023-04-02",
    "microsoft.compute": "2024-07-01",
    "microsoft.network": "2023-09-01",
    "microsoft.authorization/permissions": "2022-04-01",
    "microsoft.authorization/locks": "2020-05-01",
    "/subscriptions": "2021-04-01",
}
AWAY = ["CompleteMigration", "DisableProtection", "Failback"]
AT_HOME = ["PlannedFailover", "UnplannedFailover", "DisableProtection", "TestFailover"]
REPROTECT = {
    "properties": {
        "failoverDirection": "PrimaryToRecovery",
        "providerSpecificDetails": {"instanceType": "HyperVReplicaAzure"},
    }
}


def version_of(path: str, usual: str = NEW) -> str:
    """An api version that what the path names has."""
    kind = path.lower().rpartition("/providers/")[2]
    return next((name for start, name in OTHERS.items() if kind.startswith(start)), usual)


class Client:
    """Sends requests straight into the core."""

    def __init__(self, world: Simulation, api: str = NEW) -> None:
        self.world, self.api = world, api
        self.token = world.tokens.issue().text
        self.vault = world.vault_path
        self.headers: dict[str, str] = {}

    def send(self, method: str, path: str, body: Any = None, query: str = "", api: str | None = None):
        """(status, headers, body) of a request; `path` may be an id, or a rest below the vault."""
        path = path if path.lower().startswith("/subscriptions") else self.vault + path
        headers = {"Authorization": f"Bearer {self.token}", "x-ms-client-request-id": "request-1"}
        url = f"{path}?api-version={api or version_of(path, self.api)}{'&' + query if query else ''}"
        return answer(self.world, method, url, headers, body)

    def get(self, path: str, query: str = "", api: str | None = None) -> Any:
        status, _headers, body = self.send("GET", path, query=query, api=api)
        assert status == 200, body
        return body

    def post(self, path: str, body: Any = None, api: str | None = None) -> dict[str, str]:
        """Headers of an accepted POST."""
        status, headers, found = self.send("POST", path, body, api=api)
        assert status == 202, found
        assert found is None
        return headers

    def follow(self, url: str):
        """GET of a URL that the service gave."""
        return answer(
            self.world, "GET", url.removeprefix(self.world.base_url), {"Authorization": f"Bearer {self.token}"}
        )

    def control(self, method: str, name: str, body: Any = None) -> Any:
        status, _headers, found = answer(self.world, method, f"/_simulator/{name}", {}, body)
        assert status == 200, found
        return found

    def wait(self, seconds: float) -> None:
        self.world.clock.advance(seconds)

    def id_of(self, name: str) -> str:
        """ARM id of the item of a VM of the scenario."""
        page = self.get("/replicationProtectedItems")
        while page:
            for body in page["value"]:
                if body["properties"]["friendlyName"] == name:
                    return body["id"]
            page = self.follow(page["nextLink"])[2] if page["nextLink"] else None
        raise AssertionError(f"no item for {name}")

    def item(self, name: str) -> dict[str, Any]:
        return self.get(self.id_of(name))["properties"]

    def jobs(self, filter_text: str = "") -> list[dict[str, Any]]:
        """The jobs of a list, without those of the past."""
        query = f"$filter={quote(filter_text)}" if filter_text else ""
        past = {job.id for job in self.world.jobs.past}
        return [job for job in self.get("/replicationJobs", query)["value"] if job["name"] not in past]

    def job(self, headers: dict[str, str]) -> dict[str, Any]:
        """The job that a 202 started."""
        return self.get("/replicationJobs/" + headers["Location"].split("/operationresults/")[1].split("?")[0])

    def fact(self, name: str) -> dict[str, Any]:
        return next(vm for vm in self.control("GET", "state")["vms"] if vm["name"] == name)

    def fail_back(self, name: str, sync: str = "ForDownTime", **more: Any) -> dict[str, str]:
        details = {**FAILBACK, "dataSyncOption": sync, **more}
        body = {"properties": {"failoverDirection": "RecoveryToPrimary", "providerSpecificDetails": details}}
        return self.post(self.id_of(name) + "/plannedFailover", body)

    def resume(self, headers: dict[str, str]) -> dict[str, str]:
        return self.post(self.job(headers)["id"] + "/resume", {"properties": {"comments": "done"}})


def client_of(scenario: dict[str, Any], api: str = NEW) -> Client:
    """A client of a scenario given as data."""
    return Client(Simulation(complete(scenario), stopped()), api)


def small(**more: Any) -> dict[str, Any]:
    """A scenario of one host and one VM, with changes."""
    vm = {"name": "vm1", "host": "hv01", "disks_gb": [10], **more.pop("vm", {})}
    hosts = [{"name": "hv01"}, {"name": "hv02"}, {"name": "hv03", "connected": False}]
    sites = more.pop("sites", [{"name": "site1", "hosts": hosts}])
    return {"sites": sites, "vms": [vm, *more.pop("vms", [])], **more}


def put(client: Client, kind: str, **more: Any) -> None:
    """Put in a fault."""
    client.world.faults.add({"kind": kind, **more})


def seen(client: Client, name: str) -> tuple[str, str, list[str]]:
    item = client.item(name)
    return item["protectionState"], item["activeLocation"], item["allowedOperations"]


def bring_back(client: Client, name: str, sync: str = "ForSynchronization") -> None:
    """Failback up to the point where the commit is pending."""
    headers = client.fail_back(name, sync)
    client.wait(7200)
    if sync == "ForDownTime":
        client.resume(headers)
        client.wait(7200)
