# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.


"""The protected items of a vault: reading, and all that can be started for one of them."""

from __future__ import annotations

import marshal
from collections.abc import Sequence
from copy import copy
from hashlib import sha256
from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._azure.bodies import (
    REPLICATION,
    directed,
    failback_body,
    failover_body,
    reprotect_body,
)
from ansible_collections.asr.hyperv.plugins.module_utils._azure.calls import Calls, about, parts
from ansible_collections.asr.hyperv.plugins.module_utils._azure.hosts import Hosts
from ansible_collections.asr.hyperv.plugins.module_utils._azure.plans import Plans
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import TO_AZURE, TO_ON_PREMISES
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AccessDenied, ServiceError
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectableItem, ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.recovery_points import RecoveryPoint
from ansible_collections.asr.hyperv.plugins.module_utils._service.started import Started
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import last_part, read, same_id, text
from ansible_collections.asr.hyperv.plugins.module_utils._wish.failback import Failback

UNREAD = (
    "lastRpoCalculatedTime",
    "rpoInSeconds",
    "lastReplicatedTime",
)  # nobody here goes by these details of the provider
CLEANED_UP_BY = "asr.hyperv"  # the comment that the vault keeps with a cleanup


def identified(doing: str, items: list[ProtectedItem]) -> list[ProtectedItem]:
    """The items. Raises ServiceError when one cannot be told from others: a list that lacks it must not look complete."""
    lost = next((item for item in items if not item.id), None)
    if lost:
        raise ServiceError(doing, f"the list has an entry without an id ({lost.friendly_name or 'and without a name'})")
    return items


def digest_of(body: Any) -> bytes:
    """What is kept of the JSON of an item, to know whether the next one says the same: the whole is large.

    UNREAD is taken out of the body, since the service writes it anew all the time.
    """
    details = read(body, "properties", "providerSpecificDetails")
    if isinstance(details, dict):
        for name in UNREAD:
            details.pop(name, None)
    return sha256(marshal.dumps(body, 2)).digest()


