# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""All that a turn looks at: the vault's records, the hosts, the VMs over the network. Each look is an errand of its own."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._night import run as nights
from ansible_collections.asr.hyperv.plugins.module_utils._night.answers import proved, unproven
from ansible_collections.asr.hyperv.plugins.module_utils._night.seeing import network_of
from ansible_collections.asr.hyperv.plugins.module_utils._night.standing import entries_of
from ansible_collections.asr.hyperv.plugins.module_utils._roles.looks import held_now
from ansible_collections.asr.hyperv.plugins.module_utils._roles.nodes import is_cluster
from ansible_collections.asr.hyperv.plugins.module_utils._roles.validation import own_of
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import Look, Sighting
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Course, Run
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.errands import Errands
from ansible_collections.asr.hyperv.plugins.plugin_utils._hosts.looking import LIMIT, Looking
from ansible_collections.asr.hyperv.plugins.plugin_utils._hosts.probing import NO_ADDRESS, probe
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.inspecting import (
    Inspection,
    apart,
    next_judged,
    question,
)
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.surroundings import FOREVER, Around, Failed, written

PAUSE = 5.0  # seconds before the vault, or a VM, is asked again
COMPARED = ["disks", "network_adapters"]  # what is read of a VM that runs at home, as in the role validate
NAME_OF_ALL = (
    "it is the name of a failover cluster, whose nodes only the preflight finds out: let it run, or name its nodes"
)
JUDGED = [*COMPARED, "checkpoints", "replication"]  # and of one before its cutover, as in the role preflight
OTHERS = 2  # errands besides those that look: the module, and the vault
RECORD, PROOF, PROBE, WATCH, INSPECTION = "record", "proof", "probe", "watch", "inspection"  # how keys begin
JUDGEMENT = "judgement"


