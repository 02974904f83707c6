# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every answer of the simulator, in every state of an estate, is what the OpenAPI document of the service declares."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPECIFICATION = ROOT.parent / "shared" / "asr-spec" / "2018-07-10" / "service.json"
SIMULATOR = ROOT / "extensions" / "simulator"
MISSING = not SPECIFICATION.is_file()
pytestmark = pytest.mark.skipif(MISSING, reason="the service's OpenAPI document is not beside this checkout")
for place in (SIMULATOR, SIMULATOR / "tests"):
    if str(place) not in sys.path:
        sys.path.insert(0, str(place))
simulated = pytest.importorskip("simulated")

DOCUMENT = {} if MISSING else json.loads(SPECIFICATION.read_text(encoding="utf-8"))
DEFINITIONS = DOCUMENT.get("definitions", {})
KINDS: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?")
UNDECLARED = {"TaskDetails"}  # words of a discriminator that were recorded and stand in no description
LISTS = (
    *("replicationFabrics", "replicationRecoveryServicesProviders", "replicationProtectionContainers"),
    *(
        "replicationProtectionContainerMappings",
        "replicationNetworks",
        "replicationProtectedItems",
        "replicationPolicies",
    ),
    *("replicationRecoveryPlans", "replicationJobs"),
)


def named(rule: dict[str, Any]) -> str:
    return str(rule["$ref"]).rpartition("/")[2]


def all_of(name: str, part: str) -> dict[str, Any] | list[str]:
    """Properties or required fields of a definition, with those of what it builds on."""
    own = DEFINITIONS[name]
    bases = [all_of(named(base), part) for base in own.get("allOf", [])]
    if part == "required":
        return [one for found in (*bases, own.get(part, [])) for one in found]
    return {key: rule for found in (*bases, own.get(part, {})) for key, rule in dict(found).items()}


def special(name: str, value: dict[str, Any]) -> tuple[str, str]:
    """The definition that a discriminator names, and what is wrong with its word."""
    field = DEFINITIONS[name].get("discriminator")
    if not field:
        return name, ""
    children = {
        one.get("x-ms-discriminator-value", key): key for key, one in DEFINITIONS.items() if name in parents(key)
    }
    word = value.get(field)
    wrong = "" if word in children or word == name or word in UNDECLARED else f"{field} is {word!r}"
    return children.get(word, name), wrong


def parents(name: str) -> set[str]:
    found = {named(base) for base in DEFINITIONS[name].get("allOf", [])}
    return found.union(*(parents(one) for one in found))


def problems(value: Any, rule: dict[str, Any], path: str = "") -> Iterator[str]:
    """What of a value is not as declared: kinds, words, times, required fields, spelling. Later versions may have more fields."""
    if value is None:
        return
    if "$ref" in rule:
        yield from of_object(value, named(rule), path)
        return
    kind = KINDS.get(rule.get("type", ""))
    if kind and (not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)):
        yield f"{path}: {value!r} is no {rule['type']}"
    elif isinstance(value, list):
        for one in value:
            yield from problems(one, rule.get("items", {}), f"{path}[]")
    elif rule.get("enum") and value not in rule["enum"]:
        yield f"{path}: {value!r} is none of {rule['enum']}"
    elif rule.get("format") == "date-time" and not TIME.fullmatch(value):
        yield f"{path}: {value!r} is no time"


def of_object(value: Any, name: str, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: {value!r} is no {name}"
        return
    name, wrong = special(name, value)
    yield from [f"{path}: {wrong}"] if wrong else []
    known: dict[str, Any] = dict(all_of(name, "properties"))  # type: ignore[arg-type]  # a list is of required ones
    spelled = {key.lower(): key for key in known}
    yield from (f"{path}.{key} is missing" for key in all_of(name, "required") if key not in value)
    for key, one in value.items():
        if key in known:
            yield from problems(one, known[key], f"{path}.{key}")
        elif key.lower() in spelled:
            yield f"{path}.{key} is spelled {spelled[key.lower()]}"


def declared(method: str, path: str) -> dict[str, Any] | None:
    """What is declared of a path: by status, or None where it is not in the document."""
    for pattern, methods in DOCUMENT["paths"].items():
        found = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(pattern))
        if method.lower() in methods and re.fullmatch(found, path, re.IGNORECASE):
            return dict(methods[method.lower()]["responses"])
    return None


class Strict(simulated.Client):  # type: ignore[misc,name-defined]
    """A client that notes every answer which is not as declared."""

    wrong: set[str]
    seen: set[str]

    def send(self, method: str, path: str, body: Any = None, query: str = "", api: str | None = None) -> Any:
        status, headers, found = super().send(method, path, body, query, api)
        whole = path if path.lower().startswith("/subscriptions") else self.vault + path
        known = declared(method, whole) if status < 400 else None
        if known:
            kind = f"{method} {re.sub('/[0-9a-f-]{30,}', '', whole.partition('/vaults/')[2])}"
            self.seen.add(kind)
            schema = known.get(str(status), {}).get("schema", {})
            lines = problems(json.loads(json.dumps(found)), schema) if str(status) in known else [f": status {status}"]
            self.wrong |= {kind + line for line in lines}
        return status, headers, found


