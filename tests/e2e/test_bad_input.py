# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bad input through real Ansible: each is told in words before anything is started, and nothing is.

All cases run in one process: the role is included once for each, and what it fails with is kept.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ansible_collections.asr.hyperv.tests.unit.plugins.bad_input import FAILBACK

VALIDATED = {"failback_validate": True, "failback_hosts_group": "hyperv_hosts"}
OF_THE_VAULT: list[tuple[dict[str, object], list[str]]] = [  # only the vault tells that these cannot be
    ({"failback_dependencies": {"db01": ["web01"], "web01": ["db01"]}}, ["These VMs need each other"]),
    ({"failback_dependencies": {"db02": ["web01"]}}, ["The VM 'db02' is not part of this failback. Near to it: db01"]),
    (
        {"failback_dependencies": {"db01": ["wbe01"]}},
        ["The VM 'wbe01' is not part of this failback. Near to it: db01, web01"],
    ),
    ({"failback_canary": ["web1"]}, ["The VM 'web1' is not part of this failback. Near to it: db01, web01"]),
    ({"failback_canary": ["web01"], "failback_dependencies": {"web01": ["db01"]}}, ["The canary web01 needs db01"]),
    (
        {"failback_optional": ["app1"]},
        ["failback_optional names 'app1', which is not part of this failback. Near to it: app01"],
    ),
    (
        {"failback_item_options": [{"name": "App"}]},
        ["failback_item_options names 'App', which is not part of this failback"],
    ),
    (
        {"failback_hooks": [{"at": "before_commit", "tasks": "hook.yml", "vms": ["app02"]}]},
        ["failback_hooks: hook 1 (hook.yml) is for app02, which is not part of this failback. Near to it: app01"],
    ),
    (
        {"failback_hooks": [{"at": "before_commit", "tasks": "hook.yml", "groups": [9]}]},
        ["failback_hooks: hook 1 (hook.yml) is for group 9, which the plan does not have. Its groups: 1, 2"],
    ),
    (
        {**VALIDATED, "validate_vms": {"app02": {}}},
        ["validate_vms names 'app02', which is not part of this failback. Near to"],
    ),
    (
        {**VALIDATED, "validate_wait_for_connection": True},
        ["app01 is not in the inventory by its name", "db01 is not in the inventory", "web01 is not in the inventory"],
    ),
    (
        {**VALIDATED, "validate_vms": {"db01": {"wait_for_connection": True}}},
        ["db01 is not in the inventory by its name"],
    ),
    (
        {"failback_optional": ["x1"], "failback_canary": ["y1"], "failback_item_options": [{"name": "z1"}]},
        ["failback_item_options names 'z1'", "failback_optional names 'x1'", "The VM 'y1' is not part"],
    ),
    ({"failback_recovery_plan": "plan2"}, ["there is no plan 'plan2' in the vault. Near to it: plan1"]),
    ({"failback_recovery_plan": "", "failback_protected_items": ["app1"]}, ["there is no protected item 'app1'"]),
    ({"failback_alternate_host": "hv9"}, ["'hv9' is no Hyper-V host"]),
]
OF_ANSIBLE = [  # some of the table of the unit tests that Ansible itself takes for good
    (given, [line])
    for given, line in FAILBACK
    if re.search("no variable|cannot be kept|which is over|at most. Look|asr_vault is|'80,443'|.app is 'db'", line)
][::8]


def play(cases):
    """A playbook that asks for one case after the other and writes down what each fails with."""
    tasks: list[dict[str, Any]] = [{"ansible.builtin.add_host": {"name": "hv01", "groups": "hyperv_hosts"}}]
    for number, (given, _lines) in enumerate(cases):
        told = {"ansible.builtin.set_fact": {f"told_{number}": "{{ ansible_failed_result.msg }}"}}
        role = {"ansible.builtin.include_role": {"name": "asr.hyperv.failback"}, "vars": given}
        tasks.append(
            {"block": [role, {"ansible.builtin.set_fact": {f"told_{number}": "it went on"}}], "rescue": [told]}
        )
    names = [f"told_{number}" for number in range(len(cases))]
    content = f"{{{{ {names} | map('extract', vars) | to_json }}}}"
    tasks.append({"ansible.builtin.copy": {"dest": "{{ place }}", "content": content, "mode": "0644"}})
    return [{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}]


def test_what_cannot_be_is_told_in_words_and_nothing_is_started(stage, monkeypatch):
    monkeypatch.chdir(stage.folder)
    (stage.folder / "hook.yml").write_text("- ansible.builtin.debug: {msg: hook}\n", encoding="utf-8")
    usual: dict[str, object] = {
        "failback_recovery_plan": "plan1",
        "failback_data_sync": "auto",
        "failback_gate": "now",
        "failback_validate": False,
        "failback_preflight": False,
    }
    cases = [({**usual, **given}, lines) for given, lines in [*OF_THE_VAULT, *OF_ANSIBLE]]
    (stage.folder / "play.json").write_text(json.dumps(play(cases)), encoding="utf-8")
    place = stage.folder / "told.json"
    run = stage.launch("ansible-playbook", "play.json", "-e", f"place={place}")
    stage.ended(run, True)
    told = json.loads(place.read_text(encoding="utf-8"))
    assert len(told) == len(cases)
    wrong = [
        (lines, words)
        for (_given, lines), words in zip(cases, told, strict=True)
        if any(one not in words for one in lines)
    ]
    assert wrong == []
    assert stage.posts() == []


ASKED = [  # how the playbook is called; exit code and words
    (["--limit", "hv01"], "--limit hv01: it leaves out localhost, where this playbook runs"),
    (["--tags", "preflight"], "--tags preflight: the steps of this playbook have no tags, so none of them would run"),
    (["--start-at-task", "Bring them home"], "--start-at-task Bring them home: what comes before it reads the vault"),
    (["--step"], "--step: a step that is answered with no may be what another rests on"),
    (["--skip-tags", "all"], "--skip-tags all: it leaves out every step of this playbook"),
    (
        ["-e", "failback_data_sync=delta"],
        "failback_data_sync is 'delta'. Allowed: before_failover, during_failover, auto",
    ),
    (["-e", "asr_vault=vault-dr"], "asr_vault is what was given. Allowed: a dictionary with"),
    (["-e", '{"failback_recovery_plan": 12}'], "failback_recovery_plan is 12. Allowed: a text. Put it in quotes"),
]


def test_a_command_that_would_do_nothing_ends_with_an_error_and_each_error_is_short(stage):
    runs = [stage.start(*asked) for asked, _words in ASKED]
    for run, (asked, words) in zip(runs, ASKED, strict=True):
        printed = stage.ended(run, False)
        assert words in printed, asked
        assert max(map(len, printed.splitlines())) < 1500, "no specification is dragged behind"
    assert stage.posts() == []
