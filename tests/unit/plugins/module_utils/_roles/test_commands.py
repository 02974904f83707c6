# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A command that a person is told to run means what was meant: for the shell, and for Ansible after it."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.asr.hyperv.plugins.module_utils._roles.commands import (
    added,
    as_extra_vars,
    shell_command,
    whole_command,
)
from ansible_collections.asr.hyperv.tests.unit.hostile import HOSTILE, raw


class Unsafe(yaml.SafeLoader):
    """As Ansible reads extra variables."""


def as_text(loader: Any, node: Any) -> Any:
    return loader.construct_scalar(node)


Unsafe.add_constructor("!unsafe", as_text)
FILTER = """
from ansible_collections.asr.hyperv.plugins.module_utils._roles.commands import as_extra_vars

class FilterModule:
    def filters(self):
        return {"extra_vars": as_extra_vars}
"""
PLAY = """
- hosts: localhost
  gather_facts: false
  vars: {again: ["{{ it[0] }}", "{{ it[1] }}"]}
  tasks:
    - ansible.builtin.copy: {content: "{{ it | to_json }}", dest: "{{ place }}"}
    - ansible.builtin.copy:
        content: "{{ {'it': again + it[2:], 'place': place} | extra_vars }}"
        dest: line
"""
VALUES = [*HOSTILE.values(), 80, 0.3, True, None, "", ["a", "b c"], {"gate": {"at": ["now"]}}, list(HOSTILE.values())]


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_shell_and_yaml_give_back_what_was_given(value):
    line = as_extra_vars({"it": value, "other": "x"})
    assert raw(line) == []
    assert line.isascii()
    assert "\n" not in line
    words = shlex.split(line)
    assert (len(words), words[0]) == (2, "-e")
    found = yaml.load(words[1], Unsafe) if "!unsafe" in words[1] else json.loads(words[1])
    assert found == {"it": value, "other": "x"}


def test_a_command_is_its_words_and_one_option():
    line = shell_command("ansible-playbook", "asr.hyperv.failback", failback_gate="now", failback_canary=["a b"])
    assert line == """ansible-playbook asr.hyperv.failback -e '{"failback_gate": "now", "failback_canary": ["a b"]}'"""
    assert shell_command("ls", "a b") == "ls 'a b'"


def test_ansible_has_the_same_variables_when_the_line_is_run(tmp_path):
    """All hostile names at once, in real runs; none of them is a template, a command or a second variable.

    The play prints the line for its own variables with a filter, so the second run has them from Ansible's hands.
    """
    (tmp_path / "play.yml").write_text(PLAY, encoding="utf-8")
    (tmp_path / "filter_plugins").mkdir()
    (tmp_path / "filter_plugins" / "extra.py").write_text(FILTER, encoding="utf-8")
    names = [name for name in HOSTILE.values() if "\ud800" not in name]  # Ansible cannot write such a file
    place = tmp_path / "told.json"
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    line = shell_command(program, "play.yml", it=names, place=str(place))
    for _run in range(2):
        place.unlink(missing_ok=True)
        run = subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
        assert json.loads(place.read_text(encoding="utf-8")) == names
        line = f"{program} play.yml {(tmp_path / 'line').read_text(encoding='utf-8')}"
    assert not list(tmp_path.glob("MARK*"))


TYPED = [  # what a person types; every run is told the same again, and one variable more
    ["-i", "my hosts.ini", "asr.hyperv.failback", "-e", "@night [1].yml"],
    ["asr.hyperv.failback", "-e", '{"failback_recovery_plan": "Prod Utrecht"}'],
    ["asr.hyperv.failback", "-e", "failback_recovery_plan='Prod Utrecht' failback_data_sync=auto", "-vv"],
    ["asr.hyperv.failback", "-e", json.dumps({"failback_protected_items": ["db", "Web Server (1)", "M\u00fcller's"]})],
    ["asr.hyperv.failback", "-e", 'failback_canary=a,b"c', "-e", "failback_gate=stop", "-e", "x=$HOME `id` \\ !1 * ~"],
]


@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize("typed", TYPED, ids=range(len(TYPED)))
def test_a_whole_command_that_is_pasted_into_a_shell_is_the_one_that_was_typed(tmp_path, typed, shell):
    folder = tmp_path / "my \u00fcbung's [folder]"
    folder.mkdir()
    told = tmp_path / "ansible-playbook"
    told.write_text(
        f"#!{sys.executable}\nimport json, os, sys\nprint(json.dumps([os.getcwd(), *sys.argv[1:]]))\n", "utf-8"
    )
    told.chmod(0o755)
    line = whole_command([str(told), *typed], str(folder), {"failback_gate": "now"})
    run = subprocess.run([shell, "-c", line], capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(run.stdout) == [str(folder), *typed, "-e", "failback_gate=now"]


SECRET = ["-e", '{"asr_vault": {"secret": "x"}}'], ["-e", "ansible_password=x"], ["-e", "api_TOKEN=x"], ["-e", "a\nb"]


@pytest.mark.parametrize("words", SECRET)
def test_a_command_that_may_hold_a_secret_or_is_not_ours_is_not_shown(words):
    assert whole_command(["ansible-playbook", "play.yml"], "/srv", {}) == "cd /srv && ansible-playbook play.yml"
    assert whole_command(["ansible-playbook", "play.yml", *words], "/srv", {}) == ""
    assert whole_command(["/usr/bin/python3", "play.yml"], "/srv", {}) == ""


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({}, ""),
        ({"failback_gate": "now"}, "-e failback_gate=now"),
        ({"failback_gate": "yes"}, """-e '{"failback_gate": "yes"}'"""),
        ({"failback_veto": ["a b"]}, """-e '{"failback_veto": ["a b"]}'"""),
    ],
)
def test_what_is_added_to_a_command_has_no_quotes_where_it_needs_none(more, line):
    assert added(more) == line
