# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans as code: what comes out of the options and the vault, what is kept, what is refused, and how changes are told."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._plans.changes import changes, lines
from ansible_collections.asr.hyperv.plugins.module_utils._plans.code import PlanCode, short_names
from ansible_collections.asr.hyperv.plugins.module_utils._plans.draft import check_name, check_size, draft
from ansible_collections.asr.hyperv.plugins.module_utils._plans.inventory import plan_inventory
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import RecoveryPlan
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.plan_shapes import PlanDefinition, PlanWish
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import CONTAINER, PLACE, item, part

OTHER_SITE = f"{PLACE}/replicationFabrics/site2/replicationProtectionContainers/c/replicationProtectedItems/far01"
ITEMS = [
    *(item(name=name) for name in ("db01", "app01", "app02", "web01")),
    item(name="a1", friendly_name="twin"),
    item(name="a2", friendly_name="twin"),
    item(name="old01", provider_type="InMageAzureV2"),
    item(name="far01", id=OTHER_SITE, site="Second site"),
]
NAMES = short_names(ITEMS)
HOME, BOTH = ["RecoveryToPrimary"], ["PrimaryToRecovery", "RecoveryToPrimary"]
MANUAL = {
    "name": "Look",
    "type": "manual",
    "instructions": "Look.",
    "failover_types": ["TestFailover"],
    "directions": HOME,
}
SCRIPT = {
    "name": "Run",
    "type": "script",
    "path": "a.ps1",
    "location": "Primary",
    "timeout": "60",
    "failover_types": ["PlannedFailover", "TestFailover"],
    "directions": BOTH,
}
BOOK = {**SCRIPT, "name": "Book", "type": "runbook", "runbook_id": "/x/runbooks/b"}
del BOOK["path"]
NOTHING: PlanWish = {"groups": None, "shutdown": None, "failover": None}


def members(names: str, before: list[Any] | None = None, after: list[Any] | None = None) -> dict[str, Any]:
    """A row of the option groups."""
    return {"protected_items": names.split(), "before": before, "after": after}


def wanted(*groups: dict[str, Any], **more: object) -> PlanWish:
    return part(PlanWish, **{**NOTHING, "groups": list(groups) or None, **more})


def drafted(old: PlanCode | None, *groups: dict[str, Any], **more: object) -> PlanCode:
    return draft("plan1", wanted(*groups, **more), old, ITEMS)


def in_vault(*groups: dict[str, Any], **more: object) -> PlanCode:
    """A plan as the service would tell it after it was created."""
    new = drafted(None, *groups, **more)
    body: dict[str, Any] = {
        "id": f"{PLACE}/replicationRecoveryPlans/plan1",
        "name": "plan1",
        "properties": dict(new.to_create()),
    }
    body["properties"]["replicationProviders"] = ["HyperVReplicaAzure"]
    return PlanCode.of(RecoveryPlan.from_service(body))


def told(old: PlanCode, *groups: dict[str, Any], **more: object) -> list[str]:
    return changes(old, drafted(old, *groups, **more), NAMES)


OLD = in_vault(members("db01", after=[MANUAL]), members("app01 app02", before=[SCRIPT]), members("web01"))


def test_a_new_plan_is_sent_with_its_site_and_all_groups():
    plan = drafted(None, members("db01"), members("app01"), shutdown={"before": [MANUAL], "after": None})
    sent: Any = plan.to_create()
    assert sent["primaryFabricId"] == CONTAINER.partition("/replicationProtectionContainers")[0]
    assert (sent["recoveryFabricId"], sent["failoverDeploymentModel"]) == ("Microsoft Azure", "ResourceManager")
    assert [group["groupType"] for group in sent["groups"]] == ["Shutdown", "Failover", "Boot", "Boot"]
    assert sent["groups"][0]["startGroupActions"][0] == {
        "actionName": "Look",
        "failoverTypes": ["TestFailover"],
        "failoverDirections": HOME,
        "customDetails": {"instanceType": "ManualActionDetails", "description": "Look."},
    }
    assert sent["groups"][2]["replicationProtectedItems"] == [{"id": ITEMS[0].id, "virtualMachineId": "guid-of-db01"}]


