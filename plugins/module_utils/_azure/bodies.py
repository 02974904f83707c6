# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.


"""What the service is sent, in its own words (docs/service.md 2): here, and nowhere else, our words become its."""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectableItem, ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json
from ansible_collections.asr.hyperv.plugins.module_utils._wish.failback import Failback

FAILBACK = "HyperVReplicaAzureFailback"
REPLICATION = "HyperVReplicaAzure"


def directed(direction: str, details: object, **more: str) -> Json:
    """An input for the service. The direction is always sent, though it was seen to be optional (docs/service.md 2.1)."""
    return {"properties": {"failoverDirection": direction, **more, "providerSpecificDetails": details}}


def failover_body(recovery_point_id: str) -> Json:
    """What the input of a failover to Azure says of Hyper-V; no recovery point means the latest data (docs/service.md 2.1)."""
    body = {"instanceType": REPLICATION}
    return {**body, "recoveryPointId": recovery_point_id} if recovery_point_id else body


def failback_body(failback: Failback) -> Json:
    """What a failback input says of Hyper-V (docs/service.md 2.1): ForDownTime | ForSynchronization, CreateVmIfNotFound |
    NoAction, and the provider of another host, for items only."""
    body = {
        "instanceType": FAILBACK,
        "dataSyncOption": failback.data_sync.mode.option,
        "recoveryVmCreationOption": failback.vm_creation,
    }
    return {**body, "providerIdForAlternateRecovery": failback.provider_id} if failback.provider_id else body


def reprotect_body(item: ProtectedItem, protectable: ProtectableItem) -> Json:
    """What a reProtect input says of Hyper-V, field by field as docs/service.md 2.2; fields without a value are left out.

    The OS disk comes from the item where the protectable item has every disk as `Data`, which it often does
    (docs/service.md 1.4).
    """
    os_disk = next((disk.vhd_id for disk in item.disks if disk.role == "OperatingSystem"), "")
    body = {
        "instanceType": REPLICATION,
        "hvHostVmId": protectable.source_vm_id,
        "vmName": protectable.friendly_name,
        "osType": protectable.os_type if protectable.os_type in ("Windows", "Linux") else "Windows",
        "vHDId": protectable.os_disk_id or os_disk,
        "storageAccountId": item.storage_account_id,
        "logStorageAccountId": item.log_storage_account_id,
    }
    return {name: value for name, value in body.items() if value}
