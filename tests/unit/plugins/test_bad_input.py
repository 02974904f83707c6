# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever a tired person gives by mistake is told before anything is started, each thing once and on a line of its own."""

from __future__ import annotations

from datetime import datetime

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.template import Templar, trust_as_template

from ansible_collections.asr.hyperv.plugins.module_utils._roles import wishes
from ansible_collections.asr.hyperv.plugins.module_utils._roles.names import mentioned
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.sight import Sight
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.specs import HERE, known_names, specs, texts
from ansible_collections.asr.hyperv.tests.unit.plugins.bad_input import EXTRA, FAILBACK, FINE, GOOD, NOW, OTHERS

FILES = {
    "good.yml": "- {name: Look, ansible.builtin.debug: {msg: '{{ failback_vm.name | default(1) }}'}}\n- asr.hyperv.vm_info:\n",
    "module.yml": "- {name: Try, nosuch.module.here: {}}\n",
    "short_module.yml": "- fial: {msg: no}\n",
    "keyword.yml": "- {ansible.builtin.debug: {msg: 1}, wehn: true}\n",
    "two_modules.yml": "- {ansible.builtin.debug: {msg: 1}, ansible.builtin.fail: {msg: 1}}\n",
    "no_yaml.yml": "- {name: [\n",
    "mapping.yml": "name: Look\n",
    "text.yml": "hello\n",
    "play.yml": "- {hosts: all, tasks: []}\n",
    "in_block.yml": "- {block: [{block: [], rescue: [{no_such_module: {}}]}]}\n",
    "include.yml": "- ansible.builtin.include_tasks: not_there.yml\n",
    "nested.yml": "- ansible.builtin.import_tasks: {file: module.yml}\n",
    "role.yml": "- ansible.builtin.include_role: {name: not_there}\n",
    "filter.yml": "- ansible.builtin.debug: {msg: '{{ failback_vm.name | uper }}'}\n",
    "lookup.yml": "- ansible.builtin.debug: {msg: \"{{ lookup('fiel', 'x') }}\"}\n",
    "template.yml": "- ansible.builtin.debug: {msg: '{{ failback_items | }}'}\n",
}
GROUPS = {"all": ["hv01"], "hyperv_hosts": ["hv01"], "empty": []}


@pytest.fixture(scope="module", autouse=True)
def night(tmp_path_factory):
    """A folder to start from, and the time of the tables."""
    folder = tmp_path_factory.mktemp("night")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "folder").mkdir()
    (folder / "taken.json").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(
            f"{Sight.__module__}.datetime", type("Then", (), {"now": lambda zone: datetime.fromisoformat(NOW)})
        )
        init_plugin_loader([])
        yield folder


def trusted(value):
    """Values as Ansible has them from a person: texts may be templates."""
    if isinstance(value, dict):
        return {key: trusted(one) for key, one in value.items()}
    if isinstance(value, list):
        return [trusted(one) for one in value]
    return trust_as_template(value) if isinstance(value, str) else value


def objections(of, given, extra=()):
    """What is said of these variables, beside the defaults of the role."""
    place = HERE / "roles" / of / "defaults" / "main.yml"
    defaults = yaml.safe_load(place.read_text(encoding="utf-8")) if place.exists() else {}
    variables = {"groups": GROUPS, "inventory_hostname": "localhost", **trusted({**defaults, **given})}
    loader = DataLoader()
    sight = Sight(variables, loader, Templar(loader=loader, variables=variables))
    sight.extra = {name: given[name] for name in extra}
    return sight.objections(of)


@pytest.mark.parametrize(("given", "line"), FAILBACK, ids=range(len(FAILBACK)))
def test_what_cannot_be_is_said_on_one_line_before_a_failback(given, line):
    told = objections("failback", {**FINE, **given})
    assert len(told) == 1 and line in told[0], told
    assert "\n" not in told[0]


@pytest.mark.parametrize(("given", "line"), EXTRA, ids=range(len(EXTRA)))
def test_extra_variables_that_would_win_or_that_nobody_reads_are_said(given, line):
    told = objections("failback", {**FINE, **given}, extra=given)
    assert [one for one in told if line in one], told


@pytest.mark.parametrize(("of", "given", "line"), OTHERS, ids=range(len(OTHERS)))
def test_other_roles_and_playbooks_say_it_as_well(of, given, line):
    assert [one for one in objections(of, given) if line in one], objections(of, given)


