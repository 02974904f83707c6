# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The gate before the cutover: open, closed, or open at a time; and what fits into a maintenance window. Pure.

Times are ISO 8601 with a zone, as 2026-11-28T22:00:00+01:00; durations are seconds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import AWAY
from ansible_collections.asr.hyperv.plugins.module_utils._roles.veto import seconds_of
from ansible_collections.asr.hyperv.plugins.module_utils._roles.vm import vms
from ansible_collections.asr.hyperv.plugins.module_utils._run.order import that_count, too_few
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import single
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import GateAnswer, RosterEntry, TooFew
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import Rules, Window, WrittenRules

NOW, STOP = "now", "stop"
EXAMPLE = "2026-11-28T22:00:00+01:00"


def zoned(text: object) -> datetime | None:
    """A time with its zone; None for what is none, or has none."""
    try:
        parsed = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return parsed if parsed.tzinfo else None


def moment(text: object, option: str) -> datetime:
    """A time with its zone. Raises BadInput when it has none or is none."""
    parsed = zoned(text)
    if parsed is None:
        allowed = "now, stop, or a time" if option == "failback_gate" else "a time"
        raise BadInput(f"{option} is '{text}'. Allowed: {allowed} with its zone such as {EXAMPLE}.")
    return parsed


def check_gate(rules: WrittenRules) -> None:
    """Raises BadInput for a gate that cannot be understood. `rules` as in `gate`, and `commit_after`, a duration."""
    seconds_of(rules.get("commit_after", 0), "failback_commit_after")
    wanted, window, share = str(rules["gate"]), rules["window"], rules["share"]
    time = moment(wanted, "failback_gate") if wanted not in (NOW, STOP) else None
    if not 1 <= int(float(single(share))) <= 100:
        raise BadInput(
            f"failback_gate_share is {share}. Allowed: 1 to 100, the percentage of VMs that have to be synchronized."
        )
    if not window:
        return
    if set(window) != {"opens", "closes"}:
        raise BadInput(
            f"failback_window has {', '.join(sorted(window)) or 'nothing'}. Allowed: opens and closes, both of them."
        )
    opens, closes = (moment(window[name], f"failback_window.{name}") for name in ("opens", "closes"))
    if closes <= opens:
        raise BadInput(f"failback_window closes at {window['closes']}, which is not after it opens, {window['opens']}.")
    if time and time >= closes:
        raise BadInput(
            f"failback_gate is '{wanted}', which is not before failback_window closes, {window['closes']}: nothing could be cut "
            "over. Take an earlier time, or another window."
        )


def gate(items: Sequence[RosterEntry], now: str, rules: Rules) -> GateAnswer:
    """Whether the cutover may begin: `open`, `wait_seconds` until then, `reason`, `ready`, the names that wait for it, and
    `missing`: too few are ready, and these are the ones that are not. That is a failure; a gate may be closed without one.

    `items` as in _course: those that are away are ready when they are `at_goal` (synchronized, or with nothing to do before the
    gate). `rules`: `gate` (now, stop or a time), `window`, `share` (percent of the critical VMs that were away when the run
    began), and `closed`, why it stays closed whatever the rest says. When nobody waits in Azure it is open.
    """
    away = [item for item in items if item["phase"] in AWAY and not item["left_behind"]]
    ready = [item["name"] for item in away if item["at_goal"]]
    answer: GateAnswer = {
        "open": True,
        "wait_seconds": 0,
        "reason": "nobody waits for it in Azure",
        "ready": ready,
        "missing": [],
    }
    if not away:
        return answer
    if rules.get("detached"):
        return {**answer, "open": False, "reason": "this run only starts the synchronization (failback_detach)"}
    if few := not_enough(items, int(rules["share"])):
        return {**answer, "open": False, **few}
    wanted, window = str(rules["gate"]), rules["window"]
    if rules.get("closed") or wanted == STOP:
        return {**answer, "open": False, "reason": rules.get("closed") or "it is opened by hand"}
    here = moment(now, "now")
    times = [moment(wanted, "failback_gate")] if wanted != NOW else []
    if window:
        times.append(moment(window["opens"], "failback_window.opens"))
        if here >= moment(window["closes"], "failback_window.closes"):
            return {**answer, "open": False, "reason": f"the maintenance window closed at {window['closes']}"}
    wait = max([0, *(math.ceil((time - here).total_seconds()) for time in times)])
    return {
        **answer,
        "wait_seconds": wait,
        "reason": f"open since {max(times).isoformat()}" if times else "it was asked for",
    }


def not_enough(items: Sequence[RosterEntry], share: float) -> TooFew | None:
    """The reason and the missing ones when fewer than `share` percent of those that count are ready; else nothing."""
    meant = [vm for vm in vms(items) if vm.was_away]
    missing = too_few(meant, share, lambda vm: vm.ready)
    if not missing:
        return None
    counted = len(that_count(meant))
    names = ", ".join(f"{vm.name} ({'left at ' if vm.left_behind else ''}{vm.entry['phase']})" for vm in missing)
    told = f"{counted - len(missing)} of {counted} VMs are synchronized, {share} % are wanted (failback_gate_share)"
    return {"reason": f"{told}; missing: {names}", "missing": [vm.name for vm in missing]}


def outside(
    away: Sequence[RosterEntry], estimates: Mapping[str, Mapping[str, float | None]], now: str, window: Window
) -> dict[str, str]:
    """By name of each of these VMs why they may not be cut over now, side by side: the window closes before the end of the
    longest. Empty when they may. `estimates` are those of the preflight, by id."""
    if not window or not away:
        return {}
    seconds = {item["name"]: estimates.get(item["id"], {}).get("outage_seconds") for item in away}
    unknown = [name for name, one in seconds.items() if one is None]
    no = f"there is no estimate of the outage of {', '.join(unknown)}, so it cannot be said to fit into the maintenance window"
    reason = no if unknown else too_long(now, window, max(one for one in seconds.values() if one is not None))
    return {item["name"]: reason for item in away} if reason else {}


def too_long(now: str, window: Window, seconds: float) -> str:
    """Why a cutover of `seconds` may not begin now, because the window closes before its end; empty when it may."""
    left = (moment(window["closes"], "failback_window.closes") - moment(now, "now")).total_seconds()
    if seconds <= left:
        return ""
    return (
        f"the cutover takes {math.ceil(seconds / 60)} minutes by the estimate, and the maintenance window closes in "
        f"{max(math.floor(left / 60), 0)} minutes ({window['closes']})"
    )
