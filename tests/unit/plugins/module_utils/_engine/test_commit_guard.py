# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No commit deletes in Azure what is not at home, whoever sends it; and what it deleted is proved thing by thing."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._engine.azure_stays import stay_of
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Phase, Step
from ansible_collections.asr.hyperv.plugins.module_utils._run.report import answer
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._wish.intent import Intent
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import ago, item, job, known
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service
from asr_simulator.facts import table as estate

MANAGED = {"managed_disks": True, "disks_gb": [10, 20], "azure_public_ip": True}
MORE = {"added_disks": [{"name": "more", "size_gb": 512}]}
DISKS, VM = "accept_unprotected_disks", "accept_changed_azure_vm"
BEFORE = [  # what is so with the Azure VM of app01 before its failback; words of the problem; the option that accepts it
    (MORE, "has the disk more .512 GB., which the vault does not have", DISKS),
    ({"disk_sizes": {"1": 64}}, "has 64 GB, and the vault has it as .* with 20 GB", DISKS),
    ({"resource_group": "rg-other"}, "there is none .* may be /subscriptions/.*/rg-other/.*app01", VM),
]
SINCE = [  # what somebody does once it runs at home
    *BEFORE,
    ({"gone": "with disks"}, "there is none .moved, renamed, deleted", VM),
    ({"power": "running"}, "is running although app01 runs on-premises", VM),
    ({"new_disks": ["1"]}, "the disk app01-data1-.* was made at .*, after the failover at .*: it may not be", DISKS),
    ({"nics": [{"name": "nic-other"}]}, "was started or changed at .*, after the cutover that ended at", VM),
    ({"size": "Standard_D4s_v3"}, "was started or changed at .*, after the cutover that ended at", VM),
]


def two(app01: dict[str, Any] | None = None, **more) -> Service:
    special = {name: dict(MANAGED) for name in ("app01", "web01")}
    special["app01"]["azure"] = app01 or {}
    return Service(vault("app01 web01", vms=special, **more))


def change(service: Service, **facts) -> None:
    """Somebody does something to the Azure VM of app01 now."""
    estate.change(service.world, "azure", "app01", facts)


def commits(service: Service) -> list[str]:
    return [one.item for one in service.asked("POST") if one.verb == "failoverCommit"]


def problem(tracks: list[Any]) -> dict[str, Any]:
    """The problem of app01; web01 has none and is where it was to go."""
    app01, web01 = tracks
    assert web01.problem is None and web01.arrived
    return app01.problem


def after(track) -> dict[str, str]:
    """What became of each thing, by kind and name."""
    told = answer([track], planned=False)["protected_items"][0]["azure_after"]
    return {f"{one['kind']} {one['name'].partition('-')[0]}": one["state"] for one in told}


def held(service: Service, tracks: list[Any], words: str, option: str) -> None:
    """app01 is held uncommitted with these words, its Azure VM is as it was, and goes on when the loss is accepted."""
    told = problem(tracks)
    assert (told["code"], told["step"]) == ("AzureSideDiffers", "commit_failover")
    assert re.search(words, told["message"]) and option in told["what_to_do"]
    assert service.item("app01").state == "failed_back_uncommitted" and commits(service) == ["web01"]
    consent: dict[str, Any] = {option: ["app01"]}
    assert service.run(**consent)[0].phase.value == "protected"
    assert commits(service) == ["web01", "app01"]


@pytest.mark.parametrize("plan", ["", "plan1"])
@pytest.mark.parametrize(("facts", "words", "option"), BEFORE)
def test_what_differs_in_azure_holds_that_vm_alone_until_it_is_accepted(facts, words, option, plan):
    service = two(facts)
    held(service, service.run(plan=plan, native=bool(plan)), words, option)


@pytest.mark.parametrize(("facts", "words", "option"), SINCE)
def test_what_somebody_does_in_azure_after_the_cutover_holds_that_vm_alone(facts, words, option):
    service = two()
    service.run("cut_over")
    service.wait(1200)
    change(service, **facts)
    held(service, service.run(), words, option)


