# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One value that cannot be, in an otherwise good answer: it becomes words about what it concerns, never the end of the run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from azure.core.rest import HttpRequest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_vms import AzureVm
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AsrError
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import (
    ProtectableItem,
    ProtectedItem,
    RecoveryPlan,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job
from ansible_collections.asr.hyperv.plugins.module_utils._service.providers import Provider
from ansible_collections.asr.hyperv.plugins.module_utils._service.recovery_points import RecoveryPoint
from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible_all
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import DEEPEST
from ansible_collections.asr.hyperv.tests.reliability.night import look
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.runs import FakeModule, outcome
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import (
    Response,
    Service,
    without_models,
)

TWO = vault("db01", "app01")
RECORDS = (ProtectedItem, ProtectableItem, RecoveryPlan, Job, Provider, RecoveryPoint, AzureVm)


def deep(levels: int) -> object:
    value: object = "x"
    for _level in range(levels):
        value = {"childTasks": [value]}
    return value


ODD: tuple[Any, ...] = (
    None,
    "",
    "..",
    True,
    0,
    -1,
    5,
    10**400,
    1e308,
    "\u00b2",
    "0x10",
    "\ud800",
    "\x1b]0;x\x07\u202e",
    "2026-02-31T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.9999999Z",
    "0000-00-00T00:00:00Z",
    "\u0663\u0663\u0663\u0663-01-01T00:00:00Z",
    [],
    [None, 5, "x", [], {}],
    {},
    {"properties": None},
    {"a": [{"b": None}]},
    deep(60),
    "x" * 100_000,
)
MANY = settings(
    max_examples=50, deadline=None, derandomize=True, phases=(Phase.generate,), suppress_health_check=list(HealthCheck)
)


def leaves(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all values in JSON, lists by their first entry."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and value:
        yield from leaves(value[0], (*path, 0))


def put(value: object, path: tuple[Any, ...], odd: object) -> object:
    """The JSON with another value at a place; where there is no such place it stays as it is."""
    if not path:
        return odd
    key, *rest = path
    if isinstance(value, dict) and key in value:
        return {**value, key: put(value[key], tuple(rest), odd)}
    if isinstance(value, list) and key == 0 and value:
        return [put(value[0], tuple(rest), odd), *value[1:]]
    return value


def kind_of(request: HttpRequest) -> str:
    """What a request is about: the last collection in its path, and whether it asks for one thing or for all."""
    parts = request.url.partition("?")[0].split("/")
    return f"{request.method} {parts[-2] if len(parts) % 2 else parts[-1]}"


def rewritten(response: Response, request: HttpRequest, change) -> Response:
    """The answer with its JSON changed."""
    body = response.content
    content = json.dumps(change(json.loads(body))).encode() if body else body
    headers = {**response.headers, "Content-Type": "application/json"}
    return Response(request, response.status_code, headers, content)


def a_run(twist) -> dict[str, Any]:
    """The answer of a run in which each answer of the service goes through `twist`."""
    with without_models():
        service = Service(TWO)
        service.core.twist = lambda request, ask: twist(request, ask(request))
        return outcome(service, FakeModule(service, wait_timeout=1800, poll_interval=120.0))


@cache
def places() -> tuple[Any, ...]:
    """All values that a plain run reads: of which request, and where in the answer."""
    found: set[Any] = set()

    def note(request, response):
        if response.content:
            found.update((kind_of(request), path) for path in leaves(json.loads(response.content)) if path)
        return response

    a_run(note)
    return tuple(sorted(found, key=repr))


def test_the_fuzz_reaches_items_jobs_plans_and_vms():
    kinds = {kind for kind, _path in places()}
    assert {"GET replicationJobs", "GET replicationProtectedItems", "GET replicationRecoveryPlans"} <= kinds
    assert len(places()) > 150


@MANY
@given(data=st.data(), odd=st.sampled_from(ODD))
def test_no_value_of_an_answer_ends_a_run_in_any_other_way_than_in_words(data, odd):
    kind, path = data.draw(st.sampled_from(places()))
    touched = []

    def twist(request, response):
        if kind_of(request) != kind or not response.content:
            return response
        touched.append(request)
        return rewritten(response, request, lambda body: put(body, path, odd))

    try:
        answer = a_run(twist)
    except AsrError:
        return  # nothing was sent: the input or the plan was refused in words
    assert touched and "of this collection" not in answer.get("msg", "")
    assert answer["protected_items"]
    json.dumps(answer)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
@settings(max_examples=50, deadline=None, derandomize=True)
@given(data=st.data(), odd=st.sampled_from(ODD))
def test_every_record_is_made_of_any_json(record, data, odd):
    kind, path = data.draw(st.sampled_from(places()))
    below = path[2:] if path[:1] == ("value",) else path
    body: object = odd
    for key in reversed(below):
        body = [body] if key == 0 else {key: body}
    record.from_service(body if isinstance(body, dict) else {"properties": body})


def test_one_impossible_time_in_a_foreign_job_changes_nothing():
    def twist(request, response):
        if kind_of(request) != "GET replicationJobs" or "filter" not in request.url:
            return response
        foreign: dict[str, Any] = {"id": "/x/replicationJobs/foreign", "name": "foreign"}
        foreign["properties"] = {"scenarioName": "Failback", "state": "InProgress", "startTime": "2026-02-31T00:00:00Z"}
        return rewritten(response, request, lambda body: {**body, "value": [foreign, *body["value"]]})

    answer = a_run(twist)
    assert [entry["phase"] for entry in answer["protected_items"]] == ["protected", "protected"]


def test_a_list_that_is_null_is_an_empty_list():
    service = Service(TWO)
    service.core.twist = lambda request, ask: rewritten(ask(request), request, lambda _body: {"value": None})
    assert service.vault.plans.list() == []


@pytest.mark.parametrize("content", [b"\xff\xfe{", b"[" * 100_000, b'{"value": 5}', b'"x"', b"", b"null"])
def test_a_body_that_is_no_json_object_is_told_in_words(content):
    service = Service(TWO)

    def twist(request, ask):
        answer = ask(request)
        return Response(request, 200, {**answer.headers, "Content-Type": "application/json"}, content)

    service.core.twist = twist
    if content == b'{"value": 5}':
        assert service.vault.plans.list() == []
        return
    with pytest.raises(AsrError, match="Cannot read the job 'j'"):
        service.vault.jobs.get("j")


@pytest.mark.parametrize(
    "odd", [10**400, "9" * 4_000, -(10**400), -5, 10**15, 1e308, "1e400"], ids=lambda odd: str(odd)[:6]
)
@pytest.mark.parametrize("field", ["maxSizeMB", "sourceVmRamSizeInMB", "sourceVmCpuCount"])
def test_a_size_that_cannot_be_ends_no_preflight(field, odd):
    def sized(value):
        if isinstance(value, dict):
            return {key: odd if key.lower() == field.lower() else sized(one) for key, one in value.items()}
        return [sized(one) for one in value] if isinstance(value, list) else value

    def twist(request, ask):
        answer = ask(request)
        listed = kind_of(request) == "GET replicationProtectedItems" and answer.content
        return rewritten(answer, request, sized) if listed else answer

    service = Service(TWO)
    service.core.twist = twist
    answer = look(service, ["db01", "app01"], "preflight", [])
    assert "msg" not in answer and json.dumps(answer)


@pytest.mark.parametrize("record", [ProtectedItem, Job], ids=["health errors", "tasks"])
def test_what_is_nested_deeper_than_the_service_does_is_left_out_and_told_all_the_same(record):
    """JSON may be nested deeper than what is told of it could be written."""
    errors: object = {"errorCode": "5", "innerHealthErrors": []}
    tasks: object = {"name": "inmost", "groupTaskCustomDetails": None}
    for _level in range(250):
        errors = {"errorCode": "5", "innerHealthErrors": [errors]}
        tasks = {"name": "group", "groupTaskCustomDetails": {"childTasks": [tasks]}}
    found = record.from_service({"properties": {"healthErrors": [errors], "tasks": [tasks]}})
    told = [error.told() for error in found.health_errors] if record is ProtectedItem else [t.name for t in found.tasks]
    assert json.dumps(visible_all(told)).count("5" if record is ProtectedItem else "group") == DEEPEST + 1


def with_roles(role):
    """Every disk of an item has this role, whatever it holds."""

    def put(value):
        if isinstance(value, dict):
            return {key: role if key == "vhdType" else put(one) for key, one in value.items()}
        return [put(one) for one in value] if isinstance(value, list) else value

    def twist(request, ask):
        answer = ask(request)
        return rewritten(answer, request, put) if kind_of(request) == "GET replicationProtectedItems" else answer

    return twist


@pytest.mark.parametrize("managed", [True, False])
@pytest.mark.parametrize("sizes", [[10, 20], [10, 10]])
@pytest.mark.parametrize("role", ["OperatingSystem", "Data"])
def test_a_vm_with_two_system_disks_or_none_comes_home(role, sizes, managed):
    service = Service(vault("vm1", vms={"vm1": {"managed_disks": managed, "disks_gb": sizes}}))
    service.core.twist = with_roles(role)
    [track] = service.run()
    assert (track.phase.value, track.problem) == ("protected", None)


@pytest.mark.parametrize("switches", [[], [""], ["external", ""]], ids=["none", "plugged into nothing", "two"])
def test_a_vm_without_an_adapter_or_a_switch_comes_home(switches):
    service = Service(vault("vm1", vms={"vm1": {"switches": switches}}))
    [track] = service.run()
    assert (track.phase.value, track.problem) == ("protected", None)


@pytest.mark.parametrize("where", ["headers", "jobs", "both"])
@pytest.mark.parametrize("hours", [-9, 12])
def test_a_clock_that_is_hours_off_sends_nothing_twice_and_commits_nothing_that_is_in_doubt(hours, where):
    service = Service(vault("vm1", vms={"vm1": {"managed_disks": True}}))
    service.fault(kind="clock_skew", seconds=hours * 3600, where=where)
    [track] = service.run()
    # Then the Azure VM was changed hours after the cutover, as far as anybody can tell.
    held = (hours, where) == (-9, "jobs")
    assert (track.phase.value, bool(track.problem)) == (
        ("failed_back_uncommitted", True) if held else ("protected", False)
    )
    assert service.posts("vm1") == ["plannedFailover", "resume", *([] if held else ["failoverCommit", "reProtect"])]
