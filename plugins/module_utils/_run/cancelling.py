# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Which jobs a cancel would hit, whom else it would hit, and what it does to them. Pure.

Sources: docs/service.md 5.1 (what a cancel does to the on-premises VM), 3.3 (one job of a recovery plan moves all of
its members).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.evidence import is_failback
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle_table import FAILOVERS
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.job_actions import WHAT_A_CANCEL_DOES
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job, is_open, kind_of, of_a_plan
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain

Moved = tuple[Track, Job]  # an item, and the job that moves it


def under_way(tracks: Sequence[Track]) -> list[Moved]:
    """The items whose failback or failover runs or waits, for whatever it waits: the gate, or a manual action."""
    return [(track, track.job) for track in tracks if is_open(track.job) and kind_of(track.job) in FAILOVERS]


def jobs_of(running: Sequence[Moved]) -> dict[str, list[Track]]:
    """The items by the name of the job that moves them: each job is cancelled once."""
    jobs: dict[str, list[Track]] = {}
    for track, job in running:
        jobs.setdefault(job.name, []).append(track)
    return jobs


def plans_of(running: Sequence[Moved]) -> list[str]:
    """The recovery plans whose jobs move these items."""
    return sorted({job.target_name for _track, job in running if of_a_plan(job)})


def refuse(asked: Sequence[Track], members: Mapping[str, Mapping[str, str] | None], *, accepted: bool) -> None:
    """Raises BadInput when a job would hit somebody who was not asked for, or would spoil a VM without that being accepted.

    `members`: of each recovery plan the names of its members by their ARM ids, None for a plan that is gone.
    """
    running = under_way(asked)
    for plan in plans_of(running):
        check_members(plan, asked, members.get(plan))
    spoilt = [track for track, job in running if is_failback(track.item, job)]
    if spoilt and not accepted:
        names = ", ".join(f"{track.name} ({track.phase.value})" for track in spoilt)
        raise BadInput(
            f"Nothing was cancelled. Under way: {names}. {WHAT_A_CANCEL_DOES}", option="accept_inconsistent_vm"
        )


def check_members(plan: str, asked: Sequence[Track], members: Mapping[str, str] | None) -> None:
    """One job of a plan moves all of its members, so all of them have to be meant."""
    hit = [(track, job) for track, job in under_way(asked) if of_a_plan(job) and job.target_name == plan]
    named = {plain(track.item.id) for track in asked}
    others = [name for one, name in (members or {}).items() if plain(one) not in named]
    if members is not None and not others:
        return
    _first, job = hit[0]
    whom = (
        f"it moves {', '.join(sorted(members.values()))}, and {', '.join(sorted(others))} would be cancelled too. Name all of "
        f"them, or recovery_plan: {plan}, if that is what you want."
        if members is not None
        else "the plan is no longer in the vault, so nobody knows whom else the job moves. Look at it in the vault, and cancel "
        f"it with asr.hyperv.job, name: {job.name}, if that is what you want."
    )
    raise BadInput(
        f"Nothing was cancelled. The job '{job.friendly_name or job.scenario}' ({job.name}) of "
        f"{', '.join(track.name for track, _job in hit)} is one of the recovery plan '{plan}': {whom}",
        option="protected_items",
        job=job.name,
    )
