# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulated Windows hosts, and real ansible-playbook runs over the winrm connection to them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rehearse import control
from windows_hosts import inventory

HERE = Path(__file__).resolve().parent
SIMULATOR = HERE.parents[1] / "extensions" / "simulator"
POWERSHELL = os.environ.get("PWSH") or shutil.which("pwsh")
# For a fixture `running` of hosts that imitate the scripts: a whole night of the real ones, where there is PowerShell.
EXECUTED = pytest.mark.parametrize("running", [POWERSHELL], indirect=True, ids=["executed"])
LIMIT = 400  # seconds for anything that a test waits for, on a machine that has other things to do


class Hosts:
    """One simulator, and the playbooks that are run against its Windows hosts."""

    def __init__(self, folder: Path, *options: str, scenario: str = "scenario.yml") -> None:
        self.folder = folder
        place = folder / "ready.json"
        command = [
            sys.executable,
            "-m",
            "asr_simulator",
            str(HERE / scenario),
            "--ready-file",
            str(place),
            *options,
        ]
        with (folder / "simulator.log").open("wb") as log:
            self.process = subprocess.Popen([*command, "--idle-exit", "3600"], cwd=SIMULATOR, stdout=log, stderr=log)
        deadline = time.monotonic() + LIMIT
        while not place.exists() and self.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        self.facts = json.loads(place.read_text(encoding="utf-8"))
        self.inventory()

    def inventory(self, **more: str) -> None:
        """Write the inventory that the ready file speaks of."""
        known = {host["name"] for host in self.facts["windows_hosts"]}
        hosts = inventory(self.facts, {name: {} for name in known & {"bare01"}}, {})
        hosts["all"]["children"]["hyperv_hosts"]["vars"] |= more
        hosts["all"]["children"]["old_and_spare"] = {"hosts": {name: {} for name in known & {"old01", "spare01"}}}
        hosts["all"]["hosts"] = {"web01": {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}}
        (self.folder / "inventory.json").write_text(json.dumps(hosts), encoding="utf-8")

    def surroundings(self) -> dict[str, str]:
        """The environment in which a playbook finds the collection and the simulated cloud."""
        from ansible_collections.asr.hyperv.tests.ansible_config import (
            configured,
        )  # can only be found when the tests run

        usual = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
        return {
            **usual,
            "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "local"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_CONFIG": configured(self.folder),
            **self.facts["environment"],
        }

    def command(self, playbook: str, *more: str) -> list[str]:
        """The command that runs a playbook of ours, or of the collection."""
        program, ours = str(Path(sys.executable).with_name("ansible-playbook")), HERE / "playbooks" / playbook
        return [program, "-i", str(self.folder / "inventory.json"), str(ours if ours.exists() else playbook), *more]

    def kill_when(self, what: Callable[[], object], playbook: str, *more: str, cwd: Path | None = None) -> None:
        """Start a playbook in the folder `cwd`, and kill it with all of its processes as soon as `what` is true."""
        with (self.folder / "killed.txt").open("wb") as printed:
            run = subprocess.Popen(
                self.command(playbook, *more),
                env=self.surroundings(),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=printed,
                start_new_session=True,
            )
        deadline = time.monotonic() + LIMIT
        while not what():
            assert run.poll() is None and time.monotonic() < deadline, (self.folder / "killed.txt").read_text()
            time.sleep(0.02)
        os.killpg(run.pid, signal.SIGKILL)
        run.wait(10)

    def play(self, playbook: str, *more: str, good: bool = True, cwd: Path | None = None) -> str:
        """Run a playbook to its end, from the folder `cwd`; what it printed."""
        run = subprocess.run(
            self.command(playbook, *more),
            env=self.surroundings(),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        printed = run.stdout + run.stderr
        assert (run.returncode == 0) == good, printed
        return printed

    def control(self, path: str, body: object = None) -> dict[str, Any]:
        """What the simulator's control API answers."""
        return control(self.facts, path, body)

    def calls(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.control("windows")["calls"]
        return found

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


@contextlib.contextmanager
def simulated(folder: Path, scenario: str = "scenario.yml", powershell: str | None = None) -> Iterator[Hosts]:
    """The hosts of a scenario while tests use them; with a PowerShell they run the real scripts."""
    pytest.importorskip("winrm", reason="needs pywinrm")
    hosts = Hosts(folder, *(("--execute", powershell) if powershell else ()), scenario=scenario)
    try:
        yield hosts
    finally:
        hosts.stop()


@pytest.fixture(scope="session")
def started(tmp_path_factory):
    """One simulator for all tests here."""
    with simulated(tmp_path_factory.mktemp("hosts")) as hosts:
        yield hosts


@pytest.fixture(scope="session")
def executing(tmp_path_factory):
    """Another one, whose hosts run the scripts that they are sent."""
    if not POWERSHELL:
        pytest.skip("needs pwsh")
    with simulated(tmp_path_factory.mktemp("executing"), powershell=POWERSHELL) as hosts:
        yield hosts


@pytest.fixture
def hosts(started):
    """Simulated hosts as the scenario has them."""
    started.control("reset", {})
    started.inventory()
    return started
