# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Reading the service's JSON: keys, lists, times, ids and numbers as the service really writes them. Pure.

Keys are spelled differently from version to version (docs/service.md 1.5, 1.8), so they are read case-insensitively; ids are
compared with `same_id`, because the service answers `/Subscriptions/...` where one asked `/subscriptions/...`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from functools import cache, lru_cache
from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible, visible_lines

YEARS = range(1970, 2200)  # the service says "never" as year 1 or 1753 (docs/service.md 1.8); others can only be wrong
DEEPEST = 10  # levels of what may be in one another (tasks, health errors); the service has three, and more than that is left out
MOST = 2**53  # of any number: what JSON has exactly, and no size or count of the service comes near to
OF_A_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|\+00:00)?")
LONGEST_TIME = 64  # characters, more than twice what the service writes
NO_JOB = ("none", "00000000-0000-0000-0000-000000000000", "")


def read(source: object, *path: str) -> object:
    """The value at `path` in nested JSON, keys compared without case; None when any part is missing.

    It is called a thousand times for each look, so the key as it is written here is tried first.
    """
    value: Any = source
    for name in path:
        try:
            value = value[name]
        except (LookupError, TypeError):
            value = in_other_case(value, name)
    return value


def in_other_case(source: object, name: str) -> object:
    """The value of a key that is written in capitals otherwise; None when there is none, or in what has no keys."""
    if not isinstance(source, Mapping):
        return None
    low, length = name.lower(), len(name)
    for key in source:
        if len(key) == length and key.lower() == low:
            return source[key]
    return None


def exact(source: object, *path: str) -> str:
    """The value at `path` as the service wrote it, for what is sent back and never shown; empty when missing."""
    return single(read(source, *path))


def single(value: object) -> str:
    """One value as text; empty for null, and for a list or an object where a single value belongs."""
    return str(value) if isinstance(value, (str, int, float)) else ""


def text(source: object, *path: str) -> str:
    """The value at `path` as text that may be shown: one line, nothing hidden in it (`texts`); empty when missing.

    An id or a name that holds anything else is none that the service made: what is shown is what is asked for, and refused.
    """
    value = read(source, *path)
    if value is None:
        return ""
    return value if isinstance(value, str) and value.isprintable() else visible(single(value))


def lines(source: object, *path: str) -> str:
    """As `text`, with its own new lines: what a person wrote for persons, such as the instructions of a manual action."""
    return visible_lines(exact(source, *path))


def rows(source: object, *path: str) -> list[object]:
    """The list at `path`, texts in it as `text`; empty when missing or null."""
    value = read(source, *path)
    found = value if isinstance(value, (list, tuple)) else ()
    return [visible(one) if isinstance(one, str) else one for one in found]


def texts(source: object, *path: str) -> list[str]:
    """The list at `path` when it is one of texts."""
    return [single(one) for one in rows(source, *path)]


def when(value: object) -> datetime | None:
    """An ISO time of the service as an aware UTC datetime; None for a missing, a 'never' or an impossible value.

    Fractions have 0 to 7 digits and 'never' comes without a zone, so both are dealt with here (docs/service.md 3.4, 4.1).
    """
    words = single(value)
    return moment_in(words) if 0 < len(words) <= LONGEST_TIME else None


@lru_cache(maxsize=4096)
def moment_in(words: str) -> datetime | None:
    """The same for a text. Answers say most of their times again and again."""
    match = OF_A_TIME.fullmatch(words)
    if not match or int(match[1]) not in YEARS:
        return None
    micros = (match[7] or "0")[:6].ljust(6, "0")
    year, month, day, hour, minute, second, fraction = map(int, (*match.groups()[:6], micros))
    try:
        return datetime(year, month, day, hour, minute, second, fraction, tzinfo=timezone.utc)
    except ValueError:
        return None  # such as February 31


def plain(arm_id: str) -> str:
    """An ARM id (or name) in the form in which two that mean the same are equal: case does not count."""
    return arm_id.rstrip("/").lower()


def same_id(one: str, other: str) -> bool:
    """Whether two ARM ids (or names) mean the same thing."""
    return bool(one) and plain(one) == plain(other)


def last_part(arm_id: str) -> str:
    """The name at the end of an ARM id or of an operation URL."""
    return arm_id.split("?", maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1]


def segment(arm_id: str, kind: str) -> str:
    """The name that follows `kind` in an ARM id: segment(id, "replicationFabrics") is the fabric's name."""
    match = name_after(kind).search(arm_id)
    return match[1] if match else ""


@cache
def name_after(kind: str) -> re.Pattern[str]:
    """What finds the name that follows `kind`."""
    return re.compile(rf"/{re.escape(kind)}/([^/?]+)", re.IGNORECASE)


def number(value: object) -> int | None:
    """A whole number that the service may send as text; None when it is not one (docs/service.md 1.8), or beyond all measure."""
    try:
        found = int(single(value))
    except ValueError:
        return None
    return found if abs(found) <= MOST else None


def squeeze(words: str) -> str:
    """Text on one line: the service's messages hold raw newlines and indentation (docs/service.md 4.3)."""
    return " ".join(words.split())


def packed(message: str) -> object:
    """The error in a message that is JSON by itself and says something; None for a message of words."""
    if not message.lstrip().startswith("{"):
        return None
    try:
        document = json.loads(message)
    except (ValueError, RecursionError):
        return None
    error = read(document, "error")
    found = error if isinstance(error, dict) else document
    return found if text(found, "message") else None


def sentence(message: str) -> str:
    """A message in words, on one line: of one that is another service's whole error, as JSON, its own message."""
    inside = packed(message)
    return squeeze(text(inside, "message") if inside is not None else message)


def job_name(arm_id: str) -> str:
    """The name of the job an id points to; empty for the service's ways to say "no job" (docs/service.md 1.5, 3.4)."""
    name = last_part(arm_id)
    return "" if name.lower() in NO_JOB or name.lower() == "replicationjobs" else name
