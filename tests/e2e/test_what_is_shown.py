# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a playbook run shows: the plan before anything is done, and never a secret."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from ansible_collections.asr.hyperv.tests.e2e.stage import WISHES

STEPS = "planned_failover > complete_failover > commit_failover > reverse_replication"
PLANNED = rf"^\+(\w+): protected by {re.escape(STEPS)} \(before_failover: (.+)\)$"


def test_check_mode_names_steps_and_data_sync_with_the_reason_for_each_vm_and_sends_nothing(stage):
    stage.environment |= {"ANSIBLE_STRATEGY": "free", "ANSIBLE_ANY_ERRORS_FATAL": "true"}  # as a user may have set them
    printed = stage.run("--check", "--diff", "-e", "failback_preflight=true")
    assert "TASK [asr.hyperv.preflight : Show them]" in printed
    planned = dict(re.findall(PLANNED, printed, re.MULTILINE))
    assert sorted(planned) == ["app01", "db01", "web01"], printed
    assert all("days in Azure" in reason for reason in planned.values())
    assert "Not proven to be gone" not in printed, "no commit was sent, so there is nothing to prove"
    assert stage.posts() == []
    assert stage.control("state")["jobs"] == []


def test_no_secret_is_shown_even_when_all_is_told_and_the_second_run_changes_nothing(stage):
    first, sent = stage.run("-vvv", "--diff", "-e", "failback_preflight=true"), stage.posts()
    second = stage.run("-vvv", "--diff")
    assert "changed=0" not in first
    assert "changed=0" in second
    assert stage.posts() == sent
    stage.assert_all_home()
    log = (stage.folder / "simulator.log").read_text(encoding="utf-8")
    for text in (first, second, log):
        assert stage.facts["secret"] not in text
        assert not re.search(r"Bearer|access_token|client_secret=", text)


PLAYBOOK = str(Path(__file__).resolve().parent / "playbooks" / "two_plans.yml")


def test_progress_tells_its_plan_where_several_run_and_is_not_shown_when_it_is_hidden_or_switched_off(stage):
    hosts = {"a": {"mine": "app01"}, "b": {"mine": "db01", "hidden": True}, "c": {"mine": "web01", "plan": "Prod C"}}
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    inventory = stage.folder / "two.json"
    inventory.write_text(json.dumps({"two": {"hosts": hosts, "vars": local}}), encoding="utf-8")

    def played(who):
        return stage.ended(stage.launch("ansible-playbook", "-i", str(inventory), PLAYBOOK, "--limit", who), True)

    stage.environment["ASR_HYPERV_PROGRESS"] = "off"
    assert "accepted" not in played("a")
    del stage.environment["ASR_HYPERV_PROGRESS"]
    printed = played("b,c")
    told = re.findall(r"^ .*: planned_failover accepted.*$", printed, re.MULTILINE)
    assert len(told) == 1 and re.match(r"  Prod C: \S+Z web01: planned_failover accepted, job ", told[0]), printed
    assert "db01" not in printed
    assert len(stage.posts()) == 3


OWN = """
- hosts: vaults
  {}
  connection: local
  gather_facts: false
  vars: {{ansible_python_interpreter: "{{{{ ansible_playbook_python }}}}"}}
  roles: [asr.hyperv.failback]
"""


def test_a_play_for_several_vaults_goes_one_after_the_other_or_side_by_side_and_one_of_them_may_stop_all(stage):
    hosts = {"a": {"failback_protected_items": ["app01"]}, "b": {"failback_protected_items": ["db01", "web01"]}}
    shared = {**WISHES, "failback_recovery_plan": ""}
    inventory, own = stage.folder / "vaults.json", stage.folder / "own.yml"
    inventory.write_text(json.dumps({"vaults": {"hosts": hosts, "vars": shared}}), encoding="utf-8")

    def played(keywords, *more, good=True):
        own.write_text(OWN.format(keywords), encoding="utf-8")
        return stage.ended(stage.launch("ansible-playbook", "-i", str(inventory), str(own), *more), good)

    wrong = json.dumps({"failback_protected_items": "{{ ['db1'] if inventory_hostname == 'a' else ['db01'] }}"})
    played("any_errors_fatal: true", "-e", wrong, good=False)
    assert stage.posts() == []
    assert played("serial: 1", "--check").count("See how it ended") == 2
    assert stage.posts() == []
    played("strategy: free")
    stage.assert_all_home()


REACHED = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.include_role: {name: asr.hyperv.preflight, tasks_from: reach}
      vars: {__preflight_host: hv01}
    - ansible.builtin.set_fact: {ansible_user: mine}
    - ansible.builtin.debug:
        msg: "{{ hostvars.hv01 | dict2items | selectattr('key', 'match', 'ansible_(user|pass|winrm)') | items2dict }}"
"""


def test_how_a_host_is_reached_is_read_in_its_own_context_with_one_line_and_no_secret(stage):
    own = {
        "ansible_user": "{{ inventory_hostname }}-admin",
        "ansible_password": "{{ 'ses' ~ 'ame-' ~ inventory_hostname }}",
        "ansible_winrm_scheme": "http",
        "ansible_winrm_read_timeout_sec": 70,
    }
    inventory, played = stage.folder / "hosts.json", stage.folder / "reached.yml"
    inventory.write_text(json.dumps({"all": {"hosts": {"hv01": own, "hv02": {}}}}), encoding="utf-8")
    played.write_text(REACHED, encoding="utf-8")
    printed = stage.ended(stage.launch("ansible-playbook", "-vv", "-i", str(inventory), str(played)), True)
    before, _debug, told = printed.partition("TASK [ansible.builtin.debug]")
    assert "sesame" not in before and before.count("localhost -> hv01") == 2, "one line, and one for what is not usual"
    for words in (
        '"ansible_user": "hv01-admin"',
        '"ansible_password": "sesame-hv01"',
        '"ansible_winrm_read_timeout_sec": 70',
    ):
        assert words in told
    played.write_text(REACHED.replace("hv01", "hv02"), encoding="utf-8")
    stage.ended(stage.launch("ansible-playbook", "-i", str(inventory), str(played)), True)
