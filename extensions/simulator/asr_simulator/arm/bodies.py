# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies that are refused before anything is done: those that are no JSON, or not of the shape that the public API describes.

As in the service's own reader, unknown fields are passed over, and a number or a truth will do for a text.
"""

from __future__ import annotations

import re
from typing import Any

from ..wire.body import Unreadable
from ..wire.errors import Refused, arm
from .call import Request

Shape = dict[str, Any]  # field: str, a shape, or a list with the shape of its entries

FAILOVER_DETAILS = dict.fromkeys(
    (
        *("instanceType", "vaultLocation", "primaryKekCertificatePfx", "secondaryKekCertificatePfx", "recoveryPointId"),
        *("dataSyncOption", "recoveryVmCreationOption", "providerIdForAlternateRecovery"),
    ),
    str,
)
REPROTECT_DETAILS = dict.fromkeys(
    ("instanceType", "hvHostVmId", "vmName", "osType", "vHDId", "storageAccountId", "logStorageAccountId"), str
)
DIRECTED: Shape = {"failoverDirection": str, "providerSpecificDetails": FAILOVER_DETAILS}
TEST = dict.fromkeys(("networkType", "networkId", "skipTestFailoverCleanup"), str)
COMMENTS: Shape = {"comments": str}
PLAN_DIRECTED: Shape = {"failoverDirection": str, "providerSpecificDetails": [FAILOVER_DETAILS]}
ACTION: Shape = {
    **{"actionName": str, "failoverTypes": [str], "failoverDirections": [str]},
    "customDetails": dict.fromkeys(
        ("instanceType", "description", "path", "runbookId", "timeout", "fabricLocation"), str
    ),
}
GROUPS: Shape = {
    "groups": [
        {
            "groupType": str,
            "replicationProtectedItems": [{"id": str, "virtualMachineId": str}],
            "startGroupActions": [ACTION],
            "endGroupActions": [ACTION],
        }
    ]
}
FABRICS = dict.fromkeys(("primaryFabricId", "recoveryFabricId", "failoverDeploymentModel"), str)
NAMES = (
    *("recoveryAzureVMName", "recoveryAzureVMSize", "selectedRecoveryAzureNetworkId", "selectedTfoAzureNetworkId"),
    *("selectedSourceNicId", "enableRdpOnTargetOption", "licenseType", "recoveryAvailabilitySetId"),
)
UPDATE: Shape = {
    **dict.fromkeys(NAMES, str),
    "vmNics": [{"nicId": str, "recoveryVMSubnetName": str, "selectionType": str}],
    "providerSpecificDetails": {"instanceType": str},
}
REMOVE: Shape = {"disableProtectionReason": str, "replicationProviderInput": {"instanceType": str}}

SHAPES: dict[str, dict[str, Shape]] = {  # by collection, and by the last part of a POST or else the method
    "replicationprotecteditems": {
        "plannedfailover": DIRECTED,
        "unplannedfailover": {**DIRECTED, "sourceSiteOperations": str},
        "testfailover": {**DIRECTED, **TEST},
        "testfailovercleanup": COMMENTS,
        "reprotect": {"failoverDirection": str, "providerSpecificDetails": REPROTECT_DETAILS},
        "applyrecoverypoint": {"recoveryPointId": str, "providerSpecificDetails": FAILOVER_DETAILS},
        "remove": REMOVE,
        "patch": UPDATE,
    },
    "replicationrecoveryplans": {
        "plannedfailover": PLAN_DIRECTED,
        "unplannedfailover": {**PLAN_DIRECTED, "sourceSiteOperations": str},
        "testfailover": {**PLAN_DIRECTED, **TEST},
        "testfailovercleanup": COMMENTS,
        "put": {**FABRICS, **GROUPS},
        "patch": GROUPS,
    },
    "replicationjobs": {"resume": COMMENTS},
}
ADDRESS = re.compile(r".*/(replication\w+)/[^/]+(?:/(\w+))?/?", re.IGNORECASE)  # the innermost collection, name, verb
WORDS: dict[Any, str] = {dict: "an object", list: "a list"}


def check(request: Request) -> None:
    """400 or 415 in the words of Resource Manager for a body that cannot be read as what the path takes."""
    body = request.body
    if request.method not in ("POST", "PUT", "PATCH"):
        return
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body is not None and kind not in ("", "application/json", "text/json"):
        message = f"The content media type '{kind}' is not supported. Only 'application/json' is supported."
        raise arm(415, "UnsupportedMediaType", message)
    if isinstance(body, Unreadable):
        raise unfit(body.why)
    shape = shape_of(request)
    if body is None and shape is not None:
        raise unfit("The request has no content.")
    problem = misfit(body, {} if shape is None else {"properties": shape}, "") if body is not None else ""
    if problem:
        raise unfit(problem)


def unfit(why: str) -> Refused:
    """400 of Resource Manager."""
    message = f"The request content was invalid and could not be deserialized: '{why}'."
    return arm(400, "InvalidRequestContent", message)


def shape_of(request: Request) -> Shape | None:
    """What a request has to carry below `properties`; None where it may carry nothing."""
    found = ADDRESS.fullmatch(request.path)
    if not found:
        return None
    collection, verb = found.groups()
    return SHAPES.get(collection.lower(), {}).get((verb or request.method).lower())


def misfit(value: Any, shape: Any, path: str) -> str:
    """What of a value is not of its shape, by its path; empty when nothing."""
    wanted = type(shape) if isinstance(shape, dict | list) else str
    if value is None and path:
        return ""
    if not isinstance(value, (str, int, float) if wanted is str else wanted):
        known = WORDS.get(wanted, "a text")
        return f"Unexpected value while parsing, {known} is expected. Path '{path}', line 1, position 1."
    if isinstance(value, list):
        pairs = [(one, shape[0], f"{path}[{place}]") for place, one in enumerate(value)]
    elif isinstance(value, dict):
        prefix = f"{path}." if path else ""
        pairs = [(value[key], kind, f"{prefix}{key}") for key, kind in shape.items() if key in value]
    else:
        return ""
    return next((problem for pair in pairs if (problem := misfit(*pair))), "")
