# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A VM passes when it runs, answers, has an address, and is what the vault recorded."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.asking import Group
from ansible_collections.asr.hyperv.plugins.module_utils._roles.comparing import MB, PARTS
from ansible_collections.asr.hyperv.plugins.module_utils._roles.validation import check_wanted, validate, with_recorded
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import ProviderEntry
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import part

ITEM: Any = {
    "name": "web01",
    "id": "/vault/web01",
    "vm_id": "ABC",
    "cpu_count": 2,
    "memory_mb": 4096,
    "disks": [{"name": "os", "size_mb": 40960}],
    "switches": ["LAN"],
}
ADAPTER = {"connected": True, "virtual_switch": "LAN", "vlan": 20}
VM: dict[str, Any] = {
    "id": "abc",
    "name": "web01",
    "state": "started",
    "heartbeat": "OkApplicationsHealthy",
    "ip_addresses": ["192.0.2.1"],
    "uptime_seconds": 60,
    "cpu_count": 2,
    "memory_bytes": 4096 * MB,
    "disks": [{"size_bytes": 40960 * MB}],
    "network_adapters": [ADAPTER],
}
OLD = {**VM, "state": "stopped", "heartbeat": "", "ip_addresses": []}


def result(*looks, item=None, wanted: Any = None, must_match=("disks", "switches", "vlan")):
    """The one result of an item that is looked for on hosts h1, h2, ...; a look is a list of VMs or an error."""
    rows: Any = [
        {"host": f"h{place}", **({"error": look} if isinstance(look, str) else {"vms": look})}
        for place, look in enumerate(looks, 1)
    ]
    wishes: Any = {"web01": wanted or {}}
    return validate([part(ItemEntry, **{**ITEM, **(item or {})})], rows, wishes, must_match)[0]


def test_a_vm_as_recorded_passes_with_its_evidence():
    found = result([], [VM])
    assert found["passed"] and not found["problems"] and not found["differences"]
    assert (found["host"], found["state"], found["ip_addresses"]) == ("h2", "started", ["192.0.2.1"])


def test_the_copy_that_runs_counts_and_not_the_old_one():
    assert result([OLD], [VM])["host"] == "h2"


def test_of_two_looks_at_a_host_the_later_counts():
    looks: Any = [{"host": "h1", "vms": [OLD]}, {"host": "h1", "vms": [VM]}]
    assert validate([ITEM], looks, {}, PARTS)[0]["passed"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (OLD, "is stopped, not started. To start it: asr.hyperv.vm_power on h1, id abc, state started"),
        (
            {"state": "offcritical"},
            "is offcritical: its storage or its configuration is not there. Bring that back on h1",
        ),
        ({"error": "disks: storage gone"}, "cannot be read on h1: disks: storage gone"),
        ({"ip_addresses": [None]}, "tells no IP address"),
        ({"heartbeat": "NoContact"}, "has no good heartbeat (NoContact)"),
        ({"heartbeat": "OkApplicationsCritical"}, "has no good heartbeat (OkApplicationsCritical)"),
        ({"ip_addresses": []}, "tells no IP address"),
        (
            {"ip_addresses": ["169.254.3.4", "fe80::1", "127.0.0.1", "::"]},
            "tells no IP address that can be reached, only 169.254.3.4, fe80::1, 127.0.0.1, ::",
        ),
    ],
)
def test_a_vm_that_is_not_up_yet_may_only_need_time(change, problem):
    found = result([{**VM, **change}])
    assert found["problems"] == [problem]
    assert found["waiting"] and not found["passed"]


@pytest.mark.parametrize(
    ("told", "address"),
    [
        (["169.254.3.4", "fe80::1%4", "2001:db8::7", "192.0.2.1", "192.0.2.2"], "192.0.2.1"),
        (["fe80::1", "2001:db8::7"], "2001:db8::7"),
        (["169.254.3.4"], ""),
    ],
)
def test_the_address_to_ask_is_the_first_that_others_can_reach(told, address):
    assert result([{**VM, "ip_addresses": told}])["address"] == address


def test_a_guest_whose_applications_say_nothing_is_up():
    assert result([{**VM, "heartbeat": "OkApplicationsUnknown"}])["passed"]


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"port": 1}, "'web01' has {'port': 1}. Allowed are the keys address, addresses, guest_services, http"),
        (None, "'web01' has None. Allowed are the keys"),
        ({"tcp_ports": 443}, "tcp_ports 443. It has to be a list of ports from 1 to 65535"),
        ({"tcp_ports": [70000]}, "a list of ports from 1 to 65535"),
        ({"http": [{"port": 80}]}, "each with a path such as /health"),
        ({"vlan": 5000}, "vlan 5000. It has to be a number from 0 (no tag) to 4094"),
        ({"wait_for_connection": "maybe"}, "true or false"),
        ({"guest_services": "no"}, "true or false"),
        ({"address": ""}, "a name or an IP address"),
        ({"addresses": ["web01"]}, "a list of the IP addresses"),
    ],
)
def test_a_wish_that_cannot_be_understood_is_refused_with_what_is_allowed(own, words):
    with pytest.raises(BadInput) as refused:
        check_wanted({"web01": own})
    assert words in str(refused.value)


