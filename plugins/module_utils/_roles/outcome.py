# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""How a run of the role failback ended, in one word for programs: exit codes 0 and 2 each have several reasons. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import text, texts
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Ended, Outcome
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json

OUTCOMES = {  # each with what a program may do then
    "home": "nothing is left to do",
    "gate_closed": "all that was wanted is synchronized: run again with failback_gate=now when it may be cut over",
    "detached": "the synchronization was started: run again to go on",
    "window": "somebody stays in Azure until the next maintenance window: run again in it",
    "checked": "--check: nothing was started",
    "gate_missed": "too few are synchronized for the gate to open: see who is missing, then run again",
    "left_behind": "somebody is not where he was asked to be: see left_behind, mend it, run again",
    "failed": "the run broke off: see reason, run again",
    "refused": "what was asked for cannot be: running again will not help",
    "unfinished": "the run is under way, was killed, or ended before it had read the vault",
}
GOOD = ("home", "gate_closed", "detached", "window", "checked")


def outcome(run: Ended) -> Outcome:
    """The end of a run, of which `run` tells what the role knows."""
    word, gate = word_of(run), run["gate"]
    fails = list(run["end"]["fails"])
    return {
        "outcome": word,
        "exit_code": 0 if word in GOOD and not fails else 2,
        "reason": run["broke"] or run["summary"] or ("" if gate.get("open", True) else text(gate, "reason")),
        "left_behind": fails,
        "lines": list(run["end"]["lines"]),
        "waiting": {str(one["name"]): str(one.get("waits", "")) for one in excused(run)},
        "ready": texts(gate, "ready"),
        "phases": {str(one["name"]): str(one.get("phase", "")) for one in run["roster"]},
        "recovery_plan": run["recovery_plan"],
        "began": run["began"],
        "ended": run["ended"],
    }


def word_of(run: Ended) -> str:
    """The word. That some are left behind is one only where nothing else is to be told: a gate stays a gate."""
    if run["broke"]:
        return "refused" if run["refused"] else "failed"
    if run["checked"]:
        return "checked"
    if not run["finished"]:
        return (
            "gate_missed" if texts(run["gate"], "missing") else "detached" if run["detached"] else closed(run["gate"])
        )
    if run["end"]["fails"]:
        return "left_behind"
    return "window" if excused(run) else "home"


def closed(gate: Json) -> str:
    """Why a gate did not open: its window is over, or it is opened by hand."""
    return "window" if "maintenance window" in text(gate, "reason") else "gate_closed"


def excused(run: Ended) -> Sequence[Mapping[str, object]]:
    """Those whom a maintenance window leaves in Azure."""
    return [one for one in run["roster"] if one.get("excused")]
