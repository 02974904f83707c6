# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Whether a recovery plan is failed back by one operation of the service, or its members one by one, and why. Pure.

Sources: docs/service.md 2.3 (what a plan's operation takes), 5.1 (it stops at the first error), 5.4 (manual actions run in it).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import BEFORE_THE_GATE
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Way
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import RecoveryPlan
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job, is_job_of, is_open, of_a_plan
from ansible_collections.asr.hyperv.plugins.module_utils._wish.skipped import skipped_actions

NOT_POSSIBLE = "OrchestrationNotPossible"  # the code of a refusal, whatever its words are
NATIVE, ITEMWISE, AUTO = "native", "itemwise", "auto"


@dataclass(frozen=True)
class Orchestration:
    """`native`: the plan's own operations. `reason` is for people."""

    native: bool
    reason: str

    @property
    def told(self) -> dict[str, str]:
        """As a module returns it."""
        return {"chosen": NATIVE if self.native else ITEMWISE, "reason": self.reason}


def choose_orchestration(
    asked: str, plan: RecoveryPlan | None, tracks: Sequence[Track], one_by_one: Iterable[str] = ()
) -> Orchestration:
    """What was asked for, or with `auto` the plan's operation where it runs already or has manual actions on the way home.

    `one_by_one` names options that only make sense for members one by one. Raises BadInput for `native` where it cannot be, and
    for all else where a job of the plan has its gate before it: that job cuts over all of its members at once.
    Members that stand apart go one by one whatever was asked for: what the plan's operation does with them was never seen.
    """
    objection = against_native(plan, tracks, one_by_one)
    if plan and (bound := bound_to(plan, tracks)):
        return go_with(bound, plan, asked, objection or other_goals(tracks))
    if asked == NATIVE and objection:
        raise BadInput(
            f"orchestration: native is not possible: {objection}. Take itemwise or auto.",
            code=NOT_POSSIBLE,
            option="orchestration",
            value=asked,
            allowed=[ITEMWISE, AUTO],
        )
    if asked == NATIVE:
        return Orchestration(not (scattered := apart(tracks)), scattered or "it was asked for")
    if asked == ITEMWISE or plan is None:
        reason = f"it was asked for{undone(plan)}" if asked == ITEMWISE else "there is no recovery plan"
        return Orchestration(False, reason)
    return by_itself(plan, tracks, objection or apart(tracks))


def by_itself(plan: RecoveryPlan, tracks: Sequence[Track], objection: str) -> Orchestration:
    """The choice of `auto`."""
    actions = ", ".join(plan.manual_actions)
    if not objection and all(is_open(track.job) and of_a_plan(track.job) for track in tracks):
        return Orchestration(True, "a job of the plan is under way")
    if not actions:
        reason = "the plan has no manual actions on the way home, and so every VM goes at its own pace"
        return Orchestration(False, reason + undone(plan))
    if objection:
        return Orchestration(False, f"{objection}{undone(plan)}")
    return Orchestration(True, f"the plan has manual actions on the way home: {actions}")


def undone(plan: RecoveryPlan | None) -> str:
    """What of the plan nobody does when its members go one by one, in words; empty when there is nothing."""
    skipped = skipped_actions(plan, Way.HOME) if plan else []
    return (
        f"; nobody is asked for, and nobody runs, what the plan has on the way home: {', '.join(skipped)}"
        if skipped
        else ""
    )


def bound_to(plan: RecoveryPlan, tracks: Sequence[Track]) -> Job | None:
    """The job of the plan that has its gate before it, if there is one."""
    jobs = (track.job for track in tracks if track.phase in BEFORE_THE_GATE and track.job)
    mine = (job for job in jobs if is_job_of(job, plan.name))
    return next(mine, None)


def go_with(job: Job, plan: RecoveryPlan, asked: str, objection: str) -> Orchestration:
    """There is no other way than that of the job. Raises BadInput when another was asked for."""
    if asked != ITEMWISE and not objection:
        return Orchestration(True, "a job of the plan is under way")
    told = f"job '{job.friendly_name or job.scenario}' ({job.name}) of the plan '{plan.name}' is under way"
    hint = f" That cannot be as long as {objection}: leave that out." if objection else ""
    raise BadInput(
        f"orchestration: {asked} is not possible: {told}, and completing it cuts over all members of the plan at once. Take "
        f"native.{hint}",
        code=NOT_POSSIBLE,
        option="orchestration",
        value=asked,
        allowed=[NATIVE],
        job=job.name,
    )


def against_native(plan: RecoveryPlan | None, tracks: Sequence[Track], one_by_one: Iterable[str]) -> str:
    """Why the plan's operation cannot do it; empty when it can."""
    options = ", ".join(one_by_one)
    if plan is None:
        return "no recovery plan was given"
    if options:
        return f"{options} would be ignored by the plan's own operation"
    return other_host(tracks) or other_sync(tracks)


def other_host(tracks: Sequence[Track]) -> str:
    """The plan's operation has no field for a host (docs/service.md 2.3)."""
    names = [track.name for track in tracks if track.intent.provider_id]
    return f"a host has to be named for {', '.join(names)}, which the plan's operation cannot do" if names else ""


def other_sync(tracks: Sequence[Track]) -> str:
    """One operation has one data synchronization and one word on missing VMs."""
    ways: dict[tuple[str, str], list[str]] = {}
    for track in tracks:
        if failback := track.intent.failback:
            ways.setdefault((failback.data_sync.mode.value, failback.vm_creation), []).append(track.name)
    told = "; ".join(f"{', '.join(names)}: {mode}, {creation}" for (mode, creation), names in ways.items())
    return f"the members need different data synchronizations ({told})" if len(ways) > 1 else ""


def apart(tracks: Sequence[Track]) -> str:
    """Who stands where, if not all members stand at one point or go to one."""
    stands: dict[str, list[str]] = {}
    for track in tracks:
        stands.setdefault(track.phase.value, []).append(track.name)
    told = "; ".join(f"{phase}: {', '.join(names)}" for phase, names in stands.items())
    return f"the members stand at different points ({told})" if len(stands) > 1 else other_goals(tracks)


def other_goals(tracks: Sequence[Track]) -> str:
    """One operation has one goal: that all members have different ones, or some have none, in words."""
    goals: dict[str, list[str]] = {}
    for track in tracks:
        goals.setdefault("none" if track.intent.rests else track.intent.goal.value, []).append(track.name)
    told = "; ".join(f"{goal}: {', '.join(names)}" for goal, names in goals.items())
    return f"the members have different goals ({told})" if len(goals) > 1 else ""
