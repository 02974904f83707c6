# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`$filter` and `$skipToken` of lists (docs/service.md 2.4). What cannot be read is refused (assumed)."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..clock.clock import parse
from ..estate.items import Job
from ..wire.errors import Refused, site_recovery

TERM = re.compile(r"\s*\(*\s*(\w+)\s+eq\s+'([^']*)'\s*\)*\s*")
BETWEEN = re.compile(r"(?<=[')\s])\s*(?:and|or)\s+(?=[(\s]*\w+\s+eq\s)", re.IGNORECASE)
TIMES = ("starttime", "endtime")
OF_JOBS = (*TIMES, "jobstatus", "affectedobjecttypes", "fabricid", "joboutputtype", "jobname", "timezoneoffset")
OF_ITEMS = ("recoveryplanname", "sourcefabricname", "vcentername", "instancetype", "multivmgroupcreateoption")
Values = dict[str, list[str]]


def unreadable(text: str, why: str) -> Refused:
    """400 for a filter or a token."""
    message = f"The query '{text}' is not valid: {why}."
    return site_recovery(400, "BadRequest", "InvalidParameter", message)


def terms(text: str, fields: tuple[str, ...]) -> Values:
    """The values by field, in lower case, of `A eq 'x' and ( B eq 'y' or B eq 'z' )`. Raises Refused."""
    values: Values = {}
    if text.count("(") != text.count(")"):
        raise unreadable(text, "brackets do not match")
    for part in BETWEEN.split(text) if text.strip() else []:
        found = TERM.fullmatch(part)
        if not found:
            raise unreadable(text, f"'{part.strip()}' is no comparison")
        key = found[1].lower()
        if key not in fields:
            raise unreadable(text, f"'{found[1]}' is no field of this list")
        values.setdefault(key, []).append(found[2])
    return values


def moments(text: str, values: Values) -> tuple[float, float]:
    """From when to when; without bounds always."""
    found = []
    for key, default in zip(TIMES, (float("-inf"), float("inf")), strict=True):
        try:
            found.append(parse(values[key][0]) if key in values else default)
        except (ValueError, OverflowError) as error:
            raise unreadable(text, f"'{values[key][0]}' is no time") from error
    return found[0], found[1]


def job_filter(text: str, skew: float = 0) -> Callable[[Job], bool]:
    """Predicate for `StartTime eq '..' and EndTime eq '..' and ( JobStatus eq 'a' or JobStatus eq 'b' )`."""
    values = terms(text, OF_JOBS)
    start, end = moments(text, values)
    states = {value.lower() for value in values.get("jobstatus", [])}
    kinds = {value.lower() for value in values.get("affectedobjecttypes", [])}
    names = {value.lower() for value in values.get("jobname", [])}

    def keep(one: Job) -> bool:
        begun = (one.start or one.accepted) + skew
        return (
            start <= begun <= end
            and (not states or one.state.lower() in states)
            and (not kinds or one.target[2].lower() in kinds)
            and (not names or one.id.lower() in names)
        )

    return keep


def plan_name(text: str) -> str | None:
    """The plan that a list of items is narrowed to, None for all."""
    return next(iter(terms(text, OF_ITEMS).get("recoveryplanname", ())), None)


def skipped(text: str) -> int:
    """How many entries a token leaves out."""
    if not text.isdecimal():
        raise unreadable(text, "the token was not made by this list")
    return int(text)
