# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""One vault: what can be read from it (`reads.py`), and all that can be started in it. Our words, our records."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.asr.hyperv.plugins.module_utils._azure.library import library
from ansible_collections.asr.hyperv.plugins.module_utils._azure.outward import REPLICATION, Outward, directed
from ansible_collections.asr.hyperv.plugins.module_utils._domain.errors import AccessDenied, NotFound, ServiceError
from ansible_collections.asr.hyperv.plugins.module_utils._domain.items import ProtectableItem, ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._domain.names import segment_objection
from ansible_collections.asr.hyperv.plugins.module_utils._domain.phases import TO_AZURE, TO_ON_PREMISES
from ansible_collections.asr.hyperv.plugins.module_utils._domain.shapes import Json
from ansible_collections.asr.hyperv.plugins.module_utils._domain.started import Started
from ansible_collections.asr.hyperv.plugins.module_utils._domain.wire import last_part, text

FAILBACK = "HyperVReplicaAzureFailback"


def failback_body(data_sync_option: str, vm_creation_option: str, provider_id: str = "") -> Json:
    """What a failback input says of Hyper-V (docs/service.md 2.1): ForDownTime | ForSynchronization, CreateVmIfNotFound |
    NoAction, and the provider of another host, for items only."""
    body = {
        "instanceType": FAILBACK,
        "dataSyncOption": data_sync_option,
        "recoveryVmCreationOption": vm_creation_option,
    }
    return {**body, "providerIdForAlternateRecovery": provider_id} if provider_id else body


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


