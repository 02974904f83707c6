# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What is new in a vault since somebody looked last: facts that are compared by what they say, as events. Pure.

A cursor is what each fact said at the last look. Without one, what waits for somebody or is away now is new; what has changed
cannot be known, and what failed is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import legal_steps
from ansible_collections.asr.hyperv.plugins.module_utils._run.report import job_details, job_entry
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import (
    Job,
    Kind,
    ended_badly,
    kind_of,
    manual_actions,
    waits_for_a_person,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.providers import Provider
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json

Cursor = dict[str, str]
WAITS, FAILED, PHASE, HEALTH, PROVIDER = (
    "job_waits",
    "job_failed",
    "phase_changed",
    "health_changed",
    "provider_changed",
)
KINDS = (WAITS, FAILED, PHASE, HEALTH, PROVIDER)
AWAY = "away"
WAITS_FOR = {
    Kind.PLANNED_FAILOVER: "cutover",
    Kind.TEST_FAILOVER: "cleanup",
}  # a suspended job that no manual action holds


@dataclass(frozen=True)
class Fact:
    """Something that a look has found. `at_once`: it is new also to who has never looked; `only_since` is the reverse."""

    kind: str
    whose: str
    says: str
    event: Json
    at_once: bool = False
    only_since: bool = False  # known from then on, and news only where there is a cursor

    @property
    def key(self) -> str:
        return key_of(self.kind, self.whose)


def key_of(kind: str, whose: str) -> str:
    """What a fact is called in a cursor; ids of the service do not mind upper and lower case."""
    return f"{kind}:{whose.lower()}"


def facts(tracks: Sequence[Track], jobs: Iterable[Job], providers: Iterable[Provider]) -> list[Fact]:
    """All that one look at a vault has found. Jobs that wait have their tasks where they were read by themselves."""
    return [
        *(fact for track in tracks for fact in of_item(track)),
        *(fact for job in jobs for fact in of_job(job)),
        *map(of_provider, providers),
    ]


def of_item(track: Track) -> Iterator[Fact]:
    """Where an item stands, and how well it is."""
    item = track.item
    told = {
        "name": track.name,
        "id": item.id,
        "phase": track.phase.value,
        "health": item.replication_health,
        "health_errors": [error.told() for error in item.health_errors],
        "legal_steps": list(legal_steps(track.phase, item, track.job)),
    }
    if not track.trouble:
        yield Fact(PHASE, item.id, track.phase.value, {"item": told})
    yield Fact(HEALTH, item.id, item.replication_health, {"item": told})


def of_job(job: Job) -> Iterator[Fact]:
    """A job that waits for somebody, or did not end well."""
    if job.state == "Suspended":
        what = waiting_for(job)
        told = {"job": job_entry(job), "waits_for": what, "manual_actions": manual_actions(job)}
        yield Fact(WAITS, job.name, what, told, at_once=True)
    elif ended_badly(job):
        yield Fact(FAILED, job.name, job.state, {"job": {**job_entry(job), **job_details(job)}}, only_since=True)


def waiting_for(job: Job) -> str:
    """What a suspended job waits for, in a word: `manual_action`, `cutover`, `cleanup`, or `somebody`."""
    return "manual_action" if waits_for_a_person(job) else WAITS_FOR.get(kind_of(job), "somebody")


def of_provider(provider: Provider) -> Fact:
    """Whether the service hears from a host."""
    says = "connected" if provider.connected else AWAY
    told = {
        "host": provider.host,
        "id": provider.id,
        "site": provider.fabric_name,
        "connected": provider.connected,
        "protected_items": provider.protected_items,
        "problems": list(provider.problems),
    }
    return Fact(PROVIDER, provider.id, says, {"provider": told}, at_once=says == AWAY)


def news(found: Iterable[Fact], cursor: Mapping[str, str] | None, kinds: Sequence[str] = KINDS) -> list[Json]:
    """The events since the cursor, in the order of the facts; `before` is what the fact said then, empty where it is new."""
    return [
        {"kind": fact.kind, "before": (cursor or {}).get(fact.key, ""), "now": fact.says, **fact.event}
        for fact in found
        if fact.kind in kinds and is_news(fact, cursor)
    ]


def is_news(fact: Fact, cursor: Mapping[str, str] | None) -> bool:
    """Whether somebody who looked last at the cursor does not know it."""
    if cursor is not None and fact.key in cursor:
        return cursor[fact.key] != fact.says
    return fact.at_once or (fact.only_since and cursor is not None)


def cursor_of(found: Iterable[Fact]) -> Cursor:
    """What to compare the next look with."""
    return {fact.key: fact.says for fact in found}
