# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures as Markdown and as a plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

COLUMNS = {  # key of a row: heading
    "vms": "VMs",
    "contestant": "contestant",
    "wall": "wall s",
    "over_ideal": "over ideal",
    "lag_median": "lag median s",
    "lag_p95": "lag p95 s",
    "cpu": "CPU s",
    "peak_memory": "memory MB",
    "requests_per_vm": "requests per VM",
    "most_a_second": "most in a second",
    "note": "",
}


def table(rows: Sequence[Mapping], head: bool = True) -> str:
    """The rows as a Markdown table; without `head` only the rows."""
    lines = ["| " + " | ".join(COLUMNS.values()) + " |", "|" + " --- |" * len(COLUMNS)] if head else []
    lines += ["| " + " | ".join(shown(row.get(key)) for key in COLUMNS) + " |" for row in rows]
    return "\n".join(lines)


def shown(value: object) -> str:
    """A figure with as many digits as mean something."""
    if isinstance(value, float):
        return f"{value:.2f}" if value < 10 else f"{value:.0f}"
    return "" if value is None else str(value)


def write(docs: Path, result: Mapping) -> None:
    """Nothing yet."""
