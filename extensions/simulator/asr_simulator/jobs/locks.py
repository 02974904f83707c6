# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Management locks: for what they hold, and what they keep from being changed."""

from __future__ import annotations

from ..estate.azure import AzureVm, Lock
from ..estate.estate import Estate
from ..show import ids
from ..wire.errors import arm


def inside(place: str, scope: str) -> bool:
    """Whether a resource is a scope, or below it; ARM ids do not mind upper and lower case."""
    return f"{place.lower()}/".startswith(f"{scope.lower()}/")


def above(estate: Estate, place: str) -> list[Lock]:
    """The locks that hold for a resource: on it, on its group, on the subscription."""
    return [lock for lock in estate.locks if inside(place, lock.scope)]


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
