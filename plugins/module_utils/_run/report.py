# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a module answers: one entry for each protected item, the diff, and lines for a person. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import TO_ON_PREMISES
from ansible_collections.asr.hyperv.plugins.module_utils._run.steps import SentStep, sent_now
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_kept import kept
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import (
    Answer,
    AnswerEntry,
    DepartureEntry,
    Diff,
    JobEntry,
    LockedEntry,
    Sync,
    Timing,
)
from ansible_collections.asr.hyperv.plugins.module_utils._wish.failback import Failback


def answer(tracks: Sequence[Track], *, planned: bool) -> Answer:
    """The common answer of all modules that move items. `planned`: nothing was done, say what would be.

    A step of which nobody knows whether it was accepted counts as a change.
    """
    return {
        "changed": any(track.path if planned else sent_now(track.sent_steps) or track.doubt for track in tracks),
        "direction": tracks[0].intent.direction if tracks else TO_ON_PREMISES,
        "protected_items": [entry(track, planned=planned) for track in tracks],
        "diff": diff(tracks, planned=planned),
    }


def entry(track: Track, *, planned: bool) -> AnswerEntry:
    """One item of the answer. Times are UTC, durations seconds."""
    done = [sent.step.value for sent in sent_now(track.sent_steps)]
    jobs = [sent.job for sent in track.sent_steps] + ([track.job.name] if track.job else [])
    return {
        "name": track.name,
        "id": track.item.id,
        "group": track.intent.group,
        "wave": track.wave,
        "phase_before": track.phase_before.value,
        "phase": track.phase.value,
        "goal": None if track.intent.rests else track.intent.goal.value,
        "at_goal": track.problem is None and (track.arrived or track.at_rest_before_the_gate),
        "direction": track.intent.direction,
        "steps": [step.value for step in track.path] if planned else done,
        "jobs": sorted(set(jobs), key=jobs.index),
        "data_sync": sync(track),
        "error": track.problem,
        "warnings": track.warnings,
        "timings": [timing(sent) for sent in track.sent_steps],
        "deletes": [thing.told() for thing in track.deletion.things],
        "azure_after": [
            {"kind": thing.kind, "id": thing.id, "name": thing.name, "state": state}
            for thing, state in track.deletion.after.items()
        ],
        **departure(track),
        **in_the_way(track),
    }


def departure(track: Track) -> DepartureEntry:
    """The recovery point that was asked for, by its ARM id, where one was."""
    point = track.intent.failover.recovery_point
    return {"recovery_point": point} if point else {}


def in_the_way(track: Track) -> LockedEntry:
    """The locks on what a commit deletes, as they were right before it, where there are any; what was there after the cutover."""
    told: LockedEntry = {"locks": [lock.told() for lock in track.deletion.locks]} if track.deletion.locks else {}
    return {**told, "azure_vm": kept(track.deletion.cut_over)} if track.deletion.cut_over else told


def sync(track: Track) -> Sync | None:
    """The data synchronization chosen in this run and why; None when no failback had to start."""
    failback = track.intent.failback
    if failback is None:
        return None
    choice = failback.data_sync
    return {
        "mode": choice.mode.value,
        "option": choice.mode.option,
        "reason": choice.reason,
        "vm_creation": failback.vm_creation,
        "alternate_host": failback.alternate_host,
    }


def timing(sent: SentStep) -> Timing:
    return {
        "step": sent.step.value,
        "job": sent.job,
        "asked": stamp(sent.asked),
        "ended": stamp(sent.ended),
        "seconds": round((sent.ended - sent.asked).total_seconds(), 1) if sent.ended else None,
    }


def stamp(moment: datetime | None) -> str | None:
    """A UTC time to the second, as ISO 8601 with Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def diff(tracks: Sequence[Track], *, planned: bool) -> Diff:
    """Before and after as one line per item; in check mode the after line is the plan with its reasons."""
    before = [f"{track.name}: {track.phase_before.value}" for track in tracks]
    after = [f"{track.name}: {intention(track) if planned else track.phase.value}" for track in tracks]
    return {
        "before_header": "phases in the vault",
        "after_header": "planned" if planned else "phases in the vault now",
        "before": "\n".join(before) + "\n",
        "after": "\n".join(after) + "\n",
    }


def intention(track: Track) -> str:
    """In words what would be done to the item."""
    failback = track.intent.failback
    if failback and track.at_rest_before_the_gate:
        return f"{track.phase.value} (no synchronization before the cutover: {how(failback)})"
    if track.arrived or track.intent.rests:
        return track.phase.value
    path = " > ".join(step.value for step in track.path) or "wait"
    return f"{track.intent.goal.value} by {path}{f' ({how(failback)})' if failback else ''}"


def how(failback: Failback) -> str:
    """The data synchronization and its reason, in words."""
    where = f" on {failback.alternate_host} if it is not there" if failback.alternate_host else ""
    create = f", the VM is created{where}" if failback.create_vm_if_missing else ""
    return f"{failback.data_sync.mode.value}: {failback.data_sync.reason}{create}"


def problems(tracks: Sequence[Track]) -> list[str]:
    """One sentence for each item that is not where it was asked to be."""
    return [track.problem["message"] for track in tracks if track.problem]


def job_entry(job: Job) -> JobEntry:
    """A job as a list shows it."""
    return {
        "name": job.name,
        "scenario": job.scenario,
        "title": job.friendly_name,
        "state": job.state,
        "description": job.description,
        "target": job.target_name,
        "allowed_actions": sorted(job.allowed_actions),
        "started": stamp(job.started),
        "ended": stamp(job.ended),
    }


def job_details(job: Job) -> dict[str, object]:
    """What only a job that is read by itself shows."""
    return {
        "activity_id": job.activity_id,
        "tasks": [
            {"name": one.friendly_name or one.name, "state": one.state, "description": one.description}
            for one in job.tasks
        ],
        "errors": [asdict(problem) for problem in job.problems],
    }
