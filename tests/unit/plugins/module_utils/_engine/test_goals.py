# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Goals item by item, calls that end as soon as somebody is needed, and runs that are called back."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._engine.item_reads import FEW
from ansible_collections.asr.hyperv.plugins.module_utils._glue.module import move_items
from ansible_collections.asr.hyperv.plugins.module_utils._run.report import entry
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import known
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.runs import FakeModule, moving
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import THREE, a_wish, vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import ONCE, Service

BIG = {"big": {"disks_gb": [400], "changed_gb": 100}}
NAMES = ["db01", "app01", "web01"]


def goals(**states: str) -> list[dict[str, str]]:
    return [{"name": name, "state": state} for name, state in states.items()]


def told(tracks: list[Any]) -> dict[str, tuple[str, str]]:
    """Phase and code of the problem of each item."""
    return {track.name: (track.phase.value, track.problem["code"] if track.problem else "") for track in tracks}


def test_each_item_goes_as_far_as_its_goal_and_no_further():
    service = Service(THREE)
    tracks = service.run(names=NAMES, goals=goals(db01="committed", app01="cut_over", web01="synchronized"))
    assert told(tracks) == {
        "db01": ("failed_back", ""),
        "app01": ("failed_back_uncommitted", ""),
        "web01": ("synchronized", ""),
    }
    assert all(entry(track, planned=False)["at_goal"] for track in tracks)


def test_an_item_without_a_goal_is_read_and_left_alone():
    service = Service(THREE)
    tracks = service.run(names=NAMES, goals=goals(app01="protected"))
    resting = entry(tracks[0], planned=False)
    assert told(tracks) == {"db01": ("failed_over", ""), "app01": ("protected", ""), "web01": ("failed_over", "")}
    assert (resting["goal"], resting["at_goal"], resting["steps"]) == (None, False, [])
    assert service.posts("db01") == [] and service.operations("app01") == ONCE


def test_a_later_group_is_held_by_an_item_that_stays_away():
    service = Service(THREE)
    tracks = service.run(goals=goals(app01="cut_over", web01="synchronized"))
    assert told(tracks) == {
        "db01": ("failed_over", ""),
        "app01": ("synchronized", "HeldBack"),
        "web01": ("synchronized", ""),
    }


@pytest.mark.parametrize("state", [None, "synchronized"])
def test_an_optional_item_that_stays_away_holds_nobody(state):
    service = Service(THREE)
    own = goals(db01=state) if state else []
    tracks = service.run(goals=goals(app01="cut_over", web01="cut_over") + own, optional=["db01"])
    assert [track.phase.value for track in tracks[1:]] == ["failed_back_uncommitted"] * 2


def test_what_speaks_against_one_item_is_its_own_problem():
    service = Service(vault("db01 gone web01", vms={"gone": {"present": False}}))
    states = goals(db01="cut_over", gone="cut_over", web01="synchronized")
    tracks = service.run(names=["db01", "gone", "web01"], goals=states)
    assert told(tracks) == {
        "db01": ("failed_back_uncommitted", ""),
        "gone": ("failed_over", "NotPossible"),
        "web01": ("synchronized", ""),
    }
    with pytest.raises(BadInput, match="Nothing was started"):
        service.run("protected", names=["db01", "gone", "web01"])


def test_a_call_until_due_comes_back_with_the_first_that_is_there():
    service = Service(vault("big small", vms=BIG))
    tracks = service.run(names=["big", "small"], goals=goals(big="cut_over", small="cut_over"), until_due=True)
    assert told(tracks) == {"big": ("synchronizing", ""), "small": ("failed_back_uncommitted", "")}
    assert [entry(track, planned=False)["at_goal"] for track in tracks] == [False, True]


def test_it_comes_back_with_the_first_that_has_failed():
    service = Service(vault("big small", vms=BIG))
    service.fault(kind="job_failure", task="VmFailover", match={"item": "small"})
    tracks = service.run(names=["big", "small"], goals=goals(big="cut_over", small="protected"), until_due=True)
    assert told(tracks) == {"big": ("synchronizing", ""), "small": ("inconsistent", "539")}


