# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The on-premises VM is found by its id wherever it is, and judged again until the moment of its cutover."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Phase
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.providers import Provider
from ansible_collections.asr.hyperv.plugins.module_utils._wish.placement import FailbackOptions
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils._preflight.test_readiness import (
    GB,
    SERVICES,
    STRANGER,
    VM,
    about,
    full,
    verdict,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import ago, job

ILL = {"mode": "Primary", "state": "Suspended", "health": "Warning"}
MAKE = FailbackOptions(create_vm_if_missing=True)
WAITING = {"phase": Phase.SYNCHRONIZED, "job": job()}
UNLISTED = {"id": "", "name": "", "state": "unknown", "checkpoints": [], "error": "configuration broken"}
OTHER = Provider("/sites/site1/hv02", "hv02", "hv02", "site1", "site1", "HyperVSite", "Connected")
MOVED = {"created": True, "others": [OTHER], "asked": FailbackOptions(alternate_host="hv02")}


def host(name="HV02", *vms, **special):
    return {"name": name, "hyperv_host": about(**special), "vms": list(vms)}


def vm(**special):
    return {**VM, **special}


def newer(*guardians, **special):
    """A host that tells what it can run, and the keys that it has."""
    hyperv = {"installed": True, "disk_path": "D:\\", "vm_versions": ["9.0", "10.0"], "guardians": [*guardians]}
    return host(hyperv=hyperv, **special)


SITUATIONS: list[tuple[Any, ...]] = [  # what is special; verdict, check, words of message and remedy
    # where it is
    (
        {"vms": (), "more": [host("HV02", VM)]},
        "ready",
        "vm_moved",
        "vm1 is on HV02, not on hv01.contoso.example as recorded",
    ),
    ({"host": "no route", "more": [host("HV02", VM)]}, "ready", "vm_moved", "vm1 is on HV02"),
    (
        {"vms": (), "more": [host("HV02", vm(checkpoints=["c"]))]},
        "blocked",
        "checkpoints",
        "on HV02 has checkpoints: c",
    ),
    (
        {"vms": (), "more": [{**host("HV02", VM), "hyperv_host": full(1)}]},
        "blocked",
        "space",
        "D:.* of HV02 has 1 GB free",
    ),
    (
        {"vms": (), "more": [host("HV02", VM, virtual_switches=[])]},
        "blocked",
        "switch",
        "HV02 has no virtual switch 'LAN'",
    ),
    (
        {"vms": (), "more": [host("HV02"), {"name": "HV03", "error": "no route"}]},
        "blocked",
        "vm_asked",
        "on none of the hosts that answered .HV01, HV02.; HV03 could not be asked: no route",
    ),
    (
        {"vms": (), "more": [host("HV02", services={**SERVICES, "vmms": {"state": "stopped"}})]},
        "blocked",
        "vm_asked",
        "HV02 could not be asked: its Hyper-V does not run",
    ),
    (
        {"vms": (UNLISTED,)},
        "blocked",
        "vm_read",
        "HV01 has a VM that cannot be listed and may be vm1 .*configuration broken",
    ),
    ({"vms": ({**UNLISTED, "name": "VM1"},)}, "blocked", "vm_read", "may be vm1"),
    ({"vms": ({**UNLISTED, "name": "test99"},)}, "blocked", "vm", "none of the hosts HV01 has the VM vm1"),
    (
        {"vms": (), "more": [host("HV02", STRANGER)]},
        "blocked",
        "vm_restored",
        "HV02 has another VM .* .id another.: restored.*",
    ),
    (
        {"vms": (), "asked": MAKE},
        "blocked",
        "vm",
        "is set, but the vault still lists the VM.* refresh hv01.* in the vault",
    ),
    (
        {"vms": (), "more": [host("HV02", VM), host("HV03", VM)]},
        "blocked",
        "vm_twice",
        "is on HV02, HV03, and not on hv01",
    ),
    (
        {"more": [host("HV02", vm(state="started"))]},
        "blocked",
        "vm_runs_elsewhere",
        "runs on HV02, so it would run twice",
    ),
    (
        {"created": True, "vms": (), "more": [{"name": "HV03", "error": "no route"}]},
        "warning",
        "vm_elsewhere",
        "whether vm1 is still on another host is not known: HV03 could not be asked",
    ),
    (
        {"vms": (STRANGER,), "objection": BadInput("The on-premises VM of vm1 is gone (no host reports it).")},
        "blocked",
        "vm_restored",
        "HV01 has another VM called 'vm1' .id another.: restored",
    ),
    # how it is
    (
        {"vms": (vm(error="disks: storage gone"),)},
        "blocked",
        "vm_read",
        "vm1 on hv01.* cannot be read: disks: storage gone",
    ),
    ({"vms": (vm(state="offcritical"),)}, "blocked", "vm_critical", "is offcritical: its storage .*Bring the storage"),
    ({"vms": (vm(replication=ILL),)}, "warning", "replication", "calls the replication of vm1 Suspended .Warning."),
    (
        {"vms": (vm(replication={**ILL, "state": "Juggling"}),)},
        "warning",
        "replication_odd",
        "Juggling, which is not known",
    ),
    (
        {"vms": (vm(replication={"mode": "None", "state": "Disabled"}),)},
        "warning",
        "replication_odd",
        "knows no replication",
    ),
    (
        {"vms": (vm(replication={"mode": "Primary", "state": "Replicating", "health": "Critical"}),)},
        "warning",
        "replication_odd",
        "and its health Critical",
    ),
    (
        {"vms": (vm(network_adapters=[{"connected": False}]),)},
        "warning",
        "unplugged",
        "plugged into nothing.*Connect-VMNetworkAdapter -VMName 'vm1' -SwitchName 'LAN'",
    ),
    # at the gate
    ({**WAITING, "vms": (vm(checkpoints=["backup of 22:10"]),)}, "blocked", "checkpoints", "backup of 22:10"),
    (
        {**WAITING, "vms": (vm(state="started"),)},
        "blocked",
        "vm_started",
        "no longer the copy that the vault.*Leave the Azure",
    ),
    (
        {**WAITING, "vms": (vm(replication=ILL),)},
        "blocked",
        "replication_ill",
        "Suspended .*Leave the Azure VM running",
    ),
    (
        {**WAITING, "vms": (STRANGER,)},
        "blocked",
        "vm_restored",
        "no host that answered has the VM vm1 .* any more.*restored",
    ),
    ({**WAITING, "vms": ()}, "blocked", "vm", "cannot end well"),
    (
        {**WAITING, "vms": (), "asked": MAKE},
        "warning",
        "vm_made",
        "no host that answered has the on-premises VM vm1 yet",
    ),
    ({**WAITING, "host": full(0.5)}, "blocked", "space", "0.5 GB free"),
    ({**WAITING, "host": about(virtual_switches=[])}, "blocked", "switch", "no virtual switch 'LAN'"),
    ({**WAITING, "provider": {"connection_status": "NotConnected"}}, "blocked", "provider", "is NotConnected"),
    ({**WAITING, "host": "no route"}, "blocked", "host_reached", "cannot be reached: no route"),
    ({"phase": Phase.BUSY, "moment": "cutover"}, "blocked", "jobs_now", "something else runs on it"),
    # another host
    (
        {**MOVED, "more": [newer()], "vms": (vm(version="11.0"),)},
        "blocked",
        "vm_version",
        "version 11.0, hv02 can run 9.0, 10.0",
    ),
    (
        {
            **MOVED,
            "more": [newer()],
            "vms": (vm(version="9.0", configuration={"tpm": True, "guardians": ["AA", "BB"]}),),
        },
        "warning",
        "tpm",
        "vm1 has a TPM, and hv02 has none of its keys .AA, BB.: it would not start there.*Bring the certificates",
    ),
    (
        {**MOVED, "more": [newer()], "vms": (vm(version="9.0", configuration={"tpm": True}),)},
        "warning",
        "tpm",
        "hv02 may not have its key, which could not be read",
    ),
    ({**MOVED, "more": [newer()], "vms": ()}, "warning", "vm_version_known", "version of vm1 is not known"),
    ({**MOVED, "more": [host()], "vms": (vm(version="9.0"),)}, "warning", "vm_version_known", "hv02 tells no config"),
    ({**MOVED, "more": [newer(azure_local=True)]}, "blocked", "azure_local", "HV02 is a machine of Azure Local"),
    (
        {**MOVED, "host": about(azure_local=True), "more": [newer()]},
        "blocked",
        "azure_local",
        "HV01 is a machine of Azure Local",
    ),
    # registrations
    (
        {"others": [Provider("/old", "old", "hv01.contoso.example", "site1", "site1", "HyperVSite", "NotConnected")]},
        "warning",
        "provider_twin",
        "another registration of hv01.contoso.example, NotConnected .*/old.*Remove the dead registration.*/old",
    ),
]


@pytest.mark.parametrize(("special", "level", "check", "words"), SITUATIONS)
def test_the_vm_is_judged_where_and_as_it_is(special, level, check, words):
    told = verdict(**{"host": about(), **special})
    found = next((one for one in told["findings"] if one["check"] == check), None)
    assert found, [one["check"] for one in told["findings"]]
    assert (told["verdict"], found["level"]) == (level, level), told["findings"]
    assert re.search(words, f"{found['message']}. {found['remedy']}", re.DOTALL)


READY = [  # nothing is said of these
    {"vms": (vm(replication={"mode": "Primary", "state": "PreparedForFailover", "health": "Normal"}),)},
    {"vms": (VM, {**UNLISTED, "name": "test99"}, vm(id="x", name="test98", error="storage gone", state="offcritical"))},
    {"more": [{"name": "HV03", "error": "no route"}]},
    {"more": [{"name": "hv01", "error": "no route"}]},
    {"more": [host("HV02", STRANGER)]},
    {**WAITING},
    {**WAITING, "vms": (vm(replication={"mode": "Primary", "state": "FailbackInProgress", "health": "Normal"}),)},
    {**WAITING, "vms": (vm(replication={"mode": "Primary", "state": "Disabled", "health": "Normal"}),)},
    {**WAITING, "host": full(3)},
    {**MOVED, "more": [newer()], "vms": (vm(version="9.0"),)},
    {
        **MOVED,
        "more": [newer("BB")],
        "vms": (vm(version="9.0", configuration={"tpm": True, "guardians": ["AA", "BB"]}),),
    },
    {**MOVED, "more": [newer()], "vms": (vm(version="9.0", configuration={"tpm": False, "guardians": []}),)},
    {"vms": (vm(configuration={"tpm": True, "guardians": ["AA"]}),)},
    {"moment": "cutover"},
    {"moment": "gate"},
]


@pytest.mark.parametrize("special", READY)
def test_what_does_not_concern_the_vm_is_not_said_of_it(special):
    told = verdict(**{"host": about(), **special})
    assert (told["verdict"], told["findings"]) == ("ready", [])


def test_one_machine_under_two_names_is_one_machine():
    one = about(machine_id="board-1")
    told = verdict(host=one, vms=(VM,), more=[{"name": "node1", "hyperv_host": one, "vms": [vm(state="started")]}])
    assert told["findings"] == []
    told = verdict(host="no route", more=[{"name": "hv01.contoso.example", "hyperv_host": one, "vms": [VM]}])
    assert told["findings"] == []


def test_a_host_is_known_by_its_registration_whatever_the_inventory_calls_it():
    named = {**about(), "provider": {"dra_id": "ABC"}}
    told = verdict(host=None, more=[{"name": "rack7", "hyperv_host": named, "vms": [VM]}], provider={"dra_id": "abc"})
    assert (told["verdict"], told["findings"]) == ("ready", [])


def test_absent_is_never_said_of_a_vm_while_a_host_is_silent():
    for silent in ({"name": "HV03", "error": "x"}, host("HV03", UNLISTED)):
        told = verdict(host=about(), vms=(), more=[silent])
        assert "vm" not in [one["check"] for one in told["findings"]]
        assert told["verdict"] == "blocked"


def test_a_remedy_that_is_taken_already_is_not_recommended():
    told = verdict(host=about(), vms=(), asked=MAKE)
    assert "Set create_vm_if_missing" not in str(told["findings"])


def test_a_synchronized_vm_needs_room_only_for_what_has_changed_since():
    disks = [{"path": "D:\\os.vhdx", "size_bytes": 100 * GB}]
    started = {"phase": Phase.SYNCHRONIZED, "job": job(started=ago(days=1)), "vms": (vm(disks=disks),)}
    assert verdict(host=full(6.1), **started)["verdict"] == "ready"
    assert "needs 5 GB" in verdict(host=full(5), **started)["findings"][0]["message"]


def test_each_item_is_told_for_which_moment_it_was_judged():
    assert [verdict(host=about(), **one)["moment"] for one in ({}, WAITING, {"moment": "cutover"})] == [
        "preflight",
        "gate",
        "cutover",
    ]


def test_a_cutover_is_not_told_what_only_matters_before_a_failback():
    tired = {"provider_version_state": "NotSupported", "last_heartbeat": ago(hours=2)}
    assert verdict(host=about(), provider=tired, moment="cutover")["findings"] == []
    assert len(verdict(host=about(), provider=tired)["findings"]) == 2
