# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role failback makes of answers before its run and after it, and in whose words it tells them."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry
from ansible_collections.asr.hyperv.plugins.plugin_utils._night import surroundings
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.closing import Closing
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.earlier import last_report, relied_on
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.entering import asks_preflight, enter, preflight_options
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.opening import Opening, begun
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.surroundings import Failed
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.books import USUAL, book
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.nights import item, on_host
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import part

CANNOT = {"msg": "orchestration: native is not possible", "code": "OrchestrationNotPossible"}
NOW = "2026-11-28T22:00:00+00:00"


class Around(surroundings.Around):
    """In place of Ansible: answers of modules by their name, variables by theirs, and what was said."""

    def __init__(self, answers=None, **variables):
        self.answers, self.variables, self.said = answers or {}, variables, []
        action: Any = SimpleNamespace(_task=SimpleNamespace(check_mode=False))
        self.action = action

    def say(self, lines):
        self.said += lines

    def ask_one(self, name, options, only_ask=True):
        return self.answers[name].pop(0)

    def variable(self, name):
        return self.variables[name]

    def value(self, role, option):
        return self.variables.get(f"{role}_{option}", "blocked")


def test_what_a_module_says_is_told_with_the_names_of_the_role():
    with pytest.raises(Failed, match=r"^failback_orchestration: native is not possible$"):
        Opening(Around(), book("a")).take_choice(CANNOT)
    with pytest.raises(Failed, match="without failback_dependencies and failback_canary"):
        Opening(Around(), book("a", canary=["a"])).take_choice(CANNOT)
    around = Around()
    Opening(around, book("a")).take_choice({"msg": "anything else"})
    assert around.said == [], "the preflight tells it in full"
    with pytest.raises(Failed, match="anything else"):
        Opening(around, book("a", preflight=False)).take_choice({"msg": "anything else"})


def test_names_may_be_given_as_a_text_with_commas():
    given = Around(failback_accept_missing="a, b", failback_optional="c,d", failback_domain_controllers=["dc"])
    given.value = lambda role, option: given.variables.get(f"{role}_{option}", USUAL[f"{role}_{option}"])
    told = begun(given)
    assert [told[f"failback_{name}"] for name in ("accept_missing", "optional", "domain_controllers")] == [
        ["a", "b"],
        ["c", "d"],
        ["dc"],
    ]
    assert told["failback_accept_changed_azure_vm"] == []


def test_a_plan_that_goes_by_its_own_operations_is_one_wave():
    around, told = Around(), book("a", "b")
    chosen = {"chosen": "native", "reason": "the plan has manual actions"}
    Opening(around, told).take_choice({"protected_items": [], "orchestration": chosen, "left_in_azure": []})
    assert told["native"] and told["waves"] == [told["items"]]
    assert around.said == ["plan1 goes native: the plan has manual actions."]


def verdict(name, word, phase="failed_over"):
    finding = {"level": "blocked", "message": f"{name} has no host", "remedy": "Name one.", "check": "x"}
    told = {"name": name, "id": f"/{name}", "phase": phase, "verdict": word, "host": "hv01", "estimate": {}}
    return {**told, "findings": [finding] if word == "blocked" else []}


def after_preflight(*verdicts):
    answer = {"verdicts": list(verdicts), "findings": [], "verdict": "x", "counts": {}, "fingerprint": "f", "saw": {}}
    facts = {"__preflight_facts": [{"inventory": "hv01", "name": "hv01", "vms": []}], "__preflight_taken": NOW}
    return Around(__preflight_answer=answer, preflight_verdicts=list(verdicts), **facts)


def test_who_is_blocked_is_left_out_and_nobody_goes_when_nobody_is_left():
    told, around = book("a", "b", hosts=["hv01"]), after_preflight(verdict("a", "blocked"), verdict("b", "ready"))
    enter(around, told)
    assert told["blocked"] == {"a": "a has no host. Name one."} and told["homes"] == {"/a": "hv01", "/b": "hv01"}
    assert around.said == ["a is left out: a has no host. Name one."]
    with pytest.raises(Failed, match="Nobody is left to go"):
        enter(after_preflight(verdict("a", "blocked")), book("a"))


def test_who_stands_at_the_gate_is_looked_at_again_and_not_left_out():
    told, around = book("a", hosts=["hv01"]), after_preflight(verdict("a", "blocked", "synchronized"))
    enter(around, told)
    assert (told["blocked"], list(told["suspects"])) == ({}, ["a"])
    assert around.said[0].startswith("a waits at the gate, and would not be cut over now: ")


LOCKED = {"level": "warning", "message": "a lock", "remedy": "Take it away.", "check": "azure_lock"}
CHECKS = [
    ({}, []),
    ({"gate": "now"}, ["a"]),
    ({"gate": "now", "detach": True}, []),
]  # options; who would not get through


@pytest.mark.parametrize(("options", "left"), CHECKS)
def test_a_check_ends_with_those_whose_commit_would_fail_where_the_run_goes_so_far(options, left):
    warned = {**verdict("a", "warning"), "findings": [LOCKED]}
    told = book("a", checks=True, **options)
    enter(after_preflight(warned), told)
    assert list(told["suspects"]) == left
    until = preflight_options(Around(), told)["preflight_until"]
    assert until == ("protected" if left else "synchronized")
    running = book("a", **options)
    enter(after_preflight(warned), running)
    assert running["suspects"] == {}, "a run goes on to its commit"


