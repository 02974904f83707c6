# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs: how they end, what they wait for, and their errors, each once."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import (
    Job,
    Kind,
    at_the_gate,
    ended_badly,
    ended_well,
    is_open,
    kind_of,
    may_have_spoilt_disks,
    past_the_gate,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import ago, job, problem, task

STATES = [  # state, has an end time, open, well, badly
    ("NotStarted", False, True, False, False),
    ("InProgress", False, True, False, False),
    ("Suspended", False, True, False, False),
    ("Cancelling", False, True, False, False),
    ("Succeeded", True, False, True, False),
    ("CompletedWithInformation", True, False, True, False),
    ("PartiallySucceeded", True, False, False, False),
    ("Failed", True, False, False, True),
    ("Cancelled", True, False, False, True),
    ("Canceled", True, False, False, True),
    ("Other", False, True, False, False),
    ("Other", True, False, False, False),
    ("AWordOfTomorrow", False, True, False, False),
    ("AWordOfTomorrow", True, False, False, False),
]
KINDS = [
    ("PlannedFailover", Kind.PLANNED_FAILOVER),
    ("Failback", Kind.PLANNED_FAILOVER),
    ("FinalizeFailback", Kind.COMMIT),
    ("CommitFailover", Kind.COMMIT),
    ("ReprotectReplicationGroup", Kind.REVERSE_REPLICATION),
    ("ReverseReplication", Kind.REVERSE_REPLICATION),
    ("IrCompletion", Kind.INITIAL_REPLICATION),
    ("UnplannedFailover", Kind.UNPLANNED_FAILOVER),
    ("TestFailover", Kind.TEST_FAILOVER),
    ("TestFailoverCleanup", Kind.TEST_CLEANUP),
    ("ChangePit", Kind.CHANGE_POINT),
    ("RepairVMReplication", Kind.REPAIR),
    ("UpdateVmProperties", Kind.OTHER),
    ("", Kind.OTHER),
]
MANUAL = "ManualActionTaskDetails"
GATES = [  # state, actions, description, tasks, at the gate
    ("Suspended", "Cancel Resume", "WaitingForUserInput", (), True),
    ("Suspended", "Resume", "AWordOfTomorrow", (), True),
    ("Suspended", "Cancel", "WaitingForUserInput", (), False),
    ("InProgress", "Cancel Resume", "InProgress", (), False),
    ("Suspended", "Cancel Resume", "WaitingForManualAction", (), False),
    ("Suspended", "Cancel Resume", "Suspended", (task("look", "Suspended", MANUAL),), False),
    ("Suspended", "Cancel Resume", "Suspended", (task("look", "InProgress", MANUAL),), False),
    ("Suspended", "Cancel Resume", "Suspended", (task("looked", "Succeeded", MANUAL),), True),
    ("Suspended", "Cancel Resume", "Suspended", (task("later", "NotStarted", MANUAL),), True),
]
CHECKED, PREPARED = task("VmPfoPrerequisitesCheck"), task("PrepareVmOnPremForFailback")
SPOILT = [  # tasks of a failed failback job, disks may be half written
    ((), True),
    ((task("VmPfoPrerequisitesCheck", "Failed"), task("DataSync", "NotStarted")), False),
    ((task("RpSrsPrerequisitesCheck", "Failed"),), False),
    ((CHECKED, task("PrepareVmOnPremForFailback", "Failed"), task("DataSync", "NotStarted")), False),
    ((CHECKED, PREPARED, task("DataSync", "Failed")), True),
    ((CHECKED, PREPARED, task("DataSync", "Other"), task("VmFailover", "Failed")), True),
    ((CHECKED, PREPARED, task("ATaskOfTomorrow", "Cancelled")), True),
]


def error(code: str, provider: str | None = None) -> dict[str, Any]:
    message = "It failed.\n   Sorry."
    return {
        "serviceErrorDetails": {"code": code, "message": message, "possibleCauses": "c", "recommendedAction": "r"},
        "providerErrorDetails": {"errorCode": 31389 if provider else 0, "errorMessage": provider},
    }


def body(**properties: object) -> dict[str, Any]:
    return {"id": "/x/replicationJobs/j", "name": "j", "properties": properties}