def test_what_is_not_mentioned_is_sent_again_as_it_came():
    kept = {
        "actionName": "Odd",
        "customDetails": {"instanceType": "NewKind", "x": 1},
        "failoverTypes": [],
        "extra": "y",
    }
    body: dict[str, Any] = {
        "name": "plan1",
        "properties": {"primaryFabricId": OLD.fabric_id, "recoveryFabricId": "Microsoft Azure"},
    }
    body["properties"]["groups"] = [
        {"groupType": "Failover", "endGroupActions": [kept]},
        {"groupType": "Boot", "replicationProtectedItems": [{"id": ITEMS[0].id, "virtualMachineId": "odd"}]},
    ]
    old = PlanCode.of(RecoveryPlan.from_service(body))
    new = drafted(old, members("db01"), members("app01"))
    groups: Any = new.to_update()["groups"]
    _shutdown, failover, first, second = groups
    assert failover["endGroupActions"] == [kept]
    assert first["replicationProtectedItems"][0]["virtualMachineId"] == "odd"
    assert second["replicationProtectedItems"][0]["id"] == ITEMS[1].id


SAME = [
    (),
    (members("db01"), members("app02 app01"), members("web01")),
    (members("DB01", after=[{"name": "Look"}]), members("app01 app02"), members("web01")),
    (
        members("db01", [], [{**MANUAL, "directions": HOME}]),
        members("app01 app02", [SCRIPT], []),
        members("web01", [], []),
    ),
]


@pytest.mark.parametrize("groups", SAME)
def test_a_plan_as_described_needs_nothing(groups):
    assert told(OLD, *groups) == []


def test_the_definition_describes_the_plan_and_is_complete():
    definition: Any = OLD.definition(NAMES)
    rows = definition.pop("groups")
    assert definition.pop("name") == "plan1"
    assert all({"before", "after", "protected_items"} == set(row) for row in rows)
    assert [row["protected_items"] for row in rows] == [["db01"], ["app01", "app02"], ["web01"]]
    assert (rows[0]["after"], rows[1]["before"]) == ([MANUAL], [SCRIPT])
    assert told(OLD, *rows, **definition) == []


CHANGED = [  # what is wanted, and what is said of it
    ((members("db01"), members("app02"), members("web01 app01")), ["app01: group 2 -> 3"]),
    ((members("db01"), members("app01 app02"), members("web01 a1")), ["a1: added to group 3"]),
    ((members("db01"), members("app01"), members("web01")), ["app02: removed from group 2"]),
    (
        (members("a1"), members("db01"), members("app01 app02"), members("web01")),
        [
            "groups: 3 -> 4",
            "a1: added to group 1",
            "app01: group 2 -> 3",
            "app02: group 2 -> 3",
            "db01: group 1 -> 2",
            "web01: group 3 -> 4",
            "action 'Look': group 1, after -> group 2, after",
            "action 'Run': group 2, before -> group 3, before",
        ],
    ),
    (
        (members("db01", after=[]), members("app01 app02"), members("web01", after=[MANUAL])),
        ["action 'Look': group 1, after -> group 3, after"],
    ),
    (
        (members("db01", after=[MANUAL, {**MANUAL, "name": "More"}]), members("app01 app02", []), members("web01")),
        ["action 'Run': removed from group 2, before", "action 'More': added to group 1, after"],
    ),
    (
        (
            members("db01", after=[{"name": "Look", "directions": BOTH, "instructions": "Look twice."}]),
            members("app01 app02"),
            members("web01"),
        ),
        [
            "action 'Look': group 1, after: instructions Look. -> Look twice.",
            "action 'Look': group 1, after: directions RecoveryToPrimary -> PrimaryToRecovery RecoveryToPrimary",
        ],
    ),
]


@pytest.mark.parametrize(("groups", "said"), CHANGED)
def test_changes_are_told_in_words(groups, said):
    assert told(OLD, *groups) == said


def test_another_order_of_actions_is_a_change():
    old = in_vault(members("db01", [MANUAL, SCRIPT]))
    assert told(old, members("db01", [SCRIPT, MANUAL])) == [
        "group 1, before: the actions run as Run, Look (was Look, Run)"
    ]


@pytest.mark.parametrize("action", [MANUAL, SCRIPT, BOOK])
def test_an_action_of_each_type_comes_back_as_it_was_given(action):
    assert in_vault(members("db01", [action])).definition(NAMES)["groups"][0]["before"] == [action]


def test_an_action_keeps_what_is_not_said_of_it():
    [row] = drafted(OLD, shutdown={"before": [BOOK], "after": None}).definition(NAMES)["shutdown"]["before"] or []
    old = in_vault(members("db01", [BOOK]))
    new = drafted(old, members("db01", [{"name": "Book", "timeout": "90"}]))
    assert row == BOOK
    assert new.definition(NAMES)["groups"][0]["before"] == [{**BOOK, "timeout": "90"}]


