# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan is kept: over the real SDK and the simulator's core, with faults. What is sent is counted there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._engine.plan_keeping import Keeper, Patience
from ansible_collections.asr.hyperv.plugins.module_utils._plans.changes import changes
from ansible_collections.asr.hyperv.plugins.module_utils._plans.code import short_names
from ansible_collections.asr.hyperv.plugins.module_utils._plans.draft import draft
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    AsrError,
    BadInput,
    Interrupted,
    NotFound,
    OutcomeUnknown,
    ServiceError,
)
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.plan_shapes import PlanWish
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import BODIES, Service
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.stub_azure import PLAN, Answer, vault_at

SCENARIO = {
    "sites": [{"name": "site1", "hosts": [{"name": "hv01"}]}],
    "vms": [{"name": name, "host": "hv01", "disks_gb": [4]} for name in ("db01", "app01", "web01")],
    "plans": [{"name": "plan1", "groups": [{"vms": ["db01"]}, {"vms": ["app01", "web01"]}]}],
}
CONTRACT = Path(__file__).resolve().parents[4] / "contract"
MOVED = [["db01"], ["app01"], ["web01"]]


@pytest.fixture
def service():
    return Service(SCENARIO)


def keep(service, groups, name="plan1", *, pretend=False, **patience):
    """Keep the plan with these groups; None for none."""
    items = service.vault.items.list()
    rows = groups and [{"protected_items": names, "before": None, "after": None} for names in groups]
    wanted: PlanWish = {"groups": rows, "shutdown": None, "failover": None}
    keeper = Keeper(service.vault, service.clock, Patience(**patience), short_names(items))
    return keeper.keep(name, lambda old: groups and draft(name, wanted, old, items), pretend=pretend)


def sent(service):
    """What was sent that changes anything."""
    return [one.method for one in service.world.log.entries if one.method in ("PUT", "PATCH", "DELETE", "POST")]


def groups_now(service, name="plan1"):
    plan = service.world.estate.plan(name)
    return plan and [[item.key for item in group["items"]] for group in plan.groups]


KEPT = [  # name, wanted groups, what is sent
    ("plan1", [["db01"], ["web01", "app01"]], []),
    ("plan1", MOVED, ["PATCH"]),
    ("plan2", MOVED, ["PUT"]),
    ("plan1", None, ["DELETE"]),
    ("plan2", None, []),
]


@pytest.mark.parametrize(("name", "groups", "calls"), KEPT)
def test_a_plan_is_brought_there_and_the_second_run_sends_nothing(service, name, groups, calls):
    assert bool(keep(service, groups, name, pretend=True).old) == (name == "plan1")
    assert sent(service) == []
    kept = keep(service, groups, name)
    assert (sent(service), bool(kept.job)) == (calls, bool(calls))
    assert groups_now(service, name) == (groups if calls or not groups else [["db01"], ["app01", "web01"]])
    again = keep(service, groups, name)
    assert (sent(service), again.job, again.old) == (calls, "", again.new)


def test_without_waiting_the_next_run_waits_for_what_was_sent(service):
    keep(service, MOVED, "plan2", wait=False)
    assert groups_now(service, "plan2") is None
    kept = keep(service, MOVED, "plan2")
    assert (sent(service), kept.job) == (["PUT"], "")
    assert groups_now(service, "plan2") == MOVED


def test_a_plan_that_is_being_saved_is_busy_for_who_does_not_wait(service):
    keep(service, MOVED, wait=False)
    with pytest.raises(BadInput, match="plan1' is busy: job 'Save a recovery plan'.*Run again when it is over"):
        keep(service, [["db01", "app01", "web01"]], wait=False)
    assert sent(service) == ["PATCH"]


def test_a_plan_that_fails_back_is_not_changed(service):
    body = {**BODIES["plannedFailover"]["properties"]}
    body["providerSpecificDetails"] = [body["providerSpecificDetails"]]
    assert service.operate("POST", "/replicationRecoveryPlans/plan1/plannedFailover", {"properties": body}) == 202
    service.wait(60)
    for pretend in (True, False):
        with pytest.raises(BadInput, match="plan1' is busy: job 'Planned failover'"):
            keep(service, MOVED, pretend=pretend)
    assert keep(service, [["db01"], ["app01", "web01"]]).job == ""
    assert sent(service) == ["POST"]


def test_a_request_that_was_carried_out_without_an_answer_is_not_sent_again(service):
    service.fault(kind="reset", match={"method": "PATCH"}, when="after")
    kept = keep(service, MOVED)
    assert (sent(service), groups_now(service)) == (["PATCH"], MOVED)
    assert changes(kept.old, kept.new, {})