def test_a_wish_that_can_be_understood_is_taken():
    check_wanted({"web01": {"tcp_ports": [443, "80"], "vlan": 0, "http": [{"path": "/"}], "guest_services": False}})


@pytest.mark.parametrize(
    ("looks", "problem"),
    [
        (([], []), "is on none of the hosts h1, h2"),
        (([{**VM, "id": "x"}],), "is on none of the hosts h1; h1 has a VM of this name with another id, x"),
        (([VM], [VM]), "runs on 2 hosts at once: h1, h2"),
    ],
)
def test_a_vm_that_is_nowhere_or_twice_does_not_pass(looks, problem):
    found = result(*looks)
    assert found["problems"] == [problem]
    assert not found["passed"] and not found["waiting"]


@pytest.mark.parametrize(
    ("part", "change", "words"),
    [
        ("cpu", {"cpu_count": 1}, "has 1 processors, the vault recorded 2"),
        ("memory", {"memory_bytes": 512 * MB}, "starts with 512 MB of memory, the vault recorded 4096 MB"),
        ("disks", {"disks": []}, "lacks disks that the vault recorded (40960 MB); it has: none"),
        ("disks", {"disks": [{"size_bytes": MB}]}, "lacks disks that the vault recorded (40960 MB); it has: 1 MB"),
        (
            "switches",
            {"network_adapters": [{**ADAPTER, "connected": False, "virtual_switch": None}]},
            "is not plugged into LAN as the vault recorded, but into: none (on its host: Connect-VMNetworkAdapter "
            "-VMName 'web01' -SwitchName 'LAN')",
        ),
        (
            "addresses",
            {"ip_addresses": ["192.0.2.9", "fe80::1"]},
            "lacks addresses that were recorded (192.0.2.1); it tells: 192.0.2.9, fe80::1",
        ),
        ("vlan", {"network_adapters": [{**ADAPTER, "vlan": 0}]}, "has the VLAN 0, wanted is 20"),
        ("baseline", {"configuration": {"notes": "x"}}, "is not as in the baseline: notes was empty and is x"),
    ],
)
def test_a_difference_is_a_problem_only_where_it_must_match(part, change, words):
    wanted: Any = {"vlan": 20, "addresses": ["192.0.2.1"]}
    if part == "baseline":
        wanted["before"] = {**VM, "configuration": {"notes": ""}}
    assert result([{**VM, **change}], wanted=wanted, must_match=[part])["problems"] == [words]
    told = result([{**VM, **change}], wanted=wanted, must_match=[other for other in PARTS if other != part])
    assert told["passed"] and told["differences"] == [words]


@pytest.mark.parametrize(
    ("item", "vm", "wanted"),
    [
        ({}, {"disks": [*VM["disks"], {"size_bytes": MB}]}, {}),
        ({}, {"disks": [{"size_bytes": None}]}, {}),
        (
            {"cpu_count": None, "memory_mb": None, "disks": [], "switches": [""]},
            {"cpu_count": 1, "memory_bytes": MB},
            {},
        ),
        ({}, {"heartbeat": "", "ip_addresses": []}, {"guest_services": False}),
    ],
    ids=["more disks", "a disk that cannot be read", "the vault tells nothing", "no guest services"],
)
def test_what_nobody_knows_is_no_difference(item, vm, wanted):
    assert result([{**VM, **vm}], item=item, wanted=wanted, must_match=PARTS)["passed"]


HOSTS: Any = [
    {"host": "h1", "name": "hv01"},
    {"host": "h2", "name": "hv02.contoso.example"},
    {"host": "h3", "name": "hv03"},
]
GROUP = Group(HOSTS, [part(ProviderEntry, id="/Vault/p2", host="hv02")])
HERE: Any = {**ITEM, "provider_id": "/vault/P2"}


def look(host, *vms, **more):
    return {"host": host, "vms": list(vms), **more}


def mute(host, error="no route"):
    return {"host": host, "error": error}


UNLISTED = {"id": "", "name": "", "state": "unknown", "error": "configuration broken"}
ASKED = [  # who was looked at; whom to look at next, and what is said meanwhile
    ([], ["h2"], "unknown", "is on none of the hosts that answered (none did)"),
    ([look("h2", VM)], [], "started", None),
    ([look("h2", {**VM, "ip_addresses": []})], ["h2"], "started", "tells no IP address"),
    ([look("h2")], ["h1", "h3"], "unknown", "is on none of the hosts that answered (h2)"),
    ([look("h2", OLD)], ["h1", "h3"], "stopped", "is stopped, not started. To start it: "),
    ([look("h2", OLD), look("h1"), look("h3")], ["h2"], "stopped", "is stopped, not started. To start it: "),
    ([look("h2", OLD), look("h1", VM), look("h3")], [], "started", None),
    ([mute("h2")], ["h1", "h3"], "unknown", "h2 could not be asked: no route"),
    ([mute("h2"), look("h1", VM)], [], "started", None),
    ([mute("h2"), look("h1"), mute("h3")], ["h2", "h3"], "unknown", "that answered (h1); h2 could not be asked"),
    ([look("h2"), look("h1"), look("h3")], [], "absent", "is on none of the hosts h2, h1, h3"),
    (
        [look("h2", UNLISTED), look("h1"), look("h3")],
        ["h2"],
        "unknown",
        "cannot be listed and may be it: configuration",
    ),
    ([look("h2"), look("h1"), mute("h3", "ProxyError: x")], ["h3"], "unknown", "put the host into NO_PROXY, or set"),
]


