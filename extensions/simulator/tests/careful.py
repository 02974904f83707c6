# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A careful client: it looks before it acts, repeats reads, and never repeats a POST without looking.

It brings all VMs home, one run at a time, and tells what it couldn't bring home. The shipped schedules are tried with it.
"""

from __future__ import annotations

import contextlib
import json
from typing import Any
from urllib.parse import urlsplit

from asr_simulator.answer import answer
from asr_simulator.simulation import Simulation
from asr_simulator.wire.body import NoAnswer, Raw

from .simulated import FAILBACK, NEW, REPROTECT, version_of

TICK, PATIENCE, TRIES = 60, 3 * 3600, 8
HOME = {
    "failoverDirection": "RecoveryToPrimary",
    "providerSpecificDetails": {**FAILBACK, "dataSyncOption": "ForDownTime"},
}
STEPS = {  # protection state: (allowed operation, verb, body)
    "PlannedFailoverStatesBegin": ("Failback", "plannedFailover", {"properties": HOME}),
    "FinalizeRestorePending": ("FinalizeFailback", "failoverCommit", None),
    "RestoreFinalized": ("ReverseReplicate", "reProtect", REPROTECT),
}
WAITING = ("InitialReplicationInProgress", "Protected")
WELL, ILL = ("Succeeded", "PartiallySucceeded", "CompletedWithInformation"), ("Failed", "Cancelled", "Other")


class GiveUp(Exception):
    """Nothing more can be done; for one item if it comes from there, else for the run."""


class Lost(Exception):
    """Nobody knows whether the POST was accepted."""


class Careful:
    """One run."""

    def __init__(self, world: Simulation, names: list[str]) -> None:
        self.world, self.names = world, names
        self.reported: dict[str, str] = {}
        self.home: set[str] = set()
        self.mine: dict[str, tuple[str, str]] = {}  # item: job that this run has started, state before it
        self.posted: dict[str, int] = {}  # item: ticks since a POST whose effect hasn't shown yet
        self.ids: dict[str, str] = {}
        self.token = ""

    def run(self) -> dict[str, str]:
        """What couldn't be brought home, by name, with the reason."""
        try:
            for tick in range(PATIENCE // TICK):
                if tick % 10 == 0:
                    self.list_items()
                if tick % 10 == 1:
                    self.pages("replicationJobs")  # who else is at work
                for name in [one for one in self.names if one not in self.home and one not in self.reported]:
                    self.try_item(name)
                if self.home | set(self.reported) >= set(self.names):
                    break
                self.world.clock.advance(TICK)
        except GiveUp as why:
            return {**dict.fromkeys(set(self.names) - self.home, str(why)), **self.reported}
        return {**{name: "takes too long" for name in self.names if name not in self.home}, **self.reported}

    def try_item(self, name: str) -> None:
        try:
            if name not in self.ids:
                raise GiveUp("not in the list")
            self.one_step(name)
        except GiveUp as why:
            self.reported[name] = str(why)
        except Lost:
            self.posted[name] = 0

    def one_step(self, name: str) -> None:
        item = self.get(self.ids[name])["properties"]
        if name in self.mine and not self.job_over(name, item):
            return
        state, allowed = item["protectionState"], item["allowedOperations"]
        if state == "Protected" and item["activeLocation"] == "Primary" and allowed:
            if item["replicationHealth"] == "Critical":
                raise GiveUp("it does not replicate")
            self.home.add(name)
        elif item["currentScenario"]["scenarioName"] != "None":
            self.watch(item["currentScenario"]["jobId"])
            self.posted.pop(name, None)
        elif state in STEPS and STEPS[state][0] in allowed:
            self.step(name, state, *STEPS[state][1:])
        elif state not in (*STEPS, *WAITING) or (allowed and state in STEPS):
            raise GiveUp(f"state {state} allows {allowed}")

    def step(self, name: str, state: str, verb: str, body: Any) -> None:
        """POST, unless an earlier POST may still be on its way: then wait a few ticks for it to show."""
        if name in self.posted and self.posted[name] < 6:
            self.posted[name] += 1
            return
        if verb == "failoverCommit":
            self.look_in_azure(name)
        headers = self.post(f"{self.ids[name]}/{verb}", body)
        self.mine[name] = (headers["Location"].split("/operationresults/")[1].split("?")[0], state)
        self.posted[name] = 0

    def look_in_azure(self, name: str) -> None:
        """What the commit deletes has to be where the vault says, off, and no more than what came home."""
        item = self.get(self.ids[name])["properties"]["providerSpecificDetails"]
        place = f"{item['recoveryAzureResourceGroupId']}/providers/Microsoft.Compute/virtualMachines"
        vm = self.get(f"{place}/{item['recoveryAzureVmName']}")["properties"]
        stored = vm["storageProfile"]
        sizes = sorted(one["diskSizeGB"] for one in [stored["osDisk"], *stored["dataDisks"]])
        if sizes != sorted(int(one["maxSizeMB"]) // 1024 for one in item["azureVmDiskDetails"]):
            raise GiveUp("its disks in Azure are not those that came home")
        view = self.get(f"{place}/{item['recoveryAzureVmName']}/instanceView")
        if "PowerState/deallocated" not in [one["code"] for one in view["statuses"]]:
            raise GiveUp("its VM in Azure runs")

    def job_over(self, name: str, item: dict[str, Any]) -> bool:
        """Whether the job that was started has ended. A bad end is reported, unless somebody else was faster."""
        guid, before = self.mine[name]
        job = self.get(f"{self.world.vault_path}/replicationJobs/{guid}", may_be_new=True)
        state = job["properties"]["state"] if job else ""
        if state == "Suspended":
            self.maybe_resume(job)
        if state not in (*WELL, *ILL):
            return False
        del self.mine[name]
        self.posted.pop(name, None)
        others = item["currentScenario"]["jobId"].rpartition("/")[2] not in ("None", guid)
        if state in ILL and not others and item["protectionState"] == before:
            raise GiveUp(f"job ended as {state}")
        return True

    def watch(self, job_id: str) -> None:
        """A job that somebody else has started; it may wait for the user as well."""
        job = self.get(job_id)
        self.maybe_resume(job)

    def maybe_resume(self, job: dict[str, Any]) -> None:
        facts = job["properties"]
        if facts["stateDescription"] == "WaitingForUserInput" and "Resume" in facts["allowedActions"]:
            with contextlib.suppress(Lost):
                self.post(job["id"] + "/resume", {"properties": {"comments": ""}})

    def list_items(self) -> None:
        """Ids of the items; a list in which one is missing isn't believed."""
        for one in self.pages("replicationProtectedItems"):
            self.ids[one["properties"]["friendlyName"]] = one["id"]
        if not set(self.names) <= set(self.ids):
            raise GiveUp("the list is not complete")

    def pages(self, what: str) -> list[dict[str, Any]]:
        """All entries of a list; links that loop or lead to another host are not followed."""
        url, seen, found = f"{self.world.base_url}{self.world.vault_path}/{what}?api-version={NEW}", set(), []
        while url:
            if url in seen or urlsplit(url).netloc != urlsplit(self.world.base_url).netloc:
                raise GiveUp(f"the link {url} isn't followed")
            seen.add(url)
            status, _headers, body = self.send("GET", url.removeprefix(self.world.base_url), None)
            if status != 200:
                raise GiveUp(f"{status} {body['error']['code']}")
            found += body["value"]
            url = body["nextLink"]
        return found

    def get(self, path: str, may_be_new: bool = False) -> Any:
        status, _headers, body = self.send("GET", f"{path}?api-version={version_of(path)}", None)
        if status == 404 and may_be_new:
            return None
        if status != 200:
            raise GiveUp(f"{status} {body['error']['code']}")
        return body

    def post(self, path: str, body: Any) -> dict[str, str]:
        status, headers, found = self.send("POST", f"{path}?api-version={NEW}", body)
        if status >= 500 or status == 400:
            raise Lost
        if status != 202:
            raise GiveUp(f"{status} {found['error']['code']}")
        return headers

    def send(self, method: str, url: str, body: Any) -> tuple[int, dict[str, str], Any]:
        """A read is repeated until it has an answer that makes sense; a POST only where it was surely refused."""
        for attempt in range(TRIES):
            try:
                status, headers, found = self.once(method, url, body)
            except (NoAnswer, ValueError) as why:
                if method == "POST":
                    raise Lost from why
                continue
            if status == 401:
                self.sign_in()
            elif status == 429 or (status >= 500 and method == "GET"):
                self.world.clock.advance(float(headers.get("Retry-After", 2**attempt)))
            else:
                return status, headers, found
        raise GiveUp("no answer")

    def once(self, method: str, url: str, body: Any) -> tuple[int, dict[str, str], Any]:
        """One request; a good answer to a read has to be JSON."""
        status, headers, found = answer(self.world, method, url, {"Authorization": f"Bearer {self.token}"}, body)
        if isinstance(found, Raw) and status < 500:
            found = json.loads(found.data or b" ")
        if method == "GET" and status == 200 and found is None:
            raise ValueError("no body")
        return status, headers, found

    def sign_in(self) -> None:
        """A new token; the identity provider may be hard to reach as well."""
        tokens, status = self.world.tokens, 503
        form = {"grant_type": "client_credentials", "client_id": tokens.client, "client_secret": tokens.secret}
        while status in (429, 500, 502, 503, 504):
            with contextlib.suppress(NoAnswer):
                status, _headers, body = answer(self.world, "POST", f"/{tokens.tenant}/oauth2/v2.0/token", {}, form)
        if status != 200:
            raise GiveUp(body["error"])
        self.token = body["access_token"]
