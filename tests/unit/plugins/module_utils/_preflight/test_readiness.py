# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The preflight gives each item a verdict, with reason and remedy, from what the vault and the hosts say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, phase_of
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.estimate import Assumptions, estimate
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.readiness import (
    judge,
    judge_all,
    of_rights,
    overall,
)
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.row import Moment
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.scene import Scene
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.vault_checks import of_plan
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.hardware import Disk
from ansible_collections.asr.hyperv.plugins.module_utils._service.health import HealthError
from ansible_collections.asr.hyperv.plugins.module_utils._service.providers import Provider
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Verdict
from ansible_collections.asr.hyperv.plugins.module_utils._wish.data_sync import DataSync, SyncChoice
from ansible_collections.asr.hyperv.plugins.module_utils._wish.failback import Failback
from ansible_collections.asr.hyperv.plugins.module_utils._wish.intent import Intent
from ansible_collections.asr.hyperv.plugins.module_utils._wish.placement import FailbackOptions
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import NOW, ago, item, part

GB = 1024**3
SWITCH = {"name": "LAN"}
VM = {"id": "GUID-OF-VM1", "name": "vm1", "state": "stopped", "checkpoints": []}
STRANGER = {"id": "another", "name": "VM1", "state": "started", "checkpoints": []}
SERVICES = {name: {"state": "started"} for name in ("vmms", "dra", "obengine")}
UNTESTED = HealthError(
    "161011",
    "Warning",
    "TestFailover",
    "No successful test failover has been done.",
    recommended_action="Do a test failover on the virtual machine.",
)


def about(**more):
    """The facts of a host that could take vm1."""
    return {
        "hyperv": {"installed": True, "disk_path": "D:\\Hyper-V"},
        "services": SERVICES,
        "virtual_switches": [SWITCH],
        "volumes": [{"path": "C:\\", "free_bytes": 0}, {"path": "D:\\", "free_bytes": 500 * GB}],
        **more,
    }


def full(gigabytes):
    return about(volumes=[{"path": "D:\\", "free_bytes": gigabytes * GB}])


MADE_ANEW = Failback(SyncChoice(DataSync.BEFORE_FAILOVER, "asked for"), create_vm_if_missing=True)


def verdict(*, host=None, vms=(VM,), provider=None, created=False, more=(), **facts):
    """The verdict on vm1, which is to come home to hv01; `host` are its facts, a text why there are none, or None.

    `more` are the facts of other hosts, `others` other providers, `asked` how it is to come home, `moment` what is judged for.
    """
    objection, phase, job = (facts.pop(name, None) for name in ("objection", "phase", "job"))
    moment, asked = facts.pop("moment", "preflight"), facts.pop("asked", FailbackOptions())
    others, needs_hosts = facts.pop("others", ()), facts.pop("needs_hosts", False)
    one = item(switches=("LAN",), disks=(Disk("", "os", "OperatingSystem", 100 * 1024, ""),), **facts)
    failback = replace(MADE_ANEW, provider_id=others[0].id if others else "") if created else None
    track = Track(one, Intent(Goal.PROTECTED, wave=1, failback=failback), phase or phase_of(one), job)
    known = {
        "host": "hv01.contoso.example",
        "connection_status": "Connected",
        "last_heartbeat": ago(minutes=1),
        **(provider or {}),
    }
    facts_of_it = host if isinstance(host, dict) and "error" in host else {"hyperv_host": host, "vms": list(vms)}
    facts_of_it = {"error": host} if isinstance(host, str) else facts_of_it
    hosts: list[Any] = [{"name": "HV01", **facts_of_it}] if host is not None else []
    place = {"fabric": "site1", "fabric_name": "site1", "fabric_type": "HyperVSite"}
    there = Provider(one.provider_id.upper(), "hv01", **{**place, **known})
    scene = Scene(NOW, [there, *others], [*hosts, *more], Assumptions(), since=ago(minutes=5))
    scene = replace(scene, moment=Moment(moment), options={one.id: asked}, needs_hosts=needs_hosts)
    return judge(track, objection, scene)


