# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers of somebody who means harm, beside those that the simulator's faults give: each changes what the service said.

A row is called with the number of the request, the request and the answer, and gives the answer that the run gets.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from azure.core.rest import HttpRequest

from ansible_collections.asr.hyperv.tests.unit.hostile import FORGED, HOSTILE
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Ask, Response

Body = dict[str, Any]
Change = Callable[[Body], Body]
Row = Callable[[HttpRequest, Response], Response]

EVIL = "https://evil.example\\@management.azure.com"
THEIRS = "/subscriptions/x/resourceGroups/y/providers/Microsoft.RecoveryServices/vaults/theirs"
STATUS_HEADERS = ("Location", "Azure-AsyncOperation")
FIRST, LAST = 12, 60  # the requests that are answered so: a run has begun, and is not over
HARM = f"app01\n  {FORGED}{HOSTILE['escape sequence']}{HOSTILE['right to left']}"


def with_body(request: HttpRequest, answer: Response, change: Change) -> Response:
    """The answer with its JSON changed."""
    content = json.dumps(change(json.loads(answer.content))).encode()
    return Response(request, answer.status_code, {**answer.headers, "Content-Type": "application/json"}, content)


def entries(body: Body) -> Iterator[Body]:
    """The things of an answer: those of a list, or the one."""
    yield from body["value"] if isinstance(body.get("value"), list) else [body]


def named(kind: str, *fields: str) -> Row:
    """All things of a kind are called so that they forge our lines."""

    def change(body: Body) -> Body:
        for one in entries(body):
            one["properties"].update({field: HARM for field in fields if field in one.get("properties", {})})
        return body

    return of(kind, change)


def of(kind: str, change: Change) -> Row:
    """A change of every good answer about a kind of thing."""

    def told(request: HttpRequest, answer: Response) -> Response:
        wanted = request.method == "GET" and f"/{kind}" in request.url.partition("?")[0]
        return with_body(request, answer, change) if wanted and answer.status_code == 200 else answer

    return told


def elsewhere(request: HttpRequest, answer: Response) -> Response:
    """Where the state of an operation can be read is somebody else's host, with the true name behind it."""
    headers = {name: value for name, value in answer.headers.items() if name not in STATUS_HEADERS}
    found = {name: answer.headers[name] for name in STATUS_HEADERS if name in answer.headers}
    if request.method != "POST" or not found:
        return answer
    moved = {name: EVIL + value.partition("management.azure.com")[2] for name, value in found.items()}
    return Response(request, answer.status_code, {**headers, **moved}, answer.content)


def named_oddly(request: HttpRequest, answer: Response) -> Response:
    """A start whose job is called so that it cannot be asked for, and moves the cursor of who reads it."""
    found = {name: answer.headers[name] for name in STATUS_HEADERS if name in answer.headers}
    if request.method != "POST" or not found:
        return answer
    odd = {name: f"{value.partition('?')[0].rpartition('/')[0]}/a\x9b31m" for name, value in found.items()}
    return Response(request, answer.status_code, {**answer.headers, **odd}, answer.content)


def stuffed(request: HttpRequest, answer: Response) -> Response:
    """An error whose page would cost a careless reader minutes."""
    if request.method != "GET":
        return answer
    return Response(request, 500, {**answer.headers, "Content-Type": "text/html"}, b"<title>" * 9_000)


def fat(body: Body) -> Body:
    """Things with much more in them than was ever seen."""
    for one in entries(body):
        one["stuffing"] = "x" * 500_000
    return body


def with_theirs(body: Body) -> Body:
    """Jobs of another vault beside ours, about the same VMs, that say to be at their gate."""
    if isinstance(body.get("value"), list):
        gate = {"state": "Suspended", "allowedActions": ["Resume"], "stateDescription": "", "scenarioName": "Failback"}
        for one in list(body["value"]):
            strange = {"id": f"{THEIRS}/replicationJobs/{one['name']}", "name": one["name"]}
            body["value"].append({**one, **strange, "properties": {**one["properties"], **gate}})
    return body


def of_another(body: Body) -> Body:
    """One item that is told under the id of another vault."""
    for one in entries(body):
        if str(one.get("id", "")).endswith("/app01"):
            one["id"] = (
                f"{THEIRS}/replicationFabrics/a/replicationProtectionContainers/b/replicationProtectedItems/app01"
            )
    return body


ROWS: dict[str, Row] = {
    "items whose names forge our lines": named("replicationProtectedItems", "friendlyName"),
    "jobs whose names forge our lines": named(
        "replicationJobs", "friendlyName", "targetObjectName", "stateDescription"
    ),
    "states of operations at a foreign host": elsewhere,
    "jobs that are started under a name that cannot be": named_oddly,
    "errors that are costly to read": stuffed,
    "items and jobs of half a megabyte": of("replication", fat),
    "jobs of another vault among ours": of("replicationJobs", with_theirs),
    "an item under the id of another vault": of("replicationProtectedItems/", of_another),
}


def asked_in_turn(row: Row) -> Callable[[HttpRequest, Ask], Response]:
    """A twist of the service's core: the answers FIRST to LAST are told as the row has them."""
    count = 0

    def twist(request: HttpRequest, ask: Ask) -> Response:
        nonlocal count
        count += 1
        answer = ask(request)
        always = row in (elsewhere, named_oddly)  # there are few starts in a run
        return row(request, answer) if always or FIRST <= count < LAST else answer

    return twist
