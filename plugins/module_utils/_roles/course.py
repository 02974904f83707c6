# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Who of a failback goes on, who stays where it stands and why, and when nothing new may be started. Pure.

The roster has one entry for each VM, in the order of the waves: all that was read of it, and
`wave` (from 1), `phase_before` (its phase when the run began), `phase` (its phase now), `away` (it still runs in Azure),
`to_start` (its failback has not begun), `uncommitted` (it runs on-premises and is not committed), `home` (and protected),
`at_goal` (of the last call for it), `optional`, `left_behind` (why the run goes on without it), `kind` (which of KINDS that is),
`waits` (why it stays in Azure for now: the order or the window), and `excused` (it waits for the window only, so it is no
failure). Who is neither left behind nor waits goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import (
    AWAY,
    BEFORE_THE_GATE,
    HOME,
    TO_START,
    UNCOMMITTED,
)
from ansible_collections.asr.hyperv.plugins.module_utils._roles.sharing import said_once
from ansible_collections.asr.hyperv.plugins.module_utils._roles.vm import BLOCKED, FAILED, Vm, vms
from ansible_collections.asr.hyperv.plugins.module_utils._run.order import (
    NO_LIMIT,
    allowed_in_call,
    earlier,
    is_lost,
    limit,
    share_of_call,
    too_many_failed,
)
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Holds, Reasons, RosterEntry
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import AnswerEntry, ItemEntry, Known
from ansible_collections.asr.hyperv.plugins.module_utils._wish.placement import meant_for

HELD = "held"  # its on-premises side was not as it has to be right before its cutover
VETOED = "vetoed"  # somebody objects to its commit
KINDS = (BLOCKED, HELD, VETOED)


def roster(
    order: Sequence[Sequence[ItemEntry]],
    told: Sequence[AnswerEntry],
    why: Mapping[str, Reasons],
    optional: Sequence[str],
) -> list[RosterEntry]:
    """The roster of these waves. `told`: the entries of all answers of the module failback in this run, in their order.

    `why`: reasons by name, of `failed`, `blocked`, `held`, `vetoed`, and `outside` (the maintenance window); `optional` names VMs
    as the option optional_items does.
    """
    newest = {entry["id"]: entry for entry in told}
    entries: list[RosterEntry] = []
    for number, wave in enumerate(order, start=1):
        for item in wave:
            answer = newest.get(item["id"])
            phase = answer["phase"] if answer else item["phase"]
            kind = next((kind for kind in (FAILED, *KINDS) if item["name"] in why.get(kind, {})), "")
            entries.append(
                {
                    **item,
                    "wave": number,
                    "phase_before": item["phase"],
                    "phase": phase,
                    "away": phase in AWAY,
                    "to_start": phase in TO_START,
                    "uncommitted": phase in UNCOMMITTED,
                    "home": phase in HOME,
                    "at_goal": bool(answer and answer.get("at_goal")) and kind != FAILED,
                    "optional": bool(optional) and bool(meant_for(optional, [item])),
                    "left_behind": why[kind][item["name"]] if kind else "",
                    "kind": kind,
                    "waits": "",
                    "excused": False,
                }
            )
    return with_holds(entries, why.get("outside", {}))


def with_holds(entries: Sequence[RosterEntry], outside: Reasons) -> list[RosterEntry]:
    """The entries with why those that could go on stay in Azure. One that runs on-premises already goes on in any case."""
    run = vms(entries)
    lost = [vm for vm in run if is_lost(vm)]
    late = [vm for vm in run if vm.name in outside and vm.away and not vm.optional]
    return [{**vm.entry, **hold(vm, earlier(vm, lost), earlier(vm, late), outside)} for vm in run]


def hold(vm: Vm, lost: Sequence[Vm], late: Sequence[Vm], outside: Reasons) -> Holds:
    """Why this one stays in Azure, and whether only the window is the reason."""
    if vm.left_behind or not vm.away:
        return {"waits": "", "excused": False}
    if lost:
        return {"waits": f"an earlier one is not home as it should be: {names(lost)}", "excused": False}
    reason = f"waits for {names(late)}, which the maintenance window holds" if late else ""
    reason = outside.get(vm.name, reason)
    return {"waits": reason, "excused": bool(reason)}


