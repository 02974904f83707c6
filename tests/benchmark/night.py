# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure a whole night: the playbook with preflight, validation, hooks and report, over simulated hosts that take their time.

    make night                                     12 and 100 VMs, with hooks and without; about a quarter of an hour
    make night ARGS="--sizes 12 100 500 2000"      all sizes
    make night ARGS=--before                       and the role as it was when it went wave by wave, from git
    make night ARGS="--before --write"             and put table and picture into docs/

Four waves; in each one VM whose data take twice as long, which is left out of what the others waited. Up to 100 VMs are a
recovery plan, more are a list with dependencies, as a plan holds no more. A table is printed, the rows are in
.benchmark/night.json.
"""

from __future__ import annotations

import argparse
import dataclasses
import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "extensions" / "rehearsal"))

from contestants import environment
from meter import LOOK, measure
from night_figures import bars, courses, row, waits
from night_picture import picture
from page import write
from vault import Vault, names, scenario
from windows_hosts import inventory

FOLDER = ROOT / ".benchmark"
HOSTS = {12: 2, 100: 5, 500: 50, 2000: 100}  # VMs: hosts that they are on
WAVES = 4
LIMIT = 3600  # seconds for one run
BEFORE = "33715bd6aefaccf7905554fdb7a9d96a734eda88"  # the role that went wave by wave
THEN = "before, "  # how the rows of BEFORE begin
MOST_OF_A_PLAN = 100
TAUGHT = (  # file of the simulator of then, a line in it, and what is put behind that
    (
        "service.py",
        "        status, body = self.answer(data)\n",
        '        if b"transfer/Create" in data:\n'
        '            await __import__("asyncio").sleep(float(open("latency").read()))\n',
    ),
    (
        "run.py",
        '            "host": computer.host.name,\n',
        '            "wall_time": __import__("datetime").datetime.utcnow().isoformat() + "Z",\n',
    ),
)
COLUMNS = {
    "vms": "VMs",
    "what": "run",
    "validated_median": "runs > validated, median s",
    "validated_p95": "p95 s",
    "commit_median": "runs > commit, median s",
    "commit_p95": "p95 s",
    "next_wave": "validated > who waits for it, p95 s",
    "wall": "wall s",
    "cpu": "CPU s",
    "cpu_by": "playbook / workers / looks / failback / readiness / rest",
    "peak_memory": "memory MB",
    "steady": "without looks MB",
    "controller": "playbook MB",
    "requests_per_vm": "requests per VM",
    "starts": "starts of failback",
    "host_calls": "calls of hosts",
    "lines": "lines",
    "headers": "headers",
    "note": "",
}


def waves_of(vms: int) -> list[list[str]]:
    """The VMs of each wave."""
    everybody = names(vms)
    return [everybody[number::WAVES] for number in range(WAVES)]


def estate(vms: int, asked: argparse.Namespace) -> dict[str, Any]:
    """The scenario: hosts that take their time, waves, and stragglers."""
    made = scenario(vms, asked.speed)
    hosts = [f"hv{number:03}" for number in range(1, HOSTS[vms] + 1)]
    slow = {wave[0] for wave in waves_of(vms)}
    for number, vm in enumerate(made["vms"]):
        del vm["item_name"]  # as in a real vault it is called by the id of its VM, by which the hosts are asked
        vm["host"] = hosts[number % len(hosts)]
        vm["changed_gb"] *= 2 if vm["name"] in slow else 1
    rows = [{"name": host, "latency_seconds": asked.latency} for host in hosts]
    made["sites"] = [{"name": "site1", "hosts": rows}]
    if vms <= MOST_OF_A_PLAN:
        made["plans"] = [{"name": "night", "groups": [{"vms": wave} for wave in waves_of(vms)]}]
    return made


def wishes(vms: int, asked: argparse.Namespace, folder: Path, *, hooks: bool) -> dict[str, Any]:
    """The variables of the role."""
    waves = waves_of(vms)
    chain = {
        later: [earlier]
        for before, after in zip(waves, waves[1:], strict=False)
        for earlier, later in zip(before, after, strict=False)
    }
    items = {"failback_protected_items": names(vms), "failback_dependencies": chain}
    whom = {"failback_recovery_plan": "night"} if vms <= MOST_OF_A_PLAN else items
    hook = {"at": "before_commit", "tasks": str(HERE / "hook.yml"), "per": "vm"}
    return {
        **whom,
        "failback_data_sync": "auto",
        "failback_gate": "now",
        "failback_gate_share": 50,
        "failback_poll_interval": asked.poll,
        "failback_report": str(folder / "report" / "night"),
        "failback_hooks": [hook] if hooks else [],
        "night_hook_seconds": 2,
    }


def run(vms: int, what: str, root: Path, asked: argparse.Namespace, *, hooks: bool) -> dict[str, Any]:
    """One night; its row."""
    folder = FOLDER / "nights" / f"{what.replace(' ', '-').replace(',', '')}-{vms}"
    with vault_of(root, folder, estate(vms, asked)) as vault:
        (folder / "report").mkdir(exist_ok=True)
        (folder / "hosts.json").write_text(json.dumps(inventory(vault.facts, {}, {})), encoding="utf-8")
        (folder / "wishes.json").write_text(json.dumps(wishes(vms, asked, folder, hooks=hooks)), encoding="utf-8")
        playbook = str(Path(sys.executable).with_name("ansible-playbook"))
        command = [playbook, "-i", str(folder / "hosts.json"), "-e", f"@{folder / 'wishes.json'}"]
        given = environment(vault.facts, FOLDER) | collections(root, folder)
        cost = measure([*command, "asr.hyperv.failback"], given, folder / "output.txt", LIMIT)
        told = {
            key: value for path in ("state", "requests", "windows", "clock") for key, value in vault.ask(path).items()
        }
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")
    ids = {vm.get("item_name", vm["name"]): vm["name"] for vm in told["vms"]}
    waves = waves_of(vms)
    found_courses = courses(told, asked.speed, asked.latency, ids)
    waited = waits(found_courses, waves, [wave[0] for wave in waves], chained=vms > MOST_OF_A_PLAN)
    printed = (folder / "output.txt").read_text(encoding="utf-8")
    found = {"vms": vms, "what": what, **dataclasses.asdict(cost), **row(told, waited, printed)}
    found["cpu_by"] = shares(cost.cpu_by)
    found["bars"] = bars(found_courses, [name for wave in waves for name in wave])
    found["starts"] = cost.starts.get("failback", 0)
    found["note"] = (
        "" if found["home"] == vms and not cost.status else f"{found['home']} home, see {folder / 'output.txt'}"
    )
    return found


def shares(cpu_by: dict[str, float]) -> str:
    """CPU seconds of the kinds of processes that matter, and of all others together."""
    shown = [cpu_by.get(kind, 0.0) for kind in ("playbook", "worker", LOOK, "failback", "readiness_info")]
    return " / ".join(f"{seconds:.0f}" for seconds in [*shown, sum(cpu_by.values()) - sum(shown)])


def vault_of(root: Path, folder: Path, made: dict[str, Any]) -> Vault:
    """The simulator that belongs to a collection: roles and simulated hosts go together."""
    then = root / "extensions" / "simulator"
    if root == ROOT or not (then / "simulator").is_dir():
        return Vault(folder, made, place=then)
    latency = made["sites"][0]["hosts"][0]["latency_seconds"]
    for file, line, more in TAUGHT:  # it had neither slow hosts nor the time of a call
        source = then / "simulator" / "windows" / file
        text = source.read_text(encoding="utf-8")
        source.write_text(text if more in text else text.replace(line, line + more), encoding="utf-8")
    (then / "latency").write_text(str(latency), encoding="utf-8")
    for host in made["sites"][0]["hosts"]:
        del host["latency_seconds"]
    return Vault(folder, made, ("-m", "simulator", "--scenario"), then)


def collections(root: Path, folder: Path) -> dict[str, str]:
    """Where the playbook finds the collection of that checkout."""
    if root == ROOT:
        return {}
    place = folder / "of_then" / "ansible_collections" / "asr" / "hyperv"
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        place.symlink_to(root, target_is_directory=True)
    others = environment({"metadata_url": "", "environment": {}, "ca_file": ""}, FOLDER)["ANSIBLE_COLLECTIONS_PATH"]
    return {"ANSIBLE_COLLECTIONS_PATH": f"{folder / 'of_then'}:{others}"}


def of(commit: str) -> Path:
    """The collection as it was then, out of git."""
    place = FOLDER / f"collection-{commit[:7]}"
    if not place.exists():
        packed = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(place, filter="data")
    return place


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as Markdown."""
    head = [f"| {' | '.join(COLUMNS.values())} |", f"|{' --- |' * len(COLUMNS)}"]
    return "\n".join([*head, *(f"| {' | '.join(cell(one.get(key)) for key in COLUMNS)} |" for one in rows)])


def cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}" if value < 100 else f"{value:.0f}"
    return "" if value is None else str(value)


def both(rows: list[dict[str, Any]]) -> str:
    """The picture of the largest night that was measured as it was before, above the same as it is; else of the largest."""
    compared = [one for one in rows if one["what"].startswith(THEN)] or rows
    vms = max(one["vms"] for one in compared)
    words = next(one["what"] for one in compared if one["vms"] == vms).removeprefix(THEN)
    nights = {one["what"]: one["bars"] for one in rows if one["vms"] == vms and one["what"].endswith(words)}
    order = sorted(nights, key=lambda what: not what.startswith(THEN))
    titles = {
        what: "wave by wave, as it was" if what.startswith(THEN) else "each VM as soon as it may" for what in order
    }
    return picture({f"{vms} VMs, {words}: {titles[what]}": nights[what] for what in order})


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[12, 100], choices=HOSTS, metavar="VMS")
    parser.add_argument("--poll", type=float, default=2.0, help="seconds between two questions (2)")
    parser.add_argument("--speed", type=float, default=4.0, help="simulated seconds per second (4)")
    parser.add_argument("--latency", type=float, default=3.0, help="seconds that a host takes for a call (3)")
    parser.add_argument("--hooks", choices=("both", "with", "without"), default="both")
    parser.add_argument(
        "--before", nargs="?", const=BEFORE, metavar="COMMIT", help="also another commit, up to 100 VMs"
    )
    parser.add_argument("--write", action="store_true", help="put table and picture into docs/")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    for vms in asked.sizes:
        for hooks in [kind for kind in (False, True) if asked.hooks in ("both", "with" if kind else "without")]:
            words = "a hook per VM" if hooks else "no hooks"
            whose = {words: ROOT} | (
                {f"{THEN}{words}": of(asked.before)} if asked.before and vms <= MOST_OF_A_PLAN else {}
            )
            for what, root in whose.items():
                rows.append(run(vms, what, root, asked, hooks=hooks))
                print(table(rows[-1:]), flush=True)
    (FOLDER / "night.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
    print(f"\n{table(rows)}\n\nthe same as JSON: {FOLDER / 'night.json'}")
    (FOLDER / "night.svg").write_text(drawn := both(rows), encoding="utf-8")
    if asked.write:
        write(ROOT / "docs", {"night": table(rows)}, {"night.svg": drawn})
    return int(any(one["note"] for one in rows if not one["what"].startswith(THEN)))


if __name__ == "__main__":
    sys.exit(main())
