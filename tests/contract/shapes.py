# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the shapes of recorded traffic: what keys and types the service's documents have, and nothing of whose they were.

    shapes.py RECORDINGS [SPECIFICATION]

RECORDINGS is a folder of JSON files, each a list of exchanges (method, uri, request, status, headers, response);
SPECIFICATION a folder with the OpenAPI document of the service. Writes `shapes.json` and `declared.json` beside this file,
always the same for the same input. In a shape each value is replaced by a stand-in of its type, but for the words that the
contract is about (`WORDS`) and for forms that a reader has to cope with: the years 1 and 1753 stay, with or without a zone,
and an id keeps the kinds of things it names. Guids are numbered within one shape, so equal ones stay equal.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
WORDS = re.compile(  # keys whose values are the service's own words
    "activeLocation|allowedActions|allowedOperations|code|dataSyncOption|errorLevel|fabricType|failoverDirection"
    "|failoverHealth|groupType|instanceType|primaryFabricProvider|primaryFabricProviderId|protectionState"
    "|protectionStatus|recoveryVmCreationOption|replicationHealth|replicationProviders|scenarioName"
    "|sourceSiteOperations|state|stateDescription|status|targetInstanceType|taskType|testFailoverState"
    "|useManagedDisks|vhdType",
    re.I,
)
CONTENTS = {"tags"}  # a map whose keys are the user's
KEPT_HEADERS = {"azure-asyncoperation", "location", "retry-after", "x-ms-request-id"}
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
WORD = re.compile(r"[A-Za-z0-9 -]{0,60}")
TIME = re.compile(r"(\d{4})-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z?)")
NEVER = {"0001", "1753"}  # years by which the service says that something has not happened
KINDS = re.compile(
    r"subscriptions|resourceGroups|providers|Microsoft\.\w+|vaults|replication\w+|operationresults|recoveryPoints", re.I
)
VERB = re.compile(r"plannedFailover|unplannedFailover|testFailover(?:Cleanup)?|failoverCommit|reProtect|remove", re.I)
OTHERS = ("HyperVReplica2012R2", "InMage", "A2A")  # replication without Azure or without Hyper-V
REPLICATION = re.compile(r"/vaults(?:$|/[^/]+/replication)", re.I)
NUMBER = "1"  # one that comes as text
MOVES = re.compile(r"/replicationProtectedItems/[^/]+/\w+|/replicationRecoveryPlans/", re.I)
DEFINITIONS = (
    *("ReplicationProtectedItem", "HyperVReplicaAzureReplicationDetails", "RecoveryServicesProvider", "Fabric"),
    *("ProtectionContainer", "ProtectionContainerMapping", "Policy", "Network", "RecoveryPlan", "Job"),
)


