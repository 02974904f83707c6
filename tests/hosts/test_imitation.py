# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the simulator imitates is what the scripts do: the same requests to both, over odd hosts, and how it ends.

The scripts run in PowerShell as Ansible packs them. Where they and the imitation differ, one of them is wrong against Hyper-V.
"""

from __future__ import annotations

import asyncio
import base64
import inspect
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

for needed in ("tree_sitter_pwsh", "jsonschema", "aiohttp", "trustme"):
    pytest.importorskip(needed)

from ansible.executor.powershell import module_manifest

from asr_simulator.clock.clock import stopped
from asr_simulator.estate.places import Computer
from asr_simulator.execute import estate
from asr_simulator.execute.executor import Executor
from asr_simulator.execute.powershell import PowerShell
from asr_simulator.scenario.load import complete
from asr_simulator.simulation import Simulation
from asr_simulator.windows.manifest import module_call, read_manifest
from asr_simulator.windows.run import run_module
from asr_simulator.windows.service import Sent

ROOT = Path(__file__).resolve().parents[2]
PWSH = os.environ.get("PWSH") or shutil.which("pwsh")
TABLE = yaml.safe_load((Path(__file__).parent / "estates.yml").read_text(encoding="utf-8"))
Facts = dict[str, Any]
NAME = "ansible_collections.asr.hyperv.plugins.modules."

pytestmark = pytest.mark.skipif(not PWSH, reason="needs pwsh")


class Both:
    """One estate twice: in one its hosts imitate, in the other they execute."""

    def __init__(self, loop: asyncio.AbstractEventLoop, executor: Executor, row: Facts) -> None:
        self.loop, self.executor = loop, executor
        self.worlds = [made(row) for _kind in ("imitated", "executed")]

    def ask(self, module: str, args: Facts, check: bool) -> tuple[Facts, Facts]:
        """Both answers to one request."""
        given = payload(module, args, check)
        call = module_call(read_manifest(given))
        assert call
        imitated, executed = self.worlds
        answer = run_module(imitated, computer(imitated), call)
        sent = Sent(LINE, given, call)
        output = self.loop.run_until_complete(self.executor.run(executed, computer(executed), sent))
        return json.loads(json.dumps(answer)), as_51(json.loads(output.stdout))

    def ends(self) -> list[Facts]:
        """How both are now: the host, all that is on it, and what the log of calls has."""
        return [
            {"host": estate.shown(world, computer(world), {}), "calls": [told(call) for call in world.windows_log]}
            for world in self.worlds
        ]


def as_51(answer: Facts) -> Facts:
    """An answer as PowerShell 5.1 words it; in one order where a hash table has none."""
    message = answer.get("msg", "")
    message = re.sub(r"The input string '.*' was not", "Input string was not", message).replace(
        "System.Double", "System.Decimal"
    )
    before, known, options = message.partition("Supported parameters include: ")
    if known:
        answer["msg"] = before + known + ", ".join(sorted(options.split(", ")))
    elif message:
        answer["msg"] = message
    return answer


def told(call: Facts) -> Facts:
    """A call of the log, without its arguments, which the imitation completes."""
    return {key: value for key, value in call.items() if key != "args"}


def made(row: Facts) -> Simulation:
    """The estate of a row of the table."""
    host = {"name": "hv01", **TABLE["usual"]["host"], **row.get("host", {})}
    hosts = [host, *row.get("neighbours", [])]
    vms = [{"host": "hv01", **vm} for vm in row.get("vms", TABLE["usual"]["vms"])]
    return Simulation(complete({"sites": [{"name": "site1", "hosts": hosts}], "vms": vms}), stopped())


def computer(world: Simulation) -> Computer:
    host = world.estate.host("hv01")
    assert host
    return host.computer


def payload(module: str, args: Facts, check: bool) -> bytes:
    """What Ansible sends for a task."""
    path = ROOT / "plugins" / "modules" / f"{module}.ps1"
    internal = {"_ansible_check_mode": check, "_ansible_diff": True, "_ansible_module_name": f"asr.hyperv.{module}"}
    wanted: Any = {
        "name": NAME + module,
        "module_data": path.read_bytes(),
        "module_path": str(path),
        "module_args": {**args, **internal},
        "environment": {},
        "async_timeout": 0,
        "become_plugin": None,
        "substyle": "powershell",
        "task_vars": {},
        "profile": "legacy",
    }
    make = module_manifest._create_powershell_wrapper
    return make(**{name: wanted[name] for name in inspect.signature(make).parameters})


def line() -> str:
    """The command line around it."""
    script = module_manifest._get_powershell_script("bootstrap_wrapper.ps1")
    return "PowerShell -EncodedCommand " + base64.b64encode(script.decode().encode("utf-16-le")).decode()


LINE = line()


@pytest.fixture(scope="module")
def powershell():
    """One warm PowerShell for all tests here, and the loop that it belongs to."""
    loop = asyncio.new_event_loop()
    executor = Executor(PowerShell(PWSH or ""))
    yield loop, executor
    loop.run_until_complete(executor.close())
    loop.close()


def requests(row: Facts) -> Iterator[tuple[str, Facts, bool]]:
    """What is asked for: a change in check mode first, then really, then again; at last all is read."""
    for asked in row.get("requests", []):
        ((module, args),) = asked.items()
        for check in (True, False, False) if module in TABLE["changing"] else (False,):
            yield module, args, check
    yield "host_info", {"vm_details": TABLE["details"]}, False
    yield "vm_info", {}, False


def differences(both: Both, row: Facts) -> Iterator[str]:
    """Field by field, request by request; what was refused twice is not asked a third time."""
    refused: list[tuple[str, Facts]] = []
    for module, args, check in requests(row):
        if refused.count((module, args)) == 2:
            continue
        imitated, executed = both.ask(module, args, check)
        refused += [(module, args)] if executed.get("failed") else []
        for key in sorted({*imitated, *executed} - {"exception"}):
            if imitated.get(key) != executed.get(key):
                asked = f"{module} {args}{' in check mode' if check else ''}"
                yield f"{asked}: {key}\n  imitated {imitated.get(key)}\n  executed {executed.get(key)}"
    imitated, executed = both.ends()
    for key in imitated:
        if imitated[key] != executed[key]:
            yield f"at the end: {key}\n  imitated {imitated[key]}\n  executed {executed[key]}"


@pytest.mark.parametrize("name", TABLE["estates"])
def test_the_imitation_answers_as_the_scripts_do_and_leaves_the_same(powershell, name):
    row = TABLE["estates"][name]
    found = list(differences(Both(powershell[0], powershell[1], row), row))
    assert not found, "\n".join(found)
