# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What comes back when the service accepts to do something: 202 and its headers (docs/service.md 2.6). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ansible_collections.asr.hyperv.plugins.module_utils._service.names import segment_objection
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import last_part


@dataclass(frozen=True)
class Started:
    """An operation that was accepted. `retry_after` is in seconds, None when the service did not say.

    `job_name` is empty where the job's name cannot be known yet: for recovery plans the operation id is not the job's
    (docs/service.md 2.6), see Jobs.of_operation.
    """

    operation_id: str
    job_name: str
    client_request_id: str
    status_url: str = ""
    retry_after: float | None = None


class Response(Protocol):
    """The service's answer to a request."""

    @property
    def headers(self) -> Mapping[str, str]: ...


class Answered(Protocol):
    """What the SDK makes of it."""

    @property
    def http_response(self) -> Response: ...


class Accepted:
    """Stands where the SDK wants a polling method, and does not poll: it keeps the headers of the 202.

    The SDK's own pollers never end on `Suspended` and `Cancelled` (docs/service.md 2.6), so jobs are watched by us.
    """

    def __init__(self) -> None:
        self.headers: Mapping[str, str] = {}

    def initialize(self, _client: object, initial_response: Answered, _deserialize: object) -> None:
        """Called by the SDK with the answer to the POST."""
        self.headers = initial_response.http_response.headers

    def finished(self) -> bool:
        """Tells the SDK that there is nothing to wait for."""
        return True

    def started(self, request_id: str, names_job: bool) -> Started:
        """The record. `names_job` says whether the operation id is the job's name."""
        status_url = self.headers.get("Azure-AsyncOperation") or self.headers.get("Location") or ""
        request_job = (self.headers.get("x-ms-request-id") or "").split(",")[0].strip()
        named = map(last_part, (status_url, request_job))
        operation_id = next(
            (one for one in named if not segment_objection(one)), ""
        )  # else it is looked for in the lists
        wait = self.headers.get("Retry-After") or ""
        return Started(
            operation_id=operation_id,
            job_name=operation_id if names_job else "",
            client_request_id=request_id,
            status_url=status_url,
            retry_after=float(wait) if wait.isascii() and wait.isdigit() else None,
        )
