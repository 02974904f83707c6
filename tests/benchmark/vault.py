# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vault that every contestant meets: a simulator in a process of its own, fresh for each run, the same for all."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from rehearse import SIMULATOR, control

SEED = 2026
VMS_PER_HOST = 25
START_LIMIT = 60  # seconds
PROGRAM = ("-m", "asr_simulator")


def names(vms: int) -> list[str]:
    """The names of so many VMs."""
    return [f"vm{number:04}" for number in range(1, vms + 1)]


def scenario(vms: int, speed: float, **more: object) -> dict[str, Any]:
    """An estate of VMs that failed over two days ago. No two take the same time; each takes the same in every run."""
    chance = random.Random(SEED)
    hosts = [f"hv{number:02}" for number in range(1, (vms - 1) // VMS_PER_HOST + 2)]
    rows = [
        {
            "name": name,
            "item_name": name,
            "host": hosts[number // VMS_PER_HOST],
            "disks_gb": [40],
            "changed_gb": round(chance.uniform(2, 6), 2),
            "days_in_azure": 2,
        }
        for number, name in enumerate(names(vms))
    ]
    network = {"threads": 4, "thread_mbps": 100, "checksum_gb_per_minute": 60}
    sites = [{"name": "site1", "hosts": [{"name": host} for host in hosts]}]
    return {"speed": speed, "seed": SEED, "network": network, "sites": sites, "vms": rows, **more}


def signs_in(facts: Mapping[str, str]) -> dict[str, str]:
    """The variables by which a playbook takes a simulator for its cloud, and its vault for the one that is meant."""
    return {
        "AZURE_CLOUD_ENVIRONMENT": facts["metadata_url"],
        "REQUESTS_CA_BUNDLE": facts["ca_file"],
        "AZURE_TENANT": facts["tenant"],
        "AZURE_CLIENT_ID": facts["client_id"],
        "AZURE_SECRET": facts["secret"],
        "AZURE_SUBSCRIPTION_ID": facts["subscription_id"],
        "ASR_RESOURCE_GROUP": facts["resource_group"],
        "ASR_VAULT_NAME": facts["vault_name"],
    }


class Vault:
    """A simulator with a scenario, from `with` to the end of the block. `facts` is what its ready file says.

    `program` is its command, without the scenario, and `place` where it is started.
    """

    def __init__(
        self, folder: Path, estate: dict[str, Any], program: Sequence[str] = PROGRAM, place: Path = SIMULATOR
    ) -> None:
        self.folder, self.estate, self.program, self.place = folder, estate, program, place

    def __enter__(self) -> Vault:
        self.folder.mkdir(parents=True, exist_ok=True)
        ready, place = self.folder / "simulator.json", self.folder / "scenario.yml"
        ready.unlink(missing_ok=True)
        place.write_text(yaml.safe_dump(self.estate), encoding="utf-8")
        command = [sys.executable, *self.program, str(place), "--ready-file", str(ready)]
        with (self.folder / "simulator.log").open("wb") as log:
            self.process = subprocess.Popen(
                [*command, "--idle-exit", "900"], cwd=self.place, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_LIMIT
        while not ready.exists():
            if time.monotonic() > deadline or self.process.poll() is not None:
                self.process.kill()
                raise SystemExit(f"the simulator did not start, see {self.folder / 'simulator.log'}")
            time.sleep(0.05)
        facts = json.loads(ready.read_text(encoding="utf-8"))
        self.facts = {"control_token": "", "environment": signs_in(facts), **facts}  # an early one has neither
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def ask(self, path: str) -> dict[str, Any]:
        """What the simulator says about itself; it is not logged and moves nothing."""
        return control(self.facts, path)
