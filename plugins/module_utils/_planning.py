# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""From a vault and a wish to tracks: where every item stands, what is left for it, and whether that may be done at all.

Everything that can be refused is refused here, for all items at once, before anything is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ansible_collections.asr.hyperv.plugins.module_utils._data_sync import SyncChoice, choose
from ansible_collections.asr.hyperv.plugins.module_utils._errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._items import ProtectedItem, RecoveryPlan
from ansible_collections.asr.hyperv.plugins.module_utils._jobs import BAD_END, OPEN, is_open, kind_of
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle import (
    BY_PHASE,
    Goal,
    Phase,
    Step,
    is_failback,
    reached,
)
from ansible_collections.asr.hyperv.plugins.module_utils._selection import PROVIDER_TYPE, by_names, by_plan, near
from ansible_collections.asr.hyperv.plugins.module_utils._track import Intent, Track, job_of
from ansible_collections.asr.hyperv.plugins.module_utils._wire import last_part, same_id

Groups = Sequence[Sequence[ProtectedItem]]
JOB_MEMORY = timedelta(days=1)  # how far back to look for open jobs when no item says when it was failed over
NOT_ENCRYPTED = ("", "disabled", "none")


@dataclass(frozen=True)
class Wish:
    """What the caller asked for, the same for all items. `permitted` are the steps this module may take."""

    goal: Goal
    permitted: frozenset[Step] = frozenset(Step)
    data_sync: str | None = None
    create_vm_if_missing: bool = False


def select(vault: object, names: Sequence[str] | None, plan_name: str | None) -> Groups:
    """The items that were asked for, in groups that cut over one after the other. Raises BadInput, naming what exists."""
    if not plan_name:
        return by_names(names or [], vault.protected_items())
    plan = find_plan(vault, plan_name)
    return by_plan(plan, vault.protected_items(plan.name))


def find_plan(vault: object, name: str) -> RecoveryPlan:
    """The plan of that name, with its groups. Raises BadInput with the names that are near."""
    plan = vault.recovery_plan(name)
    if plan is None:
        hint = near(name, [one.name for one in vault.recovery_plans()])
        raise BadInput(
            f"recovery_plan: there is no plan '{name}' in the vault.{hint}", option="recovery_plan", value=name
        )
    return plan


def hyperv_items(vault: object) -> Groups:
    """All items of the vault that go from Hyper-V to Azure, as one group."""
    return (tuple(item for item in vault.protected_items() if item.provider_type == PROVIDER_TYPE),)


def survey(vault: object, groups: Groups) -> list[Track]:
    """A track for every item, its phase read from the item and from one list of jobs that run or went wrong.

    A failback job under way is read by itself: only then its tasks and its direction are known (`domain.md` 2.4).
    """
    placed = [(item, number) for number, group in enumerate(groups, start=1) for item in group]
    moments = [item.failed_over_at for item, _ in placed if item.failed_over_at and item.active_location == "Recovery"]
    since = min([*moments, vault.service_time() - JOB_MEMORY])
    jobs = vault.jobs(since, states=(*OPEN, *BAD_END[:2]))
    tracks = []
    for item, number in placed:
        track = Track(item, Intent(Goal.PROTECTED, group=number), Phase.UNKNOWN)
        job = job_of(track, jobs)
        if job is None and item.current_job_id:
            job = vault.job(item.current_job_id)
            job = job if is_open(job) else None
        elif is_open(job) and job.state == "InProgress" and is_failback(item, job):
            job = vault.job(job.name) or job
        track.reread(item, job)
        track.phase_before = track.phase
        tracks.append(track)
    return tracks


def plan_tracks(vault: object, groups: Groups, wish: Wish) -> list[Track]:
    """Tracks with an intent each. Raises BadInput with every reason of every item when anything has to be refused."""
    tracks = survey(vault, groups)
    present = vms_present(vault, [track for track in tracks if track.phase in (Phase.FAILED_OVER, Phase.INCONSISTENT)])
    now = vault.service_time()
    refusals = []
    for track in tracks:
        try:
            track.intent = intent_for(track, wish, now, present.get(track.item.id))
            check(track, wish)
        except BadInput as refusal:
            refusals.append({"name": track.name, "phase": track.phase.value, "reason": str(refusal)})
    if refusals:
        reasons = " ".join(refusal["reason"] for refusal in refusals)
        raise BadInput(f"Nothing was started. {reasons}", refusals=refusals)
    return tracks