def names(run: Iterable[Vm]) -> str:
    return ", ".join(vm.name for vm in run)


def target(
    entries: Sequence[RosterEntry],
    concerned: Sequence[Known],
    plan: str,
    share: float = 100,
    allowed: int = NO_LIMIT,
) -> dict[str, object]:
    """How the module is asked for those concerned: by the name of the `plan` only when all of its members are meant, with the
    `share` of them that makes the share of the whole run, and with how many of them may fail when `allowed` may in all."""
    run, ids = vms(entries), {one["id"] for one in concerned}
    call = [vm for vm in run if vm.entry["id"] in ids]
    may_fail = allowed_in_call(run, limit(allowed), lambda vm: vm.failed)
    wanted = {
        "share": share_of_call(run, call, share, lambda vm: vm.was_away),
        "max_failures": NO_LIMIT if may_fail is None else may_fail,
    }
    if plan and len(call) == len(run):
        return {"recovery_plan": plan, **wanted}
    groups: dict[int, list[str]] = {}
    for vm in call:
        groups.setdefault(vm.wave, []).append(vm.entry["id"])
    return {"groups": list(groups.values()), **wanted}


def halt(entries: Sequence[RosterEntry], allowed: int, native: bool, manual_actions: Sequence[str]) -> str:
    """Why nothing new may be started; empty when it may. `allowed` is how many critical VMs may fail, NO_LIMIT for any.

    `native`: the plan moves all of its VMs at once, so before the cutover none goes on without the others.
    """
    if failed := too_many_failed(vms(entries), limit(allowed), lambda vm: vm.failed):
        return (
            f"{len(failed)} critical VM(s) failed and {allowed} may (failback_max_failures, failback_on_error), so nothing new "
            "was started."
        )
    left = [entry for entry in entries if entry["left_behind"]]
    waiting = [entry for entry in entries if not entry["left_behind"] and entry["phase"] in AWAY]
    if not (native and left and waiting):
        return ""
    started = any(entry["phase"] in BEFORE_THE_GATE for entry in waiting)
    unasked = f"; nobody is asked for the manual actions of the plan then: {', '.join(manual_actions)}"
    otherwise = f", or take failback_orchestration: itemwise{unasked if manual_actions else ''}"
    return (
        "The recovery plan goes by its own operations, which move all of its VMs at once, so none goes on without "
        f"{', '.join(entry['name'] for entry in left)}. Mend that and run again{'' if started else otherwise}."
    )


def ending(entries: Sequence[RosterEntry], also: Reasons, suspects: Reasons, *, finished: bool) -> dict[str, list[str]]:
    """How the run ends: `lines`, one for each reason why VMs are not where they were to be, with all of their names, and `fails`,
    the names of those that make the run no good one. An optional VM has its line and fails no run.

    When the run has `finished`, and did not stop at the gate, a VM that is not home has a line in any case. Reasons by name:
    `also` has what fails a run whoever it is about, `suspects` who could not be cut over as things stand.
    """
    labels: dict[str, str] = {}
    reasons: dict[str, str] = {}
    fails = [*also]
    for entry in entries:
        name = entry["name"]
        stands = f"it stands at {entry['phase']}" if finished and entry["phase"] not in HOME else ""
        own = "" if entry["excused"] else suspects.get(name) or entry["left_behind"] or entry["waits"] or stands
        if name not in also and own:
            labels[name], reasons[name] = f"{name} (optional)" if entry["optional"] else name, own
            fails += [] if entry["optional"] else [name]
    reasons |= also
    told = {labels.get(name, name): behind(name, reason) for name, reason in reasons.items()}
    return {"fails": fails, "lines": said_once(told, one="", shown=len(told))}


def behind(name: str, reason: str) -> str:
    """What comes after the name of a VM: its reason, which may begin with the name."""
    rest = reason.removeprefix(f"{name}: ")
    return rest.removeprefix(name) if rest.startswith(f"{name} ") else f": {rest}"
