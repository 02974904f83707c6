# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What earlier calls of one run have answered, for whoever goes on: a run of many calls knows what a single one would. Pure.

Where an item stands is asked of the service all the same. But a job that was just made has no name yet, a list may lag behind a
step, and what only a job's tasks tell would have to be read for each item in each call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Phase, Step
from ansible_collections.asr.hyperv.plugins.module_utils._run.steps import SentStep
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_kept import read_kept
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_locks import Lock
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_side import Deletion, Thing
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_vms import AzureVm
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job, is_open
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain, when
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Timing
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import SeenEntry


@dataclass(frozen=True)
class Earlier:
    """What was seen of one item: its phase, the steps whose jobs ran on, those that had ended, what its commit deletes, locks.

    `cut_over`: its Azure VM right after the cutover.
    """

    phase: Phase
    under_way: tuple[SentStep, ...] = ()
    ended: tuple[SentStep, ...] = ()
    deletes: tuple[Thing, ...] = ()
    locks: tuple[Lock, ...] = ()
    cut_over: AzureVm | None = None


def earlier_of(rows: Sequence[SeenEntry]) -> dict[str, Earlier]:
    """By the plain ARM id of each item, what was seen of it. Raises BadInput for a row that no answer of ours has."""
    try:
        return {plain(row["id"]): read_row(row) for row in rows}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadInput(
            f"seen: give entries of protected_items as this module has answered them; one of these is none ({error!r}).",
            option="seen",
        ) from error


def read_row(row: SeenEntry) -> Earlier:
    # what a plan's job did, or somebody else's, has no moment at which this run asked for it
    sent_steps = [sent_step_of(timing) for timing in row.get("timings") or () if timing["asked"]]
    things = tuple(Thing(one["kind"], one["id"], one["name"], one["size_gb"]) for one in row.get("deletes") or ())
    return Earlier(
        Phase(row["phase"]),
        under_way=tuple(sent for sent in sent_steps if sent.ended is None),
        ended=tuple(sent for sent in sent_steps if sent.ended),
        deletes=things,
        locks=tuple(Lock(one["id"], one["name"], one["level"]) for one in row.get("locks") or ()),
        cut_over=read_kept(row["azure_vm"]) if row.get("azure_vm") else None,
    )


def sent_step_of(timing: Timing) -> SentStep:
    asked = when(timing["asked"])
    if asked is None:
        raise ValueError(timing["asked"])
    return SentStep(Step(timing["step"]), timing["job"], asked, when(timing["ended"]), before=True)


def go_on(track: Track, earlier: Earlier) -> None:
    """Let a new track know what was seen of its item, before that is read anew."""
    track.phase, track.past = earlier.phase, list(earlier.ended)
    if earlier.under_way:
        track.sent_steps, track.behind = list(earlier.under_way), False
        track.job = followed(earlier.under_way[-1])
        track.deletion = Deletion(earlier.deletes, earlier.locks)
    track.deletion.cut_over = earlier.cut_over


def stay_with(track: Track) -> None:
    """A step whose job is not among the open ones any more: the first look says how that ended."""
    if track.under_way and not is_open(track.job):
        track.job = followed(track.sent_steps[-1])


def is_unseen(track: Track) -> bool:
    """Whether the job that is followed was not among the open ones: nothing but its name is known, not even its start."""
    return track.job is not None and track.job.started is None


def followed(sent: SentStep) -> Job:
    """The job of a step, of which nothing is known yet but its name."""
    return Job(sent.job, sent.job, "", "", "NotStarted", "", frozenset())
