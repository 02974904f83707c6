# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a run makes of its preflight: who is left out, who has to be looked at again, and when nothing is started at all. Pure.

`answer` is that of the module readiness_info: `findings` about the whole run, and `verdicts`, one for each VM.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import BEFORE_THE_GATE, HOME
from ansible_collections.asr.hyperv.plugins.module_utils._roles.sharing import said_once
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Entrance, Readiness
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import FindingEntry

LEAVE, STOP = "leave", "stop"
BLOCKED, WARNING = "blocked", "warning"
LOCK = "azure_lock"  # the check


def entrance(answer: Readiness, *, policy: str, looks: bool) -> Entrance:
    """`barrier` (why nothing is started; empty when something is), `blocked`, `suspects` and `locked` (reasons by name).

    With the `policy` stop nobody goes when one is blocked. Suspects stand at the gate already: where the run `looks` at the
    hosts again, that decides, right before their cutover, as a hook may have mended it until then. Who is `locked` goes as
    far as its commit, which fails if the lock is still there then.
    """
    bad = {one["name"]: one for one in answer["verdicts"] if one["verdict"] == BLOCKED}
    reasons = {name: because(one["findings"]) for name, one in bad.items()}
    suspects = {name: reason for name, reason in reasons.items() if looks and bad[name]["phase"] in BEFORE_THE_GATE}
    blocked = {name: reason for name, reason in reasons.items() if name not in suspects}
    told = {
        one["name"]: because([f for f in one["findings"] if f["check"] == LOCK], WARNING) for one in answer["verdicts"]
    }
    return {
        "barrier": barrier(answer, blocked, policy, reasons),
        "blocked": blocked,
        "suspects": suspects,
        "locked": {name: reason for name, reason in told.items() if reason and name not in bad},
    }


def barrier(answer: Readiness, blocked: Mapping[str, str], policy: str, reasons: Mapping[str, str]) -> str:
    """Why nothing is started: something blocks the whole run, nobody is left to go, or one of them is enough to stop."""
    whole = because(answer["findings"])
    going = [one for one in answer["verdicts"] if one["name"] not in blocked and one["phase"] not in HOME]
    told = " ".join(said_once(reasons))
    if whole:
        return f"Nothing was started. {whole} {told}".rstrip()
    if reasons and policy == STOP:
        return f"Nothing was started. {told}"
    if blocked and not going:
        return f"Nothing was started. Nobody is left to go. {told}"
    return ""


def because(findings: Sequence[FindingEntry], level: str = BLOCKED) -> str:
    """What blocks, or is of another level, with its remedies."""
    return " ".join(
        f"{one['message'].rstrip('.')}. {one['remedy']}".strip() for one in findings if one["level"] == level
    )
