# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The summary and the report of a role say of each committed VM what was deleted in Azure, and what is left and billed."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.evidence import evidence
from ansible_collections.asr.hyperv.plugins.module_utils._roles.journeys import journeys
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Remains
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import part

VM = {"kind": "vm", "id": "/vm/app01", "name": "app01"}
DISK: Any = {"kind": "disk", "id": "/disks/data", "name": "data"}


def entry(steps=(), deletes=(), after=(), **more):
    return {
        "name": "app01",
        "id": "/items/app01",
        "group": 1,
        "wave": 1,
        "phase_before": "failed_back_uncommitted",
        "phase": "protected",
        "jobs": [],
        "data_sync": None,
        "timings": [],
        "error": None,
        "warnings": [],
        "steps": list(steps),
        "deletes": [{"size_gb": None, **one} for one in deletes],
        "azure_after": [{**one, "state": state} for one, state in after],
        **more,
    }


COMMITTED = ["commit_failover"]
CASES = [  # entries of a run; deleted, remaining, not proven
    ([entry(COMMITTED, [VM], [(VM, "gone"), (DISK, "gone")])], "VM app01, disk data", "", ""),
    ([entry(COMMITTED, [VM], [(VM, "gone"), (DISK, "remaining")])], "VM app01", "disk /disks/data", ""),
    ([entry(COMMITTED, [VM], [(VM, "not_proven")])], "", "", "VM /vm/app01"),
    ([entry(COMMITTED)], "", "", "nobody could see what there was in Azure"),
    ([entry(after=[(VM, "remaining")])], "", "VM /vm/app01", ""),
    ([entry(COMMITTED, [VM], [(VM, "remaining")]), entry(after=[(VM, "gone")])], "VM app01", "", ""),
    ([entry()], "", "", "nobody could see what there was in Azure (this run did not commit it)"),
    ([entry(COMMITTED, [{**DISK, "size_gb": 20}], [(DISK, "gone")]), entry()], "disk data (20 GB)", "", ""),
]


@pytest.mark.parametrize(("entries", "deleted", "remaining", "not_proven"), CASES)
def test_each_committed_vm_has_an_entry_whatever_was_found(entries, deleted, remaining, not_proven):
    [told] = evidence(journeys(entries))
    assert (told["deleted"], told["remaining"], told["not_proven"]) == (deleted, remaining, not_proven)
    assert told["gone"] is bool(deleted and not remaining and not not_proven)
    assert told["says"].startswith("app01: ")


def test_what_remains_after_a_commit_that_failed_is_told_to_go_with_the_next_one():
    failed = entry(COMMITTED, [VM], [(VM, "remaining")], phase="failed_back_uncommitted")
    [told] = evidence(journeys([failed]))
    assert told["remaining"] == "VM /vm/app01 (its commit did not go through; the next one deletes what remains)"
    assert told["says"].endswith(told["remaining"])


def test_a_vm_that_is_home_and_has_left_nothing_is_not_told_of():
    assert evidence(journeys([entry(phase_before="protected")])) == []


# what remained when the run before looked

LEFT = [*evidence(journeys([entry(COMMITTED, [VM], [(VM, "gone"), (DISK, "remaining")])]))]
AGAIN = [  # the state that Azure tells now (none: it was not asked for), what the run reports of it
    ("remaining", "VM app01", "disk /disks/data", ""),
    ("gone", "VM app01, disk data", "", ""),
    ("not_proven", "VM app01", "", "disk /disks/data"),
    (None, "VM app01", "", "disk /disks/data"),
]


@pytest.mark.parametrize("now", [[], [entry()]], ids=["in no run any more", "home"])
@pytest.mark.parametrize(("state", "deleted", "remaining", "not_proven"), AGAIN)
def test_a_disk_that_was_left_alone_is_told_until_it_is_gone(now, state, deleted, remaining, not_proven):
    answers: Any = [{"id": "/Disks/DATA", "state": state}] if state else []
    [told] = evidence(journeys(now), LEFT, answers)
    assert (told["name"], told["gone"]) == ("app01", state == "gone")
    assert (told["deleted"], told["remaining"], told["not_proven"]) == (deleted, remaining, not_proven)
    assert evidence(journeys(now), [told]) == [] if state == "gone" else evidence(journeys(now), [told])


def test_what_an_earlier_commit_left_stays_beside_what_a_new_one_deletes():
    anew = {**DISK, "id": "/disks/new", "name": "new"}
    [told] = evidence(
        journeys([entry(COMMITTED, [VM], [(VM, "gone"), (anew, "gone")])]),
        LEFT,
        [part(Remains, **DISK, state="remaining")],
    )
    assert (told["deleted"], told["remaining"]) == ("VM app01, disk new", "disk /disks/data")
