# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recovery plans are created, changed and deleted, and refused where the service would."""

from __future__ import annotations

from typing import Any

import pytest

from .simulated import FAILBACK, Client, client_of, small

PLAN, NEW = "/replicationRecoveryPlans/plan1", "/replicationRecoveryPlans/plan2"
MANUAL = {
    "actionName": "Look",
    "failoverTypes": ["PlannedFailover"],
    "failoverDirections": ["RecoveryToPrimary"],
    "customDetails": {"instanceType": "ManualActionDetails", "description": "Look at it."},
}
RUNBOOK = {**MANUAL, "customDetails": {"instanceType": "AutomationRunbookActionDetails", "fabricLocation": "Recovery"}}


def group(client: Client, *names: str, **actions: Any) -> dict[str, Any]:
    members = [{"id": client.id_of(name)} for name in names]
    return {"groupType": "Boot", "replicationProtectedItems": members, **actions}


def new_plan(client: Client, *groups: dict[str, Any], **more: Any) -> dict[str, Any]:
    fabric = client.get("/replicationProtectedItems")["value"][0]["id"].partition("/replicationProtectionContainers")[0]
    return {
        "properties": {"primaryFabricId": fabric, "recoveryFabricId": "Microsoft Azure", "groups": list(groups), **more}
    }


def groups_of(client: Client, path: str = PLAN) -> list[dict[str, Any]]:
    return client.get(path)["properties"]["groups"]


def test_a_plan_is_there_when_its_job_has_ended(client):
    status, headers, _body = client.send("PUT", NEW, new_plan(client, group(client, "app01")))
    assert status == 202
    assert client.send("GET", NEW)[0] == 404
    client.wait(10)
    job = client.job(headers)["properties"]
    assert (job["scenarioName"], job["targetObjectName"], job["tasks"][0]["name"]) == (
        "SaveRecoveryPlan",
        "plan2",
        "SaveRecoveryPlanTask",
    )
    assert [one["groupType"] for one in groups_of(client, NEW)] == ["Shutdown", "Failover", "Boot"]


def test_a_change_replaces_all_groups_with_their_actions(client):
    told = [
        {"groupType": "Shutdown", "startGroupActions": [MANUAL]},
        group(client, "app01", endGroupActions=[RUNBOOK]),
        group(client, "db01"),
    ]
    assert client.send("PATCH", PLAN, {"properties": {"groups": told}})[0] == 202
    client.wait(10)
    shutdown, failover, first, second = groups_of(client)
    assert shutdown["startGroupActions"] == [MANUAL] and failover["startGroupActions"] == []
    assert first["endGroupActions"] == [RUNBOOK]
    assert second["replicationProtectedItems"][0]["virtualMachineId"]
    client.send("PATCH", PLAN, {"properties": {"groups": [group(client, "app01")]}})
    client.wait(10)
    assert all(not one["startGroupActions"] and not one["endGroupActions"] for one in groups_of(client))


def test_what_an_action_does_not_say_is_lost(client):
    short = {"actionName": "Look", "customDetails": MANUAL["customDetails"]}
    client.send("PATCH", PLAN, {"properties": {"groups": [group(client, "app01", startGroupActions=[short])]}})
    client.wait(10)
    [kept] = groups_of(client)[2]["startGroupActions"]
    assert kept["failoverTypes"] == kept["failoverDirections"] == []


def test_a_deleted_plan_is_gone_and_its_members_stay(client):
    assert client.send("DELETE", PLAN)[0] == 202
    assert client.send("DELETE", PLAN)[0] == 202
    client.wait(10)
    assert client.send("GET", PLAN)[0] == 404
    assert client.item("app01")["allowedOperations"]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_plan_at_work_is_not_changed(client, method):
    body = {"failoverDirection": "RecoveryToPrimary"}
    details = [{**FAILBACK, "dataSyncOption": "ForDownTime"}]
    client.post(PLAN + "/plannedFailover", {"properties": {**body, "providerSpecificDetails": details}})
    client.wait(60)
    before = groups_of(client)
    _status, headers, _body = client.send(method, PLAN, {"properties": {"groups": [group(client, "app01")]}})
    client.wait(10)
    job = client.job(headers)["properties"]
    assert (job["state"], job["errors"][0]["serviceErrorDetails"]["code"]) == ("Failed", "532")
    assert groups_of(client) == before


