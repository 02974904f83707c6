# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Azure says of an item's VM is compared with what the vault has, disk by disk, before anything is deleted."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.azure_checks import of_azure, of_remains
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.checks import verdict
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.row import Level
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_disks import pair
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_locks import Lock
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_side import (
    GONE,
    NOT_PROVEN,
    REMAINING,
    AzureSide,
    AzureStay,
    Consent,
    Deletion,
    Thing,
    renamed,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_vms import AzureDisk, AzureVm
from ansible_collections.asr.hyperv.plugins.module_utils._service.hardware import Disk
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import ago, item

GROUP = "/subscriptions/s/resourceGroups/rg-failover"
PLACE = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/vm1"
NIC = f"{GROUP}/providers/Microsoft.Network/networkInterfaces/nic1"
OS, DATA = Disk("", "os", "OperatingSystem", 10240, ""), Disk("", "data", "Data", 20480, "")
ITEM = item(disks=(OS, DATA), azure_vm_name="vm1", azure_resource_group_id=GROUP)
IN_AZURE, HOME = AzureStay(began=ago(days=2)), AzureStay(began=ago(days=2), over=True, ended=ago(hours=1))


def managed(name, gb=20, **more):
    return AzureDisk(name, gb, True, f"{GROUP}/providers/Microsoft.Compute/disks/{name}", **more)


def vm(*disks, power="running", **more):
    usual = (managed("a-os", 10, system=True), managed("a-data"))
    nics = more.pop("nics", (NIC,))
    return AzureVm(PLACE, "vm1", "", "", power, "", network_interfaces=nics, disks=disks or usual, **more)


def side(*disks, **more):
    about = {name: more.pop(name) for name in list(more) if name not in AzureSide.__dataclass_fields__}
    return AzureSide(PLACE, **{"vm": vm(*disks, **about), **more})


def disks(*more, **changed):
    """The disks of a VM: those that the vault has, with other facts where one is named, and more."""
    usual = {"os": managed("a-os", 10, system=True), "data": managed("a-data")}
    return (*(replace(disk, **changed.get(name, {})) for name, disk in usual.items()), *more)


def findings(there, stay=IN_AZURE, **consent):
    return list(of_azure(ITEM, there, stay, Consent(**consent)))


def lock(scope, level="CanNotDelete"):
    return Lock(f"{scope}/providers/Microsoft.Authorization/locks/keep", "keep", level)


ADDED = side(*disks(managed("added", 512)))
OFF = {"power": "deallocated"}
FINDINGS = [  # the check; the Azure side, the stay; words of message and remedy
    ("azure_vm_named", AzureSide(""), IN_AZURE, "the vault does not say which.*accept_changed_azure_vm"),
    ("azure_subscription", AzureSide(PLACE, foreign=True), IN_AZURE, "is in subscription s, not in that of the vault"),
    ("azure_read", AzureSide(PLACE, unread="HTTP 503"), HOME, "cannot be read: HTTP 503. Run again"),
    ("azure_vm", AzureSide(PLACE), IN_AZURE, "vm1 is the Azure VM vm1 in rg-failover, and there is none .moved"),
    ("azure_vm", AzureSide(PLACE, alike=("/else",)), IN_AZURE, "It may be /else[.] Find it .*subscription s "),
    ("azure_vm", AzureSide(PLACE, alike=("/else",)), replace(HOME, commit_begun=True), "It may be /else"),
    ("azure_commit_begun", AzureSide(PLACE), replace(HOME, commit_begun=True), "an earlier commit has begun to delete"),
    ("azure_vm_own", side(created=ago(days=9)), IN_AZURE, "so it is another machine of that name"),
    ("azure_vm_own", side(created=ago(days=9), alike=("/own",)), IN_AZURE, "That of vm1 may be /own[.] Find out"),
    ("azure_vm_renamed", side(renamed=True), IN_AZURE, "is vm1: another machine had the name vm1, which is left alone"),
    ("azure_vm_own", side(created=ago(hours=1)), IN_AZURE, "it was made anew since"),
    ("azure_vm_used", side(), HOME, "is running although vm1 runs on-premises.*a commit deletes it.*snapshot create"),
    (
        "azure_vm_used",
        side(**OFF, power_state_since=ago(minutes=9)),
        HOME,
        "was started or changed at 2026-11-20 11:51",
    ),
    ("azure_vm_used", side(*disks(data={"touched": ago(minutes=9)}), **OFF), HOME, "after the cutover that ended"),
    (
        "azure_stays_behind",
        side(tags=("owner",), extensions=("Monitor",), static_ips=("10.0.0.4",), public_ips=("/ips/ip-vm1",)),
        IN_AZURE,
        "has tags owner; extensions Monitor; static private addresses 10.0.0.4; public addresses ip-vm1",
    ),
    ("azure_vm_off", side(power="deallocated"), IN_AZURE, "is deallocated: nobody works with it.*az vm start"),
    (
        "azure_disk_added",
        ADDED,
        IN_AZURE,
        "VM vm1 .rg-failover. has the disk added .512 GB., which the vault does not have .it has: os 10 GB, data 20 GB.: it "
        "does not come home, and a commit deletes it. Keep it with a snapshot: az snapshot create -g rg-failover -n added-kept "
        "--source /subscriptions.*/added[.].*name vm1 in accept_unprotected_disks",
    ),
    ("azure_disk_size", side(*disks(data={"size_gb": 64})), IN_AZURE, "a-data of .* has 64 GB, and the vault .* 20 GB"),
    ("azure_disk_size", side(*disks(os={"size_gb": 127})), IN_AZURE, "a-os of .* has 127 GB, .* as os with 10 GB"),
    ("azure_disk_new", side(*disks(data={"created": ago(hours=2)})), IN_AZURE, "a-data .20 GB.* may not be data of"),
    (
        "azure_disk_missing",
        side(disks()[0]),
        IN_AZURE,
        "the vault has the disk data .20 GB. .*has it no more.*has: a-os 10",
    ),
    (
        "azure_lock",
        side(locks=(lock(GROUP),)),
        IN_AZURE,
        "keep .CanNotDelete. on the resource group rg-failover .*ids /sub",
    ),
    (
        "azure_lock",
        side(locks=(lock(PLACE, "ReadOnly"),)),
        IN_AZURE,
        "resource vm1 .*the cutover from shutting it down",
    ),
    ("azure_locks_known", side(locks_known=False), IN_AZURE, "may not read locks"),
    ("azure_readable", AzureSide(PLACE, denied=("a/read",)), HOME, "is not proven: the caller may not a/read"),
    ("azure_readable", side(*disks(data={"size_gb": None})), IN_AZURE, "Azure does not tell the size of a-data"),
    ("azure_readable", side(power=""), IN_AZURE, "does not tell whether it runs"),
    (
        "azure_changed",
        side(),
        AzureStay(before=vm(disks()[0], nics=())),
        "since the failback was started: the disk a-data is new",
    ),
    ("azure_changed", side(vm_id="new"), AzureStay(before=vm(vm_id="old")), "it was made anew"),
]
LEFT = Deletion(after={Thing("vm", PLACE, "vm1"): GONE, Thing("nic", NIC, "nic1"): REMAINING})
CASES = {check: lambda there=there, stay=stay: findings(there, stay) for check, there, stay, _words in FINDINGS} | {
    "azure_accepted": lambda: findings(ADDED, unprotected_disks=True),
    "azure_evidence": lambda: findings(AzureSide(PLACE, denied=("a/read",)), require_evidence=True),
    "azure_remaining": lambda: list(of_remains(ITEM, LEFT)),
    "azure_gone_proven": lambda: list(of_remains(ITEM, Deletion(after={Thing("vm", PLACE, "vm1"): NOT_PROVEN}))),
}


@pytest.mark.parametrize(("check", "there", "stay", "words"), FINDINGS)
def test_what_differs_is_told_with_thing_size_places_and_what_to_do(check, there, stay, words):
    [found] = [one for one in findings(there, stay) if one.check == check][:1]
    assert re.search(words, str(found), re.DOTALL), str(found)


@pytest.mark.parametrize("stay", [IN_AZURE, HOME])
def test_a_vm_as_the_vault_has_it_has_no_finding(stay):
    power = "deallocated" if stay.over else "running"
    there = side(power=power, created=ago(days=2), power_state_since=ago(hours=1))
    assert not findings(there, replace(stay, before=there.vm))


THEN = ago(days=2, minutes=9)


def another(name, group=GROUP, created=THEN):
    return replace(vm(created=created), name=name, id=f"{group}/providers/Microsoft.Compute/virtualMachines/{name}")


@pytest.mark.parametrize(
    ("there", "found"),
    [
        ([another("vm1-ba5f4337")], "vm1-ba5f4337"),
        ([another("VM1-1", GROUP.upper()), another("vm1-test"), another("vm2-1")], "VM1-1"),
        ([another("vm1-1"), another("vm1-2")], None),
        ([another("vm1-1", f"{GROUP}2")], None),
        ([another("vm1-1", created=None)], None),
        ([another("vm1-1", created=ago(days=9))], None),
        ([another("vm1-1", created=ago(hours=1))], None),
    ],
)
def test_a_vm_that_the_failover_gave_another_name_is_found_only_where_it_can_be_no_other(there, found):
    own = renamed(ITEM, there)
    assert (own and own.name) == found


def test_a_disk_of_a_broken_size_has_that_of_the_whole_gigabyte_above_or_below():
    odd = item(
        disks=(Disk("", "os", "OperatingSystem", 10752, ""),), azure_vm_name="vm1", azure_resource_group_id=GROUP
    )
    for gb, blocked in ((10, False), (11, False), (12, True), (9, True)):
        told = list(of_azure(odd, side(managed("o", gb, system=True)), IN_AZURE, Consent()))
        assert (verdict(told) is Level.BLOCKED) is blocked


@pytest.mark.parametrize(
    ("recorded", "there", "added", "missing"),
    [
        ([OS, DATA], [("x", 10, True), ("y", 20, False)], [], []),
        ([OS, DATA], [("y", 20, False), ("x", 10, True)], [], []),
        ([OS, DATA], [("x", 10, True), ("z", 512, False), ("y", 20, False)], ["z"], []),
        ([OS, DATA], [("x", 10, True), ("z", None, False), ("y", 20, False)], ["y"], []),
        ([OS, DATA], [("x", 10, True)], [], ["data"]),
        ([], [("x", 10, True)], ["x"], []),
        ([replace(OS, role="Data"), DATA], [("x", 10, True), ("y", 20, False)], [], []),
        ([replace(DATA, azure_name="Z")], [("y", 20, False), ("z", 512, False)], ["y"], []),
        (
            [replace(DATA, azure_location="https://BLOBS/z")],
            [("y", 20, False), ("https://blobs/z", 20, False)],
            ["y"],
            [],
        ),
    ],
)
def test_disks_are_told_from_each_other_by_address_name_role_and_size(recorded, there, added, missing):
    found = pair(recorded, [AzureDisk(name, gb, False, name, system) for name, gb, system in there])
    assert ([disk.name for disk in found.added], [one.name for one in found.missing]) == (added, missing)


ACCEPTED = [  # what differs, the option that accepts it, one that does not
    (ADDED, IN_AZURE, "unprotected_disks", "changed_azure_vm"),
    (side(*disks(data={"size_gb": 64})), IN_AZURE, "unprotected_disks", "changed_azure_vm"),
    (AzureSide(PLACE), IN_AZURE, "changed_azure_vm", "unprotected_disks"),
    (AzureSide(PLACE, foreign=True), IN_AZURE, "changed_azure_vm", "unprotected_disks"),
    (AzureSide(""), IN_AZURE, "changed_azure_vm", "unprotected_disks"),
    (side(), HOME, "changed_azure_vm", "unprotected_disks"),
    (side(disks()[0]), IN_AZURE, "changed_azure_vm", "unprotected_disks"),
]


@pytest.mark.parametrize(("there", "stay", "option", "other"), ACCEPTED)
def test_only_the_option_for_it_accepts_a_loss_and_the_loss_is_told_all_the_same(there, stay, option, other):
    assert verdict(findings(there, stay)) is verdict(findings(there, stay, **{other: True})) is Level.BLOCKED
    told = findings(there, stay, **{option: True})
    assert verdict(told) is Level.WARNING and f"That is accepted (accept_{option})" in str(told[0])


@pytest.mark.parametrize("consent", [{}, {"unprotected_disks": True, "changed_azure_vm": True}])
def test_nothing_accepts_that_the_azure_side_cannot_be_read(consent):
    assert verdict(findings(AzureSide(PLACE, unread="HTTP 503"), HOME, **consent)) is Level.BLOCKED


@pytest.mark.parametrize("gap", [AzureSide(PLACE, denied=("a/read",)), side(*disks(data={"size_gb": None}), **OFF)])
def test_what_is_not_proven_holds_only_where_evidence_is_required(gap):
    assert verdict(findings(gap, HOME)) is Level.WARNING
    assert verdict(findings(gap, HOME, require_evidence=True)) is Level.BLOCKED


@pytest.mark.parametrize(
    ("scope", "covers"),
    [
        (PLACE, True),
        (GROUP.upper(), True),
        ("/subscriptions/s", True),
        (f"{PLACE}0", False),
        (f"{GROUP}-2", False),
        ("/subscriptions/s2", False),
    ],
)
def test_a_lock_covers_what_is_below_its_scope(scope, covers):
    assert lock(scope).covers(PLACE) is covers


def test_a_name_of_azure_is_quoted_in_a_command():
    [found] = findings(side(*disks(replace(managed("x"), name="x; rm -rf ~"))))
    assert "-n 'x; rm -rf ~-kept'" in found.remedy


def test_what_was_deleted_is_told_in_one_line_thing_by_thing():
    assert str(LEFT) == f"gone: VM vm1; remaining and billed: network interface {NIC}"
    assert str(Deletion()) == "nobody could see what there was in Azure"


def test_what_remains_is_named_with_its_id_its_lock_and_the_commands():
    [found] = of_remains(ITEM, replace(LEFT, locks=(lock(GROUP),)))
    assert f"there still is, billed: network interface nic1 ({NIC}). Locks: keep on the resource group" in found.message
    assert f"az lock delete --ids {lock(GROUP).id} && az resource delete --ids {NIC}." in found.remedy


def test_what_is_gone_thing_by_thing_is_no_warning():
    assert not list(of_remains(ITEM, Deletion(after={Thing("vm", PLACE, "vm1"): GONE})))
