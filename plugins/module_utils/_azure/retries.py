# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""How often, and when, a request is sent again: a read freely, anything else only when the service surely refused."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from ansible_collections.asr.hyperv.plugins.module_utils._azure.library import library
from ansible_collections.asr.hyperv.plugins.module_utils._service.answer_classes import RESENDS

if TYPE_CHECKING:
    from azure.core.pipeline import PipelineResponse
    from azure.core.pipeline.policies import RetryPolicy
    from azure.core.rest import HttpRequest, HttpResponse

Settings = dict[str, Any]  # the SDK's own bag of options for one request
READS = ("GET", "HEAD")
RETRIES = 10
RECONNECTS = 3
LONGEST_BACKOFF = 60
LONGEST_WAIT = 300  # seconds of Retry-After; asked for more, we give the error to the caller, who knows what else to do


def sent_again(settings: Settings, response: PipelineResponse[Any, Any]) -> bool:
    """Whether a request that changes something may be sent once more; whoever sent it is told when it is."""
    again = bool(settings["total"]) and len(settings["history"]) < RESENDS
    if again:
        settings["sent_again"](response)
    return again


def careful_retries(retries: int = RETRIES) -> RetryPolicy[HttpRequest, HttpResponse]:
    """A retry policy for the pipeline of an Azure SDK client. Make one per client: a pipeline owns its policies.

    azure-core's own would send a POST again after 500, 503 and 504, and so might start a second failover. Here a POST
    is sent again only on 429 with Retry-After, RESENDS times: the rest is for the caller, see `_service/answer_classes.py`.
    A GET is sent again on 408, 429 and 5xx, `retries` times, and up to RECONNECTS times when the connection fails. Waits are
    spread by chance, so that many callers that were throttled together do not come back together.
    """
    library("azure.core.pipeline.policies")  # who lacks it is told
    from azure.core.pipeline.policies import RetryPolicy
    from azure.core.rest import HttpRequest, HttpResponse

    class CarefulRetries(RetryPolicy[HttpRequest, HttpResponse]):
        def is_retry(self, settings: Settings, response: PipelineResponse[Any, Any]) -> bool:
            answer = response.http_response
            wait = self.get_retry_after(response) if answer.status_code >= 400 else None
            if wait is not None and wait > LONGEST_WAIT:
                return False
            if response.http_request.method.upper() in READS:
                return super().is_retry(settings, response)
            return wait is not None and answer.status_code == 429 and sent_again(settings, response)

        def configure_retries(self, options: Settings) -> Settings:
            told = options.pop("sent_again", lambda response: None)
            return {**super().configure_retries(options), "sent_again": told}

        def get_retry_after(self, response: PipelineResponse[Any, Any]) -> float | None:
            wait = super().get_retry_after(response)
            return wait and wait * random.uniform(1, 1.25)

        def get_backoff_time(self, settings: Settings) -> float:
            return super().get_backoff_time(settings) * random.uniform(0.5, 1)

    return CarefulRetries(
        retry_total=retries,
        retry_status=retries,
        retry_connect=RECONNECTS,
        retry_read=RECONNECTS,
        retry_backoff_max=LONGEST_BACKOFF,
    )
