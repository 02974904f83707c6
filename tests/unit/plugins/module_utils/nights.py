# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A little world in which a run of the role failback can be played: a service, hosts and a user that do things by chance."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._night import run as nights
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Run, Wishes
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import AnswerEntry, ItemEntry
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import part

WAY = [
    "failed_over",
    "synchronizing",
    "synchronized",
    "cutting_over",
    "failed_back_uncommitted",
    "failed_back",
    "replicating",
]
WAY.append("protected")
REACHED = {"synchronized": 2, "cut_over": 4, "committed": 5, "replicating": 6, "protected": 7}
RANK = list(REACHED)
HOSTS = ("hv01", "hv02")


def item(name: str, group: int | None = 1, phase: str = "failed_over") -> ItemEntry:
    """A protected item, as far as the rules look at it."""
    more: dict[str, Any] = {
        "provider_id": f"provider of {HOSTS[len(name) % 2]}",
        "disks": [],
        "switches": [],
        "vm_networks": [],
        "cpu_count": None,
    }
    return part(
        ItemEntry, name=name, id=f"/{name}", vm_id=f"id of {name}", group=group, phase=phase, memory_mb=None, **more
    )


def wishes(**more: Any) -> Wishes:
    """What is asked for: one wave after the other is validated and committed, at once."""
    validating: dict[str, Any] = {
        **{"timeout": 60, "must_match": [], "vms": {}, "recorded": [], "isolated_switch": "", "kept": None},
        **{"own": False, "tcp_ports": [], "http": []},
    }
    validating["hosts"] = [{"host": host, "name": host} for host in HOSTS]
    limits = {"synchronized": 1e6, "cut_over": 1e6, "committed": 1e6, "replicating": 1e6, "protected": 1e6}
    usual: dict[str, Any] = {
        "waits_for": "validated",
        "stepwise": True,
        "looks": False,
        "validates": True,
        "validating": validating,
        "hooks": [],
    }
    usual |= {
        "hooks_at_once": 10,
        "asks_at_gate": False,
        "at_gate": [],
        "full_downloads": [],
        "estimates": {},
        "homes": {},
        "sightings": [],
    }
    usual |= {
        "may_fail": -1,
        "native": False,
        "manual_actions": [],
        "optional": [],
        "needs": {},
        "delay": 0,
        "objectable": False,
    }
    usual |= {"cut_over_within": -1, "limits": limits, "owed": [], "reports": False}
    usual["rules"] = {"gate": "now", "window": {}, "share": 100, "closed": ""}
    return part(Wishes, **{**usual, **more})


def opened(*waves: Sequence[str | ItemEntry], why: Any = None, now: float = 1000.0, **more: Any) -> Run:
    """A run of these waves: names, or items."""
    whole = [
        [item(one, number) if isinstance(one, str) else one for one in wave] for number, wave in enumerate(waves, 1)
    ]
    return nights.opened(whole, wishes(**more), why or {}, now)


def entry(one: ItemEntry, phase: str, goal: str, *, at_goal: bool | None = None, **error: Any) -> AnswerEntry:
    """An entry of an answer of the module failback."""
    reached = WAY.index(phase) >= REACHED[goal] if phase in WAY else False
    told: dict[str, Any] = {
        "name": one["name"],
        "id": one["id"],
        "group": one["group"],
        "wave": 1,
        "phase_before": one["phase"],
        "phase": phase,
    }
    told |= {"goal": goal, "at_goal": reached if at_goal is None else at_goal, "direction": "", "steps": [], "jobs": []}
    told |= {"data_sync": None, "error": error or None, "warnings": [], "timings": [], "deletes": [], "azure_after": []}
    return part(AnswerEntry, **told)


def on_host(one: ItemEntry, **more: Any) -> dict[str, Any]:
    """A VM as its host tells of it; it runs and is well if nothing else is said."""
    vm = {
        "id": one["vm_id"],
        "name": one["name"],
        "state": "started",
        "heartbeat": "OkApplicationsHealthy",
        "disks": [],
    }
    return {**vm, "ip_addresses": ["192.0.2.1"], "network_adapters": [], "checkpoints": [], "uptime_seconds": 5, **more}


class World:
    """What is true whoever runs: the phases. Chance decides when anything moves, fails, or is seen."""

    def __init__(self, seed, items):
        self.chance = random.Random(seed)
        self.items = {one["id"]: one for one in items}
        self.phases = {one["id"]: one["phase"] for one in items}

    def answer(self, goals):
        """Move some of those that have goals, by one phase each, and tell of them all."""
        told = []
        for key, goal in goals.items():
            place = WAY.index(self.phases[key])
            if place < REACHED[goal] and self.chance.random() < 0.6:
                self.phases[key] = WAY[place + 1]
            broken = {"code": "JobFailed", "message": f"{key} broke"} if self.chance.random() < 0.03 else {}
            told.append(entry(self.items[key], self.phases[key], goal, at_goal=None, **broken))
        return told

    def look(self, host, ids):
        """What a host tells of these VMs now."""
        if self.chance.random() < 0.1:
            return {"host": host, "error": "no route"}
        here = [one for key, one in self.items.items() if key in ids and one["provider_id"].endswith(host)]
        vms = [on_host(one, heartbeat="OkApplicationsHealthy" if self.chance.random() < 0.7 else "") for one in here]
        return {"host": host, "machine": host, "vms": vms}

    def again(self):
        """The items as the next run finds them."""
        return {key: {**one, "phase": self.phases[key]} for key, one in self.items.items()}
