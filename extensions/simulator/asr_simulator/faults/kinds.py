# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of faults: where each kind strikes, what it does, which options it takes, how often it strikes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..estate.items import ENDED
from ..estate.states import STATES
from ..facts import table as facts
from . import answers, events, refusals, writes

SECONDS = {"type": ["number", "null"], "minimum": 0}
TEXT = {"type": "string", "minLength": 1}
WHAT = ("items", "jobs", "item", "job")  # reads that may be stale: both lists, and both single ones


def one_of(*words: Any) -> dict[str, Any]:
    """One of some words."""
    return {"enum": list(words)}


OPTIONS: dict[str, dict[str, Any]] = {  # JSON schema of every option; an option means the same in every kind
    "retry_after": SECONDS,
    "status": {"type": "integer", "minimum": 400, "maximum": 599},
    "like": one_of(*writes.LIKE),
    "message": TEXT,
    "headers": {"type": "object", "additionalProperties": {"type": "string"}},
    "when": one_of("before", "after"),
    "body": one_of("json", "html", "empty"),
    "seconds": {"type": ["number", "null"]},
    "keep": {"type": "integer", "minimum": 0},
    "type": TEXT,
    "where": one_of("headers", "jobs", "both", "items"),
    "field": TEXT,
    "word": TEXT,
    "how": one_of(*answers.PAGING),
    "bytes": one_of(*answers.NASTY),
    "size": {"type": "integer", "minimum": 1},
    "task": TEXT,
    "code": {"type": ["string", "integer"]},
    "provider": {
        "type": "object",
        "properties": {"code": {"type": "integer"}, "message": TEXT, "causes": TEXT, "advice": TEXT},
        "required": ["code"],
        "additionalProperties": False,
    },
    "end": one_of("Failed", "Succeeded", "PartiallySucceeded", "CompletedWithInformation", "Cancelled", "Other"),
    "restart": {"type": "boolean"},
    "of": one_of(*facts.FACTS),
    "name": TEXT,
    "set": {"type": "object"},
    "what": {"type": "array", "items": one_of(*WHAT), "minItems": 1},
    "reads": {"type": ["integer", "null"], "minimum": 1},
    "secret": {"type": "boolean"},
    "host": TEXT,
    "jobs": one_of("wait", "fail"),
    "does": one_of(*events.DOES),
    "delay": {"type": "number", "minimum": 0},
}


def elsewhere(*_given: Any) -> None:
    """Nothing: who reads pages, shows the past or runs jobs asks for these faults and does what they say."""


@dataclass(frozen=True)
class Kind:
    """One kind of fault. `place` is request, answer, page, stale, job or event."""

    place: str
    act: Callable[..., Any]
    options: tuple[str, ...] = ()
    count: int | None = 1
    by_entry: bool = False  # `match.item` means entries of a list too


KINDS: dict[str, Kind] = {
    "throttle": Kind("request", refusals.throttle, ("retry_after", "when")),
    "server_error": Kind("request", refusals.server_error, ("status", "body", "retry_after", "when")),
    "reset": Kind("request", refusals.reset, ("when",)),
    "timeout": Kind("request", refusals.timeout, ("seconds", "when")),
    "denied": Kind("request", refusals.denied, (), None),
    "refuse": Kind("request", writes.refuse, ("like", "status", "code", "message", "headers"), None),
    "gone": Kind("request", refusals.gone, (), None),
    "slow": Kind("answer", answers.slow, ("seconds",)),
    "truncated": Kind("answer", answers.truncated, ("keep",)),
    "empty": Kind("answer", answers.empty),
    "content_type": Kind("answer", answers.content_type, ("type", "body")),
    "nasty": Kind("answer", answers.nasty, ("bytes",)),
    "clock_skew": Kind("answer", answers.clock_skew, ("seconds", "where"), None),
    "unknown_word": Kind("answer", answers.unknown_word, ("field", "word", "where"), None, True),
    "paging": Kind("answer", answers.paging, ("how",)),
    "small_pages": Kind("page", elsewhere, ("size",), None),
    "stale": Kind("stale", elsewhere, ("what", "seconds", "reads")),
    "job_failure": Kind("job", elsewhere, ("task", "code", "message", "provider", "end", "restart")),
    "job_hang": Kind("job", elsewhere, ("task", "seconds")),
    "token_expiry": Kind("event", events.token_expiry, ("secret", "delay")),
    "provider_drop": Kind("event", events.provider_drop, ("host", "seconds", "jobs", "delay")),
    "operator": Kind("event", events.operator, ("does", "seconds", "delay")),
    "change": Kind("event", events.change, ("of", "name", "set", "delay")),
}
MATCHED = {
    "method": ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"),
    "state": tuple(STATES),
    "job_state": ("None", "NotStarted", "InProgress", "Suspended", "Cancelling", *sorted(ENDED)),
}
COMMON = ("kind", "match", "count", "skip", "after", "lasts")


def check_options(given: dict[str, Any]) -> None:
    """Every option has to belong to the kind."""
    kind = given.get("kind")
    if kind not in KINDS:
        raise ValueError(f"kind: {kind!r} is not allowed; allowed: {', '.join(KINDS)}")
    wrong = sorted(set(given) - set(COMMON) - set(KINDS[kind].options))
    if wrong:
        known = ", ".join(KINDS[kind].options) or "none"
        raise ValueError(f"{', '.join(wrong)}: not an option of {kind}; its options: {known}")
    if kind == "server_error" and given.get("status", 503) not in refusals.CODES:
        raise ValueError(f"status: {given['status']!r} is not allowed; allowed: {', '.join(map(str, refusals.CODES))}")
    check_match(given.get("match", {}))
    if kind == "change":
        facts.check(given.get("of", "vm"), given.get("set"))


def check_names(given: dict[str, Any], scenario: dict[str, Any]) -> None:
    """Item and host have to be in the scenario; a fault that can never strike would prove nothing."""
    hosts = [name for site in scenario["sites"] for name in (site["name"], *(host["name"] for host in site["hosts"]))]
    vms = [vm["name"] for vm in scenario["vms"]]
    plans = [plan["name"] for plan in scenario["plans"]]
    things = {"vm": vms, "azure": vms, "host": hosts, "plan": plans, "vault": [scenario["vault"]["name"]]}
    named: tuple[tuple[str, str | None, list[str]], ...] = (
        ("item", given.get("match", {}).get("item"), vms),
        ("host", given.get("host"), hosts),
        ("name", given.get("name"), things[given.get("of", "vm")]),
    )
    wanted = given.get("set", {})
    named += tuple(("set.without", name, vms) for name in wanted.get("without", []))
    named += tuple(("set.members", name, vms) for group in wanted.get("members", []) for name in group)
    named += (("set.host", wanted.get("host"), hosts),)
    for place, name, known in named:
        if name is not None and name.lower() not in [one.lower() for one in known]:
            raise ValueError(f"{place}: {name!r} is not in the scenario; known: {', '.join(known)}")


def check_match(match: dict[str, str]) -> None:
    """Words that nothing can have would let a fault never strike."""
    try:
        re.compile(match.get("path", ""))
    except re.error as error:
        raise ValueError(
            f"match.path: {match['path']!r} is not allowed; allowed: a regular expression ({error})"
        ) from error
    for key, known in MATCHED.items():
        if key in match and match[key].lower() not in [one.lower() for one in known]:
            raise ValueError(f"match.{key}: {match[key]!r} is not allowed; allowed: {', '.join(known)}")
