# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scenario files: the shipped ones, and clear words about wrong ones."""

from __future__ import annotations

import pytest

from asr_simulator.estate.states import STATES
from asr_simulator.scenario.load import ScenarioError, complete, load

from .simulated import SCENARIOS, client_of, small


@pytest.mark.parametrize("file", sorted(SCENARIOS.glob("*.yml")), ids=lambda file: file.name)
def test_shipped_scenarios_are_good(file):
    assert load(file)["vms"]


def test_the_rehearsal_is_what_the_guide_says():
    scenario = load(SCENARIOS / "rehearsal.yml")
    plan = scenario["plans"][0]
    assert (plan["name"], [len(group["vms"]) for group in plan["groups"]]) == ("production", [4, 4, 4])
    assert [host["provider"] for host in scenario["sites"][0]["hosts"]] == ["registered", "registered", "absent"]
    assert [vm["name"] for vm in scenario["vms"] if vm["days_in_azure"] >= 30] == ["sql02"]
    assert [vm["name"] for vm in scenario["vms"] if vm["on_premises"] == "deleted"] == ["web04"]
    assert {vm["state"] for vm in scenario["vms"]} == {"failed_over"}


@pytest.mark.parametrize(
    "change, words",
    [
        ({"vm": {"state": "lost"}}, ["vms.0.state", "'lost'", "failed_over"]),
        ({"vm": {"disks_gb": [0]}}, ["vms.0.disks_gb.0", "0", "more than 0"]),
        ({"vm": {"colour": "red"}}, ["vms.0", "colour", "known keys", "changed_gb"]),
        ({"vm": {"host": "hv99"}}, ["vms.vm1.host", "'hv99'", "hv01, hv02"]),
        ({"vm": {"azure_name": "no good"}}, ["vms.0.azure_name", "'no good'"]),
        ({"vm": {"power": "asleep"}}, ["vms.0.power", "'asleep'", "paused"]),
        ({"vm": {"azure": {"power": "asleep"}}}, ["vms.0.azure.power", "deallocated"]),
        ({"vm": {"on_premises": "deleted", "state": "protected"}}, ["vms.vm1.on_premises", "'deleted'"]),
        ({"speed": -3}, ["speed", "-3", "at least 0"]),
        ({"vms": [{"name": "vm1", "host": "hv01"}]}, ["vm1", "twice"]),
        ({"plans": [{"name": "p", "groups": [{"vms": ["vm7"]}]}]}, ["plans.p", "vm7"]),
        ({"plans": [{"name": "p", "groups": []}]}, ["plans.0.groups", "[]"]),
        ({"faults": [{"kind": "flood"}]}, ["faults.0.kind", "'flood'", "throttle"]),
    ],
)
def test_errors_name_place_value_and_what_is_allowed(change, words):
    with pytest.raises(ScenarioError) as caught:
        complete(small(**change), "mine.yml")
    for word in ["mine.yml", *words]:
        assert word in str(caught.value)


def test_a_scenario_is_data_and_runs_nothing(tmp_path):
    mark = tmp_path / "MARK"
    (tmp_path / "bad.yml").write_text(f"seed: !!python/object/apply:os.mkdir ['{mark}']\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="is not YAML"):
        load(tmp_path / "bad.yml")
    assert not mark.exists()


def test_missing_and_broken_files_are_named(tmp_path):
    with pytest.raises(ScenarioError, match=r"nowhere\.yml"):
        load(tmp_path / "nowhere.yml")
    (tmp_path / "broken.yml").write_text("a: [", encoding="utf-8")
    with pytest.raises(ScenarioError, match="not YAML"):
        load(tmp_path / "broken.yml")
    (tmp_path / "empty.yml").write_text("", encoding="utf-8")
    with pytest.raises(ScenarioError, match="None"):
        load(tmp_path / "empty.yml")


@pytest.mark.parametrize("state", STATES)
def test_a_vm_can_start_in_every_state(state):
    client = client_of(small(vm={"state": state}))
    assert client.item("vm1")["protectionState"] == STATES[state].protection
    at_home = STATES[state].active == "Primary"
    assert client.fact("vm1")["on_premises_power"] == ("running" if at_home else "off")


def test_display_names_need_not_be_unique():
    client = client_of(small(vm={"display_name": "db"}, vms=[{"name": "vm2", "host": "hv01", "display_name": "db"}]))
    names = [body["properties"]["friendlyName"] for body in client.get("/replicationProtectedItems")["value"]]
    assert names == ["db", "db"]


def test_the_same_seed_gives_the_same_ids():
    one, two, other = (client_of(small(seed=seed)) for seed in (3, 3, 4))
    assert one.id_of("vm1") == two.id_of("vm1") != other.id_of("vm1")
    assert one.fail_back("vm1")["Location"] == two.fail_back("vm1")["Location"]


def test_a_vmm_server_is_a_fabric_with_a_hash_for_a_name():
    sites = [{"name": "vmm01.contoso.example", "kind": "VMM", "cloud": "gold", "hosts": [{"name": "hv01"}]}]
    client = client_of(small(sites=sites))
    fabric = client.get("/replicationFabrics")["value"][0]
    assert len(fabric["name"]) == 64
    assert fabric["properties"]["friendlyName"] == "vmm01.contoso.example"
    client.fail_back("vm1", "ForSynchronization", recoveryVmCreationOption="CreateVmIfNotFound")
    client.wait(7200)
    assert client.item("vm1")["protectionState"] == "FinalizeRestorePending"
