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
            r"volume D:\ of spare01 has 3 GB free, app01 needs 15 GB (10 GB for its data, 5 GB for the change files of a day). "
            r"Make room on D:\ of spare01, or name another host",
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
        {"name": "spare01", "azure_local": True},
        to("spare01"),
        ["spare01 is a machine of Azure Local, where a failback"],
    ),
    (
        {"name": "spare01", "vm_versions": ["8.0"]},
        to("spare01"),
        [
            "the VM app01 has the configuration version 9.0, spare01 can run 8.0. Name a host with a newer Windows Server"
        ],
    ),
    (
        {},
        {"failback_item_options": [{"name": "app02"}]},
        ["failback_item_options names 'app02', which is not part of this failback. Near to it: app01."],
    ),
]

MISTAKES = [  # an option that cannot be as it is, what the run says of it
    (
        {"failback_hosts_group": "hyperv_host"},
        "no hosts in a group 'hyperv_host', so no VM can be validated before its",
    ),
    (
        {"validate_vms": {"app01": {"port": 1}}},
        "validate_vms.app01 has 'port', which is not known. Near to it: tcp_ports.",
    ),
    (
        {"validate_vms": {"app09": {"tcp_ports": [1]}}},
        "validate_vms names 'app09', which is not part of this failback. Near to it: app01.",
    ),
    ({"validate_must_match": ["ram"]}, "validate_must_match[0] is 'ram'. Allowed: cpu, memory"),
    ({"validate_http": [{"port": 80}]}, "validate_http[0] has no path."),
    ({"validate_tasks": "/nope.yml"}, "validate_tasks: there is no file '/nope.yml' on the control node"),
    (
        {"failback_hooks": [{"at": "after_boot", "tasks": "/nope.yml"}]},
        "failback_hooks: there is no file '/nope.yml' on the control node",
    ),
    ({"failback_hooks": [{"at": "after_boot", "tasks": "{folder}/broken.yml"}]}, "broken.yml"),
    ({"failback_gate_tasks": "{folder}/prose.yml"}, "prose.yml: it is no list of tasks."),
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
    words = refused(hosts, **json.loads(text))
    assert told in words, words[-900:]


SITUATIONS = [  # what is so of app01 at home, what the preflight says of it
    (
        {"checkpoints": ["backup of 22:10"]},
        "app01 on old01 has checkpoints: backup of 22:10. Remove its checkpoints on old01",
    ),
    ({"unreadable": "storage gone"}, "app01 on old01 cannot be read: "),
    ({"power": "running"}, "app01 on old01 is started; it has to be off. Shut it down on old01"),
    (
        {"vm_id": "11111111-2222-3333-4444-555555555555"},
        "old01 has another VM called 'app01' (id 11111111-2222-3333-4444-555555555555)",
    ),
    ({"present": False}, "create_vm_if_missing"),
]


@pytest.mark.parametrize(("change", "told"), SITUATIONS)
def test_what_is_so_of_the_vm_at_home_blocks_it_in_words(hosts, change, told):
    hosts.control("vms", {"name": "app01", **change})
    assert told in looked(hosts, good=False)


def looked(hosts, good=True, **options):
    """What the preflight alone says, in one line."""
    wishes = {
        "preflight_protected_items": ["app01"],
        "preflight_data_sync": "auto",
        "preflight_hosts_group": "old_and_spare",
        "preflight_timeout": 1,
        **options,
    }
    return " ".join(hosts.play("asr.hyperv.preflight", "-e", json.dumps(wishes), good=good).split())


def test_each_host_is_called_once_with_all_its_vms(hosts):
    before = len(hosts.calls())
    looked(hosts)
    made = [(call["host"], call["module"]) for call in hosts.calls()[before:]]
    assert sorted(made) == [("old01", "asr.hyperv.host_info"), ("spare01", "asr.hyperv.host_info")]


def test_a_vm_that_moved_is_found_by_its_id_and_judged_where_it_is(hosts):
    hosts.control("vms", {"name": "app01", "host": "spare01"})
    words = looked(hosts, good=False)
    assert "note: app01 is on spare01, not on old01 as recorded" in words
    assert "spare01 has no virtual switch 'vSwitch-Production'" in words


def test_a_sick_vm_of_somebody_else_says_nothing_of_ours(hosts):
    hosts.control("vms", {"name": "web01", "unreadable": "storage gone"})
    assert "1 ready, 0 with warnings, 0 blocked" in looked(hosts)


def test_a_vm_is_not_called_absent_while_a_host_is_silent(hosts):
    hosts.control("vms", {"name": "app01", "host": "new01"})
    hosts.control("hosts", {"name": "spare01", "online": False})
    words = looked(hosts, good=False)
    assert (
        "app01 (id " in words and "is on none of the hosts that answered (old01); spare01 could not be asked" in words
    )


def test_a_host_that_is_away_for_a_moment_is_asked_again(hosts):
    hosts.control("hosts", {"name": "old01", "away_for": 3000})  # simulated seconds: five of ours
    assert "1 ready" in looked(hosts, preflight_timeout=50)


def test_a_registration_that_a_host_left_behind_is_named(hosts):
    hosts.control("hosts", {"name": "old01", "twins": [{"silent_days": 300}]})
    words = looked(hosts)
    assert "warning: the vault has another registration of old01, NotConnected since" in words
    assert "Remove the dead registration in the vault" in words


def test_a_blocked_vm_is_not_told_to_run_again(hosts):
    hosts.control("hosts", {"name": "old01", "online": False})
    assert "Nothing was started." in refused(hosts)
