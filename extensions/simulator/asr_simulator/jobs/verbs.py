# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verbs of a protected item: which job a POST starts, and when it is refused (docs/service.md 2.1, 2.2, 4.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..estate.items import Item, Job
from ..estate.states import COMMITTED
from ..world.world import World
from .endings import removed
from .engine import new_job, start_doomed_job, start_item_job
from .inputs import (
    DIRECTIONS,
    FAILBACK_TYPE,
    OPTIONS,
    check_direction,
    check_reprotect,
    check_type,
    details_of,
    invalid,
    no_options,
)

NEEDS = {  # script: allowed operation it stands for (docs/service.md 1.7)
    "failback": "Failback",
    "planned_failover": "PlannedFailover",
    "unplanned_failover": "UnplannedFailover",
    "commit_failover": "Commit",
    "finalize_failback": "FinalizeFailback",
    "reprotect": "ReverseReplicate",
    "test_failover": "TestFailover",
    "test_failover_cleanup": "TestFailoverCleanup",
    "change_pit": "ChangePit",
    "cancel_failover": "Commit",
    "disable": "DisableProtection",
}
REFUSAL_CODES = {"finalize_failback": "25037", "reprotect": "25038"}  # 202, and the job fails
STEPS = {
    "failback": "planned_failover",
    "commit_failover": "commit_failover",
    "finalize_failback": "commit_failover",
    "reprotect": "reverse_replication",
}
DETAILS = {  # customDetails.instanceType of the job; the others are AsrJobDetails
    "failback": "FailoverJobDetails",
    "planned_failover": "FailoverJobDetails",
    "unplanned_failover": "FailoverJobDetails",
    "test_failover": "TestFailoverJobDetails",
    "test_failover_cleanup": "TestFailoverJobDetails",
}


def start(world: World, item: Item, verb: str, properties: dict[str, Any], request_id: str) -> Job:
    """Carry out one POST on an item; the answer is the job that was accepted."""
    script = VERBS[verb](item, properties)
    check_direction(item, properties)
    check_type(script, properties)
    options = OPTIONS.get(script, no_options)(world, item, properties)
    if script == "reprotect":
        check_reprotect(item, properties)
    return start_script(world, item, script, options, request_id)


def start_script(world: World, item: Item, script: str, options: dict[str, Any], request_id: str) -> Job:
    """Start the job of a step, or one that fails at once where the step is not possible."""
    job = new_job(
        world,
        script,
        request_id,
        item=item,
        options=options,
        direction=direction_of(script),
        details=DETAILS.get(script, "AsrJobDetails"),
    )
    if item.job:
        start_doomed_job(world, job, "25037" if script == "finalize_failback" else "532", other=item.job.friendly)
    elif script in NEEDS and NEEDS[script] not in item.allowed and not options.get("forced"):
        why = f"The operation isn't allowed while the virtual machine is in the state '{item.row.protection}'."
        start_doomed_job(world, job, REFUSAL_CODES.get(script, "539"), why=why)
    else:
        accepted(world, item, script)
        start_item_job(world, job, (lambda: removed(world, item)) if script == "disable" else None)
    return job


def purge(world: World, item: Item, request_id: str) -> Job:
    """DELETE: the item is taken out of the vault whatever its state."""
    return start_script(world, item, "disable", {"forced": True}, request_id)


def accepted(world: World, item: Item, script: str) -> None:
    """Note that a client asked for the step."""
    if script in STEPS:
        world.measurements.asked(item.key, STEPS[script], world.now)


def direction_of(script: str) -> str:
    """Direction of a script; in a failback the roles of the sites are swapped."""
    return "RecoveryToPrimary" if script in ("failback", "finalize_failback") else "PrimaryToRecovery"


def planned_failover(item: Item, properties: dict[str, Any]) -> str:
    """Failback or failover: by the direction, and without one by the instance type (docs/service.md 2.1)."""
    details = details_of(properties)
    direction = properties.get("failoverDirection")
    if details.get("instanceType") == FAILBACK_TYPE and direction in (None, "RecoveryToPrimary"):
        return "failback"
    if direction == "RecoveryToPrimary":
        raise invalid("providerSpecificDetails.instanceType", details.get("instanceType"), [FAILBACK_TYPE])
    if direction is None and not details.get("instanceType"):
        raise invalid("failoverDirection", None, DIRECTIONS)
    return "planned_failover"


def commit(item: Item, _properties: dict[str, Any]) -> str:
    """The same call commits a failover and a failback; only an uncommitted failover makes it the former."""
    return "commit_failover" if item.state in COMMITTED else "finalize_failback"


VERBS: dict[str, Callable[[Item, dict[str, Any]], str]] = {
    "plannedFailover": planned_failover,
    "unplannedFailover": lambda item, properties: "unplanned_failover",
    "testFailover": lambda item, properties: "test_failover",
    "testFailoverCleanup": lambda item, properties: "test_failover_cleanup",
    "failoverCommit": commit,
    "failoverCancel": lambda item, properties: "cancel_failover",
    "reProtect": lambda item, properties: "reprotect",
    "applyRecoveryPoint": lambda item, properties: "change_pit",
    "repairReplication": lambda item, properties: "repair",
    "remove": lambda item, properties: "disable",
}
