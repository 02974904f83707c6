# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draws docs/lifecycle.md from the table that the code walks. A unit test says when the page is out of date.

PYTHONPATH=<folder that holds ansible_collections> python tools/draw_lifecycle.py
"""

from __future__ import annotations

from pathlib import Path

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import (
    LIFECYCLE,
    Goal,
    Phase,
    Way,
    reached,
    steps,
)
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import GOALS_OF

PAGE = Path(__file__).resolve().parents[1] / "docs" / "lifecycle.md"
INTRODUCTION = """# The lifecycle of a protected item

Drawn by `tools/draw_lifecycle.py` from `LIFECYCLE` in `plugins/module_utils/_lifecycle/lifecycle_table.py`; do not edit it here.

The phase of a protected item is read from the vault at every run, never remembered. The rows are looked at from top to bottom;
the first whose evidence holds is the phase. The service's `allowedOperations` come first in every decision. An item goes on one
of five ways; what runs beside its way is `busy`, and waited for. `failback` does all steps of
the way home; every other module does its own step, and refuses where another one would have to come first.
"""
WAYS = {
    Way.HOME: "Home: failback",
    Way.OUT: "Out: planned failover to Azure",
    Way.UNPLANNED: "Out: unplanned failover to Azure",
    Way.DRILL: "Drill: test failover",
    Way.CLEANUP: "Drill: its cleanup",
}
MORE = {  # what the table cannot say
    Way.HOME: [
        f"    {Phase.FAILED_OVER.value} --> {Phase.CUTTING_OVER.value}: planned_failover (full download)",
        f"    {Phase.SYNCHRONIZING.value} --> {Phase.INCONSISTENT.value}: cancelled or failed",
    ]
}


def picture(way: Way) -> str:
    """The phases of a way and what leads from one to the next, as a state diagram."""
    lines = ["```mermaid", "stateDiagram-v2"]
    for row in LIFECYCLE:
        here = row.on(way)
        if here.leads_to:
            lines.append(f"    {row.phase.value} --> {here.leads_to.value}: {here.step.value if here.step else 'wait'}")
    return "\n".join([*lines, *MORE.get(way, []), "```"])


def evidence() -> str:
    """The table itself, and the steps that leave an item in its phase."""
    lines = ["| phase | the VM runs | evidence | ways | steps in the phase |", "| --- | --- | --- | --- | --- |"]
    for row in LIFECYCLE:
        ways = ", ".join(f"`{way.value}`" for way in Way if row.lies_on(way))
        here = ", ".join(f"`{step.value}`" for step in row.here)
        lines.append(
            f"| `{row.phase.value}` | {row.runs.value} | {row.evidence} | {ways if row.ways else 'all'} | {here} |"
        )
    return "\n".join(lines)


def cell(phase: Phase, goal: Goal, way: Way) -> str:
    """What is done in this phase when this state is asked for."""
    if phase in (Phase.BUSY, Phase.UNKNOWN):
        return "waits, then looks again" if phase is Phase.BUSY else "refuses"
    if way is Way.HOME and phase is Phase.FAILED_OVER_UNCOMMITTED:
        return "refuses: commit first"
    if reached(phase, goal, way):
        return "nothing to do"
    return " > ".join(step.value for step in steps(phase, goal, way)) or "waits"


def wishes(way: Way) -> str:
    """Phase by wanted state on one way."""
    goals = [goal for goal in GOALS_OF[way] if way is not Way.HOME or goal is not Goal.FAILED_OVER]
    lines = ["| phase | " + " | ".join(f"`{goal.value}`" for goal in goals) + " |", "| --- " * (len(goals) + 1) + "|"]
    for phase in dict.fromkeys(row.phase for row in LIFECYCLE if row.lies_on(way)):
        lines.append(f"| `{phase.value}` | " + " | ".join(cell(phase, goal, way) for goal in goals) + " |")
    return "\n".join(lines)


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION.rstrip(), "## Phases", evidence()]
    for way, title in WAYS.items():
        parts += [f"## {title}", picture(way), wishes(way)]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
