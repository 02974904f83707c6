# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The shapes of what roles keep and hand on, as a playbook sees them. Pure.

Each is made by one file of `_roles`, which says what is in it. What a user writes is another matter: it is looked at first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import (
    FindingEntry,
    ItemEntry,
    JobEntry,
    Json,
    Known,
    Named,
    Remains,
    Sync,
    ThingEntry,
    Timing,
    Verdict,
)


class Holds(TypedDict):
    """Why a VM stays in Azure for now, and whether only the window is the reason."""

    waits: str
    excused: bool


class RunEntry(ItemEntry):
    """A VM of the run: what was read of it, and where it stands."""

    wave: int
    phase_before: str
    away: bool
    to_start: bool
    uncommitted: bool
    home: bool
    at_goal: bool
    optional: bool
    left_behind: str
    kind: str


class RosterEntry(RunEntry, Holds):
    """The same with what holds it."""


class Placed(Known):
    """A VM, and the phase that it was seen in."""

    phase: str


class Member(Placed):
    """What is remembered of a VM from run to run."""

    vm_id: str
    azure_vm_id: str


class Missed(Member):
    """One that would be forgotten, and what a person may do."""

    says: str
    accepted: bool


class Forgotten(Missed):
    """The same, and which kind it is: member, stranger or abandoned."""

    kind: str


class PlanGroupEntry(TypedDict):
    """A group of a plan, as recovery_plan_info answers it."""

    number: int
    protected_items: list[Known]


class PlanEntry(Named, total=False):
    """A plan, as recovery_plan_info answers it."""

    groups: list[PlanGroupEntry]


class AllOfVault(TypedDict, total=False):
    """All of a vault, or None for what cannot be read."""

    items: list[ItemEntry] | None
    plans: list[PlanEntry] | None
    jobs: list[JobEntry] | None


class Spans(TypedDict):
    """Seconds from the start to the outage, and of the outage; None where the run did not see both ends."""

    sync_seconds: float | None
    outage_seconds: float | None


class Journey(Placed, Spans):
    """All that a run did with a VM."""

    group: int | None
    wave: int
    phase_before: str
    steps: list[str]
    jobs: list[str]
    data_sync: Sync | None
    timings: list[Timing]
    error: Json | None
    deletes: list[ThingEntry]
    azure_after: list[Remains]
    warnings: list[str]


class EvidenceEntry(Known):
    """What became of what a commit was to delete: texts for people, and the things themselves."""

    gone: bool
    says: str
    deleted: str
    remaining: str
    not_proven: str
    deletes: list[ThingEntry]
    azure_after: list[Remains]


class Report(TypedDict, total=False):
    """The report of a failback, over all of its runs. Reports of old have no members."""

    recovery_plan: str | None
    began: str
    ended: str
    members: list[Member]
    missing: list[Forgotten]
    vms: list[Journey]
    validated: list[Json]
    deleted_in_azure: list[Json]
    owed_after_protect: list[str]
    owed_cluster_roles: list[str]
    runs: list[Json]


class Readiness(TypedDict, total=False):
    """The answer of readiness_info, or `msg` why there is none."""

    verdicts: list[Verdict]
    findings: list[FindingEntry]
    msg: str


class Entrance(TypedDict):
    """Who goes, by a preflight; see `_roles/entrance.py`. All but `barrier` are reasons by name of the VM."""

    barrier: str
    blocked: dict[str, str]
    suspects: dict[str, str]
    locked: dict[str, str]


class SharedFinding(FindingEntry):
    """A finding of several VMs."""

    names: list[str]


class ToldFinding(SharedFinding):
    """The same with its VMs in words."""

    who: str


class TooFew(TypedDict):
    """Why it stays closed, and who is missing."""

    reason: str
    missing: list[str]


class GateAnswer(TooFew):
    """Whether it is open; see `_roles/gate.py`."""

    open: bool
    wait_seconds: int
    ready: list[str]


Reasons = Mapping[str, str]  # by name of the VM


class Finish(TypedDict):
    """A line for each VM that is not home as it should be, and the names of those that make the run a failure."""

    lines: list[str]
    fails: list[str]


class Ended(TypedDict):
    """What the role knows when it ends: `broke` is why it broke off, if it did; `summary` why it is no good one."""

    roster: Sequence[Mapping[str, object]]
    end: Finish
    gate: Json
    broke: str
    refused: bool
    checked: bool
    finished: bool
    detached: bool
    summary: str
    recovery_plan: str
    began: str
    ended: str


class Outcome(TypedDict):
    """How a run ended, for programs."""

    outcome: str
    exit_code: int
    reason: str
    left_behind: list[str]
    lines: list[str]
    waiting: dict[str, str]
    ready: list[str]
    phases: dict[str, str]
    recovery_plan: str
    began: str
    ended: str


class Plugging(TypedDict):
    """What to plug in where, as options of vm_network_adapter with the host, and what keeps us from it in words."""

    plugs: list[Json]
    problems: list[str]
