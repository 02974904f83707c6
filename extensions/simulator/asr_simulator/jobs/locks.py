# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Management locks: the list at each scope, and what they keep from being changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..estate.azure import Lock
from ..show import ids
from ..wire.errors import arm

if TYPE_CHECKING:
    from ..arm.call import Answer, Request
    from ..estate.azure import AzureVm
    from ..estate.estate import Estate

TYPE = "Microsoft.Authorization/locks"
OLDEST = "2016-09-01"


def inside(place: str, scope: str) -> bool:
    """Whether a resource is a scope, or below it; ARM ids do not mind upper and lower case."""
    return f"{place.lower()}/".startswith(f"{scope.lower()}/")


def above(estate: Estate, place: str) -> list[Lock]:
    """The locks that hold for a resource: on it, on its group, on the subscription."""
    return [lock for lock in estate.locks if inside(place, lock.scope)]


def listed(request: Request) -> Answer:
    """Locks at, above and below the scope of the path; with the filter atScope() those below are left out (assumed)."""
    if request.api < OLDEST:
        message = (
            f"The api-version '{request.api}' is invalid. The supported versions are '{OLDEST},2017-04-01,2020-05-01'."
        )
        raise arm(400, "InvalidResourceType", message)
    estate = request.world.estate
    scope = request.path[: request.path.lower().rindex(f"/providers/{TYPE.lower()}")]
    found = above(estate, scope)
    if "atscope()" not in request.query.get("$filter", "").lower():
        found += [lock for lock in estate.locks if lock not in found and inside(lock.scope, scope)]
    return 200, {}, {"value": [body(lock) for lock in found]}


def body(lock: Lock) -> dict[str, Any]:
    """One lock."""
    return {
        "id": f"{lock.scope}/providers/{TYPE}/{lock.name}",
        "name": lock.name,
        "type": TYPE,
        "properties": {"level": lock.level, "notes": ""},
    }


def check(estate: Estate, place: str, delete: bool = True) -> None:
    """409 for what a lock forbids: to delete, or with a ReadOnly one any change."""
    found = [lock for lock in above(estate, place) if delete or lock.level == "ReadOnly"]
    if found:
        what = "delete" if delete else "write"
        raise arm(409, "ScopeLocked", message_of(place, found, what))


def message_of(place: str, found: list[Lock], what: str = "delete") -> str:
    """What Azure says of a locked resource."""
    scopes = ", ".join(f"'{lock.scope}'" for lock in found)
    return (
        f"The scope '{place}' cannot perform {what} operation because following scope(s) are locked: {scopes}. "
        "Please remove the lock and try again."
    )


def parts_of(estate: Estate, vm: AzureVm) -> dict[str, list[str]]:
    """ARM ids of a VM and of what belongs to it, by the words that a scenario has for them."""
    return {
        "vm": [ids.azure_vm(estate, vm)],
        "disk": [ids.azure_disk(estate, disk) for disk in vm.disks if disk.managed],
        "nic": [ids.nic(estate, nic) for nic in vm.nics],
        "public_ip": [ids.public_ip(estate, nic.public_ip) for nic in vm.nics if nic.public_ip],
        "group": [ids.group(estate, vm.group)],
        "subscription": [ids.subscription(estate)],
    }