def vms_present(vault: object, tracks: Sequence[Track]) -> dict[str, bool]:
    """For each item whether its on-premises VM is still reported by a host: one list per container.

    INFERRED: a deleted VM is no longer listed as a protectable item. An item without a protectable item id says nothing.
    """
    places = {(track.item.fabric, track.item.container) for track in tracks if track.item.protectable_item_id}
    listed = {place: [last_part(vm.id) for vm in vault.protectable_items(*place)] for place in places}
    return {
        track.item.id: any(
            same_id(last_part(track.item.protectable_item_id), name)
            for name in listed[track.item.fabric, track.item.container]
        )
        for track in tracks
        if track.item.protectable_item_id
    }


def intent_for(track: Track, wish: Wish, now: datetime, present: bool | None) -> Intent:
    """What is wanted for this item; the data synchronization is chosen only where a failback has to start."""
    intent = replace(track.intent, goal=wish.goal, permitted=wish.permitted)
    if track.phase not in (Phase.FAILED_OVER, Phase.INCONSISTENT) or Step.PLANNED_FAILOVER not in wish.permitted:
        return intent
    if reached(track.phase, wish.goal):
        return intent
    choice = choose(wish.data_sync, track.item, now, vm_present=present)
    if present is False and not wish.create_vm_if_missing:
        raise BadInput(
            f"The on-premises VM of {track.name} is gone (no host reports it). Set create_vm_if_missing: true to have it "
            "created on its host, or leave the item out."
        )
    create = wish.create_vm_if_missing and present is False
    return with_sync(intent, track.item, choice, create)


def with_sync(intent: Intent, item: ProtectedItem, choice: SyncChoice, create: bool) -> Intent:
    """The planned failover's inputs. A Hyper-V site has to be told the host on which to create the VM; VMM decides itself (5.2)."""
    goal = (
        Goal.CUT_OVER
        if intent.goal is Goal.SYNCHRONIZED and intent.permitted == {Step.PLANNED_FAILOVER}
        else intent.goal
    )
    return replace(
        intent,
        goal=goal if choice.full_download else intent.goal,
        sync=choice,
        vm_creation="CreateVmIfNotFound" if create else "NoAction",
        provider_id=item.provider_id if create and item.on_hyperv_site else "",
    )


def check(track: Track, wish: Wish) -> None:
    """Refuse what cannot lead to the goal, and say why. A busy item is no reason: it is waited for."""
    item, phase = track.item, track.phase
    if item.encryption.lower() not in NOT_ENCRYPTED:
        raise BadInput(
            f"{track.name} is protected with encryption ({item.encryption}): the service has no input for the certificate a "
            "failback needs, so it cannot be failed back from here. Use the portal for it."
        )
    if phase is Phase.UNKNOWN:
        allowed = ", ".join(sorted(item.allowed_operations)) or "nothing"
        raise BadInput(
            f"{track.name} is in a state that is not known here: '{item.protection_state}' ({item.protection_state_description}), "
            f"active location {item.active_location}, allowed: {allowed}. Look at it in the vault first."
        )
    if phase is Phase.FAILED_OVER_UNCOMMITTED and wish.goal is not Goal.FAILED_OVER:
        raise BadInput(
            f"The failover of {track.name} to Azure is not committed yet. Commit it first (asr.hyperv.commit_failover), then fail back."
        )
    missing = [step for step in track.path if step not in wish.permitted]
    if missing:
        raise BadInput(
            f"{track.name} is {phase.value}: {', '.join(step.value for step in missing)} would have to come first, which this "
            f"module does not do. Use asr.hyperv.{missing[0].value}, or asr.hyperv.failback for the whole way."
        )


def next_words(track: Track) -> str:
    """What happens next to an item that nobody acts on, in words."""
    row = BY_PHASE[track.phase]
    if row.step:
        return f"next: {row.step.value}"
    job = f" (job '{track.job.friendly_name or kind_of(track.job).value}' {track.job.name})" if track.job else ""
    return f"waits{job}" if row.leads_to or track.phase is Phase.BUSY else "nothing to do"
