# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Which of several jobs tells the phase of an item. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import (
    Job,
    Kind,
    ended_badly,
    is_open,
    kind_of,
    start_of,
)


def job_of(track: Track, jobs: Iterable[Job]) -> Job | None:
    """The job that tells the item's phase: its open job, else its newest failback job if that one ended badly."""
    own = [job for job in jobs if track.owns(job)]
    running = [job for job in own if is_open(job)]
    if running:
        return max(running, key=start_of)
    past = [job for job in own if kind_of(job) is Kind.PLANNED_FAILOVER]
    newest = max(past, key=start_of, default=None)
    return newest if ended_badly(newest) else None
