# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.


"""The recovery plans of a vault: reading, keeping, and moving all members by one operation (docs/service.md 2.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ansible_collections.asr.hyperv.plugins.module_utils._azure.bodies import directed, failback_body
from ansible_collections.asr.hyperv.plugins.module_utils._azure.calls import Calls, about
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import TO_ON_PREMISES
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import RecoveryPlan
from ansible_collections.asr.hyperv.plugins.module_utils._service.started import Started
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json
from ansible_collections.asr.hyperv.plugins.module_utils._wish.failback import Failback


class Plans:
    """Reading raises what `explain` makes of an error; "not there" is None. Starting raises what Calls.start does."""

    def __init__(self, calls: Calls) -> None:
        self.calls, self.operations = calls, calls.client.replication_recovery_plans

    def list(self) -> Sequence[RecoveryPlan]:
        """All recovery plans; the list tells nothing of their groups (docs/service.md 1.6), `get` does."""
        doing = f"list the recovery plans of {self.calls.place}"
        bodies = self.calls.every(doing, self.operations.list)
        return [RecoveryPlan.from_service(body) for body in bodies]

    def get(self, name: str) -> RecoveryPlan | None:
        """One recovery plan with its groups."""
        doing = f"read the recovery plan {name!r}"
        body = self.calls.one(doing, self.operations.get, name)
        about(doing, body, name)
        return RecoveryPlan.from_service(body) if body else None

    def planned_failover(self, plan: str, failback: Failback) -> Started:
        """Start to fail all members of a recovery plan back. Another host cannot be named for a plan (docs/service.md 2.3)."""
        body = directed(TO_ON_PREMISES, [failback_body(replace(failback, provider_id=""))])
        operation = self.operations.begin_planned_failover
        doing = f"start the failback of recovery plan {plan!r}"
        return self.calls.start(doing, operation, plan, body, names_job=False, at_once=True)

    def commit_failover(self, plan: str) -> Started:
        """Commit the failover or failback of all members of a recovery plan."""
        operation = self.operations.begin_failover_commit
        doing = f"commit the failover of recovery plan {plan!r}"
        return self.calls.start(doing, operation, plan, names_job=False, at_once=True)

    def reverse_replication(self, plan: str) -> Started:
        """Let all members of a recovery plan be replicated to Azure again; the service wants no body here
        (docs/service.md 2.3)."""
        operation = self.operations.begin_reprotect
        return self.calls.start(f"reverse the replication of recovery plan {plan!r}", operation, plan, names_job=False)

    def create(self, plan: str, properties: Json) -> Started:
        """Create a recovery plan (docs/service.md 2.3). Its job is SaveRecoveryPlan."""
        operation = self.operations.begin_create
        body = {"properties": properties}
        return self.calls.start(f"create the recovery plan {plan!r}", operation, plan, body, names_job=False)

    def update(self, plan: str, properties: Json) -> Started:
        """Replace all groups of a recovery plan (docs/service.md 2.3). Its job is UpdateRecoveryPlan."""
        operation = self.operations.begin_update
        body = {"properties": properties}
        return self.calls.start(f"change the recovery plan {plan!r}", operation, plan, body, names_job=False)

    def delete(self, plan: str) -> Started:
        """Delete a recovery plan; its members stay protected (docs/service.md 2.3). Its job is DeleteRecoveryPlan."""
        operation = self.operations.begin_delete
        return self.calls.start(f"delete the recovery plan {plan!r}", operation, plan, names_job=False)
