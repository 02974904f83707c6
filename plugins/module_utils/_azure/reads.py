# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What can be read from a vault, as our records."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timezone

from ansible_collections.asr.hyperv.plugins.module_utils._azure.library import library
from ansible_collections.asr.hyperv.plugins.module_utils._azure.resources import Resources
from ansible_collections.asr.hyperv.plugins.module_utils._domain.errors import (
    AccessDenied,
    BadInput,
    OddAnswer,
    ServiceError,
)
from ansible_collections.asr.hyperv.plugins.module_utils._domain.items import (
    ProtectableItem,
    ProtectedItem,
    RecoveryPlan,
)
from ansible_collections.asr.hyperv.plugins.module_utils._domain.jobs import Job
from ansible_collections.asr.hyperv.plugins.module_utils._domain.providers import Provider
from ansible_collections.asr.hyperv.plugins.module_utils._domain.recovery_points import RecoveryPoint
from ansible_collections.asr.hyperv.plugins.module_utils._domain.shapes import Json
from ansible_collections.asr.hyperv.plugins.module_utils._domain.wire import last_part, rows, same_id, segment, text

PERMISSIONS = "providers/Microsoft.Authorization/permissions?api-version=2022-04-01"
FAR_FUTURE = datetime(2100, 1, 1, tzinfo=timezone.utc)


def parts(arm_id: str, *kinds: str) -> tuple[str, ...]:
    """The names after each of `kinds` in an ARM id. Raises BadInput when one is not in it."""
    names = tuple(segment(arm_id, kind) for kind in kinds)
    if not all(names):
        raise BadInput(f"{arm_id!r} is not an ARM id with {', '.join(kinds)} in it.")
    return names


def time_text(moment: datetime) -> str:
    """A time as the service's filters want it: UTC, .NET's "o" format with seven digits (docs/service.md 2.4)."""
    return f"{moment.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%S.%f}0Z"


def about(doing: str, body: Json | None, name: str) -> None:
    """Raises OddAnswer for an answer that is about another thing than was asked for, or about none."""
    found = last_part(text(body, "id"))
    if body is not None and not same_id(found, name):
        raise OddAnswer(doing, f"the answer is about another one: {found or 'it has no id'}")


def identified(doing: str, items: list[ProtectedItem]) -> list[ProtectedItem]:
    """The items. Raises ServiceError when one cannot be told from others: a list that lacks it must not look complete."""
    lost = next((item for item in items if not item.id), None)
    if lost:
        raise ServiceError(doing, f"the list has an entry without an id ({lost.friendly_name or 'and without a name'})")
    return items


