# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What went wrong with one item, in words for an operator and as data. Pure."""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Phase, Step
from ansible_collections.asr.hyperv.plugins.module_utils._run.azure_problems import LOCKED, after_a_commit, in_the_way
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AsrError
from ansible_collections.asr.hyperv.plugins.module_utils._service.health import sickness
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import (
    Job,
    Kind,
    ended_well,
    is_open,
    kind_of,
    manual_actions,
    may_have_spoilt_disks,
    waits_for_a_person,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import text
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Problem

MEND_IT = "Mend the cause and run the same playbook again: it continues from where the item stands."
UNUSABLE = (
    "Do not start its on-premises VM: its disks are half written and it may not boot. Fail back again to mend it."
)


def describe(job: Job) -> str:
    """The errors of a job on one line, each with its code and the task it came from."""
    parts = []
    for problem in job.problems:
        task = f" in task '{problem.task}'" if problem.task else ""
        provider = f", provider's code {problem.provider_code}" if problem.provider_code else ""
        parts.append(f"{problem.message or 'no message'} (code {problem.code}{provider}{task})")
    return "; ".join(parts) or "the service gave no error"


def information(job: Job) -> str:
    """What a job that ended well has to say all the same; empty for most."""
    return f"{called(job)} {job.name} ended well, and says: {describe(job)}" if ended_well(job) and job.problems else ""


def of_job(track: Track, job: Job) -> Problem:
    """A job that ended badly. The first error gives causes and advice; the phase says what else to heed."""
    first = job.problems[0] if job.problems else None
    ended = f"{called(job)} ended as {job.description or job.state}"
    return {
        "message": f"{track.name}: {ended}: {describe(job)}{locks_of(track, job)}",
        "code": first.code if first else "",
        "provider_code": first.provider_code if first else "",
        "possible_causes": first.possible_causes if first else "",
        "recommended_action": first.recommended_action if first else "",
        "activity_id": (first.activity_id if first else "") or job.activity_id,
        "job": job.name,
        "what_to_do": what_to_do(track, job),
    }


def locks_of(track: Track, job: Job) -> str:
    """The locks that a commit failed by, and the command that removes them; empty for any other end."""
    codes = [one.code for one in job.problems]
    return f". {in_the_way(track)}" if kind_of(job) is Kind.COMMIT and LOCKED in codes else ""


def called(job: Job) -> str:
    return f"job '{job.friendly_name or job.scenario or job.name}'"


def what_to_do(track: Track, job: Job) -> str:
    """The next move of the operator after this job failed."""
    if track.step_of(job) is Step.PLANNED_FAILOVER and may_have_spoilt_disks(job):
        return f"{UNUSABLE} Run the same playbook again once the cause is gone."
    if kind_of(job) is Kind.COMMIT:
        return after_a_commit(track, [one.code for one in job.problems])
    return MEND_IT


def of_error(track: Track, step: Step, error: AsrError) -> Problem:
    """A step the service refused."""
    allowed = ", ".join(sorted(track.item.allowed_operations)) or "nothing"
    return {
        "message": f"{track.name}: {step.value} was refused: {error}",
        "code": text(error.details, "code"),
        "possible_causes": text(error.details, "possible_causes"),
        "recommended_action": text(error.details, "hint") or text(error.details, "recommended_action"),
        "activity_id": text(error.details, "activity_id"),
        "step": step.value,
        "what_to_do": f"The item is {track.phase.value}; the vault allows {allowed}. Mend the cause and run again.",
    }


def not_allowed(track: Track, step: Step, reason: str) -> Problem:
    """The vault does not let a step be done, so it was not sent. `reason` are words of `allowed.refusal_of`."""
    return {
        "message": f"{track.name} is {track.phase.value}: {reason}. It was not sent.{sickness(track.item)}",
        "code": "NotAllowed",
        "step": step.value,
        "what_to_do": "Look in the vault why it does not allow that. Run again when it does.",
    }


def job_is_gone(track: Track, job: Job, step: Step) -> Problem:
    """A step was accepted, and its job is no longer in the vault."""
    return {
        "message": f"{track.name}: job {job.name} of {step.value} is gone from the vault; the item is {track.phase.value}.",
        "code": "JobGone",
        "job": job.name,
        "step": step.value,
        "what_to_do": "Look at the item in the vault, then run the same playbook again.",
    }


def not_moved(track: Track) -> Problem:
    """A job ended well and the item does not show it."""
    item, proven = track.item, track.proven or track.phase
    left = " If it has left the plan meanwhile, run for it by its name." if track.intent.group is not None else ""
    return {
        "message": (
            f"{track.name} should be {proven.value}, because its job ended well, but the vault still says "
            f"'{item.protection_state}' ({item.protection_state_description}), active location {item.active_location}."
        ),
        "code": "NotMoved",
        "what_to_do": f"Look at the item in the vault. Running the same playbook again starts from what it says then.{left}",
    }


def waits_for(track: Track) -> str:
    """Words for an item that somebody else's operation, or a person, holds up; empty for any other."""
    job = track.job
    if job and waits_for_a_person(job):
        return f": {called(job)} {job.name} waits for {manual(job)}; it is never resumed from here"
    if job is None or track.phase is not Phase.BUSY:
        return ""
    return f": waits for {called(job)} {job.name}, {job.description or job.state}"


def manual(job: Job) -> str:
    """The manual action that a job waits for, in words."""
    names = ", ".join(manual_actions(job))
    return f"the manual action {names}" if names else "a manual action"


def needs_a_person(track: Track, job: Job) -> Problem:
    """Only a person can say that a manual action was done (docs/service.md 4.2)."""
    return {
        "message": f"{track.name} stands at {track.phase.value}: {called(job)} {job.name} waits for {manual(job)}.",
        "code": "ManualAction",
        "job": job.name,
        "what_to_do": f"What it says is for a person: {manual_action_done(job)}. Run again to go on.",
    }


def manual_action_done(job: Job) -> str:
    """What a person has to do for a job that waits for a manual action."""
    return f"do it, then resume the job: asr.hyperv.job with name: {job.name}, state: resumed, manual_action_done: true"


def not_there_yet(track: Track, timeout: float) -> Problem:
    """The time was up. Nothing is stopped by that."""
    job = track.job
    at_work = waits_for(track) or (f", job {job.name} is {job.description or job.state}" if job else "")
    trouble = f" The last look went wrong: {track.trouble}" if track.trouble else ""
    moves = track.phase is Phase.REPLICATING or (is_open(job) and not waits_for_a_person(job))
    runs = "The service goes on by itself." if moves else "Nothing moves it now."
    return {
        "message": (
            f"{track.name} is not {track.intent.goal.value} after {timeout:g} seconds (wait_timeout): it stands at "
            f"{track.phase.value}{at_work}. {runs}{trouble}"
        ),
        "code": "TimedOut",
        "job": job.name if job else "",
        "what_to_do": "Run the same playbook again: it resumes from here. Give more wait_timeout if this is expected.",
    }


def not_sent(track: Track, step: Step) -> Problem:
    """Without waiting, a step that could not be sent or is in doubt is the end of the item's run."""
    doubt = track.doubt
    return {
        "message": (
            f"{track.name}: {step.value} {'may or may not have been accepted' if doubt else 'was not taken'}; "
            f"it stands at {track.phase.value}. {track.trouble}"
        ).strip(),
        "code": "OutcomeUnknown" if doubt else "NotSent",
        "step": step.value,
        "what_to_do": "Run the same playbook again: it looks first, and sends only what is missing.",
    }


def stopped(track: Track, failed: int) -> Problem:
    """Too many other items failed, so nothing more was started for this one."""
    return {
        "message": f"{track.name} was left at {track.phase.value}, because {failed} other item(s) failed.",
        "code": "Stopped",
        "what_to_do": "Mend the failed items and run the same playbook again: it continues from where each item stands.",
    }


def held_back(track: Track, culprits: list[str]) -> Problem:
    """An earlier group is not where it was to go, so this item was not moved."""
    names = ", ".join(culprits[:5]) + (f" and {len(culprits) - 5} more" if len(culprits) > 5 else "")
    if not track.intent.goes_home:
        return {
            "message": f"{track.name} was left at {track.phase.value}, because an earlier group is not there: {names}.",
            "code": "HeldBack",
            "what_to_do": "Mend the earlier group and run the same playbook again.",
        }
    return {
        "message": f"{track.name} was not cut over, because an earlier group is not home: {names}.",
        "code": "HeldBack",
        "what_to_do": "Its Azure VM still runs. Mend the earlier group and run the same playbook again.",
    }


def somebody_elses_plan(track: Track, job: Job) -> Problem:
    """Resuming the job of a recovery plan cuts over all of its VMs."""
    plan = job.target_name
    return {
        "message": (
            f"{track.name} is failed back by the recovery plan '{plan}': completing the failover would cut over every VM of "
            "that plan."
        ),
        "code": "PlanJob",
        "job": job.name,
        "what_to_do": f"Ask for recovery_plan: {plan} if all of its VMs may be cut over now.",
    }


def vm_not_reported(track: Track) -> Problem:
    """Without the VM's own facts a reverse replication cannot be asked for (docs/service.md 2.2)."""
    return {
        "message": f"Cannot reverse replicate {track.name}: its Hyper-V host does not report the VM to the vault.",
        "code": "VmNotReported",
        "step": Step.REVERSE_REPLICATION.value,
        "what_to_do": "Refresh the host's provider in the vault and run the same playbook again.",
    }
