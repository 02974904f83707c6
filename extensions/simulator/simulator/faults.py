# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scripted faults. Each kind is a row; a fault says what it matches, how often, and how many matches it lets pass."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .errors import Refused, arm

if TYPE_CHECKING:
    from .jobs import Job


class Dropped(ConnectionResetError):
    """The connection is closed without an answer."""


@dataclass
class Call:
    """What a fault may look at in a request."""

    method: str
    path: str
    item: str = ""
    verb: str = ""


@dataclass
class Fault:
    """One scripted fault. `count` None = for ever; `skip` = matches that pass first."""

    kind: str
    match: dict[str, str] = field(default_factory=dict)
    count: int | None = 1
    skip: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    hits: int = 0

    def fits(self, call: Call) -> bool:
        """Every key of `match` has to fit: method, path (regular expression), item, verb."""
        wanted = self.match
        return (
            wanted.get("method", call.method).upper() == call.method
            and bool(re.search(wanted.get("path", ""), call.path, re.IGNORECASE))
            and wanted.get("item", call.item).lower() == call.item.lower()
            and wanted.get("verb", call.verb).lower() == call.verb.lower()
        )

    def take(self) -> bool:
        """Count a match; true if the fault strikes."""
        if self.skip:
            self.skip -= 1
            return False
        if self.count is not None:
            if not self.count:
                return False
            self.count -= 1
        self.hits += 1
        return True

    def show(self) -> dict[str, Any]:
        """The fault as the control interface shows it."""
        return {
            "kind": self.kind,
            "match": self.match,
            "count": self.count,
            "skip": self.skip,
            **self.options,
            "hits": self.hits,
        }


def throttle(options: dict[str, Any]) -> Refused:
    """429; `retry_after` seconds, or null for an answer without the header."""
    wait = options.get("retry_after", 5)
    return arm(
        429,
        "TooManyRequests",
        "The request is being throttled as the limit has been reached for operations.",
        {} if wait is None else {"Retry-After": str(wait)},
    )


def server_error(options: dict[str, Any]) -> Refused:
    """A 5xx answer; `status` is one of 500, 502, 503, 504."""
    status = options.get("status", 503)
    codes = {500: "InternalServerError", 502: "BadGateway", 503: "ServiceUnavailable", 504: "GatewayTimeout"}
    return arm(status, codes.get(status, "InternalServerError"), "The service couldn't answer the request.")


def reset(_options: dict[str, Any]) -> Exception:
    """The connection is closed; `when` is before or after the request was accepted."""
    return Dropped("connection reset by a scripted fault")


BEFORE: dict[str, Callable[[dict[str, Any]], Exception]] = {
    "throttle": throttle,
    "server_error": server_error,
    "reset": reset,
}
AFTER: dict[str, Callable[[dict[str, Any]], Exception]] = {"reset": reset}
KINDS = ("throttle", "server_error", "reset", "job_failure")


class Faults:
    """All faults in force, in the order in which they were given."""

    def __init__(self, given: list[dict[str, Any]]) -> None:
        self.rows: list[Fault] = []
        for one in given:
            self.add(one)

    def add(self, given: dict[str, Any]) -> Fault:
        """Put a fault in force."""
        given = dict(given)
        fault = Fault(given.pop("kind"), given.pop("match", {}), given.pop("count", 1), given.pop("skip", 0), given)
        self.rows.append(fault)
        return fault

    def clear(self) -> None:
        """Take all faults away."""
        self.rows.clear()

    def strike(self, call: Call, accepted: bool) -> None:
        """Raise the first fault that fits the request, before or after it was carried out."""
        kinds = AFTER if accepted else BEFORE
        for fault in self.rows:
            late = fault.options.get("when", "before") == "after"
            if fault.kind in kinds and late == accepted and fault.fits(call) and fault.take():
                raise kinds[fault.kind](fault.options)

    def job_failure(self, job: Job, task: str, item: str) -> str | None:
        """Error code with which a task is to fail. The `verb` of the match is the scenario name of the job."""
        call = Call("", "", item, job.scenario)
        for fault in self.rows:
            wanted = fault.options.get("task", task)
            if fault.kind == "job_failure" and wanted == task and fault.fits(call) and fault.take():
                return str(fault.options.get("code", "539"))
        return None