@pytest.mark.parametrize(("looks", "ask", "state", "words"), ASKED)
def test_first_the_host_of_the_vault_is_asked_and_others_only_for_a_vm_that_does_not_run_there(
    looks, ask, state, words
):
    found = validate([HERE], looks, {}, ("disks", "switches", "vlan"), GROUP)[0]
    assert (found["ask"], found["waiting"], found["state"]) == (ask, bool(ask), state)
    assert found["passed"] is (words is None)
    assert (words or "") in "; ".join(found["problems"])


def test_without_a_word_of_the_vault_all_hosts_are_asked():
    assert validate([ITEM], [], {}, (), GROUP)[0]["ask"] == ["h1", "h2", "h3"]


def test_one_machine_under_two_names_runs_a_vm_once():
    looks: Any = [look("h1", VM, machine="board-1"), look("node1", VM, machine="board-1")]
    assert validate([ITEM], looks, {}, PARTS)[0]["passed"]
    found = validate([ITEM], [look("h1", VM, machine="a"), look("h2", VM, machine="b")], {}, PARTS)[0]
    assert found["problems"] == ["runs on 2 hosts at once: h1, h2"]


def test_a_host_that_answered_under_another_of_its_names_is_not_silent():
    looks: Any = [look("h1.contoso.example"), mute("h1")]
    assert validate([ITEM], looks, {}, ())[0]["state"] == "absent"


@pytest.mark.parametrize(
    "change", [{"network_adapters": [{**ADAPTER, "connected": False}], "ip_addresses": []}, {"disks": []}]
)
def test_what_no_time_mends_is_said_at_once(change):
    assert not result([{**VM, **change}])["waiting"]


def test_an_address_that_is_missing_may_still_come():
    wanted: Any = {"addresses": ["192.0.2.1", "192.0.2.2"]}
    found = result([VM], wanted=wanted, must_match=["addresses"])
    assert found["waiting"] and "(192.0.2.2)" in found["problems"][0]


def test_addresses_that_were_recorded_are_wanted_where_nobody_names_others():
    recorded: Any = [{"vm_id": "ABC", "ip_addresses": ["192.0.2.1", "192.0.2.2", "fe80::1"]}]
    owns: list[tuple[Any, str]] = [({}, "192.0.2.2"), ({"addresses": ["192.0.2.3"]}, "192.0.2.3")]
    for own, lost in owns:
        wanted: Any = with_recorded([ITEM], {"web01": own}, recorded)
        found = validate([ITEM], [look("h1", VM)], wanted, ["addresses"])[0]
        assert f"({lost})" in found["problems"][0]


def test_two_vms_of_one_name_have_wishes_of_their_own_by_id():
    other: Any = {**ITEM, "id": "/vault/other", "vm_id": "DEF"}
    looks: Any = [look("h1", VM, {**VM, "id": "def"})]
    found = validate([ITEM, other], looks, {"/Vault/OTHER": {"vlan": 7}}, ["vlan"])
    assert [one["passed"] for one in found] == [True, False]


def test_a_vm_that_moves_from_node_to_node_is_looked_for_on_all_nodes_until_it_is_seen():
    nodes: Any = [{**look(host), "cluster": "cluster01"} for host in ("h1", "h2")]
    assert validate([ITEM], [*nodes, look("h3")], {}, (), GROUP)[0]["ask"] == ["h1", "h2"]
    arrived = [nodes[0], {**nodes[1], "vms": [VM]}, look("h3")]
    assert validate([ITEM], arrived, {}, (), GROUP)[0]["host"] == "h2"


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (None, []),  # none was asked for
        ({}, ["is not in the baseline, so nobody knows how it was"]),
        ({"abc": VM}, []),
        ({"web01": {**VM, "id": "of the one that was lost"}}, []),
        ({"abc": {**VM, "cpu_count": 4}}, ["is not as in the baseline: cpu_count was 4 and is 2"]),
    ],
)
def test_a_vm_is_compared_with_a_baseline_by_its_id_or_its_name(kept, words):
    wanted = with_recorded([ITEM], {}, [], "", kept)
    (found,) = validate([ITEM], [look("h1", VM)], wanted, ["baseline"])
    assert found["problems"] == words and found["passed"] == (not words) and not found["waiting"]
