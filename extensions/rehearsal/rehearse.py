# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rehearse a failback: start the simulator, run the real playbooks against it, and ask the simulator how it ended.

    python extensions/rehearsal/rehearse.py [--scenario FILE] [--plan NAME] [--move VM=HOST] [--fresh] [more]

`more` is anything that ansible-playbook takes. Hosts of the scenario that are not registered are new hardware: they are prepared
first, over WinRM, as real ones would be. The shipped scenario is played in two acts (acts.py), any other in one.

The simulator goes on for ten minutes after the last request, so a second rehearsal meets the estate as the first one left it
and has nothing to do. `--fresh` starts over. Needs what requirements.txt and extensions/simulator/requirements.txt name, pywinrm,
and the collection ansible.windows.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from acts import Act, acts
from windows_hosts import inventory, new_hosts

ROOT = Path(__file__).resolve().parents[2]
SIMULATOR = ROOT / "extensions" / "simulator"
IDLE_EXIT = 600  # seconds
START_LIMIT = 30  # seconds
SHIPPED = SIMULATOR / "asr_simulator" / "scenarios" / "rehearsal.yml"
SHIPPED_MOVES = ["web03=hv03.contoso.example"]  # which VM of it goes to new hardware
COLLECTIONS = "~/.ansible/collections:/usr/share/ansible/collections"  # where Ansible looks when nobody says otherwise
POLL_INTERVAL = 1  # seconds; the simulator's hours pass quickly


def control(facts: dict[str, Any], path: str, body: object = None) -> dict[str, Any]:
    """What the simulator's control API answers to a GET, or to a POST of `body` when there is one."""
    trusted = ssl.create_default_context(cafile=facts["ca_file"])
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {facts['control_token']}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{facts['control_url']}/{path}", data, headers)
    with urllib.request.urlopen(request, context=trusted, timeout=10) as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def running(ready: Path) -> dict[str, Any] | None:
    """The facts of a simulator that an earlier rehearsal left behind, if it still answers."""
    try:
        facts: dict[str, Any] = json.loads(ready.read_text(encoding="utf-8"))
        control(facts, "clock")
    except (OSError, ValueError, KeyError, urllib.error.URLError):
        return None
    return facts


def start(scenario: Path, ready: Path, powershell: str | None = None) -> dict[str, Any]:
    """Start a simulator that outlives this process, and wait until it listens. `powershell`: its hosts execute in it."""
    ready.parent.mkdir(parents=True, exist_ok=True)
    ready.unlink(missing_ok=True)
    log = ready.with_suffix(".log")
    command = [
        sys.executable,
        "-m",
        "asr_simulator",
        scenario,
        "--ready-file",
        ready,
        "--idle-exit",
        IDLE_EXIT,
        *(["--execute", powershell] if powershell else []),
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(
            list(map(str, command)),
            cwd=SIMULATOR,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and process.poll() is None:
        if ready.exists():
            facts: dict[str, Any] = json.loads(ready.read_text(encoding="utf-8"))
            return facts
        time.sleep(0.1)
    sys.exit(f"rehearsal: the simulator did not start:\n{log.read_text(encoding='utf-8')}")


def stop(facts: dict[str, Any] | None) -> None:
    """End the simulator of an earlier rehearsal."""
    if facts:
        with contextlib.suppress(ProcessLookupError):
            os.kill(facts["pid"], signal.SIGTERM)


def surroundings(facts: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """The environment in which the playbook believes the simulator to be its cloud, and finds the collection."""
    place = folder / "ansible_collections" / "asr" / "hyperv"
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(ROOT, target_is_directory=True)
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "ANSIBLE_"))},
        "ANSIBLE_CONFIG": str(ROOT / "extensions" / "rehearsal" / "ansible.cfg"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "ANSIBLE_COLLECTIONS_PATH": f"{folder}{os.pathsep}{os.environ.get('ANSIBLE_COLLECTIONS_PATH', COLLECTIONS)}",
        **facts["environment"],
    }


def runs_at_home(vm: dict[str, Any]) -> bool:
    """Whether a VM runs on-premises and is protected again."""
    runs = vm["on_premises_power"] == "running" and vm["on_premises_consistent"]
    return bool(runs and vm["protection_state"] == "Protected")


def at_home(vm: dict[str, Any]) -> bool:
    """Whether a VM runs on-premises, is protected again, and has left nothing in Azure."""
    return runs_at_home(vm) and not vm["azure_vm_exists"]


def figures(facts: dict[str, Any], vms: list[dict[str, Any]]) -> str:
    """What the rehearsals so far have cost, measured by the simulator and by the operating system."""
    totals = control(facts, "measurements")["totals"]
    apart_from_ticks = (totals["arm_requests"] - totals["job_lists"]) / len(vms)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return (
        f"figures: {apart_from_ticks:.1f} requests per VM beside {totals['job_lists']} job lists, "
        f"largest process {memory:.0f} MB"
    )