@pytest.mark.parametrize(("asked", "given"), [("blocked", "never"), ("warning", "warning"), ("never", "never")])
def test_the_role_decides_itself_about_those_that_are_blocked(asked, given):
    told = book("a", hosts=["hv01"])
    options = preflight_options(Around(preflight_stop_on=asked), told)
    assert (options["preflight_stop_on"], options["needs_hosts"]) == (given, True)
    assert asks_preflight(told) and not asks_preflight(book(item("a", phase="protected")))


def test_a_report_that_others_can_write_or_that_is_none_is_not_relied_on(tmp_path):
    place, path = tmp_path / "last.json", str(tmp_path / "last")
    assert last_report("", "plan1") == last_report(path, "plan1") == {}
    place.write_text(json.dumps({"vms": [], "recovery_plan": "plan1"}), encoding="utf-8")
    assert last_report(path, "plan1")["vms"] == []
    place.chmod(0o666)
    with pytest.raises(Failed, match="others may write to it"):
        last_report(path, "plan1")
    place.chmod(0o600)
    place.write_text("[]", encoding="utf-8")
    assert last_report(path, "plan1") == {}
    for text in ("", '{"vms": 3}', "\x00"):
        place.write_text(text, encoding="utf-8")
        with pytest.raises(Failed, match="is no report of this role that can be read"):
            last_report(path, "plan1")


def test_a_preflight_that_is_relied_on_has_to_be_there():
    assert relied_on(book("a"), NOW) == {}
    with pytest.raises(Failed, match="needs a preflight of before"):
        relied_on(book("a", preflight_max_age=60), NOW)
    with pytest.raises(Failed, match="it is no report of a preflight"):
        relied_on(book("a", preflight_report="/nowhere"), NOW)


def looking(*rounds):
    """Looks, one after the other; each tells by host what it has, or why nothing."""
    asked, left = [], list(rounds)

    def look_at(hosts, _ids, _details):
        asked.append(list(hosts))
        told = left.pop(0)
        return [{"inventory": host, "name": host, **told.get(host, {"vms": []})} for host in hosts]

    return SimpleNamespace(look_at=look_at, asked=asked)


REPLICATES = {"replication": {"state": "Replicating", "health": "Normal"}}
SILENT = {"error": "no answer", "reached": False}


def test_home_is_home_when_its_host_says_so_and_a_silent_host_is_asked_again():
    home = item("a", phase="protected")
    host = looking({"hv01": SILENT, "hv02": {"vms": []}}, {"hv01": {"vms": [{**on_host(home), **REPLICATES}]}})
    told = book(home, hosts=["hv01", "hv02"], poll_interval=0)
    Closing(Around(), host, told).see_whether_home_is_home(told["items"])
    assert host.asked == [["hv01", "hv02"], ["hv01"]] and told["wellness"] == {"unwell": {}, "notes": {}}
    host, around = looking(*[{"hv01": SILENT}] * 3), Around()
    told = book(home, hosts=["hv01"], poll_interval=0)
    Closing(around, host, told).see_whether_home_is_home(told["items"])
    assert "nobody knows what its host says" in told["wellness"]["unwell"]["a"] and len(around.said) == 1


def test_whoever_left_the_plan_while_it_ran_is_noted():
    there, gone = (part(ItemEntry, **{**item(name), "azure_vm_id": ""}) for name in "ab")
    around = Around({"protected_item_info": [{"protected_items": [there]}, {"protected_items": [there]}]})
    told = book(there, gone)
    assert Closing(around, looking(), told).see_who_left() == [there]
    assert [one["name"] for one in told["missed"]] == ["b"]
    whole = Around({"protected_item_info": [{"protected_items": [there, gone]}]})
    told = book(there, gone)
    Closing(whole, looking(), told).see_who_left()
    assert told["missed"] == []


def cluster(*answers):
    """Hosts that are nodes, and what cluster_vm answers there."""
    ran: list[Any] = []
    left = list(answers)
    return SimpleNamespace(
        ran=ran, run=lambda host, module, options: ran.append((host, module, options)) or left.pop(0)
    )


def test_a_vm_that_came_to_a_cluster_is_made_a_role_of_it_and_what_is_left_to_do_is_said():
    home = item("a", phase="protected")
    node = {"inventory": "hv01", "name": "hv01.x", "cluster": "clu", "vms": [{**on_host(home), "clustered": False}]}
    for answer, role, said in (
        ({"vm": {}, "changed": True}, True, "a is a role of the cluster clu from now on"),
        (
            {"vm": {}, "failed": True, "msg": "its disks are not shared."},
            True,
            "WARNING: a runs on hv01.x and is no role of the cluster clu: its disks are not shared. Run",
        ),
        ({"msg": "no right"}, True, "WARNING: a runs on hv01.x and is no role of the cluster clu: no right. Run"),
        ({}, False, "WARNING: a runs on hv01.x and is no role of the cluster clu: failback_cluster_role is false. Run"),
    ):
        hosts, around = cluster(answer), Around()
        closing = Closing(around, hosts, book(home, alternate_host="hv01", cluster_role=role))
        closing.make_roles([home], [node])
        assert around.said[0].startswith(said) and closing.changed == ("changed" in answer)
        assert hosts.ran == ([("hv01", "cluster_vm", {"id": home["vm_id"]})] if role else [])
    closing.make_roles([home], [{**node, "vms": [{**on_host(home), "clustered": True}]}])
    assert len(around.said) == 1
