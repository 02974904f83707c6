# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draws docs/lifecycle.md from the table that the code walks. A unit test says when the page is out of date.

PYTHONPATH=<folder that holds ansible_collections> python docs/draw_lifecycle.py
"""

from __future__ import annotations

from pathlib import Path

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle import GOALS, LIFECYCLE, Goal, Phase, reached, steps

PAGE = Path(__file__).with_name("lifecycle.md")
INTRODUCTION = """# The lifecycle of a failback

Drawn from `LIFECYCLE` in `plugins/module_utils/_lifecycle.py`; do not edit this page, run `docs/draw_lifecycle.py`.

The phase of a protected item is read from the vault at every run, never remembered. The rows are looked at from top to bottom;
the first whose evidence holds is the phase. The service's `allowedOperations` come first in every decision.
"""


def picture() -> str:
    """The phases and what leads from one to the next, as a state diagram."""
    lines = ["```mermaid", "stateDiagram-v2"]
    for row in LIFECYCLE:
        if row.leads_to:
            word = row.step.value if row.step else "wait"
            lines.append(f"    {row.phase.value} --> {row.leads_to.value}: {word}")
    lines += [
        f"    {Phase.FAILED_OVER.value} --> {Phase.CUTTING_OVER.value}: planned_failover (full download)",
        f"    {Phase.SYNCHRONIZING.value} --> {Phase.INCONSISTENT.value}: cancelled or failed",
        "```",
    ]
    return "\n".join(lines)


def evidence() -> str:
    """The table itself."""
    lines = ["| phase | evidence | next step | leads to |", "| --- | --- | --- | --- |"]
    for row in LIFECYCLE:
        step = f"`{row.step.value}`" if row.step else ("wait" if row.leads_to or row.phase is Phase.BUSY else "")
        after = f"`{row.leads_to.value}`" if row.leads_to else ""
        lines.append(f"| `{row.phase.value}` | {row.evidence} | {step} | {after} |")
    return "\n".join(lines)


def cell(phase: Phase, goal: Goal) -> str:
    """What `asr.hyperv.failback` does in this phase when asked for this state."""
    if phase in (Phase.BUSY, Phase.UNKNOWN):
        return "waits, then looks again" if phase is Phase.BUSY else "refuses"
    if phase is Phase.FAILED_OVER_UNCOMMITTED:
        return "refuses: commit first"
    if reached(phase, goal):
        return "nothing to do"
    return " > ".join(step.value for step in steps(phase, goal)) or "waits"


def wishes() -> str:
    """Phase by wanted state."""
    goals = [goal for goal in GOALS if goal is not Goal.FAILED_OVER]
    lines = ["| phase | " + " | ".join(f"`{goal.value}`" for goal in goals) + " |", "| --- " * (len(goals) + 1) + "|"]
    for phase in dict.fromkeys(row.phase for row in LIFECYCLE):
        lines.append(f"| `{phase.value}` | " + " | ".join(cell(phase, goal) for goal in goals) + " |")
    return "\n".join(lines)


def page() -> str:
    """The whole page."""
    tables = ["## Evidence and next step", evidence(), "## Phase by wanted state", wishes()]
    return "\n\n".join([f"{INTRODUCTION}\n{picture()}", *tables]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