def crowd(host, *sizes, vms=(), hosts=1):
    """What is said of the space for new VMs vm1, vm2, ... of these sizes in GB that come to hv01, hv02, ... in turn."""
    places = [
        Provider(f"id-of-hv0{n}", f"hv0{n}", f"hv0{n}", "site1", "site1", "HyperVSite", "Connected")
        for n in range(1, hosts + 1)
    ]
    tracks = []
    for number, size in enumerate(sizes, 1):
        disks = (Disk("", "os", "OperatingSystem", size * 1024, ""),)
        one = item(name=f"vm{number}", disks=disks, provider_id=places[(number - 1) % hosts].id)
        tracks.append(Track(one, Intent(Goal.PROTECTED, wave=1, failback=MADE_ANEW), phase_of(one)))
    facts: Any = [{"name": one.host, "hyperv_host": host, "vms": list(vms)} for one in places]
    told = judge_all([(track, None) for track in tracks], Scene(NOW, places, facts, Assumptions()))
    return [[found["message"] for found in one["findings"] if found["check"] == "space"] for one in told]


def test_a_vm_with_a_host_that_has_all_it_needs_is_ready():
    told = verdict(host=about())
    assert (told["verdict"], told["findings"], told["host"]) == ("ready", [], "hv01.contoso.example")


OF_VMM = {"fabric_type": "VMM", "fabric": "abc", "fabric_name": "vmm01", "host": "vmm01.contoso.example"}


@pytest.mark.parametrize("kind", ["VmmFabric", "VMM", ""], ids=["recorded", "old", "told by its provider alone"])
@pytest.mark.parametrize("host", [None, about()], ids=["no host was read", "a host was read"])
def test_of_a_vm_that_vmm_places_no_host_is_named_and_nobody_says_that_it_was_looked_at(kind, host):
    told = verdict(host=host, provider=OF_VMM, site_kind=kind)
    assert (told["verdict"], told["host"], [found["check"] for found in told["findings"]]) == ("warning", "", ["vmm"])
    assert "its switches and its space were not looked at" in told["findings"][0]["message"]


def test_a_vm_without_a_kind_of_site_is_looked_at_as_its_provider_says():
    assert verdict(host=about(virtual_switches=[]), site_kind="")["verdict"] == "blocked"


def test_a_disk_that_is_big_enough_for_each_but_not_for_all_is_too_small():
    assert crowd(full(50), 30) == [[]]
    first, _second, third = crowd(full(50), 30, 30, 30)
    told = "volume D:\\ of hv01 has 50 GB free, vm{} needs 35 GB (30 GB for its data, 5 GB for the change "
    told += "files of a day), with 2 other VMs of this run 105 GB"
    assert (first, third) == ([told.format(1)], [told.format(3)])
    assert crowd(full(107), 30, 30, 30) == [[], [], []]


def test_a_vm_that_is_there_takes_room_where_its_disks_are_and_leaves_the_rest_to_the_new():
    disks = [{"path": "E:\\os.vhdx", "size_bytes": GB}, {"path": "E:\\data.vhdx", "size_bytes": 3 * GB}]
    host: Any = about(volumes=[{"path": "D:\\", "free_bytes": 37 * GB}, {"path": "E:\\", "free_bytes": 17 * GB}])
    assert crowd(host, 30, 30, vms=[{**VM, "disks": disks}]) == [[], []]


SHARED = {"path": "C:\\ClusterStorage\\Volume1\\", "id": "\\\\?\\Volume{1}\\", "shared": True, "free_bytes": 50 * GB}
SMALL = {"path": "C:\\", "free_bytes": GB}


def test_vms_that_are_kept_in_the_root_of_a_mounted_volume_take_its_room_and_not_that_of_the_drive():
    for folder in ("C:\\ClusterStorage\\Volume1", "c:/clusterstorage/volume1/"):
        host: Any = about(hyperv={"installed": True, "disk_path": folder}, volumes=[SMALL, SHARED])
        assert crowd(host, 30) == [[]]
        assert "Volume1\\ of hv01 has 50 GB free" in crowd(host, 60)[0][0]


