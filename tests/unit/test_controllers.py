# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What controllers are given: an execution environment that ansible-builder takes, and data that fits the collection."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.asr.hyperv.plugins.module_utils._azure.ways import ENVIRONMENT

ROOT = Path(__file__).resolve().parents[2]
CONTROLLERS, PATTERN = ROOT / "docs" / "controllers", ROOT / "extensions" / "patterns" / "failback"
DEFINITION = CONTROLLERS / "execution-environment.yml"
OF_THE_VAULT = {"ASR_RESOURCE_GROUP", "ASR_VAULT_NAME", "ANSIBLE_AZURE_AUTH_SOURCE"}


class Loader(yaml.SafeLoader):
    """Reads what Ansible reads: a template that is not to be filled in is a text."""


def as_text(loader: Any, node: Any) -> Any:
    return loader.construct_scalar(node)


Loader.add_constructor("!unsafe", as_text)
DATA = yaml.load((CONTROLLERS / "controller.yml").read_text(encoding="utf-8"), Loader)  # noqa: S506
ABOUT = json.loads((PATTERN / "meta" / "pattern.json").read_text(encoding="utf-8"))
TEMPLATES = {one["name"]: one for one in ABOUT["aap_resources"]["controller_job_templates"]}


def builder(*words: str, cwd: Path) -> str:
    """What ansible-builder prints."""
    pytest.importorskip("ansible_builder")
    command = [sys.executable, "-m", "ansible_builder", *words]
    run = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_ansible_builder_takes_the_definition_of_the_execution_environment(tmp_path):
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    archive = f"asr-hyperv-{version}.tar.gz"
    (tmp_path / archive).touch()
    (tmp_path / DEFINITION.name).write_bytes(DEFINITION.read_bytes())
    builder("create", "-f", DEFINITION.name, "-c", "context", "--output-filename", "Containerfile", cwd=tmp_path)
    assert "ansible-core" in (tmp_path / "context" / "Containerfile").read_text(encoding="utf-8")
    assert (tmp_path / "context" / "_build" / "collections" / archive).exists()


def test_the_collection_says_what_an_execution_environment_needs(tmp_path):
    place = tmp_path / "ansible_collections" / "asr"
    place.mkdir(parents=True)
    (place / "hyperv").symlink_to(ROOT, target_is_directory=True)
    found = yaml.safe_load(builder("introspect", str(tmp_path), cwd=tmp_path))
    python, system = (" ".join(found[kind]) for kind in ("python", "system"))
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").split():
        assert line in python
    assert "pywinrm[kerberos]" in python and "krb5-devel [compile platform:rpm]" in system


def options_of(*roles: str) -> set[str]:
    """The variables of roles."""
    specs = [
        yaml.safe_load((ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text("utf-8")) for role in roles
    ]
    return {name for spec in specs for name in spec["argument_specs"]["main"]["options"]}


def asked_for(template: dict[str, Any]) -> set[str]:
    """The variables that a survey asks for."""
    survey = template.get("survey") or template.get("survey_spec") or {"spec": []}
    return {question["variable"] for question in survey["spec"]}


def test_every_variable_of_surveys_playbooks_and_schedules_is_one_of_a_role():
    known = options_of("failback", "preflight", "drill")
    entries = [*TEMPLATES.values(), *DATA["controller_templates"], *DATA["controller_workflows"]]
    named = {name for entry in entries for name in asked_for(entry)}
    named |= {name for entry in DATA["controller_schedules"] for name in entry["extra_data"]}
    named |= {name for entry in DATA["controller_templates"] for name in entry.get("extra_vars", {})}
    for path in (PATTERN / "playbooks").glob("*.yml"):
        [play] = yaml.safe_load(path.read_text(encoding="utf-8"))
        named |= set(play.get("vars", {}))
    assert {"failback_detach", "drill_network", "preflight_recovery_plan"} <= named <= known


def test_the_pattern_is_as_galaxy_importer_reads_it():
    """galaxy_importer/finder.py and file_parser.py: these files, and one primary playbook where there are several."""
    assert ABOUT["name"] == PATTERN.name and (PATTERN / "README.md").exists()
    assert {"schema_version", "title", "description", "short_description", "tags", "aap_resources"} <= set(ABOUT)
    playbooks = {path.name for path in (PATTERN / "playbooks").iterdir()}
    assert {one["playbook"] for one in TEMPLATES.values()} == playbooks
    assert sum(one["primary"] for one in TEMPLATES.values()) == 1


def test_job_templates_workflow_and_schedules_name_what_is_there():
    templates = {one["name"]: one for one in DATA["controller_templates"]}
    assert set(templates) == set(TEMPLATES)
    for name, one in templates.items():
        assert one["playbook"] == f"extensions/patterns/failback/playbooks/{TEMPLATES[name]['playbook']}"
        assert (ROOT / one["playbook"]).exists()
        assert asked_for(one) <= asked_for(TEMPLATES[name]) and one["survey_enabled"]
    [night] = DATA["controller_workflows"]
    nodes = {node["identifier"]: node for node in night["simplified_workflow_nodes"]}
    order, here = [], ["preflight"]
    while here:
        order += here
        here = nodes[here[0]].get("success_nodes", [])
    assert order == list(nodes) and "approval_node" in nodes["approve"]
    jobs = [node["unified_job_template"] for node in nodes.values() if "approval_node" not in node]
    assert {*jobs, *(one["unified_job_template"] for one in DATA["controller_schedules"])} <= set(templates)


def test_the_credential_gives_each_of_its_fields_to_the_modules():
    [kind] = DATA["controller_credential_types"]
    fields = {field["id"] for field in kind["inputs"]["fields"]}
    given = kind["injectors"]["env"]
    assert set(given) <= {*OF_THE_VAULT, *(name for names in ENVIRONMENT.values() for name in names)}
    assert {name for template in given.values() for name in re.findall(r"\{\{ (\w+)", template)} == fields
    assert [field["id"] for field in kind["inputs"]["fields"] if field.get("secret")] == ["secret"]


def test_windows_connection_variables_reach_the_hosts_and_nobody_else():
    assert not any("variables" in one for one in DATA["controller_inventories"])
    [group] = DATA["controller_groups"]
    assert group["name"] == "hyperv_hosts" and group["variables"]["ansible_connection"] == "winrm"
    assert set(group["hosts"]) == {host["name"] for host in DATA["controller_hosts"]}


@pytest.mark.parametrize("path", sorted((PATTERN / "playbooks").glob("*.yml")), ids=lambda path: path.stem)
def test_the_playbooks_of_the_pattern_lead_to_those_of_the_collection(path):
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "--syntax-check", "-i", "localhost,", str(path)]
    run = subprocess.run(command, env=os.environ, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
