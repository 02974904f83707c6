# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Where an item stands, and what leads on from there: questions to the table of the lifecycle. Pure."""

from __future__ import annotations

from functools import cache

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.allowed import is_allowed
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle_table import LIFECYCLE
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import (
    GOALS_OF,
    TO_AZURE,
    TO_ON_PREMISES,
    Goal,
    Phase,
    Step,
    Way,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job

GOALS = GOALS_OF[Way.HOME]
DIRECTIONS = {way: TO_ON_PREMISES if way is Way.HOME else TO_AZURE for way in Way}
BY_PHASE = {row.phase: row for row in LIFECYCLE}
ON_WAY = {way: tuple(row for row in LIFECYCLE if row.lies_on(way)) for way in (*Way, None)}


def phase_of(item: ProtectedItem, job: Job | None = None, way: Way | None = Way.HOME) -> Phase:
    """The phase of an item, from what the service says of it and of its job.

    Rows that are not on the way are only looked at when no other fits: what runs beside the way is just another operation.
    """
    phase = next(row.phase for row in ON_WAY[way] if row.holds(item, job))
    return next(row.phase for row in LIFECYCLE if row.holds(item, job)) if phase is Phase.UNKNOWN else phase


@cache
def reached(phase: Phase, goal: Goal, way: Way | None = Way.HOME) -> bool:
    """Whether the goal holds in this phase: the item is there or past it. Without a way nothing is reached."""
    if way is None:
        return False
    goals, fulfils = GOALS_OF[way], BY_PHASE[phase].on(way).fulfils
    return fulfils is not None and goals.index(fulfils) >= goals.index(goal)


def legal_steps(phase: Phase, item: ProtectedItem, job: Job | None) -> tuple[str, ...]:
    """What may be asked for in this phase, on any way, and the vault allows now; with its direction where a step has two."""
    row = BY_PHASE[phase]
    onward = [(step, DIRECTIONS[way]) for way in Way if (step := row.on(way).step)]
    both = Step.PLANNED_FAILOVER
    told = [
        f"{step.value} ({direction})" if step is both else step.value
        for step, direction in [*onward, *((step, "") for step in row.here)]
        if is_allowed(step, item, job)
    ]
    return tuple(dict.fromkeys(told))


def next_phase(phase: Phase, way: Way | None = Way.HOME, *, full_download: bool = False) -> Phase | None:
    """The phase after this one when its step or wait ends well; None where no way leads on.

    A full download (ForSynchronization) never waits at the gate (docs/service.md 2.1), so it goes straight to cutting_over.
    """
    after = BY_PHASE[phase].on(way).leads_to
    return Phase.CUTTING_OVER if full_download and after is Phase.SYNCHRONIZING else after


@cache
def is_before(phase: Phase, other: Phase, way: Way | None = Way.HOME) -> bool:
    """Whether the one phase leads to the other on this way, at once or later."""
    here = next_phase(phase, way)
    return here is not None and (here is other or is_before(here, other, way))


@cache
def steps(phase: Phase, goal: Goal, way: Way | None = Way.HOME, *, full_download: bool = False) -> tuple[Step, ...]:
    """The steps from here to the goal, in order; empty when the goal is reached or no way leads on."""
    path = []
    here: Phase | None = phase
    while here is not None and not reached(here, goal, way):
        step = BY_PHASE[here].on(way).step
        path += [step] if step else []
        here = next_phase(here, way, full_download=full_download)
    return tuple(path) if here is not None else ()
