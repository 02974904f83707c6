# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the end of a run says of old copies, and when it has one removed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.plugin_utils._night.old_copies import OldCopies
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.books import book
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.nights import item, on_host

HOME = item("a", phase="protected")
COPY = {"state": "stopped", "clustered": False, "replication": {"mode": "None"}, "disks": [{"path": "D:/a.vhdx"}]}
GONE = {"vm": {"id": HOME["vm_id"]}, "changed": True}


def ended(answer=None, copy=None, old=None, **options):
    """What was said, whether something changed, and which modules ran; `answer`: that of the removal."""
    said: list[str] = []
    ran: list[Any] = []
    there = {"hv01": old or {"vms": [on_host(HOME, **(copy or COPY))]}, "hv02": {"vms": [on_host(HOME)]}}
    hosts: Any = SimpleNamespace(run=lambda *asked: ran.append(asked) or answer)
    told = book(HOME, hosts=["hv01", "hv02"], **{"alternate_host": "hv02", **options})
    around: Any = SimpleNamespace(say=said.extend)
    copies = OldCopies(around, hosts, told)
    asked = []

    def look_at(names, ids, details):
        asked.append((list(names), list(ids)))
        return [{"inventory": name, "name": name, "machine": name, **there[name]} for name in names]

    copies.see_to([HOME], look_at)
    return SimpleNamespace(said=said, changed=copies.changed, ran=ran, asked=asked)


def test_an_old_copy_is_only_named_if_nothing_else_is_asked_for():
    told = ended()
    assert told.asked == [(["hv01", "hv02"], [HOME["vm_id"]])]
    assert told.said == [
        "An old copy of a on hv01: stopped, id id of a, disks D:/a.vhdx. It is kept: keep it off, two would have one name and "
        "one MAC address"
    ]
    assert (told.ran, told.changed) == ([], False)


@pytest.mark.parametrize(("checks", "words"), [(False, "It is removed there"), (True, "It would be removed there")])
def test_it_is_removed_by_its_id_on_its_host_where_that_was_asked_for(checks, words):
    told = ended(GONE, old_copy="remove", checks=checks)
    assert words in told.said[0] and told.changed
    assert told.ran == [("hv01", "vm_removal", {"id": HOME["vm_id"], "state": "absent", "timeout": 60})]


def test_one_that_may_be_in_use_is_never_asked_to_go():
    told = ended(GONE, {**COPY, "state": "saved"}, old_copy="remove")
    assert told.said[0].startswith("WARNING: ") and told.said[0].endswith("It is kept, not removed: it is saved")
    unwell = ended(GONE, old_copy="remove", wellness={"unwell": {}, "notes": {"a": "resynchronizing"}})
    assert unwell.said[0].endswith("the replication of the new one is not in order")
    assert (told.ran, told.changed, unwell.ran) == ([], False, [])


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"failed": True, "msg": "it has checkpoints.", "vm": {}}, "it has checkpoints"),
        ({"unreachable": True, "msg": "no route"}, "no route"),
        ({}, "no answer"),
    ],
)
def test_a_removal_that_fails_is_told_and_is_no_change(answer, why):
    told = ended(answer, old_copy="remove")
    assert told.said[0].endswith(f"It could not be removed: {why}") and not told.changed


def test_hosts_that_did_not_answer_are_named_and_nobody_is_asked_where_nobody_went_elsewhere():
    assert ended(old={"error": "timed out.", "vms": None}).said == [
        "Whether an old copy of a is there as well, these did not tell: hv01 (timed out)"
    ]
    assert ended(alternate_host="").asked == []