class Vault(Outward):
    """One vault. Everything that starts something returns Started and raises what Calls.start raises."""

    def planned_failover(
        self, item: ProtectedItem, data_sync_option: str, vm_creation_option: str, provider_id: str = ""
    ) -> Started:
        """Start to fail an item back. `provider_id` is the ARM id of the provider on another host, or empty."""
        if provider_id and not self.place.holds(provider_id):
            why = f"the provider {provider_id} is not one of {self.place}"
            raise ServiceError(f"start the failback of {item.friendly_name!r}", why, code="NotOfThisVault")
        body = directed(TO_ON_PREMISES, failback_body(data_sync_option, vm_creation_option, provider_id))
        operation = self.client.replication_protected_items.begin_planned_failover
        doing = f"start the failback of {item.friendly_name!r}"
        return self.start(doing, operation, *self.address(item), body, at_once=True)

    def commit_failover(self, item: ProtectedItem) -> Started:
        """Commit the failover or failback of an item. After a failback this deletes its Azure VM and disks."""
        operation = self.client.replication_protected_items.begin_failover_commit
        return self.start(
            f"commit the failover of {item.friendly_name!r}", operation, *self.address(item), at_once=True
        )

    def reverse_replication(self, item: ProtectedItem, protectable: ProtectableItem) -> Started:
        """Let an item that came home be replicated to Azure again (reProtect, direction PrimaryToRecovery)."""
        body = directed(TO_AZURE, reprotect_body(item, protectable))
        operation = self.client.replication_protected_items.begin_reprotect
        return self.start(f"reverse the replication of {item.friendly_name!r}", operation, *self.address(item), body)

    def plan_planned_failover(self, plan: str, data_sync_option: str, vm_creation_option: str) -> Started:
        """Start to fail all members of a recovery plan back. Another host cannot be named for a plan (docs/service.md 2.3)."""
        body = directed(TO_ON_PREMISES, [failback_body(data_sync_option, vm_creation_option)])
        operation = self.client.replication_recovery_plans.begin_planned_failover
        doing = f"start the failback of recovery plan {plan!r}"
        return self.start(doing, operation, plan, body, names_job=False, at_once=True)

    def plan_commit(self, plan: str) -> Started:
        """Commit the failover or failback of all members of a recovery plan."""
        operation = self.client.replication_recovery_plans.begin_failover_commit
        doing = f"commit the failover of recovery plan {plan!r}"
        return self.start(doing, operation, plan, names_job=False, at_once=True)

    def plan_reverse_replication(self, plan: str) -> Started:
        """Let all members of a recovery plan be replicated to Azure again; the service wants no body here
        (docs/service.md 2.3)."""
        operation = self.client.replication_recovery_plans.begin_reprotect
        return self.start(f"reverse the replication of recovery plan {plan!r}", operation, plan, names_job=False)

    def create_plan(self, plan: str, properties: Json) -> Started:
        """Create a recovery plan (docs/service.md 2.3). Its job is SaveRecoveryPlan."""
        operation = self.client.replication_recovery_plans.begin_create
        body = {"properties": properties}
        return self.start(f"create the recovery plan {plan!r}", operation, plan, body, names_job=False)

    def update_plan(self, plan: str, properties: Json) -> Started:
        """Replace all groups of a recovery plan (docs/service.md 2.3). Its job is UpdateRecoveryPlan."""
        operation = self.client.replication_recovery_plans.begin_update
        body = {"properties": properties}
        return self.start(f"change the recovery plan {plan!r}", operation, plan, body, names_job=False)

    def delete_plan(self, plan: str) -> Started:
        """Delete a recovery plan; its members stay protected (docs/service.md 2.3). Its job is DeleteRecoveryPlan."""
        operation = self.client.replication_recovery_plans.begin_delete
        return self.start(f"delete the recovery plan {plan!r}", operation, plan, names_job=False)

    def resume(self, job_name: str, comment: str, *, at_once: bool = False) -> Started:
        """Resume a suspended job: Complete Failover, or "done" to a manual action (docs/service.md 2.4). No comment
        becomes a blank."""
        body = {"properties": {"comments": comment or " "}}
        operation = self.client.replication_jobs.begin_resume
        started = self.start(f"resume the job {job_name!r}", operation, job_name, body, at_once=at_once)
        return replace(started, job_name=job_name)

    def cancel_job(self, job_name: str) -> Started:
        """Cancel a job. During data synchronization that leaves the on-premises VM unusable: ask the user first."""
        operation = self.client.replication_jobs.begin_cancel
        return replace(self.start(f"cancel the job {job_name!r}", operation, job_name), job_name=job_name)

    def restart_job(self, job_name: str) -> Started:
        """Restart a failed job; the service starts another one for that, named RestartJob (docs/service.md 2.4)."""
        operation = self.client.replication_jobs.begin_restart
        return self.start(f"restart the job {job_name!r}", operation, job_name, names_job=False)

    def job_of_operation(self, started: Started) -> str:
        """The name of the job behind a start, read from its status URL; empty when the service has none yet.

        For recovery plans the operation id is not the job's (docs/service.md 2.6). Both shapes of the status answer
        carry the job's name in `name`. Callers who may not read it (Site Recovery Operator, docs/service.md 5.7) read
        the job under the operation id instead, which the service takes for an alias. Raises ServiceError when the URL
        is not the service's.
        """
        if started.job_name:
            return started.job_name
        if started.status_url:
            try:
                return self.named_by_status(started)
            except (AccessDenied, NotFound):
                pass
        job = self.job(started.operation_id)
        return job.name if job else ""

    def named_by_status(self, started: Started) -> str:
        """The job's name in the answer of a status URL, which is only asked for if our token may go there."""
        doing = f"read the state of operation {started.operation_id!r}"
        if not self.place.serves(started.status_url):
            raise ServiceError(doing, f"its address is not one of the service: {started.status_url.split('?')[0]}")
        with self.explained(doing):
            response = self.client.send_request(library("azure.core.rest").HttpRequest("GET", started.status_url))
            response.raise_for_status()
            named = (text(response.json(), "name"), last_part(response.headers.get("x-ms-request-id") or ""))
        return next((one for one in named if not segment_objection(one)), "")
