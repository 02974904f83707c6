# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nights drawn one below the other over the same seconds: a row for each VM, in the order of the waves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Bars = tuple[
    str, Sequence[float | None]
]  # a VM, and when it came to each of MOMENTS, in seconds since the first cutover

MOMENTS = ("resumed", "runs", "commit", "home")
PARTS = (  # between two of MOMENTS: what it is, its colour
    ("cutover: runs nowhere", "#c98a2b"),
    ("runs at home, not committed", "#b3261e"),
    ("commit and protection", "#0b6e4f"),
)
LEFT, WIDTH, RIGHT, TOP, GAP, FOOT = 70, 900, 20, 46, 40, 26  # pixels
HEIGHT = 300  # of one night, at most; and of a row
ROW = 14
STEPS = (5, 10, 20, 30, 60, 120, 300, 600)  # seconds between two lines of the grid
MOST_LINES = 14


def picture(nights: Mapping[str, Sequence[Bars]]) -> str:
    """The SVG of these nights, by their titles."""
    end = max((at for rows in nights.values() for _name, times in rows for at in times if at is not None), default=1.0)
    end = max(end, 1.0)
    parts, top = [legend()], TOP
    for title, rows in nights.items():
        height = min(HEIGHT / max(len(rows), 1), ROW)
        parts.append(f'<text x="{LEFT}" y="{top - 6}" font-weight="bold">{title}</text>')
        parts.append(grid(end, top, height * len(rows)))
        for place, (name, times) in enumerate(rows):
            parts.append(row(name, times, end, top + place * height, height))
        top += math.ceil(height * len(rows)) + FOOT + GAP
    size = f'width="{LEFT + WIDTH + RIGHT}" height="{top - GAP}"'
    style = 'font-family="sans-serif" font-size="12"'
    ground = '<rect width="100%" height="100%" fill="white"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>{ground}{"".join(parts)}</svg>\n'


def across(at: float, end: float) -> float:
    """Where a second lies."""
    return LEFT + WIDTH * at / end


def row(name: str, times: Sequence[float | None], end: float, top: float, height: float) -> str:
    """One VM: a bar from each moment to the next, as far as it came. Small rows have no name."""
    drawn = (
        [f'<text x="{LEFT - 6}" y="{top + height - 3:.1f}" text-anchor="end">{name}</text>'] if height >= ROW else []
    )
    for (since, until), (_what, colour) in zip(zip(times, times[1:], strict=False), PARTS, strict=True):
        if since is not None and until is not None and until > since:
            x, width = across(since, end), across(until, end) - across(since, end)
            size = f'width="{width:.1f}" height="{height * 0.8:.1f}"'
            drawn.append(f'<rect x="{x:.1f}" y="{top:.1f}" {size} fill="{colour}"/>')
    return "".join(drawn)


def grid(end: float, top: float, height: float) -> str:
    """Lines at round seconds, and their figures below."""
    step = next((one for one in STEPS if end / one <= MOST_LINES), STEPS[-1])
    lines = []
    for at in range(0, int(end) + 1, step):
        x = across(at, end)
        lines.append(f'<path d="M{x:.1f} {top}V{top + height:.1f}" stroke="#ddd"/>')
        lines.append(f'<text x="{x:.1f}" y="{top + height + 16:.1f}" text-anchor="middle">{at} s</text>')
    return "".join(lines)


def legend() -> str:
    """What the colours are."""
    return "".join(
        f'<rect x="{LEFT + 230 * place}" y="8" width="14" height="10" fill="{colour}"/>'
        f'<text x="{LEFT + 230 * place + 20}" y="17">{what}</text>'
        for place, (what, colour) in enumerate(PARTS)
    )