def test_a_request_that_may_have_arrived_and_did_not_is_told_and_not_sent_again(service):
    service.fault(kind="reset", match={"method": "PATCH"}, when="before")
    with pytest.raises(
        OutcomeUnknown, match="Cannot change the recovery plan 'plan1'.*not known whether it was accepted"
    ):
        keep(service, MOVED)
    assert sent(service) == ["PATCH"]
    assert keep(service, MOVED).job


@pytest.mark.parametrize("status", [204, 404])
def test_a_plan_that_somebody_else_deletes_at_the_same_time_is_gone_and_nothing_is_waited_for(
    service, monkeypatch, status
):
    """The service may say so in either way; no job of ours is anywhere."""
    delete, began = service.vault.plans.delete, service.clock.now()

    def too_late(name):
        service.world.estate.plans.clear()
        if status == 404:
            raise NotFound(f"delete the recovery plan {name!r}", "it is gone")
        return delete(name)

    monkeypatch.setattr(service.vault.plans, "delete", too_late)
    kept = keep(service, None)
    assert (bool(kept.old), kept.new, kept.job) == (True, None, "")
    assert service.clock.now() - began < 30


def test_a_throttled_request_is_sent_again_once_it_was_surely_refused(service):
    service.fault(kind="throttle", match={"method": "PUT"}, retry_after=5)
    keep(service, MOVED, "plan2")
    assert sent(service) == ["PUT", "PUT"]
    assert groups_now(service, "plan2") == MOVED


def test_a_job_that_fails_is_told_with_its_error(service):
    service.fault(kind="job_failure", match={"verb": "UpdateRecoveryPlan"}, code="539")
    with pytest.raises(ServiceError, match="Cannot save the recovery plan 'plan1': its job ended as Failed.*539"):
        keep(service, MOVED)
    assert groups_now(service) == [["db01"], ["app01", "web01"]]


def test_a_job_that_takes_too_long_ends_the_wait_and_not_the_job(service):
    with pytest.raises(AsrError, match="wait_timeout: after 1 s .* is InProgress. Nothing was cancelled; run again"):
        keep(service, MOVED, timeout=1, interval=1)
    assert keep(service, MOVED).job == ""
    assert (sent(service), groups_now(service)) == (["PATCH"], MOVED)


def test_a_plan_that_the_vault_does_not_show_as_saved_is_an_error(service, monkeypatch):
    unchanged = service.vault.plans.get("plan1")
    monkeypatch.setattr(service.vault.plans, "get", lambda name: unchanged)
    with pytest.raises(ServiceError, match="It still lacks: groups: 2 -> 3; web01: group 2 -> 3"):
        keep(service, MOVED)


def test_a_run_that_is_stopped_is_continued_by_the_next(service):
    def stop():
        raise Interrupted("stopped")

    service.clock.others.append(stop)
    with pytest.raises(Interrupted):
        keep(service, MOVED)
    service.clock.others.clear()
    assert keep(service, MOVED).job == ""
    assert (sent(service), groups_now(service)) == (["PATCH"], MOVED)


CALLS: list[tuple[Any, ...]] = [
    ("PUT", lambda vault: vault.plans.create("plan1", {"groups": []}), {"properties": {"groups": []}}),
    ("PATCH", lambda vault: vault.plans.update("plan1", {"groups": []}), {"properties": {"groups": []}}),
    ("DELETE", lambda vault: vault.plans.delete("plan1"), None),
]


@pytest.mark.parametrize(("method", "call", "body"), CALLS)
def test_each_call_goes_to_the_plan_and_leads_to_its_operation(stub, method, call, body):
    stub.answers(method, PLAN, Answer(202, headers={"Location": f"{stub.url}/x/operationresults/op1?api-version=1"}))
    started = call(vault_at(stub.url))
    assert [(asked.path, asked.body) for asked in stub.asked] == [(PLAN, body)]
    assert (started.operation_id, started.job_name) == ("op1", "")


def test_the_recorded_change_of_a_plan_is_sent_in_the_recorded_words(stub):
    calls = json.loads((CONTRACT / "shapes.json").read_text(encoding="utf-8"))["calls"]
    [recorded] = [one for one in calls if one["method"] == "PATCH"]
    stub.answers("PATCH", PLAN, Answer(202))
    vault_at(stub.url).plans.update("plan1", recorded["request"]["properties"])
    assert stub.asked[0].body == recorded["request"]
