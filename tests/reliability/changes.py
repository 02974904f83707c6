# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nights in which somebody changes something: a run in the role's order, a person who mends, and runs until all are home."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Member
from ansible_collections.asr.hyperv.tests.reliability.books import Books
from ansible_collections.asr.hyperv.tests.reliability.judging import Verdict, Watchman, lost
from ansible_collections.asr.hyperv.tests.reliability.mischief import repair
from ansible_collections.asr.hyperv.tests.reliability.night import night
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service
from asr_simulator.estate.azure import AzureVm
from asr_simulator.estate.items import Item
from asr_simulator.facts import table

NAMES = ("a", "b", "c")
NIGHTS = 4  # with a person who mends between them
GUID = "11111111-2222-3333-4444-555555555555"
MOMENTS = [{}, {"job_state": "Suspended"}, {"state": "failed_back_uncommitted"}]
AZURE = [
    {"added_disks": [{"name": "more", "size_gb": 64}]},
    {"disk_sizes": {"0": 512}},
    {"power": "running"},
    {"power": "deallocated"},
    {"resource_group": "rg-elsewhere"},
    {"gone": True},
    {"renamed": "other-name"},
    {"locks": [{"name": "keep"}]},
    {"nics": [{"name": "nic-other"}]},
    {"tags": {"used": "yes"}},
]
AT_HOME = [
    {"checkpoints": ["backup of 22:10"]},
    {"power": "running"},
    {"power": "paused"},
    {"host": "hv02"},
    {"replication": {"state": "Suspended", "health": "Warning"}},
    {"replication": {"state": "Error", "health": "Critical"}},
    {"vm_id": GUID},
    {"unreadable": "the object was not found"},
]
AT_THE_END = [
    {"replication": {"state": "Suspended", "health": "Warning"}},
    {"replication_health": "Critical"},
]
HOSTS = [{"away_for": 1800}, {"away_for": 9000}, {"twins": [{"silent_days": 300}]}]
JOBS = [
    {"state": "NotStarted", "seconds": 90},
    {"state": "NotStarted"},
    {"scenario": "TestFailover", "target": "other01", "type": "ProtectionEntity", "state": "Suspended"},
]
REFUSALS = [
    {"kind": "throttle", "retry_after": 1200, "match": {"verb": "resume"}},
    {"kind": "throttle", "retry_after": 280, "count": 3, "match": {"verb": "failoverCommit"}},
    *({"kind": "refuse", "like": like, "match": {"verb": "failoverCommit"}} for like in ("mfa", "policy", "lock")),
    *({"kind": "refuse", "like": like, "match": {"verb": "resume"}} for like in ("revoked", "disallowed")),
]


@dataclass(frozen=True)
class Tale:
    """What happens in the nights; `service` is how the service shows new jobs."""

    faults: tuple[dict[str, Any], ...]
    nameless: int
    managed: bool


def fault(of: str, facts: dict[str, Any], name: str, where: dict[str, str]) -> dict[str, Any]:
    """One thing that somebody changes."""
    return {"kind": "change", "of": of, "match": {"item": name, **where}, "set": facts}


names, where = st.sampled_from(NAMES), st.sampled_from(MOMENTS)
faults = st.one_of(
    st.builds(fault, st.just("azure"), st.sampled_from(AZURE), names, where),
    st.builds(fault, st.just("vm"), st.sampled_from(AT_HOME), names, st.sampled_from(MOMENTS[:2])),
    st.builds(fault, st.just("vm"), st.sampled_from(AT_THE_END), names, st.just({"state": "protected"})),
    st.builds(fault, st.just("host"), st.sampled_from(HOSTS), names, where),
    st.builds(lambda name, at: fault("plan", {"without": [name]}, name, at), names, where),
    st.builds(lambda name, at: {"kind": "operator", "does": "remove", "match": {"item": name, **at}}, names, where),
    st.builds(lambda job: {"kind": "change", "of": "vault", "after": 60, "set": {"job": job}}, st.sampled_from(JOBS)),
    st.sampled_from(REFUSALS),
)
tales = st.builds(Tale, st.lists(faults, min_size=1, max_size=4).map(tuple), st.sampled_from([1, 1, 40]), st.booleans())


