# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What may be done to a job: resume, restart, cancel, and when each is refused. Pure.

Sources: docs/service.md 3.5 (allowed actions by state), 4.2 (manual actions), 5.1 (what a cancel does to the on-premises VM).
"""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import (
    Job,
    Kind,
    ended_well,
    is_open,
    kind_of,
    manual_actions,
    of_a_plan,
    past_the_gate,
    waits_for_a_person,
)

ACTIONS = {"resumed": "Resume", "restarted": "Restart", "cancelled": "Cancel"}
WHAT_A_CANCEL_DOES = (
    "Cancelling now leaves the on-premises VM with half-written disks: it may not boot, and only failing it back again mends it. "
    "If that is what you want, set accept_inconsistent_vm: true."
)


def action_for(job: Job, state: str, *, accept_inconsistent_vm: bool, manual_action_done: bool) -> str | None:
    """The service's action that brings the job to `state`, or None when there is nothing to do. Raises BadInput."""
    if settled(job, state):
        return None
    action = ACTIONS[state]
    if action not in job.allowed_actions:
        allowed = ", ".join(sorted(job.allowed_actions)) or "nothing"
        hint = " Run the failback again instead; such a job is never restarted." if state == "restarted" else ""
        raise BadInput(
            f"{called(job)} cannot be {state}: it is {job.state}, the vault allows {allowed}.{hint}", job=job.name
        )
    if state == "cancelled" and leaves_vm_unusable(job) and not accept_inconsistent_vm:
        raise BadInput(
            f"{called(job)} is a failback. {WHAT_A_CANCEL_DOES}", job=job.name, option="accept_inconsistent_vm"
        )
    if state == "restarted" and may_delete(job):
        raise BadInput(
            f"{called(job)} is not restarted: it may delete VMs in Azure, and nobody would compare them with the vault before. "
            "Use asr.hyperv.commit_failover or asr.hyperv.failback.",
            job=job.name,
        )
    if state == "resumed" and waits_for_a_person(job) and not manual_action_done:
        raise BadInput(
            f"{called(job)} waits for a manual action ({', '.join(manual_actions(job)) or 'not named'}), not for the cutover. "
            "Do it, then set manual_action_done: true.",
            job=job.name,
            option="manual_action_done",
        )
    return action


def settled(job: Job, state: str) -> bool:
    """Whether the job needs nothing more to be in `state`: one that runs needs no resuming, one that ended no cancelling."""
    if state == "resumed":
        return job.state != "Suspended"
    if state == "restarted":
        return is_open(job) or ended_well(job)
    return not is_open(job)


def may_delete(job: Job) -> bool:
    """Whether a job may be the commit of a failback: of an item its scenario says so, that of a plan has one name both ways."""
    return kind_of(job) is Kind.COMMIT and (job.scenario == "FinalizeFailback" or of_a_plan(job))


def leaves_vm_unusable(job: Job) -> bool:
    """Whether a cancel would hit a data synchronization. A job that may be a failback and is not known to be past it counts."""
    may_be_failback = job.scenario == "Failback" or (
        job.scenario == "PlannedFailover" and job.recovery_side != "Microsoft Azure"
    )
    return may_be_failback and not past_the_gate(job)


def called(job: Job) -> str:
    """The job as a person knows it."""
    return f"Job '{job.friendly_name or job.scenario}' of {job.target_name} ({job.name})"
