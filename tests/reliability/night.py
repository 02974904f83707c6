# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A night in the order of the role failback, in one process: look, judge, leave out, cut over, commit, protect, judge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from types import SimpleNamespace
from typing import cast

from ansible_collections.asr.hyperv.plugins.module_utils._glue import readiness
from ansible_collections.asr.hyperv.plugins.module_utils._glue.base import AsrModule
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.estimate import Assumptions
from ansible_collections.asr.hyperv.plugins.module_utils._roles.gate import AWAY
from ansible_collections.asr.hyperv.plugins.module_utils._roles.looks import held_now, wellness
from ansible_collections.asr.hyperv.plugins.module_utils._roles.membership import missed
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AsrError
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import HypervHost
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import Sighting
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Member, Readiness
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry
from ansible_collections.asr.hyperv.plugins.modules import protected_item_info
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service
from asr_simulator.estate.places import Host
from asr_simulator.windows import hyperv
from asr_simulator.windows.calls import Call, ModuleFailed

ALL = {  # every VM, and of each what the role's preflight reads
    **{"name": None, "id": None, "ids": None},
    "details": ["disks", "network_adapters", "checkpoints", "replication", "configuration"],
}
INTERVAL, TIMEOUT = 60, 4 * 3600
WITHIN = 900  # seconds from the look at the hosts to a cutover


class Gathered(Sighting, total=False):
    """What the role gathers of a host."""

    hyperv_host: HypervHost | None
    reached: bool


@dataclass
class Night:
    """What one run said in the end: who was left where, and why; whether it was all well."""

    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def green(self) -> bool:
        return not self.wrong


def vault_says(service: Service, **target: object) -> list[ItemEntry]:
    """What protected_item_info tells; all items of the vault without a target."""
    params = {"protected_items": None, "recovery_plan": None, "groups": None, **target}
    told: list[ItemEntry] = protected_item_info.read(asked(params), service.vault)["protected_items"]
    return told


def asked(params: dict[str, object]) -> AsrModule:
    """A module as far as what reads the vault looks at it: its parameters."""
    return cast(AsrModule, SimpleNamespace(params=params))


def hosts_say(service: Service) -> list[Gathered]:
    """What host_info and vm_info tell of all hosts, in the shape that the role gathers."""
    return [facts_of(service, host) for site in service.world.estate.sites for host in site.hosts]


def facts_of(service: Service, host: Host) -> Gathered:
    """The facts of one host, or why there are none."""
    told = Gathered(name=host.name, inventory=host.name, hyperv_host=None, vms=None, error=None, reached=True)
    if not host.computer.online:
        return {**told, "error": "no answer", "reached": False}
    call = Call(service.world, host.computer, dict(ALL))
    try:
        return {**told, "hyperv_host": hyperv.host_info(call)["hyperv_host"], "vms": hyperv.vm_info(call)["vms"]}
    except ModuleFailed as error:
        return {**told, "error": str(error)}


def look(service: Service, names: Sequence[str], moment: str, accepted: Sequence[str]) -> Readiness:
    """What readiness_info says of these VMs, of which a person has accepted some as they are in Azure."""
    mine = [name for name in accepted if name in names]
    params = {
        **{"protected_items": list(names), "recovery_plan": None, "groups": None, "optional_items": []},
        **{"data_sync": "auto", "create_vm_if_missing": False, "alternate_host": "", "item_options": []},
        **{"hosts": hosts_say(service), "hosts_since": None, "moment": moment, "assume": asdict(Assumptions())},
        **{"accept_unprotected_disks": mine, "accept_changed_azure_vm": mine, "require_evidence": False},
        "domain_controllers": [],
        "needs_hosts": False,
        "until": "protected",
    }
    try:
        return cast(Readiness, readiness.read(asked(params), service.vault))
    except AsrError as error:
        return {"msg": str(error)}


def night(
    service: Service,
    accepted: Sequence[str] = (),
    before: Sequence[Member] = (),
    looked: Callable[[Sequence[str]], None] = lambda names: None,
) -> tuple[Night, list[Member]]:
    """One run of the role; what it said, and its members for the next one. `before`: the members of the last report.

    `looked` is called with those that are looked at right before their cutover.
    """
    run = Night()
    try:
        found = vault_says(service, recovery_plan="plan1")
    except AsrError as error:
        run.wrong["the run"] = str(error)
        return run, list(before)
    going = leave_out(run, found, look(service, names_of(found), "preflight", accepted))
    drive(service, run, going, "synchronized", accepted)
    home: list[str] = []
    for wave in waves(found):
        members = [one for one in wave if one["name"] in going and one["name"] not in run.wrong]
        first = [one["name"] for one in found if number_of(one) < number_of(wave[0])]
        if any(name in run.wrong for name in first):
            run.wrong |= {one["name"]: "waits for an earlier one" for one in members if one["phase"] in AWAY}
            members = [one for one in members if one["name"] not in run.wrong]
        away = [one for one in members if one["phase"] in AWAY]
        if away:
            looked(names_of(away))
            leave_out(run, away, look(service, names_of(away), "cutover", accepted))
        drive(service, run, [name for name in names_of(members) if name not in run.wrong], "cut_over", accepted)
        drive(service, run, [name for name in names_of(members) if name not in run.wrong], "replicating", accepted)
        home += names_of(members)
    drive(service, run, [name for name in home if name not in run.wrong], "protected", accepted)
    judge_the_end(service, run, found, before)
    return run, [*found, *(one for one in before if one["id"] not in [now["id"] for now in found])]


def leave_out(run: Night, members: Sequence[ItemEntry], answer: Readiness) -> list[str]:
    """Note who is held now; the names of the others."""
    run.wrong |= held_now(members, answer)
    return [name for name in names_of(members) if name not in run.wrong]


def drive(service: Service, run: Night, names: Sequence[str], goal: str, accepted: Sequence[str]) -> None:
    """One call of the module failback."""
    if not names:
        return
    mine = [name for name in accepted if name in names]
    try:
        tracks = service.run(
            goal,
            list(names),
            accept_unprotected_disks=mine,
            accept_changed_azure_vm=mine,
            cut_over_within=WITHIN if goal == "cut_over" else None,
            interval=INTERVAL,
            timeout=TIMEOUT,
        )
    except AsrError as error:
        run.wrong |= dict.fromkeys(names, str(error))
        return
    run.wrong |= {track.name: str(track.problem["message"]) for track in tracks if track.problem}


def judge_the_end(service: Service, run: Night, found: Sequence[ItemEntry], before: Sequence[Member]) -> None:
    """Whether home is really home, and who is missing."""
    try:
        now, plan = vault_says(service), vault_says(service, recovery_plan="plan1")
    except AsrError as error:
        run.wrong["the run"] = str(error)
        return
    run.wrong |= wellness([one for one in now if one["name"] in names_of(found)], hosts_say(service))["unwell"]
    run.wrong |= {one["name"]: one["says"] for one in missed([*found, *before], plan, {"items": now}, ())}


def waves(found: Sequence[ItemEntry]) -> list[list[ItemEntry]]:
    """The members by the groups of their plan."""
    return [[one for one in found if number_of(one) == number] for number in sorted({number_of(one) for one in found})]


def number_of(member: ItemEntry) -> int:
    """The group of a member of a plan, which has one."""
    assert member["group"] is not None
    return member["group"]


def names_of(members: Sequence[ItemEntry]) -> list[str]:
    return [one["name"] for one in members]
