# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One request on its way through the core, and the usual forms of an answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from ..estate.items import Item, Job, Plan
from ..estate.places import Site
from ..show.versions import SITE_RECOVERY, Api
from ..wire.errors import not_found
from ..world.fault import Call
from ..world.world import World
from .filters import skipped

Answer = tuple[int, dict[str, str], Any]


@dataclass
class Request:
    """Everything a handler may use. `names` are the variable parts of the path."""

    world: World
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    names: dict[str, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)  # for the request log: verb, item, plan, job
    call: Call = field(default_factory=Call)  # what faults see of the request

    @property
    def api(self) -> str:
        """The api version that was asked for, by its name."""
        return self.query.get("api-version", "")

    @property
    def shows(self) -> Api:
        """What the version that was asked for turns on in Site Recovery."""
        return SITE_RECOVERY[self.api]

    @property
    def request_id(self) -> str:
        """The caller's own id of the request."""
        return self.headers.get("x-ms-client-request-id", "")

    @property
    def is_oldest(self) -> bool:
        """Whether it is Site Recovery's oldest version that is asked, whose answers have headers of their own (recorded)."""
        known = SITE_RECOVERY.get(self.api) if "/replication" in self.path else None
        return known is not None and not known.new_shapes

    def own_id(self) -> str:
        """An id for this request; the oldest version wrote the time behind it, twice."""
        guid, now = self.world.request_guid(), dt.datetime.fromtimestamp(self.world.now, dt.timezone.utc)
        us_time = f"{now.month}/{now.day}/{now.year} {now.hour % 12 or 12}:{now:%M:%S %p}"
        return f"{guid}-{now:%Y-%m-%d %H:%M:%S}Z-P {us_time}" if self.is_oldest else guid

    @property
    def properties(self) -> dict[str, Any]:
        """`properties` of the body, or nothing."""
        found = self.body.get("properties") if isinstance(self.body, dict) else None
        return found if isinstance(found, dict) else {}

    def site(self) -> Site:
        """The fabric of the path."""
        wanted = self.names["fabric"].lower()
        for site in self.world.estate.sites:
            if site.name.lower() == wanted:
                return site
        raise not_found("fabric", self.names["fabric"])

    def container(self) -> Site:
        """The fabric of the path, whose container the path names too."""
        site = self.site()
        if site.container.lower() != self.names["container"].lower():
            raise not_found("protection container", self.names["container"])
        return site

    def known_item(self) -> Item | None:
        """The protected item of the path, if there is one."""
        site, name = self.container(), self.names["item"].lower()
        return next((one for one in self.world.estate.items if one.site is site and one.name.lower() == name), None)

    def item(self) -> Item:
        """The protected item of the path."""
        item = self.known_item()
        if not item:
            raise not_found("replication protected item", self.names["item"])
        self.facts["item"] = item.key
        return item

    def plan(self) -> Plan:
        """The recovery plan of the path."""
        plan = self.world.estate.plan(self.names["plan"])
        if not plan:
            raise not_found("recovery plan", self.names["plan"])
        self.facts["plan"] = plan.name
        return plan

    def job(self) -> Job:
        """The job of the path, also by the guid of a plan operation."""
        job = self.world.jobs.find(self.names["job"])
        if not job:
            raise not_found("job", self.names["job"])
        self.facts["job"] = job.id
        if job.item:
            self.facts["item"] = job.item.key
        if job.plan:
            self.facts["plan"] = job.plan.name
        return job


def page(request: Request, rows: list[Any], path: str) -> Answer:
    """A list, in pages of the scenario's size; nextLink is null on the last."""
    size = request.world.faults.page_size(request.call, request.world.scenario["page_size"])
    start = skipped(request.query.get("$skipToken", "0"))
    end = start + size
    link = None
    if end < len(rows):
        extra = f"&$filter={quote(request.query['$filter'])}" if "$filter" in request.query else ""
        link = f"{request.world.base_url}{quote(path)}?api-version={request.api}{extra}&$skipToken={end}"
    return 200, {}, {"value": rows[start:end], "nextLink": link}