def test_it_comes_back_when_one_waits_for_another_that_has_no_goal():
    service = Service(vault("first", "second big", vms=BIG))
    tracks = service.run(goals=goals(second="cut_over", big="protected"), until_due=True)
    assert told(tracks)["second"] == ("synchronized", "HeldBack") and told(tracks)["big"] == ("synchronizing", "")


@pytest.mark.parametrize(("due", "big"), [(False, "protected"), (True, "synchronizing")])
def test_the_last_state_brings_it_back_only_when_asked(due, big):
    service = Service(vault("big small", vms=BIG))
    rows = [{"name": "big", "state": "protected"}, {"name": "small", "state": "protected", "due": due}]
    tracks = service.run(names=["big", "small"], goals=rows, until_due=True)
    assert told(tracks) == {"big": (big, ""), "small": ("protected", "")}


@pytest.mark.parametrize("told_all", [False, True])
def test_calls_until_due_bring_all_home_with_each_operation_once(told_all):
    service = Service(vault("big small", "last", vms=BIG))
    names, calls = ["big", "small", "last"], 0
    order = ["synchronized", "cut_over", "protected"]
    reached = dict.fromkeys(names, -1)
    seen: dict[str, Any] = {}
    while min(reached.values()) < 2:
        rows = goals(**{name: order[place + 1] for name, place in reached.items() if place < 2})
        for track in service.run(names=names, goals=rows, until_due=True, seen=list(seen.values())):
            done = entry(track, planned=False)
            seen |= {track.name: done} if told_all else {}
            reached[track.name] = order.index(known(done["goal"])) if done["at_goal"] else reached[track.name]
        calls += 1
        assert calls < 20
    assert [service.operations(name) for name in names] == [ONCE] * 3


def test_a_run_that_is_called_back_ends_at_once_and_leaves_nobody_with_a_problem():
    service = Service(THREE)
    service.clock.at(90, lambda: setattr(service.clock, "wanted_back", True))
    tracks = service.run(names=NAMES)
    assert {phase for phase, code in told(tracks).values() if not code} <= {"synchronizing", "synchronized"}
    assert service.clock.passed <= 120
    service.clock.wanted_back = False
    assert {phase for phase, _code in told(service.run(names=NAMES)).values()} == {"protected"}
    assert [service.operations(name) for name in NAMES] == [ONCE] * 3


@pytest.mark.parametrize("by", ["this run", "an earlier run"])
def test_the_end_of_a_cutover_that_came_between_two_calls_is_the_end_of_its_job(by):
    """Between its start and the Complete Failover a failback may wait at the gate for hours."""
    service = Service(vault("vm1"))
    [track] = service.run("synchronized", names=["vm1"])
    seen = [entry(track, planned=False)] if by == "this run" else []
    service.wait(4 * 3600)
    service.clock.wanted_back = True
    [track] = service.run("cut_over", names=["vm1"], seen=seen)
    seen, service.clock.wanted_back = [entry(track, planned=False)], False
    assert seen[0]["steps"] == ["complete_failover"] and seen[0]["timings"][-1]["ended"] is None
    service.wait(3600)
    [track] = service.run("protected", names=["vm1"], seen=seen)
    ended = {one["step"]: one["ended"] for one in entry(track, planned=False)["timings"]}
    job = known(service.vault.jobs.get(seen[0]["jobs"][-1]))
    assert ended["complete_failover"] == f"{known(job.ended):%Y-%m-%dT%H:%M:%SZ}" < known(ended["commit_failover"])


def test_a_vm_that_was_protected_between_two_calls_is_not_said_to_replicate_again():
    service = Service(vault("vm1"))
    service.run("committed", names=["vm1"])
    service.clock.wanted_back = True
    [track] = service.run("protected", names=["vm1"])
    seen, service.clock.wanted_back = [entry(track, planned=False)], False
    assert (seen[0]["phase"], seen[0]["steps"]) == ("replicating", ["reverse_replication"])
    service.wait(3600)
    service.said.clear()
    [track] = service.run("protected", names=["vm1"], seen=seen)
    told = entry(track, planned=False)
    assert (
        told["at_goal"] and told["timings"][0]["ended"] and not [line for line in service.said if "replicating" in line]
    )


def test_one_that_is_called_back_from_the_start_does_one_round():
    service = Service(THREE)
    service.clock.wanted_back = True
    tracks = service.run(names=NAMES, goals=goals(db01="protected", web01="protected"))
    assert service.posts() == ["plannedFailover"] * 2 and not any(track.problem for track in tracks)
    assert service.clock.passed == 0