def test_a_step_that_may_only_commit_is_guarded_as_well():
    service = two()
    service.run("cut_over")
    change(service, **MORE)
    tracks = service.run("committed", permitted=frozenset({Step.COMMIT_FAILOVER}))
    assert problem(tracks)["code"] == "AzureSideDiffers" and commits(service) == ["web01"]


def test_a_disk_that_is_added_while_the_run_waits_is_seen_right_before_the_commit():
    service = two()
    service.clock.others.append(lambda: service.item("app01").row.active == "Primary" and change(service, **MORE))
    assert "more (512 GB)" in problem(service.run())["message"] and commits(service) == ["web01"]


def test_a_vm_that_is_no_longer_what_it_was_when_the_failback_was_started_is_held():
    service = two()
    other = {"nics": [{"name": "nic-other"}]}
    service.clock.others.append(lambda: service.item("app01").row.active == "Primary" and change(service, **other))
    told = problem(service.run())["message"]
    assert "has changed since the failback was started: the network interface nic-other is new" in told


MOMENTS = [  # what somebody does soon after the cutover, with the seconds that pass after each; words of the problem
    (
        [({"power": "running"}, 60), ({"power": "deallocated"}, 30)],
        "was started or stopped at .*, after this run had seen it off",
    ),
    (
        [({"nics": [{"name": "nic-other"}]}, 30)],
        "has changed since its cutover: the network interface nic-other is new",
    ),
    ([({"added_disks": [{"name": "more", "size_gb": 5}]}, 1), ({"added_disks": []}, 1)], ""),
]


@pytest.mark.parametrize(("doings", "words"), MOMENTS)
def test_a_run_of_several_calls_sees_what_was_used_within_minutes_after_its_cutover(doings, words):
    """No tolerance of clocks is needed: both readings are Azure's own."""
    service = two()
    goals, seen = [{"name": "app01", "state": "cut_over"}], []
    [app01] = service.run(names=["app01"], goals=goals, until_due=True)
    seen = answer([app01], planned=False)["protected_items"]
    assert app01.phase is Phase.FAILED_BACK_UNCOMMITTED and seen[0]["azure_vm"]["power_state"] == "deallocated"
    for facts, seconds in doings:
        change(service, **facts)
        service.wait(seconds)
    [app01] = service.run("protected", names=["app01"], seen=json.loads(json.dumps(seen)))
    assert bool(app01.problem) is bool(words) and commits(service) == ([] if words else ["app01"])
    assert re.search(words, app01.problem["message"] if app01.problem else "")


@pytest.mark.parametrize(
    ("seconds", "words"), [(100, "was started or stopped at .*, after the cutover that ended at"), (1, "")]
)
def test_a_vm_that_was_used_within_minutes_after_a_cutover_that_nobody_watched_is_held(seconds, words):
    service = two()
    service.run("cut_over")
    for power in ("running", "deallocated"):
        change(service, power=power)
        service.wait(seconds / 2)
    app01, _web01 = service.run()
    assert bool(app01.problem) is bool(words) and re.search(words, known(app01.problem)["message"] if words else "")


def test_a_vm_that_runs_in_azure_right_after_its_cutover_is_held_though_it_is_off_again_before_the_commit():
    service = two()
    service.run("cut_over")
    change(service, power="running")
    [app01] = service.run(names=["app01"], goals=[{"name": "app01", "state": "cut_over"}], until_due=True)
    change(service, power="deallocated")
    seen = answer([app01], planned=False)["protected_items"]
    [app01] = service.run("protected", names=["app01"], seen=seen)
    assert "was running after the cutover, although app01 ran on-premises" in known(app01.problem)["message"]


