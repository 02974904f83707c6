# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Command line: asr-simulator SCENARIO, or python -m asr_simulator SCENARIO."""

from __future__ import annotations

import argparse
import asyncio
import math
import sys
from pathlib import Path
from typing import Any

from .execute.powershell import NoPowerShell, find
from .scenario.load import ScenarioError, load, place_of, shipped
from .server import NotLoopback, Place, check_host, serve
from .simulation import Simulation

READY = "asr-simulator.json"


def at_least_zero(text: str) -> float:
    """A speed."""
    value = float(text)
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not allowed; allowed: at least 0")
    return value


def arguments(given: list[str] | None) -> argparse.Namespace:
    """Options of the command line."""
    parser = argparse.ArgumentParser(prog="asr-simulator", description="A stand-in for a Site Recovery vault.")
    known = ", ".join(shipped())
    parser.add_argument(
        "scenario", metavar="SCENARIO", help=f"YAML file that describes the estate, or a shipped one: {known}"
    )
    parser.add_argument("--check", action="store_true", help="say what in the scenario cannot be played, and end")
    parser.add_argument("--ready-file", type=Path, default=READY, help="written when it listens (default: %(default)s)")
    parser.add_argument("--ca-file", type=Path, help="where to put the CA (default: beside the ready file)")
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    parser.add_argument("--port", default=0, type=int, help="0 takes a free port")
    parser.add_argument("--speed", type=at_least_zero, help="simulated seconds per second; overrides the scenario")
    parser.add_argument("--idle-exit", type=float, help="end by itself after so many seconds without a request")
    parser.add_argument("--seed", type=int, help="overrides the scenario's seed")
    parser.add_argument(
        "--execute",
        nargs="?",
        const="pwsh",
        metavar="PWSH",
        help="hosts run the PowerShell modules that they are sent, in this PowerShell (default: pwsh of PATH), and imitate none",
    )
    return parser.parse_args(given)


def played(scenario: dict[str, Any], name: str) -> str:
    """What a scenario has, in one line. Raises ScenarioError for what only shows when the estate is built."""
    try:
        estate = Simulation(scenario).estate
    except ValueError as error:
        raise ScenarioError(f"{name} cannot be played: {error}") from error
    hosts = sum(len(site.hosts) for site in estate.sites)
    counts = {"sites": len(estate.sites), "hosts": hosts, "VMs": len(estate.items), "recovery plans": len(estate.plans)}
    return f"{name} can be played: " + ", ".join(f"{count} {what}" for what, count in counts.items())


def main(given: list[str] | None = None) -> int:
    """Run the simulator; bad input ends with status 2 and one clear message."""
    options = arguments(given)
    try:
        host = check_host(options.host)
        scenario = load(place_of(options.scenario))
        for name in ("speed", "seed"):
            value = getattr(options, name)
            if value is not None:
                scenario[name] = value
        told = played(scenario, options.scenario)
        if options.check:
            print(told)
            return 0
        ready = options.ready_file.absolute()
        ca_file = (options.ca_file or ready.with_name(ready.name + ".ca.pem")).absolute()
        powershell = find(options.execute) if options.execute else None
        place = Place(host, options.port, ready, ca_file, options.idle_exit, powershell)
        asyncio.run(serve(Simulation(scenario), place))
    except (ScenarioError, NotLoopback, NoPowerShell) as error:
        print(f"asr-simulator: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"asr-simulator: cannot listen on {options.host}:{options.port}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
