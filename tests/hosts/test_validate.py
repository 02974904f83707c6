# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role `validate` against simulated hosts and their vault."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

OWN = Path(__file__).resolve().parent / "tasks" / "own_check.yml"


def validated(hosts, good, *names, cwd=None, playbook="validate.yml", **options):
    """What the role printed, and its report by name."""
    items = [{"name": name, "id": name} for name in names]  # the vault knows its items by name, too
    report = hosts.folder / "report.json"
    report.unlink(missing_ok=True)
    extra = json.dumps(
        {"validate_report": str(report.with_suffix("")), "validate_timeout": 1, "validate_items": items, **options}
    )
    printed = hosts.play(playbook, "-e", extra, good=good, cwd=cwd)
    return printed, {one["name"]: one for one in json.loads(report.read_text(encoding="utf-8"))}


class Healthy(BaseHTTPRequestHandler):
    """Answers /health and nothing else."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Nothing."""


@pytest.fixture
def port():
    """That of a healthy web server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Healthy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_vms_at_home_pass_with_their_evidence_and_nothing_changes(hosts, port):
    own = {
        "address": "127.0.0.1",
        "tcp_ports": [port],
        "http": [{"path": "/health", "port": port}],
        "wait_for_connection": True,
    }
    place = hosts.folder / "inventory.json"
    known = json.loads(place.read_text(encoding="utf-8"))  # a variable that only the VM's own variables make
    known["all"]["hosts"]["web01"] |= {"users": {"web01": "anna"}, "ansible_user": "{{ users[inventory_hostname] }}"}
    place.write_text(json.dumps(known), encoding="utf-8")
    printed, found = validated(hosts, True, "web01", validate_tasks=str(OWN), validate_vms={"web01": own})
    assert "1 of 1 VMs run on-premises as they should" in printed
    assert "changed=0" in printed
    assert (found["web01"]["host"], found["web01"]["heartbeat"]) == ("old01", "OkApplicationsHealthy")


def test_own_tasks_are_found_from_where_ansible_was_started(hosts):
    printed, found = validated(hosts, True, "web01", validate_tasks="tasks/own_check.yml", cwd=OWN.parents[1])
    assert found["web01"]["passed"] and "Nobody is called app01" in printed


def test_own_tasks_that_cannot_be_loaded_are_told_before_anything_is_looked_at(hosts):
    broken = hosts.folder / "unknown_keyword.yml"
    broken.write_text("- include_tasks: /nowhere.yml\n", encoding="utf-8")
    wishes = {"validate_items": [], "validate_tasks": str(broken)}
    printed = hosts.play("validate.yml", "-e", json.dumps(wishes), good=False)
    assert "/nowhere.yml" in printed and "Read what the vault recorded" not in printed


def test_an_answer_that_is_not_the_wanted_one_does_not_pass(hosts, port):
    own = {"address": "127.0.0.1", "http": [{"path": "/other", "port": port}]}
    _printed, found = validated(hosts, False, "web01", validate_vms={"web01": own})
    assert "Status code was 404 and not [200]" in found["web01"]["problems"][0]


def test_nothing_to_validate_is_nothing_and_not_the_whole_vault(hosts):
    printed, found = validated(hosts, True)
    assert found == {} and "0 of 0 VMs" in printed


def test_each_vm_that_does_not_pass_is_named_with_its_reason(hosts):
    own = {"web01": {"address": "127.0.0.1", "tcp_ports": [1]}}
    printed, found = validated(hosts, False, "web01", "app01", validate_vms=own)
    assert "2 of 2 VMs have not passed." in printed
    assert "is stopped, not started. To start it: asr.hyperv.vm_power on old01" in found["app01"]["problems"][0]
    assert "does not answer at 127.0.0.1, port 1" in found["web01"]["problems"][0]
    assert "rescued=1" in printed


def test_a_host_that_is_off_only_matters_for_its_vms_and_the_fact_alone_may_tell(hosts):
    hosts.control("hosts", {"name": "old01", "online": False})
    _printed, found = validated(hosts, True, "web01", validate_stop=False)
    assert not found["web01"]["passed"]
    assert found["web01"]["state"] == "unknown" and "absent" not in str(found["web01"]["problems"])
    assert "is on none of the hosts that answered (" in found["web01"]["problems"][0]
    assert "old01 could not be asked" in found["web01"]["problems"][0]


def test_hosts_that_nobody_needs_are_not_asked_and_do_not_end_a_play_that_any_error_would_end(hosts):
    for name in ("new01", "spare01"):
        hosts.control("hosts", {"name": name, "online": False})
    printed, found = validated(hosts, True, "web01", playbook="validate_all_or_nothing.yml")
    assert found["web01"]["passed"]
    assert "UNREACHABLE" not in printed
    assert "Look for the VMs on spare01" not in printed


def test_a_vm_that_is_not_on_its_host_is_looked_for_on_the_others_and_silent_ones_do_not_end_the_play(hosts):
    hosts.control("hosts", {"name": "new01", "online": False})
    hosts.control("vms", {"name": "web01", "host": "spare01"})
    options = {"validate_must_match": [], "validate_vms": {"web01": {"guest_services": False}}}
    _printed, found = validated(hosts, True, "web01", playbook="validate_all_or_nothing.yml", **options)
    assert found["web01"]["host"] == "spare01"


def test_what_ansible_logs_in_to_has_to_be_the_vm(hosts):
    _printed, found = validated(hosts, False, "web01", validate_wait_for_connection=True)
    assert "is 127.0.0.1 in the inventory, and the VM tells 192.0.2." in found["web01"]["problems"][0]


def test_an_address_that_was_lost_since_is_told_and_fails_on_request(hosts):
    before = hosts.folder / "before.json"
    _printed, found = validated(hosts, True, "web01")
    told = {**found["web01"], "ip_addresses": [*found["web01"]["ip_addresses"], "198.51.100.7"]}
    before.write_text(json.dumps([told]), encoding="utf-8")
    printed, found = validated(hosts, True, "web01", validate_recorded=str(before.with_suffix("")))
    assert "different: lacks addresses that were recorded (198.51.100.7)" in printed
    options = {"validate_recorded": str(before.with_suffix("")), "validate_must_match": ["addresses"]}
    _printed, found = validated(hosts, False, "web01", **options)
    assert "198.51.100.7" in found["web01"]["problems"][0]


def test_a_vm_that_is_plugged_into_nothing_is_told_at_once_with_the_command(hosts):
    hosts.control("vms", {"name": "web01", "plugged": None})
    printed, found = validated(hosts, False, "web01", validate_timeout=50)
    command = "Connect-VMNetworkAdapter -VMName 'web01' -SwitchName 'vSwitch-Production'"
    assert command in found["web01"]["problems"][-1]
    assert re.search(r"Wait before the next look\] \*+\nskipping", printed)


def plugged(hosts):
    """Where the adapters of web01 are plugged in on old01, as vm_network_adapter was told."""
    told = [call for call in hosts.calls() if call["module"].endswith("vm_network_adapter") and not call["check"]]
    return [(call["args"]["virtual_switch"], call["args"].get("vlan"), call["changed"]) for call in told]


def test_a_vm_waits_on_a_switch_that_leads_nowhere_is_looked_at_there_and_plugged_in_afterwards(hosts):
    given = {"validate_items": [{"name": "web01", "id": "web01"}], "validate_timeout": 1}
    place = hosts.folder / "inventory.json"
    mapped = json.loads(place.read_text(encoding="utf-8"))
    try:
        isolated = {**given, "validate_isolated_switch": "Isolated", "switches": ["Isolated", "Team"]}
        for does in (["isolate"], ["main"], ["plug_in"]):
            hosts.play("plug.yml", "-e", json.dumps({**isolated, "does": does}))
        assert plugged(hosts) == [("Isolated", None, True), ("vSwitch-Production", None, True)]
        for one in all_named(mapped, "old01"):
            one["asr_switch_map"] = {"vSwitch-Production": {"switch": "Team", "vlan": 20}}
        place.write_text(json.dumps(mapped), encoding="utf-8")
        printed = hosts.play("plug.yml", "-e", json.dumps({**given, "does": ["main"]}), good=False)
        assert "is not plugged into Team as the vault recorded" in " ".join(printed.split())
        hosts.play("plug.yml", "-e", json.dumps({**given, "does": ["plug_in", "main"]}))
        assert plugged(hosts)[2:] == [("Team", 20, True)]
    finally:
        hosts.inventory()


def all_named(tree, name):
    """All entries of a host in an inventory."""
    for key, value in tree.items() if isinstance(tree, dict) else ():
        if key == name and isinstance(value, dict):
            yield value
        yield from all_named(value, name)