def trial(tale: Tale) -> Verdict:
    """Live through the nights."""
    special = {name: {"managed_disks": tale.managed} for name in NAMES}
    service = Service(vault("a", "b c", vms=special, service={"new_job_seconds": tale.nameless}))
    watchman, books = Watchman(service), Books(service)
    before: list[Member] = []
    for one in tale.faults:
        service.fault(**one)
    for _number in range(NIGHTS):
        service.world.kernel.watch()  # what is so from the start
        service.wait(1)
        books.began()
        run, before = night(service, sorted(books.accepted), before, books.looked)
        books.ended(green=run.green)
        if run.green:
            break
        mend(service, books)
        service.wait(12000)
    left = [one for one in lost(service) if one.partition(":")[0] in books.members - excused(service)]
    by_hand = [f"{item.key} was started while inconsistent" for item in service.world.estate.items if item.vm.spoiled]
    broken = [one for one in dict.fromkeys(watchman.seen) if one not in by_hand]
    ends = Verdict(str(tale), left, twice(service), broken)
    return replace(ends, destroyed=books.destroyed, spoiled=books.spoiled, greens=books.greens)


def mend(service: Service, books: Books) -> None:
    """What a person does the next morning: takes away what is in the way, and accepts by name what cannot be."""
    service.world.faults.clear()
    repair(service)
    world = service.world
    for item in world.estate.items:
        accepted = item.azure is None or not_as_made(item, item.azure)
        if accepted and item.row.active != "Recovery":
            books.accepted |= {item.key}
        if item.azure:
            table.change(world, "azure", item.key, {"added_disks": [], "locks": []})
            books.accepted |= {item.key} if not_as_made(item, item.azure) else set()
        if not item.vm.spoiled and item.row.active == "Recovery":
            item.vm.power = "off"
        item.vm.present, item.vm.unreadable, item.vm.checkpoints = True, "", []
        item.vm.replication, item.health = {}, "Normal"
        others = item.vm.host.computer.others
        others[:] = [vm for vm in others if vm.id != GUID]
    for host in (host for site in world.estate.sites for host in site.hosts):
        table.change(world, "host", host.name, {"online": True, "twins": []})
    there = {item.key for item in world.estate.items}
    members = [[name for name in group if name in there] for group in (("a",), ("b", "c"))]
    table.change(world, "plan", "plan1", {"members": [group for group in members if group]})


def not_as_made(item: Item, vm: AzureVm) -> bool:
    """Whether the Azure VM cannot be brought back to what it was: a person decides about it."""
    sizes = {disk.id: disk.gb for disk in item.vm.disks}
    grown = any(disk.gb > sizes.get(disk.source, disk.gb) for disk in vm.disks)
    return grown or vm.group != "rg-failover" or vm.name != item.azure_name or vm.changed != vm.made


def excused(service: Service) -> set[str]:
    """Who need not come home by running again, as the run has said: a copy that somebody started in mid failback, a VM that
    somebody deleted in Azure while it ran there, and whoever comes after one of these."""
    items = service.world.estate.items
    hurt = {item.key for item in items if item.vm.spoiled or (item.azure is None and item.row.active == "Recovery")}
    return {*hurt, *(NAMES if "a" in hurt else ())}


def twice(service: Service) -> list[str]:
    """Steps that were carried out twice."""
    return [
        f"{item.key}: {script} {count} times"
        for item in service.world.estate.items
        for script, count in service.operations(item.key).items()
        if script in ("failback", "reprotect") and count > 1 and not item.vm.spoiled
    ]


def examples(count: int, number: int) -> tuple[int, list[Verdict]]:
    """Try `count` random tales: how many were lived through, and the smallest bad one."""
    lived: list[Verdict] = []

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(tales)
    def nothing_is_destroyed_and_nothing_untrue(tale: Tale) -> None:
        lived.append(trial(tale))
        assert lived[-1].good, lived[-1]

    try:
        nothing_is_destroyed_and_nothing_untrue()
    except AssertionError:
        return len(lived), [lived[-1]]
    return len(lived), []
