# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is in examples/ can be copied: Ansible reads it, its variables are ours, its commands name files of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

from ansible_collections.asr.hyperv.plugins.inventory import vault
from ansible_collections.asr.hyperv.plugins.module_utils._inventory.facts import HOST_NAMES, VM_NAMES
from ansible_collections.asr.hyperv.plugins.module_utils._roles.options import read
from ansible_collections.asr.hyperv.plugins.module_utils._roles.own_wishes import NAME, SPEC

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
DECLARATIVE = EXAMPLES / "declarative"
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.yml"))}


def ansible(program, *words):
    """What a program of Ansible prints, started beside the examples."""
    command = [str(Path(sys.executable).with_name(program)), *words]
    environment = {**os.environ, "ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_INVENTORY_UNPARSED_FAILED": "true"}
    run = subprocess.run(
        command, cwd=EXAMPLES, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_the_inventory_has_the_group_that_the_roles_look_for():
    spec = yaml.safe_load((ROOT / "roles/failback/defaults/main.yml").read_text(encoding="utf-8"))
    listed = json.loads(ansible("ansible-inventory", "-i", "inventory.yml", "--list"))
    assert len(listed[spec["failback_hosts_group"]]["hosts"]) == 2


def test_the_variables_are_those_of_the_roles_and_of_their_types():
    given = yaml.safe_load(TEXTS["production.yml"])
    specs = options_of("failback", "validate")
    assert set(given) - set(specs) == {"asr_vault"}
    record, complaints = read(specs, {name: value for name, value in given.items() if name in specs})
    assert complaints == [] or all("is not given" in line and "validate" in line for line in complaints)
    assert set(record) == set(given) - {"asr_vault"}


def options_of(*roles):
    """The options of these roles."""
    pages = [(ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8") for role in roles]
    return {
        name: spec for page in pages for name, spec in yaml.safe_load(page)["argument_specs"]["main"]["options"].items()
    }


def test_the_declarative_example_has_only_what_the_plugin_and_the_roles_take():
    file = yaml.safe_load((DECLARATIVE / "production.asr.yml").read_text(encoding="utf-8"))
    known = yaml.safe_load(vault.DOCUMENTATION)["options"]
    assert set(file) - set(known) == {"keyed_groups"}
    assert [entry["key"].split()[0].removeprefix("asr_") in VM_NAMES for entry in file["keyed_groups"]] == [True, True]
    given = yaml.safe_load((DECLARATIVE / "group_vars" / "all.yml").read_text(encoding="utf-8"))
    assert set(given) <= set(options_of("failback", "validate"))
    for place in ("host_vars/app01.yml", "group_vars/protected_items.yml"):
        assert read({NAME: SPEC}, yaml.safe_load((DECLARATIVE / place).read_text(encoding="utf-8")))[1] == []
    hosts = yaml.safe_load((DECLARATIVE / "group_vars" / "hyperv_hosts.yml").read_text(encoding="utf-8"))
    assert all(name.startswith("ansible_") for name in hosts)


def test_the_isolated_example_has_only_what_the_roles_take_and_files_that_are_there():
    given = yaml.safe_load((EXAMPLES / "isolated" / "group_vars" / "all.yml").read_text(encoding="utf-8"))
    assert set(given) <= set(options_of("failback", "validate"))
    hooks = [EXAMPLES / "isolated" / hook["tasks"] for hook in given["failback_hooks"]]
    assert sorted(hooks) == sorted((EXAMPLES / "isolated" / "hooks").iterdir())


def test_the_configuration_is_that_of_the_rehearsal_and_known_to_ansible():
    ours = (EXAMPLES / "ansible.cfg").read_text(encoding="utf-8")
    assert ours == (ROOT / "extensions/rehearsal/ansible.cfg").read_text(encoding="utf-8")
    dumped = ansible("ansible-config", "dump", "--only-changed")
    assert re.search(r"^DEFAULT_INTERNAL_POLL_INTERVAL\(.*ansible.cfg\) = 0.05$", dumped, re.MULTILINE), dumped


def test_the_playbook_takes_them():
    assert "playbook: " in ansible(
        "ansible-playbook", "-i", "inventory.yml", "asr.hyperv.failback", "-e", "@production.yml", "--syntax-check"
    )


def test_every_command_names_files_and_variables_that_are_there():
    commands = re.findall(r"ansible-playbook (.*)", "".join(TEXTS.values()))
    assert commands
    for command in commands:
        assert set(re.findall(r"[\w-]+\.yml", command)) <= set(TEXTS)
        assert "asr.hyperv.failback" in command
    assert all(yaml.safe_load(text) for text in TEXTS.values())


def test_the_plugin_documents_the_variables_that_it_sets():
    told = " ".join(yaml.safe_load(vault.DOCUMENTATION)["notes"])
    documented = {name.removeprefix("asr_") for name in re.findall(r"C\((asr_\w+)\)", told)}
    assert documented == VM_NAMES | HOST_NAMES
