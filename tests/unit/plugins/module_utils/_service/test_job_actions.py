# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may be done to a job, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.job_actions import action_for
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job, Task

AZURE, SITE = "Microsoft Azure", "site1"


def job(state, *allowed, scenario="PlannedFailover", sides=(AZURE, SITE), tasks=()):
    """A job of an item; by default a failback, whose primary side is Azure (docs/service.md 3.3)."""
    primary, recovery = sides
    return Job(
        id="/jobs/1",
        name="1",
        scenario=scenario,
        friendly_name=scenario,
        state=state,
        description=state,
        allowed_actions=frozenset(allowed),
        primary_side=primary,
        recovery_side=recovery,
        tasks=tuple(tasks),
    )


def task(name, state, kind="TaskDetails", description=""):
    return Task(name, name, state, description, kind)


GATE_PASSED = [task("WaitForUserInputForFailback", "Succeeded")]
MANUAL = [task("Switch DNS", "Suspended", "ManualActionTaskDetails")]

ALLOWED = [  # job, wanted state, what the service is asked for
    (job("Suspended", "Cancel", "Resume"), "resumed", "Resume"),
    (job("InProgress", "Cancel"), "resumed", None),
    (job("Succeeded"), "resumed", None),
    (job("Failed", "Restart", scenario="ReprotectReplicationGroup"), "restarted", "Restart"),
    (job("Failed", "Restart", scenario="CommitFailover"), "restarted", "Restart"),
    (job("Succeeded", scenario="ReprotectReplicationGroup"), "restarted", None),
    (job("InProgress", "Cancel", scenario="EnableDr"), "restarted", None),
    (job("InProgress", "Cancel", scenario="EnableDr"), "cancelled", "Cancel"),
    (job("InProgress", "Cancel", sides=(SITE, AZURE)), "cancelled", "Cancel"),
    (job("InProgress", "Cancel", tasks=GATE_PASSED), "cancelled", "Cancel"),
    (job("Cancelled"), "cancelled", None),
    (job("Failed"), "cancelled", None),
]
REFUSED = [  # job, wanted state, words of the refusal
    (job("Failed", "Restart", scenario="FinalizeFailback"), "restarted", "may delete VMs in Azure"),
    (
        replace(job("Failed", "Restart", scenario="CommitFailover"), target_kind="RecoveryPlan"),
        "restarted",
        "nobody would compare them",
    ),
    (job("InProgress", "Cancel"), "cancelled", "half-written disks"),
    (job("Suspended", "Cancel", "Resume"), "cancelled", "half-written disks"),
    (job("InProgress", "Cancel", sides=("", "")), "cancelled", "half-written disks"),
    (job("InProgress", "Cancel", scenario="Failback"), "cancelled", "half-written disks"),
    (job("InProgress", scenario="CreateSite"), "cancelled", "the vault allows nothing"),
    (job("Failed"), "restarted", "Run the failback again instead"),
    (job("Suspended", "Cancel", "Resume", scenario="Failback", tasks=MANUAL), "resumed", "Switch DNS"),
]


def names(rows):
    return [f"{row[0].scenario}-{row[0].state}-{row[1]}-{number}" for number, row in enumerate(rows)]


def ask(subject, state, **given):
    return action_for(subject, state, **{"accept_inconsistent_vm": False, "manual_action_done": False, **given})


@pytest.mark.parametrize(("subject", "state", "action"), ALLOWED, ids=names(ALLOWED))
def test_a_job_is_brought_to_the_state_or_left_alone(subject, state, action):
    assert ask(subject, state) == action


@pytest.mark.parametrize(("subject", "state", "words"), REFUSED, ids=names(REFUSED))
def test_what_must_not_happen_is_refused_with_the_reason(subject, state, words):
    with pytest.raises(BadInput, match=words):
        ask(subject, state)


def test_a_cancel_during_synchronization_needs_the_words_of_the_user():
    assert ask(job("InProgress", "Cancel"), "cancelled", accept_inconsistent_vm=True) == "Cancel"


def test_a_manual_action_is_only_released_when_somebody_says_it_was_done():
    waiting = job("Suspended", "Cancel", "Resume", scenario="Failback", tasks=MANUAL)
    assert ask(waiting, "resumed", manual_action_done=True) == "Resume"
