# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shipped rulebook goes on with a failback that somebody started and left, under ansible-rulebook where that is installed."""

from __future__ import annotations

import importlib.util
import json
import shutil

import pytest

from ansible_collections.asr.hyperv.tests.e2e.stage import WISHES, wait_for


@pytest.mark.skipif(
    not importlib.util.find_spec("ansible_rulebook") or not shutil.which("java"),
    reason="ansible-rulebook or Java is not installed (nox -s rulebook has the first)",
)
def test_the_rulebook_brings_home_what_somebody_has_started(stage):
    files = {
        "night.yml": [{"ansible.builtin.import_playbook": "asr.hyperv.failback", "vars": WISHES}],
        "rules.yml": {"vault_interval": 2, "failback_playbook": str(stage.folder / "night.yml")},
        "inventory.yml": {"all": {"hosts": {"localhost": {"ansible_connection": "local"}}}},
    }
    for name, content in files.items():
        (stage.folder / name).write_text(json.dumps(content), encoding="utf-8")
    stage.run("-e", '{"failback_detach": true, "failback_gate": "stop"}')
    command = ["ansible-rulebook", "-r", "asr.hyperv.failback", "-i", str(stage.folder / "inventory.yml")]
    rulebook = stage.launch(*command, "--vars", str(stage.folder / "rules.yml"))
    wait_for(lambda: all(vm["protection_state"] == "Protected" for vm in stage.vms()))
    rulebook.terminate()
    stage.assert_all_home()
