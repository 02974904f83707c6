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

import pytest
import yaml

from ansible_collections.asr.hyperv.plugins.module_utils._roles.commands import as_extra_vars, shell_command
from ansible_collections.asr.hyperv.tests.unit.hostile import HOSTILE, raw


class Unsafe(yaml.SafeLoader):
    """As Ansible reads extra variables."""


Unsafe.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))
PLAY = """
- hosts: localhost
  gather_facts: false
  vars: {again: ["{{ it[0] }}", "{{ it[1] }}"]}
  tasks:
    - ansible.builtin.copy: {content: "{{ it | to_json }}", dest: "{{ place }}"}
    - ansible.builtin.copy:
        content: "{{ {'it': again + it[2:], 'place': place} | asr.hyperv.extra_vars }}"
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

    The play prints the line for its own variables with the filter, so the second run has them from Ansible's hands.
    """
    (tmp_path / "play.yml").write_text(PLAY, encoding="utf-8")
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
