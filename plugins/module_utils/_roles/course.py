# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Who of a failback goes on, who stays where it stands and why, and when nothing new may be started. Pure.

The roster has one entry for each VM, in the order of the waves: all that was read of it, and
`wave` (from 1), `phase_before` (its phase when the run began), `phase` (its phase now), `away` (it still runs in Azure),
`at_goal` (of the last call for it), `optional`, `left_behind` (why the run goes on without it), `kind` (which of KINDS that is),
`waits` (why it stays in Azure for now: the order or the window), and `excused` (it waits for the window only, so it is no
failure). Who is neither left behind nor waits goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from ansible_collections.asr.hyperv.plugins.module_utils._domain.placement import meant_for
from ansible_collections.asr.hyperv.plugins.module_utils._roles.gate import AWAY

HOME = "protected"
FAILED = "failed"  # a step, a hook or the validation of it went wrong: only this counts as a failure of the run's
BLOCKED = "blocked"  # the preflight left it out, before anything was started
HELD = "held"  # its on-premises side was not as it has to be right before its cutover
VETOED = "vetoed"  # somebody objects to its commit
KINDS = (BLOCKED, HELD, VETOED)


def roster(order: Sequence[Sequence[Mapping]], told: Sequence[Mapping], why: Mapping, optional: Sequence) -> list[dict]:
    """The roster of these waves. `told`: the entries of all answers of the module failback in this run, in their order.

    `why`: reasons by name, of `failed`, `blocked`, `held`, `vetoed`, and `outside` (the maintenance window); `optional` names VMs
    as the option optional_items does.
    """
    newest = {entry["id"]: entry for entry in told}
    entries = []
    for number, wave in enumerate(order, start=1):
        for item in wave:
            now = newest.get(item["id"], item)
            kind = next((kind for kind in (FAILED, *KINDS) if item["name"] in why.get(kind, {})), "")
            entries.append(
                {
                    **item,
                    "wave": number,
                    "phase_before": item["phase"],
                    "phase": now["phase"],
                    "away": now["phase"] in AWAY,
                    "at_goal": bool(now.get("at_goal")) and kind != FAILED,
                    "optional": bool(optional) and bool(meant_for(optional, [item])),
                    "left_behind": why[kind][item["name"]] if kind else "",
                    "kind": kind,
                }
            )
    return with_holds(entries, why.get("outside", {}))


def with_holds(entries: Sequence[Mapping], outside: Mapping) -> list[dict]:
    """The entries with why those that could go on stay in Azure. One that runs on-premises already goes on in any case."""
    held: list[dict] = []
    failed: list[str] = []  # critical ones of earlier waves that were left, and that the window keeps out
    late: list[str] = []
    for _wave, members in groupby(entries, key=lambda entry: entry["wave"]):
        here = list(members)
        held += [{**entry, **hold(entry, failed, late, outside)} for entry in here]
        counted = [entry for entry in here if not entry["optional"]]
        failed += [entry["name"] for entry in counted if entry["left_behind"]]
        late += [entry["name"] for entry in counted if entry["name"] in outside and entry["away"]]
    return held


def hold(entry: Mapping, failed: Sequence[str], late: Sequence[str], outside: Mapping) -> dict:
    """Why this one stays in Azure, and whether only the window is the reason."""
    if entry["left_behind"] or not entry["away"]:
        return {"waits": "", "excused": False}
    if failed:
        return {"waits": f"an earlier one is not home as it should be: {', '.join(failed)}", "excused": False}
    reason = f"waits for {', '.join(late)}, which the maintenance window holds" if late else ""
    reason = outside.get(entry["name"], reason)
    return {"waits": reason, "excused": bool(reason)}


def target(entries: Sequence[Mapping], concerned: Sequence[Mapping], plan: str, share: int) -> dict:
    """How the module is asked for those concerned: by the name of the `plan` only when all of its members are meant, and with
    the `share` of them that makes the share of the whole run."""
    ids = {one["id"] for one in concerned}
    wanted = {"share": call_share(entries, ids, share)}
    if plan and ids.issuperset(entry["id"] for entry in entries):
        return {"recovery_plan": plan, **wanted}
    groups: dict[int, list[str]] = {}
    for entry in entries:
        if entry["id"] in ids:
            groups.setdefault(entry["wave"], []).append(entry["id"])
    return {"groups": list(groups.values()), **wanted}


def call_share(entries: Sequence[Mapping], ids: set[str], share: int) -> float:
    """The percentage that a call for these `ids` has to bring to the gate, when `share` percent of the whole run have to.

    Those left behind count in the run and not in the call, those at home the other way round; who was blocked was never meant.
    """
    counted = critical(entries)
    away = [entry for entry in counted if entry["phase_before"] in AWAY and entry["kind"] != BLOCKED]
    called = [entry for entry in counted if entry["id"] in ids]
    needed = -(-int(share) * len(away) // 100) + sum(entry["phase_before"] not in AWAY for entry in called)
    return min(100.0, 100 * needed / len(called)) if called else 100.0


def critical(entries: Sequence[Mapping]) -> list[Mapping]:
    """Those that count: not the optional ones, unless there are no others."""
    return [entry for entry in entries if not entry["optional"]] or list(entries)


def failures(entries: Sequence[Mapping]) -> list[Mapping]:
    """The critical VMs of which something went wrong. Who is blocked, held or vetoed is no failure of the run's."""
    return [entry for entry in entries if entry["kind"] == FAILED and not entry["optional"]]


def halt(entries: Sequence[Mapping], allowed: int, native: bool, manual_actions: Sequence[str]) -> str:
    """Why nothing new may be started; empty when it may. `allowed` is how many critical VMs may fail, negative for any.

    `native`: the plan moves all of its VMs at once, so before the cutover none goes on without the others.
    """
    failed = failures(entries)
    if 0 <= allowed < len(failed):
        return (
            f"{len(failed)} critical VM(s) failed and {allowed} may (failback_max_failures, failback_on_error), so nothing new "
            f"was started. {because(failed)}"
        )
    left = [entry for entry in entries if entry["left_behind"]]
    waiting = [entry for entry in entries if not entry["left_behind"] and entry["phase"] in AWAY]
    if not (native and left and waiting):
        return ""
    started = any(entry["phase"].startswith("synchroniz") for entry in waiting)
    unasked = f"; nobody is asked for the manual actions of the plan then: {', '.join(manual_actions)}"
    otherwise = f", or take failback_orchestration: itemwise{unasked if manual_actions else ''}"
    return (
        f"The recovery plan goes by its own operations, which move all of its VMs at once, so none goes on. {because(left)} "
        f"Mend that and run again{'' if started else otherwise}."
    )


def because(entries: Sequence[Mapping]) -> str:
    """Who was left, and why."""
    return " ".join(f"{entry['name']}: {entry['left_behind'].rstrip('.')}." for entry in entries)


def reasons(entries: Sequence[Mapping], *, finished: bool) -> dict[str, str]:
    """Why the run fails, by name of the VM; empty when it does not.

    When the run has `finished`, and did not stop at the gate, a critical VM that is not home fails it in any case.
    """
    found = {}
    for entry in entries:
        if entry["optional"] or entry["excused"]:
            continue
        stands = f"it stands at {entry['phase']}" if finished and entry["phase"] != HOME else ""
        if reason := entry["left_behind"] or entry["waits"] or stands:
            found[entry["name"]] = reason
    return found
