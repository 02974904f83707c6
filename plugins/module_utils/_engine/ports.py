# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a run asks of the world: a vault and a clock. Whatever has these methods will do: Azure's, or one made up by a test.

What each does, and raises, is said where it is done (`_azure`). Errors are those of `_service/errors.py`; what is not there
is None; times are UTC; ids are ARM ids.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from ansible_collections.asr.hyperv.plugins.module_utils._service.items import (
    ProtectableItem,
    ProtectedItem,
    RecoveryPlan,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job
from ansible_collections.asr.hyperv.plugins.module_utils._service.providers import Fabric, Provider
from ansible_collections.asr.hyperv.plugins.module_utils._service.recovery_points import RecoveryPoint
from ansible_collections.asr.hyperv.plugins.module_utils._service.started import Started
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json
from ansible_collections.asr.hyperv.plugins.module_utils._wish.failback import Failback


class Clock(Protocol):
    """Seconds that only grow, and a way to let some pass. `sleep` raises Interrupted when the run has to stop, and ends early
    when it is called back."""

    def now(self) -> float: ...

    def sleep(self, seconds: float, /) -> None: ...

    def recalled(self) -> bool: ...


class ReadableItems(Protocol):
    """The protected items of a vault. A plan's name narrows the list to its members."""

    def list(self, plan: str = "") -> Sequence[ProtectedItem]: ...

    def get(self, item_id: str) -> ProtectedItem | None: ...

    def recovery_points(self, item: ProtectedItem) -> Sequence[RecoveryPoint]: ...

    def why_not_ours(self, item: ProtectedItem) -> str: ...


class Items(ReadableItems, Protocol):
    """And what can be started for one: the steps home, and those that lead to Azure. No recovery point means the latest data."""

    def planned_failover(self, item: ProtectedItem, failback: Failback) -> Started: ...

    def commit_failover(self, item: ProtectedItem) -> Started: ...

    def reverse_replication(self, item: ProtectedItem, protectable: ProtectableItem) -> Started: ...

    def planned_failover_out(self, item: ProtectedItem, recovery_point_id: str) -> Started: ...

    def unplanned_failover(self, item: ProtectedItem, recovery_point_id: str, *, shut_down_source: bool) -> Started: ...

    def test_failover(self, item: ProtectedItem, recovery_point_id: str, network_id: str) -> Started: ...

    def test_failover_cleanup(self, item: ProtectedItem) -> Started: ...

    def apply_recovery_point(self, item: ProtectedItem, recovery_point_id: str) -> Started: ...

    def repair_replication(self, item: ProtectedItem) -> Started: ...


class Hosts(Protocol):
    """Its sites and providers, each on a Hyper-V host or a VMM server, and the VMs that hosts report."""

    def sites(self) -> Sequence[Fabric]: ...

    def providers(self) -> Sequence[Provider]: ...

    def protectable_items(self, fabric: str, container: str) -> Sequence[ProtectableItem]: ...

    def protectable_item(self, arm_id: str) -> ProtectableItem | None: ...


class Keys(Protocol):
    """The key files that let hosts into a site of it."""

    def make(self, site: Fabric) -> str: ...

    def end(self, certificate: str) -> datetime | None: ...


class ReadableJobs(Protocol):
    """Its jobs. Those of a list have neither tasks nor errors."""

    def list(self, since: datetime, states: Collection[str] = ()) -> Sequence[Job]: ...

    def get(self, name: str) -> Job | None: ...


class Jobs(ReadableJobs, Protocol):
    """And what can be done with one."""

    def resume(self, job_name: str, comment: str, *, at_once: bool = False) -> Started: ...

    def cancel(self, job_name: str) -> Started: ...

    def restart(self, job_name: str) -> Started: ...

    def of_operation(self, started: Started) -> str: ...


class ReadablePlans(Protocol):
    """Its recovery plans. Those of a list have no groups."""

    def list(self) -> Sequence[RecoveryPlan]: ...

    def get(self, name: str) -> RecoveryPlan | None: ...


class Plans(ReadablePlans, Protocol):
    """And making, changing, deleting them (`properties` are the service's own), and the steps of all members at once."""

    def create(self, plan: str, properties: Json) -> Started: ...

    def update(self, plan: str, properties: Json) -> Started: ...

    def delete(self, plan: str) -> Started: ...

    def planned_failover(self, plan: str, failback: Failback) -> Started: ...

    def commit_failover(self, plan: str) -> Started: ...

    def reverse_replication(self, plan: str) -> Started: ...


class Place(Protocol):
    """Where the vault is."""

    @property
    def subscription_id(self) -> str: ...

    @property
    def resource_group(self) -> str: ...

    @property
    def vault(self) -> str: ...

    def in_subscription(self, arm_id: str) -> bool: ...


class Azure(Protocol):
    """What Azure says, as JSON, of what a failover made in the vault's subscription."""

    def vm(self, arm_id: str) -> Json | None: ...

    def vms(self, scope: str) -> Sequence[object]: ...

    def locks(self, scope: str) -> Sequence[object]: ...

    def below(self, scope: str, kind: str, api_version: str) -> Sequence[object]: ...

    def resource(self, arm_id: str, api_version: str) -> Json | None: ...


class WithJobs(Protocol):
    """A vault that tells its time, which is what its own times are compared with, and its jobs."""

    def service_time(self) -> datetime: ...

    @property
    def jobs(self) -> ReadableJobs: ...


class ReadableVault(WithJobs, Protocol):
    """A vault that is looked at."""

    @property
    def place(self) -> Place: ...

    @property
    def items(self) -> ReadableItems: ...

    @property
    def hosts(self) -> Hosts: ...

    @property
    def plans(self) -> ReadablePlans: ...

    @property
    def azure(self) -> Azure: ...

    def permissions(self) -> Sequence[object]: ...


class Vault(ReadableVault, Protocol):
    """A vault in which things are started. `begun` is what was sent to change something and not surely refused, in words."""

    @property
    def items(self) -> Items: ...

    @property
    def keys(self) -> Keys: ...

    @property
    def plans(self) -> Plans: ...

    @property
    def jobs(self) -> Jobs: ...

    @property
    def begun(self) -> Sequence[str]: ...
