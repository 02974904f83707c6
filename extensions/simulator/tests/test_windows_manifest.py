# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible sends is decoded or refused; argument specs are read from PowerShell and enforced."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest

from asr_simulator.windows.arguments import WrongArguments, checked
from asr_simulator.windows.manifest import NotUnderstood, module_call, read_manifest, script_of
from asr_simulator.windows.run import run
from asr_simulator.windows.spec import spec_of, syntax_errors
from asr_simulator.world.world import World

from .simulated import client_of, small
from .windows_calls import computer_of

BOOTSTRAP = "`0`0`0`0 ConvertFrom-Json $code.params.PSObject.Properties"
MARK = "\n\0\0\0\0\n"
WRAPPER = {"name": "exec_wrapper", "script": "", "params": {}}
SPEC = {
    "options": {
        "name": {"type": "str", "required": True, "aliases": ["called"]},
        "threads": {"type": "int"},
        "fast": {"type": "bool", "default": False},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "key": {"type": "path"},
        "other": {"type": "list"},
        "parts": {"type": "list", "choices": ["disks", "memory"]},
    },
    "mutually_exclusive": [["key", "other"]],
    "required_together": [["key", "threads"]],
    "required_if": [["state", "absent", ["fast", "threads"]]],
    "required_by": {"other": "parts"},
}


def command_line(script: str) -> str:
    return "PowerShell -NoProfile -EncodedCommand " + base64.b64encode(script.encode("utf-16-le")).decode()


def manifest(*actions: dict[str, Any], script: str = "$spec = @{ options = @{} }") -> dict[str, Any]:
    scripts = {"a.b.c.plugins.modules.d.ps1": {"path": "", "script": base64.b64encode(script.encode()).decode()}}
    return {"scripts": scripts, "actions": list(actions)}


def module_action(args: dict[str, Any], key: str = "a.b.c.plugins.modules.d.ps1") -> dict[str, Any]:
    variables = [{"Name": "complex_args", "Value": args}]
    return {"name": "module_wrapper.ps1", "params": {"Script": key, "ForModule": True, "Variables": variables}}


def sent(content: dict[str, Any], **params: object) -> bytes:
    text = json.dumps(content)
    if params.get("DecompressInput"):
        text = base64.b64encode(gzip.compress(text.encode())).decode()
    return (json.dumps({**WRAPPER, "params": params}) + MARK + text).encode()


def test_a_manifest_names_module_and_arguments():
    call = module_call(read_manifest(sent(manifest(module_action({"name": "x", "_ansible_check_mode": True})))))
    assert call
    assert (call.name, call.args, call.check, call.diff) == ("b.c.d", {"name": "x"}, True, False)


def test_a_packed_manifest_with_its_arguments_as_text_is_the_same():
    action = module_action({})
    action["params"] |= {"Variables": [], "ArgumentJSON": json.dumps({"name": "x"})}
    call = module_call(read_manifest(sent(manifest(action), DecompressInput=True)))
    assert call
    assert call.args == {"name": "x"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"no json" + MARK.encode() + b"{}",
        sent({"scripts": {}, "actions": []}),
        sent({"actions": [{"name": "x"}]}),
        b"\xff\xfe" + MARK.encode(),
    ],
)
def test_another_format_is_refused(data):
    with pytest.raises(NotUnderstood):
        read_manifest(data)


def test_command_lines():
    assert script_of(command_line("Get-VM")) == "Get-VM"
    assert script_of("hostname") is None
    with pytest.raises(NotUnderstood):
        script_of("powershell -EncodedCommand !!!")


@pytest.mark.parametrize(
    ("line", "given", "words"),
    [
        ("whoami", b"", "this command is not simulated: whoami"),
        (command_line("Get-VM | Remove-VM"), b"", "this command is not simulated: Get-VM | Remove-VM"),
        (command_line(BOOTSTRAP), b"", "lacks its line of four NULs"),
        (command_line(BOOTSTRAP), sent(manifest(module_action({}))), "the module b.c.d is not simulated"),
        (command_line(BOOTSTRAP), sent(manifest({"name": "odd.ps1"})), "the helper script odd.ps1 is not simulated"),
        (
            command_line(BOOTSTRAP),
            sent(manifest({"name": "other_wrapper.ps1"}, module_action({}))),
            "other_wrapper.ps1 is",
        ),
    ],
)
def test_what_is_not_simulated_fails_and_says_so(line, given, words):
    world = client_of(small()).world
    output = run(world, computer_of(world), line, given)
    assert output.exit_code == 1
    assert words in output.stdout + output.stderr
    assert "SIMULATED HOST HV01" in output.stdout + output.stderr


