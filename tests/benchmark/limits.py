# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start the failback of 1,000 VMs in a vault with the limits of Azure Resource Manager: in one run, then in two side by side.

    python tests/benchmark/limits.py [--vms 1000]

Nobody may be refused, both runs have to get the same share, and it may take little longer than the limits make it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "extensions" / "rehearsal"))

from contestants import environment, play, wishes
from vault import Vault, names, scenario

FOLDER = ROOT / ".benchmark"
ARM = {"reads": {"bucket": 250, "refill": 25}, "writes": {"bucket": 200, "refill": 10}}  # per second
PATIENCE = 600  # seconds


def moment(entry: dict[str, Any]) -> float:
    """When a request was answered, in seconds."""
    return datetime.fromisoformat(entry["wall_time"]).timestamp()


def run(vms: int, runs: int) -> tuple[list[list[float]], int]:
    """The moments of the accepted starts of each run, and how many requests were refused."""
    folder, own = FOLDER / f"limits-{runs}", [names(vms)[number::runs] for number in range(runs)]
    with Vault(folder, scenario(vms, 1, limits=ARM)) as vault:
        asked = wishes(vault.facts, vms, 5)
        processes = []
        for number, some in enumerate(own):
            place = folder / str(number)
            place.mkdir(exist_ok=True)
            command = play("start.yml", hosts=False)({**asked, "vms": some}, place)
            with (place / "output.txt").open("wb") as printed:
                processes.append(subprocess.Popen(command, env=environment(vault.facts, FOLDER), stdout=printed))
        for process in processes:
            process.wait(timeout=PATIENCE)
        requests = [entry for entry in vault.ask("requests")["requests"] if entry["arm"]]
    starts = [entry for entry in requests if entry["verb"] == "plannedFailover" and entry["status"] == 202]
    moments = [[moment(entry) for entry in starts if entry["item"] in set(some)] for some in own]
    return moments, sum(entry["status"] == 429 for entry in requests)


def report(vms: int, runs: int) -> bool:
    """Print how it went; true when all was well."""
    moments, refused = run(vms, runs)
    everything = sorted(moment for some in moments for moment in some)
    took = everything[-1] - everything[0] if everything else 0.0
    shortest = max(0.0, (vms - ARM["writes"]["bucket"]) / ARM["writes"]["refill"])
    first_done = min(max(some, default=0.0) for some in moments)
    shares = sorted(sum(moment <= first_done for moment in some) / max(1, len(some)) for some in moments)
    fair = f", the slower run had {shares[0]:.0%} when the other was done" if runs > 1 else ""
    print(
        f"{runs} run{'s' * (runs > 1)}: {len(everything)} of {vms} started in {took:.0f} s, "
        f"{shortest:.0f} s is the shortest that is allowed, {refused} requests refused{fair}",
        flush=True,
    )
    return len(everything) == vms and not refused


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vms", type=int, default=1000)
    vms = parser.parse_args().vms
    return int(not all([report(vms, 1), report(vms, 2)]))


if __name__ == "__main__":
    sys.exit(main())
