# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Error bodies. Shapes and codes are those of docs/service.md 4.3; what is assumed stands in assumptions.md."""

from __future__ import annotations

from typing import Any

from ..clock.clock import iso
from ..estate.guids import stable_guid
from .body import Raw


class Refused(Exception):
    """An answer with an error status."""

    def __init__(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        super().__init__(str(body))
        self.status, self.headers = status, headers or {}
        self.body: dict[str, Any] | Raw | None = body


class JobFailed(Exception):
    """A job script ends with this error, in this state."""

    def __init__(self, error: dict[str, Any], state: str = "Failed") -> None:
        super().__init__(error["serviceErrorDetails"]["message"])
        self.error, self.state = error, state


def arm(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Refused:
    """The plain ARM shape."""
    return Refused(status, {"error": {"code": code, "message": message}}, headers)


def site_recovery(status: int, outer: str, code: str, message: str, advice: str = "") -> Refused:
    """The shape of Site Recovery: the useful code is in details[0]. The ids there are those of the request, see `identified`."""
    detail = {
        "code": code,
        "message": message,
        "possibleCauses": "Invalid parameters were specified.",
        "recommendedAction": advice or "Verify the input and try again.",
        "clientRequestId": None,
        "activityId": None,
    }
    return Refused(status, {"error": {"code": outer, "message": message, "details": [detail]}})


def identified(body: Any, request_id: str, activity: str) -> Any:
    """The body of a refusal with the ids of the request that was refused, where it has a place for them (recorded)."""
    error = body.get("error") if isinstance(body, dict) else None
    details = error.get("details") if isinstance(error, dict) else None
    if not error or not details or "activityId" not in details[0]:
        return body
    named = [{**one, "clientRequestId": request_id or activity, "activityId": activity} for one in details]
    return {**body, "error": {**error, "details": named}}


def not_found(kind: str, name: str) -> Refused:
    """404 of Site Recovery."""
    message = f"The {kind} '{name}' does not exist in the vault."
    return site_recovery(404, "NotFound", "ArmResourceDoesNotExist", message)


def resource_not_found(kind: str, name: str, group: str) -> Refused:
    """404 of ARM."""
    return arm(
        404,
        "ResourceNotFound",
        f"The Resource '{kind}/{name}' under resource group '{group}' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    )


JOB_ERRORS = {  # code: (message, possible causes, recommended action)
    "532": (
        "The operation could not be completed.",
        "An operation {vm} ({other}) is in progress.",
        "Wait for the operation in progress or cancel it, then try this operation again.",
    ),
    "25037": (
        "The virtual machine '{vm}' isn't ready to commit the failback.",
        "The failback hasn't finished.",
        "Wait until the failback has finished and try again.",
    ),
    "25038": (
        "The virtual machine '{vm}' isn't ready to be protected again.",
        "The failback hasn't been committed.",
        "Commit the failback and try again.",
    ),
    "539": (
        "The requested action couldn't be completed by the provider for the virtual machine '{vm}'.",
        "{why}",
        "Resolve the cause and try the operation again.",
    ),
    "28175": (  # recorded, as information of a failover that succeeded
        "The VM name '{vm}' was modified to '{other}' to avoid name conflicts.",
        "A virtual machine of this name is in the target resource group.",
        "",
    ),
    "ScopeLocked": ("{why}", "A resource lock forbids the operation.", "Remove the lock and try again."),
}


def job_error(code: str, moment: float, activity: str, **words: str) -> dict[str, Any]:
    """An error of a job or a task; a `message` replaces the usual one of its code."""
    texts = JOB_ERRORS.get(code, JOB_ERRORS["539"])
    words = {"vm": "", "other": "", "why": "The operation failed.", **words}
    message, causes, advice = (text.format(**words) for text in texts)
    return {
        "serviceErrorDetails": {
            "code": code,
            "message": words.get("message") or message,
            "possibleCauses": causes,
            "recommendedAction": advice,
            "activityId": activity,
        },
        "providerErrorDetails": {
            "errorCode": 0,
            "errorMessage": None,
            "errorId": stable_guid(0, "error", code, str(moment)),
            "possibleCauses": "",
            "recommendedAction": "",
        },
        "errorLevel": "Error",
        "creationTime": iso(moment),
        "taskId": None,
    }


def with_provider(error: dict[str, Any], given: dict[str, Any] | None) -> dict[str, Any]:
    """An error that the provider on the host has its own part of; the service then points to it (recorded words)."""
    if not given:
        return error
    provider = {
        "errorCode": given["code"],
        "errorMessage": given.get("message", ""),
        "possibleCauses": given.get("causes", ""),
        "recommendedAction": given.get("advice", ""),
    }
    pointer = "Check the Provider error for more information."
    return {
        **error,
        "serviceErrorDetails": {**error["serviceErrorDetails"], "possibleCauses": pointer},
        "providerErrorDetails": {**error["providerErrorDetails"], **provider},
    }
