# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Before a cutover its hosts are looked at again, and home is home only when vault and host say so."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.looks import held_now, unseen, wellness, whom_to_ask


def item(name, **more) -> Any:
    return {
        "name": name,
        "id": f"/items/{name}",
        "vm_id": f"ID-{name}",
        "phase": "protected",
        "replication_health": "Normal",
        **more,
    }


def host(name, *vms, error="", replication=None):
    there = [
        {"id": f"id-{vm}", "name": vm, "replication": replication or {"state": "Replicating", "health": "Normal"}}
        for vm in vms
    ]
    return {
        "inventory": name.upper(),
        "name": f"{name}.contoso.example",
        **({"error": error} if error else {"vms": there}),
    }


HOSTS = [host("hv01", "app"), host("hv02", "web"), host("hv03", error="no route")]
ASKED = [  # whom it is about, where they come home to; hosts
    (["app"], {}, ["HV01"]),
    (["app", "web"], {}, ["HV01", "HV02"]),
    (["app"], {"/items/app": "HV03"}, ["HV01", "HV03"]),
    (["new"], {"/items/new": "hv02.contoso.example"}, ["HV02"]),
    (["new"], {}, ["HV01", "HV02", "HV03"]),
    ([], {}, []),
]


@pytest.mark.parametrize(("names", "homes", "hosts"), ASKED)
def test_only_the_hosts_that_have_them_or_get_them_are_asked_and_all_for_one_that_nobody_has(names, homes, hosts):
    assert whom_to_ask([item(name) for name in names], HOSTS, homes) == hosts


def test_a_vm_is_seen_by_its_id_and_never_by_its_name():
    assert unseen([item("app"), item("web", vm_id="ID-other"), item("app", vm_id="")], HOSTS) == [
        "web",
        "app",
    ]


def verdict(name, *levels):
    findings = [{"level": level, "message": f"{name} is {level}", "remedy": "Mend it."} for level in levels]
    return {"id": f"/items/{name}", "verdict": max(levels, default="ready"), "findings": findings}


def test_who_is_blocked_right_before_the_cutover_is_held_and_so_is_who_could_not_be_looked_at():
    members = [item("app"), item("web"), item("db")]
    answer: Any = {"verdicts": [verdict("app", "blocked"), {**verdict("web", "warning"), "verdict": "warning"}]}
    answer["verdicts"][0]["verdict"] = "blocked"
    held = held_now(members, answer)
    assert list(held) == ["app", "db"]
    assert held["app"] == "held before its cutover, its Azure VM still runs: app is blocked. Mend it. Run again then"
    assert "could not be looked at once more (the answer does not tell of it)" in held["db"]
    lost = held_now(members, {"msg": "Cannot read the vault."})
    assert set(lost) == {"app", "web", "db"} and "(Cannot read the vault)" in lost["app"]


def rep(state, health="Normal"):
    return [host("hv01", "app", replication={"state": state, "health": health})]


ODD = {**host("hv01", "app")}
ODD["vms"] = [{**ODD["vms"][0], "error": "the object was not found"}]
WELL = [  # what the vault says, what the hosts say; reason, note
    ({}, rep("Replicating"), "", ""),
    ({}, [], "", ""),
    ({}, rep("Suspended", "Warning"), "but hv01.contoso.example says Suspended (Warning). Resume", ""),
    ({}, rep("Disabled", "NotApplicable"), "says Disabled", ""),
    ({}, rep("ResyncSuspended"), "says ResyncSuspended", ""),
    ({}, rep("Replicating", "Critical"), "says Replicating (Critical)", ""),
    ({}, rep("SomeNewWord"), "says SomeNewWord", ""),
    ({}, rep("Replicating", "Warning"), "", "says Replicating (Warning)"),
    ({}, rep("Resynchronizing"), "", "says Resynchronizing (Normal)"),
    ({}, [ODD], "hv01.contoso.example cannot read it: the object was not found", ""),
    (
        {},
        [host("hv02", "web"), host("hv03", error="no route.")],
        "nobody knows what its host says: hv03.contoso.example could not",
        "",
    ),
    ({}, [host("hv02", "web")], "", "none of the hosts that were asked has it"),
    ({"replication_health": "Critical"}, rep("Replicating"), "but the vault calls its health Critical. Resume", ""),
    ({"replication_health": "Critical"}, rep("Suspended"), "says", ""),
    ({"replication_health": "Warning"}, rep("Replicating"), "", ""),
    (
        {
            "replication_health": "Critical",
            "health_errors": [{"message": "no sync.", "level": "Error"}, {"message": "x", "level": "Warning"}],
        },
        [],
        "Critical: no sync. Resume",
        "",
    ),
    ({"phase": "replicating"}, rep("Suspended"), "", ""),
]


@pytest.mark.parametrize(("vault", "hosts", "reason", "note"), WELL)
def test_protected_is_the_word_of_the_vault_its_health_and_what_the_host_says(vault, hosts, reason, note):
    told = wellness([item("app", **vault)], hosts)
    assert reason in told["unwell"].get("app", "") and bool(reason) == bool(told["unwell"])
    assert note in told["notes"].get("app", "") and bool(note) == bool(told["notes"])
