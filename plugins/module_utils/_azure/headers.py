# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Headers of an answer that are numbers or times: read here, once, so that no odd form reaches a parser behind. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, MutableMapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache

from ansible_collections.asr.hyperv.plugins.module_utils._azure.limits import LONGEST_RETRY_AFTER

IN_SECONDS = {"Retry-After": 1.0, "retry-after-ms": 0.001, "x-ms-retry-after-ms": 0.001}  # how azure-core reads them
LIFETIME = (datetime(2020, 1, 1, tzinfo=timezone.utc), datetime(2200, 1, 1, tzinfo=timezone.utc))


def tame(headers: MutableMapping[str, str]) -> None:
    """Write every Retry-After as whole seconds up to LONGEST_RETRY_AFTER, and leave out what is none."""
    for name, unit in IN_SECONDS.items():
        if name not in headers:
            continue
        now = moment(headers.get("Date", "")) or datetime.now(timezone.utc)
        seconds = seconds_of(headers[name], unit, now)
        del headers[name]
        if seconds is not None:
            headers.setdefault("Retry-After", str(seconds))


def seconds_of(value: str, unit: float, now: datetime) -> int | None:
    """What a Retry-After asks for: a number, the largest of several, or a date (RFC 9110 10.2.3); None for anything else."""
    told = [float(part) for part in map(str.strip, value.split(",")) if decimal(part)]
    until = moment(value)
    seconds = max(told) * unit if told else (until - now).total_seconds() if until else None
    return None if seconds is None else math.ceil(min(max(seconds, 0.0), LONGEST_RETRY_AFTER))


def seconds_asked(headers: Mapping[str, str]) -> float | None:
    """Retry-After of an answer in seconds, when it is a number."""
    value = str(headers.get("Retry-After", ""))
    return float(value) if decimal(value) else None


def decimal(text: str) -> bool:
    """Whether a text is a plain number such as 30 or 1.5: no sign, no exponent, no digits of other scripts."""
    return text.isascii() and text.replace(".", "", 1).isdigit()


@lru_cache(maxsize=16)
def moment(text: str) -> datetime | None:
    """The time that an HTTP date names; None for what is none, and for times at which no service of ours runs.

    All answers of a second say the same.
    """
    try:
        told = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    told = told.replace(tzinfo=told.tzinfo or timezone.utc)
    return told if LIFETIME[0] < told < LIFETIME[1] else None
