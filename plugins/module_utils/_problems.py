# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What went wrong with one item, in words for an operator and as data. Pure."""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._errors import AsrError
from ansible_collections.asr.hyperv.plugins.module_utils._jobs import Job, Kind, kind_of
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle import Phase, Step
from ansible_collections.asr.hyperv.plugins.module_utils._track import Track

GONE = "is no longer in the vault: its protection was disabled, or its migration completed, meanwhile"
UNUSABLE = (
    "Do not start its on-premises VM: its disks are half written and it may not boot. Fail back again to mend it."
)


def describe(job: Job) -> str:
    """The errors of a job on one line, each with its code and the task it came from."""
    parts = []
    for problem in job.problems:
        task = f" in task '{problem.task}'" if problem.task else ""
        parts.append(f"{problem.message or 'no message'} (code {problem.code}{task})")
    return "; ".join(parts) or "the service gave no error"


def of_job(track: Track, job: Job) -> dict:
    """A job that ended badly. The first error gives causes and advice; the phase says what else to heed."""
    first = job.problems[0] if job.problems else None
    return {
        "message": f"{track.name}: job '{job.friendly_name or job.scenario}' ended as {job.description or job.state}: {describe(job)}",
        "code": first.code if first else "",
        "possible_causes": first.possible_causes if first else "",
        "recommended_action": first.recommended_action if first else "",
        "activity_id": (first.activity_id if first else "") or job.activity_id,
        "job": job.name,
        "what_to_do": what_to_do(track, kind_of(job)),
    }


def what_to_do(track: Track, kind: Kind) -> str:
    """The next move of the operator after a job of this kind failed."""
    if track.phase is Phase.INCONSISTENT:
        return f"{UNUSABLE} Run the same playbook again."
    if kind is Kind.COMMIT:
        return "Nothing was deleted in Azure. Mend the cause and run the same playbook again."
    return "Mend the cause and run the same playbook again: it continues from where the item stands."


def of_error(track: Track, step: Step, error: AsrError) -> dict:
    """A step the service refused."""
    allowed = ", ".join(sorted(track.item.allowed_operations)) or "nothing"
    return {
        "message": f"{track.name}: {step.value} was refused: {error}",
        **{
            name: value
            for name, value in error.details.items()
            if name in ("code", "possible_causes", "recommended_action")
        },
        "activity_id": error.details.get("activity_id", ""),
        "step": step.value,
        "what_to_do": f"The item is {track.phase.value}; the vault allows {allowed}. Mend the cause and run again.",
    }


def not_there_yet(track: Track, timeout: float) -> dict:
    """The time was up. Nothing is stopped by that."""
    at_work = f", job {track.job.name} is {track.job.description or track.job.state}" if track.job else ""
    return {
        "message": (
            f"{track.name} is not {track.intent.goal.value} after {timeout:g} seconds (wait_timeout): it stands at "
            f"{track.phase.value}{at_work}. The service goes on by itself."
        ),
        "code": "TimedOut",
        "job": track.job.name if track.job else "",
        "what_to_do": "Run the same playbook again: it resumes from here. Give more wait_timeout if this is expected.",
    }


def held_back(track: Track, culprits: list[str]) -> dict:
    """An earlier group did not come home, so this item was not cut over."""
    return {
        "message": f"{track.name} was not cut over, because an earlier group is not home: {', '.join(culprits)}.",
        "code": "HeldBack",
        "what_to_do": "Its Azure VM still runs. Mend the earlier group and run the same playbook again.",
    }
