# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What the caller has to be allowed for a failback, and what of it is missing. Pure. Source: docs/service.md 5.7."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import texts
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json

VAULT = "Microsoft.RecoveryServices/vaults/"
CONTAINER = f"{VAULT}replicationFabrics/replicationProtectionContainers/"
ITEM = f"{CONTAINER}replicationProtectedItems/"
NEEDED = {
    f"{VAULT}replicationJobs/read": "to follow the jobs",
    f"{ITEM}read": "to see where the VMs stand",
    f"{CONTAINER}replicationProtectableItems/read": "to see whether the on-premises VMs are there, and to protect them again",
    f"{ITEM}plannedFailover/action": "to fail back",
    f"{VAULT}replicationJobs/resume/action": "to complete the failover",
    f"{ITEM}failoverCommit/action": "to commit",
    f"{ITEM}reProtect/action": "to protect again",
}
USEFUL = {
    f"{VAULT}replicationRecoveryPlans/read": "to fail a recovery plan back",
    f"{VAULT}replicationFabrics/replicationRecoveryServicesProviders/read": "to see the Hyper-V hosts",
    "Microsoft.Compute/virtualMachines/read": "to compare the Azure VMs with the vault, and to prove what the commit deletes",
    "Microsoft.Compute/disks/read": "to see the disks of the Azure VMs, and whether they are gone",
    "Microsoft.Network/networkInterfaces/read": "to see whether network interfaces are left",
    "Microsoft.Network/publicIPAddresses/read": "to see whether public addresses are left",
    "Microsoft.Authorization/locks/read": "to see locks that keep the commit from deleting",
}


def granted(action: str, permissions: Iterable[object]) -> bool:
    """Whether one of the caller's permissions has the action and does not take it away again."""
    return any(
        named(action, texts(one, "actions")) and not named(action, texts(one, "notActions")) for one in permissions
    )


def named(action: str, patterns: Iterable[str]) -> bool:
    """Whether a list of actions with wildcards names this one."""
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)


def missing(wanted: Mapping[str, str], permissions: Iterable[object]) -> dict[str, str]:
    """Those of the wanted actions that are not granted, with what each is for."""
    known = list(permissions)
    return {action: purpose for action, purpose in wanted.items() if not granted(action, known)}


def person_in(claims: Json) -> str:
    """The name of the person whose token has these claims; empty for an application, and where the token does not tell.

    `idtyp` is optional; a token that a person got has scopes, and mostly a name (Microsoft's reference of access tokens).
    """
    if str(claims.get("idtyp", "")).lower() == "app":
        return ""
    name = next(
        (str(claims[key]) for key in ("upn", "preferred_username", "unique_name", "email") if claims.get(key)), ""
    )
    is_person = str(claims.get("idtyp", "")).lower() == "user" or bool(name) or bool(claims.get("scp"))
    return (name or "a person") if is_person else ""
