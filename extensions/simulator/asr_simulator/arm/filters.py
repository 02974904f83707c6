# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`$filter` and `$skipToken` of lists (docs/service.md 2.4). What cannot be read is refused (assumed)."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..clock.clock import parse
from ..estate.items import Item, Job
from ..wire.errors import Refused, site_recovery

TERM = re.compile(r"[(\s]*(\w+)\s+eq\s+'((?:[^']|'')*)'[)\s]*")  # a quote in a text is written twice
BETWEEN = re.compile(r"(?<=[')\s])\s*(and|or)\s+(?=[(\s]*\w+\s+eq\s)", re.IGNORECASE)
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
    parts = BETWEEN.split(text) if text.strip() else []
    before, depth = "", 0
    for word, part in zip(["", *parts[1::2]], parts[::2], strict=False):
        found = TERM.fullmatch(part)
        if not found:
            raise unreadable(text, f"'{part.strip()}' is no comparison")
        key = found[1].lower()
        if key not in fields:
            raise unreadable(text, f"'{found[1]}' is no field of this list")
        if word and (word.lower() == "or") != (key == before):
            raise unreadable(text, "values of one field are joined by 'or', fields by 'and'")
        depth += brackets(part)
        if depth < 0 or (word.lower() == "and" and key in values):
            raise unreadable(text, "brackets do not match" if depth < 0 else f"'{found[1]}' is compared twice")
        values.setdefault(key, []).append(found[2].replace("''", "'"))
        before = key
    if depth:
        raise unreadable(text, "brackets do not match")
    return values


def brackets(part: str) -> int:
    """How many more are opened than closed around a comparison; those in its text do not count."""
    bare = re.sub(r"'(?:[^']|'')*'", "", part)
    return bare.count("(") - bare.count(")")


def moments(text: str, values: Values) -> tuple[float, float]:
    """From when to when; without bounds always. Fractions are as fine as those of a clock, so that an answer's own times fit."""
    found = []
    for key, default in zip(TIMES, (float("-inf"), float("inf")), strict=True):
        try:
            found.append(round(parse(values[key][0]), 5) if key in values else default)
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
        begun = round((one.start or one.accepted) + skew, 5)
        return (
            start <= begun <= end
            and (not states or one.state.lower() in states)
            and (not kinds or one.target[2].lower() in kinds)
            and (not names or one.id.lower() in names)
        )

    return keep


def item_filter(text: str) -> tuple[str | None, Callable[[Item], bool]]:
    """The plan that a list of items is narrowed to, None for all; and a predicate for `SourceFabricName eq 'y'` and the like."""
    values = terms(text, OF_ITEMS)
    fabrics = {value.lower() for value in values.get("sourcefabricname", [])}
    kinds = {value.lower() for value in values.get("instancetype", [])}

    def keep(one: Item) -> bool:
        return (
            (not fabrics or bool(fabrics & {one.site.name.lower(), one.site.friendly.lower()}))
            and (not kinds or "hypervreplicaazure" in kinds)
            and "vcentername" not in values
        )

    return next(iter(values.get("recoveryplanname", ())), None), keep


def skipped(text: str) -> int:
    """How many entries a token leaves out."""
    if not text.isdecimal():
        raise unreadable(text, "the token was not made by this list")
    return int(text)