class Emptied:
    """One document without whose it was. Guids keep the order in which they first appear."""

    def __init__(self) -> None:
        self.guids: dict[str, str] = {}

    def value(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {one: self.value(inner, one) for one, inner in value.items() if key.lower() not in CONTENTS}
        if isinstance(value, list):
            return unlike([self.value(one, key) for one in value])
        if isinstance(value, str):
            return value if WORDS.fullmatch(key) and WORD.fullmatch(value) else self.text(value)
        return 1 if type(value) in {int, float} else value

    def text(self, text: str) -> str:
        time = TIME.fullmatch(text)
        if time:
            year, zone = time.groups()
            return text if year in NEVER else f"2000-01-01T00:00:00.0000000{zone}"
        if GUID.fullmatch(text):
            return self.guids.setdefault(text.lower(), f"00000000-0000-0000-0000-{len(self.guids) + 1:012d}")
        if text.lower().startswith(("/subscriptions/", "https://management.")):
            return ", ".join(self.address(one.strip()) for one in text.split(","))
        return (NUMBER if text.isdecimal() else "text") if text else ""

    def address(self, text: str) -> str:
        """An ARM id or URL of which only the kinds, the verb, guids by their number and the version are left."""
        path, _mark, query = re.sub(r"^https://[^/]+", "", text).partition("?")
        host = "https://management.azure.com" if text.startswith("https:") else ""
        version = re.search(r"api-version=[\d-]+", query)
        parts = [self.part(one) for one in path.split("/")]
        return host + "/".join(parts) + (f"?{version[0]}" if version else "")

    def part(self, part: str) -> str:
        if not part or KINDS.fullmatch(part) or VERB.fullmatch(part):
            return part
        return self.text(part) if GUID.fullmatch(part) else "name"


def unlike(values: list[Any]) -> list[Any]:
    """Each shape once, in the order of appearance."""
    return [json.loads(one) for one in dict.fromkeys(json.dumps(value) for value in values)]


def exchanges(folder: Path) -> list[dict[str, Any]]:
    """What went to and came from the service itself, of all sessions."""
    sessions = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    return [one for session in sessions for one in session if REPLICATION.search(one["uri"].partition("?")[0])]


def answered(exchange: dict[str, Any]) -> list[dict[str, Any]]:
    """The objects of an answer: what they are, whether they were listed, by which version."""
    if exchange["status"] != 200 or not exchange["response"]:
        return []
    path, _mark, query = exchange["uri"].partition("?")
    kinds = [part for part in path.split("/") if part == "vaults" or part.startswith("replication")]
    listed, api = path.endswith(kinds[-1]), re.search(r"api-version=([\d-]+)", query)
    head = {"kind": kinds[-1], "listed": listed, "api": api[1] if api else ""}
    objects = exchange["response"].get("value", [exchange["response"]])
    return [{**head, "body": Emptied().value(one)} for one in objects if not of_others(one)]


def of_others(body: dict[str, Any]) -> bool:
    details = (body.get("properties") or {}).get("providerSpecificDetails")
    return isinstance(details, dict) and str(details.get("instanceType")).startswith(OTHERS)


def asked(exchange: dict[str, Any]) -> dict[str, Any]:
    """A call that changes something, and the answer's headers that lead on."""
    emptied = Emptied()
    headers = {
        name: emptied.text(value[0] if isinstance(value, list) else value)
        for name, value in sorted(exchange["headers"].items())
        if name.lower() in KEPT_HEADERS
    }
    call = {"method": exchange["method"], "url": emptied.address(exchange["uri"]), "status": exchange["status"]}
    return {**call, "request": emptied.value(exchange["request"]), "headers": headers}


def declared(definitions: dict[str, Any]) -> dict[str, Any]:
    """The definitions that `DEFINITIONS` lead to: type of each property, and what they build on."""
    found: dict[str, Any] = {}
    waiting = list(DEFINITIONS)
    while waiting:
        name = waiting.pop(0)
        if name in found:
            continue
        own = definitions[name]
        properties = {
            key: {part: rule[part] for part in ("type", "$ref", "items") if part in rule}
            for key, rule in own.get("properties", {}).items()
        }
        for rule in properties.values():
            if "items" in rule:
                rule["items"] = {part: rule["items"][part] for part in ("type", "$ref") if part in rule["items"]}
        found[name] = {"allOf": own.get("allOf", []), "properties": properties}
        waiting += re.findall(r'"#/definitions/(\w+)"', json.dumps(found[name]))
    return found


def made(recordings: Path, specification: Path | None = None) -> dict[str, str]:
    """The text of each file, by its name."""
    traffic = exchanges(recordings)
    found: dict[str, dict[str, list[Any]]] = {
        "shapes.json": {
            "answers": unlike([one for exchange in traffic for one in answered(exchange)]),
            "calls": unlike([asked(one) for one in traffic if one["method"] != "GET" and MOVES.search(one["uri"])]),
        }
    }
    texts = {name: lines(value) for name, value in found.items()}
    if specification:
        text = (specification / "service.json").read_text(encoding="utf-8")
        texts["declared.json"] = lines(declared(json.loads(text)["definitions"]))
    return texts


def lines(value: dict[str, Any]) -> str:
    """JSON with one entry in a line, so that a change can be read."""

    def entries(part: Any) -> str:
        if isinstance(part, list):
            return "[\n" + ",\n".join(json.dumps(one) for one in part) + "\n]"
        return json.dumps(part)

    return "{\n" + ",\n".join(f"{json.dumps(key)}: {entries(part)}" for key, part in value.items()) + "\n}\n"


if __name__ == "__main__":
    if len(sys.argv) not in {2, 3}:
        sys.exit(__doc__)
    for name, text in made(*map(Path, sys.argv[1:])).items():
        (HERE / name).write_text(text, encoding="utf-8")
        print(f"{HERE / name}: {len(text)} characters")
