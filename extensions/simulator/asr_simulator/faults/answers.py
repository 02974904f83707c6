# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults that spoil an answer. Each takes an answer and returns another one, or None where it has nothing to spoil."""

from __future__ import annotations

from email.utils import formatdate
from typing import Any
from urllib.parse import quote, urlencode

from ..arm.call import Answer, Request
from ..clock.clock import iso, parse
from ..wire.body import HTML, Raw, wire
from ..world.fault import Fault

DELAY = "x-simulator-delay"
TIMES = ("startTime", "endTime", "time", "timeCreated", "LastOwnershipUpdateTime")
AZURE_PATHS = ("/virtualmachines", "/disks")
JOB_PATHS = ("replicationjobs", "replicationoperationstatus")


def slow(_request: Request, fault: Fault, given: Answer) -> Answer:
    """The answer comes late; the core doesn't wait but says in a header how long the way takes."""
    status, headers, body = given
    return status, {**headers, DELAY: str(fault.options.get("seconds", 5))}, body


def truncated(_request: Request, fault: Fault, given: Answer) -> Answer | None:
    """JSON that stops in the middle."""
    status, headers, body = given
    if body is None:
        return None
    data, kind = wire(body)
    return status, headers, Raw(data[: fault.options.get("keep", len(data) // 2)], kind)


def empty(_request: Request, _fault: Fault, given: Answer) -> Answer | None:
    """200 and no body."""
    status, headers, body = given
    return None if body is None or status != 200 else (status, headers, None)


def content_type(_request: Request, fault: Fault, given: Answer) -> Answer | None:
    """Another content type, with the right body or with a page of some proxy."""
    status, headers, body = given
    if body is None:
        return None
    data = HTML % status if fault.options.get("body", "json") == "html" else wire(body)[0]
    return status, headers, Raw(data, fault.options.get("type", "text/html"))


def nasty(_request: Request, fault: Fault, given: Answer) -> Answer | None:
    """200 and bytes that no parser is glad of."""
    status, headers, body = given
    return None if body is None or status != 200 else (status, headers, Raw(NASTY[fault.options.get("bytes", "deep")]))


NASTY = {
    "deep": b'{"value":' + b"[" * 100_000,
    "no_utf8": b'{"value": ["\xff\xfe"]}',
    "null": b'{"value": null}',
    "number": b'{"value": [' + b"9" * 5_000 + b"]}",
}


def clock_skew(request: Request, fault: Fault, given: Answer) -> Answer:
    """Azure's clock is off by some seconds: in the Date header, in the times of jobs, or in both and those of VMs and disks."""
    status, headers, body = given
    seconds, where = fault.options.get("seconds", 300), fault.options.get("where", "both")
    if where != "jobs":
        headers = {**headers, "Date": formatdate(request.world.now + seconds, usegmt=True)}
    places = (*JOB_PATHS, *AZURE_PATHS) if where == "both" else JOB_PATHS
    if where != "headers" and any(part in request.path.lower() for part in places):
        body = moved(body, seconds)
    return status, headers, body


def moved(value: Any, seconds: float) -> Any:
    """All times of jobs, tasks, VMs and disks in a body, moved; times that don't exist stay as they are."""
    if isinstance(value, dict):
        return {key: moved_time(one, seconds) if key in TIMES else moved(one, seconds) for key, one in value.items()}
    return [moved(one, seconds) for one in value] if isinstance(value, list) else value


def moved_time(text: str | None, seconds: float) -> str | None:
    """One time, with as many digits as before."""
    if not text or text.startswith(("0001", "1753")):
        return text
    return iso(parse(text) + seconds, 7 if "." in text else 0)


def unknown_word(request: Request, fault: Fault, given: Answer) -> Answer | None:
    """A word that no client knows, in items (`match.item`, else all) or in their jobs."""
    status, headers, body = given
    field, word = fault.options.get("field", "protectionState"), fault.options.get("word", "QuantumState")
    part = fault.options.get("where", "items")
    kind = "/replicationprotecteditems/" if part == "items" else "/replicationjobs/"
    if not isinstance(body, dict):
        return None
    listed = isinstance(body.get("value"), list)
    entries = body["value"] if listed else [body]
    changed = [with_word(one, field, word) if concerns(request, fault, kind, one) else one for one in entries]
    if all(new is old for new, old in zip(changed, entries, strict=True)):
        return None
    return status, headers, {**body, "value": changed} if listed else changed[0]


def concerns(request: Request, fault: Fault, kind: str, entry: Any) -> bool:
    """Whether an entry is of the kind, and of the item that the fault names."""
    place = str(entry.get("id") or "").lower() if isinstance(entry, dict) else ""
    wanted = fault.match.get("item", "").lower()
    if kind not in place or "properties" not in entry:
        return False
    return not wanted or request.world.key_of(place).lower() == wanted


def with_word(entry: dict[str, Any], field: str, word: str) -> dict[str, Any]:
    """The entry with another word; that of a list replaces the list, that of a scenario stands below it."""
    properties = dict(entry["properties"])
    if field in properties:
        properties[field] = [word] if isinstance(properties[field], list) else word
    elif field == "scenarioName" and properties.get("currentScenario", {}).get(field, "None") != "None":
        properties["currentScenario"] = {**properties["currentScenario"], field: word}
    return {**entry, "properties": properties}


def paging(request: Request, fault: Fault, given: Answer) -> Answer | None:
    """Pages that don't follow one another as they should."""
    status, headers, body = given
    if not (isinstance(body, dict) and isinstance(body.get("value"), list) and "nextLink" in body):
        return None
    changed = PAGING[fault.options.get("how", "duplicates")](request, body)
    return None if changed is None else (status, headers, {**body, **changed})


def own_url(request: Request) -> str:
    """The URL of the request, as the service writes links."""
    return f"{request.world.base_url}{quote(request.path)}?{urlencode(request.query, safe='$', quote_via=quote)}"


def looped(request: Request, _body: dict[str, Any]) -> dict[str, Any]:
    """Every page is followed by itself."""
    return {"nextLink": own_url(request)}


def foreign(request: Request, _body: dict[str, Any]) -> dict[str, Any]:
    """The next page lies on a host that nobody should send a token to."""
    return {"nextLink": own_url(request).replace(request.world.base_url, "https://management.azure.example", 1)}


def endless(request: Request, _body: dict[str, Any]) -> dict[str, Any]:
    """Every page is followed by another one, and each has an address of its own."""
    number = int(request.query.get("again", 0)) + 1
    return {"nextLink": f"{own_url(request).partition('&again=')[0]}&again={number}"}


def duplicated(_request: Request, body: dict[str, Any]) -> dict[str, Any] | None:
    """Every entry stands twice."""
    return {"value": [*body["value"], *body["value"]]} if body["value"] else None


def cut(_request: Request, body: dict[str, Any]) -> dict[str, Any] | None:
    """The list ends too early."""
    return {"nextLink": None} if body["nextLink"] else None


def skipped(_request: Request, body: dict[str, Any]) -> dict[str, Any] | None:
    """The entries of one page are missing."""
    return {"value": []} if body["value"] else None


PAGING = {
    "loop": looped,
    "endless": endless,
    "foreign": foreign,
    "duplicates": duplicated,
    "cut": cut,
    "skipped": skipped,
}
