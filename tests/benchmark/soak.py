# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run through a long night: 500 VMs, eight simulated hours, a fault every few minutes.

    python tests/benchmark/soak.py [--vms 500] [--hours 8] [--minutes 8]

The data take so long that the last VM is home when the hours are over. Printed: how it ended, what it cost, and the memory of
the run at its start, in the middle and at its end. It fails when a VM is not home, a step was sent twice, or memory grew by
more than a tenth from the middle to the end.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "extensions" / "rehearsal"))

from contestants import CONTESTANTS, environment, wishes
from meter import Cost, measure
from vault import SEED, Vault, scenario

FOLDER = ROOT / ".benchmark"
HOUR = 3600
AFTER_SYNC = 0.1  # of an hour: what a VM needs after its data are there
FAULTS = (  # what a night brings; each strikes now and then, at whatever is asked just then
    {"kind": "throttle", "retry_after": 2},
    {"kind": "server_error", "status": 503, "match": {"method": "GET"}},
    {"kind": "reset", "match": {"method": "GET"}},
    {"kind": "reset", "match": {"method": "POST"}, "when": "after"},
    {"kind": "server_error", "status": 504, "match": {"method": "POST"}, "when": "after"},
    {"kind": "slow", "seconds": 1},
    {"kind": "truncated", "match": {"method": "GET"}},
    {"kind": "stale", "match": {"method": "POST"}, "seconds": 120},
)


def night(vms: int, hours: float, speed: float) -> dict[str, Any]:
    """An estate whose data take up to so many hours, and the faults of that time."""
    chance = random.Random(SEED)
    moments = sorted(chance.uniform(hours * HOUR * 0.1, hours * HOUR * 0.9) for _fault in range(int(hours * 12)))
    faults = [with_match({**chance.choice(FAULTS), "after": round(moment)}) for moment in moments]
    estate = scenario(vms, speed, faults=faults)
    rate = 0.05  # GB per second for each VM, as the network of the scenario has it
    for vm in estate["vms"]:
        vm["changed_gb"] = round(chance.uniform(0.1, hours - AFTER_SYNC) * HOUR * rate, 1)
        vm["disks_gb"] = [vm["changed_gb"] + 40]
    for host in estate["sites"][0]["hosts"]:
        host["volumes"] = [{"letter": "D", "size_gb": 10**6, "free_gb": 10**6}]
    estate["network"]["checksum_gb_per_minute"] = 600
    return estate


def with_match(fault: dict[str, Any]) -> dict[str, Any]:
    """The fault, for requests to the resource manager only: whoever cannot sign in at the start has not begun."""
    return {**fault, "match": {**fault.get("match", {}), "path": "^/subscriptions/"}}


def judged(told: dict[str, Any], cost: Cost, vms: int) -> list[str]:
    """What went wrong; nothing when all is well."""
    home = sum(vm["protection_state"] == "Protected" for vm in told["vms"])
    done = Counter((job["scenario"], job["target"]) for job in told["jobs"] if job["state"] == "Succeeded")
    middle, end = memory(cost, 0.5), memory(cost, 0.95)
    return [
        *([f"only {home} of {vms} VMs are home"] if home < vms else []),
        *(f"{scenario} {count} times for {vm}" for (scenario, vm), count in done.items() if count > 1),
        *([f"status {cost.status}"] if cost.status else []),
        *([f"memory grew from {middle:.0f} to {end:.0f} MB"] if end > 1.1 * middle else []),
    ]


def memory(cost: Cost, share: float) -> float:
    """Memory in MB when this share of the run was over."""
    return next(megabytes for at, megabytes in cost.memory if at >= share * cost.memory[-1][0])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vms", type=int, default=500)
    parser.add_argument("--hours", type=float, default=8, help="simulated (8)")
    parser.add_argument("--minutes", type=float, default=8, help="what the hours take (8)")
    asked = parser.parse_args()
    speed, folder = asked.hours * 60 / asked.minutes, FOLDER / "soak"
    with Vault(folder, night(asked.vms, asked.hours, speed)) as vault:
        command = CONTESTANTS["ours"].command(wishes(vault.facts, asked.vms, 2), folder)
        cost = measure(command, environment(vault.facts, FOLDER), folder / "output.txt", asked.minutes * 60 + 120)
        told = {**vault.ask("state"), **vault.ask("requests"), **vault.ask("faults")}
    struck = sum(fault["hits"] > 0 for fault in told["faults"])
    sums = ", ".join(f"{memory(cost, share):.0f}" for share in (0.05, 0.5, 0.95))
    print(f"{asked.vms} VMs, {asked.hours:g} simulated hours in {cost.wall:.0f} s, {struck} faults struck")
    print(f"memory at start, middle, end: {sums} MB; CPU {cost.cpu:.0f} s; {len(told['requests'])} requests")
    wrong = judged(told, cost, asked.vms)
    print("\n".join(wrong) or "all home, no step done twice")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
