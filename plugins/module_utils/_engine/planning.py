# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""From a vault and a wish to tracks: where every item stands, what is left for it, and whether that may be done at all.

Everything that can be refused is refused here, for all items at once, before anything is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import ReadableVault
from ansible_collections.asr.hyperv.plugins.module_utils._engine.selecting import not_ours
from ansible_collections.asr.hyperv.plugins.module_utils._engine.survey import survey
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import (
    Goal,
    Phase,
    Step,
    Way,
    reached,
)
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import MAY_HAVE_TO_START
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.step_table import BY_STEP
from ansible_collections.asr.hyperv.plugins.module_utils._run.earlier import earlier_of
from ansible_collections.asr.hyperv.plugins.module_utils._run.refusals import not_allowed, refusal
from ansible_collections.asr.hyperv.plugins.module_utils._run.to_azure import needs_points, with_failover
from ansible_collections.asr.hyperv.plugins.module_utils._run.to_home import Found, with_sync
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AccessDenied, BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import last_part, plain
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemOptions
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import GoalOption, SeenEntry
from ansible_collections.asr.hyperv.plugins.module_utils._wish.goals import aims_of
from ansible_collections.asr.hyperv.plugins.module_utils._wish.intent import FailoverOptions, Intent
from ansible_collections.asr.hyperv.plugins.module_utils._wish.placement import (
    FailbackOptions,
    consents,
    named,
    options_of_each,
)
from ansible_collections.asr.hyperv.plugins.module_utils._wish.selection import (
    Selection,
)


@dataclass(frozen=True)
class Wish:
    """What the caller asked for. `permitted` are the steps this module may take.

    `failback` goes for all items but those that have a row in `item_options`; the failure of those that
    `optional` names holds nobody back. On other ways than home `failover` says how. With `goals` each item that has a row goes
    as far as that says, and the others stay where they are. `seen` is what earlier calls of the same run have answered.
    """

    goal: Goal
    permitted: frozenset[Step] = frozenset(Step)
    failback: FailbackOptions = FailbackOptions()
    item_options: Sequence[ItemOptions] = ()
    optional: Sequence[str] = ()
    way: Way = Way.HOME
    failover: FailoverOptions = FailoverOptions()
    errand: Step | None = None
    accept_unprotected_disks: Sequence[str] = ()
    accept_changed_azure_vm: Sequence[str] = ()
    require_evidence: bool = False
    goals: Sequence[GoalOption] | None = None
    seen: Sequence[SeenEntry] = ()

    @property
    def may_fail_back(self) -> bool:
        return self.way is Way.HOME and Step.PLANNED_FAILOVER in self.permitted


def plan_tracks(
    vault: ReadableVault, selected: Selection, wish: Wish, wait: Callable[[float], None] | None = None
) -> list[Track]:
    """Tracks with an intent each. Raises BadInput with every reason of every item when anything has to be refused; where each
    item has a goal of its own, that is its own problem, and the others go on.

    `wait` as for `survey`.
    """
    weighed = weigh(vault, selected, wish, wait)
    if wish.goals is not None:
        weighed = [(fail_alone(track, objection), None) for track, objection in weighed]
    refusals = [
        {"name": track.name, "phase": track.phase.value, "reason": str(objection)}
        for track, objection in weighed
        if objection
    ]
    if refusals:
        reasons = " ".join(no["reason"] for no in refusals)
        raise BadInput(f"Nothing was started. {reasons}", refusals=refusals)
    tracks = [track for track, _objection in weighed]
    warn_of_absent_hosts(vault, [track for track in tracks if any(BY_STEP[step].needs_host for step in track.path)])
    return tracks


def fail_alone(track: Track, objection: BadInput | None) -> Track:
    """The track, with what speaks against it as its problem."""
    if objection:
        track.fail(
            message=str(objection), code="NotPossible", what_to_do="Mend the cause and run the same playbook again."
        )
    return track


