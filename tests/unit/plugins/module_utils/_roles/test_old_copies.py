# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The VM that a failback to another host leaves behind is named, and may go only when nothing speaks against it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.old_copies import in_words, old_copies, silent

ITEM: Any = {"id": "/items/web01", "name": "web01", "vm_id": "aaaa", "phase": "protected"}
CAME: Any = {"alternate_host": "new01"}
NONE, AWAY = {"mode": "None", "state": "Disabled"}, {"mode": "Primary", "state": "Replicating"}


def vm(**more):
    """The old copy as its host tells of it."""
    usual = {"id": "AAAA", "name": "web01", "state": "stopped", "clustered": False, "replication": NONE}
    return {**usual, "disks": [{"path": r"D:\web01.vhdx"}], **more}


def look(name="old01", *vms, **more):
    """A look at a host."""
    return {"inventory": name, "name": name, "machine": f"id of {name}", "cluster": "", "vms": list(vms), **more}


def new(name="new01", **more):
    """The host that has the new VM, which runs and replicates."""
    return look(name, vm(state="started", replication=AWAY), **more)


def found(*looks, unwell=(), **other):
    """Each copy that is found, by its host, and why it may not go. `other`: `item`, `before` or `came`."""
    given = {"item": ITEM, "before": ITEM, "came": CAME, **other}
    told = old_copies([given["item"]], [given["before"]], looks, given["came"], dict.fromkeys(unwell, "not well"))
    return {one["inventory"]: one["why"] for one in told}


def test_a_copy_that_nothing_needs_may_go_and_is_named_with_all_that_is_left():
    (told,) = old_copies([ITEM], [ITEM], [look("old01", vm()), new()], CAME, {})
    assert told["why"] == ""
    assert in_words(told) == r"of web01 on old01: stopped, id AAAA, disks D:\web01.vhdx"


OLD = [  # what is different of the old copy or its host; why it stays
    ({"state": "started"}, {}, "it runs on old01 and new01 at once"),
    ({"state": "saved"}, {}, "it is saved"),
    ({"state": "paused"}, {}, "it is paused"),
    ({"state": "offcritical"}, {}, "it is offcritical"),
    ({"state": "unknown", "error": "broken."}, {}, "it cannot be read (broken)"),
    ({"clustered": True}, {"cluster": "clu02"}, "it is a role of a failover cluster"),
    ({"replication": AWAY}, {}, "its host says that its replication is Primary"),
    ({"replication": {"mode": "Replica"}}, {}, "its host says that its replication is Replica"),
    ({"replication": {"mode": ""}}, {}, "its host says that its replication is unknown"),
    ({"replication": None}, {}, "its host says that its replication is unknown"),
    ({}, {"machine": ""}, "its host does not tell which machine it is"),
]


@pytest.mark.parametrize(("copy", "host", "why"), OLD)
def test_an_old_one_that_may_be_in_use_stays(copy, host, why):
    assert found(look("old01", vm(**copy), **host), new()) == {"old01": why}


NEW = [  # the looks at other hosts and what is different of the item; why the old one stays
    ([], {}, "the new one was not seen running on new01"),
    ([look("new01", vm())], {}, "the new one was not seen running on new01"),
    ([look("new01", error="silent", vms=None)], {}, "the new one was not seen running on new01"),
    ([new("new02")], {}, "the new one runs on new02 and not on new01"),
    ([new("new01.a.example"), new("new01.b.example")], {}, "it runs on new01.a.example and new01.b.example at once"),
    ([new()], {"phase": "replicating"}, "the vault has the new one as replicating, and not as protected"),
    (
        [new()],
        {"phase": "failed_back_uncommitted"},
        "the vault has the new one as failed_back_uncommitted, and not as protected",
    ),
]


@pytest.mark.parametrize(("others", "item", "why"), NEW)
def test_while_the_new_one_is_not_surely_there_the_old_one_stays(others, item, why):
    assert found(look("old01", vm()), *others, item={**ITEM, **item})["old01"] == why


def test_whose_replication_is_not_in_order_keeps_the_old_one():
    assert found(look("old01", vm()), new(), unwell=["web01"]) == {
        "old01": "the replication of the new one is not in order"
    }


@pytest.mark.parametrize(
    "looks",
    [
        [look("alias", vm(), machine="id of new01"), new()],  # the same machine by another name
        [look("node2", vm(), cluster="clu01"), new(cluster="clu01")],  # it moved while the nodes were asked
        [look("old01", vm(id="bbbb")), new()],  # a namesake
        [look("old01"), new()],
    ],
)
def test_the_vm_itself_and_another_one_are_no_copies_of_it(looks):
    assert found(*looks) == {}


def test_a_copy_under_the_id_of_before_is_found_and_stays_where_the_new_one_is():
    moved = {**ITEM, "vm_id": "cccc"}
    there = look("new01", vm(id="cccc", state="started"))
    assert found(look("old01", vm()), there, item=moved) == {"old01": ""}
    both = look("new01", vm(), vm(id="cccc", state="started"))
    assert found(both, item=moved) == {"new01": "it is where the new one is"}


@pytest.mark.parametrize(
    "came", [{}, {"alternate_host": ""}, {"item_options": [{"name": "web02", "alternate_host": "x"}]}]
)
def test_nothing_is_a_copy_where_nobody_was_to_go_to_another_host(came):
    assert found(look("old01", vm()), new(), came=came) == {}


@pytest.mark.parametrize(
    "phase", ["failed_over", "synchronizing", "synchronized", "cutting_over", "failing_over", "busy"]
)
def test_the_vm_of_one_that_has_not_come_home_is_no_copy(phase):
    assert found(look("old01", vm()), look("new01"), item={**ITEM, "phase": phase}) == {}


def test_a_host_may_be_asked_for_without_its_domain():
    assert found(look("old01", vm()), new("new01.contoso.example")) == {"old01": ""}
    came = {"alternate_host": "new01.other.example"}
    assert found(look("old01", vm()), new("new01.contoso.example"), came=came)["old01"].endswith("new01.other.example")


def test_hosts_that_did_not_answer_are_named():
    assert silent([look("old01", error="timed out."), new()]) == ["old01 (timed out)"]
