# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines of progress are for people: between the bytes that a program reads there are none, and they can be switched off."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.action.failback import ActionModule

CALLBACK = """
import json
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = "name: only_json\\ntype: stdout\\nshort_description: x\\ndescription: x"

class CallbackModule(CallbackBase):
    CALLBACK_TYPE, CALLBACK_NAME = "stdout", "only_json"

    def v2_playbook_on_stats(self, stats):
        self._display.display(json.dumps({"ok": stats.ok}))
"""
LOOKUP = """
from ansible.plugins.lookup import LookupBase
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.going_on import again

class LookupModule(LookupBase):
    def run(self, terms, variables=None, **kwargs):
        return [again(terms[0])]
"""
PLAY = """
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.debug: {msg: "{{ lookup('goes_on', {'failback_gate': 'now'}) }}"}
"""
LINE = "ansible-playbook play.yml -e failback_gate=now"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("screen")
    (place / "only_json.py").write_text(CALLBACK, encoding="utf-8")
    (place / "lookup_plugins").mkdir()
    (place / "lookup_plugins" / "goes_on.py").write_text(LOOKUP, encoding="utf-8")
    (place / "play.yml").write_text(PLAY, encoding="utf-8")
    return place


def played(folder, **surroundings):
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **surroundings}
    run = subprocess.run(
        ["ansible-playbook", "play.yml"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return run.stdout, run.stderr


def test_with_a_callback_for_machines_the_lines_go_to_the_error_channel(folder):
    out, err = played(folder, ANSIBLE_STDOUT_CALLBACK="only_json", ANSIBLE_CALLBACK_PLUGINS=str(folder))
    assert json.loads(out) == {"ok": {"localhost": 1}} and LINE in err


def test_people_have_them_with_the_rest_unless_they_are_switched_off(folder):
    assert LINE in played(folder)[0]
    out, err = played(folder, ASR_HYPERV_PROGRESS="off")
    assert LINE not in out + err


SEVERAL = {"ansible_play_hosts_all": ["a", "b"], "inventory_hostname": "a"}
WHOSE = [  # the arguments of the task, its variables; what its lines begin with
    ({"recovery_plan": "Prod"}, {"ansible_play_hosts_all": ["a"]}, ""),
    ({"recovery_plan": "Prod"}, SEVERAL, "Prod"),
    ({"groups": [["vm1"]]}, {**SEVERAL, "failback_recovery_plan": "Prod"}, "Prod"),
    ({"groups": [["vm1"]]}, {**SEVERAL, "failback_recovery_plan": ""}, "a"),
]


@pytest.mark.parametrize(("arguments", "variables", "whose"), WHOSE)
def test_a_line_says_whose_it_is_where_a_play_runs_for_several(arguments, variables, whose):
    action: Any = SimpleNamespace(
        _task=SimpleNamespace(args=arguments), _templar=SimpleNamespace(template=lambda text: text)
    )
    assert ActionModule.of_whom(action, variables) == whose
