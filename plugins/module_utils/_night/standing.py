# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Where the VMs of a run stand, and whose turn it is: the order of things is that of `_run/order.py`. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import COMMITTED
from ansible_collections.asr.hyperv.plugins.module_utils._night.calls import is_through
from ansible_collections.asr.hyperv.plugins.module_utils._night.seeing import needs_tasks, network_of
from ansible_collections.asr.hyperv.plugins.module_utils._roles.course import roster
from ansible_collections.asr.hyperv.plugins.module_utils._roles.vm import Vm
from ansible_collections.asr.hyperv.plugins.module_utils._run.order import front, holds_back
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Run
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import RosterEntry

RUNNING, VALIDATED, WHEN_COMMITTED, WHEN_PROTECTED = "running", "validated", "committed", "protected"
CONDITIONS = (RUNNING, VALIDATED, WHEN_COMMITTED, WHEN_PROTECTED)


def entries_of(run: Run) -> list[RosterEntry]:
    """The roster: every VM with where it stands, and why it does not go on, if it does not."""
    return roster(run["waves"], list(run["told"].values()), run["why"], run["wishes"]["optional"])


@dataclass(frozen=True)
class Turn:
    """A VM as the order sees it here: `wave` is that of its group, `there` that it is as far as later ones wait for."""

    vm: Vm
    wave: int
    there: bool

    @property
    def optional(self) -> bool:
        return self.vm.optional

    @property
    def left_behind(self) -> bool:
        return self.vm.left_behind


def committed(entry: RosterEntry) -> bool:
    return entry["phase"] in COMMITTED


def is_validated(run: Run, entry: RosterEntry) -> bool:
    """Whether nothing is left to be validated of a VM that runs on-premises; whoever committed one has validated it."""
    if committed(entry) or not run["wishes"]["validates"]:
        return True
    arm_id = entry["id"]
    if arm_id not in run["passed"] or not is_probed(run, arm_id):
        return False
    return arm_id in run["checked"] or not needs_tasks(run, run["sights"][arm_id]["item"])


def is_probed(run: Run, arm_id: str) -> bool:
    """Whether nothing is left to be asked over the network of a VM that was seen on its host."""
    return arm_id in run["probed"] or not any(network_of(run, run["sights"][arm_id]["item"]))


def is_well(run: Run, entry: RosterEntry) -> bool:
    """Whether nothing is left to be validated, and the hooks agree; with a delay those before the commit come later."""
    hooked = is_through(run, entry, "after_boot") and (
        run["wishes"]["delay"] or is_through(run, entry, "before_commit")
    )
    return bool(hooked) and is_validated(run, entry)


def is_there(run: Run, entry: RosterEntry, waits_for: str) -> bool:
    """Whether later waves that wait for that need not wait for it any more, if nobody has found fault with it."""
    if entry["away"] or entry["left_behind"] or not (entry["uncommitted"] or committed(entry)):
        return False
    conditions = {
        RUNNING: True,
        VALIDATED: committed(entry) or entry["id"] in run["again"] or is_well(run, entry),
        WHEN_COMMITTED: committed(entry),
        WHEN_PROTECTED: entry["home"],
    }
    return conditions[waits_for]


def have_their_turn(run: Run, entries: Sequence[RosterEntry], waits_for: str) -> set[str]:
    """The ids of those for whom no earlier one has to be waited for: of another group, or one that it depends on."""
    groups = group_of_waves(run)
    turns = {entry["id"]: Turn(Vm(entry), groups[entry["wave"]], is_there(run, entry, waits_for)) for entry in entries}
    last = front(list(turns.values()))
    needs, waiting = run["wishes"]["needs"], {key for key, turn in turns.items() if holds_back(turn)}
    return {
        entry["id"]
        for entry in entries
        if groups[entry["wave"]] <= last and not waiting.intersection(needs.get(entry["id"], ()))
    }


def group_of_waves(run: Run) -> dict[int, int]:
    """By wave the number of its group: waves of one group differ only in what their VMs depend on."""
    needs = run["wishes"]["needs"]
    told: dict[int, int] = {}
    for number, wave in enumerate(run["waves"], start=1):
        before = {item["id"] for item in run["waves"][number - 2]} if number > 1 else set()
        bound = bool(wave) and all(before.intersection(needs.get(item["id"], ())) for item in wave)
        same = (
            number > 1
            and bound
            and {item["group"] for item in wave} <= {item["group"] for item in run["waves"][number - 2]}
        )
        told[number] = told[number - 1] if same else int(told.get(number - 1, 0)) + 1
    return told


def may_cut_over(run: Run, entries: Sequence[RosterEntry], waits_for: str = "") -> list[RosterEntry]:
    """Those in Azure that are to be cut over now or as soon as they are ready; or would be, if later waves waited for that."""
    everybody = {entry["id"] for entry in entries}
    stepwise, waits_for = run["wishes"]["stepwise"], waits_for or run["wishes"]["waits_for"]
    turn = have_their_turn(run, entries, waits_for) if stepwise else everybody
    early = set(run["wishes"]["at_gate"])
    return [
        entry
        for entry in entries
        if entry["away"]
        and not entry["left_behind"]
        and not entry["waits"]
        and (entry["id"] in turn or entry["id"] in early)
    ]


def chapters_of(run: Run, entries: Sequence[RosterEntry]) -> int:
    """For how many waves the story is told: nothing is to happen any more before the commit of one of their VMs."""
    pending = {
        one["wave"] for one in entries if not (one["home"] or one["left_behind"] or one["waits"] or committed(one))
    }
    return len(run["waves"]) - len(pending)