@pytest.mark.parametrize("right", ["Microsoft.Compute/virtualMachines/read", "Microsoft.Compute/disks/read"])
def test_a_caller_who_may_not_look_is_warned_and_held_where_evidence_is_required(right):
    service = two(denied_actions=[{"action": right, "items": []}])
    for track in service.run(require_evidence=True):
        assert known(track.problem)["code"] == "AzureSideUnread" and right in known(track.problem)["message"]
    assert commits(service) == []
    app01, _web01 = service.run()
    assert app01.phase.value == "protected"
    assert any("is not proven: the caller may not" in warning for warning in app01.warnings)
    assert "not_proven" in after(app01).values() and "remaining" not in after(app01).values()


def test_what_cannot_be_read_for_a_while_is_asked_for_again():
    service = two()
    service.run("cut_over")
    service.fault(kind="server_error", status=503, count=None, match={"path": "virtualMachines/app01"}, lasts=600)
    tracks = service.run()
    assert problem(tracks) is None and commits(service) == ["web01", "app01"]
    assert any("app01: its commit waits, the Azure side cannot be read" in line for line in service.said)


def test_what_cannot_be_read_until_the_time_is_up_is_held_uncommitted():
    service = two()
    service.run("cut_over")
    service.fault(kind="server_error", status=503, count=None, match={"path": "virtualMachines/app01"})
    told = problem(service.run("committed", timeout=1800))
    assert told["code"] == "AzureSideUnread" and "what its commit deletes is not known" in told["message"]
    assert commits(service) == ["web01"]


def test_what_a_commit_deletes_is_listed_before_it_and_proved_gone_after_it():
    service = two()
    app01, _web01 = service.run("committed")
    told = answer([app01], planned=False)["protected_items"][0]
    sizes = [(one["kind"], one["size_gb"]) for one in told["deletes"]]
    assert sizes == [("vm", None), ("disk", 10), ("disk", 20), ("nic", None), ("public_ip", None)]
    assert [one["id"] for one in told["azure_after"]] == [one["id"] for one in told["deletes"]]
    assert {one["state"] for one in told["azure_after"]} == {"gone"} and not app01.warnings
    assert "all gone in Azure: app01, web01" in service.said


@pytest.mark.parametrize("keeps", [["nic"], ["public_ip"], ["disks"]])
def test_what_the_commit_leaves_is_named_as_remaining_and_billed(keeps):
    service = two(service={"commit_keeps": keeps})
    app01, web01 = service.run("committed")
    for track in (app01, web01):
        left = [what for what, state in after(track).items() if state == "remaining"]
        assert left and after(track)[f"vm {track.name}"] == "gone"
        assert [one for one in track.warnings if "is home, and in Azure there still is, billed:" in one]


def test_blobs_are_judged_by_what_the_vault_says_of_them():
    service = Service(vault("app01"))
    assert after(service.run("committed")[0]) == {"vm app01": "gone", "disk app01": "gone", "nic nic": "gone"}


LOCKED = {"locks": [{"name": "keep", "level": "CanNotDelete", "scope": "vm"}]}


def test_a_commit_that_a_lock_stops_ends_in_words_and_goes_on_when_it_is_removed():
    service = two(LOCKED)
    told = problem(service.run())
    assert told["code"] == "ScopeLocked" and service.item("app01").azure
    named = "Remove the lock keep on the resource app01: az lock delete --ids /sub.*locks/keep"
    assert re.search(f"{named}.*again", told["what_to_do"])
    assert re.search(f"code ScopeLocked.*{named}", told["message"]), "a run ends with the message"
    change(service, locks=[])
    assert service.run()[0].phase.value == "protected" and not service.item("app01").azure


def test_a_commit_that_leaves_the_vm_because_of_a_lock_says_what_remains_and_why():
    service = two(LOCKED, service={"locked_commit": "leaves"})
    app01, web01 = service.run()
    assert app01.phase.value == "protected" and after(app01)["vm app01"] == "remaining"
    assert {*after(web01).values()} == {"gone"}
    [told] = [one for one in app01.warnings if "still is, billed" in one]
    assert "Locks: keep on the resource app01" in told and "az lock delete --ids" in told


