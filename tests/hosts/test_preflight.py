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


@pytest.mark.parametrize(("trouble", "options", "told"), OBJECTIONS)
def test_it_is_named_with_its_remedy_before_anything_is_sent(hosts, trouble, options, told):
    if trouble:
        hosts.control("hosts", trouble)
    wishes = {
        "failback_protected_items": ["app01"],
        "failback_data_sync": "auto",
        "failback_gate": "now",
        "failback_hosts_group": "old_and_spare",
        **options,
    }
    printed = hosts.play("asr.hyperv.failback", "-e", json.dumps(wishes), good=False)
    words = " ".join(printed.replace("\\\\", "\\").split())
    assert [one for one in told if one not in words] == [], printed
    sent = [call for call in hosts.control("requests")["requests"] if call["path"].startswith("/subscriptions")]
    assert {call["method"] for call in sent} == {"GET"}