PING = "a.ansible.windows.plugins.modules.win_ping.ps1"
STATUS = "ansible.legacy.async_status.ps1"
LATER = (
    {"name": "async_wrapper.ps1", "params": {"AsyncDir": "C:\\jobs", "AsyncJid": "j7"}},
    {"name": "async_watchdog.ps1"},
)


def told(world: World, *actions: dict[str, Any]) -> dict[str, Any]:
    """What a host answers to the actions of one payload."""
    content = manifest(*actions)
    content["scripts"] = {actions[-1]["params"]["Script"]: {"path": "", "script": ""}}
    return json.loads(run(world, computer_of(world), command_line(BOOTSTRAP), sent(content)).stdout)


def test_an_asynchronous_task_leaves_its_result_where_it_is_asked_for():
    world = client_of(small()).world
    answer = told(world, *LATER, module_action({"data": "late"}, PING))
    assert (answer["finished"], answer["ansible_job_id"]) == (0, "j7")
    asked = {"jid": "j7", "_async_dir": "C:\\jobs"}
    answer = told(world, module_action(asked, STATUS))
    assert (answer["finished"], answer["ping"]) == (1, "late")
    assert "erased" in told(world, module_action({**asked, "mode": "cleanup"}, STATUS))
    assert "could not find job" in told(world, module_action(asked, STATUS))["msg"]
    assert [call["asynchronous"] for call in world.windows_log] == [True, False, False, False]


@pytest.mark.parametrize("user", ["SYSTEM", ""])
def test_whom_a_module_is_run_as_is_in_the_log(user):
    world = client_of(small()).world
    become = {"name": "become_wrapper.ps1", "params": {"BecomeUser": user}}
    assert told(world, *([become] if user else []), module_action({}, PING))["ping"] == "pong"
    assert [call["user"] for call in world.windows_log] == [user]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "missing required arguments: name"),
        ({"name": "x", "colour": "red"}, "module: colour. Supported parameters include: fast"),
        ({"name": "x", "threads": "many"}, "unable to convert to int"),
        ({"name": "x", "fast": "perhaps"}, "unable to convert to bool"),
        ({"name": "x", "state": "gone"}, "value of state must be one of: present, absent. Got no match for: gone"),
        (
            {"name": "x", "parts": ["memory", "cpu", "fan", "cpu"]},
            "value of parts must be one or more of: disks, memory. Got no match for: cpu, fan",
        ),
        ({"name": "x", "other": "o"}, r"missing parameter\(s\) required by 'other': parts"),
        ({"name": "x", "key": "k", "other": "o"}, "mutually exclusive: key, other"),
        ({"name": "x", "key": "k"}, "required together: key, threads"),
        ({"name": "x", "state": "absent"}, "state is absent but all of the following are missing: threads"),
    ],
)
def test_wrong_arguments_are_refused_in_the_words_of_the_real_thing(given, words):
    with pytest.raises(WrongArguments, match=words.replace(".", r"\.")):
        checked(given, SPEC)


def test_arguments_are_converted_and_completed():
    found = checked({"Called": "x", "threads": "4", "fast": "yes", "key": "k"}, SPEC)
    rest = {"fast": True, "state": "present", "key": "k", "other": None, "parts": None}
    assert found == {"name": "x", "threads": 4, **rest}
    assert checked({"name": "x", "other": "a, b", "parts": []}, SPEC)["other"] == ["a", "b"]


def test_a_spec_that_is_not_literal_is_not_guessed():
    assert spec_of("$spec = @{ options = Get-Options }") is None
    assert spec_of('$spec = @{ options = @{ a = @{ type = "$kind" } } }') is None
    assert spec_of("Get-VM") is None


def test_a_spec_is_read_as_powershell_means_it():
    text = """$spec = @{
        options = @{ a = @{ type = "str"; choices = 'x', 'it''s' }; b = @{ default = 3; required = $true; aliases = @('c') } }
        required_one_of = @(, @('a', 'b'))  # a remark
        mutually_exclusive = @(@('a', 'b'), @('b', 'a'))
    }"""
    assert spec_of(text) == {
        "options": {
            "a": {"type": "str", "choices": ["x", "it's"]},
            "b": {"default": 3, "required": True, "aliases": ["c"]},
        },
        "required_one_of": [["a", "b"]],
        "mutually_exclusive": [["a", "b"], ["b", "a"]],
    }


def test_syntax_errors_name_their_line():
    assert syntax_errors("if ($a) { 1 }") == []
    assert syntax_errors("$a = 1\nif ($a { 1 }")[0].startswith("line ")
