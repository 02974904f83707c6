# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The shapes of a run of the role failback: one value, and what is to be done next. Pure.

Times are seconds since 1970. VMs go by their ARM ids, reasons by their names, as in the report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import HostVm
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import (
    HostName,
    Look,
    ProviderEntry,
    Sighting,
    Validation,
    WantedOfVm,
)
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Forgotten, GateAnswer, Report
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import AnswerEntry, ItemEntry, Json, Remains
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import Hook, HookCall, Rules


class Validating(TypedDict):
    """How VMs are validated: as the variables of the role validate say. `hosts`: all that may be asked."""

    timeout: float
    must_match: Sequence[str]
    vms: Mapping[str, WantedOfVm]
    recorded: Sequence[Validation]
    isolated_switch: str
    kept: Mapping[str, HostVm] | None  # the VMs of a baseline
    hosts: Sequence[HostName]
    tcp_ports: Sequence[int]
    http: Sequence[Json]
    own: bool  # whether every VM has checks that need tasks: a login, or the user's


class Wishes(TypedDict):
    """What was asked for, and what the preflight found."""

    waits_for: str
    stepwise: bool
    looks: bool
    validates: bool
    validating: Validating
    hooks: Sequence[Hook]
    hooks_at_once: int
    rules: Rules
    asks_at_gate: bool
    at_gate: Sequence[str]  # those whose cutover may begin with the gate, if they are full downloads
    full_downloads: Sequence[str]  # by id, before anything is started
    estimates: Mapping[str, Mapping[str, float | None]]
    homes: Mapping[str, str]
    sightings: Sequence[Sighting]
    may_fail: int
    native: bool
    manual_actions: Sequence[str]
    optional: Sequence[str]
    needs: Mapping[str, Sequence[str]]
    delay: float
    objectable: bool
    cut_over_within: float
    limits: Mapping[str, float]  # seconds for each goal
    owed: Sequence[str]  # names of those that an earlier run owes their last hooks
    reports: bool


class Sight(TypedDict):
    """What was seen of a VM on the hosts since it runs on-premises: the looks for it, when they ended, and what follows."""

    since: float
    item: ItemEntry
    looks: dict[str, Look]
    at: dict[str, float]
    whole: bool
    result: Validation


class Ran(TypedDict):
    """A hook that ended well."""

    hook: str
    tasks: str
    ended: str


class Run(TypedDict):
    """A run of the role: what was asked for, and all that has happened. It can be written as JSON."""

    wishes: Wishes
    waves: list[list[ItemEntry]]
    began: float
    now: float
    told: dict[str, AnswerEntry]
    why: dict[str, dict[str, str]]
    providers: list[ProviderEntry] | None
    ready: dict[str, float]  # since when they could be cut over
    fits: dict[str, bool]  # ids whose cutover the window was asked for
    looked: dict[str, float]  # since when the look before the cutover holds
    asked: dict[str, dict[str, float]]  # by id since when each goal is asked for
    sights: dict[str, Sight]
    passed: dict[str, float]  # when all that is validated without tasks was passed
    probed: dict[str, float]  # when it answered over the network
    checked: dict[str, float]  # and all else
    again: dict[str, bool]  # ids that were validated once more, after their delay
    validations: dict[str, Validation]
    hooked: dict[str, dict[str, bool]]  # by number of a hook the ids that it ran for
    ran: list[Ran]
    paces: dict[str, float]  # by number of a hook the seconds that a call of it took in the last portion
    closed: str
    gate_asked: bool
    gate: GateAnswer | None
    opens: float  # when the gate is open
    opened: str
    chapters: int
    proved: bool  # whether it was asked what has become of all that commits were to delete
    came: dict[str, float]  # since when each is known to run on-premises
    moved: bool  # whether an answer of the module has come


class NumberedCall(HookCall):
    """A call of a hook, with its number in failback_hooks."""

    number: int


class Served(TypedDict):
    """A portion of hooks that Ansible was asked to run, and when."""

    calls: list[NumberedCall]
    at: float


class Course(TypedDict):
    """What is to be done now."""

    goals: dict[str, str]
    quiet: list[str]  # ids whose arrival needs nobody
    loud: list[str]  # ids that are followed when they are protected
    whole: bool  # the plan moves all of them at once
    to_the_end: bool  # nothing has to happen on the way: one call brings all home, in the order of the waves
    record: list[str]  # ids that the vault has to be asked about
    watch: dict[str, list[str]]  # by host, as the inventory calls it, the ids that it is asked for
    everything: list[str]  # those of the hosts that are asked for all of their VMs
    inspect: list[str]  # ids that are looked at before their cutover
    calls: list[NumberedCall]
    probe: list[str]  # ids that are to answer over the network
    checks: list[str]  # ids whose validation needs tasks
    gate: bool  # the user's check of the gate
    report: bool
    prove: list[str]  # ids of VMs that are home, and of which it is to be told what is left in Azure
    veto: dict[str, str]  # the goals of those that go to their commit when nobody objects; that is asked right before
    held_open: list[str]  # ids that wait for their delay
    halt: str
    over: bool


class Answers(TypedDict):
    """What a call of the module failback that starts nothing has told, and who of it is in the way, with the reasons by name."""

    told: list[AnswerEntry]
    wrong: dict[str, str]


class Wellness(TypedDict):
    """Of those that the vault calls protected: reasons of those that are not well, and what is to be known of others; by name."""

    unwell: dict[str, str]
    notes: dict[str, str]


class Book(TypedDict):
    """All that the role knows: what it is asked for, what was read before anything was started, the run itself, and its end.

    `options`: the variables of the role, with what the inventory says of single VMs. It can be written as JSON.
    """

    options: dict[str, Any]
    wish: dict[str, object]  # the same as the user gave it, for the report
    vms: Mapping[str, WantedOfVm]  # validate_vms, with what the inventory says
    hosts: list[str]
    checks: bool  # nothing is started: --check
    began: str
    items: list[ItemEntry]
    manual_actions: list[str]
    waves: list[list[ItemEntry]]
    native: bool
    previous: Report  # of the run before
    relied_on: Json  # the preflight of before
    missed: list[Forgotten]
    full_downloads: list[str]  # by id
    left_now: list[Remains]  # what is still there of what earlier commits have left
    preflight: Json
    estimates: dict[str, Any]
    homes: dict[str, str]
    sightings: list[Sighting]
    made: list[str]  # ids of the items whose VM is made on a node, and was not seen to be a role of its cluster since
    cluster_roles: dict[str, str]  # by name of a VM the cluster that this run has made it a role of
    blocked: dict[str, str]
    suspects: dict[str, str]
    run: Run | None
    turn: int  # the number of the last one
    served: Served | None  # the hooks that it asked for
    answers: Answers | None
    wellness: Wellness
    broke: Json  # the answer of what went wrong, if something did
