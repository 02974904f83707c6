# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What leads to Azure and can be started in a vault: failovers, drills, recovery points, repairs. The way home is `vault.py`."""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._azure.reads import Reads
from ansible_collections.asr.hyperv.plugins.module_utils._domain.errors import ServiceError
from ansible_collections.asr.hyperv.plugins.module_utils._domain.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._domain.phases import TO_AZURE
from ansible_collections.asr.hyperv.plugins.module_utils._domain.shapes import Json
from ansible_collections.asr.hyperv.plugins.module_utils._domain.started import Started

REPLICATION = "HyperVReplicaAzure"
CLEANED_UP_BY = "asr.hyperv"  # the comment that the vault keeps with a cleanup


def directed(direction: str, details: object, **more: str) -> Json:
    """An input for the service. The direction is always sent, though it was seen to be optional (docs/service.md 2.1)."""
    return {"properties": {"failoverDirection": direction, **more, "providerSpecificDetails": details}}


def failover_body(recovery_point_id: str) -> Json:
    """What the input of a failover to Azure says of Hyper-V; no recovery point means the latest data (docs/service.md 2.1)."""
    body = {"instanceType": REPLICATION}
    return {**body, "recoveryPointId": recovery_point_id} if recovery_point_id else body


class Outward(Reads):
    """Each method returns Started and raises what Calls.start raises. Recovery points are ARM ids, empty for the latest data."""

    def address(self, item: ProtectedItem) -> tuple[str, str, str]:
        """The three names that lead to a protected item. Raises ServiceError for one that is not of this vault."""
        if why := self.why_not_ours(item):
            raise ServiceError(f"change {item.friendly_name!r}", why, code="NotOfThisVault")
        return item.fabric, item.container, item.name

    def planned_failover_out(self, item: ProtectedItem, recovery_point_id: str) -> Started:
        """Start to fail an item over to Azure: its VM is shut down on-premises, and no data are lost."""
        operation = self.client.replication_protected_items.begin_planned_failover
        body = directed(TO_AZURE, failover_body(recovery_point_id))
        return self.start(
            f"start the failover of {item.friendly_name!r} to Azure", operation, *self.address(item), body
        )

    def unplanned_failover(self, item: ProtectedItem, recovery_point_id: str, *, shut_down: bool) -> Started:
        """Start to fail an item over to Azure without its host. `shut_down`: let the service try to stop the VM there first."""
        operation = self.client.replication_protected_items.begin_unplanned_failover
        asked = "Required" if shut_down else "NotRequired"
        body = directed(TO_AZURE, failover_body(recovery_point_id), sourceSiteOperations=asked)
        return self.start(
            f"start the failover of {item.friendly_name!r} to Azure", operation, *self.address(item), body
        )

    def test_failover(self, item: ProtectedItem, recovery_point_id: str, network_id: str) -> Started:
        """Start a test VM in Azure, in the virtual network with this ARM id, beside the VM that goes on running."""
        operation = self.client.replication_protected_items.begin_test_failover
        network = {"networkType": "VmNetworkAsInput", "networkId": network_id}
        body = directed(TO_AZURE, failover_body(recovery_point_id), **network)
        return self.start(f"start the test failover of {item.friendly_name!r}", operation, *self.address(item), body)

    def test_failover_cleanup(self, item: ProtectedItem) -> Started:
        """Delete the test VM of an item, and all that came with it."""
        operation = self.client.replication_protected_items.begin_test_failover_cleanup
        body = {"properties": {"comments": CLEANED_UP_BY}}
        return self.start(f"clean up the test failover of {item.friendly_name!r}", operation, *self.address(item), body)

    def apply_recovery_point(self, item: ProtectedItem, recovery_point_id: str) -> Started:
        """Put the VM in Azure to another recovery point, before its failover is committed."""
        operation = self.client.replication_protected_items.begin_apply_recovery_point
        details = {"instanceType": REPLICATION}
        body = {"properties": {"recoveryPointId": recovery_point_id, "providerSpecificDetails": details}}
        return self.start(f"change the recovery point of {item.friendly_name!r}", operation, *self.address(item), body)

    def repair_replication(self, item: ProtectedItem) -> Started:
        """Start to compare and send again what differs between on-premises and Azure."""
        operation = self.client.replication_protected_items.begin_repair_replication
        return self.start(f"repair the replication of {item.friendly_name!r}", operation, *self.address(item))