def test_it_stays_until_it_is_known_whether_a_step_was_accepted():
    service = Service(vault("vm1"))
    service.fault(kind="timeout", match={"operation": "plannedFailover"}, count=1)
    service.clock.wanted_back = True
    track = service.run(names=["vm1"])[0]
    assert track.doubt is None and track.job is not None and service.operations("vm1")["failback"] == 1


@pytest.mark.parametrize("asked", ["auto", "native"])
@pytest.mark.parametrize(("members", "chosen"), [(("a", "b"), "native"), (("a",), "itemwise")])
def test_a_plan_goes_as_one_where_all_of_its_members_have_one_goal(asked, members, chosen):
    scenario = vault("a b")
    scenario["plans"][0]["groups"][0]["manual_actions_after"] = [
        {"name": "Check", "instructions": "Look.", "directions": ["RecoveryToPrimary"]}
    ]
    service = Service(scenario)
    wish = a_wish("protected", goals=goals(**dict.fromkeys(members, "synchronized")))
    answer = move_items(moving(FakeModule(service, orchestration=asked, manual_actions="wait")), service.vault, wish)
    assert answer["orchestration"]["chosen"] == chosen


def test_the_gate_of_a_plan_opens_for_all_of_its_members_or_for_none():
    service = Service(vault("a b"))
    service.run("synchronized", plan="plan1", native=True)
    tracks = service.plan(plan="plan1", goals=goals(a="cut_over"))
    service.drive(tracks, plan="plan1")
    assert told(tracks) == {"a": ("synchronized", "PlanJob"), "b": ("synchronized", "")}
    assert all(known(service.item(name).azure).running for name in ("a", "b"))


def lists(service: Service) -> int:
    return len([one for one in service.asked("GET") if one.path.endswith("/replicationProtectedItems")])


def test_a_call_for_a_few_items_by_their_ids_lists_no_others():
    service = Service(THREE)
    ids = [one.id for one in service.vault.items.list()]
    before = lists(service)
    for count in (1, FEW - 1):
        assert [track.item.id for track in service.run("synchronized", names=ids[:count])] == ids[:count]
    assert lists(service) == before
    service.run("synchronized", names=["db01"])
    assert lists(service) == before + 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda arm_id: f"{arm_id}x", "there is no protected item"),
        (lambda arm_id: arm_id.replace("/vaults/", "/vaults/other-"), "there is no protected item"),
        (lambda arm_id: f"/x{arm_id}", "there is no protected item"),
    ],
    ids=["not there", "of another vault", "no id of one"],
)
def test_an_id_that_leads_to_no_item_of_the_vault_is_refused_as_any_other_name(change, words):
    service = Service(THREE)
    known = service.vault.items.list()[0].id
    with pytest.raises(BadInput, match=words):
        service.run(names=[change(known)])


def lists_of_jobs(service: Service) -> int:
    return len([one for one in service.asked("GET") if one.path.endswith("/replicationJobs")])


@pytest.mark.parametrize(("ended", "lists"), [(False, 1), (True, 2)])
def test_a_call_that_goes_on_lists_the_jobs_once_and_again_only_where_one_of_its_jobs_is_over(
    ended: bool, lists: int
) -> None:
    service = Service(vault("vm1"))
    service.run("committed")
    service.clock.wanted_back, wanted = True, goals(vm1="replicating")
    sent = entry(service.run(goals=wanted)[0], planned=False)
    assert (sent["steps"], sent["at_goal"]) == (["reverse_replication"], False)
    service.clock.sleep(3600 if ended else 10)
    before = lists_of_jobs(service)
    going = entry(service.run(goals=wanted, seen=[sent])[0], planned=False)
    assert (lists_of_jobs(service) - before, going["at_goal"]) == (lists, ended)


def test_an_item_that_cannot_be_read_by_itself_is_found_in_the_list():
    service = Service(THREE, retries=0)
    known = service.vault.items.list()[0].id
    service.fault(kind="server_error", status=503, count=1, match={"path": "replicationProtectedItems/"})
    assert service.run("synchronized", names=[known])[0].item.id == known
