# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The answer to a write that was accepted: where its job is watched, and when to look again (docs/service.md 2.6)."""

from __future__ import annotations

import math

from ..estate.items import Job
from ..show import ids
from . import signing
from .call import Answer, Request


def pause(request: Request) -> dict[str, str]:
    """When to ask again: after 30 seconds of the service in old versions, in wall seconds of the client."""
    world = request.world
    wanted = world.estate.service["retry_after"] if request.shows.operation_status else 30
    speed = world.clock.speed
    return (
        {}
        if wanted is None
        else {"Retry-After": str(max(1, math.ceil(wanted / speed)) if speed > 0 else math.ceil(wanted))}
    )


def accepted(request: Request, job: Job, resource: str) -> Answer:
    """202 with an empty body. In old versions the status URL is the job itself."""
    world, apart = request.world, request.shows.operation_status
    place = "replicationOperationStatus" if apart else "replicationJobs"
    status = f"{world.vault_path}/{place}/{job.operation}"
    return (
        202,
        {
            "Azure-AsyncOperation": signing.address(request, status),
            "Location": signing.address(request, f"{resource}/operationresults/{job.operation}"),
            **pause(request),
            "x-ms-request-id": ids.job(world, job.operation) + ("" if apart else f", {request.own_id()}"),
        },
        None,
    )


def unfinished(request: Request) -> Answer:
    """202 once more, at the same address."""
    return 202, {"Location": signing.address(request, request.path), **pause(request)}, None