@pytest.mark.parametrize(("state", "over", "is_open_", "well", "badly"), STATES)
def test_every_job_state_is_open_or_has_one_end(state, over, is_open_, well, badly):
    one = job(state=state, ended=ago(minutes=1) if over else None)
    assert (is_open(one), ended_well(one), ended_badly(one)) == (is_open_, well, badly)


def test_no_job_is_neither_open_nor_ended():
    assert not any(asks(None) for asks in (is_open, ended_well, ended_badly, may_have_spoilt_disks))


@pytest.mark.parametrize(("scenario", "kind"), KINDS)
def test_a_scenario_is_named_by_what_it_does(scenario, kind):
    assert kind_of(job(scenario)) is kind


@pytest.mark.parametrize(("state", "actions", "description", "tasks", "at"), GATES)
def test_only_a_job_that_waits_for_complete_failover_is_at_the_gate(state, actions, description, tasks, at):
    assert at_the_gate(job(state=state, actions=actions, description=description, tasks=tasks)) is at


@pytest.mark.parametrize(
    ("state", "past"), [("Succeeded", True), ("Other", True), ("InProgress", False), ("Suspended", False)]
)
def test_a_gate_is_passed_when_its_task_is_over_or_skipped(state, past):
    assert past_the_gate(job(tasks=(task("WaitForUserInputForFailback", state),))) is past


@pytest.mark.parametrize(("tasks", "spoilt"), SPOILT)
def test_a_bad_end_spoils_disks_once_data_may_have_moved(tasks, spoilt):
    assert may_have_spoilt_disks(job(state="Failed", tasks=tasks)) is spoilt


def test_a_job_that_another_operation_turned_away_spoils_nothing():
    assert not may_have_spoilt_disks(job(state="Failed", problems=problem("532")))


def test_an_error_that_stands_at_job_and_task_is_told_once_with_its_task():
    tasks = [{"friendlyName": "Data synchronization", "errors": [error("539", "No route\n to host")]}]
    found = Job.from_service(body(errors=[error("539", "No route\n to host"), error("28031")], tasks=tasks)).problems
    assert [(one.code, one.task) for one in found] == [("539", "Data synchronization"), ("28031", "")]
    assert found[0].message == "It failed. Sorry. No route to host"
    assert found[1].message == "It failed. Sorry."


def test_an_error_deep_in_a_plan_is_found():
    member = {"friendlyName": "vm1", "errors": [error("25037")]}
    group = {"friendlyName": "Group 1", "groupTaskCustomDetails": {"childTasks": [member]}}
    assert [one.task for one in Job.from_service(body(tasks=[group])).problems] == ["vm1"]


def test_tasks_of_groups_come_after_their_group_and_name_their_jobs():
    child = {"name": "vm1", "customDetails": {"instanceType": "x", "jobTask": {"jobId": "/v/replicationJobs/c1"}}}
    unborn = {"name": "vm2", "customDetails": {"jobTask": {"jobId": "/v/replicationJobs/"}}}
    group = {"name": "shutdown", "taskType": "g", "groupTaskCustomDetails": {"childTasks": [child, unborn]}}
    found = Job.from_service(body(tasks=[group])).tasks
    assert [(one.name, one.child_job) for one in found] == [("shutdown", ""), ("vm1", "c1"), ("vm2", "")]


def test_a_job_that_was_just_accepted_may_tell_nothing_yet():
    one = Job.from_service(body(state="NotStarted", scenarioName=None, tasks=[], targetObjectId=None))
    assert (one.scenario, one.target_id, one.started, is_open(one)) == ("", "", None, True)


@pytest.mark.parametrize("instance_type", ["AsrJobDetails", "FailoverJobDetails"])
def test_both_forms_of_details_name_the_sides(instance_type):
    sides = {"PrimaryVmmName": "Microsoft Azure", "RecoveryVmmName": "site1"}
    one = Job.from_service(body(customDetails={"instanceType": instance_type, "affectedObjectDetails": sides}))
    assert (one.primary_side, one.recovery_side) == ("Microsoft Azure", "site1")
