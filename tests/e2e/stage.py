# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator and ansible-playbook as processes of a test: started, watched, and ended with it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rehearse import control

from ansible_collections.asr.hyperv.tests.ansible_config import configured

ROOT = Path(__file__).resolve().parents[2]
SIMULATOR = ROOT / "extensions" / "simulator"
SMALL = SIMULATOR / "asr_simulator" / "scenarios" / "minimal.yml"
MARK = "ASR_HYPERV_TEST"  # an environment variable that every process of a test inherits
VMS = ("app01", "db01", "web01")
STEPS = ("plannedFailover", "resume", "failoverCommit", "reProtect")
LIMIT = 400  # seconds for anything that a test waits for, on a machine that has other things to do
WISHES = {
    "failback_recovery_plan": "plan1",
    "failback_data_sync": "auto",
    "failback_gate": "now",
    "failback_poll_interval": 0.3,
    "failback_preflight": False,  # it has tests of its own, and these runs are many
    "failback_validate": False,  # these vaults have no hosts that can be reached
}


def wait_for(what: Callable[[], object], within: float = LIMIT) -> object:
    """The first true answer of `what`; fails when there is none in time."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {within} seconds: {what}")


class Run(subprocess.Popen[bytes]):
    """One of Ansible's programs, which prints into a file."""

    printed: Path


class Stage:
    """One simulator, with the scenario of three VMs if no other is given, and the playbook runs of one test."""

    def __init__(self, folder: Path, speed: int = 600, scenario: Path = SMALL) -> None:
        self.folder, self.speed, self.scenario = folder, speed, scenario
        self.mark = uuid.uuid4().hex
        self.runs: list[Run] = []

    def __enter__(self) -> Stage:
        ready = self.folder / "simulator.json"
        command = [sys.executable, "-m", "asr_simulator", str(self.scenario), "--ready-file", str(ready)]
        command += ["--speed", str(self.speed), "--idle-exit", "300"]
        with (self.folder / "simulator.log").open("wb") as log:
            self.simulator = subprocess.Popen(command, cwd=SIMULATOR, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            wait_for(lambda: ready.exists() or self.simulator.poll() is not None)
            self.facts = json.loads(ready.read_text(encoding="utf-8"))
        except BaseException:
            self.simulator.kill()
            raise
        self.environment = self.surroundings()
        return self

    def __exit__(self, *_error: object) -> None:
        for run in self.runs:
            if run.poll() is None:
                run.kill()
                run.wait()
        for left_behind in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(left_behind, signal.SIGKILL)
        self.simulator.terminate()
        self.simulator.wait(timeout=10)

    def surroundings(self) -> dict[str, str]:
        """The environment in which the playbook finds the collection and takes the simulator for its cloud."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "ANSIBLE_"))},
            MARK: self.mark,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "local"),
            "ANSIBLE_REMOTE_TEMP": str(self.folder / "remote"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_CONFIG": configured(self.folder),
            **self.facts["environment"],
        }

    # the playbook

    def start(self, *more: str) -> Run:
        """Start the playbook; what it prints goes to a file of its own."""
        return self.launch("ansible-playbook", "asr.hyperv.failback", "-e", json.dumps(WISHES), *more)

    def launch(self, *command: str) -> Run:
        """Start one of Ansible's programs."""
        output = self.folder / f"run{len(self.runs)}.txt"
        with output.open("wb") as printed:
            run = Run(command, env=self.environment, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed)
        run.printed = output
        self.runs.append(run)
        return run

    def run(self, *more: str, good: bool = True, within: float = LIMIT) -> str:
        """Run the playbook to its end, which has to be a good one unless a bad one is wanted; what it printed."""
        return self.ended(self.start(*more), good, within)

    def module(self, which: str, **options: object) -> str:
        """Run one module to its good end; what it printed."""
        return self.ended(self.launch("ansible", "localhost", "-m", which, "-a", json.dumps(options)), True)

    @staticmethod
    def ended(run: Run, good: bool, within: float = LIMIT) -> str:
        """What a run printed until its end, good or bad as it has to be."""
        run.wait(timeout=within)
        printed = run.printed.read_text(encoding="utf-8")
        assert (run.returncode == 0) == good, printed
        return printed

    def processes(self) -> dict[int, str]:
        """The processes of this test's playbooks that are alive, by id, with their command lines."""
        found = {}
        for place in Path("/proc").glob("[0-9]*"):
            try:
                ours = f"{MARK}={self.mark}".encode() in (place / "environ").read_bytes()
                command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue
            if ours and command:
                found[int(place.name)] = command
        return found

    # the simulator

    def control(self, path: str) -> dict[str, Any]:
        """What the simulator's control API answers to a GET."""
        return control(self.facts, path)

    def let_time_go_by(self, speed: float) -> None:
        """How many simulated seconds a second has from now on."""
        control(self.facts, "clock", {"speed": speed})

    def tell(self, path: str, body: object) -> object:
        """POST to the simulator's control API."""
        return control(self.facts, path, body)

    def posts(self) -> list[tuple[str, str]]:
        """The operations that were sent until now: verb and VM."""
        log = self.control("requests")["requests"]
        return [(entry["verb"], entry["item"]) for entry in log if entry["arm"] and entry["method"] == "POST"]

    def vms(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.control("state")["vms"]
        return found

    def assert_all_home(self) -> None:
        """Every VM is home and protected, and every step was sent once for each."""
        for vm in self.vms():
            assert (vm["on_premises_power"], vm["on_premises_consistent"]) == ("running", True), vm
            assert (vm["protection_state"], vm["azure_vm_exists"], vm["job"]) == ("Protected", False, None), vm
        assert sorted(self.posts()) == sorted((step, vm) for step in STEPS for vm in VMS)
