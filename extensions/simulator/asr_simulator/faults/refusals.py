# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults that keep a request from its answer: before it is carried out, or when it is too late."""

from __future__ import annotations

from ..arm.call import Request
from ..arm.rights import forbidden
from ..wire.body import HTML, Dropped, Raw, TimedOut
from ..wire.errors import arm, not_found, resource_not_found
from ..world.fault import Fault

CODES = {500: "InternalServerError", 502: "BadGateway", 503: "ServiceUnavailable", 504: "GatewayTimeout"}


def retry_after(fault: Fault, usual: float | None) -> dict[str, str]:
    """The header, unless the fault says null."""
    wait = fault.options.get("retry_after", usual)
    return {} if wait is None else {"Retry-After": str(wait)}


def late(fault: Fault) -> bool:
    """Whether the fault strikes when the request was carried out."""
    return bool(fault.options.get("when", "before") == "after")


def throttle(_request: Request, fault: Fault) -> Exception:
    """429."""
    message = "The request is being throttled as the limit has been reached for operations."
    return arm(429, "TooManyRequests", message, retry_after(fault, 5))


def server_error(_request: Request, fault: Fault) -> Exception:
    """A 5xx answer, in the shape of ARM, as a page of some gateway, or without a body."""
    status, body = fault.options.get("status", 503), fault.options.get("body", "json")
    refused = arm(status, CODES[status], "The service couldn't answer the request.", retry_after(fault, None))
    if body != "json":
        refused.body = Raw(HTML % status, "text/html") if body == "html" else None
    return refused


def reset(_request: Request, fault: Fault) -> Exception:
    """The connection is closed."""
    return Dropped("connection reset by a scripted fault", late(fault))


def timeout(_request: Request, fault: Fault) -> Exception:
    """Nothing comes for longer than anybody waits."""
    return TimedOut("no answer, by a scripted fault", late(fault), fault.options.get("seconds", 300))


def denied(request: Request, _fault: Fault) -> Exception:
    """403, as for a missing right."""
    return forbidden(request)


def gone(request: Request, fault: Fault) -> Exception | None:
    """404 of the item that the fault names, but not of its jobs; else of the vault."""
    if fault.match.get("item"):
        about_item = "/replicationprotecteditems/" in request.path.lower()
        return not_found("replication protected item", request.call.item) if about_item else None
    estate = request.world.estate
    return resource_not_found("Microsoft.RecoveryServices/vaults", estate.vault, estate.resource_group)
