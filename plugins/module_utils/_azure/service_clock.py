# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The service's own time, as its answers tell it: a controller whose clock is wrong must not look for the wrong jobs."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from ansible_collections.asr.hyperv.plugins.module_utils._azure.headers import moment
from ansible_collections.asr.hyperv.plugins.module_utils._service.started import Answered


class ServiceClock:
    """Local time, set right by the Date header of the newest answer."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def hear(self, response: Answered) -> None:
        """Take in the date of an answer. Given to the SDK's pipeline as its response hook."""
        told = moment(response.http_response.headers.get("Date") or "")
        self.ahead = told - datetime.now(timezone.utc) if told else self.ahead

    def now(self) -> datetime:
        """The service's time now, UTC, to about a second."""
        return datetime.now(timezone.utc) + self.ahead
