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

from ansible_collections.asr.hyperv.plugins.module_utils._errors import BadInput

NOW, STOP = "now", "stop"
EXAMPLE = "2026-11-28T22:00:00+01:00"
AWAY = ("failed_over", "inconsistent", "synchronizing", "synchronized")  # phases in which the VM still runs in Azure


def moment(text: str, option: str) -> datetime:
    """A time with its zone. Raises BadInput when it has none or is none."""
    try:
        parsed = datetime.fromisoformat(str(text))
    except ValueError:
        parsed = None
    if parsed is None or parsed.tzinfo is None:
        allowed = "now, stop, or a time" if option == "failback_gate" else "a time"
        raise BadInput(f"{option} is '{text}'. Allowed: {allowed} with its zone such as {EXAMPLE}.")
    return parsed


def check_gate(gate: str, window: Mapping, share: int) -> None:
    """Raises BadInput for a gate that cannot be understood."""
    if gate not in (NOW, STOP):
        moment(gate, "failback_gate")
    if not 1 <= int(share) <= 100:
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


def gate(items: Sequence[Mapping], now: str, wanted: str, window: Mapping, share: int) -> dict:
    """Whether the cutover may begin: `open`, `wait_seconds` until then, `reason`, and `ready`, the names that wait for it.

    `items` as the module failback returned them: those that are away are ready when they are `at_goal` (synchronized, or
    with nothing to do before the gate). With nobody away the gate is open, whatever is wanted.
    """
    away = [item for item in items if item["phase"] in AWAY]
    ready = [item["name"] for item in away if item.get("at_goal")]
    answer = {"open": True, "wait_seconds": 0, "reason": "nobody is in Azure any more", "ready": ready}
    if not away:
        return answer
    if len(ready) * 100 < int(share) * len(away):
        told = f"{len(ready)} of {len(away)} VMs are synchronized, {share} % are wanted"
        return {**answer, "open": False, "reason": told}
    if wanted == STOP:
        return {**answer, "open": False, "reason": "it is opened by hand"}
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


def fits(now: str, window: Mapping, seconds: float) -> str:
    """Why a cutover of `seconds` may not begin now, because the window closes before its end; empty when it may."""
    if not window:
        return ""
    left = (moment(window["closes"], "failback_window.closes") - moment(now, "now")).total_seconds()
    if seconds <= left:
        return ""
    return (
        f"the cutover takes {math.ceil(seconds / 60)} minutes by the estimate, and the maintenance window closes in "
        f"{max(math.floor(left / 60), 0)} minutes ({window['closes']})"
    )