REFUSED = [  # old plan, groups, words
    (None, (), "there is no plan 'plan1' in the vault, so its groups have to be given"),
    (None, (members("db02"),), "no protected item 'db02' in the vault. Near to it: db01"),
    (None, (members("db01 app01"), members("db01")), "'db01' is given twice"),
    (None, (members("twin"),), "name of 2 protected items"),
    (None, (members("old01"),), "'old01' is replicated by InMageAzureV2"),
    (None, (members("db01 far01"),), "'far01' is in the site 'Second site'.*have to be in the site site1"),
    (OLD, (members("far01"), members("app01"), members("db01")), "'far01' is in the site 'Second site'"),
    (OLD, (members("db01 web01"), members("a1 a2")), "with it its actions Run, of which nothing is said"),
    (
        None,
        (members("db01", [{"name": "x"}]),),
        "group 1, before: action 'x' needs directions, failover_types, instructions",
    ),
    (
        None,
        (members("db01", [{**MANUAL, "path": "y"}]),),
        "is of type manual, which has no path. Allowed: instructions",
    ),
    (
        OLD,
        (members("db01", None, [{"name": "Look", "type": "script"}]), members("app01"), members("web01")),
        "needs dir.*path",
    ),
    (
        OLD,
        (members("db01", None, [{**MANUAL, "directions": []}]), members("app01"), members("web01")),
        "needs directions",
    ),
]


@pytest.mark.parametrize(("old", "groups", "words"), REFUSED)
def test_it_is_refused_in_words(old, groups, words):
    with pytest.raises(BadInput, match=words):
        drafted(old, *groups)


def test_a_plan_to_elsewhere_is_refused():
    with pytest.raises(BadInput, match="is a plan of HyperVReplica2012R2 to f2; only plans from Hyper-V to Azure"):
        drafted(
            PlanCode("plan1", OLD.fabric_id, OLD.fixed, OLD.groups, "/x/f2", ("HyperVReplica2012R2",)), members("db01")
        )


def test_a_group_with_actions_may_go_when_all_actions_are_told():
    assert told(OLD, members("db01 web01 app01 app02", [], [MANUAL])) == [
        "groups: 3 -> 1",
        "app01: group 2 -> 1",
        "app02: group 2 -> 1",
        "web01: group 3 -> 1",
        "action 'Run': removed from group 2, before",
    ]


SIZES = [([100], True), ([94] + [1] * 6, True), ([101], False), ([1] * 8, False), ([0], False), ([], False)]


@pytest.mark.parametrize(("sizes", "fine"), SIZES)
def test_a_plan_has_up_to_100_members_in_7_groups(sizes, fine):
    groups: list[Any] = [members(" ".join(f"vm{number}" for number in range(size))) for size in sizes]
    if fine:
        return check_size(groups)
    with pytest.raises(BadInput, match="^groups: "):
        check_size(groups)


@pytest.mark.parametrize("name", ["", " ", "a/b", "a?b", "a%2fb"])
def test_a_name_that_leads_elsewhere_is_refused(name):
    with pytest.raises(BadInput, match="cannot be the name of a plan"):
        check_name(name)


def test_a_name_that_means_two_items_is_not_used():
    assert [NAMES[one.id.lower()] for one in ITEMS[4:6]] == ["a1", "a2"]


def test_a_plan_is_shown_line_by_line():
    assert lines(OLD, NAMES).splitlines() == [
        "plan plan1",
        "group 1",
        "  db01",
        "  after: Look (manual; TestFailover; RecoveryToPrimary; instructions Look.)",
        "group 2",
        "  before: Run (script; PlannedFailover TestFailover; PrimaryToRecovery RecoveryToPrimary; path a.ps1; "
        "location Primary; timeout 60)",
        "  app01",
        "  app02",
        "group 3",
        "  web01",
    ]


def test_an_inventory_has_a_group_for_each_plan_and_for_each_of_its_groups():
    definition = OLD.definition(NAMES)
    small: PlanDefinition = {"name": "Dev-1", "groups": [{"protected_items": ["db01"]}]}
    made: Any = plan_inventory([definition, small])
    assert made["all"]["children"] == {
        "recovery_plans": {"children": {"plan_dev_1": {}, "plan_plan1": {}}},
        "plan_dev_1": {"children": {"plan_dev_1_group_1": {}}},
        "plan_dev_1_group_1": {"hosts": {"db01": {}}},
        "plan_plan1": {"children": {f"plan_plan1_group_{number}": {} for number in (1, 2, 3)}},
        "plan_plan1_group_1": {"hosts": {"db01": {}}},
        "plan_plan1_group_2": {"hosts": {"app01": {}, "app02": {}}},
        "plan_plan1_group_3": {"hosts": {"web01": {}}},
    }


def test_plans_that_would_share_a_group_of_the_inventory_are_refused():
    with pytest.raises(BadInput, match="'a b' and 'a-b' both have an inventory group plan_a_b"):
        plan_inventory([{"name": name, "groups": []} for name in ("a-b", "a b")])
