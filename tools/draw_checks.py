# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draws docs/checks.md from the table that the code goes by. A unit test says when the page is out of date.

PYTHONPATH=<folder that holds ansible_collections> python tools/draw_checks.py
"""

from __future__ import annotations

from pathlib import Path

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.checks import (
    OF_AZURE,
    OF_HOSTS,
    OF_THE_VAULT,
    OF_VMS,
)
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.row import Check, Level, Moment

PAGE = Path(__file__).resolve().parents[1] / "docs" / "checks.md"
INTRODUCTION = """# Everything that is checked

Drawn from the rows in `plugins/module_utils/_preflight/`; do not edit this page, run `tools/draw_checks.py`.

What a step rests on is read right before the step. A check **blocks** before anything is started: that VM is left out, and the
others go on. At the gate, right before the cutover and right before the commit it **holds** the VM where it stands; running the
same command again looks again. What only **warns** is told, and nothing waits for it. `{...}` stands for the thing's names.

| moment | is |
| --- | --- |
| preflight | before the first request that changes anything, in every run |
| gate | while data is synchronized or the VM waits for its cutover |
| cutover | right before the Azure VM is shut down |
| commit | right before the Azure VM is deleted |
| after | when the VM is home and protected, and in later runs |
"""
HEAD = (
    "| check | what holds | when | otherwise it | who is asked (right) | what to do |",
    "| --- | --- | --- | --- | --- | --- |",
)
PARTS = {
    "What the vault says": OF_THE_VAULT,
    "What the Hyper-V hosts say": OF_HOSTS,
    "What they say of the on-premises VM": OF_VMS,
    "What Azure says": OF_AZURE,
}


def does(row: Check) -> str:
    """What a finding of this check does, in one or two words."""
    if row.level is not Level.BLOCKED:
        return "warns" if row.level is Level.WARNING else "is noted"
    words = {"blocks": Moment.PREFLIGHT in row.moments, "holds": set(row.moments) - {Moment.PREFLIGHT}}
    return ", ".join(word for word, so in words.items() if so)


def line(row: Check) -> str:
    """One row of the page."""
    moments = ", ".join(moment.value for moment in row.moments)
    cells = (f"`{row.name}`", row.what, moments, does(row), row.asks, row.remedy)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION.rstrip()]
    for title, rows in PARTS.items():
        parts += [f"## {title}", "\n".join([*HEAD, *map(line, rows)])]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