def test_a_plan_of_100_items_and_7_groups_is_taken_and_one_more_of_either_is_not():
    names = [f"vm{number}" for number in range(1, 102)]
    client = client_of(small(vms=[{"name": name, "host": "hv01", "disks_gb": [10]} for name in names[1:]]))
    ids = {one["properties"]["friendlyName"]: one["id"] for one in client.get("/replicationProtectedItems")["value"]}
    most = [{"groupType": "Boot", "replicationProtectedItems": [{"id": ids[one]} for one in names[:94]]}]
    most += [{"groupType": "Boot", "replicationProtectedItems": [{"id": ids[one]}]} for one in names[94:100]]
    one_more = {"groupType": "Boot", "replicationProtectedItems": [{"id": ids["vm101"]}]}
    wide = {"groupType": "Boot", "replicationProtectedItems": [{"id": ids[one]} for one in names]}
    assert client.send("PUT", NEW, new_plan(client, *most))[0] == 202
    assert client.send("PUT", NEW, new_plan(client, wide))[0] == 400
    assert client.send("PUT", NEW, new_plan(client, *most[1:], {"groupType": "Boot"}, one_more))[0] == 400


def bad(client: Client) -> dict[str, dict[str, Any]]:
    one = group(client, "app01")
    unknown = {"groupType": "Boot", "replicationProtectedItems": [{"id": client.id_of("app01") + "x"}]}
    return {
        "no groups": new_plan(client),
        "no members": new_plan(client, {"groupType": "Boot"}),
        "an unknown member": new_plan(client, unknown),
        "a member twice": new_plan(client, one, one),
        "an unknown group": new_plan(client, {**one, "groupType": "Start"}),
        "another fabric": new_plan(client, one, primaryFabricId=client.vault + "/replicationFabrics/x"),
        "another target": new_plan(client, one, recoveryFabricId="Elsewhere"),
        "an action without a name": new_plan(client, {**one, "startGroupActions": [{**MANUAL, "actionName": ""}]}),
        "an unknown kind of action": new_plan(client, {**one, "startGroupActions": [{**MANUAL, "customDetails": {}}]}),
        "an unknown direction": new_plan(client, {**one, "endGroupActions": [{**MANUAL, "failoverDirections": ["x"]}]}),
    }


REFUSED = {  # mistake: a word of the answer
    "no groups": "no protected item",
    "no members": "no protected item",
    "an unknown member": "does not exist",
    "a member twice": "each protected item once",
    "an unknown group": "groupType",
    "another fabric": "primaryFabricId",
    "another target": "recoveryFabricId",
    "an action without a name": "actionName",
    "an unknown kind of action": "instanceType",
    "an unknown direction": "failoverDirections",
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_plan_is_refused_with(client, what):
    status, _headers, answer = client.send("PUT", NEW, bad(client)[what])
    assert (status, REFUSED[what] in answer["error"]["message"]) == (404 if what == "an unknown member" else 400, True)
    client.wait(10)
    assert client.send("GET", NEW)[0] == 404


def test_members_of_two_sites_are_refused():
    sites = [{"name": "site1", "hosts": [{"name": "hv01"}]}, {"name": "site2", "hosts": [{"name": "hv02"}]}]
    client = client_of(small(sites=sites, vms=[{"name": "vm2", "host": "hv02"}]))
    assert client.send("PUT", NEW, new_plan(client, group(client, "vm1", "vm2")))[0] == 400
    client.send("PUT", NEW, new_plan(client, group(client, "vm1")))
    client.wait(10)
    assert client.send("PATCH", NEW, {"properties": {"groups": [group(client, "vm2")]}})[0] == 400
