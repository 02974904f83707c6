# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""vm_removal removes the one VM that is meant, when it is surely unused, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.tests.unit.hyperv_host import run_on, vm
from ansible_collections.asr.hyperv.tests.unit.pwsh import PWSH

pytestmark = pytest.mark.skipif(not PWSH, reason="needs pwsh")

DISK = {"Path": r"D:\web01.vhdx"}
UNUSED: dict[str, Any] = {"state": "Off", "ReplicationMode": "None", "IsClustered": False, "Disks": [DISK]}
ASKED = {"id": vm()["Id"], "state": "absent"}


def host(faults=None, **more):
    """A host with an old copy, which is different in what is given, its namesake and another VM."""
    others = [vm(**{**UNUSED, "number": 2}), vm("app01", number=3)]
    return {"vms": [vm(**{**UNUSED, **more}), *others], "faults": faults}


def asked(*cases):
    """What the module answers for hosts and options: its result, and what Hyper-V was told."""
    return [(answer["result"], answer["did"]) for answer in run_on("vm_removal", list(cases))]


def test_an_unused_vm_is_removed_and_its_namesake_is_not():
    promised, done, nobody, alias = asked(
        (host(), {**ASKED, "check_mode": True}),
        (host(), {**ASKED, "id": ASKED["id"].upper()}),
        ({"vms": host()["vms"][1:]}, ASKED),
        (host(), {**ASKED, "id": "web01"}),
    )
    vm_told = {
        "id": ASKED["id"],
        "name": "web01",
        "state_before": "stopped",
        "state": "absent",
        "disks": [DISK["Path"]],
    }
    assert promised == ({"changed": True, "vm": vm_told}, [])
    assert done == ({"changed": True, "vm": vm_told}, [f"Remove-VM {ASKED['id']}"])
    assert nobody[0]["vm"]["state_before"] == "absent" and (nobody[0]["changed"], nobody[1]) == (False, [])
    assert "never removed by its name" in alias[0]["msg"] and alias[1] == []


REFUSED: list[tuple[Any, ...]] = [  # what is different of the VM, or of the host; what is said
    ({"state": "Running"}, "it is started"),
    ({"state": "Saved"}, "it is saved"),
    ({"state": "Paused"}, "it is paused"),
    ({"state": "Hibernated"}, "it is saved"),
    ({"state": "Stopping"}, "it is stopping"),
    ({"state": "OffCritical"}, "cannot reach its storage"),
    ({"IsClustered": True}, "it is a role of a failover cluster"),
    ({"IsClustered": None}, "it is a role of a failover cluster"),
    ({"ReplicationMode": "Primary"}, "its replication is Primary"),
    ({"ReplicationMode": "Replica"}, "its replication is Replica"),
    ({"ReplicationMode": None}, "its replication is unknown"),
    ({"Checkpoints": [{"Name": "before", "SnapshotType": "Standard"}]}, "be merged into its disks: before"),
    ({"faults": {"Get-VMHardDiskDrive": "Broken."}}, "it cannot be read: Broken."),
    ({"faults": {"Get-VMSnapshot": "Broken."}}, "it cannot be read: Broken."),
    ({"faults": {"Get-VM web01": "Broken."}}, "Nobody knows whether"),
]


@pytest.mark.parametrize("check", [{}, {"check_mode": True}], ids=["do", "check"])
def test_one_that_may_be_used_is_refused_in_check_mode_too(check):
    answers = asked(*[(host(**more), {**ASKED, **check}) for more, _words in REFUSED])
    for (result, did), (_more, words) in zip(answers, REFUSED, strict=True):
        assert words in result.get("msg", ""), (words, result)
        assert (result["changed"], did) == (False, [])


def test_a_removal_that_fails_or_does_nothing_is_said():
    (failed, _did), (deaf, did) = asked((host(faults={"Remove-VM": "No."}), ASKED), (host(Deaf=True), ASKED))
    assert failed["msg"] == "Cannot remove 'web01': No."
    assert "is still there" in deaf["msg"] and len(did) == 1 and not deaf["changed"]
    assert deaf["vm"]["state"] == "stopped"


def test_a_removal_that_is_not_answered_has_a_limit_and_tells_how_the_vm_is():
    stuck = {**ASKED, "timeout": 1}
    (waits, _did), (silent, _did) = asked(
        ({**host(), "stuck": ["web01"]}, stuck), ({**host(), "stuck": ["web01"], "mute": 2}, stuck)
    )
    for told, state in ((waits, "stopped"), (silent, "unknown")):
        assert "Cannot remove 'web01': Hyper-V did not answer Remove-VM within 1 seconds (timeout)" in told["msg"]
        assert (told["vm"]["state"], told["changed"]) == (state, False)
