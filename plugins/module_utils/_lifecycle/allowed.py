# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What the vault allows now of the steps (docs/service.md 1.7). Pure.

A step that is not allowed is neither promised nor sent. An item on which something runs shows no allowed operation at all
(docs/service.md 3.1, row 3a): that is no refusal, it is waited for.
"""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Step
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.step_table import BY_STEP
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job, Kind, at_the_gate, is_open, kind_of


def operation(step: Step, item: ProtectedItem) -> str:
    """The word that the item has to have among its allowed operations; empty where a job has to allow the step."""
    at_home, in_azure = BY_STEP[step].operations
    return in_azure if item.active_location == "Recovery" else at_home


def is_allowed(step: Step, item: ProtectedItem, job: Job | None) -> bool:
    """Whether the vault lets the step be done now. `job` is the open job of the item, if it has one."""
    if step is Step.COMPLETE_FAILOVER:
        return is_open(job) and at_the_gate(job)
    if step is Step.TEST_FAILOVER_CLEANUP and is_open(job):
        return (
            kind_of(job) is Kind.TEST_FAILOVER and job.state == "Suspended"
        )  # such a job waits for nothing else (docs/service.md 3.5)
    return operation(step, item) in item.allowed_operations


def is_busy(item: ProtectedItem, job: Job | None) -> bool:
    """Whether something runs on the item, so that what it allows is not known."""
    return is_open(job) or (not item.allowed_operations and bool(item.current_job_id))


def refusal_of(step: Step, item: ProtectedItem, job: Job | None) -> str:
    """Why the vault does not let the step be done now, in words that go on after the item's name; empty when it does."""
    if is_busy(item, job) or is_allowed(step, item, job):
        return ""
    allowed = ", ".join(sorted(item.allowed_operations)) or "nothing"
    return f"{step.value} needs {operation(step, item)}, and the vault allows {allowed} now"
