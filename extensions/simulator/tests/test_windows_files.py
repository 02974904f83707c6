# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible's own plugins send besides modules: files, temporary folders, restarts."""

from __future__ import annotations

import base64
import hashlib
import json
import time

import pytest

from asr_simulator.windows.run import run

from .simulated import client_of, small
from .test_windows_manifest import BOOTSTRAP, MARK, command_line, manifest, sent
from .windows_calls import computer
from .windows_calls import run as run_module

PATH = "C:\\Temp\\a.txt"
BOOT = "(Get-CimInstance -ClassName Win32_OperatingSystem -Property LastBootUpTime).LastBootUpTime.ToFileTime()"


@pytest.fixture
def client():
    return client_of(small())


def helper(client, name, *lines, **params):
    """Output of one of Ansible's helper scripts."""
    given = sent(manifest({"name": name, "params": params})) + MARK.encode() + "\n".join(lines).encode()
    return run(client.world, computer(client), command_line(BOOTSTRAP), given)


def put(client, data, path=PATH):
    return helper(client, "winrm_put_file.ps1", *[base64.b64encode(part).decode() for part in data], Path=path)


def test_a_file_comes_in_parts_and_is_read_in_parts(client):
    data = [b"x" * 1000, b"y" * 500]
    assert json.loads(put(client, data).stdout)["sha1"] == hashlib.sha1(b"".join(data)).hexdigest()
    parts = [
        helper(client, "winrm_fetch_file.ps1", Path=PATH, Offset=offset, BufferSize=1000).stdout for offset in (0, 1000)
    ]
    assert b"".join(base64.b64decode(part) for part in parts) == b"".join(data)


def test_a_file_that_is_not_there_or_not_base64_is_an_error(client):
    assert helper(client, "winrm_fetch_file.ps1", Path="C:\\none", Offset=0, BufferSize=1).exit_code == 1
    broken = helper(client, "winrm_put_file.ps1", "a", Path=PATH)
    assert (broken.exit_code, "not base64" in broken.stdout) == (1, True)


def test_temporary_folders_are_made_and_tidied_up(client):
    made = helper(client, "powershell_mkdtemp.ps1", Directory="%TEMP%", Name="ansible-1").stdout.strip()
    put(client, [b"x"], f"{made}\\module.ps1")
    assert helper(client, "winrm_fetch_file.ps1", Path=made, Offset=0, BufferSize=1).stdout == "[DIR]\r\n"
    assert (
        run(client.world, computer(client), command_line(f"Remove-Item '{made}' -Force -Recurse;"), b"").exit_code == 0
    )
    assert computer(client).files == {}
    assert helper(client, "powershell_expand_user.ps1", Path="~\\x").stdout.startswith("C:\\Users\\")


def test_files_are_copied_once_looked_at_and_removed(client):
    put(client, [b"key"])
    wanted = {"src": PATH, "dest": "C:\\keys\\", "_copy_mode": "single", "_original_basename": "site1.key"}
    assert run_bare_module(client, "win_copy", **wanted)["changed"]
    stat = run_bare_module(client, "win_stat", path="c:\\KEYS\\site1.key")["stat"]
    assert (stat["exists"], stat["size"], stat["checksum"]) == (True, 3, hashlib.sha1(b"key").hexdigest())
    query = {"dest": "C:\\keys", "_copy_mode": "query", "files": [{"dest": "site1.key", "checksum": stat["checksum"]}]}
    assert not run_bare_module(client, "win_copy", **query)["changed"]
    assert run_bare_module(client, "win_file", path="C:\\keys\\site1.key", state="absent")["changed"]
    assert not run_bare_module(client, "win_file", path="C:\\keys\\site1.key", state="absent")["changed"]
    assert not run_bare_module(client, "win_stat", path="C:\\keys\\site1.key")["stat"]["exists"]


def run_bare_module(client, module, **args):
    """A module whose script has no literal spec, as those of ansible.windows often have none."""
    return run_module(client, "hv01", f"ansible.windows.{module}", spec="", **args)


def test_a_restart_takes_a_moment_and_changes_the_boot_time(client):
    machine = computer(client)
    before = run(client.world, machine, command_line(BOOT), b"").stdout
    answer = run(client.world, machine, command_line("$r = shutdown.exe /r /t 0 /c 'update'"), b"")
    assert json.loads(answer.stdout)["rc"] == 0
    assert not machine.answers()
    assert machine.restart_at
    machine.restart_at -= 2  # two seconds later
    assert machine.answers()
    assert run(client.world, machine, command_line(BOOT), b"").stdout != before
    assert machine.booted <= time.time()


@pytest.mark.parametrize(
    ("module", "args", "words"),
    [
        ("win_package", {"path": "C:\\other.msi"}, "win_package is simulated for AzureSiteRecoveryProvider.exe"),
        ("win_feature", {"name": "Web-Server"}, "the name is not valid, or it is not simulated"),
        ("win_service", {"name": "spooler", "state": "started"}, "Service 'spooler' is not installed"),
        ("win_service", {"name": "dra", "state": "paused"}, "state=paused is not simulated"),
        ("win_file", {"path": PATH, "state": "touch"}, "state=touch is not simulated"),
        ("win_copy", {"src": PATH, "dest": PATH, "_copy_mode": "explode"}, "of this kind (explode) is not simulated"),
        ("win_service", {}, "fault in the imitation of ansible.windows.win_service: KeyError('name')"),
        ("win_user", {"name": "bob"}, "the module ansible.windows.win_user is not simulated. Known: "),
    ],
)
def test_what_is_imitated_in_part_says_where_it_ends(client, module, args, words):
    result = run_bare_module(client, module, **args)
    assert result["failed"]
    assert words in result["msg"]
