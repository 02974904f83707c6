# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health errors of items and providers: those that follow from the state, and those that the scenario or somebody sets."""

from __future__ import annotations

from typing import Any

from ..clock.clock import iso
from ..estate.guids import stable_guid
from ..estate.items import Item


def untested(one: Item) -> list[dict[str, Any]]:
    """A protected VM that was never tested shows a warning (recorded); it hinders nothing."""
    if one.state != "protected" or one.last_test_failover:
        return []
    return [
        {
            "innerHealthErrors": [],
            "errorSource": "ReplicationUnitFailoverValidatorError",
            "errorType": "8010",
            "errorLevel": "Warning",
            "errorCategory": "TestFailover",
            "errorCode": "161011",
            "summaryMessage": "",
            "errorMessage": f"The virtual machine '{one.vm.name}' has had no successful test failover.",
            "possibleCauses": "No test failover has succeeded since the virtual machine was replicated.",
            "recommendedAction": "Do a test failover of the virtual machine.",
            "creationTimeUtc": iso(one.protected_since),
            "recoveryProviderErrorMessage": None,
            "entityId": one.vm.id,
            "errorId": "6:8010",
            "customerResolvability": "NotAllowed",
        }
    ]


def shown(given: dict[str, Any], entity: str, moment: float) -> dict[str, Any]:
    """An error in the words of a scenario, as the service shows it (its shape was recorded)."""
    return {
        "innerHealthErrors": [inner(one, entity, moment) for one in given.get("inner", [])],
        "errorSource": "",
        "errorType": given["category"],
        "errorLevel": given["level"],
        "errorCategory": given["category"],
        "errorCode": given["code"],
        "summaryMessage": "",
        "errorMessage": given["message"],
        "possibleCauses": given["causes"],
        "recommendedAction": given["advice"],
        "creationTimeUtc": iso(moment),
        "recoveryProviderErrorMessage": None,
        "entityId": entity,
        "errorId": stable_guid(0, "health error", entity, given["code"]),
        "customerResolvability": "Allowed",
    }


def inner(given: dict[str, Any], entity: str, moment: float) -> dict[str, Any]:
    """An error inside another, which has none inside it (public description of the API)."""
    found = shown(given, entity, moment)
    del found["innerHealthErrors"]
    return found


def of_item(one: Item, moment: float) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Errors of its replication, and those of a failover."""
    found: dict[str, list[dict[str, Any]]] = {where: [] for where in ("replication", "failover")}
    for given in one.health_errors:
        found[given["of"]].append(shown(given, one.vm.id, moment))
    return found["replication"], found["failover"] + untested(one)


def failover_health(one: Item) -> str:
    """The word that was set, or what follows from the errors of a failover."""
    errors = [given["level"] for given in one.health_errors if given["of"] == "failover"]
    worst = "Critical" if "Error" in errors else "Warning"
    return one.failover_health or (worst if errors or untested(one) else "Normal")
