# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What the vault protects: protected items, protectable items and recovery plans as small frozen records. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._service.hardware import Disk, Nic, disk_of, hardware_of
from ansible_collections.asr.hyperv.plugins.module_utils._service.health import HealthError, health_errors
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import (
    exact,
    job_name,
    plain,
    read,
    rows,
    segment,
    text,
    texts,
    when,
)


@dataclass(frozen=True)
class ProtectedItem:
    """A replication protected item (docs/service.md 1.5), as far as a failback needs it."""

    id: str
    name: str
    friendly_name: str
    provider_type: str
    protection_state: str
    protection_state_description: str
    active_location: str
    allowed_operations: frozenset[str]
    replication_health: str = ""
    failover_health: str = ""
    health_errors: tuple[HealthError, ...] = ()
    vm_id: str = ""
    protectable_item_id: str = ""
    provider_id: str = ""
    policy_name: str = ""
    site: str = ""
    site_kind: str = ""
    test_failover_state: str = ""
    recovery_point_id: str = ""
    recovery_network_id: str = ""
    current_job_id: str = ""
    current_scenario: str = ""
    failed_over_at: datetime | None = None
    last_recovery_point: datetime | None = None
    storage_account_id: str = ""
    log_storage_account_id: str = ""
    os_type: str = ""
    encryption: str = ""
    azure_vm_name: str = ""
    azure_vm_size: str = ""
    azure_resource_group_id: str = ""
    use_managed_disks: bool = False
    managed_disks: int = 0
    switches: tuple[str, ...] = ()
    nics: tuple[Nic, ...] = ()
    cpu_count: int | None = None
    memory_mb: int | None = None
    disks: tuple[Disk, ...] = ()

    @classmethod
    def from_service(cls, body: object) -> ProtectedItem:
        """Make the record from the JSON of one item, of any API version."""
        item, azure = read(body, "properties"), read(body, "properties", "providerSpecificDetails")
        return cls(
            id=text(body, "id"),
            name=text(body, "name"),
            friendly_name=text(item, "friendlyName"),
            provider_type=text(azure, "instanceType"),
            protection_state=text(item, "protectionState"),
            protection_state_description=text(item, "protectionStateDescription"),
            active_location=text(item, "activeLocation"),
            allowed_operations=frozenset(texts(item, "allowedOperations")),
            replication_health=text(item, "replicationHealth"),
            failover_health=text(item, "failoverHealth"),
            health_errors=health_errors(item),
            vm_id=text(azure, "vmId"),
            protectable_item_id=text(item, "protectableItemId"),
            provider_id=text(item, "recoveryServicesProviderId"),
            policy_name=text(item, "policyFriendlyName"),
            site=text(item, "primaryFabricFriendlyName"),
            site_kind=text(item, "primaryFabricProvider"),
            test_failover_state=text(item, "testFailoverState"),
            recovery_point_id=text(item, "failoverRecoveryPointId"),
            recovery_network_id=text(azure, "selectedRecoveryAzureNetworkId"),
            current_job_id=job_name(text(item, "currentScenario", "jobId")),
            current_scenario=text(item, "currentScenario", "scenarioName"),
            failed_over_at=when(read(item, "lastSuccessfulFailoverTime")),
            last_recovery_point=when(read(azure, "lastRecoveryPointReceived")),
            storage_account_id=text(azure, "recoveryAzureStorageAccount"),
            log_storage_account_id=text(azure, "recoveryAzureLogStorageAccountId"),
            os_type=text(azure, "oSDetails", "osType"),
            encryption=text(azure, "encryption"),
            azure_vm_name=text(azure, "recoveryAzureVmName"),
            azure_vm_size=text(azure, "recoveryAzureVMSize"),
            azure_resource_group_id=text(azure, "recoveryAzureResourceGroupId"),
            use_managed_disks=text(azure, "useManagedDisks").lower() == "true",
            managed_disks=len(rows(azure, "protectedManagedDisks")),
            **hardware_of(azure),
        )

    @property
    def fabric(self) -> str:
        """The name of the fabric (the Hyper-V site or VMM server) in the vault."""
        return segment(self.id, "replicationFabrics")

    @property
    def container(self) -> str:
        """The name of the protection container in the fabric."""
        return segment(self.id, "replicationProtectionContainers")

    @property
    def on_hyperv_site(self) -> bool:
        """True for a Hyper-V site, False for a VMM server (docs/service.md 1.5, primaryFabricProvider)."""
        return self.site_kind.lower() in ("singlehosthypervfabric", "hypervsite")

    @property
    def on_vmm(self) -> bool:
        """True when VMM places the VM. Then `switches` are names of VMM's VM networks, and not of switches on a host."""
        return self.site_kind.lower() in ("vmm", "vmmfabric")

    @property
    def names(self) -> frozenset[str]:
        """What a person may call this item: its name, its friendly name and its ARM id, each in plain form."""
        return frozenset(plain(own) for own in (self.name, self.friendly_name, self.id) if own)


