# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a step does to an item with its intent, and the steps that a run has sent. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Goal, Phase, Step
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.step_table import BY_STEP
from ansible_collections.asr.hyperv.plugins.module_utils._service.answer_classes import LOOKS
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AsrError
from ansible_collections.asr.hyperv.plugins.module_utils._wish.intent import Intent


@dataclass
class SentStep:
    """A step that the service accepted in this run. Times are the service's, UTC. `turned_away`: its job did nothing.

    `before`: in an earlier call of the run, which answered while its job was under way.
    """

    step: Step
    job: str
    asked: datetime
    ended: datetime | None = None
    turned_away: bool = False
    before: bool = False


def sent_now(sent_steps: Iterable[SentStep]) -> list[SentStep]:
    """The steps that this call has sent itself."""
    return [sent for sent in sent_steps if not sent.before]


@dataclass
class Unconfirmed:
    """A step whose POST may or may not have been accepted: nobody sends it again before having looked `patience` times.

    `refusal`: it surely was not, but maybe because somebody else's was; if nobody's shows up, this is the item's error.
    """

    step: Step
    since: datetime
    looks: int = 0
    patience: int = LOOKS
    refusal: AsrError | None = None


def cuts_over(step: Step | None, intent: Intent) -> bool:
    """Whether this step moves the VM to the other side: a failback has the gate before that, unless it has none."""
    if step is Step.PLANNED_FAILOVER:
        return intent.full_download or not intent.goes_home
    return step is not None and BY_STEP[step].starts_there


def meanwhile(step: Step, intent: Intent) -> Phase | None:
    """The phase while the service does not show the job of this step yet; None where the item keeps its phase."""
    if step is Step.PLANNED_FAILOVER and intent.goes_home and intent.full_download:
        return Phase.CUTTING_OVER
    return BY_STEP[step].meanwhile[not intent.goes_home]


def after(step: Step | None, intent: Intent) -> Phase | None:
    """Where the item is, or soon will be, when this step's job has ended well; None where the item has to tell.

    Both failovers have their commit, and the goal says which of them it is.
    """
    if step is None:
        return None
    to_azure = intent.goal is Goal.FAILED_OVER if step is Step.COMMIT_FAILOVER else not intent.goes_home
    return BY_STEP[step].leads_to[to_azure]