def weigh(
    vault: ReadableVault, selected: Selection, wish: Wish, wait: Callable[[float], None] | None = None
) -> list[tuple[Track, BadInput | None]]:
    """Every track with its intent, and why it may not be done, where it may not. Raises BadInput for wrong options."""
    items = [item for wave in selected for item in wave]
    asked = options_of_each(items, wish.failback, wish.item_options)
    optional = named(items, wish.optional, "optional_items")
    intents = intents_of(items, wish)
    tracks = survey(vault, selected, wish.way, wait, earlier_of(wish.seen))
    for track in tracks:
        track.intent = intents[track.item.id](track.intent)
    starting = [track for track in tracks if may_have_to_start(track, wish)]
    present = vms_present(vault, starting)
    providers = vault.hosts.providers() if any(asked[track.item.id].alternate_host for track in starting) else []
    now = vault.service_time()
    weighed = []
    for track in tracks:
        points = vault.items.recovery_points(track.item) if needs_points(track, wish.failover) else ()
        found = Found(now, present.get(track.item.id), providers, points)
        objection = None
        try:
            track.intent = replace(
                intent_for(track, wish, asked[track.item.id], found), optional=track.item.id in optional
            )
            if not track.intent.rests and (reason := not_ours(vault, track) or refusal(track) or not_allowed(track)):
                raise BadInput(reason)
        except BadInput as no:
            objection = no
        if wish.goal is Goal.FAILED_OVER and track.there:
            track.warn(f"{track.name} is {track.phase.value}: it is not in Azure, so there is no failover to commit.")
        weighed.append((track, objection))
    return weighed


def intents_of(items: Sequence[ProtectedItem], wish: Wish) -> dict[str, Callable[[Intent], Intent]]:
    """By the ARM id of each item, what the wish alone makes of its intent. Raises BadInput for names that are none of them."""
    accepted = consents(
        items, wish.accept_unprotected_disks, wish.accept_changed_azure_vm, require_evidence=wish.require_evidence
    )
    return {
        key: partial(
            replace,
            permitted=wish.permitted,
            errand=wish.errand,
            consent=accepted[key],
            goal=aim.goal,
            rests=aim.rests,
            calls=aim.calls,
        )
        for key, aim in aims_of(items, wish.goal, wish.goals).items()
    }


def warn_of_absent_hosts(vault: ReadableVault, tracks: Sequence[Track]) -> None:
    """Most steps need the Hyper-V host. One that is away may be back in time, so this is no reason to refuse."""
    try:
        providers = vault.hosts.providers() if tracks else []
    except AccessDenied:
        return
    away = {provider.id.lower(): provider for provider in providers if not provider.connected}
    for track in tracks:
        host = away.get((track.intent.provider_id or track.item.provider_id).lower())
        if host:
            track.warnings.append(
                f"Its Hyper-V host {host.host} is not connected to the vault: no step can succeed until it is."
            )


def vms_present(vault: ReadableVault, tracks: Sequence[Track]) -> dict[str, bool]:
    """For each item whether its on-premises VM is still reported by a host: one list per container.

    INFERRED: a deleted VM is no longer listed as a protectable item. An item without a protectable item id says nothing.
    """
    places = {(track.item.fabric, track.item.container) for track in tracks if track.item.protectable_item_id}
    listed = {place: {plain(last_part(vm.id)) for vm in vault.hosts.protectable_items(*place)} for place in places}
    return {
        track.item.id: plain(last_part(track.item.protectable_item_id))
        in listed[track.item.fabric, track.item.container]
        for track in tracks
        if track.item.protectable_item_id
    }


def may_have_to_start(track: Track, wish: Wish) -> bool:
    """Whether this run may have to send the item's planned failover, now or when what runs on it is over."""
    if track.phase not in MAY_HAVE_TO_START or not wish.may_fail_back:
        return False
    going = not track.intent.rests and not reached(track.phase, track.intent.goal)
    return going and track.item.active_location == "Recovery"


def intent_for(track: Track, wish: Wish, asked: FailbackOptions, found: Found) -> Intent:
    """What is wanted for this item; the data synchronization is chosen only where a failback may have to start.

    What speaks against a failback is raised at once; for an item that is busy it is kept until it comes to that.
    """
    intent = track.intent
    if wish.way is not Way.HOME or wish.errand:
        return with_failover(intent, track, wish.failover, found.points)
    if not may_have_to_start(track, wish):
        return replace(
            intent, objection=f"The failback of {track.name} would have to be started anew. Run again for that."
        )
    try:
        return with_sync(intent, track, asked, found)
    except BadInput as objection:
        if track.phase is not Phase.BUSY:
            raise
        return replace(intent, objection=str(objection))
