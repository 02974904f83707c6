# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The limit: an asyncio client that does nothing but the failback, with one job list per poll and no care at all."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import sys
import time
from typing import Any
from urllib.parse import quote

import aiohttp

asked = json.loads(sys.argv[1])
arm, vault, api, bodies = asked["arm"], asked["vault"], asked["api"], asked["bodies"]
CONNECTIONS = 20
NEXT = {  # the step that was sent, and the state of its job: what to send then
    ("plannedFailover", "Suspended"): "resume",
    ("resume", "Succeeded"): "failoverCommit",
    ("failoverCommit", "Succeeded"): "reProtect",
}
BODIES = {"plannedFailover": "failback", "resume": "resume", "reProtect": "reprotect"}


class Client:
    """One session, and where every VM stands: its id, and what was sent last with the job of that."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session
        self.stands: dict[str, tuple[str, str]] = {}
        self.home: set[str] = set()

    async def sign_in(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": asked["client_id"],
            "client_secret": os.environ["AZURE_SECRET"],
            "scope": f"{arm}/.default",
        }
        async with self.session.post(f"{arm}/{asked['tenant']}/oauth2/v2.0/token", data=form) as answer:
            token = (await answer.json())["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"

    async def pages(self, url: str) -> list[Any]:
        found: list[Any] = []
        while url:
            async with self.session.get(url) as answer:
                answer.raise_for_status()
                page = await answer.json()
            found, url = found + page["value"], page.get("nextLink")
        return found

    async def send(self, item: str, step: str, job: str = "") -> None:
        place = f"{vault}/replicationJobs/{job}" if step == "resume" else item
        body = bodies.get(BODIES.get(step, ""))
        async with self.session.post(f"{arm}{place}/{step}?api-version={api}", json=body) as answer:
            answer.raise_for_status()
            status_url = answer.headers["Azure-AsyncOperation"]
        self.stands[item] = step, job or status_url.split("?")[0].rpartition("/")[2]

    async def look(self, since: str) -> None:
        """One list of jobs, and whatever has become possible."""
        wanted = quote(f"StartTime eq '{since}' and EndTime eq '2100-01-01T00:00:00.0000000Z'")
        jobs = await self.pages(f"{arm}{vault}/replicationJobs?api-version={api}&$filter={wanted}")
        states = {job["name"]: job["properties"]["state"] for job in jobs}
        protected = [
            job["properties"]["targetObjectName"]
            for job in jobs
            if job["properties"]["scenarioName"] == "IrCompletion" and job["properties"]["state"] == "Succeeded"
        ]
        self.home.update(protected)
        due = [
            (item, NEXT[step, states[job]], job)
            for item, (step, job) in self.stands.items()
            if job in states and (step, states[job]) in NEXT
        ]
        await asyncio.gather(*(self.send(item, step, job if step == "resume" else "") for item, step, job in due))


async def main() -> None:
    trusted = ssl.create_default_context(cafile=os.environ["REQUESTS_CA_BUNDLE"])
    connector = aiohttp.TCPConnector(ssl=trusted, limit=CONNECTIONS)
    async with aiohttp.ClientSession(connector=connector) as session:
        client = Client(session)
        await client.sign_in()
        items = await client.pages(f"{arm}{vault}/replicationProtectedItems?api-version={api}")
        await asyncio.gather(*(client.send(item["id"], "plannedFailover") for item in items))
        due = time.monotonic()
        while len(client.home) < len(items):
            due = max(due + asked["interval"], time.monotonic())
            await asyncio.sleep(due - time.monotonic())
            await client.look("2020-01-01T00:00:00.0000000Z")


asyncio.run(main())
