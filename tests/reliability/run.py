# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Try every fault, every kill point and many random stories, and print the figures.

The tests try the same with the SDK's models, which are left out here for speed, and fewer stories.

python tests/reliability/run.py [--examples 2000] [--processes 2]
"""

from __future__ import annotations

import argparse
import importlib.util
import multiprocessing
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ansible_collections.asr.hyperv.tests.reliability.judging import Verdict

TESTS = Path(__file__).resolve().parents[1]
SERIES, NIGHTS = 50, 10  # random stories tried in one piece, and nights, which take longer
Task = tuple[Any, ...]  # the kind of a trial, and what it takes


def find_collection() -> None:
    """Make our imports work, as the tests do."""
    sys.path.insert(0, str(TESTS.parent / "extensions" / "simulator"))
    spec = importlib.util.spec_from_file_location("conftest", TESTS / "conftest.py")
    assert spec and spec.loader
    conftest = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(conftest)
    conftest.pytest_configure(None)


def carry_out(task: Task) -> tuple[str, int, list[Verdict]]:
    """One piece of work: its kind, how many trials it was, and their verdicts (of stories the bad one and the strange)."""
    from ansible_collections.asr.hyperv.tests.reliability import chance, changes, kills, mischief
    from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import without_models

    kind, *facts = task
    with without_models():
        if kind == "stories":
            return kind, *chance.examples(*facts)
        if kind == "nights":
            return kind, *changes.examples(*facts)
        return kind, 1, [mischief.trial(*facts) if kind == "fault" else kills.trial(*facts)]


def work(examples: int) -> list[Task]:
    """All pieces, the long ones first."""
    from ansible_collections.asr.hyperv.tests.reliability import kills, mischief

    stories = [("stories", min(SERIES, examples - done), done) for done in range(0, examples, SERIES)]
    faults = [("fault", name) for name in mischief.SCHEDULES]
    nights = [("nights", min(NIGHTS, examples // 10 - done), done) for done in range(0, examples // 10, NIGHTS)]
    return [*nights, *stories, *faults, *(("kill", *point) for point in kills.kill_points())]


def report(done: list[tuple[str, int, list[Verdict]]], seconds: float) -> bool:
    """Print the figures, and every verdict that is not good. True when all are."""
    kinds = ("fault", "kill", "stories", "nights")
    tried = {kind: sum(count for one, count, _verdicts in done if one == kind) for kind in kinds}
    verdicts = [(kind, verdict) for kind, _count, found in done for verdict in found]
    longest = {kind: max((one.ticks for which, one in verdicts if which == kind), default=0) for kind in tried}
    bad = [verdict for _kind, verdict in verdicts if not verdict.good]
    for verdict in bad:
        print(f"BAD {verdict}")
    print(f"faults tried: {tried['fault']}")
    print(f"kill points tried: {tried['kill']}")
    print(f"property examples tried: {tried['stories']}")
    print(f"nights with changes tried: {tried['nights']}")
    print(f"operations lost: {sum(len(verdict.lost) for verdict in bad)}")
    print(f"operations doubled: {sum(len(verdict.doubled) for verdict in bad)}")
    unseen = [verdict for _kind, verdict in verdicts if verdict.good and verdict.unseen]
    for verdict in unseen:
        print(f"UNSEEN {verdict}")
    print(
        f"refused repeats of what no answer had shown to the process (memory.py): {sum(len(one.unseen) for one in unseen)}"
    )
    print(f"promises broken: {sum(len(verdict.broken) for verdict in bad)}")
    print(f"commits of what is not at home: {sum(len(verdict.destroyed) for verdict in bad)}")
    print(f"cutovers onto a copy that is not the vault's: {sum(len(verdict.spoiled) for verdict in bad)}")
    print(f"green ends with somebody missing: {sum(len(verdict.greens) for verdict in bad)}")
    print(f"longest recovery in poll ticks: {longest['kill']} after a kill, {longest['fault']} after a fault")
    print(f"seconds: {seconds:.0f}")
    return not bad


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=2000)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    began = time.monotonic()
    find_collection()
    with multiprocessing.get_context("fork").Pool(asked.processes) as pool:
        done = list(pool.imap_unordered(carry_out, work(asked.examples), chunksize=1))
    sys.exit(0 if report(done, time.monotonic() - began) else 1)


if __name__ == "__main__":
    main()