@dataclass(frozen=True)
class ProtectableItem:
    """What the Hyper-V side reports of a VM (docs/service.md 1.4); the source of the reProtect body (docs/service.md 2.2)."""

    id: str
    name: str
    friendly_name: str
    provider_id: str
    source_vm_id: str
    os_type: str
    os_disk_id: str
    protected_item_id: str = ""

    @classmethod
    def from_service(cls, body: object) -> ProtectableItem:
        """Make the record from the JSON of one protectable item."""
        item, vm = read(body, "properties"), read(body, "properties", "customDetails")
        disks = [disk_of(disk) for disk in rows(vm, "diskDetails")]
        return cls(
            id=text(body, "id"),
            name=text(body, "name"),
            friendly_name=exact(item, "friendlyName"),
            provider_id=text(item, "recoveryServicesProviderId"),
            source_vm_id=text(vm, "sourceItemId"),
            os_type=text(vm, "osDetails", "osType"),
            os_disk_id=next((disk.vhd_id for disk in disks if disk.role == "OperatingSystem"), ""),
            protected_item_id=text(item, "replicationProtectedItemId"),
        )


@dataclass(frozen=True)
class RecoveryPlan:
    """A recovery plan. `groups` holds the ARM ids of the members of each boot group, in order; a listed plan has none.

    `body` is all that the service said: an update has to send everything again (docs/service.md 1.6).
    """

    id: str
    name: str
    groups: tuple[tuple[str, ...], ...]
    allowed_operations: frozenset[str]
    current_job_id: str = ""
    current_scenario: str = ""
    current_status: str = ""
    provider_types: tuple[str, ...] = ()
    manual_actions: tuple[str, ...] = ()
    body: object = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_service(cls, body: object) -> RecoveryPlan:
        """Make the record from the JSON of one plan."""
        plan = read(body, "properties")
        boots = [group for group in rows(plan, "groups") if text(group, "groupType") == "Boot"]
        return cls(
            id=text(body, "id"),
            name=text(body, "name"),
            groups=tuple(tuple(text(m, "id") for m in rows(group, "replicationProtectedItems")) for group in boots),
            allowed_operations=frozenset(texts(plan, "allowedOperations")),
            current_job_id=job_name(text(plan, "currentScenario", "jobId")),
            current_scenario=text(plan, "currentScenario", "scenarioName"),
            current_status=text(plan, "currentScenarioStatus"),
            provider_types=tuple(texts(plan, "replicationProviders")),
            manual_actions=tuple(manual_actions(rows(plan, "groups"))),
            body=body,
        )


def actions_of(groups: Iterable[object]) -> Iterable[object]:
    """The actions of a plan's groups, in the order in which they run."""
    for group in groups:
        yield from rows(group, "startGroupActions") + rows(group, "endGroupActions")


def manual_actions(groups: Iterable[object]) -> Iterable[str]:
    """The names of the manual actions that run on the way home (direction RecoveryToPrimary)."""
    for action in actions_of(groups):
        manual = text(action, "customDetails", "instanceType") == "ManualActionDetails"
        if manual and "RecoveryToPrimary" in rows(action, "failoverDirections"):
            yield text(action, "actionName")
