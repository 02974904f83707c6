# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What vm_power does to a VM in each state, in check mode, for real and again: never what was not asked for."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.tests.unit.hyperv_host import run_on, services, vm
from ansible_collections.asr.hyperv.tests.unit.pwsh import PWSH

pytestmark = pytest.mark.skipif(not PWSH, reason="needs pwsh")

STOP, OFF, START, SAVE = (
    {"state": "stopped"},
    {"state": "stopped", "turn_off": True},
    {"state": "started"},
    {"state": "saved"},
)
HOME = {"failback_phase": "failed_back_uncommitted"}
DONE: list[tuple[Any, ...]] = [  # the VM, what is asked for, what Hyper-V is told
    (vm(), STOP, ["InitiateShutdown web01"]),
    (vm(), OFF, ["PLUG", "Stop-VM web01"]),
    (vm(Services=[]), OFF, ["PLUG", "Stop-VM web01"]),
    (vm(state="Paused"), OFF, ["PLUG", "Stop-VM web01"]),
    (vm(state="RunningCritical"), OFF, ["PLUG", "Stop-VM web01"]),
    (vm(state="Saved"), OFF, ["Remove-VMSavedState web01"]),
    (vm(state="FastSaved"), OFF, ["Remove-VMSavedState web01"]),
    (vm(state="Stopping", Next="Off"), STOP, []),
    (vm(state="Off"), STOP, []),
    (vm(), SAVE, ["Save-VM web01"]),
    (vm(state="Paused"), SAVE, ["Save-VM web01"]),
    (vm(state="Saving", Next="Saved"), SAVE, []),
    (vm(state="Off"), START, ["Start-VM web01"]),
    (vm(state="Saved"), START, ["Start-VM web01"]),
    (vm(state="Hibernated"), START, ["Start-VM web01"]),
    (vm(state="Paused"), START, ["Start-VM web01"]),
    (vm(state="Starting", Next="Running"), START, []),
    (vm(state="Off", ReplicationMode="None", ReplicationState="Disabled"), START, ["Start-VM web01"]),
    (vm(state="Off", ReplicationState="Error"), {**START, "failback_phase": "protected"}, ["Start-VM web01"]),
    (vm(state="Off", ReplicationState="Disabled", Number=14), {**START, **HOME}, ["Start-VM web01"]),
]
REFUSED: list[tuple[Any, ...]] = [  # the VM, what is asked for, why not
    (vm(Services=[]), STOP, "it has no integration service for that"),
    (vm(Services=services(Enabled=False)), STOP, "is not enabled"),
    (vm(Services=services(status="NoContact")), STOP, "says 'NoContact'"),
    (vm(state="Paused"), STOP, "it is paused"),
    (vm(state="Saved"), STOP, "give turn_off to throw its saved state away"),
    (vm(state="Hibernated"), OFF, "is hibernated"),
    (vm(state="RunningCritical"), STOP, "cannot reach its storage"),
    (vm(state="RunningCritical"), SAVE, "cannot reach its storage"),
    (vm(state="OffCritical"), START, "cannot reach its storage"),
    (vm(state="Off"), SAVE, "only a VM that runs can"),
    (vm(state="Stopping"), STOP, "is stopping, and was for 0 seconds"),
    (vm(state="Starting"), STOP, "is starting, and was for 0 seconds"),
    (
        vm(state="Off", ReplicationState="Disabled", Number=13),
        START,
        "as Disabled (13) of a VM that is Primary: a failback is writing",
    ),
    (
        vm(state="Off", ReplicationState="Disabled", Number=13),
        {**START, **HOME},
        "a failback is writing into its disks",
    ),
    (vm(state="Off", ReplicationState="Disabled", Number=14), START, "option failback_phase"),
    (vm(state="Off", ReplicationState="Disabled"), START, "option failback_phase"),
    (vm(state="Off", ReplicationState="Error"), START, "option failback_phase"),
    (vm(state="Off", ReplicationState="PreparedForFailover"), {**START, **HOME}, "it was failed over"),
    (vm(state="Off", ReplicationState="FailedOverWaitingCompletion"), START, "it was failed over"),
    (vm(state="Off", ReplicationState="WordOfTomorrow"), START, "it was failed over"),
    (vm(state="Off", ReplicationMode="Replica"), START, "the copy of one that runs elsewhere"),
    (vm(state="Saved"), {**START, "failback_phase": "synchronizing"}, "while it is synchronizing"),
    (vm(state="Off"), {**START, "failback_phase": "unknown"}, "does not tell where it runs"),
]


def host(one):
    number = one.get("Number")
    relation = {"InstanceID": f"Microsoft:{one['Id'].upper()}\\HVR\\0", "ReplicationState": number}
    return {"vms": [one], "cim": {"Msvm_ReplicationRelationship": [relation] if number else []}}


def test_a_vm_is_brought_to_the_state_that_is_asked_for_and_to_no_other():
    rows = [(host(one), {"id": one["Id"], "timeout": 3, **asked}) for one, asked, _did in DONE]
    checked = [(there, {**options, "check_mode": True}) for there, options in rows]
    answers = run_on("vm_power", [*rows, *checked])
    for at, (one, asked, did) in enumerate(DONE):
        done, check = answers[at :: len(DONE)]
        assert "msg" not in done["result"], (one["State"], asked, done)
        assert (done["did"], done["result"]["changed"]) == (did, bool(did)), (one["State"], asked)
        assert done["result"]["vm"]["state"] == asked["state"]
        assert (check["did"], check["result"]) == ([], done["result"]), (one["State"], asked)


