# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of rights: it has all that is asked of Azure, and each step is the duty of somebody."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._glue.inventory import read_vault
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Step
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.readiness import of_rights
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.rights import (
    OF_A_FAILBACK,
    RIGHTS,
    Duty,
    actions_of,
    ahead,
    duties_told,
    granted,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service
from asr_simulator.arm.rights import action_of

TEST_NETWORK = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/test"


def asked(service, method=""):
    """The rights that the requests so far took, without those that no role gives: the address of an operation."""
    taken = {action_of(one.method, one.path.partition("?")[0])[0] for one in service.asked(method) if one.arm}
    return {one for one in taken if not one.startswith("Microsoft.Resources/")}


def beyond(service, *duties):
    """The rights that requests took and none of these duties has."""
    role = [{"actions": [action for duty in duties for action in actions_of(duty)], "notActions": []}]
    return sorted(one for one in asked(service) if not granted(one, role))


def test_a_whole_night_takes_no_right_that_the_duties_of_a_failback_do_not_have():
    service = Service(vault("db01", "app01 web01"))
    service.run("protected", plan="plan1")
    assert len(service.posts()) == 12
    assert beyond(service, *OF_A_FAILBACK) == []


def test_whoever_looks_needs_no_more_than_to_look():
    service = Service(vault("db01", "app01"))
    read_vault(service.vault, azure_vms=False)
    assert asked(service) and beyond(service, Duty.LOOK) == []


@pytest.mark.parametrize(
    ("goal", "duty"),
    [("synchronized", Duty.SYNCHRONIZE), ("cut_over", Duty.CUT_OVER), ("protected", Duty.COMMIT)],
)
def test_each_part_of_the_way_is_one_duty(goal, duty):
    goals = ["synchronized", "cut_over", "protected"]
    service = Service(vault("db01"))
    for before in goals[: goals.index(goal)]:
        service.run(before)
    earlier = len(service.world.log.entries)
    service.run(goal)
    del service.world.log.entries[:earlier]
    assert asked(service, "POST") and beyond(service, duty) == []
    others = [one for one in OF_A_FAILBACK if one is not duty]
    assert set(beyond(service, *others)) == asked(service, "POST")


def without(*duties):
    """All others."""
    return [one for one in Duty if one not in duties]


@pytest.mark.parametrize(
    ("permissions", "duties"),
    [
        ([{"actions": ["*"], "notActions": []}], list(Duty)),
        ([{"actions": ["*/read"]}], [Duty.LOOK, Duty.PREFLIGHT]),
        ([{"actions": [*actions_of(Duty.DRILL)]}], [Duty.LOOK, Duty.DRILL]),
        (
            [{"actions": ["*"], "notActions": ["*/failoverCommit/action"]}],
            without(Duty.COMMIT, Duty.TO_AZURE),
        ),
        ([], []),
    ],
)
def test_the_duties_that_a_caller_may_do_are_those_of_which_nothing_on_the_vault_is_missing(permissions, duties):
    told = duties_told(permissions)
    assert [one["duty"] for one in told if one["allowed"]] == [duty.value for duty in duties]
    assert all(bool(one["missing"]) != one["allowed"] for one in told)
    assert json.loads(json.dumps(told)) == told


ALL = tuple(Step(name) for name in ("planned_failover", "complete_failover", "commit_failover", "reverse_replication"))
WAYS = [  # the steps left for each item, how far the run goes, whether somebody is before the gate; duties now, duties later
    ([ALL], "protected", True, "synchronize cut_over commit", ""),
    ([ALL], "synchronized", True, "synchronize", "cut_over commit"),
    ([ALL], "cut_over", True, "synchronize cut_over", "commit"),
    ([ALL], "nothing", True, "", "synchronize cut_over commit"),
    ([ALL[1:]], "protected", True, "cut_over commit", ""),
    ([ALL[1:], ALL[2:]], "synchronized", True, "", "cut_over commit"),
    ([ALL[2:]], "synchronized", False, "commit", ""),
    ([ALL[2:]], "nothing", False, "", "commit"),
    ([(ALL[0], *ALL[2:])], "protected", True, "synchronize commit", ""),
    ([ALL[2:], ()], "protected", True, "synchronize cut_over commit", ""),
    ([], "protected", False, "synchronize cut_over commit", ""),
]


@pytest.mark.parametrize(("paths", "until", "at_gate", "now", "later"), WAYS)
def test_a_run_is_asked_for_the_duties_of_what_it_will_do_and_only_told_of_those_after_it(
    paths, until, at_gate, now, later
):
    way = ahead(paths, until, at_gate=at_gate)
    expected = {"look", "preflight", *now.split()}
    assert ({duty.value for duty in way.now}, {duty.value for duty in way.later}) == (expected, {*later.split()})
    told = {one["duty"]: one["needed"] for one in duties_told([], way)}
    assert {duty for duty, word in told.items() if word == "now"} == expected and told["drill"] == "no"


@pytest.mark.parametrize(
    ("duty", "until", "told"),
    [
        (Duty.SYNCHRONIZE, "synchronized", {"rights_later"}),
        (Duty.SYNCHRONIZE, "protected", {"rights"}),
        (Duty.LOOK, "nothing", {"rights_later"}),
        (Duty.COMMIT, "synchronized", {"rights", "rights_later"}),
    ],
)
def test_what_only_a_later_step_needs_blocks_no_run_that_ends_before_it(duty, until, told):
    given = [{"actions": [*actions_of(Duty.LOOK), *actions_of(Duty.PREFLIGHT), *actions_of(duty)]}]
    found = of_rights(given, ahead([ALL], until))
    assert {one.check for one in found} == told
    assert {one.level.word for one in found if one.check == "rights_later"} <= {"warning"}


def test_a_right_is_told_once_and_belongs_to_somebody():
    assert len({right.action.lower() for right in RIGHTS}) == len(RIGHTS)
    assert all(right.duties and right.purpose for right in RIGHTS)