def test_a_shared_volume_is_one_volume_for_all_hosts_that_see_it():
    host: Any = about(hyperv={"installed": True, "disk_path": SHARED["path"]}, volumes=[SMALL, SHARED])
    told = crowd(host, 30, 30, hosts=2)
    assert [one[0].partition(" has ")[2].partition(" (")[0] for one in told] == [
        "50 GB free, vm1 needs 35 GB",
        "50 GB free, vm2 needs 35 GB",
    ]
    assert all("with 1 other VMs of this run 70 GB" in one[0] for one in told)
    own = {**SHARED, "path": "D:\\", "shared": False}
    assert crowd(about(volumes=[own]), 30, 30, hosts=2) == [[], []]


@pytest.mark.parametrize(
    ("names", "providers", "found"),
    [
        (["hv01.a.example", "hv01.b.example"], ["hv01.b.example", "hv01.a.example"], "hv01.b.example"),
        (["hv01", "HV01.b.example"], ["hv01.b.example"], "HV01.b.example"),
        (["HV01"], ["hv01.b.example"], "HV01"),
        (["hv01.b.example"], ["hv01"], "hv01.b.example"),
        (["hv01.a.example"], ["hv01.b.example"], None),
        (["hv01"], ["hv01.b.example", "hv01.a.example"], None),
        (["hv01.a.example", "hv01.b.example"], ["hv01"], None),
    ],
)
def test_the_facts_of_a_host_are_found_by_its_name_and_never_those_of_another(names, providers, found):
    known = [Provider(name, name, name, "site1", "site1", "HyperVSite", "Connected") for name in providers]
    facts: Any = Scene(NOW, known, [{"name": name} for name in names], Assumptions()).facts_of(known[0])
    assert (facts and facts["name"]) == found


REGISTERED = [  # what the host HV01 calls its registration, whose provider has it in the vault; whether it is hv01.b.example
    ("its own", [], True),
    ("", [], True),
    ("of another vault", [], False),
    ("of the other site", [("of the other site", "hv01.c.example")], False),
    ("a new one", [("a new one", "hv01.b.example")], True),  # the vault still has the dead one beside it
]


@pytest.mark.parametrize(("registration", "others", "same"), REGISTERED)
def test_a_machine_of_the_same_short_name_is_another_one_when_it_is_registered_under_another(
    registration, others, same
):
    def provider(dra_id, host):
        return Provider(dra_id, dra_id, host, "site1", "site1", "HyperVSite", "Connected", dra_id=dra_id)

    known = [provider("its own", "hv01.b.example"), *(provider(*one) for one in others)]
    host: Any = {"name": "HV01", "hyperv_host": about(provider={"dra_id": registration})}
    facts: Any = Scene(NOW, known, [host], Assumptions()).facts_of(known[0])
    assert bool(facts) is same


def test_a_host_whose_hyperv_does_not_run_is_told_that_and_nothing_that_follows_from_it():
    stopped = about(services={**SERVICES, "vmms": {"state": "stopped"}}, virtual_switches=[])
    assert [found["check"] for found in verdict(host=stopped, vms=())["findings"]] == ["services"]


def test_a_clock_that_may_be_right_is_not_blamed():
    for told in ("2026-11-20T12:04:00Z", "2026-11-20T11:52:00Z"):
        assert verdict(host=about(time_utc=told))["verdict"] == "ready"


@pytest.mark.parametrize(
    ("groups", "told"),
    [
        ([100], []),
        ([1] * 7, []),
        ([60, 41], ["the recovery plan plan1 has 101 VMs, 100 are supported"]),
        ([1] * 8, ["the recovery plan plan1 has 8 groups, 7 are supported"]),
    ],
)
def test_a_plan_beyond_the_limits_of_the_service_is_a_warning(groups, told):
    found = list(of_plan("plan1", [[item()] * members for members in groups]))
    assert [finding.message for finding in found] == told
    assert {finding.level.word for finding in found} <= {"warning"}