def wishes(plan: str, moves: dict[str, str], folder: Path, more: Mapping[str, Any]) -> dict[str, Any]:
    """What the playbook of the failback is asked for; `more` is that of the act."""
    return {
        "failback_recovery_plan": plan,
        "failback_data_sync": "auto",
        "failback_create_vm_if_missing": True,
        "failback_item_options": [{"name": vm, "alternate_host": host} for vm, host in moves.items()],
        "failback_gate": "now",
        "failback_report": str(folder / "report"),
        "failback_poll_interval": POLL_INTERVAL,
        **more,
    }


def play(facts: dict[str, Any], options: argparse.Namespace, act: Act, more: list[str]) -> int:
    """Prepare the new hosts, and fail the plan back; the exit status."""
    folder, new = options.folder.absolute(), new_hosts(options.scenario)
    moves = dict(move.split("=", 1) for move in options.move or (SHIPPED_MOVES if shipped(options) else []))
    place = folder / "inventory.json"
    place.touch(mode=0o600)  # it has the passwords of the simulated hosts
    place.write_text(json.dumps(inventory(facts, new, moves)), encoding="utf-8")
    playbooks = ["asr.hyperv.new_hardware"] if new else []
    command = ["ansible-playbook", "-i", str(place), *playbooks, "asr.hyperv.failback", "--diff"]
    command += ["-e", json.dumps(wishes(options.plan, moves, folder, act.wishes)), *more]
    return subprocess.run(command, env=surroundings(facts, folder), stdin=subprocess.DEVNULL, check=False).returncode


def shipped(options: argparse.Namespace) -> bool:
    """Whether it is the scenario whose acts are known."""
    return bool(options.scenario.resolve() == SHIPPED)


def programme(facts: dict[str, Any], options: argparse.Namespace) -> list[Act]:
    """The acts that are to be played, as the estate stands."""
    if not shipped(options):
        return [Act()]
    away = {vm["name"] for vm in control(facts, "state")["vms"] if not runs_at_home(vm)}
    return acts(options.folder.absolute(), away, partial(control, facts))


def perform(facts: dict[str, Any], options: argparse.Namespace, act: Act, more: list[str]) -> int:
    """Play one act; 0 if it ended as it has to."""
    act.before()
    if act.why:
        print(f"\n{act.why}\n", flush=True)
    ended = play(facts, options, act, more)
    away = {vm["name"] for vm in control(facts, "state")["vms"] if not runs_at_home(vm)}
    if ended != act.status or (act.late and away != act.late):
        wanted = f"{act.status} with {names(act.late)} not home"
        print(f"rehearsal: ended with status {ended} and {names(away)} not home; it has to be status {wanted}")
        return ended or 1
    report = options.folder / "report.json"
    unsaid = act.unsaid(json.loads(report.read_text(encoding="utf-8"))) if act.unsaid else []
    if unsaid:
        print(f"rehearsal: the report says nothing of {names(unsaid)}")
    return int(bool(unsaid))


def names(some: Iterable[str]) -> str:
    """Names in a sentence."""
    return ", ".join(sorted(some)) or "nobody"


def arguments() -> tuple[argparse.Namespace, list[str]]:
    """What was asked for on the command line, and what is left for ansible-playbook."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", type=Path, default=SHIPPED)
    parser.add_argument("--plan", default="production", help="the recovery plan to bring home")
    parser.add_argument("--move", action="append", metavar="VM=HOST", help="a VM that comes home to another host")
    parser.add_argument("--folder", type=Path, default=ROOT / ".rehearsal", help="where the rehearsal keeps its files")
    parser.add_argument(
        "--execute",
        nargs="?",
        const="pwsh",
        metavar="PWSH",
        help="the hosts of a new simulator run the PowerShell modules themselves, which takes a little longer",
    )
    parser.add_argument("--fresh", action="store_true", help="start over, with a new simulator")
    parser.add_argument("--stop", action="store_true", help="end the simulator that an earlier rehearsal left behind")
    return parser.parse_known_args()


def main() -> int:
    options, more = arguments()
    ready = options.folder.absolute() / "simulator.json"
    facts = running(ready)
    if options.fresh or options.stop:
        stop(facts)
        facts = None
    if options.stop:
        return 0
    facts = facts or start(options.scenario.absolute(), ready, options.execute)
    ended = next((status for act in programme(facts, options) if (status := perform(facts, options, act, more))), 0)
    vms = control(facts, "state")["vms"]
    home = sum(at_home(vm) for vm in vms)
    print(figures(facts, vms))
    print(f"rehearsal: {home} of {len(vms)} protected items home and protected", flush=True)
    return ended or int(home != len(vms))


if __name__ == "__main__":
    sys.exit(main())
