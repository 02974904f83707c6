# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cutover follows its look at the hosts soon, or not at all: what was seen hours ago is not what the outage rests on."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import known
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import ONCE, Service

MOMENTS: dict[str, Any] = {
    "resume": ("resume", {}),
    "full download": ("plannedFailover", {"data_sync": "during_failover"}),
}


def synchronized(**more) -> Service:
    service = Service(vault("a", "b"))
    if not more:
        service.run("synchronized")
    return service


def watched(service: Service, verb: str) -> list[float]:
    """After how many seconds from now these are sent."""
    began, moments = service.clock.now(), []
    service.watch(lambda request: f"/{verb}?" in request.url and moments.append(service.clock.now() - began))
    return moments


@pytest.mark.parametrize(
    "wait", [60, 290, 3600], ids=["a minute", "minutes", "an hour"]
)  # 30 of the short ones are a time of their own
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_cutover_that_the_service_lets_wait_for_too_long_is_held_and_named(moment, wait):
    verb, more = MOMENTS[moment]
    service = synchronized(**more)
    service.fault(kind="throttle", retry_after=wait, count=40, match={"verb": verb})
    moments = watched(service, verb)
    a, b = service.run("cut_over", cut_over_within=900, **more)
    assert known(a.problem)["code"] == "LookedTooLongAgo" and "minutes ago" in known(a.problem)["message"]
    assert "runs" in known(a.problem)["what_to_do"] and known(b.problem)["code"] == "HeldBack"
    assert moments and max(moments) <= 900
    assert not service.done("a", "failback") or service.item("a").row.active == "Recovery"
    service.world.faults.clear()
    assert [track.phase.value for track in service.run(**more)] == ["protected"] * 2
    assert service.operations("a") == ({**ONCE, "resume": 0} if more else ONCE)


def test_without_the_bound_it_waits_as_long_as_there_is_time():
    service = synchronized()
    service.fault(kind="throttle", retry_after=3600, count=2, match={"verb": "resume"})
    assert [track.problem for track in service.run("cut_over")] == [None, None]


def test_who_has_no_turn_in_time_is_held_and_who_had_goes_on():
    service = synchronized()
    a, b = service.run("cut_over", cut_over_within=60)
    assert a.problem is None and a.phase.value == "failed_back_uncommitted"
    assert known(b.problem)["code"] == "LookedTooLongAgo" and known(service.item("b").job).state == "Suspended"


def test_nothing_but_a_cutover_home_is_bounded():
    service = Service(vault("a"))
    assert service.run("synchronized", cut_over_within=1)[0].problem is None
    service.run("cut_over")
    service.fault(kind="throttle", retry_after=3600, match={"verb": "failoverCommit"})
    assert service.run(cut_over_within=60)[0].phase.value == "protected"


@pytest.mark.parametrize("added", [True, False])
def test_a_commit_that_the_service_lets_wait_is_judged_anew_before_it_is_sent_again(added):
    service = Service(vault("a"))
    service.run("cut_over")
    service.fault(kind="throttle", retry_after=280, match={"verb": "failoverCommit"})
    more = {"added_disks": [{"name": "more", "size_gb": 64}]}
    if added:
        service.clock.at(60, lambda: service.fault(kind="change", of="azure", match={"item": "a"}, set=more))
    [track] = service.run()
    assert (track.problem and track.problem["code"]) == ("AzureSideDiffers" if added else None)
    assert bool(service.done("a", "finalize_failback")) is not added