FINDINGS = [  # what is special; verdict, check, words of message and remedy
    ({"host": None}, "warning", "host_looked_at", "hv01.contoso.example was not looked at"),
    (
        {"host": None, "needs_hosts": True},
        "blocked",
        "host_needed",
        "hv01.contoso.example was not looked at.*Put hv01.contoso.example into the inventory group.*nobody could validate",
    ),
    (
        {"host": "no route"},
        "blocked",
        "host_reached",
        "hv01.contoso.example cannot be reached: no route. Mend its WinRM",
    ),
    (
        {"host": "HTTPSConnectionPool: Max retries exceeded (Caused by ProxyError('Cannot connect to proxy.'))"},
        "blocked",
        "host_proxied",
        "through the proxy: .*Put hv01.* into NO_PROXY, or set ansible_winrm_proxy",
    ),
    (
        {"host": {"error": "Cannot list the VMs.", "reached": True}},
        "blocked",
        "host_read",
        "answers, but cannot be read: Cannot list the VMs. Mend that on hv01",
    ),
    (
        {"host": about(time_utc="2026-11-20T12:10:00Z")},
        "warning",
        "clock",
        "hv01.* is 10 minutes ahead of that of the vault",
    ),
    (
        {"host": about(time_utc="2026-11-20T11:40:00Z")},
        "warning",
        "clock",
        "hv01.* is 15 minutes behind that of the vault",
    ),
    ({"host": about(hyperv={"installed": False})}, "blocked", "hyperv", "has no Hyper-V.*role alternate_host"),
    ({"host": about(services={})}, "blocked", "services", "service vmms .* is absent. Start vmms on hv01"),
    (
        {"host": about(virtual_switches=[])},
        "blocked",
        "switch",
        "no virtual switch 'LAN', which vm1 .*it has: none.*virtual_switch",
    ),
    (
        {"host": full(50), "created": True, "vms": ()},
        "blocked",
        "space",
        "D:.* has 50 GB free, vm1 needs 105 GB.*Make room on D:",
    ),
    ({"host": full(1)}, "blocked", "space", "D:.* has 1 GB free, vm1 needs 15 GB"),
    (
        {
            "host": full(19),
            "vms": ({**VM, "disks": [{"path": "D:\\a.avhdx", "size_bytes": GB, "file_size_bytes": 4 * GB}]},),
        },
        "blocked",
        "space",
        "vm1 needs 19 GB .10 GB for its data, 5 GB for the change files of a day, 4 GB for checkpoints that are merged",
    ),
    ({"host": full(0.5)}, "blocked", "space", "D:.* has 0.5 GB free"),
    (
        {"host": about(), "vms": ({**VM, "disks": [{"path": "C:\\VMs\\os.vhdx", "size_bytes": GB}]},)},
        "blocked",
        "space",
        "C:.* has 0 GB free, vm1 needs 15 GB",
    ),
    ({"host": about(volumes=[])}, "warning", "space_known", "does not tell the free space at D:.Hyper-V"),
    (
        {"host": about(hyperv={"installed": True, "disk_path": None})},
        "warning",
        "space_known",
        "does not tell on which volume it keeps its disks",
    ),
    (
        {"host": about(volumes=[{"path": "D:\\", "free_bytes": None}])},
        "warning",
        "space_known",
        "does not tell the free space at D:",
    ),
    (
        {"host": about(), "vms": ({**VM, "disks": [{"path": "\\\\files\\vms\\os.vhdx", "size_bytes": None}]},)},
        "warning",
        "space_known",
        "free space at ..files.vms.os",
    ),
    (
        {"host": about(), "vms": (STRANGER,), "created": True},
        "blocked",
        "name_clash",
        "another VM called 'vm1' .id another.*never over",
    ),
    ({"host": about(), "vms": ()}, "blocked", "vm", "none of the hosts HV01 has the VM vm1 .*create_vm_if_missing"),
    (
        {"host": about(), "vms": ({**VM, "state": "started"},)},
        "blocked",
        "vm_off",
        "vm1 on hv01.* is started; it has to be off. Shut it down",
    ),
    (
        {"host": about(), "vms": ({**VM, "checkpoints": ["c1"]},)},
        "blocked",
        "checkpoints",
        "has checkpoints: c1. Remove",
    ),
    (
        {"host": about(), "provider": {"connection_status": "NotConnected"}},
        "blocked",
        "provider",
        "hv01.* is NotConnected.*Start the services",
    ),
    (
        {"host": about(), "provider": {"last_heartbeat": ago(hours=2)}},
        "warning",
        "provider_heard",
        "last heard from hv01.* 120 minutes ago",
    ),
    (
        {"host": about(), "provider": {"provider_version_expiry": NOW + timedelta(days=3)}},
        "warning",
        "provider_expiry",
        "expires at 2026",
    ),
    (
        {"host": about(), "provider": {"provider_version_state": "NotSupported"}},
        "warning",
        "provider_version",
        "is NotSupported",
    ),
    ({"host": about(), "managed_disks": 0}, "blocked", "managed_disks", "cannot fail back"),
    (
        {"host": about(), "azure_vm_name": "my vm"},
        "warning",
        "name",
        "its Azure VM is called 'my vm', which is no name that Azure supports",
    ),
    (
        {"host": about(), "replication_health": "Critical"},
        "warning",
        "health",
        "critical.*asr.hyperv.protected_item_info",
    ),
    ({"host": about(), "replication_health": "Warning"}, "warning", "health", "calls its replication warning"),
    (
        {"host": about(), "health_errors": (UNTESTED,)},
        "warning",
        "health_errors",
        "No successful test failover.*code 161011, Warning.*Do a test failover on the virtual machine[.]",
    ),
    (
        {"host": about(), "health_errors": (replace(UNTESTED, message="outer", inner=(replace(UNTESTED, code="7"),)),)},
        "warning",
        "health_errors",
        "outer.*161011",
    ),
    (
        {"objection": BadInput("alternate_host: 'hv9' is no host.")},
        "blocked",
        "options",
        "'hv9' is no host[.] Change the options",
    ),
]


