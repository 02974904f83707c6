# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What would go wrong on a Hyper-V host stops a failback before anything is asked of the service."""

from __future__ import annotations

import json

import pytest


def to(host):
    return {"failback_item_options": [{"name": "app01", "alternate_host": host}]}


OBJECTIONS = [  # what is wrong with a host, what is asked for, what the run says of it
    (
        {"name": "spare01", "free_gb": {"D": 3}},
        to("spare01"),
        [
            "spare01 has no virtual switch 'vSwitch-Production', which app01 was plugged into (it has: vSwitch-Test). "
            "Create it with that very name",
            r"volume D:\ of spare01 has 3 GB free, app01 needs 10 GB. Make room on D:\ of spare01, or name another host",
            "spare01 has another VM called 'app01'",
            "ahead of that of the vault, which may end its sign-in. Let spare01 take its time from",
        ],
    ),
    (
        {"name": "old01", "services": {"dra": False, "vmms": False}},
        {},
        [
            "the Hyper-V host old01 is NotConnected for the vault. Start the services dra and vmms on old01",
            "the service vmms (Hyper-V Virtual Machine Management) of old01 is stopped. Start vmms on old01",
        ],
    ),
    ({"name": "old01", "online": False}, {}, ["the Hyper-V host old01 cannot be reached"]),
    (
        {},
        {"failback_item_options": [{"name": "app02"}]},
        ["failback_item_options names app02, which is not part of this"],
    ),
]

MISTAKES = [  # an option that cannot be as it is, what the run says of it
    (
        {"failback_hosts_group": "hyperv_host"},
        "no hosts in a group 'hyperv_host', so no VM can be validated before its",
    ),
    ({"validate_vms": {"app01": {"port": 1}}}, "'app01' has {'port': 1}. Allowed are the keys address"),
    (
        {"validate_vms": {"app09": {"tcp_ports": [1]}}},
        "validate_vms names app09, which is none of the VMs to validate. There",
    ),
    ({"validate_must_match": ["ram"]}, "value of validate_must_match must be one or more of: cpu, memory"),
    ({"validate_http": [{"port": 80}]}, "missing required arguments: path"),
    ({"validate_tasks": "/nope.yml"}, "validate_tasks: there is no file '/nope.yml' on the control node"),
    ({"failback_hooks": [{"at": "after_boot", "tasks": "/nope.yml"}]}, "There is no task file '/nope.yml'"),
    ({"failback_hooks": [{"at": "after_boot", "tasks": "{folder}/broken.yml"}]}, "broken.yml"),
    ({"failback_gate_tasks": "{folder}/prose.yml"}, "no list of tasks in it"),
]


def refused(hosts, **options):
    """What a run says that has to end before anything is sent, in one line."""
    wishes = {
        "failback_protected_items": ["app01"],
        "failback_data_sync": "auto",
        "failback_gate": "now",
        "failback_hosts_group": "old_and_spare",
        "preflight_timeout": 1,
        **options,
    }
    printed = hosts.play("asr.hyperv.failback", "-e", json.dumps(wishes), good=False)
    sent = [call for call in hosts.control("requests")["requests"] if call["path"].startswith("/subscriptions")]
    assert {call["method"] for call in sent} <= {"GET"}
    assert "Running the same command again continues" not in printed
    return " ".join(printed.replace("\\\\", "\\").split())


@pytest.mark.parametrize(("trouble", "options", "told"), OBJECTIONS)
def test_it_is_named_with_its_remedy_before_anything_is_sent(hosts, trouble, options, told):
    if trouble:
        hosts.control("hosts", trouble)
    words = refused(hosts, **options)
    assert [one for one in told if one not in words] == [], words


@pytest.mark.parametrize(("options", "told"), MISTAKES)
def test_an_option_that_cannot_be_is_refused_before_anything_is_sent(hosts, options, told):
    (hosts.folder / "broken.yml").write_text("- name: [", encoding="utf-8")
    (hosts.folder / "prose.yml").write_text("no tasks at all", encoding="utf-8")
    text = json.dumps(options).replace("{folder}", str(hosts.folder))
    assert told in refused(hosts, **json.loads(text))


def test_a_blocked_vm_is_not_told_to_run_again(hosts):
    hosts.control("hosts", {"name": "old01", "online": False})
    assert "Nothing was started." in refused(hosts)
