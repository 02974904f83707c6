# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Handlers that start, watch and steer jobs."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..clock.clock import parse
from ..estate.items import Job
from ..jobs import engine, verbs
from ..show import ids
from ..show import item as show_item
from ..show import job as show_job
from ..show import plan as show_plan
from ..wire.errors import not_found, site_recovery
from .call import Answer, Request, accepted, page, retry_after


def item_verb(request: Request) -> Answer:
    """Any POST on a protected item."""
    item = request.item()
    verb = next((name for name in verbs.VERBS if name.lower() == request.names["verb"].lower()), None)
    if not verb:
        return unknown(request)
    request.facts["verb"] = verb
    job = verbs.start(request.world, item, verb, request.properties, request.request_id)
    request.facts["job"] = job.id
    return accepted(request, job, ids.protected(request.world, item))


def update_item(request: Request) -> Answer:
    """PATCH: the values are kept and shown again."""
    world, item = request.world, request.item()
    given = {key: value for key, value in request.properties.items() if key != "providerSpecificDetails"}
    job = engine.new_job(world, "update", request.request_id, item=item)
    item.settings.update(given)
    engine.start_item_job(world, job)
    return accepted(request, job, ids.protected(world, item))


def unknown(request: Request) -> Answer:
    """501 for a route that isn't imitated."""
    message = f"The simulator doesn't know {request.method} {request.path}"
    return 501, {}, {"error": {"code": "NotSimulated", "message": message}}


def refresh_provider(request: Request) -> Answer:
    """RefreshFabricLayout of one host (docs/service.md 2.5)."""
    world, site = request.world, request.site()
    for host in site.providers:
        if host.provider.lower() == request.names["provider"].lower():
            job = engine.new_job(world, "refresh", request.request_id, target=(host.provider, host.name, "Server"))
            job.process = world.kernel.start(engine.side_job(world, job))
            return accepted(request, job, ids.provider(world, site, host))
    raise not_found("recovery services provider", request.names["provider"])


def check_consistency(request: Request) -> Answer:
    """Look at a fabric again (docs/service.md 2.5)."""
    world, site = request.world, request.site()
    job = engine.new_job(world, "refresh", request.request_id, target=(site.internal_id, site.friendly, "Server"))
    job.process = world.kernel.start(engine.side_job(world, job))
    return accepted(request, job, ids.fabric(world, site))


def refresh_health(request: Request) -> Answer:
    """Compute the health of the vault again (docs/service.md 2.5)."""
    world = request.world
    job = engine.new_job(world, "refresh", request.request_id, target=("", world.estate.vault, "Other"))
    job.process = world.kernel.start(engine.side_job(world, job))
    return accepted(request, job, f"{world.vault_path}/replicationVaultHealth/default")


def job(request: Request) -> Answer:
    """One job, also by the guid of a plan operation (docs/service.md 2.6)."""
    request.facts["verb"] = "job read"
    found = request.world.memory.job(request.job())
    return 200, {"x-ms-request-id": ids.job(request.world, found.id)}, show_job.job(request.world, found, request.shows)


def jobs(request: Request) -> Answer:
    """The list, newest first; child jobs of plans aren't in it (assumed from recorded lists)."""
    world = request.world
    request.facts["verb"] = "jobs list"
    keep = job_filter(request.query.get("$filter", ""), world.faults.skew_of_jobs(request.call))
    found = [one for one in world.memory.jobs() if one.listed and keep(one)]
    found.sort(key=lambda one: -(one.start or one.accepted))
    status, headers, body = page(request, found, f"{world.vault_path}/replicationJobs")
    body["value"] = [show_job.job(world, one, request.shows, full=False) for one in body["value"]]
    return status, headers, body


def job_filter(text: str, skew: float = 0) -> Callable[[Job], bool]:
    """Predicate for `StartTime eq '..' and EndTime eq '..' and ( JobStatus eq 'a' or JobStatus eq 'b' )`."""
    values: dict[str, list[str]] = {}
    for key, value in re.findall(r"(\w+)\s+eq\s+'([^']*)'", text):
        values.setdefault(key.lower(), []).append(value)
    start = parse(values["starttime"][0]) if "starttime" in values else float("-inf")
    end = parse(values["endtime"][0]) if "endtime" in values else float("inf")
    states = {value.lower() for value in values.get("jobstatus", [])}
    kinds = {value.lower() for value in values.get("affectedobjecttypes", [])}

    def keep(one: Job) -> bool:
        begun = (one.start or one.accepted) + skew
        return (
            start <= begun <= end
            and (not states or one.state.lower() in states)
            and (not kinds or one.target[2].lower() in kinds)
        )

    return keep


def resume(request: Request) -> Answer:
    """Complete Failover, or the end of a manual action."""
    world, found = request.world, request.job()
    request.facts["verb"] = "resume"
    need(found, "Resume")
    engine.resume(world, found, str(request.properties.get("comments", "")))
    return accepted(request, found, ids.job(world, found.id))


def cancel(request: Request) -> Answer:
    """Cancel a job, with all that docs/service.md 5.1 says about it."""
    world, found = request.world, request.job()
    request.facts["verb"] = "cancel"
    need(found, "Cancel")
    engine.cancel(world, found)
    return accepted(request, found, ids.job(world, found.id))


def restart(request: Request) -> Answer:
    """The answer is a different job, RestartJob; the failed one is done again (docs/service.md 2.4)."""
    world, found = request.world, request.job()
    request.facts["verb"] = "restart"
    need(found, "Restart")
    helper = engine.new_job(world, "restart", request.request_id, target=found.target)
    helper.process = world.kernel.start(engine.side_job(world, helper))
    if found.item and not found.item.job:
        again = engine.new_job(world, found.script, request.request_id, item=found.item, options=found.options)
        engine.start_item_job(world, again)
    return accepted(request, helper, ids.job(world, helper.id))


def need(found: Job, action: str) -> None:
    """400 for an action that the job does not allow now."""
    if action not in found.allowed:
        message = f"The action '{action}' isn't allowed for the job '{found.id}' in the state '{found.state}'."
        raise site_recovery(400, "BadRequest", "JobActionNotAllowed", message)


def operation_status(request: Request) -> Answer:
    """The status URL of what goes on, apart from its job (docs/service.md 2.6)."""
    request.facts["verb"] = "operation status"
    return 200, {}, show_job.operation_status(request.job())


def operation_result(request: Request) -> Answer:
    """What the Location header leads to: 202 while it runs, then the resource; 204 for a plan's failback."""
    found = request.job()
    request.facts["verb"] = "operation result"
    if not found.ended and found.state != "Suspended":
        link = f"{request.world.base_url}{request.path}?api-version={request.api}"
        return 202, {"Location": link, "Retry-After": retry_after(request.world)}, None
    world = request.world
    if found.plan:
        gone = found.script in ("plan_failback", "delete_plan") or found.plan not in world.estate.plans
        return (204, {}, None) if gone else (200, {}, show_plan.plan(world, found.plan))
    if found.item and "replicationJobs" not in request.path:
        return 200, {}, show_item.item(world, found.item, request.shows)
    return 200, {}, show_job.job(world, found, request.shows)
