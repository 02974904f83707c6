# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure the collection against what people use today, on one simulated vault.

    make benchmark                                                     sizes 1, 10 and 50, every contestant
    python tests/benchmark/run.py --sizes 1 10 50 100 200 500 --write  everything, and docs/scale.md with its plot

Wall clock, lag and requests are those of the simulator's log; CPU and memory those of the contestant with all its processes.
A contestant that would need more than five minutes is stopped, and its row says so.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "extensions" / "rehearsal"))

from contestants import CONTESTANTS, LIST_ITEMS, LISTS, Contestant, environment, wishes
from figures import figures
from meter import measure
from page import plot, table, verdicts, write
from targets import judged
from vault import Vault, scenario

FOLDER = ROOT / ".benchmark"
LIMIT = 300  # seconds for one run
SIZES = (1, 10, 50, 100, 200, 500)
LIST_RUNS = 3


def run(one: Contestant, vms: int, asked: argparse.Namespace) -> dict[str, Any]:
    """One contestant with a fresh vault; its row."""
    folder = FOLDER / f"{one.name}-{vms}"
    with Vault(folder, scenario(vms, asked.speed)) as vault:
        command = one.command(wishes(vault.facts, vms, asked.poll), folder)
        cost = measure(command, environment(vault.facts, FOLDER), folder / "output.txt", LIMIT)
        told = {**vault.ask("state"), **vault.ask("requests"), **vault.ask("measurements")}
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")
    row = {"contestant": one.name, "title": one.title, **figures(dataclasses.asdict(cost), told, vms, asked.speed)}
    row["note"] = note(row, folder)
    return row


def compare_lists(asked: argparse.Namespace) -> list[dict[str, Any]]:
    """Both ways to list a large vault, in turn; the run of each whose CPU time is the median."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in LISTS * LIST_RUNS:
        row = run(one, LIST_ITEMS, asked)
        row["note"] = f"failed, see {FOLDER / f'{one.name}-{LIST_ITEMS}' / 'output.txt'}" if row["status"] else ""
        found.setdefault(one.name, []).append(row)
    return [sorted(rows, key=lambda row: row["engine_cpu"] or row["cpu"])[LIST_RUNS // 2] for rows in found.values()]


def note(row: dict[str, Any], folder: Path) -> str:
    """What a reader has to know of a run that did not end well."""
    if row["stopped"]:
        return f"stopped after {LIMIT} s, {row['home']} of {row['vms']} home"
    if row["status"] or row["home"] < row["vms"]:
        return f"failed, see {folder / 'output.txt'}"
    return ""


def too_slow(rows: list[dict[str, Any]], name: str, vms: int) -> str:
    """Why there is no point in trying a size: the last one took its time, and this one takes more."""
    earlier = [row for row in rows if row["contestant"] == name and row["vms"] < vms and not row.get("skipped")]
    if not earlier:
        return ""
    last = earlier[-1]
    growth = last["wall"] / last["ideal"] > 2 if last["ideal"] else True
    needed = last["wall"] * (vms / last["vms"] if growth else 1)
    return f"not tried: about {needed:.0f} s" if last["stopped"] or needed > LIMIT else ""


def compete(asked: argparse.Namespace) -> list[dict[str, Any]]:
    """All runs, one after the other."""
    rows: list[dict[str, Any]] = []
    barred = {name: CONTESTANTS[name].why_not() for name in asked.contestants}
    for name, reason in barred.items():
        if reason:
            print(f"{name} does not take part: {reason}", flush=True)
    for vms in asked.sizes:
        for name in asked.contestants:
            if barred[name]:
                continue
            one = CONTESTANTS[name]
            reason = too_slow(rows, name, vms)
            row = (
                {"contestant": name, "title": one.title, "vms": vms, "note": reason, "skipped": True}
                if reason
                else None
            )
            rows.append(row or run(one, vms, asked))
            print(table(rows[-1:], head=len(rows) == 1), flush=True)
    return rows


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 10, 50], choices=SIZES, metavar="VMS")
    parser.add_argument("--contestants", nargs="+", default=list(CONTESTANTS), choices=CONTESTANTS, metavar="NAME")
    parser.add_argument("--poll", type=float, default=5.0, help="seconds between two questions (5)")
    parser.add_argument("--speed", type=float, default=4.0, help="simulated seconds per second (4)")
    parser.add_argument("--no-lists", action="store_true", help="leave out the list of 1,000 items")
    parser.add_argument("--only-lists", action="store_true", help="nothing but the list of 1,000 items")
    parser.add_argument("--write", action="store_true", help="put table and plot into docs/")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows = [] if asked.only_lists else compete(asked)
    rows += [] if asked.no_lists else compare_lists(asked)
    result = {"poll": asked.poll, "speed": asked.speed, "rows": rows}
    (FOLDER / "result.json").write_text(json.dumps(result, indent=1), encoding="utf-8")
    parts = {"table": table(rows), "targets": verdicts(judged(result))}
    print(f"\n{table(rows)}\n\n{parts['targets']}\n\nthe same as JSON: {FOLDER / 'result.json'}")
    if asked.write:
        write(ROOT / "docs", parts, {"scale.svg": plot(rows)})
    return int(any(row.get("status") for row in rows if row["contestant"] == "ours"))


if __name__ == "__main__":
    sys.exit(main())
