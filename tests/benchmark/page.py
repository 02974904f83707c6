# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures as Markdown tables and as a plot."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

COLUMNS = {  # key of a row: heading
    "vms": "VMs",
    "title": "who",
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
COLOURS = {
    "ours": "#0b6e4f",
    "uri5": "#b3541e",
    "uri50": "#d98c5f",
    "azure_rm": "#8a4fbf",
    "threads": "#2f6fb5",
    "ideal": "#777777",
}
WIDTH, HEIGHT, MARGIN = 420, 300, 55  # of one panel, in pixels
PANELS = (("lag_p95", "p95 lag, seconds"), ("cpu", "CPU of all processes, seconds"))
START, END = "<!-- measured: {} -->", "<!-- end of {} -->"


def table(rows: Sequence[Mapping[str, Any]], head: bool = True) -> str:
    """The rows as a Markdown table; without `head` only the rows."""
    lines = ["| " + " | ".join(COLUMNS.values()) + " |", "|" + " --- |" * len(COLUMNS)] if head else []
    lines += ["| " + " | ".join(shown(row.get(key)) for key in COLUMNS) + " |" for row in rows]
    return "\n".join(lines)


def verdicts(judged: Sequence[tuple[Any, ...]]) -> str:
    """The targets as a Markdown table."""
    lines = ["| target | measured | at most | |", "| --- | --- | --- | --- |"]
    return "\n".join(
        [*lines, *(f"| {text} | {shown(value)} | {bound:g} | {word} |" for text, value, bound, word in judged)]
    )


def shown(value: object) -> str:
    """A figure with as many digits as mean something."""
    if isinstance(value, float):
        return f"{value:.2f}" if value < 10 else f"{value:.0f}"
    return "" if value is None else str(value)


def write(docs: Path, parts: Mapping[str, str], pictures: Mapping[str, str]) -> None:
    """Put the parts between their marks in scale.md, and the pictures beside it, by the names of their files."""
    page = docs / "scale.md"
    text = page.read_text(encoding="utf-8")
    for name, part in parts.items():
        before, _start, rest = text.partition(START.format(name))
        _old, end, after = rest.partition(END.format(name))
        if not end:
            raise SystemExit(f"{page} has no place for {name}: {START.format(name)} ... {END.format(name)}")
        text = f"{before}{START.format(name)}\n{part}\n{END.format(name)}{after}"
    page.write_text(text, encoding="utf-8")
    for name, drawn in pictures.items():
        (docs / name).write_text(drawn, encoding="utf-8")


def plot(rows: Sequence[Mapping[str, Any]]) -> str:
    """Lag and CPU over the number of VMs, both axes logarithmic, one line for each contestant."""
    found = {row["contestant"]: row["title"] for row in rows if row["contestant"] in COLOURS}
    panels = "".join(panel(rows, number, *what) for number, what in enumerate(PANELS))
    legend = "".join(
        f'<rect x="{2 * WIDTH + 10}" y="{40 + 22 * place}" width="14" height="4" fill="{COLOURS[name]}"/>'
        f'<text x="{2 * WIDTH + 30}" y="{46 + 22 * place}">{title}</text>'
        for place, (name, title) in enumerate(found.items())
    )
    size = f'width="{2 * WIDTH + 230}" height="{HEIGHT}"'
    style = 'font-family="sans-serif" font-size="12"'
    ground = '<rect width="100%" height="100%" fill="white"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>{ground}{panels}{legend}</svg>\n'


def panel(rows: Sequence[Mapping[str, Any]], number: int, key: str, title: str) -> str:
    """One of the two diagrams."""
    points = [row for row in rows if row["contestant"] in COLOURS and row.get(key)]
    if not points:
        return ""
    across = Axis([row["vms"] for row in points], number * WIDTH + MARGIN, (number + 1) * WIDTH - 25)
    up = Axis([row[key] for row in points], HEIGHT - MARGIN + 10, 40)
    parts = [f'<text x="{number * WIDTH + MARGIN}" y="22" font-weight="bold">{title}</text>']
    for value in sorted({row["vms"] for row in points}):
        parts.append(f'<text x="{across.at(value):.0f}" y="{HEIGHT - 25}" text-anchor="middle">{value}</text>')
    for value in up.ticks():
        y, left = up.at(value), number * WIDTH + MARGIN
        parts.append(f'<text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{value:g}</text>')
        parts.append(f'<path d="M{left} {y:.0f}H{(number + 1) * WIDTH - 25}" stroke="#ddd"/>')
    parts.append(f'<text x="{(number + 0.5) * WIDTH:.0f}" y="{HEIGHT - 6}" text-anchor="middle">VMs</text>')
    for name, colour in COLOURS.items():
        line = [(across.at(row["vms"]), up.at(row[key])) for row in points if row["contestant"] == name]
        corners = " ".join(f"{x:.0f},{y:.0f}" for x, y in line)
        parts.append(f'<polyline points="{corners}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3" fill="{colour}"/>' for x, y in line]
    return "".join(parts)


class Axis:
    """A logarithmic axis from the smallest to the largest value, drawn from one pixel to another."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.low, self.high, self.start, self.end = min(values), max(values), start, end

    def at(self, value: float) -> float:
        """Where a value lies, in pixels."""
        span = math.log(self.high / self.low) or 1.0
        return self.start + (self.end - self.start) * math.log(value / self.low) / span

    def ticks(self) -> list[float]:
        """Round values on the axis."""
        decades = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        every = [round(digit * 10.0**power, 6) for power in decades for digit in (1, 2, 5)]
        return [value for value in every if self.low <= value <= self.high]