class Reads(Resources):
    """The reading half of Vault. Each method raises what `explain` makes of an error; "not there" is None."""

    def why_not_ours(self, item: ProtectedItem) -> str:
        """Why nothing may be started for an item that the vault itself listed; empty when all is well."""
        if not self.place.holds(item.id):
            return f"its id {item.id} is not one of {self.place}"
        if not same_id(last_part(item.id), item.name):
            return f"its id {item.id} is that of another item than its name {item.name!r}"
        return ""

    def protected_items(self, plan: str = "") -> list[ProtectedItem]:
        """All protected items of the vault, or those in the recovery plan called `plan`.

        One list for the whole vault; without the right to that (Site Recovery Operator, docs/service.md 5.7) one list per
        container.
        """
        doing = f"list the protected items of {self.place}"
        quoted = plan.replace("'", "''")
        wanted = {"filter": f"RecoveryPlanName eq '{quoted}'"} if plan else {}
        try:
            bodies = self.every(doing, self.client.replication_protected_items.list, **wanted)
        except AccessDenied:
            return self.protected_items_by_container(plan)
        return identified(doing, [ProtectedItem.from_service(body) for body in bodies])

    def protected_items_by_container(self, plan: str) -> list[ProtectedItem]:
        """The same, for callers who may not list the whole vault; here the plan says who its members are."""
        operation = self.client.replication_protected_items.list_by_replication_protection_containers
        bodies: list[object] = []
        for fabric, container in self.containers():
            bodies += self.every(f"list the protected items of {container!r}", operation, fabric, container)
        doing = f"list the protected items of {self.place}"
        items = identified(doing, [ProtectedItem.from_service(body) for body in bodies])
        if not plan:
            return items
        known = self.recovery_plan(plan)
        members = [member for group in (known.groups if known else ()) for member in group]
        return [item for item in items if any(same_id(item.id, member) for member in members)]

    def containers(self) -> Iterable[tuple[str, str]]:
        """The protection containers of the vault, as (fabric, container)."""
        operation = self.client.replication_protection_containers.list_by_replication_fabrics
        for fabric in self.fabrics():
            for body in self.every(f"list the protection containers of {fabric!r}", operation, fabric):
                yield fabric, text(body, "name")

    def fabrics(self) -> list[str]:
        """The names of the fabrics (Hyper-V sites and VMM servers) of the vault."""
        bodies = self.every(f"list the fabrics of {self.place}", self.client.replication_fabrics.list)
        return [text(body, "name") for body in bodies]

    def protected_item(self, item_id: str) -> ProtectedItem | None:
        """One protected item by its ARM id. Raises BadInput when that is not the id of one."""
        names = parts(item_id, "replicationFabrics", "replicationProtectionContainers", "replicationProtectedItems")
        doing = f"read the protected item {names[-1]!r}"
        body = self.one(doing, self.client.replication_protected_items.get, *names)
        about(doing, body, names[-1])
        return ProtectedItem.from_service(body) if body else None

    def protectable_item(self, arm_id: str) -> ProtectableItem | None:
        """One protectable item by its ARM id. Raises BadInput when that is not the id of one."""
        names = parts(arm_id, "replicationFabrics", "replicationProtectionContainers", "replicationProtectableItems")
        doing = f"read the protectable item {names[-1]!r}"
        body = self.one(doing, self.client.replication_protectable_items.get, *names)
        return ProtectableItem.from_service(body) if body else None

    def protectable_items(self, fabric: str, container: str) -> list[ProtectableItem]:
        """All VMs that the Hyper-V hosts behind a container report."""
        operation = self.client.replication_protectable_items.list_by_replication_protection_containers
        bodies = self.every(f"list the protectable items of {container!r}", operation, fabric, container)
        return [ProtectableItem.from_service(body) for body in bodies]

    def recovery_points(self, item: ProtectedItem) -> list[RecoveryPoint]:
        """The recovery points of an item, as Azure keeps them."""
        operation = self.client.recovery_points.list_by_replication_protected_items
        names = (item.fabric, item.container, item.name)
        bodies = self.every(f"list the recovery points of {item.friendly_name!r}", operation, *names)
        return [RecoveryPoint.from_service(body) for body in bodies]

    def recovery_plans(self) -> list[RecoveryPlan]:
        """All recovery plans; the list tells nothing of their groups (docs/service.md 1.6), `recovery_plan` does."""
        doing = f"list the recovery plans of {self.place}"
        bodies = self.every(doing, self.client.replication_recovery_plans.list)
        return [RecoveryPlan.from_service(body) for body in bodies]

    def recovery_plan(self, name: str) -> RecoveryPlan | None:
        """One recovery plan with its groups."""
        doing = f"read the recovery plan {name!r}"
        body = self.one(doing, self.client.replication_recovery_plans.get, name)
        about(doing, body, name)
        return RecoveryPlan.from_service(body) if body else None

    def jobs(self, since: datetime, states: Collection[str] = (), until: datetime = FAR_FUTURE) -> list[Job]:
        """All jobs that started since then, in any or the given states, without tasks and errors (docs/service.md 2.4).

        Only filters with both bounds are recorded, so both are sent; an end far in the future hides neither a running
        job nor one stamped by a clock that is ahead of ours.
        """
        wanted = [f"StartTime eq '{time_text(since)}'", f"EndTime eq '{time_text(until)}'"]
        if states:
            either = " or ".join(f"JobStatus eq '{state}'" for state in states)
            wanted.append(f"( {either} )")
        operation = self.client.replication_jobs.list
        bodies = self.every(f"list the jobs of {self.place}", operation, filter=" and ".join(wanted))
        return [Job.from_service(body) for body in bodies if not self.place.strange(text(body, "id"))]

    def job(self, name: str) -> Job | None:
        """One job with its tasks and errors."""
        doing = f"read the job {name!r}"
        body = self.one(doing, self.client.replication_jobs.get, name)
        if body and self.place.strange(text(body, "id")):
            raise OddAnswer(doing, f"its id {text(body, 'id')} is not one of {self.place}", code="NotOfThisVault")
        return Job.from_service(body) if body else None

    def providers(self) -> list[Provider]:
        """All providers: the Hyper-V hosts and VMM servers; per fabric where the whole list is not allowed
        (docs/service.md 5.7)."""
        operations = self.client.replication_recovery_services_providers
        try:
            bodies = self.every(f"list the providers of {self.place}", operations.list)
        except AccessDenied:
            by_fabric = operations.list_by_replication_fabrics
            bodies = [
                body
                for fabric in self.fabrics()
                for body in self.every(f"list the providers of {fabric!r}", by_fabric, fabric)
            ]
        return [Provider.from_service(body) for body in bodies]

    def permissions(self) -> list[object]:
        """What the caller may do with the vault: actions and notActions, as ARM tells them."""
        doing = f"read the caller's permissions on {self.place}"
        address = f"{self.place.resource_manager.rstrip('/')}{self.place.id}/{PERMISSIONS}"
        with self.explained(doing):
            response = self.client.send_request(library("azure.core.rest").HttpRequest("GET", address))
            response.raise_for_status()
            return rows(response.json(), "value")
