# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Sets of phases, made of the table of the lifecycle. Pure.

They are tuples, so that a phase is found in them as a word, too, as playbooks have it.
"""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import BY_PHASE, reached
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import (
    Goal,
    Onward,
    Phase,
    Row,
    Runs,
    Shown,
    Step,
    Way,
)


def those(which: Callable[[Row], bool]) -> tuple[Phase, ...]:
    return tuple(phase for phase, row in BY_PHASE.items() if which(row))


def home(row: Row) -> Onward:
    """The row on the way home."""
    return row.on(Way.HOME)


AWAY = those(lambda row: row.runs is Runs.IN_AZURE)
NO_START = those(lambda row: row.runs in (Runs.IN_AZURE, Runs.BETWEEN))  # starting the VM on-premises would damage it
TO_START = those(
    lambda row: home(row).step is Step.PLANNED_FAILOVER
)  # its failback has not begun, or has to begin anew
MAY_HAVE_TO_START = (*TO_START, Phase.BUSY)  # when what runs on it is over
ONLY_IN_JOBS = those(lambda row: row.shown is Shown.BY_JOB)  # the item itself cannot prove these
BEFORE_THE_GATE = tuple(
    phase for phase in AWAY if phase in ONLY_IN_JOBS
)  # its failback has begun; the next step is the outage
LAST_CHANGES_DUE = those(lambda row: home(row).fulfils is Goal.SYNCHRONIZED)  # nothing is left but the outage itself
COMMITTED = those(lambda row: reached(row.phase, Goal.COMMITTED))  # a commit has deleted the VM in Azure
UNCOMMITTED = those(lambda row: reached(row.phase, Goal.CUT_OVER) and row.phase not in COMMITTED)
UNDER_WAY_HOME = (  # somebody's failback, begun and not committed
    *those(lambda row: row.shown is Shown.BY_JOB and home(row).fulfils is not None),
    *UNCOMMITTED,
)
HOME = those(lambda row: home(row).fulfils is Goal.PROTECTED)
