# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Small records for the tests of the domain, written as short as a table needs them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar, cast

from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem, RecoveryPlan
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job, JobProblem, Task

Value = TypeVar("Value")
Shape = TypeVar("Shape")
NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
PLACE = "/Subscriptions/s/resourceGroups/rg/providers/Microsoft.RecoveryServices/vaults/v"
CONTAINER = f"{PLACE}/replicationFabrics/site1/replicationProtectionContainers/cloud1"
AWAY = "CompleteMigration DisableProtection Failback"


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def item(
    allowed: str = AWAY, active: str = "Recovery", state: str = "PlannedFailoverStatesBegin", **more: Any
) -> ProtectedItem:
    """A protected item; by default one that was failed over two days ago and committed."""
    name = more.pop("name", "vm1")
    facts: dict[str, Any] = {
        "id": f"{CONTAINER}/replicationProtectedItems/{name}",
        "friendly_name": name,
        "provider_type": "HyperVReplicaAzure",
        "protection_state_description": "said by the service",
        "vm_id": f"guid-of-{name}",
        "protectable_item_id": f"{CONTAINER}/replicationProtectableItems/guid-of-{name}",
        "failed_over_at": ago(days=2),
        "use_managed_disks": True,
        "managed_disks": 1,
        "site_kind": "SingleHostHyperVFabric",
        "provider_id": f"{PLACE}/replicationFabrics/site1/replicationRecoveryServicesProviders/hv01",
        **more,
    }
    return ProtectedItem(
        name=name,
        protection_state=state,
        active_location=active,
        allowed_operations=frozenset(allowed.split()),
        **facts,
    )


def job(scenario: str = "PlannedFailover", state: str = "InProgress", actions: str = "", **more: Any) -> Job:
    """A job of vm1; by default a planned failover that runs."""
    facts: dict[str, Any] = {
        "id": f"{PLACE}/replicationJobs/{more.get('name', 'job1')}",
        "name": "job1",
        "friendly_name": scenario,
        "description": state,
        "target_id": "GUID-OF-VM1",
        "started": ago(hours=1),
        "ended": None if state in ("NotStarted", "InProgress", "Suspended", "Other", "Cancelling") else ago(minutes=1),
        **more,
    }
    return Job(scenario=scenario, state=state, allowed_actions=frozenset(actions.split()), **facts)


def task(name: str, state: str = "Succeeded", kind: str = "TaskDetails") -> Task:
    return Task(name, name, state, {"Other": "Skipped", "Succeeded": "Completed"}.get(state, state), kind)


def problem(code: str) -> tuple[JobProblem, ...]:
    return (JobProblem(code, "it did not work", "a cause", "an advice", "activity-1"),)


def known(value: Value | None) -> Value:
    """What might have been nothing, and is not."""
    assert value is not None
    return value


def part(shape: Callable[..., Shape], /, **facts: Any) -> Shape:
    """As much of a shape (a TypedDict) as the rule that is tried looks at; the rest is not there."""
    return cast(Shape, facts)


def plan(*groups: str, name: str = "plan1") -> RecoveryPlan:
    """A recovery plan; each group is the names of its members."""
    ids = tuple(tuple(item(name=member).id for member in group.split()) for group in groups)
    return RecoveryPlan(f"{PLACE}/replicationRecoveryPlans/{name}", name, ids, frozenset())
