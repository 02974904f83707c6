# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What time does to a run: the gate opens, the maintenance window closes, the delay of a commit is over. Pure."""

from __future__ import annotations

from datetime import datetime, timezone

from ansible_collections.asr.hyperv.plugins.module_utils._night.calls import is_through
from ansible_collections.asr.hyperv.plugins.module_utils._night.run import once_more, with_reasons
from ansible_collections.asr.hyperv.plugins.module_utils._night.standing import entries_of, is_validated, may_cut_over
from ansible_collections.asr.hyperv.plugins.module_utils._roles.gate import gate, not_enough, outside
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Run
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import RosterEntry
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import Rules


def timed(run: Run, now: float) -> Run:
    """The run at this time: the gate opens or closes, and who does not fit into the window stays in Azure."""
    at: Run = {**run, "now": now}
    if at["gate"] is None:
        return at_gate(at, now)
    if at["gate"]["open"] and not at["opened"] and now >= at["opens"]:
        there = {entry["id"]: now for entry in entries_of(at) if entry["uncommitted"]}
        at = {**at, "opened": f"{as_text(now)}: {at['gate']['reason']}", "came": {**there, **at["came"]}}
    return waited(in_window(at, now), now) if at["opened"] else at


def waited(run: Run, now: float) -> Run:
    """The run with those whose delay is over: they are validated once more before their commit."""
    if not run["wishes"]["delay"]:
        return run
    going = [entry for entry in entries_of(run) if entry["uncommitted"] and not entry["left_behind"]]
    ready = [
        one
        for one in going
        if one["id"] not in run["again"] and is_validated(run, one) and is_through(run, one, "after_boot")
    ]
    return once_more(run, [one["id"] for one in ready if due_for_commit(run, one["id"]) <= now])


def due_for_commit(run: Run, arm_id: str) -> float:
    """When the delay of a VM that waits for objections is over; it counts from its validation."""
    since = (
        run["checked"].get(arm_id)
        or run["probed"].get(arm_id)
        or run["passed"].get(arm_id)
        or run["came"].get(arm_id, run["now"])
    )
    return since + run["wishes"]["delay"]


def at_gate(run: Run, now: float) -> Run:
    """The gate is decided on when enough are ready, or nobody else will be; the user's own check comes first."""
    entries = entries_of(run)
    away = [entry for entry in entries if entry["away"] and not entry["left_behind"]]
    pending = [entry for entry in away if not entry["at_goal"]]
    rules: Rules = {**run["wishes"]["rules"], "closed": run["closed"]}
    early = rules.get("detached") and run["moved"]
    if pending and not early and (len(pending) == len(away) or not_enough(entries, float(rules["share"]))):
        return run
    if run["wishes"]["asks_at_gate"] and not run["gate_asked"]:
        return run
    answer = gate(entries, as_text(now), rules)
    told: Run = {**run, "gate": answer, "opens": now + answer["wait_seconds"]}
    return timed(told, now) if answer["open"] and not answer["wait_seconds"] else told


def in_window(run: Run, now: float) -> Run:
    """The run with those whose cutover, due now, does not fit into the maintenance window: a wave is asked about as one."""
    window = run["wishes"]["rules"]["window"]
    if not window:
        return run
    due: dict[int, list[RosterEntry]] = {}
    for entry in may_cut_over(run, entries_of(run)):
        if entry["id"] not in run["fits"]:
            due.setdefault(entry["wave"], []).append(entry)
    out: dict[str, str] = {}
    for members in due.values():
        out |= outside(members, run["wishes"]["estimates"], as_text(now), window)
    asked = [entry["id"] for members in due.values() for entry in members]
    return with_reasons({**run, "fits": {**run["fits"], **dict.fromkeys(asked, True)}}, outside=out) if asked else run


def as_text(now: float) -> str:
    """A time as the report has it."""
    return datetime.fromtimestamp(now, timezone.utc).isoformat(timespec="seconds")