@pytest.mark.parametrize("given", GOOD, ids=range(len(GOOD)))
def test_what_is_fine_is_not_refused(given):
    assert objections("failback", {**FINE, **given}) == []


def test_all_that_is_wrong_is_said_at_once():
    given = {name: value for row, _line in FAILBACK[:20] for name, value in row.items()}
    assert len(objections("failback", {**FINE, **given})) == 20


def test_an_own_variable_that_is_called_like_a_module_option_may_be_handed_on():
    given = {"create_vm_if_missing": True, "failback_create_vm_if_missing": "{{ create_vm_if_missing }}"}
    assert objections("failback", {**FINE, **given}, extra=["create_vm_if_missing"]) == []


def test_a_playbook_says_when_nobody_says_which_vault(monkeypatch):
    for name in ("ASR_RESOURCE_GROUP", "ASR_VAULT_NAME"):
        monkeypatch.delenv(name, raising=False)
    (told,) = objections("failback", {**FINE, "__asr_options_of": "failback", "asr_vault": {"vault_name": "v"}})
    assert told.startswith("asr_vault has no resource_group, so nobody knows which vault it is about")
    assert told.endswith("or ASR_RESOURCE_GROUP in the environment.")
    assert objections("failback", FINE) == [], "a play of somebody's own may say it by module_defaults"
    monkeypatch.setenv("ASR_RESOURCE_GROUP", "recovery")
    assert objections("failback", {**FINE, "__asr_options_of": "failback", "asr_vault": {"vault_name": "v"}}) == []


def test_no_value_of_the_vault_is_ever_shown():
    for wrong in ({"secret": ["hush"]}, "{'secret': 'hush'", ["hush"], {"secrets": "hush"}):
        told = objections("failback", {**FINE, "asr_vault": wrong})
        assert "hush" not in "\n".join(told)


def test_a_report_that_may_not_be_written_is_said(night, monkeypatch):
    monkeypatch.setattr("os.access", lambda _path, _mode: False)
    told = objections("failback", {**FINE, "failback_report": "report"})
    assert "nobody may write into" in told[0]


def test_the_tables_have_what_was_asked_for():
    assert len(FAILBACK) + len(EXTRA) + len(OTHERS) >= 150


def test_the_specifications_are_the_only_list_of_names():
    for role in texts():
        if role:
            assert set(specs(role)) <= known_names()
    assert {
        "failback_vm",
        "failback_items",
        "validate_results",
        "preflight_verdicts",
        "drill_vm",
        "asr_host_name",
    } <= known_names()


def test_every_variable_of_ours_that_a_role_or_playbook_speaks_of_is_known():
    """A fact or register of a role with such a name would end the next run of the same role as a misspelt variable."""
    files = [
        path
        for folder in ("roles", "playbooks")
        for path in (HERE / folder).rglob("*")
        if path.suffix in (".yml", ".j2")
    ]
    spoken = {name: path.name for path in files for name in mentioned(path.read_text(encoding="utf-8"))}
    modules = {path.stem for path in (HERE / "plugins").rglob("*")}
    assert {name: path for name, path in spoken.items() if name not in known_names() | modules} == {}


def flat(tasks):
    """All tasks, those of blocks too."""
    for task in tasks:
        yield task
        for part in ("block", "rescue", "always"):
            yield from flat(task.get(part, ()))


def test_what_the_role_failback_gives_to_others_may_not_be_given_as_an_extra_variable():
    """Extra variables win over those of an include: a report that each wave overwrites, a validation that stops the run."""
    free = {"preflight_stop_on", "validate_vms"}  # the role reads them first, and an own wish is kept
    calls = [
        task["vars"]
        for path in (HERE / "roles" / "failback" / "tasks").glob("*.yml")
        for task in flat(yaml.safe_load(path.read_text(encoding="utf-8")))
        if task.get("ansible.builtin.include_role", {}).get("name", "")
        in ("asr.hyperv.validate", "asr.hyperv.preflight")
    ]
    given = {name for call in calls for name in call if not name.startswith("__")}
    decided = {name for name in wishes.INSTEAD if name.startswith("validate_")}  # by the run itself, VM by VM
    assert calls and given - free == set(wishes.INSTEAD) - decided


def test_an_inventory_without_any_hosts_says_so_and_does_not_speak_of_the_vault():
    (line,) = wishes.no_hosts(
        "hv", {"groups": {"all": ["localhost"], "empty": []}}, "failback_hosts_group", "no look", ""
    )
    assert line.endswith("No other group has hosts.") and "vault" not in line