def test_what_would_cut_the_power_or_spoil_disks_is_refused_in_check_mode_too():
    rows = [(host(one), {"id": one["Id"], "timeout": 0, **asked}) for one, asked, _why in REFUSED]
    checked = [(there, {**options, "check_mode": True}) for there, options in rows]
    answers = run_on("vm_power", [*rows, *checked])
    for at, (one, asked, why) in enumerate(REFUSED):
        for answer in answers[at :: len(REFUSED)]:
            assert why in answer["result"].get("msg", ""), (one["State"], asked, answer)
            assert (answer["did"], answer["result"]["changed"]) == ([], False)


def test_a_state_that_is_not_reached_is_told_as_such():
    stop = {"name": "web01", "timeout": 1, **STOP}
    deaf, hangs, late, in_use, moved = run_on(
        "vm_power",
        [
            ({"vms": [vm(Deaf=True)]}, stop),
            ({"vms": [vm(Deaf=True)], "hangs": True}, stop),
            ({"vms": [vm()], "hangs": True}, stop),
            ({"vms": [vm(Deaf=True)], "answers": 32774}, stop),
            (
                {"vms": [vm(state="Off")], "faults": {"Start-VM web01": "Not enough memory in the system."}},
                {**stop, **START},
            ),
        ],
    )
    assert "should be stopped and is still started after 1 seconds" in deaf["result"]["msg"]
    assert deaf["result"]["vm"]["state"] == "started"
    assert "The operation has timed out" in hangs["result"]["msg"] and not hangs["result"]["changed"]
    assert "the guest is in use (32774)" in in_use["result"]["msg"] and in_use["result"]["vm"]["state"] == "started"
    for asked in (deaf, hangs, late, in_use):
        assert asked["did"] == ["InitiateShutdown web01"], "a shutdown that fails does not become a pulled plug"
    assert (late["result"]["changed"], late["result"]["vm"]["state"]) == (True, "stopped"), "what is read again counts"
    assert "Not enough memory" in moved["result"]["msg"] and not moved["result"]["changed"]


STUCK = {"vms": [vm()], "stuck": ["web01"]}
# what is asked for of a VM that runs, or is off; the cmdlet that is not answered; how the VM is told to be
ASKED: list[tuple[Any, ...]] = [
    (STUCK, SAVE, "Save-VM", "started"),
    (STUCK, OFF, "Stop-VM -TurnOff", "started"),
    ({"vms": [vm(state="Off")], "stuck": ["web01"]}, START, "Start-VM", "stopped"),
    ({"vms": [vm(state="Off")], "stuck": ["web01"], "hands": "Starting"}, START, "Start-VM", "starting"),
    ({**STUCK, "mute": 2}, SAVE, "Save-VM", "unknown"),
]


def test_a_request_that_hyper_v_does_not_answer_has_a_limit_and_tells_how_the_vm_is():
    rows = [(host, {"name": "web01", "timeout": 1, **asked}) for host, asked, _cmdlet, _state in ASKED]
    for answer, (_host, _asked, cmdlet, state) in zip(run_on("vm_power", rows), ASKED, strict=True):
        result, message = answer["result"], answer["result"]["msg"]
        assert "Cannot bring 'web01' from st" in message and f"its state is {state} now" in message
        assert f"did not answer {cmdlet} within 1 seconds (timeout), and may yet do it" in message
        assert "Microsoft-Windows-Hyper-V-VMMS-Admin" in message
        assert (result["vm"]["state"], result["changed"]) == (state, state == "starting")
        assert answer["diff"]["after"] == {"state": state}
    assert "does not answer within 60 seconds" in message, "the service itself hangs"


def test_a_vm_that_gets_there_is_well_though_its_request_was_not_answered():
    late = {"vms": [vm(state="Off")], "stuck": ["web01"], "hands": "Running"}
    [answer] = run_on("vm_power", [(late, {"name": "web01", "timeout": 1, **START})])
    assert (answer["result"]["changed"], answer["result"]["vm"]["state"]) == (True, "started")


def test_a_service_that_hangs_is_asked_nothing_more():
    [answer] = run_on("vm_power", [({"vms": [vm()], "mute": 1}, {"name": "web01", **OFF})])
    assert (
        "The service vmms of" in answer["result"]["msg"] and "restart it: VMs that run go on" in answer["result"]["msg"]
    )
    assert (answer["did"], answer["calls"], answer["result"]["changed"]) == ([], [], False)


def test_a_vm_that_runs_against_its_phase_is_warned_of():
    wrong, sick, fine = run_on(
        "vm_power",
        [
            ({"vms": [vm()]}, {"name": "web01", **START, "failback_phase": "failed_over"}),
            ({"vms": [vm(state="RunningCritical")]}, {"name": "web01", **START}),
            ({"vms": [vm()]}, {"name": "web01", **START}),
        ],
    )
    assert "It may run twice" in wrong["warnings"][0]
    assert "cannot reach its storage" in sick["warnings"][0] and sick["result"]["vm"]["state"] == "runningcritical"
    assert fine["warnings"] == [] and not fine["result"]["changed"]


def test_an_empty_name_is_no_vm():
    for answer in run_on(
        "vm_power", [({"vms": [vm()]}, {**given, **OFF}) for given in ({"name": ""}, {"id": ""}, {"name": " "})]
    ):
        assert "an empty one names no VM" in answer["result"]["msg"]
        assert answer["did"] == []