@pytest.mark.parametrize(("special", "level", "check", "words"), FINDINGS)
def test_what_speaks_against_it_is_told_with_the_thing_and_the_remedy(special, level, check, words):
    told = verdict(**special)
    found = next(one for one in told["findings"] if one["check"] == check)
    assert (told["verdict"], found["level"]) == (level, level)
    assert re.search(words, f"{found['message']}. {found['remedy']}", re.DOTALL)


def test_a_vm_that_is_home_needs_nothing_of_its_host():
    told = verdict(
        host="down",
        allowed="PlannedFailover",
        active="Primary",
        state="Protected",
        provider={"connection_status": "Lost"},
    )
    assert (told["verdict"], told["estimate"]) == ("ready", {"synchronize_seconds": 0, "outage_seconds": 0})


def test_missing_rights_are_named_with_what_they_are_for():
    denied = [{"actions": ["*"], "notActions": ["*/failoverCommit/action", "Microsoft.Compute/*"]}]
    told = {finding.thing.rpartition("/vaults/")[2]: finding.level.word for finding in of_rights(denied)}
    assert told == {
        "replicationFabrics/replicationProtectionContainers/replicationProtectedItems/failoverCommit/action": "blocked",
        "Microsoft.Compute/virtualMachines/read": "warning",
        "Microsoft.Compute/disks/read": "warning",
    }
    assert of_rights([{"actions": ["*/read"]}, {"actions": ["Microsoft.RecoveryServices/*"]}]) == []
    assert [finding.level.word for finding in of_rights(None)] == ["warning"]


GUESS = Assumptions(bandwidth_mbps=800, threads=4, thread_mbps=100, checksum_gb_per_minute=4, changed_gb_per_day=10)
TIMES = [  # disks in GB, days in Azure, full download, all new; seconds of synchronization, of outage
    (100, 2, False, False, 1560, 159),
    (10, 2, False, False, 265, 156),
    (100, 2, True, False, 0, 2203),
    (100, 2, False, True, 2108, 160),
    (100, None, False, False, 1560, 159),
]


@pytest.mark.parametrize("row", TIMES)
def test_the_estimate_follows_from_disks_days_and_mode(row):
    size, days, whole, new, synchronize, outage = row
    told = estimate(size * 1024, days, GUESS, full=whole, all_new=new)
    assert (told.synchronize_seconds, told.outage_seconds) == (synchronize, outage)


def test_waves_are_estimated_one_after_the_other():
    rows = [(1, 100, 20), (1, 300, 50), (2, 200, 40)]
    told = overall(
        [
            part(Verdict, wave=wave, estimate={"synchronize_seconds": sync, "outage_seconds": out})
            for wave, sync, out in rows
        ],
        GUESS,
    )
    assert (told["synchronize_seconds"], told["total_seconds"]) == (300, 390)
    assert "estimate" in str(told["assumptions"])