def estate() -> Strict:
    """An item in every state, odd ones among them, on a Hyper-V site and on VMM."""
    from asr_simulator.estate.states import STATES
    from asr_simulator.jobs.under_way import UNDER_WAY

    vms = [
        {"name": state, "host": "hv01", "state": state, "managed_disks": bool(number % 2)}
        for number, state in enumerate([*STATES, *UNDER_WAY])
    ]
    odd = [
        {"name": "bare", "host": "hv01", "switches": []},
        {"name": "wide", "host": "hv01", "disks_gb": [1] * 64, "switches": ["external"] * 8},
        {"name": "ill", "host": "hv01", "state": "protected", "replication_health": "Critical",
         "health_errors": [{"code": "1", "inner": [{"code": "2"}]}]},
        {"name": "vmm", "host": "hv11", "state": "protected"},
    ]  # fmt: skip
    actions = [
        {"name": "m", "kind": "manual", "group": 1},
        {"name": "s", "kind": "script", "group": 1, "script": "x.ps1"},
        {"name": "r", "kind": "runbook", "group": "Shutdown", "when": "after", "runbook": "/r"},
    ]
    sites = [
        {"name": "site1", "hosts": [{"name": "hv01", "twins": [{}], "health_errors": [{"code": "9"}]}]},
        {
            "name": "vmm1",
            "kind": "VMM",
            "hosts": [{"name": "hv11"}],
            "networks": [{"name": "n", "type": "VLANNetwork"}],
        },
    ]
    plans = [
        {"name": "there", "groups": [{"vms": ["protected"]}], "actions": actions},
        {"name": "home", "groups": [{"vms": ["failed_over", "bare"]}, {"vms": ["wide"]}]},
    ]
    scenario = simulated.complete(simulated.small(vms=[*vms, *odd], plans=plans, sites=sites))
    client = Strict(simulated.Simulation(scenario, simulated.stopped()), "2018-07-10")
    client.wrong, client.seen = set(), set()
    return client


def read_all(client: Strict) -> None:
    """Every list, and every object of each by itself."""
    places = [f"/{name}" for name in LISTS]
    for container in client.get("/replicationProtectionContainers")["value"]:
        places += [f"{container['id']}/{name}" for name in ("replicationProtectableItems", "replicationProtectedItems")]
    for item in client.get("/replicationProtectedItems")["value"]:
        places.append(item["id"] + "/recoveryPoints")
    for one in places:
        for found in client.get(one)["value"]:
            client.get(found["id"])
    client.get("/replicationVaultHealth")


def test_every_answer_from_the_start_to_the_end_of_all_jobs_is_as_declared():
    client = estate()
    read_all(client)
    client.fail_back("unplanned_failed_over")
    direction = {"failoverDirection": "PrimaryToRecovery"}
    details = [{**simulated.FAILBACK, "dataSyncOption": "ForDownTime"}]
    home = {"failoverDirection": "RecoveryToPrimary", "providerSpecificDetails": details}
    for where, body in (
        (client.id_of("failed_back") + "/reProtect", simulated.REPROTECT["properties"]),
        (client.id_of("failed_back_uncommitted") + "/failoverCommit", None),
        (client.id_of("first_recovery_point") + "/remove", {}),
        (client.id_of("ill") + "/repairReplication", None),
        ("/replicationRecoveryPlans/there/testFailover", {**direction, "networkType": "VmNetworkAsInput"}),
        ("/replicationRecoveryPlans/home/plannedFailover", home),
        ("/replicationVaultHealth/default/refresh", None),
    ):
        client.post(where, body if body is None else {"properties": body})
    assert client.send("DELETE", client.id_of("initial_replication"))[0] == 202
    for seconds in (1, 20, 300, 9000):
        client.wait(seconds)
        read_all(client)
    for job in client.get("/replicationJobs")["value"]:
        if "Resume" in job["properties"]["allowedActions"]:
            client.post(job["id"] + "/resume", {"properties": {}})
    client.wait(9000)
    read_all(client)
    assert client.wrong == set()
    assert len(client.seen) > 20, client.seen


METHODS = ("GET", "PUT", "PATCH", "DELETE", "POST")


def test_only_what_the_document_lacks_is_a_method_that_is_not_allowed():
    client = estate()
    ids = [f"/{name}" for name in LISTS]
    for name in LISTS:
        ids += [one["id"] for one in client.get(f"/{name}")["value"][:1]]
    wholes = [one if one.lower().startswith("/subscriptions") else client.vault + one for one in ids]
    for whole in wholes:
        told = {method for method in METHODS if client.send(method, whole, {"properties": {}})[0] == 405}
        assert told == {method for method in METHODS if declared(method, whole) is None}, whole
