# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Handlers that start, watch and steer jobs."""

from __future__ import annotations

from ..estate.items import Job
from ..jobs import engine, verbs
from ..show import ids
from ..show import item as show_item
from ..show import job as show_job
from ..show import plan as show_plan
from ..show import vault as show_vault
from ..wire.errors import not_found, site_recovery
from . import signing
from .accepting import accepted, unfinished
from .call import Answer, Request, page
from .filters import job_filter

RECORDED_CUT = 200


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


def purge_item(request: Request) -> Answer:
    """DELETE: out of the vault, whatever its state; nothing is to be done for one that is not there."""
    if not request.known_item():
        return 204, {}, None
    item = request.item()
    request.facts["verb"] = "purge"
    job = verbs.purge(request.world, item, request.request_id)
    request.facts["job"] = job.id
    return accepted(request, job, ids.protected(request.world, item))


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
    job = engine.new_job(world, "refresh_health", request.request_id, target=("", world.estate.vault, "Vault"))
    job.process = world.kernel.start(engine.side_job(world, job))
    return accepted(request, job, f"{world.vault_path}/replicationVaultHealth")


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
    found = found[: most_jobs(request)]
    status, headers, body = page(request, found, f"{world.vault_path}/replicationJobs")
    body["value"] = [show_job.job(world, one, request.shows, full=False) for one in body["value"]]
    return status, headers, body


def most_jobs(request: Request) -> int | None:
    """Where a list of jobs ends without a word that there are more: recorded of the oldest version without a filter for times."""
    asked = request.query.get("$filter", "").lower()
    cut = RECORDED_CUT if not request.shows.new_shapes and "time" not in asked else None
    most: int | None = request.world.estate.service["most_jobs"]
    return most or cut


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
    signing.check(request)
    return 200, {}, show_job.operation_status(request.job())


def operation_result(request: Request) -> Answer:
    """What the Location header leads to: 202 while it runs, then the resource; 204 for a plan's failback."""
    request.facts["verb"] = "operation result"
    signing.check(request)
    found = request.job()
    owners = {"item": found.item and found.item.name, "plan": found.plan and found.plan.name}
    if any(owner and request.names.get(kind, owner).lower() != owner.lower() for kind, owner in owners.items()):
        raise not_found("job", request.names["job"])  # it is about another one
    if not found.ended and found.state != "Suspended":
        return unfinished(request)
    world = request.world
    if found.script == "refresh_health":
        return 200, {}, show_vault.health(world, request.shows)
    if found.plan:
        gone = found.script in ("plan_failback", "delete_plan") or found.plan not in world.estate.plans
        return (204, {}, None) if gone else (200, {}, show_plan.plan(world, found.plan, request.shows))
    if found.item and found.item not in world.estate.items:
        return 204, {}, None
    if found.item and "replicationJobs" not in request.path:
        return 200, {}, show_item.item(world, found.item, request.shows)
    return 200, {}, show_job.job(world, found, request.shows)
