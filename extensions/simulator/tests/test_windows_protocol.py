# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""WinRM over real HTTPS with pywinrm, a client that is not ours."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
import requests

from .simulated import ROOT
from .test_windows_manifest import BOOTSTRAP, manifest, module_action, sent

winrm = pytest.importorskip("winrm", reason="needs pywinrm")
SCENARIO = (
    "sites: [{name: site1, hosts: [{name: hv01}, {name: hv02, online: false}, {name: hv03, latency_seconds: 2}]}]"
)


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A simulator in a process of its own; the facts of its ready file."""
    folder = tmp_path_factory.mktemp("windows")
    (folder / "scenario.yml").write_text(SCENARIO, encoding="utf-8")
    place = folder / "ready.json"
    command = [
        sys.executable,
        "-m",
        "asr_simulator",
        str(folder / "scenario.yml"),
        "--ready-file",
        str(place),
    ]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    for _time in range(1000):
        if place.exists() or process.poll() is not None:
            break
        time.sleep(0.01)
    yield json.loads(place.read_text(encoding="utf-8"))
    process.terminate()
    process.wait(10)


def protocol(ready: dict[str, Any], name: str = "hv01", **more: str):
    host = next(one for one in ready["windows_hosts"] if one["name"] == name)
    options = {"username": host["user"], "password": host["password"], "ca_trust_path": ready["ca_file"], **more}
    endpoint = f"https://{host['address']}:{host['port']}/wsman"
    return winrm.Protocol(endpoint, transport="basic", read_timeout_sec=10, operation_timeout_sec=5, **options)


def carry_out(client, line: str, given: bytes = b"") -> tuple[bytes, bytes, int]:
    """(stdout, stderr, exit code) of a command with its input in two parts."""
    shell = client.open_shell()
    command = client.run_command(shell, line, console_mode_stdin=not given)
    for part, end in ((given[:1000], False), (given[1000:], True)) if given else ():
        client.send_command_input(shell, command, part, end=end)
    try:
        return client.get_command_output(shell, command)
    finally:
        client.cleanup_command(shell, command)
        client.close_shell(shell)


def encoded(script: str) -> str:
    return "PowerShell -EncodedCommand " + base64.b64encode(script.encode("utf-16-le")).decode()


def pinged(ready: dict[str, Any], host: str, data: str = "x") -> tuple[str, float]:
    """What win_ping answers on a host, and how long that took."""
    content = manifest(module_action({"data": data}, "a.ansible.windows.plugins.modules.win_ping.ps1"))
    content["scripts"] = {"a.ansible.windows.plugins.modules.win_ping.ps1": {"path": "", "script": ""}}
    began = time.monotonic()
    output, _errors, code = carry_out(protocol(ready, host), encoded(BOOTSTRAP), sent(content))
    assert code == 0
    return json.loads(output)["ping"], time.monotonic() - began


def test_a_module_is_run_with_input_that_comes_in_parts(ready):
    assert pinged(ready, "hv01", "ä" * 2000)[0] == "ä" * 2000


def test_a_slow_host_takes_its_time_for_each_module_and_keeps_no_other_waiting(ready):
    with ThreadPoolExecutor() as together:
        slow, other = together.map(partial(pinged, ready), ("hv03", "hv01"))
    assert slow[0] == other[0] == "x"
    assert slow[1] >= 2 > other[1]


def test_output_that_is_larger_than_an_answer_comes_in_parts(ready):
    assert len(pinged(ready, "hv01", "x" * 400_000)[0]) == 400_000


def test_free_text_fails_and_says_so(ready):
    _output, errors, code = carry_out(protocol(ready), encoded("Remove-VM *"))
    assert code == 1
    assert b"SIMULATED HOST HV01: this command is not simulated: Remove-VM *" in errors


def test_a_wrong_password_is_refused(ready):
    with pytest.raises(winrm.exceptions.InvalidCredentialsError):
        protocol(ready, password="wrong").open_shell()


def test_a_shell_that_is_not_there_is_a_fault(ready):
    client = protocol(ready)
    shell = client.open_shell()
    with pytest.raises(winrm.exceptions.WSManFaultError) as error:
        client.get_command_output_raw(shell, "NO-SUCH-COMMAND")
    assert error.value.fault_code == 2150858843 or "2150858843" in str(error.value)


def test_a_host_that_is_off_drops_the_connection(ready):
    with pytest.raises(requests.exceptions.ConnectionError):
        protocol(ready, "hv02").open_shell()


@pytest.mark.parametrize("body", [b"", b"<nonsense", b"<a/>"])
def test_nonsense_is_a_fault(ready, body):
    host = ready["windows_hosts"][0]
    answer = requests.post(
        f"https://{host['address']}:{host['port']}/wsman",
        data=body,
        auth=(host["user"], host["password"]),
        verify=ready["ca_file"],
        timeout=10,
    )
    assert answer.status_code == 500
    assert b"WSManFault" in answer.content