class Lookout:
    """The looks of one turn. `options` are those of the module failback."""

    def __init__(self, around: Around, looking: Looking, errands: Errands, options: Mapping) -> None:
        self.around, self.looking, self.errands, self.options = around, looking, errands, options
        self.watching: dict[str, list[str]] = {}
        self.inspections: dict[str, Inspection] = {}
        self.probe_after: dict[str, float] = {}
        self.begun, self.unread_since, self.record_after = 0, 0.0, 0.0

    def has_room(self) -> bool:
        return len(self.errands) < self.looking.at_once + OTHERS

    # what is sent away

    def send(self, run: Run, todo: Course, moving: Collection[str]) -> None:
        """Send away whoever is to look now. Those that are `moving` are not looked at before a cutover that may have begun."""
        if todo["record"] and RECORD not in self.errands and time.time() >= self.record_after:
            self.errands.start(RECORD, partial(self.around.read_vault, list(todo["record"]), run["providers"]), FOREVER)
        if todo["prove"] and PROOF not in self.errands:
            self.errands.start(PROOF, partial(self.around.prove, self.options, todo["prove"], unproven(run)), FOREVER)
        for host, ids in todo["watch"].items():
            self.watch(run, host, ids, whole=host in todo["everything"])
        for arm_id in todo["probe"]:
            self.probe(run, arm_id)
        self.begin(run, [one for one in todo["inspect"] if one not in moving])
        for one in self.inspections.values():
            self.inspect(one)
        self.judge()

    def watch(self, run: Run, host: str, ids: list[str], *, whole: bool) -> None:
        """Look at a host for VMs that run at home."""
        key = f"{WATCH} {host}"
        if key not in self.errands and self.has_room():
            self.watching[host] = ids
            mine = {"ids": [run["sights"][one]["item"]["vm_id"] for one in ids], "details": details_of(run)}
            self.errands.start(key, self.looking.errand(host, {"details": []} if whole else mine), LIMIT)

    def probe(self, run: Run, arm_id: str) -> None:
        """Ask a VM over the network, once: a hook that is due has to wait for whoever is under way."""
        key = f"{PROBE} {arm_id}"
        if key in self.errands or not self.has_room() or time.time() < self.probe_after.get(arm_id, 0):
            return
        sight, wishes = run["sights"][arm_id], run["wishes"]["validating"]
        ports, pages = network_of(run, sight["item"])
        address = own_of(sight["item"], wishes["vms"]).get("address") or sight["result"]["address"]
        self.errands.start(key, lambda: {"problem": probe(address, ports, pages, wishes["timeout"])}, FOREVER)

    def begin(self, run: Run, ids: Collection[str]) -> None:
        """Begin to look before the cutover of those that nobody looks at yet."""
        looked = {key for one in self.inspections.values() for key in one.ids}
        wanted = set(ids) - looked
        new = [entry for entry in entries_of(run) if entry["id"] in wanted] if wanted else []
        for members in apart(new, run):
            self.begun += 1
            one = Inspection(self.begun, members, run, self.around.hosts, self.around.patience)
            self.inspections[one.key] = one

    def inspect(self, one: Inspection) -> None:
        """Send away what an inspection needs now."""
        for host in one.due():
            if self.has_room():
                one.awaited.add(host)
                self.errands.start(
                    f"{one.key} {host}", self.looking.errand(host, {"details": JUDGED}, whole=True), LIMIT
                )

    def judge(self) -> None:
        """Have all judged that were looked at by now, in one call of the module; who is looked at meanwhile comes next."""
        looked = [one for one in self.inspections.values() if one.is_looked()]
        if JUDGEMENT in self.errands or not looked:
            return
        now = next_judged(looked)
        for one in now:
            one.judging = True
        self.errands.start(JUDGEMENT, partial(self.around.judge, question(now, self.options)), FOREVER)

    # what comes back

    def take(self, run: Run, key: str, answer: Mapping[str, Any]) -> Run:
        """The run after a look. Raises Failed."""
        kind, _blank, rest = key.partition(" ")
        if kind == RECORD:
            return self.recorded(run, answer)
        if kind == PROOF:
            return proved(run, answer.get("left_in_azure") or (), answer.get("protected_items") or ())
        if kind == PROBE:
            return self.probed(run, rest, str(answer.get("problem", answer.get("msg"))))
        if kind == WATCH:
            told: Any = self.looking.told(rest, dict(answer))
            return nights.looked(run, rest, self.watching.pop(rest), look_of(told), time.time())
        if kind == JUDGEMENT:
            return self.judged(run, written(dict(answer)))
        number, _blank, host = rest.partition(" ")
        self.inspections[f"{INSPECTION} {number}"].came(host, self.looking.told(host, dict(answer)))
        return run

    def judged(self, run: Run, answer: Any) -> Run:
        """The verdicts. Where there are none, one of many may be the reason: each is judged alone then."""
        judged = [one for one in self.inspections.values() if one.judging]
        if len(judged) > 1 and not answer.get("verdicts"):
            for one in judged:
                one.judging, one.alone = False, True
            return run
        for one in judged:
            del self.inspections[one.key]
            run = nights.inspected(run, one.ids, held_now(one.members, answer), one.began)
        return run

    def probed(self, run: Run, arm_id: str, problem: str) -> Run:
        """What a VM answers; one that does not is asked again, as long as a validation may take."""
        now = time.time()
        may_change = problem not in ("", NO_ADDRESS)
        if may_change and now - run["passed"][arm_id] < run["wishes"]["validating"]["timeout"]:
            self.probe_after[arm_id] = now + PAUSE
            return run
        return nights.probed(run, arm_id, problem, now)

    def recorded(self, run: Run, answer: Mapping) -> Run:
        """What the vault has recorded of VMs; one that does not answer is asked again, as long as a validation may take."""
        now = time.time()
        if "protected_items" in answer:
            self.unread_since = 0.0
            return nights.recorded(run, answer["protected_items"], answer["providers"], now)
        self.unread_since = self.unread_since or now
        if now - self.unread_since > run["wishes"]["validating"]["timeout"]:
            raise Failed(answer)
        self.record_after = now + PAUSE
        return run


def details_of(run: Run) -> list[str]:
    """What is read of a VM that runs at home, as in the role validate."""
    return COMPARED if run["wishes"]["validating"]["kept"] is None else [*COMPARED, "configuration"]


def look_of(told: Sighting) -> Look:
    """A look at a host as the validation takes it. A node says whose node it is: what left it may be on its way to another.

    The name of a cluster tells the VMs of one node alone, and would be taken for a place without the others.
    """
    host = told["inventory"]
    if why := told.get("error") or (NAME_OF_ALL if is_cluster(told) else ""):
        return {"host": host, "error": why}
    return {
        "host": host,
        "machine": told.get("machine"),
        "cluster": told.get("cluster"),
        "vms": told["vms"],
        "switch_map": told.get("switch_map"),
    }
