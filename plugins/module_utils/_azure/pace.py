# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.


"""Keeps a run below the limits of Azure Resource Manager: requests wait here rather than be refused there."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from ansible_collections.asr.hyperv.plugins.module_utils._azure.budget import Budget, remaining
from ansible_collections.asr.hyperv.plugins.module_utils._azure.library import library
from ansible_collections.asr.hyperv.plugins.module_utils._azure.retries import READS

if TYPE_CHECKING:
    from azure.core.pipeline import PipelineRequest, PipelineResponse
    from azure.core.pipeline.policies import HTTPPolicy
    from azure.core.rest import HttpRequest, HttpResponse


class Pace:
    """The two budgets of a subscription, shared by all clients and threads of a run. Limits as in docs/service.md 5.5."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.budgets = {"reads": Budget(250, 25), "writes": Budget(200, 10)}

    def wait(self, kind: str) -> None:
        """Return when a request of this kind may be sent."""
        with self.lock:
            seconds = self.budgets[kind].take(time.monotonic())
        if seconds:
            time.sleep(seconds)

    def hear(self, kind: str, response: HttpResponse | None) -> None:
        """Take in what an answer says is left; no answer and a refusal say something too."""
        left = remaining(response.headers, kind) if response is not None else None
        if response is not None and response.status_code == 429:
            left = 0.0
        with self.lock:
            self.budgets[kind].answered(time.monotonic(), left)


def paced(pace: Pace) -> HTTPPolicy[HttpRequest, HttpResponse]:
    """A policy for the pipeline of an Azure SDK client, inside the retries: one that is sent again counts again."""

    library("azure.core.pipeline.policies")  # who lacks it is told
    from azure.core.pipeline.policies import HTTPPolicy
    from azure.core.rest import HttpRequest, HttpResponse

    class Paced(HTTPPolicy[HttpRequest, HttpResponse]):
        def send(self, request: PipelineRequest[HttpRequest]) -> PipelineResponse[HttpRequest, HttpResponse]:
            kind = "reads" if request.http_request.method.upper() in READS else "writes"
            pace.wait(kind)
            answer = None
            try:
                answer = self.next.send(request)
                return answer
            finally:
                pace.hear(kind, answer.http_response if answer else None)

    return Paced()