def test_the_evidence_is_of_the_items_own_vm_and_not_of_a_namesake():
    service = two({"renamed": "app01-ba5f4337"})
    app01, _web01 = service.run()
    assert app01.phase.value == "protected"
    names = [thing.name for thing in app01.deletion.things]
    assert names[0] == "app01-ba5f4337" and "app01-OsDisk" not in names
    assert {*after(app01).values()} == {"gone"}
    assert any("another machine had the name app01, which is left alone" in one for one in app01.warnings)


def test_a_commit_that_somebody_else_sent_is_proved_by_what_is_left_of_its_vm():
    service = two()
    service.run("cut_over")
    assert service.operate_on("app01", "failoverCommit") == 202
    app01, _web01 = service.run()
    assert app01.phase.value == "protected" and "failoverCommit" not in [sent.step.value for sent in app01.sent_steps]


def somebody_commits(service: Service) -> None:
    """Right before app01's VM is read for its commit another run commits it; the vault shows nothing of that yet."""

    def commit(request) -> None:
        if "virtualMachines/app01" in request.url:
            service.core.before = lambda request: None
            assert service.operate_on("app01", "failoverCommit") == 202
            service.wait(90)

    service.fault(kind="stale", what=["items", "jobs", "item", "job"], seconds=180)
    service.core.before = commit


@pytest.mark.parametrize("evidence", [False, True])
@pytest.mark.parametrize("seen", ["by this run", "by an earlier one"])
def test_what_another_commit_deletes_meanwhile_speaks_against_nobody(seen, evidence):
    service = two()
    if seen == "by an earlier one":
        service.run("cut_over")
        somebody_commits(service)
    else:
        service.clock.others.append(lambda: service.item("app01").row.active == "Primary" and begin())
        begin = once(lambda: somebody_commits(service))
    app01, web01 = service.run(require_evidence=evidence)
    assert (app01.problem, app01.phase.value, web01.phase.value) == (None, "protected", "protected")
    assert sorted(commits(service)) == ["app01", "web01"], "the one of app01 is that of the other run"


def once(act):
    """The same, only the first time."""
    left = [act]
    return lambda: left and left.pop()()


def test_a_commit_of_another_run_that_failed_half_way_is_sent_again_by_this_one():
    service = two()
    tracks = service.plan()

    def half(request) -> None:
        if "virtualMachines/app01" in request.url and service.item("app01").row.active == "Primary":
            service.core.before = lambda request: None
            service.fault(kind="job_failure", task="FinalizeRestoreOnRecovery", match={"item": "app01"})
            assert service.operate_on("app01", "failoverCommit") == 202
            service.wait(200)
            change(service, gone="with disks")  # what it got done

    service.core.before = half
    service.drive(tracks)
    assert problem(tracks) is None, service.said
    assert any("an earlier commit has begun" in warning for warning in tracks[0].warnings)


@pytest.mark.parametrize("option", [DISKS, VM])
def test_a_name_that_is_none_of_the_run_is_refused_with_the_nearest(option):
    consent: dict[str, Any] = {option: ["app02"]}
    with pytest.raises(BadInput, match=f"{option}: there is no protected item 'app02' among .*Near to it: app01"):
        two().run(**consent)


@pytest.mark.parametrize(
    ("later", "ended"), [(-1, False), (0, False), (1, True)], ids=["before", "the failover", "after"]
)
def test_the_failover_that_began_a_stay_in_azure_is_no_cutover_that_ended_it(later, ended):
    began = ago(days=2)
    own = job(state="Succeeded", started=began + timedelta(seconds=later))
    track = Track(item(failed_over_at=began), Intent(Goal.PROTECTED, wave=1), Phase.FAILED_BACK_UNCOMMITTED)
    assert (stay_of(track, [own], over=True).ended == own.ended) is ended