class Items:
    """Reading raises what `explain` makes of an error; "not there" is None. Starting raises what Calls.start does.

    Recovery points are ARM ids, empty for the latest data. Most items of a list are as they were in the last one: only a body
    that differs is read.
    """

    def __init__(self, calls: Calls, hosts: Hosts, plans: Plans) -> None:
        self.calls, self.hosts, self.plans = calls, hosts, plans
        self.operations = calls.client.replication_protected_items
        self.known: dict[str, tuple[bytes, ProtectedItem]] = {}  # by id, a digest of the body, and what was read in it

    def record(self, body: object) -> ProtectedItem:
        """A record of an item, a new one for each answer: whoever has the last one goes by that."""
        key, digest = text(body, "id"), digest_of(body)
        before, item = self.known.get(key, (b"", None))
        if item is None or before != digest:
            item = ProtectedItem.from_service(body)
            self.known[key] = (digest, item)
        return copy(item)

    def list(self, plan: str = "") -> Sequence[ProtectedItem]:
        """All protected items of the vault, or those in the recovery plan called `plan`.

        One list for the whole vault; without the right to that (Site Recovery Operator, docs/service.md 5.7) one list per
        container.
        """
        doing = f"list the protected items of {self.calls.place}"
        quoted = plan.replace("'", "''")
        wanted = {"filter": f"RecoveryPlanName eq '{quoted}'"} if plan else {}
        try:
            bodies = self.calls.every(doing, self.operations.list, **wanted)
        except AccessDenied:
            return self.listed_by_container(plan)
        return identified(doing, [self.record(body) for body in bodies])

    def listed_by_container(self, plan: str) -> Sequence[ProtectedItem]:
        """The same, for callers who may not list the whole vault; here the plan says who its members are."""
        operation = self.operations.list_by_replication_protection_containers
        bodies: list[object] = []
        for fabric, container in self.hosts.containers():
            bodies += self.calls.every(f"list the protected items of {container!r}", operation, fabric, container)
        doing = f"list the protected items of {self.calls.place}"
        items = identified(doing, [self.record(body) for body in bodies])
        if not plan:
            return items
        known = self.plans.get(plan)
        members = [member for group in (known.groups if known else ()) for member in group]
        return [item for item in items if any(same_id(item.id, member) for member in members)]

    def get(self, item_id: str) -> ProtectedItem | None:
        """One protected item by its ARM id. Raises BadInput when that is not the id of one."""
        names = parts(item_id, "replicationFabrics", "replicationProtectionContainers", "replicationProtectedItems")
        doing = f"read the protected item {names[-1]!r}"
        body = self.calls.one(doing, self.operations.get, *names)
        about(doing, body, names[-1])
        return self.record(body) if body else None

    def recovery_points(self, item: ProtectedItem) -> Sequence[RecoveryPoint]:
        """The recovery points of an item, as Azure keeps them."""
        operation = self.calls.client.recovery_points.list_by_replication_protected_items
        names = (item.fabric, item.container, item.name)
        bodies = self.calls.every(f"list the recovery points of {item.friendly_name!r}", operation, *names)
        return [RecoveryPoint.from_service(body) for body in bodies]

    def why_not_ours(self, item: ProtectedItem) -> str:
        """Why nothing may be started for an item that the vault itself listed; empty when all is well."""
        if not self.calls.place.holds(item.id):
            return f"its id {item.id} is not one of {self.calls.place}"
        if not same_id(last_part(item.id), item.name):
            return f"its id {item.id} is that of another item than its name {item.name!r}"
        return ""

    def address(self, item: ProtectedItem) -> tuple[str, str, str]:
        """The three names that lead to a protected item. Raises ServiceError for one that is not of this vault."""
        if why := self.why_not_ours(item):
            raise ServiceError(f"change {item.friendly_name!r}", why, code="NotOfThisVault")
        return item.fabric, item.container, item.name

    def planned_failover(self, item: ProtectedItem, failback: Failback) -> Started:
        """Start to fail an item back."""
        if failback.provider_id and not self.calls.place.holds(failback.provider_id):
            why = f"the provider {failback.provider_id} is not one of {self.calls.place}"
            raise ServiceError(f"start the failback of {item.friendly_name!r}", why, code="NotOfThisVault")
        body = directed(TO_ON_PREMISES, failback_body(failback))
        operation = self.operations.begin_planned_failover
        doing = f"start the failback of {item.friendly_name!r}"
        return self.calls.start(doing, operation, *self.address(item), body, at_once=True)

    def commit_failover(self, item: ProtectedItem) -> Started:
        """Commit the failover or failback of an item. After a failback this deletes its Azure VM and disks."""
        operation = self.operations.begin_failover_commit
        return self.calls.start(
            f"commit the failover of {item.friendly_name!r}", operation, *self.address(item), at_once=True
        )

    def reverse_replication(self, item: ProtectedItem, protectable: ProtectableItem) -> Started:
        """Let an item that came home be replicated to Azure again (reProtect, direction PrimaryToRecovery)."""
        body = directed(TO_AZURE, reprotect_body(item, protectable))
        operation = self.operations.begin_reprotect
        return self.calls.start(
            f"reverse the replication of {item.friendly_name!r}", operation, *self.address(item), body
        )

    def planned_failover_out(self, item: ProtectedItem, recovery_point_id: str) -> Started:
        """Start to fail an item over to Azure: its VM is shut down on-premises, and no data are lost."""
        operation = self.operations.begin_planned_failover
        body = directed(TO_AZURE, failover_body(recovery_point_id))
        return self.calls.start(
            f"start the failover of {item.friendly_name!r} to Azure", operation, *self.address(item), body
        )

    def unplanned_failover(self, item: ProtectedItem, recovery_point_id: str, *, shut_down_source: bool) -> Started:
        """Start to fail an item over to Azure without its host. `shut_down_source`: the service tries to stop the VM first."""
        operation = self.operations.begin_unplanned_failover
        asked = "Required" if shut_down_source else "NotRequired"
        body = directed(TO_AZURE, failover_body(recovery_point_id), sourceSiteOperations=asked)
        return self.calls.start(
            f"start the failover of {item.friendly_name!r} to Azure", operation, *self.address(item), body
        )

    def test_failover(self, item: ProtectedItem, recovery_point_id: str, network_id: str) -> Started:
        """Start a test VM in Azure, in the virtual network with this ARM id, beside the VM that goes on running."""
        operation = self.operations.begin_test_failover
        network = {"networkType": "VmNetworkAsInput", "networkId": network_id}
        body = directed(TO_AZURE, failover_body(recovery_point_id), **network)
        return self.calls.start(
            f"start the test failover of {item.friendly_name!r}", operation, *self.address(item), body
        )

    def test_failover_cleanup(self, item: ProtectedItem) -> Started:
        """Delete the test VM of an item, and all that came with it."""
        operation = self.operations.begin_test_failover_cleanup
        body = {"properties": {"comments": CLEANED_UP_BY}}
        return self.calls.start(
            f"clean up the test failover of {item.friendly_name!r}", operation, *self.address(item), body
        )

    def apply_recovery_point(self, item: ProtectedItem, recovery_point_id: str) -> Started:
        """Put the VM in Azure to another recovery point, before its failover is committed."""
        operation = self.operations.begin_apply_recovery_point
        details = {"instanceType": REPLICATION}
        body = {"properties": {"recoveryPointId": recovery_point_id, "providerSpecificDetails": details}}
        return self.calls.start(
            f"change the recovery point of {item.friendly_name!r}", operation, *self.address(item), body
        )

    def repair_replication(self, item: ProtectedItem) -> Started:
        """Start to compare and send again what differs between on-premises and Azure."""
        operation = self.operations.begin_repair_replication
        return self.calls.start(f"repair the replication of {item.friendly_name!r}", operation, *self.address(item))
