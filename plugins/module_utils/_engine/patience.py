# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Patience with the first reads of a run, when nothing has been started yet."""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    AccessDenied,
    AsrError,
    NotFound,
    ServiceError,
    Throttled,
)

BUSY = (429, 503)  # the service takes no requests for now
ODD_ANSWERS = 2  # how many are borne


def patiently(
    read: Callable[[], list[Track]],
    wait: Callable[[], None],
    hold_on: Callable[[AsrError], bool] = lambda _error: False,
) -> list[Track]:
    """What `read` gives. An answer that makes no sense is asked for again, twice: nothing has been started yet.

    A service that takes no requests for now is asked as long as `hold_on` waits for it and says that there is time.
    """
    odd = 0
    while True:
        try:
            return read()
        except (AccessDenied, NotFound):
            raise
        except ServiceError as error:
            busy = isinstance(error, Throttled) or error.status in BUSY
            odd += not busy
            if not (hold_on(error) if busy else odd <= ODD_ANSWERS):
                raise
            if not busy:
                wait()
