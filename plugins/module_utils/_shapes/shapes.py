# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The shapes of what crosses Ansible: what modules answer, and what the roles make of it. Pure.

Each is a dict as a playbook sees it; RETURN of the modules tells what is in it. All times are UTC, as ISO 8601 with Z.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from ansible_collections.asr.hyperv.plugins.module_utils._shapes.hardware_shapes import DiskEntry, NicEntry

Json = Mapping[str, object]  # an object of somebody else's making: its values are looked at before they are used


class Named(TypedDict):
    """Whatever tells of one VM by its name."""

    name: str


class Known(Named):
    """The same with the ARM id of the protected item."""

    id: str


class ItemOptions(Named, total=False):
    """A row of the option item_options; what it does not say, or as null, is as for all."""

    data_sync: str | None
    create_vm_if_missing: bool | None
    alternate_host: str | None


class Told(TypedDict):
    """What every problem has: a sentence for a person."""

    message: str


class Problem(Told, total=False):
    """Why an item is not where it was asked to be. `left_in_azure` are ARM ids, and addresses of blobs."""

    code: str
    provider_code: str
    possible_causes: str
    recommended_action: str
    activity_id: str
    job: str
    step: str
    health_codes: list[str]
    left_in_azure: list[str]
    what_to_do: str


class JobEntry(TypedDict):
    """A job as a list shows it."""

    name: str
    scenario: str
    title: str
    state: str
    description: str
    target: str
    allowed_actions: list[str]
    started: str | None
    ended: str | None


class OtherJob(TypedDict):
    """A failback that waits in the vault and is of no item of the run."""

    job: str
    name: str
    since: str | None
    state: str


class Outlook(TypedDict):
    """What comes next for an item, in words, and the steps that may be asked for now."""

    next: str
    legal_steps: list[str]


class ItemEntry(Outlook):
    """A protected item as protected_item_info answers it."""

    name: str
    id: str
    vm_id: str
    azure_vm_id: str
    phase: str
    direction: str
    group: int | None
    active_location: str
    protection_state: str
    allowed_operations: list[str]
    replication_health: str
    failover_health: str
    health_errors: list[dict[str, object]]
    recovery_point_age_seconds: int | None
    days_in_azure: float | None
    job: JobEntry | None
    site: str
    provider_id: str
    policy: str
    disks: list[DiskEntry]
    nics: list[NicEntry]
    switches: list[str]
    vm_networks: list[str]
    cpu_count: int | None
    memory_mb: int | None


class Sync(TypedDict):
    """The data synchronization that was chosen."""

    mode: str
    option: str
    reason: str
    vm_creation: str
    alternate_host: str


class Timing(TypedDict):
    """When a step was asked for and was over."""

    step: str
    job: str
    asked: str | None
    ended: str | None
    seconds: float | None


class ThingEntry(TypedDict):
    """Something in Azure that a commit deletes."""

    kind: str
    id: str
    name: str
    size_gb: int | None


class Remains(TypedDict):
    """What became of such a thing."""

    kind: str
    id: str
    name: str
    state: str


class LockEntry(TypedDict):
    """A lock in Azure."""

    id: str
    name: str
    level: str


class LockedEntry(TypedDict, total=False):
    """What only some answers have: locks in the way of a commit, and the Azure VM as it was right after a cutover."""

    locks: list[LockEntry]
    azure_vm: Json


class DepartureEntry(TypedDict, total=False):
    """What only an answer about a way to Azure has."""

    recovery_point: str


class AnswerEntry(DepartureEntry, LockedEntry):
    """An item in the answer of a module that moves items."""

    name: str
    id: str
    group: int | None
    wave: int
    phase_before: str
    phase: str
    goal: str | None
    at_goal: bool
    direction: str
    steps: list[str]
    jobs: list[str]
    data_sync: Sync | None
    error: Problem | None
    warnings: list[str]
    timings: list[Timing]
    deletes: list[ThingEntry]
    azure_after: list[Remains]


class Diff(TypedDict):
    """Before and after, as Ansible shows it with --diff."""

    before_header: str
    after_header: str
    before: str
    after: str


class Answer(TypedDict):
    """The common answer of all modules that move items."""

    changed: bool
    direction: str
    protected_items: list[AnswerEntry]
    diff: Diff


class FindingEntry(TypedDict):
    """What was found wrong, how bad it is, and what to do about it."""

    check: str
    level: str
    thing: str
    message: str
    remedy: str


class EstimateEntry(TypedDict):
    """Seconds."""

    synchronize_seconds: int
    outage_seconds: int


class Verdict(Known):
    """What readiness_info says of an item."""

    group: int | None
    wave: int
    phase: str
    moment: str
    verdict: str
    findings: list[FindingEntry]
    host: str
    data_sync: Sync | None
    estimate: EstimateEntry
