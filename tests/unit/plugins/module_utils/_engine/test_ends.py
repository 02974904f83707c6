# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""However a run ends after its first POST, it says where every item stands and that something has changed."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError, ServiceResponseError

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput, Interrupted, Throttled
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.runs import FakeModule, outcome
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import ONE, THREE
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import (
    Response,
    Service,
    without_models,
)

ERRORS = (
    OSError(2, "No such file or directory", "/run/token"),
    ValueError("day is out of range for month"),
    KeyError("x"),
    TypeError("x"),
    RecursionError("x"),
    MemoryError(),
    RuntimeError("x"),
    BadInput("x"),
    Interrupted("x"),
    ClientAuthenticationError("x"),
    ServiceRequestError("x"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
)
SEAMS = ("before sending", "after sending", "token", "sleep", "now", "say")
MANY = settings(
    max_examples=35, deadline=None, derandomize=True, phases=(Phase.generate,), suppress_health_check=list(HealthCheck)
)


def breaking(service: Service, module: FakeModule, seam: str, fuse: Iterator[int], error: Exception) -> None:
    """Let the seam raise, for good, once it was used so often after the first POST."""

    def break_off(*_arguments: object) -> None:
        if service.posts() and next(fuse) >= 0:
            raise error

    def first_break(call):
        return lambda *arguments, **options: (break_off(), call(*arguments, **options))[1]

    if seam == "before sending":
        service.core.before = break_off
    elif seam == "after sending":
        service.core.after = break_off
    elif seam == "token":
        tokens = service.world.tokens
        tokens.issue = first_break(tokens.issue)
    elif seam == "say":
        module.say = first_break(module.say)
    else:
        setattr(module.clock, seam, first_break(getattr(module.clock, seam)))


@MANY
@given(seam=st.sampled_from(SEAMS), error=st.sampled_from(ERRORS), uses=st.integers(0, 40))
def test_every_end_after_the_first_post_tells_all_items_and_the_change(seam, error, uses):
    with without_models():
        service = Service(THREE)
        module = FakeModule(service)
        breaking(service, module, seam, itertools.count(-uses), error)
        answer = outcome(service, module)
    assert answer["changed"] is True
    assert {entry["name"] for entry in answer["protected_items"]} == {"db01", "app01", "web01"}
    json.dumps(answer)


def test_an_error_of_the_collection_says_so_and_how_to_go_on():
    service = Service(ONE)
    module = FakeModule(service)
    breaking(service, module, "sleep", itertools.count(), RuntimeError("a screw came loose"))
    answer = outcome(service, module)
    assert "an error of this collection (RuntimeError: a screw came loose)" in answer["msg"]
    assert "Run the same playbook again" in answer["msg"] and "Traceback" in answer["exception"]


def test_a_run_that_is_interrupted_says_so():
    service = Service(ONE)
    module = FakeModule(service)
    breaking(service, module, "sleep", itertools.count(), Interrupted("stopped"))
    assert outcome(service, module)["interrupted"] is True


def test_a_step_in_doubt_counts_as_a_change():
    service = Service(ONE)
    module = FakeModule(service, wait_timeout=1, poll_interval=1.0)
    breaking(service, module, "after sending", itertools.count(), ServiceResponseError("hung up"))
    answer = outcome(service, module)
    assert (answer["changed"], service.posts()) == (True, ["plannedFailover"])


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_service_is_waited_for_before_the_first_step_and_that_is_said(status):
    service = Service(ONE, retries=1)
    began = service.clock.passed

    def busy(request, ask):
        answer = ask(request)
        if service.clock.passed - began > 600:
            return answer
        return Response(request, status, {**answer.headers, "Retry-After": "60"}, b"{}")

    service.core.twist = busy
    module = FakeModule(service, wait_timeout=36000)
    answer = outcome(service, module)
    assert answer["protected_items"][0]["phase"] == "protected"
    assert "nothing was started yet, looking again in 60 s" in module.said[0]


def test_a_busy_service_is_not_waited_for_longer_than_wait_timeout():
    service = Service(ONE, retries=1)
    service.core.twist = lambda request, ask: Response(
        request, 429, {**ask(request).headers, "Retry-After": "60"}, b"{}"
    )
    module = FakeModule(service)
    module.clock.left = lambda: 1000 - service.clock.passed
    with pytest.raises(Throttled):
        outcome(service, module)
    assert 900 < service.clock.passed < 1300 and service.posts() == []
